"""A forum of the registry (metadata/forums.yaml) as rows of the database."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.rules import Forum
from kb.rows import Row


def forum_row(f: Forum) -> Row:
    """Its row in `forums`."""
    return {
        "name": f.name, "slug": f.slug, "abbreviation": f.abbreviation, "kind": f.kind, "level": f.level, "purpose": f.purpose,
        "members": f.members, "meets": f.meets, "first_year": f.first_year, "last_year": f.last_year, "registered": 1,
    }  # fmt: skip


def relations(f: Forum) -> Iterator[Row]:
    """Its rows in `forum_relations`."""
    pairs = [("parent", f.parent), ("predecessor", f.predecessor), *(("prepares_for", other) for other in f.prepares_for)]
    yield from ({"forum": f.name, "relation": relation, "other": other} for relation, other in dict.fromkeys(pairs) if other)

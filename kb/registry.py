"""What the metadata tells of a forum or of words, as rows: the forum itself, its areas, the kind of one that only a document names, the glossary."""

from __future__ import annotations

import functools
import json
import re
import sqlite3
from collections.abc import Iterator, Sequence

from ingest.rules import Forum, Rules, slugify
from ingest.text import fold
from kb.rows import Row

PURPOSES = "purposes"
"""The key of `meta` under which lies how papers say what a forum is for."""

FOR_PAGES = ("point_leads", "not_in_agreement")
"""Sections of the metadata whose patterns pages look for; each lies in `meta` under its name, folded as all patterns are."""


def area_rows(rules: Rules, name: str, *more: str | None) -> Iterator[Row]:
    """The areas of the forum of that name, told from it and from more that is known of it (aliases, purpose)."""
    texts = [fold(text) for text in (name, *more) if text]
    for position, area in enumerate(rules.patterns.get("forum_areas", ()), 1):
        if any(area.regex.search(text) for text in texts):
            yield {"forum": name, "area": area.name, "slug": slugify(area.name), "position": position}


def areas(rules: Rules, forum: Forum) -> Iterator[Row]:
    """The areas of a forum of the registry."""
    return area_rows(rules, forum.name, *forum.aliases, forum.purpose)


def nature(rules: Rules, name: str) -> tuple[str | None, str | None]:
    """Kind and level of a forum without registry entry: those of the pattern that takes its whole name, None where none does."""
    folded = fold(name)
    for pattern in rules.patterns.get("generic_forums", ()):
        found = pattern.regex.search(folded)
        if found and found["name"] == folded:
            return pattern.get("kind") or None, pattern.get("level") or None
    return None, None


def glossary(rules: Rules) -> Iterator[Row]:
    """The words that a newcomer has explained."""
    for position, entry in enumerate(rules.patterns.get("glossary", ()), 1):
        yield {
            "term": entry.name, "slug": slugify(entry.name), "position": position, "pattern": entry.regex.regex.pattern,
            "explanation": " ".join(entry.get("explanation").split()),
        }  # fmt: skip


def purposes(rules: Rules) -> str:
    """How papers say what a forum is for, for `meta`: words that stand near its name, and what follows on it."""
    found = rules.patterns.get("forum_purposes", ())
    near = sorted({str(word) for entry in found for word in entry.data.get("words") or ()})
    pattern = "|".join(f"(?:{entry.regex.regex.pattern})" for entry in found)
    return json.dumps({"words": near, "pattern": pattern}, ensure_ascii=False) if near else ""


def page_patterns(rules: Rules) -> dict[str, str]:
    """The patterns that pages look for, by section, for `meta`."""
    found = ((section, rules.patterns.get(section, ())) for section in FOR_PAGES)
    return {section: "|".join(f"(?:{entry.regex.regex.pattern})" for entry in entries) for section, entries in found}


def page_pattern(conn: sqlite3.Connection, section: str) -> re.Pattern[str]:
    """The pattern of a section, for folded text; one that finds nothing where the base was written with metadata that has none."""
    found = conn.execute("SELECT value FROM meta WHERE key = ?", (section,)).fetchone()
    return _compiled(found[0] if found and found[0] else "(?!)")


@functools.lru_cache(maxsize=2 * len(FOR_PAGES))
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def rows(rules: Rules, names: Sequence[str]) -> dict[str, list[Row]]:
    """What the tables of the glossary and of areas hold, the latter for the forums of these names; those of the registry are known by more."""
    known = {forum.name: forum for forum in rules.forums}
    return {
        "forum_areas": [row for name in names for row in (areas(rules, known[name]) if name in known else area_rows(rules, name))],
        "glossary": list(glossary(rules)),
    }


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


def named_row(rules: Rules, name: str, slug: str) -> Row:
    """A forum that only a document knows."""
    kind, level = nature(rules, name)
    return {"name": name, "slug": slug, "kind": kind, "level": level, "registered": 0}


def free_slug(db: sqlite3.Connection, name: str) -> str:
    """A slug for a forum without registry entry; names that differ only in what slugs drop get a number."""
    base = slugify(name) or "forum"
    taken = {row[0] for row in db.execute("SELECT slug FROM forums WHERE slug = ? OR slug LIKE ? || '-%'", (base, base))}
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)

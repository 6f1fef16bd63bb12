"""What joins papers, worked out from all that the base holds: pure functions from rows to `Links`, which kb.database writes.

Nothing here is changed step by step: `derive` looks at the whole base and says how it should be, so the result is the same in whatever order
papers were read, replaced and forgotten.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.rules import Pattern
from kb.links import agreements, chains, decisions, doubts, followed, references, renames, tasks, versions
from kb.links.apart import Told
from kb.links.base import Base

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Links:
    """Derived columns as pairs (id, value), and derived rows."""

    organisations: dict[str, str]
    same_documents: dict[str, str]
    same_paragraphs: dict[str, str]
    same_decisions: dict[str, str]
    targets: list[references.Resolved]
    papers: list[references.Resolved]
    done: dict[str, str]
    completions: dict[str, str]
    chains: list[Row]
    guests: list[Row]
    versions: list[Row]
    renames: list[Row]
    agreed: agreements.Agreed
    problems: list[Row]


def derive(db: sqlite3.Connection, base: Base, told: Told, patterns: Mapping[str, Sequence[Pattern]] | None = None) -> Links:
    """How the papers of the base belong together, whose cases are told apart already. `patterns` are those of the metadata, by section."""
    known = patterns or {}
    targets = references.resolve(db, base)
    pairs = decisions.same(db, base)
    closed = tasks.close(db, base, pairs.same)
    found = chains.Decisions(db, base, targets, pairs.same, known.get("matter_leads", ()))
    guests = chains.guests(db, base, found, targets)
    following = versions.versions(db, base)
    renamed = renames.renames(db, base, following)
    agreed = agreements.agreed(db, base, known)
    return Links(
        organisations={id: d.organisation for id, d in base.documents.items() if d.organisation},
        same_documents=base.same_documents,
        same_paragraphs=base.same,
        same_decisions=pairs.same,
        targets=targets,
        papers=references.papers(db, base),
        done=closed.done,
        completions=closed.states,
        chains=followed.judged(db, chains.chains(base, found), known),
        guests=[*guests, *chains.closing(db, closed.done, guests)],
        versions=versions.rows(following),
        renames=renamed.rows,
        agreed=agreed,
        problems=[
            *doubts.gaps(base),
            *doubts.contradictions(db, base),
            *doubts.collisions(db, base, told),
            *pairs.problems,
            *closed.problems,
            *renamed.problems,
            *agreed.problems,
        ],
    )

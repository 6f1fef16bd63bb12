"""The same decision in two sources, and where the two do not say the same."""

from __future__ import annotations

import difflib
import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.text import plain
from kb.links.base import Base, Section, indexed

ALIKE = 0.85
"""So much of the words must agree in two readings of one decision, and all its numbers."""
LONGEST = 3000
"""So many letters of each are compared one by one."""
CONTRADICTION = "motstridiga uppgifter"

_NUMBER = re.compile(r"\b\d+\b|\d{2,}")
"""A digit alone within a word was a letter ("6verenskommelse" in a paper that was not repaired)."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """A decision and what it says."""

    id: str
    document: str
    paragraph: str
    status: str
    text: str
    place: tuple[int, int | None, int, int]

    def says(self, other: Words) -> bool:
        """True where both say the same, small slips of a reader aside."""
        a, b = plain(self.text), plain(other.text)
        if a == b or not a or not b:
            return a == b
        if _NUMBER.findall(a) != _NUMBER.findall(b):
            return False
        return difflib.SequenceMatcher(None, a[:LONGEST], b[:LONGEST], autojunk=False).ratio() >= ALIKE


@dataclass(slots=True)
class Pairs:
    """Decision → the same in the record that counts; and the contradictions met."""

    same: dict[str, str] = field(default_factory=dict)
    problems: list[Row] = field(default_factory=list)


def same(db: sqlite3.Connection, base: Base) -> Pairs:
    """The decisions of §§ that several papers record, paired by their words; and those of papers that are in the base twice."""
    found = Pairs()
    by_section = indexed(_words(db, [s.id for group in base.records.values() for s in group]), lambda w: w.paragraph)
    for canonical, records in base.records.items():
        ours = by_section.get(canonical, [])
        for record in records[1:]:
            _pair(base, found, ours, by_section.get(record.id, []), record)
    for copy, first in base.same_documents.items():
        ids = {row[0] for row in db.execute("SELECT id FROM decisions WHERE document_id IN (?, ?)", (copy, first))}
        twins = {id: first + id.removeprefix(copy) for id in sorted(ids) if id.startswith(f"{copy}.")}
        found.same.update({id: twin for id, twin in twins.items() if twin in ids and id not in found.same})
    return found


def _pair(base: Base, found: Pairs, ours: list[Words], theirs: list[Words], record: Section) -> None:
    left = list(ours)
    for words in theirs:
        match = next((w for w in left if w.status == words.status and w.says(words)), None)
        if match:
            left.remove(match)
            found.same[words.id] = match.id
        elif words.status == "adopted" and any(w.status == "adopted" for w in left):
            other = next(w for w in left if w.status == "adopted")
            here, there = _short(words.text), _short(other.text)
            message = f"{section_name(record)}: beslutet lyder ”{here}” här och ”{there}” i {source_name(base, other.document)}"
            found.problems.append(problem(base, words.document, message, words.paragraph, words.place))


def section_name(section: Section) -> str:
    """How people call a §: body, day and number."""
    return f"{section.forum or 'Okänt organ'} {section.date or ''} § {section.number}".replace("  ", " ")


def problem(base: Base, document: str, message: str, about: str | None, place: tuple[int, int | None, int, int], kind: str = CONTRADICTION) -> Row:
    """A doubt at a place."""
    page, line, start, end = place
    return {
        "source_id": base.documents[document].source, "document_id": document, "kind": kind, "message": message, "derived": 1,
        "about": base.identity(about) if about else None, "page": page, "line": line, "start": start, "end": end,
    }  # fmt: skip


def source_name(base: Base, document: str) -> str:
    """How a message names another paper."""
    paper = base.documents[document]
    return f"{'protokollet' if paper.kind == 'protokoll' else paper.kind} ({document})"


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 90 else words[:89].rsplit(" ", 1)[0] + " …"


def _words(db: sqlite3.Connection, paragraphs: list[str]) -> Iterator[Words]:
    for id, document, paragraph, status, text, *place in db.execute(_TEXTS, (json.dumps(paragraphs),)):
        yield Words(id, document, paragraph, status, text or "", tuple(place))


_TEXTS = """
SELECT b.id, b.document_id, b.paragraph_id, b.status,
       (SELECT group_concat(x.text, ' ') FROM (SELECT text FROM points WHERE decision_id = b.id ORDER BY position) x), b.page, b.line, b.start, b.end
FROM decisions b WHERE b.paragraph_id IN (SELECT value FROM json_each(?)) ORDER BY b.id"""

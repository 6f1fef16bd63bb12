"""References → the §§ they mean, where these are in the base; the others stay open, and what fits several is ambiguous."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from ingest.text import plain
from kb.links.base import FULL, Base, Section, indexed

YEAR = 366
"""A reference without a day means a § of the last so many days."""
ENOUGH = 12
"""Letters of a heading that are enough to know a § by."""


class Resolved(NamedTuple):
    """A citation that means a § or a paper of the base (`target`, the record that counts), or several. `paragraph` is the § it stands in."""

    id: str
    document: str
    paragraph: str | None
    state: str
    target: str | None


class _Citation(NamedTuple):
    id: str
    document: str
    paragraph: str | None
    number: str
    forum: str | None
    organisation: str | None
    date: str | None
    heading: str
    key: str | None
    """The case of the § or document that the reference stands in."""


def resolve(db: sqlite3.Connection, base: Base) -> list[Resolved]:
    """Every reference to a § that is in the base."""
    return list(_resolved(base, (_Citation(*row) for row in db.execute(_CITATIONS))))


def papers(db: sqlite3.Connection, base: Base) -> list[Resolved]:
    """Every reference to a numbered paper that is in the base: one of that number and year, of the organisation whose paper refers to it."""
    known = indexed(db.execute("SELECT paper_number, id FROM documents WHERE paper_number IS NOT NULL ORDER BY id"), lambda row: str(row[0]))
    found = []
    for id, document, paragraph, number, year, organisation in db.execute(_PAPERS):
        rows = known.get(f"{year} nr {number}", ())
        for scopes in base.scopes(None, document, organisation):
            meant = sorted({base.same_documents.get(str(row[1]), str(row[1])) for row in rows if base.documents[str(row[1])].scope in scopes})
            if meant:
                alone = len(meant) == 1
                found.append(Resolved(id, document, paragraph, *(("resolved", meant[0]) if alone else ("ambiguous", None))))
                break
    return found


def _resolved(base: Base, citations: Iterator[_Citation]) -> Iterator[Resolved]:
    for citation in citations:
        meant = sorted({base.identity(s.id) for s in _candidates(base, citation)})
        if meant:
            alone = len(meant) == 1
            state, target = ("resolved", meant[0]) if alone else ("ambiguous", None)
            yield Resolved(citation.id, citation.document, citation.paragraph, state, target)


def _candidates(base: Base, c: _Citation) -> list[Section]:
    """Body, number and day say which § it is; where the body or the day is left out, the case or the heading must bear it out."""
    found = base.find(base.scopes(c.forum, c.document, c.organisation), c.forum, c.number, c.date)
    if c.forum and c.date:
        return found
    day = base.documents[c.document].date
    if not c.date:
        found = [s for s in found if _lately(s, day)]
    return [s for s in found if (c.key and s.key == c.key) or (not c.date and _same_heading(c.heading, s.heading))]


def _lately(section: Section, day: str | None) -> bool:
    """Within a year before the day: after that the numbers begin anew."""
    if not day or not section.date or len(day) < FULL or len(section.date) < FULL or section.date > day:
        return False
    return (datetime.date.fromisoformat(day) - datetime.date.fromisoformat(section.date)).days < YEAR


def _same_heading(cited: str, heading: str) -> bool:
    """The words behind the § in a list of papers ("§ 69 KSAU Svar på motion …") are its heading, perhaps cut short or behind the body's letters."""
    a, b = plain(cited), plain(heading)
    return len(b) >= ENOUGH and len(a) >= ENOUGH and (a.endswith(b) or (b in a) or (len(a) > 2 * ENOUGH and a.split(" ", 1)[1] in b))


_PAPERS = """
SELECT id, document_id, paragraph_id, number, date, organisation FROM citations
WHERE kind = 'handling' AND number IS NOT NULL AND date IS NOT NULL ORDER BY id"""

_CITATIONS = """
SELECT c.id, c.document_id, c.paragraph_id, c.number, c.forum, c.organisation, c.date, c.heading, coalesce(p.dnr_key, d.dnr_key)
FROM citations c JOIN documents d ON d.id = c.document_id LEFT JOIN paragraphs p ON p.id = c.paragraph_id
WHERE c.kind = 'paragraf' AND c.number IS NOT NULL ORDER BY c.id"""

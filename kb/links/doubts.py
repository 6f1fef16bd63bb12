"""What the papers together leave in doubt: numbers of §§ that are missing, and papers that contradict one another."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from kb.links.apart import Told
from kb.links.base import FULL, Base, Section, grouped, indexed
from kb.links.cases import number_of
from kb.links.decisions import problem, section_name, source_name

GAP = "lucka i paragrafserien"
COLLISION = "samma diarienummer i två organisationer"
UNCLEAR = "oklart vilket ärende"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Gap:
    """Missing numbers, and the days of the meetings around them."""

    first: int
    last: int
    before: str
    after: str


def gaps(base: Base) -> Iterator[Row]:
    """A doubt for each run of numbers that no paper of the base records, between those of a body and year that are there."""
    series = indexed((s for s in base.sections if s.forum and s.date), lambda s: (s.scope, s.forum, s.year))
    for (_, forum, year), sections in sorted(series.items(), key=lambda item: tuple(map(str, item[0]))):
        whose = base.documents[sections[0].document].organisation
        for gap in _missing(sections):
            numbers = f"§ {gap.first}" if gap.first == gap.last else f"§§ {gap.first}–{gap.last}"
            when = f"mellan {gap.before} och {gap.after}" if gap.before != gap.after else f"på mötet {gap.before}"
            message = f"{forum}{f', {whose},' if whose else ''} {year}: {numbers} saknas ({when})"
            yield {"source_id": None, "document_id": None, "kind": GAP, "message": message, "derived": 1, "about": None,
                   "page": None, "line": None, "start": None, "end": None}  # fmt: skip


def _missing(sections: Sequence[Section]) -> Iterator[_Gap]:
    days: dict[int, str] = {}
    for section in sorted(sections, key=lambda s: (s.date or "", s.id)):
        digits = section.number.rstrip("abcdefgh")
        if digits.isdigit() and int(digits):
            days.setdefault(int(digits), section.date or "")
    numbers = sorted(days)
    for before, after in pairwise(numbers):
        if after > before + 1:
            yield _Gap(before + 1, after - 1, days[before], days[after])


def contradictions(db: sqlite3.Connection, base: Base) -> Iterator[Row]:
    """Papers that say different things of one §: its diary number, or its day."""
    yield from _numbers(db, base)
    yield from _days(base)
    yield from _cited_days(db, base)


def _numbers(db: sqlite3.Connection, base: Base) -> Iterator[Row]:
    spelling = dict(tuple(row) for row in db.execute("SELECT key, dnr FROM diary_numbers"))
    for records in base.records.values():
        first = next((r for r in records if r.key), None)
        for other in records:
            if first and other.key and other.key != first.key:
                there = source_name(base, first.document)
                message = f"{section_name(other)}: dnr {spelling[other.key]} här, men {spelling[first.key or '']} i {there}"
                yield problem(base, other.document, message, other.id, other.place)


def _days(base: Base) -> Iterator[Row]:
    """One number of a body is used once a year: the same case under it on another day is the same §, dated otherwise."""
    known = (s for s in base.sections if s.key and s.forum and s.date and len(s.date) == FULL)
    for group in grouped(known, lambda s: (s.scope, s.forum, s.number, s.year, s.key)):
        first = min(group, key=lambda s: (base.documents[s.document].kind != "protokoll", s.id))
        for other in group:
            if base.identity(other.id) != base.identity(first.id) and other.document != first.document and other.id not in base.same:
                message = f"{section_name(other)}: dagen är {first.date} i {source_name(base, first.document)}"
                yield problem(base, other.document, message, other.id, other.place)


def _cited_days(db: sqlite3.Connection, base: Base) -> Iterator[Row]:
    """A reference that names the body, number and case of a § that the base has, and another day of the same year."""
    for document, forum, organisation, number, date, key, *place in db.execute(_CITED):
        scopes = base.scopes(forum, document, organisation)
        if base.find(scopes, forum, number, date):
            continue
        same = [s for s in base.find(scopes, forum, number, date[:4]) if s.key == key and s.date and len(s.date) == FULL]
        if same and len(_identities(base, same)) == 1 and same[0].document != document:
            message = f"{forum} § {number} i samma ärende: hänvisningen anger {date}, men paragrafen är från {same[0].date} ({same[0].document})"
            yield problem(base, document, message, same[0].id, tuple(place))


def collisions(db: sqlite3.Connection, base: Base, told: Told) -> Iterator[Row]:
    """A diary number that papers of several organisations have as their own, in what looks like one matter: it is one case here, and may be several.
    And what has a number that names several cases, and does not say which it means.
    """
    spelling = dict(tuple(row) for row in db.execute("SELECT number, min(dnr) FROM diary_numbers GROUP BY number"))
    for doubt in told.doubts:
        dnr, first, other, known = spelling[doubt.number], doubt.first, doubt.other, base.documents
        here, there = known[other.document].organisation, known[first.document].organisation
        where = source_name(base, first.document)
        message = f"{dnr} är diarienummer både i {there}, {where}, och i {here}: ärendet visas som ett, men kan vara två"
        yield problem(base, other.document, message, other.section, other.place, COLLISION)
    whose = indexed((key for key in sorted(told.cases) if told.cases[key]), number_of)
    for number, document, section, place in told.unclear:
        owners = " eller ".join(told.cases[key] for key in whose[number])
        message = f"{spelling[number]} är diarienummer i flera ärenden, och det framgår inte vilket som menas: {owners}"
        yield problem(base, document, message, section, place, UNCLEAR)


def _identities(base: Base, sections: Iterable[Section]) -> set[str]:
    return {base.identity(s.id) for s in sections}


_CITED = f"""
SELECT c.document_id, c.forum, c.organisation, c.number, c.date, coalesce(p.dnr_key, d.dnr_key) AS key, c.page, c.line, c.start, c.end
FROM citations c JOIN documents d ON d.id = c.document_id LEFT JOIN paragraphs p ON p.id = c.paragraph_id
WHERE c.kind = 'paragraf' AND c.forum IS NOT NULL AND length(c.date) = {FULL} AND coalesce(p.dnr_key, d.dnr_key) IS NOT NULL ORDER BY c.id"""  # noqa: S608

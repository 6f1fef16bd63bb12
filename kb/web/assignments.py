"""The page of assignments: the standing ones by area across the versions of an agreement, and the tasks that decisions have given."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from ingest.text import fold
from kb import registry
from kb.web import words
from kb.web.given_tasks import LISTED, Given, given
from kb.web.selecting import select

STANDING = 2000
FAMILIES, VERSIONS = 5, 6
"""So many agreements are shown, and so many versions of each, the newest."""
CHANGES = """(SELECT earlier_id AS earlier_document, later_id AS later_document, change, assignment_id AS new_id, old_id
    FROM assignment_change_list)"""
SPOKEN_OF = """(SELECT a.change, a.name, a.document_id, a.page, a.start, d.title, coalesce(d.date, a.version) AS date
    FROM assignments a JOIN documents d ON d.id = a.document_id
    WHERE a.kind = 'standing' AND a.change IN ('added', 'removed') AND d.same_as IS NULL) ORDER BY date DESC, document_id, start LIMIT :n"""
STANDING_ROWS = """(SELECT s.*, d.kind LIKE '%uppfölj%' OR d.kind LIKE '%rapport%' AS report, a.text
    FROM standing_list s JOIN documents d ON d.id = s.document_id JOIN assignments a ON a.id = s.id)
    ORDER BY version, document_id, page, id LIMIT :n"""
CELLS = {"kept": "finns kvar", "added": "ny", "removed": "borttaget", "renamed": "nytt namn", "first": "finns"}
REPORTED = {"kept": "nämns", "added": "nämns", "removed": "nämns inte", "renamed": "nämns med annat namn", "first": "nämns"}
"""The same where a report tells of the agreement: it is no version, and does not add or remove."""


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A standing assignment as a version of an agreement, or a report on it, has it."""

    id: str
    name: str
    key: str
    area: str | None
    version: str
    document_id: str
    title: str
    page: int
    report: int
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an assignment from one version to the next; ids of the later and of the earlier, None where it is in one only."""

    earlier_document: str
    later_document: str
    change: str
    new_id: str | None
    old_id: str | None


@dataclass(frozen=True, slots=True)
class Version:
    """A version: the paper and its day; `report` is a paper that follows one up."""

    document_id: str
    date: str
    title: str
    report: bool = False

    @property
    def when(self) -> str:
        """The day in words; of a report, that it is one."""
        return f"enligt uppföljning {words.day(self.date)}" if self.report else words.day(self.date)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a version says of an assignment: `what` is a key of CELLS, "" where it says nothing; `path` leads to its words."""

    what: str
    path: str
    report: bool = False

    @property
    def says(self) -> str:
        """That in words."""
        if self.what == "informal":
            return "görs, men står inte i överenskommelsen"
        return (REPORTED if self.report else CELLS).get(self.what, "–")


@dataclass(frozen=True, slots=True)
class Line:
    """An assignment through the versions; `names` are those it has had, the newest first."""

    names: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class AreaLines:
    """The assignments of an area."""

    area: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """Versions that follow on one another, and their assignments by area."""

    versions: tuple[Version, ...]
    areas: tuple[AreaLines, ...]


@dataclass(frozen=True, slots=True)
class SpokenOf:
    """A standing assignment that a paper says is to be added or removed; whether it was, the next version shows."""

    change: str
    name: str
    document_id: str
    page: int
    title: str
    date: str | None

    @property
    def says(self) -> str:
        """What is to become of it."""
        return f"{'Ta bort' if self.change == 'removed' else 'Lägga till'} {self.name}"

    @property
    def paper(self) -> str:
        """The paper and its day."""
        return ", ".join(filter(None, (self.title, words.day(self.date))))

    @property
    def path(self) -> str:
        """Where it stands."""
        return words.passage_path(self.document_id, self.page)


@dataclass(frozen=True, slots=True)
class AssignmentsPage:
    """`/uppdrag`: the standing assignments, and some of the tasks."""

    families: tuple[Family, ...]
    spoken_of: tuple[SpokenOf, ...]
    given: Given


def page(conn: sqlite3.Connection, state: str = "", of: str = "", holder: str = "", number: int = 1) -> AssignmentsPage:
    """All standing assignments, and the tasks that are asked for."""
    return AssignmentsPage(
        families=tuple(families(conn)),
        spoken_of=select(conn, SpokenOf, SPOKEN_OF, {"n": LISTED}),
        given=given(conn, state, of, holder, number),
    )


def families(conn: sqlite3.Connection) -> Iterator[Family]:
    """The versions that follow on one another, those with the newest version first."""
    rows = select(conn, StandingRow, STANDING_ROWS, {"n": STANDING})
    changes = select(conn, Change, CHANGES)
    outside = registry.page_pattern(conn, "not_in_agreement")
    informal = {row.id for row in rows if outside.search(fold(row.text))}
    documents = {row.document_id: Version(row.document_id, row.version, row.title, bool(row.report)) for row in rows}
    groups = _joined(documents, ((c.earlier_document, c.later_document) for c in changes))
    newest = sorted(groups, key=lambda group: max(documents[id].date for id in group), reverse=True)
    for group in newest[:FAMILIES]:
        versions = sorted((documents[id] for id in group), key=lambda version: (version.date, version.document_id))[-VERSIONS:]
        yield Family(tuple(versions), tuple(_areas(versions, rows, changes, informal)))


def _joined(items: Iterable[str], pairs: Iterable[tuple[str, str]]) -> list[set[str]]:
    """Groups of items that pairs join."""
    group = {item: {item} for item in items}
    for one, other in pairs:
        if one in group and other in group and group[one] is not group[other]:
            group[one] |= group[other]
            for item in group[other]:
                group[item] = group[one]
    return list({id(found): found for found in group.values()}.values())


def _areas(versions: Sequence[Version], rows: Sequence[StandingRow], changes: Sequence[Change], informal: Set[str]) -> Iterator[AreaLines]:
    """The assignments by the area they have in the newest version that holds them, in the order of the papers; `informal` are those of which a report
    says that the agreement does not hold them.
    """
    shown = {version.document_id for version in versions}
    held = {row.id: row for row in rows if row.document_id in shown}
    place = {id: number for number, id in enumerate(held)}
    became = {c.new_id: c.change for c in changes if c.new_id}
    gone = {(c.later_document, c.old_id) for c in changes if c.change == "removed"}
    same = _joined(held, ((c.old_id, c.new_id) for c in changes if c.old_id and c.new_id))
    by_area: dict[str, list[Line]] = {}
    for ids in sorted(same, key=lambda ids: max(place[id] for id in ids)):
        through = sorted((held[id] for id in ids), key=lambda row: place[row.id])
        by_area.setdefault(through[-1].area or "Område framgår inte", []).append(_line(versions, through, became, gone, informal))
    yield from (AreaLines(area, tuple(lines)) for area, lines in by_area.items())


def _line(
    versions: Sequence[Version], through: Sequence[StandingRow], became: Mapping[str, str], gone: Set[tuple[str, str | None]], informal: Set[str]
) -> Line:
    """An assignment through the versions: what became of it in each."""
    rows = {row.document_id: row for row in through}
    cells = []
    for number, version in enumerate(versions):
        row = rows.get(version.document_id)
        left = any((version.document_id, other.id) in gone for other in through)
        what = (became.get(row.id, "first") if number else "first") if row else "removed" if left else ""
        what = "informal" if row and what == "added" and row.id in informal else what
        cells.append(Cell(what, words.passage_path(row.document_id, row.page) if row else "", version.report))
    return Line(tuple(dict.fromkeys(row.name for row in reversed(through))), tuple(cells))

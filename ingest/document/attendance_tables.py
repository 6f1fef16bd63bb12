"""Lists of who was there, laid out as tables: columns for party, member and substitute, and a mark in the column of those present."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ingest.document.context import Context
from ingest.find.people import party_in, people_in
from ingest.models import Attendance
from ingest.places import Taken
from ingest.text import fold, lines, squeeze

PATIENCE = 3
"""So many lines without a name end a table."""
UNKNOWN = 12
"""What stands in a head beside its known columns is no longer than this (characters)."""
_CELL = re.compile(r"[^\s|]+(?:[ ][^\s|]+)*")


_LISTS = ({"member", "substitute"}, {"member", "serving"})
"""The columns of two lists beside one another; what stands on one line has nothing to do with one another."""
_TURNS = {"substitute": "substitute", "serving substitute": "serving"}
"""The label within such a list from which the column holds others."""


class _Column(NamedTuple):
    """A column: what it holds, and where its head stands in the line."""

    role: str
    start: int
    end: int


class _Cell(NamedTuple):
    """The words of a row under one column, and where they begin in the clean text."""

    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Table:
    """The people of a table who were present; `start..end` is its place in the clean text. `silent`: it has a column for marks, and no mark."""

    start: int
    end: int
    people: tuple[Attendance, ...]
    silent: bool


@dataclass(slots=True)
class _Person:
    """A name in a row, whether it is marked present (None where nothing says), and what it takes part as."""

    who: Attendance
    present: bool | None
    column: str


@dataclass(slots=True)
class _Row:
    people: list[_Person] = field(default_factory=list)
    marked: bool = False


def tables(context: Context, before: int) -> list[Table]:
    """The tables in the text before the first § (which begins at `before`)."""
    found: list[Table] = []
    named = (p for p in context.rules.of("attendance_columns") if p.get("role") in ("member", "substitute"))
    spots = sorted(m.start() for p in named for m in p.regex.finditer(context.folded, context.part.start, before))
    rows = list(lines(context.clean.text, context.part.start, before)) if spots else []
    at = 0
    while at < len(rows):
        columns = _head(context, *rows[at]) if bisect_left(spots, rows[at][0]) < bisect_left(spots, rows[at][1]) else ()
        if columns:
            last, read = _body(context, columns, rows, at + 1)
            unsaid = {c.role for c in columns} == {"present", "member"} or "member" not in {c.role for c in columns}  # "Närvarande ledamöter"
            only_words = unsaid and not any(row.marked for row in read)
            if any(row.people for row in read) and not only_words:
                found.append(_table(columns, read, rows[at][0], rows[last][1]))
                at = last
        at += 1
    return found


def _head(context: Context, start: int, end: int) -> tuple[_Column, ...]:
    """The columns of a line that is the head of such a table; none where it is no head."""
    row = context.folded[start:end]
    taken = Taken()
    matches = ((p.get("role"), m) for p in context.rules.of("attendance_columns") for m in p.regex.finditer(row))
    found = [_Column(role, *m.span()) for role, m in matches if taken.take(*m.span())]
    names = [c.role for c in found]
    rest = "".join(" " if not taken.free(n, n + 1) else sign for n, sign in enumerate(row)).strip(" |\t")
    says = {"party", "present", "absent"} & set(names)
    voted = "vote" in names and "present" not in names
    lists = len(names) == 2 and set(names) in _LISTS and not rest and max(found, key=lambda c: c.start).start > 12
    people = "member" in names or (bool(found) and min(found, key=lambda c: c.start).role == "substitute" and bool(says - {"party"}))
    return tuple(sorted(found, key=lambda c: c.start)) if people and (says or lists) and len(rest) <= UNKNOWN and not voted else ()


def _body(context: Context, columns: Sequence[_Column], rows: Sequence[tuple[int, int]], first: int) -> tuple[int, list[_Row]]:
    """The last line of a table and its rows; it ends at a label, at another head, or where no more names come."""
    read: list[_Row] = []
    last, silent = first - 1, 0
    for n in range(first, len(rows)):
        start, end = rows[n]
        if read and (below := _below(context, columns, start, end)):
            columns = below
            continue
        if silent > PATIENCE or _head(context, start, end) or _is_label(context, start, end):
            break
        columns = _turned(context, columns, start, end)
        row = _row(context, columns, start, end)
        silent = 0 if row.people else silent + 1
        if row.people:
            read.append(row)
            last = n
    return last, read


def _turned(context: Context, columns: Sequence[_Column], start: int, end: int) -> Sequence[_Column]:
    """The columns from here on: a label in the second of two lists says that others follow ("Närvarande ersättare")."""
    if {c.role for c in columns} not in _LISTS:
        return columns
    cell = _cells(columns, context.words(start, end), start).get(1)
    words = fold(cell.text) if cell else ""
    found = next((p.get("role") for p in context.rules.beginning("attendance_labels", words) if p.regex.fullmatch(words)), "") if words else ""
    return (columns[0], columns[1]._replace(role=_TURNS[found])) if found in _TURNS else columns


def _below(context: Context, columns: Sequence[_Column], start: int, end: int) -> Sequence[_Column]:
    """The columns below a line of its own that says that substitutes follow, in a table with marks for those who came; () elsewhere."""
    words = context.folded[start:end].strip()
    found = [p.get("role") for p in context.rules.beginning("attendance_labels", words) if p.regex.fullmatch(words)]
    if found[:1] != ["substitute"] or not any(c.role == "present" for c in columns):
        return ()
    return [c._replace(role="substitute") if c.role == "member" else c for c in columns]


def _is_label(context: Context, start: int, end: int) -> bool:
    row = context.folded[start:end].strip()
    return any(p.regex.match(row) for p in context.rules.beginning("attendance_labels", row))


def _row(context: Context, columns: Sequence[_Column], start: int, end: int) -> _Row:
    cells = _cells(columns, context.words(start, end), start)
    row = _Row(marked=any(_marked(context, cell.text) for n, cell in cells.items() if columns[n].role in ("present", "absent")))
    if len(cells) == 1 and (flat := list(_flat(context, columns, start, end))):
        return _Row(flat, True)
    persons = [n for n, c in enumerate(columns) if c.role in ("member", "substitute", "serving")]
    for k, n in enumerate(persons):
        if n in cells and (who := _named(context, cells[n])):
            own = {role: cells.get(at) for role in ("party", "present", "absent") if (at := _beside(columns, role, k, len(persons))) is not None}
            row.people.append(_Person(_with(context, who, own), _present(context, own), columns[n].role))
    return row


def _flat(context: Context, columns: Sequence[_Column], start: int, end: int) -> Iterator[_Person]:
    """The person of a row whose columns the file has lost: a name, perhaps a party, and crosses with one blank between ("Anna Ek s x x")."""
    found = context.rules.match("flat_rows", context.folded[start:end])
    if found is None:
        return
    name, party, rest = (start + found[1].start(g) if found[1][g] else 0 for g in ("name", "party", "rest"))
    words = context.words(name, start + found[1].end("name"))
    letters = context.words(party, start + found[1].end("party")) if party else None
    served = served_in(context, context.folded[rest:end]) if rest else None
    column = next(c.role for c in columns if c.role in ("member", "substitute"))
    yield _Person(Attendance(squeeze(words), letters, "member", context.span(name, name + len(words)), served, None, None), True, column)


def _cells(columns: Sequence[_Column], text: str, at: int) -> dict[int, _Cell]:
    """The words of a line (which begins at `at`) by column: that under whose head they stand, or the nearest."""
    found: dict[int, _Cell] = {}
    for match in _CELL.finditer(text):
        near = min(range(len(columns)), key=lambda n: max(columns[n].start - match.end(), match.start() - columns[n].end))
        found.setdefault(near, _Cell(match.group(), at + match.start()))
    return found


def _beside(columns: Sequence[_Column], role: str, k: int, persons: int) -> int | None:
    """The column of a kind that tells of the k-th of the columns with names: its own, where there are as many, else the only one."""
    found = [n for n, c in enumerate(columns) if c.role == role]
    return found[k] if len(found) == persons else found[0] if len(found) == 1 else None


def _marked(context: Context, words: str) -> bool:
    return any(p.regex.match(fold(words)) for p in context.rules.of("attendance_marks"))


def _present(context: Context, own: Mapping[str, _Cell | None]) -> bool | None:
    """What the column of presence says, or that of absence; None where there is neither."""
    role = next((role for role in ("present", "absent") if role in own), None)
    if role is None:
        return None
    cell = own[role]
    return (cell is not None and _marked(context, cell.text)) == (role == "present")


def _named(context: Context, cell: _Cell) -> Attendance | None:
    """The person named in a cell, with the party in brackets and the office behind the name."""
    bare = re.sub(r"[(,].*", "", cell.text)
    person = next(iter(people_in(bare, cell.at, context.rules)), None)
    if person is None:
        return None
    rest = fold(cell.text[len(bare) :])
    party = party_in(cell.text, context.rules)
    behind = (rest, rest[len(party) + 2 :]) if party else (rest,)  # "Ann Ek, ordf (S)", "Ann Ek (S), ordf"
    roles = (p.get("role") for p in context.rules.of("attendance_roles") if any(p.regex.match(words) for words in behind))
    role = next(roles, "member")
    span = context.span(cell.at, cell.at + len(bare.rstrip()))
    return Attendance(person.name, party.strip("-") or None, role, span, served_in(context, rest), _replaced(context, cell), None)


def _replaced(context: Context, cell: _Cell) -> str | None:
    """Whom the person of a cell serves for: "Bo Ek (S) för Siv Lom (V)"."""
    named = context.people_in(cell.at, cell.at + len(cell.text))
    between = context.folded[named[0].end : named[1].start] if len(named) == 2 else ""
    return named[1].name if any(p.regex.search(between) for p in context.rules.of("attendance_absent")) else None


def _with(context: Context, who: Attendance, own: Mapping[str, _Cell | None]) -> Attendance:
    """The person with what the columns beside say: the party, and the §§ served."""
    party, present = own.get("party"), own.get("present")
    letters = party_in(party.text, context.rules) if party else ""
    served = served_in(context, fold(present.text)) if present else None
    return replace(who, party=who.party or letters.strip("-") or None, numbers=served or who.numbers)


def served_in(context: Context, words: str) -> str | None:
    """The §§ that stand in the (folded) words, "94-98, 101", None where none do."""
    match = next((m for p in context.rules.of("attendance_served") if (m := p.regex.search(words))), None)
    return re.sub(r"\s*-\s*", "-", squeeze(match["numbers"].replace("§", " "))).strip(" ,") if match else None


def _table(columns: Sequence[_Column], rows: Sequence[_Row], start: int, end: int) -> Table:
    silent = any(c.role == "present" for c in columns) and not any(row.marked for row in rows)
    shared = sum(c.role == "present" for c in columns) == 1
    if {c.role for c in columns} in _LISTS:
        return Table(start, end, tuple(_listed(p) for row in rows for p in row.people), False)
    return Table(start, end, () if silent else tuple(a for row in rows for a in _of_row(row, shared)), silent)


def _listed(person: _Person) -> Attendance:
    """Somebody of a list of members or of substitutes; no row joins the two."""
    column = "serving substitute" if person.column == "serving" else person.column
    return replace(person.who, role=person.who.role if person.who.role != "member" else column)


def _of_row(row: _Row, shared: bool) -> Iterator[Attendance]:
    """Those of a row who were there. Where one mark tells of a member and a substitute it is the substitute who came."""
    member = next((p for p in row.people if p.column == "member"), None)
    for person in row.people:
        if person is member:
            if person.present is not False and (len(row.people) == 1 or not shared):
                yield person.who
            continue
        came = person.column == "serving" or person.present is not False
        serves = person.column == "serving" or (member is not None and (shared or not member.present))
        if came:
            role, replaced = ("serving substitute", member.who.person if member else None) if serves else ("substitute", None)
            yield replace(person.who, role=role, replaces=replaced)

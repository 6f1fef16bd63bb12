"""The form of a first page as cells: labels, and groups of lines that stand together, in order of place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.document.attendance_labels import label, side_by_side
from ingest.document.attendance_tables import Table
from ingest.document.context import Context
from ingest.places import Taken
from ingest.text import lines

Rows = list[tuple[int, int]]


@dataclass(slots=True)
class Cell:
    """A label, or lines that stand together without one; `role` None where it is no label."""

    role: str | None
    rows: Rows = field(default_factory=list)
    beside: bool = False
    """The first line stands beside a label."""


def cells_before(context: Context, before: int, known: Sequence[Table]) -> Iterator[Cell]:
    """Labels and groups of lines in order of place; a group ends at an empty line, a label or a table. A label may take two lines."""
    yield from _Walk(context, before, known).cells()


class _Walk:
    """A walk down the lines, with the cell that is being filled, and whether the line above held a label."""

    def __init__(self, context: Context, before: int, known: Sequence[Table]) -> None:
        self._context = context
        self._rows = list(lines(context.clean.text, context.part.start, before))
        self._within = Taken((table.start, table.end) for table in known)
        self._begun = {table.start for table in known}
        self._cell, self._labelled = Cell(None), False

    def cells(self) -> Iterator[Cell]:
        """The cells; lines that have signers beside one another are taken together."""
        done = 0
        for n, (start, end) in enumerate(self._rows):
            if n < done:
                continue
            row = self._context.folded[start:end] if self._within.free(start, end) else ""
            count, signers = side_by_side(self._context, self._rows, n) if row else (0, [])
            if signers:
                done = n + count
                yield from self._signed(signers)
            else:
                yield from self._line(n, row)
        yield self._cell

    def _signed(self, signers: Sequence[tuple[str, tuple[int, int]]]) -> Iterator[Cell]:
        """A label and a place for each who signs."""
        yield from self._end()
        for role, place in signers:
            yield Cell(role)
            yield Cell(None, [place], True)

    def _line(self, n: int, row: str) -> Iterator[Cell]:
        """What a line ends and begins."""
        start, _ = self._rows[n]
        if start in self._begun:  # the table is what the labels above it lead in
            yield from self._end()
            yield Cell(None, [(start, start)])
        if self._ends_label(row) or self._is_contact(row):
            return
        if office := self._office(n):
            yield from self._end(Cell(office))
            return
        found = None if self._goes_on(row) else label(row, self._context.rules)  # "Eva Ek, / kommunsekreterare": no label
        self._labelled = bool(found)
        if found:
            yield from self._label(n, *found)
        elif row.strip():
            self._cell.rows.append(self._rows[n])
            if self._cell.role:  # an office has one holder
                yield from self._end()
        else:
            yield from self._end()

    def _end(self, following: Cell | None = None) -> Iterator[Cell]:
        """The cell that was being filled; the one that follows is filled from here."""
        yield self._cell
        self._cell = following or Cell(None)

    def _label(self, n: int, role: str, length: int) -> Iterator[Cell]:
        """A label, and the group that begins beside it or below."""
        start, end = self._rows[n]
        yield from self._end()
        yield Cell(role)
        begin = start + length
        beside = bool(self._context.words(begin, end).strip(" .:_\t"))
        self._cell = Cell(None, [(begin, end)] if beside else [], beside)

    def _ends_label(self, row: str) -> bool:
        """The line is the second one of the label above."""
        new = not self._cell.rows or (self._cell.beside and len(self._cell.rows) == 1)
        return self._labelled and new and bool(self._context.rules.fullmatch("attendance_label_tails", row.strip()))

    def _is_contact(self, row: str) -> bool:
        return any(p.name == "contact" and p.regex.search(row.strip()) for p in self._context.rules.likely("letterhead", row))

    def _goes_on(self, row: str) -> bool:
        """The line goes on with the one above, which ends with a comma."""
        return bool(self._cell.rows) and row.lstrip()[:1].islower() and self._context.words(*self._cell.rows[-1]).rstrip().endswith(",")

    def _office(self, n: int) -> str:
        """The role of a line that is only an office, where a blank line or another office stands above it and who holds it below; "" of others."""
        context, rows = self._context, self._rows
        found = context.rules.fullmatch("office_lines", context.folded[slice(*rows[n])].strip())
        below = rows[n + 1] if n + 1 < len(rows) else (0, 0)
        above = n == 0 or not context.words(*rows[n - 1]).strip()
        return found[0].get("role") if found and not self._cell.rows and above and context.people_in(*below) else ""

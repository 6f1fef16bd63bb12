"""`kb export`: any table or view as CSV, JSON or Excel, row by row, without ever handing a spreadsheet a formula."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from kb import errors
from kb.search import forums
from kb.sheets import harmless, write_csv

FORMATS = ("csv", "json", "xlsx")
_CELL_LIMIT = 32767  # characters, Excel's own
_SHEET_LIMIT = 1_048_576  # rows, heading included
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # not allowed in a workbook


@dataclass(frozen=True, slots=True)
class Table:
    """A table being read: its columns, and rows that come as they are asked for."""

    name: str
    columns: list[str]
    rows: Iterator[Sequence[Any]]


def names(db: sqlite3.Connection) -> list[str]:
    """What can be exported: views first, then tables, without those that SQLite and the index keep for themselves."""
    rows = db.execute("SELECT name, type FROM sqlite_master WHERE type IN ('view', 'table') ORDER BY type DESC, name")
    return [row[0] for row in rows if not row[0].startswith("sqlite_") and "_fts" not in row[0] and not row[0].endswith("_indexed")]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to export: a table or view, and which of its rows; `since` and `until` are days as precise as one likes, both included."""

    table: str
    forum: str | None = None
    since: str | None = None
    until: str | None = None


def read(db: sqlite3.Connection, wanted: Wanted) -> Table:
    """A table or view by name. Raises Usage, which lists the names there are, or says what the table cannot be asked for."""
    known = names(db)
    if wanted.table not in known:
        raise errors.Usage(f"det finns ingen tabell ”{wanted.table}”", f"välj en av: {', '.join(known)}")
    columns = [row[1] for row in db.execute("SELECT * FROM pragma_table_info(?)", (wanted.table,))]
    conditions, values = _conditions(db, wanted, columns)
    sql = f'SELECT * FROM "{wanted.table}" WHERE {" AND ".join(["1", *conditions])}'  # noqa: S608 - the name is one of SQLite's own list
    found = db.execute(sql, values)
    return Table(wanted.table, [column[0] for column in found.description], iter(found))


def _conditions(db: sqlite3.Connection, wanted: Wanted, columns: list[str]) -> tuple[list[str], list[str]]:
    conditions: list[str] = []
    values: list[str] = []
    if wanted.forum:
        column = _column(wanted.table, columns, "forum", "decided_by", "given_by")
        names = forums.resolve(db, wanted.forum)
        if not names:
            raise errors.Usage(f"inget forum heter ”{wanted.forum}”", "kb forum visar alla")
        conditions.append(f"{column} IN ({', '.join('?' * len(names))})")
        values += names
    for day, condition in ((wanted.since, "{0} >= ?"), (wanted.until, "substr({0}, 1, length(?)) <= ?")):
        if day:
            if not re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", day):
                raise errors.Usage(f"”{day}” är inget datum", "skriv 2015, 2015-06 eller 2015-06-16")
            conditions.append(condition.format(_column(wanted.table, columns, "date", "version")))
            values += [day] * condition.count("?")
    return conditions, values


def _column(table: str, columns: list[str], *known: str) -> str:
    found = next((name for name in known if name in columns), None)
    if found is None:
        raise errors.Usage(f"{table} har ingen kolumn att välja efter", "ta bort --forum, --from och --to")
    return found


def write_json(table: Table, out: BinaryIO) -> None:
    """A list of objects, one a line."""
    out.write(b"[")
    for number, row in enumerate(table.rows):
        line = json.dumps(dict(zip(table.columns, row, strict=True)), ensure_ascii=False)
        out.write((",\n" if number else "\n").encode() + line.encode("utf-8", "replace"))
    out.write(b"\n]\n")


def write_xlsx(table: Table, out: BinaryIO) -> None:
    """A workbook with one sheet. Raises Usage where the rows do not fit in it."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.name[:31])
    sheet.freeze_panes = "A2"
    sheet.append(table.columns)
    for number, row in enumerate(table.rows, 2):
        if number > _SHEET_LIMIT:
            raise errors.Usage(f"{table.name} har fler rader än ett kalkylblad rymmer", "välj --format csv")
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=_UNPRINTABLE.sub("", harmless(value))[:_CELL_LIMIT] if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    book.save(out)


def export(db: sqlite3.Connection, wanted: Wanted, kind: str, excel: bool, output: Path | None) -> None:
    """Write a table to a file, or to standard output where none is named. Raises Usage for a name or format that does not exist."""
    if kind not in FORMATS:
        raise errors.Usage(f"formatet ”{kind}” finns inte", f"välj ett av: {', '.join(FORMATS)}")
    if kind == "xlsx" and output is None and sys.stdout.isatty():
        raise errors.Usage("en arbetsbok går inte att visa på skärmen", "ange en fil med --output")
    table = read(db, wanted)
    with output.open("wb") if output else nullcontext(sys.stdout.buffer) as out:
        if kind == "csv":
            write_csv(table.columns, table.rows, out, excel)
        elif kind == "json":
            write_json(table, out)
        else:
            write_xlsx(table, out)

"""`kb export`: any table or view as CSV, JSON or Excel, row by row, without ever handing a spreadsheet a formula."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from kb import errors

FORMATS = ("csv", "json", "xlsx")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
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
    return [row[0] for row in rows if not row[0].startswith("sqlite_") and "_fts" not in row[0]]


def read(db: sqlite3.Connection, table: str) -> Table:
    """A table or view by name. Raises Usage, which lists the names there are."""
    known = names(db)
    if table not in known:
        raise errors.Usage(f"det finns ingen tabell ”{table}”", f"välj en av: {', '.join(known)}")
    found = db.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the name is one of SQLite's own list
    return Table(table, [column[0] for column in found.description], iter(found))


def harmless(value: Any) -> Any:
    """A value that no spreadsheet takes for a formula: text that begins like one gets an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]], out: BinaryIO, excel: bool = False) -> None:
    """UTF-8 with commas; for Swedish Excel with semicolons, a BOM and harmless values."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig" if excel else "utf-8", errors="replace", newline="", write_through=True)
    try:
        writer = csv.writer(text, delimiter=";" if excel else ",")
        writer.writerow(columns)
        writer.writerows([harmless(v) for v in row] if excel else row for row in rows)
        text.flush()
    finally:
        text.detach()


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


def export(db: sqlite3.Connection, name: str, kind: str, excel: bool, output: Path | None) -> None:
    """Write a table to a file, or to standard output where none is named. Raises Usage for a name or format that does not exist."""
    if kind not in FORMATS:
        raise errors.Usage(f"formatet ”{kind}” finns inte", f"välj ett av: {', '.join(FORMATS)}")
    if kind == "xlsx" and output is None and sys.stdout.isatty():
        raise errors.Usage("en arbetsbok går inte att visa på skärmen", "ange en fil med --output")
    table = read(db, name)
    with output.open("wb") if output else nullcontext(sys.stdout.buffer) as out:
        if kind == "csv":
            write_csv(table.columns, table.rows, out, excel)
        elif kind == "json":
            write_json(table, out)
        else:
            write_xlsx(table, out)

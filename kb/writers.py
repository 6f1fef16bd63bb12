"""Rows as the bytes of a file (CSV, JSON, Excel), piece by piece, without ever handing a spreadsheet a formula."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from kb import errors

FORMATS = ("csv", "json", "xlsx")
BATCH = 500  # rows in a piece
_PIECE = 1 << 16  # bytes
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_BEFORE = (
    " \u00a0\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"  # not seen before a formula
)
_CELL_LIMIT = 32767  # characters, Excel's own
_SHEET_LIMIT = 1_048_576  # rows, heading included
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # not allowed in a workbook


@dataclass(frozen=True, slots=True)
class Table:
    """A table being read: its columns, and rows that come as they are asked for."""

    name: str
    columns: list[str]
    rows: Iterator[Sequence[Any]]


def harmless(value: Any) -> Any:
    """A value that no spreadsheet takes for a formula: text that begins like one gets an apostrophe."""
    if isinstance(value, str) and (value[:1] in ("\t", "\r", "\n") or value.lstrip(_BEFORE).startswith(_FORMULA)):
        return f"'{value}"
    return value


def csv_pieces(table: Table, excel: bool = False) -> Iterator[bytes]:
    """UTF-8 with commas; for Swedish Excel with semicolons, a BOM and harmless values."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";" if excel else ",")
    if excel:
        out.write("\ufeff")
    writer.writerow([harmless(name) for name in table.columns] if excel else table.columns)
    while True:
        rows = list(islice(table.rows, BATCH))
        writer.writerows([harmless(v) for v in row] if excel else row for row in rows)
        if piece := out.getvalue():
            yield piece.encode("utf-8", "replace")
        if not rows:
            return
        out.seek(0)
        out.truncate()


def json_pieces(table: Table) -> Iterator[bytes]:
    """A list of objects, one a line."""
    begin = "["
    while rows := list(islice(table.rows, BATCH)):
        lines = (json.dumps(dict(zip(table.columns, row, strict=True)), ensure_ascii=False, default=repr) for row in rows)
        yield (begin + "\n" + ",\n".join(lines)).encode("utf-8", "replace")
        begin = ","
    yield b"[\n]\n" if begin == "[" else b"\n]\n"


def xlsx_pieces(table: Table) -> Iterator[bytes]:
    """A workbook, made row by row in a file of its own: what a workbook begins with is known last."""
    with TemporaryFile() as file:
        write_xlsx(table, file)
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def write_xlsx(table: Table, out: BinaryIO) -> None:
    """A workbook with one sheet. Raises Usage where the rows do not fit in it."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", table.name)[:31])
    sheet.freeze_panes = "A2"
    sheet.append([harmless(name) for name in table.columns])
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


def pieces(kind: str, excel: bool) -> Callable[[Table], Iterator[bytes]]:
    """What writes a format of FORMATS."""
    writers: dict[str, Callable[[Table], Iterator[bytes]]] = {"json": json_pieces, "xlsx": xlsx_pieces}
    return writers.get(kind) or (lambda table: csv_pieces(table, excel))


def write(found: Iterable[bytes], out: BinaryIO) -> None:
    """All pieces, one after the other."""
    for piece in found:
        out.write(piece)
    out.flush()

"""Rows as the bytes of a file (CSV, JSON, Excel), piece by piece, without ever handing a spreadsheet a formula."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from kb import errors

FORMATS = ("csv", "json", "xlsx")
BATCH = 500  # rows in a piece
_PIECE = 1 << 16  # bytes
_FORMULA = re.compile(  # what is not seen before it may come first
    "[\t\r\n]|[ \u00a0\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff]*[-=+@＝＋－＠]"
).match
_CELL_LIMIT = 32767  # characters, Excel's own
_WIDEST = 60  # characters that a column is wide at most
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
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
    return f"'{value}" if isinstance(value, str) and _FORMULA(value) else value


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
    """A workbook with one sheet, to sort and filter: whole dates are dates. Raises Usage where the rows do not fit in it."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", table.name)[:31])
    sheet.freeze_panes = "A2"
    first = list(islice(table.rows, BATCH))
    for column, name in enumerate(table.columns):
        widest = max([len(name) + 3, *(len(str(row[column])) + 1 for row in first if row[column] is not None)])
        sheet.column_dimensions[get_column_letter(column + 1)].width = min(widest, _WIDEST)
    sheet.append([_heading(sheet, name) for name in table.columns])
    number = 1
    for number, row in enumerate(chain(first, table.rows), 2):
        if number > _SHEET_LIMIT:
            sheet.close()  # else it complains on standard error, when it is collected, that it was never ended
            raise errors.Usage(f"{table.name} har fler rader än ett kalkylblad rymmer", "välj --format csv")
        sheet.append([_cell(sheet, value) for value in row])
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(1, len(table.columns)))}{number}"
    book.save(out)


def _cell(sheet: Any, value: Any) -> Any:
    """A number or nothing as it is, a whole date as a date, any other text as a text and nothing else."""
    if not isinstance(value, str):
        return value
    if _DATE.fullmatch(value) and (day := _day(value)):
        return day
    text = _UNPRINTABLE.sub("", harmless(value))[:_CELL_LIMIT]
    return _text(sheet, text) if text.startswith("#") else text


def _heading(sheet: Any, name: str) -> Any:
    """A heading, told from the rows by its weight."""
    from openpyxl.styles import Font

    cell = _text(sheet, _UNPRINTABLE.sub("", harmless(name)))
    cell.font = Font(bold=True)
    return cell


def _text(sheet: Any, text: str) -> Any:
    """A text that would be taken for a failed formula if the workbook were not told what it is."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell


def _day(value: str) -> date | None:
    """The day, None of what a workbook has no number for: it begins with 1900."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if day.year > 1900 else None


def pieces(kind: str, excel: bool) -> Callable[[Table], Iterator[bytes]]:
    """What writes a format of FORMATS."""
    writers: dict[str, Callable[[Table], Iterator[bytes]]] = {"json": json_pieces, "xlsx": xlsx_pieces}
    return writers.get(kind) or (lambda table: csv_pieces(table, excel))


def write(found: Iterable[bytes], out: BinaryIO) -> None:
    """All pieces, one after the other."""
    for piece in found:
        out.write(piece)
    out.flush()

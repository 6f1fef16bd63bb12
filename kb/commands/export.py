"""`kb export`: any table or view as CSV, JSON or Excel, row by row."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import nullcontext
from pathlib import Path

from kb import errors, labels
from kb.export import Wanted, for_people, read
from kb.writers import FORMATS, pieces, write


def export(db: sqlite3.Connection, wanted: Wanted, kind: str, excel: bool, output: Path | None) -> None:
    """Write a table to a file, or to standard output where none is named. Raises Usage for a name or format that does not exist."""
    if kind not in FORMATS:
        raise errors.Usage(f"formatet ”{kind}” finns inte", f"välj ett av: {', '.join(FORMATS)}")
    if kind == "xlsx" and output is None and sys.stdout.isatty():
        raise errors.Usage("en arbetsbok går inte att visa på skärmen", "ange en fil med --output")
    table = read(db, wanted)
    if kind == "xlsx" or (kind == "csv" and excel):  # for a person to open; the others are for programs, and have the names of the views
        table = for_people(db, table, wanted.table, labels.shipped())
    with output.open("wb") if output else nullcontext(sys.stdout.buffer) as out:
        write(pieces(kind, excel)(table), out)

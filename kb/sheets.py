"""Rows as CSV, which programs read, or which Swedish Excel opens as it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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

"""Pages whose columns carry the meaning (a list of who voted how) laid out as they look: rows by height, columns by blanks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 5.0
"""The width of a character in points: ten-point type has about this."""
SAME_ROW = 4.0
"""Lines whose feet are no farther apart than this (points) stand in one row."""
HEADS = (("ja",), ("nej",))
"""A row that has all of these words alone is the head of a list of votes."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text on a page: its left edge and foot in points from the lower left corner, and its words."""

    x: float
    y: float
    text: str


def as_it_looks(lines: Sequence[Line]) -> str | None:
    """The text of a page in rows, where one of them is the head of a list of votes; None for every other page."""
    rows = _rows(lines)
    if not any(all(any(line.text.strip().lower() in words for line in row) for words in HEADS) for row in rows):
        return None
    return "\n".join(_laid_out(row) for row in rows)


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (-line.y, line.x)):
        if rows and abs(rows[-1][0].y - line.y) <= SAME_ROW:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _laid_out(row: Sequence[Line]) -> str:
    text = ""
    for line in sorted(row, key=lambda line: line.x):
        column = round(line.x / WIDTH)
        text += " " * max(column - len(text), 2 if text else 0) + line.text.strip()
    return text.strip() if len(row) == 1 else text.rstrip()

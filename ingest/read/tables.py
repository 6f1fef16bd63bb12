"""Pages whose columns carry the meaning (who voted how, labels and values, a number at the right edge) laid out as they look: rows by height,
columns by blanks; what is written along the margin as one line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.rules import Rules
from ingest.text import fold, squeeze

WIDTH = 5.0
"""The width of a character in points: ten-point type has about this."""
SAME_ROW = 4.0
"""Lines whose feet are no farther apart than this (points) stand in one row."""
LONG = 30
"""Two pieces of a row that are both longer than this (characters) are two columns of running text."""
MARGIN = 5.0
"""What begins so far outside the text (points) stands in the margin."""
UPRIGHT = 10
"""So many bits of a letter or three above one another are a line written along the margin."""
LEADING = 1.3
"""Lines of a paragraph are hardly farther apart than this (times the size of the type)."""
WIDE = 1.2
"""Rows so many times farther apart than most on the page, in different blocks, have a blank line between them."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text on a page: its left edge and foot in points from the lower left corner, its words, the block it belongs to,
    and the size of its type in points (0: not known).
    """

    x: float
    y: float
    text: str
    block: int = 0
    size: float = 0.0


def as_it_looks(lines: Sequence[Line], rules: Rules) -> str | None:
    """The text of a page in rows, where something stands side by side; None for a page without, and for running text in columns."""
    along, upright = _along_the_margin(lines)
    rows = _rows([line for line in lines if line not in upright])
    if any(_is_head(row, rules) for row in rows):
        return "\n".join(_laid_out(row) for row in rows)
    beside = [row for row in rows if len(row) > 1]
    if not upright and (not beside or _in_columns(beside, rows)):
        return None
    return "\n".join([*_with_gaps(rows), *([""] if along else []), *along])


def as_it_reads(lines: Sequence[Line]) -> str:
    """The text of a page by its rows, from the top; running text in columns in the order of the lines as they are given."""
    rows = _rows(lines)
    if not _in_columns([row for row in rows if len(row) > 1], rows):
        return "\n".join(_with_gaps(rows))
    pairs = zip((None, *lines), lines, strict=False)
    return "\n".join(("\n" if above and above.block != line.block else "") + line.text.strip() for above, line in pairs)


def _is_head(row: Sequence[Line], rules: Rules) -> bool:
    """Every column that a list of votes must have stands alone in the row."""
    return all(any(p.regex.fullmatch(fold(line.text.strip())) for line in row) for p in rules.of("vote_columns"))


def _in_columns(beside: Sequence[Sequence[Line]], rows: Sequence[Sequence[Line]]) -> bool:
    """Running text in columns: long pieces side by side in many rows."""
    long = sum(sum(len(squeeze(line.text)) > LONG for line in row) > 1 for row in beside)
    return long > max(3, len(beside) / 3)


def _along_the_margin(lines: Sequence[Line]) -> tuple[list[str], set[Line]]:
    """What is written along the edges, from the foot upwards, and the bits it is made of."""
    body = [line.x for line in lines if len(line.text.strip()) > UPRIGHT]
    strips: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if len(line.text.strip()) <= 3 and body and not min(body) - MARGIN <= line.x <= max(body) + 50 * MARGIN:
            strips[round(line.x / MARGIN)].append(line)
    found = [sorted(strip, key=lambda line: line.y) for strip in strips.values() if len(strip) >= UPRIGHT]
    return ["".join(line.text.strip() for line in strip) for strip in found], {line for strip in found for line in strip}


def _with_gaps(rows: Sequence[Sequence[Line]]) -> Iterator[str]:
    """The rows, with a blank line where the page has one."""
    steps = [above[0].y - below[0].y for above, below in pairwise(rows)]
    usual = sorted(steps)[len(steps) // 4] if steps else 0.0
    sizes = sorted(row[0].size for row in rows)
    if sizes and sizes[len(sizes) // 2]:
        usual = min(usual, LEADING * sizes[len(sizes) // 2])  # on a page of single lines most steps are wide
    yield from (_laid_out(row) for row in rows[:1])
    for step, (above, below) in zip(steps, pairwise(rows), strict=True):
        if step > WIDE * usual and not {line.block for line in above} & {line.block for line in below}:
            yield ""
        yield _laid_out(below)


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

"""The lines of a PDF page by PDFium: their words and where they stand, in the order of the file; some twenty times as quick as pdfminer."""

from __future__ import annotations

import ctypes
import itertools
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ingest.read.fields import with_fields
from ingest.read.piece import Piece
from ingest.read.tables import Line
from ingest.rules import Rules
from ingest.text import fold

SPLIT = 1.0
"""Words farther apart than this (times the size of the type) are not of one line of text."""
NEW_BLOCK = 1.6
"""Lines farther apart than this (times the size of the type) are not of one block."""
LEADING = 1.2
"""From line to line of running text, in sizes of the type."""
SPACED = 1.5
"""Lines of running text farther apart than this (times the size of the type) are set wide, and up to `WIDEST`."""
WIDEST = 2.6
EVEN = 0.05
"""Lines of running text are as far apart as this part of the distance allows."""
FULL = 0.25
"""A line that ends no farther from the right edge than this part of its width is full."""
RUNNING = 3
"""So many lines that run on tell how far lines are apart."""
MARGIN = 0.05
"""What stands whole in so much of the width of a page is beside its text: what a service for signing leaves there, marks of a scanner."""
HYPHEN = "\x02\ufffe"
"""What PDFium makes of a hyphen that ends a line; the line break after it is gone."""

_HYPHEN = re.compile(f"[{HYPHEN}]")
_STOP = re.compile(rf"[\r\n\f]+|(?<=[{HYPHEN}])")
_GAP = re.compile(r"\s+")
_MARKER = re.compile(r"[^\w\s]|\w{1,3}[.)]")
"""What stands before an item of a list, however far."""


def pieces(page: Any) -> list[Piece]:
    """All text of a page, and what is filled in a form on it."""
    from pypdfium2 import raw

    textpage = page.get_textpage()
    try:
        reader = _Reader(raw, textpage.raw, page.get_rotation(), *page.get_size())
        text = reader.text()
        return with_fields([piece for start, end in _lines(text) for piece in reader.pieces(text, start, end)], page)
    finally:
        textpage.close()


def placed(found: list[Piece]) -> list[Line]:
    """The pieces as lines of blocks: what follows the line above closely belongs with it."""
    lines, block = [], 0
    for n, piece in enumerate(found):
        above = found[n - 1] if n else None
        if above and not (0 < above.y - piece.y <= NEW_BLOCK * max(piece.size, 1.0) and abs(above.size - piece.size) < 3):
            block += 1
        lines.append(Line(piece.x, piece.y, piece.text, block, piece.size))
    return lines


def leaded(found: list[Piece]) -> list[Piece]:
    """Pieces that OCR has laid over a picture: their type is as large as the lines are apart, for OCR knows the height of the letters alone."""
    gaps = sorted(gap for one, next in itertools.pairwise(found) if 4 < (gap := one.y - next.y) < 40 and not (one.turned or next.turned))
    if len(gaps) < 3:
        return found
    size = gaps[len(gaps) // 4] / LEADING
    return [replace(piece, size=size) for piece in found]


def spaced(found: list[Piece], rules: Rules) -> list[Piece]:
    """Pieces of a page that is set with wide lines, their type as large as the lines are apart: else each line would be a paragraph.

    How far lines are apart is told by those that run on: full ones with a small letter below, but no item of a list.
    """
    body = [piece for piece in found if not piece.turned]
    edge = max((piece.right for piece in body), default=0.0)
    steps = sorted((one.y - below.y) / max(one.size, 1.0) for one, below in itertools.pairwise(body) if _runs_on(one, below, edge, rules))
    usual = steps[len(steps) // 2] if len(steps) >= RUNNING else 0.0
    if not SPACED < usual <= WIDEST or any(abs(step - usual) > EVEN * usual for step in steps[len(steps) // 4 : -len(steps) // 4]):
        return found
    return [replace(piece, size=piece.size * usual / LEADING) for piece in found]


def _runs_on(one: Piece, below: Piece, edge: float, rules: Rules) -> bool:
    full = one.right > edge - FULL * (edge - one.x) and not one.text.rstrip().endswith((".", ":", ";", "!", "?"))
    under = one.y > below.y and abs(one.x - below.x) < one.size and abs(one.size - below.size) < 1
    return full and under and below.text[:1].islower() and not rules.match("list_items", fold(below.text))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Ranges of lines; a hyphen that ended one is the last of its line."""
    at = 0
    for stop in _STOP.finditer(text):
        if text[at : stop.start()].strip():
            yield at, stop.start()
        at = stop.end()
    if text[at:].strip():
        yield at, len(text)


class _Reader:
    """What PDFium knows of the characters of a page, asked by their number."""

    def __init__(self, raw: Any, handle: Any, rotation: int, width: float, height: float) -> None:
        self.raw, self.handle = raw, handle
        self.rotation, self.width, self.height = rotation, width, height
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._box = raw.FS_RECTF()
        self._places = ctypes.byref(self._x), ctypes.byref(self._y)
        self._ask_origin, self._ask_box, self._into = raw.FPDFText_GetCharOrigin, raw.FPDFText_GetLooseCharBox, ctypes.byref(self._box)

    def text(self) -> str:
        """One character for each that PDFium counts."""
        count = self.raw.FPDFText_CountChars(self.handle)
        if count <= 0:
            return ""
        buffer = (ctypes.c_ushort * (count + 1))()
        self.raw.FPDFText_GetText(self.handle, 0, count, buffer)
        text = bytes(buffer)[: 2 * count].decode("utf-16-le", "replace")
        if len(text) == count and "\0" not in text:
            return text
        # outside the plane of 16 bits, or where a glyph has no letter, the two count differently
        codes = (self.raw.FPDFText_GetUnicode(self.handle, n) for n in range(count))
        return "".join(chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " " for code in codes)

    def pieces(self, text: str, start: int, end: int) -> Iterator[Piece]:
        """A line, in pieces where there is a wide gap in it."""
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        size = self.raw.FPDFText_GetFontSize(self.handle, start) or 1.0
        angle = self.raw.FPDFText_GetCharAngle(self.handle, start) - math.pi / 2 * self.rotation / 90
        turned = abs(math.sin(angle)) > 0.5
        left, foot = self._origin(start)
        at, type_size = start, self._type(size, start)
        if self._right(end - 1) < MARGIN * self.width or left > (1 - MARGIN) * self.width:
            turned = True
        for gap in () if turned else _GAP.finditer(text, start, end):
            before, after = gap.start() - 1, gap.end()
            right, (following, lower) = self._right(before), self._origin(after)
            if following - right > SPLIT * type_size and not _MARKER.fullmatch(text, at, before + 1):
                yield Piece(left, foot, right, type_size, _said(text[at : before + 1]), turned)
                at, left, foot = after, following, lower
        yield Piece(left, foot, self._right(end - 1), type_size, _said(text[at:end]), turned)

    def _type(self, size: float, at: int) -> float:
        """The size of the type in points: the font may be set at size 1 and scaled."""
        if size > 3:
            return float(size)
        self._ask_box(self.handle, at, self._into)
        return float(max(abs(self._box.top - self._box.bottom), 1.0))

    def _origin(self, at: int) -> tuple[float, float]:
        self._ask_origin(self.handle, at, *self._places)
        return self._shown(self._x.value, self._y.value) if self.rotation else (self._x.value, self._y.value)

    def _right(self, at: int) -> float:
        self._ask_box(self.handle, at, self._into)
        if not self.rotation:
            return float(max(self._box.left, self._box.right))
        corners = (self._shown(self._box.left, self._box.bottom), self._shown(self._box.right, self._box.top))
        return max(x for x, _ in corners)

    def _shown(self, x: float, y: float) -> tuple[float, float]:
        """A place of the file as the page is shown, when it is turned; width and height are those shown."""
        if self.rotation == 90:
            return y, self.height - x
        if self.rotation == 180:
            return self.width - x, self.height - y
        if self.rotation == 270:
            return self.width - y, x
        return x, y


def _said(text: str) -> str:
    return _HYPHEN.sub("-", text)

"""Text of a file that flows (Word, OpenDocument, HTML, Markdown), laid out in lines as it would be printed: pages, headings, items, tables."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

WIDEST = 160
"""A table wider than this (characters) is not laid out in columns."""
LONG = 80
"""A paragraph longer than this is running text, and an empty line stands around it."""
LABEL = 60
"""A left cell longer than this is no label."""
BREAK = "\f"

Laid = tuple[str, list[tuple[int, int]], tuple[str, ...]]
"""the text, where its pages lie in it, the headings"""


class Flow:
    """Collects the pieces of a document in their order."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._outline: list[str] = []

    def heading(self, text: str) -> None:
        """A heading by its style: it stands alone, and the parser is told that it is one."""
        if text := tidy(text):
            self._outline.append(" ".join(text.split()))
            self.gap()
            self._lines += [*text.split("\n"), ""]

    def paragraph(self, text: str, gap: bool = True) -> None:
        """A paragraph; without a `gap` a short one stands right under the one before, as the lines of a letterhead do."""
        text = tidy(text)
        if gap or not text or len(text) > LONG:
            self.gap()
        if text:
            self._lines += text.split("\n")
            if gap or len(text) > LONG:
                self.gap()

    def item(self, marker: str, text: str) -> None:
        """An item of a list, with its marker as printed; the page that begins with the item begins before its marker."""
        if text.lstrip(" \t\n").startswith(BREAK):
            self.page()
            text = text.lstrip(f" \t\n{BREAK}")
        if text := tidy(text):
            self._lines += f"{marker} {text}".strip().split("\n")

    def gap(self) -> None:
        """An empty line, unless there is one."""
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def page(self) -> None:
        """A new page begins here."""
        self._lines.append(BREAK)

    def table(self, rows: Iterable[Sequence[str]]) -> None:
        """A table: of two columns as a label and what it is about, of more in columns as they look."""
        cells = [[tidy(cell).replace(BREAK, " ") for cell in row] for row in rows]
        cells = [row for row in cells if any(row)]
        self.gap()
        if max((len(row) for row in cells), default=0) <= 2:
            for row in cells:
                self._lines += _labelled(row)
        else:
            self._lines += _in_columns(cells)
        self.gap()

    def laid_out(self) -> Laid:
        """The whole text. A page without words is none, but for a text without any."""
        text = "\n".join(self._lines)
        pages = [page.strip("\n") for page in text.split(BREAK)]
        pages = [page for page in pages if page.strip()] or [""]
        starts = itertools.accumulate((len(page) + 2 for page in pages), initial=0)
        spans = [(start, start + len(page)) for start, page in zip(starts, pages, strict=False)]
        return "\n\f".join(pages), spans, tuple(self._outline)


def tidy(text: str) -> str:
    """Lines without blanks at their ends and in rows, none of them empty."""
    rows = (re.sub(r"[ \t\u00a0]+", " ", row).strip(" ") for row in re.split(r"[\n\r\v]", text.replace("\0", "")))
    return "\n".join(row for row in rows if row)


def _labelled(row: Sequence[str]) -> list[str]:
    """A label with the first line of what stands right of it, as a title block reads in print; other cells one after the other."""
    filled = [cell for cell in row if cell]
    if len(filled) == 2 and "\n" not in filled[0] and len(filled[0]) <= LABEL:
        return " ".join(filled).split("\n")
    return "\n".join(filled).split("\n")


def _in_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Cells padded so that columns stand under each other; two blanks between them where that would be too wide or cells have several lines."""
    widths = [max(len(cell) for cell in column) + 2 for column in itertools.zip_longest(*rows, fillvalue="")]
    if sum(widths) > WIDEST or any("\n" in cell for row in rows for cell in row):
        return ["  ".join(" ".join(cell.split("\n")) for cell in row if cell) for row in rows]
    return ["".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in rows]

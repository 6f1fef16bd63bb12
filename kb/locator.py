"""Where a span stands for people: page and line of a source."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from ingest.models import Page, Span

WITHOUT_LINES = frozenset({"pdf", "docx", "odt", "html", "eml", "md"})


class Locator:
    """Turns character offsets of one source into pages and lines, both 1-based. Made once a source, asked for each row."""

    def __init__(self, text: str, pages: Sequence[Page], file_format: str) -> None:
        self._pages = sorted(pages, key=lambda p: p.start)
        self._starts = [p.start for p in self._pages]
        self._breaks = None if file_format in WITHOUT_LINES else [m.start() for m in re.finditer("\n", text)]

    def page(self, offset: int) -> int:
        """The page that holds the offset; the first page before all, 1 where the source has none."""
        return self._pages[max(0, bisect_right(self._starts, offset) - 1)].number if self._pages else 1

    def line(self, offset: int) -> int | None:
        """The line that holds the offset, None where the format has no lines."""
        return None if self._breaks is None else bisect_left(self._breaks, offset) + 1

    def place(self, span: Span) -> dict[str, int | None]:
        """The columns page, line, start and end of a row."""
        return {"page": self.page(span.start), "line": self.line(span.start), "start": span.start, "end": span.end}

    def last_line(self, span: Span) -> int | None:
        """The line of the span's last character."""
        return self.line(max(span.start, span.end - 1))

    def last_page(self, span: Span) -> int:
        """The page of the span's last character."""
        return self.page(max(span.start, span.end - 1))

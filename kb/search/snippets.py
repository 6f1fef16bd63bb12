"""A text with marks around what was found, and the stretch of it worth showing. Marks are private-use characters, for the caller to replace."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

START, END = "\ue000", "\ue001"
_MARKED = re.compile(f"{START}([^{END}]*){END}")
_MARKS = 100
"""Marks of a text that are looked at, for where to begin."""
UNMARKED = str.maketrans("", "", START + END)
"""Drops such characters from a text."""


def marked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with these stretches, in order, between START and END."""
    pieces, at = [], 0
    for start, end in _merged(spans):
        pieces += [text[at:start], START, text[start:end], END]
        at = end
    return "".join([*pieces, text[at:]])


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans that do not overlap and cover the same characters; `spans` is sorted."""
    open_start, open_end = -1, -1
    for start, end in spans:
        if start > open_end:
            if open_end >= 0:
                yield open_start, open_end
            open_start, open_end = start, end
        else:
            open_end = max(open_end, end)
    if open_end >= 0:
        yield open_start, open_end


def excerpt(marked: str, width: int = 240) -> str:
    """About `width` characters at most, where most different words are marked, on one line, cut between words; an ellipsis for what is left out."""
    marked = " ".join(marked.split())
    if len(marked) <= width:
        return marked
    at = max(0, _richest(marked, width) - width // 3)
    begin = marked.rfind(" ", 0, at) + 1 if at else 0
    end = len(marked) if len(marked) <= begin + width else marked.rfind(" ", begin, begin + width)
    end = end if end > begin else begin + width
    part = marked[begin:end]
    if part.rfind(START) > part.rfind(END):
        part += END
    return f"{'… ' if begin else ''}{part}{' …' if end < len(marked) else ''}"


def _richest(marked: str, width: int) -> int:
    """Where the mark stands from which on most different words are marked within half of `width`; the first of such marks."""
    marks = [(found.start(), found[1].lower()) for found in islice(_MARKED.finditer(marked), _MARKS)]
    within = [len({word for start, word in marks[n:] if start < at + width // 2}) for n, (at, _) in enumerate(marks)]
    return marks[within.index(max(within))][0] if within else 0


def segments(marked: str) -> Iterator[tuple[str, bool]]:
    """The pieces of a marked text: what to print, and whether it is marked."""
    for piece in marked.split(START):
        hit, end, rest = piece.partition(END)
        if end:
            yield hit, True
        yield (rest if end else hit), False


def to_html(marked: str) -> str:
    """A marked text as HTML: everything escaped, marks as `<mark>`."""
    import html  # no terminal needs it

    return html.escape(marked).replace(START, "<mark>").replace(END, "</mark>")

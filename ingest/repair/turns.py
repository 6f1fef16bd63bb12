"""Words that go on over the turn of a page: looked up whole, though headers and footers may stand between their halves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ingest.repair.tokens import BEGINS, Token
from ingest.text import NO_SHARED_PART, lines

TOP, BOTTOM = 8, 4
"""How many lines at the top and bottom of a page may belong to the page."""
LONGEST = 120
"""A header has no longer line."""
ALIKE = 0.85
"""Two lines are the same header where so much of them is equal: an engine may have read each in its own way."""

_END = re.compile(r"[^\W\d_]-\s*$")
_GOES_ON = re.compile(rf"\s*{BEGINS}{NO_SHARED_PART}")
_NO_LETTER = re.compile(r"[\W\d_]+")

Row = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Edges:
    """The first lines of a page from the top, its last from the bottom."""

    top: Sequence[Row]
    bottom: Sequence[Row]


def joined(found: Iterable[Token], text: str, pages: Sequence[Row]) -> list[Token]:
    """The tokens of a text, where the halves of such a word are one token, which stands where the first half does."""
    turns = dict(_turns(text, pages))
    tokens = list(found)
    if not turns:
        return tokens
    second = {token.start: token for token in tokens if token.word}
    gone: set[int] = set()
    out = []
    for token in tokens:
        other = second.get(turns.get(token.end, -1))
        if other and token.word:
            gone.add(other.start)
            whole = f"{token.text}-\n{other.text}"
            token = token._replace(end=other.end, text=whole, word=token.word + other.word.lower(), skip=(token.end, other.start))
        if not token.word or token.start not in gone:
            out.append(token)
    return out


def _turns(text: str, pages: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """Where the first half of a word ends, and where the second begins."""
    edges = [_edges(text, *page) for page in pages]
    for n in range(len(edges) - 1):
        above = edges[n - 1].bottom if n else ()
        below = edges[n + 2].top if n + 2 < len(edges) else ()
        last = _first_own(text, edges[n].bottom, [*above, *edges[n + 1].bottom])
        first = _first_own(text, edges[n + 1].top, [*edges[n].top, *below])
        if last and first and (end := _END.search(text[last[0] : last[1]])) and (begin := _GOES_ON.match(text, *first)):
            yield last[0] + end.start() + 1, begin.end()


def _edges(text: str, start: int, end: int) -> _Edges:
    rows = [(a, b) for a, b in lines(text, start, end) if text[a:b].strip()]
    return _Edges(rows[:TOP], rows[: -BOTTOM - 1 : -1])


def _first_own(text: str, rows: Sequence[Row], others: Sequence[Row]) -> Row | None:
    """The first line that is no header: no bare number, and no line that stands on the next page too."""
    keys = [_key(text, row) for row in others]
    return next((row for row in rows if (key := _key(text, row)) and not (len(key) < LONGEST and any(_alike(key, other) for other in keys))), None)


def _key(text: str, row: Row) -> str:
    return _NO_LETTER.sub(" ", text[row[0] : row[1]].lower()).strip()


def _alike(one: str, other: str) -> bool:
    if one == other or abs(len(one) - len(other)) > (1 - ALIKE) * len(one):
        return one == other
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE

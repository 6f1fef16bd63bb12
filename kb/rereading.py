"""Which words of a passage or record were read again, by their number in its text: what the columns `read_again` hold."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.models import Alternative, Correction, Span
from kb.search.analyze import terms
from kb.search.index import readings

_BROKEN = re.compile(r"(?<=[^\W\d_])-\s*\n\s*(?=[^\W\d_])")
_AHEAD = 12
"""Words that one looks ahead in the passage for a word of the source; what the passage leaves out, such as a header, is not found and skipped."""


Pieces = Sequence[tuple[str, str | None]]
"""The texts of passages, each with its `read_again`."""


def within(text: str, pieces: Pieces) -> str | None:
    """The value for a text whose words come from some passages; None where none of its words was read again.

    A word counts as repaired where it stands nowhere in the passages as it was read.
    """
    repaired: set[str] = set()
    sure: set[str] = set()
    others: dict[str, dict[str, None]] = {}
    for passage, column in pieces:
        found, again = terms(passage), readings(column)
        repaired.update(found[n] for n in again.repaired if n < len(found))
        sure.update(term for n, term in enumerate(found) if n not in again.repaired)
        for n, words in again.others:
            if n < len(found):
                others.setdefault(found[n], {}).update(dict.fromkeys(words))
    marks = ((n, "~" if term in repaired and term not in sure else "=", others.get(term, ())) for n, term in enumerate(terms(text)))
    return " ".join(f"{n}{mark}{'|'.join(words)}" for n, mark, words in marks if mark == "~" or words) or None


@dataclass(slots=True)
class _Place:
    start: int
    end: int
    fixed: str
    repaired: bool = False
    words: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ("~" if self.repaired else "=") + "|".join(self.words)


class Rereading:
    """The words of a source that were read again, asked for each of its passages."""

    def __init__(self, text: str, corrections: Sequence[Correction], alternatives: Sequence[Alternative]) -> None:
        self._text = text
        places = {(c.start, c.end): _Place(c.start, c.end, c.corrected, True) for c in corrections}
        for a in alternatives:
            place = places.setdefault((a.start, a.end), _Place(a.start, a.end, text[a.start : a.end]))
            place.words = tuple("-".join(terms(word)) for word in a.words)
        self._places = [places[key] for key in sorted(places)]
        self._starts = [place.start for place in self._places]

    def column(self, span: Span, text: str) -> str | None:
        """The value for a passage and its text; None where no word of it was read again. Its time grows with the passage."""
        low, high = bisect_left(self._starts, span.start), bisect_left(self._starts, span.end)
        if low == high:
            return None
        found: dict[int, _Place] = {}
        shown, at = terms(text), 0
        for term, place in self._words(span, self._places[low:high]):
            ahead = shown[at : at + _AHEAD]
            if term in ahead:
                at += ahead.index(term) + 1
                if place:
                    found[at - 1] = place
        return " ".join(f"{n}{place}" for n, place in found.items()) or None

    def _words(self, span: Span, places: Sequence[_Place]) -> Iterator[tuple[str, _Place | None]]:
        """The words of the source as they read after repair, each with its place if it was read again."""
        at = span.start
        for place in places:
            if place.start < at:  # within another one
                continue
            yield from self._plain(at, place.start)
            yield from ((term, place) for term in terms(_BROKEN.sub("", place.fixed)))
            at = place.end
        yield from self._plain(at, span.end)

    def _plain(self, start: int, end: int) -> Iterator[tuple[str, None]]:
        yield from ((term, None) for term in terms(_BROKEN.sub("", self._text[start:end])))

"""Where a text is damaged: stretches of lines in which å, ä and ö are missing, found by a hidden Markov model of two states (Viterbi)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

INTACT_SHARE, DAMAGED_SHARE = 0.055, 0.0004
"""The share of å, ä and ö among the letters of Swedish text, and of text read by an engine without them."""
SWITCH = math.log(3e-3)
"""The price of a change between two lines: stretches are pages, hardly ever single lines."""
MARKED = frozenset("åäöÅÄÖ\u0308\u030a")
"""The letters, and their marks where these stand loose (NFD)."""

_LETTERS = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"@|://|www\.")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines `start..end` of a text in which no å, ä or ö is to be expected."""

    start: int
    end: int


def damaged_spans(text: str, end: int | None = None) -> list[Stretch]:
    """The stretches of `text` (up to `end`) that look damaged. Foreign text and lists of names look so too: the words have to say the rest."""
    rows = list(_rows(text, len(text) if end is None else end))
    states = _viterbi([(letters, marked) for _, _, letters, marked in rows])
    found: list[Stretch] = []
    for (start, stop, letters, _), damaged in zip(rows, states, strict=True):
        if damaged and found and found[-1].end >= start - 1:
            found[-1] = Stretch(found[-1].start, stop)
        elif damaged and letters:
            found.append(Stretch(start, stop))
    return found


def _rows(text: str, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Lines with the number of their letters and of those that are å, ä or ö."""
    at = 0
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        line = text[at:stop]
        if _ADDRESS.search(line):
            line = " ".join(word for word in line.split() if not _ADDRESS.search(word))
        letters = sum(map(len, _LETTERS.findall(line)))
        yield at, stop, letters, sum(map(line.count, MARKED)) if letters and not line.isascii() else 0
        at = stop + 1


def _viterbi(rows: list[tuple[int, int]]) -> list[bool]:
    """For each line whether it is damaged: the most likely row of states."""
    share = ((math.log(INTACT_SHARE), math.log1p(-INTACT_SHARE)), (math.log(DAMAGED_SHARE), math.log1p(-DAMAGED_SHARE)))
    (marked_0, plain_0), (marked_1, plain_1) = share
    best_0, best_1, back = 0.0, -1.0, []
    for letters, marked in rows:
        over_0, over_1 = best_1 + SWITCH, best_0 + SWITCH  # each state, come to from the other one
        back.append((0 if best_0 >= over_0 else 1, 1 if best_1 >= over_1 else 0))
        best_0 = max(best_0, over_0) + marked * marked_0 + (letters - marked) * plain_0
        best_1 = max(best_1, over_1) + marked * marked_1 + (letters - marked) * plain_1
    state = 1 if best_1 > best_0 else 0
    states = []
    for came in reversed(back):
        states.append(state == 1)
        state = came[state]
    return states[::-1]

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
MARKED = frozenset("åäöÅÄÖ")

BEGINNING = -1.0
"""How much likelier (as a logarithm) a text is damaged from the start than not."""
ROUNDING = 1e-6
_SHARES = ((math.log(INTACT_SHARE), math.log1p(-INTACT_SHARE)), (math.log(DAMAGED_SHARE), math.log1p(-DAMAGED_SHARE)))
_MARK, _PLAIN = _SHARES[1][0] - _SHARES[0][0], _SHARES[1][1] - _SHARES[0][1]
_LETTERS = re.compile(r"[^\W\d_]+")
_ADDRESS = ("@", "://", "www.")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines `start..end` of a text in which no å, ä or ö is to be expected."""

    start: int
    end: int


def damaged_spans(text: str, end: int | None = None) -> list[Stretch]:
    """The stretches of `text` (up to `end`) that look damaged. Foreign text and lists of names look so too: the words have to say the rest."""
    rows = list(_rows(text, len(text) if end is None else end))
    found: list[Stretch] = []
    for first, last in _suspect(rows):
        run = [(start, stop, _letters(text[start:stop]), marked) for start, stop, marked in rows[first:last]]
        states = _viterbi([(letters, marked) for _, _, letters, marked in run], SWITCH if first else BEGINNING)
        for (start, stop, letters, _), damaged in zip(run, states, strict=True):
            if damaged and found and found[-1].end >= start - 1:
                found[-1] = Stretch(found[-1].start, stop)
            elif damaged and letters:
                found.append(Stretch(start, stop))
    return found


def _rows(text: str, end: int) -> Iterator[tuple[int, int, int]]:
    """Lines with the number of their letters that are å, ä or ö."""
    at = 0
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        line = text[at:stop]
        yield at, stop, 0 if line.isascii() else sum(map(_without_addresses(line).count, MARKED))
        at = stop + 1


def _without_addresses(line: str) -> str:
    return " ".join(word for word in line.split() if not _is_address(word)) if _is_address(line) else line


def _is_address(words: str) -> bool:
    return any(sign in words for sign in _ADDRESS)


def _letters(line: str) -> int:
    return sum(map(len, _LETTERS.findall(_without_addresses(line))))


def _suspect(rows: list[tuple[int, int, int]]) -> Iterator[tuple[int, int]]:
    """The runs of lines among which damage can be: as if all characters of a line were letters, which they are at most.

    `ahead` is how much likelier the best row of states that ends damaged is than the best that ends intact. Where it has fallen so low that a
    change of state is the better way in, what stood before no longer matters, and a new run begins. A run holds damage only if `ahead` grows
    enough to pay for the way back, or is above zero where the text ends.
    """
    first, highest, ahead = 0, BEGINNING, BEGINNING
    for n, (start, stop, marked) in enumerate(rows):
        if ahead < SWITCH:
            if highest > -SWITCH - ROUNDING:
                yield first, n
            first, highest, ahead = n, SWITCH, SWITCH
        ahead = min(ahead, -SWITCH) + marked * _MARK + (stop - start - marked) * _PLAIN
        highest = max(highest, ahead)
    if highest > -SWITCH - ROUNDING or ahead > -ROUNDING:
        yield first, len(rows)


def _viterbi(rows: list[tuple[int, int]], ahead: float) -> list[bool]:
    """For each line whether it is damaged: the most likely row of states. `ahead` is how much likelier it is that the text before is damaged."""
    (marked_0, plain_0), (marked_1, plain_1) = _SHARES
    best_0, best_1, back = 0.0, ahead, []
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

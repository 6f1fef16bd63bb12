"""Where a text is damaged: stretches of lines in which å, ä and ö are missing, found by a hidden Markov model of two states (Viterbi)."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ingest.repair.signs import MARKED, letters, signs

INTACT_SHARE, DAMAGED_SHARE = 0.055, 0.0004
"""The share of å, ä and ö among the letters of Swedish text, and of text read by an engine without them."""
SWITCH = math.log(3e-3)
"""The price of a change between two lines: stretches are pages, hardly ever single lines."""

BEGINNING = -1.0
"""How much likelier (as a logarithm) a text is damaged from the start than not."""
ROUNDING = 1e-6
_SHARES = ((math.log(INTACT_SHARE), math.log1p(-INTACT_SHARE)), (math.log(DAMAGED_SHARE), math.log1p(-DAMAGED_SHARE)))
_MARK, _PLAIN = _SHARES[1][0] - _SHARES[0][0], _SHARES[1][1] - _SHARES[0][1]
_ADDRESS = re.compile(r"@|://|www\.")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines `start..end` of a text in which no å, ä or ö is to be expected."""

    start: int
    end: int


def damaged_spans(text: str, end: int | None = None) -> list[Stretch]:
    """The stretches of `text` (up to `end`) that look damaged. Foreign text and lists of names look so too: the words have to say the rest."""
    lines = text[:end].removesuffix("\n").split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    rows = _rows(text[:end], lines, starts)
    found: list[Stretch] = []
    for first, last in _suspect(rows):
        states = _viterbi(rows[first:last], SWITCH if first else BEGINNING)
        for n in (n for n, damaged in enumerate(states, first) if damaged):
            start, stop = starts[n], starts[n + 1] - 1
            if found and found[-1].end >= start - 1:
                found[-1] = Stretch(found[-1].start, stop)
            elif rows[n][0]:
                found.append(Stretch(start, stop))
    return found


def _rows(text: str, lines: Sequence[str], starts: Sequence[int]) -> list[tuple[int, int]]:
    """How many letters each line has, and how many of these are å, ä or ö; without those of addresses."""
    signed = letters(signs(text))
    plain = signed.translate(None, MARKED)
    rows = [(len(one), len(one) - len(rest)) for one, rest in zip(signed.split(b"\n"), plain.split(b"\n"), strict=True)][: len(lines)]
    for n in {bisect_right(starts, address.start()) - 1 for address in _ADDRESS.finditer(text)}:
        rest = letters(signs(" ".join(word for word in lines[n].split() if not _ADDRESS.search(word))))
        rows[n] = (len(rest), rest.count(MARKED))
    return rows


def _suspect(rows: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The runs of lines among which damage can be.

    `ahead` is how much likelier the best row of states that ends damaged is than the best that ends intact. Where it has fallen so low that a
    change of state is the better way in, what stood before no longer matters, and a new run begins. A run holds damage only if `ahead` grows
    enough to pay for the way back, or is above zero where the text ends.
    """
    first, highest, ahead = 0, BEGINNING, BEGINNING
    for n, (count, marked) in enumerate(rows):
        if ahead < SWITCH:
            if highest > -SWITCH - ROUNDING:
                yield first, n
            first, highest, ahead = n, SWITCH, SWITCH
        ahead = (-SWITCH if ahead > -SWITCH else ahead) + marked * _MARK + (count - marked) * _PLAIN
        if ahead > highest:
            highest = ahead
    if highest > -SWITCH - ROUNDING or ahead > -ROUNDING:
        yield first, len(rows)


def _viterbi(rows: Sequence[tuple[int, int]], ahead: float) -> list[bool]:
    """For each line whether it is damaged: the most likely row of states. `ahead` is how much likelier it is that the text before is damaged."""
    (marked_0, plain_0), (marked_1, plain_1) = _SHARES
    best_0, best_1, back = 0.0, ahead, []
    for count, marked in rows:
        over_0, over_1 = best_1 + SWITCH, best_0 + SWITCH  # each state, come to from the other one
        back.append((0 if best_0 >= over_0 else 1, 1 if best_1 >= over_1 else 0))
        best_0 = max(best_0, over_0) + marked * marked_0 + (count - marked) * plain_0
        best_1 = max(best_1, over_1) + marked * marked_1 + (count - marked) * plain_1
    state = 1 if best_1 > best_0 else 0
    states = []
    for came in reversed(back):
        states.append(state == 1)
        state = came[state]
    return states[::-1]

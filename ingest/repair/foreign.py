"""Which lines of a damaged stretch are in another language: told by its small words, in a hidden Markov model of two states (Viterbi).

A text without å, ä and ö looks damaged in English or German too, and in a paper that holds both, what is known of the whole does not help.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from ingest.repair.damage import Stretch
from ingest.text import SMALL

WORD = 4.5
"""What a small word tells of its language (nats): how much more often it comes there than in the other."""
SWITCH = 5.0
"""The price of a change between two lines: a name in English within a sentence is worth less, a sentence more."""

_WORD = re.compile(r"[^\W\d_]+")


def native(text: str, stretches: Iterable[Stretch], foreign: Collection[str]) -> list[Stretch]:
    """The stretches without the lines that are in another language, whose small words are `foreign`."""
    return [part for stretch in stretches for part in _native(text, stretch, foreign)]


def _native(text: str, stretch: Stretch, foreign: Collection[str]) -> list[Stretch]:
    rows = list(_rows(text, stretch))
    away = _viterbi([_leaning(text[start:end], foreign) for start, end in rows])
    if not any(away):
        return [stretch]
    found: list[Stretch] = []
    for n, (start, end) in enumerate(rows):
        if not away[n]:
            follows = bool(n and found and not away[n - 1])
            found[len(found) - follows :] = [Stretch(found[-1].start if follows else start, end)]
    return found


def _rows(text: str, stretch: Stretch) -> Iterator[tuple[int, int]]:
    at = stretch.start
    while at < stretch.end:
        stop = text.find("\n", at, stretch.end)
        stop = stretch.end if stop < 0 else stop
        yield at, stop
        at = stop + 1


def _leaning(line: str, foreign: Collection[str]) -> float:
    """How much a line speaks for another language, less what speaks for Swedish (nats)."""
    words = _WORD.findall(line.lower())
    return WORD * (sum(word in foreign for word in words) - sum(word in SMALL for word in words))


def _viterbi(leanings: list[float]) -> list[bool]:
    """For each line whether it is in another language: the most likely row of states."""
    here, there, back = 0.0, -SWITCH, []
    for leaning in leanings:
        back.append((there - SWITCH > here, there >= here - SWITCH))
        here, there = max(here, there - SWITCH), max(there, here - SWITCH) + leaning
    away, states = there > here, []
    for from_there in reversed(back):
        states.append(away)
        away = from_there[away]
    return states[::-1]

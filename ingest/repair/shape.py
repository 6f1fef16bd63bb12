"""How like a Swedish word a row of letters is, whether or not anybody has written it: runs of up to four letters, each with its share.

Interpolated as Witten and Bell (1991) do. What no lexicon has is a name, a foreign or an old word, or a word that was misread; the first three look
like words ("kungavedret"), the last does not ("stdd").
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import marisa_trie

LONGEST = 4
"""How many letters a run has at most."""
FILE = "shapes.marisa"

_EDGE = " "
_START = _EDGE * (LONGEST - 1)
_LETTERS = 40
"""How many different letters there are, about: what has never been seen has this share."""
_STEP = 200.0
"""Logarithms are kept as whole numbers, so many to a nat."""


class Shape:
    """Prices of rows of letters. Raises OSError or RuntimeError where the file is missing or broken."""

    def __init__(self, folder: Path) -> None:
        self._runs = marisa_trie.RecordTrie("<hh").mmap(str(folder / FILE))

    def price(self, word: str) -> float:
        """The natural logarithm of the share of a word among all that are made as Swedish words are."""
        text = _START + word + _EDGE
        return sum([self._letter(text[n - LONGEST + 1 : n + 1]) for n in range(LONGEST - 1, len(text))]) / _STEP

    def _letter(self, run: str) -> float:
        """What the last letter of a run costs after those before it: where the run is unknown, what is left after them, and a shorter run."""
        price = 0.0
        get = self._runs.get
        while run:
            if found := get(run):
                return price + float(found[0][0])
            if left := get(run[:-1]):
                price += left[0][1]
            run = run[1:]
        return price - math.log(_LETTERS) * _STEP


def save(words: Iterable[str], folder: Path) -> None:
    """Learn the runs of these words and pack them into a file of `folder`. The longest are kept where they were seen twice."""
    kept = {run: n for run, n in _counted(words).items() if n > 1 or len(run) < LONGEST}
    records = ((run, tuple(round(math.log(p) * _STEP) for p in pair)) for run, pair in sorted(_priced(kept).items()))
    marisa_trie.RecordTrie("<hh", records).save(str(folder / FILE))


def _counted(words: Iterable[str]) -> Counter[str]:
    """How often each run comes in these words. The longest are counted in all words at once; the shorter are their ends."""
    text = "".join(f"{_START}{word}{_EDGE}" for word in words)
    counts: Counter[str] = Counter()
    for run, n in _longest(text):
        if not run.endswith(_EDGE + _EDGE):  # it would reach into the next word
            for size in range(1, LONGEST + 1):
                counts[run[-size:]] += n
    return counts


def _longest(text: str) -> Iterator[tuple[str, int]]:
    """How often each run of `LONGEST` letters comes: four letters as one number, at every fourth place from each of four beginnings."""
    letters = sorted(set(text))[:256]  # no language of the lexicon has so many
    numbered = text.translate({ord(letter): n for n, letter in enumerate(letters)}).encode("latin-1", "replace")
    runs: Counter[int] = Counter()
    for at in range(LONGEST):
        piece = memoryview(numbered)[at : at + (len(numbered) - at) // LONGEST * LONGEST]
        runs.update(piece.cast("I"))
    for run, n in runs.items():
        yield "".join(letters[c] for c in run.to_bytes(LONGEST, sys.byteorder)), n


def _priced(counts: Mapping[str, int]) -> dict[str, tuple[float, float]]:
    """For each run the share of its last letter after the others, and what is left, after the whole run, for letters not seen there."""
    total: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for run, n in counts.items():
        total[run[:-1]] += n
        kinds[run[:-1]] += 1
    shares: dict[str, float] = {"": 1 / _LETTERS}
    for run in sorted(counts, key=len):
        before = run[:-1]
        shares[run] = (counts[run] + kinds[before] * shares[run[1:]]) / (total[before] + kinds[before])
    runs = shares.keys() | total.keys()
    return {run: (shares.get(run, 1.0), kinds[run] / (total[run] + kinds[run]) if run in total else 1.0) for run in runs if run}

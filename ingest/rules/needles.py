"""The words that all expressions of some rules need, sought at once: Aho and Corasick's automaton walks over a text and tells which stand where."""

from __future__ import annotations

import functools
import re
import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import Protocol

import ahocorasick

_LONG = 3000
"""The small letters of texts longer than this are kept for a while."""
LINE = 500
"""Of texts longer than this, about which many expressions ask, it is noted where words stand, of others only which ones do."""
_KNOWN = 4096
"""So many lines and sentences are remembered: several stages ask about the same one."""
_WHOLE = 16
"""So many texts longer than `LINE`."""
ALL = sys.maxsize
_BLANKS = re.compile(r"\s{2,}")


def lowered(text: str) -> str:
    """Small letters as IGNORECASE sees them, each in its place; "" where that cannot be (a letter that becomes two)."""
    return _whole(text) if len(text) > _LONG else _lowered(text)


def _lowered(text: str) -> str:
    low = text.lower()
    if "ſ" in low or "ı" in low:
        low = low.replace("ſ", "s").replace("ı", "i")
    return low if len(low) == len(text) else ""


_whole = functools.lru_cache(maxsize=8)(_lowered)


class Asking(Protocol):
    """An expression that needs one of some words (none: not known), and its bit."""

    @property
    def words(self) -> tuple[str, ...]:
        """The words in small letters."""

    @property
    def bit(self) -> int:
        """One bit of a number."""


class Places:
    """Where in a text the words stand that expressions need."""

    def __init__(self, low: str, likely: int, ends: Mapping[str, list[int]]) -> None:
        self.low, self.likely = low, likely
        """The text in small letters, and the expressions that may match in it."""
        self._ends = ends
        """Word → the places of its last letters."""
        self._of: dict[tuple[str, ...], list[int]] = {}
        """By words, which many expressions share."""

    @cached_property
    def stretches(self) -> tuple[int, int]:
        """The longest stretch without a blank, and the longest of blanks; of a text that is not very long its length will do for both."""
        if len(self.low) <= _LONG:
            return len(self.low), len(self.low)
        return max(map(len, self.low.split()), default=0), max(map(len, _BLANKS.findall(self.low)), default=1)

    def of(self, asking: Asking, start: int, end: int) -> list[int]:
        """Those of an expression that begin in `start..end`, in order."""
        places = self._of.get(asking.words)
        if places is None:
            places = [end + 1 - len(word) for word in asking.words for end in self._ends.get(word, ())]
            places.sort()
            self._of[asking.words] = places
        return places if start <= 0 and end >= len(self.low) else places[bisect_left(places, start) : bisect_left(places, end)]


class Needles:
    """The words that expressions need. Which expressions may match is a number with a bit for each."""

    def __init__(self) -> None:
        self._asking: list[Asking] = []
        self.likely = functools.lru_cache(maxsize=_KNOWN)(self._likely)
        """The expressions that may match somewhere in a text."""
        self.places = functools.lru_cache(maxsize=_WHOLE)(self._places)
        """Where their words stand in a text."""

    def add(self, asking: Asking) -> int:
        """Let one more expression ask, before the first text is looked at; its bit."""
        self._asking.append(asking)
        return 1 << (len(self._asking) - 1)

    @cached_property
    def _always(self) -> int:
        """The expressions of which no word is known."""
        return sum(asking.bit for asking in self._asking if not asking.words)

    @cached_property
    def _bits(self) -> Mapping[str, int]:
        """Word → the expressions that need it."""
        bits: dict[str, int] = {}
        for asking in self._asking:
            for word in asking.words:
                bits[word] = bits.get(word, 0) | asking.bit
        return bits

    @cached_property
    def _automaton(self) -> ahocorasick.Automaton:
        """Finds the words, each with its bits; false where there are none."""
        found = ahocorasick.Automaton()
        for word, bits in self._bits.items():
            found.add_word(word, (word, bits))
        found.make_automaton()
        return found

    def _likely(self, text: str) -> int:
        if len(text) > LINE:
            return self.places(text).likely
        low, likely = _lowered(text), self._always
        if (text and not low) or not self._automaton:
            return -1
        for _, (_, bits) in self._automaton.iter(low):
            likely |= bits
        return likely

    def _places(self, text: str) -> Places:
        low, likely = lowered(text), self._always
        if not low or not self._automaton:
            return Places(low, -1, {})
        ends = defaultdict[str, list[int]](list)
        for end, (word, _) in self._automaton.iter(low):
            ends[word].append(end)
        for word in ends:
            likely |= self._bits[word]
        return Places(low, likely, ends)

"""Where a pattern can match at all: the words that every match of it must hold, read off the pattern itself, are sought first.

Looking for a plain word is some twenty times quicker than trying a regular expression at every letter of a text. `Quick` finds what its
expression finds, no more and no less (a test compares them on every text there is); it only does not look where nothing can be.
"""

from __future__ import annotations

import functools
import importlib
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import repeat

from ingest.rules.begins import HEAD, Start, starts
from ingest.rules.needs import NOT_KNOWN, Far, Needed, Part, needed, parts, reach

__all__ = ["HEAD", "Quick", "lowered", "spots"]

STEPS = 8
"""Trying one place takes as long as looking at so many within a search; so many or fewer are always tried one by one."""
_MOST = 40
"""An expression that asks for one of more words than this is tried everywhere."""
_LONG = 3000
"""The small letters of texts longer than this are kept for a while."""
_ALL = sys.maxsize
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


@functools.lru_cache(maxsize=8)
def _stretches(text: str) -> tuple[int, int]:
    """The longest stretch without a blank, and the longest of blanks."""
    return max(map(len, text.split()), default=0), max(map(len, _BLANKS.findall(text)), default=1)


@functools.lru_cache(maxsize=64)
def _places(low: str, words: tuple[str, ...], start: int, end: int) -> tuple[int, ...]:
    """Where one of the words begins, in order."""
    found = []
    for word in words:
        at = low.find(word, start, end)
        while at >= 0:
            found.append(at)
            at = low.find(word, at + 1, end)
    return tuple(found) if len(words) == 1 else tuple(sorted(found))


class Quick:
    """A compiled expression that knows what it needs, and is asked like one. What it needs is read off it when first asked for."""

    def __init__(self, regex: re.Pattern[str]) -> None:
        self.regex = regex
        self.match: Callable[..., re.Match[str] | None] = regex.match
        """These three begin at one place, and are the expression's own."""
        self.fullmatch: Callable[..., re.Match[str] | None] = regex.fullmatch
        self.sub: Callable[..., str] = regex.sub

    @cached_property
    def _parts(self) -> list[Part]:
        try:
            return parts(importlib.import_module("re._parser").parse(self.pattern, self.regex.flags & ~re.UNICODE))
        except ImportError:  # another Python keeps it elsewhere: everything is tried everywhere
            return [Part("", None, NOT_KNOWN)]

    @cached_property
    def _needed(self) -> Needed:
        return needed(self._parts)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Small letters: every match holds one of them; none: not known."""
        return self._needed.words if len(self._needed.words) <= _MOST else ()

    @cached_property
    def before(self) -> Far:
        """That word begins at most so far behind the match's beginning."""
        return self._needed.before

    @cached_property
    def width(self) -> Far:
        """No match and what it looks at behind itself is longer."""
        return reach(self._parts)

    @cached_property
    def small(self) -> re.Pattern[str] | None:
        """The same for small letters, which is twice as quick without IGNORECASE; None where the two may not find the same."""
        return _small(self.regex)

    @cached_property
    def starts(self) -> tuple[Start, ...]:
        """The ways in which a match can begin."""
        ends, goes_on = starts(self._parts)
        return tuple({tuple(map(_any_case, s)) for s in ends | goes_on} if self.regex.flags & re.IGNORECASE else ends | goes_on)

    def ready(self) -> None:
        """Read all of that off it now."""
        _ = self.words, self.before, self.width, self.small, self.starts

    @property
    def pattern(self) -> str:
        """The expression as written."""
        return self.regex.pattern

    @property
    def groupindex(self) -> Mapping[str, int]:
        """The names of its groups."""
        return self.regex.groupindex

    def may(self, low: str, start: int = 0, end: int = _ALL) -> bool:
        """False where nothing in `start..end` of a text, given in small letters by `lowered`, can match."""
        if not self.words or not low:
            return True
        for word in self.words:  # noqa: SIM110 any() takes three times as long
            if low.find(word, start, end) >= 0:
                return True
        return False

    def may_begin(self, head: str) -> bool:
        """False where nothing can match at the beginning of a line with these first `HEAD` letters, all of ASCII, or fewer: the whole line."""
        return any(len(start) <= len(head) and all(c in letters for c, letters in zip(head, start, strict=False)) for start in self.starts)

    def search(self, text: str, start: int = 0, end: int = _ALL) -> re.Match[str] | None:
        """As `regex.search`."""
        return self.regex.search(text, start, end) if self.may(lowered(text), start, end) else None

    def without(self, text: str) -> str:
        """The text without what `regex` finds in it."""
        return self.sub("", text) if self.may(lowered(text)) else text

    def finditer(self, text: str, start: int = 0, end: int = _ALL) -> Iterator[re.Match[str]]:
        """As `regex.finditer`."""
        low = lowered(text) if self.words else ""
        if not low:
            return self.regex.finditer(text, start, end)
        places = _places(low, self.words, start, end)
        if not places:
            return iter(())
        end = min(end, len(text))
        known = _stretches(low) if len(low) > _LONG else (len(low), len(low))
        before, width = self.before.within(*known), self.width.within(*known)
        if before == 0:
            return self._there(text, places, end)
        if before <= STEPS or len(places) * min(before + width, STEPS * before) < end - start:
            return self._near(text, low, places, start, end, before, width)
        if self.small is None:
            return self.regex.finditer(text, start, end)
        return (m for found in self.small.finditer(low, start, end) if (m := self.match(text, found.start(), end)))

    def _there(self, text: str, places: Sequence[int], end: int) -> Iterator[re.Match[str]]:
        """The matches that begin at one of the places."""
        at = 0
        for match in map(self.match, repeat(text), places, repeat(end)):
            if match and match.start() >= at:
                yield match
                at = match.end()

    def _near(self, text: str, low: str, places: Sequence[int], start: int, end: int, before: int, width: int) -> Iterator[re.Match[str]]:
        """The matches that begin at one of the places, or at most `before` before one."""
        at = start
        """Before this, all has been asked."""
        for place in places:
            first = max(place - before, at)
            while first <= place:
                match = self.match(text, place, end) if first == place else self._first(text, low, first, place, end, width)
                if match is None:
                    break
                yield match
                first = at = match.end() + (match.end() == match.start())
            at = max(at, place + 1)

    def _first(self, text: str, low: str, first: int, last: int, end: int, width: int) -> re.Match[str] | None:
        """The first match that begins in `first..last`; as wide as it can be it still ends before the place up to which is asked."""
        if width < STEPS * (last - first):
            limit = min(end, last + width + 2)
            match = self.small.search(low, first, limit) if self.small else self.regex.search(text, first, limit)
            found = match is not None and match.start() <= last
            return (self.match(text, match.start(), end) if self.small else match) if match and found else None
        for at in range(first, last + 1):
            match = self.match(text, at, end)
            if match:
                return match
        return None


def spots(expressions: Sequence[Quick], text: str, start: int, end: int) -> list[int] | None:
    """Where in `start..end` the words stand without which none of the expressions matches; None where not all of them tell."""
    low = lowered(text)
    if not low or not all(e.words for e in expressions):
        return None
    return sorted({place for e in expressions for place in _places(low, e.words, start, end)})


def _any_case(letters: frozenset[str]) -> frozenset[str]:
    return letters | {c.upper() for c in letters} | {c.lower() for c in letters}


def _small(regex: re.Pattern[str]) -> re.Pattern[str] | None:
    """Only for an expression that ignores case and is written without capitals and odd letters."""
    written = re.sub(r"\\[A-Za-z]|\(\?P<\w+>", "", regex.pattern)
    plain = written.isascii() and written == written.lower() and "(?i" not in written and "(?P=" not in written
    return re.compile(regex.pattern, regex.flags & ~re.IGNORECASE) if plain and regex.flags & re.IGNORECASE else None

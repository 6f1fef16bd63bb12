"""Where a pattern can match at all: the words that every match of it must hold, read off the pattern itself, are sought first.

Looking for a plain word is some twenty times quicker than trying a regular expression at every letter of a text, and `Needles` looks for the
words of all patterns at once. `Quick` finds what its expression finds, no more and no less (a test compares them on every text there is); it
only does not look where nothing can be.
"""

from __future__ import annotations

import importlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain, repeat

from ingest.rules.begins import HEAD, Start, starts
from ingest.rules.needles import ALL, LINE, Needles, lowered
from ingest.rules.needs import NOT_KNOWN, Far, Needed, Part, needed, parts, reach

__all__ = ["HEAD", "Needles", "Quick", "lowered", "spots", "spots_once"]

STEPS = 8
"""Trying one place takes as long as looking at so many within a search; so many or fewer are always tried one by one."""
_MOST = 40
"""An expression that asks for one of more words than this is tried everywhere."""
_NOTHING, _ANY = frozenset[str](), frozenset([""])
_FEW, _FEWER = 200, 60
"""In so many characters an expression is sooner tried than the words that it needs are sought; in fewer also without making letters small."""


class Quick:
    """A compiled expression that knows what it needs, and is asked like one. What it needs is read off it when first asked for."""

    def __init__(self, regex: re.Pattern[str], needles: Needles | None = None, sought: bool = True) -> None:
        self.regex = regex
        self.needles = needles or Needles()
        self.sought = sought
        """False: the words that it needs are not worth seeking."""
        self.bit = self.needles.add(self)
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
        return self._needed.words if self.sought and len(self._needed.words) <= _MOST else ()

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

    @cached_property
    def _following(self) -> Mapping[str, frozenset[str]]:
        """The first letter of a match → the second ones that it can have, "" where that is not known."""
        ways = [way for way in self.starts if way]
        of_letter = defaultdict[str, list[int]](list)
        for number, (first, *_) in enumerate(ways):
            for letter in first:
                of_letter[letter].append(number)
        letters = {letter: tuple(numbers) for letter, numbers in of_letter.items()}
        following = {
            numbers: _once(frozenset().union(*(way[1] if len(way) > 1 else _ANY for way in map(ways.__getitem__, numbers))))
            for numbers in set(letters.values())
        }
        return {letter: following[numbers] for letter, numbers in letters.items()}

    def ready(self) -> None:
        """Read all of that off it now, and forget what it was read off: whoever forks this process copies what is held."""
        _ = self.words, self.before, self.width, self.small, self._following, self._at_end, self._lines
        self.__dict__.pop("_parts", None)

    @property
    def pattern(self) -> str:
        """The expression as written."""
        return self.regex.pattern

    @property
    def groupindex(self) -> Mapping[str, int]:
        """The names of its groups."""
        return self.regex.groupindex

    @cached_property
    def _reach(self) -> tuple[int, int] | None:
        """`before` and `width`, where they are the same in every text."""
        fixed = not (self.before.words or self.before.blanks or self.width.words or self.width.blanks)
        return (self.before.fixed, self.width.fixed) if fixed else None

    def places(self, text: str, start: int = 0, end: int = ALL) -> Sequence[int] | None:
        """Where in `start..end` one of the words begins, in order; None where that is not known."""
        if not self.needles.likely(text) & self.bit:
            return ()
        if not self.words:
            return None
        if len(text) > LINE:
            held = self.needles.places(text)
            return held.of(self, start, end) if held.low else None
        low = lowered(text)
        return _found(low, self.words, start, end) if low else None

    def may_begin(self, head: str) -> bool:
        """False where nothing can match at the beginning of a line with these first `HEAD` letters, or fewer: the whole line."""
        following = self._following.get(head[:1], _NOTHING)
        return () in self.starts or "" in following or head[1:] in following or not head.isascii()

    @cached_property
    def _heads(self) -> _Heads:
        return _Heads(self)

    def search(self, text: str, start: int = 0, end: int = ALL) -> re.Match[str] | None:
        """As `regex.search`."""
        if not self.needles.likely(text) & self.bit:
            return None
        length = min(end, len(text)) - start
        if length > _FEW:
            return next(self.finditer(text, start, end), None)
        if len(text) > LINE and self.words and self.places(text, start, end) == []:
            return None
        low = lowered(text) if self.small and length > _FEWER else ""
        if not low or not self.small:
            return self.regex.search(text, start, end)
        found = self.small.search(low, start, end)
        return (self.match(text, found.start(), end) or self.regex.search(text, start, end)) if found else None

    @cached_property
    def _at_end(self) -> int | None:
        """Where every match ends with a line: how long one can be at most; else None."""
        return self.width.fixed if self._reach and _is_at(self._parts[-1:], "AT_END") else None

    @cached_property
    def _lines(self) -> bool:
        """Every match begins where a line does."""
        return _is_at(self._parts[:1], "AT_BEGINNING") and bool(self.regex.flags & re.MULTILINE)

    def ends(self, line: str) -> bool:
        """As `search`, in one line; of an expression for how lines end only the end is looked at."""
        start = 0 if self._at_end is None else max(0, len(line) - self._at_end)
        return self.regex.search(line, start) is not None

    def finditer(self, text: str, start: int = 0, end: int = ALL) -> Iterator[re.Match[str]]:
        """As `regex.finditer`."""
        places = self.places(text, start, end)
        if places is None:
            return self.regex.finditer(text, start, end)
        if not places:
            return iter(())
        end = min(end, len(text))
        held = self.needles.places(text) if len(text) > LINE else None
        low = held.low if held else lowered(text)
        if self._reach:
            before, width = self._reach
        else:
            known = held.stretches if held else (len(text), len(text))
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
            first = place - before
            if first < at:
                first = at
            while first <= place:
                match = self.match(text, place, end) if first == place else self._first(text, low, first, place, end, width)
                if match is None:
                    break
                yield match
                first = at = match.end() + (match.end() == match.start())
            if at <= place:
                at = place + 1

    def _first(self, text: str, low: str, first: int, last: int, end: int, width: int) -> re.Match[str] | None:
        """The first match that begins in `first..last`; as wide as it can be it still ends before the place up to which is asked."""
        if self._lines:
            return self._first_line(text, first, last, end)
        if width < STEPS * (last - first):
            limit = min(end, last + width + 2)
            match = self.small.search(low, first, limit) if self.small else self.regex.search(text, first, limit)
            found = match is not None and match.start() <= last
            return (self.match(text, match.start(), end) if self.small else match) if match and found else None
        heads, tried = self._heads, self.match
        for at in range(first, last + 1):
            if heads[text[at : at + HEAD]] and (match := tried(text, at, end)):
                return match
        return None

    def _first_line(self, text: str, first: int, last: int, end: int) -> re.Match[str] | None:
        """The first match that begins with a line in `first..last`."""
        at = first if first == 0 or text[first - 1] == "\n" else text.find("\n", first, last) + 1 or ALL
        while at <= last:
            match = self.match(text, at, end)
            if match:
                return match
            at = text.find("\n", at, last) + 1 or ALL
        return None


class _Heads(dict[str, bool]):
    """Whether an expression can match before `HEAD` letters."""

    def __init__(self, expression: Quick) -> None:
        super().__init__()
        self.expression = expression

    def __missing__(self, head: str) -> bool:
        self[head] = self.expression.may_begin(head)
        return self[head]


def spots(expressions: Sequence[Quick], text: str, start: int, end: int) -> list[int] | None:
    """Where in `start..end` the words stand without which none of the expressions matches; None where not all of them tell."""
    found = [e.places(text, start, end) for e in expressions]
    return None if None in found else sorted({*chain.from_iterable(places or () for places in found)})


def spots_once(expressions: Sequence[Quick], text: str, start: int, end: int) -> list[int] | None:
    """As `spots`, of a text that no other expression asks about."""
    low = lowered(text)
    if not low or not all(e.words for e in expressions):
        return None
    return sorted({place for e in expressions for place in _found(low, e.words, start, end)})


def _found(low: str, words: Sequence[str], start: int, end: int) -> list[int]:
    """Where one of the words begins, in order."""
    found = []
    for word in words:
        at = low.find(word, start, end)
        while at >= 0:
            found.append(at)
            at = low.find(word, at + 1, end)
    return sorted(found)


def _is_at(row: Sequence[Part], place: str) -> bool:
    return any(part.op == "AT" and str(part.value) == place for part in row)


@lru_cache(maxsize=10_000)
def _once(letters: frozenset[str]) -> frozenset[str]:
    """The same set, where another expression has it already: there are thousands of them, and some hundred different ones."""
    return letters


def _any_case(letters: frozenset[str]) -> frozenset[str]:
    return letters | {c.upper() for c in letters} | {c.lower() for c in letters}


def _small(regex: re.Pattern[str]) -> re.Pattern[str] | None:
    """Only for an expression that ignores case and is written without capitals and odd letters."""
    written = re.sub(r"\\[A-Za-z]|\(\?P<\w+>", "", regex.pattern)
    plain = written.isascii() and written == written.lower() and "(?i" not in written and "(?P=" not in written
    return re.compile(regex.pattern, regex.flags & ~re.IGNORECASE) if plain and regex.flags & re.IGNORECASE else None

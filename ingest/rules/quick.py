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
from dataclasses import dataclass
from typing import Any

NEAR = 200
"""A word so many characters or fewer behind the beginning of its match tells where matches can begin."""
_MOST = 40
"""An expression that asks for one of more words than this is tried everywhere."""
_ENDLESS = 1 << 20
_LONG = 3000
"""The small letters of texts longer than this are kept for a while."""
HEAD = 2
"""So many letters at the beginning of a line tell which expressions can match there."""
ASCII = frozenset(map(chr, range(128)))
_CATEGORIES = {
    "CATEGORY_DIGIT": frozenset("0123456789"),
    "CATEGORY_SPACE": frozenset(c for c in ASCII if c.isspace()),
    "CATEGORY_WORD": frozenset(c for c in ASCII if c.isalnum() or c == "_"),
}
Start = tuple[frozenset[str], ...]
"""Letters of ASCII for each of the first places of a match, `HEAD` or fewer; what comes then is not known."""
_Starts = tuple[set[Start], set[Start]]
_RARE = frozenset("§@([/")
_ALL = sys.maxsize


def lowered(text: str) -> str:
    """Small letters as IGNORECASE sees them, each in its place; "" where that cannot be (a letter that becomes two)."""
    return _whole(text) if len(text) > _LONG else _lowered(text)


def _lowered(text: str) -> str:
    low = text.lower()
    if "ſ" in low or "ı" in low:
        low = low.replace("ſ", "s").replace("ı", "i")
    return low if len(low) == len(text) else ""


_whole = functools.lru_cache(maxsize=8)(_lowered)


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


@dataclass(frozen=True, slots=True)
class Quick:
    """A compiled expression that knows what it needs, and is asked like one. `words` (small letters): every match holds one of them, none: not
    known; `before`: that word begins at most so far behind the match's beginning; `width`: no match and what it looks at behind itself is longer
    (both in characters).
    """

    regex: re.Pattern[str]
    words: tuple[str, ...]
    before: int
    width: int
    small: re.Pattern[str] | None
    """The same for small letters, which is twice as quick without IGNORECASE; None where the two may not find the same."""
    starts: tuple[Start, ...]
    """The ways in which a match can begin."""
    match: Callable[..., re.Match[str] | None]
    """These three begin at one place, and are the expression's own."""
    fullmatch: Callable[..., re.Match[str] | None]
    sub: Callable[..., str]

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
        if self.before <= NEAR:
            return self._near(text, places, start, min(end, len(text)))
        if self.small is None:
            return self.regex.finditer(text, start, end)
        return (m for found in self.small.finditer(low, start, end) if (m := self.match(text, found.start(), min(end, len(text)))))

    def _near(self, text: str, places: Sequence[int], start: int, end: int) -> Iterator[re.Match[str]]:
        """The matches that begin at one of the places, or at most `before` before one."""
        at = start
        """Before this, all has been asked."""
        for place in places:
            low = max(place - self.before, at)
            while low <= place:
                match = self._first(text, low, place, end)
                if match is None:
                    break
                yield match
                low = at = match.end() + (match.end() == match.start())
            at = max(at, place + 1)

    def _first(self, text: str, low: int, high: int, end: int) -> re.Match[str] | None:
        """The first match that begins in `low..high`; as wide as it can be it still ends before the place up to which is asked."""
        if low == high:
            return self.match(text, low, end)
        if self.width < _ENDLESS:
            match = self.regex.search(text, low, min(end, high + self.width + 2))
            return match if match and match.start() <= high else None
        matches = (self.match(text, at, end) for at in range(low, high + 1))
        return next((m for m in matches if m), None)


def spots(expressions: Sequence[Quick], text: str, start: int, end: int) -> list[int] | None:
    """Where in `start..end` the words stand without which none of the expressions matches; None where not all of them tell."""
    low = lowered(text)
    if not low or not all(e.words for e in expressions):
        return None
    return sorted({place for e in expressions for place in _places(low, e.words, start, end)})


def quick(regex: re.Pattern[str]) -> Quick:
    """The expression with what can be read off it."""
    own = (regex.match, regex.fullmatch, regex.sub)
    try:
        items = list(importlib.import_module("re._parser").parse(regex.pattern, regex.flags & ~re.UNICODE))
    except ImportError:  # another Python keeps it elsewhere: everything is tried everywhere
        return Quick(regex, (), 0, _ENDLESS, None, ((),), *own)
    words, before, _ = _needed(items)
    ends, goes_on = _starts(items)
    starts = {tuple(map(_any_case, s)) for s in ends | goes_on} if regex.flags & re.IGNORECASE else ends | goes_on
    return Quick(regex, words if len(words) <= _MOST else (), before, _reach(items), _small(regex), tuple(starts), *own)


def _any_case(letters: frozenset[str]) -> frozenset[str]:
    return letters | {c.upper() for c in letters} | {c.lower() for c in letters}


def _small(regex: re.Pattern[str]) -> re.Pattern[str] | None:
    """Only for an expression that ignores case and is written without capitals and odd letters."""
    written = re.sub(r"\\[A-Za-z]|\(\?P<\w+>", "", regex.pattern)
    plain = written.isascii() and written == written.lower() and "(?i" not in written and "(?P=" not in written
    return re.compile(regex.pattern, regex.flags & ~re.IGNORECASE) if plain and regex.flags & re.IGNORECASE else None


def _flat(items: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """The parts of an expression one after the other, plain groups opened."""
    for op, value in items:
        if str(op) == "SUBPATTERN" and not value[1] and not value[2]:
            yield from _flat(list(value[3]))
        elif str(op) == "ATOMIC_GROUP":
            yield from _flat(list(value))
        else:
            yield str(op), value


def _width(op: str, value: Any) -> int:
    """How many characters a part takes at most."""
    if op in ("AT", "ASSERT", "ASSERT_NOT"):
        return 0
    if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return min(_ENDLESS, int(value[1]) * _length(list(value[2])))
    if op == "BRANCH":
        return max(_length(list(items)) for items in value[1])
    return _ENDLESS if op in ("GROUPREF", "GROUPREF_EXISTS", "SUBPATTERN") else 1


def _starts(items: Sequence[Any]) -> _Starts:
    """The ways in which a row of parts can begin: those told to their end, and those that go on."""
    ends, goes_on = {()}, set()
    for op, value in _flat(items):
        if op not in ("AT", "ASSERT", "ASSERT_NOT"):
            ends, more = _then(ends, _start(op, value))
            goes_on |= more
    return ends, goes_on


def _then(ends: set[Start], following: _Starts) -> _Starts:
    """What has ended, and what follows it."""
    goes_on = {(a + b)[:HEAD] for a in ends for b in following[1]}
    both = {a + b for a in ends for b in following[0]}
    return {s for s in both if len(s) < HEAD}, goes_on | {s[:HEAD] for s in both if len(s) >= HEAD}


def _start(op: str, value: Any) -> _Starts:
    if op == "LITERAL":
        return {(frozenset(chr(value)),)}, set()
    if op == "IN":
        return {(_members(value),)}, set()
    if op == "BRANCH":
        branches = [_starts(list(items)) for items in value[1]]
        return set().union(*(ends for ends, _ in branches)), set().union(*(goes_on for _, goes_on in branches))
    if op not in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return set(), {()}
    least, most, once = int(value[0]), min(int(value[1]), HEAD), _starts(list(value[2]))
    ends: set[Start] = {()} if least == 0 else set()
    run, goes_on = {()}, set()
    for times in range(1, most + 1):
        run, more = _then(run, once)
        goes_on |= more
        ends |= run if times >= min(least, most) else set()
    return ends, goes_on


def _members(members: Sequence[Any]) -> frozenset[str]:
    """The letters of ASCII in a set such as [a-z_]; all of them where it is told by what it does not hold."""
    found: set[str] = set()
    for op, value in ((str(op), value) for op, value in members):
        if op == "LITERAL":
            found.add(chr(value))
        elif op == "RANGE":
            found |= {c for c in ASCII if value[0] <= ord(c) <= value[1]}
        else:
            found |= _CATEGORIES.get(str(value), ASCII)
    return frozenset(found)


def _length(items: Sequence[Any]) -> int:
    return min(_ENDLESS, sum(_width(op, value) for op, value in _flat(items)))


def _reach(items: Sequence[Any]) -> int:
    """How far a match can go at most, with all that it looks at behind itself."""
    total = 0
    for op, value in _flat(items):
        total += _width(op, value)
        if op in ("ASSERT", "ASSERT_NOT") and value[0] > 0:
            total += _reach(list(value[1]))
        elif op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            total += _reach(list(value[2]))
        elif op == "BRANCH":
            total += max(_reach(list(items)) for items in value[1])
    return min(_ENDLESS, total)


_Found = tuple[tuple[str, ...], int, int]
"""Words of which every match holds one, how far behind its beginning they begin, how rare they are; no words: not known."""


def _needed(items: Sequence[Any]) -> _Found:
    """The rarest words that a row of parts needs: the longest, then the nearest to the beginning."""
    best: _Found = ((), _ENDLESS, 0)
    word, began, at = "", 0, 0
    for op, value in [*_flat(items), ("END", None)]:
        if op in ("AT", "ASSERT", "ASSERT_NOT"):
            continue
        letter = chr(value).lower() if op == "LITERAL" and (value < 128 or chr(value) in "§") else ""
        if letter:
            word, began = word + letter, began if word else at
        else:
            best, word = _rarer(best, ((word,), began, _rarity([word]))), ""
        if op == "BRANCH":
            best = _rarer(best, _branches(value[1], at))
        elif op in ("MAX_REPEAT", "POSSESSIVE_REPEAT", "MIN_REPEAT") and value[0] > 0:
            words, before, rarity = _needed(list(value[2]))
            best = _rarer(best, (words, at + before, rarity))
        at = min(_ENDLESS, at + (_width(op, value) if op != "END" else 0))
    return best


def _branches(branches: Sequence[Any], at: int) -> _Found:
    found = [_needed(list(items)) for items in branches]
    if not all(words for words, _, _ in found):
        return (), _ENDLESS, 0
    words = {word for words, _, _ in found for word in words}
    # a word that begins with another one is found where that one is
    kept = tuple(sorted(w for w in words if not any(w != v and w.startswith(v) for v in words)))
    return kept, min(_ENDLESS, at + max(before for _, before, _ in found)), _rarity(kept)


def _rarity(words: Sequence[str]) -> int:
    """How much is won by asking for the words: the length of the shortest; a rare sign counts as much as three letters, a blank nothing."""
    return min(len(w.strip()) + 2 * (w.strip() in _RARE) for w in words)


def _rarer(one: _Found, other: _Found) -> _Found:
    if other[2] < 2 or (other[2], -other[1]) <= (one[2], -one[1]):
        return one
    return other

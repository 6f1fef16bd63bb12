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
ASCII = frozenset(map(chr, range(128)))
_CATEGORIES = {
    "CATEGORY_DIGIT": frozenset("0123456789"),
    "CATEGORY_SPACE": frozenset(c for c in ASCII if c.isspace()),
    "CATEGORY_WORD": frozenset(c for c in ASCII if c.isalnum() or c == "_"),
}
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
    begins: frozenset[str]
    """The letters of ASCII that a match can begin with; all of them where it can be empty."""
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

    def search(self, text: str, start: int = 0, end: int = _ALL) -> re.Match[str] | None:
        """As `regex.search`."""
        return self.regex.search(text, start, end) if self.may(lowered(text), start, end) else None

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
        return Quick(regex, (), 0, _ENDLESS, None, ASCII, *own)
    words, before, _ = _needed(items)
    begins, empty = _begins(items)
    begins |= {c.upper() for c in begins} | {c.lower() for c in begins} if regex.flags & re.IGNORECASE else set()
    return Quick(regex, words if len(words) <= _MOST else (), before, _reach(items), _small(regex), ASCII if empty else begins, *own)


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


def _begins(items: Sequence[Any]) -> tuple[frozenset[str], bool]:
    """The letters of ASCII that a row of parts can begin with, and whether it can be empty."""
    found: frozenset[str] = frozenset()
    for op, value in _flat(items):
        if op in ("AT", "ASSERT", "ASSERT_NOT"):
            continue
        letters, empty = _begin(op, value)
        found |= letters
        if not empty:
            return found, False
    return found, True


def _begin(op: str, value: Any) -> tuple[frozenset[str], bool]:
    if op == "LITERAL":
        return frozenset(chr(value)), False
    if op == "IN":
        return _members(value), False
    if op == "BRANCH":
        branches = [_begins(list(items)) for items in value[1]]
        return frozenset[str]().union(*(letters for letters, _ in branches)), any(empty for _, empty in branches)
    if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        letters, empty = _begins(list(value[2]))
        return letters, empty or value[0] == 0
    return ASCII, op in ("GROUPREF", "GROUPREF_EXISTS", "SUBPATTERN")


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

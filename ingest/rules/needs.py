"""What can be read off a regular expression: the words that every match holds, how far behind its beginning, how it begins, how long it can be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

ENDLESS = 1 << 20
_MOST = 40
"""Words that follow one another are joined while no more come of it than so many."""
_A_WORD, _A_MATCH, _EVERYWHERE = 300, 40, 40_000.0
"""What it costs to look for one more word; the costs of trying a place grow by one for each so many characters that it may lie behind the beginning;
what it costs to try all places."""
_BLANK = tuple(n for n in range(0x3001) if chr(n).isspace())
WIDTHLESS = ("AT", "ASSERT", "ASSERT_NOT")
_REPEAT = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_RARE = frozenset('§@([/"')
_COMMON = frozenset("aerst")
"""Two of these letters stand together in nearly every line."""


class Far(NamedTuple):
    """How many characters at most: so many, so many times the longest stretch of a text without a blank, and of blanks."""

    fixed: int
    words: int = 0
    blanks: int = 0

    def plus(self, other: Far) -> Far:
        """One behind the other."""
        return Far(min(ENDLESS, self.fixed + other.fixed), self.words + other.words, self.blanks + other.blanks)

    def times(self, count: int) -> Far:
        """So many of it behind one another."""
        return Far(min(ENDLESS, self.fixed * count), min(ENDLESS, self.words * count), min(ENDLESS, self.blanks * count))

    def within(self, word: int, blank: int) -> int:
        """How many characters, where the longest stretches of a text are these."""
        return min(ENDLESS, self.fixed + self.words * word + self.blanks * blank)


NOWHERE = Far(0)
NOT_KNOWN = Far(ENDLESS)


class Needed(NamedTuple):
    """Words of which every match holds one (none: not known), how far behind its beginning they begin, what it costs to ask for them."""

    words: tuple[str, ...]
    before: Far
    cost: float


class Part(NamedTuple):
    """A part of an expression: what it does, with what (rows of parts where it holds others), how many characters it takes at most."""

    op: str
    value: Any
    width: Far


def parts(items: Iterable[Any]) -> list[Part]:
    """An expression as `re._parser` reads it: its parts one after the other, plain groups opened."""
    return list(_parts(items))


def _parts(items: Iterable[Any]) -> Iterator[Part]:
    for code, value in items:
        op = str(code)
        if op == "SUBPATTERN" and not value[1] and not value[2]:
            yield from _parts(value[3])
        elif op == "ATOMIC_GROUP":
            yield from _parts(value)
        elif op == "IN":
            yield Part(op, [(str(o), v) for o, v in value], Far(1))
        elif op == "BRANCH":
            rows = [parts(row) for row in value[1]]
            yield Part(op, rows, _furthest(_length(row) for row in rows))
        elif op in _REPEAT:
            row = parts(value[2])
            most = int(value[1])
            yield Part("REPEAT", (int(value[0]), most, row), _length(row).times(most) if most < ENDLESS else _stretch(row))
        elif op in ("ASSERT", "ASSERT_NOT"):
            yield Part(op, (value[0], parts(value[1])), NOWHERE)
        else:
            yield Part(op, value, NOWHERE if op == "AT" else NOT_KNOWN if op in ("GROUPREF", "GROUPREF_EXISTS", "SUBPATTERN") else Far(1))


# how long


def _furthest(found: Iterable[Far]) -> Far:
    far = list(found) or [NOWHERE]
    return Far(max(f.fixed for f in far), max(f.words for f in far), max(f.blanks for f in far))


def _length(row: Iterable[Part]) -> Far:
    total = NOWHERE
    for part in row:
        total = total.plus(part.width)
    return total


def _stretch(row: Sequence[Part]) -> Far:
    """How far one letter of a kind goes that is repeated without an end: to the next blank, or to the next letter that is none."""
    members = row[0].value if len(row) == 1 and row[0].op == "IN" else [(p.op, p.value) for p in row] if len(row) == 1 else [("", None)]
    if all(_is_blank(op, value) for op, value in members):
        return Far(0, blanks=1)
    return Far(0, words=1) if not any(_may_be_blank(op, value) for op, value in members) else NOT_KNOWN


def _is_blank(op: str, value: Any) -> bool:
    return value in _BLANK if op == "LITERAL" else str(value) == "CATEGORY_SPACE"


def _may_be_blank(op: str, value: Any) -> bool:
    if op == "LITERAL":
        return value in _BLANK
    if op == "RANGE":
        return any(value[0] <= n <= value[1] for n in _BLANK)
    return str(value) not in ("CATEGORY_DIGIT", "CATEGORY_WORD", "CATEGORY_NOT_SPACE")


def reach(row: Iterable[Part]) -> Far:
    """How far a match can go at most, with all that it looks at behind itself."""
    total = NOWHERE
    for op, value, width in row:
        total = total.plus(width)
        if op in ("ASSERT", "ASSERT_NOT") and value[0] > 0:
            total = total.plus(reach(value[1]))
        elif op == "REPEAT":
            total = total.plus(reach(value[2]))
        elif op == "BRANCH":
            total = total.plus(_furthest(map(reach, value)))
    return total


_EMPTY = {""}
_END = Part("END", None, NOWHERE)
_NOTHING = Needed((), NOT_KNOWN, math.inf)


# what it needs


def needed(row: Iterable[Part]) -> Needed:
    """The words that a row of parts needs and that are the quickest to ask for: few, long ones, and near the beginning."""
    best, run, began, at = _NOTHING, _EMPTY, NOWHERE, NOWHERE
    for part in (*row, _END):
        op, value, width = part
        if op in WIDTHLESS:
            best = _quicker(best, _inner(op, value, at))
            continue
        words = _exactly(op, value)
        if words and len(run) * len(words) <= _MOST:
            best = _quicker(best, _of(run, began)) if len(words) > 1 else best
            run, began = {a + b for a in run for b in words}, at if run == _EMPTY else began
        else:
            first = _repeated(value) if op == "REPEAT" else set()
            joined = {a + b for a in run for b in first or _EMPTY}
            best = _quicker(best, _of(joined if len(joined) <= _MOST else run, began if run != _EMPTY else at))
            best = _quicker(best, _inner(op, value, at))
            run, began = (words, at) if words else (first or _EMPTY, at.plus(width))
        at = at.plus(width)
    return best


def _exactly(op: str, value: Any) -> set[str]:
    """All that a part can be, in small letters; nothing where that is too much, or not known. A blank or a line break counts as not known."""
    if op == "LITERAL":
        return {chr(value).lower()} if value < 128 or chr(value) == "§" else set()
    if op == "IN":
        return _union([_exactly(o, v) if o == "LITERAL" and v not in _BLANK else set() for o, v in value])
    if op == "BRANCH":
        return _union([_row(row) for row in value])
    if op != "REPEAT" or value[1] != max(1, value[0]):
        return set()
    once = _row(value[2]) if value[1] == 1 else _repeated(value)
    return once | _EMPTY if once and value[0] == 0 else once


def _row(row: Iterable[Part]) -> set[str]:
    run = {""}
    for op, value, _ in row:
        words = _exactly(op, value) if op not in WIDTHLESS else _EMPTY
        run = {a + b for a in run for b in words}
        if not 0 < len(run) <= _MOST:
            return set()
    return run


def _union(branches: Sequence[set[str]]) -> set[str]:
    found = set().union(*branches)
    return found if all(branches) and len(found) <= _MOST else set()


def _repeated(value: Any) -> set[str]:
    """How a part that is repeated begins, and ends: with as many as there must be; nothing where that is not known."""
    least, _, row = value
    blanks = {chr(v) for o, v in row[0].value if o == "LITERAL"} if len(row) == 1 and row[0].op == "IN" and least > 1 else set()
    once = blanks if blanks and len(blanks) == len(row[0].value) else _row(row) if 0 < least <= 4 else set()
    run = {""} if once else set()
    for _ in range(least if once else 0):
        run = {a + b for a in run for b in once}
        if len(run) > _MOST:
            return set()
    return run


def _inner(op: str, value: Any, at: Far) -> Needed:
    """The words that a part needs which is not the same each time."""
    if op == "BRANCH":
        found = [needed(row) for row in value]
        if not all(f.words for f in found):
            return _NOTHING
        return _of({word for f in found for word in f.words}, at.plus(_furthest(f.before for f in found)))
    ahead = op == "ASSERT" and value[0] > 0  # what a match is seen to stand before
    if ahead or (op == "REPEAT" and value[0] > 0):
        once = needed(value[1] if ahead else value[2])
        return once._replace(before=at.plus(once.before))
    return _NOTHING


def _of(words: set[str], before: Far) -> Needed:
    """A word that begins with another one is found where that one is."""
    kept = tuple(sorted(w for w in words if not any(w != v and w.startswith(v) for v in words)))
    if any(_letters(w) < 2 or (len(w) == 2 and _COMMON.issuperset(w)) for w in kept):
        return _NOTHING
    tried = sum(8.0 ** (7 - _letters(w)) for w in kept) * (1 + before.within(20, 2) / _A_MATCH)  # each letter makes a word so many times as rare
    return Needed(kept, before, _A_WORD * len(kept) + min(_EVERYWHERE, tried))


def _letters(word: str) -> int:
    """How many letters a word has; a rare sign counts as three, a blank for nothing."""
    return len(word.strip()) + 2 * (not _RARE.isdisjoint(word))


def _quicker(one: Needed, other: Needed) -> Needed:
    return min(one, other, key=lambda f: (f.cost, f.before.within(20, 2)))

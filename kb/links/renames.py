"""Standing assignments that a later version of an agreement has under another name: paired by the likeness of their words, a doubt where unsure."""

from __future__ import annotations

import difflib
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ingest.text import plain
from kb.links.base import Base, indexed
from kb.links.decisions import problem

SURE, LIKE, CLEARLY = 0.7, 0.5, 0.15
"""So much of two names must agree to be one assignment's, to be perhaps one's, and so much more than of the next best."""
SHORT = 3
"""Words of so few letters tell nothing."""
SAME_WORD = 0.65
"""So much of the letters of two forms of a word are the same."""
UNCLEAR = "oklart om uppdraget är omdöpt"

Row = dict[str, Any]


class _Standing(NamedTuple):
    id: str
    document: str
    version: str
    name: str
    key: str
    place: tuple[int, int | None, int, int]


@dataclass(slots=True)
class Renames:
    """Pairs of assignments, the earlier and the later, and the doubts."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Row] = field(default_factory=list)


def _standing(id: str, document: str, version: str, name: str, key: str, *place: Any) -> _Standing:
    page, line, start, end = place
    return _Standing(id, document, version, name, key, (page, line, start, end))


def renames(db: sqlite3.Connection, base: Base, following: Mapping[str, str]) -> Renames:
    """The assignments that neither name of which stands in the other version, and whose words are alike. `following` leads to the version before."""
    listed = indexed((_standing(*row) for row in db.execute(_STANDING)), lambda a: a.document)
    found = Renames()
    for later, earlier in sorted(following.items(), key=lambda pair: (listed[pair[0]][0].version, pair[0])):
        _pair(base, listed[earlier], listed[later], found)
    return found


def _pair(base: Base, earlier: Sequence[_Standing], later: Sequence[_Standing], found: Renames) -> None:
    """Pair what is left of two versions when the names that both have, and those that hold one another, are taken away."""
    old, new = _left(earlier, later), _left(later, earlier)
    common = _uses(earlier, later)
    for a in new:
        ranked = sorted(((likeness(a.name, b.name, common), b) for b in old), key=lambda pair: (-pair[0], pair[1].id))
        if not ranked or ranked[0][0] < LIKE:
            continue
        score, best = ranked[0]
        rivals = [s for s, _ in ranked[1:2]] + [likeness(best.name, other.name, common) for other in new if other is not a]
        if score >= SURE and all(score - rival >= CLEARLY for rival in rivals):
            found.rows.append({"earlier": best.id, "later": a.id})
        else:
            message = f"”{a.name}” ({a.version}) kan vara ”{best.name}” ({best.version}) under ett nytt namn"
            found.problems.append(problem(base, a.document, message, None, a.place, UNCLEAR))


def _left(some: Sequence[_Standing], others: Sequence[_Standing]) -> list[_Standing]:
    return [a for a in some if not any(f" {b.key}" in f" {a.key}" or f" {a.key}" in f" {b.key}" for b in others)]


def _uses(*versions: Sequence[_Standing]) -> Mapping[str, int]:
    """In how many names of a version a word stands, at most: one in many ("samordning") tells little."""
    counts = [Counter(word for a in version for word in set(_words(a.name))) for version in versions]
    return {word: max(count[word] for count in counts) for count in counts for word in count}


def likeness(a: str, b: str, uses: Mapping[str, int]) -> float:
    """How much of the longer words of two names are the same, inflection aside: 0 none, 1 all. A word counts the less the more names have it."""
    first, second = _words(a), _words(b)
    weight = {word: len(word) / uses.get(word, 1) for word in (*first, *second)}
    whole = sum(weight[word] for word in (*first, *second))
    return sum(weight[x] + weight[y] for x, y in _common(first, second)) / whole if whole else 0.0


def _common(first: Sequence[str], second: Sequence[str]) -> Iterator[tuple[str, str]]:
    left = list(second)
    for word in first:
        near = max(left, key=lambda other: difflib.SequenceMatcher(None, word, other, autojunk=False).ratio(), default="")
        if near and difflib.SequenceMatcher(None, word, near, autojunk=False).ratio() >= SAME_WORD:
            left.remove(near)
            yield word, near


def _words(name: str) -> Sequence[str]:
    return [word for word in plain(name).split() if len(word) > SHORT]


_STANDING = """
SELECT id, document_id, version, name, key, page, line, start, end FROM assignments
WHERE kind = 'standing' AND change IS NULL AND version IS NOT NULL AND key IS NOT NULL ORDER BY id"""

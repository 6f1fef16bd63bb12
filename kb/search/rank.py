"""Which rows of an index are the best: candidates by tier and class, and only those are weighed. Counting is apart, and ends at a limit."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from kb.search import begun
from kb.search.index import ROOM
from kb.search.match import Match

WEIGHTS = (8.0, 4.0, 1.5, 2.0)
"""Of the columns text, lemma, parts and ocr."""
MOST = 500
"""How many candidates are weighed at most. The index lists decisions and §§ first, so that what a frequent word leaves out is other text."""
BEGUN = 150
"""The same for the beginning of a word: their texts are read, and which of its words stands where tells little."""
COUNTED = 1000
"""More hits than this are not counted."""
_BEST = f"bm25({{table}}_fts, {', '.join(map(str, WEIGHTS))}) * CASE {{table}}_fts.rowid / {ROOM} {{factors}} ELSE 1 END"
_BETWEEN = "SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH :match AND rowid BETWEEN :low AND :high"
_AMONG = (
    "SELECT rowid AS id, {weight} AS weight FROM {table}_fts WHERE {table}_fts MATCH :match AND rowid BETWEEN :low AND :high "
    "AND +rowid IN (SELECT value FROM json_each(:ids))"
)
_READ_AGAIN = "SELECT id FROM {table} WHERE id IN (SELECT value FROM json_each(?)) AND read_again IS NOT NULL"
FACTORS = {"passages": {0: 1.5, 1: 1.2}}
"""What a decision and a § weigh more than other text. (bm25 is negative: the lower, the better.)"""

Value = str | int | float | None


class Ranked(NamedTuple):
    """The id of a row and its tier, a place in `TIERS`."""

    id: int
    tier: int


@dataclass(frozen=True, slots=True)
class Query:
    """What to ask an index: `table` is passages or records, `joins` other tables, `where` conditions on them, `first` what to sort by before rank.

    `weighed`: how many candidates are looked at, at most.
    """

    table: str
    match: Match
    joins: str = ""
    where: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    parameters: Mapping[str, Value] = None  # type: ignore[assignment]
    weighed: int = MOST

    def sql(self, select: str, more: str = "") -> str:
        """A statement with the expression as :match, further conditions and the rest given."""
        conditions = " AND ".join((f"{self.table}_fts MATCH :match", *self.where))
        return f"SELECT {select} FROM {self.table}_fts {self.joins} WHERE {conditions} {more}"  # noqa: S608


def count(db: sqlite3.Connection, query: Query, most: int = COUNTED) -> int:
    """How many rows fit; `most` + 1 where they are more than `most`."""
    sql = f"SELECT count(*) FROM ({query.sql('1', 'LIMIT :most')})"  # noqa: S608
    counted = 0
    for expression in (query.match.tiers[0], query.match.widest) if query.match.begins else (query.match.widest,):
        if counted <= most:  # what the first tier has too many of, all have
            counted = int(db.execute(sql, {**(query.parameters or {}), "match": expression, "most": most + 1}).fetchone()[0])
    return counted


def best(db: sqlite3.Connection, query: Query, need: int) -> list[Ranked]:
    """The `need` best rows, best first (0: all)."""
    return best_of(db, query, need)[0]


def best_of(db: sqlite3.Connection, query: Query, need: int, counted: int | None = None) -> tuple[list[Ranked], int]:
    """The best rows, and how many there are, or as many as were counted and one more where they are many; `counted` where `count` has said.

    A tier is asked only where the earlier ones do not suffice, and only its first rows are weighed.
    """
    known = counted if need <= COUNTED else None
    total = (count(db, query, max(COUNTED, need)) if known is None else known) if need and not query.first else 0
    if total > need:
        return _by_tier(db, query, need), total
    ranked = _all(db, query)
    return ranked[:need] if need else ranked, len(ranked)


def _all(db: sqlite3.Connection, query: Query) -> list[Ranked]:
    """All rows, weighed once, by the first tier that finds each."""
    weighed = _ordered(db, query)
    tiers: dict[int, int] = {}
    left = set(weighed)
    for tier, expression in enumerate(query.match.tiers):
        if not left or expression == query.match.widest:
            break
        if expression not in query.match.tiers[:tier]:
            bounds = {"low": min(left), "high": max(left), "match": query.match.weighed[tier]}
            found = left.intersection(n for (n,) in db.execute(_BETWEEN.format(table=query.table), bounds))
            found = set(_fitting(db, query, tier, list(found)))
            tiers.update(dict.fromkeys(found, tier))
            left -= found
    last = query.match.tiers.index(query.match.widest)
    ordered = weighed if query.first else sorted(weighed, key=lambda n: tiers.get(n, last))
    return [Ranked(n, tiers.get(n, last)) for n in ordered]


def _ordered(db: sqlite3.Connection, query: Query) -> list[int]:
    """All rows, what is to come first first, then those that weigh most."""
    if not query.first:
        return list(_weighed(db, query, -1, query.match.widest, -1))
    row = f"{query.table}_fts.rowid"
    order = ", ".join((*query.first, _weight(query), row))
    return [n for (n,) in db.execute(query.sql(row, f"ORDER BY {order}"), {**(query.parameters or {}), "match": query.match.widest})]


def _weighed(db: sqlite3.Connection, query: Query, tier: int, expression: str, most: int) -> Iterator[int]:
    """The first rows that an expression finds (-1: all), those that weigh most by a tier first.

    Where the tier has words that tell little, they only say which rows these are: bm25 would go through all that have such a word.
    """
    row, weight = f"{query.table}_fts.rowid", _weight(query)
    values = {**(query.parameters or {}), "match": expression, "most": most}
    if query.match.begins and expression == query.match.weighed[0]:
        ids = [n for (n,) in db.execute(query.sql(row, f"ORDER BY {row} LIMIT :most"), values)]
        return begun.ordered(db, query.table, ids, query.match.begins, WEIGHTS[0], FACTORS.get(query.table, {}))
    if query.match.telling[tier] == query.match.weighed[tier]:
        rows = query.sql(f"{row} AS id, {weight} AS weight", f"ORDER BY {row} LIMIT :most")
    else:
        ids = [n for (n,) in db.execute(query.sql(row, f"ORDER BY {row} LIMIT :most"), values)] or [0]
        values = {"match": query.match.telling[tier], "ids": json.dumps(ids), "low": ids[0], "high": ids[-1]}
        rows = _AMONG.format(table=query.table, weight=weight)
    return (n for (n,) in db.execute(f"SELECT id FROM ({rows}) ORDER BY weight, id", values))  # noqa: S608


def _by_tier(db: sqlite3.Connection, query: Query, need: int) -> list[Ranked]:
    """The best of the first rows of each tier until there are enough."""
    found: dict[int, int] = {}
    asked = ""
    for tier, expression in enumerate(query.match.tiers):
        if expression != asked and len(found) < need:
            asked = expression
            for row in _first(db, query, tier, need, found):
                found[row] = tier
    return [Ranked(row, tier) for row, tier in found.items()]


def _first(db: sqlite3.Connection, query: Query, tier: int, need: int, found: Mapping[int, int]) -> list[int]:
    """The ids of the best among the first rows that a tier finds, those that are found left out, until there are enough."""
    few = query.match.begins and query.weighed < MOST  # a list that goes on page by page is weighed as a whole
    weighed = min(query.weighed, BEGUN) if few else query.weighed
    rows = (n for n in _weighed(db, query, tier, query.match.weighed[tier], max(weighed, need)) if n not in found)
    new: list[int] = []
    while len(found) + len(new) < need and (some := list(islice(rows, need))):
        new += _fitting(db, query, tier, some)
    return new[: need - len(found)]


def _fitting(db: sqlite3.Connection, query: Query, tier: int, ids: list[int]) -> list[int]:
    """Those of some rows that a tier finds, of rows that it finds but for words read again: only rows that have such words are asked about."""
    expression = query.match.tiers[tier]
    if expression == query.match.weighed[tier] or not ids:
        return ids
    doubtful = {n for (n,) in db.execute(_READ_AGAIN.format(table=query.table), (json.dumps(ids),))}
    if not doubtful:
        return ids
    bounds = {"low": min(doubtful), "high": max(doubtful), "match": expression}
    fits = doubtful.intersection(n for (n,) in db.execute(_BETWEEN.format(table=query.table), bounds))
    return [n for n in ids if n in fits or n not in doubtful]


def _weight(query: Query) -> str:
    factors = " ".join(f"WHEN {number} THEN {factor}" for number, factor in FACTORS.get(query.table, {-1: 1}).items())
    return _BEST.format(table=query.table, factors=factors)

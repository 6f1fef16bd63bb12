"""Which rows of an index are the best: candidates by tier and class, and only those are weighed. Counting is apart, and ends at a limit."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from kb.search.index import ROOM
from kb.search.match import Match

WEIGHTS = "8, 4, 1.5, 2"
"""Of the columns text, lemma, parts and ocr."""
MOST = 1000
"""How many candidates are weighed at most. The index lists decisions and §§ first, so that what a frequent word leaves out is other text."""
COUNTED = 1000
"""More hits than this are not counted."""
_BEST = f"bm25({{table}}_fts, {WEIGHTS}) * CASE {{table}}_fts.rowid / {ROOM} {{factors}} ELSE 1 END"
_BETWEEN = "SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH :match AND rowid BETWEEN :low AND :high"
_FACTORS = {"passages": "WHEN 0 THEN 1.5 WHEN 1 THEN 1.2"}
"""What a decision and a § weigh more than other text. (bm25 is negative: the lower, the better.)"""

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """The id of a row and its tier, a place in `TIERS`."""

    id: int
    tier: int


@dataclass(frozen=True, slots=True)
class Query:
    """What to ask an index: `table` is passages or records, `joins` other tables, `where` conditions on them, `first` what to sort by before rank."""

    table: str
    match: Match
    joins: str = ""
    where: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    parameters: Mapping[str, Value] = None  # type: ignore[assignment]

    def sql(self, select: str, more: str = "") -> str:
        """A statement with the expression as :match, further conditions and the rest given."""
        conditions = " AND ".join((f"{self.table}_fts MATCH :match", *self.where))
        return f"SELECT {select} FROM {self.table}_fts {self.joins} WHERE {conditions} {more}"  # noqa: S608


def count(db: sqlite3.Connection, query: Query, most: int = COUNTED) -> int:
    """How many rows fit; `most` + 1 where they are more than `most`."""
    sql = f"SELECT count(*) FROM ({query.sql('1', 'LIMIT :most')})"  # noqa: S608
    return int(db.execute(sql, {**(query.parameters or {}), "match": query.match.widest, "most": most + 1}).fetchone()[0])


def best(db: sqlite3.Connection, query: Query, need: int) -> list[Ranked]:
    """The `need` best rows, best first (0: all)."""
    return best_of(db, query, need)[0]


def best_of(db: sqlite3.Connection, query: Query, need: int) -> tuple[list[Ranked], int]:
    """The best rows, and how many there are, or as many as were counted and one more where they are many.

    Of many only the first ones of each tier are weighed, and of a tier only where the earlier ones do not suffice.
    """
    most = max(MOST, need)
    if need and not query.first and count(db, query, most) > most:
        return _of_many(db, query, need)[:need], most + 1
    ranked = _of_few(db, query)
    return ranked[:need] if need else ranked, len(ranked)


def _of_few(db: sqlite3.Connection, query: Query) -> list[Ranked]:
    """All rows, weighed once, by the first tier that finds each."""
    row = f"{query.table}_fts.rowid"
    values = {**(query.parameters or {}), "match": query.match.widest}
    weighed = [n for (n,) in db.execute(query.sql(row, f"ORDER BY {_order(query)}"), values)]
    last = len(query.match.tiers) - 1
    tiers = dict.fromkeys(weighed, last)
    left = set(weighed)
    for tier, expression in enumerate(query.match.tiers[:-1]):
        if left and expression != query.match.widest and expression not in query.match.tiers[:tier]:
            bounds = {"low": min(left), "high": max(left), "match": expression}
            found = left.intersection(n for (n,) in db.execute(_BETWEEN.format(table=query.table), bounds))
            tiers.update(dict.fromkeys(found, tier))
            left -= found
        elif expression == query.match.widest:
            tiers.update(dict.fromkeys(left, tier))
            break
    return sorted((Ranked(n, tiers[n]) for n in weighed), key=lambda r: r.tier) if not query.first else [Ranked(n, tiers[n]) for n in weighed]


def _of_many(db: sqlite3.Connection, query: Query, need: int) -> list[Ranked]:
    """The best of the first rows of each tier until there are enough."""
    found: dict[int, int] = {}
    asked = ""
    for tier, expression in enumerate(query.match.tiers):
        if expression != asked and len(found) < need:
            asked = expression
            for row in _first(db, query, expression, need + len(found)):
                found.setdefault(row, tier)
    return [Ranked(row, tier) for row, tier in found.items()]


def _first(db: sqlite3.Connection, query: Query, expression: str, need: int) -> list[int]:
    """The ids of the best among the first rows that an expression finds."""
    values = {**(query.parameters or {}), "match": expression}
    row = f"{query.table}_fts.rowid"
    candidates = query.sql(f"{row} AS id", f"ORDER BY {row} LIMIT :most")
    last = db.execute(f"SELECT max(id) FROM ({candidates})", {**values, "most": max(MOST, need)}).fetchone()[0]  # noqa: S608
    found = db.execute(query.sql(row, f"AND {row} <= :last ORDER BY {_order(query)} LIMIT :need"), {**values, "need": need, "last": last})
    return [n for (n,) in found]


def _order(query: Query) -> str:
    weight = _BEST.format(table=query.table, factors=_FACTORS.get(query.table, "WHEN -1 THEN 1"))
    return ", ".join((*query.first, weight, f"{query.table}_fts.rowid"))

"""Which rows of an index are the best: candidates by tier and class, and only those are weighed. Counting is apart, and ends at a limit."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from kb.search.index import ROOM
from kb.search.match import Match

WEIGHTS = "8, 4, 1.5, 2"
"""Of the columns text, lemma, parts and ocr."""
MOST = 2000
"""How many candidates are weighed at most. The index lists decisions and §§ first, so that what a frequent word leaves out is other text."""
COUNTED = 1000
"""More hits than this are not counted."""
_BEST = f"bm25({{table}}_fts, {WEIGHTS}) * CASE {{table}}_fts.rowid / {ROOM} {{factors}} ELSE 1 END"
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
    """The `need` best rows, best first (0: all), tier by tier: a later tier is asked only where the earlier ones do not suffice."""
    found: dict[int, int] = {}
    asked = ""
    for tier, expression in enumerate(query.match.tiers):
        if expression == asked or (need and len(found) >= need):
            continue
        asked = expression
        for row in _weighed(db, query, expression, need + len(found) if need else 0):
            found.setdefault(row, tier)
    ranked = [Ranked(row, tier) for row, tier in found.items()]
    return ranked[:need] if need else ranked


def _weighed(db: sqlite3.Connection, query: Query, expression: str, need: int) -> list[int]:
    """The ids of the best rows of one tier."""
    values = {**(query.parameters or {}), "match": expression}
    row = f"{query.table}_fts.rowid"
    order = ", ".join((*query.first, _BEST.format(table=query.table, factors=_FACTORS.get(query.table, "WHEN -1 THEN 1")), row))
    if not need:
        return [n for (n,) in db.execute(query.sql(row, f"ORDER BY {order}"), values)]
    last = None
    if not query.first:
        candidates = query.sql(f"{row} AS id", f"ORDER BY {row} LIMIT :most")
        last = db.execute(f"SELECT max(id), count(*) FROM ({candidates})", {**values, "most": max(MOST, need)}).fetchone()  # noqa: S608
        if not last[1]:
            return []
    cut = f"AND {row} <= :last" if last else ""
    found = db.execute(query.sql(row, f"{cut} ORDER BY {order} LIMIT :need"), {**values, "need": need, **({"last": last[0]} if last else {})})
    return [n for (n,) in found]

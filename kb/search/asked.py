"""A query put to one table, passages or records: its best rows, how many there are, and a sample of them for counting. SQL is made in `compile`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace

from kb.search import filters, rank
from kb.search.compile import Compiled, compile_node
from kb.search.filters import PASSAGES, Place
from kb.search.match import Keys, Match
from kb.search.nodes import Node
from kb.search.rank import Query, Ranked, Value

SORTED = 5000
"""More hits than this are not sorted by date; decisions and §§ are the first of them."""
SAMPLED = rank.COUNTED
"""More hits than this are not counted by forum and year."""


@dataclass(frozen=True, slots=True)
class Only:
    """What a search is narrowed to beside its words: names as people say them; days are YYYY, YYYY-MM or YYYY-MM-DD, both counted in."""

    forum: str | None = None
    since: str | None = None
    until: str | None = None
    kind: str | None = None
    register: str | None = None
    municipality: str | None = None

    def conditions(self, db: sqlite3.Connection, out: Compiled) -> Iterable[str]:
        """SQL for each that is said."""
        for name in ("forum", "kind", "register", "municipality"):
            value = getattr(self, name)
            if value:
                yield filters.field(name, value, db, out)
        if self.since or self.until:
            yield filters.dates(self.since, self.until, out)


class Asked:
    """A query, ready to be asked of a table."""

    def __init__(self, db: sqlite3.Connection, node: Node, only: Only, keys: Keys, place: Place = PASSAGES) -> None:
        self.db, self.keys, self.place = db, keys, place
        self.total: int | None = None
        self.compiled = compile_node(node, db, keys, place)
        self.compiled.where += only.conditions(db, self.compiled)

    def best(
        self, need: int, within: tuple[int, int] | None = None, newest: bool = False, counted: int | None = None, weighed: int = rank.MOST
    ) -> list[Ranked]:
        """The best rows, `need` at most, all for 0; `within` bounds their ids; `newest` sorts by day, not rank; `counted` is what `count` said.

        Of many only the first `weighed` are looked at.
        """
        if not self.compiled.match:
            return self._unranked(need, within)
        if newest:
            return self._by_day(need, within)
        rows, total = rank.best_of(self.db, replace(self._query(self.compiled.match, within), weighed=weighed), need, counted)
        self.total = total if within is None else self.total
        return rows

    def count(self, within: tuple[int, int] | None = None, most: int = rank.COUNTED) -> int:
        """How many rows fit, `most` + 1 where they are more than `most`."""
        if self.compiled.match:
            return rank.count(self.db, self._query(self.compiled.match, within), most)
        sql = f"SELECT count(*) FROM (SELECT 1 FROM {self._tables()} WHERE {self._where(within)} LIMIT :most)"  # noqa: S608
        return int(self.db.execute(sql, {**self.compiled.parameters, "most": most + 1}).fetchone()[0])

    def sample(self, select: str) -> tuple[str, dict[str, Value]]:
        """A statement that selects columns of p and d of at most SAMPLED rows, and its parameters."""
        c = self.compiled
        if not c.match:
            sql = f"SELECT {select} FROM {self._tables()} WHERE {self._where(None)} LIMIT {SAMPLED}"  # noqa: S608
            return sql, dict(c.parameters)
        query = Query(self.place.table, c.match, self.place.join, tuple(c.where), (), c.parameters)
        return query.sql(select, f"LIMIT {SAMPLED}"), {**c.parameters, "match": c.match.widest}

    def _query(self, match: Match, within: tuple[int, int] | None) -> Query:
        c = self.compiled
        bounds = (f"{self.place.table}_fts.rowid BETWEEN {int(within[0])} AND {int(within[1])}",) if within else ()
        join = self.place.join if c.where or c.tiers else ""
        return Query(self.place.table, match, join, (*bounds, *c.where), tuple(c.tiers), c.parameters)

    def _tables(self) -> str:
        return f"{self.place.table} p {'LEFT ' if self.place.table == 'records' else ''}JOIN documents d ON d.id = p.document_id"

    def _where(self, within: tuple[int, int] | None) -> str:
        bounds = [f"p.id BETWEEN {int(within[0])} AND {int(within[1])}"] if within else []
        return " AND ".join([*bounds, *self.compiled.where]) or "1"

    def _unranked(self, need: int, within: tuple[int, int] | None) -> list[Ranked]:
        """Without words to rank by the newest come first."""
        c = self.compiled
        order = ", ".join([*c.tiers, f"{self.place.date} DESC", "p.document_id", "p.start", "p.id"])
        sql = f"SELECT p.id FROM {self._tables()} WHERE {self._where(within)} ORDER BY {order} LIMIT :limit"  # noqa: S608
        return [Ranked(row[0], 0) for row in self.db.execute(sql, {**c.parameters, "limit": need or -1})]

    def _by_day(self, need: int, within: tuple[int, int] | None) -> list[Ranked]:
        """The newest of the first SORTED rows, or of all where all are asked for, each with the tier it fits."""
        c = self.compiled
        assert c.match
        query = Query(self.place.table, c.match, self.place.join, self._query(c.match, within).where, (), c.parameters)
        inner = query.sql(f"p.id AS id, {self.place.date} AS day, p.document_id AS document, p.start AS start", f"LIMIT {SORTED if need else -1}")
        sql = f"SELECT id FROM ({inner}) ORDER BY day DESC, document, start, id LIMIT :limit"  # noqa: S608
        ids = [row[0] for row in self.db.execute(sql, {**c.parameters, "match": c.match.widest, "limit": need or -1})]
        return [Ranked(n, tier) for n, tier in self._tiers(ids, c.match)]

    def _tiers(self, ids: list[int], match: Match) -> list[tuple[int, int]]:
        """The first tier that each row fits."""
        found: dict[int, int] = {}
        table, wanted = self.place.table, set(ids)
        for tier, expression in enumerate(match.tiers):
            sql = f"SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH ? AND rowid BETWEEN ? AND ?"  # noqa: S608
            for (n,) in self.db.execute(sql, (expression, min(ids), max(ids))) if len(found) < len(ids) else ():
                if n in wanted:
                    found.setdefault(n, tier)
        return [(n, found.get(n, len(match.tiers) - 1)) for n in ids]

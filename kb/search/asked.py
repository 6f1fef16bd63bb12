"""A query put to one table, passages or records: its best rows, how many there are, and a sample of them for counting. SQL is made in `compile`."""

from __future__ import annotations

import json
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
        self._looked: dict[tuple[int, int] | None, list[int]] = {}
        self.compiled = compile_node(node, db, keys, place)
        self.compiled.where += only.conditions(db, self.compiled)

    def best(
        self, need: int, within: tuple[int, int] | None = None, newest: bool = False, counted: int | None = None, weighed: int = rank.MOST
    ) -> list[Ranked]:
        """The best rows, `need` at most, all for 0; `within` bounds their ids; `newest` sorts by day, not rank; `counted` is what `count` said.

        Of many only the first `weighed` are looked at.
        """
        first = self._first(within) if need else None
        if not self.compiled.match:
            return self._unranked(need, within)
        if newest:
            return self._by_day(need, within)
        query = self._query(self.compiled.match, within, first if need <= rank.COUNTED else self._few(within))
        counted = counted if first is None else len(first)
        rows, total = rank.best_of(self.db, replace(query, weighed=weighed), need, counted)
        self.total = total if within is None else self.total
        return rows

    def count(self, within: tuple[int, int] | None = None, most: int = rank.COUNTED) -> int:
        """How many rows fit, `most` + 1 where they are more than `most`."""
        first = self._first(within) if most >= rank.COUNTED else self._looked.get(within)
        if first is not None and (len(first) <= rank.COUNTED or most <= rank.COUNTED):
            return min(len(first), most + 1)
        if self.compiled.match:
            return rank.count(self.db, self._query(self.compiled.match, within), most)
        sql, values = self._chosen("1", within)
        return int(self.db.execute(f"SELECT count(*) FROM ({sql} LIMIT :most)", {**values, "most": most + 1}).fetchone()[0])  # noqa: S608

    def sample(self, select: str) -> tuple[str, dict[str, Value]]:
        """A statement that selects columns of p and d of at most SAMPLED rows, and its parameters."""
        c, first = self.compiled, self._first(None)
        if not c.match or first is not None:
            sql, values = self._chosen(select, None, first)
            return f"{sql} LIMIT {SAMPLED}", values
        query = Query(self.place.table, c.match, self.place.join, tuple(c.where), (), c.parameters)
        return query.sql(select, f"LIMIT {SAMPLED}"), {**c.parameters, "match": c.match.widest}

    def _first(self, within: tuple[int, int] | None) -> list[int] | None:
        """The ids of the first rows that fulfil the conditions, one more than are counted, looked up once; None where there are no conditions."""
        if self.compiled.where and within not in self._looked:
            if self.compiled.match:
                query = self._query(self.compiled.match, within)
                sql, values = query.sql("p.id"), {**self.compiled.parameters, "match": query.match.widest}
            else:
                sql, values = self._chosen("p.id", within)
            self._looked[within] = [n for (n,) in self.db.execute(f"{sql} LIMIT :most", {**values, "most": rank.COUNTED + 1})]
        return self._looked.get(within)

    def _few(self, within: tuple[int, int] | None) -> list[int] | None:
        """The ids of all rows that fulfil the conditions, where that is known and they are few."""
        first = self._looked.get(within)
        return first if first is not None and len(first) <= rank.COUNTED else None

    def _query(self, match: Match, within: tuple[int, int] | None, rows: list[int] | None = None) -> Query:
        """The question to the index, of these rows if they are named; then no table needs to be joined for the conditions, which they fulfil."""
        c, row = self.compiled, f"{self.place.table}_fts.rowid"
        bounds = (f"{row} BETWEEN {int(within[0])} AND {int(within[1])}",) if within else ()
        join = self.place.join if (c.where and rows is None) or c.tiers else ""
        where = tuple(c.where) if rows is None else (f"+{row} IN (SELECT value FROM json_each(:rows))",)  # noqa: S608
        return Query(self.place.table, match, join, (*bounds, *where), tuple(c.tiers), {**c.parameters, "rows": json.dumps(rows)})

    def _chosen(self, select: str, within: tuple[int, int] | None, rows: list[int] | None = None) -> tuple[str, dict[str, Value]]:
        """A statement that selects columns of the rows that fulfil the conditions, or of these, and its parameters."""
        bounds = [f"p.id BETWEEN {int(within[0])} AND {int(within[1])}"] if within else []
        where = [*bounds, *self.compiled.where] if rows is None else ["p.id IN (SELECT value FROM json_each(:rows))"]
        return f"SELECT {select} FROM {self._tables()} WHERE {' AND '.join(where) or '1'}", {**self.compiled.parameters, "rows": json.dumps(rows)}  # noqa: S608

    def _tables(self) -> str:
        return f"{self.place.table} p {'LEFT ' if self.place.table == 'records' else ''}JOIN documents d ON d.id = p.document_id"

    def _unranked(self, need: int, within: tuple[int, int] | None) -> list[Ranked]:
        """Without words to rank by the newest come first."""
        order = ", ".join([*self.compiled.tiers, f"{self.place.date} DESC", "p.document_id", "p.start", "p.id"])
        sql, values = self._chosen("p.id", within, self._few(within))
        return [Ranked(row[0], 0) for row in self.db.execute(f"{sql} ORDER BY {order} LIMIT :limit", {**values, "limit": need or -1})]

    def _by_day(self, need: int, within: tuple[int, int] | None) -> list[Ranked]:
        """The newest of the first SORTED rows, or of all where all are asked for, each with the tier it fits."""
        c = self.compiled
        assert c.match
        asked = self._query(c.match, within, self._few(within))
        query = replace(asked, joins=self.place.join, first=())
        inner = query.sql(f"p.id AS id, {self.place.date} AS day, p.document_id AS document, p.start AS start", f"LIMIT {SORTED if need else -1}")
        sql = f"SELECT id FROM ({inner}) ORDER BY day DESC, document, start, id LIMIT :limit"  # noqa: S608
        ids = [row[0] for row in self.db.execute(sql, {**(asked.parameters or {}), "match": c.match.widest, "limit": need or -1})]
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

"""A query put to one table, passages or records: its best rows, how many there are, and a sample of them for counting. SQL is made in `compile`."""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from kb.search import filters, rank
from kb.search.compile import Compiled, compile_node
from kb.search.filters import PASSAGES, Place
from kb.search.index import ROOM
from kb.search.match import Keys, Match
from kb.search.narrow import Narrow, narrowed
from kb.search.newest import in_order, ordered
from kb.search.newest import newest as newest_of
from kb.search.nodes import Node
from kb.search.rank import Query, Ranked, Value
from kb.search.tiers import tiers

SORTED = 5000
"""Where the newest hits are not among the newest rows there are, more than this are not sorted by date; decisions and §§ are the first of them."""
RARE = 1000
"""So many rows are sorted by day sooner than the newest of them are sought among all."""
_ROWS = "SELECT value FROM json_each(:rows)"
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
    """A query, ready to be asked of a table. `cut`: of many hits only the first SORTED have been sorted by day."""

    def __init__(self, db: sqlite3.Connection, node: Node, only: Only, keys: Keys, place: Place = PASSAGES) -> None:
        self.db, self.keys, self.place = db, keys, place
        self.total: int | None = None
        self.cut = False
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
            return self.newest({within: need})[within]
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

    @cached_property
    def _narrow(self) -> Narrow | None:
        """The rows that the conditions leave, where an index gives them and they are few."""
        return narrowed(self.db, self.compiled)

    @cached_property
    def _left(self) -> list[int]:
        """The ids of all rows that fit, where conditions leave few: of all classes at once, so that the index is gone through once."""
        return self._find(None, -1)

    def _first(self, within: tuple[int, int] | None) -> list[int] | None:
        """The ids of the first rows that fulfil the conditions, one more than are counted, looked up once; None where there are no conditions."""
        if self.compiled.where and within not in self._looked:
            if within and self._narrow:
                self._looked[within] = self._within(within)[: rank.COUNTED + 1]
            else:
                self._looked[within] = self._find(within, rank.COUNTED + 1)
        return self._looked.get(within)

    def _within(self, within: tuple[int, int] | None) -> list[int]:
        """Those of a class."""
        return self._left[bisect_left(self._left, within[0]) : bisect_right(self._left, within[1])] if within else self._left

    def _find(self, within: tuple[int, int] | None, most: int) -> list[int]:
        """The ids of the first rows that fulfil the conditions, -1 for all."""
        narrow = self._narrow
        if self.compiled.match:
            query = self._query(self.compiled.match, within, narrow=narrow)
            sql, values = query.sql(f"{query.table}_fts.rowid"), {**(query.parameters or {}), "match": query.match.widest}
            return self._ids(f"{sql} LIMIT :most", {**values, "most": most})
        if narrow and not narrow.rest and not within:
            return sorted(narrow.rows)[: most if most >= 0 else None]
        sql, values = self._chosen("p.id", within, narrow=narrow)
        sql += " ORDER BY p.id" if narrow else ""
        return list(self.compiled.once(f"{sql} LIMIT {most}", lambda: tuple(self._ids(f"{sql} LIMIT {most}", values))))

    def _ids(self, sql: str, values: Mapping[str, Value]) -> list[int]:
        return [n for (n,) in self.db.execute(sql, values)]

    def _few(self, within: tuple[int, int] | None) -> list[int] | None:
        """The ids of all rows that fulfil the conditions, where that is known and they are few."""
        first = self._looked.get(within)
        return first if first is not None and len(first) <= rank.COUNTED else None

    def _rare(self, query: Query) -> list[int] | None:
        """The ids of all rows that have the words, where they are few: sooner sorted than sought among the newest."""
        sql = query.sql(f"{query.table}_fts.rowid", f"LIMIT {RARE + 1}")
        found = self._ids(sql, {**(query.parameters or {}), "match": query.match.widest})
        return found if len(found) <= RARE else None

    def _query(self, match: Match, within: tuple[int, int] | None, rows: list[int] | None = None, narrow: Narrow | None = None) -> Query:
        """The question to the index, of these rows if they are named; then no table needs to be joined for the conditions, which they fulfil."""
        c, row = self.compiled, f"{self.place.table}_fts.rowid"
        bounds = (f"{row} BETWEEN {int(within[0])} AND {int(within[1])}",) if within else ()
        where, among = tuple(c.where), _ROWS if rows is not None else ""
        if among or narrow:
            where, among = (narrow.rest, narrow.ids) if narrow else ((), among)
            bounds = (*bounds, f"+{row} IN ({among})")
        join = self.place.join if where or c.tiers else ""
        return Query(self.place.table, match, join, (*bounds, *where), tuple(c.tiers), {**c.parameters, "rows": json.dumps(rows)})

    def _chosen(
        self, select: str, within: tuple[int, int] | None, rows: list[int] | None = None, narrow: Narrow | None = None
    ) -> tuple[str, dict[str, Value]]:
        """A statement that selects columns of the rows that fulfil the conditions, or of these, and its parameters."""
        bounds = [f"p.id BETWEEN {int(within[0])} AND {int(within[1])}"] if within else []
        where = [*bounds, *self.compiled.where]
        if rows is not None:
            where = [f"p.id IN ({_ROWS})"]
        elif narrow:
            where = [*bounds, f"p.id IN ({narrow.ids})", *narrow.rest]
        return f"SELECT {select} FROM {self._tables()} WHERE {' AND '.join(where) or '1'}", {**self.compiled.parameters, "rows": json.dumps(rows)}  # noqa: S608

    def _tables(self) -> str:
        return f"{self.place.table} p {'CROSS' if self.place is PASSAGES else 'LEFT'} JOIN documents d ON d.id = p.document_id"

    def _unranked(self, need: int, within: tuple[int, int] | None) -> list[Ranked]:
        """Without words to rank by the newest come first."""
        if not need:
            return self._by_day(need, within)
        asked = f"{need} of {within} by {self.compiled.tiers} where {self.compiled.where}"
        return list(self.compiled.once(asked, lambda: tuple(self._by_day(need, within))))

    def _by_day(self, need: int, within: tuple[int, int] | None) -> list[Ranked]:
        few = self._few(within)
        if few is None and self._narrow and need and not self.compiled.tiers:
            few = self._within(within)
        if few is not None and not self.compiled.tiers:
            return [Ranked(n, 0) for n in ordered(self.db, self.place, few, need)]
        if need and not self.compiled.tiers and (within or self.place is PASSAGES):
            sql, values = in_order(self.place, self.compiled.where, _class(within)), {**self.compiled.parameters, "most": need}
        else:
            order = ", ".join([*self.compiled.tiers, f"{self.place.date} DESC", "p.document_id", "p.start", "p.id"])
            sql, values = self._chosen("p.id", within, few)
            sql, values = f"{sql} ORDER BY {order} LIMIT :most", {**values, "most": need or -1}
        return [Ranked(n, 0) for (n,) in self.db.execute(sql, values)]

    def newest(self, needs: Mapping[tuple[int, int] | None, int]) -> dict[tuple[int, int] | None, list[Ranked]]:
        """The newest rows of each class, as many as are needed of it (0: all), each with the tier it fits, which is asked of all together."""
        match = self.compiled.match
        if not match:
            return {within: self._unranked(need, within) for within, need in needs.items()}
        ids = {within: self._newest(match, need, within) for within, need in needs.items()}
        fits = tiers(self.db, self.place.table, [n for some in ids.values() for n in some], match)
        return {within: [Ranked(n, fits[n]) for n in some] for within, some in ids.items()}

    def _newest(self, match: Match, need: int, within: tuple[int, int] | None) -> list[int]:
        """The ids of the newest rows, all for 0; where they are not found among the newest of the base, of the first SORTED."""
        query = self._query(match, within)
        few = self._few(within) if self.compiled.where else self._rare(query)
        if few is not None:
            return ordered(self.db, self.place, few, need)
        if need and (within or self.place is PASSAGES):
            found = newest_of(self.db, query, self.place, self.compiled.where, _class(within), need)
            if found is not None:
                return found
        inner = replace(query, joins=self.place.join, first=()).sql(
            f"p.id AS id, {self.place.date} AS day, p.document_id AS document, p.start AS start", f"LIMIT {SORTED if need else -1}"
        )
        self.cut = bool(need)
        sql = f"SELECT id FROM ({inner}) ORDER BY day DESC, document, start, id LIMIT :limit"  # noqa: S608
        return [row[0] for row in self.db.execute(sql, {**(query.parameters or {}), "match": match.widest, "limit": need or -1})]


def _class(within: tuple[int, int] | None) -> int | None:
    """The class of records that bounds enclose."""
    return within[0] // ROOM if within else None

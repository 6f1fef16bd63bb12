"""The knowledge base as Datasette's own pages read it: what they ask is asked once for each state of it, and a count reads no more than it must."""

from __future__ import annotations

import datetime
import re
from collections.abc import Awaitable, Callable, Hashable, Mapping
from copy import copy
from pathlib import Path
from typing import Any

from datasette.database import Database

from kb.web.remembering import keep, recall, state

MOST = 300
"""Rows of an answer that is remembered: a page has fewer."""
_COUNT = re.compile(r"select count\(\*\) from \(select \* (from .+ limit \d+\))", re.S)
_COMPOUND = re.compile(r"\b(?:union|intersect|except)\b", re.I)
_VOLATILE = re.compile(r"\bnow\b|\brandom|\bcurrent_|\b(?:changes|last_insert_rowid|(?:date)?time|julianday|unixepoch|strftime)\s*\(", re.I)


def _once(name: str) -> Any:
    """A method of Database whose answer depends on the state of the base alone."""
    original: Callable[..., Awaitable[Any]] = getattr(Database, name)

    async def asked(self: Base, *args: Any, **named: Any) -> Any:
        return copy(await self._remembered((name, args, tuple(named.items())), lambda: original(self, *args, **named)))

    return asked


class Base(Database):  # type: ignore[misc]
    """What Datasette's pages ask of it: rows, counts, facets and the names of tables and columns."""

    table_names = _once("table_names")
    view_names = _once("view_names")
    hidden_table_names = _once("hidden_table_names")
    table_columns = _once("table_columns")
    table_column_details = _once("table_column_details")
    table_counts = _once("table_counts")
    primary_keys = _once("primary_keys")
    fts_table = _once("fts_table")
    foreign_keys_for_table = _once("foreign_keys_for_table")
    get_all_foreign_keys = _once("get_all_foreign_keys")

    async def execute(self, sql: str, params: Any = None, *args: Any, **options: Any) -> Any:
        """The answer to a statement: from memory where the base is as it was, and what it says depends on nothing else."""
        if not _COMPOUND.search(sql):
            sql = _COUNT.sub(r"select count(*) from (select 1 \1", sql)  # SQLite works out every column of a view that is limited, also unread ones
        ask = super().execute
        if _VOLATILE.search(sql) or not sql.lstrip().lower().startswith(("select", "with")):
            return await ask(sql, params, *args, **options)
        fixed = tuple(sorted(params.items())) if isinstance(params, Mapping) else tuple(params or ())
        key = ("execute", sql, fixed, args, options.get("truncate"), options.get("page_size"), datetime.datetime.now().astimezone().date())
        return await self._remembered(key, lambda: ask(sql, params, *args, **options))

    async def _remembered(self, key: Hashable, ask: Callable[[], Awaitable[Any]]) -> Any:
        """What was answered in the same state of the base, else what is answered now."""
        path = Path(self.path)
        now = state(path)
        known = recall(path, key, now)
        if known:
            return known[0]
        answer = await ask()
        if len(getattr(answer, "rows", ())) <= MOST:
            keep(path, key, now, answer)
        return answer

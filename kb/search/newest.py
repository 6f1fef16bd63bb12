"""The newest rows that fit: among the newest there are, as many as it takes, not among all that have the words."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence

from kb.search.filters import PASSAGES, Place
from kb.search.index import ROOM
from kb.search.rank import Query, Value

AMONG = (250, 2_000, 16_000, 128_000)
"""So many of the newest are looked at, then more."""
_PASSAGES = "SELECT p.id, d.date FROM documents d CROSS JOIN passages p ON p.document_id = d.id WHERE {where} ORDER BY d.date DESC LIMIT :most"
_RECORDS = "SELECT p.id, p.date FROM records p {join} WHERE p.id / {room} = {class_} AND {where} ORDER BY p.date DESC LIMIT :most"
_JOIN = "LEFT JOIN documents d ON d.id = p.document_id"


def newest(db: sqlite3.Connection, query: Query, place: Place, where: Sequence[str], class_: int | None, need: int) -> list[int] | None:
    """The ids of the `need` newest rows that the query finds, in order; None where the newest AMONG do not have so many. `class_` of records."""
    for most in AMONG:
        rows = _newest(db, place, where, class_, query.parameters or {}, most)
        found = _matching(db, query, [n for n, _ in rows])
        whole = len(rows) < most
        kept = [n for n, day in rows if n in found and (whole or day != rows[-1][1])]  # those of the last day are not all there
        if whole or len(kept) >= need:
            return ordered(db, place, kept, need)
    return None


def ordered(db: sqlite3.Connection, place: Place, ids: Sequence[int], need: int) -> list[int]:
    """Rows by day, the newest first, then as they stand in their papers; `need` of them, all for 0."""
    sql = (
        f"SELECT p.id FROM {place.table} p {_JOIN} WHERE p.id IN (SELECT value FROM json_each(:rows)) "  # noqa: S608
        f"ORDER BY {place.date} DESC, p.document_id, p.start, p.id LIMIT :most"
    )
    return [n for (n,) in db.execute(sql, {"rows": json.dumps(ids), "most": need or -1})]


def _newest(
    db: sqlite3.Connection, place: Place, where: Sequence[str], class_: int | None, parameters: Mapping[str, Value], most: int
) -> list[tuple[int, str | None]]:
    """The newest rows that fulfil the conditions, with their days."""
    conditions = " AND ".join(where) or "1"
    if place is PASSAGES:
        sql = _PASSAGES.format(where=conditions)
    else:
        sql = _RECORDS.format(join=_JOIN if where else "", room=ROOM, class_=class_, where=conditions)
    return db.execute(sql, {**parameters, "most": most}).fetchall()


def _matching(db: sqlite3.Connection, query: Query, ids: Sequence[int]) -> set[int]:
    """Those of some rows that have the words."""
    if not ids:
        return set()
    table = query.table
    sql = (
        f"SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH :match AND rowid BETWEEN :low AND :high "  # noqa: S608
        "AND +rowid IN (SELECT value FROM json_each(:rows))"
    )
    values = {"match": query.match.widest, "low": min(ids), "high": max(ids), "rows": json.dumps(ids)}
    return {n for (n,) in db.execute(sql, values)}

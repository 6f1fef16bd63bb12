"""The newest rows that fit: among the newest there are, as many as it takes, not among all that have the words."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from kb.search.filters import PASSAGES, Place
from kb.search.index import ROOM
from kb.search.rank import Query
from kb.search.tiers import matching

LIKELY = 4
"""So many times the rows that are needed are looked at first: many words are in every fourth row."""
AMONG = (250, 500, 1_000, 2_000, 16_000, 128_000)
"""So many of the newest are looked at then, and then more; those are passed over that would not do if the rest were as those before."""
_PASSAGES = """
SELECT p.id FROM documents d CROSS JOIN passages p ON p.document_id = d.id WHERE {where} ORDER BY d.date DESC, d.id, p.start, p.id LIMIT :most"""
_RECORDS = """
SELECT p.id FROM records p {join} WHERE p.id / {room} = {number} AND {where} ORDER BY p.date DESC, p.document_id, p.start, p.id LIMIT :most"""
_JOIN = "LEFT JOIN documents d ON d.id = p.document_id"


def in_order(place: Place, where: Sequence[str], number: int | None) -> str:
    """A statement that goes through the rows in the order of an index, the newest first, so that it ends with the last of :most that fulfil the
    conditions. `number` is the class of records.
    """
    conditions = " AND ".join(where) or "1"
    if place is PASSAGES:
        return _PASSAGES.format(where=conditions)
    return _RECORDS.format(join=_JOIN if where else "", room=ROOM, number=number, where=conditions)


def newest(db: sqlite3.Connection, query: Query, place: Place, where: Sequence[str], number: int | None, need: int) -> list[int] | None:
    """The ids of the `need` newest rows that the query finds, in order; None where the newest AMONG do not have so many."""
    sql = in_order(place, where, number)
    found: set[int] = set()
    looked, last = 0, max(AMONG, default=0)
    for most in (LIKELY * need, *(n for n in AMONG if n > LIKELY * need)):
        if most < last and most * max(1, len(found)) < looked * need:
            continue
        rows = [n for (n,) in db.execute(sql, {**(query.parameters or {}), "most": most})]
        found |= matching(db, query.table, query.match.widest, rows[looked:])
        looked = most
        if len(rows) < most or len(found) >= need:
            return [n for n in rows if n in found][:need]
    return None


def ordered(db: sqlite3.Connection, place: Place, ids: Sequence[int], need: int) -> list[int]:
    """Rows by day, the newest first, then as they stand in their papers; `need` of them, all for 0."""
    sql = (
        f"SELECT p.id FROM {place.table} p {_JOIN} WHERE p.id IN (SELECT value FROM json_each(:rows)) "  # noqa: S608
        f"ORDER BY {place.date} DESC, p.document_id, p.start, p.id LIMIT :most"
    )
    return [n for (n,) in db.execute(sql, {"rows": json.dumps(ids), "most": need or -1})]

"""Which case a diary number in an address means, and which are near one that is not known."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from kb.search import dnr
from kb.web.rows import CaseRow
from kb.web.selecting import select

NEAR = 8

# same serial and year in another register first, then the same register and year by distance, then the same serial and register in another year
NEAREST = """case_list WHERE key IN (
    SELECT key FROM diary_numbers
    WHERE (serial = :serial AND year = :year) OR (register = :register COLLATE NOCASE AND (year = :year OR serial = :serial))
    ORDER BY NOT (serial = :serial AND year = :year), year <> :year, abs(serial - :serial), abs(year - :year) LIMIT :limit)
ORDER BY NOT (serial = :serial AND year = :year), year <> :year, abs(serial - :serial), abs(year - :year)"""


def resolve(conn: sqlite3.Connection, asked: str) -> tuple[CaseRow, ...]:
    """The cases a spelling can mean: none, one, or several to choose from. The canonical spelling always means its own case."""
    exact = rows(conn, [key for (key,) in conn.execute("SELECT key FROM diary_numbers WHERE dnr = ?", (asked,))])
    return exact or rows(conn, [case.key for case in dnr.resolve(conn, asked)])


def rows(conn: sqlite3.Connection, keys: Iterable[str]) -> tuple[CaseRow, ...]:
    """Cases by key."""
    return select(conn, CaseRow, "case_list WHERE key IN (SELECT value FROM json_each(:keys)) ORDER BY dnr", {"keys": json.dumps(list(keys))})


def near(conn: sqlite3.Connection, asked: str) -> tuple[CaseRow, ...]:
    """Cases whose numbers lie nearest to one that is not known."""
    found: dict[str, CaseRow] = {}
    for reading in dnr.readings(asked):
        wanted = {"serial": reading.serial, "year": reading.year, "register": reading.register, "limit": NEAR}
        found |= {row.key: row for row in select(conn, CaseRow, NEAREST, wanted) if row.key not in found}
    return tuple(found.values())[:NEAR]

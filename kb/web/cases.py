"""Which case a diary number in an address means, and which are near one that is not known."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from kb.search import dnr
from kb.web import words
from kb.web.rows import CaseRow
from kb.web.selecting import select
from kb.web.whose import Missed, asked_for, everyone

NEAR = 8

# same serial and year in another register first, then the same register and year by distance, then the same serial and register in another year
NEAREST = """case_list WHERE key IN (
    SELECT key FROM diary_numbers
    WHERE (serial = :serial AND year = :year) OR (register = :register COLLATE NOCASE AND (year = :year OR serial = :serial))
    ORDER BY NOT (serial = :serial AND year = :year), year <> :year, abs(serial - :serial), abs(year - :year) LIMIT :limit)
ORDER BY NOT (serial = :serial AND year = :year), year <> :year, abs(serial - :serial), abs(year - :year)"""


@dataclass(frozen=True, slots=True)
class CaseChoice(CaseRow):
    """A case to choose: the days of its first and last step, and how many steps it has."""

    first: str | None
    last: str | None
    steps: int

    @property
    def facts(self) -> tuple[str, ...]:
        """What tells it from others."""
        days = f"{words.day(self.first)} – {words.day(self.last)}" if self.first != self.last else words.day(self.first)
        return tuple(filter(None, (words.case_of(self.case_of), days, f"{words.number(self.steps)} steg")))


def resolve(conn: sqlite3.Connection, asked: str, whose: str = "") -> tuple[CaseRow, ...]:
    """The cases a spelling can mean: none, one, or several to choose from. The canonical spelling always means its own case; where several
    organisations have one of that number, that of `whose` if it is one of them.
    """
    exact = rows(conn, [key for (key,) in conn.execute("SELECT key FROM diary_numbers WHERE dnr = ?", (asked,))])
    found = exact or rows(conn, [case.key for case in dnr.resolve(conn, asked)])
    wanted = "" if whose == words.NOT_KNOWN else whose
    return (tuple(row for row in found if row.case_of == wanted) if whose else ()) or found


def wanted(conn: sqlite3.Connection, asked: str, whose: str) -> tuple[tuple[CaseRow, ...], str, Missed | None]:
    """The cases that an address means, of which organisation, and whether it names one that there is not."""
    found = resolve(conn, asked, whose)
    if whose in ("", words.NOT_KNOWN) or not found or [case.case_of for case in found] == [whose]:
        return found, whose, None
    of, missed = asked_for(conn, whose, everyone(conn))
    return resolve(conn, asked, of), of, missed


def choices(conn: sqlite3.Connection, found: Iterable[CaseRow]) -> tuple[CaseChoice, ...]:
    """Cases with what tells them apart."""
    told = "SELECT min(date), max(date), count(*) FROM case_timeline WHERE key = ?"
    return tuple(CaseChoice(row.dnr, row.key, row.title, row.case_of, *conn.execute(told, (row.key,)).fetchone()) for row in found)


def others(conn: sqlite3.Connection, key: str) -> tuple[CaseRow, ...]:
    """The other cases that have the number of one."""
    sql = "SELECT key FROM diary_numbers WHERE key <> :key AND number = (SELECT number FROM diary_numbers WHERE key = :key)"
    return rows(conn, [other for (other,) in conn.execute(sql, {"key": key})])


def rows(conn: sqlite3.Connection, keys: Iterable[str]) -> tuple[CaseRow, ...]:
    """Cases by key."""
    return select(
        conn,
        CaseRow,
        "case_list WHERE key IN (SELECT value FROM json_each(:keys)) ORDER BY dnr, case_of = '', case_of",
        {"keys": json.dumps(list(keys))},
    )


def near(conn: sqlite3.Connection, asked: str) -> tuple[CaseRow, ...]:
    """Cases whose numbers lie nearest to one that is not known."""
    found: dict[str, CaseRow] = {}
    for reading in dnr.readings(asked):
        wanted = {"serial": reading.serial, "year": reading.year, "register": reading.register, "limit": NEAR}
        found |= {row.key: row for row in select(conn, CaseRow, NEAREST, wanted) if row.key not in found}
    return tuple(found.values())[:NEAR]

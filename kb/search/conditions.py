"""Conditions on places, and how SQLite comes by the rows that fulfil them: tried on each row, by index, or known by number."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.search.compile import Compiled

# The facts are found first, and once: LIMIT keeps SQLite from joining the two, and a pattern would be tried for each place.
_OVERLAPS = (
    "SELECT p.id FROM (SELECT x.document_id, x.start, x.end FROM {table} x WHERE {which} LIMIT -1) x "
    "CROSS JOIN {places} p ON p.document_id = x.document_id AND p.start < x.end AND x.start < p.end"
)
_BY = "SELECT p.id FROM documents d CROSS JOIN {places} p ON p.document_id = d.id WHERE {which}"
_HAS = "SELECT rowid FROM {places}_fts WHERE {places}_fts MATCH {match}"
_WORDS = "p.id IN (SELECT rowid FROM {places}_fts WHERE {places}_fts MATCH {match})"
_FEW = 5000
"""Places that have the words, which are told to each statement by number; of more SQLite asks the index each time."""


class Condition(str):
    """A condition that is also told so that the rows can be found by index: a row fulfils it where its document fulfils `paper`, or itself `own`.

    Both are "" of one that must be tried on each row. `like` is about as many documents as those of `own`; `ids` are the rows, where they are
    known by number.
    """

    paper: str
    own: str
    like: str
    ids: frozenset[int] | None

    def __new__(cls, row: str, paper: str = "", own: str = "", like: str = "", ids: frozenset[int] | None = None) -> Condition:
        """The condition of a row, in its three ways."""
        made = super().__new__(cls, row)
        made.paper, made.own, made.like, made.ids = paper, own, like, ids
        return made


def words(match: str, db: sqlite3.Connection, out: Compiled) -> str:
    """Places whose text an FTS5 expression fits."""
    if ("", match) not in out.fields:
        bound = {"places": out.place.table, "match": out.bind(match)}
        ids = [n for (n,) in db.execute(f"{_HAS.format(**bound)} LIMIT {_FEW + 1}", out.parameters)]
        out.fields["", match] = by_number(frozenset(ids), out) if len(ids) <= _FEW else _WORDS.format(**bound)
    return out.fields["", match]


def overlaps(table: str, which: str, out: Compiled) -> str:
    """A SELECT of the places that a row of the table shares characters with."""
    return _OVERLAPS.format(table=table, which=which, places=out.place.table)


def of_papers(which: str, out: Compiled) -> str:
    """A SELECT of the places of documents d that fulfil a condition."""
    return _BY.format(places=out.place.table, which=which)


def has(match: str, out: Compiled) -> str:
    """A SELECT of the places whose text an FTS5 expression fits."""
    return _HAS.format(places=out.place.table, match=out.bind(match))


def any_of(selects: Sequence[str], db: sqlite3.Connection, out: Compiled) -> Condition:
    """Places that any of some statements selects, which are asked here, once: what a query asks of the place comes in dozens of statements."""
    return by_number(frozenset(n for (n,) in db.execute(" UNION ".join(selects), out.parameters)), out)


def by_number(ids: frozenset[int], out: Compiled) -> Condition:
    """Places by number."""
    row = f"p.id IN (SELECT value FROM json_each({out.bind(json.dumps(sorted(ids)))}))"  # noqa: S608
    return Condition(row, own=row, ids=ids)


def either(parts: Sequence[str]) -> str:
    """One of some conditions."""
    return f"({' OR '.join(parts)})" if parts else "0"


def one_of(parts: Sequence[str], out: Compiled) -> str:
    """One of some conditions, by number where the rows of all are known."""
    known = [part.ids for part in parts if isinstance(part, Condition) and part.ids is not None]
    return by_number(frozenset().union(*known), out) if len(known) == len(parts) else either(parts)


def together(parts: Sequence[str], out: Compiled) -> list[str]:
    """Conditions that say what these say together: each once, and one for all those whose rows are known."""
    known = [part for part in dict.fromkeys(parts) if isinstance(part, Condition) and part.ids is not None]
    rest = [part for part in dict.fromkeys(parts) if part not in known]
    if len(known) < 2:
        return [*rest, *known]
    return [*rest, by_number(frozenset.intersection(*(part.ids for part in known if part.ids is not None)), out)]

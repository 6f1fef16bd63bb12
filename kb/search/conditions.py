"""Conditions on places, and how SQLite comes by the rows that fulfil them: tried on each row, by index, or known by number."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kb.search.answers import Rows

if TYPE_CHECKING:
    from kb.search.compile import Compiled

TABLES = ("passages", "records")
_FACTS = "SELECT x.document_id, x.start, x.end FROM {table} x WHERE {which}"
_PAPERS = "SELECT d.id, -1, 1 << 62 FROM documents d WHERE {which}"
# The facts are found first, and once: else a pattern would be tried for each place.
_OVERLAPS = "WITH x (document_id, start, end) AS MATERIALIZED ({facts}) {places}"
_OF = "SELECT '{places}', p.id FROM x CROSS JOIN {places} p ON p.document_id = x.document_id AND p.start < x.end AND x.start < p.end"
_HAS = "SELECT '{places}', rowid FROM {places}_fts WHERE {places}_fts MATCH {match}"
_WORDS = "p.id IN (SELECT rowid FROM {places}_fts WHERE {places}_fts MATCH {match})"
_FEW = 5000
"""Places that have the words, which are told to each statement by number; of more SQLite asks the index each time."""


class Condition(str):
    """A condition that is also told so that the rows can be found by index: a row fulfils it where its document fulfils `paper`, or itself `own`.

    Both are "" of one that must be tried on each row. `like` is about as many documents as those of `own`; `ids` are the rows, where they are
    known by number; `rows` are these by table, where both were asked.
    """

    paper: str
    own: str
    like: str
    ids: frozenset[int] | None
    rows: Mapping[str, Rows]

    def __new__(
        cls, row: str, paper: str = "", own: str = "", like: str = "", ids: frozenset[int] | None = None, rows: Mapping[str, Rows] | None = None
    ) -> Condition:
        """The condition of a row, in its three ways."""
        made = super().__new__(cls, row)
        made.paper, made.own, made.like, made.ids, made.rows = paper, own, like, ids, rows or {}
        return made


def words(match: str, db: sqlite3.Connection, out: Compiled) -> str:
    """Places whose text an FTS5 expression fits."""
    if ("", match) not in out.fields:
        bound = {"places": out.place.table, "match": out.bind(match)}
        ids = [n for _, n in db.execute(f"{_HAS.format(**bound)} LIMIT {_FEW + 1}", out.parameters)]
        out.fields["", match] = by_number(Rows.of(ids), out) if len(ids) <= _FEW else _WORDS.format(**bound)
    return out.fields["", match]


def facts(table: str, which: str) -> str:
    """A SELECT of the stretches of text of those rows x of a table that fulfil a condition."""
    return _FACTS.format(table=table, which=which)


def papers(which: str) -> str:
    """A SELECT of all text of documents d that fulfil a condition."""
    return _PAPERS.format(which=which)


def any_of(stretches: Sequence[str], db: sqlite3.Connection, out: Compiled, match: str = "") -> Condition:
    """Places that share characters with any stretch of text, or that an FTS5 expression fits.

    They are asked here, once, of passages and records: what a query asks of the place comes in dozens of statements.
    """
    places = [_OF.format(places=table) for table in TABLES]
    places += [_HAS.format(places=table, match=out.bind(match)) for table in TABLES] if match else []
    found: dict[str, list[int]] = {table: [] for table in TABLES}
    for table, number in db.execute(_OVERLAPS.format(facts=" UNION ALL ".join(stretches), places=" UNION ALL ".join(places)), out.parameters):
        found[table].append(number)
    rows = {table: Rows.of(numbers) for table, numbers in found.items()}
    return by_number(rows[out.place.table], out, rows)


def none(out: Compiled) -> Condition:
    """No place."""
    return by_number(Rows.of(()), out, dict.fromkeys(TABLES, Rows.of(())))


def by_number(rows: Rows, out: Compiled, both: Mapping[str, Rows] | None = None) -> Condition:
    """Places by number, as both tables have them if that is known."""
    row = f"p.id IN (SELECT value FROM json_each({out.bind(rows.listed)}))"  # noqa: S608
    return Condition(row, own=row, ids=rows.ids, rows=both)


def either(parts: Sequence[str]) -> str:
    """One of some conditions."""
    return f"({' OR '.join(parts)})" if parts else "0"


def one_of(parts: Sequence[str], out: Compiled) -> str:
    """One of some conditions, by number where the rows of all are known."""
    known = [part.ids for part in parts if isinstance(part, Condition) and part.ids is not None]
    return by_number(Rows.of(n for ids in known for n in ids), out) if len(known) == len(parts) else either(parts)


def together(parts: Sequence[str], out: Compiled) -> list[str]:
    """Conditions that say what these say together: each once, and one for all those whose rows are known."""
    known = [part for part in dict.fromkeys(parts) if isinstance(part, Condition) and part.ids is not None]
    rest = [part for part in dict.fromkeys(parts) if part not in known]
    if len(known) < 2:
        return [*rest, *known]
    return [*rest, by_number(Rows.of(frozenset.intersection(*(part.ids for part in known if part.ids is not None))), out)]

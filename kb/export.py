"""Which rows of a table or view to export: the same for the command line and the web."""

from __future__ import annotations

import datetime
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kb import errors, papers, people
from kb.labels import Labels
from kb.search import forums
from kb.search.filters import named
from kb.writers import Table


@dataclass(frozen=True, slots=True)
class Conditions:
    """SQL conditions, all of which must hold, with the values of their named parameters."""

    clauses: tuple[str, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to export: a table or view, and which of its rows; `since` and `until` are days as precise as one likes, both included."""

    table: str
    forum: str | None = None
    since: str | None = None
    until: str | None = None
    organisation: str | None = None


def names(db: sqlite3.Connection) -> list[str]:
    """What can be exported: views first, then tables, without those that SQLite and the index keep for themselves."""
    rows = db.execute("SELECT name, type FROM sqlite_master WHERE type IN ('view', 'table') ORDER BY type DESC, name")
    return [row[0] for row in rows if not row[0].startswith("sqlite_") and "_fts" not in row[0] and not row[0].endswith("_indexed")]


def columns(db: sqlite3.Connection, table: str) -> list[str]:
    """The columns of a table or view."""
    return [row[1] for row in db.execute("SELECT * FROM pragma_table_xinfo(?) WHERE hidden <> 1", (table,))]


def read(db: sqlite3.Connection, wanted: Wanted, more: Conditions | None = None, order: str = "") -> Table:
    """A table or view by name; `more` and `order` are SQL, never text from outside.

    Raises Usage, which lists the names there are, or says what the table cannot be asked for.
    """
    known = names(db)
    if wanted.table not in known:
        raise errors.Usage(f"det finns ingen tabell ”{wanted.table}”", f"välj en av: {', '.join(known)}")
    own, more = _conditions(db, wanted, columns(db, wanted.table)), more or Conditions()
    clauses = ["1", *own.clauses, *more.clauses]
    sql = f'SELECT * FROM "{wanted.table}" WHERE {" AND ".join(f"({clause})" for clause in clauses)} {order}'  # noqa: S608 - one of SQLite's own list
    found = db.execute(sql, {**own.values, **more.values})
    return Table(wanted.table, [column[0] for column in found.description], iter(found))


def for_people(db: sqlite3.Connection, table: Table, name: str, labels: Labels, own_names: bool = False) -> Table:
    """A table as people should have it, whether in a workbook or in CSV for Excel: the columns of use in a sensible order, headed in Swedish, kinds
    and the like in words, numbers of §§ as numbers, papers by their titles. `own_names` are those that the reader has chosen, and stay.
    """
    columns = labels.chosen(name, table.columns)
    said = people.reader(name, table.columns, datetime.datetime.now().astimezone().date())
    places = [(column, place if columns == table.columns else table.columns.index(column)) for place, column in enumerate(columns)]
    rows = ([_cell(db, labels, name, column, row[place]) for column, place in places] for row in map(said, table.rows))
    return Table(table.name, [(labels.heading if own_names else labels.said)(column, name) for column in columns], rows)


def _cell(db: sqlite3.Connection, labels: Labels, table: str, column: str, value: Any) -> Any:
    return papers.in_words(db, value) if column == "message" and isinstance(value, str) else labels.cell(column, value, table)


def _conditions(db: sqlite3.Connection, wanted: Wanted, columns: Sequence[str]) -> Conditions:
    clauses: list[str] = []
    values: dict[str, object] = {}
    if wanted.forum:
        column = _column(wanted.table, columns, "forum", "decided_by", "given_by")
        found = forums.resolve(db, wanted.forum)
        if not found:
            raise errors.Usage(f"inget forum heter ”{wanted.forum}”", "kb forum visar alla")
        meant = {f"kb_forum{number}": name for number, name in enumerate(found)}
        clauses.append(f"{column} IN ({', '.join(f':{name}' for name in meant)})")
        values |= meant
    if wanted.organisation:
        column = _column(wanted.table, columns, "organisation")
        known = [row[0] for row in db.execute("SELECT DISTINCT organisation FROM documents WHERE organisation IS NOT NULL ORDER BY 1")]
        meant = {f"kb_of{number}": name for number, name in enumerate(named(wanted.organisation, known))}
        if not meant:
            raise errors.Usage(f"ingen handling är från ”{wanted.organisation}”", f"välj en av: {', '.join(known)}")
        clauses.append(f"{column} IN ({', '.join(f':{name}' for name in meant)})")
        values |= meant
    for name, day, condition in (("kb_since", wanted.since, "{0} >= :{1}"), ("kb_until", wanted.until, "substr({0}, 1, length(:{1})) <= :{1}")):
        if day:
            if not re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", day):
                raise errors.Usage(f"”{day}” är inget datum", "skriv 2015, 2015-06 eller 2015-06-16")
            clauses.append(condition.format(_column(wanted.table, columns, "date", "version"), name))
            values[name] = day
    return Conditions(tuple(clauses), values)


def _column(table: str, columns: Sequence[str], *known: str) -> str:
    found = next((name for name in known if name in columns), None)
    if found is None:
        raise errors.Usage(f"{table} har ingen kolumn att välja efter", "ta bort --forum, --kommun, --from och --to")
    return found

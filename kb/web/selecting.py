"""Rows of a view as dataclasses, and the forums that can be linked."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from typing import TypeVar

Row = TypeVar("Row")


@contextmanager
def plain_rows(conn: sqlite3.Connection) -> Iterator[None]:
    """Rows as tuples and texts as SQLite has them, while a page is made: Datasette's own rows, and its function for each text, are half as quick."""
    kept = conn.row_factory, conn.text_factory
    conn.row_factory, conn.text_factory = None, str
    try:
        yield
    finally:
        conn.row_factory, conn.text_factory = kept


@contextmanager
def one_state(conn: sqlite3.Connection) -> Iterator[None]:
    """All that is read within is of one state of the base, whatever an ingest writes meanwhile: what one question finds the next one does too."""
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.rollback()


def select(conn: sqlite3.Connection, row: type[Row], source: str, parameters: Mapping[str, object] | None = None) -> tuple[Row, ...]:
    """Rows of a view as `row`s: its field names are the columns. `source` is a view with WHERE and ORDER BY, never text from outside."""
    names = ", ".join(field.name for field in fields(row))  # type: ignore[arg-type]
    found = conn.execute(f"SELECT {names} FROM {source}", parameters or {})  # noqa: S608
    return tuple(row(*values) for values in found)


def once(rows: Iterable[Row], key: Callable[[Row], object]) -> tuple[Row, ...]:
    """Of rows with one key the first, where it stands."""
    found: dict[object, Row] = {}
    for row in rows:
        found.setdefault(key(row), row)
    return tuple(found.values())


def slugs(conn: sqlite3.Connection, names: Iterable[str | None]) -> Mapping[str, str]:
    """Name → slug for those of `names` that are forums: a page links these and leaves officials as words."""
    wanted = json.dumps(sorted({name for name in names if name}))
    return dict(tuple(pair) for pair in conn.execute("SELECT name, slug FROM forums WHERE name IN (SELECT value FROM json_each(?))", (wanted,)))

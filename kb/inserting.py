"""Rows → the database: all rows of a table by one statement, whose text is always the same, so that SQLite has it ready. For `kb.database` alone."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Sequence
from functools import cache

from kb.rows import Row


def insert(db: sqlite3.Connection, table: str, rows: Sequence[Row], known: bool = False) -> None:
    """Write rows in their order; where some may be `known` already, those stay as they are. What a row does not name is NULL, or the default."""
    for columns, some in itertools.groupby(rows, tuple):
        db.executemany(_statement(table, columns, known), some)


def insert_one(db: sqlite3.Connection, table: str, row: Row) -> int:
    """Write a row; its number."""
    number = db.execute(_statement(table, tuple(row), False), row).lastrowid
    assert number is not None
    return number


@cache
def _statement(table: str, columns: tuple[str, ...], known: bool) -> str:
    quoted, given = (", ".join(f"{mark}{column}{end}" for column in columns) for mark, end in (('"', '"'), (":", "")))
    return f"INSERT {'OR IGNORE ' if known else ''}INTO {table} ({quoted}) VALUES ({given})"  # noqa: S608 our own names

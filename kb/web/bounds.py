"""What a question to the database may cost and see, whoever wrote it: set on every connection that Datasette opens."""

from __future__ import annotations

import sqlite3

SIZE = 16 * 1024 * 1024  # bytes of a value: `hex(zeroblob(4e8))` would run for seconds under the time limit
BYTES = 4  # of a character, at most
LIMITS = {
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 500,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1000,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
# paths on the disk of whoever runs the server; execute-sql asks no permission of a table
UNSEEN = {
    ("sources", "origin"),
    ("sources", "container"),
    ("copies", "origin"),
    ("containers", "origin"),
    ("quarantine", "origin"),
    ("quarantine", "file"),
    ("pragma_database_list", "file"),
}
CLOSED = {sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH}
UNCALLED = {"load_extension"}


def bound(connection: sqlite3.Connection) -> None:
    """Set the bounds. A base with a longer text than SIZE is still read."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(SIZE, BYTES * _longest(connection)))
    for limit, value in LIMITS.items():
        connection.setlimit(limit, value)
    connection.set_authorizer(_authorize)


def _longest(connection: sqlite3.Connection) -> int:
    """Characters of the longest text, 0 in another database."""
    try:
        return int(connection.execute('SELECT max("end") FROM documents').fetchone()[0] or 0)
    except sqlite3.Error:
        return 0


def _authorize(action: int, first: str | None, second: str | None, database: str | None, by: str | None) -> int:
    if action in CLOSED or (action == sqlite3.SQLITE_FUNCTION and second in UNCALLED):
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_READ and by is None and (first, second) in UNSEEN:  # a view of schema.sql may join by it
        return sqlite3.SQLITE_IGNORE  # the column is NULL
    return sqlite3.SQLITE_OK

"""A new database file in an old one's place: wholly or not at all, and without a running server noticing more than new rows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from kb.connect import BUSY_SECONDS


def replace(database: Path, fresh: Path) -> None:
    """Put the new content in the old file's place in one transaction, so that a running server sees it whole; a damaged file is renamed over.

    Raises sqlite3.Error, where another program holds the old one after a while of waiting.
    """
    with closing(sqlite3.connect(fresh)) as new:
        try:
            with closing(sqlite3.connect(database, timeout=BUSY_SECONDS)) as old:
                new.backup(old, progress=_waited)
            return
        except sqlite3.DatabaseError as error:
            if "not a database" not in str(error) and "malformed" not in str(error):
                raise
        new.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for ending in ("-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
    fresh.replace(database)


def _waited(status: int, _left: int, _all: int) -> None:
    """A step has waited as long as a connection does, and Python's own way is to go on for ever."""
    if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        raise sqlite3.OperationalError("database is locked")


def remove(fresh: Path) -> None:
    """Delete a database file and what SQLite keeps beside it."""
    for ending in ("", "-wal", "-shm"):
        fresh.with_name(fresh.name + ending).unlink(missing_ok=True)

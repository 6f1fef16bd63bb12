"""Reading connections, and what must be true of a database file before anyone uses it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kb import errors
from kb.search import analyze

BUSY_SECONDS = 10
ANALYZER = str(analyze.VERSION)  # kept in `meta`: an index made by another chain would not meet the query


def schema() -> str:
    """The DDL of a new database."""
    return (Path(__file__).parent / "schema.sql").read_text(encoding="utf-8")


def schema_version() -> int:
    """The number of the schema, which schema.sql itself sets."""
    found = re.search(r"PRAGMA user_version = (\d+)", schema())
    assert found, "schema.sql sets no user_version"
    return int(found[1])


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write, to one state of the base whatever an ingest writes meanwhile; closed at the end.

    Raises MissingDatabase, NotADatabase or OtherVersion.
    """
    if path.is_dir():
        raise errors.NotADatabase(f"{path} är en mapp")
    if not path.is_file():
        raise errors.MissingDatabase(f"{path} finns inte")
    try:
        with closing(_read_only(path)) as db:
            db.row_factory = sqlite3.Row
            db.execute("BEGIN")
            check_version(db, path)
            yield db
    except sqlite3.Error as error:
        raise errors.from_sqlite(error, path) from error


def read_only(path: Path) -> sqlite3.Connection:
    """A connection that cannot write, to a file that is known to be a base; read by one thread at a time. The caller closes it."""
    return _read_only(path)


def has_log(path: Path) -> bool:
    """True where rows may stand in a log beside the file: whoever reads the file alone (immutable) would not see them."""
    return path.with_name(path.name + "-wal").exists()


def _read_only(path: Path) -> sqlite3.Connection:
    """Read-only, also in a folder where SQLite may not make the files that WAL needs (then nobody else writes there either)."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    # an export on the web is read by one thread after the other, never by two at once
    db = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)
    try:
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        db.close()
        if not re.search("unable to open|readonly", str(error)) or has_log(path):
            raise
        db = sqlite3.connect(f"{address}&immutable=1", uri=True, check_same_thread=False)
    except BaseException:
        db.close()
        raise
    return db


def check_version(db: sqlite3.Connection, path: Path) -> None:
    """Raises NotADatabase or OtherVersion where this program cannot use the database."""
    try:
        meta = dict(db.execute("SELECT key, value FROM meta").fetchall())
    except sqlite3.DatabaseError as error:
        if not re.search("no such|not a database", str(error)):
            raise
        meta = {}
    if meta.get("application") != "kb":
        raise errors.NotADatabase(f"{path} är ingen databas som kb har gjort")
    found, wanted = db.execute("PRAGMA user_version").fetchone()[0], schema_version()
    if found != wanted:
        raise errors.OtherVersion(f"{path} är gjord av en annan version av kb ({found}, denna är {wanted})")
    if meta.get("analyzer") != ANALYZER:
        raise errors.OtherVersion(f"sökindexet i {path} är gjort av en annan version av kb ({meta.get('analyzer')}, denna är {ANALYZER})")

"""The database: open, save, forget, finish. The only module that writes rows; the schema is in schema.sql, the rows are made in rows.py."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Self

from ingest.models import Parsed
from ingest.repair.overrides import PERSON
from ingest.rules import Rules
from ingest.stated import with_stated
from ingest.uncollected import uncollected
from kb import applied, errors, indexing, manifest, naming, registry, settling, vocabulary
from kb.connect import ANALYZER, BUSY_SECONDS, check_version, schema
from kb.inserting import insert, insert_one
from kb.overrides import Entry
from kb.rows import TABLES, Row, forums_of, rows_of, source_row
from kb.search import known as searching
from kb.search.analyze import Analyser
from kb.search.index import Known
from kb.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Stored:
    """A source that the database holds."""

    id: int
    path: str
    origin: str
    sha256: str
    listed: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run did to the sources it was given."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    refused: int = 0


MOST_WORDS = 200_000
"""Kept in mind by the writer, some 60 MB."""


def program_version() -> str:
    """The version of this program."""
    import importlib.metadata

    return importlib.metadata.version("kunskapsbas")


def now() -> str:
    """This moment in UTC, ISO 8601."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")


def open_database(path: Path, rules: Rules) -> Store:
    """The database, open for writing; made if the file is missing or empty. Raises NotADatabase or OtherVersion."""
    try:
        return _open(path, rules)
    except sqlite3.Error as error:
        raise errors.from_sqlite(error, path) from error


def _open(path: Path, rules: Rules) -> Store:
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        if not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            db.execute("PRAGMA journal_mode = WAL")
            _create(db, rules)
        check_version(db, path)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA foreign_keys = ON")
        store = Store(db, path, rules)
        store.sync_registry()
    except BaseException:
        db.close()
        raise
    return store


def _create(db: sqlite3.Connection, rules: Rules) -> None:
    """All tables or none: a run killed here leaves an empty file, which the next run fills."""
    meta = {"application": "kb", "created": now(), "program": program_version(), "metadata": rules.version, "analyzer": ANALYZER}
    values = ", ".join(f"('{key}', '{value}')" for key, value in meta.items())
    try:
        db.executescript(f"BEGIN IMMEDIATE; {schema()} INSERT INTO meta (key, value) VALUES {values}; COMMIT;")  # noqa: S608
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


class Store(Shelf):
    """The open database. Every method is one transaction: it happens wholly or not at all.

    At the end of its `with` an error of SQLite becomes the KbError that says what to do.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, rules: Rules) -> None:
        import sqlite_utils  # 0.2 s, and only those who write need it

        self.connection, self.path, self.rules = connection, path, rules
        self.db = sqlite_utils.Database(connection)
        self._analyse: Analyser | None = None
        self._words: Known | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self.connection.close()
        if isinstance(error, sqlite3.Error):
            raise errors.from_sqlite(error, self.path) from error

    # sources

    def sources(self) -> list[Stored]:
        """All sources, in the order they came."""
        return [Stored(*row) for row in self.connection.execute("SELECT id, path, origin, sha256, listed FROM sources ORDER BY id")]

    def find(self, *, sha256: str | None = None, origin: str | None = None) -> Stored | None:
        """The source with these bytes, or from this absolute path."""
        row = self.connection.execute(
            "SELECT id, path, origin, sha256, listed FROM sources WHERE sha256 IS ? OR origin IS ?", (sha256, origin)
        ).fetchone()
        return Stored(*row) if row else None

    def save(self, parsed: Parsed, origin: str, container: str | None = None, listed: str | None = None) -> Literal["added", "replaced"]:
        """Write a source, in place of what was read from the same path before. No other may have its bytes: see `find`.

        `listed` is what a manifest states of it; None leaves what was stated before.
        """
        with self.db.atomic():
            if known := self.connection.execute("SELECT container, listed FROM sources WHERE origin = ?", (origin,)).fetchone():
                container, listed = container or known[0], known[1] if listed is None else listed
            if stated := manifest.stated(listed, self.rules):
                parsed = with_stated(parsed, stated, self.rules)
            copies = self.copies(origin, parsed.source.sha256)
            gone = self._drop("origin = ?", origin)
            row = source_row(parsed.source, origin, self._language(parsed), container, listed)
            source_id = insert_one(self.connection, "sources", row)
            naming.add(self.connection, self.rules, forums_of(parsed))
            self.connection.execute("DELETE FROM copies WHERE origin = ?", (origin,))
            self.connection.execute("DELETE FROM quarantine WHERE origin = ?", (origin,))
            self.connection.executemany(settling.COPY, [(copy, path, source_id) for copy, path, _ in copies])
            self._set_meta(*settling.STALE)
            rows = rows_of(parsed, source_id)
            indexing.numbered(self.connection, rows["passages"])
            for table in TABLES:
                insert(self.connection, table, rows[table], known=table == "diary_numbers")
            indexing.add(self.connection, source_id, self._met(self._analyser()))
        return "replaced" if gone else "added"

    def _drop(self, which: str, *values: object) -> int:
        """Delete sources with all that was read from them, out of the index first; how many they were."""
        ids = [row[0] for row in self.connection.execute(f"SELECT id FROM sources WHERE {which}", values)]  # noqa: S608
        if ids:
            indexing.remove(self.connection, ids)
            self._words = None  # words that went may come back with other keys
        self.connection.executemany("DELETE FROM sources WHERE id = ?", [(n,) for n in ids])
        return len(ids)

    def _analyser(self) -> Analyser:
        """What analyses new words, opened once; `meta` keeps by which lexicon the first were."""
        if self._analyse is None:
            self._analyse = indexing.analyser(self.rules)
        if self._meta(indexing.KEY) is None:
            self._set_meta(indexing.KEY, indexing.version(self.rules))
        return self._analyse

    def _met(self, analyse: Analyser) -> Known:
        """The words that the run has met, so that each is looked up once."""
        if self._words is None or len(self._words.words) > MOST_WORDS:
            self._words = Known(self.connection, analyse)
        return self._words

    def _language(self, parsed: Parsed) -> str | None:
        """What a damaged source was read again with; None for one that is whole."""
        read_again = any(c.kind != PERSON for c in parsed.corrections)
        damaged = read_again or any(page.damaged for page in parsed.quality)
        return vocabulary.version(self.connection, self.rules) if damaged else None

    def learned(self, what: vocabulary.Vocabulary, files: Mapping[str, bytes]) -> None:
        """Keep what the base's own papers taught, in place of what was learned before."""
        with self.db.atomic():
            self.connection.execute("DELETE FROM vocabulary")
            self.connection.executemany("INSERT INTO vocabulary (name, data) VALUES (?, ?)", sorted(files.items()))
            self._set_meta("vocabulary", vocabulary.as_json(what))

    def grown(self, characters: int) -> None:
        """Note that the base has so much more text, from which there is nothing to learn."""
        known = vocabulary.known(self.connection)
        with self.db.atomic():
            self._set_meta("vocabulary", vocabulary.as_json(replace(known, characters=known.characters + characters)))

    def applied(self, corrections: Iterable[Entry]) -> None:
        """Note which corrections by people all sources have been read with."""
        with self.db.atomic():
            self._set_meta(applied.KEY, applied.as_json(corrections))

    def move(self, source: Stored, path: str, origin: str, container: str | None = None) -> None:
        """Note that a file whose bytes are known now lies elsewhere."""
        with self.db.atomic():
            self._drop("origin = ? AND id <> ?", origin, source.id)
            self.connection.execute("UPDATE sources SET path = ?, origin = ?, container = ? WHERE id = ?", (path, origin, container, source.id))
            self.connection.execute("DELETE FROM copies WHERE origin = ?", (origin,))
            self._set_meta(*settling.STALE)

    def forget(self, source: Stored) -> None:
        """Delete a source and everything read from it. Call `finish` afterwards."""
        with self.db.atomic():
            self._drop("id = ?", source.id)
            self._set_meta(*settling.STALE)

    # what several sources share

    def sync_registry(self) -> None:
        """Make the forums of the database those of the registry; forums that only documents name stay until `finish`."""
        if self._meta(searching.META) != (words := searching.as_json(self.rules)):
            self._set_meta(searching.META, words)
        if self._meta("registry") == self.rules.version:
            return
        forums = self.rules.forums
        with self.db.atomic():
            self.connection.execute("DELETE FROM forum_aliases")
            self.connection.execute("DELETE FROM forum_relations")
            self.connection.execute("UPDATE forums SET registered = 0, slug = '--' || rowid")
            self.db.table("forums").upsert_all([registry.forum_row(f) for f in forums], pk="name")
            for (name,) in self.connection.execute("SELECT name FROM forums WHERE registered = 0 ORDER BY rowid").fetchall():
                self.connection.execute("UPDATE forums SET slug = ? WHERE name = ?", (registry.free_slug(self.connection, name), name))
            self.db.table("forum_aliases").insert_all(
                {"forum": f.name, "alias": a} for f in forums for a in dict.fromkeys((*f.aliases, *f.contextual))
            )
            self.db.table("forum_relations").insert_all(row for f in forums for row in registry.relations(f))
            for table, rows in registry.rows(self.rules, [name for (name,) in self.connection.execute("SELECT name FROM forums")]).items():
                self.connection.execute(f"DELETE FROM {table}")  # noqa: S608
                self.db.table(table).insert_all(rows)
            self._set_meta(registry.PURPOSES, registry.purposes(self.rules))
            for section, pattern in registry.page_patterns(self.rules).items():
                self._set_meta(section, pattern)
            self._set_meta("registry", self.rules.version)
            self._set_meta(*settling.STALE)  # other spellings of bodies outside the registry are aliases too

    def finish(self, counts: Counts | None = None, started: str | None = None) -> None:
        """Settle what depends on all sources: how each diary number and body is written, rows nobody refers to, and what joins the papers."""
        with self.db.atomic():
            stale = self._meta("links") != "whole"
            if stale:
                self.connection.execute("DELETE FROM guests")
                naming.settle(self.connection, self.rules)
                with uncollected():
                    settling.join(self.connection, self.rules)
                indexing.settle_records(self.connection, self._analyser())
                self._set_meta("links", "whole")
                self._words = None  # records that went may have taken words with them
            else:
                settling.settle_numbers(self.connection)
            for statement in settling.COUNTED:  # after the links: what became of an assignment is told by them too
                self.connection.execute(statement)
            if counts and (counts.added or counts.replaced):
                insert_one(self.connection, "ingests", _run_row(counts, started))
            indexing.gather(self.connection)
        self.connection.execute("PRAGMA optimize")

    def outdated(self) -> bool:
        """True where sources were read with other metadata than today's."""
        return self._meta("metadata") != self.rules.version

    def _meta(self, key: str) -> str | None:
        row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    def _set_meta(self, key: str, value: str) -> None:
        self.connection.execute("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value))


def _run_row(counts: Counts, started: str | None) -> Row:
    return {
        "started": started or now(), "finished": now(), "program": program_version(), "added": counts.added, "replaced": counts.replaced,
        "unchanged": counts.unchanged, "refused": counts.refused,
    }  # fmt: skip

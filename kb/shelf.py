"""What a base knows of files that are not sources themselves: containers that sources came out of, copies, quarantine. Part of the writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

from kb import settling


@dataclass(frozen=True, slots=True)
class Container:
    """A zip file or a mail that sources came out of. `whole`: all that it held was read, so it need not be opened again."""

    origin: str
    path: str
    sha256: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A file that reading was too heavy for. `file` is where it, or the container it lies in, can be read again."""

    sha256: str
    path: str
    origin: str
    file: str
    reason: str
    since: str


class HasId(Protocol):
    """A source."""

    @property
    def id(self) -> int:
        """Its number in the base."""


class Shelf:
    """The half of the open database that keeps these. Every method is one transaction."""

    connection: sqlite3.Connection
    db: Any

    def container(self, origin: str) -> Container | None:
        """The container that was read from this absolute path."""
        row = self.connection.execute("SELECT origin, path, sha256, whole FROM containers WHERE origin = ?", (origin,)).fetchone()
        return Container(row[0], row[1], row[2], bool(row[3])) if row else None

    def containers(self) -> list[Container]:
        """All containers, in order of their paths."""
        rows = self.connection.execute("SELECT origin, path, sha256, whole FROM containers ORDER BY origin")
        return [Container(origin, path, sha256, bool(whole)) for origin, path, sha256, whole in rows]

    def unpacked(self, container: Container) -> None:
        """Note a container whose files are sources now, in place of what it was before."""
        with self.db.atomic():
            values = (container.origin, container.path, container.sha256, int(container.whole))
            self.connection.execute("DELETE FROM quarantine WHERE origin = ?", (container.origin,))
            self.connection.execute("INSERT OR REPLACE INTO containers (origin, path, sha256, whole) VALUES (?, ?, ?, ?)", values)

    def left(self, container: str, present: Collection[str]) -> list[int]:
        """The ids of sources that came out of a container and are in it no longer."""
        rows = self.connection.execute("SELECT id, origin FROM sources WHERE container = ?", (container,)).fetchall()
        return [id for id, origin in rows if origin not in present]

    def emptied(self, container: str) -> None:
        """Forget a container; its sources are no business of this."""
        with self.db.atomic():
            self.connection.execute("DELETE FROM containers WHERE origin = ?", (container,))

    def quarantined(self, sha256: str | None = None) -> list[Quarantined]:
        """The files in quarantine, in the order they came; or the one with these bytes."""
        rows = self.connection.execute(
            "SELECT sha256, path, origin, file, reason, since FROM quarantine WHERE ? IS NULL OR sha256 = ? ORDER BY since, path", (sha256, sha256)
        )
        return [Quarantined(*row) for row in rows]

    def quarantine(self, file: Quarantined) -> None:
        """Put a file aside: `kb ingest` leaves it until its bytes change or a person wants it tried again."""
        with self.db.atomic():
            values = (file.sha256, file.path, file.origin, file.file, file.reason, file.since)
            self.connection.execute("DELETE FROM quarantine WHERE origin = ?", (file.origin,))
            self.connection.execute("INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?, ?, ?, ?)", values)

    def copied(self, source: HasId, path: str, origin: str) -> None:
        """Note that a file has the bytes of a source that came from elsewhere: the same attachment in two meetings."""
        with self.db.atomic():
            self.connection.execute(settling.COPY, (origin, path, source.id))

    def copies(self, origin: str | None = None, sha256: str | None = None) -> list[tuple[str, str, str]]:
        """Files that have the bytes of a source: absolute path, name and hash; all, or those of one source."""
        return self.connection.execute(settling.COPIES, {"origin": origin, "sha256": sha256}).fetchall()

    def wants_ocr(self, source: HasId, kinds: Collection[str]) -> bool:
        """True where a source has pages about which OCR left one of these doubts."""
        marks = ", ".join("?" * len(kinds))
        sql = f"SELECT EXISTS (SELECT 1 FROM problems WHERE source_id = ? AND kind IN ({marks}))"  # noqa: S608
        return bool(self.connection.execute(sql, (source.id, *kinds)).fetchone()[0])

    def release(self, sha256: str) -> None:
        """Take a file off the list."""
        with self.db.atomic():
            self.connection.execute("DELETE FROM quarantine WHERE sha256 = ?", (sha256,))

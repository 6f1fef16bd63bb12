"""`kb check`: tells whether database, index and archive are whole, and what a person should look at."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import BadMetadata
from ingest.rules import load_rules
from kb import applied, errors, indexing, overrides
from kb.archive import Archive
from kb.commands.ingest import WAITING
from kb.connect import reading
from kb.links.doubts import GAP


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers of §§ that a meeting's first page declares and its text lacks."""

    forum: str | None
    year: str | None
    source: str
    declared: tuple[int, int]
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """`broken` are faults, `notes` what is worth knowing; `problems` counts the doubts by kind, `series` says which §§ the base lacks of a year.

    In a folder that cannot be written to, the index is not checked.
    """

    broken: tuple[str, ...]
    notes: tuple[str, ...]
    gaps: tuple[Gap, ...]
    problems: dict[str, int]
    sources: int
    index_checked: bool = True
    series: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """1 if anything is broken."""
        return int(bool(self.broken))


def check(database: Path, metadata: Path | None = None) -> Report:
    """Look through everything; `metadata` is the folder whose corrections hold. Raises KbError only where the database cannot be opened at all."""
    with reading(database) as db:
        broken = [*_integrity(db), *_references(db)]
        notes: list[str] = []
        index = _Index() if broken else _index(database)
        broken += index.faults
        notes += [note for note in (index.message, indexing.advice(db, load_rules(metadata))) if note]
        _overrides(db, database, metadata, broken, notes)
        lost, loose = _archive(db, Archive(database))
        gaps = tuple(_gaps(db))
        series = tuple(row[0] for row in db.execute("SELECT message FROM problems WHERE kind = ? AND source_id IS NULL ORDER BY message", (GAP,)))
        kinds = dict(tuple(row) for row in db.execute("SELECT kind, count(*) FROM problems GROUP BY kind ORDER BY 2 DESC, 1"))
        count = int(db.execute("SELECT count(*) FROM sources").fetchone()[0])
    return Report((*broken, *lost), (*notes, *loose), gaps, kinds, count, bool(index.faults) or not index.message, series)


def _integrity(db: sqlite3.Connection) -> list[str]:
    try:
        lines = [str(row[0]) for row in db.execute("PRAGMA integrity_check(20)")]
    except sqlite3.DatabaseError as error:
        lines = [str(error)]
    return [f"databasfilen är skadad: {line}" for line in lines if line != "ok"]


def _references(db: sqlite3.Connection) -> list[str]:
    rows = db.execute('SELECT "table", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2').fetchall()
    return [f"{count} rader i {table} hänvisar till rader i {parent} som inte finns" for table, parent, count in rows]


@dataclass(frozen=True, slots=True)
class _Index:
    faults: tuple[str, ...] = ()
    message: str = ""


def _index(database: Path) -> _Index:
    """The index compared with the texts; the command for it is written as an INSERT, so it needs a connection that may write."""
    try:
        with closing(sqlite3.connect(database, timeout=10)) as db:
            found = tuple(indexing.faults(db))
            db.rollback()
    except sqlite3.OperationalError as error:
        return _Index(message=f"sökindexet kunde inte kontrolleras ({errors.from_sqlite(error, database).what})")
    return _Index(found)


def _overrides(db: sqlite3.Connection, database: Path, metadata: Path | None, broken: list[str], notes: list[str]) -> None:
    """Corrections by people that cannot be read, or that wait."""
    try:
        count = applied.waiting(db, overrides.load(database, metadata))
    except BadMetadata as error:
        broken.append(str(error))
    else:
        notes.extend([WAITING.format(count=count)] * (count > 0))


def _archive(db: sqlite3.Connection, archive: Archive) -> tuple[list[str], list[str]]:
    """What the archive lacks, and what it has too much of."""
    sources = db.execute("SELECT sha256, path, origin FROM sources UNION SELECT sha256, path, origin FROM containers ORDER BY path").fetchall()
    lost = [f"arkivet saknar originalet till {path}" for sha256, path, _ in sources if not archive.file(sha256).is_file()]
    lost += [
        f"arkivets original till {path} är ändrat" for sha256, path, _ in sources if archive.file(sha256).is_file() and not archive.is_whole(sha256)
    ]
    origins = {origin for _, _, origin in sources}
    extra = archive.hashes() - {sha256 for sha256, _, _ in sources}
    earlier = {o.sha256 for o in archive.originals() if o.sha256 in extra and (o.origin in origins or o.inside(origins))}
    counts = (
        (len(earlier), "tidigare versioner av källor i arkivet"),
        (len(extra - earlier), "original i arkivet utan källa, från en avbruten körning (läs in filen igen eller kör kb forget)"),
        (len(archive.remains()), "halvskrivna filer i arkivet från avbrutna körningar"),
    )
    return lost, [f"{what}: {count}" for count, what in counts if count]


def _gaps(db: sqlite3.Connection) -> list[Gap]:
    meetings = db.execute("""
        SELECT m.forum, substr(m.date, 1, 4), s.path, m.first_paragraph, m.last_paragraph, m.document_id
        FROM meetings m JOIN documents d ON d.id = m.document_id JOIN sources s ON s.id = d.source_id
        WHERE m.first_paragraph IS NOT NULL AND m.last_paragraph IS NOT NULL ORDER BY m.forum, m.date""").fetchall()
    found = []
    for forum, year, source, first, last, document in meetings:
        numbers = {row[0] for row in db.execute("SELECT number FROM paragraphs WHERE document_id = ? AND own = 1", (document,))}
        missing = tuple(n for n in range(first, last + 1) if str(n) not in numbers)
        if missing:
            found.append(Gap(forum, year, source, (first, last), missing))
    return found

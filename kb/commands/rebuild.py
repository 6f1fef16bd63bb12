"""`kb rebuild` and `kb forget`: the database made again from the archive, and a source taken out of both."""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.errors import NoLexicon
from ingest.repair.overrides import PERSON
from ingest.rules import Rules
from kb import errors, lexicon, lock, replacing
from kb.archive import Archive, Original
from kb.commands.events import Event, Progress, Summary
from kb.commands.members import ending_of
from kb.commands.parsing import Outcome, Refusal, Task
from kb.commands.reading import Reading
from kb.connect import BUSY_SECONDS, reading
from kb.database import Store, Stored, now, open_database
from kb.settling import COPIES
from kb.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A source that is gone, and how many archived files went with it (earlier versions too)."""

    source: str
    archived: int


def rebuild(database: Path, rules: Rules, metadata: Path | None = None, jobs: int = 1, progress: Progress | None = None) -> Summary:
    """Make the database again from the archived originals. The old one stays in use until the new one is whole.

    Where a source is refused the old one stays altogether; only one that this program cannot use is replaced by what could be read.
    Raises MissingDatabase where there is no archive, ArchiveGap where an original is missing or damaged, NoLexicon where words that were read
    again would be read as they stand.
    """
    progress = progress or Progress()
    archive = Archive(database)
    if not archive.folder.is_dir():
        raise errors.MissingDatabase(f"{archive.folder} finns inte, det finns inga original att läsa om")
    started = now()
    with lock.writing(database):
        originals = _originals(database, archive)
        progress.total(len(originals))
        fresh = database.with_name(database.name + ".rebuild")
        replacing.remove(fresh)
        try:
            with saying_what_is_lost(database), open_database(fresh, rules) as store:
                if required := has_repairs(database):  # better now than when half of it is read
                    lexicon.ensure(rules, progress.step)
                summary = read_all(store, database, originals, rules, metadata, jobs, progress, required)
                _keep_copies(store, database)
                _keep_shelf(store, database)
                store.finish(summary.counts, started)
            if summary.count("refused") and _usable(database):
                _keep_old(summary)
            else:
                replacing.replace(database, fresh)
        finally:
            replacing.remove(fresh)
    return summary


def _keep_copies(store: Store, database: Path) -> None:
    """Which other files have the bytes of a source is known to the old database alone."""
    if not _usable(database):
        return
    with reading(database) as db:
        copies = db.execute(COPIES, {"origin": None, "sha256": None}).fetchall()
    for origin, path, sha256 in copies:
        source = store.find(sha256=sha256)
        if source:
            store.copied(source, path, origin)


def _keep_shelf(store: Store, database: Path) -> None:
    """So is which containers were read whole, and what lies in quarantine."""
    if not _usable(database):
        return
    with reading(database) as db:
        shelf = Shelf()
        shelf.connection = db
        containers, aside = shelf.containers(), shelf.quarantined()
    for container in containers:
        store.unpacked(container)
    for file in aside:
        store.quarantine(file)


def has_repairs(database: Path) -> bool:
    """True where the program has read words of a database, of any version, again. False where it is lost or cannot tell."""
    if not database.is_file():
        return False
    with closing(sqlite3.connect(database, timeout=BUSY_SECONDS)) as db, suppress(sqlite3.DatabaseError):
        return bool(db.execute("SELECT EXISTS (SELECT 1 FROM corrections WHERE kind <> ?)", (PERSON,)).fetchone()[0])
    return False


@contextmanager
def saying_what_is_lost(database: Path) -> Iterator[None]:
    """Turns NoLexicon into one that says why the command did nothing."""
    try:
        yield
    except NoLexicon as error:
        what = f"{error.what}, och utan den skulle lagade ord gå förlorade; {database} är som den var"
        raise NoLexicon(what, error.todo) from error


def _keep_old(summary: Summary) -> None:
    """Say that nothing came of the run, and which files are to blame."""
    names = ", ".join(event.source for event in summary.events if event.action == "refused")
    summary.events = [event if event.action == "refused" else replace(event, action="unchanged") for event in summary.events]
    summary.notes.append(f"Databasen är som den var, för {names} kunde inte läsas om – kör igen, eller ta bort den filen med kb forget.")


def _usable(database: Path) -> bool:
    """True where this program can use the database as it is. Raises KbError where that cannot be told, such as Busy."""
    try:
        with reading(database) as db:
            db.execute("SELECT count(*) FROM sources").fetchone()
    except (errors.MissingDatabase, errors.NotADatabase, errors.OtherVersion, errors.Broken):
        return False
    return True


def _originals(database: Path, archive: Archive) -> list[Original]:
    """What to read: the sources of the database, and the newest version of each archived file whose path it does not have.

    Those are from a run that was killed, or from a database that was lost.
    """
    known = _sources(database)
    for original in known:
        if not archive.is_whole(original.sha256):
            raise errors.ArchiveGap(f"arkivet saknar ett helt original till {original.path}")
    origins, hashes = {o.origin for o in known}, {o.sha256 for o in known}
    newest = {o.origin: o for o in archive.originals() if not o.holder}.values()
    containers = _containers(database)
    return [*known, *(o for o in newest if o.origin not in origins and o.sha256 not in hashes and not o.inside(containers))]


def _containers(database: Path) -> set[str]:
    """The containers of a database: what the archive has of them and no source comes from, they do not hold any more."""
    if not _usable(database):
        return set()
    with reading(database) as db:
        return {origin for [origin] in db.execute("SELECT origin FROM containers")}


def _sources(database: Path) -> list[Original]:
    """The sources of a database of any version, none where it is lost. Raises KbError where it holds them and cannot tell now."""
    if not database.is_file():
        return []
    with closing(sqlite3.connect(database, timeout=BUSY_SECONDS)) as db:
        try:
            there = {name for [name] in db.execute("SELECT name FROM pragma_table_info('sources')")}
            columns = ", ".join(name if name in there else "NULL" for name in ("container", "listed"))
            rows = db.execute(f"SELECT sha256, path, origin, {columns} FROM sources ORDER BY id").fetchall()  # noqa: S608
        except sqlite3.DatabaseError as error:
            if not re.search("no such (?:table|column)|not a database|malformed", str(error)):
                raise errors.from_sqlite(error, database) from error
            return []
    return [Original(sha256, path, origin, "", container or "", listed=listed) for sha256, path, origin, container, listed in rows]


def read_all(
    store: Store,
    database: Path,
    originals: list[Original],
    rules: Rules,
    metadata: Path | None,
    jobs: int,
    progress: Progress,
    required: bool = False,
) -> Summary:
    """Read originals of a database's archive into the store, each in place of what it had before; the caller calls the store's `finish`.

    Raises NoLexicon where the lexicon is `required` for one and cannot be had.
    """
    summary, archive = Summary(), Archive(database)
    with _named(archive, originals) as files:
        tasks = (Task(path, original.path) for path, original in files.items())
        reading = Reading(store, rules, metadata, jobs, progress.step, database, required)
        with closing(reading):
            for task, outcome in reading.outcomes(tasks):
                event = _saved(store, archive, files[task.path], task, outcome)
                summary.events.append(event)
                progress.event(event)
        reading.finish()
        summary.notes += reading.notes
    return summary


def _saved(store: Store, archive: Archive, original: Original, task: Task, outcome: Outcome) -> Event:
    if not archive.is_whole(original.sha256):
        return Event(task.name, "refused", "originalet i arkivet är skadat – läs in filen igen med kb ingest")
    if isinstance(outcome, Refusal):
        return Event(task.name, "refused", outcome.message.replace(str(task.path), task.name))
    store.save(outcome, original.origin, original.container or None, original.listed)
    return Event(task.name, "added", pages=len(outcome.pages), documents=len(outcome.documents))


@contextmanager
def _named(archive: Archive, originals: list[Original]) -> Iterator[dict[Path, Original]]:
    """Links to the archived files that have the ending they came with, because readers go by it."""
    with tempfile.TemporaryDirectory(prefix="kb-rebuild-") as folder:
        files = {Path(folder, f"{n}{ending_of(original.path)}"): original for n, original in enumerate(originals)}
        for path, original in files.items():
            path.symlink_to(archive.file(original.sha256).absolute())
        yield files


def forget(database: Path, source: str, rules: Rules) -> Forgotten:
    """Take a source, or a container with all that it held, out of database and archive, by its name, file name or path.

    A container that held the source goes out of the archive with it: it has the same words. Raises Usage where none or several fit.
    """
    if not database.is_file():
        raise errors.MissingDatabase(f"{database} finns inte")
    archive = Archive(database)
    with lock.writing(database), open_database(database, rules) as store:
        originals = list(archive.originals())
        # a run killed between the two left an original without rows: it can be forgotten too
        loose = [Stored(0, o.path, o.origin, o.sha256) for o in {o.origin: o for o in originals}.values()]
        sources = store.sources()
        stored = _one(sources, loose, source)
        gone = [s for s in sources if s.origin == stored.origin or s.origin.startswith(f"{stored.origin}/")]
        for one in gone:
            store.forget(one)
        for container in store.containers():
            if _around(container.origin, stored.origin):
                store.emptied(container.origin)
        store.finish()
        versions = {stored.sha256} | {o.sha256 for o in originals if _around(o.origin, stored.origin)}
        kept = {s.sha256 for s in store.sources()}
        return Forgotten(stored.path, sum(archive.remove(sha256) for sha256 in sorted(versions - kept)))


def _around(one: str, other: str) -> bool:
    """True for the same path, and where one lies within the other."""
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def _one(sources: list[Stored], loose: list[Stored], wanted: str) -> Stored:
    origin = str(Path(wanted).resolve())
    tests: list[Callable[[Stored], bool]] = [lambda s: s.origin == origin, lambda s: s.path == wanted, lambda s: Path(s.path).name == wanted]
    found = next((fits for group in (sources, loose) for test in tests if (fits := [s for s in group if test(s)])), [])
    if not found:
        raise errors.Usage(f"ingen källa heter ”{wanted}”", "se kolumnen source i kb export document_list")
    if len(found) > 1:
        raise errors.Usage(f"flera källor heter ”{wanted}”: {', '.join(s.origin for s in found)}", "ange hela sökvägen")
    return found[0]

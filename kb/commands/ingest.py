"""`kb ingest`: new and changed files into the database, each with its original in the archive first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ingest.errors import IngestError, UnreadableFile
from ingest.models import Parsed
from ingest.rules import Rules
from kb import applied, errors, indexing, lock, overrides
from kb.archive import Archive, Original, hash_of
from kb.commands.files import Found, Item, discover
from kb.commands.parsing import Outcome, Refusal, Task
from kb.commands.reading import Reading
from kb.database import Counts, Store, Stored, now, open_database

WAITING = "Rättelser har ändrats för hand sedan {count} källor lästes – kör kb rebuild för att läsa om dem."

Action = Literal["added", "replaced", "unchanged", "moved", "duplicate", "refused"]


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to one file; `message` says why where that needs saying, `pages` and `documents` are counts."""

    source: str
    action: Action
    message: str = ""
    pages: int = 0
    documents: int = 0


@dataclass(slots=True)
class Summary:
    """What a run did; `notes` are lines for people about the run as a whole. `usage` is True where no given path exists."""

    events: list[Event] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    usage: bool = False

    def count(self, *actions: Action) -> int:
        """How many files ended in one of these ways."""
        return sum(event.action in actions for event in self.events)

    @property
    def counts(self) -> Counts:
        """The four numbers of the run; a moved file counts as unchanged, and so does a second copy."""
        unchanged = self.count("unchanged", "moved", "duplicate")
        return Counts(self.count("added"), self.count("replaced"), unchanged, self.count("refused"))

    @property
    def exit_code(self) -> int:
        """0 all in, 1 some refused, 2 nothing that was named exists."""
        return 2 if self.usage else int(self.count("refused") > 0)


@dataclass(frozen=True, slots=True)
class Progress:
    """Whom to tell: how many files there are, then each event; and what the lexicon's making is about. They do nothing unless given."""

    total: Callable[[int], None] = lambda _: None
    event: Callable[[Event], None] = lambda _: None
    step: Callable[[str], None] = lambda _: None


def ingest(
    database: Path, paths: Sequence[Path], rules: Rules, metadata: Path | None = None, jobs: int = 1, progress: Progress | None = None
) -> Summary:
    """Read files and folders into the database. Raises KbError where the database, the archive or the disk gives up; files raise nothing."""
    from ingest.read import READERS

    progress = progress or Progress()
    found = discover(paths, lambda path: path.suffix.lower() in READERS)
    progress.total(len(found.items) + len(found.refused))
    if not found.items and not database.exists():
        return _nothing(found, progress)  # a mistyped path leaves no empty database behind
    started = now()
    with lock.writing(database), open_database(database, rules) as store:
        run = _Run(store, Archive(database), rules, metadata, jobs, progress)
        for name, error in found.refused:
            run.note(Event(name, "refused", str(error)))
        run.read(found.items)
        run.reading.finish()
        run.remember()
        run.summary.notes += run.reading.notes
        store.finish(run.summary.counts, started)
        if indexing.advice(store.connection, rules) == indexing.OTHER:
            run.summary.notes.append(indexing.OTHER)
        if store.outdated():
            run.summary.notes.append("Metadata har ändrats sedan databasen gjordes – kör kb rebuild för att läsa om allt.")
    if found.skipped:
        kinds = ", ".join(f"{count} {ending}" for ending, count in found.skipped.most_common())
        run.summary.notes.append(f"Filer av andra slag hoppades över: {kinds}.")
    run.summary.usage = not found.items and len(found.refused) == len(paths) > 0
    return run.summary


def _nothing(found: Found, progress: Progress) -> Summary:
    """The summary of a run that found no file to read."""
    summary = Summary(usage=bool(found.refused))
    for name, error in found.refused:
        summary.events.append(Event(name, "refused", str(error)))
        progress.event(summary.events[-1])
    return summary


# what is wrong with one file and ends no run
_GONE: tuple[type[IngestError], ...] = (UnreadableFile, errors.UnstableFile)


def _exists(path: Path) -> bool:
    """True also where a closed folder keeps us from seeing."""
    try:
        return path.exists()
    except OSError:
        return True


class _Run:
    """One run over a list of files."""

    def __init__(self, store: Store, archive: Archive, rules: Rules, metadata: Path | None, jobs: int, progress: Progress) -> None:
        self.store, self.archive, self.progress = store, archive, progress
        self.reading = Reading(store, rules, metadata, jobs, progress.step)
        self.summary = Summary()
        self.copies: list[tuple[Item, str, str]] = []
        self.by_origin: dict[str, list[Original]] | None = None

    def note(self, event: Event) -> None:
        self.summary.events.append(event)
        self.progress.event(event)

    def read(self, items: Sequence[Item]) -> None:
        self._parse(items)
        # What a file was a copy of may have been replaced by the end of the run: then the copy is the only one left.
        for item, sha256, first in self.copies:
            known = self.store.find(sha256=sha256)
            if known:
                self.store.copied(known, item.name, item.origin)
                self.note(Event(item.name, "duplicate", f"samma innehåll som {first}"))
            else:
                self._parse([item])

    def remember(self) -> None:
        """Say that corrections which somebody has edited in a file wait for what was read before; note them as known where they do not."""
        people = self.reading.overrides
        if count := applied.waiting(self.store.connection, people):
            self.summary.notes.append(WAITING.format(count=count))
        else:
            self.store.applied(overrides.entries(people))

    def _parse(self, items: Sequence[Item]) -> None:
        by_path = {item.path: item for item in items}
        tasks = (Task(item.path, item.name) for item in self._unknown(items))
        for task, outcome in self.reading.outcomes(tasks):
            self.note(self._settle(by_path[task.path], outcome))

    def _unknown(self, items: Sequence[Item]) -> Iterator[Item]:
        """The files whose bytes the database does not know; the others are settled here."""
        for item in items:
            try:
                sha256 = hash_of(item.path)
            except OSError as error:
                self.note(Event(item.name, "refused", str(errors.from_os(error, item.path))))
                continue
            known = self.store.find(sha256=sha256)
            if not known:
                yield item
            elif known.origin == item.origin:
                self.note(self._unchanged(item, sha256))
            elif _exists(Path(known.origin)):
                self.copies.append((item, sha256, known.path))
            else:
                self.note(self._moved(item, known))

    def _moved(self, item: Item, known: Stored) -> Event:
        """A file whose bytes the database has under another path; earlier versions that came from there go with it."""
        try:
            self.archive.keep(item.path, Original(known.sha256, item.name, item.origin, now()))
        except _GONE as error:
            return Event(item.name, "refused", str(error))
        for earlier in self._archived().pop(known.origin, []):
            if earlier.sha256 != known.sha256:
                self.archive.renamed(earlier, item.origin)
        self.store.move(known, item.name, item.origin)
        return Event(item.name, "moved", f"hette {known.path}")

    def _archived(self) -> dict[str, list[Original]]:
        """What the archive holds by the path it came from, looked through once a run."""
        if self.by_origin is None:
            self.by_origin = {}
            for original in self.archive.originals():
                self.by_origin.setdefault(original.origin, []).append(original)
        return self.by_origin

    def _unchanged(self, item: Item, sha256: str) -> Event:
        """A file that the database knows; if the archive has lost its original, here it is again."""
        if self.archive.is_whole(sha256):
            return Event(item.name, "unchanged")
        try:
            self.archive.keep(item.path, Original(sha256, item.name, item.origin, now()))
        except _GONE as error:
            return Event(item.name, "refused", str(error))
        return Event(item.name, "unchanged", "originalet fattades i arkivet och är tillbaka")

    def _settle(self, item: Item, outcome: Outcome) -> Event:
        if isinstance(outcome, Refusal):
            return Event(item.name, "refused", outcome.message)
        first = self.store.find(sha256=outcome.source.sha256)
        if first:
            self.store.copied(first, item.name, item.origin)
            return Event(item.name, "duplicate", f"samma innehåll som {first.path}")
        try:
            action = keep_and_save(self.store, self.archive, item, outcome)
        except _GONE as error:
            return Event(item.name, "refused", str(error))
        return Event(item.name, action, pages=len(outcome.pages), documents=len(outcome.documents))


def keep_and_save(store: Store, archive: Archive, item: Item, parsed: Parsed) -> Literal["added", "replaced"]:
    """The original into the archive, then the rows: a run killed between them leaves a file too many, never a row without its file."""
    archive.keep(item.path, Original(parsed.source.sha256, item.name, item.origin, now()))
    return store.save(parsed, item.origin)

"""`kb ingest`: new and changed files into the database, each with its original in the archive first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from ingest.errors import IngestError, UnreadableFile
from ingest.models import Parsed
from ingest.read.limits import check_plain
from ingest.rules import Rules
from kb import applied, errors, indexing, lock, ocr, overrides
from kb.archive import Archive, Original, hash_of
from kb.commands.events import Event, Progress, Summary
from kb.commands.files import Found, Item, discover, unreadable
from kb.commands.parsing import Refusal, Task
from kb.commands.reading import Reading
from kb.commands.unpacking import Unpacking, original_of, readable
from kb.database import Store, Stored, now, open_database
from kb.manifest import NONE, Manifest
from kb.shelf import Quarantined

WAITING = "Rättelser har ändrats för hand sedan {count} källor lästes – kör kb rebuild för att läsa om dem."


def ingest(
    database: Path,
    paths: Sequence[Path],
    rules: Rules,
    metadata: Path | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
    names: Mapping[str, str] = MappingProxyType({}),
    manifest: Manifest = NONE,
) -> Summary:
    """Read files and folders into the database; `names` are those of files (by their paths) that were given before,
    `manifest` says what is stated of some.

    Raises KbError where the database, the archive or the disk gives up; files raise nothing.
    """
    progress = progress or Progress()
    found = discover(paths, readable)
    found.items = [replace(item, name=names.get(str(item.path), item.name)) for item in found.items]
    progress.total(len(found.items) + len(found.refused))
    if not found.items and not database.exists():
        return _nothing(found, progress)  # a mistyped path leaves no empty database behind
    started = now()
    with lock.writing(database) as killed, open_database(database, rules) as store:
        run = _Run(store, Archive(database), rules, metadata, jobs, progress, manifest)
        if killed:
            run.archive.tidy()
        for name, error in found.refused:
            run.note(Event(name, "refused", str(error)))
        with closing(run.reading), closing(run.unpacking):
            run.read(found.items)
            run.tidy(found.skipped)
        run.finish(started)
    run.summary.notes += found.left()
    run.summary.usage = not found.items and len(found.refused) == len(paths) > 0
    return run.summary


def _nothing(found: Found, progress: Progress) -> Summary:
    """The summary of a run that found no file to read."""
    summary = Summary(usage=bool(found.refused), notes=found.left())
    for name, error in found.refused:
        summary.events.append(Event(name, "refused", str(error)))
        progress.event(summary.events[-1])
    return summary


# what is wrong with one file and ends no run
_GONE: tuple[type[IngestError], ...] = (UnreadableFile, errors.UnstableFile)


def _exists(path: Path) -> bool:
    """True also where a closed folder keeps us from seeing, and for a path within a container that exists."""
    try:
        return path.exists() or any(parent.is_file() for parent in path.parents)
    except OSError:
        return True


class _Run:
    """One run over a list of files."""

    def __init__(
        self, store: Store, archive: Archive, rules: Rules, metadata: Path | None, jobs: int, progress: Progress, manifest: Manifest
    ) -> None:
        self.store, self.archive, self.progress, self.manifest = store, archive, progress, manifest
        self.reading = Reading(store, rules, metadata, jobs, progress.step)
        self.unpacking = Unpacking(store, self.archive, self.reading.local, self._refuse)
        self.left = 0
        self.summary = Summary()
        self._refusals = set[Event]()
        self.copies: list[tuple[Item, str]] = []
        self.by_origin: dict[str, list[Original]] | None = None

    def note(self, event: Event) -> None:
        if event.action == "refused":  # a mail may be refused as what holds files and as what is read
            if event in self._refusals:
                return
            self._refusals.add(event)
        self.summary.events.append(event)
        self.progress.event(event)

    def read(self, items: Sequence[Item]) -> None:
        self._parse(items)
        # What a file was a copy of may have been replaced by the end of the run: then the copy is the only one left.
        for item, sha256 in self.copies:
            known = self.store.find(sha256=sha256)
            if known:
                self.note(self._copied(item, known))
            else:
                self._parse([item])

    def remember(self) -> None:
        """Say that corrections which somebody has edited in a file wait for what was read before; note them as known where they do not."""
        people = self.reading.overrides
        if count := applied.waiting(self.store.connection, people):
            self.summary.notes.append(WAITING.format(count=count))
        else:
            self.store.applied(overrides.entries(people))

    def finish(self, started: str) -> None:
        """What the base has learned, how much was done, and what people should know of both."""
        self.reading.finish()
        self.remember()
        self.summary.notes += [*self.reading.notes, *self.manifest.unmet((source.path, source.origin) for source in self.store.sources())]
        self.store.finish(self.summary.counts, started)
        if indexing.advice(self.store.connection, self.reading.rules) == indexing.OTHER:
            self.summary.notes.append(indexing.OTHER)
        if self.store.outdated():
            self.summary.notes.append("Metadata har ändrats sedan databasen gjordes – kör kb rebuild för att läsa om allt.")

    def _parse(self, items: Sequence[Item]) -> None:
        asked: dict[Path, tuple[Item, str]] = {}

        def tasks() -> Iterator[Task]:
            for item, sha256 in self._unknown(items):
                asked[item.path] = item, sha256
                yield Task(item.path, item.name)

        for task, outcome in self.reading.outcomes(tasks()):
            item, sha256 = asked.pop(task.path)
            self.note(self._refused(item, outcome, sha256) if isinstance(outcome, Refusal) else self._settle(item, outcome))
            if item.container:
                item.path.unlink(missing_ok=True)

    def _unknown(self, items: Iterable[Item]) -> Iterator[tuple[Item, str]]:
        """The files whose bytes (by their hash) the database does not know, containers opened; the others are settled here."""
        for item in items:
            sha256 = self._hash(item)
            if not sha256:
                continue
            kind = self.unpacking.kind(item)
            held: list[Item] = []
            if kind and not self.unpacking.is_whole(item, sha256):
                held = list(self.unpacking.members(item, sha256, kind))
            elif kind == "zip":
                self.note(Event(item.name, "unchanged"))
            if kind != "zip" and self._is_new(item, sha256):
                yield item, sha256
            yield from self._unknown(held)

    def _hash(self, item: Item) -> str:
        """The hash of a file that may be read; "" where that is settled here."""
        try:
            check_plain(item.path)
            sha256 = hash_of(item.path)
        except IngestError as error:
            self._refuse(item, Refusal(str(error)))
        except OSError as error:
            self._refuse(item, Refusal(str(unreadable(error, item.path))))
        else:
            if not self.store.quarantined(sha256):
                return sha256
            self.left += 1
            self.unpacking.refused(item)
        return ""

    def _is_new(self, item: Item, sha256: str) -> bool:
        known = self.store.find(sha256=sha256)
        if not known:
            return True
        if known.origin == item.origin:
            listed = self.manifest.about(item.name, item.origin)
            if (listed is not None and listed != (known.listed or "")) or self._wants_ocr(known):
                return True
            self.note(self._unchanged(item, known))
        elif _exists(Path(known.origin)):
            self.copies.append((item, sha256))
        else:
            self.note(self._moved(item, known))
        return False

    def _wants_ocr(self, known: Stored) -> bool:
        """True where pages that OCR has not read can be tried now: the programs are there, or it is asked to try all."""
        kinds = ocr.AGAIN[self.reading.ocr.mode]
        return bool(kinds) and self.store.wants_ocr(known, kinds) and not ocr.programs().missing

    def _refuse(self, item: Item, why: Refusal, sha256: str = "") -> None:
        self.note(self._refused(item, why, sha256))

    def _refused(self, item: Item, why: Refusal, sha256: str = "") -> Event:
        """A file that was not read; one that was too heavy is put aside, so that the next run does not stumble on it again."""
        self.unpacking.refused(item)
        message = why.message.replace(str(item.path), item.name)
        if not (why.heavy and sha256):
            return Event(item.name, "refused", message if item.container else why.message)
        file = next((str(p) for p in (Path(item.container), *Path(item.container).parents) if p.is_file()), "") if item.container else item.origin
        self.store.quarantine(Quarantined(sha256, item.name, item.origin, file, message, now()))
        return Event(item.name, "quarantined", message)

    def tidy(self, skipped: Counter[str]) -> None:
        """What a run ends with: what its containers no longer hold goes, and files in quarantine are told of."""
        skipped.update(self.unpacking.skipped)
        stored = {source.id: source for source in self.store.sources()}
        for id in self.unpacking.finish():
            self.store.forget(stored[id])
            self.note(Event(stored[id].path, "gone", "finns inte längre i filen"))
        if self.left:
            self.summary.notes.append(f"Filer i karantän hoppades över: {self.left} – se kb quarantine.")

    def _moved(self, item: Item, known: Stored) -> Event:
        """A file whose bytes the database has under another path; earlier versions that came from there go with it."""
        try:
            self.archive.keep(item.path, original_of(item, known.sha256, known.listed))
        except _GONE as error:
            return Event(item.name, "refused", str(error))
        for earlier in self._archived().pop(known.origin, []):
            if earlier.sha256 != known.sha256:
                self.archive.renamed(earlier, item.origin)
        self.store.move(known, item.name, item.origin, item.container or None)
        return Event(item.name, "moved", f"hette {known.path}")

    def _archived(self) -> dict[str, list[Original]]:
        """What the archive holds by the path it came from, looked through once a run."""
        if self.by_origin is None:
            self.by_origin = {}
            for original in self.archive.originals():
                self.by_origin.setdefault(original.origin, []).append(original)
        return self.by_origin

    def _unchanged(self, item: Item, known: Stored) -> Event:
        """A file that the database knows; if the archive has lost its original, here it is again."""
        if self.archive.is_whole(known.sha256):
            return Event(item.name, "unchanged")
        try:
            self.archive.keep(item.path, original_of(item, known.sha256, known.listed))
        except _GONE as error:
            return Event(item.name, "refused", str(error))
        return Event(item.name, "unchanged", "originalet fattades i arkivet och är tillbaka")

    def _copied(self, item: Item, first: Stored) -> Event:
        self.store.copied(first, item.name, item.origin)
        self.summary.notes += self.manifest.of_copy(item.name, item.origin, first.path, first.listed)
        return Event(item.name, "duplicate", f"samma innehåll som {first.path}")

    def _settle(self, item: Item, outcome: Parsed) -> Event:
        first = self.store.find(sha256=outcome.source.sha256)
        if first and first.origin != item.origin:
            return self._copied(item, first)
        try:
            listed = self.manifest.about(item.name, item.origin)
            action = keep_and_save(self.store, self.archive, item, outcome, listed)
        except _GONE as error:
            return Event(item.name, "refused", str(error))
        return Event(item.name, action, pages=len(outcome.pages), documents=len(outcome.documents))


def keep_and_save(store: Store, archive: Archive, item: Item, parsed: Parsed, listed: str | None = None) -> Literal["added", "replaced"]:
    """The original into the archive, then the rows: a run killed between them leaves a file too many, never a row without its file."""
    if listed is None:  # nothing new is stated: what was before holds
        listed = next((known.listed for known in [store.find(origin=item.origin)] if known), None)
    archive.keep(item.path, original_of(item, parsed.source.sha256, listed))
    return store.save(parsed, item.origin, item.container or None, listed)

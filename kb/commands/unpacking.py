"""Zip files and mails of a run: what they hold comes as files of their own, and goes when the container holds it no longer."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ingest.errors import EmptyFile, IngestError, TooDeep
from ingest.read import CONTAINERS, sniff
from ingest.read.containers import DEPTH
from ingest.read.sniff import NAMED
from kb.archive import Archive, Original
from kb.commands.files import Item, odd_thing
from kb.commands.members import Unpacked, unpack_all
from kb.commands.parsing import Refusal, Task
from kb.commands.pool import Pool
from kb.database import Store, now
from kb.shelf import Container

Refuse = Callable[[Item, Refusal, str], None]
"""Told of a container or member that cannot be had: which, why, and the hash where it is known."""


@dataclass(slots=True)
class _Opened:
    """A container of this run: the paths of what it holds, and whether all of that was read."""

    item: Item
    sha256: str
    origins: set[str] = field(default_factory=set)
    whole: bool = True


class Unpacking:
    """The containers of one run. Members lie in a folder of the archive until they are read."""

    def __init__(self, store: Store, archive: Archive, workers: Pool, refuse: Refuse) -> None:
        self.store, self.archive, self.workers, self.refuse = store, archive, workers, refuse
        self._folder: Path | None = None
        self.skipped: Counter[str] = Counter()
        self._opened: dict[str, _Opened] = {}
        self._count = 0

    @staticmethod
    def kind(item: Item) -> str:
        """What a container is, zip or eml; "" for every other file."""
        with suppress(OSError):
            kind = sniff(item.path)
            return kind if kind in CONTAINERS else ""
        return ""

    def is_whole(self, item: Item, sha256: str) -> bool:
        """True where the base has all that these bytes hold, from this path."""
        known = self.store.container(item.origin)
        return known is not None and known.whole and known.sha256 == sha256 and self.archive.is_whole(sha256)

    def members(self, item: Item, sha256: str, kind: str) -> Iterator[Item]:
        """The files of a container, that are to be read as any others; those of no kind that is read are left."""
        folder = self._fresh()
        found = unpack_all(Task(item.path, item.name), folder, self.workers)
        if isinstance(found, Refusal):
            self.refuse(item, found, sha256)
            return
        if kind == "zip" and not found.members:
            self._refuse(item, EmptyFile(f"{item.name}: zip-filen har inga filer i sig"))
            return
        if item.depth >= DEPTH and found.members:
            self._too_deep(item, kind, found)
            return
        opened = self._opened[item.origin] = _Opened(item, found.sha256)
        if kind == "zip":  # a mail is kept as the source that it is
            self.archive.keep(item.path, Original(found.sha256, item.name, item.origin, now(), item.container, holder=True))
        yield from self._within(opened, found)

    def _within(self, opened: _Opened, found: Unpacked) -> Iterator[Item]:
        item = opened.item
        for name, file in found.members:
            path = file if isinstance(file, Path) else item.path / name
            member = Item(path, f"{item.name}/{name}", item.origin, name, item.depth + 1)
            opened.origins.add(member.origin)
            if isinstance(file, Refusal):
                self.refuse(member, file, "")
            elif readable(file):
                yield member
            else:
                self.skipped[Path(name).suffix.lower() or "utan ändelse"] += 1

    def _too_deep(self, item: Item, kind: str, found: Unpacked) -> None:
        what = "zip-filen" if kind == "zip" else f"e-postens bilagor ({len(found.members)})"
        self._refuse(item, TooDeep(f"{item.name}: {what} ligger i fler än {DEPTH} filer i varandra och packas inte upp"))

    def _refuse(self, item: Item, error: IngestError) -> None:
        self.refuse(item, Refusal(str(error), error.exit_code), "")

    def refused(self, item: Item) -> None:
        """Note that a file was not read: what holds it must be opened again next time."""
        if item.container in self._opened:
            opened = self._opened[item.container]
            opened.whole = False
            self.refused(opened.item)

    def finish(self) -> Iterator[int]:
        """Keep what was opened. Gives the ids of sources that their containers no longer hold; the caller forgets them."""
        for opened in self._opened.values():
            yield from self.store.left(opened.item.origin, opened.origins)
            self.store.unpacked(Container(opened.item.origin, opened.item.name, opened.sha256, opened.whole))
            inside = [o for o in opened.origins if self.store.container(o)]
            for lost in self.store.containers():
                if lost.origin.startswith(f"{opened.item.origin}/") and not any(f"{lost.origin}/".startswith(f"{o}/") for o in inside):
                    yield from self.store.left(lost.origin, ())
                    self.store.emptied(lost.origin)

    def close(self) -> None:
        """Take away what was unpacked."""
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _fresh(self) -> Path:
        """A folder for the members of one container."""
        if self._folder is None:
            self.archive.clear()
            self._folder = Path(tempfile.mkdtemp(prefix=self.archive.MEMBERS, dir=self.archive.folder))
        self._count += 1
        folder = self._folder / str(self._count)
        folder.mkdir()
        return folder


def readable(path: Path) -> bool:
    """True for a file of a kind that is read; also for one that cannot be looked into, or is not what its name says, and for pipes and the like,
    so that the run says so.
    """
    try:
        return bool(sniff(path)) or (path.is_file() and path.suffix.lower() in NAMED) or bool(odd_thing(path))
    except OSError:
        return True


def original_of(item: Item, sha256: str, listed: str | None = None) -> Original:
    """The note of an item in the archive; `listed` is what a manifest states of it."""
    return Original(sha256, item.name, item.origin, now(), item.container, listed=listed)

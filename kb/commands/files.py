"""Paths given on the command line → files to read, each with the name it will have in the database."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.errors import IngestError, MissingFile, UnreadableFile, decoded, reason
from ingest.read.limits import oddity

MOST_ODD = 10
"""Pipes, sockets and devices that are told of one by one; of more than so many there is only the number."""


@dataclass(frozen=True, slots=True)
class Item:
    """A file to read: where it is, and its name relative to the folder that was given.

    One that came out of a container lies somewhere for the moment only: `inside` says where it was, and how many containers lie around it.
    """

    path: Path
    name: str
    container: str = ""
    inside: str = ""
    depth: int = 0

    @property
    def origin(self) -> str:
        """The absolute path, which tells a changed file from a new one; within a container that of the container and the path in it."""
        if self.container:
            return f"{self.container}/{self.inside}"
        return decoded(os.path.realpath(self.path))


@dataclass(slots=True)
class Found:
    """The files of all paths; `skipped` counts files of folders by an ending that no reader knows."""

    items: list[Item] = field(default_factory=list)
    refused: list[tuple[str, IngestError]] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)

    def left(self) -> list[str]:
        """A line for people about the files that were left, none where there were none."""
        kinds = ", ".join(f"{count} {ending}" for ending, count in self.skipped.most_common())
        return [f"Filer av andra slag hoppades över: {kinds}."] if kinds else []


def unreadable(error: OSError, path: Path | str) -> IngestError:
    """Why a file or folder cannot be read; it is not the database that somebody has to see to."""
    cause = MissingFile if isinstance(error, FileNotFoundError) else UnreadableFile
    return cause(f"{path}: {reason(error)}")


def discover(paths: Sequence[Path], readable: Callable[[Path], bool]) -> Found:
    """Files as they are, folders with all below them in order of name; what is hidden is left alone, and no file comes twice."""
    found = Found()
    seen: set[str] = set()
    for path in paths:
        if path.is_dir():
            items: Iterator[Item] = _below(path, readable, found)
        elif path.exists():
            items = iter([Item(path, decoded(path.name))])
        else:
            found.refused.append((str(path), MissingFile(f"{path} finns inte")))
            continue
        for item in items:
            if item.origin not in seen:
                seen.add(item.origin)
                found.items.append(item)
    return found


def _below(folder: Path, readable: Callable[[Path], bool], found: Found) -> Iterator[Item]:
    def refuse(error: OSError) -> None:
        found.refused.append((str(error.filename), unreadable(error, error.filename)))

    odds = 0
    for root, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and not f.endswith(".db.archive"))
        for name in sorted(files):
            path = Path(root, name)
            if name.startswith((".", "~$")) or name.lower().startswith("readme"):  # about the files (Word: who has one open), not one of them
                continue
            if odd := odd_thing(path):
                odds += 1
                if odds > MOST_ODD:
                    found.skipped[odd] += 1
                    continue
            if readable(path):
                yield Item(path, decoded(path.relative_to(folder).as_posix()))
            elif not re.search(r"\.db(?:-wal|-shm|\.lock|\.rebuild|\.overrides\.yaml)?$", name):  # a knowledge base that lies among its sources
                found.skipped[path.suffix.lower() or "utan ändelse"] += 1


def odd_thing(path: Path) -> str:
    """What a path leads to where that is neither file nor folder; "" where it is, or cannot be told."""
    try:
        return oddity(path.stat().st_mode)
    except OSError:
        return ""

"""Files → parsed values, each read in a child with limits. A file that cannot be read, or that is too heavy, becomes a Refusal."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ingest import load_language, parse, parse_whole, pipeline
from ingest.errors import IngestError, TooDeep, TooHeavy, TooLarge
from ingest.models import Parsed
from ingest.read import Member, unpack, warm
from ingest.repair import Open
from ingest.repair.language import Language
from ingest.repair.overrides import NONE, Overrides
from ingest.rules import Rules
from kb.commands.workers import Slot, Workers
from kb.isolation import Send, isolated


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not read: one line that says what, where and what to do, and the exit code of its cause.

    One that was too `heavy` should not be tried again as it is.
    """

    message: str
    exit_code: int = 1
    heavy: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """A file to parse, under the name it has in the database."""

    path: Path
    name: str


Outcome = Parsed | Refusal


@dataclass(frozen=True, slots=True)
class Known:
    """What readers know besides the rules: the folder of the lexicon, what the base has learned. With `put_off` damaged files are not parsed.

    `passwords` are tried on locked PDFs.
    """

    lexicon: Path | None = None
    learned: tuple[Path, ...] = ()
    overrides: Overrides = NONE
    put_off: bool = False
    passwords: tuple[str, ...] = ()

    def language(self, rules: Rules) -> Open | None:
        """Opens the language, once in each process; None where there is no lexicon."""
        return partial(_opened, rules, self.lexicon, self.learned) if self.lexicon else None


NOTHING = Known()
WARM = pipeline
"""Imported before a worker is forked, so that no child has to."""

_open: dict[tuple[str, Path, tuple[Path, ...]], Language] = {}


def _opened(rules: Rules, folder: Path, learned: tuple[Path, ...]) -> Language:
    """The language, from the last time if it is the same: it takes a moment to open and remembers words it has met."""
    key = rules.version, folder, learned
    if key not in _open:
        _open.clear()
        _open[key] = load_language(rules, folder, learned)
    return _open[key]


def parse_one(task: Task, rules: Rules, known: Known = NOTHING) -> Outcome | str:
    """Parse a file; only its whole lines where it is damaged and put off. With KB_DEBUG set an unexpected error is raised as it is."""
    try:
        if known.put_off:
            return parse_whole(task.path, rules, task.name, known.overrides, known.passwords)
        return parse(task.path, rules, task.name, known.language(rules), known.overrides, known.passwords)
    except IngestError as error:
        return refusal(error)
    except MemoryError:
        raise
    except Exception as error:
        if os.environ.get("KB_DEBUG"):
            raise
        what = f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]
        return Refusal(f"{task.name}: oväntat fel i läsaren ({what}) – sätt KB_DEBUG=1 för att se var, och anmäl felet")


def refusal(error: IngestError) -> Refusal:
    """An error about a file as what came of it."""
    return Refusal(str(error), error.exit_code, isinstance(error, (TooHeavy, TooLarge, TooDeep)))


def parse_all(tasks: Iterable[Task], workers: Workers, known: Known = NOTHING) -> Iterator[tuple[Task, Outcome | str]]:
    """Parse files in their order, as many at a time as there are workers; the whole lines of a damaged one that is put off."""
    waiting: deque[tuple[Task, Slot]] = deque()
    for task in tasks:
        waiting.append((task, workers.submit(task.name, _read_alone, task, known)))
        while len(waiting) > (2 * workers.count if workers.count > 1 else 0):  # no more than that is held in memory
            yield _settled(workers, *waiting.popleft())
    while waiting:
        yield _settled(workers, *waiting.popleft())


def _settled(workers: Workers, task: Task, slot: Slot) -> tuple[Task, Outcome | str]:
    try:
        return task, _outcome(workers.result(slot))
    except TooHeavy as error:  # its worker died
        return task, refusal(error)


def _outcome(value: object) -> Outcome | str:
    assert isinstance(value, Parsed | Refusal | str)
    return value


def _read_alone(rules: Rules, task: Task, known: Known) -> Outcome | str:
    """In a worker: parse a file in a child of its own."""
    warm(task.path)
    if known.lexicon and not known.put_off:
        _opened(rules, known.lexicon, known.learned)
    try:
        return _outcome(next(iter(isolated(task.name, lambda send: send(parse_one(task, rules, known))))))
    except IngestError as error:
        return refusal(error)


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a container held: its hash, and for each file its path within and the number it was put down as in the folder, or why it cannot be had."""

    sha256: str
    members: tuple[tuple[str, Path | Refusal], ...]


def unpack_all(task: Task, folder: Path, workers: Workers) -> Unpacked | Refusal:
    """Take a container apart into numbered files of a folder; no name from inside is used there."""
    found = workers.result(workers.submit(task.name, _unpack_alone, task, folder))
    assert isinstance(found, Unpacked | Refusal)
    return found


def _unpack_alone(_: Rules, task: Task, folder: Path) -> Unpacked | Refusal:
    sha256, members = "", list[tuple[str, Path | Refusal]]()
    try:
        for value in isolated(task.name, partial(_send_members, task.path)):
            if isinstance(value, str):
                sha256 = value
            elif isinstance(value, Member):
                path = folder / f"{len(members)}{ending_of(value.name)}"
                path.write_bytes(value.data)
                members.append((value.name, path))
            else:
                members.append(value)  # type: ignore[arg-type]
    except IngestError as error:
        return refusal(error)
    return Unpacked(sha256, tuple(members))


def _send_members(path: Path, send: Send) -> None:
    """In the child: the hash of a container, then its files one at a time."""
    sha256, members = unpack(path)
    send(sha256)
    for member in members:
        send(member if isinstance(member, Member) else (member.name, refusal(member.error)))


def ending_of(name: str) -> str:
    """The ending of a name, where it is a plain one: readers tell kinds of text by it."""
    found = re.search(r"\.[A-Za-z0-9]{1,8}$", name)
    return found.group() if found else ""

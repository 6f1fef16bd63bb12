"""Files → parsed values, each read in a child with limits. A file that cannot be read, or that is too heavy, becomes a Refusal."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import zip_longest
from pathlib import Path

from ingest import load_language, parse, parse_whole, pipeline
from ingest.errors import IngestError, TooDeep, TooHeavy, TooLarge
from ingest.models import Parsed
from ingest.read import is_plain, warm
from ingest.read.scans import WantsOcr
from ingest.repair import Open
from ingest.repair.language import Language
from ingest.repair.overrides import NONE, Overrides
from ingest.rules import Rules
from kb.commands.pool import Pool, Slot
from kb.commands.scanning import PIECE, Scan, Wanted, finish, read_piece
from kb.isolation import Send, frames, garbled
from kb.ocr import Ocr, programs
from kb.wire import Garbled, Wire


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
RESULTS = Wire(Parsed, Refusal, Wanted, str)
"""What comes of a file: it is kept as bytes until the one who writes it asks."""
Step = Callable[[str], None]
SMALL = 1 << 16
"""Bytes of a text that may share a child: some 20 pages, read in a tenth of a second."""


@dataclass(frozen=True, slots=True)
class Known:
    """What readers know besides the rules: the folder of the lexicon, what the base has learned. With `put_off` damaged files are not parsed.

    `passwords` are tried on locked PDFs, `ocr` says how scans are read (None: not at all).
    """

    lexicon: Path | None = None
    learned: tuple[Path, ...] = ()
    overrides: Overrides = NONE
    put_off: bool = False
    passwords: tuple[str, ...] = ()
    ocr: Ocr | None = None

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


def parse_one(task: Task, rules: Rules, known: Known = NOTHING) -> Outcome | str | Wanted:
    """Parse a file; only its whole lines where it is damaged and put off. With KB_DEBUG set an unexpected error is raised as it is."""
    scans = known.ocr.scans() if known.ocr else None
    try:
        if known.put_off:
            return parse_whole(task.path, rules, task.name, known.overrides, known.passwords, scans)
        return parse(task.path, rules, task.name, known.language(rules), known.overrides, known.passwords, scans)
    except WantsOcr as asked:
        return Wanted(asked.sha256, asked.pages)
    except IngestError as error:
        return refusal(error)
    except MemoryError:
        raise
    except Exception as error:
        if os.environ.get("KB_DEBUG"):
            raise
        return _unexpected(task, error)


def _unexpected(task: Task, error: Exception) -> Refusal:
    what = f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]
    return Refusal(f"{task.name}: oväntat fel i läsaren ({what}) – sätt KB_DEBUG=1 för att se var, och anmäl felet")


def refusal(error: IngestError) -> Refusal:
    """An error about a file as what came of it."""
    return Refusal(str(error), error.exit_code, isinstance(error, (TooHeavy, TooLarge, TooDeep)))


def parse_all(tasks: Iterable[Task], workers: Pool, known: Known = NOTHING, step: Step = lambda _: None) -> Iterator[tuple[Task, Outcome | str]]:
    """Parse files in their order, as many at a time as there are workers; the whole lines of a damaged one that is put off.

    `step` is told how far OCR of a long file has come.
    """
    waiting: deque[tuple[list[Task], Slot]] = deque()
    for few in together(tasks, workers.at_once if known.put_off else 1):
        job = (read_few, few) if len(few) > 1 else (read_alone, few[0])
        waiting.append((few, workers.submit(few[0].name, *job, known)))
        while len(waiting) > (2 * workers.count if workers.count > 1 else 0):  # no more than that is held in memory
            yield from _settled(workers, known, step, *waiting.popleft())
    while waiting:
        yield from _settled(workers, known, step, *waiting.popleft())


def together(tasks: Iterable[Task], most: int) -> Iterator[list[Task]]:
    """Files that follow each other, those together that one child may read: small texts, at most so many."""
    few: list[Task] = []
    for task in tasks:
        small = most > 1 and is_plain(task.path, SMALL)
        if few and (not small or len(few) == most):
            yield few
            few = []
        few.append(task)
        if not small:
            yield few
            few = []
    if few:
        yield few


def _settled(workers: Pool, known: Known, step: Step, few: list[Task], slot: Slot) -> Iterator[tuple[Task, Outcome | str]]:
    if len(few) == 1:
        yield few[0], _outcome(workers, known, step, few[0], slot)
        return
    try:
        read = workers.result(slot)
    except IngestError:  # their worker died, and of whose doing is not known
        read = []
    assert isinstance(read, list)
    for task, frame in zip_longest(few, read):
        slot = Slot(task.name, frame, done=True) if frame else workers.submit(task.name, read_alone, task, known)
        yield task, _outcome(workers, known, step, task, slot)


def _outcome(workers: Pool, known: Known, step: Step, task: Task, slot: Slot) -> Outcome | str:
    try:
        found = _taken(workers, task, slot)
        if isinstance(found, Wanted):
            _read_scan(workers, known, step, task, found)
            found = _taken(workers, task, workers.submit(task.name, read_alone, task, known, False))
    except IngestError as error:  # its worker died, or what it reads with cannot be opened
        return refusal(error)
    assert not isinstance(found, Wanted)
    return found


def _taken(workers: Pool, task: Task, slot: Slot) -> Outcome | str | Wanted:
    """What came of a file. Raises what its reader raised, TooHeavy where it sent no such thing."""
    frame = workers.result(slot)
    assert isinstance(frame, bytes)
    try:
        return RESULTS.decode(frame)  # type: ignore[no-any-return]
    except Garbled as error:
        raise garbled(task.name) from error


def _read_scan(workers: Pool, known: Known, step: Step, task: Task, wanted: Wanted) -> None:
    """Read the pages of a long scan with all workers."""
    assert known.ocr
    scan, read = Scan(task.path, wanted.sha256, known.ocr, known.passwords), 0
    slots = [(len(piece), workers.submit(task.name, scan_piece, scan, piece)) for piece in wanted.pieces()]
    for pages, slot in slots:
        workers.result(slot)
        read += pages
        step(f"OCR {task.name}: {read} av {len(wanted.pages)} sidor")
    workers.result(workers.submit(task.name, scan_finish, scan, wanted))


def scan_piece(_: Rules, scan: Scan, pages: tuple[int, ...]) -> None:
    """In a worker: read a few pages of a long scan."""
    read_piece(scan, pages)


def scan_finish(_: Rules, scan: Scan, wanted: Wanted) -> None:
    """In a worker: put what was read of a long scan in the archive."""
    finish(scan, wanted)


def read_alone(rules: Rules, task: Task, known: Known, asking: bool = True) -> bytes:
    """In a worker: parse a file in a child of its own, after a short scan has been read with OCR; a long one is for all workers."""
    frame = _parse_alone(rules, task, known if asking else _taking(known))
    try:
        found = RESULTS.decode(frame) if known.ocr and RESULTS.kind(frame) is Wanted else None
    except Garbled:
        found = None
    if not (found and known.ocr):
        return frame
    if missing := programs().missing:
        return _parse_alone(rules, task, _taking(known, missing))
    if len(found.pages) > PIECE:
        return frame
    scan = Scan(task.path, found.sha256, known.ocr, known.passwords)
    read_piece(scan, found.pages)
    finish(scan, found)
    return _parse_alone(rules, task, _taking(known))


def read_few(rules: Rules, tasks: list[Task], known: Known) -> list[bytes]:
    """In a worker: parse small texts one after the other in one child, which saves most of what a child costs.

    Only what was read well is believed. From the first file on where something went wrong each is read in a child of its own, which tells
    whose doing it was: no file is blamed for what another did.
    """
    read: list[bytes] = []
    warm(tasks[0].path)
    with suppress(IngestError, Garbled):
        for frame in frames(tasks[0].name, partial(_send_few, tasks, rules, known), RESULTS):
            if len(read) == len(tasks) or RESULTS.kind(frame) not in (Parsed, str):
                break
            read.append(frame)
    return [*read, *(_parse_alone(rules, task, known) for task in tasks[len(read) :])]


def _send_few(tasks: list[Task], rules: Rules, known: Known, send: Send) -> None:
    for task in tasks:
        _send_parsed(task, rules, known, send)


def _taking(known: Known, missing: str = "") -> Known:
    """The same, taking what OCR has read and asking for no more."""
    return replace(known, ocr=replace(known.ocr, asking=False, missing=missing)) if known.ocr else known


def _parse_alone(rules: Rules, task: Task, known: Known) -> bytes:
    warm(task.path)
    if known.lexicon and not known.put_off:
        _opened(rules, known.lexicon, known.learned)
    try:
        return next(frames(task.name, partial(_send_parsed, task, rules, known), RESULTS), b"")
    except IngestError as error:
        return RESULTS.encode(refusal(error))


def _send_parsed(task: Task, rules: Rules, known: Known, send: Send) -> None:
    """In the child: what comes of a file, or that it holds what can be neither sent nor stored (half a character, a number of 20 digits)."""
    found = parse_one(task, rules, known)
    try:
        send(found)
    except (UnicodeEncodeError, OverflowError) as error:
        send(_unexpected(task, error))

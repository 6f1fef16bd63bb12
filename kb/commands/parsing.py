"""Files → parsed values, each read in a child with limits. A file that cannot be read, or that is too heavy, becomes a Refusal."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from ingest import load_language, parse, parse_whole, pipeline
from ingest.errors import IngestError, TooDeep, TooHeavy, TooLarge
from ingest.models import Parsed
from ingest.read import Paper, is_plain, read_paper, warm
from ingest.read.scans import NEVER, Scans, WantsOcr
from ingest.repair import Open
from ingest.repair.language import Language
from ingest.repair.overrides import NONE, Overrides
from ingest.rules import Rules
from kb import lasting
from kb.commands import scanning
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


@dataclass(frozen=True, slots=True)
class Plain:
    """A small text that the shared child is to read, under its name in the database."""

    path: bytes
    name: str


Outcome = Parsed | Refusal
RESULTS = Wire(Parsed, Refusal, Wanted, str)
"""What comes of a file: it is kept as bytes until the one who writes it asks."""
STAGES = Wire(Parsed, Refusal, Wanted, str, Paper, Plain)
"""That, and what goes between the children of a worker."""
Step = Callable[[str], None]
SMALL = 1 << 16
"""Bytes of a text, or characters of what was read, that may share a child: some 20 pages, read in a tenth of a second."""
MOST = 64 * SMALL
"""Bytes in which such a paper can be sent at most."""
AT_MOST = 64
"""Files that share a child."""


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

    def scans(self) -> Scans | None:
        """What OCR has read, None where it is not asked."""
        return self.ocr.scans() if self.ocr else None

    def language(self, rules: Rules) -> Open | None:
        """Opens the language, once in each process; None where there is no lexicon."""
        return partial(_opened, rules, self.lexicon, self.learned) if self.lexicon else None


NOTHING = Known()
T = TypeVar("T")
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

    def work() -> Parsed | str:
        if known.put_off:
            return parse_whole(task.path, rules, task.name, known.overrides, known.passwords, known.scans())
        return parse(task.path, rules, task.name, known.language(rules), known.overrides, known.passwords, known.scans())

    return _outcome_of(task, work)


def read_one(task: Task, rules: Rules, known: Known = NOTHING) -> Paper | Outcome | str | Wanted:
    """Read a file: as `parse_one`, but a small paper is not parsed yet."""

    def work() -> Paper | Parsed | str:
        paper = read_paper(task.path, task.name, rules, known.passwords, known.scans() or NEVER)
        return paper if len(paper.source.text) <= SMALL else parse_paper(paper, rules, known)

    return _outcome_of(task, work)


def parse_paper(paper: Paper, rules: Rules, known: Known = NOTHING) -> Parsed | str:
    """As `parse_one`, of a file that was read."""
    if known.put_off:
        return pipeline.run_paper_whole(paper, rules, known.overrides)
    return pipeline.run_paper(paper, rules, known.language(rules), known.overrides)


def _outcome_of(task: Task, work: Callable[[], T]) -> T | Refusal | Wanted:
    try:
        return work()
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
    waiting: deque[tuple[Task, Slot]] = deque()
    for task in tasks:
        waiting.append((task, workers.submit(task.name, read_file, task, known)))
        while len(waiting) > (2 * workers.count if workers.count > 1 else 0):  # no more than that is held in memory
            task, slot = waiting.popleft()
            yield task, _outcome(workers, known, step, task, slot)
    while waiting:
        task, slot = waiting.popleft()
        yield task, _outcome(workers, known, step, task, slot)


def _outcome(workers: Pool, known: Known, step: Step, task: Task, slot: Slot) -> Outcome | str:
    try:
        found = _taken(workers, task, slot)
        if isinstance(found, Wanted):
            _read_scan(workers, known, step, task, found)
            found = _taken(workers, task, workers.submit(task.name, read_file, task, known, False))
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
    slots = [(len(piece), workers.submit(task.name, scanning.piece_job, scan, piece)) for piece in wanted.pieces()]
    for pages, slot in slots:
        workers.result(slot)
        read += pages
        step(f"OCR {task.name}: {read} av {len(wanted.pages)} sidor")
    workers.result(workers.submit(task.name, scanning.finish_job, scan, wanted))


def read_file(rules: Rules, task: Task, known: Known, asking: bool = True) -> bytes:
    """In a worker: parse a file in a child of its own, after a short scan has been read with OCR; a long one is for all workers."""
    frame = _parse_file(rules, task, known if asking else _taking(known))
    try:
        found = RESULTS.decode(frame) if known.ocr and RESULTS.kind(frame) is Wanted else None
    except Garbled:
        found = None
    if not (found and known.ocr):
        return frame
    if missing := programs().missing:
        return _parse_file(rules, task, _taking(known, missing))
    if len(found.pages) > PIECE:
        return frame
    scan = Scan(task.path, found.sha256, known.ocr, known.passwords)
    read_piece(scan, found.pages)
    finish(scan, found)
    return _parse_file(rules, task, _taking(known))


def _taking(known: Known, missing: str = "") -> Known:
    """The same, taking what OCR has read and asking for no more."""
    return replace(known, ocr=replace(known.ocr, asking=False, missing=missing)) if known.ocr else known


def _parse_file(rules: Rules, task: Task, known: Known) -> bytes:
    """A file is read in a child of its own. What it read is a value, and a small one is parsed in a child that files share, which saves most of
    what a child costs; a small text, which Python alone reads, is read there too.

    Only what was parsed well there is believed. Where something went wrong the file is read and parsed in a child of its own, which tells
    whose doing it was: no file is blamed for what another did.
    """
    warm(task.path)
    if known.lexicon and not known.put_off:
        _opened(rules, known.lexicon, known.learned)
    if is_plain(task.path, SMALL):
        question = STAGES.encode(Plain(os.fsencode(task.path), task.name))
    else:
        question = _in_own_child(task, partial(_send, task, partial(read_one, task, rules, known)))
        if not _is_paper(question):
            return question
    return _shared(rules, task, known, question) or _in_own_child(task, partial(_send, task, partial(parse_one, task, rules, known)))


def _in_own_child(task: Task, work: Callable[[Send], None]) -> bytes:
    try:
        return next(frames(task.name, work, STAGES), b"")
    except IngestError as error:
        return STAGES.encode(refusal(error))


def _is_paper(frame: bytes) -> bool:
    with suppress(Garbled):
        return STAGES.kind(frame) is Paper and len(frame) < MOST
    return False


def _send(task: Task, work: Callable[[], object], send: Send) -> None:
    """In the child: what comes of a file, or that it holds what can be neither sent nor stored (half a character, a number of 20 digits)."""
    found = work()
    try:
        send(found)
    except (UnicodeEncodeError, OverflowError) as error:
        send(_unexpected(task, error))


def _shared(rules: Rules, task: Task, known: Known, question: bytes) -> bytes | None:
    """What the shared child makes of a small paper; None where that is not to be believed."""
    known = replace(known, passwords=(), ocr=None)  # what it does not need
    child = lasting.kept((rules.version, known), partial(_answer, rules, known), STAGES, AT_MOST)
    with suppress(IngestError, Garbled):
        frame = child.ask(task.name, question)
        if STAGES.kind(frame) in (Parsed, str):
            return frame
    child.close()
    return None


def _answer(rules: Rules, known: Known, question: bytes) -> object:
    """In the shared child."""
    asked = STAGES.decode(question)
    if isinstance(asked, Plain):
        return parse_one(Task(Path(os.fsdecode(asked.path)), asked.name), rules, known)
    return parse_paper(asked, rules, known)

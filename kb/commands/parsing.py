"""Files → parsed values, in this process or in several. A file that cannot be read, or that kills its reader, becomes a Refusal."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from multiprocessing import connection
from pathlib import Path

from ingest import load_language, load_rules, parse, parse_whole
from ingest.errors import IngestError
from ingest.models import Parsed
from ingest.repair import Open
from ingest.repair.language import Language
from ingest.repair.overrides import NONE, Overrides
from ingest.rules import Rules


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not read: one line that says what, where and what to do, and the exit code of its cause."""

    message: str
    exit_code: int = 1


@dataclass(frozen=True, slots=True)
class Task:
    """A file to parse, under the name it has in the database."""

    path: Path
    name: str


Outcome = Parsed | Refusal


@dataclass(frozen=True, slots=True)
class Known:
    """What readers know besides the rules: the folder of the lexicon, what the base has learned. With `put_off` damaged files are not parsed."""

    lexicon: Path | None = None
    learned: tuple[Path, ...] = ()
    overrides: Overrides = NONE
    put_off: bool = False

    def language(self, rules: Rules) -> Open | None:
        """Opens the language, once in each process; None where there is no lexicon."""
        return partial(_opened, rules, self.lexicon, self.learned) if self.lexicon else None


NOTHING = Known()


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
            return parse_whole(task.path, rules, task.name, known.overrides)
        return parse(task.path, rules, task.name, known.language(rules), known.overrides)
    except IngestError as error:
        return Refusal(str(error), error.exit_code)
    except Exception as error:
        if os.environ.get("KB_DEBUG"):
            raise
        what = f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]
        return Refusal(f"{task.name}: oväntat fel i läsaren ({what}) – sätt KB_DEBUG=1 för att se var, och anmäl felet")


def parse_all(tasks: Iterable[Task], rules: Rules, metadata: Path | None, jobs: int, known: Known = NOTHING) -> Iterator[tuple[Task, Outcome | str]]:
    """Parse files in their order, `jobs` at a time; the whole lines of a damaged one that is put off."""
    if jobs < 2:
        yield from ((task, parse_one(task, rules, known)) for task in tasks)
        return
    waiting: deque[tuple[Task, Future[Outcome | str]]] = deque()
    pool = _pool(jobs, metadata, known)
    try:
        for task in tasks:
            try:
                waiting.append((task, pool.submit(_work, task)))
            except BrokenProcessPool:
                pool = _pool(jobs, metadata, known)
                waiting.append((task, pool.submit(_work, task)))
            if len(waiting) > 2 * jobs:  # no more than that is held in memory
                yield _result(*waiting.popleft(), metadata, known)
        while waiting:
            yield _result(*waiting.popleft(), metadata, known)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _result(task: Task, future: Future[Outcome | str], metadata: Path | None, known: Known) -> tuple[Task, Outcome | str]:
    """What came of a task. Where a reader died, all that were under way fail with it: each is tried again alone."""
    try:
        return task, future.result()
    except BrokenProcessPool:
        pass
    with _pool(1, metadata, known) as pool:
        try:
            return task, pool.submit(_work, task).result()
        except BrokenProcessPool:
            return task, Refusal(f"{task.name}: läsaren avbröts av systemet, kanske för att minnet tog slut – öppna filen och spara den på nytt")


# spawn: a forked reader would inherit the lock, and fork does not go together with the progress bar's thread
_CONTEXT = multiprocessing.get_context("spawn")
_with: dict[str, tuple[Rules, Known]] = {}


def _pool(jobs: int, metadata: Path | None, known: Known) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, _CONTEXT, initializer=_start, initargs=(metadata, known))


def _start(metadata: Path | None, known: Known) -> None:
    _with["all"] = load_rules(metadata), known
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    """Readers whose parent was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent:
        connection.wait([parent.sentinel])
        os._exit(1)


def _work(task: Task) -> Outcome | str:
    return parse_one(task, *_with["all"])

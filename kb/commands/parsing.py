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
from multiprocessing import connection
from pathlib import Path

from ingest import load_rules, parse
from ingest.errors import IngestError
from ingest.models import Parsed
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


def parse_one(task: Task, rules: Rules) -> Outcome:
    """Parse a file. With KB_DEBUG set an unexpected error is raised as it is."""
    try:
        return parse(task.path, rules, task.name)
    except IngestError as error:
        return Refusal(str(error), error.exit_code)
    except Exception as error:
        if os.environ.get("KB_DEBUG"):
            raise
        what = f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]
        return Refusal(f"{task.name}: oväntat fel i läsaren ({what}) – sätt KB_DEBUG=1 för att se var, och anmäl felet")


def parse_all(tasks: Iterable[Task], rules: Rules, metadata: Path | None, jobs: int) -> Iterator[tuple[Task, Outcome]]:
    """Parse files in their order, `jobs` at a time."""
    if jobs < 2:
        yield from ((task, parse_one(task, rules)) for task in tasks)
        return
    waiting: deque[tuple[Task, Future[Outcome]]] = deque()
    pool = _pool(jobs, metadata)
    try:
        for task in tasks:
            try:
                waiting.append((task, pool.submit(_work, task)))
            except BrokenProcessPool:
                pool = _pool(jobs, metadata)
                waiting.append((task, pool.submit(_work, task)))
            if len(waiting) > 2 * jobs:  # no more than that is held in memory
                yield _result(*waiting.popleft(), metadata)
        while waiting:
            yield _result(*waiting.popleft(), metadata)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _result(task: Task, future: Future[Outcome], metadata: Path | None) -> tuple[Task, Outcome]:
    """What came of a task. Where a reader died, all that were under way fail with it: each is tried again alone."""
    try:
        return task, future.result()
    except BrokenProcessPool:
        pass
    with _pool(1, metadata) as pool:
        try:
            return task, pool.submit(_work, task).result()
        except BrokenProcessPool:
            return task, Refusal(f"{task.name}: läsaren avbröts av systemet, kanske för att minnet tog slut – öppna filen och spara den på nytt")


# spawn: a forked reader would inherit the lock, and fork does not go together with the progress bar's thread
_CONTEXT = multiprocessing.get_context("spawn")
_rules: dict[str, Rules] = {}


def _pool(jobs: int, metadata: Path | None) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, _CONTEXT, initializer=_start, initargs=(metadata,))


def _start(metadata: Path | None) -> None:
    _rules["rules"] = load_rules(metadata)
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    """Readers whose parent was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent:
        connection.wait([parent.sentinel])
        os._exit(1)


def _work(task: Task) -> Outcome:
    return parse_one(task, _rules["rules"])

"""Warm processes that read files: each has the rules, forks a child for every file, and is replaced where it dies."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import warnings
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import connection
from multiprocessing.connection import Connection
from typing import Any

from ingest.errors import TooHeavy
from ingest.pipeline import rehearse
from ingest.rules import Rules
from kb import lasting
from kb.commands.pool import Failed, Job, Slot
from kb.isolation import close_all_but, without_network

PATIENCE = 5.0
"""Seconds in which a worker that has nothing to do has ended."""


@dataclass(slots=True, eq=False)
class Worker:
    """A process that reads files, the pipe to it, and what it is doing."""

    process: Any
    pipe: Connection
    slot: Slot | None = None


class Workers:
    """`count` workers, started when they are needed. They live until `close`."""

    def __init__(self, count: int, rules: Rules | None, start: Callable[[], Worker] | None = None) -> None:
        """They know the rules, or are started by `start`, which knows them."""
        self.count, self._start = count, start or partial(_started, rules)
        self._all: list[Worker] = []

    def submit(self, name: str, job: Job, *arguments: object) -> Slot:
        """Hand out a job about the file `name`; waits until a worker is free."""
        slot = Slot(name)
        worker = self._free()
        try:
            worker.pipe.send((job, arguments))
        except OSError:  # it died while it had nothing to do
            self._all.remove(worker)
            worker = self._free()
            worker.pipe.send((job, arguments))
        worker.slot = slot
        return slot

    def result(self, slot: Slot) -> object:
        """What came of a job. Raises what it raised, TooHeavy where its worker died."""
        while not slot.done:
            self._pump()
        if isinstance(slot.result, Failed):
            raise slot.result.error
        return slot.result

    def close(self) -> None:
        """End all workers, whatever they do; one that does nothing ends by itself, with its children."""
        for worker in self._all:
            worker.pipe.close()
            if worker.slot:
                worker.process.kill()
        for worker in self._all:
            worker.process.join(PATIENCE)
            worker.process.kill()
            worker.process.join()
        self._all.clear()

    def _free(self) -> Worker:
        while True:
            idle = next((worker for worker in self._all if worker.slot is None), None)
            if idle:
                return idle
            if len(self._all) < self.count:
                self._all.append(self._start())
            else:
                self._pump()

    def _pump(self) -> None:
        """Take what a worker has to say, waiting for it."""
        busy = {worker.pipe: worker for worker in self._all if worker.slot}
        for pipe in connection.wait(list(busy)):
            worker = busy[pipe]  # type: ignore[index]
            assert worker.slot
            try:
                worker.slot.result = worker.pipe.recv()
            except (EOFError, OSError):
                self._all.remove(worker)
                worker.process.join()
                worker.slot.result = Failed(TooHeavy(f"{worker.slot.name}: läsaren avbröts av systemet, kanske för att minnet tog slut"))
            worker.slot.done, worker.slot = True, None


# fork: the rules take a second to load. A worker prints nothing and closes what it inherits (the lock, the database, the screen), so
# neither the lock nor what the progress bar's thread may hold at that moment is any business of its own.
_CONTEXT = multiprocessing.get_context("fork")


def _started(rules: Rules | None) -> Worker:
    if rules:
        prepare(rules)  # once, not in each child anew
    ours, theirs = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=_forked, args=(theirs, rules), daemon=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking beside threads: see above
        process.start()
    theirs.close()
    return Worker(process, ours)


def prepare(rules: Rules) -> None:
    """Have ready what the children of this process look at, so that they need no copy: a collector that looks at an object writes in it."""
    rehearse(rules)
    gc.collect()
    gc.freeze()


def _forked(pipe: Connection, rules: Rules) -> None:
    parent = multiprocessing.parent_process()
    assert parent
    serve(pipe, parent.sentinel, rules)


def serve(pipe: Connection, life: int, rules: Rules) -> None:
    """What a worker does: one job after the other, until nobody asks; it ends at once when `life` can be read, for then its parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the one who asks
    _let_go(pipe, life)
    without_network()
    threading.Thread(target=_die_with_parent, args=(life,), daemon=True).start()
    with suppress(EOFError, OSError):
        while True:
            job, arguments = pipe.recv()
            pipe.send(_done(job, rules, arguments))
    lasting.close()


def _let_go(pipe: Connection, life: int) -> None:
    """Close all that was inherited but the pipe and the way to see that the parent is gone."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1) if os.environ.get("KB_DEBUG") else (0, 1, 2):
        os.dup2(null, stream)
    close_all_but(*{pipe.fileno(), life})


def _done(job: Job, rules: Rules, arguments: Iterable[object]) -> object:
    try:
        return job(rules, *arguments)
    except Exception as error:  # noqa: BLE001 (raised again where it was asked for)
        return Failed(error)


def _die_with_parent(life: int) -> None:
    """A worker whose parent was killed would go on with its file."""
    connection.wait([life])
    os._exit(1)

"""A child as in `isolation` that lives on and answers one question after the other: what a child costs is then paid for once."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable, Iterator
from functools import partial

from ingest.errors import TooHeavy
from kb import isolation
from kb.isolation import LENGTH, Limits, Send
from kb.wire import Wire

Answer = Callable[[bytes], object]
"""Bytes that the asker has made, or passes on → a value of a type that the wire knows."""


class Lasting:
    """A child that is asked. What it answers is only worth as much as all that it was asked before: see `ask`."""

    def __init__(self, answer: Answer, wire: Wire, limits: Limits | None = None, key: object = None) -> None:
        """The limits hold for all that it does in its life; those of the clock for each answer. `key` says for what it was started."""
        self._limits = limits or isolation.LIMITS
        asked, self._to = os.pipe()
        self._from, answers = os.pipe()
        self._child = isolation.forked(answers, partial(_answering, asked, answer), wire, self._limits, asked)
        os.close(asked)
        os.close(answers)
        os.set_blocking(self._to, False)
        self._asked, self._key, self._lives = 0, key, True

    def ask(self, name: str, question: bytes) -> bytes:
        """The answer as bytes, which may be a failure. Raises TooHeavy where none comes, or where it says more than it was asked; then it is of
        no more use, and the caller closes it. `name` is what people call the file that it is about.
        """
        self._asked += 1
        buffer = bytearray()
        idle = isolation.busy(self._child)
        self._put(name, question)
        frames = isolation.received(name, self._child, self._from, self._limits, buffer, idle)
        frame = next(frames, None)
        frames.close()
        if frame is None or buffer:
            raise TooHeavy(f"{name}: läsaren avbröts")
        return frame

    def close(self) -> None:
        """End it, whatever it does."""
        if not self._lives:
            return
        self._lives = False
        os.close(self._to)
        os.close(self._from)
        os.kill(self._child, signal.SIGKILL)
        os.waitpid(self._child, 0)

    def serves(self, key: object, most: int) -> bool:
        """True where it lives, was started for this, and was asked less often than that."""
        return self._lives and self._asked < most and self._key == key

    def _put(self, name: str, question: bytes) -> None:
        """Write a question, if nothing is left of what was answered before. Raises TooHeavy where it is not taken."""
        view = memoryview(LENGTH.pack(len(question)) + question)
        if select.select([self._from], [], [], 0)[0]:
            raise TooHeavy(f"{name}: läsaren avbröts")
        while view:
            ready = select.select([], [self._to], [], self._limits.idle)[1]
            try:
                view = view[os.write(self._to, view) if ready else 0 :]
            except OSError:
                ready = []
            if not ready:
                raise TooHeavy(f"{name}: läsaren tog inte emot filen")


_kept: Lasting | None = None


def kept(key: object, answer: Answer, wire: Wire, most: int) -> Lasting:
    """The one child that this process keeps; a new one where it was kept for something else, was asked so often or has ended."""
    global _kept
    if not (_kept and _kept.serves(key, most)):
        close()
        _kept = Lasting(answer, wire, key=key)
    return _kept


def close() -> None:
    """End the child that this process keeps, if it does."""
    if _kept:
        _kept.close()


def _answering(source: int, answer: Answer, send: Send) -> None:
    """In the child: one answer for each question, until nobody asks."""
    for question in _questions(source):
        send(answer(question))


def _questions(source: int) -> Iterator[bytes]:
    while head := _exactly(source, LENGTH.size):
        yield _exactly(source, LENGTH.unpack(head)[0])


def _exactly(source: int, size: int) -> bytes:
    """So many bytes; none where the pipe was closed."""
    data = bytearray()
    while len(data) < size:
        part = os.read(source, size - len(data))
        if not part:
            return b""
        data += part
    return bytes(data)

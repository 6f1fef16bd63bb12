"""Pages over the whole base are worked out once for each state of it: what they are made of is frozen, so all readers can share it."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, TypeVar

from kb.search import Answers

Value = TypeVar("Value")
KEPT = 2000
"""Answers: pages of ours, what Datasette's pages ask, and which rows fulfil the filters of searches."""
BYTES = 64 * 1024 * 1024
"""Of all answers together, with what they were asked by, about."""
ONE = BYTES // 8
"""Bytes of an answer; a larger one is worked out each time."""
State = tuple[object, ...]
_COUNTED = 48  # bytes of the log's index: its head counts every change, also two within one tick of the file system's clock
_opened: dict[str, tuple[int, int]] = {}  # name → number of the file, and its descriptor
_PLAIN = (str, bytes, int, float, type(None))


class _Answer(NamedTuple):
    """What was answered, in which state of the base, and how many bytes it takes."""

    state: State
    value: Any
    size: int


class _Answers:
    """Answers by base and key, those asked for last at the end. Threads share them."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, Hashable], _Answer] = OrderedDict()
        self._lock = Lock()
        self.size = 0

    def get(self, key: tuple[str, Hashable], now: State) -> _Answer | None:
        """What was answered in this state."""
        with self._lock:
            found = self._kept.get(key)
            if not found or found.state != now:
                return None
            self._kept.move_to_end(key)
            return found

    def add(self, key: tuple[str, Hashable], answer: _Answer) -> None:
        """Keep an answer in the place of an older one, and let those go that were not asked for longest."""
        with self._lock:
            self._drop(key)
            self._kept[key] = answer
            self.size += answer.size
            while len(self._kept) > KEPT or self.size > BYTES:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: tuple[str, Hashable]) -> None:
        old = self._kept.pop(key, None)
        self.size -= old.size if old else 0


_answers = _Answers()


def state(path: Path) -> State:
    """What changes whenever rows do: the file and its log, by number, size and time."""
    name = str(path)
    return _known(name), _known(f"{name}-wal"), _counted(f"{name}-shm")


def _counted(name: str) -> bytes | None:
    """The head of the log's index, None where there is none.

    The file is opened once and never closed: to close it would let go of all locks that SQLite has on it in this process (POSIX), and a reader
    whose lock is gone may find the log begun anew under it (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    known = _known(name)
    if known is None:
        return None
    inode, descriptor = _opened.get(name, (0, -1))
    try:
        if inode != known[0]:
            descriptor = os.open(name, os.O_RDONLY | os.O_CLOEXEC)
            _opened[name] = known[0], descriptor
        return os.pread(descriptor, _COUNTED, 0)
    except OSError:
        return None


def _known(name: str) -> tuple[int, int, int] | None:
    """What the file system says of a file, None where there is none."""
    try:
        known = os.stat(name)  # noqa: PTH116
    except OSError:
        return None
    return known.st_ino, known.st_size, known.st_mtime_ns


def recall(path: Path, key: Hashable, now: State) -> tuple[Any] | None:
    """What was kept under a key in this state of the base (it may be nothing itself), None where it was not asked."""
    found = _answers.get((str(path), key), now)
    return (found.value,) if found else None


def keep(path: Path, key: Hashable, asked_in: State, answer: Any) -> None:
    """Keep an answer of at most ONE bytes, unless the base has changed since the state it was asked in: it may be of either."""
    if state(path) == asked_in:
        size = bytes_of((key, answer), ONE)
        if size <= ONE:
            _answers.add((str(path), key), _Answer(asked_in, answer, size))


def bytes_of(value: object, most: int) -> int:
    """About how many bytes a value takes with all that it is made of; it is not looked further into when they are more than `most`."""
    size, left, seen = 0, [value], set()
    while left and size <= most:
        one = left.pop()
        size += sys.getsizeof(one)
        if not isinstance(one, _PLAIN) and id(one) not in seen:
            seen.add(id(one))
            left.extend(_inside(one))
    return size


def _inside(one: Any) -> list[Any]:
    """What a value is made of, as far as it can be told."""
    if isinstance(one, Mapping):
        return [*one.keys(), *one.values()]
    if isinstance(one, tuple | list | set | frozenset | sqlite3.Row):
        return list(one)
    if names := getattr(type(one), "__dataclass_fields__", None):
        return [getattr(one, name) for name in names]
    return list(vars(one).values()) if hasattr(one, "__dict__") else []


class Filters(Answers):
    """What fulfils the filters of a search: kept for other searches too, as people narrow one question after the other by the same."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path, self._state = path, state(path)

    def get(self, key: Hashable) -> Any:
        """What was answered in this search, or in another while the base was in the state that it is in."""
        found = super().get(key)
        if found is None and (known := recall(self._path, (Filters, key), self._state)):
            [found] = known
            super().add(key, found)
        return found

    def add(self, key: Hashable, answer: Any) -> None:
        """Keep an answer, for the next search too."""
        super().add(key, answer)
        keep(self._path, (Filters, key), self._state, answer)


def remembered(path: Path, key: Hashable, question: Callable[[sqlite3.Connection], Value]) -> Callable[[sqlite3.Connection], Value]:
    """The question, answered from memory where the base is as it was when it was last asked under that key."""

    def asked(conn: sqlite3.Connection) -> Value:
        now = state(path)
        known: tuple[Value] | None = recall(path, key, now)
        if known:
            return known[0]
        answer = question(conn)
        keep(path, key, now, answer)
        return answer

    return asked

"""Pages over the whole base are worked out once for each state of it: what they are made of is frozen, so all readers can share it."""

from __future__ import annotations

import os
import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, TypeVar

Value = TypeVar("Value")
KEPT = 500  # answers: pages of ours, and what Datasette's pages ask
State = tuple[object, ...]
_COUNTED = 48  # bytes of the log's index: its head counts every change, also two within one tick of the file system's clock
_kept: OrderedDict[tuple[str, Hashable], tuple[State, Any]] = OrderedDict()


def state(path: Path) -> State:
    """What changes whenever rows do: the file and its log, by number, size and time."""
    name = str(path)
    found: list[object] = [_known(name), _known(f"{name}-wal")]
    try:
        with open(f"{name}-shm", "rb", buffering=0) as index:  # noqa: PTH123 - a page asks this a hundred times, and a Path takes twice as long
            found.append(index.read(_COUNTED))
    except OSError:
        found.append(None)
    return tuple(found)


def _known(name: str) -> tuple[int, int, int] | None:
    """What the file system says of a file, None where there is none."""
    try:
        known = os.stat(name)  # noqa: PTH116
    except OSError:
        return None
    return known.st_ino, known.st_size, known.st_mtime_ns


def recall(path: Path, key: Hashable, now: State) -> tuple[Any] | None:
    """What was kept under a key in this state of the base (it may be nothing itself), None where it was not asked."""
    known = _kept.get((str(path), key))
    if not known or known[0] != now:
        return None
    _kept.move_to_end((str(path), key))
    return (known[1],)


def keep(path: Path, key: Hashable, asked_in: State, answer: Any) -> None:
    """Keep an answer, unless the base has changed since the state it was asked in: it may be of either."""
    if state(path) == asked_in:
        _kept[(str(path), key)] = (asked_in, answer)
        _kept.move_to_end((str(path), key))
        while len(_kept) > KEPT:
            _kept.popitem(last=False)


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

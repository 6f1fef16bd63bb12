"""One writer at a time: a lock file beside the database that says who holds it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb import errors

WAIT_SECONDS = 10.0


def lock_path(database: Path) -> Path:
    """The lock file of a database. It stays between runs: the lock is the system's, not the file."""
    return database.with_name(database.name + ".lock")


@contextmanager
def writing(database: Path, wait: float = WAIT_SECONDS) -> Iterator[bool]:
    """Hold the database for writing; True where the last who did was killed, or failed.

    Raises Busy, naming the holder, if another process has not let go within `wait` seconds.
    """
    if database.is_dir():
        raise errors.NotADatabase(f"{database} är en mapp")
    try:
        handle = os.open(lock_path(database), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        error.filename = None  # the lock is our own business: people know the database
        raise errors.from_os(error, database) from error
    try:
        _acquire(handle, database, wait)
        killed = bool(os.pread(handle, 1, 0))
        os.truncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()} sedan {time.strftime('%H:%M')}".encode(), 0)
        yield killed
        os.truncate(handle, 0)
    finally:
        os.close(handle)


def _acquire(handle: int, database: Path, wait: float) -> None:
    end = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= end:
                holder = os.pread(handle, 100, 0).decode() or "okänd"
                raise errors.Busy(f"{database} skrivs av en annan kb (process {holder})") from None
        time.sleep(0.1)

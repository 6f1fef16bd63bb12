"""`kb ingest --watch`: takes what appears or changes in folders, a batch at a time, until it is stopped.

What is new is told by looking (size, time and inode of each file); the system only says when it is worth a look, so nothing is missed where it
says nothing, as of a network folder.
"""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from watchfiles import watch

from kb import errors
from kb.commands.events import Summary
from kb.commands.files import discover
from kb.commands.unpacking import readable

QUIET = 2.0
"""Seconds that a file must have been as it is: until then somebody may be writing it."""
SWEEP = 30.0
"""Seconds after which all is looked at, whatever the system says; also how long to wait where the database or the disk cannot be had."""
BATCH = 200
"""Files read before the database is free for others again."""
_OWN = re.compile(r"\.db(?:-wal|-shm|-journal|\.lock|\.rebuild|\.archive|\.overrides\.yaml)?(?:/|$)")
_UNFINISHED = re.compile(r"\.(?:part|partial|crdownload|download|tmp|filepart)$|/~\$[^/]*$", re.IGNORECASE)
"""What programs call a file that they have not got whole, or hold open."""

Run = Callable[[Sequence[Path], Mapping[str, str]], Summary]
"""Reads files, which have names by their paths, and tells of it."""
Say = Callable[[str], None]
_State = tuple[int, int, int]
_WAITABLE = (errors.Busy, errors.DiskFull, errors.DiskFault)


@dataclass(slots=True)
class _Seen:
    """What is known of the files: how each was when it was read, and since when (monotonic seconds) those that are new are as they are."""

    read: dict[Path, _State] = field(default_factory=dict)
    growing: dict[Path, tuple[_State, float]] = field(default_factory=dict)

    def look(self, paths: Sequence[Path]) -> dict[Path, str]:
        """The files that are new or changed and written to no more, with their names in the base."""
        now, clock = time.monotonic(), time.time()
        there = {item.path: item.name for item in discover(paths, lambda _: True).items if not _UNFINISHED.search(str(item.path))}
        states = {path: state for path in there if (state := _state(path))}
        self.read = {path: state for path, state in self.read.items() if path in states}
        self.growing = {path: before for path, before in self.growing.items() if path in states}
        done = {}
        for path, state in states.items():
            if self.read.get(path) == state:
                continue
            before, since = self.growing.get(path, (None, now))
            old = before is None and clock - state[1] / 1e9 > QUIET
            if before != state:
                since = now
                self.growing[path] = state, since
            if old or now - since >= QUIET:
                done[path] = there[path]
        return done

    def taken(self, path: Path) -> None:
        """A file that was read, or is of no kind that is."""
        self.read[path] = self.growing.pop(path)[0]


def _state(path: Path) -> _State | None:
    """Size, time of change and inode; None for what is gone or closed."""
    with suppress(OSError):
        found = path.stat()
        return found.st_size, found.st_mtime_ns, found.st_ino
    return None


def follow(paths: Sequence[Path], run: Run, say: Say) -> None:
    """Read what lies in folders, and what comes there, until Ctrl+C or SIGTERM; then the batch at hand is given up, as by any run. Raises Usage."""
    for path in paths:
        if not path.is_dir():
            raise errors.Usage(f"{path} är ingen mapp, och bara mappar kan bevakas", "ange en mapp, eller kör utan --watch")
    seen = _Seen()
    try:
        with _terminable():
            say(f"Bevakar {', '.join(map(str, paths))} – avsluta med Ctrl+C.")
            for _ in _moments(paths, seen, say):
                _read(seen, paths, run, say)
    except KeyboardInterrupt:
        say("Bevakningen är avslutad.")


def _read(seen: _Seen, paths: Sequence[Path], run: Run, say: Say) -> None:
    """Read all that is new and whole, some files at a time; where the database cannot be written it stays new."""
    new = seen.look(paths)
    for path in [path for path in new if not readable(path)]:
        seen.taken(path)
        del new[path]
    while new:
        batch = {path: new.pop(path) for path in list(new)[:BATCH]}
        try:
            if there := [path for path in batch if path.exists()]:
                run(there, {str(path): name for path, name in batch.items()})
        except _WAITABLE as error:
            say(f"{error} – försöker igen om {SWEEP:.0f} sekunder")
            time.sleep(SWEEP)
            return
        for path in batch:
            if _state(path):  # else it went away while it was read, perhaps with its folder, and may come back as it was
                seen.taken(path)


def _moments(paths: Sequence[Path], seen: _Seen, say: Say) -> Iterator[None]:
    """When it is time to look: at once, when the system says so, when a file may have stopped growing, and every now and then."""
    gone: set[Path] = set()
    while True:
        there = [path for path in paths if path.is_dir()]
        missing = set(paths) - set(there)
        for path in sorted(missing ^ gone):
            say(f"{path} finns inte längre – väntar på att mappen kommer tillbaka." if path in missing else f"{path} är tillbaka.")
        gone = missing
        with suppress(FileNotFoundError):  # one that went away just now
            yield from _while_there(there, bool(missing), seen)


def _while_there(folders: Sequence[Path], missing: bool, seen: _Seen) -> Iterator[None]:
    """The moments until one of the folders goes away, or is another than it was; a short while where one is missing."""
    ids = [_identity(path) for path in folders]
    if not folders:
        time.sleep(QUIET)
        return
    step = max(50, int(QUIET * 500))  # 0 would be for ever
    told = watch(
        *folders, watch_filter=lambda _, path: not _OWN.search(path), debounce=step, rust_timeout=step, yield_on_timeout=True,
        ignore_permission_denied=True,
    )  # fmt: skip
    next_look = 0.0
    for changes in told:  # the first comes when the watch stands: what is written from then on is told of
        now = time.monotonic()
        if changes or seen.growing or now >= next_look:
            yield
            next_look = time.monotonic() + SWEEP
        if missing or ids != [_identity(path) for path in folders]:
            return


def _identity(path: Path) -> tuple[int, int] | None:
    with suppress(OSError):
        found = path.stat()
        return found.st_dev, found.st_ino
    return None


@contextmanager
def _terminable() -> Iterator[None]:
    """Within, SIGTERM ends as Ctrl+C does: that is how a service is stopped."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)

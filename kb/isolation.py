"""A piece of work in a forked child that may neither cost more than its limits, nor write, nor reach the network, nor start a program.

A library that eats memory, runs for ever or aborts the process takes the child with it and nothing else.
"""

from __future__ import annotations

import ctypes
import faulthandler
import itertools
import os
import resource
import select
import signal
import struct
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import TooHeavy
from ingest.read.limits import size_of
from kb.wire import Garbled, Wire


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of processor, of clock in which it neither works nor waits for its turn to, and of clock in all; bytes of memory and of what is sent.

    The processor's time is the judge: on a machine that does much else a sound file takes its time. The clock is for what hangs.
    """

    cpu: int = 30
    idle: float = 60.0
    wall: float = 1800.0
    memory: int = 1 << 30
    output: int = 1_200_000_000


LIMITS = Limits()
Send = Callable[[object], None]
"""What the work gives its results to, one at a time; each is of a type that the wire knows."""

LENGTH = struct.Struct("!Q")
"""Goes before each frame."""
_LOOK = 1.0
"""Seconds between two looks at what a child has done."""
_NO_MEMORY = 77
_FORBIDDEN = frozenset((
    "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork",
    "os.forkpty", "pty.spawn", "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "shutil.rmtree",
))  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_PAGE = resource.getpagesize()
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_CLONE_NEWNET, _CLONE_NEWUSER, _PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 0x40000000, 0x10000000, 1, 38


def isolated(name: str, work: Callable[[Send], None], wire: Wire, limits: Limits | None = None) -> Iterator[object]:
    """What `work` sends, as it comes. Raises TooHeavy where it passes a limit, dies or sends what is no value, else what it raises itself.

    `name` is what people call the file it is about.
    """
    for frame in frames(name, work, wire, limits):
        try:
            yield wire.decode(frame)
        except Garbled as error:
            raise garbled(name) from error


def garbled(name: str) -> TooHeavy:
    """What to say of a file whose reader sent what no reader sends."""
    return TooHeavy(f"{name}: läsaren svarade med något som inget svar är, filen kan vara gjord för att skada", "öppna den inte")


def frames(name: str, work: Callable[[Send], None], wire: Wire, limits: Limits | None = None) -> Iterator[bytes]:
    """As `isolated`, but as the bytes that the wire makes values of; a failure comes as such bytes too."""
    limits = limits or LIMITS
    source, target = os.pipe()
    child = forked(target, work, wire, limits)
    os.close(target)
    try:
        yield from received(name, child, source, limits, bytearray())
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.close(source)
        _, status = os.waitpid(child, 0)
    if status:
        raise TooHeavy(f"{name}: {_why(status, limits)}")


def forked(target: int, work: Callable[[Send], None], wire: Wire, limits: Limits, *kept: int) -> int:
    """The id of a child that does the work, closed in. It answers through `target`, and keeps no other file open but those."""
    sys.stdout.flush()
    sys.stderr.flush()
    before = mapped()
    child = os.fork()
    if child == 0:
        _child(target, work, wire, limits, before, kept)
    return child


def received(name: str, child: int, source: int, limits: Limits, buffer: bytearray, before: float | None = 0.0) -> Generator[bytes, None, None]:
    """The frames that come through the pipe until it is closed; `buffer` holds what is no whole frame yet.

    `before` is seconds for which the child had been busy when it was asked.
    """
    start, total = time.monotonic(), 0
    look = step = min(_LOOK, limits.idle, limits.wall)
    while True:
        ready = select.select([source], [], [], step)[0]
        if (passed := time.monotonic() - start) > look:  # also one that sends a little now and then
            _check_clock(name, child, passed, limits, before)
            look = passed + step
        if not ready:
            continue
        chunk = os.read(source, 1 << 20)
        if not chunk:
            return
        total += len(chunk)
        if total > limits.output:
            raise TooHeavy(f"{name}: gav mer än {size_of(limits.output)}")
        buffer += chunk
        while len(buffer) >= LENGTH.size and len(buffer) >= LENGTH.size + LENGTH.unpack_from(buffer)[0]:
            stop = LENGTH.size + LENGTH.unpack_from(buffer)[0]
            frame = bytes(memoryview(buffer)[LENGTH.size : stop])
            del buffer[:stop]
            yield frame


def _check_clock(name: str, child: int, passed: float, limits: Limits, before: float | None) -> None:
    """Raises TooHeavy for a child that hangs: `passed` is seconds since it began."""
    now = busy(child)
    if passed > limits.wall or (now is not None and before is not None and passed - (now - before) > limits.idle):
        raise TooHeavy(f"{name}: hängde sig, och var inte läst på {passed:.0f} sekunder")


def busy(child: int) -> float | None:
    """The seconds for which a process has worked or waited for its turn to, None where the system does not say."""
    try:
        worked, waited = Path(f"/proc/{child}/schedstat").read_text().split()[:2]
    except (OSError, ValueError):
        return None
    return (int(worked) + int(waited)) / 1e9


def _child(target: int, work: Callable[[Send], None], wire: Wire, limits: Limits, before: int, kept: tuple[int, ...]) -> None:
    """Never returns: what the parent has to do at its end is none of the child's business."""
    code = 1
    try:
        close_all_but(target, *kept)  # above all the pipe of the process that asked: what comes there is believed
        _close_in(limits, before)

        def put(data: bytes) -> None:
            for part in (LENGTH.pack(len(data)), data):
                view = memoryview(part)
                while view:
                    view = view[os.write(target, view) :]

        try:
            work(lambda value: put(wire.encode(value)))
        except MemoryError:
            raise
        except BaseException as error:  # noqa: BLE001 (goes on in the parent)
            put(wire.failed(error))
        code = 0
    except MemoryError:
        code = _NO_MEMORY
    except BaseException:  # noqa: BLE001
        code = 1
    finally:
        os._exit(code)


def close_all_but(*kept: int) -> None:
    """Close all open files of this process but the standard ones and these."""
    for low, high in itertools.pairwise((2, *sorted(kept), 1 << 20)):
        os.closerange(low + 1, high)


def _close_in(limits: Limits, before: int) -> None:
    """Take from this process what reading a file does not need; it was forked with `before` bytes of memory."""
    faulthandler.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if _LIBC:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # nobody waits for the child of a worker that was killed
        _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    memory = before + limits.memory  # what it was forked with is not its own doing
    for what, soft, hard in (
        (resource.RLIMIT_CPU, limits.cpu, limits.cpu + 1),
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        with suppress(ValueError, OSError):  # a system that knows no such limit
            resource.setrlimit(what, (soft, hard))
    sys.addaudithook(_guard)


def mapped() -> int:
    """How many bytes of address space this process has, 0 where the system does not say. A long-lived server may have more than a whole limit."""
    try:
        handle = os.open("/proc/self/statm", os.O_RDONLY)  # after each fork whatever else is touched, as Path does much of it, is copied
    except OSError:
        return 0
    try:
        return int(os.read(handle, 100).split()[0]) * _PAGE
    finally:
        os.close(handle)


def _guard(event: str, arguments: tuple[object, ...]) -> None:
    """Refuses what a reader of documents has no business with."""
    if event in _FORBIDDEN:
        raise PermissionError(f"{event} är inte tillåtet medan en fil läses")
    if event == "open" and len(arguments) == 3 and isinstance(arguments[2], int) and arguments[2] & _WRITES and arguments[0] != os.devnull:
        raise PermissionError("att skriva är inte tillåtet medan en fil läses")


def without_network() -> bool:
    """Take the network from this process and its children, where the system allows; it must have no threads yet. True where that was done."""
    return _LIBC is not None and any(_LIBC.unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))


def _why(status: int, limits: Limits) -> str:
    """Why the child ended, for people."""
    if os.WIFSIGNALED(status):
        ended = os.WTERMSIG(status)
        if ended == signal.SIGXCPU:
            return f"tog mer än {limits.cpu} sekunder processortid att läsa"
        if ended == signal.SIGKILL:
            return "läsaren avbröts av systemet, kanske för att minnet tog slut"
        return f"läsaren kraschade ({signal.Signals(ended).name})"
    if os.WEXITSTATUS(status) == _NO_MEMORY:
        return f"behövde mer än {size_of(limits.memory)} minne att läsa"
    return "läsaren avbröts"

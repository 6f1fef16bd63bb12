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
from collections.abc import Callable, Iterator
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

_LENGTH = struct.Struct("!Q")
_LOOK = 1.0
"""Seconds between two looks at what a child has done."""
_NO_MEMORY = 77
_FORBIDDEN = frozenset((
    "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork",
    "os.forkpty", "pty.spawn", "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "shutil.rmtree",
))  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
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
    sys.stdout.flush()
    sys.stderr.flush()
    source, target = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(source)
        _child(target, work, wire, limits)
    os.close(target)
    try:
        yield from _received(name, child, source, limits)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.close(source)
        _, status = os.waitpid(child, 0)
    if status:
        raise TooHeavy(f"{name}: {_why(status, limits)}")


def _received(name: str, child: int, source: int, limits: Limits) -> Iterator[bytes]:
    """The frames that come through the pipe until it is closed."""
    start, total, buffer = time.monotonic(), 0, bytearray()
    look = step = min(_LOOK, limits.idle, limits.wall)
    while True:
        ready = select.select([source], [], [], step)[0]
        if (passed := time.monotonic() - start) > look:  # also one that sends a little now and then
            _check_clock(name, child, passed, limits)
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
        while len(buffer) >= _LENGTH.size and len(buffer) >= _LENGTH.size + _LENGTH.unpack_from(buffer)[0]:
            stop = _LENGTH.size + _LENGTH.unpack_from(buffer)[0]
            frame = bytes(memoryview(buffer)[_LENGTH.size : stop])
            del buffer[:stop]
            yield frame


def _check_clock(name: str, child: int, passed: float, limits: Limits) -> None:
    """Raises TooHeavy for a child that hangs: `passed` is seconds since it began."""
    busy = _busy(child)
    if passed > limits.wall or (busy is not None and passed - busy > limits.idle):
        raise TooHeavy(f"{name}: hängde sig, och var inte läst på {passed:.0f} sekunder")


def _busy(child: int) -> float | None:
    """The seconds for which a process has worked or waited for its turn to, None where the system does not say."""
    try:
        worked, waited = Path(f"/proc/{child}/schedstat").read_text().split()[:2]
    except (OSError, ValueError):
        return None
    return (int(worked) + int(waited)) / 1e9


def _child(target: int, work: Callable[[Send], None], wire: Wire, limits: Limits) -> None:
    """Never returns: what the parent has to do at its end is none of the child's business."""
    code = 1
    try:
        close_all_but(target)  # above all the pipe of the process that asked: what comes there is believed
        _close_in(limits)

        def put(data: bytes) -> None:
            for part in (_LENGTH.pack(len(data)), data):
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


def _close_in(limits: Limits) -> None:
    """Take from this process what reading a file does not need."""
    faulthandler.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # nobody waits for the child of a worker that was killed
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    memory = mapped() + limits.memory  # what it was forked with is not its own doing
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
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return 0


def _guard(event: str, arguments: tuple[object, ...]) -> None:
    """Refuses what a reader of documents has no business with."""
    if event in _FORBIDDEN:
        raise PermissionError(f"{event} är inte tillåtet medan en fil läses")
    if event == "open" and len(arguments) == 3 and isinstance(arguments[2], int) and arguments[2] & _WRITES and arguments[0] != os.devnull:
        raise PermissionError("att skriva är inte tillåtet medan en fil läses")


def without_network() -> bool:
    """Take the network from this process and its children, where the system allows; it must have no threads yet. True where that was done."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return any(libc.unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))


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

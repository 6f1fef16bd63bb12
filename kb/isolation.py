"""A piece of work in a forked child that may neither cost more than its limits, nor write, nor reach the network, nor start a program.

A library that eats memory, runs for ever or aborts the process takes the child with it and nothing else.
"""

from __future__ import annotations

import ctypes
import faulthandler
import os
import pickle
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


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of processor and of clock, bytes of memory and of what is sent back."""

    cpu: int = 30
    wall: float = 60.0
    memory: int = 1 << 30
    output: int = 1_200_000_000


LIMITS = Limits()
Send = Callable[[object], None]
"""What the work gives its results to, one at a time; each must be picklable."""

_LENGTH = struct.Struct("!Q")
_NO_MEMORY = 77
_FORBIDDEN = frozenset((
    "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork",
    "os.forkpty", "pty.spawn", "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "shutil.rmtree",
))  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CLONE_NEWNET, _CLONE_NEWUSER, _PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 0x40000000, 0x10000000, 1, 38


def isolated(name: str, work: Callable[[Send], None], limits: Limits | None = None) -> Iterator[object]:
    """What `work` sends, as it comes. Raises TooHeavy where it passes a limit or dies, else what it raises itself.

    `name` is what people call the file it is about.
    """
    limits = limits or LIMITS
    sys.stdout.flush()
    sys.stderr.flush()
    source, target = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(source)
        _child(target, work, limits)
    os.close(target)
    try:
        yield from _received(name, source, limits)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.close(source)
        _, status = os.waitpid(child, 0)
    if status:
        raise TooHeavy(f"{name}: {_why(status, limits)}")


def _received(name: str, source: int, limits: Limits) -> Iterator[object]:
    """The frames that come through the pipe until it is closed."""
    end, total, buffer = time.monotonic() + limits.wall, 0, bytearray()
    while True:
        left = end - time.monotonic()
        if left <= 0 or not select.select([source], [], [], left)[0]:
            raise TooHeavy(f"{name}: tog mer än {limits.wall:.0f} sekunder att läsa")
        chunk = os.read(source, 1 << 20)
        if not chunk:
            return
        total += len(chunk)
        if total > limits.output:
            raise TooHeavy(f"{name}: gav mer än {size_of(limits.output)}")
        buffer += chunk
        while len(buffer) >= _LENGTH.size and len(buffer) >= _LENGTH.size + _LENGTH.unpack_from(buffer)[0]:
            stop = _LENGTH.size + _LENGTH.unpack_from(buffer)[0]
            value = pickle.loads(memoryview(buffer)[_LENGTH.size : stop])
            del buffer[:stop]
            if isinstance(value, _Raised):
                raise value.error
            yield value


@dataclass(frozen=True, slots=True)
class _Raised:
    """An exception on its way from the child."""

    error: BaseException


def _child(target: int, work: Callable[[Send], None], limits: Limits) -> None:
    """Never returns: what the parent has to do at its end is none of the child's business."""
    code = 1
    try:
        _close_in(limits)

        def send(value: object) -> None:
            data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
            for part in (_LENGTH.pack(len(data)), data):
                view = memoryview(part)
                while view:
                    view = view[os.write(target, view) :]

        try:
            work(send)
        except MemoryError:
            raise
        except BaseException as error:  # noqa: BLE001 (goes on in the parent)
            send(_Raised(_portable(error)))
        code = 0
    except MemoryError:
        code = _NO_MEMORY
    except BaseException:  # noqa: BLE001
        code = 1
    finally:
        os._exit(code)


def _portable(error: BaseException) -> BaseException:
    """The error, or its words where it cannot be sent."""
    try:
        copy = pickle.loads(pickle.dumps(error))
        return copy if type(copy) is type(error) else RuntimeError(str(error))
    except Exception:  # noqa: BLE001
        return RuntimeError(f"{type(error).__name__}: {error}")


def _close_in(limits: Limits) -> None:
    """Take from this process what reading a file does not need."""
    faulthandler.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # nobody waits for the child of a worker that was killed
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    memory = _mapped() + limits.memory  # what it was forked with is not its own doing
    for what, soft, hard in (
        (resource.RLIMIT_CPU, limits.cpu, limits.cpu + 1),
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        with suppress(ValueError, OSError):  # a system that knows no such limit
            resource.setrlimit(what, (soft, hard))
    sys.addaudithook(_guard)


def _mapped() -> int:
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

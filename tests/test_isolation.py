"""A child that reads a file: what it may cost, what it may not do, and that nothing of it harms the one who asked."""

import ctypes
import mmap
import os
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.errors import EmptyFile, TooHeavy
from kb.isolation import Limits, Send, isolated

SMALL = Limits(cpu=1, wall=20.0, memory=1 << 30, output=1_000_000)


def run(work: Callable[[Send], object], limits: Limits = SMALL) -> list[object]:
    def call(send: Send) -> None:
        work(send)

    return list(isolated("fil.pdf", call, limits))


def forever(_: Send) -> None:
    while True:
        pass


def eat(_: Send) -> None:
    bytearray(3 << 30)


def sleep(send: Send) -> None:
    send(os.getpid())
    time.sleep(30)


def pour(send: Send) -> None:
    while True:
        send(b"x" * 100_000)


def crash(_: Send) -> None:
    ctypes.string_at(0)


@pytest.mark.parametrize(
    ("work", "limits", "why"),
    [
        (forever, SMALL, "mer än 1 sekunder processortid"),
        (sleep, Limits(wall=0.3), "tog mer än 0 sekunder"),
        (eat, SMALL, "behövde mer än 1,1 GB minne"),
        (pour, SMALL, "gav mer än 1 MB"),
        (crash, SMALL, "kraschade (SIGSEGV)"),
        (lambda _: os.abort(), SMALL, "kraschade (SIGABRT)"),
        (lambda _: os._exit(3), SMALL, "avbröts"),
    ],
)
def test_what_passes_a_limit_or_dies_is_told(work: Callable[[Send], object], limits: Limits, why: str) -> None:
    with pytest.raises(TooHeavy, match=r"fil\.pdf: ") as error:
        run(work, limits)
    assert why in str(error.value)


def test_results_come_in_order_and_whole() -> None:
    values = ["å" * 400_000, b"\0" * 10, ("a", 1), None]
    assert run(lambda send: list(map(send, values))) == values


def test_an_error_is_raised_where_it_was_asked_for() -> None:
    def fail(_: Send) -> None:
        raise EmptyFile("a.txt: är tom")

    with pytest.raises(EmptyFile, match="är tom"):
        run(fail)


@pytest.mark.parametrize(
    "deed",
    [
        lambda folder: (folder / "ny.txt").write_text("x"),
        lambda folder: (folder / "gammal.txt").open("r+"),
        lambda folder: (folder / "gammal.txt").unlink(),
        lambda folder: os.truncate(folder / "gammal.txt", 0),
        lambda _: subprocess.run(["true"]),
        lambda _: os.system("true"),
        lambda _: os.fork(),
        lambda _: socket.create_connection(("127.0.0.1", 9)),
        lambda _: socket.getaddrinfo("localhost", 80),
    ],
)
def test_a_reader_may_only_read(tmp_path: Path, deed: Callable[[Path], object]) -> None:
    (tmp_path / "gammal.txt").write_text("kvar")
    with pytest.raises(PermissionError, match="inte tillåtet"):
        run(lambda _: deed(tmp_path))
    assert [path.read_text() for path in tmp_path.iterdir()] == ["kvar"]


def test_a_library_of_its_own_cannot_write_either(tmp_path: Path) -> None:
    """No hook of Python sees what C does; the system's limit on the size of files does."""
    target = str(tmp_path / "ny").encode()

    def write(send: Send) -> None:
        libc = ctypes.CDLL(None)
        handle = libc.creat(target, 0o600)
        send(libc.write(handle, b"hej", 3))

    assert run(write) == [-1]
    assert (tmp_path / "ny").stat().st_size == 0


def test_nobody_waits_for_a_reader_that_was_given_up(tmp_path: Path) -> None:
    given_up = isolated("fil.pdf", sleep, SMALL)
    child = next(given_up)
    given_up.close()  # type: ignore[attr-defined]
    assert isinstance(child, int) and not Path(f"/proc/{child}").exists()


def test_what_the_asker_has_mapped_is_not_the_readers_doing() -> None:
    """A long-lived process (a server with many threads) may have more address space than the whole limit."""
    with mmap.mmap(-1, 2 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS):

        def some(send: Send) -> None:
            send(len(bytearray(100 << 20)))

        assert run(some) == [100 << 20]

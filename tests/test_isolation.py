"""A child that reads a file: what it may cost, what it may not do, and that nothing of it harms the one who asked."""

import ctypes
import mmap
import os
import pickle
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from ingest import load_rules
from ingest.errors import EmptyFile, TooHeavy
from ingest.models import Parsed
from kb.commands import parsing
from kb.commands.parsing import parse_all
from kb.commands.workers import Workers
from kb.isolation import Limits, Send, isolated
from kb.lasting import Lasting
from kb.wire import Wire
from tests import sample

SMALL = Limits(cpu=1, idle=20.0, memory=1 << 30, output=1_000_000)
WIRE = Wire(str, bytes, int)


def run(work: Callable[[Send], object], limits: Limits = SMALL) -> list[object]:
    def call(send: Send) -> None:
        work(send)

    return list(isolated("fil.pdf", call, WIRE, limits))


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
        (sleep, Limits(idle=0.3), "hängde sig"),
        (forever, Limits(cpu=30, wall=0.3), "hängde sig"),
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
    values = ["å" * 400_000, b"\0" * 10, 7, ""]
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
    given_up = isolated("fil.pdf", sleep, WIRE, SMALL)
    child = next(given_up)
    given_up.close()  # type: ignore[attr-defined]
    assert isinstance(child, int) and not Path(f"/proc/{child}").exists()


def test_what_the_asker_has_mapped_is_not_the_readers_doing() -> None:
    """A long-lived process (a server with many threads) may have more address space than the whole limit."""
    with mmap.mmap(-1, 2 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS):

        def some(send: Send) -> None:
            send(len(bytearray(100 << 20)))

        assert run(some) == [100 << 20]


def test_one_that_works_is_not_taken_for_one_that_hangs() -> None:
    """Nor is one that waits for its turn on a machine that does much else: of the clock only what goes by without either counts."""

    def longer(send: Send) -> None:
        start = time.process_time()  # of the child, which begins anew
        while time.process_time() < start + 1.0:
            pass
        send("klart")

    assert run(longer, Limits(idle=0.4)) == ["klart"]


# one that a file has taken over


class Evil:
    """What runs a command where it is unpickled."""

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return os.system, ("touch taken",)


def pipes() -> set[str]:
    return {str(name.readlink()) for name in Path("/proc/self/fd").iterdir() if name.is_fifo()}


def raw(*frames: bytes) -> Callable[[Send], None]:
    """Puts bytes of its own into the pipe to the one who asked."""
    ours = pipes()

    def put(_: Send) -> None:
        handle = next(name for name in Path("/proc/self/fd").iterdir() if name.is_fifo() and str(name.readlink()) not in ours)
        os.write(int(handle.name), b"".join(len(frame).to_bytes(8, "big") + frame for frame in frames))

    return put


PICKLED = pickle.dumps(Evil())


@pytest.mark.parametrize(
    "frame",
    [
        PICKLED,
        *(bytes((kind,)) + PICKLED for kind in range(6)),
        b"",
        b"\x01",
        b"\x01\xdb\xff\xff\xff\xff",
        b"\x04" + b"\x91" * 100_000,
        b"\x04\xdd\xff\xff\xff\xff",
        b"\x05" + msgspec.msgpack.encode({"source": 1, "pages": []}),
        b"\xff",
    ],
    ids=range(14),
)
def test_what_it_sends_is_a_value_or_nothing(frame: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TooHeavy, match="inget svar"):
        list(isolated("fil.pdf", raw(frame), Wire(str, bytes, int, tuple, Parsed), SMALL))
    assert not list(tmp_path.iterdir())


def test_it_has_no_other_way_to_the_one_who_asked() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:

        def count(send: Send) -> None:
            send(sum(not name.is_char_device() for name in Path("/proc/self/fd").iterdir() if int(name.name) > 2 and name.exists()))
            send(f"{os.fstat(ours.fileno())}")

        found = isolated("fil.pdf", count, WIRE, SMALL)
        assert next(found) == 1, "the pipe that it answers through"
        with pytest.raises(RuntimeError, match="Bad file descriptor"):
            next(found)


def test_a_file_with_such_a_reader_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = raw(PICKLED)
    monkeypatch.setattr(parsing, "parse_one", lambda *_: evil(print))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ond.txt").write_text("Protokoll")
    workers = Workers(1, load_rules())
    try:
        [(_, outcome)] = parse_all([parsing.Task(Path("ond.txt"), "ond.txt")], workers)
    finally:
        workers.close()
    assert isinstance(outcome, parsing.Refusal) and outcome.heavy and "inget svar" in outcome.message
    assert [path.name for path in tmp_path.iterdir()] == ["ond.txt"]


def test_what_can_be_neither_sent_nor_stored_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "parse_one", lambda *_: "halv \ud800")
    workers = Workers(1, load_rules())
    try:
        [(_, outcome)] = parse_all([parsing.Task(sample.write(tmp_path, "a.txt", "Protokoll"), "a.txt")], workers)
    finally:
        workers.close()
    assert isinstance(outcome, parsing.Refusal) and "oväntat fel i läsaren (UnicodeEncodeError" in outcome.message


def test_everything_that_is_read_goes_over_the_wire() -> None:
    parsed = sample.meeting()
    assert parsing.RESULTS.decode(parsing.RESULTS.encode(parsed)) == parsed
    with pytest.raises(EmptyFile, match="är tom – hämta"):
        parsing.RESULTS.decode(parsing.RESULTS.failed(EmptyFile("a.txt: är tom")))


# one that lives on


@pytest.fixture
def lasting() -> Iterator[Callable[..., Lasting]]:
    """Starts such a child."""
    started: list[Lasting] = []

    def start(answer: Callable[[bytes], object], limits: Limits = SMALL) -> Lasting:
        started.append(Lasting(answer, WIRE, limits))
        return started[-1]

    yield start
    for child in started:
        child.close()


def test_one_that_lives_on_answers_each_question(lasting: Callable[..., Lasting]) -> None:
    asked: list[int] = []

    def answer(question: bytes) -> int:
        asked.append(len(question))
        return sum(asked)

    child = lasting(answer)
    sizes = (3, 0, 500_000)
    assert [WIRE.decode(child.ask("fil.txt", b"x" * size)) for size in sizes] == [3, 3, 500_003]


def test_one_that_lives_on_is_closed_in_too(tmp_path: Path, lasting: Callable[..., Lasting]) -> None:
    child = lasting(lambda _: (tmp_path / "ny").write_text("x"))
    with pytest.raises(PermissionError, match="inte tillåtet"):
        WIRE.decode(child.ask("fil.txt", b""))
    ours, theirs = socket.socketpair()
    with ours, theirs:
        opened = lasting(lambda _: sum(name.is_fifo() or name.is_socket() for name in Path("/proc/self/fd").iterdir() if int(name.name) > 2))
        assert WIRE.decode(opened.ask("fil.txt", b"")) == 2, "the pipes through which it is asked and answers"


@pytest.mark.parametrize("answer", [lambda _: crash(print), lambda _: forever(print), lambda _: os._exit(0), lambda _: time.sleep(30)])
def test_of_one_that_lived_on_and_ended_nothing_is_left(answer: Callable[[bytes], object], lasting: Callable[..., Lasting]) -> None:
    child = lasting(answer, Limits(cpu=1, idle=1.0))
    for _ in range(2):
        with pytest.raises(TooHeavy):
            child.ask("fil.txt", b"")
    child.close()


def test_one_that_lives_on_may_wait_to_be_asked_but_not_hang(lasting: Callable[..., Lasting]) -> None:
    """What it has worked before gives it no more time."""

    def answer(question: bytes) -> str:
        start = time.process_time()
        while time.process_time() < start + 1.5:
            if question == b"vila":
                time.sleep(30)
        return "klart"

    child = lasting(answer, Limits(idle=0.3))
    time.sleep(0.5)
    assert WIRE.decode(child.ask("fil.txt", b"arbeta")) == "klart"
    start = time.monotonic()
    with pytest.raises(TooHeavy, match="hängde sig"):
        child.ask("fil.txt", b"vila")
    assert time.monotonic() < start + 1.5


def test_one_that_says_more_than_it_was_asked_is_not_believed(lasting: Callable[..., Lasting]) -> None:
    def answer(_: bytes) -> str:
        frame = WIRE.encode("annat")
        for name in Path("/proc/self/fd").iterdir():
            if int(name.name) > 2 and name.is_fifo():
                with suppress(OSError):
                    os.write(int(name.name), 2 * (len(frame).to_bytes(8, "big") + frame))
        return "svar"

    child = lasting(answer)
    with pytest.raises(TooHeavy):
        child.ask("fil.txt", b"")


def test_one_that_does_not_take_what_it_is_asked_hangs(lasting: Callable[..., Lasting]) -> None:
    def stop(_: bytes) -> str:
        os.kill(os.getpid(), signal.SIGSTOP)
        return "aldrig"

    child = lasting(stop, Limits(idle=0.3))
    with pytest.raises(TooHeavy):
        child.ask("fil.txt", b"")
    with pytest.raises(TooHeavy):
        child.ask("fil.txt", b"x" * 1_000_000)

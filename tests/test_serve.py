"""`kb serve` as it runs: several processes behind a Unix socket, and starting anew when what it is told by changes."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from kb import errors
from kb.commands import serve as serving
from kb.commands.serve import Site, serve
from tests.browsing import ROOT, ingested, served

STAFF = "proxy: {header: X-Remote-User}\ntrusted: [unix, 127.0.0.1]\nhosts: [kb.example]\nroles: {läsare: [anna]}\n"
PATIENCE = 120  # seconds; other work may run beside


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("serve") / "kb.db"
    ingested(database, ROOT / "examples" / "rs-2022-09-14-protokollsutdrag.txt")
    return database


class Connection(http.client.HTTPConnection):
    """Over a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("kb.example", timeout=60)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(str(self.path))


def status(path: Path, name: str = "", page: str = "/") -> int:
    """What one who is called so gets, 0 where nobody answers."""
    connection = Connection(path)
    try:
        connection.request("GET", page, headers={"X-Remote-User": name} if name else {})
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


@contextmanager
def behind_a_socket(database: Path, path: Path, staff: Path, *more: str, said: list[str] | None = None) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "kb.cli", "serve", "--db", str(database), "--uds", str(path), "--staff", str(staff), *more]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        yield process
    finally:
        process.terminate()
        _, told = process.communicate(timeout=PATIENCE)
        if said is not None:
            said.append(told)


def until(wanted: int, path: Path, name: str = "") -> None:
    last = time.monotonic() + PATIENCE
    while status(path, name) != wanted:
        assert time.monotonic() < last, "it never came"
        time.sleep(0.1)


def children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks in /proc")
def test_several_processes_answer_over_a_socket_and_go_when_it_ends(base: Path, tmp_path: Path) -> None:
    staff = tmp_path / "staff.yaml"
    staff.write_text(STAFF, "utf-8")
    with tempfile.TemporaryDirectory() as folder:  # the path of a socket is short
        path = Path(folder) / "kb.sock"
        with behind_a_socket(base, path, staff, "--workers", "2") as process:
            until(200, path, "anna")
            workers = children(process.pid)
            assert len(workers) >= 2
            assert {status(path, "anna", "/forum") for _ in range(8)} == {200}
            assert {status(path, name) for name in ("", "bo") for _ in range(4)} == {403}
        assert process.returncode in (0, -15)
        last = time.monotonic() + PATIENCE
        while any(Path(f"/proc/{worker}/cmdline").exists() for worker in workers):
            assert time.monotonic() < last, "a worker is left"
            time.sleep(0.1)


def test_a_socket_that_all_can_reach_is_told_of(base: Path, tmp_path: Path) -> None:
    """Whoever reaches it is believed to be the proxy, and may say who he is."""
    staff = tmp_path / "staff.yaml"
    staff.write_text(STAFF, "utf-8")
    with tempfile.TemporaryDirectory() as folder:
        for mode, told in ((0o755, True), (0o750, False)):
            Path(folder).chmod(mode)
            path = Path(folder) / f"{mode}.sock"
            said: list[str] = []
            with behind_a_socket(base, path, staff, said=said):
                until(200, path, "anna")
            assert ("alla på datorn" in "".join(said)) == told


def test_with_reload_a_change_of_who_may_is_in_force_without_a_new_start(base: Path, tmp_path: Path) -> None:
    staff = tmp_path / "staff.yaml"
    staff.write_text(STAFF, "utf-8")
    with served(base, "--staff", str(staff), "--reload") as address:
        assert asked(address, "anna") == 200 and asked(address, "bo") == 403
        staff.write_text(STAFF.replace("[anna]", "[anna, bo]"), "utf-8")
        last = time.monotonic() + PATIENCE
        while asked(address, "bo") != 200:
            assert time.monotonic() < last, "it never started anew"
            time.sleep(0.2)
        assert asked(address, "anna") == 200


def asked(address: str, name: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers={"X-Remote-User": name}), timeout=60) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


@pytest.mark.parametrize("more", [(), ("--workers", "2")])
def test_what_says_that_it_is_shown_can_be_visited(base: Path, more: tuple[str, ...]) -> None:
    """The line comes when the port is open: who reads it need not try twice."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "kb.cli", "serve", "--db", str(base), "--port", str(port), *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout
            assert f"visas på http://127.0.0.1:{port}/" in process.stdout.readline()
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE) as answer:
                assert answer.status == 200
        finally:
            process.terminate()


def test_of_several_processes_the_first_that_answers_tells(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = threading.Event()
    serving._once_it_answers(Site(tmp_path, port, "0.0.0.0"), told.set)
    assert not told.wait(0.3)
    with socket.create_server(("127.0.0.1", port)) as server:
        visitor, _ = server.accept()
        assert not told.wait(0.3), "let in is not answered"
        visitor.sendall(b"HTTP/1.0 403 Forbidden\r\n\r\n")
        visitor.close()
        assert told.wait(PATIENCE)


def test_a_socket_is_there_when_it_is_told_of(base: Path) -> None:
    async def shown(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})

    with tempfile.TemporaryDirectory() as folder:  # the path of a socket is short
        path = Path(folder) / "kb.sock"
        config = uvicorn.Config(shown, uds=str(path), log_level="error")

        def told() -> None:
            with socket.socket(socket.AF_UNIX) as visitor:
                visitor.connect(str(path))
            signal.raise_signal(signal.SIGINT)

        with pytest.raises(KeyboardInterrupt):
            serving._run(config, None, told)
        assert not path.exists()


def test_a_port_that_is_taken_meanwhile_is_told_of(base: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(errors.PortBusy, match=f"port {port} på 127.0.0.1 är upptagen"):
            serve(Site(base, port), lambda: pytest.fail("is not shown"))

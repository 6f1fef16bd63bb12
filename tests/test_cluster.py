"""A cluster: the base is the same as when this machine reads, also where a worker is killed in the middle; what is said where there is none."""

from __future__ import annotations

import gc
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from ingest import load_rules
from ingest.errors import TooHeavy
from ingest.rules import Rules
from kb import errors, ocr, terminal
from kb.cli import app
from kb.commands import carried, cluster, knocking, remote
from kb.commands.events import Event, Progress, Summary
from kb.commands.ingest import ingest
from kb.commands.parsing import Task
from kb.commands.scanning import Scan, piece_job
from tests import files, sample
from tests.test_ocr import scan_of

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
TIMES = {"ingested_at", "added", "started", "finished", "at", "seconds"}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cluster of two workers, two threads each, that are started again when they die."""
    folder = tmp_path_factory.mktemp("kluster")
    note = folder / "scheduler.json"
    common = ["--scheduler-file", str(note), "--no-dashboard"]
    with (folder / "logg").open("w") as log:
        started = [
            subprocess.Popen([sys.executable, "-m", f"distributed.cli.dask_{what}", *common, *more], cwd=ROOT, stderr=log)
            for what, more in (
                ("scheduler", ["--host", "127.0.0.1", "--port", "0"]),
                ("worker", ["--nworkers", "2", "--nthreads", "2", "--local-directory", str(folder)]),
            )
        ]
        end = time.monotonic() + 60
        while not note.exists() and time.monotonic() < end:
            time.sleep(0.1)
        time.sleep(0.2)
        yield str(json.loads(note.read_text())["address"])
        for process in reversed(started):
            process.terminate()
            process.wait()


@pytest.fixture
def far(address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[cluster.Cluster]:
    monkeypatch.setenv(cluster.VARIABLE, address)
    found = cluster.known()
    assert found
    yield found
    found.close()


TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' AND name <> 'meta'"


def rows(database: Path) -> dict[str, list[Any]]:
    """All rows of all tables, but for when they were written."""
    with closing(sqlite3.connect(database)) as db:
        found: dict[str, list[Any]] = {"meta": db.execute("SELECT * FROM meta WHERE key <> 'created' ORDER BY key").fetchall()}
        for (table,) in db.execute(TABLES).fetchall():
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})") if row[1] not in TIMES]
            found[table] = sorted(db.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall(), key=repr)
        return found


def odd(folder: Path) -> Path:
    """Some examples, one of them damaged, and files of other kinds."""
    folder.mkdir()
    for name in ("rf-2022-10-12-protokollsutdrag.txt", "rs-2022-09-14-protokollsutdrag.txt", "run-2022-10-05-protokollsutdrag-ocr.txt"):
        shutil.copy(EXAMPLES / name, folder)
    for number in range(6):
        sample.write(folder, f"{number}.txt", f"Protokoll\n\n§ {number} Bryggan i Sjöberga\n\nNämnden beslutar att bryggan ska byggas om.\n")
    (folder / "brev.docx").write_bytes(files.docx())
    (folder / "akt.zip").write_bytes(files.packed({"a.txt": "Nämnden beslutar att bryggan i Sjöberga ska byggas om.".encode()}))
    (folder / "avbruten.pdf").write_bytes(b"%PDF-1.7\nsnart slut")
    (folder / "tom.pdf").write_bytes(b"")
    return folder


def told(summary: Summary) -> list[Event]:
    return sorted(summary.events, key=lambda event: event.source)


def test_the_base_is_the_same_though_a_worker_is_killed(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docs = odd(tmp_path / "docs")
    near = ingest(tmp_path / "nära.db", [docs], load_rules())
    monkeypatch.setenv(cluster.VARIABLE, address)
    far = cluster.known()
    assert far
    seen: list[str] = []

    def kill(event: Event) -> None:
        seen.append(event.source)
        if len(seen) == 4:
            os.kill(max(far._client.run(os.getpid).values()), signal.SIGKILL)

    away = ingest(tmp_path / "borta.db", [docs], load_rules(), progress=Progress(event=kill))
    assert told(away) == told(near) and len(seen) == 13
    assert rows(tmp_path / "borta.db") == rows(tmp_path / "nära.db")


def die(_: Rules, task: Task) -> None:
    """A job that takes the worker of the cluster with it, and what else that does."""
    time.sleep(0.3 if task.name == "ond.txt" else 4)
    os.kill(os.getppid(), signal.SIGKILL)


def live(_: Rules, task: Task) -> str:
    time.sleep(2)
    return task.name


def test_what_kills_worker_after_worker_is_given_up(far: cluster.Cluster) -> None:
    """And nothing else: what died beside it is then done where nothing else is, not beside what kills the other worker in a moment."""
    file = EXAMPLES / "avtal-2022-12-14-granhojden.txt"
    jobs = {"ond.txt": die, "lömsk.txt": die, "god.txt": live}
    slots = {name: far.submit(name, job, Task(file, name)) for name, job in jobs.items()}
    assert far.result(good := slots["god.txt"]) == "god.txt"
    assert isinstance(good, cluster._Sent) and good.tries == 1
    with pytest.raises(TooHeavy, match=r"ond\.txt: 3 arbetare i klustret dog"):
        far.result(slots["ond.txt"])


@pytest.mark.skipif(bool(ocr.programs().missing), reason=f"no OCR here: {ocr.programs().missing}")
def test_long_scans_are_read_by_all_workers(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What they have read is in the archive here, and none of their pieces."""
    (tmp_path / "skannad.pdf").write_bytes(scan_of(*(f"Protokoll\n§ {n} Bryggan i Sjöberga, RS/{n}/2022\n" * 3 for n in range(10, 15))))
    monkeypatch.setenv(cluster.VARIABLE, address)
    monkeypatch.setenv(ocr.VARIABLE, "auto")
    assert ingest(tmp_path / "kb.db", [tmp_path / "skannad.pdf"], load_rules()).exit_code == 0
    with closing(sqlite3.connect(tmp_path / "kb.db")) as db:
        [(text, sha256)] = db.execute("SELECT text, sha256 FROM sources").fetchall()
    assert all(f"§ {n}" in text and f"RS/{n}/2022" in text for n in range(10, 15))
    kept = [path.relative_to(tmp_path / "kb.db.archive").as_posix() for path in tmp_path.glob("kb.db.archive/**/*") if path.is_file()]
    assert sorted(name for name in kept if "ocr" in name) == [f"{sha256[:2]}/{sha256}.ocr", f"{sha256[:2]}/{sha256}.ocr.pdf"]


def test_what_a_worker_writes_stays_in_the_archive(tmp_path: Path) -> None:
    """Files of another name than OCR's own, as a worker that means harm may send them, are not written."""
    sha256, folder = "ab" * 32, tmp_path / "kb.db.archive"
    scan = Scan(tmp_path / "a.pdf", sha256, ocr.Ocr("auto", folder))
    parcel = remote.Parcel(piece_job, "a.pdf", ".pdf", (scan, (1, 2)), {}, "metadata")
    good = [f"ab/{sha256}.ocr.pdf", f".ocr-{sha256}/1-2.json"]
    evil = [
        "../x", f"ab/{sha256}", f"ab/{sha256}.json", f"cd/{sha256}.ocr.pdf", f".ocr-{sha256}/../../x", f".ocr-{sha256}/1-2.json/../../../x",
        f"ab/{sha256}.ocr.pdf/../x", f".ocr-{'cd' * 32}/1-2.pdf", f"x/ab/{sha256}.ocr", str(tmp_path / "x"),
    ]  # fmt: skip
    carried.kept(parcel, sha256, dict.fromkeys([*evil, good[1]], b"x"))
    assert [path.relative_to(folder).as_posix() for path in tmp_path.rglob("*") if path.is_file()] == [good[1]]
    carried.kept(parcel, sha256, dict.fromkeys([*evil, good[0]], b"x"))
    assert [path.relative_to(folder).as_posix() for path in tmp_path.rglob("*") if path.is_file()] == [good[0]]


# where there is none


@pytest.fixture
def kb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs `kb ingest` on a file, and gives the one line that is said of a cluster that cannot be used; there is no database after it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KB_DB", raising=False)
    monkeypatch.delenv(cluster.VARIABLE, raising=False)
    sample.write(tmp_path, "a.txt", "Nämnden beslutar att bryggan i Sjöberga ska byggas om.")

    def run(address: str) -> str:
        assert terminal.run(app, ["ingest", "a.txt", "--cluster", address]) == errors.NoCluster.exit_code
        monkeypatch.delenv(cluster.VARIABLE, raising=False)
        [line] = capsys.readouterr().err.splitlines()
        assert not Path("kb.db").exists()
        return line

    return run


@pytest.mark.parametrize("where", ["tcp://127.0.0.1:9", "127.0.0.1:9", "tls://127.0.0.1:9", "tcp://finns.inte.example:8786", "tcp://a..b:1"])
def test_no_cluster_at_the_address(kb: Callable[..., str], where: str) -> None:
    assert kb(where) == f"kb: {where}: där svarar inget kluster – kontrollera adressen, eller läs in utan --cluster"


@pytest.mark.parametrize("where", ["inget", "http://127.0.0.1:9", "127.0.0.1", "tcp://127.0.0.1", "inproc://x", "tcp://", "ftp://x:1", "tcp://x:y"])
def test_what_is_no_address(kb: Callable[..., str], where: str) -> None:
    assert kb(where) == f"kb: {where}: är ingen adress till ett kluster – skriv den så: tcp://10.0.0.1:8786"


@pytest.mark.parametrize(
    ("said", "scheme", "told"),
    [
        (b"SSH-2.0-x\r\n", "tcp", "där svarar något annat än ett kluster"),
        (b"", "tcp", "där svarar inget kluster"),
        (b"HTTP/1.0 400 no\r\n\r\n", "ws", "där svarar inget kluster"),
        (b"", "tls", "där svarar inget kluster"),
    ],
)
def test_something_else_at_the_address(kb: Callable[..., str], monkeypatch: pytest.MonkeyPatch, said: bytes, scheme: str, told: str) -> None:
    """One line, and soon: nothing that dask still does for a cluster that never was is waited for."""
    monkeypatch.setattr(knocking, "ANSWER", 1.0)
    monkeypatch.setattr(cluster, "WAIT", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with suppress(OSError):
                while True:
                    there, _ = server.accept()
                    held.append(there)  # before it is spoken to: who knocked may have gone
                    there.sendall(said)
                    if scheme == "ws":
                        there.close()

        held: list[socket.socket] = []
        answering = threading.Thread(target=answer, daemon=True)
        answering.start()
        address, begun = f"{scheme}://127.0.0.1:{server.getsockname()[1]}", time.monotonic()
        assert kb(address) == f"kb: {address}: {told} – kontrollera adressen, eller läs in utan --cluster"
        gc.collect()
        assert time.monotonic() - begun < 15
        server.shutdown(socket.SHUT_RDWR)
        answering.join()
        for there in held:
            there.close()


def test_no_library(kb: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert "dask.distributed saknas" in (line := kb("tcp://127.0.0.1:9")) and "pip install 'kunskapsbas[cluster]'" in line


@pytest.fixture
def older(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Here, not at the workers, lxml is of another version."""
    version = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "0.1" if name == "lxml" else version(name))
    remote.versions.cache_clear()
    yield
    remote.versions.cache_clear()


def test_another_version(kb: Callable[..., str], address: str, older: None) -> None:
    assert re.match(r"kb: arbetaren tcp://\S+ har lxml \S+, och här är det 0\.1 – installera samma version överallt$", kb(address))


def test_a_worker_of_another_version_that_comes_later(far: cluster.Cluster, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("older")
    file = EXAMPLES / "avtal-2022-12-14-granhojden.txt"
    with pytest.raises(errors.NoCluster, match=r"har lxml .*, och här är det 0\.1 – installera samma"):
        far.result(far.submit("a.txt", live, Task(file, "a.txt")))

"""`kb ingest --watch` in a process of its own: what comes, grows, changes and goes away, and others that write meanwhile."""

from __future__ import annotations

import os
import queue
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from ingest import load_rules
from kb import errors, lexicon, lock, terminal
from kb.cli import app
from kb.commands import watch
from kb.commands.events import Summary
from tests.sample import write

PATIENCE = 120
"""Seconds: no line and no test takes so long, however busy the machine is."""


@pytest.fixture(scope="module")
def words() -> None:
    """The lexicon, which takes minutes where it is made the first time."""
    lexicon.ensure(load_rules())


@pytest.fixture(autouse=True)
def ends(words: None) -> Iterator[None]:
    """What is watched for ever, or tells of the same for ever, fails."""

    def late(*_: object) -> None:
        pytest.fail(f"no end after {PATIENCE} seconds")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(PATIENCE)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


class Watcher:
    """A running `kb ingest --watch`, whose lines are read as they come."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.database = folder / "kb.db"
        command = [sys.executable, "-m", "kb", "ingest", "--watch", str(folder / "docs"), "--db", str(self.database), *options]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
        self.lines: queue.Queue[str] = queue.Queue()
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put("")

    def end(self) -> None:
        self.process.kill()
        self.reader.join()
        self.process.communicate()

    def until(self, words: str) -> list[str]:
        """The lines up to one that holds the words."""
        found: list[str] = []
        while words not in (found[-1] if found else ""):
            found.append(self.lines.get(timeout=PATIENCE))
            assert self.process.poll() is None or found[-1], found
        return found

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)

    def texts(self) -> dict[str, str]:
        with closing(sqlite3.connect(self.database)) as db:
            return dict(db.execute("SELECT path, text FROM sources ORDER BY path").fetchall())


@pytest.fixture
def watcher(tmp_path: Path) -> Iterator[Watcher]:
    write(tmp_path, "docs/a.txt", "Regionstyrelsen beslutar om bussen.")
    running = Watcher(tmp_path)
    yield running
    running.end()


def test_what_comes_is_read(watcher: Watcher, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    watcher.until("tillagd     a.txt")
    watcher.until("1 tillagd")
    with (docs / "b.txt").open("w", encoding="utf-8") as growing:
        for number in range(6):
            growing.write(f"Nämnden beslutar om brygga {number}. ")
            growing.flush()
            time.sleep(0.5)
    with lock.writing(watcher.database):  # it holds nothing while it waits
        pass
    told = watcher.until("1 tillagd")
    assert [line for line in told if "b.txt" in line] == ["tillagd     b.txt · 1 sida, 1 handling"]
    assert watcher.texts()["b.txt"].count("brygga") == 6

    write(docs, "a.txt", "Regionstyrelsen beslutar om tåget.")
    write(tmp_path, "ny/möte/c.txt", "Fullmäktige beslutar om färjan.")
    write(tmp_path, "ny/halv.txt.part", "Fullmäktige")
    write(tmp_path, "ny/bild.png", "\x89PNG")
    (tmp_path / "ny").rename(docs / "ny")
    while len(watcher.texts()) < 3:
        watcher.until("tillagd, ")
    assert watcher.texts()["a.txt"].endswith("tåget.") and set(watcher.texts()) == {"a.txt", "b.txt", "ny/möte/c.txt"}

    docs.rename(tmp_path / "bort")
    watcher.until("finns inte längre")
    write(tmp_path, "bort/d.txt", "Fullmäktige beslutar om skidspåren.")
    (tmp_path / "bort").rename(docs)
    watcher.until("är tillbaka")
    watcher.until("tillagd     d.txt")
    watcher.until("1 tillagd")

    assert watcher.stop(signal.SIGINT) == 0
    assert watcher.until("avslutad")[-1] == "Bevakningen är avslutad."
    with lock.writing(watcher.database):
        pass


def test_a_service_is_stopped_in_the_middle(watcher: Watcher, tmp_path: Path) -> None:
    for number in range(40):
        write(tmp_path, f"docs/{number}.txt", f"Nämnden beslutar om brygga {number}.")
    watcher.until("tillagd     ")
    assert watcher.stop(signal.SIGTERM) == 0
    assert watcher.until("avslutad")[-1] == "Bevakningen är avslutad."
    assert 0 < len(watcher.texts()) < 41


def test_a_file_is_read_when_it_has_been_as_it_is_for_two_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "a.txt", "Nämnden")
    clock = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: clock)
    monkeypatch.setattr(time, "time", lambda: path.stat().st_mtime + 0.1)
    seen = watch._Seen()
    assert seen.look([tmp_path]) == {}
    clock += 1.5
    assert seen.look([tmp_path]) == {}
    write(tmp_path, "a.txt", "Nämnden beslutar")
    clock += 1.5
    assert seen.look([tmp_path]) == {}, "it has grown"
    clock += 1.5
    assert seen.look([tmp_path]) == {}
    clock += 0.5
    assert seen.look([tmp_path]) == {path: "a.txt"}


def test_a_file_is_read_again_when_anything_of_it_is_another(tmp_path: Path) -> None:
    """Size, time or the file itself; one that has lain for a while is read at once, and then it is not awaited any more."""
    seen, path = watch._Seen(), tmp_path / "a.txt"

    def put(text: str, seconds: int) -> bool:
        """True where it was read, once."""
        (tmp_path / "ny.part").write_text(text, encoding="utf-8")
        if path.exists() and seconds < 3:  # the same file with other bytes
            path.write_text(text, encoding="utf-8")
        else:
            (tmp_path / "ny.part").replace(path)
        os.utime(path, (seconds, seconds))
        found = [seen.look([tmp_path]) for _ in range(2)]
        for each in found[0]:
            seen.taken(each)
        return list(found[0]) == [path] and not seen.growing and seen.look([tmp_path]) == {}

    assert put("Nämnden", 1) and put("Nämndet", 2) and put("Nämnden beslutar", 2), "another time, another size"
    assert put("Nämnden beslutar", 3) and put("Nämnden beslutar", 3), "another file"


def test_many_files_are_read_some_at_a_time_and_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "BATCH", 2)
    monkeypatch.setattr(watch, "QUIET", 0.0)
    monkeypatch.setattr(watch, "_moments", lambda *_: iter((None, None)))
    for number in range(5):
        os.utime(write(tmp_path, f"{number}.txt", "Nämnden"), (1_000_000_000, 1_000_000_000))
    sizes: list[int] = []

    def run(files: Sequence[Path], names: object) -> Summary:
        sizes.append(len(files))
        return Summary()

    watch.follow([tmp_path], run, lambda _: None)
    assert sizes == [2, 2, 1]


def test_only_folders_are_watched(tmp_path: Path) -> None:
    with pytest.raises(errors.Usage, match="är ingen mapp"):
        watch.follow([write(tmp_path, "a.txt", "x")], lambda _, __: Summary(), print)


def test_watching_gives_no_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert terminal.run(app, ["ingest", "--watch", "--json", str(tmp_path), "--db", str(tmp_path / "kb.db")]) == 2
    assert capsys.readouterr().err == "kb: --watch och --json går inte ihop – välj en av dem\n"


@pytest.mark.parametrize("fault", [errors.Busy, errors.DiskFull, errors.DiskFault])
def test_a_database_that_cannot_be_written_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: type[errors.KbError]) -> None:
    monkeypatch.setattr(watch, "SWEEP", 0.01)
    monkeypatch.setattr(watch, "QUIET", 0.1)
    write(tmp_path, "a.txt", "Regionstyrelsen beslutar om bussen.")
    said: list[str] = []
    runs: list[tuple[object, object]] = []

    def run(files: object, names: object) -> Summary:
        runs.append((files, names))
        if len(runs) == 1:
            raise fault("kb.db skrivs av en annan kb (process 4711)", "vänta")
        raise KeyboardInterrupt

    watch.follow([tmp_path], run, said.append)
    assert runs == [([tmp_path / "a.txt"], {str(tmp_path / "a.txt"): "a.txt"})] * 2
    assert said[1] == "kb.db skrivs av en annan kb (process 4711) – vänta – försöker igen om 0 sekunder"
    assert said[2:] == ["Bevakningen är avslutad."]


def test_a_folder_that_goes_away_while_its_files_are_read_is_read_when_it_is_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "SWEEP", 0.01)
    monkeypatch.setattr(watch, "QUIET", 0.1)
    inbox, away = tmp_path / "in", tmp_path / "borta"
    inbox.mkdir()
    write(inbox, "a.txt", "Regionstyrelsen beslutar om bussen.")
    runs: list[object] = []

    def run(files: object, _: object) -> Summary:
        runs.append(files)
        if len(runs) == 2:
            raise KeyboardInterrupt
        inbox.rename(away)
        return Summary()

    def say(line: str) -> None:
        if "väntar på att mappen kommer tillbaka" in line:
            away.rename(inbox)

    watch.follow([inbox], run, say)
    assert runs == [[inbox / "a.txt"]] * 2

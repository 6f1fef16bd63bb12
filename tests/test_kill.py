"""SIGKILL at random moments of `kb ingest`: every source old or new, database and archive agree, and the next run completes it.

`KB_KILLS` is how many rounds (`make stress`: 200), `KB_SEED` repeats those of a run that failed.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import traceback
import zipfile
from contextlib import closing, suppress
from pathlib import Path

import pytest

from ingest import load_rules
from kb.archive import Archive
from kb.commands.check import check
from kb.commands.ingest import ingest
from tests.sample import write

ROUNDS = int(os.environ.get("KB_KILLS", "20"))
SEED = int(os.environ.get("KB_SEED", str(random.SystemRandom().randrange(1_000_000))))
RULES = load_rules()

CLOCK = {"ingests": "*", "meta": "created"}
"""What two equal bases differ in: when they were made."""
INNER = re.compile(r".*_fts(?:_[a-z]+)?|sqlite_.*")
"""How the index lies on disk hangs on how often it was written; `kb check` compares what it holds with the texts."""


def text(name: str, version: int) -> str:
    number = ord(name[0]) - 90
    return (
        f"Region Fjällhav\n\nRegionstyrelsen\n\nProtokoll 2021-05-{number:02}\n\n§ {number} Bussen till Sjöberga\n\nDnr RS/{number}/2021\n\n"
        f"Beslut\n\nRegionstyrelsen beslutar\n\natt linje {number} går {version} gånger om dagen.\n"
    )


def documents(folder: Path, version: int) -> Path:
    """Files that change from one version to the next: their words, their name, what a zip file holds."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("a.txt", "b.md", "sub/c.txt"):
        write(folder, name, text(Path(name).name, version))
    write(folder, "kopia.txt", text("a.txt", version))
    write(folder, "gammal.txt" if version == 1 else "ny.txt", text("d.txt", 1))
    with zipfile.ZipFile(folder / "akt.zip", "w") as zipped:
        for name in ("e.txt", "f.txt" if version == 1 else "g.txt"):
            zipped.writestr(zipfile.ZipInfo(name), text(name, version))  # without the clock
    return folder


def rows(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but for the clock."""
    with closing(sqlite3.connect(database)) as db:
        names = [name for [name] in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
        found = {name: db.execute(f'SELECT * FROM "{name}" ORDER BY 1, 2').fetchall() for name in names if not INNER.fullmatch(name)}
    for name, key in CLOCK.items():
        found[name] = [row for row in found[name] if key != "*" and row[0] != key]
    return found


def run(database: Path, folder: Path, jobs: int) -> int:
    """Start an ingest in a forked child (the rules take a second to load, and most kills would fall there); its process id, and its group's."""
    child = os.fork()
    if child:
        return child
    try:
        os.setpgid(0, 0)
        summary = ingest(database, [folder], RULES, jobs=jobs)
        os._exit(summary.exit_code)
    except BaseException:  # noqa: BLE001 (the child ends here, whatever it was)
        traceback.print_exc()
    finally:
        os._exit(9)


def kill_after(child: int, seconds: float) -> bool:
    """Kill a run with all that it started; True where it was still at it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            assert status == 0, "the run failed by itself"
            return False
        time.sleep(0.001)
    with suppress(ProcessLookupError):  # it has no group of its own yet
        os.killpg(child, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def sources(database: Path) -> dict[str, str]:
    """Where each source comes from, and its text."""
    if not database.exists() or not database.stat().st_size:
        return {}
    with closing(sqlite3.connect(database)) as db:
        if not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            return {}  # killed before the tables came
        return dict(db.execute("SELECT origin, text FROM sources").fetchall())


class Bases:
    """What stands before (`old`), what is to come out where that was changed (`new`) and where there was none (`fresh`)."""

    def __init__(self, folder: Path) -> None:
        self.docs, self.old, self.new, self.fresh = (folder / name for name in ("docs", "old.db", "new.db", "fresh.db"))
        documents(self.docs, 1)
        ingest(self.old, [self.docs], RULES)
        copied(self.old, self.new)
        documents(self.docs, 2)
        started = time.monotonic()
        assert kill_after(run(self.new, self.docs, 1), 600) is False
        self.seconds = time.monotonic() - started
        assert kill_after(run(self.fresh, self.docs, 2), 600) is False
        self.texts = sources(self.old), sources(self.new)

    def look_at(self, database: Path, made: bool) -> None:
        """Raise AssertionError where a killed run has left something half."""
        old, new = self.texts
        left = sources(database)
        assert left.items() <= old.items() | new.items()
        assert made or old.keys() & new.keys() <= left.keys()
        assert made or text("d.txt", 1) in left.values()
        assert not left or check(database).broken == ()


def copied(old: Path, new: Path) -> Path:
    """The same base in another place."""
    shutil.copyfile(old, new)
    shutil.copytree(Archive(old).folder, Archive(new).folder)
    return new


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> Bases:
    return Bases(tmp_path_factory.mktemp("hel"))


def round_of(bases: Bases, folder: Path, pick: random.Random, number: int) -> int:
    """Kill a run once or more, look at what is left, run it to its end, and compare; how many kills hit."""
    made = number % 4 == 3  # the base is made, not changed
    database = folder / "kb.db" if made else copied(bases.old, folder / "kb.db")
    hits = 0
    for _ in range(pick.choice((1, 1, 2))):
        hits += kill_after(run(database, bases.docs, 1 + number % 2), pick.uniform(0, 1.1) * bases.seconds)
        bases.look_at(database, made)
    assert kill_after(run(database, bases.docs, 1), 600) is False
    report = check(database)
    assert (report.broken, [n for n in report.notes if "avbr" in n]) == ((), [])
    assert rows(database) == rows(bases.fresh if made else bases.new)
    assert Archive(database).hashes() == Archive(bases.fresh if made else bases.new).hashes()
    assert not [path for path in Archive(database).folder.iterdir() if path.name.startswith(".")]
    return hits


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # of forking beside threads
def test_killed_at_any_moment(bases: Bases, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pick = random.Random(SEED)
    hits = 0
    for number in range(ROUNDS):
        folder = tmp_path / str(number)
        folder.mkdir()
        try:
            hits += round_of(bases, folder, pick, number)
        except AssertionError as error:
            raise AssertionError(f"KB_SEED={SEED}, round {number}, in {folder}: {error}") from error
        shutil.rmtree(folder)
    with capsys.disabled():
        print(f" [KB_SEED={SEED}: {hits} kills in {ROUNDS} rounds]", end="", flush=True)
    assert hits >= ROUNDS // 3, "most runs had ended before they were killed: nothing was tested"


def test_the_comparison_sees_a_row_that_differs(bases: Bases) -> None:
    old, new = rows(bases.old), rows(bases.new)
    assert old.keys() == new.keys() and len(old) > 30
    assert all(old[name] != new[name] for name in ("sources", "points", "passages", "copies", "containers"))
    assert rows(bases.new)["decisions"]


def test_ctrl_c_stops_cleanly_and_the_next_run_goes_on(bases: Bases, tmp_path: Path) -> None:
    database = copied(bases.old, tmp_path / "kb.db")
    command = [sys.executable, "-m", "kb", "ingest", str(bases.docs), "--db", str(database), "--jobs", "2"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout and process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) in ((130, "kb: avbrutet – kör samma kommando igen för att fortsätta\n"), (0, ""))
    assert check(database).broken == ()
    assert ingest(database, [bases.docs], RULES).exit_code == 0
    assert rows(database) == rows(bases.new)

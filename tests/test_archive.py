"""The originals: kept whole, found again, and never a row without its file, whatever moment a run is killed at."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from ingest import load_rules
from kb import errors, lock
from kb.archive import Archive, Original, hash_of
from kb.commands.check import check
from kb.commands.ingest import ingest
from kb.commands.rebuild import Forgotten, forget, rebuild
from kb.connect import reading
from kb.database import open_database
from kb.shelf import Quarantined
from tests.sample import write

RULES = load_rules()


def original(path: Path, ingested: str = "2021-01-01") -> Original:
    return Original(hash_of(path), path.name, str(path), ingested)


def paths(database: Path) -> list[str]:
    with reading(database) as db:
        return [r[0] for r in db.execute("SELECT path FROM sources ORDER BY path")]


def test_bytes_and_note_are_kept(tmp_path: Path) -> None:
    file, archive = write(tmp_path, "a.txt", "hej"), Archive(tmp_path / "kb.db")
    note = original(file)
    archive.keep(file, note)
    file.unlink()
    archive.keep(file, note)  # what is there already is not asked for again
    assert archive.file(note.sha256).read_bytes() == b"hej"
    assert archive.file(note.sha256).parent.name == note.sha256[:2]
    assert list(archive.originals()) == [note]
    assert archive.hashes() == {note.sha256}
    assert archive.remains() == []
    assert archive.remove(note.sha256)
    assert not archive.remove(note.sha256)
    assert list(archive.folder.rglob("*")) == []


def test_what_is_no_original_is_not_counted(tmp_path: Path) -> None:
    """A half-written file of a killed run, a note that nobody can read, one whose bytes never came, and what OCR has made of a scan."""
    file, archive = write(tmp_path, "a.txt", "hej"), Archive(tmp_path / "kb.db")
    note = original(file)
    archive.keep(file, note)
    place = archive.file(note.sha256)
    lost = archive.file("f" * 64)
    lost.parent.mkdir()
    left = {
        place.with_name(".halv"): b"he",
        lost.with_suffix(".json"): place.with_suffix(".json").read_bytes().replace(note.sha256.encode(), b"f" * 64),
        place.with_name(f"{place.name}2"): b"hej",
        place.with_name(f"{place.name}2.json"): b"{",
        place.with_name(f"{place.name}3.json"): b'{"name": 1}',
        place.with_suffix(".ocr.pdf"): b"%PDF",
    }
    for path, content in left.items():
        path.write_bytes(content)
    assert list(archive.originals()) == [note] and archive.hashes() == {note.sha256, f"{note.sha256}2"}
    assert {path.name for path in archive.remains()} == {".halv", f"{'f' * 64}.json", f"{place.name}3.json"}


def test_a_damaged_archive_file_is_mended(tmp_path: Path) -> None:
    file, archive = write(tmp_path, "a.txt", "hej"), Archive(tmp_path / "kb.db")
    note = original(file)
    archive.keep(file, note)
    archive.file(note.sha256).write_bytes(b"nej")
    assert not archive.is_whole(note.sha256)
    archive.keep(file, note)
    assert archive.is_whole(note.sha256)


def test_a_file_that_changes_while_read_is_not_kept(tmp_path: Path) -> None:
    file, archive = write(tmp_path, "a.txt", "hej"), Archive(tmp_path / "kb.db")
    note = original(file)
    file.write_text("annat")
    with pytest.raises(errors.UnstableFile):
        archive.keep(file, note)
    assert archive.hashes() == set()


@pytest.mark.parametrize("jobs", [1, 2], ids=["one after the other", "at the same time"])
def test_same_bytes_elsewhere_are_a_duplicate(tmp_path: Path, jobs: int) -> None:
    write(tmp_path, "docs/a.txt", "Protokoll om bussen.")
    write(tmp_path, "docs/b.txt", "Protokoll om bussen.")
    summary = ingest(tmp_path / "kb.db", [tmp_path / "docs"], RULES, jobs=jobs)
    assert [(e.source, e.action, e.message) for e in summary.events] == [("a.txt", "added", ""), ("b.txt", "duplicate", "samma innehåll som a.txt")]


def test_a_moved_file_keeps_its_rows(tmp_path: Path) -> None:
    file = write(tmp_path, "docs/a.txt", "Protokoll om bussen.")
    ingest(tmp_path / "kb.db", [tmp_path / "docs"], RULES)
    file.rename(tmp_path / "docs" / "b.txt")
    summary = ingest(tmp_path / "kb.db", [tmp_path / "docs"], RULES)
    assert [(e.source, e.action) for e in summary.events] == [("b.txt", "moved")]
    assert paths(tmp_path / "kb.db") == ["b.txt"]


def test_an_old_version_renamed_beside_the_new_one_is_not_lost(tmp_path: Path) -> None:
    """protokoll.txt is copied to a-protokoll-1.txt and then rewritten: the copy comes first and is the same as what the row holds."""
    write(tmp_path, "docs/protokoll.txt", "Första versionen.")
    ingest(tmp_path / "kb.db", [tmp_path / "docs"], RULES)
    write(tmp_path, "docs/a-protokoll-1.txt", "Första versionen.")
    write(tmp_path, "docs/protokoll.txt", "Andra versionen.")
    summary = ingest(tmp_path / "kb.db", [tmp_path / "docs"], RULES)
    assert sorted((e.source, e.action) for e in summary.events) == [("a-protokoll-1.txt", "added"), ("protokoll.txt", "replaced")]
    assert paths(tmp_path / "kb.db") == ["a-protokoll-1.txt", "protokoll.txt"]
    assert check(tmp_path / "kb.db").exit_code == 0


def test_rebuild_from_the_archive_alone(tmp_path: Path) -> None:
    """The database is lost and the files are gone: the newest version of each comes back under its name."""
    database, file = tmp_path / "kb.db", write(tmp_path, "docs/sub/a.txt", "Första versionen.")
    ingest(database, [tmp_path / "docs"], RULES)
    file.write_text("Andra versionen.")
    ingest(database, [tmp_path / "docs"], RULES)
    for gone in (database, file):
        gone.unlink()
    summary = rebuild(database, RULES)
    assert summary.exit_code == 0
    with reading(database) as db:
        assert [tuple(r) for r in db.execute("SELECT path, text FROM sources")] == [("sub/a.txt", "Andra versionen.")]
    assert check(database).notes == ("tidigare versioner av källor i arkivet: 1",)


def test_rebuild_of_another_version(tmp_path: Path) -> None:
    import sqlite3

    database = tmp_path / "kb.db"
    write(tmp_path, "docs/a.txt", "Protokoll om bussen.")
    ingest(database, [tmp_path / "docs"], RULES)
    db = sqlite3.connect(database)
    db.execute("PRAGMA user_version = 77")
    db.close()
    with pytest.raises(errors.OtherVersion):
        check(database)
    rebuild(database, RULES)
    assert check(database).exit_code == 0
    assert not list(tmp_path.glob("*.rebuild*"))


@pytest.mark.parametrize(
    "damage",
    [lambda _: b"", lambda _: b"skrap" * 2000, lambda data: data[:5000], lambda data: data[:5000] + b"\xff" * 85000 + data[90000:]],
    ids=["empty", "another file", "cut off", "written over"],
)
def test_rebuild_over_a_damaged_database(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    database = tmp_path / "kb.db"
    write(tmp_path, "docs/a.txt", "Protokoll om bussen.")
    ingest(database, [tmp_path / "docs"], RULES)
    database.write_bytes(damage(database.read_bytes()))
    rebuild(database, RULES)
    assert check(database).exit_code == 0
    assert paths(database) == ["a.txt"]


def test_the_log_of_a_damaged_database_is_not_read_into_the_new_one(tmp_path: Path) -> None:
    """As a program that was killed leaves it beside the file."""
    import sqlite3

    database = tmp_path / "kb.db"
    write(tmp_path, "docs/a.txt", "Protokoll om bussen.")
    ingest(database, [tmp_path / "docs"], RULES)
    with closing(sqlite3.connect(database)) as db:
        db.execute("UPDATE sources SET path = 'gammal'")
        db.commit()
        log = database.with_name("kb.db-wal").read_bytes()
    assert log
    database.write_bytes(b"skrap" * 2000)
    database.with_name("kb.db-wal").write_bytes(log)
    rebuild(database, RULES)
    assert check(database).exit_code == 0 and paths(database) == ["a.txt"]


def test_a_reader_sees_the_rebuilt_rows(tmp_path: Path) -> None:
    database = tmp_path / "kb.db"
    write(tmp_path, "docs/a.txt", "Protokoll om bussen.")
    ingest(database, [tmp_path / "docs"], RULES)
    with reading(database) as db:
        assert db.execute("SELECT count(*) FROM ingests").fetchone()[0] == 1
        rebuild(database, RULES)
        assert db.execute("SELECT count(*) FROM sources").fetchone()[0] == 1


def test_rebuild_stops_where_an_original_is_missing(tmp_path: Path) -> None:
    database, file = tmp_path / "kb.db", write(tmp_path, "docs/a.txt", "Protokoll om bussen.")
    ingest(database, [tmp_path / "docs"], RULES)
    Archive(database).file(hash_of(file)).unlink()
    assert check(database).broken == ("arkivet saknar originalet till a.txt",)
    with pytest.raises(errors.ArchiveGap, match=r"a\.txt"):
        rebuild(database, RULES)
    assert paths(database) == ["a.txt"]


def test_check_sees_changed_originals_and_a_wrong_index(tmp_path: Path) -> None:
    import sqlite3

    database, file = tmp_path / "kb.db", write(tmp_path, "docs/a.txt", "Protokoll om bussen.")
    ingest(database, [tmp_path / "docs"], RULES)
    assert check(database).broken == ()
    Archive(database).file(hash_of(file)).write_text("ändrad")
    db = sqlite3.connect(database)
    db.executescript("UPDATE passages SET text = 'annat'")
    db.close()
    index = ("sökindexet stämmer inte med texten", "sökindexets ord stämmer inte med texten")
    assert check(database).broken == (*index, "arkivets original till a.txt är ändrat")


def test_forget_takes_earlier_versions_too(tmp_path: Path) -> None:
    database, file = tmp_path / "kb.db", write(tmp_path, "docs/a.txt", "Med ett namn som inte får stå kvar.")
    ingest(database, [tmp_path / "docs"], RULES)
    file.write_text("Utan namnet.")
    ingest(database, [tmp_path / "docs"], RULES)
    assert forget(database, "a.txt", RULES).archived == 2
    assert Archive(database).hashes() == set()
    assert paths(database) == []
    with pytest.raises(errors.Usage, match="ingen källa"):
        forget(database, "a.txt", RULES)


def test_forget_takes_nothing_of_another_source(tmp_path: Path) -> None:
    """Neither one whose name goes on, nor what it once was and another is now, also where a note still tells of that."""
    database, file = tmp_path / "kb.db", write(tmp_path, "docs/a.txt", "Protokoll om bussen.")
    ingest(database, [tmp_path / "docs"], RULES)
    file.write_text("Protokoll om tåget.")
    write(tmp_path, "docs/a.txt.txt", "Protokoll om bussen.")
    write(tmp_path, "docs/sub/a.txt", "Protokoll om färjan.")
    ingest(database, [tmp_path / "docs"], RULES)
    assert paths(database) == ["a.txt", "a.txt.txt", "sub/a.txt"]
    Archive(database).renamed(original(tmp_path / "docs" / "a.txt.txt"), str(file))
    assert forget(database, "a.txt", RULES) == Forgotten("a.txt", 1), "the whole path counts before the name"
    assert paths(database) == ["a.txt.txt", "sub/a.txt"] and check(database).broken == ()
    assert forget(database, str(tmp_path / "docs" / "a.txt.txt"), RULES) == Forgotten("a.txt.txt", 1)
    assert forget(database, "a.txt", RULES) == Forgotten("sub/a.txt", 1), "else the only one of that name"


def test_an_original_without_rows_can_be_forgotten_too(tmp_path: Path) -> None:
    """A run that was killed between the two left it."""
    database, file = tmp_path / "kb.db", write(tmp_path, "docs/a.txt", "Protokoll om bussen.")
    ingest(database, [tmp_path / "docs"], RULES)
    Archive(database).keep(loose := write(tmp_path, "docs/b.txt", "Protokoll om tåget."), original(loose))
    assert forget(database, "b.txt", RULES) == Forgotten("b.txt", 1)
    assert Archive(database).hashes() == {hash_of(file)} and paths(database) == ["a.txt"]
    with pytest.raises(errors.MissingDatabase):
        forget(tmp_path / "annan.db", "a.txt", RULES)


def test_forget_asks_where_several_have_the_name(tmp_path: Path) -> None:
    write(tmp_path, "docs/x/a.txt", "Den ena.")
    write(tmp_path, "docs/y/a.txt", "Den andra.")
    ingest(tmp_path / "kb.db", [tmp_path / "docs"], RULES)
    with pytest.raises(errors.Usage, match=r"flera källor.*x/a\.txt.*y/a\.txt"):
        forget(tmp_path / "kb.db", "a.txt", RULES)
    assert forget(tmp_path / "kb.db", "x/a.txt", RULES).source == "x/a.txt"


def test_the_next_writer_is_told_that_the_last_one_failed(tmp_path: Path) -> None:
    def failed(fail: bool = False) -> bool:
        with suppress(KeyError), lock.writing(tmp_path / "kb.db") as before:
            if fail:
                raise KeyError
        return before

    assert [failed(), failed(fail=True), failed(), failed()] == [False, False, True, False]
    for place, error in ((tmp_path, errors.NotADatabase), (tmp_path / "ingen" / "kb.db", errors.KbError)):
        with pytest.raises(error, match=str(place)), lock.writing(place):
            pass


def test_a_second_writer_is_told_who_holds_the_database(tmp_path: Path) -> None:
    database = tmp_path / "kb.db"
    with lock.writing(database), pytest.raises(errors.Busy, match=rf"process {os.getpid()} sedan") as caught, lock.writing(database, wait=0.2):
        pass
    assert caught.value.exit_code == errors.Busy.exit_code
    with lock.writing(database, wait=0):
        pass


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from ingest import load_rules
    from kb import archive, database, naming
    from kb.commands import ingest
    def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
    where, base = sys.argv[1], Path(sys.argv[2])
    if where == "before the archive": archive.Archive.keep = die
    if where == "within the archive": archive._copy = die
    if where == "between archive and rows": database.Store.save = die
    if where == "within the rows":
        naming.add = lambda db, *_: (db.execute("UPDATE sources SET path = 'halv'"), die())
    if where == "before finish": database.Store.finish = die
    if where == "making the database":
        database._create = lambda db, rules: (db.executescript("BEGIN; " + database.schema()), die())
    ingest.ingest(base / "kb.db", [base / "docs"], load_rules())
"""


@pytest.mark.parametrize(
    "where",
    ["before the archive", "within the archive", "between archive and rows", "within the rows", "before finish", "making the database"],
)
def test_a_killed_run_leaves_old_or_new_and_the_next_completes_it(tmp_path: Path, where: str) -> None:
    database, file = tmp_path / "kb.db", write(tmp_path, "docs/a.txt", "Första versionen, RS/29/2021.")
    first = where == "making the database"
    if not first:
        ingest(database, [tmp_path / "docs"], RULES)
        file.write_text("Andra versionen, RS/29/2021.")
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(KILLED), where, str(tmp_path)], check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    if not first:
        report = check(database)
        assert report.broken == ()
        with reading(database) as db:
            [(path, text)] = [tuple(r) for r in db.execute("SELECT path, text FROM sources")]
        assert path == "a.txt"
        assert text.startswith("Andra" if where == "before finish" else "Första")
    summary = ingest(database, [tmp_path / "docs"], RULES)
    assert summary.exit_code == 0
    assert check(database).broken == ()
    with reading(database) as db:
        assert [r[0] for r in db.execute("SELECT text FROM sources")] == [file.read_text()]
        assert db.execute("SELECT count(*) FROM passages_fts WHERE passages_fts MATCH 'versionen'").fetchone()[0] == 1


def test_what_a_killed_run_left_half_written_is_cleared(tmp_path: Path) -> None:
    database, docs = tmp_path / "kb.db", tmp_path / "docs"
    write(docs, "a.txt", "Regionstyrelsen beslutar om bussen.")
    ingest(database, [docs], RULES)
    folder = Archive(database).folder / "ab"
    folder.mkdir(exist_ok=True)
    (folder / ".halv").write_bytes(b"x")
    (folder / f"{'ab' * 32}.json").write_text("{}")
    ingest(database, [docs], RULES)
    assert len(Archive(database).remains()) == 2  # no run was killed: they may be anybody's
    lock.lock_path(database).write_text("4711 sedan 12:00")  # as a killed one leaves it
    ingest(database, [docs], RULES)
    assert Archive(database).remains() == []


def test_full_disk_while_archiving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from kb import archive, terminal
    from kb.cli import app

    write(tmp_path, "docs/a.txt", "Protokoll om bussen.")
    database = tmp_path / "kb.db"
    ingest(database, [tmp_path / "docs"], RULES)
    write(tmp_path, "docs/b.txt", "Protokoll om tåget.")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "x"))

    monkeypatch.setattr(archive, "_copy", full)
    code = terminal.run(app, ["ingest", str(tmp_path / "docs"), "--db", str(database)])
    captured = capsys.readouterr()
    assert code == errors.DiskFull.exit_code
    assert captured.err.count("\n") == 1
    assert "disken är full" in captured.err
    assert paths(database) == ["a.txt"]
    assert check(database).broken == ()
    assert Archive(database).remains() == []


def test_notes_are_readable_by_people_and_programs(tmp_path: Path) -> None:
    file = write(tmp_path, "docs/möte/å.txt", "Protokoll om bussen.")
    ingest(tmp_path / "kb.db", [tmp_path / "docs"], RULES)
    [note] = (tmp_path / "kb.db.archive").rglob("*.json")
    assert json.loads(note.read_text(encoding="utf-8"))["path"] == "möte/å.txt"
    assert json.loads(note.read_text(encoding="utf-8"))["origin"] == str(file)


# what a rebuild may not lose


def refuse(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The reader of that file is killed, as when memory runs out."""
    from kb.commands import parsing

    whole = parsing.parse_one
    monkeypatch.setattr(
        parsing,
        "parse_one",
        lambda task, rules, known: parsing.Refusal(f"{task.name}: läsaren avbröts") if task.name == name else whole(task, rules, known),
    )


def test_rebuild_keeps_the_database_where_a_source_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = tmp_path / "kb.db"
    for name in ("a.txt", "b.txt"):
        write(tmp_path, f"docs/{name}", f"Protokoll om bussen, {name}.")
    ingest(database, [tmp_path / "docs"], RULES)
    with monkeypatch.context() as patch:
        refuse(patch, "b.txt")
        summary = rebuild(database, RULES)
    assert (summary.exit_code, summary.counts.added, summary.counts.refused) == (1, 0, 1)
    assert [e.message for e in summary.events if e.action == "refused"] == ["b.txt: läsaren avbröts"]
    assert "b.txt" in summary.notes[-1] and "som den var" in summary.notes[-1] and "a.txt" not in summary.notes[-1]
    assert paths(database) == ["a.txt", "b.txt"]
    assert not list(tmp_path.glob("*.rebuild*"))
    assert rebuild(database, RULES).exit_code == 0


def test_a_rebuild_keeps_what_the_archive_does_not_say(tmp_path: Path) -> None:
    """Which files are copies, what lies in quarantine, and which source came first; what a killed one left is in no one's way."""
    database = tmp_path / "kb.db"
    write(tmp_path, "docs/z.txt", "Protokoll om bussen.")
    ingest(database, [tmp_path / "docs"], RULES)
    write(tmp_path, "docs/b.txt", "Protokoll om tåget.")
    write(tmp_path, "docs/c.txt", "Protokoll om bussen.")
    ingest(database, [tmp_path / "docs"], RULES)
    heavy = Quarantined("ab" * 32, "tung.pdf", "/in/tung.pdf", "/in/tung.pdf", "läsaren avbröts", "2021-06-16")
    with open_database(database, RULES) as store:
        store.quarantine(heavy)

    def state() -> tuple[list[tuple[str, ...]], ...]:
        with reading(database) as db:
            asked = ("path FROM sources ORDER BY id", "source, copy FROM copy_list", "file, reason FROM quarantine_list")
            return tuple([tuple(row) for row in db.execute(f"SELECT {sql}")] for sql in asked)

    before = state()
    assert before == ([("z.txt",), ("b.txt",)], [("z.txt", "c.txt")], [("tung.pdf", "läsaren avbröts")])
    database.with_name("kb.db.rebuild").write_bytes(b"halv")
    assert rebuild(database, RULES).exit_code == 0
    assert state() == before and not list(tmp_path.glob("*.rebuild*"))


def test_a_rebuild_reads_what_the_database_has_and_what_it_has_no_path_of(tmp_path: Path) -> None:
    """Runs that were killed left a newer version of a source, which the next run reads, a file, and a note that tells of a path before a move."""
    database, file = tmp_path / "kb.db", write(tmp_path, "docs/a.txt", "Första versionen.")
    moved = write(tmp_path, "docs/b.txt", "Protokoll om bussen.")
    ingest(database, [tmp_path / "docs"], RULES)
    file.write_text("Andra versionen.")
    for loose in (file, write(tmp_path, "docs/c.txt", "Protokoll om tåget.")):
        Archive(database).keep(loose, original(loose, "2099-01-01"))
    Archive(database).renamed(original(moved), "/förr/b.txt")
    assert rebuild(database, RULES).exit_code == 0
    with reading(database) as db:
        found = [tuple(row) for row in db.execute("SELECT path, text FROM sources ORDER BY path")]
    assert found == [("a.txt", "Första versionen."), ("b.txt", "Protokoll om bussen."), ("c.txt", "Protokoll om tåget.")]


def test_what_an_unusable_database_lost_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that this program cannot use is replaced by what could be read; the rest stays in the archive and on the list."""
    database = tmp_path / "kb.db"
    for name in ("a.txt", "b.txt"):
        write(tmp_path, f"docs/{name}", f"Protokoll om bussen, {name}.")
    ingest(database, [tmp_path / "docs"], RULES)
    for path in (database, database.with_name("kb.db-wal"), database.with_name("kb.db-shm")):
        path.unlink(missing_ok=True)
    with monkeypatch.context() as patch:
        refuse(patch, "b.txt")
        assert rebuild(database, RULES).exit_code == 1
    assert paths(database) == ["a.txt"]
    assert rebuild(database, RULES).exit_code == 0
    assert paths(database) == ["a.txt", "b.txt"]


def test_earlier_versions_follow_a_moved_file(tmp_path: Path) -> None:
    """They come back neither as sources of their own nor stay when the file is forgotten."""
    database, file = tmp_path / "kb.db", write(tmp_path, "docs/a.txt", "Första versionen.")
    ingest(database, [tmp_path / "docs"], RULES)
    file.write_text("Andra versionen.")
    ingest(database, [tmp_path / "docs"], RULES)
    file.rename(tmp_path / "docs" / "b.txt")
    ingest(database, [tmp_path / "docs"], RULES)
    rebuild(database, RULES)
    assert paths(database) == ["b.txt"]
    assert forget(database, "b.txt", RULES).archived == 2
    assert Archive(database).hashes() == set()


def test_a_database_in_use_is_not_taken_for_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3

    database = tmp_path / "kb.db"
    write(tmp_path, "docs/a.txt", "Protokoll om bussen.")
    ingest(database, [tmp_path / "docs"], RULES)
    with sqlite3.connect(database, isolation_level=None) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        monkeypatch.setattr("kb.commands.rebuild.BUSY_SECONDS", 0.1)
        with pytest.raises(errors.Busy):
            rebuild(database, RULES)
    other.close()
    assert paths(database) == ["a.txt"]


# files that go while they are read


def test_a_file_that_vanishes_is_refused_and_the_others_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        write(tmp_path, f"docs/{name}", f"Protokoll om bussen, {name}.")
    whole = Archive.keep

    def keep(self: Archive, source: Path, note: Original) -> None:
        if source.name == "a.txt":
            source.unlink()
        if source.name == "b.txt":
            source.write_text("Något annat.")
        whole(self, source, note)

    monkeypatch.setattr(Archive, "keep", keep)
    summary = ingest(tmp_path / "kb.db", [tmp_path / "docs"], RULES)
    assert [(e.source, e.action) for e in summary.events] == [("a.txt", "refused"), ("b.txt", "refused"), ("c.txt", "added")]
    assert "finns inte" in summary.events[0].message and "ändrades" in summary.events[1].message
    assert check(tmp_path / "kb.db").broken == ()


@pytest.mark.parametrize("moved", [True, False])
def test_a_known_file_that_vanishes_is_refused_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved: bool) -> None:
    """The archive has lost its original, and the file goes before it can be put back."""
    database, file = tmp_path / "kb.db", write(tmp_path, "docs/a.txt", "Protokoll om bussen.")
    ingest(database, [tmp_path / "docs"], RULES)
    Archive(database).file(hash_of(file)).unlink()
    if moved:
        file = file.rename(tmp_path / "docs" / "b.txt")
    write(tmp_path, "docs/c.txt", "Protokoll om tåget.")
    whole = Archive.keep

    def keep(self: Archive, source: Path, note: Original) -> None:
        if source == file:
            file.unlink()
        whole(self, source, note)

    monkeypatch.setattr(Archive, "keep", keep)
    summary = ingest(database, [tmp_path / "docs"], RULES)
    assert sorted((e.source, e.action) for e in summary.events) == [(file.name, "refused"), ("c.txt", "added")]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EDQUOT])
def test_an_archive_that_cannot_be_written_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    write(tmp_path, "docs/a.txt", "Protokoll om bussen.")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError) as caught:
        ingest(tmp_path / "kb.db", [tmp_path / "docs"], RULES)
    assert caught.value.errno == number


def test_what_is_kept_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes are synced, then the name is given, then the folder that holds the name is synced; for the note and for the original."""
    import stat

    file, archive = write(tmp_path, "a.txt", "hej"), Archive(tmp_path / "kb.db")
    done: list[str] = []
    sync, rename = os.fsync, Path.replace

    def fsync(handle: int) -> None:
        status = os.fstat(handle)
        done.append("folder" if stat.S_ISDIR(status.st_mode) else f"file of {status.st_size}")
        sync(handle)

    def replace(self: Path, target: Path) -> Path:
        done.append(f"name {target.suffix}")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    archive.keep(file, original(file))
    note = archive.file(hash_of(file)).with_suffix(".json").stat().st_size
    assert done == [f"file of {note}", "name .json", "folder", "file of 3", "name ", "folder"]


def test_check_does_not_call_whole_what_it_could_not_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sqlite3

    from kb import terminal
    from kb.cli import app
    from kb.commands import check as module

    database = tmp_path / "kb.db"
    write(tmp_path, "docs/a.txt", "Protokoll om bussen.")
    ingest(database, [tmp_path / "docs"], RULES)

    def read_only(path: Path, timeout: float) -> sqlite3.Connection:  # by the address, because root may write in any folder
        return sqlite3.connect(f"{path.as_uri()}?mode=ro", timeout, uri=True)

    monkeypatch.setattr(module, "sqlite3", SimpleNamespace(**{**vars(sqlite3), "connect": read_only}))
    assert terminal.run(app, ["check", "--db", str(database)]) == 0
    out = capsys.readouterr().out
    assert "sökindexet kunde inte kontrolleras" in out and "allt är helt" not in out
    assert out.splitlines()[-1] == "1 källa, allt som kunde kontrolleras är helt"

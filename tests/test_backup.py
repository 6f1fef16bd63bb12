"""A base in one file and back: whole or not at all, whatever is written meanwhile and whatever the file has gone through."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import shutil
import sqlite3
import threading
import zipfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from ingest import load_rules
from ingest.errors import IngestError, MissingFile
from kb import backup as files
from kb import errors, lock, replacing, terminal
from kb.archive import Archive, hash_of
from kb.cli import app
from kb.commands import backup as commands
from kb.commands.backup import backup, restore
from kb.commands.check import check
from kb.commands.events import Progress
from kb.commands.ingest import ingest
from kb.commands.rebuild import forget, rebuild
from kb.connect import read_only, reading
from kb.overrides import own_file
from tests.sample import write

RULES = load_rules()
CORRECTION = 'words:\n- read: "a"\n  printed: "å"\n  reason: "läst utan ring"\n'


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A base of two sources and a correction."""
    for name in ("a.txt", "b.txt"):
        write(tmp_path, f"docs/{name}", f"Protokoll om bussen, {name}. RS/29/2021")
    ingest(tmp_path / "kb.db", [tmp_path / "docs"], RULES)
    own_file(tmp_path / "kb.db").write_text(CORRECTION, encoding="utf-8")
    return tmp_path / "kb.db"


def state(database: Path) -> dict[str, object]:
    """All that a base is: rows, originals with their notes, corrections."""
    with reading(database) as db:
        rows: dict[str, object] = {
            table: [tuple(row) for row in db.execute(f"SELECT * FROM {table} ORDER BY 1")] for table in ("sources", "documents", "passages", "copies")
        }
    originals = {path.relative_to(Archive(database).folder).as_posix(): path.read_bytes() for path in Archive(database).folder.rglob("??/*")}
    own = own_file(database)
    return {**rows, "originals": originals, "corrections": own.read_text(encoding="utf-8") if own.exists() else ""}


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("there", [False, True], ids=["nothing there", "the originals there"])
def test_what_ocr_has_read_comes_along(base: Path, tmp_path: Path, there: bool) -> None:
    original = next(Archive(base).folder.glob("??/*.json")).with_suffix("")
    original.with_suffix(".ocr.pdf").write_bytes(b"%PDF-")
    original.with_suffix(".ocr").write_text("{}")
    before = state(base)
    backup(base, tmp_path / "kb.zip")
    for ending in (".ocr.pdf", ".ocr"):
        original.with_suffix(ending).unlink()
    target = base if there else tmp_path / "annan.db"
    restore(target, tmp_path / "kb.zip", force=there)
    assert state(target) == before
    with zipfile.ZipFile(tmp_path / "kb.zip") as old, zipfile.ZipFile(tmp_path / "skadad.zip", "w") as new:
        for name in old.namelist():
            new.writestr(name, b"%PDF-x" if name.endswith(".ocr.pdf") else old.read(name))
    with pytest.raises(errors.BadBackup, match="skadad"):
        restore(target, tmp_path / "skadad.zip", force=True)


def test_there_and_back(base: Path, tmp_path: Path) -> None:
    before = state(base)
    assert backup(base, tmp_path / "kopia.zip").originals == 2
    assert restore(tmp_path / "annan.db", tmp_path / "kopia.zip").sources == 2
    assert state(tmp_path / "annan.db") == before
    assert check(tmp_path / "annan.db").broken == ()
    assert leftovers(tmp_path) == []


def test_what_nothing_speaks_of_comes_along_where_it_is_whole(base: Path, tmp_path: Path) -> None:
    """An earlier version of a source has no row; the corrections and what the disk has lost of it are not missed."""
    first = hash_of(write(tmp_path, "docs/a.txt", "Protokoll om tåget."))
    ingest(base, [tmp_path / "docs"], RULES)
    write(tmp_path, "docs/a.txt", "Protokoll om färjan.")
    ingest(base, [tmp_path / "docs"], RULES)
    own_file(base).unlink()
    before = state(base)
    assert backup(base, tmp_path / "kopia.zip").originals == 4
    own_file(tmp_path / "annan.db").write_text(CORRECTION, encoding="utf-8")
    restored = restore(tmp_path / "annan.db", tmp_path / "kopia.zip")
    assert (restored.sources, restored.originals) == (2, 4) and state(tmp_path / "annan.db") == before
    Archive(base).file(first).write_text("skadad")
    backup(base, tmp_path / "kopia.zip")
    restore(base, tmp_path / "kopia.zip", force=True)
    assert first not in Archive(base).hashes() and check(base).broken == ()


def test_the_file_that_held_sources_is_missed_like_they_are(base: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "docs" / "akt.zip", "w") as packed:
        packed.writestr("c.txt", "Protokoll om tåget.")
    ingest(base, [tmp_path / "docs"], RULES)
    Archive(base).file(hash_of(tmp_path / "docs" / "akt.zip")).unlink()
    with pytest.raises(errors.ArchiveGap):
        backup(base, tmp_path / "kopia.zip")


def test_the_copy_opens_where_nothing_can_be_written_beside_it(base: Path, tmp_path: Path) -> None:
    backup(base, tmp_path / "kopia.zip")
    with zipfile.ZipFile(tmp_path / "kopia.zip") as zipped:
        assert zipped.read(files.DATABASE)[18:20] == b"\x01\x01", "a rollback journal, not a log"


def test_what_another_version_has_made_comes_back_to_be_rebuilt(base: Path, tmp_path: Path) -> None:
    def older(members: dict[str, bytes]) -> None:
        data = bytearray(members[files.DATABASE])
        data[60:64] = (77).to_bytes(4)  # PRAGMA user_version
        with_sum(files.DATABASE, bytes(data))(members)

    backup(base, tmp_path / "kopia.zip")
    restored = restore(tmp_path / "annan.db", rewritten(tmp_path / "kopia.zip", tmp_path / "gammal.zip", older))
    assert restored.sources == 2 and "kör kb rebuild" in restored.note
    rebuild(tmp_path / "annan.db", RULES)
    assert check(tmp_path / "annan.db").broken == ()


def test_what_a_killed_run_unpacked_is_cleared(base: Path, tmp_path: Path) -> None:
    backup(base, tmp_path / "kopia.zip")
    write(tmp_path, f".{base.name}.restore-halv/kb.db", "halv")
    restore(base, tmp_path / "kopia.zip", force=True)
    assert leftovers(tmp_path) == []


def test_what_came_later_goes_and_what_went_comes_back(base: Path, tmp_path: Path) -> None:
    before = state(base)
    backup(base, tmp_path / "kopia.zip")
    write(tmp_path, "docs/c.txt", "Protokoll om tåget.")
    ingest(base, [tmp_path / "docs"], RULES)
    forget(base, "a.txt", RULES)
    (tmp_path / "docs" / "b.txt").rename(tmp_path / "docs" / "d.txt")  # which its note in the archive says too
    ingest(base, [tmp_path / "docs" / "d.txt"], RULES)
    own_file(base).unlink()
    restore(base, tmp_path / "kopia.zip", force=True)
    assert state(base) == before
    assert check(base).broken == ()


def test_a_reader_sees_the_old_or_the_new(base: Path, tmp_path: Path) -> None:
    backup(base, tmp_path / "kopia.zip")
    forget(base, "a.txt", RULES)
    before = base.stat().st_ino
    with reading(base) as db, closing(read_only(base)) as later:
        assert db.execute("SELECT count(*) FROM sources").fetchone()[0] == 1
        assert later.execute("SELECT count(*) FROM sources").fetchone()[0] == 1
        restore(base, tmp_path / "kopia.zip", force=True)
        assert db.execute("SELECT count(*) FROM sources").fetchone()[0] == 1, "what one command reads is of one state"
        assert later.execute("SELECT count(*) FROM sources").fetchone()[0] == 2
    assert base.stat().st_ino == before, "or a server would see nothing that comes later"


def test_nothing_is_overwritten_unasked(base: Path, tmp_path: Path) -> None:
    backup(base, tmp_path / "kopia.zip")
    before = state(base)
    with pytest.raises(errors.Usage, match="finns redan"):
        restore(base, tmp_path / "kopia.zip")
    write(tmp_path, "annat.zip", "något annat")
    for name in ("packad.zip", files.SUMS):  # one of our members is not enough
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as packed:
            packed.writestr(name, "x")
    for target in (base, *tmp_path.glob("*.zip"), tmp_path / "docs"):
        if target.name == "kopia.zip":
            continue
        with pytest.raises(errors.Usage, match="ingen säkerhetskopia"):
            backup(base, target)
    backup(base, tmp_path / "kopia.zip")  # an earlier backup is replaced
    assert state(base) == before


def test_the_archive_alone_is_a_base_too(base: Path, tmp_path: Path) -> None:
    """The database is lost: what the archive holds may not go unasked either; nor the database, where the archive is lost."""
    backup(base, tmp_path / "kopia.zip")
    for lose in (replacing.remove, lambda database: shutil.rmtree(Archive(database).folder)):
        lose(base)
        with pytest.raises(errors.Usage, match="finns redan"):
            restore(base, tmp_path / "kopia.zip")
        restore(base, tmp_path / "kopia.zip", force=True)
        assert check(base).broken == ()


def test_backup_during_an_ingest(base: Path, tmp_path: Path) -> None:
    """After every file of a run one is made, by another thread: each is whole and holds what was saved by then."""
    for n in range(6):
        write(tmp_path, f"docs/x{n}.txt", f"Protokoll om tåget, {n}.")
    counts: list[int] = []

    def copy(_: object) -> None:
        target = tmp_path / f"kopia{len(counts)}.zip"
        thread = threading.Thread(target=lambda: counts.append(backup(base, target).sources))
        thread.start()
        thread.join()

    ingest(base, [tmp_path / "docs"], RULES, progress=Progress(event=copy))
    assert counts == [2, 2, 3, 4, 5, 6, 7, 8]
    for n, count in enumerate(counts):
        assert restore(tmp_path / f"{n}.db", tmp_path / f"kopia{n}.zip").sources == count
        assert check(tmp_path / f"{n}.db").broken == ()


def test_a_file_that_was_cut_off_anywhere_changes_nothing(base: Path, tmp_path: Path) -> None:
    backup(base, tmp_path / "kopia.zip")
    write(tmp_path, "docs/c.txt", "Protokoll om tåget.")
    ingest(base, [tmp_path / "docs"], RULES)
    before, data = state(base), (tmp_path / "kopia.zip").read_bytes()
    pick = random.Random(1)
    for length in [0, 1, len(data) - 1, len(data) // 2, *(pick.randrange(len(data)) for _ in range(6))]:
        (tmp_path / "halv.zip").write_bytes(data[:length])
        with pytest.raises(errors.BadBackup, match=r"halv\.zip"):
            restore(base, tmp_path / "halv.zip", force=True)
        assert state(base) == before
    assert leftovers(tmp_path) == []


def test_a_changed_byte_anywhere_restores_the_same_or_nothing(base: Path, tmp_path: Path) -> None:
    backup(base, tmp_path / "kopia.zip")
    before, data = state(base), (tmp_path / "kopia.zip").read_bytes()
    pick = random.Random(2)
    refused = 0
    for at in [pick.randrange(len(data)) for _ in range(25)]:
        (tmp_path / "fel.zip").write_bytes(data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :])
        try:
            restore(base, tmp_path / "fel.zip", force=True)
        except errors.BadBackup:
            refused += 1
        assert state(base) == before
    assert refused > 15


def rewritten(source: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """A backup with other members."""
    with zipfile.ZipFile(source) as old:
        members = {name: old.read(name) for name in old.namelist()}
    change(members)
    with zipfile.ZipFile(target, "w") as new:
        for name, data in members.items():
            new.writestr(name, data)
    return target


def with_sum(name: str, data: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        lines = [line for line in members[files.SUMS].decode().splitlines() if not line.endswith(f"  {name}")]
        members[name] = data
        members[files.SUMS] = "\n".join([*lines, f"{hashlib.sha256(data).hexdigest()}  {name}"]).encode()

    return change


def without(length: int) -> Callable[[dict[str, bytes]], None]:
    """A backup that lacks, in its list too, what has names of so many letters: the database, or the originals."""

    def change(members: dict[str, bytes]) -> None:
        gone = {name for name in members if len(Path(name).name) == length}
        lines = members[files.SUMS].decode().splitlines()
        members[files.SUMS] = "\n".join(line for line in lines if line.split()[1] not in gone).encode()
        for name in gone:
            del members[name]

    return change


def damaged(members: dict[str, bytes]) -> None:
    """A page of the database is not what it was, and its sum is right."""
    data = bytearray(members[files.DATABASE])
    data[-4096:] = b"\xff" * 4096
    with_sum(files.DATABASE, bytes(data))(members)


def other_database() -> bytes:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE t (x)")
        return db.serialize()


@pytest.mark.parametrize(
    "change",
    [
        lambda members: members.pop(files.SUMS),
        lambda members: members.pop(files.DATABASE),
        lambda members: members.pop(next(name for name in members if name.endswith(".json"))),
        lambda members: members.update({files.SUMS: b"\xff\xfe"}),
        lambda members: members.update({"mer.txt": b"mer"}),
        with_sum("../utanför.txt", b"x"),
        with_sum(f"{files.DATABASE}/../../utanför.txt", b"x"),
        with_sum(files.name_in_archive(hashlib.sha256(b"x").hexdigest()).replace("/2d/", "/00/"), b"x"),
        without(len(files.DATABASE)),
        without(64),
        damaged,
        with_sum("/tmp/utanför.txt", b"x"),
        with_sum(files.name_in_archive("ab" * 32), b"andra bytes"),
        with_sum(files.DATABASE, b"ingen databas"),
        with_sum(files.DATABASE, b""),
        with_sum(files.DATABASE, other_database()),
        lambda members: members.update({name: b"{}" for name in members if name.endswith(".json")}),  # the sums speak of other bytes
    ],
)
def test_a_backup_that_means_harm_or_is_another_file(base: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    backup(base, tmp_path / "kopia.zip")
    before, there = state(base), sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(errors.BadBackup):
        restore(base, rewritten(tmp_path / "kopia.zip", tmp_path / "fel.zip", change), force=True)
    assert state(base) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*there, "fel.zip"])


def test_an_original_that_is_gone_stops_the_backup_and_keeps_the_last(base: Path, tmp_path: Path) -> None:
    backup(base, tmp_path / "kopia.zip")
    last = hash_of(tmp_path / "kopia.zip")
    Archive(base).file(hash_of(tmp_path / "docs" / "a.txt")).write_text("ändrad")
    with pytest.raises(errors.ArchiveGap):
        backup(base, tmp_path / "kopia.zip")
    Archive(base).file(hash_of(tmp_path / "docs" / "a.txt")).unlink()
    with pytest.raises(errors.ArchiveGap):
        backup(base, tmp_path / "kopia.zip")
    assert hash_of(tmp_path / "kopia.zip") == last
    assert leftovers(tmp_path) == []


def test_a_full_disk_is_named(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system says only that a disk is full, not which."""
    backup(base, tmp_path / "kopia.zip")
    before = state(base)

    def full(*_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "_hashed", full)
    with pytest.raises(errors.DiskFull, match=f"^{tmp_path}: disken är full"):
        restore(base, tmp_path / "kopia.zip", force=True)
    assert state(base) == before and leftovers(tmp_path) == []


def test_a_fault_at_the_switch_leaves_the_old_state(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backup(base, tmp_path / "kopia.zip")
    forget(base, "a.txt", RULES)
    before = state(base)

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(replacing, "replace", full)
    for target in (base, tmp_path / "annan.db"):
        with pytest.raises(sqlite3.OperationalError):
            restore(target, tmp_path / "kopia.zip", force=True)
    assert state(base) == before
    assert leftovers(tmp_path) == [] and not Archive(tmp_path / "annan.db").folder.exists()


def test_a_restore_killed_at_the_end_has_lost_no_name(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    backup(base, tmp_path / "kopia.zip")
    monkeypatch.setattr(commands, "_settle", die)
    with pytest.raises(KeyboardInterrupt):
        restore(tmp_path / "annan.db", tmp_path / "kopia.zip")
    assert {original.path for original in Archive(tmp_path / "annan.db").originals()} == {"a.txt", "b.txt"}
    assert check(tmp_path / "annan.db").broken == ()


def test_a_base_that_another_program_holds_is_not_renamed_over(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backup(base, tmp_path / "kopia.zip")
    monkeypatch.setattr(replacing, "BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(base, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        before = base.stat().st_ino
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            restore(base, tmp_path / "kopia.zip", force=True)
        assert base.stat().st_ino == before


def test_what_the_disk_has_damaged_is_mended_and_stays_so(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backup(base, tmp_path / "kopia.zip")
    lost = hash_of(tmp_path / "docs" / "a.txt")

    def fault(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    for patched in (True, False):
        Archive(base).file(lost).write_text("skadad")
        with monkeypatch.context() as patch:
            if patched:
                patch.setattr(replacing, "replace", fault)
            with suppress(sqlite3.OperationalError):
                restore(base, tmp_path / "kopia.zip", force=True)
        assert Archive(base).is_whole(lost), "it is the base's own, whether the base is replaced or not"
    assert check(base).broken == ()


def test_a_base_in_use_is_not_replaced(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backup(base, tmp_path / "kopia.zip")
    monkeypatch.setattr(lock, "_acquire", lambda handle, database, wait: _busy(database))
    with pytest.raises(errors.Busy):
        restore(base, tmp_path / "kopia.zip", force=True)


def _busy(database: Path) -> None:
    raise errors.Busy(f"{database} skrivs av en annan kb")


@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        (("backup", "ny.zip", "--db", "nej.db"), errors.MissingDatabase),
        (("backup", "nej/ny.zip"), errors.Usage),
        (("restore", "nej.zip", "--db", "ny.db"), MissingFile),
        (("restore", "docs/a.txt", "--db", "ny.db"), errors.BadBackup),
        (("restore", "docs", "--db", "ny.db"), MissingFile),
        (("restore", "kopia.zip"), errors.Usage),
        (("restore", "kopia.zip", "--db", "nej/ny.db"), errors.Usage),
    ],
)
def test_bad_input_is_one_line(
    base: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    cause: type[IngestError],
) -> None:
    monkeypatch.chdir(tmp_path)
    before = state(base)
    assert terminal.run(app, ["backup", "kopia.zip"]) == 0
    capsys.readouterr()
    assert terminal.run(app, list(arguments)) == cause.exit_code
    assert capsys.readouterr().err.count("\n") == 1
    assert state(base) == before
    assert not (tmp_path / "ny.db").exists()


def test_a_closed_folder_is_named(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "access", lambda _, mode: mode != os.W_OK | os.X_OK)
    assert terminal.run(app, ["backup", "ny.zip"]) == errors.ReadOnly.exit_code
    assert capsys.readouterr().err == f"kb: mappen {tmp_path} får inte skrivas i – ange en fil i en mapp som du får skriva i\n"


def test_only_the_owner_may_read_a_backup_and_what_comes_out_of_it(base: Path, tmp_path: Path) -> None:
    backup(base, tmp_path / "kopia.zip")
    restore(tmp_path / "annan.db", tmp_path / "kopia.zip")
    originals = [path for path in Archive(tmp_path / "annan.db").folder.glob("??/*") if not path.suffix]
    assert len(originals) == 2 and all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "kopia.zip", *originals))


def test_a_list_without_end_is_not_read(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backup(base, tmp_path / "kopia.zip")
    monkeypatch.setattr(files, "_SUMS_BYTES", 10)
    with pytest.raises(errors.BadBackup, match="eller inte hel"):
        restore(tmp_path / "annan.db", tmp_path / "kopia.zip")

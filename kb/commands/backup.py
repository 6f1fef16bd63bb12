"""`kb backup` and `kb restore`: a base into one file, and back in its place."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kb import backup as files
from kb import errors, lock, overrides, replacing
from kb.archive import Archive, sync_folder
from kb.connect import check_version


@dataclass(frozen=True, slots=True)
class Copied:
    """What a backup holds: how many sources and originals; `note` is for people."""

    sources: int
    originals: int
    note: str = ""


def backup(database: Path, target: Path) -> Copied:
    """Write a base to one file; what else is written in it meanwhile is in the file or not, never half.

    Raises Usage where the file is there and is no backup, ReadOnly where its folder is closed, ArchiveGap where an original is missing,
    MissingDatabase, OSError.
    """
    if target.exists() and not files.is_backup(target):
        raise errors.Usage(f"{target} finns redan och är ingen säkerhetskopia", "ange en annan fil")
    if not target.parent.is_dir():
        raise errors.Usage(f"mappen {target.parent} finns inte", "ange en fil i en mapp som finns")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise errors.ReadOnly(f"mappen {target.parent.absolute()} får inte skrivas i", "ange en fil i en mapp som du får skriva i")
    return Copied(*files.write(database, target))


def restore(database: Path, source: Path, force: bool = False) -> Copied:
    """Put what a backup holds in the place of a base. All of it is unpacked and checked before the first thing is changed.

    Raises Usage where there is a base and not `force`, BadBackup, MissingFile, Busy, OSError: then the base is as it was.
    """
    if not database.parent.is_dir():
        raise errors.Usage(f"mappen {database.parent} finns inte", "gör den först, eller ange en annan plats med --db")
    with lock.writing(database):
        if not force and (_has_content(database) or Archive(database).hashes()):
            raise errors.Usage(f"{database} finns redan", "ange en annan plats med --db, eller --force för att ersätta den med säkerhetskopian")
        for killed in database.parent.glob(f".{database.name}.restore-*"):
            shutil.rmtree(killed, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=f".{database.name}.restore-", dir=database.parent) as folder:
            files.unpack(source, Path(folder))
            fresh = Path(folder, files.DATABASE)
            sources, note = _looked_at(fresh, source)
            kept = Archive(fresh).hashes()
            with _added_originals(Archive(fresh), Archive(database), kept):
                replacing.replace(database, fresh)
            _settle(Archive(fresh), Archive(database), kept)
            _corrections(Path(folder, files.OVERRIDES), overrides.own_file(database))
    return Copied(sources, len(kept), note)


def _has_content(path: Path) -> bool:
    """False also for the empty file that a killed run may leave."""
    return path.exists() and path.stat().st_size > 0


def _looked_at(fresh: Path, source: Path) -> tuple[int, str]:
    """How many sources a base holds, and a note where this program cannot use it as it is. Raises BadBackup."""
    note = ""
    try:
        with closing(sqlite3.connect(fresh)) as db:
            if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise errors.BadBackup(f"{source}: databasen i säkerhetskopian är skadad")
            try:
                check_version(db, fresh)
            except errors.OtherVersion:
                note = "Säkerhetskopian är gjord av en annan version av kb – kör kb rebuild."
            wanted = {row[0] for row in db.execute("SELECT sha256 FROM sources")}
    except (sqlite3.Error, errors.NotADatabase) as error:
        raise errors.BadBackup(f"{source}: databasen i säkerhetskopian går inte att använda") from error
    if wanted - Archive(fresh).hashes():
        raise errors.BadBackup(f"{source}: originalen till {len(wanted - Archive(fresh).hashes())} källor saknas i säkerhetskopian")
    return len(wanted), note


@contextmanager
def _added_originals(new: Archive, archive: Archive, hashes: set[str]) -> Iterator[None]:
    """Originals that an archive lacks, moved there before the rows that name them come; away again where those do not."""
    added: list[str] = []
    new_folder = not archive.folder.exists()
    try:
        for sha256 in sorted(hashes):
            if not archive.is_whole(sha256):
                if not archive.file(sha256).exists():
                    added.append(sha256)
                _moved(new, archive, sha256)
        yield
    except BaseException:
        for sha256 in added:
            archive.remove(sha256)
        if new_folder:
            with suppress(OSError):
                archive.folder.rmdir()
        raise


def _moved(new: Archive, archive: Archive, sha256: str) -> None:
    """The note, then the bytes: both lie on the same disk, synced, so each is there wholly or not at all."""
    file, target = new.file(sha256), archive.file(sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    note = file.with_suffix(".json")
    if note.exists():
        shutil.copyfile(note, new.folder / "note")
        (new.folder / "note").replace(target.with_suffix(".json"))
    file.replace(target)
    sync_folder(target.parent)


def _settle(new: Archive, archive: Archive, kept: set[str]) -> None:
    """What the old base had and the backup has not goes, each note says what it said there, and what OCR had read is there."""
    for sha256 in archive.hashes() - kept:
        archive.remove(sha256)
    for ending in reversed(files.NOTES):
        for note in sorted(new.folder.glob(f"??/*{ending}")):
            note.replace(archive.folder / note.parent.name / note.name)


def _corrections(restored: Path, own: Path) -> None:
    """The corrections by people that the base was read with."""
    if restored.exists():
        overrides.write(own, restored.read_text(encoding="utf-8"))
    else:
        own.unlink(missing_ok=True)

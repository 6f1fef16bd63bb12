"""A base in one file: a zip of database, originals and corrections with the hash of each, written wholly or not at all, and read with suspicion."""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import IO, BinaryIO

from ingest.errors import MissingFile
from kb import errors
from kb.archive import Archive, write_whole
from kb.connect import BUSY_SECONDS, reading
from kb.overrides import own_file

SUMS = "SHA256SUMS"
"""The last member: a line for each other one, as sha256sum writes it. A file that was cut off has none."""
DATABASE = "kb.db"
OVERRIDES = "kb.db.overrides.yaml"
NOTES = (".json", ".ocr", ".ocr.pdf")
"""What lies beside an original: where it came from, what OCR has made of it and how. OCR's note is copied before its PDF, which is never older."""
_NAMES = re.compile(r"kb\.db|kb\.db\.overrides\.yaml|kb\.db\.archive/([0-9a-f]{2})/(\1[0-9a-f]{62})(\.json|\.ocr|\.ocr\.pdf)?")
_LINE = re.compile(r"([0-9a-f]{64})  (\S+)")
_CHUNK = 1 << 20
_SUMS_BYTES = 1 << 28  # a line is some 150 bytes: more than a million originals


def name_in_archive(sha256: str, ending: str = "") -> str:
    """What an archived file is called in a backup."""
    return f"{DATABASE}.archive/{sha256[:2]}/{sha256}{ending}"


# writing


def write(database: Path, target: Path) -> tuple[int, int]:
    """Write a base to a file, in place of a backup that it was; how many sources and originals are in it.

    Raises ArchiveGap where an original is not whole (any more), MissingDatabase, OSError. Other programs may write in the base meanwhile.
    """
    archive = Archive(database)
    before = archive.hashes()  # one that comes later has no row yet in the copy, or is named by it
    with tempfile.TemporaryDirectory(prefix=".kb-backup-", dir=target.parent) as folder:
        copy = Path(folder, DATABASE)
        sources, wanted = _copied(database, copy)
        write_whole(target, lambda out: _fill(out, copy, archive, sorted(before | wanted), own_file(database), wanted))
    return sources, len(before | wanted)


def _copied(database: Path, copy: Path) -> tuple[int, set[str]]:
    """Copy a database as it is at one moment; how many sources it has, and the hashes of the originals it speaks of."""
    with reading(database) as old, closing(sqlite3.connect(copy, timeout=BUSY_SECONDS)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")  # all in one file
        wanted = {row[0] for row in new.execute("SELECT sha256 FROM sources UNION SELECT sha256 FROM containers")}
        return int(new.execute("SELECT count(*) FROM sources").fetchone()[0]), wanted


def _fill(out: BinaryIO, copy: Path, archive: Archive, hashes: Iterable[str], overrides: Path, wanted: set[str]) -> None:
    sums = dict[str, str]()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as zipped:

        def add(path: Path, name: str) -> None:
            sums[name] = _added(zipped, path, name)

        add(copy, DATABASE)
        with suppress(FileNotFoundError):
            add(overrides, OVERRIDES)
        for sha256 in hashes:
            file, name = archive.file(sha256), name_in_archive(sha256)
            if sha256 not in wanted and not archive.is_whole(sha256):  # kb forget came between, or nothing speaks of it and it is damaged
                continue
            with suppress(FileNotFoundError):
                add(file, name)
            if sums.get(name) != sha256:
                raise errors.ArchiveGap(f"arkivets original {sha256[:12]}… saknas eller är skadat, ingen säkerhetskopia skrevs", "kör kb check")
            for ending in NOTES:
                with suppress(FileNotFoundError):
                    add(file.with_suffix(ending), f"{name}{ending}")
        with zipped.open(SUMS, "w") as last:  # not writestr: it asks the clock, which may say anything
            last.write("".join(f"{sha256}  {name}\n" for name, sha256 in sums.items()).encode())


def _added(zipped: zipfile.ZipFile, path: Path, name: str) -> str:
    """Put a file in a zip; the hash of what was put."""
    with path.open("rb") as file, zipped.open(name, "w", force_zip64=True) as out:
        return _hashed(file, out)


def _hashed(file: IO[bytes], out: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        out.write(chunk)
    return digest.hexdigest()


# reading


def is_backup(path: Path) -> bool:
    """True for a file that `write` made, as far as can be told without reading it all."""
    try:
        with zipfile.ZipFile(path) as zipped:
            return {SUMS, DATABASE} <= set(zipped.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def unpack(path: Path, folder: Path) -> None:
    """Unpack a backup to a folder under the names above, every file with the hash that the backup says. Raises MissingFile, BadBackup, OSError."""
    if not path.is_file():
        raise MissingFile(f"{path} finns inte")
    try:
        with zipfile.ZipFile(path) as zipped:
            for name, sha256 in _sums(path, zipped).items():
                _unpacked(zipped, path, name, sha256, folder / name)
    except OSError as error:
        if error.filename is None:  # a write says that the disk is full, not which
            raise errors.from_os(error, folder.parent.absolute()) from error
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise errors.BadBackup(f"{path}: är ingen hel säkerhetskopia ({' '.join(str(error).split())[:100]})") from error


def _unpacked(zipped: zipfile.ZipFile, path: Path, name: str, sha256: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipped.open(name) as file, open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:  # noqa: PTH123
        found = _hashed(file, out)
        out.flush()
        os.fsync(out.fileno())
    original = _NAMES.fullmatch(name)
    if found != sha256 or (original and original[2] and not original[3] and original[2] != sha256):
        raise errors.BadBackup(f"{path}: {name} i säkerhetskopian är skadad")


def _sums(path: Path, zipped: zipfile.ZipFile) -> dict[str, str]:
    """The hash of each member by its name. No name but the expected ones is ever used as a path."""
    members = [info.filename for info in zipped.infolist()]
    if SUMS not in members or zipped.getinfo(SUMS).file_size > _SUMS_BYTES:
        raise errors.BadBackup(f"{path}: är ingen säkerhetskopia som kb har gjort, eller inte hel")
    found = dict[str, str]()
    for line in zipped.read(SUMS).decode().splitlines():
        matched = _LINE.fullmatch(line)
        if not matched or not _NAMES.fullmatch(matched[2]):
            raise errors.BadBackup(f"{path}: listan {SUMS} i säkerhetskopian är skadad")
        found[matched[2]] = matched[1]
    if sorted(members) != sorted([*found, SUMS]):
        raise errors.BadBackup(f"{path}: säkerhetskopian har inte de filer som dess lista säger")
    return found

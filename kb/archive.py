"""The originals, kept beside the database by the hash of their bytes, so that everything can be read again from them.

`kb.db.archive/ab/abcdef…` holds the bytes and `abcdef….json` says where they came from. `abcdef….ocr.pdf` and its note `abcdef….ocr` are what
OCR made of a scan (`kb.ocr`). The note is written before the bytes, and both
before the row that names them: whatever moment a run is killed at, each row has its original and each original its note.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePath
from typing import BinaryIO

from ingest.errors import UnreadableFile, reason
from kb import errors

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Original:
    """An archived file: its hash, the name staff see, the absolute path it came from, and when it was read (UTC, ISO 8601).

    `container` is the path of the zip file or mail it came out of. One that is only a `holder` of others is no source itself. `listed` is what
    a manifest stated of it (`kb.manifest`).
    """

    sha256: str
    path: str
    origin: str
    ingested: str
    container: str = ""
    holder: bool = False
    listed: str | None = None

    def inside(self, containers: Collection[str]) -> bool:
        """True where it came out of one of these, at any depth."""
        return any(str(parent) in containers for parent in PurePath(self.origin).parents)


class Archive:
    """The archive of one database."""

    MEMBERS = ".unpacked-"
    """What the folders begin with in which the files of a container lie until they are read."""

    def __init__(self, database: Path) -> None:
        self.folder = database.with_name(database.name + ".archive")

    def file(self, sha256: str) -> Path:
        """Where the bytes of that hash lie, or would."""
        return self.folder / sha256[:2] / sha256

    def keep(self, source: Path, original: Original) -> None:
        """Copy a file in. Raises UnreadableFile if it is gone or closed, UnstableFile if its bytes are not those of `original.sha256` (any more)."""
        target = self.file(original.sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        note = json.dumps(asdict(original), ensure_ascii=False, indent=1).encode()
        write_whole(target.with_suffix(".json"), note)
        if target.is_file() and hash_of(target) == original.sha256:
            return
        try:
            write_whole(target, lambda out: _copy(source, out, original.sha256))
        except BaseException:
            target.with_suffix(".json").unlink(missing_ok=True)
            raise

    def renamed(self, original: Original, origin: str) -> None:
        """Note on an archived file that the path it came from is another now."""
        note = json.dumps(asdict(replace(original, origin=origin)), ensure_ascii=False, indent=1).encode()
        write_whole(self.file(original.sha256).with_suffix(".json"), note)

    def remove(self, sha256: str) -> bool:
        """Delete a file and its note; False where there was none. The bytes go first: a note alone is no original."""
        target = self.file(sha256)
        found = target.exists()
        for path in (target, target.with_suffix(".ocr"), target.with_suffix(".ocr.pdf"), target.with_suffix(".json")):
            path.unlink(missing_ok=True)
        shutil.rmtree(self.folder / f".ocr-{sha256}", ignore_errors=True)
        with suppress(OSError):
            target.parent.rmdir()
        return found

    def originals(self) -> Iterator[Original]:
        """All archived files that have a readable note, oldest first."""
        notes = [self._note(path) for path in self.folder.glob("??/*.json")]
        yield from sorted((n for n in notes if n and self.file(n.sha256).is_file()), key=lambda n: (n.ingested, n.sha256))

    def hashes(self) -> set[str]:
        """The names of all archived files."""
        return {path.name for path in self.folder.glob("??/*") if not path.suffix and not path.name.startswith(".")}

    def remains(self) -> list[Path]:
        """Half-written files of killed runs, and notes whose bytes never came."""
        notes = [path for path in self.folder.glob("??/*.json") if not path.with_suffix("").exists()]
        return sorted([*notes, *self.folder.glob("??/.*")])

    def clear(self) -> None:
        """Take away what a killed run had unpacked; the caller holds the lock."""
        self.folder.mkdir(exist_ok=True)
        for folder in self.folder.glob(f"{self.MEMBERS}*"):
            shutil.rmtree(folder, ignore_errors=True)

    def tidy(self) -> None:
        """Take away all that a killed run has left half done; the caller holds the lock, and nobody who works for it writes here yet."""
        self.clear()
        for path in self.remains():
            path.unlink(missing_ok=True)

    def is_whole(self, sha256: str) -> bool:
        """True where the archived bytes have the hash they are named by."""
        path = self.file(sha256)
        return path.is_file() and hash_of(path) == sha256

    def _note(self, path: Path) -> Original | None:
        try:
            return Original(**json.loads(path.read_bytes()))
        except (OSError, ValueError, TypeError):
            return None


def hash_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _chunks(source: Path) -> Iterator[bytes]:
    """The bytes of a file. What goes wrong here is the file's fault, never the archive's."""
    try:
        with source.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise UnreadableFile(f"{source}: {reason(error)}") from error


def _copy(source: Path, out: BinaryIO, sha256: str) -> None:
    digest = hashlib.sha256()
    for chunk in _chunks(source):
        digest.update(chunk)
        out.write(chunk)
    if digest.hexdigest() != sha256:
        raise errors.UnstableFile(f"{source}: filen ändrades medan den lästes")


def write_whole(target: Path, content: bytes | Callable[[BinaryIO], object]) -> None:
    """Write a file, its bytes or what writes them, so that it is there wholly or not at all, also after a power cut."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as out:
            _ = out.write(content) if isinstance(content, bytes) else content(out)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(target)
    except BaseException as error:
        with suppress(OSError):
            Path(name).unlink()
        if isinstance(error, OSError) and error.errno and not error.filename:  # a full disk names no file
            raise OSError(error.errno, error.strerror, str(target.parent)) from error
        raise
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """See that what was named or moved in a folder is so after a power cut too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

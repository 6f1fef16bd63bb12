"""Zip files, and the document formats that are zip files: opened only where what they would unpack to is within bounds. Nothing is ever written."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

from ingest.errors import BrokenFile, EncryptedFile, TooLarge
from ingest.read import limits


def checked(path: Path, data: bytes) -> zipfile.ZipFile:
    """A zip file, open, after a look at its directory. zipfile reads no member further than the directory says it goes.

    Raises BrokenFile, and TooLarge for a bomb.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise BrokenFile(f"{path}: är trasig eller avbruten (zip)") from error
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if len(members) > limits.MOST_MEMBERS:
        raise TooLarge(f"{path}: innehåller fler än {limits.MOST_MEMBERS} filer ({len(members)})")
    if unpacked > limits.MOST_UNPACKED or unpacked > max(limits.SMALL, limits.MOST_RATIO * len(data)):
        raise TooLarge(f"{path}: packas upp till {limits.size_of(unpacked)} från {limits.size_of(len(data))} (en zipbomb?)")
    return archive


def member_bytes(path: Path, archive: zipfile.ZipFile, name: str | zipfile.ZipInfo) -> bytes:
    """The bytes of a member. Raises EncryptedFile, BrokenFile and TooLarge."""
    member = name if isinstance(name, zipfile.ZipInfo) else archive.getinfo(name)
    if member.flag_bits & 1:
        raise EncryptedFile(f"{path}: är låst med lösenord")
    limits.check_size(path, member.file_size)
    try:
        return archive.read(member)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, zlib.error) as error:
        raise BrokenFile(f"{path}: är trasig eller avbruten (zip)") from error

"""Files that hold files: the members of a zip file, what is attached to a mail. No path from inside is ever used: members are bytes with a name."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from ingest.errors import BrokenFile, EmptyFile, IngestError, TooLarge, UnknownFormat, UnreadableFile, decoded
from ingest.read import limits, mail
from ingest.read.package import checked, member_bytes
from ingest.read.sniff import NAMED

DEPTH = 2
"""So many containers in each other are unpacked: the mail in the zip file of a case, but not the zip file of that mail."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file within a container. `name` is its path there, made harmless."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """A member that cannot be had, and why."""

    name: str
    error: IngestError


def members(path: Path, kind: str, data: bytes) -> Iterator[Member | Refused]:
    """The files that a zip file or a mail holds, in their order, each under a name of its own. Hidden ones are left, and empty ones whose
    names are not of documents.

    Raises BrokenFile, TooLarge.
    """
    taken: set[str] = set()
    total = 0
    for found in _of_zip(path, data) if kind == "zip" else _of_mail(path, data):
        name = _free(found.name, taken)
        if isinstance(found, Refused):
            yield Refused(name, found.error)
        elif found.data.strip():
            total += len(found.data)
            if total > limits.MOST_UNPACKED or len(taken) > limits.MOST_MEMBERS:
                raise TooLarge(f"{path}: packas upp till mer än {limits.size_of(limits.MOST_UNPACKED)} eller {limits.MOST_MEMBERS} filer")
            yield Member(name, found.data)
        elif PurePath(name).suffix.lower() in NAMED:
            yield Refused(name, EmptyFile(f"{path / name}: är tom"))


def _of_zip(path: Path, data: bytes) -> Iterator[Member | Refused]:
    with checked(path, data) as archive:
        for info in archive.infolist():
            name = harmless(_decoded(info))
            if info.is_dir() or not name or any(part.startswith((".", "~$")) or part == "__MACOSX" for part in name.split("/")):
                continue
            if stat.S_ISLNK(info.external_attr >> 16):
                yield Refused(name, UnreadableFile(f"{path / name}: är bara en länk till en fil", "packa filen själv och läs in på nytt"))
                continue
            try:
                yield Member(name, member_bytes(path / name, archive, info))
            except IngestError as error:
                yield Refused(name, error)


_TNEF = b"\x78\x9f\x3e\x22"
"""What Outlook packs attachments in begins so."""


def _of_mail(path: Path, data: bytes) -> Iterator[Member | Refused]:
    for name, part in mail.attached(mail.message_of(path, data)):
        name = harmless(name.replace("\\", "/").rpartition("/")[2])
        if not name:
            continue
        data, whole = mail.payload(part)
        if name.lower() == "winmail.dat" or data.startswith(_TNEF):
            what, todo = "är bilagor så som bara Outlook packar dem", "be avsändaren skicka dem som vanliga bilagor"
            yield Refused(name, UnknownFormat(f"{path / name}: {what}", todo))
        elif not whole:
            yield Refused(name, BrokenFile(f"{path / name}: är avbruten i e-brevet"))
        else:
            yield Member(name, data)


def _decoded(info: zipfile.ZipInfo) -> str:
    """The name of a member; where no encoding is said it may be UTF-8 all the same, else it is that of DOS, whose å, ä and ö cp437 has, or of
    Windows: the one with most such letters.
    """
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeError:
        return info.filename
    try:
        return raw.decode("utf-8")
    except UnicodeError:
        return max((info.filename, raw.decode("cp1252", "replace")), key=lambda name: sum(letter in "åäöÅÄÖéÉ" for letter in name))


def harmless(name: str) -> str:
    """A path without anything that leads out of a folder, on one line."""
    parts = (part.strip() for part in re.sub(r"^[A-Za-z]:", "", decoded(name).replace("\\", "/")).split("/"))
    return "/".join(part[:200] for part in parts if part not in ("", ".", ".."))


def _free(name: str, taken: set[str]) -> str:
    """The name, numbered where another member has it."""
    stem, dot, ending = name.rpartition(".")
    found, n = name, 1
    while found in taken:
        n += 1
        found = f"{stem} ({n}).{ending}" if dot and stem else f"{name} ({n})"
    taken.add(found)
    return found

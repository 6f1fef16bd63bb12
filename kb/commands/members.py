"""A container → its files, taken out in a child with limits and put down under numbers: no name from inside is used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ingest.errors import IngestError
from ingest.read import Member, unpack
from ingest.rules import Rules
from kb.commands.parsing import Refusal, Task, refusal
from kb.commands.pool import Pool
from kb.isolation import Send, isolated
from kb.wire import Wire


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a container held: its hash, and for each file its path within and the number it was put down as in the folder, or why it cannot be had."""

    sha256: str
    members: tuple[tuple[str, Path | Refusal], ...]


@dataclass(frozen=True, slots=True)
class _Lost:
    """A member that cannot be had, and why."""

    name: str
    why: Refusal


_MEMBERS = Wire(str, Member, _Lost)


def unpack_all(task: Task, folder: Path, workers: Pool) -> Unpacked | Refusal:
    """Take a container apart into numbered files of a folder; no name from inside is used there."""
    found = workers.result(workers.submit(task.name, _unpack_alone, task, folder))
    assert isinstance(found, Unpacked | Refusal)
    return found


def _unpack_alone(_: Rules, task: Task, folder: Path) -> Unpacked | Refusal:
    sha256, members = "", list[tuple[str, Path | Refusal]]()
    try:
        for value in isolated(task.name, partial(_send_members, task.path), _MEMBERS):
            if isinstance(value, str):
                sha256 = value
            elif isinstance(value, Member):
                path = folder / f"{len(members)}{ending_of(value.name)}"
                path.write_bytes(value.data)
                members.append((value.name, path))
            elif isinstance(value, _Lost):
                members.append((value.name, value.why))
    except IngestError as error:
        return refusal(error)
    return Unpacked(sha256, tuple(members))


def _send_members(path: Path, send: Send) -> None:
    """In the child: the hash of a container, then its files one at a time."""
    sha256, members = unpack(path)
    send(sha256)
    for member in members:
        send(member if isinstance(member, Member) else _Lost(member.name, refusal(member.error)))


def ending_of(name: str) -> str:
    """The ending of a name, where it is a plain one: readers tell kinds of text by it."""
    found = re.search(r"\.[A-Za-z0-9]{1,8}$", name)
    return found.group() if found else ""

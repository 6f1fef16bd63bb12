"""Whose each paper is: what it says itself, and where it does not say, what its folder says. Two organisations' §§ are never taken for one."""

from __future__ import annotations

import functools
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from ingest.text import plain


@dataclass(frozen=True, slots=True)
class Paper:
    """A document. `scope` is where its §§ are one of a kind: the organisation, or, where that is not known, the folder it came from.

    `level` is region or municipality, None where that is not known.
    """

    id: str
    source: int
    kind: str
    forum: str | None
    date: str | None
    key: str | None
    folder: str
    level: str | None
    stated: str | None
    organisation: str | None
    scope: str


@functools.lru_cache(maxsize=4096)
def key_of(organisation: str) -> str:
    """Equal for the spellings of one organisation: Granviks stad and Granviks kommun, Region Fjällhav and Region Fjällhavs."""
    words = plain(organisation)
    kind = level_of(organisation) or "other"
    place = re.sub(r"(?:^region | kommun$| stad$)", "", words)
    return f"{kind}:{place.removesuffix('s')}"


def level_of(organisation: str) -> str | None:
    """Region or municipality, by the name."""
    words = plain(organisation)
    return "municipality" if words.endswith((" kommun", " stad")) else "region" if "region" in words and "forbund" not in words else None


def scope_of(organisation: str) -> str:
    """The scope of an organisation's §§."""
    return f"o:{key_of(organisation)}"


def papers(db: sqlite3.Connection, level: Callable[[str | None], str | None]) -> dict[str, Paper]:
    """All documents by id. `level` says what kind of organisation a body belongs to."""
    found = [_paper(level, *row) for row in db.execute(_DOCUMENTS)]
    spellings = Counter(p.stated for p in found if p.stated)
    names: dict[str, str] = {}
    for name, _ in sorted(spellings.items(), key=lambda pair: (-pair[1], pair[0])):
        names.setdefault(key_of(name), name)
    mates = _mates(found)
    return {p.id: _settled(p, names, mates) for p in found}


def _paper(level: Callable[[str | None], str | None], *row: object) -> Paper:
    id, source, kind, forum, addressed, date, key, stated, path = row
    folder = str(PurePosixPath(str(path)).parent)
    asked = level(str(forum or addressed)) if forum or addressed else None
    return Paper(str(id), int(str(source)), str(kind), forum, date, key, folder, asked, stated, None, "")  # type: ignore[arg-type]


def _mates(found: list[Paper]) -> dict[str, set[str]]:
    """Folder → the organisations that its papers say they are of."""
    mates: dict[str, set[str]] = defaultdict(set)
    for paper in found:
        if paper.stated:
            mates[paper.folder].add(key_of(paper.stated))
    return mates


def _settled(paper: Paper, names: dict[str, str], mates: dict[str, set[str]]) -> Paper:
    key = key_of(paper.stated) if paper.stated else _by_folder(paper, names, mates)
    if key is None:
        return replace(paper, scope=f"f:{paper.folder}")
    name = names[key]
    return replace(paper, organisation=name, scope=f"o:{key}", level=level_of(name) or paper.level)


def _by_folder(paper: Paper, names: dict[str, str], mates: dict[str, set[str]]) -> str | None:
    """The one known organisation after which a folder of the path is called, else the only one that the papers of the folder name."""
    folders = [plain(part) for part in PurePosixPath(paper.folder).parts]
    called = {key for key in names if _fits(key, paper.level) and any(_called(folder, key) for folder in folders)}
    beside = {key for key in mates.get(paper.folder, ()) if _fits(key, paper.level)}
    found = called or beside
    return found.pop() if len(found) == 1 else None


def _fits(key: str, level: str | None) -> bool:
    return level is None or key.startswith((level, "other"))


def _called(folder: str, key: str) -> bool:
    place = key.partition(":")[2]
    return bool(place) and (folder == place or folder.startswith((f"{place}s ", f"{place} ")) or folder == f"{place}s")


_DOCUMENTS = """
SELECT d.id, d.source_id, d.kind, d.forum, d.addressed_to, d.date, d.dnr_key, d.stated, s.path
FROM documents d JOIN sources s ON s.id = d.source_id ORDER BY d.id"""

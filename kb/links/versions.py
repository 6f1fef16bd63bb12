"""Versions of an agreement on standing assignments: each follows on the latest earlier one of the same parties that has an assignment of its."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.text import plain
from kb.links import organisations
from kb.links.base import Base

_REGION = re.compile(r"\bRegion(?: [A-ZÅÄÖ][a-zåäöé]+)+")
_BETWEEN = "; "
"""Stands between the parties of an agreement."""

Row = dict[str, Any]
Parties = tuple[str, str]
"""The region whose agreement it is, or where that is not known the scope of the paper; and the municipality where it is with one alone."""


@dataclass(slots=True)
class _Version:
    """A paper that lists standing assignments: its day, their names, its title and what it calls the agreement, and the parties that it gives it."""

    document: str
    date: str
    keys: set[str] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)
    parties: set[str] = field(default_factory=set)


def versions(db: sqlite3.Connection, base: Base) -> Mapping[str, str]:
    """Document → the one of the version before; none of another region's agreement, nor of one of which it is not said whose it is."""
    read = _read(db)
    named = {v.document: _regions(base, v) for v in read}
    known = base.regions.union(*named.values())
    sides = {v.document: _sides(base, v, named[v.document], known) for v in read}
    found: dict[str, str] = {}
    for later in read:
        before = [v for v in read if v.date < later.date and sides[v.document] == sides[later.document] and v.keys & later.keys]
        if before:
            latest = max(v.date for v in before)
            found[later.document] = min(v.document for v in before if v.date == latest)
    return found


def rows(found: Mapping[str, str]) -> list[Row]:
    """As the base keeps them."""
    return [{"later_id": later, "earlier_id": earlier} for later, earlier in sorted(found.items())]


def _read(db: sqlite3.Connection) -> list[_Version]:
    read: dict[str, _Version] = {}
    for document, date, key, title in db.execute(_STANDING):
        version = read.setdefault(document, _Version(document, date, titles={title}))
        version.keys.add(key)
    for document, title, parties in db.execute("SELECT document_id, title, parties FROM agreements"):
        if version := read.get(document):  # type: ignore[assignment]
            version.titles.add(title)
            version.parties.update((parties or "").split(_BETWEEN) if parties else ())
    return list(read.values())


def _regions(base: Base, version: _Version) -> set[str]:
    """The scopes of the regions that a version names as those whose agreement it is: its own, else those of its parties, else of its titles."""
    paper = base.documents[version.document]
    if paper.organisation and organisations.level_of(paper.organisation) == "region":
        return {paper.scope}
    return {scope for text in version.parties or version.titles for scope in _named(text, base.regions)}


def _named(text: str, known: set[str]) -> set[str]:
    """The scopes of the regions that a text names: those that have papers here, by whatever kind of name, and others called Region first."""
    words = f" {plain(text)} "
    found = {scope: name for scope in known for name in _names(scope) if f" {name} " in words}
    others = {name for name in _REGION.findall(text) if not any(f"{plain(name)} ".startswith(f"{one} ") for one in found.values())}
    return {*found, *(organisations.scope_of(name) for name in others)}


def _names(scope: str) -> tuple[str, str]:
    """What a region is called, and the same in the genitive."""
    place = scope.rpartition(":")[2]
    name = place if "region" in place else f"region {place}"
    return name, f"{name}s"


def _sides(base: Base, version: _Version, named: set[str], known: set[str]) -> Parties:
    """Whose agreement it is. What names no region tells of the only one that there is, but not where its parties are named and none is a region."""
    with_one = {organisations.key_of(name) for name in version.parties if organisations.level_of(name) == "municipality"}
    partner = with_one.pop() if len(with_one) == 1 else ""
    candidates = named or (set() if version.parties else known)
    return (next(iter(candidates)) if len(candidates) == 1 else base.documents[version.document].scope), partner


_STANDING = """
SELECT a.document_id, a.version, a.key, d.title FROM assignments a JOIN documents d ON d.id = a.document_id
WHERE a.kind = 'standing' AND a.change IS NULL AND a.version IS NOT NULL AND a.key IS NOT NULL ORDER BY a.id"""

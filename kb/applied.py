"""Which corrections by people the sources of a base were read with, and how many wait to be read again because a file was edited by hand."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, replace

from ingest.repair.overrides import Overrides, Paper, Word, fits
from ingest.repair.settle import letters_of
from kb.archive import Original
from kb.overrides import Entry, entries

KEY = "overrides"
"""Where in the table meta they are kept."""


def known(db: sqlite3.Connection) -> frozenset[Entry]:
    """The corrections that all sources have been read with."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (KEY,)).fetchone()
    return frozenset((Word if "read" in fields else Paper)(**fields) for fields in json.loads(row[0])) if row else frozenset()


def as_json(found: Iterable[Entry]) -> str:
    """As they are kept in `meta`, in an order of their own."""
    return json.dumps(sorted(map(asdict, said(found)), key=json.dumps), ensure_ascii=False)


def said(found: Iterable[Entry]) -> frozenset[Entry]:
    """What corrections say that has to do with reading: not who wrote them and when."""
    return frozenset(replace(entry, by="", date="") for entry in found)


def waiting(db: sqlite3.Connection, found: Overrides) -> int:
    """How many sources there are which corrections that were added, changed or taken away since are about."""
    changed = known(db) ^ said(entries(found))
    return len(about(db, changed)) if changed else 0


def about(db: sqlite3.Connection, changed: Iterable[Entry]) -> list[Original]:
    """The sources that corrections may change: those they name, and of them those that have the word's letters."""
    wanted = [(entry, letters_of(entry.read) if isinstance(entry, Word) else "") for entry in changed]
    found = []
    for sha256, path, origin, text in db.execute("SELECT sha256, path, origin, text FROM sources ORDER BY id"):
        near = [word for entry, word in wanted if not entry.source or fits(entry.source, path, sha256)]
        letters = letters_of(text) if any(near) else ""
        if any(word in letters for word in near):
            found.append(Original(sha256, path, origin, ""))
    return found

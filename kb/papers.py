"""How a paper is called where a message names it by its id: by its title and day, by its file where it has no title."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping

ID = re.compile(r"\b[0-9a-f]{10}-[0-9]{1,5}\b")
"""The id of a document as a message has it."""
_TITLE = 90
"""So many letters of a title are said."""
_NAMED = """SELECT d.id, d.title, d.date, s.path FROM documents d JOIN sources s ON s.id = d.source_id
    WHERE d.id IN (SELECT value FROM json_each(?))"""


def called(db: sqlite3.Connection, messages: Iterable[str], day: Callable[[str], str] = str) -> Mapping[str, str]:
    """What the papers that messages name are called, by id; `day` puts a date in words. An id of none here is left out."""
    ids = {id for message in messages for id in ID.findall(message)}
    if not ids:
        return {}
    return {id: _name(title, date, path, day) for id, title, date, path in db.execute(_NAMED, (json.dumps(sorted(ids)),))}


def in_words(db: sqlite3.Connection, message: str) -> str:
    """A message with what papers are called in the place of their ids."""
    names = called(db, [message])
    return ID.sub(lambda found: names.get(found[0], found[0]), message) if names else message


def _name(title: str | None, date: str | None, path: str, day: Callable[[str], str]) -> str:
    name = title or path
    name = name if len(name) <= _TITLE else name[: _TITLE - 1].rstrip() + "…"
    return f"{name} {day(date)}" if date and date not in name else name

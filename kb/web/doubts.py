"""What a person should look at, in words: where a message names another paper by its id, the page gives its title, day and a link to it."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from kb.web import words
from kb.web.rows import ProblemRow
from kb.web.selecting import select

ID = re.compile(r"\b[0-9a-f]{10}-[0-9]{1,5}\b")
"""The id of a document as a message has it."""
_TITLE = 90
"""So many letters of a title are said."""
_NAMED = """SELECT d.id, d.title, d.date, s.path FROM documents d JOIN sources s ON s.id = d.source_id
    WHERE d.id IN (SELECT value FROM json_each(?))"""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a message; `path` leads to the paper that it names, "" for words."""

    text: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A doubt, its message in pieces."""

    row: ProblemRow
    pieces: tuple[Piece, ...]

    @property
    def kind(self) -> str:
        """What kind of doubt it is."""
        return self.row.kind

    @property
    def linked(self) -> bool:
        """The message has links of its own."""
        return any(piece.path for piece in self.pieces)

    @property
    def path(self) -> str:
        """Where the words stand that it is about, "" where in no paper."""
        page = f"#sida-{self.row.page}" if self.row.page else ""
        return f"/handling/{quote(self.row.document_id)}{page}" if self.row.document_id else ""

    @property
    def place(self) -> str:
        """Page and line in words."""
        return words.place(self.row.page, self.row.line) if self.row.page else ""


def doubts(conn: sqlite3.Connection, source: str, parameters: Mapping[str, object]) -> tuple[Doubt, ...]:
    """The doubts of `problem_list` that a condition chooses."""
    rows = select(conn, ProblemRow, f"problem_list {source}", parameters)
    ids = {id for row in rows for id in ID.findall(row.message)}
    named = {id: _called(title, date, path) for id, title, date, path in conn.execute(_NAMED, (json.dumps(sorted(ids)),))} if ids else {}
    return tuple(Doubt(row, tuple(_pieces(row.message, named))) for row in rows)


def _called(title: str, date: str | None, path: str) -> str:
    """A paper by its title and day; by its file where it has no title."""
    name = title if len(title) <= _TITLE else title[: _TITLE - 1].rstrip() + "…"
    return " ".join(filter(None, (name or path, words.day(date))))


def _pieces(message: str, named: Mapping[str, str]) -> Iterator[Piece]:
    """The words of a message and the papers that it names; an id of none here stays as it stands."""
    done = 0
    for found in ID.finditer(message):
        if found[0] in named:
            yield Piece(message[done : found.start()])
            yield Piece(named[found[0]], f"/handling/{quote(found[0])}")
            done = found.end()
    yield Piece(message[done:])

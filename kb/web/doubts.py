"""What a person should look at, in words: where a message names another paper by its id, the page gives its title, day and a link to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from kb.papers import ID, called
from kb.web import words
from kb.web.rows import ProblemRow
from kb.web.selecting import select


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
    named = called(conn, (row.message for row in rows), words.day)
    return tuple(Doubt(row, tuple(_pieces(row.message, named))) for row in rows)


def _pieces(message: str, named: Mapping[str, str]) -> Iterator[Piece]:
    """The words of a message and the papers that it names; an id of none here stays as it stands."""
    done = 0
    for found in ID.finditer(message):
        if found[0] in named:
            yield Piece(message[done : found.start()])
            yield Piece(named[found[0]], f"/handling/{quote(found[0])}")
            done = found.end()
    yield Piece(message[done:])

"""What people wanted and reserved themselves against, under a decision or a §: each thing once, with those who said it together."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from kb.web.rows import StatementRow
from kb.web.selecting import select

OF_SECTION = """statement_list WHERE id IN (
    SELECT s.id FROM statements s JOIN paragraphs p ON p.document_id = s.document_id WHERE p.id = :id AND s.start >= p.start AND s.start < p."end"
    UNION SELECT id FROM statements WHERE decision_id IN (SELECT id FROM decisions WHERE paragraph_id = :id)) ORDER BY page, line, id"""


@dataclass(frozen=True, slots=True)
class Voice:
    """A yrkande, reservation or the like, and who made it."""

    kind: str
    people: tuple[str, ...]
    text: str

    @property
    def names_them(self) -> bool:
        """True where its words name all who made it, so that they need not be listed too."""
        return bool(self.people) and all(person.partition(" (")[0] in (self.text or "") for person in self.people)


def on_decision(conn: sqlite3.Connection, id: str) -> tuple[Voice, ...]:
    """The voices on a decision."""
    return tuple(_together(select(conn, StatementRow, "statement_list WHERE decision_id = :id ORDER BY page, line, id", {"id": id})))


def in_section(conn: sqlite3.Connection, id: str) -> tuple[Voice, ...]:
    """All that stand in a §, also where it is not clear which decision they are on."""
    return tuple(_together(select(conn, StatementRow, OF_SECTION, {"id": id})))


def _together(statements: Iterable[StatementRow]) -> Iterator[Voice]:
    for (kind, text), group in groupby(statements, key=lambda row: (row.kind, row.text)):
        yield Voice(kind, tuple(f"{row.person} ({row.party})" if row.party else row.person for row in group), text)

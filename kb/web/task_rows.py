"""Tasks as pages list them: those of a case, and those that a decision gave."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from kb.web import words
from kb.web.selecting import select


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task that a decision gave, or a sentence elsewhere (no `decision_id`)."""

    id: str
    text: str
    dnr: str | None
    given_by: str | None
    given_to: str | None
    due: str | None
    status: str | None
    decision_id: str | None
    done_by: str | None
    done_date: str | None
    organisation: str | None
    case_of: str | None = None
    document_id: str = ""
    page: int = 1
    kind: str = "task"
    date: str | None = None
    paragraph: str | None = None
    decided_by: str | None = None

    @property
    def when(self) -> str:
        """By whom, on which day and in which § it was given; of a sentence elsewhere the day of its paper."""
        day = words.day(self.date)
        if not self.decision_id:
            return f"i en handling {day}" if day else ""
        by = self.decided_by if self.decided_by != self.given_by else ""
        said = " ".join(filter(None, [by, day, f"§ {self.paragraph}" if self.paragraph else ""]))
        return f"beslutat {'av ' if by else ''}{said}" if said else ""

    @property
    def called(self) -> str:
        """Said of work that the paper does not call an assignment."""
        return "" if self.kind == "task" else "handlingen kallar det inte uppdrag"

    @property
    def path(self) -> str:
        """The decision that gave it, else the page where it is given."""
        return f"/beslut/{self.decision_id}" if self.decision_id else words.passage_path(self.document_id, self.page)

    @property
    def due_words(self) -> str:
        """Its last day."""
        return words.day(self.due)

    @property
    def done_words(self) -> str:
        """The day it was said to be done."""
        return words.day(self.done_date)


def tasks(conn: sqlite3.Connection, key: str) -> tuple[TaskRow, ...]:
    """The tasks that decisions of a case gave, each once."""
    wanted = """assignment_list WHERE kind <> 'standing' AND same_as IS NULL AND id IN (SELECT id FROM assignments WHERE dnr_key = :key)
        ORDER BY due IS NULL, due, id"""
    return select(conn, TaskRow, wanted, {"key": key})


def given(conn: sqlite3.Connection, decision: str) -> tuple[TaskRow, ...]:
    """The tasks that a decision gave."""
    wanted = "assignment_list WHERE kind <> 'standing' AND id IN (SELECT id FROM assignments WHERE decision_id = :id) ORDER BY page, line, id"
    return select(conn, TaskRow, wanted, {"id": decision})

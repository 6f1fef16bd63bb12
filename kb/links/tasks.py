"""Tasks that a later decision says are done: the task that it cites by § and point, or the only one of the case."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.text import plain
from kb.links.base import Base, indexed
from kb.links.decisions import problem

UNCLEAR = "oklart vilket uppdrag"
LIKE, CLEARLY = 0.5, 0.15
"""Of several tasks of a § the one meant shares so much of its words with the decision, and so much more than the next."""
_SHORT = 4
WORDLESS = 5
"""So few longer words only say that a task is done, and not which."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Task:
    id: str
    document: str
    paragraph: str | None
    decision: str | None
    position: int | None
    date: str | None
    key: str | None
    by: str | None
    text: str


@dataclass(frozen=True, slots=True)
class _Completion:
    id: str
    document: str
    decision: str
    paragraph: str | None
    forum: str | None
    date: str | None
    number: str | None
    point: int | None
    text: str
    decided: str | None
    key: str | None
    by: str | None
    page: int
    line: int | None
    start: int
    end: int


@dataclass(slots=True)
class Closed:
    """Task → the decision that says it is done; how each saying came out; and those that fit several tasks."""

    done: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    problems: list[Row] = field(default_factory=list)


class _Tasks:
    """The tasks of the base, by the § that gave them and by case."""

    def __init__(self, db: sqlite3.Connection, base: Base) -> None:
        self.base = base
        rows = [_Task(*row) for row in db.execute(_TASKS)]
        self.by_section = indexed((t for t in rows if t.paragraph), lambda t: base.identity(t.paragraph or ""))
        self.by_case = indexed((t for t in rows if t.key), lambda t: t.key)

    def meant(self, c: _Completion) -> list[list[_Task]]:
        """The tasks a decision can mean, those of one record each by itself: one is sure, several are not."""
        if c.number and c.date:
            sections = self.base.find(self.base.scopes(c.forum, c.document), c.forum, c.number, c.date)
            given = [t for id in sorted({self.base.identity(s.id) for s in sections}) for t in self.by_section.get(id, ())]
            if c.point is not None and any(t.position == c.point for t in given):
                given = [t for t in given if t.position == c.point]
        else:
            scope = self.base.documents[c.document].scope  # another organisation's body of that name may have a case of that number
            own = (t for t in self.by_case.get(c.key, ()) if t.by == c.by and self.base.documents[t.document].scope == scope)
            given = [t for t in own if (t.date or "9") < (c.decided or "") and _speaks_of(c.text, t.text)]
        return _narrowed(list(indexed(given, lambda t: (self._section(t), t.position, plain(t.text))).values()), c.text)

    def _section(self, task: _Task) -> str | None:
        return self.base.identity(task.paragraph) if task.paragraph else task.decision


def close(db: sqlite3.Connection, base: Base, same: dict[str, str]) -> Closed:
    """Which tasks are done, by the first decision that says so; `same` leads from a decision to the record of it that counts."""
    tasks, closed = _Tasks(db, base), Closed()
    for row in db.execute(_COMPLETIONS):
        c = _Completion(*row)
        meant = tasks.meant(c)
        if len(meant) == 1:
            closed.states[c.id] = "resolved"
            for task in meant[0]:
                closed.done.setdefault(task.id, same.get(c.decision, c.decision))
        elif meant:
            closed.states[c.id] = "ambiguous"
            message = f"Beslutet förklarar ett uppdrag fullgjort, men {len(meant)} uppdrag passar in"
            if c.decision not in same:
                closed.problems.append(problem(base, c.document, message, c.paragraph, (c.page, c.line, c.start, c.end), UNCLEAR))
    return closed


def _narrowed(groups: list[list[_Task]], text: str) -> list[list[_Task]]:
    """Of several tasks the one whose words the decision repeats; all of them where none stands out."""
    if len(groups) < 2:
        return groups
    scored = sorted(((_shared(group[0].text, text), n) for n, group in enumerate(groups)), reverse=True)
    stands_out = scored[0][0] >= LIKE and scored[0][0] - scored[1][0] >= CLEARLY
    return [groups[scored[0][1]]] if stands_out else groups


def _shared(task: str, text: str) -> float:
    """The share of the task's longer words that the text has too."""
    asked, there = _long(task), set(_long(text))
    return sum(word in there for word in asked) / len(asked) if asked else 0.0


def _speaks_of(text: str, task: str) -> bool:
    """Words without a § mean the task of the case where they say no more than that it is done, or what the task says."""
    return len(_long(text)) <= WORDLESS or _shared(task, text) >= LIKE


def _long(text: str) -> Sequence[str]:
    return [word for word in plain(text).split() if len(word) > _SHORT]


_TASKS = """
SELECT a.id, a.document_id, b.paragraph_id, b.id,
       (SELECT x.position FROM points x WHERE x.decision_id = b.id AND a.start BETWEEN x.start AND x.end ORDER BY x.position LIMIT 1),
       b.date, a.dnr_key, a.given_by, a.text
FROM assignments a JOIN decisions b ON b.id = a.decision_id WHERE a.kind <> 'standing' AND b.status = 'adopted' ORDER BY a.id"""

_COMPLETIONS = """
SELECT c.id, c.document_id, c.decision_id, b.paragraph_id, c.forum, c.date, c.number, c.point, c.text, b.date, b.dnr_key,
       b.decided_by, c.page, c.line, c.start, c.end
FROM completions c JOIN decisions b ON b.id = c.decision_id ORDER BY b.date IS NULL, b.date, c.id"""

"""Conditions that an index answers → the few rows that fulfil them, so that not every row that has the words is looked up to be tried."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.search.answers import Rows
from kb.search.conditions import Condition

if TYPE_CHECKING:
    from kb.search.compile import Compiled

_ONE_IN = {"passages": 10, "records": 5}
"""More of the documents than one in so many are no few: the first rows that fit are found sooner by trying one after the other."""
_A_PAPER = 10
"""About so many rows stand in a document."""
_OF_PAPERS = "SELECT p.id FROM documents d CROSS JOIN {table} p ON p.document_id = d.id WHERE {paper}"
_OWN = "SELECT p.id FROM {table} p WHERE {own}"


@dataclass(frozen=True, slots=True)
class Narrow:
    """All rows that fulfil some conditions, a SELECT of their ids, and the conditions that are still to be tried on each."""

    rows: frozenset[int]
    ids: str
    rest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    """Conditions that one SELECT answers, and one on documents that about as many fulfil, unless it is known how many that is."""

    conditions: tuple[str, ...]
    ids: str
    like: str
    papers: int | None = None

    def count(self, db: sqlite3.Connection, compiled: Compiled) -> int:
        """How many documents that is, about."""
        if self.papers is not None:
            return self.papers
        return int(db.execute(f"SELECT count(*) FROM documents d WHERE {self.like}", compiled.parameters).fetchone()[0])  # noqa: S608


def narrowed(db: sqlite3.Connection, compiled: Compiled) -> Narrow | None:
    """The fewest rows that an index gives for some of the conditions; None where it gives many or answers none of them."""
    choices = _choices([c for c in compiled.where if isinstance(c, Condition)], compiled.place.table)
    if not choices:
        return None
    papers = int(db.execute("SELECT count(*) FROM documents").fetchone()[0])
    counts = [choice.count(db, compiled) for choice in choices]
    chosen = choices[counts.index(min(counts))]
    if min(counts) * _ONE_IN[compiled.place.table] > papers:
        return None
    rest = tuple(c for c in compiled.where if c not in chosen.conditions)
    for condition in chosen.conditions:
        if isinstance(condition, Condition) and condition.ids is not None:
            return Narrow(condition.ids, chosen.ids, rest)
    rows = compiled.once(chosen.ids, lambda: Rows.of(n for (n,) in db.execute(chosen.ids, compiled.parameters)))
    return Narrow(rows.ids, f"SELECT value FROM json_each({compiled.bind(rows.listed)})", rest)  # noqa: S608


def _choices(conditions: Sequence[Condition], table: str) -> list[_Choice]:
    """Those on documents alone together, each other by itself."""
    papers = tuple(c for c in conditions if c.paper and not c.own)
    all_papers = " AND ".join(c.paper for c in papers)
    found = [_Choice(papers, _OF_PAPERS.format(table=table, paper=all_papers), all_papers)] if papers else []
    for condition in conditions:
        if condition.ids is not None:
            found.append(_Choice((condition,), _OWN.format(table=table, own=condition.own), "", len(condition.ids) // _A_PAPER))
        elif condition.own:
            own = _OWN.format(table=table, own=condition.own)
            ids = f"{_OF_PAPERS.format(table=table, paper=condition.paper)} UNION ALL {own}" if condition.paper else own
            found.append(_Choice((condition,), ids, condition.paper or condition.like))
    return found

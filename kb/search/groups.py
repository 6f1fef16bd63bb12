"""One search over all kinds: decisions, §§, cases, forums, assignments, agreements, documents, passages; and what to narrow it by."""

from __future__ import annotations

import datetime
import sqlite3
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from kb.search import rank, snippets
from kb.search.asked import SAMPLED, Asked, Only
from kb.search.engine import Answered, Results, answer, marker, passages, reason_of, rows_of
from kb.search.filters import RECORDS
from kb.search.index import ROOM
from kb.search.match import Reason

KINDS = ("decision", "paragraph", "case", "forum", "assignment", "agreement", "document")
"""What `records` holds besides passages, in the order of its classes, which is the order of a page."""
BEST = 3
"""Of each kind on a page that shows all kinds."""
_ADOPTED_FIRST = 4
"""Among so many times the best decisions those that were adopted come before proposals, where they fit as well."""
_VALUES = 12
"""How many values a facet lists."""

_ROWS = """
SELECT r.id, r.kind, r.ref, r.document_id, s.path AS source, r.page, r.line, r.date, r.date_end, r.forum, n.dnr, r.title, r.text,
       d.title AS document, b.status, coalesce(q.number, b.paragraph) AS number,
       (SELECT p.id FROM passages p WHERE p.document_id = r.document_id AND p.start <= r.start ORDER BY p.position DESC LIMIT 1) AS passage_id
FROM records r LEFT JOIN documents d ON d.id = r.document_id LEFT JOIN sources s ON s.id = d.source_id LEFT JOIN diary_numbers n ON n.key = r.dnr_key
LEFT JOIN decisions b ON r.kind = 'decision' AND b.id = r.ref LEFT JOIN paragraphs q ON r.kind = 'paragraph' AND q.id = r.ref
WHERE r.id IN ({ids})"""

_SHOWN = (11, 12)  # title and text: the columns are the fields of a record

_FACETS = """
SELECT d.forum, substr(d.date, 1, 4), d.kind, nullif(n.register, ''), d.organisation FROM (SELECT DISTINCT paper FROM ({sample})) f
CROSS JOIN documents d ON d.rowid = f.paper LEFT JOIN diary_numbers n ON n.key = d.dnr_key"""
_FACET_NAMES = ("forum", "year", "kind", "register", "municipality")


class Record(NamedTuple):
    """A fact or thing that fits. `marked_title` and `marked` have the found words between `snippets.START` and `END`.

    `ref` is what its address ends in; `status` is a decision's, `number` that of the § it is or stands in; a case and a forum have no document.
    """

    id: int
    kind: str
    ref: str
    document_id: str | None
    source: str | None
    page: int | None
    line: int | None
    date: str | None
    date_end: str | None
    forum: str | None
    dnr: str | None
    title: str
    text: str
    document: str | None
    status: str | None
    number: str | None
    passage_id: int | None
    marked_title: str
    marked: str
    matched: Reason

    @property
    def excerpt(self) -> str:
        """A line or two around the first found word, still with marks."""
        return snippets.excerpt(self.marked)


@dataclass(frozen=True, slots=True)
class Group:
    """The best of one kind, and how many there are; `capped` where `total` is one more than were counted."""

    kind: str
    total: int
    capped: bool
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Facet:
    """What a search can be narrowed by: each value with how many of the papers found have it; `capped` where not all hits were looked at."""

    name: str
    values: tuple[tuple[str, int], ...]
    capped: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """All kinds of things that fit a query: passages in `results`, the others in `groups`, only those that there are."""

    results: Results
    groups: tuple[Group, ...] = ()
    facets: tuple[Facet, ...] = ()


def overview(
    db: sqlite3.Connection,
    query: str,
    *,
    only: Only | None = None,
    kind: str | None = None,
    best: int = BEST,
    newest: bool = False,
    limit: int = 20,
    offset: int = 0,
    today: datetime.date | None = None,
) -> Overview:
    """Search everything. Of each kind the `best`; of `kind` (of KINDS, or passage) `limit` from `offset` on, and nothing but counts of the others.
    `limit` 0 gives all there are.

    No query raises; a date of another form in `only` raises Usage.
    """
    only = only or Only()
    shown = (limit, offset) if kind in (None, "passage") else (1, 0)
    found = answer(db, query, only, sum(shown) if shown[0] else 0, newest, today)
    if isinstance(found, Results):
        return Overview(found)
    results = passages(found, *shown, newest)
    asked, reason = _of_records(db, found, only)
    spans = {name: (n * ROOM, (n + 1) * ROOM - 1) for n, name in enumerate(KINDS)}
    groups = []
    for name in KINDS:
        total = asked.count(spans[name])
        more = _ADOPTED_FIRST if name == "decision" and kind is None and not newest else 1
        need, skip = (limit + offset if limit else 0, offset) if name == kind else (best, 0)
        ranked = asked.best(need * more, spans[name], newest, total)[skip:] if total and kind in (None, name) else []
        records = _records(asked, ranked, reason)
        if more > 1:
            order = {row.id: (row.tier, n) for n, row in enumerate(ranked)}
            records = tuple(sorted(records, key=lambda r: (order[r.id][0], r.status != "adopted", order[r.id][1])))[:need]
        groups.append(Group(name, total, total > rank.COUNTED, records))
    return Overview(results, tuple(group for group in groups if group.total), facets(found.asked))


def _of_records(db: sqlite3.Connection, found: Answered, only: Only) -> tuple[Asked, Reason | None]:
    """What to ask of records: where words were left out for the sake of passages, all of them if any record has all."""
    whole = Asked(db, found.whole, only, found.asked.keys, RECORDS) if found.whole else None
    if whole and whole.count(most=0):
        return whole, None
    return Asked(db, found.node, only, found.asked.keys, RECORDS), found.reason


def _records(asked: Asked, ranked: list[rank.Ranked], reason: Reason | None) -> tuple[Record, ...]:
    rows = rows_of(asked.db, _ROWS, [row.id for row in ranked])
    ordered = [(rows[row.id], row.tier) for row in ranked]
    marks = marker(asked).mark([(row[n], None) for row, _ in ordered for n in _SHOWN])
    reasons = reason_of(asked, reason)
    return tuple(Record._make((*row, *marks[2 * n : 2 * n + 2], reasons[tier])) for n, (row, tier) in enumerate(ordered))


def facets(asked: Asked) -> tuple[Facet, ...]:
    """What the papers of the hits can be told apart by; of many hits only the first are looked at."""
    sample, parameters = asked.sample("d.rowid AS paper")
    papers = asked.db.execute(_FACETS.format(sample=sample), parameters).fetchall()
    counted = (Counter(value for value in column if value is not None) for column in zip(*papers, strict=True))
    found = {name: list(counts.items()) for name, counts in zip(_FACET_NAMES, counted, strict=False)}
    few = asked.total is not None and asked.total <= rank.COUNTED
    capped = not few and bool(papers) and asked.count(most=SAMPLED) > SAMPLED
    return tuple(Facet(name, _listed(name, values), capped) for name, values in found.items() if values)


def _listed(name: str, values: list[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """The most used values; years in their order."""
    if name == "year":
        return tuple(sorted(values, reverse=True)[:_VALUES])
    return tuple(sorted(values, key=lambda v: (-v[1], v[0]))[:_VALUES])

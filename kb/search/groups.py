"""One search over all kinds: decisions, §§, cases, forums, assignments, agreements, documents, passages; and what to narrow it by."""

from __future__ import annotations

import datetime
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

from kb import people
from kb.search import index, rank, snippets, whose
from kb.search.analyze import terms
from kb.search.answers import Answers
from kb.search.asked import SAMPLED, Asked, Only
from kb.search.engine import AT_ONCE, Answered, Hit, Results, answer, hits_of, marker, passages, reason_of, rows_of
from kb.search.filters import RECORDS
from kb.search.index import ROOM
from kb.search.match import Reason

KINDS = ("decision", "paragraph", "case", "forum", "assignment", "agreement", "document")
"""What `records` holds besides passages, in the order of its classes, which is the order of a page."""
_SPANS = {name: (n * ROOM, (n + 1) * ROOM - 1) for n, name in enumerate(KINDS)}
BEST = 3
"""Of each kind on a page that shows all kinds."""
WEIGHED = 300
"""How many of a kind are looked at for the best of it on a page that shows all kinds; its own page looks at more."""
_ADOPTED_FIRST = 4
"""Among so many times the best decisions those that were adopted come before proposals, where they fit as well."""
_VALUES = 12
"""How many values a facet lists."""

_ALONE = reduce(lambda sql, beside: f"replace({sql}, ', {beside}', '')", sorted(people.BESIDE), "b.outcome")
_WHENS = " ".join(f"WHEN '{outcome}' THEN '{status}'" for outcome, status in people.PUT_OFF.items())
_PUT_OFF = f"CASE {_ALONE} {_WHENS} ELSE b.status END"
"""As `people.standing`."""
_ROWS = f"""
SELECT r.id, r.kind, r.ref, r.document_id, s.path AS source, r.page, r.line, r.date, r.date_end, r.forum, n.dnr, r.title, r.text,
       d.title AS document, CASE WHEN b.status <> 'adopted' THEN b.status WHEN b.outcome LIKE 'föreslår%' THEN 'upward' ELSE {_PUT_OFF} END,
       coalesce(q.number, b.paragraph) AS number,
       (SELECT p.id FROM passages p WHERE p.document_id = r.document_id AND p.start <= r.start ORDER BY p.position DESC LIMIT 1) AS passage_id,
       {whose.said("r.forum")}, {whose.PAPERS}, n.organisation AS case_of, r.read_again
FROM records r LEFT JOIN documents d ON d.id = r.document_id LEFT JOIN sources s ON s.id = d.source_id LEFT JOIN diary_numbers n ON n.key = r.dnr_key
LEFT JOIN decisions b ON r.kind = 'decision' AND b.id = r.ref LEFT JOIN paragraphs q ON r.kind = 'paragraph' AND q.id = r.ref
WHERE r.id IN ({{ids}})"""  # noqa: S608 our own names

_TITLE, _STATUS = 11, 14  # the columns are the fields of a record, then read_again

_FACETS = """
SELECT count(*), d.forum, substr(d.date, 1, 4), d.kind, nullif(n.register, ''), d.organisation FROM (SELECT DISTINCT paper FROM ({sample})) f
CROSS JOIN documents d ON d.rowid = f.paper LEFT JOIN diary_numbers n ON n.key = d.dnr_key GROUP BY 2, 3, 4, 5, 6"""
_FACET_NAMES = ("forum", "year", "kind", "register", "municipality")


class Record(NamedTuple):
    """A fact or thing that fits. `marked_title` and `marked` have the found words between `snippets.START` and `END`.

    `ref` is what its address ends in; `status` is a decision's, upward where it only proposes to another body; `number` that of the § it is or
    stands in; a case and a forum have no document.
    `whose` its forum is and `case_of` its case, where several have one so called; `organisation` has the paper, or papers, of a case all that have.
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
    whose: str | None
    organisation: str | None
    case_of: str | None
    marked_title: str
    marked: str
    matched: Reason

    @property
    def excerpt(self) -> str:
        """A line or two around the first found word, still with marks."""
        return snippets.excerpt(self.marked)


class Group(NamedTuple):
    """The best of one kind, and how many there are; `capped` where `total` is one more than were counted."""

    kind: str
    total: int
    capped: bool
    records: tuple[Record, ...]


class Facet(NamedTuple):
    """What a search can be narrowed by: each value with how many of the papers found have it; `capped` where not all hits were looked at."""

    name: str
    values: tuple[tuple[str, int], ...]
    capped: bool


class Overview(NamedTuple):
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
    told_apart: bool = True,
    answers: Answers | None = None,
) -> Overview:
    """Search everything. Of each kind the `best`; of `kind` (of KINDS, or passage) `limit` from `offset` on, and nothing but counts of the others.
    `limit` 0 gives all there are. `told_apart` False leaves out what to narrow by. `answers` may know from
    before which rows fulfil a filter.

    No query raises; a date of another form in `only` raises Usage.
    """
    only = only or Only()
    shown = (limit, offset) if kind in (None, "passage") else (1, 0)
    found = answer(db, query, only, sum(shown) if shown[0] else 0, newest, today, answers)
    if isinstance(found, Results):
        return Overview(found)
    results = passages(found, *shown, newest)
    asked, reason = _of_records(db, found, only)
    totals = {name: asked.count(span) for name, span in _SPANS.items()}
    if kind:
        ranked = {kind: asked.best(limit + offset if limit else 0, _SPANS[kind], newest, totals[kind])[offset:]} if totals.get(kind) else {}
        records = _records(asked, ranked, rows_of(db, _ROWS, _ids(ranked)), reason)
    else:
        records = _best_of_each(asked, totals, best, newest, reason)
    groups = tuple(Group(name, total, total > rank.COUNTED, records.get(name, ())) for name, total in totals.items() if total)
    return Overview(results, groups, facets(found.asked) if told_apart else ())


def every(
    db: sqlite3.Connection, query: str, *, only: Only | None = None, kind: str | None = None, newest: bool = False, today: datetime.date | None = None
) -> Iterator[Record | Hit]:
    """All there is of `kind` (of KINDS, or passage), or of all kinds, one kind after the other; read as it is asked for, no word of it marked.

    Raises as `overview` does.
    """
    only = only or Only()
    passages_too = kind in (None, "passage")
    found = answer(db, query, only, 0 if passages_too else 1, newest, today)
    if isinstance(found, Results):
        return
    if kind != "passage":
        asked, reason = _of_records(db, found, only)
        reasons = reason_of(asked, reason)
        for name in (kind,) if kind else KINDS:
            for some in _batches(asked.best(0, _SPANS[name], newest)):
                rows = rows_of(db, _ROWS, [row.id for row in some])
                yield from (Record._make((*(r := rows[n])[:-1], r[_TITLE], r[_TITLE + 1], reasons[tier])) for n, tier in some)
    if passages_too:
        reasons = reason_of(found.asked, found.reason)
        for some in _batches(found.rows):
            yield from hits_of(db, [(n, reasons[tier]) for n, tier in some])


def _batches(ranked: Sequence[rank.Ranked]) -> Iterator[Sequence[rank.Ranked]]:
    return (ranked[at : at + AT_ONCE] for at in range(0, len(ranked), AT_ONCE))


def _best_of_each(asked: Asked, totals: Mapping[str, int], best: int, newest: bool, reason: Reason | None) -> dict[str, tuple[Record, ...]]:
    """The best of every kind that there is, looked up and marked together; of the decisions those that were adopted first."""
    there = {name: best * (1 if newest or name != "decision" else _ADOPTED_FIRST) for name, total in totals.items() if total}
    if newest:
        found = asked.newest({_SPANS[name]: need for name, need in there.items()})
        ranked = {name: found[_SPANS[name]] for name in there}
    else:
        ranked = {name: asked.best(need, _SPANS[name], False, totals[name], WEIGHED) for name, need in there.items()}
    rows = rows_of(asked.db, _ROWS, _ids(ranked))
    if not newest and "decision" in ranked:
        ranked["decision"].sort(key=lambda row: (row.tier, rows[row.id][_STATUS] != "adopted"))
    return _records(asked, {name: some[:best] for name, some in ranked.items()}, rows, reason)


def _of_records(db: sqlite3.Connection, found: Answered, only: Only) -> tuple[Asked, Reason | None]:
    """What to ask of records: where words were left out for the sake of passages, all of them if any record has all."""
    whole = Asked(db, found.whole, only, found.asked.keys, RECORDS) if found.whole else None
    if whole and whole.count(most=0):
        return whole, None
    return Asked(db, found.node, only, found.asked.keys, RECORDS), found.reason


def _ids(ranked: Mapping[str, Sequence[rank.Ranked]]) -> list[int]:
    return [row.id for some in ranked.values() for row in some]


def _records(
    asked: Asked, ranked: Mapping[str, Sequence[rank.Ranked]], rows: Mapping[int, Sequence[Any]], reason: Reason | None
) -> dict[str, tuple[Record, ...]]:
    """The records of each kind with their words marked, all at once."""
    ids, reasons = _ids(ranked), reason_of(asked, reason)
    marks = iter(marker(asked).mark([shown for id in ids for shown in _shown(rows[id])]))
    return {
        name: tuple(Record._make((*rows[row.id][:-1], next(marks), next(marks), reasons[row.tier])) for row in some) for name, some in ranked.items()
    }


def _shown(row: Sequence[str | None]) -> tuple[tuple[str, str | None], tuple[str, str | None]]:
    """Title and text of a row, each with which of its words were read again: the column numbers the words of both."""
    title, text, again = str(row[_TITLE]), str(row[_TITLE + 1]), row[-1]
    return ((title, again), (text, index.after(again, len(terms(title))))) if again else ((title, None), (text, None))


def facets(asked: Asked) -> tuple[Facet, ...]:
    """What the papers of the hits can be told apart by; of many hits only the first are looked at."""
    sample, parameters = asked.sample("d.rowid AS paper")
    counts: dict[str, Counter[str]] = {name: Counter() for name in _FACET_NAMES}
    for papers, *values in asked.db.execute(_FACETS.format(sample=sample), parameters):
        for name, value in zip(_FACET_NAMES, values, strict=True):
            if value is not None:
                counts[name][value] += papers
    capped = any(counts.values()) and (asked.count(most=SAMPLED) if asked.total is None else asked.total) > SAMPLED
    return tuple(Facet(name, _listed(name, list(values.items())), capped) for name, values in counts.items() if values)


def _listed(name: str, values: list[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """The most used values; years in their order."""
    if name == "year":
        return tuple(sorted(values, reverse=True)[:_VALUES])
    return tuple(sorted(values, key=lambda v: (-v[1], v[0]))[:_VALUES])

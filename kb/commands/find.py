"""`kb search`: what fits a query, and the same as JSON and CSV."""

from __future__ import annotations

import sqlite3
from typing import Any, BinaryIO

from kb import errors
from kb.search import Only, Overview, Record, overview
from kb.search.snippets import to_html

COLUMNS = ("passage_id", "document_id", "source", "page", "line", "title", "kind", "date", "forum", "dnr", "text")


def find_like(db: sqlite3.Connection, query: str, what: str, limit: int) -> Overview:
    """What is most like a document or a passage. Raises Usage for an unknown one, and for one given together with words."""
    if query:
        raise errors.Usage("både ord och --like", "ge det ena")
    from kb.search.similar import like

    return Overview(like(db, what, limit))


def find(db: sqlite3.Connection, query: str, forum: str | None, since: str | None, until: str | None, newest: bool, limit: int) -> Overview:
    """The best of each kind. Raises Usage for a wrong date."""
    return overview(db, query, only=Only(forum, since, until), newest=newest, limit=limit)


def as_json(found: Overview) -> dict[str, Any]:
    """What --json prints: passages as `hits`; other kinds in `groups`, what to narrow by in `facets`."""
    hits = found.results
    return {
        "query": hits.query,
        "total": hits.total,
        "suggestion": hits.suggestion,
        "hits": [{**_without(hit._asdict(), "marked"), "highlighted": hit.highlighted} for hit in hits.hits],
        "notes": hits.notes,
        "cases": hits.cases,
        "capped": hits.capped,
        "beyond": [{"left_out": b.left_out, "query": b.query, "total": b.total, "capped": b.capped} for b in hits.beyond],
        "groups": [{"kind": g.kind, "total": g.total, "capped": g.capped, "records": [_record(r) for r in g.records]} for g in found.groups],
        "facets": {f.name: {"values": dict(f.values), "capped": f.capped} for f in found.facets},
    }


def _record(record: Record) -> dict[str, Any]:
    return {**_without(record._asdict(), "id", "marked", "marked_title"), "highlighted": to_html(record.marked)}


def _without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def write_hits(found: Overview, out: BinaryIO) -> None:
    """The passages as CSV."""
    from kb.writers import Table, csv_pieces, write

    rows = ([getattr(hit, column) for column in COLUMNS] for hit in found.results.hits)
    write(csv_pieces(Table("sok", list(COLUMNS), rows)), out)

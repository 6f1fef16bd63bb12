"""A query → ranked hits: parse, compile, ask SQLite, mark the words. The command line and the web share it."""

from __future__ import annotations

import datetime
import re
import sqlite3
from dataclasses import dataclass
from typing import Any

from kb import errors
from kb.search import filters, known, snippets
from kb.search.compile import Compiled, compile_node
from kb.search.dnr import as_words
from kb.search.nodes import CaseNumber, Node, Words, leaves
from kb.search.parse import parse

_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that fits. `marked` is its text with the found words between `snippets.START` and `snippets.END`.

    `line` and `last_line` are None where the source has no lines; `matched` says how it fits: only "exact" as yet.
    """

    passage_id: int
    document_id: str
    source: str
    page: int
    line: int | None
    last_line: int | None
    title: str
    kind: str
    date: str | None
    forum: str | None
    dnr: str | None
    text: str
    marked: str
    matched: str = "exact"

    @property
    def highlighted(self) -> str:
        """The text as HTML, escaped, with `<mark>` around the found words."""
        return snippets.to_html(self.marked)

    @property
    def excerpt(self) -> str:
        """A line or two around the first found word, still with marks: see `snippets.segments` and `snippets.to_html`."""
        return snippets.excerpt(self.marked)


@dataclass(frozen=True, slots=True)
class Results:
    """What a search gave: `total` hits, of which `hits` are those asked for; `cases` are diary numbers that the query named."""

    query: str
    total: int
    hits: tuple[Hit, ...]
    notes: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    suggestion: str | None = None


def search(
    db: sqlite3.Connection,
    query: str,
    *,
    forum: str | None = None,
    since: str | None = None,
    until: str | None = None,
    limit: int = 20,
    offset: int = 0,
    today: datetime.date | None = None,
) -> Results:
    """Search passages, best first. `limit` 0 gives all hits; `since` and `until` are YYYY, YYYY-MM or YYYY-MM-DD, both included.
    `today` is what `i fjol` is counted from, this computer's day if not said.

    No query raises; a date of another form raises Usage.
    """
    for day in filter(None, (since, until)):
        if not _DATE.fullmatch(day):
            raise errors.Usage(f"”{day}” är inget datum", "skriv 2015, 2015-06 eller 2015-06-16")
    if since and until and since[: len(until)] > until:
        raise errors.Usage(f"{since} kommer efter {until}", "byt plats på --from och --to")
    asked = parse(query, known.load(db, today or datetime.datetime.now().astimezone().date()))
    if asked.node is None:
        return Results(asked.text, 0, (), asked.notes)
    compiled = compile_node(asked.node, db)
    if forum:
        compiled.where.append(filters.forum(forum, db, compiled))
    if since or until:
        compiled.where.append(filters.dates(since, until, compiled))
    total, rows = _ask(db, compiled, limit, offset)
    wanted = _wanted(db, asked.node, compiled)
    hits = tuple(Hit(**row, marked=snippets.mark(row["text"], wanted)) for row in rows)
    return Results(asked.text, total, hits, (*asked.notes, *compiled.notes), tuple(c.dnr for c in compiled.cases))


def _ask(db: sqlite3.Connection, c: Compiled, limit: int, offset: int) -> tuple[int, list[dict[str, Any]]]:
    """How many fit, and the rows asked for. Without words to rank by, the newest documents come first."""
    tables = "passages p JOIN documents d ON d.id = p.document_id"
    where = list(c.where)
    rank = "d.date DESC, d.id, p.position"
    parameters = dict(c.parameters)
    if c.match:
        tables = "passages_fts JOIN passages p ON p.id = passages_fts.rowid JOIN documents d ON d.id = p.document_id"
        where.insert(0, "passages_fts MATCH :match")
        rank = "bm25(passages_fts), p.id"
        parameters["match"] = c.match
    condition = " AND ".join(where)
    total = int(db.execute(f"SELECT count(*) FROM {tables} WHERE {condition}", parameters).fetchone()[0])  # noqa: S608
    sql = f"""
        SELECT p.id AS passage_id, p.document_id, s.path AS source, p.page, p.line, p.last_line, d.title, d.kind, d.date, d.forum, n.dnr, p.text
        FROM {tables} JOIN sources s ON s.id = d.source_id LEFT JOIN diary_numbers n ON n.key = d.dnr_key
        WHERE {condition} ORDER BY {", ".join([*c.tiers, rank])} LIMIT :limit OFFSET :offset"""  # noqa: S608
    found = db.execute(sql, {**parameters, "limit": limit or -1, "offset": offset})
    names = [column[0] for column in found.description]
    return total, [dict(zip(names, row, strict=True)) for row in found]


def _wanted(db: sqlite3.Connection, node: Node, compiled: Compiled) -> list[Words]:
    """What to mark: the words asked for, and each spelling of the cases asked for."""
    wanted = [leaf for leaf in leaves(node) if isinstance(leaf, Words)]
    wanted += [Words(as_words(leaf.written)) for leaf in leaves(node) if isinstance(leaf, CaseNumber)]
    for case in compiled.cases:
        spellings = db.execute("SELECT DISTINCT spelling FROM dnr_mentions WHERE key = ?", (case.key,)).fetchall()
        wanted += [Words(as_words(row[0])) for row in spellings]
    return [w for w in wanted if w.terms]

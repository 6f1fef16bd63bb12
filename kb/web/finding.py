"""The search page: what was asked, put to kb.search, and the hits as a page shows them."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from kb import search
from kb.search import snippets
from kb.web import cases, words
from kb.web.contexts import Hit, SearchPage
from kb.web.rows import CaseRow
from kb.web.selecting import slugs

PAGE_SIZE = 20
LONGEST = 500  # characters of a query

REPAIRED = """SELECT p.id FROM passages p WHERE p.id IN (SELECT value FROM json_each(?)) AND EXISTS (
    SELECT 1 FROM corrections c WHERE c.document_id = p.document_id AND c.start >= p.start AND c.start < p.end)"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form says."""

    query: str
    forum: str
    year: str
    page: int

    @classmethod
    def of(cls, form: Mapping[str, str]) -> Wanted:
        """The form's fields; what makes no sense counts as empty."""
        year, page = form["ar"], form["sida"]
        return cls(
            query=form["q"].strip()[:LONGEST],
            forum=form["forum"],
            year=year if re.fullmatch(r"[0-9]{4}", year) else "",
            page=max(1, int(page)) if re.fullmatch(r"[0-9]{1,5}", page) else 1,
        )


def search_page(conn: sqlite3.Connection, wanted: Wanted) -> SearchPage:
    """The hits of one page, and the case whose number was typed."""
    found = search.search(
        conn,
        wanted.query,
        forum=wanted.forum or None,
        since=wanted.year or None,
        until=wanted.year or None,
        limit=PAGE_SIZE,
        offset=(wanted.page - 1) * PAGE_SIZE,
    )
    repaired = {id for (id,) in conn.execute(REPAIRED, (json.dumps([hit.passage_id for hit in found.hits]),))}
    return SearchPage(
        query=wanted.query,
        forum=wanted.forum,
        year=wanted.year,
        forums=tuple(name for (name,) in conn.execute("SELECT DISTINCT forum FROM documents WHERE forum IS NOT NULL ORDER BY 1")),
        years=tuple(year for (year,) in conn.execute("SELECT DISTINCT substr(date, 1, 4) FROM documents WHERE date IS NOT NULL ORDER BY 1 DESC")),
        total=found.total,
        hits=tuple(as_shown(hit, hit.passage_id in repaired) for hit in found.hits),
        suggestion=found.suggestion,
        notes=found.notes,
        cases=named(conn, wanted.query, found.cases),
        number=wanted.page,
        last=max(1, -(-found.total // PAGE_SIZE)),
        slugs=slugs(conn, [hit.forum for hit in found.hits]),
    )


def named(conn: sqlite3.Connection, query: str, numbers: tuple[str, ...]) -> tuple[CaseRow, ...]:
    """The cases that the query names by diary number; a query that is nothing but a number may leave the register out."""
    if numbers:
        return tuple({row.key: row for number in numbers for row in cases.resolve(conn, number)}.values())
    return cases.resolve(conn, query) if query else ()


def as_shown(hit: search.Hit, repaired: bool) -> Hit:
    """A hit as the page shows it; `repaired` where its text stood otherwise."""
    return Hit(
        path=words.passage_path(hit.document_id, hit.page, hit.passage_id),
        title=hit.title,
        kind=hit.kind,
        when=words.day(hit.date),
        forum=hit.forum,
        dnr=hit.dnr,
        place=words.place(hit.page, hit.line),
        text=Markup(snippets.to_html(hit.excerpt)),  # to_html escapes all but the marks
        matched=words.MATCHED.get(hit.matched, ""),
        repaired=repaired,
    )

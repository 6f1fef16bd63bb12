"""`/sok.atom`: a search as a feed, so that one who follows a question is told when a new paper answers it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote
from zlib import crc32

from datasette import Response
from datasette.utils.asgi import Request

from kb import search
from kb.web import feeds, finding, words
from kb.web.access import opened
from kb.web.feeds import Entry
from kb.web.finding import Wanted
from kb.web.following import absolute, changed, sent
from kb.web.found import of_record
from kb.web.remembering import Filters
from kb.web.views import ask

if TYPE_CHECKING:  # datasette.app loads its plugins before it has a Datasette
    from datasette.app import Datasette

DATED = ("decision", "paragraph", "assignment", "agreement", "document", "passage")
"""The kinds of hits that have a day; a case and a forum are old and new at once."""
OF_A_KIND, ENTRIES = 25, 60
SHOWN = 500  # characters of a hit


async def search_feed(datasette: Datasette, request: Request) -> Response:
    """The newest hits, of the kind that is asked for or of all."""
    base = await opened(datasette, request)
    wanted = Wanted.of({name: request.args.get(name) or "" for name in finding.FIELDS})
    home = absolute(datasette, request, "/")
    entries, updated = await ask(datasette, base, lambda conn: (newest(conn, wanted, home, Filters(Path(base.path))), changed(conn)))
    title = f"Sökning: {wanted.q or ', '.join(wanted.chosen.values())}"
    page, itself = (absolute(datasette, request, wanted.path(path)) for path in ("/sok", "/sok.atom"))
    return sent(feeds.atom(title, page, itself, updated, entries), feeds.ATOM_TYPE)


def newest(conn: sqlite3.Connection, wanted: Wanted, home: str, filters: search.Answers | None = None) -> tuple[Entry, ...]:
    """The newest hits as entries, whose addresses begin with `home`; none where nothing is asked."""
    if not wanted.q and not wanted.chosen:
        return ()
    kind = words.GROUP_OF.get(wanted.visa)
    query = wanted.q or finding.everything(wanted)
    some = search.overview(conn, query, only=wanted.only, kind=kind, best=OF_A_KIND, newest=True, limit=OF_A_KIND, told_apart=False, answers=filters)
    found = [*_records((record for group in some.groups if group.kind in (kind, *DATED) for record in group.records), home)]
    found += _passages(some.results.hits, home) if kind in (None, "passage") else ()
    return tuple(sorted(found, key=lambda entry: entry.day or "", reverse=True)[:ENTRIES])


def _records(records: Iterable[search.Record], home: str) -> Iterator[Entry]:
    for r in records:
        path = home + of_record(r).path.lstrip("/")
        title = " ".join(filter(None, [words.GROUPS[r.kind] + ":", f"§ {r.number}" if r.number else "", r.title or r.ref]))
        text = "\n".join(filter(None, [", ".join(filter(None, [r.whose, r.forum])), f"Dnr {r.dnr}" if r.dnr else "", r.text[:SHOWN]]))
        yield Entry(f"{home}#{r.kind}-{quote(r.ref)}", r.date, title, text, path)


def _passages(hits: Iterable[search.Hit], home: str) -> Iterator[Entry]:
    """Passages have numbers of their own until the base is made anew, so that their words tell them apart."""
    for hit in hits:
        path = home + words.passage_path(hit.document_id, hit.page, hit.passage_id).lstrip("/")
        id = f"{home}#text-{quote(hit.document_id)}-{hit.page}-{crc32(hit.text.encode('utf-8', 'replace')):08x}"
        yield Entry(id, hit.date, f"Text: {', '.join(filter(None, [hit.whose, hit.title, words.place(hit.page, hit.line)]))}", hit.text[:SHOWN], path)

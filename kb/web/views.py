"""The pages: each checks that the reader may see the database, asks for its dataclass and renders its template."""

from __future__ import annotations

import asyncio
import codecs
import datetime
import sqlite3
from collections.abc import Callable, Hashable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, unquote

from datasette import Response
from datasette.database import Database
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import AsgiFileDownload, Request

from ingest.read.plain import is_mixed
from kb.archive import Archive
from kb.search.guide import LESSONS
from kb.web import agreements, arenas, assignments, cases, coverage, finding, links, newcomer, pages, words
from kb.web import case as case_pages
from kb.web import forum as forum_pages
from kb.web.access import opened
from kb.web.contexts import ChoicePage
from kb.web.headers import FILE_POLICY, PAGE_POLICY
from kb.web.no_forum import no_forum
from kb.web.remembering import Filters, remembered
from kb.web.rendering import rendered
from kb.web.selecting import one_state, plain_rows

if TYPE_CHECKING:  # datasette.app loads its plugins before it has a Datasette
    from datasette.app import Datasette

Value = TypeVar("Value")

SHOWN = {"txt": "text/plain", "pdf": "application/pdf"}
BYTES = "application/octet-stream"
LONG = 4  # figures that no number of a page has
NAMED_OTHERWISE = {"mac-roman": "macintosh", "utf-16-le": "utf-16le", "utf-16-be": "utf-16be", "utf-8-sig": "utf-8"}
"""Encodings that browsers know under another name than Python's."""
UNKNOWN_TO_BROWSERS = frozenset(("cp850", "utf-32", "utf-32-le", "utf-32-be"))
"""Shown by one they would be other letters: they are saved, for a program that knows them."""


async def ask(datasette: Datasette, base: Database, question: Callable[[sqlite3.Connection], Value], key: Hashable = None) -> Value:
    """What `question` reads out of one state of the database, within five times the time limit of a query; under a `key` once a state and day."""
    if key is not None:
        question = remembered(Path(base.path), (key, today()), question)

    def limited(conn: sqlite3.Connection) -> Value:
        with plain_rows(conn), one_state(conn), sqlite_timelimit(conn, 5 * datasette.setting("sql_time_limit_ms")):
            return question(conn)

    answer: Value = await base.execute_fn(limited)
    return answer


async def render(datasette: Datasette, request: Request, template: str, page: object, status: int = 200) -> Response:
    """A page of ours, with the strict policy."""
    html = rendered(datasette, request, template, page)
    return Response.html(html, status=status, headers={"Content-Security-Policy": PAGE_POLICY})


async def shown(datasette: Datasette, request: Request, template: str, page: object | None) -> Response:
    """A page of ours, or the page that says there is none."""
    return await render(datasette, request, template if page else "missing", page or "", status=200 if page else 404)


def part(request: Request, name: str) -> str:
    """A part of the address, as it was meant."""
    return unquote(request.url_vars[name])


async def home(datasette: Datasette, request: Request) -> Response:
    """`/`."""
    base = await opened(datasette, request)
    return await render(datasette, request, "home", await ask(datasette, base, pages.home, "home"))


async def search(datasette: Datasette, request: Request) -> Response:
    """`/sok?q=`."""
    base = await opened(datasette, request)
    wanted = finding.Wanted.of({name: request.args.get(name) or "" for name in finding.FIELDS})
    page = await ask(datasette, base, lambda conn: finding.search_page(conn, wanted, Filters(Path(base.path))))
    return await render(datasette, request, "search", page)


async def search_help(datasette: Datasette, request: Request) -> Response:
    """`/sok/hjalp`: how to search."""
    await opened(datasette, request)
    return await render(datasette, request, "search_help", LESSONS)


async def case(datasette: Datasette, request: Request) -> Response:
    """`/dnr/RUN/29/2021?kommun=`: another spelling is sent to the one we use, a number of several cases gives a choice."""
    base = await opened(datasette, request)
    asked, whose = part(request, "dnr"), request.args.get("kommun") or ""
    found, of, missed = await ask(datasette, base, lambda conn: cases.wanted(conn, asked, whose))
    if not found:
        near = await ask(datasette, base, lambda conn: cases.near(conn, asked))
        return await render(datasette, request, "case_missing", ChoicePage(asked, near), status=404)
    if len(found) > 1 or missed:
        choices = await ask(datasette, base, lambda conn: cases.choices(conn, found))
        return await render(datasette, request, "case_choice", ChoicePage(asked, choices, missed))
    if found[0].dnr != asked or words.dnr_path(asked, of or None) != found[0].path:
        return Response.redirect(datasette.urls.path(found[0].path))
    key = found[0].key
    return await shown(datasette, request, "case", await ask(datasette, base, lambda conn: case_pages.page(conn, key), ("case", key)))


async def forums(datasette: Datasette, request: Request) -> Response:
    """`/forum?omrade=&kommun=`."""
    base = await opened(datasette, request)
    area, whose = (request.args.get(name) or "" for name in ("omrade", "kommun"))
    page = await ask(datasette, base, lambda conn: arenas.page(conn, area, whose), ("forums", area, whose))
    return await render(datasette, request, "forums", page)


async def forum(datasette: Datasette, request: Request) -> Response:
    """`/forum/<slug>?kommun=`: by a name or an abbreviation too, which is sent to the slug."""
    base = await opened(datasette, request)
    slug, whose = part(request, "slug"), request.args.get("kommun") or ""
    page = await ask(datasette, base, lambda conn: forum_pages.page(conn, slug, today(), whose), ("forum", slug, whose))
    called = None if page else await ask(datasette, base, lambda conn: forum_pages.called(conn, slug))
    if called:
        return Response.redirect(datasette.urls.path(f"/forum/{quote(called)}" + (f"?kommun={quote(whose)}" if whose else "")))
    if page is None:
        none = await ask(datasette, base, lambda conn: no_forum(conn, slug))
        return await render(datasette, request, "forum_missing", none, status=404)
    return await render(datasette, request, "forum", page)


async def agreement_list(datasette: Datasette, request: Request) -> Response:
    """`/avtal`."""
    base = await opened(datasette, request)
    return await render(datasette, request, "agreements", await ask(datasette, base, lambda conn: agreements.page(conn, today()), "agreements"))


async def assignment_list(datasette: Datasette, request: Request) -> Response:
    """`/uppdrag?lage=&kommun=&till=&sida=`."""
    base = await opened(datasette, request)
    state, whose, holder, number = (request.args.get(name) or "" for name in ("lage", "kommun", "till", "sida"))
    at = int(number) if number.isascii() and number.isdigit() and len(number) < LONG else 1
    found = await ask(datasette, base, lambda conn: assignments.page(conn, state, whose, holder, at), ("assignments", state, whose, holder, at))
    return await render(datasette, request, "assignments", found)


async def newcomer_way(datasette: Datasette, request: Request) -> Response:
    """`/ny?roll=&forum=&kommun=`."""
    base = await opened(datasette, request)
    role, slug, whose = (request.args.get(name) or "" for name in ("roll", "forum", "kommun"))
    page = await ask(datasette, base, lambda conn: newcomer.page(conn, role, slug, today(), whose), ("newcomer", role, slug, whose))
    return await render(datasette, request, "newcomer", page)


def today() -> datetime.date:
    """The day here, which says where an agreement stands."""
    return datetime.datetime.now().astimezone().date()


async def document(datasette: Datasette, request: Request) -> Response:
    """`/handling/<id>`; with `?original=1` as it stood before repair."""
    base = await opened(datasette, request)
    id, as_stood = part(request, "id"), request.args.get("original") == "1"
    return await shown(datasette, request, "document", await ask(datasette, base, lambda conn: pages.document(conn, id, as_stood)))


async def covered(datasette: Datasette, request: Request) -> Response:
    """`/tackning`."""
    base = await opened(datasette, request)
    return await render(datasette, request, "coverage", await ask(datasette, base, coverage.coverage, "coverage"))


async def decision(datasette: Datasette, request: Request) -> Response:
    """`/beslut/<id>`."""
    base = await opened(datasette, request)
    id = part(request, "id")
    return await shown(datasette, request, "decision", await ask(datasette, base, lambda conn: pages.decision(conn, id)))


async def section(datasette: Datasette, request: Request) -> Response:
    """`/paragraf/<id>`."""
    base = await opened(datasette, request)
    id = part(request, "id")
    return await shown(datasette, request, "section", await ask(datasette, base, lambda conn: links.section(conn, id)))


async def original(datasette: Datasette, request: Request) -> Any:
    """`/handling/<id>/original`: the file as it came, in a type no browser runs anything from."""
    base = await opened(datasette, request)
    id = part(request, "id")
    file = await ask(datasette, base, lambda conn: pages.original(conn, id))
    path = Archive(Path(base.path)).file(file.sha256) if file else None
    if file is None or path is None or not path.is_file():
        return await render(datasette, request, "missing", "Originalfilen finns inte i arkivet.", status=404)
    sent_as = content_type(SHOWN.get(file.format), file.encoding)
    if sent_as.startswith("text/") and await asyncio.to_thread(lambda: is_mixed(path.read_bytes(), file.encoding or "")):
        sent_as = BYTES  # under one encoding some of its lines would be other letters; the page of the paper has them right
    disposition = "attachment" if sent_as == BYTES else "inline"
    return AsgiFileDownload(
        str(path),
        content_type=sent_as,
        headers={
            "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(str(words.inert(PurePosixPath(file.path).name)), safe='')}",
            "Content-Security-Policy": FILE_POLICY,
        },
    )


def content_type(shown_as: str | None, encoding: str | None) -> str:
    """The type to send: plain text in its encoding, a PDF, or bytes to save."""
    if shown_as != "text/plain":
        return shown_as or BYTES
    try:
        name = codecs.lookup(encoding or "utf-8").name
    except LookupError:
        return "text/plain; charset=utf-8"
    return BYTES if name in UNKNOWN_TO_BROWSERS else f"text/plain; charset={NAMED_OTHERWISE.get(name, name)}"

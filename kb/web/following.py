"""The addresses by which a case is followed from elsewhere: its feed and its calendar file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import quote

from datasette import Response
from datasette.utils.asgi import Request

from kb.web import agreements, case, cases, feeds, given_tasks, words
from kb.web.access import opened
from kb.web.agreement_notes import NoteRow
from kb.web.agreements import Agreement
from kb.web.case import CasePage
from kb.web.case_rows import Step
from kb.web.feeds import Entry
from kb.web.headers import PAGE_POLICY
from kb.web.views import ask, part, render, today

if TYPE_CHECKING:  # datasette.app loads its plugins before it has a Datasette
    from datasette.app import Datasette


IN_CALENDAR = 500
"""So many tasks a calendar holds at most."""


async def case_feed(datasette: Datasette, request: Request) -> Response:
    """`/dnr/….atom`."""
    return await _case(datasette, request, as_feed=True)


async def case_calendar(datasette: Datasette, request: Request) -> Response:
    """`/dnr/….ics`: the days of the case, and the last days of its tasks."""
    return await _case(datasette, request, as_feed=False)


async def _case(datasette: Datasette, request: Request, *, as_feed: bool) -> Response:
    base = await opened(datasette, request)
    asked, whose = part(request, "dnr"), request.args.get("kommun") or ""
    pages, updated = await ask(datasette, base, lambda conn: (_found(conn, asked, whose), changed(conn)))
    if not pages:
        return await render(datasette, request, "missing", "", status=404)
    dnr = pages[0].dnr
    name = " ".join(filter(None, [dnr, pages[0].case_of, pages[0].title])) if len(pages) == 1 else f"{dnr} ({len(pages)} ärenden)"
    entries = [entry for page in pages for entry in (_steps if as_feed else _days)(page, absolute(datasette, request, page.path))]
    if as_feed:
        of_all = words.dnr_path(dnr)
        home, feed = (pages[0].path, pages[0].feed) if len(pages) == 1 else (of_all, f"{of_all}.atom")
        body = feeds.atom(name, absolute(datasette, request, home), absolute(datasette, request, feed), updated, entries)
        return sent(body, feeds.ATOM_TYPE)
    return sent(feeds.calendar(name, updated, entries), feeds.CALENDAR_TYPE, f"{dnr}.ics")


def _found(conn: sqlite3.Connection, asked: str, whose: str) -> list[CasePage]:
    """The case of exactly that number, of `whose` where several have it; all of these where that is not said, so that who followed the number
    while one had it misses nothing. A choice between several numbers is the page's to give.
    """
    found = cases.resolve(conn, asked, whose)
    pages = (case.page(conn, row.key) for row in found) if len({row.dnr for row in found}) == 1 else ()
    return [page for page in pages if page]


def changed(conn: sqlite3.Connection) -> str | None:
    """When the base last changed, None where nothing says."""
    return str(row[0]) if (row := conn.execute("SELECT max(finished) FROM ingests").fetchone()) and row[0] else None


def sent(body: bytes, content_type: str, filename: str = "") -> Response:
    """A file of ours; with a name, to be saved under it."""
    safe = "".join(c if c.isascii() and (c.isalnum() or c in ".-") else "-" for c in filename)
    headers = {"Content-Security-Policy": PAGE_POLICY} | ({"Content-Disposition": f'attachment; filename="{safe}"'} if safe else {})
    return Response(body=body, status=200, headers=headers, content_type=content_type)


def absolute(datasette: Datasette, request: Request, path: str) -> str:
    """An address of ours with its server, as a reader elsewhere needs it."""
    return str(datasette.absolute_url(request, datasette.urls.path(path)))


def _steps(page: CasePage, home: str) -> Iterator[Entry]:
    """The steps as entries; they lead to the case, whose list has the sources."""
    for group in page.groups:
        for step in group.steps:
            title = ": ".join([" ".join(filter(None, [step.word, words.capital(step.forum or "")])), page.title or page.dnr])
            yield Entry(f"{home}#{step.event}-{step.ref}", step.date, title, "\n".join([*step.lines, step.citation]), f"{home}#{step.anchor}")


def _days(page: CasePage, home: str) -> Iterator[Entry]:
    """What each body did on a day, and the last day of each task. The ids are the same on whatever address the base is served."""
    of = page.dnr if page.case_of is None else page.key  # a day of another case with the number is another day
    for group in page.groups:
        bodies: dict[str, list[Step]] = {}
        for step in group.steps:
            if step.dayless:
                continue  # the day is that of another's meeting
            bodies.setdefault(step.forum or "", []).append(step)
        for body, steps in bodies.items():
            text = "\n".join(f"{step.word}: {' '.join(step.lines)}" for step in steps)
            title = ": ".join(filter(None, [words.capital(body), f"{page.dnr} {page.title}".strip()]))
            yield Entry(quote(f"{of}/{group.date}/{body}"), group.date, title, text, f"{home}#{steps[0].anchor}")
    for task in page.tasks:
        if task.due:
            title = f"Sista dag för uppdrag: {task.given_to or 'okänd'}, {page.dnr}"
            yield Entry(quote(f"{of}/uppdrag/{task.id}"), task.due, title, f"{task.text}\nLäge: {task.status}", home)


async def agreements_calendar(datasette: Datasette, request: Request) -> Response:
    """`/avtal.ics`: last days of notice, and the last days of agreements."""
    base = await opened(datasette, request)
    page, updated = await ask(datasette, base, lambda conn: (agreements.page(conn, today(), agreements.SOUGHT), changed(conn)))
    told = ((note, absolute(datasette, request, note.path)) for one in page.told for note in (one.note, *one.others))
    entries = chain(_ends(page.agreements, absolute(datasette, request, "/avtal")), _told(told))
    return sent(feeds.calendar("Avtal: uppsägningsdagar och slutdagar", updated, entries), feeds.CALENDAR_TYPE, "avtal.ics")


def _ends(found: Iterable[Agreement], home: str) -> Iterator[Entry]:
    for agreement in found:
        row, term = agreement.row, agreement.term
        if row.closed and not (term.ends and term.ends >= today()):
            continue  # what other papers say is over has no days to come
        title = words.capital(row.title) + (" (kan ha upphört)" if row.doubtful else "")
        doubts = [f"Enligt {note.whose}: {note.text}" for note in agreement.leads]
        stated = [f"Dnr {row.dnr}" if row.dnr else "", f"Gäller {agreement.period}", f"Läge: {term.state}"]
        text = "\n".join(filter(None, [row.title, row.parties, *stated, *doubts, row.notice_words, row.source]))
        for day in filter(None, (term.notice, term.next_notice)):
            yield Entry(f"avtal/{row.id}/uppsagning/{day}", day.isoformat(), f"Sista dag för uppsägning: {title}", text, f"{home}#{row.id}")
        if term.ends:
            what = "Avtalets tid går ut, förlängs om det inte sägs upp" if row.renewal and not row.closed else "Avtalets sista dag"
            yield Entry(f"avtal/{row.id}/slut/{term.ends}", term.ends.isoformat(), f"{what}: {title}", text, f"{home}#{row.id}")


def _told(notes: Iterable[tuple[NoteRow, str]]) -> Iterator[Entry]:
    """The last days that papers give agreements that are not here."""
    for note, path in notes:
        if note.kind == "valid" and note.settled:
            yield Entry(
                quote(f"avtal/{note.id}/slut"), note.day, f"Avtalets sista dag enligt {note.whose}: {words.capital(note.name)}", note.text, path
            )


async def tasks_calendar(datasette: Datasette, request: Request) -> Response:
    """`/uppdrag.ics`: the last days of tasks that are given, and that nobody has said are done."""
    base = await opened(datasette, request)
    found, updated = await ask(datasette, base, lambda conn: (given_tasks.tasks(conn, limit=IN_CALENDAR), changed(conn)))
    entries = (
        Entry(
            f"uppdrag/{task.id}",
            task.due,
            f"Sista dag för uppdrag: {task.given_to or 'okänd'}{f', {task.dnr}' if task.dnr else ''}",
            "\n".join(filter(None, [task.text, task.when])),
            absolute(datasette, request, task.path),
        )
        for task in found
        if task.status not in ("fullgjort", "föreslaget")
    )
    return sent(feeds.calendar("Uppdrag: sista dagar", updated, entries), feeds.CALENDAR_TYPE, "uppdrag.ics")

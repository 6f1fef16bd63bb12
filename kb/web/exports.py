"""`/export/<name>.csv`, `.xlsx` and `.json`: every row of a view, a reviewed query, a search or a question of one's own."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from datasette.database import Database
from datasette.resources import DatabaseResource, QueryResource, TableResource
from datasette.utils import InvalidSql, validate_sql_select
from datasette.utils.asgi import Base400, NotFound, Request
from datasette.views.table import _table_filters  # so that an export has the rows of the table page; datasette is pinned exactly

from kb import export
from kb.connect import read_only
from kb.errors import Usage
from kb.export import Conditions, Wanted
from kb.labels import Labels
from kb.search import functions
from kb.web import bounds, finding
from kb.web.access import opened
from kb.web.sending import Pieces, Streamed, streamed
from kb.web.setup import labels_of
from kb.writers import Table, pieces

if TYPE_CHECKING:
    from datasette.app import Datasette

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SEARCH, OWN_SQL = "sok", "fraga"
SECONDS = 30  # that SQLite may work on one piece, and on all of a question of one's own, whose rows may have no end
STEPS = 20_000  # of SQLite's machine between two looks at the clock
SAYS_WHICH = (
    "dnr",
    "case_of",
    "key",
    "forum",
    "decided_by",
    "given_to",
    "_forum",
    "_fran",
    "_till",
    "q",
    "ar",
)  # of the address, in the name of the file

Source = Callable[[sqlite3.Connection], Table]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be exported: what it is called for people, how to read it, its name in the address, and whether the time is for all of it."""

    title: str
    source: Source
    name: str = ""
    in_all: bool = False


class BadExport(Base400):  # type: ignore[misc]
    """The address asks for columns or days that there are not."""

    status = 400


async def exported(datasette: Datasette, request: Request) -> Streamed:
    """`/export/<name>.<format>`: a workbook and CSV for Excel are for people, JSON and CSV with `_ren=1` for programs (the names of the view, all
    of its columns, values as they are; commas, no BOM).
    """
    base = await opened(datasette, request)
    name, kind = request.url_vars["name"], request.url_vars["format"]
    asked = await _asked(datasette, request, base, name)
    for_people = kind == "xlsx" or (kind == "csv" and request.args.get("_ren") != "1")
    try:
        asked = _for_people(asked, labels_of(datasette)) if for_people else asked
        return await streamed(_pieces(Path(base.path), asked, kind, for_people), _headers(_file_name(asked.title, request.args, kind), kind))
    except Usage as error:
        raise BadExport(f"Det går inte att hämta: {error.what}.") from error
    except sqlite3.Error as error:
        raise BadExport("Det går inte att hämta: frågan tog för lång tid, eller har ett fel. Välj färre rader.") from error


async def _asked(datasette: Datasette, request: Request, base: Database, name: str) -> Asked:
    """The source by its name, for one who may see it."""
    config = ((datasette.config or {}).get("databases") or {}).get(base.name) or {}
    if name == SEARCH:
        await datasette.ensure_permission(action="view-table", resource=TableResource(base.name, "passages"), actor=request.actor)
        form = {field: request.args.get(field) or "" for field in finding.FIELDS}
        return Asked("Sökträffar", partial(_hits, wanted=finding.Wanted.of(form)), name)
    if name == OWN_SQL:
        await datasette.ensure_permission(action="execute-sql", resource=DatabaseResource(base.name), actor=request.actor)
        own = partial(_query, name=name, sql=_select(request.args.get("sql") or ""), given=_Given(request.args))
        return Asked("Egen fråga", own, name, in_all=True)
    query = (config.get("queries") or {}).get(name)
    if query:
        await datasette.ensure_permission(action="view-query", resource=QueryResource(base.name, name), actor=request.actor)
        given = {parameter: request.args.get(parameter) or "" for parameter in query["params"]}
        return Asked(query.get("title", name), partial(_query, name=name, sql=query["sql"], given=given), name)
    if name not in await base.execute_fn(export.names):
        raise NotFound(f"Det finns ingen tabell eller fråga som heter {name}.")
    await datasette.ensure_permission(action="view-table", resource=TableResource(base.name, name), actor=request.actor)
    settings = (config.get("tables") or {}).get(name) or {}
    return Asked(settings.get("title", name), await _table(datasette, request, base, name, settings), name)


async def _table(datasette: Datasette, request: Request, base: Database, name: str, settings: Mapping[str, Any]) -> Source:
    """A table or view with the filters, the search and the order of Datasette's page of it."""
    known = {*await base.execute_fn(lambda db: export.columns(db, name)), "rowid"}
    try:
        filters, clauses, values, *_ = await _table_filters(datasette, request, base.name, name)
    except (ValueError, KeyError, TypeError) as error:  # _through takes JSON
        raise BadExport("Adressen har ett filter som inte går att läsa.") from error
    unknown = sorted({column for column, _, _ in filters.selections()} - known)
    if unknown:  # SQLite would take the name for a text, and give no row
        raise BadExport(f"{name} har ingen kolumn som heter {', '.join(unknown)}.")
    wanted = Wanted(name, *(request.args.get(field) or None for field in ("_forum", "_fran", "_till", "_kommun")))
    order = _order(request.args, settings, known)
    return lambda db: export.read(db, wanted, Conditions(tuple(clauses), values), order)


def _for_people(asked: Asked, labels: Labels) -> Asked:
    """The same in the words of the pages."""
    return replace(asked, source=lambda db: export.for_people(db, asked.source(db), asked.name, labels, asked.name == OWN_SQL))


def _order(args: Mapping[str, str], settings: Mapping[str, Any], known: set[str]) -> str:
    """The order the address asks for, else that of datasette.yaml."""
    for asked in ({name: args.get(f"_{name}") for name in ("sort", "sort_desc")}, settings):
        for name, direction in (("sort", ""), ("sort_desc", " DESC")):
            column = asked.get(name)
            if column in known:
                return f'ORDER BY "{column}"{direction}'
    return ""


def _select(sql: str) -> str:
    """A question of the reader's own, which may only read."""
    try:
        validate_sql_select(sql)
    except InvalidSql as error:
        raise BadExport("Bara en fråga som börjar med SELECT eller WITH kan hämtas.") from error
    return sql


class _Given(dict[str, str]):
    """What the address says of the parameters of a question; what it does not name is empty, as on the page."""

    def __init__(self, args: Mapping[str, str]) -> None:
        super().__init__({name: args.get(name) or "" for name in args})

    def __missing__(self, name: str) -> str:
        return ""


def _query(db: sqlite3.Connection, name: str, sql: str, given: Mapping[str, str]) -> Table:
    found = db.execute(sql, given)
    return Table(name, [column[0] for column in found.description], iter(found))


def _hits(db: sqlite3.Connection, wanted: finding.Wanted) -> Table:
    """The hits of the search page, all of them."""
    return Table(SEARCH, list(finding.COLUMNS), finding.rows(db, wanted))


def _pieces(path: Path, asked: Asked, kind: str, excel: bool) -> Pieces:
    """The file, piece by piece, out of a connection of its own."""
    deadline = time.monotonic() + SECONDS
    with closing(read_only(path)) as db:
        functions.register(db)
        bounds.bound(db)
        db.execute("BEGIN")  # all of the file is of one state, whatever a run writes while it is sent
        db.set_progress_handler(lambda: time.monotonic() > deadline, STEPS)
        for piece in pieces(kind, excel)(_read(db, asked)):
            yield piece
            deadline = deadline if asked.in_all else time.monotonic() + SECONDS


def _read(db: sqlite3.Connection, asked: Asked) -> Table:
    """The table, with its first row read: what is wrong with the question is known before anything is written."""
    table = asked.source(db)
    first = next(table.rows, None)
    rows: Iterator[Any] = iter(()) if first is None else chain([first], table.rows)
    return Table(asked.title, table.columns, rows)


def _headers(file_name: str, kind: str) -> dict[str, str]:
    return {
        "Content-Type": TYPES[kind],
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file_name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "Cache-Control": "no-store",
    }


def _file_name(title: str, args: Mapping[str, str], kind: str) -> str:
    """What the file is called: the title, and what was asked for."""
    said = [title, *(str(args.get(name)) for name in SAYS_WHICH if args.get(name))]
    return re.sub(r"[^\w .,()–-]+", "-", " – ".join(said))[:120].strip(" .-") + f".{kind}"

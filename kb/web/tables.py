"""The lists of tables and reviewed queries: `/tabeller` for all, and `/kb`, which has the inner tables and a form for those who may ask in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from datasette import Response
from datasette.database import Database
from datasette.resources import DatabaseResource
from datasette.utils.asgi import Request

from kb.web.access import opened
from kb.web.contexts import BasePage, InnerTable, TablesPage
from kb.web.rows import TableRow
from kb.web.views import render

if TYPE_CHECKING:  # datasette.app loads its plugins before it has a Datasette
    from datasette.app import Datasette

MOST = 1000  # tables


async def tables(datasette: Datasette, request: Request) -> Response:
    """`/tabeller`: the tables and reviewed queries of datasette.yaml, with their Swedish titles."""
    base = await opened(datasette, request)
    config = _config(datasette, base)
    page = TablesPage(queries=named(config.get("queries") or {}), tables=named(config.get("tables") or {}))
    return await render(datasette, request, "tables", page)


async def database(datasette: Datasette, request: Request) -> Response:
    """`/kb`: all there is to query. Datasette's own page of it copies what it knows of every table, key by key, for a JSON that nobody asked for."""
    base = await opened(datasette, request)
    if (request.args.get("sql") or "").strip():
        return Response.redirect(f"{datasette.urls.database(base.name)}/-/query?{request.query_string}")
    config = _config(datasette, base)
    found = await datasette.allowed_resources("view-table", request.actor, parent=base.name, limit=MOST)
    allowed = {resource.child for resource in found.resources}
    settings: Mapping[str, Mapping[str, Any]] = config.get("tables") or {}
    hidden = {name for name in allowed if (settings.get(name) or {}).get("hidden")} | set(await base.hidden_table_names())
    views = [name for name in await base.view_names() if name in allowed]
    inner = await _inner(base, sorted(allowed - set(views)), settings)
    show = bool(request.args.get("_show_hidden"))
    page = BasePage(
        title=str(config.get("title") or base.name),
        description=str(config.get("description") or ""),
        may_ask=await datasette.allowed(action="execute-sql", resource=DatabaseResource(base.name), actor=request.actor),
        queries=named(config.get("queries") or {}),
        views=tuple(TableRow(name, (settings.get(name) or {}).get("title", name), "") for name in sorted(views) if show or name not in hidden),
        inner=tuple(table for table in inner if show or table.name not in hidden),
        hidden=0 if show else len(hidden & allowed),
        most=base.count_limit,
    )
    return await render(datasette, request, "database", page)


async def _inner(base: Database, names: list[str], settings: Mapping[str, Mapping[str, Any]]) -> list[InnerTable]:
    """Tables with how many rows they have, as far as that is counted, and their columns."""
    counts = await base.table_counts(100)
    return [
        InnerTable(name, (settings.get(name) or {}).get("title", name), counts[name], tuple(await base.table_columns(name)))
        for name in names
        if name in counts
    ]


def named(settings: Mapping[str, Mapping[str, Any]]) -> tuple[TableRow, ...]:
    """What people should see of a part of datasette.yaml."""
    return tuple(TableRow(name, s.get("title", name), s["description"]) for name, s in settings.items() if "description" in s and not s.get("hidden"))


def _config(datasette: Datasette, base: Database) -> Mapping[str, Any]:
    return ((datasette.config or {}).get("databases") or {}).get(base.name) or {}

"""The staff's web: a Datasette plugin. This module holds the hooks and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from functools import partial
from sqlite3 import Row
from typing import TYPE_CHECKING, Any

from jinja2 import Environment
from pluggy import HookimplMarker

from kb.search import functions
from kb.web import (
    about,
    access,
    bounds,
    catalog,
    cells,
    exports,
    following,
    login,
    page_images,
    refusing,
    robots,
    search_feed,
    setup,
    tables,
    typed,
    views,
    words,
)
from kb.web.headers import App, for_hosts, with_headers

if TYPE_CHECKING:  # datasette.app loads its plugins before it has a Datasette
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

hookimpl = HookimplMarker("datasette")  # what datasette.hookimpl is, with types


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Our pages; they come before Datasette's own routes."""
    return [
        (r"^/$", views.home),
        (r"^/sok$", views.search),
        (r"^/sok\.atom$", search_feed.search_feed),
        (r"^/sok/hjalp$", views.search_help),
        (r"^/dnr/(?P<dnr>.+)\.atom$", following.case_feed),
        (r"^/dnr/(?P<dnr>.+)\.ics$", following.case_calendar),
        (r"^/dnr/(?P<dnr>.+)$", views.case),
        (r"^/forum$", views.forums),
        (r"^/forum/(?P<slug>[^/]+)$", views.forum),
        (r"^/ny$", views.newcomer_way),
        (r"^/uppdrag$", views.assignment_list),
        (r"^/uppdrag\.ics$", following.tasks_calendar),
        (r"^/avtal$", views.agreement_list),
        (r"^/avtal\.ics$", following.agreements_calendar),
        (r"^/handling/(?P<id>[^/]+)$", views.document),
        (r"^/handling/(?P<id>[^/]+)/original$", views.original),
        (r"^/handling/(?P<id>[^/]+)/sida/(?P<number>[1-9][0-9]{0,4})\.png$", page_images.page_image),
        (r"^/tabeller$", tables.tables),
        (r"^/kb$", tables.database),
        (r"^/tackning$", views.covered),
        (r"^/beslut/(?P<id>[^/]+)$", views.decision),
        (r"^/paragraf/(?P<id>[^/]+)$", views.section),
        (r"^/export/(?P<name>[a-z_]+)\.(?P<format>csv|json|xlsx)$", exports.exported),
        (r"^/datapackage\.json$", catalog.data_package),
        (r"^/dcat\.ttl$", catalog.dcat),
        (r"^/logga-in$", login.login),
        (r"^/robots\.txt$", robots.robots),
        (r"^/tillganglighet$", about.accessibility),
        (access.DEBUG, access.debug),
    ]


@hookimpl
def startup(datasette: Datasette) -> Any:
    """Name the database and put the titles of datasette.yaml to use."""

    async def inner() -> None:
        setup.quiet_errors()
        await setup.name_database(datasette)
        setup.count_less(datasette)
        await setup.use_titles(datasette)
        await setup.use_columns(datasette)

    return inner


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """Functions our templates use."""
    env.globals["words"] = words
    env.globals["labels"] = setup.labels_of(datasette)
    env.globals["table_row"] = cells.row
    env.globals["in_order"] = cells.in_order
    env.globals["asset"] = partial(setup.asset, datasette)
    env.globals["most_rows"] = partial(datasette.setting, "max_returned_rows")  # Datasette 1.0a41 does not tell a page that rows are left out
    env.finalize = words.inert


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Any:
    """Security headers on every response, and none but them for a name that is not ours."""
    hosts, staff, base_url = setup.hosts(datasette), access.staff_of(datasette), datasette.setting("base_url")
    labels = setup.labels_of(datasette)

    def wrapper(app: App) -> App:
        reading = refusing.only_reading(access.with_safe_cookies(typed.in_words(app, labels)), base_url)
        return with_headers(for_hosts(access.for_staff(reading, staff), hosts), base_url)

    return wrapper


@hookimpl
def render_cell(row: Row, value: object, column: str, table: str | None, database: str, datasette: Datasette) -> Any:
    """Link diary numbers, documents, their pages and decisions in Datasette's tables to our pages, and put kinds and the like in Swedish."""
    return cells.shown(datasette, table, column, value, row) if database == setup.NAME else None


# ── who may do what, and at what cost ──


@hookimpl
def permission_resources_sql(datasette: Datasette, actor: dict[str, Any] | None, action: str) -> Any:
    """On a staff site, what the reader's roles allow."""
    return access.rules(datasette, actor, action)


@hookimpl
def forbidden(datasette: Datasette, request: Request) -> Any:
    """One who has not logged in is asked to."""
    return login.to_login(datasette, request)


@hookimpl
def filters_from_request(request: Request, database: str, table: str, datasette: Datasette) -> Any:
    """A search that would be left out is refused, not answered with all rows."""
    return partial(refusing.unsearchable, datasette, request, database, table) if database == setup.NAME else None


@hookimpl(wrapper=True)
def handle_exception(datasette: Datasette, request: Request, exception: Exception) -> Generator[None, list[Any], list[Any]]:
    """What an address asks for in vain is its own fault, on Datasette's pages too; all that are given here answer, so ours stands alone."""
    found = yield
    instead = refusing.refused(datasette, request, exception)
    return found if instead is None else [instead]


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    """Bounds on every question, and the SQL functions with which staff's own queries and table search find what the pages do.

    Last, because Datasette has an `escape_fts` of its own.
    """
    if database == setup.NAME:
        functions.register(conn)
    bounds.bound(conn)

"""The staff's web: a Datasette plugin. This module holds the hooks and nothing else."""

from __future__ import annotations

from sqlite3 import Row
from typing import TYPE_CHECKING, Any

from jinja2 import Environment
from pluggy import HookimplMarker

from kb.web import cells, following, setup, views, words
from kb.web.headers import App, for_hosts, with_headers

if TYPE_CHECKING:  # datasette.app loads its plugins before it has a Datasette
    from datasette.app import Datasette

hookimpl = HookimplMarker("datasette")  # what datasette.hookimpl is, with types


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Our pages; they come before Datasette's own routes."""
    return [
        (r"^/$", views.home),
        (r"^/sok$", views.search),
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
        (r"^/tabeller$", views.tables),
        (r"^/tackning$", views.covered),
        (r"^/beslut/(?P<id>[^/]+)$", views.decision),
        (r"^/paragraf/(?P<id>[^/]+)$", views.section),
    ]


@hookimpl
def startup(datasette: Datasette) -> Any:
    """Name the database and put the titles of datasette.yaml to use."""

    async def inner() -> None:
        setup.quiet_errors()
        await setup.name_database(datasette)
        await setup.use_titles(datasette)

    return inner


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Functions our templates use."""
    env.globals["words"] = words


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Any:
    """Security headers on every response, and none but them for a name that is not ours."""
    hosts = setup.hosts(datasette)

    def wrapper(app: App) -> App:
        return with_headers(for_hosts(app, hosts))

    return wrapper


@hookimpl
def render_cell(row: Row, value: object, column: str, table: str | None, database: str, datasette: Datasette) -> Any:
    """Link diary numbers, documents, their pages and decisions in Datasette's tables to our pages."""
    return cells.link(datasette, table, column, value, row) if database == setup.NAME else None

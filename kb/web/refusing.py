"""Addresses that ask for what there is not, on Datasette's own pages too: refused with a line, where Datasette 1.0a41 fails and logs a traceback."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from datasette.handle_exception import handle_exception
from datasette.utils.asgi import Base400, NotFound, Request

from kb.web.headers import App, Receive, Send, refuse

if TYPE_CHECKING:  # datasette.app loads its plugins before it has a Datasette
    from datasette.app import Datasette

READS = frozenset({"GET", "HEAD"})
SENT_TO = ("logga-in", "-/")  # what a form is sent to, or what Datasette refuses itself
ASKS = ("_next", "_facet", "_sort", "_size", "_where", "_through", "_col", "_nocol", "_search")
NO_SUCH = "Adressen ber om en kolumn eller en sida av tabellen som inte finns. Gå till tabellen och välj på nytt."
NO_SEARCH = "Här går det inte att söka med _search. Sök på /sok, eller i texten: /kb/passage_list?_search=…"
NO_COLUMN = "En vy går inte att söka i kolumn för kolumn. Sök i hela texten med _search, eller i en kolumn av tabellen: /kb/passages?_search_text=…"
NO_FORMAT = "Det formatet finns inte. En tabell kan hämtas som Excel, CSV och JSON."
_FORMAT = "Invalid format: "  # what Datasette asserts of the end of an address
ONLY_READ = "Kunskapsbasen kan bara läsas."


class BadAddress(Base400):  # type: ignore[misc]
    """The address asks a table for what it has not."""

    status = 400


def refused(datasette: Datasette, request: Request, exception: Exception) -> Any:
    """The answer where the fault is the address's own, None where it is ours: that is told as one."""
    if isinstance(exception, OSError) and exception.errno == errno.ENAMETOOLONG:
        return handle_exception(datasette, request, NotFound("Filen finns inte"))
    if isinstance(exception, AssertionError) and str(exception).startswith(_FORMAT):
        return handle_exception(datasette, request, NotFound(NO_FORMAT))
    asks = any(name.startswith(ASKS) for name in request.args)
    if asks and isinstance(exception, (sqlite3.Error, ValueError, LookupError, TypeError)) and not isinstance(exception, Base400):
        return handle_exception(datasette, request, BadAddress(NO_SUCH))
    return None


async def unsearchable(datasette: Datasette, request: Request, database: str, table: str) -> None:
    """Raises BadAddress for a search that Datasette would leave out, or that finds nothing whatever it asks for."""
    asked = {name for name in request.args if name.startswith("_search") and name != "_searchmode" and request.args[name].strip()}
    if not asked:
        return
    base = datasette.get_database(database)
    config = await datasette.table_config(database, table)
    if not (config.get("fts_table") or await base.fts_table(table)):
        raise BadAddress(NO_SEARCH)
    if "_search" not in asked and table in await base.view_names():
        raise BadAddress(NO_COLUMN)


def only_reading(app: App, base_url: str = "/") -> App:
    """The application, for requests that read; what a form sends is taken where there is one."""
    taken = tuple(base_url + path for path in SENT_TO)

    async def wrapped(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        method, path = str(scope.get("method", "")), str(scope.get("path", ""))
        if scope["type"] == "http" and method not in READS and not (method == "POST" and path.startswith(taken)):
            await refuse(send, 405, ONLY_READ, ((b"allow", b"GET, HEAD"),))
            return
        await app(scope, receive, send)

    return wrapped

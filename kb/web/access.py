"""Who may see what: every page of ours asks here before it opens the base. On a laptop anyone, on a staff site by role."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from datasette.database import Database
from datasette.permissions import PermissionSQL
from datasette.resources import DatabaseResource
from datasette.utils.asgi import Base400, NotFound, Request

from kb.staff import Staff, is_trusted, roles_of
from kb.web.headers import App, Message, Receive, Send, refuse
from kb.web.setup import NAME, base_of, config_of

if TYPE_CHECKING:  # datasette.app loads its plugins before it has a Datasette
    from datasette.app import Datasette

Scope = MutableMapping[str, Any]
Headers = list[tuple[bytes, bytes]]

# Datasette's pages about itself: paths, plugins, configuration, tools. What is left open is what our pages need.
DEBUG = r"^/-/(?!(?:static|static-plugins)/|logout$|settings(?:\.json)?$).*$"
INSTANCE = frozenset({"view-instance", "permissions-debug", "debug-menu"})  # actions that are about no database

PAST_THE_PROXY = "Gå in genom den adress som gäller för kunskapsbasen; hit kommer bara dess proxy."
TWO_NAMES = "Proxyn har sagt två olika namn på den som frågar."


class NoBase(Base400):  # type: ignore[misc]
    """None of the files that are served is a knowledge base."""

    status = 503


async def opened(datasette: Datasette, request: Request) -> Database:
    """The knowledge base, for one who may see it: routes of a plugin have no check of their own."""
    await datasette.ensure_permission(action="view-instance", actor=request.actor)
    base = base_of(datasette)
    if base is None:
        raise NoBase("Läs in handlingar med kb ingest och starta sedan om med kb serve.")
    await datasette.ensure_permission(action="view-database", resource=DatabaseResource(base.name), actor=request.actor)
    return base


async def debug(datasette: Datasette, request: Request, send: Send) -> Any:
    """Datasette's own pages about itself, for those who may debug it."""
    await datasette.ensure_permission(action="permissions-debug", actor=request.actor)
    for pattern, view in datasette._routes():
        match = re.match(pattern, request.path)
        if match and match.re.pattern != DEBUG:
            request.scope = {**request.scope, "url_route": {"kwargs": match.groupdict()}}
            return await view(request, send)
    raise NotFound("Den sidan finns inte")


def staff_of(datasette: Datasette) -> Staff | None:
    """How a staff site is run, None on a laptop."""
    given = config_of(datasette).get("staff")
    return Staff.of_config(given) if given else None


def roles(staff: Staff, actor: Mapping[str, Any] | None) -> frozenset[str]:
    """The roles of the reader; one whose name has been taken out of the file has none, whatever the cookie says."""
    name = str((actor or {}).get("id") or "")
    if not name or (not staff.header and name not in staff.passwords):
        return frozenset()
    return roles_of(staff, name, (actor or {}).get("groups") or ())


def rules(datasette: Datasette, actor: Mapping[str, Any] | None, action: str) -> PermissionSQL | None:
    """What the roles of datasette.yaml let the reader do, as Datasette asks for it; nothing on a laptop."""
    staff = staff_of(datasette)
    if staff is None:
        return None
    may = config_of(datasette).get("roles") or {}
    if not any(action in (may.get(role) or {}).get("may", ()) for role in roles(staff, actor)):
        return None
    # a rule about the base itself weighs more than `default_allow_sql: false`, and less than `allow: false` of a table
    parent = "NULL" if action in INSTANCE else f"'{NAME}'"
    return PermissionSQL(sql=f"SELECT {parent} AS parent, NULL AS child, 1 AS allow, 'roll' AS reason")


def for_staff(app: App, staff: Staff | None) -> App:
    """The application, told who asks and whether the way is encrypted, but only by a proxy that is believed."""
    if staff is None:
        return app

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        believed = is_trusted((scope.get("client") or ("",))[0], staff.trusted)
        if staff.header and not believed:
            await refuse(send, 403, PAST_THE_PROXY)
        elif staff.header and len(_values(scope, staff.header)) > 1:
            await refuse(send, 400, TWO_NAMES)
        else:
            await app(_as_told(scope, staff, believed), receive, send)

    return wrapped


def _as_told(scope: Scope, staff: Staff, believed: bool) -> Scope:
    """The request with what the proxy says in its place, and without what only a proxy may say, or a proxy makes needless."""
    known = {**scope, "headers": _without(scope["headers"], _told(staff))}
    if believed and (scheme := _last(scope, "x-forwarded-proto")) in ("http", "https"):
        known["scheme"] = scheme
    if believed and (address := _last(scope, "x-forwarded-for")):
        known["client"] = (address, 0)
    if staff.header and (names := _values(scope, staff.header)) and names[0].strip():
        groups = _values(scope, staff.groups_header) if staff.groups_header else []
        known["actor"] = {"id": names[0].strip(), "groups": [g.strip() for value in groups for g in value.split(",") if g.strip()]}
    return known


def _told(staff: Staff) -> set[str]:
    """Headers that say something only to us; with a proxy that knows who asks no cookie or token counts."""
    return {"x-forwarded-for", "x-forwarded-proto", staff.header, staff.groups_header, *(("cookie", "authorization") if staff.header else ())}


def _without(headers: Iterable[tuple[bytes, bytes]], names: set[str]) -> Headers:
    return [(name, value) for name, value in headers if name.decode("latin-1").lower() not in names]


def _values(scope: Scope, name: str) -> list[str]:
    return [value.decode("utf-8", "replace") for key, value in scope["headers"] if key.decode("latin-1").lower() == name]


def _last(scope: Scope, name: str) -> str:
    """What the nearest proxy has said: the last of a list."""
    return (_values(scope, name) or [""])[-1].rpartition(",")[2].strip().lower()


def with_safe_cookies(app: App) -> App:
    """The application, whose cookies no script reads, and which never go unencrypted where the page came encrypted."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        wanted = [b"HttpOnly", *([b"Secure"] if scope.get("scheme") == "https" else [])]

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(n, _hardened(value, wanted) if n.lower() == b"set-cookie" else value) for n, value in message.get("headers") or ()]
                if scope.get("scheme") == "https":
                    headers.append((b"strict-transport-security", b"max-age=31536000"))
                message = {**message, "headers": headers}
            await send(message)

        await app(scope, receive, send_safely)

    return wrapped


def _hardened(cookie: bytes, wanted: list[bytes]) -> bytes:
    said = {part.strip().lower() for part in cookie.split(b";")}
    return b"; ".join([cookie, *(word for word in wanted if word.lower() not in said)])

"""`/logga-in`: names and passwords of the staff file. Passwords are checked slowly on purpose, and only so many times."""

from __future__ import annotations

import asyncio
import re
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from datasette import Response
from datasette.utils import baseconv
from datasette.utils.asgi import NotFound, Request

from kb.staff import is_right
from kb.web.access import staff_of
from kb.web.headers import PAGE_POLICY
from kb.web.rendering import rendered

if TYPE_CHECKING:
    from datasette.app import Datasette

TRIES = 8  # wrong passwords of one name from one place
PAUSE = 15 * 60  # seconds until they are forgotten
REMEMBERED = 10_000  # names and places
LONGEST = 200  # characters of a name or a password
WRONG = "Namnet eller lösenordet är fel."
TOO_MANY = "För många försök. Vänta en kvart och försök igen."


@dataclass(frozen=True, slots=True)
class LoginPage:
    """`/logga-in`."""

    name: str
    onward: str
    fault: str


class Tries:
    """Wrong passwords, by name and place, in the memory of this process."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[tuple[str, str], list[float]] = OrderedDict()

    def are_spent(self, key: tuple[str, str], now: float) -> bool:
        """True where there have been too many of late."""
        recent = [at for at in self._wrong.get(key, ()) if now - at < PAUSE]
        return len(recent) >= TRIES

    def add(self, key: tuple[str, str], now: float) -> None:
        """One more."""
        self._wrong[key] = [*(at for at in self._wrong.pop(key, ()) if now - at < PAUSE), now]
        while len(self._wrong) > REMEMBERED:
            self._wrong.popitem(last=False)

    def forget(self, key: tuple[str, str]) -> None:
        """The right one came."""
        self._wrong.pop(key, None)


tries = Tries()


async def login(datasette: Datasette, request: Request) -> Response:
    """The form, and what is sent with it. There is none where people log in elsewhere."""
    staff = staff_of(datasette)
    if staff is None or staff.header:
        raise NotFound("Här loggar man inte in.")
    if request.method != "POST":
        return _form(datasette, request, LoginPage("", onward(request.args.get("till") or "/"), ""))
    form = await request.post_vars()
    name, password, to = (form.get("namn") or "")[:LONGEST], (form.get("losenord") or "")[:LONGEST], onward(form.get("till") or "/")
    key, now = (name, (request.scope.get("client") or ("",))[0]), time.time()
    if tries.are_spent(key, now):
        return _form(datasette, request, LoginPage(name, to, TOO_MANY), 429)
    if not await asyncio.to_thread(is_right, password, staff.passwords.get(name)):
        tries.add(key, now)
        return _form(datasette, request, LoginPage(name, to, WRONG), 403)
    tries.forget(key)
    response = Response.redirect(datasette.urls.path(to), 303)
    until = baseconv.base62.encode(int(now) + staff.session_hours * 3600)
    signed = datasette.sign({"a": {"id": name}, "e": until}, "actor")
    response.set_cookie("ds_actor", signed, max_age=staff.session_hours * 3600, httponly=True, secure=request.scheme == "https", samesite="lax")
    return response


def _form(datasette: Datasette, request: Request, page: LoginPage, status: int = 200) -> Response:
    html = rendered(datasette, request, "login", page)
    return Response.html(html, status=status, headers={"Content-Security-Policy": PAGE_POLICY})


def onward(path: str) -> str:
    """Where to go after: a page of this server, never another."""
    return path if re.fullmatch(r"/(?![/\\])[^\s\\]*", path) and len(path) < 2000 else "/"


def to_login(datasette: Datasette, request: Request) -> Response | None:
    """One who has not logged in and asks for a page is sent to the form; programs, and those who have, get their refusal."""
    staff = staff_of(datasette)
    if staff is None or staff.header or request.actor or request.method != "GET" or re.search(r"\.(json|csv|xlsx|ttl|ics|atom)$", request.path):
        return None
    base, path = datasette.urls.path("/"), request.scope.get("route_path") or request.path
    asked = path + (f"?{request.query_string}" if request.query_string else "")
    return Response.redirect(f"{base}logga-in?till={quote(asked, safe='/')}", 303)

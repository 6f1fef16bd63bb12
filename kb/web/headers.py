"""Headers that keep a page from doing more than it should: a wrapper round the whole application, and the policy of our own pages."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

# our pages need a stylesheet, an icon and their own forms; no script at all
PAGE_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
# an original is shown by the browser's own reader
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

# Datasette's pages about itself have inline script, so their policy only closes the frame and the base
DEBUG_POLICY = "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
# what a response has not said itself
DEFAULTS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)

# without a login, a page elsewhere that has its own name point here (DNS rebinding) could read everything
LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
REFUSAL = "Adressen hör inte till den här kunskapsbasen. Gå in på http://localhost med rätt port, eller ge serverns namn i variabeln KB_HOSTS."


def for_hosts(app: App, hosts: frozenset[str]) -> App:
    """The application, for requests that call the server by one of these names, with any port."""

    async def wrapped(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _host(scope) in hosts:
            await app(scope, receive, send)
            return
        await refuse(send, 400, REFUSAL)

    return wrapped


async def refuse(send: Send, status: int, why: str, more: tuple[tuple[bytes, bytes], ...] = ()) -> None:
    """A plain answer to one who gets no page, with more headers."""
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain; charset=utf-8"), *more]})
    await send({"type": "http.response.body", "body": why.encode()})


def _host(scope: MutableMapping[str, Any]) -> str:
    """The name a request calls the server by, "" where it gives none, two, or no name."""
    given = [value.decode("utf-8", "replace") for name, value in scope["headers"] if name.lower() == b"host"]
    found = re.fullmatch(r"(\[[0-9a-f:.]+\]|[^\s:@/\[\]]+?)\.?(?::\d+)?", given[0].casefold()) if len(given) == 1 else None
    return found[1] if found else ""


def with_headers(app: App, base_url: str = "/") -> App:
    """The application, with the headers above on every response that lacks them; only pages under `/-/` may run a script."""

    async def wrapped(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers") or ())
                said = {bytes(name).lower() for name, _ in headers}
                policy = DEBUG_POLICY if str(scope.get("path", "")).startswith(f"{base_url}-/") else PAGE_POLICY
                wanted = (*DEFAULTS, (b"content-security-policy", policy.encode()))
                message = {**message, "headers": headers + [(name, value) for name, value in wanted if name not in said]}
            await send(message)

        await app(scope, receive, send_with_headers)

    return wrapped

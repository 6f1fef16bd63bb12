"""Headers that keep a page from doing more than it should: a wrapper round the whole application, and the policy of our own pages."""

from __future__ import annotations

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

# what a response has not said itself; Datasette's own pages have inline script, so their policy only closes the frame and the base
DEFAULTS = (
    (b"content-security-policy", b"object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


def with_headers(app: App) -> App:
    """The application, with the headers above on every response that lacks them."""

    async def wrapped(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers") or ())
                said = {bytes(name).lower() for name, _ in headers}
                message = {**message, "headers": headers + [(name, value) for name, value in DEFAULTS if name not in said]}
            await send(message)

        await app(scope, receive, send_with_headers)

    return wrapped

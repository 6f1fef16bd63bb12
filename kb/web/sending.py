"""Files that are made while they are sent: all rows, a piece at a time, and a failure never looks like the end of the file."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from weakref import WeakKeyDictionary

AT_ONCE = 4  # files being made; the next one waits
SLOWEST = 120  # seconds that a reader may take for one piece before we give up
_pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="export")
_log = logging.getLogger(__name__)
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

Pieces = Generator[bytes, None, None]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Streamed:
    """A response of pieces; the first has been made, so what can be refused has been refused before anything is sent."""

    def __init__(self, first: bytes, rest: Pieces, headers: Mapping[str, str], done: Callable[[], None]) -> None:
        self.first, self.rest, self.headers, self.done = first, rest, headers, done

    async def asgi_send(self, send: Send) -> None:
        """Send it. An error on the way leaves the response without an end: the server breaks the connection, a browser says that it failed."""
        try:
            headers = [(name.lower().encode(), value.encode()) for name, value in self.headers.items()]
            await _sent(send, {"type": "http.response.start", "status": 200, "headers": headers})
            piece: bytes | None = self.first
            while piece is not None:
                await _sent(send, {"type": "http.response.body", "body": piece, "more_body": True})
                piece = await _next(self.rest)
            await _sent(send, {"type": "http.response.body", "body": b""})
        except (sqlite3.Error, TimeoutError, OSError) as error:
            _log.warning("En fil blev inte hel: %s", str(error) or "mottagaren läste för långsamt")
        finally:
            await _close(self.rest)
            self.done()


async def streamed(pieces: Pieces, headers: Mapping[str, str]) -> Streamed:
    """A response of `pieces`, which are made in a thread of their own; waits while too many are being made."""
    turns = _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    await turns.acquire()
    try:
        first = await _next(pieces)
    except BaseException:
        await _close(pieces)
        turns.release()
        raise
    return Streamed(first or b"", pieces, headers, turns.release)


async def _sent(send: Send, message: dict[str, Any]) -> None:
    await asyncio.wait_for(send(message), SLOWEST)


async def _next(pieces: Pieces) -> bytes | None:
    return await asyncio.get_running_loop().run_in_executor(_pool, next, pieces, None)


async def _close(pieces: Pieces) -> None:
    await asyncio.get_running_loop().run_in_executor(_pool, pieces.close)

"""`/robots.txt`: no search engine is to read a site for staff. Told to everybody: it says nothing of what is here."""

from __future__ import annotations

from datasette import Response

NOBODY = "User-agent: *\nDisallow: /\n"


async def robots() -> Response:
    """What robots may read: nothing."""
    return Response.text(NOBODY)

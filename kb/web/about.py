"""`/tillganglighet`: the accessibility statement that the law asks of a public body, with the publisher of datasette.yaml or the staff file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from datasette import Response
from datasette.utils.asgi import Request

from kb.web.access import opened
from kb.web.setup import config_of
from kb.web.views import render

if TYPE_CHECKING:
    from datasette.app import Datasette

CHECKED = "28 november 2026"  # when the statement was last held against the pages


@dataclass(frozen=True, slots=True)
class AccessibilityPage:
    """`/tillganglighet`."""

    name: str
    email: str
    when: str


async def accessibility(datasette: Datasette, request: Request) -> Response:
    """The statement."""
    await opened(datasette, request)
    who = config_of(datasette).get("publisher") or {}
    page = AccessibilityPage(who.get("name") or "Den som driver kunskapsbasen", who.get("email") or "", CHECKED)
    return await render(datasette, request, "accessibility", page)

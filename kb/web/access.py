"""Who may see what: every page of ours asks here before it opens the base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasette.database import Database
from datasette.resources import DatabaseResource
from datasette.utils.asgi import Base400, Request

from kb.web.setup import base_of

if TYPE_CHECKING:  # datasette.app loads its plugins before it has a Datasette
    from datasette.app import Datasette


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

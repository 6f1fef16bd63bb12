"""`/handling/<id>/sida/<n>.png`: a page as it looks in the original, so that people can hold the words against it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette import Response
from datasette.utils.asgi import Request

from kb.archive import Archive
from kb.page_image import drawn
from kb.web import pages
from kb.web.access import opened
from kb.web.headers import FILE_POLICY
from kb.web.views import ask, part, render

if TYPE_CHECKING:  # datasette.app loads its plugins before it has a Datasette
    from datasette.app import Datasette

KEPT = 64_000_000
"""Bytes of pictures that are remembered; a page takes some 150 kB."""
AT_ONCE = 2
"""Pages that are drawn at a time; others wait."""

_kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()
_drawing = asyncio.Semaphore(AT_ONCE)


async def page_image(datasette: Datasette, request: Request) -> Any:
    """A page of the PDF that the document came in, drawn from the archive, for one who may see the base."""
    base = await opened(datasette, request)
    id, number = part(request, "id"), int(part(request, "number"))
    file = await ask(datasette, base, lambda conn: pages.original(conn, id))
    picture = None
    if file is not None and file.format == "pdf":
        picture = await _picture(Archive(Path(base.path)).file(file.sha256), file.sha256, number)
    if picture is None:
        return await render(datasette, request, "missing", "Sidan finns inte, eller går inte att visa som bild.", status=404)
    return Response(picture, content_type="image/png", headers={"Content-Security-Policy": FILE_POLICY, "Cache-Control": "private, max-age=3600"})


async def _picture(path: Path, sha256: str, number: int) -> bytes | None:
    """The page, drawn or remembered."""
    key = sha256, number
    async with _drawing:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
        found = await asyncio.to_thread(drawn, path, number) if path.is_file() else None
        if found:
            _kept[key] = found
            while sum(map(len, _kept.values())) > KEPT:
                _kept.popitem(last=False)
        return found

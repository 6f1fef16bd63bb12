"""Links out of Datasette's tables: a diary number to its case, a document, a page of it and a decision to where they are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from sqlite3 import Row
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup, escape

from kb.web import words

if TYPE_CHECKING:
    from datasette.app import Datasette

PAGES = {
    "document_id": "/handling/", "handling_id": "/handling/", "target_document": "/handling/", "decision_id": "/beslut/", "beslut_id": "/beslut/",
    "done_by": "/beslut/", "proposal": "/beslut/", "adopted": "/beslut/", "paragraph_id": "/paragraf/", "target_paragraph": "/paragraf/",
}  # fmt: skip
OWN_PAGES = {"document_list": "/handling/", "decision_list": "/beslut/", "paragraph_list": "/paragraf/"}  # where `id` is the row's own


def link(datasette: Datasette, table: str | None, column: str, value: object, row: Row) -> Markup | None:
    """A cell as a link, None for one that stays as it is."""
    if column == "page" and isinstance(value, int):
        document = dict(zip(row.keys(), row, strict=True)).get("document_id")
        return _anchor(datasette, words.passage_path(document, value), value) if isinstance(document, str) else None
    if not isinstance(value, str) or not value:
        return None
    if column == "dnr":
        path = words.dnr_path(value)
    elif column == "id" and table in OWN_PAGES:
        path = OWN_PAGES[table] + quote(value)
    elif column in PAGES:
        path = PAGES[column] + quote(value)
    else:
        return None
    return _anchor(datasette, path, value)


def row(cells: Iterable[Mapping[str, Any]]) -> Markup:
    """A row of Datasette's table page. A page has a thousand cells, and a template takes ten times as long for one."""
    return Markup(
        "<tr>"
        + "".join(f'<td class="type-{cell["value_type"]}{_width(cell["raw"])}">{words.inert(escape(cell["value"]))}</td>' for cell in cells)
        + "</tr>"
    )


def _width(raw: object) -> str:
    """A class for a text by how long it is."""
    size = len(raw) if isinstance(raw, str) else 0
    return " long" if size > 60 else " name" if size > 24 else " nowrap"


def _anchor(datasette: Datasette, path: str, value: object) -> Markup:
    return Markup(f'<a href="{escape(datasette.urls.path(path))}">{escape(value)}</a>')

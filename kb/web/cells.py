"""Links out of Datasette's tables: a diary number to its case, a document, a page of it and a decision to where they are read."""

from __future__ import annotations

from sqlite3 import Row
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup

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


def _anchor(datasette: Datasette, path: str, value: object) -> Markup:
    return Markup('<a href="{}">{}</a>').format(datasette.urls.path(path), value)

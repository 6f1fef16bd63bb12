"""Cells of Datasette's tables: what leads to a page of ours (a case, a document, a page of it, a decision), and kinds and the like in Swedish."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from sqlite3 import Row
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup, escape

from kb import people
from kb.papers import ID
from kb.web import words
from kb.web.setup import labels_of

if TYPE_CHECKING:
    from datasette.app import Datasette

PAGES = {
    "document_id": "/handling/", "handling_id": "/handling/", "target_document": "/handling/", "decision_id": "/beslut/", "beslut_id": "/beslut/",
    "done_by": "/beslut/", "proposal": "/beslut/", "adopted": "/beslut/", "paragraph_id": "/paragraf/", "target_paragraph": "/paragraf/",
}  # fmt: skip
WHERE = {"source", "page", "line", "last_line", "first_page", "last_page", "first_line"}
INNER = {
    "case_of", "other_of", "unsure",
    "same_as", "ref", "key", "start", "end", "sha256", "proposal", "adopted", "proposal_document", "adopted_document", "target_paragraph",
    "target_document",
}  # fmt: skip
FIRST = {
    "decision_list": {"heading"}, "paragraph_list": {"number", "heading"}, "document_list": {"title"}, "case_list": {"dnr", "title"},
    "agreement_list": {"title", "parties"}, "assignment_list": {"name", "text"},
}  # fmt: skip
"""What a row is about, which stands beside its link: a narrow screen has room for little more."""
OWN_PAGES = {"document_list": "/handling/", "decision_list": "/beslut/", "paragraph_list": "/paragraf/"}  # where `id` is the row's own


def shown(datasette: Datasette, table: str | None, column: str, value: object, row: Row) -> Markup | None:
    """A cell as people should see it, None for one that stays as it is."""
    if column == "status" and isinstance(value, str) and "outcome" in row.keys():  # noqa: SIM118 - a row has no names but by its keys
        value = people.standing(value, row["outcome"])
    word = labels_of(datasette).value(column, value, table)
    return escape(word) if word else link(datasette, table, column, value, row)


def link(datasette: Datasette, table: str | None, column: str, value: object, row: Row) -> Markup | None:
    """A cell as a link, None for one that stays as it is."""
    if column == "page" and isinstance(value, int):
        document = dict(zip(row.keys(), row, strict=True)).get("document_id")
        return _anchor(datasette, words.passage_path(document, value), value) if isinstance(document, str) else None
    if not isinstance(value, str) or not value:
        return None
    if column == "message":
        return _message(datasette, value)
    if column == "dnr":
        there = dict(zip(row.keys(), row, strict=True))
        of = there.get("case_of", there.get("vems_ärende"))  # as the views call it, and the reviewed query
        path = words.dnr_path(value, of if isinstance(of, str) else None)
    elif column == "id" and table in OWN_PAGES:
        path = OWN_PAGES[table] + quote(value)
    elif column in PAGES:
        path = PAGES[column] + quote(value)
    else:
        return None
    return _anchor(datasette, path, value)


def _message(datasette: Datasette, value: str) -> Markup | None:
    """A doubt, with a link in the place of each id of a paper."""
    found = list(ID.finditer(value))
    if not found:
        return None
    parts, done = [], 0
    for match in found:
        parts += [escape(value[done : match.start()]), _anchor(datasette, f"/handling/{match[0]}", "handlingen")]
        done = match.end()
    return Markup("").join([*parts, escape(value[done:])])


def in_order(table: str, columns: Sequence[Mapping[str, Any]], name: str = "name") -> list[Mapping[str, Any]]:
    """Columns, or the cells of a row, as people read them: what a row says before where it stands and what tells rows apart; its own link first."""
    return sorted(columns, key=lambda column: _place(table, str(column[name])))


@lru_cache(1000)
def _place(table: str, column: str) -> int:
    """Columns of a lower number stand before others."""
    if column in ("id", "Link", "rowid"):
        return 0 if table in OWN_PAGES or not table.endswith("_list") else 4
    if column.endswith(("_id", "_key")) or column in INNER:
        return 4
    if column in FIRST.get(table, ()):
        return 1
    return 3 if column in WHERE else 2


def row(cells: Iterable[Mapping[str, Any]]) -> Markup:
    """A row of Datasette's table page. A page has a thousand cells, and a template takes ten times as long for one."""
    return Markup(
        "<tr>" + "".join(f'<td class="type-{cell["value_type"]}{_width(cell["raw"])}">{_inert(cell["value"])}</td>' for cell in cells) + "</tr>"
    )


def _inert(value: object) -> object:
    """A value as HTML, which a link is already."""
    return words.inert(value if isinstance(value, Markup) else escape(value))


def _width(raw: object) -> str:
    """A class for a text by how long it is."""
    size = len(raw) if isinstance(raw, str) else 0
    return " long" if size > 60 else " name" if size > 24 else " nowrap"


def _anchor(datasette: Datasette, path: str, value: object) -> Markup:
    return _link(datasette.setting("base_url").removesuffix("/"), path, value)


@lru_cache(1000)
def _link(base_url: str, path: str, value: object) -> Markup:
    """A link; a table has the same ones many times."""
    return Markup(f'<a href="{escape(base_url + path)}">{escape(value)}</a>')

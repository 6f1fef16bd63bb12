"""Web pages (.html) by selectolax: the main text without menus, in lines as it would be printed. Nothing that the page refers to is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from ingest.errors import BrokenFile, NotADocument
from ingest.read.flow import Flow
from ingest.read.plain import decode, once

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

OTHER = frozenset((".pdf", ".docx", ".doc", ".odt", ".rtf", ".txt", ".md", ".zip", ".eml", ".xlsx"))
"""A web page under one of these names is what a server answered in the document's place."""
REAL_TEXT = 40
"""A page of fewer words than this says that something is not there, or asks for a password."""
HEAD = 4096
"""Where the charset is looked for, as browsers do (bytes)."""

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,40})", re.I)
_UNSEEN = frozenset(("script", "style", "noscript", "template", "svg", "nav", "head", "iframe", "button", "select", "object", "canvas", "dialog"))
_BLOCKS = frozenset((
    "p", "div", "section", "article", "main", "header", "footer", "aside", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr", "td", "th",
    "blockquote", "pre", "form", "fieldset", "figure", "figcaption", "address", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "body",
    "center", "details", "summary",
))  # fmt: skip
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CELL = 200
"""A cell longer than this (characters) belongs to a table that lays out a page."""


def read_html(path: Path, data: bytes) -> tuple[str, str | None, str, list[tuple[int, int]], tuple[str, ...]]:
    """Read a web page. Raises NotADocument where its name says that it should be something else, or where it has no real text."""
    if PurePath(path).suffix.lower() in OTHER:
        raise NotADocument(f"{path}: är en webbsida, inte ett dokument")
    markup, encoding = html_text(path, data)
    text, spans, outline = laid_out(path, once(markup))
    if len(text.split()) < REAL_TEXT:
        raise NotADocument(
            f"{path}: är en webbsida med för lite text för att vara ett dokument (färre än {REAL_TEXT} ord)",
            "se efter i den: är det hela handlingen, spara den som PDF eller text",
        )
    return "html", encoding, text, spans, outline


def html_text(path: Path, data: bytes) -> tuple[str, str]:
    """The markup and the encoding it says it has; one that it does not have is found as for other texts."""
    said = _CHARSET.search(data[:HEAD])
    if said and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        name = said[1].decode().lower()
        name = "cp1252" if name in ("iso-8859-1", "latin1", "ascii", "us-ascii") else name  # as browsers do
        try:
            return data.decode(name), name
        except (UnicodeDecodeError, LookupError):
            pass
    return decode(path, data)


def laid_out(path: Path, markup: str) -> tuple[str, list[tuple[int, int]], tuple[str, ...]]:
    """The text of a page of HTML. Raises BrokenFile."""
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    try:
        page = LexborHTMLParser(markup)
        mains = page.css("main, [role=main]") or page.css("article") or page.css("body")
        flow = Flow()
        for main in mains[:1] if mains and mains[0].tag == "main" else mains:
            Walk(flow).walk(main)
    except (SelectolaxError, ValueError) as error:
        raise BrokenFile(f"{path}: kan inte läsas som webbsida ({type(error).__name__})") from error
    return flow.laid_out()


class Walk:
    """From nodes to lines. A stack of its own: a page may be nested deeper than Python may."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.words: list[str] = []
        self.lists: list[int | None] = []

    def walk(self, root: LexborNode) -> None:
        """Take a node and all below it."""
        stack: list[tuple[Any, bool]] = [(root, False)]
        while stack:
            node, leaving = stack.pop()
            tag = node.tag
            if leaving:
                self._leave(tag)
            elif tag == "-text":
                self.words.append(re.sub(r"\s+", " ", node.text_content or ""))
            elif tag == "br":
                self.words.append("\n")
            elif tag == "table" and (rows := _data_rows(node)):
                self.flush("p")
                self.flow.table(rows)
            elif tag not in _UNSEEN and not tag.startswith(("-", "_", "!")) and not _hidden(node):
                self._enter(node)
                stack.append((node, True))
                stack += [(child, False) for child in reversed(list(_children(node)))]

    def _enter(self, node: Any) -> None:
        if node.tag in _BLOCKS:
            self.flush("p")
        if node.tag in ("ul", "ol"):
            start = node.attributes.get("start") or "1"
            self.lists.append(int(start) - 1 if node.tag == "ol" and start.isdecimal() else None if node.tag == "ul" else 0)
        elif node.tag == "li" and self.lists and (number := self.lists[-1]) is not None:
            self.lists[-1] = number + 1

    def _leave(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.flush(tag)
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
            self.flow.gap()

    def flush(self, tag: str) -> None:
        """End the paragraph that stands in `tag`."""
        text = "".join(self.words)
        self.words.clear()
        if not text.strip():
            return
        if tag in _HEADINGS:
            self.flow.heading(text)
        elif self.lists:
            number = self.lists[-1] if self.lists else None
            self.flow.item(f"{number}." if number is not None else "-", text)
        else:
            self.flow.paragraph(text)


def _children(node: Any) -> Iterator[Any]:
    child = node.child
    while child is not None:
        yield child
        child = child.next


def _hidden(node: Any) -> bool:
    attributes = node.attributes
    return "hidden" in attributes or attributes.get("aria-hidden") == "true" or "display:none" in (attributes.get("style") or "").replace(" ", "")


def _data_rows(table: Any) -> list[list[str]]:
    """The rows of a table of data; none where the table lays out a page."""
    if table.css_first("table table"):
        return []
    rows = [[_cell(cell) for cell in _children(row) if cell.tag in ("td", "th")] for row in table.css("tr")]
    return [] if any(len(cell) > _CELL for row in rows for cell in row) and not table.css_first("th") else rows


def _cell(cell: Any) -> str:
    """A cell's text, a line for each of its paragraphs."""
    walk = Walk(Flow())
    for child in _children(cell):
        walk.walk(child)
    walk.flush("p")
    return walk.flow.laid_out()[0]

"""Markdown (.md) by markdown-it: headings, lists and tables as they would be printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.read.flow import Flow
from ingest.read.plain import read_plain

if TYPE_CHECKING:
    from markdown_it.token import Token

_SAID = {"softbreak": "\n", "hardbreak": "\n"}


def read_markdown(path: Path, data: bytes) -> tuple[str, str | None, str, list[tuple[int, int]], tuple[str, ...]]:
    """Read a Markdown file. Raises what `read_plain` raises."""
    from markdown_it import MarkdownIt

    _, encoding, text, _, _ = read_plain(path, data)
    flow = Flow()
    _Tokens(flow).take(MarkdownIt("commonmark", {"maxNesting": 50}).enable("table").parse(re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.S)))
    laid, spans, outline = flow.laid_out()
    return "md", encoding, laid, spans, outline


class _Tokens:
    """From the parser's flat list of tokens to lines."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.inside: list[str] = []
        self.marker = ""
        self.rows: list[list[str]] = []

    def take(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            if token.nesting > 0:
                self._open(token)
            elif token.nesting < 0:
                self._close(token)
            elif token.type == "inline":
                self._said(_words(token))
            elif token.type in ("fence", "code_block"):
                self.flow.paragraph(token.content)
            elif token.type == "html_block":
                self.flow.paragraph(re.sub(r"<[^>]*>", " ", token.content))

    def _open(self, token: Token) -> None:
        self.inside.append(token.type.removesuffix("_open"))
        if self.inside[-1] == "list_item":
            self.marker = f"{token.info}{token.markup}" if token.info else "-"
        elif self.inside[-1] == "tr":
            self.rows.append([])

    def _close(self, token: Token) -> None:
        closed = self.inside.pop()
        if closed == "table":
            self.flow.table(self.rows)
            self.rows = []
        elif closed in ("bullet_list", "ordered_list") and "list_item" not in self.inside:
            self.flow.gap()

    def _said(self, words: str) -> None:
        if self.inside[-1] in ("td", "th"):
            self.rows[-1].append(words)
        elif self.inside[-1] == "heading":
            self.flow.heading(words)
        elif "list_item" in self.inside:
            self.flow.item(self.marker, words)
            self.marker = ""
        else:
            self.flow.paragraph(words)


def _words(token: Token) -> str:
    """The text of a paragraph without its marks."""
    return "".join(_SAID.get(child.type, child.content if child.type != "html_inline" else "") for child in token.children or [])

"""OpenDocument texts (.odt), their XML read by lxml: headings, lists with their numbers, tables as rows, headers and footers, notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ingest.errors import BrokenFile, EncryptedFile
from ingest.read.flow import BREAK, Flow, Laid
from ingest.read.package import checked, member_bytes

_NS = "urn:oasis:names:tc:opendocument:xmlns"
_T, _TABLE, _O, _S = f"{{{_NS}:text:1.0}}", f"{{{_NS}:table:1.0}}", f"{{{_NS}:office:1.0}}", f"{{{_NS}:style:1.0}}"
_FO, _DRAW, _MANIFEST = f"{{{_NS}:xsl-fo-compatible:1.0}}", f"{{{_NS}:drawing:1.0}}", f"{{{_NS}:manifest:1.0}}"
_UNSEEN = frozenset((f"{_T}tracked-changes", f"{_O}annotation", f"{_O}forms", f"{_T}sequence-decls", f"{_T}note"))
_TEXTS = frozenset((f"{_T}p", f"{_T}h", f"{_T}list", f"{_TABLE}table"))
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_GROUPS = frozenset((f"{_T}section", f"{_T}index-body", f"{_T}table-of-content", f"{_T}index-title", f"{_DRAW}text-box"))
_OUTLINE = " "
"""The style of headings that are numbered without a list; no style of a list is called so."""
_REPEAT = 50
"""A spreadsheet may say that a cell comes a million times."""


def read_odt(path: Path, data: bytes) -> tuple[str, str | None, str, list[tuple[int, int]], tuple[str, ...]]:
    """Read an OpenDocument text. Raises BrokenFile, EncryptedFile, and TooLarge where it would unpack to more than is read."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    with checked(path, data) as archive:
        names = set(archive.namelist())
        if "META-INF/manifest.xml" in names and b":encryption-data" in member_bytes(path, archive, "META-INF/manifest.xml"):
            raise EncryptedFile(f"{path}: är låst med lösenord")
        try:
            content, styles = (
                etree.fromstring(member_bytes(path, archive, name), parser) if name in names else None for name in ("content.xml", "styles.xml")
            )
        except etree.LxmlError as error:
            raise BrokenFile(f"{path}: kan inte läsas som OpenDocument ({type(error).__name__})") from error
    body = content.find(f"{_O}body/{_O}text") if content is not None else None
    if body is None:
        raise BrokenFile(f"{path}: kan inte läsas som OpenDocument (ingen text)")
    text, spans, outline = _Reading(content, styles).laid_out(body)
    return "odt", None, text, spans, outline


class _Reading:
    """One document on its way into lines."""

    def __init__(self, content: Any, styles: Any) -> None:
        self.flow, self.roots = Flow(), [root for root in (content, styles) if root is not None]
        self.breaks = {
            style.get(f"{_S}name"): True
            for root in self.roots
            for style in root.iter(f"{_S}style")
            if any(p.get(f"{_FO}break-before") == "page" for p in style.iter(f"{_S}paragraph-properties"))
        }
        self.lists = {style.get(f"{_S}name"): style for root in self.roots for style in root.iter(f"{_T}list-style")}
        self.lists |= [(_OUTLINE, style) for root in self.roots for style in root.iter(f"{_T}outline-style")]
        self.numbers: dict[tuple[str, int], int] = {}
        self.notes: list[str] = []

    def laid_out(self, body: Any) -> Laid:
        pages = [page for root in self.roots for page in root.iter(f"{_S}master-page")][:1]
        for page in pages:
            self._blocks(_first(page, "header-first", "header"))
        self.flow.gap()
        self._blocks(body)
        self.flow.gap()
        for number, note in enumerate(self.notes, 1):
            self.flow.paragraph(f"Fotnot {number}: {note}")
        for page in pages:
            self._blocks(_first(page, "footer-first", "footer"))
        return self.flow.laid_out()

    def _blocks(self, parent: Any) -> None:
        for child in parent if parent is not None else ():
            if child.tag in (f"{_T}p", f"{_T}h"):
                self._paragraph(child)
            elif child.tag == f"{_T}list":
                self._list(child, 1, child.get(f"{_T}style-name") or "")
            elif child.tag == f"{_TABLE}table":
                self.flow.table(self._rows(child))
            elif child.tag == f"{_T}soft-page-break":
                self.flow.page()
            elif child.tag in _GROUPS:
                self._blocks(child)

    def _paragraph(self, p: Any) -> None:
        if self.breaks.get(p.get(f"{_T}style-name")):
            self.flow.page()
        for box in _boxes(p):
            self._blocks(box)
        if p.tag == f"{_T}h":
            self.flow.heading(f"{self._outline_number(p)} {self._text(p)}")
        else:
            self.flow.paragraph(self._text(p), gap=len(p) > 0 or bool(p.text))

    def _list(self, items: Any, level: int, style: str) -> None:
        number = self._last_number(items, level, style)
        for item in items:
            if item.tag not in (f"{_T}list-item", f"{_T}list-header"):
                continue
            number = _number(item.get(f"{_T}start-value")) or number + 1
            marker = self._marker(style, level, number)
            self.numbers |= {(name, level): number for name in (style, items.get(_ID)) if name}
            for child in item:
                if child.tag == f"{_T}list":
                    self._list(child, level + 1, child.get(f"{_T}style-name") or style)
                elif child.tag == f"{_T}h":
                    self.flow.heading(f"{marker} {self._text(child)}")
                elif child.tag == f"{_T}p":
                    self.flow.item(marker, self._text(child))
                    marker = ""

    def _last_number(self, items: Any, level: int, style: str) -> int:
        """The number before the first item: of the list that this one goes on with, or before the one that its style begins at."""
        goes_on = items.get(f"{_T}continue-list") or (style if items.get(f"{_T}continue-numbering") == "true" else None)
        return self.numbers.get((goes_on or "", level), _start(self._form(style, level)) - 1)

    def _outline_number(self, heading: Any) -> str:
        """The number that its level gives a heading which stands in no list."""
        level = _number(heading.get(f"{_T}outline-level")) or 1
        form = self._form(_OUTLINE, level)
        if form is None or not form.get(f"{_S}num-format") or heading.get(f"{_T}is-list-header") == "true":
            return ""
        number = _number(heading.get(f"{_T}start-value")) or self.numbers.get((_OUTLINE, level), _start(form) - 1) + 1
        self.numbers = {key: n for key, n in self.numbers.items() if key[0] != _OUTLINE or key[1] <= level} | {(_OUTLINE, level): number}
        above = [str(self.numbers.get((_OUTLINE, n), 1)) for n in range(level - (_number(form.get(f"{_T}display-levels")) or 1) + 1, level)]
        return _written(form, number, above)

    def _form(self, style: str, level: int) -> Any:
        return next((form for form in self.lists.get(style, ()) if form.get(f"{_T}level") == str(level)), None)

    def _marker(self, style: str, level: int, number: int) -> str:
        form = self._form(style, level)
        return _written(form, number) if form is not None and form.tag == f"{_T}list-level-style-number" else "-"

    def _rows(self, table: Any) -> Iterator[list[str]]:
        for row in table.iter(f"{_TABLE}table-row"):
            if next(row.iterancestors(f"{_TABLE}table")) is table:
                cells = [c for c in row if c.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")]
                times = [min(int(c.get(f"{_TABLE}number-columns-repeated") or 1), _REPEAT) for c in cells]
                yield [self._cell(cell) for cell, n in zip(cells, times, strict=True) for _ in range(n)]

    def _cell(self, cell: Any) -> str:
        return "\n".join(self._text(p) for p in cell.iter(f"{_T}p", f"{_T}h"))

    def _text(self, p: Any) -> str:
        for note in p.iter(f"{_T}note"):
            self.notes.append(" ".join(_said(q) for body in note.iter(f"{_T}note-body") for q in body.iter(f"{_T}p")))
        return _said(p)


def _boxes(element: Any) -> Iterator[Any]:
    """What is drawn on the paper with text in it, the outermost of each."""
    for child in element:
        if str(child.tag).startswith(_DRAW) and any(inner.tag in _TEXTS for inner in child):
            yield child
        else:
            yield from _boxes(child)


def _number(value: str | None) -> int:
    """A number that a file states; 0 where it states none."""
    return int(value) if value and value.isascii() and value.isdecimal() and len(value) < 7 else 0


def _start(form: Any) -> int:
    stated = form.get(f"{_T}start-value") if form is not None else None
    return _number(stated) if stated else 1


def _written(form: Any, number: int, above: Sequence[str] = ()) -> str:
    """A number as its level writes it: "§ 141", "1.2", "c)"."""
    kind = form.get(f"{_S}num-format") or ""
    last = chr(ord(kind) + (number - 1) % 26) if kind in ("a", "A") else str(number)
    return f"{form.get(f'{_S}num-prefix') or ''}{'.'.join((*above, last))}{form.get(f'{_S}num-suffix') or ''}".strip()


def _said(element: Any) -> str:
    return "".join(_pieces(element))


def _pieces(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == f"{_T}s":
            yield " "
        elif child.tag == f"{_T}tab":
            yield "\t"
        elif child.tag == f"{_T}line-break":
            yield "\n"
        elif child.tag == f"{_T}soft-page-break":
            yield BREAK
        elif isinstance(child.tag, str) and child.tag not in _UNSEEN and (child.tag == f"{_DRAW}a" or not child.tag.startswith(_DRAW)):
            yield from _pieces(child)
        yield child.tail or ""


def _first(page: Any, *names: str) -> Any:
    return next((found for name in names if (found := page.find(f"{_S}{name}")) is not None), None)

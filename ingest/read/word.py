"""Word files (.docx) by python-docx: headings, numbered lists, tables as rows, headers, footnotes. Nothing outside the file is fetched."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from ingest.errors import BrokenFile, IngestError
from ingest.read.flow import BREAK, Flow, Laid
from ingest.read.numbering import Numbering
from ingest.read.package import checked

if TYPE_CHECKING:
    from docx.document import Document

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOTES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_SAID = {f"{_W}tab": "\t", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-", f"{_W}lastRenderedPageBreak": BREAK}
_UNSEEN = frozenset((f"{_W}del", f"{_W}moveFrom", f"{_W}txbxContent", f"{_W}rPr", f"{_W}pPr", _FALLBACK))
"""Deleted words, the second copy of a drawing; text boxes are read by themselves."""


def read_docx(path: Path, data: bytes) -> tuple[str, str | None, str, list[tuple[int, int]], tuple[str, ...]]:
    """Read a Word file. Raises BrokenFile, and TooLarge where it would unpack to more than is read."""
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    checked(path, data).close()
    try:
        text, spans, outline = _Reading(docx.Document(io.BytesIO(data))).laid_out()
    except IngestError:
        raise
    except (OpcError, LxmlError, BadZipFile, KeyError, ValueError, AttributeError, TypeError, OSError) as error:
        raise BrokenFile(f"{path}: kan inte läsas som Word-fil ({type(error).__name__})") from error
    return "docx", None, text, spans, outline


class _Reading:
    """One document on its way into lines."""

    def __init__(self, document: Document) -> None:
        self.document, self.flow = document, Flow()
        self.styles = {style.get(f"{_W}styleId"): style for style in document.styles.element.iter(f"{_W}style")}
        self.numbering = Numbering(document, self.styles)
        self.spaced = _after(document.styles.element.find(f"{_W}docDefaults//{_W}spacing"))

    def laid_out(self) -> Laid:
        tops, bottoms = zip(*map(_edges, self.document.sections), strict=True)
        self._edges(tops[:1])
        self._blocks(self.document.element.body)
        self.flow.gap()
        for note in self._notes():
            self.flow.paragraph(note)
        self._edges(bottoms[:1])
        return self.flow.laid_out()

    def _edges(self, parts: Iterable[Any]) -> None:
        """A header or footer, once: on further pages it would repeat itself."""
        for part in parts:
            self._blocks(part if part is not None else ())
        self.flow.gap()

    def _blocks(self, parent: Any) -> None:
        for child in parent:
            if child.tag == f"{_W}p":
                self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                self.flow.table(self._rows(child))
            elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
                self._blocks(child)

    def _paragraph(self, p: Any) -> None:
        for box in _boxes(p):
            self._blocks(box)
        text, style = _text(p), self._style(p)
        if _is_on(p.find(f"{_W}pPr/{_W}pageBreakBefore")):
            self.flow.page()
        marker = self.numbering.marker(p, style) if text.strip() else ""
        if any(_is_heading(s) for s in self._chain(style)):
            self.flow.heading(f"{marker} {text}")
        elif marker:
            self.flow.item(marker, text)
        else:
            self.flow.paragraph(text, self._spaced(p, style) or not text.strip())
        kind = p.find(f"{_W}pPr/{_W}sectPr/{_W}type")
        if p.find(f"{_W}pPr/{_W}sectPr") is not None and (kind is None or kind.get(f"{_W}val") != "continuous"):
            self.flow.page()

    def _rows(self, table: Any) -> Iterator[list[str]]:
        for row in table.iter(f"{_W}tr"):
            if next(row.iterancestors(f"{_W}tbl")) is table:
                yield ["\n".join(self._cell(cell)) for cell in row.iter(f"{_W}tc") if next(cell.iterancestors(f"{_W}tr")) is row]

    def _cell(self, cell: Any) -> Iterator[str]:
        for p in cell.iter(f"{_W}p"):
            text = _text(p)
            yield f"{self.numbering.marker(p, self._style(p))} {text}" if text.strip() else ""

    def _style(self, p: Any) -> str:
        found = p.find(f"{_W}pPr/{_W}pStyle")
        return str(found.get(f"{_W}val")) if found is not None else "Normal"

    def _chain(self, name: str) -> Iterator[Any]:
        """A style and those it is based on."""
        seen: set[str] = set()
        while name in self.styles and name not in seen:
            seen.add(name)
            yield self.styles[name]
            based = self.styles[name].find(f"{_W}basedOn")
            name = str(based.get(f"{_W}val")) if based is not None else ""

    def _spaced(self, p: Any, style: str) -> bool:
        """True where room is left under the paragraph."""
        found = (_after(e.find(f"{_W}pPr/{_W}spacing")) for e in (p, *self._chain(style)))
        return bool(next((after for after in found if after is not None), self.spaced))

    def _notes(self) -> Iterator[str]:
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        for rel in self.document.part.rels.values():
            if rel.reltype == _NOTES and not rel.is_external:
                notes = etree.fromstring(rel.target_part.blob, parser).iter(f"{_W}footnote")
                texts = [" ".join(_text(p).strip() for p in note.iter(f"{_W}p")) for note in notes if note.get(f"{_W}type") is None]
                yield from (f"Fotnot {n}: {text}" for n, text in enumerate(texts, 1) if text.strip())


def _edges(section: Any) -> tuple[Any, Any]:
    """The header and the footer of a section's first page, None where it has none."""
    own = section.different_first_page_header_footer
    both = ((section.first_page_header, section.first_page_footer),) if own else ()
    for header, footer in (*both, (section.header, section.footer)):
        found = tuple(None if edge.is_linked_to_previous else edge._element for edge in (header, footer))
        if any(edge is not None for edge in found):
            return found[0], found[1]
    return None, None


def _boxes(p: Any) -> Iterator[Any]:
    """Text boxes, each once: the copy for older programs is left."""
    for box in p.iter(f"{_W}txbxContent"):
        if not any(True for _ in box.iterancestors(_FALLBACK)):
            yield box


def _text(p: Any) -> str:
    """The words of a paragraph as they are seen, tracked changes accepted."""
    return "".join(_pieces(p))


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in _UNSEEN:
            continue
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag == f"{_W}br":
            yield BREAK if child.get(f"{_W}type") == "page" else "\n"
        elif child.tag == f"{_W}r" and _is_on(child.find(f"{_W}rPr/{_W}vanish")):
            continue
        elif child.tag in _SAID:
            yield _SAID[child.tag]
        else:
            yield from _pieces(child)


def _is_heading(style: Any) -> bool:
    name = style.find(f"{_W}name")
    level = style.find(f"{_W}pPr/{_W}outlineLvl")
    named = name is not None and re.match(r"(?i)(?:heading|rubrik) ?\d|title$|rubrik$", name.get(f"{_W}val") or "")
    return bool(named) or (level is not None and level.get(f"{_W}val") in set("012345678"))


def _is_on(switch: Any) -> bool:
    return switch is not None and switch.get(f"{_W}val") not in ("0", "false", "off")


def _after(spacing: Any) -> int | None:
    """The room under a paragraph in twentieths of a point; None where it is not said."""
    value = spacing.get(f"{_W}after") if spacing is not None else None
    return int(value) if value and value.isdigit() else None

"""PDF files by pdfminer.six, where PDFium refuses them: the text of each page in reading order, and the outline."""

from __future__ import annotations

import io
import logging
import unicodedata
from contextlib import suppress
from typing import TYPE_CHECKING

from ingest.read.limits import check_pages
from ingest.read.tables import Line, as_it_looks
from ingest.rules import Rules

if TYPE_CHECKING:
    from pdfminer.pdfdocument import PDFDocument

logging.getLogger("pdfminer").setLevel(logging.ERROR)


def read_all(data: bytes, rules: Rules | None, passwords: tuple[str, ...]) -> tuple[list[str], tuple[str, ...]]:
    """The text of each page, and the outline. Raises what pdfminer raises."""
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.layout import LAParams, LTTextBox, LTTextLine
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage

    document = _opened(data, passwords)
    manager = PDFResourceManager()
    device = PDFPageAggregator(manager, laparams=LAParams())
    interpreter = PDFPageInterpreter(manager, device)
    texts: list[str] = []
    for page in PDFPage.create_pages(document):
        check_pages("", len(texts))
        interpreter.process_page(page)
        boxes = [box for box in device.get_result() if isinstance(box, LTTextBox)]
        # what stands side by side is known from where its words stand
        placed = [Line(line.x0, line.y0, line.get_text(), n) for n, box in enumerate(boxes) for line in box if isinstance(line, LTTextLine)]
        table = as_it_looks(placed, rules) if rules else None
        texts.append(table if table is not None else "\n".join(box.get_text() for box in boxes))
    return texts, _outline(document)


def _opened(data: bytes, passwords: tuple[str, ...]) -> PDFDocument:
    """The file, by the first password that fits; the empty one opens those that are only kept from being changed."""
    from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
    from pdfminer.pdfparser import PDFParser

    for password in ("", *passwords[:-1]):
        with suppress(PDFPasswordIncorrect):
            return PDFDocument(PDFParser(io.BytesIO(data)), password)
    return PDFDocument(PDFParser(io.BytesIO(data)), passwords[-1] if passwords else "")


def _outline(document: PDFDocument) -> tuple[str, ...]:
    from pdfminer.pdfdocument import PDFNoOutlines

    try:
        return tuple(unicodedata.normalize("NFC", title).strip() for _, title, *_ in document.get_outlines() if title.strip())
    except (PDFNoOutlines, TypeError, AttributeError, KeyError):
        return ()

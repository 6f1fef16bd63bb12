"""PDF files by pdfminer.six: the text of each page in reading order, and the outline."""

from __future__ import annotations

import io
import itertools
import logging
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import BrokenPdf, EncryptedPdf, IngestError
from ingest.read.tables import Line, as_it_looks
from ingest.rules import Rules

if TYPE_CHECKING:
    from pdfminer.pdfdocument import PDFDocument

logging.getLogger("pdfminer").setLevel(logging.ERROR)


def read_pdf(path: Path, data: bytes, rules: Rules | None = None) -> tuple[str, str | None, str, list[tuple[int, int]], tuple[str, ...]]:
    """Read a PDF; a page without text gives an empty string, so that a scan can be told from a text.

    Raises EncryptedPdf and BrokenPdf.
    """
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

    try:
        texts, outline = _read(data, rules)
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise EncryptedPdf(f"{path}: är låst med lösenord") from error
    except IngestError:
        raise
    except Exception as error:
        raise BrokenPdf(f"{path}: kan inte läsas som PDF ({type(error).__name__})") from error
    if not texts:
        raise BrokenPdf(f"{path}: PDF-filen har inga sidor")
    starts = [0, *itertools.accumulate(len(text) + 1 for text in texts)]
    return "pdf", None, "\f".join(texts), [(start, start + len(text)) for start, text in zip(starts, texts, strict=False)], outline


def _read(data: bytes, rules: Rules | None) -> tuple[list[str], tuple[str, ...]]:
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.layout import LAParams, LTTextBox, LTTextLine
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdfparser import PDFParser

    document = PDFDocument(PDFParser(io.BytesIO(data)))
    manager = PDFResourceManager()
    device = PDFPageAggregator(manager, laparams=LAParams())
    interpreter = PDFPageInterpreter(manager, device)
    texts = []
    for page in PDFPage.create_pages(document):
        interpreter.process_page(page)
        boxes = [box for box in device.get_result() if isinstance(box, LTTextBox)]
        # what stands side by side is known from where its words stand
        placed = [Line(line.x0, line.y0, line.get_text(), n) for n, box in enumerate(boxes) for line in box if isinstance(line, LTTextLine)]
        table = as_it_looks(placed, rules) if rules else None
        text = table if table is not None else "\n".join(box.get_text() for box in boxes)
        texts.append(text.replace("\f", "\n").replace("\r", "\n").replace("\0", ""))
    return [text if text.strip() else "" for text in texts], _outline(document)


def _outline(document: PDFDocument) -> tuple[str, ...]:
    from pdfminer.pdfdocument import PDFNoOutlines

    try:
        return tuple(unicodedata.normalize("NFC", title).strip() for _, title, *_ in document.get_outlines() if title.strip())
    except (PDFNoOutlines, TypeError, AttributeError, KeyError):
        return ()

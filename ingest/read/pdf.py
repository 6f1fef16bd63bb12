"""PDF files: the text of each page by PDFium, laid out by where it stands, and the outline. Where PDFium refuses a file pdfminer is asked."""

from __future__ import annotations

import functools
import itertools
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ingest.errors import BrokenPdf, EncryptedPdf, IngestError
from ingest.read import glyphs
from ingest.read.limits import check_pages
from ingest.read.tables import as_it_looks, as_it_reads
from ingest.read.told import NOTHING, Told, told
from ingest.rules import Rules

_OWN = b"""%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R /Resources <</Font <</F 5 0 R /G 6 0 R>>>>>> endobj
4 0 obj <</Length 54>> stream
BT /F 9 Tf 9 9 Td (Protokoll) Tj /G 9 Tf (Beslut) Tj ET
endstream endobj
5 0 obj <</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>> endobj
6 0 obj <</Type /Font /Subtype /TrueType /BaseFont /Arial /Encoding /WinAnsiEncoding>> endobj
trailer <</Root 1 0 R>>
%%EOF
"""
DEEPEST = 10
"""Levels of an outline that are looked at; one may lead back to itself."""


def read_pdf(
    path: Path, data: bytes, rules: Rules | None = None, passwords: tuple[str, ...] = ()
) -> tuple[tuple[str, str | None, str, list[tuple[int, int]], tuple[str, ...]], Told]:
    """Read a PDF; a page without text gives an empty string, so that a scan can be told from a text.

    Raises EncryptedPdf, BrokenPdf, TooLarge.
    """
    document = opened(path, data, passwords)
    if document is None:
        (texts, outline), says = _second_opinion(path, data, rules, passwords), NOTHING
    else:
        try:
            check_pages(path, len(document))
            texts, outline = [_text(document, n, rules) for n in range(len(document))], _outline(document)
            says = told(document)
        finally:
            document.close()
    if not texts:
        raise BrokenPdf(f"{path}: PDF-filen har inga sidor")
    text, spans = joined([_plain(text) for text in texts])
    return ("pdf", None, text, spans, outline), says


@functools.cache
def rehearse() -> None:
    """Read a page of our own, once: at the first type that no file brings PDFium looks through all fonts of the system, for longer than most files
    take. Processes forked from this one know them.
    """
    document = opened(Path("prov.pdf"), _OWN, ())
    if document is not None:
        _text(document, 0, None)
        document.close()


def joined(texts: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """Pages as one text, and where each lies in it."""
    starts = [0, *itertools.accumulate(len(text) + 1 for text in texts)]
    return "\f".join(texts), [(start, start + len(text)) for start, text in zip(starts, texts, strict=False)]


def opened(path: Path, data: bytes, passwords: tuple[str, ...]) -> Any:
    """The file by the first password that fits, None where PDFium refuses it. Raises EncryptedPdf."""
    import pypdfium2
    from pypdfium2 import raw

    for password in (None, *passwords):
        try:
            document = pypdfium2.PdfDocument(data, password=password)
            if document.get_formtype() == raw.FORMTYPE_ACRO_FORM:
                with suppress(pypdfium2.PdfiumError):  # then what is filled in is not read
                    document.init_forms()
            return document
        except pypdfium2.PdfiumError as error:
            if error.err_code not in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
                return None
    what = "är låst med lösenord" if not passwords else f"är låst, och inget av {len(passwords)} lösenord passar"
    raise EncryptedPdf(f"{path}: {what}")


def _second_opinion(path: Path, data: bytes, rules: Rules | None, passwords: tuple[str, ...]) -> tuple[list[str], tuple[str, ...]]:
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

    from ingest.read.miner import read_all

    try:
        return read_all(data, rules, passwords)
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise EncryptedPdf(f"{path}: är låst med lösenord") from error
    except (IngestError, MemoryError):
        raise
    except Exception as error:
        raise BrokenPdf(f"{path}: kan inte läsas som PDF ({type(error).__name__})") from error


def _text(document: Any, number: int, rules: Rules | None, scanned: bool = False) -> str:
    """The text of a page; "" for one that is damaged, which the caller tells people of."""
    import pypdfium2

    try:
        page = document[number]
        found = glyphs.pieces(page)
        page.close()
    except pypdfium2.PdfiumError:
        return ""
    if scanned:
        found = glyphs.leaded(found)
    elif rules:
        found = glyphs.spaced(found, rules)
    lines = glyphs.placed([piece for piece in found if not piece.turned])
    looks = as_it_looks(lines, rules) if rules else None
    # what is written along an edge, by those who sign the file, is one line of its own
    turned = "".join(piece.text if len(piece.text) == 1 else f"{piece.text}\n" for piece in found if piece.turned)
    return "\n\n".join(filter(None, (looks if looks is not None else as_it_reads(lines), turned.strip())))


def read_pages(path: Path, numbers: Iterable[int], rules: Rules | None) -> dict[int, str]:
    """The text of some pages (1-based) of a PDF whose text OCR has laid over its pictures; none where it cannot be opened."""
    document = opened(path, path.read_bytes(), ())
    if document is None:
        return {}
    try:
        return {number: _plain(_text(document, number - 1, rules, scanned=True)) for number in numbers if number <= len(document)}
    finally:
        document.close()


def _plain(text: str) -> str:
    text = text.replace("\f", "\n").replace("\r", "\n").replace("\0", "")
    return text if text.strip() else ""


def _outline(document: Any) -> tuple[str, ...]:
    import pypdfium2

    try:
        titles = [bookmark.get_title() or "" for bookmark in itertools.islice(document.get_toc(max_depth=DEEPEST), 10_000)]
    except (pypdfium2.PdfiumError, UnicodeDecodeError, RecursionError):
        return ()
    return tuple(filter(None, (" ".join(unicodedata.normalize("NFC", title).replace("\0", "").split()) for title in titles)))

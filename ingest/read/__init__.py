"""From a file to a `Source` and its pages; the reader is chosen by what the bytes are, not by the name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from ingest.errors import EmptyFile, MissingFile, NotADocument, UnknownFormat, UnreadableFile, reason
from ingest.models import Page, Source
from ingest.read.pdf import read_pdf
from ingest.read.plain import read_plain
from ingest.rules import Rules

Reader = Callable[[Path, bytes, Rules | None], tuple[str, str | None, str, list[tuple[int, int]], tuple[str, ...]]]
"""path, bytes, rules → format, encoding, the text, where its pages lie in it, the outline"""

READERS: Mapping[str, Reader] = MappingProxyType({".pdf": read_pdf, ".txt": read_plain})

_HTML = (b"<!doctype html", b"<html", b"<head", b"<?xml version")


def sniff(path: Path, data: bytes) -> Reader:
    """The reader for these bytes.

    Raises NotADocument for a web page, UnknownFormat where neither bytes nor ending are known.
    """
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"%PDF-" in data[:1024]:
        return READERS[".pdf"]
    if start.lower().startswith(_HTML):
        raise NotADocument(f"{path}: är en webbsida, inte ett dokument")
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UnknownFormat(f"{path}: filtypen ”{path.suffix or 'utan ändelse'}” kan inte läsas")
    return read_plain if reader is read_pdf and _is_text(data) else reader


def _is_text(data: bytes) -> bool:
    """A text that is only named .pdf: no byte that text never holds."""
    return not any(byte < 9 or (13 < byte < 32 and byte != 27) for byte in data[:4096])


def read(path: Path, name: str | None = None, rules: Rules | None = None) -> tuple[Source, tuple[Page, ...]]:
    r"""Read one file. `name` is what it is called in the knowledge base (its path within the ingested folder);
    `rules` say on which pages the columns carry the meaning (None: on no page).

    A text file is kept as it is (but for its line breaks, which become \\n); the pages of a PDF are joined by form feeds. Raises IngestError.
    """
    data = _bytes(path)
    kind, encoding, text, spans, outline = sniff(path, data)(path, data, rules)
    source = Source(name or path.name, hashlib.sha256(data).hexdigest(), len(data), kind, encoding, text, outline)
    return source, tuple(Page(number, start, end) for number, (start, end) in enumerate(spans, 1))


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise MissingFile(f"{path}: finns inte") from error
    except IsADirectoryError as error:
        raise UnknownFormat(f"{path}: är en mapp", "ange en fil") from error
    except OSError as error:
        raise UnreadableFile(f"{path}: kan inte läsas ({reason(error)})") from error
    if not data.strip():
        raise EmptyFile(f"{path}: är tom")
    return data

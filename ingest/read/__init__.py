"""From a file to a `Source` and its pages; the reader is chosen by what the bytes are, not by the name."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from ingest.errors import BrokenFile, BrokenPdf, EmptyFile, IngestError, MissingFile, UnknownFormat, UnreadableFile, reason
from ingest.models import Page, Source
from ingest.read import limits
from ingest.read.containers import Member, Refused, members
from ingest.read.scans import NEVER, NOT_SCANNED, Scanned, Scans, scans_of
from ingest.read.sniff import CONTAINERS, HEAD, MEANT, RTF, TAIL, kind_of
from ingest.read.told import NOTHING, Told
from ingest.rules import Rules

Laid = tuple[str, str | None, str, list[tuple[int, int]], tuple[str, ...]]
"""format, encoding, the text, where its pages lie in it, the outline"""
Read = tuple[Laid, Told]
"""That, and what the file says of itself."""


@dataclass(frozen=True, slots=True)
class Using:
    """What is known while files are read: rules (None: columns carry no meaning on any page), and passwords to try on locked PDFs."""

    rules: Rules | None = None
    passwords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that was read and not parsed yet."""

    source: Source
    pages: tuple[Page, ...]
    scanned: Scanned = NOT_SCANNED


Reader = Callable[[Path, bytes, Using], Read]


def _reader(module: str, name: str) -> Reader:
    """A reader whose module is imported when it is first asked: the libraries behind it are slow to start."""

    def read(path: Path, data: bytes, _: Using) -> Read:
        found: Callable[[Path, bytes], Laid] = getattr(import_module(f"ingest.read.{module}"), name)
        return found(path, data), NOTHING

    return read


def _pdf(path: Path, data: bytes, using: Using) -> Read:
    from ingest.read.pdf import read_pdf

    return read_pdf(path, data, using.rules, using.passwords)


READERS: Mapping[str, Reader] = MappingProxyType({
    "pdf": _pdf, "docx": _reader("word", "read_docx"), "odt": _reader("opendocument", "read_odt"),
    "html": _reader("web", "read_html"), "eml": _reader("mail", "read_mail"), "md": _reader("markdown", "read_markdown"),
    "txt": _reader("plain", "read_plain"),
})  # fmt: skip
"""By what the bytes are (`sniff`)."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD = "gammal Office-fil (.doc, .xls, .msg), eller låst med lösenord"


def sniff(path: Path) -> str:
    """What a file is, as `sniff.kind_of` says. Raises OSError; a thing that is no plain file is nothing."""
    if not path.is_file():
        path.stat()  # says why, where it is not there
        return ""
    with path.open("rb") as file:
        head = file.read(HEAD)
        if not head.startswith(b"PK"):
            return kind_of(path.name, head, b"")
        file.seek(max(0, file.seek(0, 2) - TAIL))
        return kind_of(path.name, head, file.read(TAIL))


def read(path: Path, name: str | None = None, rules: Rules | None = None, passwords: tuple[str, ...] = ()) -> tuple[Source, tuple[Page, ...]]:
    """As `read_paper`, without OCR."""
    paper = read_paper(path, name, rules, passwords)
    return paper.source, paper.pages


def read_paper(path: Path, name: str | None = None, rules: Rules | None = None, passwords: tuple[str, ...] = (), scans: Scans = NEVER) -> Paper:
    r"""Read one file. `name` is what it is called in the knowledge base (its path within the ingested folder);
    `rules` say on which pages the columns carry the meaning (None: on no page), `passwords` are tried on locked PDFs.

    A text file is kept as it is (but for its line breaks, which become \\n); the pages of others are joined by form feeds. `scans` say what
    OCR has read and what it should. Raises IngestError, WantsOcr.
    """
    data = bytes_of(path)
    kind = kind_of(path.name, data[:HEAD], data[-TAIL:])
    if kind not in READERS:
        raise _refusal(path, kind, data)
    (shown, encoding, text, spans, outline), says = READERS[kind](path, data, Using(rules, passwords))
    limits.check_text(path, len(text))
    limits.check_pages(path, len(spans))
    if shown not in ("pdf", "txt") and not text.strip():
        raise EmptyFile(f"{path}: har ingen text", "se efter i filen, den kan vara bilder")
    sha256, scanned = hashlib.sha256(data).hexdigest(), NOT_SCANNED
    if kind == "pdf":
        text, spans, scanned = scans_of(data, sha256, text, spans, rules, passwords, scans)
    source = Source(name or path.name, sha256, len(data), shown, encoding, text, outline, says.properties)
    labels = itertools.chain(says.labels, itertools.repeat(""))
    pages = tuple(Page(number, *span, label) for number, (span, label) in enumerate(zip(spans, labels, strict=False), 1))
    return Paper(source, pages, scanned)


def unpack(path: Path) -> tuple[str, Iterator[Member | Refused]]:
    """The hash of a container's bytes, and the files that it holds. Raises IngestError."""
    data = bytes_of(path)
    kind = kind_of(path.name, data[:HEAD], data[-TAIL:])
    found = members(path, kind, data) if kind in CONTAINERS else iter(())
    return hashlib.sha256(data).hexdigest(), found


def _refusal(path: Path, kind: str, data: bytes) -> IngestError:
    """Why no reader takes the file."""
    suffix = path.suffix.lower()
    if kind in CONTAINERS:
        return UnknownFormat(f"{path}: är en zip-fil med filer i", "läs in den med kb ingest, eller packa upp den")
    if data.startswith(_OLE):
        return UnknownFormat(f"{path}: är en {_OLD}", "öppna den och spara den som .docx eller PDF")
    if data.startswith(RTF):
        return UnknownFormat(f"{path}: är i rtf-format", "öppna den och spara den som .docx eller PDF")
    if suffix == ".pdf":
        return BrokenPdf(f"{path}: är ingen PDF, fast den heter så")
    if any(suffix in MEANT[k] for k in ("docx", "odt", "zip")):
        return BrokenFile(f"{path}: är inte vad den heter, eller är avbruten")
    return UnknownFormat(f"{path}: filtypen ”{path.suffix or 'utan ändelse'}” kan inte läsas")


def bytes_of(path: Path) -> bytes:
    """The bytes of a file. Raises MissingFile, UnreadableFile, UnknownFormat, EmptyFile, TooLarge."""
    try:
        if path.is_dir():
            raise UnknownFormat(f"{path}: är en mapp", "ange en fil")
        limits.check_plain(path)
        with path.open("rb") as file:
            data = file.read(limits.MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise MissingFile(f"{path}: finns inte") from error
    except OSError as error:
        raise UnreadableFile(f"{path}: kan inte läsas ({reason(error)})") from error
    limits.check_size(path, len(data))
    if not data.strip():
        raise EmptyFile(f"{path}: är tom")
    return data


_WARM = {
    "pdf": ("pypdfium2", "ingest.read.pdf"), "docx": ("docx", "ingest.read.word"),
    "odt": ("lxml.etree", "ingest.read.opendocument"), "html": ("selectolax.lexbor", "ingest.read.web"), "zip": (),
    "eml": ("email.policy", "ingest.read.mail"), "md": ("markdown_it", "ingest.read.markdown"), "txt": ("ingest.read.plain",),
}  # fmt: skip


def warm(path: Path) -> None:
    """Import what the file's reader needs, so that a process forked from this one starts with it."""
    try:
        kind = sniff(path)
    except OSError:
        return
    for module in _WARM.get(kind, ()):
        import_module(module)
    if kind == "pdf":
        import_module("ingest.read.pdf").rehearse()


def is_plain(path: Path, most: int) -> bool:
    """True for a text of at most so many bytes that Python alone reads: no library that a file could break is asked."""
    try:
        return path.stat().st_size <= most and sniff(path) == "txt"
    except OSError:
        return False


__all__ = ["CONTAINERS", "READERS", "Member", "Paper", "Refused", "is_plain", "read", "read_paper", "sniff", "unpack", "warm"]

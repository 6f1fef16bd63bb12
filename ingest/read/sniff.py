"""What a file is, told from its first and last bytes. The name decides only what bytes cannot tell: which kind of text a text is."""

from __future__ import annotations

import re
from pathlib import PurePath

from ingest.read.plain import BOMS, as_text
from ingest.text import looks_swedish

HEAD, TAIL = 4096, 1 << 20
"""So many bytes from the beginning and the end are enough to tell."""
CONTAINERS = frozenset(("zip", "eml"))
"""Kinds that hold files of their own."""
RTF = b"{\\rtf"
"""What a document in rich text format begins with: it would pass for a text."""

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OPEN = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"customXml/", b"xl/", b"ppt/")
_HTML = re.compile(rb"(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype html|html|head|body)\b", re.I | re.S)
_MAIL = re.compile(rb"^(from|date|subject|message-id|received|mime-version|return-path|to|content-type|delivered-to|x-[\w-]+)[ \t]*:", re.I | re.M)
_PROSE = frozenset((".txt", ".text", ".asc", ".pdf", ".docx", ".doc", ".odt", ".rtf", ".html", ".htm", ".eml"))
"""A text under one of these names is read, also where the name says that it is something else."""
_MARKDOWN = frozenset((".md", ".markdown"))
MEANT = {
    "pdf": (".pdf",), "docx": (".docx",), "odt": (".odt",), "zip": (".zip",), "html": (".html", ".htm", ".xhtml", ".mht"), "eml": (".eml",),
    "md": (".md", ".markdown"), "txt": (".txt", ".text"),
}  # fmt: skip
"""The endings that each kind goes under."""
NAMED = frozenset((*(ending for endings in MEANT.values() for ending in endings), ".doc", ".rtf", ".msg"))
"""Endings of files that people take for documents: one that cannot be read, or holds something else, must not go unseen."""


def kind_of(name: str, head: bytes, tail: bytes) -> str:
    """pdf, docx, odt, zip, html, eml, md or txt; "" for what no reader knows. `head` and `tail` are the file's first and last bytes."""
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(_ZIP):
        return _package(head, tail)
    start = _narrow(head).lstrip(b"\xef\xbb\xbf \t\r\n")
    if _HTML.match(start):
        return "html"
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf"):  # empty, or a hole: people should hear of what should have been a document
        return next((kind for kind, endings in MEANT.items() if PurePath(name).suffix.lower() in endings), "")
    if start.startswith((b"<?xml", RTF)):
        return ""
    if _is_mail(start):
        return "eml"
    return _text(PurePath(name).suffix.lower(), head)


def _narrow(head: bytes) -> bytes:
    """The bytes as ASCII has them, where a mark says that each letter has two or four."""
    codec = next((name for mark, name in BOMS if head.startswith(mark)), None)
    return head.decode(codec, "replace").encode("utf-8", "replace") if codec else head


def _package(head: bytes, tail: bytes) -> str:
    """Which of the formats that are zip files: by the first member, and the directory at the end."""
    first = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    if first == b"mimetype":
        packed = head[8:10] != b"\0\0"  # against the rule, which wants it readable here
        return "odt" if b"application/vnd.oasis.opendocument.text" in head[30:200] or (packed and b"content.xml" in tail) else ""
    if first.startswith(_OPEN):
        return "docx" if b"word/document" in tail else "" if b"xl/workbook" in tail or b"ppt/presentation" in tail else "zip"
    return "zip"


def _is_mail(start: bytes) -> bool:
    """A block of headers, at least three of those that mails have, before the first empty line."""
    block = re.split(rb"\r?\n\r?\n", start, maxsplit=1)[0]
    return bool(_MAIL.match(block) or block.startswith(b"From ")) and len({m[1].lower() for m in _MAIL.finditer(block)}) >= 3


def _text(suffix: str, head: bytes) -> str:
    """A text by its name; one without an ending is read where it is Swedish prose. Texts of other names are data or programs."""
    text = as_text(head)
    if suffix in _MARKDOWN:
        return "md" if text is not None else ""
    if suffix in _PROSE:
        return "txt" if text is not None or suffix in MEANT["txt"] else ""
    return "txt" if not suffix and text and looks_swedish(text) and len(text.split()) > 20 else ""

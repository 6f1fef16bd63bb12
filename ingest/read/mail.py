"""Mail (.eml) by the standard library: who, when, about what, and the words. What is attached comes as files of their own (`containers`)."""

from __future__ import annotations

import email
import email.errors
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

from ingest.errors import BrokenFile
from ingest.read import web
from ingest.read.flow import Flow
from ingest.read.plain import decode

_HEADERS = (("from", "Från"), ("to", "Till"), ("cc", "Kopia"))


_CUT = (email.errors.InvalidBase64LengthDefect, email.errors.InvalidBase64PaddingDefect)


def read_mail(path: Path, data: bytes) -> tuple[str, str | None, str, list[tuple[int, int]], tuple[str, ...]]:
    """Read a mail without what is attached to it. Raises BrokenFile."""
    message = message_of(path, data)
    flow, subject = Flow(), _header(message, "subject")
    for name, label in _HEADERS:
        if value := _header(message, name):
            flow.paragraph(f"{label}: {value}", gap=False)
    if day := _day(message):
        flow.paragraph(f"Datum: {day}", gap=False)
    if subject:
        flow.paragraph(f"Ämne: {subject}", gap=False)
    flow.gap()
    head, _, _ = flow.laid_out()
    text = "\n\n".join(filter(None, (head.strip(), _body(path, message))))
    return "eml", None, text, [(0, len(text))], (subject,) if subject else ()


def message_of(path: Path, data: bytes) -> EmailMessage:
    """The message. Raises BrokenFile for what is no mail."""
    try:
        message = email.message_from_bytes(data, _class=EmailMessage, policy=email.policy.default)
    except (ValueError, LookupError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise BrokenFile(f"{path}: kan inte läsas som e-post ({type(error).__name__})") from error
    assert isinstance(message, EmailMessage)
    return message


def attached(message: EmailMessage) -> Iterator[tuple[str, EmailMessage]]:
    """The files of a mail, each with the name it has there; mails that were forwarded whole count as files and are not looked into."""
    stack = [message]
    body = _parts(message)
    while stack:
        part = stack.pop()
        kind = _kind(part)
        inner = part.get_payload()
        within = [p for p in inner if isinstance(p, EmailMessage)] if isinstance(inner, list) else []
        if kind == "message/rfc822":
            yield from (("meddelande.eml", forwarded) for forwarded in within[:1])
        elif within:
            stack += reversed(within)
        elif not any(part is b for b in body) and (name := _filename(part)):
            yield name, part


def payload(part: EmailMessage) -> tuple[bytes, bool]:
    """The bytes of an attached file, and whether they are whole; of what was cut off the standard library gives the letters of base64."""
    if part.is_multipart() or part.get_content_maintype() == "message":
        return part.as_bytes(), True
    found = part.get_payload(decode=True)
    cut = any(isinstance(defect, _CUT) for defect in part.defects)
    return found if isinstance(found, bytes) else b"", not cut


def _kind(part: EmailMessage) -> str:
    try:
        return part.get_content_type()
    except (ValueError, LookupError, AttributeError, IndexError):
        return "application/octet-stream"


def _filename(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ""
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        return ""


def _parts(message: EmailMessage) -> list[EmailMessage]:
    """The part that holds the words, as plain text where there is one."""
    try:
        body = message.get_body(("plain", "html"))
    except (ValueError, LookupError, AttributeError, IndexError, TypeError):
        body = None
    return [body] if isinstance(body, EmailMessage) else []


def _body(path: Path, message: EmailMessage) -> str:
    for part in _parts(message):
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes):
            continue
        text = _decoded(path, part, data)
        if _kind(part) == "text/html":
            return web.laid_out(path, text)[0]
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").replace("\f", "\n").strip()
    return ""


def _decoded(path: Path, part: EmailMessage, data: bytes) -> str:
    charset = part.get_content_charset() or ""
    try:
        return data.decode(charset) if charset else web.html_text(path, data)[0]
    except (UnicodeDecodeError, LookupError):
        return decode(path, data)[0]


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        return ""


def _day(message: EmailMessage) -> str:
    """The day it was sent, in the sender's time."""
    try:
        sent = getattr(message["date"], "datetime", None)
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        return ""
    return sent.date().isoformat() if sent else ""

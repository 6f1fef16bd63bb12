"""Text files: their encoding, their pages, and the outline that stands in their last lines."""

from __future__ import annotations

import re
from pathlib import Path

from ingest.errors import EmptyFile, NotADocument, NotText
from ingest.rules import Rules
from ingest.text import outline_start

BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip
"""What a text may begin with, and the encoding that says. The mark of UTF-32 begins as that of UTF-16."""
_SWEDISH = frozenset("åäöÅÄÖéÉ§–—”“’•·…½°´")
_LETTERS = frozenset("åäöÅÄÖ")
_ONE_BYTE = ("cp1252", "cp850", "mac_roman")
_TWICE = re.compile("[Â-Ï][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â[\u0080€][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
"""A letter of a text that was UTF-8, read as another encoding and written as UTF-8 again ("Ã¤")."""
_SIGN = "\x15"
"""What DOS wrote § as: in none of its code pages, nor in any other encoding, is it a letter."""


def read_plain(path: Path, data: bytes, _rules: Rules | None = None) -> tuple[str, str | None, str, list[tuple[int, int]], tuple[str, ...]]:
    """Decode a text file and split it into pages.

    Raises NotText for binary data, NotADocument for a web page in another encoding, EmptyFile where only white space is left.
    """
    text, encoding = decode(path, data)
    text = once(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise EmptyFile(f"{path}: är tom")
    if text.lstrip("\ufeff \t\n")[:15].lower().startswith(("<!doctype html", "<html")):
        raise NotADocument(f"{path}: är en webbsida, inte ett dokument")
    return "txt", encoding, text, pages(text), outline(text)


def decode(path: Path, data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: by its byte order mark, as UTF-8, as UTF-16 or UTF-32 without a mark, else the single-byte
    encoding that gives the most Swedish letters. A file put together of two encodings is read line by line.

    Raises NotText where the bytes are no text.
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return _strict(path, data, encoding), encoding
    text = data.decode("utf-8", "replace")
    broken = _broken(data, text)
    # a text in another encoding has hardly a letter that is whole as UTF-8; one with a bad byte here and there has nearly all
    if "\0" not in text and (not broken or 2 * broken <= sum(c in _SWEDISH for c in text)):
        return _refuse_controls(path, _by_line(data, "cp1252", "utf-8") if broken else text.replace(_SIGN, "§")), "utf-8"
    for parity, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(data) >= 4 and len(data) % 2 == 0 and data[parity::2].count(0) > 0.4 * len(data) / 2 and data[1 - parity :: 2].count(0) == 0:
            return _strict(path, data, encoding), encoding
    for first, encoding in ((0, "utf-32-le"), (3, "utf-32-be")):
        if len(data) >= 8 and not any(data[3 - first :: 4]) and data[first::4].count(0) == 0:
            return _strict(path, data, encoding), encoding
    best = max(_ONE_BYTE, key=lambda e: sum(c in _SWEDISH for c in data.decode(e, "replace")))
    return _refuse_controls(path, _by_line(data, best, best).replace(_SIGN, "§")), best


def once(text: str) -> str:
    """A text that was encoded twice as it was meant: only where that gives more whole letters than there are already, each line for itself."""
    twice = len(_TWICE.findall(text))
    if not twice or twice <= sum(c in _SWEDISH for c in _TWICE.sub("", text)):
        return text
    return "".join(map(_line_once, text.splitlines(keepends=True)))


def _line_once(line: str) -> str:
    if not _TWICE.search(line):
        return line
    try:
        return b"".join(c.encode("latin-1") if c < "\u0100" else c.encode("cp1252") for c in line).decode("utf-8")
    except UnicodeError:  # a letter that was added since
        return line


def _by_line(data: bytes, encoding: str, usual: str) -> str:
    """Each line as UTF-8 where it is whole as that; else in the encoding that gives it the most å, ä and ö, in doubt the usual one."""
    out = []
    for line in data.splitlines(keepends=True):
        utf, other = line.decode("utf-8", "replace"), line.decode(encoding, "replace")
        more = sum(c in _LETTERS for c in other) - sum(c in _LETTERS for c in utf)
        plain = usual == "utf-8" if not more else more < 0
        out.append(utf if plain or not _broken(line, utf) else other)
    return "".join(out)


def is_mixed(data: bytes, encoding: str) -> bool:
    """True for a text of this encoding (as `decode` says) of which some lines were read in another, or were encoded twice."""
    if encoding not in ("utf-8", *_ONE_BYTE):
        return False
    if _TWICE.search(text := data.decode(encoding, "replace")) and once(text) != text:
        return True
    odd = b"".join(line for line in data.splitlines(keepends=True) if not line.isascii())
    return _by_line(odd, "cp1252" if encoding == "utf-8" else encoding, encoding) != odd.decode(encoding, "replace")


def _broken(data: bytes, text: str) -> int:
    """How many places of bytes are no UTF-8; the sign for that is a character of a text in UTF-8 as any other."""
    return text.count("\ufffd") - data.count("\ufffd".encode())


def as_text(data: bytes) -> str | None:
    """The beginning of a file as text; None where it is no text."""
    try:
        return decode(Path(), data)[0]
    except NotText:
        return None


def _strict(path: Path, data: bytes, encoding: str) -> str:
    try:
        return _refuse_controls(path, data.decode(encoding))
    except UnicodeDecodeError as error:
        raise NotText(f"{path}: är inte hel {encoding}-text (byte {error.start})") from error


def _refuse_controls(path: Path, text: str) -> str:
    """The text, if it is one: control characters other than tab, line and page breaks come from binary data."""
    odd = len(re.findall(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]", text))
    if "\0" in text or odd > 0.01 * len(text):
        raise NotText(f"{path}: är inte text")
    return text


MOST_BREAKS = 0.2
"""Where more of the lines than this begin with one space, it is a margin and no sign of a page."""


def pages(text: str) -> list[tuple[int, int]]:
    """Where the pages lie: between form feeds; or, where there is none and the very first line begins with one space, from each line that does.

    Some archives wrote that space where a form feed stood. The break itself (the form feed, the line break before the space) is on no page.
    """
    if "\f" in text:
        breaks = [m.start() for m in re.finditer("\f", text)]
    elif re.match(r"\n* \S", text):
        begun = len(text) - len(text.lstrip())
        breaks = [m.start() for m in re.finditer(r"\n(?= \t?\S)", text) if m.start() > begun]
        if len(breaks) > MOST_BREAKS * text.count("\n"):
            breaks = []  # a margin of one space
    else:
        breaks = []
    return list(zip([0, *(b + 1 for b in breaks)], [*breaks, len(text)], strict=True))


def outline(text: str) -> tuple[str, ...]:
    """The headings in the last lines that begin with a tab: a PDF's outline, in clean spelling."""
    return tuple(line.strip() for line in text[outline_start(text) :].splitlines() if line.strip())

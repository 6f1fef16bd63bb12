"""What a PDF says of itself besides its pages: how they are numbered in print, and its title, author and day of making.

Programs fill that in as they please ("Tagged PDF"), so it is never put above the words of the document.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

LONGEST_LABEL, LONGEST = 12, 200
"""Characters of a label, and of a title or author, that are kept."""
_DAY = re.compile(r"(?:D:)?(\d{4})(\d{2})(\d{2})")


@dataclass(frozen=True, slots=True)
class Told:
    """Labels of pages, "" for one whose label is its number; and properties by their names for people; the day is ISO."""

    labels: tuple[str, ...] = ()
    properties: tuple[tuple[str, str], ...] = ()


NOTHING = Told()


def told(document: Any) -> Told:
    """What an open PDF says of itself; nothing that is damaged."""
    labels = tuple(_label(document, number) for number in range(len(document)))
    found = {"titel": _words(document, "Title"), "författare": _words(document, "Author"), "skapad": _day(_words(document, "CreationDate"))}
    return Told(labels if any(labels) else (), tuple((name, value) for name, value in found.items() if value))


def _label(document: Any, number: int) -> str:
    with suppress(Exception):
        label = _plain(document.get_page_label(number))
        return label if label != str(number + 1) and len(label) <= LONGEST_LABEL else ""
    return ""


def _words(document: Any, name: str) -> str:
    with suppress(Exception):
        return _plain(document.get_metadata_value(name))[:LONGEST]
    return ""


def _plain(text: str) -> str:
    """On one line, without what is no text: control characters, halves of characters, those of private use."""
    kept = (letter if unicodedata.category(letter)[0] != "C" else " " for letter in unicodedata.normalize("NFC", text))
    return " ".join("".join(kept).split())


def _day(written: str) -> str:
    found = _DAY.match(written)
    with suppress(ValueError):
        return datetime.date(*map(int, found.groups())).isoformat() if found else ""
    return ""

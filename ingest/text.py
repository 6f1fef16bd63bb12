"""Folding, sentences and lines: the few functions on plain text that several stages share. All keep offsets."""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Iterable, Iterator

# One character for one character, so that a place in the folded text is the same place in the text. Pattern and text are folded alike:
# a rule written with å, ä, ö also fits text whose OCR dropped the marks, and one dash or quote stands for all.
_FOLD = tuple(zip("åäöÅÄÖéèÉÈüÜ–—‑−‐\u00a0\u2007\u202f”“„‟»«’‘", 'aaoAAOeeEEuU-----   """"""\'\'', strict=True))


class Stops:
    """What stands before a full stop that ends no sentence: one expression for all, kept apart so that it is known by itself and not by its words."""

    def __init__(self, expressions: Iterable[re.Pattern[str]]) -> None:
        self.expressions = tuple(expressions)

    def end(self, words: str) -> bool:
        """The words end with one of them."""
        return any(p.search(words) for p in self.expressions)


_WORDS = re.compile(r"\w+")
_MARKER = re.compile(r"\s*\d{1,2}$")
MONTHS = ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december")
_BREAK = re.compile(r"[\n\f]")
_SHORT = 1000
SMALL = frozenset({"och", "att", "som", "med", "det", "den", "av", "till", "en", "ett", "i"})
"""Small Swedish words that OCR does not damage."""
SHARED_PART = r"(?:och|eller|samt|resp)\b"
NO_SHARED_PART = rf"(?!{SHARED_PART})"
"""What follows a hyphen at the end of a line where a word goes on below: before these words the hyphen is of a shared part ("miljö-
och klimatmål")."""
_SMALL = re.compile(rf"\b(?:{'|'.join(sorted(SMALL))}|kommun\w*)\b", re.I)
_STOP = re.compile(r"[.!?:;][\"')\]”]?(?=\s|$)|\n[ \t]*\n")


def fold(text: str) -> str:
    """The text with å, ä, ö and é as a, a, o, e and all dashes, quotes and spaces of one kind; same length, same places."""
    return text if text.isascii() else _folded(text) if len(text) < _SHORT else _translated(text)


def _translated(text: str) -> str:
    for sign, plain_sign in _FOLD:  # five times as quick as str.translate
        if sign in text:
            text = text.replace(sign, plain_sign)
    return text


_folded = functools.lru_cache(maxsize=4096)(_translated)
"""`fold` for lines and sentences, which several rules ask for."""


@functools.lru_cache(maxsize=8)
def fold_whole(text: str) -> str:
    """`fold` for the text of a whole source, which several stages ask for."""
    return fold(text)


def plain(text: str) -> str:
    """Folded, lower case, words separated by one space: for comparing names."""
    return " ".join(_WORDS.findall(fold(text).lower()))


def squeeze(text: str) -> str:
    """The text on one line with single spaces."""
    return " ".join(text.split())


@functools.lru_cache(maxsize=4096)
def sentences(text: str, start: int, end: int, stops: Stops) -> tuple[tuple[int, int], ...]:
    """Ranges of sentences in `start..end`: to a full stop, question or exclamation mark, or an empty line.

    A stop after an abbreviation (`stops`), after the number of a list item or before a small letter ("bl. a.", "1. Motionen", "kl. 14") does not
    end a sentence; neither do colons, nor an empty line before a small letter, where a page or a line of the scan broke it.
    """
    at, found = start, []
    for stop in _STOP.finditer(text, start, end):
        mark = stop.group()[0]
        goes_on = (mark == "." and not _ends(text, at, stop.start(), end, stops)) or (mark == "\n" and text[stop.end() : stop.end() + 1].islower())
        if mark in ":;" or goes_on:
            continue
        if text[at : stop.end()].strip():
            found.append((at, stop.end()))
        at = stop.end()
    if text[at:end].strip():
        found.append((at, end))
    return tuple(found)


def sentence_at(text: str, start: int, end: int, place: int, stops: Stops) -> tuple[int, int]:
    """The sentence of `start..end` that a place lies in; the place alone where none does."""
    found = sentences(text, start, end, stops)
    k = bisect.bisect_right(found, place, key=lambda s: s[0]) - 1
    return found[k] if k >= 0 else (place, place)


def _ends(text: str, start: int, stop: int, end: int, stops: Stops) -> bool:
    """True where the full stop at `stop` ends the sentence that began at `start`."""
    before = text[max(start, stop - 6) : stop]
    if stops.end(before) or _MARKER.fullmatch(text[start:stop][-4:] if stop - start <= 4 else "x"):
        return False
    following = text[stop + 1 : min(end, stop + 4)].lstrip("\"')\n ")
    return not following[:1].islower()


def lines(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Ranges of lines in `start..end`, without their line break; a form feed ends a line too."""
    end = len(text) if end is None else end
    at = start
    for stop in _BREAK.finditer(text, start, end):
        yield at, stop.start()
        at = stop.end()
    if at < end:
        yield at, end


def rows_of(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Those of `lines` that are not blank."""
    found = []
    for line in text[start:end].replace("\f", "\n").split("\n"):
        if line and (line[0].isalnum() or not line.isspace()):
            found.append((start, start + len(line)))
        start += len(line) + 1
    return found


def outline_start(text: str) -> int:
    """Where the lines at the end that begin with a tab (or a space and a tab) begin: a PDF's outline. The text's length where there is none."""
    start = at = len(text.rstrip())
    while at > 0:
        begin = max(text.rfind("\n", 0, at), text.rfind("\f", 0, at)) + 1
        line = text[begin:at]
        if line.startswith(("\t", " \t")):
            start = begin
        elif line.strip():
            break
        at = begin - 1
    return start if start < len(text.rstrip()) else len(text)


def looks_swedish(text: str) -> bool:
    """True where small words that OCR does not damage are as common as in Swedish; in English and in lists of names they are not."""
    return len(_SMALL.findall(text)) > 0.08 * len(text.split())


def name_of(text: str) -> str:
    """A person's or body's name as it is written in running text, without line breaks, quotes and outer punctuation."""
    return squeeze(text).strip(" .,;:–-\"”“'()")

"""Where the words stand that people have corrected, and what becomes of the program's own corrections there."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ingest.models import CleanText, Correction, Problem, Source, Span
from ingest.overlay import Edit
from ingest.places import Taken
from ingest.repair.overrides import PERSON, Chosen, Word
from ingest.repair.tokens import SITE
from ingest.text import NO_SHARED_PART

_BREAK = re.compile(r"([-—])[ \t]*(?:\n\f?|\f)[ \t]*")
_PIECE = re.compile(r"\S+")
_LETTER = re.compile(r"[^\W_]")
_OWN_PART = re.compile(NO_SHARED_PART)
_SIGNS = "&£¢§|[]{}#@"
"""What stands for a letter where an engine read it so; within a word they are of the word."""
UNFIT = "rättelse utan ord"
"""The kind of the Problem of a correction that fits no place."""
SHOWN, TOLD = 60, 5
"""How many characters of a line a Problem shows, and how many of the places where the word stands instead."""
_ADDRESS = re.compile(rf"\w@\w|{SITE}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Settled:
    """A place in the stored text about which a person has decided."""

    start: int
    end: int
    word: Word


def letters_of(text: str) -> str:
    """The letters and digits of a text and nothing else: where a word's are not in it, the word is not either."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))


def settle(source: Source, text: CleanText, chosen: Chosen) -> tuple[tuple[Settled, ...], tuple[Problem, ...]]:
    """Where the words that people chose stand in the plain text, in order; a Problem for each that is about this source and stands nowhere.

    Where two fall on the same letters the one of the higher file goes before, then the longer, then the one that says more about its place,
    then the later.
    """
    if not chosen.words:
        return (), ()
    where = _Where(source, text)
    found = [(word, list(where.places(word))) for word in chosen.words]
    order = sorted(range(len(found)), key=lambda n: (*_weight(found[n][0]), n), reverse=True)
    taken = Taken()
    settled = [place for n in order for place in found[n][1] if taken.take(place.start, place.end)]
    problems = tuple(_unfit(word, where) for word, places in found if word.source and not places)
    return tuple(sorted(settled, key=lambda s: s.start)), problems


def _weight(word: Word) -> tuple[int, ...]:
    return word.rank, len(word.read), bool(word.source), word.line is not None, word.page is not None, len(word.source)


def _unfit(word: Word, where: _Where) -> Problem:
    told = "; ".join(filter(None, (where.shown(word), where.instead(word))))
    return Problem(UNFIT, f"{named(word)} passar ingen plats: {told} – se kb correct --list")


def named(word: Word) -> str:
    """A correction as a Problem names it, with its place in its source."""
    at = "".join(f", {name} {value}" for name, value in (("sida", word.page), ("rad", word.line)) if value)
    return f"rättelsen av ”{word.read}” till ”{word.printed}”{at}"


def override(source: Source, corrections: Iterable[Correction], settled: Iterable[Settled]) -> tuple[Correction, ...]:
    """The corrections with those of people in the place of the program's own, in order."""
    settled = tuple(settled)
    taken = Taken((place.start, place.end) for place in settled)
    kept = [c for c in corrections if taken.free(c.start, c.end)]
    chosen = [s for s in settled if s.word.printed != s.word.read]
    people = [Correction(s.start, s.end, source.text[s.start : s.end], s.word.printed, 1.0, PERSON, s.word.reason) for s in chosen]
    return tuple(sorted([*kept, *people], key=lambda c: (c.start, c.end)))


class _Where:
    """Finds words in the text of one source, with those whole that are broken over two lines."""

    def __init__(self, source: Source, text: CleanText) -> None:
        self.source, self.plain = source, text
        self.whole = CleanText(text.overlay.edit(_breaks(text.text)), text.pages)
        self.text = self.whole.text
        self.pieces: list[int] = []
        self.fixed: dict[int, int] = {}

    def places(self, word: Word) -> Iterator[Settled]:
        """Each place of a word, on its page and line if it has one."""
        low, high = self._limits(word)
        at = self.text.find(word.read)
        while at >= 0:
            span = self.whole.span(at, at + len(word.read))
            found = self._is_word(at, at + len(word.read)) and low <= span.start < high and self._stands(span)
            if found:
                yield Settled(span.start, span.end, word)
            at = self.text.find(word.read, at + (len(word.read) if found else 1))

    def shown(self, word: Word) -> str:
        """What the line holds that a word was looked for in; nothing for one that names none."""
        if word.line is None or self.source.format == "pdf":
            return ""
        lines = self.source.text.removesuffix("\n").split("\n")
        if word.line > len(lines):
            return f"texten har {len(lines)} rader" if len(lines) > 1 else "texten har en enda rad"
        line = " ".join(lines[word.line - 1].split())
        cut = f"{line[:SHOWN].rstrip()}…" if len(line) > SHOWN else line
        return f"raden är ”{cut}”" if line else "raden är tom"

    def instead(self, word: Word) -> str:
        """The lines, in a PDF the pages, where a word stands besides the one it was looked for on."""
        starts = [place.start for place in self.places(replace(word, page=None, line=None))]
        if not starts:
            return "ordet står ingenstans i källan"
        found = list(dict.fromkeys(self._pages(starts) if self.source.format == "pdf" else self._rows(starts)))
        told = [*map(str, found[:TOLD]), *(["…"] if len(found) > TOLD else [])]
        return f"ordet står på {'sida' if self.source.format == 'pdf' else 'rad'} {', '.join(told)}"

    def _rows(self, starts: Iterable[int]) -> Iterator[int]:
        """The lines of places that rise, counted in one walk."""
        row, at = 1, 0
        for start in starts:
            row, at = row + self.source.text.count("\n", at, start), start
            yield row

    def _pages(self, starts: Iterable[int]) -> Iterator[int]:
        begins = [page.start for page in self.plain.pages]
        return (max(1, bisect_right(begins, start)) for start in starts)

    def _is_word(self, start: int, end: int) -> bool:
        """True where `start..end` is a word of its own, and no part of a number or an address.

        What stands between hyphens or slashes is a word, as it is for the program ("Tol" in "Tol-avtalet"). Of a diary number, a date, a sum
        or an address only the whole can be chosen, never a part.
        """
        if _touches(self.text[end : end + 4]) or _touches(self.text[max(0, start - 4) : start][::-1], before=True):
            return False
        self.pieces = self.pieces or [m.start() for m in _PIECE.finditer(self.text)]
        begin = self.pieces[bisect_right(self.pieces, start) - 1]
        if begin not in self.fixed:
            self.fixed[begin] = self._fixed(begin)
        stop = self.fixed[begin]
        return not stop or not (_LETTER.search(self.text, begin, start) or _LETTER.search(self.text, end, stop))

    def _fixed(self, begin: int) -> int:
        """Where the piece of text without a blank ends that begins there, if it is a number or an address; 0 for any other."""
        piece = _PIECE.match(self.text, begin)
        fixed = piece and (sum(map(str.isdigit, piece[0])) > 2 or _ADDRESS.search(piece[0]))
        return piece.end() if piece and fixed else 0

    def _stands(self, span: Span) -> bool:
        """False for a part of letters that are one in the file (a ligature): that is no place in it."""
        overlay = self.plain.overlay
        return self.plain.span(overlay.from_base(span.start), overlay.from_base(span.end)) == span

    def _limits(self, word: Word) -> tuple[int, int]:
        """The part of the stored text that a word is about; nothing where a PDF is asked for a line."""
        low, high = 0, len(self.source.text) + 1
        if word.page is not None:
            starts = {page.number: page.start for page in self.plain.pages}
            low, high = starts.get(word.page, high) if word.page > 1 else 0, starts.get(word.page + 1, high)
        if word.line is not None:
            first, last = self._line(word.line)
            low, high = max(low, first), min(high, last)
        return low, high

    def _line(self, number: int) -> tuple[int, int]:
        lines = self.source.text.split("\n") if self.source.format != "pdf" else []
        if number > len(lines):
            return 0, 0
        start = sum(len(line) + 1 for line in lines[: number - 1])
        return start, start + len(lines[number - 1]) + 1


def _breaks(text: str) -> Iterator[Edit]:
    """Where a word goes on in the next line: without the hyphen before a small letter, as in clean text; else only without the break."""
    for match in _BREAK.finditer(text):
        start, end = match.span()
        before, after = text[max(0, start - 1) : start], text[end : end + 1]
        if not before.isalnum() or not after or not _OWN_PART.match(text, end):
            continue
        if before.isalpha() and (after.islower() or after in "&6£"):
            yield Edit(start, end, "", "break")
        elif after.isalnum() and match[1] == "-":
            yield Edit(start + 1, end, "", "break")


def _touches(near: str, before: bool = False) -> bool:
    """True where what is near belongs to the word: a letter or digit, a mark on its last letter, a sign that was read for a letter."""
    first = near[:1]
    if not first:
        return False
    if first.isalnum() or first in ("&£¢@" if before else "&") or (not before and unicodedata.category(first).startswith("M")):
        return True
    return first in _SIGNS and near.lstrip(_SIGNS)[:1].isalnum()

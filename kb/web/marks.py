"""Which words of a passage were read again: a passage in pieces, repaired or as it stood, each corrected word with what it is in the other."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kb.search.analyze import normalise

SURE = 0.9  # below this, a correction by the program is marked more strongly
AHEAD, BEHIND = 80, 4  # how many words cleaning may have taken from a place, and how many it may have put there
GIVE_UP = 100  # words without an equal in a passage, after which the two texts are not the same one
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Fix:
    """A word that was read again; `start` and `end` are its place in the source."""

    id: int
    start: int
    end: int
    original: str
    corrected: str
    confidence: float
    kind: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text as people read it; `text_original` is its stretch of the source, from `start`, where that differs."""

    id: int
    page: int
    line: int | None
    kind: str
    text: str
    text_original: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; where it is a corrected word, `fix` says so and `other` is what it is in the other view."""

    text: str
    fix: Fix | None = None
    other: str = ""

    @property
    def unsure(self) -> bool:
        """True for a correction that a reader should not trust without looking."""
        return self.fix is not None and self.fix.kind != "person" and self.fix.confidence < SURE


def within(passage: Passage, fixes: Sequence[Fix]) -> Sequence[Fix]:
    """Those of a document's corrections, in order of place, that lie in the passage."""
    low = bisect_right(fixes, passage.start - 1, key=lambda fix: fix.start)
    high = bisect_right(fixes, passage.end - 1, key=lambda fix: fix.start)
    return [fix for fix in fixes[low:high] if fix.end <= passage.end]


def as_stood(passage: Passage, fixes: Iterable[Fix]) -> tuple[Piece, ...]:
    """The passage as it stood in the source. A correction that does not fit the words there is left out."""
    text = passage.text_original or passage.text
    places = ((fix.start - passage.start, fix.end - passage.start, fix) for fix in fixes)
    return tuple(_pieces(text, [place for place in places if text[place[0] : place[1]] == place[2].original], as_stood=True))


def repaired(passage: Passage, fixes: Iterable[Fix]) -> tuple[Piece, ...]:
    """The passage as people read it. What cleaning took away (headers, hyphens) is stepped over; a word that cannot be found is not marked."""
    read, places = _applied(passage, fixes)
    found = _common(read, passage.text) if places else []
    moved = [(*_moved(found, read, passage.text, start, end), fix) for start, end, fix in places]
    same = [place for place in moved if _letters(passage.text[place[0] : place[1]]) == _letters(normalise(place[2].corrected))]
    return tuple(_pieces(passage.text, same, as_stood=False))


def reread(words: str, start: int, fixes: Iterable[Fix]) -> tuple[Piece, ...]:
    """A stretch of the source from `start` with corrected words in the place of those that stood; one that does not fit is left out."""
    pieces, at = list[Piece](), 0
    for fix in fixes:
        first, last = fix.start - start, fix.end - start
        if first >= at and words[first:last] == fix.original:
            pieces += [Piece(words[at:first]), Piece(fix.corrected, fix, fix.original)]
            at = last
    return tuple(piece for piece in (*pieces, Piece(words[at:])) if piece.text)


Place = tuple[int, int, Fix]


def _applied(passage: Passage, fixes: Iterable[Fix]) -> tuple[str, list[Place]]:
    """The words of the source with the corrections in them, and where each came to stand."""
    stood, at, length = passage.text_original or "", 0, 0
    parts: list[str] = []
    places: list[Place] = []
    for fix in fixes:
        start, end = fix.start - passage.start, fix.end - passage.start
        if start < at or stood[start:end] != fix.original:
            continue
        before, word = normalise(stood[at:start]), normalise(fix.corrected)
        parts += [before, word]
        begin = length + len(before)
        length = begin + len(word)
        places.append((begin, length, fix))
        at = end
    return "".join([*parts, normalise(stood[at:])]), places


def _common(one: str, other: str) -> list[tuple[int, int, int]]:
    """Words that stand in both texts in the same order: (place in one, place in the other, length). Time grows with the text."""
    ours, theirs = list(_WORD.finditer(one)), list(_WORD.finditer(other))
    found: list[tuple[int, int, int]] = []
    i = j = lost = 0
    while i < len(ours) and j < len(theirs) and lost < GIVE_UP:
        taken = _joined([match.group() for match in ours[i : i + 4]], theirs[j].group())
        if not taken:
            skip = _next_common([match.group() for match in ours[i : i + AHEAD + 2]], [match.group() for match in theirs[j : j + BEHIND + 2]])
            i, j = (i + skip[0], j + skip[1]) if skip else (i + 1, j + 1)
            lost += not skip
            continue
        at = theirs[j].start()
        for match in ours[i : i + taken]:
            found.append((match.start(), at, len(match.group())))
            at += len(match.group())
        i, j = i + taken, j + 1
    return found


def _joined(words: Sequence[str], wanted: str) -> int:
    """How many of the first words make the wanted one: several where a line broke it, 0 for none."""
    text = ""
    for number, word in enumerate(words, 1):
        text += word
        if text == wanted:
            return number
        if not wanted.startswith(text):
            break
    return 0


def _next_common(ours: Sequence[str], theirs: Sequence[str]) -> tuple[int, int] | None:
    """How far to go in each to where two words in a row agree (one, where it is the last); None where they never do."""
    for far in range(1, AHEAD + BEHIND):
        for j in range(min(far, BEHIND) + 1):
            i = far - j
            if i < len(ours) and j < len(theirs) and ours[i : i + 2] == theirs[j : j + 2]:
                return i, j
    return None


def _moved(found: Sequence[tuple[int, int, int]], one: str, other: str, start: int, end: int) -> tuple[int, int]:
    """A stretch of one text as a stretch of the other, with the signs around its words where they are there too; an empty one without its words."""
    words = list(_WORD.finditer(one, start, end))
    first, last = (_move(found, words[0].start()), _move(found, words[-1].end() - 1)) if words else (None, None)
    if first is None or last is None:
        return 0, 0
    before, after = one[start : words[0].start()], one[words[-1].end() : end]
    first -= len(before) if other[:first].endswith(before) else 0
    return first, last + 1 + (len(after) if other.startswith(after, last + 1) else 0)


def _move(found: Sequence[tuple[int, int, int]], at: int) -> int | None:
    """The place of one character in the other text."""
    n = bisect_right(found, at, key=lambda pair: pair[0]) - 1
    if n < 0 or at >= found[n][0] + found[n][2]:
        return None
    return found[n][1] + at - found[n][0]


def _letters(text: str) -> str:
    """The text without breaks, hyphens and other signs."""
    return "".join(_WORD.findall(text))


def _pieces(text: str, places: Iterable[Place], *, as_stood: bool) -> Iterator[Piece]:
    at = 0
    for start, end, fix in places:
        if not at <= start < end:
            continue
        if at < start:
            yield Piece(text[at:start])
        yield Piece(text[start:end], fix, _on_one_line(fix.corrected if as_stood else fix.original))
        at = end
    if at < len(text):
        yield Piece(text[at:])


def _on_one_line(word: str) -> str:
    """A word that a line broke, whole."""
    return " ".join(re.sub(r"(?<=\w)-[ \t]*\n\s*", "", word).split())

"""Headings spelled as the outline of the file has them: a PDF keeps the author's own spelling there, whatever the engine made of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.repair.channel import SIGN, Channel
from ingest.text import lines

KIND = "disposition"
"""The kind of such a correction."""
SURE = 0.999
MOST = 3
"""Lines that a heading may have."""
LONGEST = 40
"""A heading of more words is looked for in one line only."""

_WORD = re.compile(r"\S+")
_CORE = re.compile(r"\w.*\w|\w", re.DOTALL)
_NUMBER = re.compile(r"[\s\d.§)]+")


@dataclass(frozen=True, slots=True)
class Heading:
    """A word of a heading at `start..end` of the text, and how the outline spells it."""

    start: int
    end: int
    word: str


def headings(text: str, start: int, end: int, outline: Iterable[str], channel: Channel) -> Iterator[Heading]:
    """The words of `start..end` that stand in a line, or some that follow each other, which are one entry of the outline, and are spelled
    otherwise there.
    """
    known = {_key(words, channel): words for entry in outline if (words := _unnumbered(entry).split())}
    begun = {key[:n] for key in known if len(key) <= LONGEST for n in range(1, len(key))}
    rows = [_words(text, low, high) for low, high in lines(text, start, end)] if known else []
    for n, row in enumerate(rows):
        found, key = row, _key((m.group() for m in row), channel)
        for after in rows[n + 1 : n + MOST]:
            if key in known or not after or key not in begun:
                break
            found, key = found + after, key + _key((m.group() for m in after), channel)
        yield from _spelled(found, known.get(key, []))


def _words(text: str, start: int, end: int) -> list[re.Match[str]]:
    return [m for m in _WORD.finditer(text, start, end) if _CORE.search(m.group()) and not m.group().strip(".").isdigit()]


def _spelled(found: Iterable[re.Match[str]], words: Iterable[str]) -> Iterator[Heading]:
    """The words of a heading that are spelled otherwise in the outline."""
    for match, word in zip(found, words, strict=False):
        seen, true = _CORE.search(match.group()), _CORE.search(word)
        if seen and true and seen.group().lower() != true.group().lower():
            at = match.start() + seen.start()
            yield Heading(at, at + len(seen.group()), true.group().upper() if seen.group().isupper() else true.group())


def _unnumbered(entry: str) -> str:
    """A heading without its number and the number of its page."""
    number = _NUMBER.match(entry)
    return entry[number.end() if number else 0 :].rstrip().rstrip("0123456789").rstrip(" \t\u00a0.…")


def _key(words: Iterable[str], channel: Channel) -> tuple[str, ...]:
    """What two spellings of a line have in common: the skeletons of its words, where two signs in a row count as one."""
    cores = (found.group() for word in words if (found := _CORE.search(word)))
    return tuple(re.sub(rf"{re.escape(SIGN)}+", SIGN, channel.skeleton(core.lower())) for core in cores)

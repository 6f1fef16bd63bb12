"""Word → key of its dictionary form, and the parts of compounds: what search joins words by. Packed beside the lexicon of repair."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import marisa_trie

FILES = ("lemmas.marisa", "lemmas.json")
WORD, BEGIN, END = 1, 2, 4
"""Flags: it is a word; it may begin a compound (or stand within it), or end it."""

MOST_PARTS = 4
"""As COMPOUNDWORDMAX in the dictionary."""
LONGEST = 60
"""Letters; a longer row of letters is no word."""
LEAST_END, _NAME_END, _NAME_BEGIN = 3, 5, 3
_SHORT = {2: 1.5, 3: 0.6}
"""What a part of so few letters costs besides the 1 that each part costs: fewest parts win."""
_DEEP = 3
FORMAT = "<BHH"

Stem = Callable[[str], str]


class Part(NamedTuple):
    """A part of a compound: `word[start:end]`, and the key it has alone."""

    start: int
    end: int
    key: str


class Known(NamedTuple):
    """What the pack says of a row of letters: flags, its key as a word and as the first part of a compound."""

    flags: int
    key: str
    first: str


class Lemmas:
    """The pack of a folder, opened. Raises OSError, RuntimeError or ValueError where it is missing or broken."""

    def __init__(self, folder: Path, stem: Stem) -> None:
        self._trie = marisa_trie.RecordTrie(FORMAT).mmap(str(folder / FILES[0]))
        self._edits = [(int(cut), str(add)) for cut, add in json.loads((folder / FILES[1]).read_text(encoding="utf-8"))]
        self._stem = stem

    def known(self, word: str) -> Known | None:
        """What is known of a row of letters in small letters."""
        found = self._trie.get(word)
        if not found:
            return None
        flags, key, first = found[0]
        return Known(flags, _apply(word, *self._edits[key]), _apply(word, *self._edits[first]))

    def has(self, word: str) -> bool:
        """True for a word, which is more than a part of others."""
        return bool((known := self.known(word)) and known.flags & WORD)

    def analyse(self, word: str) -> tuple[str, tuple[str, ...]]:
        """The key of a word in small letters, and those of the parts of a compound: each part, and each row of parts that is not the whole."""
        known = self.known(word) if self.has(word) else None
        if len(word) > LONGEST or not word.isalpha():
            return word, ()
        parts = self.split(word)
        if known:
            return known.key, self._rows(word, parts)
        if parts:
            return word[: parts[-1].start] + parts[-1].key, self._rows(word, parts)
        return self._named(word)

    def _rows(self, word: str, parts: tuple[Part, ...], deep: int = _DEEP) -> tuple[str, ...]:
        """kommunchefsmöte → kommun, chef, möte, kommunchef, chefsmöte: their keys; and those of parts that are compounds themselves."""
        keys = [word[row[0].start : row[-1].start] + row[-1].key for some in (parts, self._flat(word, parts)) for row in _side_by_side(some)]
        if deep:
            within = (word[part.start : part.end] for part in parts)
            keys += [key for inner in within for key in self._rows(inner, self._long(inner), deep - 1)]
        return tuple(key for key in dict.fromkeys(keys) if len(key) >= LEAST_END)

    def _flat(self, word: str, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """The parts with those of parts in their place, so that fel+parkeringsavgift has felparkering too."""
        inner = ((part, self._long(word[part.start : part.end])) for part in parts)
        return tuple(Part(part.start + p.start, part.start + p.end, p.key) for part, some in inner for p in some or (part._replace(start=0),))

    def _named(self, word: str) -> tuple[str, tuple[str, ...]]:
        """A word that begins with what nobody knows, a name most often, and ends with a known one ("fjällhavsavtalet"); else its stem."""
        for at in range(_NAME_BEGIN, len(word) - _NAME_END + 1):
            known = self.known(word[at:])
            if known and known.flags & END and known.flags & WORD:
                return word[:at] + known.key, (known.key,)
        return self._stem(word), ()

    def split(self, word: str) -> tuple[Part, ...]:
        """The fewest parts that a word can be made of, by what may begin and end compounds; none where it is no compound."""
        best: dict[int, tuple[float, tuple[Part, ...]]] = {0: (0.0, ())}
        found: tuple[float, tuple[Part, ...]] | None = None
        for at in range(len(word) - LEAST_END + 1):
            if at not in best:
                continue
            cost, before = best[at]
            rest = word[at:]
            if before and (last := self._end(rest)) is not None:
                whole = cost + _cost(rest), (*before, Part(at, len(word), last))
                found = whole if found is None or whole[0] <= found[0] else found  # lands+ting, not land+sting
            if len(before) < MOST_PARTS - 1:
                self._begin(rest, at, cost, before, best)
        return found[1] if found else ()

    def _long(self, part: str) -> tuple[Part, ...]:
        """The parts of a part, none of which may be short: "ungdoms" is not "ung" and "doms"."""
        parts = self.split(part)
        return parts if all(p.end - p.start > LEAST_END for p in parts) else ()

    def _end(self, rest: str) -> str | None:
        known = self.known(rest)
        return known.key if known and known.flags & END else None

    def _begin(self, rest: str, at: int, cost: float, before: tuple[Part, ...], best: dict[int, tuple[float, tuple[Part, ...]]]) -> None:
        """Note each place where a first (or middle) part that begins here may end."""
        for prefix in self._trie.prefixes(rest):
            size = len(prefix)
            if size < 2 or len(rest) - size < LEAST_END:
                continue
            total = cost + _cost(prefix)
            known = self.known(prefix) if total < best.get(at + size, (99.0, ()))[0] else None
            if known and known.flags & BEGIN:
                best[at + size] = total, (*before, Part(at, at + size, known.first))


def _side_by_side(parts: tuple[Part, ...]) -> Iterator[tuple[Part, ...]]:
    """Every row of parts but that of all."""
    size = len(parts)
    return (parts[a : a + length] for length in range(1, size) for a in range(size - length + 1))


def _cost(part: str) -> float:
    return 1 + _SHORT.get(len(part), 0.0)


def _apply(word: str, cut: int, add: str) -> str:
    return (word[:-cut] if cut else word) + add

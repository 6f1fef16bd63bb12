"""How an OCR engine without Swedish letters reads Swedish print: what may stand for what, and how likely it is (noisy channel).

Kernighan, Church and Gale, "A spelling correction program based on a noisy channel model" (1990). Here the lexicon is asked not by walking a
trie along the edges, but by a *skeleton*: every letter that damage can turn into another of the same class is written as one sign, so that
"Jimtlands" and "Jämtlands" have the same skeleton and one look-up finds all words that can have been meant.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.rules.letters import Misreading

CLASS = "åäöaeéoidlj"
"""Letters that damage turns into each other; all are one sign in a skeleton."""
SIGN = "."
_PLAIN = "".join(c for c in CLASS if c.isascii()).encode()
_WIDE = [(letter.encode(), bytes([0xF8 + n]), letter.encode("latin-1")) for n, letter in enumerate(c for c in CLASS if not c.isascii())]
"""The letters of the class that take two bytes in UTF-8, and for each a byte that UTF-8 never has."""
_NARROW = b"".join(narrow for _, narrow, _ in _WIDE)
_NO_CLASS = bytes(sorted(set(range(256)) - set(_NARROW + _PLAIN + b"\n")))
_LETTERS = bytes.maketrans(_NARROW, b"".join(latin for _, _, latin in _WIDE))
SWEDISH = "åäö"
INTACT = 0.0005
"""How likely an å, ä or ö of the paper is to be read as itself in a damaged stretch (0 of 1,709 in the seeds)."""

LOST = "\uf8ff"
"""The sign for a letter of the class that the engine did not see at all."""
BLOT = 0.0003
_FIRST_PRIVATE = 0xE000


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to take what was read apart: the skeleton to look up, and for each sign in it what was read there.

    `extra` are misreadings outside the class ("t" read as "e"), as keys of `Channel.shares`.
    """

    skeleton: str
    seen: str
    extra: tuple[str, ...] = ()


class Channel:
    """The misreadings, made ready for look-up. `shares` has a probability for each key: a true letter of the class and the sign read for it.

    A sign is what was read, or one private character where that was two letters ("ii") or a letter outside the class ("b"); the keys of
    misreadings of other letters are written out ("t>e"). A capital within a word is a sign too ("fG6r"), at its beginning only if asked for.
    """

    def __init__(self, letters: tuple[Misreading, ...]) -> None:
        self.shares: dict[str, float] = {c + c: INTACT for c in SWEDISH}
        self.signs: dict[str, str] = {}
        self.pairs: dict[str, str] = {}
        self.edges: dict[str, list[tuple[str, str]]] = defaultdict(list)
        classes = dict.fromkeys(CLASS, SIGN)
        for entry in letters:
            for read, share in entry.read.items():
                if entry.printed in CLASS:
                    self.shares[entry.printed + self._sign(read, classes)] = share / 100
                elif not read.islower() and len(entry.printed) == 1 and len(read) == 1 and read not in classes:
                    classes[read] = entry.printed
                else:
                    self.edges[read].append((entry.printed, f"{entry.printed}>{read}"))
                    self.shares[f"{entry.printed}>{read}"] = share / 100
        for true in SWEDISH:
            self._blots(true, classes)
        self._table = str.maketrans(classes)
        self._signed = bytes.maketrans(_NARROW + _PLAIN, SIGN.encode() * len(_NARROW + _PLAIN))
        self.odd = frozenset(c for c in classes if not c.isalnum() and c < chr(_FIRST_PRIVATE))
        self.costs: Mapping[str, float] = {key: math.log(share) for key, share in self.shares.items()}

    def _blots(self, true: str, classes: dict[str, str]) -> None:
        """Any two readings of a letter may stand for it together where one of them is none that Swedish has ("ma&l", "f&ér")."""
        strokes = {key[1] for key in self.shares if key[0] in "lij"}  # "1a" is rather "la"
        own = [key[1] for key in self.shares if key[0] == true and len(key) == 2 and key[1] < chr(_FIRST_PRIVATE)]
        seen = [read for read in own if read not in SWEDISH and read not in strokes]
        for first in seen:
            for second in seen:
                if (not first.isascii() or not first.isalpha() or not second.isascii() or not second.isalpha()) and first != LOST != second:
                    self.shares.setdefault(true + self._sign(first + second, classes), BLOT)

    def _sign(self, read: str, classes: dict[str, str]) -> str:
        """The one character for what was read, noted where the look-up will find it."""
        if len(read) == 1 and (read in CLASS or not read.islower()):
            classes[read] = SIGN
            return read
        if not read:
            classes[LOST] = SIGN
            return LOST
        sign = self.signs.get(read) or chr(_FIRST_PRIVATE + len(self.signs))
        if read not in self.signs:
            self.signs[read], classes[sign] = sign, SIGN
            if len(read) == 2:
                self.pairs[read] = sign
            else:
                self.edges[read].append((sign, ""))
        return sign

    def skeleton(self, word: str) -> str:
        """A word in small letters with one sign for all letters of the class."""
        return word.translate(self._table)

    def taken_apart(self, words: Sequence[str]) -> Iterator[tuple[str, str, str]]:
        """Each printed word (small letters) with its skeleton and the letters that are signs in it; all at once and as bytes, because there are a
        million.
        """
        if not words:
            return
        together = "\n".join(words).encode()
        for wide, narrow, _ in _WIDE:
            together = together.replace(wide, narrow)
        skeletons, letters = together.translate(self._signed).decode(), together.translate(_LETTERS, _NO_CLASS).decode("latin-1")
        yield from zip(words, skeletons.split("\n"), letters.split("\n"), strict=True)

    def readings(self, word: str) -> Iterator[Reading]:
        """The ways to read a word as it stands, then those in which two characters stand for one letter, once or twice."""
        yield self._reading(word)
        for i, once in self._joined(word, 0):
            yield self._reading(once)
            for _, twice in self._joined(once, i + 1):
                yield self._reading(twice)

    def _joined(self, word: str, start: int) -> Iterator[tuple[int, str]]:
        for i in range(start, len(word) - 1):
            if sign := self.pairs.get(word[i : i + 2]):
                yield i, word[:i] + sign + word[i + 2 :]

    def far_readings(self, word: str, only: frozenset[str] | None = None) -> Iterator[Reading]:
        """Readings with one or two misreadings outside the class ("ace" for "att") or a lost letter: many, for words that nothing else explains.

        `only` limits them to these misreadings.
        """
        for i, once, extra in self._edged(word, 0, only):
            yield self._reading(once, extra)
            for _, joined in self._joined(once, 0):
                yield self._reading(joined, extra)
            for _, twice, more in self._edged(once, i, only):
                yield self._reading(twice, extra + more)
        if only is None:
            for i in range(len(word) + 1):
                yield self._reading(word[:i] + LOST + word[i:])

    def _edged(self, word: str, start: int, only: frozenset[str] | None) -> Iterator[tuple[int, str, tuple[str, ...]]]:
        """Each place from `start` where a misreading outside the class may stand: where the next may begin, the word read so, its mark."""
        for i in range(start, len(word)):
            for read in (word[i], word[i : i + 2]) if i + 1 < len(word) else (word[i],):
                for true, mark in self.edges.get(read, ()):
                    if only is not None and mark not in only:
                        continue
                    yield i + len(true), word[:i] + true + word[i + len(read) :], (mark,) if mark else ()

    def _reading(self, symbols: str, extra: tuple[str, ...] = ()) -> Reading:
        skeleton = symbols.translate(self._table)
        return Reading(skeleton, "".join([c for c, s in zip(symbols, skeleton, strict=True) if s == SIGN]), extra)

    def is_sign(self, character: str) -> bool:
        """True where a capital at the beginning of a word may be a misread letter ("Gverblick")."""
        return self._table.get(ord(character)) == SIGN

    @staticmethod
    def is_far(key: str) -> bool:
        """True for the key of a misreading outside the class ("t>e")."""
        return ">" in key

"""Letters with an accent that Swedish does not have, read by an engine that knows many languages: `fràga` for fråga, also in whole text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product

from ingest.repair.candidates import Candidates
from ingest.rules.letters import Accent
from ingest.text import looks_swedish

SURE = 0.99
KIND = "å, ä, ö"
MOST = 4
"""Such letters in a word; one with more is no Swedish word."""
MUCH = 8.0
"""How much likelier (nats) a word is than the next that it may be, or than what was read: lists of words have some that no one writes."""
CAPITALS = 4
"""A word in capitals has at least so many letters; a shorter one may be an abbreviation."""
AROUND = 300
"""So many characters to each side say whether the text is Swedish."""
_WORD = re.compile(r"[^\W\d_]{2,}")


_RARE = "à-ãæ-èê-õø-û"
_ANY = re.compile(f"[{_RARE}]")
_SMALL = re.compile(rf"(?<!\w)(?=\w*[{_RARE}])[a-zåäö{_RARE}]\w+")


def may_have(text: str) -> bool:
    """True where a word with a small letter first has one that few papers have: names have it in many, and those are not read twice for them."""
    return bool(_ANY.search(text) and _SMALL.search(text))


class Accents:
    """Finds words that are hardly any as they were read, and one, hardly another, with å, ä or ö for what Swedish does not have."""

    def __init__(self, accents: Sequence[Accent]) -> None:
        self._printed: dict[str, list[str]] = {}
        for accent in accents:
            for read in accent.read:
                self._printed.setdefault(read, []).append(accent.printed)
        longest = sorted(self._printed, key=len, reverse=True)
        self._read = re.compile(f"({'|'.join(map(re.escape, longest)) or '(?!)'})", re.I)

    def found(self, text: str, candidates: Candidates) -> Iterator[tuple[int, int, str]]:
        """Where such words stand, and what they were, written as they were read but for these letters."""
        for word in _WORD.finditer(text):
            if self._read.search(word[0]) and _plain(word[0]) and _in_swedish(text, word) and (printed := self._word(word[0], candidates)):
                yield word.start(), word.end(), printed

    def _word(self, read: str, candidates: Candidates) -> str | None:
        pieces = self._read.split(read)
        if len(pieces) > 2 * MOST + 1:
            return None
        itself = candidates.listed(read.lower())  # the base may have learned it from this very paper
        letters = [[_as(one, piece) for one in self._printed[piece.lower()]] if n % 2 else [piece] for n, piece in enumerate(pieces)]
        words = ["".join(some) for some in product(*letters)]
        known = sorted(((share, word) for word in words if (share := _share(word, candidates)) is not None), reverse=True)
        others = [share for share, _ in known[1:2]] + ([itself] if itself is not None else [])
        return known[0][1] if known and all(known[0][0] > share + MUCH for share in others) else None


def _plain(word: str) -> bool:
    """No name: in small letters, or in capitals."""
    return word.islower() or (word.isupper() and len(word) >= CAPITALS)


def _in_swedish(text: str, word: re.Match[str]) -> bool:
    return looks_swedish(text[max(0, word.start() - AROUND) : word.end() + AROUND])


def _share(word: str, candidates: Candidates) -> float | None:
    """The logarithm of its share of all words; None of what is none."""
    slot = candidates.of(word.lower(), word[:1].isupper())
    return slot.candidates[slot.place].prior if slot.is_word else None


def _as(letter: str, read: str) -> str:
    """A capital for a capital."""
    return letter.upper() if read[:1].isupper() else letter

"""Text → terms: one chain for what is indexed and what is asked, so that the two always meet."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

# A new number means that the index must be made again (kb rebuild).
VERSION = 2

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
# Soft hyphen, zero-width space and joiners, word joiner, byte order mark: seen by no one, and they would split words.
_INVISIBLE = (0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)
_CHARACTERS: dict[int, str] = str.maketrans({**_LIGATURES, **{chr(code): "" for code in _INVISIBLE}})
_CHANGED = re.compile(f"[{''.join(map(chr, _CHARACTERS))}]")
WORD = re.compile(r"[^\W_]+")
"""What a word is: as FTS5's unicode61 cuts."""


class Token(NamedTuple):
    """A word of a text: its term, and where it stands in the normalised text."""

    term: str
    start: int
    end: int


def normalise(text: str) -> str:
    """The text as it is indexed and shown: NFC, without soft hyphens and other invisible characters, ligatures as letters."""
    return unicodedata.normalize("NFC", text.translate(_CHARACTERS) if _CHANGED.search(text) else text)


def tokens(text: str) -> Iterator[Token]:
    """The words of a normalised text, cut where FTS5's unicode61 cuts: letters and digits of any script belong to a word."""
    for match in WORD.finditer(text):
        # lower, not casefold: FTS5 keeps ß as ß
        yield Token(match.group().lower(), match.start(), match.end())


def terms(text: str) -> tuple[str, ...]:
    """The terms of a text that has not been normalised yet."""
    text = normalise(text)
    low = text.lower()
    return tuple(WORD.findall(low)) if len(low) == len(text) else tuple(token.term for token in tokens(text))


class Word(NamedTuple):
    """What search knows of a word: the key that all its forms share, and the keys of the parts of a compound."""

    key: str
    parts: tuple[str, ...] = ()


class Analyser:
    """Word → keys. With the lexicon of `folder` by its dictionary; without (`plain`) by cutting endings off, and no compound is taken apart."""

    def __init__(self, folder: Path | None) -> None:
        self.plain = True
        self._known = None
        if folder:
            from ingest.lemmas import Lemmas  # only where a word is new

            with suppress(OSError, RuntimeError, ValueError):
                self._known = Lemmas(folder, stem)
                self.plain = False

    def knows(self, word: str) -> bool:
        """True where the dictionary has the word, or the name."""
        return bool(self._known and self._known.has(word))

    def __call__(self, word: str) -> Word:
        """The keys of a term."""
        if len(word) < SHORTEST or not word.isalpha():
            return Word(word)
        return Word(*self._known.analyse(word)) if self._known else Word(stem(word))


SHORTEST = 3
"""Letters; a shorter word has itself as key."""


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("swedish")


def stem(word: str) -> str:
    """A word without its ending, by Snowball's rules for Swedish."""
    return str(_stemmer().stemWord(word))


def folded(term: str) -> str:
    """A term without accents and rings: what is compared where nothing is spelled as it was typed."""
    return "".join(c for c in unicodedata.normalize("NFD", term) if not unicodedata.combining(c))


def analyser(db: sqlite3.Connection) -> Analyser:
    """What analyses a word that the base does not have, as those it has were analysed."""
    row = db.execute("SELECT value FROM meta WHERE key = 'lexicon'").fetchone()
    if not row or not row[0]:
        return Analyser(None)
    import platformdirs

    return Analyser(platformdirs.user_cache_path("kb") / f"lexicon-{row[0]}")

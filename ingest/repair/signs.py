"""A text as one byte for each character, letter or not: to count letters and words is then one step for a whole text."""

from __future__ import annotations

import codecs
import re

MARKED = b"m"
"""Stands for å, ä and ö, in `signs`."""
_LETTER, _OTHER = "a", " "
_IS_LETTER = re.compile(r"[^\W\d_]")


def _sign(character: str) -> str:
    if character in "åäöÅÄÖ":
        return MARKED.decode()
    return character if character == "\n" else _LETTER if _IS_LETTER.match(character) else _OTHER


def _far(error: UnicodeError) -> tuple[str, int]:
    """Characters that Latin 1 has not."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_sign, error.object[error.start : error.end])), error.end


_LATIN = bytes(ord(_sign(chr(n))) for n in range(256))
codecs.register_error("ingest.letters", _far)


def signs(text: str) -> bytes:
    """`MARKED`, another letter, a line break, or a blank for everything else."""
    return text.encode("latin-1", "ingest.letters").translate(_LATIN)


def letters(text: bytes) -> bytes:
    """The signs of letters and line breaks alone."""
    return text.translate(None, _OTHER.encode())


def count_words(text: bytes) -> int:
    """How many words of two letters or more the signs are of."""
    apart = text.replace(MARKED, b"a").replace(b"\n", b" ").replace(b" ", b"  ")
    return len(apart.split()) - (b" " + apart + b" ").count(b" a ")

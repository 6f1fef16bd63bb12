"""The lexicon: which words there are, how frequent they are, and what compounds are made of. Packed, opened from the cache folder in a moment."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import repeat
from pathlib import Path

import marisa_trie

from ingest.repair.channel import SIGN, Channel

NAME = 1
"""Flag of a word that is written with a capital only."""
STEP = 0.05
"""Shares are kept in one byte: minus log10, in steps of this; 255 for none."""
FILES = ("words.marisa", "starts.marisa")

_NEVER = 255
_HEAD = 3
"""Bytes before the letters of a word: two shares and its flags."""
_LOGS = tuple(-n * STEP * math.log(10) for n in range(_NEVER))


class Lexicon:
    """Finds words, and the parts of compounds, by skeleton. Each is given by the letters that stand for the skeleton's signs.

    Raises OSError or RuntimeError where a file is missing or broken.
    """

    def __init__(self, folder: Path) -> None:
        self._words = marisa_trie.BytesTrie().mmap(str(folder / FILES[0]))
        self._starts = marisa_trie.BytesTrie().mmap(str(folder / FILES[1]))

    def words(self, skeleton: str) -> list[tuple[str, float, int]]:
        """The whole words of this skeleton: letters, natural logarithm of the share of all words, flags."""
        return [(letters, _LOGS[word], flags) for letters, word, _, flags in _unpack(self._words, skeleton) if word != _NEVER]

    def ends(self, skeleton: str) -> list[tuple[str, float]]:
        """The last parts of compounds: letters, natural logarithm of the share of all last parts."""
        return [(letters, _LOGS[part]) for letters, _, part, _ in _unpack(self._words, skeleton) if part != _NEVER]

    def starts(self, skeleton: str) -> Iterator[tuple[str, list[tuple[str, float]]]]:
        """The first parts of compounds that `skeleton` may begin with, shortest first: the skeleton of the part, then as `ends`."""
        for prefix in self._starts.prefixes(skeleton):
            yield prefix, [(letters, _LOGS[part]) for letters, _, part, _ in _unpack(self._starts, prefix)]


def _unpack(trie: marisa_trie.BytesTrie, skeleton: str) -> list[tuple[str, int, int, int]]:
    found = trie.get(skeleton)
    if not found:
        return []
    data, size = found[0], _HEAD + skeleton.count(SIGN)
    return [(data[i + _HEAD : i + size].decode("latin-1"), data[i], data[i + 1], data[i + 2]) for i in range(0, len(data), size)]


def pack(shares: Mapping[str, float], parts: Mapping[str, float], flags: Mapping[str, int], channel: Channel) -> marisa_trie.BytesTrie:
    """The words of a language, all of one skeleton together, in alphabetical order: their shares of all words, those as the last (or first) parts
    of compounds, and their flags. A word may lack any of them.
    """
    buckets: dict[str, str] = {}
    shared: dict[str, list[str]] = {}
    words = [*shares, *(part for part in parts if part not in shares)]
    heads = map(_head, map(shares.get, words), map(parts.get, words), map(flags.get, words, repeat(0)))
    for head, (_, skeleton, signs) in zip(heads, channel.taken_apart(words), strict=True):
        entry = head + signs
        first = buckets.setdefault(skeleton, entry)
        if first is not entry:
            shared.setdefault(skeleton, [first]).append(entry)
    for skeleton, entries in shared.items():  # they differ in nothing but their signs
        buckets[skeleton] = "".join(sorted(entries, key=lambda entry: entry[_HEAD:]))
    return marisa_trie.BytesTrie((skeleton, data.encode("latin-1")) for skeleton, data in buckets.items())


@lru_cache(maxsize=100_000)
def _head(share: float | None, part: float | None, flags: int) -> str:
    """What is packed before the letters of a word, a character for each byte."""
    return chr(_byte(share)) + chr(_byte(part)) + chr(flags)


def _byte(share: float | None) -> int:
    return _NEVER if share is None else min(_NEVER - 1, max(0, round(-math.log10(share) / STEP)))

"""What clean text teaches: how often each word and each pair of words comes. Packed in tries, so that millions of pairs take little memory.

Pairs are smoothed by absolute discounting (Ney, Essen and Kneser 1994): what is taken from each pair seen goes to all words by their share.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import marisa_trie

from ingest.repair.channel import SIGN, Channel
from ingest.repair.slot import Slot
from ingest.repair.tokens import STOP, Token, pieces

DISCOUNT = 0.75
MANY = 500_000
"""Of more words than this, pairs that were seen only once are not kept."""
MOST_PAIRS = 150_000
"""How many answers are remembered."""
TRUST = 250_000
"""Of so many learned words half the share of a word is taken from them, half from the lexicon."""


FILES = ("counts.marisa", "letters.marisa")


class Counts:
    """Counts of one learned text: words, pairs ("w1 w2"), how many different words follow one ("w1 "), all words ("").

    An ending counts as a word too: "-gen" stands for all words that end so (see `ending`).
    """

    def __init__(self, folder: Path) -> None:
        self._counts = marisa_trie.RecordTrie("<I").mmap(str(folder / FILES[0]))
        self._letters = marisa_trie.BytesTrie().mmap(str(folder / FILES[1]))

    def __getitem__(self, key: str) -> int:
        found = self._counts.get(key)
        return found[0][0] if found else 0

    def letters(self, skeleton: str) -> list[str]:
        """For each word of the skeleton the letters that stand for its signs."""
        found = self._letters.get(skeleton)
        if not found:
            return []
        data, size = found[0].decode("latin-1"), skeleton.count(SIGN)
        return [data[i : i + size] for i in range(0, len(data), size)] if size else [""]


class Learned:
    """Several counts as one: what comes with the program, what the knowledge base holds, what the paper itself says elsewhere."""

    def __init__(self, counts: Sequence[Counts]) -> None:
        self._counts = tuple(counts)
        self._total = sum(c[""] for c in counts)
        self._weight = self._total / (self._total + TRUST)
        self._moves: dict[tuple[Slot, Slot], tuple[tuple[float, ...], ...]] = {}
        self._size = 0
        self._heads: dict[str, tuple[int, float]] = {}

    def letters(self, skeleton: str) -> set[str]:
        """For each learned word of the skeleton the letters that stand for its signs."""
        return {letters for c in self._counts for letters in c.letters(skeleton)}

    def count(self, key: str) -> int:
        """How often a word, or a pair "w1 w2", was seen."""
        return sum([c[key] for c in self._counts])

    def prior(self, word: str, general: float) -> float:
        """The logarithm of a word's share, given the logarithm of its share in general Swedish."""
        seen = self.count(word)
        if not seen:
            return general + math.log(1 - self._weight) if self._weight < 1 else general
        return math.log(self._weight * seen / self._total + (1 - self._weight) * math.exp(general))

    def moves(self, before: Slot, after: Slot) -> tuple[tuple[float, ...], ...]:
        """For each candidate of `after` its share among the words after each candidate of `before`."""
        found = self._moves.get((before, after))
        if found is None:
            found = tuple(tuple(self.follows(word, c.word, c.usual) for word in before.words) for c in after.candidates)
            self._size += len(before.words) * len(after.words)
            if self._size > MOST_PAIRS:
                self._moves.clear()
                self._size = 0
            self._moves[before, after] = found
        return found

    def follows(self, first: str, second: str, usual: float) -> float:
        """The share of `second` among the words after `first`; `usual` is that among all words."""
        like = ending(first)
        share = self._interpolated(like, second, usual) if like != first else usual
        if not self._head(first)[0]:
            return share
        kind = ending(second)
        if kind != second and (all_kind := self._head(kind)[0]):
            all_share = all_kind / self._total
            share = 0.5 * share + 0.5 * share * self._interpolated(first, kind, all_share) / all_share
        return self._interpolated(first, second, share)

    def _interpolated(self, first: str, second: str, share: float) -> float:
        """The share of `second` after `first`, where all words come with `share`."""
        before, left = self._head(first)
        if not before:
            return share
        return (max(0.0, self.count(f"{first} {second}") - DISCOUNT) + left * share) / before

    def _head(self, word: str) -> tuple[int, float]:
        """How often a word was seen, and how much of that is left for words that were not seen after it."""
        found = self._heads.get(word)
        if found is None:
            if len(self._heads) > MOST_PAIRS:
                self._heads.clear()
            found = self._heads[word] = self.count(word), DISCOUNT * self.count(word + " ")
        return found


def ending(word: str) -> str:
    """The class of a word by its last letters, for words too rare to have been seen together; short words stand for themselves."""
    return "-" + word[-3:] if len(word) > 4 else word


def learn(texts: Iterable[str]) -> Counter[str]:
    """Count the words and pairs of clean texts, and the pairs of a word and the ending of its neighbour."""
    pairs: Counter[tuple[str, str]] = Counter()
    for text in texts:
        pairs.update(pairwise(_words(text)))
    counts: Counter[str] = Counter({"": pairs.total()} if pairs else {})
    for (first, second), n in pairs.items():
        like, kind = ending(first), ending(second)
        for a in (first,) if like == first else (first, like):
            counts[a] += n
            counts[f"{a} {second}"] += n
        if kind != second:
            counts[f"{first} {kind}"] += n
    return counts


def _words(text: str) -> list[str]:
    """The words and signs of a text, from the beginning of a sentence to the end of one; between two sentences the sign stands once."""
    words = [STOP]
    for piece in pieces(text):
        if not isinstance(piece, Token):
            words += piece.group().replace(",", "").lower().split(" ")
        elif (word := piece.word.lower() or piece.sign) != STOP or words[-1] != STOP:
            words.append(word)
    words.append(STOP)
    return words


def save(counts: Counter[str], folder: Path, channel: Channel) -> None:
    """Pack counts into files of `folder`. Words of other alphabets are left out."""
    follow = Counter(key[: key.index(" ") + 1] for key in counts if " " in key and " -" not in key)
    least = 2 if counts[""] > MANY else 1
    kept = ((key, (n,)) for key, n in sorted({**counts, **follow}.items()) if n >= least or " " not in key)
    marisa_trie.RecordTrie("<I", kept).save(str(folder / FILES[0]))
    buckets: dict[str, list[str]] = {}
    for _, skeleton, letters in channel.taken_apart(sorted(key for key in counts if key.isalpha())):
        buckets.setdefault(skeleton, []).append(letters)
    packed = ((s, "".join(found).encode("latin-1")) for s, found in sorted(buckets.items()))
    marisa_trie.BytesTrie(packed).save(str(folder / FILES[1]))

"""What a paper teaches about itself: how its engine misread its letters, and which words it uses (a cache model, Kuhn and De Mori 1990)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.repair.channel import SWEDISH, Channel
from ingest.repair.learned import Learned
from ingest.repair.slot import Candidate, Slot

PRIOR = 30.0
"""How many letters the general share of a misreading counts for; what lies outside å, ä and ö changes more slowly."""
PRIOR_OTHER = 150.0
USUAL = 0.004
"""A misreading outside the class with at least this share is tried on every word of the paper."""
LEAST = 0.02
"""Readings less likely than this are not counted."""
SURE = 0.9
"""Words surer than this count as the paper's own."""
WORD, PAIR = 0.12, 0.4
"""How much the paper's own words and pairs of words weigh."""
SAID = 1 - WORD
OFTEN = 3
"""What follows a word is asked of the paper where the word stands so often in it."""


Told = str | list[tuple[Candidate, float]]
"""What a word tells: one that was read right, or the candidates that are likely enough, with their probabilities."""


def told(slots: Sequence[Slot], shares: Sequence[Sequence[float]]) -> list[Told]:
    """What each word tells, given the probabilities of its candidates."""
    return [
        slot.words[0] if len(row) == 1 and not slot.candidates[0].keys else [(c, p) for c, p in zip(slot.candidates, row, strict=True) if p > LEAST]
        for slot, row in zip(slots, shares, strict=True)
    ]


@dataclass(slots=True)
class Tally:
    """Expected numbers of each misreading and of each true letter in a stretch."""

    keys: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    letters: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    @classmethod
    def of(cls, counted: Iterable[Told]) -> Tally:
        """Count what the words of a stretch tell."""
        tally = cls()
        keys, letters = tally.keys, tally.letters
        words: defaultdict[str, float] = defaultdict(float)
        certain = []
        for here in counted:
            if isinstance(here, str):
                certain.append(here)
                continue
            for candidate, share in here:
                for key in candidate.keys:
                    keys[key] += share
                words[candidate.word] += share
        for word, share in words.items():
            for letter in word:
                letters[letter] += share
        for letter, n in Counter("".join(certain)).items():
            letters[letter] += n
        return tally

    def shares(self, before: Mapping[str, float], weight: float = PRIOR) -> dict[str, float]:
        """The share of each misreading here, where `before` is what is known of it elsewhere."""
        out = {}
        for key, share in before.items():
            true = key[0]
            if key == true + true:  # that å, ä or ö stay as they are is not learned: it would make a stretch intact that is not
                out[key] = share
                continue
            trust = weight if true in SWEDISH else PRIOR_OTHER
            out[key] = (self.keys[key] + trust * share) / (self.letters[true] + trust)
        return out

    def usual(self, shares: Mapping[str, float]) -> frozenset[str]:
        """The misreadings outside the class that are common here."""
        return frozenset(key for key, share in shares.items() if Channel.is_far(key) and share > USUAL and self.keys[key] > 2)


class Own:
    """The language of one paper: what is learned elsewhere, and the words that stand in it for sure.

    No reading is evidence of itself: the place where a word is asked for does not count, nor that of a pair. Else each word that the first pass was
    fairly sure of would be certain in the second.
    """

    def __init__(self, learned: Learned, words: Iterable[tuple[str, str]]) -> None:
        """`words` are those of the paper in their order, as they were seen ("" where they were printed so) and as they are for sure: "" for what is
        not sure, and between what does not follow.
        """
        self._learned = learned
        self._words: dict[str, int] = {}
        self._pairs: dict[tuple[str, str], int] = {}
        self._seen: set[tuple[str, str]] = set()
        self._seen_pairs: set[tuple[str, str, str, str]] = set()
        before = "", ""
        for here in words:
            if word := here[1]:
                self._words[word] = self._words.get(word, 0) + 1
                self._seen.add(here)
                if before[1]:
                    self._pairs[before[1], word] = self._pairs.get((before[1], word), 0) + 1
                    self._seen_pairs.add((*before, *here))
            before = here
        self._total = max(50, sum(self._words.values()))
        self._moves: dict[tuple[Slot, Slot], list[list[float]]] = {}
        self._own: dict[Slot, list[float]] = {}

    def moves(self, before: Slot, after: Slot) -> list[list[float]]:
        """As `Learned.moves`."""
        found = self._moves.get((before, after))
        if found is None:
            found = self._moves[before, after] = self._moved(before, after)
        return found

    def _said(self, slot: Slot) -> list[float]:
        """For each candidate what the paper's own words add to its share: how often it stands in the paper, besides here."""
        found = self._own.get(slot)
        if found is None:
            get, seen, total = self._words.get, self._seen, self._total
            found = [WORD * (n - ((slot.seen, word) in seen)) / total if (n := get(word)) else 0.0 for word in slot.words]
            self._own[slot] = found
        return found

    def _follows(self, before: Slot, after: Slot, first: str, second: str) -> int:
        """How often one word follows the other in the paper, besides here."""
        n = self._pairs.get((first, second), 0)
        return n - ((before.seen, first, after.seen, second) in self._seen_pairs) if n else 0

    def _moved(self, before: Slot, after: Slot) -> list[list[float]]:
        count = self._words.get
        shares = self._learned.moves(before, after)
        rows = [[SAID * share + here for share in row] for row, here in zip(shares, self._said(after), strict=True)]
        for column, first in enumerate(before.words):
            if (n := count(first, 0)) >= OFTEN:
                weight = PAIR * n / (n + 10)
                for row, second in zip(rows, after.words, strict=True):
                    row[column] = (1 - weight) * row[column] + weight * self._follows(before, after, first, second) / n
        return rows

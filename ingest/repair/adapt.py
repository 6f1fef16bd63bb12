"""What a paper teaches about itself: how its engine misread its letters, and which words it uses (a cache model, Kuhn and De Mori 1990)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.repair.candidates import Candidate
from ingest.repair.channel import SWEDISH, Channel
from ingest.repair.learned import Learned

PRIOR = 30.0
"""How many letters the general share of a misreading counts for; what lies outside å, ä and ö changes more slowly."""
PRIOR_OTHER = 150.0
USUAL = 0.004
"""A misreading outside the class with at least this share is tried on every word of the paper."""
SURE = 0.9
"""Words surer than this count as the paper's own."""
WORD, PAIR = 0.12, 0.4
"""How much the paper's own words and pairs of words weigh."""

Slot = tuple[Candidate, ...]


@dataclass(slots=True)
class Tally:
    """Expected numbers of each misreading and of each true letter in a stretch."""

    keys: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    letters: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    @classmethod
    def of(cls, slots: Sequence[Slot], shares: Sequence[Sequence[float]]) -> Tally:
        """Count what the candidates say, each by its probability."""
        tally = cls()
        keys, letters, certain = tally.keys, tally.letters, []
        for slot, row in zip(slots, shares, strict=True):
            if len(row) == 1 and not slot[0].keys:
                certain.append(slot[0].word)
                continue
            for candidate, share in zip(slot, row, strict=True):
                if share > 0.02:
                    for key in candidate.keys:
                        keys[key] += share
                    for letter in candidate.word:
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
    """The language of one paper: what is learned elsewhere, and the words that stand in it for sure."""

    def __init__(self, learned: Learned, words: Iterable[str]) -> None:
        self._learned = learned
        self._words: dict[str, int] = {}
        self._pairs: dict[tuple[str, str], int] = {}
        before = ""
        for word in words:
            if word:
                self._words[word] = self._words.get(word, 0) + 1
                if before:
                    self._pairs[before, word] = self._pairs.get((before, word), 0) + 1
            before = word
        self._total = max(50, sum(self._words.values()))

    def follows(self, first: str, second: str, usual: float) -> float:
        """As `Learned.follows`."""
        words = self._words
        share = (1 - WORD) * self._learned.follows(first, second, usual) + WORD * words.get(second, 0) / self._total
        before = words.get(first, 0)
        if before < 3:
            return share
        weight = PAIR * before / (before + 10)
        return (1 - weight) * share + weight * self._pairs.get((first, second), 0) / before

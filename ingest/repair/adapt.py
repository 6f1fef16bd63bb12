"""What a paper teaches about itself: how its engine misread its letters, and which words it uses (a cache model, Kuhn and De Mori 1990)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.repair.slot import Slot
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
SAID = 1 - WORD
OFTEN = 3
"""What follows a word is asked of the paper where the word stands so often in it."""


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
        words: defaultdict[str, float] = defaultdict(float)
        for slot, row in zip(slots, shares, strict=True):
            if len(row) == 1 and not slot.candidates[0].keys:
                certain.append(slot.words[0])
                continue
            for candidate, share in zip(slot.candidates, row, strict=True):
                if share > 0.02:
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
        self._known: dict[Slot, tuple[list[float], list[tuple[int, str, int]]]] = {}

    def moves(self, before: Slot, after: Slot) -> list[list[float]]:
        """As `Learned.moves`."""
        rows = [[SAID * share + own for share in row] for row, own in zip(self._learned.moves(before, after), self._share(after)[0], strict=True)]
        for column, first, count in self._share(before)[1]:
            weight = PAIR * count / (count + 10)
            for row, second in zip(rows, after.words, strict=True):
                row[column] = (1 - weight) * row[column] + weight * self._pairs.get((first, second), 0) / count
        return rows

    def _share(self, slot: Slot) -> tuple[list[float], list[tuple[int, str, int]]]:
        """For each candidate its share of the paper's words, weighed; and which candidates stand often in it: place, word, how often."""
        found = self._known.get(slot)
        if found is None:
            counts = [self._words.get(word, 0) for word in slot.words]
            often = [(n, word, count) for n, (word, count) in enumerate(zip(slot.words, counts, strict=True)) if count >= OFTEN]
            found = self._known[slot] = [WORD * count / self._total for count in counts], often
        return found

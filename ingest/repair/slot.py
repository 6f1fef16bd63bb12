"""What a word may have been: a candidate, and all candidates of one word as read."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that may have been printed: in small letters, the logarithm of its share of all words, and the misreadings that made it what was
    read (keys of `Channel.costs`). `known` is False for what no lexicon has; `usual` is the share itself, of those that are `ready`.
    """

    word: str
    prior: float
    keys: tuple[str, ...]
    known: bool = True
    usual: float = 0.0

    def ready(self) -> Candidate:
        """The same with its share worked out, once for all who ask."""
        return replace(self, usual=math.exp(self.prior))


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """The candidates of a word, best first. The same word read again has the same slot: what is worked out for one is found by its identity."""

    candidates: tuple[Candidate, ...]
    words: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", tuple(c.word for c in self.candidates))

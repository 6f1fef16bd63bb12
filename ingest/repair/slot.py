"""What a word may have been: a candidate, and all candidates of one word as read."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

COMMON = math.log(3e-7)
"""Words with at least this share prove something: a rare one is found for almost any row of letters."""
STRANGE = -16.0
"""Readings less likely than this (nats) hardly explain a word."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that may have been printed: in small letters, the logarithm of its share of all words, and the misreadings that made it what was
    read (keys of `Channel.costs`). `known` is False for what no lexicon has, `name` True for what is written with a capital only; `usual` is the
    share itself, of those that are `ready`.
    """

    word: str
    prior: float
    keys: tuple[str, ...]
    known: bool = True
    usual: float = 0.0
    name: bool = False

    @property
    def strange(self) -> bool:
        """True where it hardly explains what was read."""
        return not self.known or self.prior < STRANGE

    def ready(self) -> Candidate:
        """The same with its share worked out, once for all who ask."""
        return replace(self, usual=math.exp(self.prior))


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """What was `seen`, in small letters, and its candidates, best first. The same word read again has the same slot: what is worked out for one
    is found by its identity.

    `place` is where what was seen stands among the candidates, -1 if it does not, and `is_word` is True where it is a word; `sign` is True where
    the last candidate is the sign of what is left alone. `common` are the places of words, others than the one seen, that prove something;
    `strange` is True where the best candidate hardly explains what was seen.
    """

    seen: str
    candidates: tuple[Candidate, ...]
    sign: bool = False
    words: tuple[str, ...] = field(init=False)
    place: int = field(init=False)
    is_word: bool = field(init=False)
    common: tuple[int, ...] = field(init=False)
    strange: bool = field(init=False)

    def __post_init__(self) -> None:
        words = tuple(c.word for c in self.candidates)
        place = words.index(self.seen) if self.seen in words else -1
        others = self.candidates[: len(words) - self.sign]
        common = tuple(n for n, c in enumerate(others) if n != place and c.prior > COMMON)
        is_word = place >= 0 and self.candidates[place].known
        strange = self.candidates[0].strange
        for name, value in (("words", words), ("place", place), ("is_word", is_word), ("common", common), ("strange", strange)):
            object.__setattr__(self, name, value)

"""How sure a reading is: what the model makes of it, weighed with what tells its errors from its hits (logistic regression, Platt 1999).

A model that multiplies probabilities is too sure of itself, most of all in text unlike what it has learned from. The weights were fitted on
pairs of damage and truth, newsreels and administrative prose; other pairs give others that do alike (`benchmarks/trust.py` tells). They belong to the
features below and to no language.
"""

from __future__ import annotations

import math
from operator import mul
from typing import NamedTuple

SUREST = 12.0
"""Log-odds of the model beyond which it is no surer."""
PLAIN = 3.0
"""Log-odds from which the model has no doubt of its own."""
MOST_LEARNED, MOST_AGAIN, MOST_COST = 50, 4, 14.0


class Features(NamedTuple):
    """What is known of a reading. All are numbers that grow with what their name says.

    `odds`: log-odds by the model; `doubt`: how far they are below `PLAIN`. `word`: 1 if what was read is a word itself. `learned`: how often the
    reading stands in what was learned from (log). `again`: how often it is read elsewhere in the paper (log). `length`: letters (log). `cost`: how
    unlikely its misreadings are on this page (nats). `strange`: the share of unexplained words around it. `fragile`: both of these, multiplied:
    where a text is strange, what looks misread may be strange too.
    """

    odds: float
    doubt: float
    word: float
    learned: float
    again: float
    length: float
    cost: float
    strange: float
    fragile: float


WEIGHTS = Features(0.32, -0.25, -0.94, 0.31, 1.03, 0.44, -0.32, -0.78, -4.17)
BIAS = 0.0


def features(share: float, is_word: bool, learned: int, again: int, length: int, cost: float, strange: float) -> Features:
    """The features of a reading with the probability `share`; `cost` is minus the logarithm of the share of its misreadings."""
    odds = max(-3.0, min(SUREST, math.log(max(share, 1e-9) / max(1 - share, 1e-9))))
    misread = max(0.0, min(MOST_COST, cost - 1))
    return Features(
        odds,
        max(0.0, PLAIN - odds),
        float(is_word),
        math.log1p(min(learned, MOST_LEARNED)),
        math.log1p(min(again, MOST_AGAIN)),
        math.log(max(1, min(length, 14))),
        misread,
        strange,
        strange * misread,
    )


def confidence(seen: Features) -> float:
    """The probability that a reading is right."""
    return 1 / (1 + math.exp(-BIAS - sum(map(mul, WEIGHTS, seen))))

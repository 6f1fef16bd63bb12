"""How sure a reading is: what the model makes of it, weighed with what tells its errors from its hits (logistic regression, Platt 1999).

A model that multiplies probabilities is too sure of itself, most of all in text unlike what it has learned from. The weights are those that
`benchmarks/trust.py` gives, from pairs of damage and truth: administrative prose, newsreels and manuals. They belong to the features below and to
no language.
"""

from __future__ import annotations

import math
from operator import mul
from typing import NamedTuple

SUREST = 12.0
"""Log-odds of the model beyond which it is no surer."""
PLAIN = 3.0
"""Log-odds from which the model has no doubt of its own."""
MOST_AGAIN, MOST_COST, MOST_RARE = 4, 14.0, 35.0


class Features(NamedTuple):
    """What is known of a reading. All are numbers that grow with what their name says.

    `odds`: log-odds by the model; `doubt`: how far they are below `PLAIN`. `word`: 1 if what was read is a word itself. `again`: how often the
    reading stands elsewhere in the paper, read from other letters (log). `length`: letters (log). `cost`: how unlikely its misreadings are on this
    page (nats). `strange`: the share of unexplained words around it. `rare`: how unlikely a word it is (nats): a rare one, or a compound made up
    for the purpose, can be found for many a name or foreign word.
    """

    odds: float
    doubt: float
    word: float
    again: float
    length: float
    cost: float
    strange: float
    rare: float


WEIGHTS = Features(0.399, -0.306, -1.434, 0.696, 0.11, -0.463, -0.959, -0.164)
BIAS = 2.628


def features(share: float, is_word: bool, again: int, length: int, cost: float, strange: float, rare: float) -> Features:
    """The features of a reading with the probability `share`; `cost` is minus the logarithm of the share of its misreadings, `rare` of its own."""
    odds = max(-3.0, min(SUREST, math.log(max(share, 1e-9) / max(1 - share, 1e-9))))
    return Features(
        odds,
        max(0.0, PLAIN - odds),
        float(is_word),
        math.log1p(min(again, MOST_AGAIN)),
        math.log(max(1, min(length, 14))),
        max(0.0, min(MOST_COST, cost - 1)),
        strange,
        min(MOST_RARE, rare),
    )


def confidence(seen: Features) -> float:
    """The probability that a reading is right."""
    return 1 / (1 + math.exp(-BIAS - sum(map(mul, WEIGHTS, seen))))

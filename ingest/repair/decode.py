"""Which candidates fit together: a first-order model of word pairs, forward and backward (Baum and Welch), with a probability for each word."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

from ingest.repair.candidates import Candidate

Slot = tuple[Candidate, ...]


class Language(Protocol):
    """Anything that knows which words follow which."""

    def follows(self, first: str, second: str, prior: float) -> float:
        """The logarithm of the share of `second` among the words after `first`; `prior` is that among all words."""


def posteriors(slots: Sequence[Slot], language: Language, costs: Mapping[str, float]) -> list[list[float]]:
    """For each word in a row the probability of each of its candidates; `costs` are logarithms of what misreadings are worth here.

    A word with one candidate is certain, and what lies before it tells nothing of what comes after: only the runs between are worked out.
    """
    out: list[list[float]] = [_CERTAIN] * len(slots)
    n = 0
    while n < len(slots):
        if len(slots[n]) == 1:
            n += 1
            continue
        end = n + 1
        while end < len(slots) and len(slots[end]) > 1:
            end += 1
        before = slots[n - 1][0].word if n else ""
        after = slots[end][0] if end < len(slots) else None
        out[n:end] = _run(slots[n:end], before, after, language, costs)
        n = end + 1
    return out


_CERTAIN = [1.0]


def _run(slots: Sequence[Slot], before: str, after: Candidate | None, language: Language, costs: Mapping[str, float]) -> list[list[float]]:
    """The same for words that all have several candidates, between two that are certain (or none)."""
    follows = language.follows
    emit = [[sum([costs[k] for k in c.keys]) if c.keys else 0.0 for c in slot] for slot in slots]
    first = [follows(before, c.word, c.prior) if before else c.prior for c in slots[0]]
    forward = [[e + f for e, f in zip(emit[0], first, strict=True)]]
    moves = []
    for n in range(1, len(slots)):
        move = [[follows(a.word, b.word, b.prior) for a in slots[n - 1]] for b in slots[n]]
        last = forward[-1]
        forward.append([e + _sum([f + m for f, m in zip(last, row, strict=True)]) for e, row in zip(emit[n], move, strict=True)])
        moves.append(move)
    backward = [follows(c.word, after.word, after.prior) if after else 0.0 for c in slots[-1]]
    out = [_shares([f + b for f, b in zip(forward[-1], backward, strict=True)])]
    for n in range(len(slots) - 2, -1, -1):
        ahead = [b + e for b, e in zip(backward, emit[n + 1], strict=True)]
        move = moves[n]
        backward = [_sum([x + row[j] for x, row in zip(ahead, move, strict=True)]) for j in range(len(slots[n]))]
        out.append(_shares([f + b for f, b in zip(forward[n], backward, strict=True)]))
    out.reverse()
    return out


def _sum(values: list[float]) -> float:
    """Sum of probabilities that are given as logarithms; what is less than a millionth of the greatest is left out."""
    top = max(values)
    return top + math.log(sum([math.exp(v - top) for v in values if v > top - 14]))


def _shares(values: list[float]) -> list[float]:
    top = max(values)
    weights = [math.exp(v - top) for v in values]
    total = sum(weights)
    return [w / total for w in weights]

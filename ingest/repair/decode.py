"""Which candidates fit together: a first-order model of word pairs, forward and backward (Baum and Welch), with a probability for each word."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

from ingest.repair.candidates import Candidate

Slot = tuple[Candidate, ...]


class Language(Protocol):
    """Anything that knows which words follow which."""

    def follows(self, first: str, second: str, usual: float) -> float:
        """The share of `second` among the words after `first`; `usual` is that among all words."""


def posteriors(slots: Sequence[Slot], language: Language, shares: Mapping[str, float]) -> list[list[float]]:
    """For each word in a row the probability of each of its candidates; `shares` are what misreadings are worth here.

    A word with one candidate is certain, and what lies before it tells nothing of what comes after: only the runs between are worked out.
    """
    out: list[list[float]] = [_CERTAIN] * len(slots)
    n, size = 0, len(slots)
    while n < size:
        if len(slots[n]) == 1:
            n += 1
            continue
        end = n + 1
        while end < size and len(slots[end]) > 1:
            end += 1
        before = slots[n - 1][0].word if n else ""
        after = slots[end][0] if end < size else None
        out[n:end] = _run(slots[n:end], before, after, language, shares)
        n = end + 1
    return out


_CERTAIN = [1.0]


def _run(slots: Sequence[Slot], before: str, after: Candidate | None, language: Language, shares: Mapping[str, float]) -> list[list[float]]:
    """The same for words that all have several candidates, between two that are certain (or none)."""
    follows = language.follows
    emit = [[math.prod([shares[k] for k in c.keys]) if c.keys else 1.0 for c in slot] for slot in slots]
    first = [follows(before, c.word, c.usual) if before else c.usual for c in slots[0]]
    forward = [_even([e * f for e, f in zip(emit[0], first, strict=True)])]
    moves = []
    for n in range(1, len(slots)):
        words = [a.word for a in slots[n - 1]]
        move = [[follows(word, b.word, b.usual) for word in words] for b in slots[n]]
        last = forward[-1]
        forward.append(_even([e * sum([f * m for f, m in zip(last, row)]) for e, row in zip(emit[n], move)]))  # noqa: B905 (the inmost loop)
        moves.append(move)
    backward = _even([follows(c.word, after.word, after.usual) for c in slots[-1]]) if after else [1.0] * len(slots[-1])
    out = [_even([f * b for f, b in zip(forward[-1], backward, strict=True)])]
    for n in range(len(slots) - 2, -1, -1):
        ahead = [b * e for b, e in zip(backward, emit[n + 1], strict=True)]
        backward = _even([sum([x * m for x, m in zip(ahead, column)]) for column in zip(*moves[n], strict=True)])  # noqa: B905
        out.append(_even([f * b for f, b in zip(forward[n], backward, strict=True)]))
    out.reverse()
    return out


def _even(values: list[float]) -> list[float]:
    """The values as shares of their sum; all alike where every one is too small for a number."""
    total = sum(values)
    return [v / total for v in values] if total > 0 else [1 / len(values)] * len(values)

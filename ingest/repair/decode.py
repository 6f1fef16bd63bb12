"""Which candidates fit together: a first-order model of word pairs, forward and backward (Baum and Welch), with a probability for each word."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

from ingest.repair.slot import Slot

Moves = Sequence[Sequence[float]]
"""For each candidate of a word its share among the words after each candidate of the word before."""


class Language(Protocol):
    """Anything that knows which words follow which."""

    def moves(self, before: Slot, after: Slot) -> Moves:
        """How likely each candidate of `after` is after each of `before`."""


def posteriors(slots: Sequence[Slot], language: Language, shares: Mapping[str, float]) -> list[list[float]]:
    """For each word in a row the probability of each of its candidates; `shares` are what misreadings are worth here.

    A word with one candidate is certain, and what lies before it tells nothing of what comes after: only the runs between are worked out.
    """
    sizes = [len(slot.candidates) for slot in slots]
    out: list[list[float]] = [_CERTAIN] * len(slots)
    seen: dict[Slot, list[float]] = {}
    n, size = 0, len(slots)
    while n < size:
        if sizes[n] == 1:
            n += 1
            continue
        end = n + 1
        while end < size and sizes[end] > 1:
            end += 1
        emit = [seen.get(slot) or seen.setdefault(slot, _emitted(slot, shares)) for slot in slots[n:end]]
        before, after = slots[n - 1] if n else None, slots[end] if end < size else None
        out[n:end] = _run(slots[n:end], emit, before, after, language)
        n = end + 1
    return out


_CERTAIN = [1.0]


def _emitted(slot: Slot, shares: Mapping[str, float]) -> list[float]:
    """How likely what was read is after each candidate, were it the true one."""
    return [math.prod([shares[k] for k in c.keys]) if c.keys else 1.0 for c in slot.candidates]


def _run(slots: Sequence[Slot], emit: Sequence[list[float]], before: Slot | None, after: Slot | None, language: Language) -> list[list[float]]:
    """The same for words that all have several candidates, between two that are certain (or none)."""
    if before:
        first = [e * row[0] for e, row in zip(emit[0], language.moves(before, slots[0]))]  # noqa: B905 (`strict` is slow, these are the inmost loops)
    else:
        first = [e * c.usual for e, c in zip(emit[0], slots[0].candidates)]  # noqa: B905
    last = language.moves(slots[-1], after)[0] if after else None
    if len(slots) == 1:
        return [_even([f * b for f, b in zip(first, last)] if last else first)]  # noqa: B905
    forward = [_even(first)]
    moves = [language.moves(slots[n - 1], slots[n]) for n in range(1, len(slots))]
    for shares, move in zip(emit[1:], moves):  # noqa: B905
        here = forward[-1]
        forward.append(_even([e * sum([f * m for f, m in zip(here, row)]) for e, row in zip(shares, move)]))  # noqa: B905
    backward = _even(last) if last else [1.0] * len(forward[-1])
    out = [_even([f * b for f, b in zip(forward[-1], backward)])]  # noqa: B905
    for n in range(len(slots) - 2, -1, -1):
        ahead = [b * e for b, e in zip(backward, emit[n + 1])]  # noqa: B905
        backward = _even([sum([x * m for x, m in zip(ahead, column)]) for column in zip(*moves[n])])  # noqa: B905
        out.append(_even([f * b for f, b in zip(forward[n], backward)]))  # noqa: B905
    out.reverse()
    return out


def _even(values: Sequence[float]) -> list[float]:
    """The values as shares of their sum; all alike where every one is too small for a number."""
    total = sum(values)
    return [v / total for v in values] if total > 0 else [1 / len(values)] * len(values)

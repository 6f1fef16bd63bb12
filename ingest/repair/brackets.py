"""Capitals that were read as brackets: "To]" where nothing on the line opens a bracket, in a short name that the paper uses more than once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ingest.repair.damage import Stretch
from ingest.rules.letters import Ending

SURE = 0.95
TIMES = 2
"""A short name counts where it stands so often: what is seen once may be a bracket that lost its other half."""
NEAR = 400
"""How many characters of its line are looked at to tell whether a bracket is open."""


def closing(text: str, stretches: Sequence[Stretch], endings: Iterable[Ending]) -> Iterator[tuple[int, int, Ending]]:
    """The places (`start..end`) of the signs in the stretches that stand for a letter, and what is known of each."""
    for ending in endings:
        name = _named(ending)
        found = [m for s in stretches for m in name.finditer(text, s.start, s.end) if not _opened(text, m.start(), ending)]
        times = Counter(m["name"] for m in found)
        yield from ((m.end() - 1, m.end(), ending) for m in found if times[m["name"]] >= TIMES)


def _named(ending: Ending) -> re.Pattern[str]:
    """A name of few letters, with a capital first, and the sign after it."""
    return re.compile(rf"(?<![\w{re.escape(ending.opens)}])(?P<name>[A-ZÅÄÖ][A-Za-zÅÄÖåäöé]{{0,{ending.letters - 1}}}){re.escape(ending.read)}(?!\w)")


def _opened(text: str, place: int, ending: Ending) -> bool:
    """True where a bracket on the line, before the place and near it, is still open."""
    low = max(0, place - NEAR)  # a "line" may be the whole text
    start = max(low, text.rfind("\n", low, place) + 1)
    return text.count(ending.opens, start, place) > text.count(ending.read, start, place)

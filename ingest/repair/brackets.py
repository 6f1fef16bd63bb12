"""A J that was read as a bracket: "To]" where nothing on the line opens a bracket, in a short name that the paper uses more than once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.repair.damage import Stretch

SURE = 0.95
TIMES = 2
"""A short name counts where it stands so often: what is seen once may be a bracket that lost its other half."""
NEAR = 400
"""How many characters of its line are looked at to tell whether a bracket is open."""

_CLOSED = re.compile(r"(?<![\w\[])(?P<name>[A-ZÅÄÖ][A-Za-zÅÄÖåäöé]{0,3})\](?!\w)")


def closing(text: str, stretches: Sequence[Stretch]) -> Iterator[tuple[int, int]]:
    """The places (`start..end`) of the brackets in the stretches that stand for a J, in order."""
    found = [m for s in stretches for m in _CLOSED.finditer(text, s.start, s.end) if not _opened(text, m.start())]
    times = Counter(m["name"] for m in found)
    yield from ((m.end() - 1, m.end()) for m in found if times[m["name"]] >= TIMES)


def _opened(text: str, place: int) -> bool:
    """True where a bracket on the line, before the place and near it, is still open."""
    low = max(0, place - NEAR)  # a "line" may be the whole text
    start = max(low, text.rfind("\n", low, place) + 1)
    return text.count("[", start, place) > text.count("]", start, place)

"""Things that stand in order of place, asked by place: bisection instead of a walk, so that parse time grows with the text and not its square."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Generic, Protocol, TypeVar


class Placed(Protocol):
    """Anything with a place."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it ends."""


P = TypeVar("P", bound=Placed)


class Places(Generic[P]):
    """Things sorted by where they begin."""

    def __init__(self, things: Iterable[P]) -> None:
        self.things: Sequence[P] = sorted(things, key=lambda t: t.start)
        self._starts = [t.start for t in self.things]

    def within(self, start: int, end: int) -> Sequence[P]:
        """Those that begin at `start` or later and end by `end`."""
        found = self.things[bisect_left(self._starts, start) : bisect_left(self._starts, max(start, end))]
        return found if not found or found[-1].end <= end else [t for t in found if t.end <= end]

    def from_place(self, start: int, count: int) -> Sequence[P]:
        """The first `count` that begin at `start` or later."""
        first = bisect_left(self._starts, start)
        return self.things[first : first + count]

    def at(self, place: int) -> P | None:
        """The last one that begins at `place` or before."""
        k = bisect_right(self._starts, place)
        return self.things[k - 1] if k else None


class Stretches:
    """Stretches that may overlap, of which is asked whether one meets another."""

    def __init__(self, spans: Iterable[Placed]) -> None:
        ordered = sorted((s.start, s.end) for s in spans)
        self._starts = [start for start, _ in ordered]
        self._ends = list(accumulate((end for _, end in ordered), max))
        """The furthest end of all that begin there or before."""

    def meet(self, start: int, end: int) -> bool:
        """True where one of them has a character in `start..end`."""
        k = bisect_left(self._starts, end)
        return k > 0 and self._ends[k - 1] > start


class Taken:
    """Which stretches of a text are taken, in buckets of 64 characters."""

    def __init__(self, spans: Iterable[tuple[int, int]] = ()) -> None:
        self._buckets: dict[int, list[tuple[int, int]]] = {}
        for start, end in spans:
            self._add(start, end)

    def _add(self, start: int, end: int) -> None:
        for bucket in range(start // 64, end // 64 + 1):
            self._buckets.setdefault(bucket, []).append((start, end))

    def _near(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        return (span for bucket in range(start // 64, end // 64 + 1) for span in self._buckets.get(bucket, ()))

    def free(self, start: int, end: int) -> bool:
        """True where no part of the stretch is taken."""
        return not any(a < end and start < b for a, b in self._near(start, end))

    def take(self, start: int, end: int) -> bool:
        """Take a stretch; False, and nothing taken, where part of it is."""
        if not self.free(start, end):
            return False
        self._add(start, end)
        return True

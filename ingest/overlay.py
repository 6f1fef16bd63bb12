"""Edits laid over a text that is never changed, with offsets both ways.

Cleaning and repair both change what people read; the text that was read from the file stays as it is. An `Overlay` holds the edited text and
maps each offset of it back. Overlays stack: `overlay.edit(…)` takes edits of the edited text and gives an overlay of the same base.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple


class Edit(NamedTuple):
    """Replace `start..end` by `replacement`; `reason` names the step that did it."""

    start: int
    end: int
    replacement: str
    reason: str = ""


class Segment(NamedTuple):  # of these two there are many: three times as quickly made as a frozen dataclass
    """A stretch of the edited text and the stretch of the base it stands for: letter by letter, or as a whole where it is `edited`."""

    new: int
    length: int
    old: int
    old_length: int
    edited: bool


@dataclass(frozen=True)
class Overlay:
    """A text with edits: `segments` cover the base and `text` without gaps, in order."""

    text: str
    segments: tuple[Segment, ...]

    @classmethod
    def of(cls, base: str) -> Overlay:
        """The overlay without an edit."""
        return cls(base, (Segment(0, len(base), 0, len(base), False),))

    def edit(self, edits: Iterable[Edit]) -> Overlay:
        """Lay more edits over this text.

        Their order does not matter. Raises ValueError where two overlap or one lies outside the text.
        """
        walk = _Walk(self.segments)
        pieces: list[str] = []
        at = 0
        for edit in sorted(edits):
            if not at <= edit.start <= edit.end <= len(self.text):
                raise ValueError(f"edits overlap or leave the text: {edit}")
            pieces += [self.text[at : edit.start], edit.replacement]
            walk.keep(edit.start)
            walk.replace(edit.end, len(edit.replacement))
            at = edit.end
        if not pieces:
            return self
        walk.keep(len(self.text))
        return Overlay("".join([*pieces, self.text[at:]]), tuple(walk.out))

    def _at(self, offset: int) -> Segment:
        """The segment that holds the character at `offset` of the edited text (the last one at its end)."""
        return self.segments[max(0, bisect_left(self._new, offset + 1) - 1)]

    @cached_property
    def _new(self) -> list[int]:
        """Where the segments begin in the edited text."""
        return [s.new for s in self.segments]

    @cached_property
    def _old(self) -> list[int]:
        """Where they begin in the base."""
        return [s.old for s in self.segments]

    def to_base(self, start: int, end: int) -> tuple[int, int]:
        """The base's range that `start..end` of the edited text stands for; an edited stretch that is touched counts whole."""
        first = self._at(start)
        low = first.old if first.edited else first.old + start - first.new
        if end <= start:
            return low, low
        last = first if end <= first.new + first.length else self._at(end - 1)
        high = last.old + (last.old_length if last.edited else end - last.new)
        return low, max(low, high)

    def from_base(self, offset: int) -> int:
        """The offset in the edited text of an offset in the base; within an edited stretch, where that stretch begins."""
        segment = self.segments[max(0, bisect_right(self._old, offset) - 1)]
        if segment.edited:
            return segment.new + (segment.length if offset >= segment.old + segment.old_length else 0)
        return segment.new + min(offset - segment.old, segment.length)


class _Walk:
    """Goes through the old segments once and writes the new ones."""

    def __init__(self, segments: tuple[Segment, ...]) -> None:
        self.segments, self.index, self.taken = segments, 0, 0
        self.out: list[Segment] = []
        self.length = self.base = 0

    def _emit(self, length: int, old: int, old_length: int, edited: bool) -> None:
        self.out.append(Segment(self.length, length, old, old_length, edited))
        self.length += length
        self.base = old + old_length

    def _take(self, limit: int) -> tuple[Segment, int, int]:
        """The next piece of the present segment up to `limit`: the segment, where in it the piece begins, its length."""
        segment, begin = self.segments[self.index], self.taken
        count = min(segment.length, limit - segment.new) - begin
        self.taken += count
        if self.taken == segment.length:
            self.index, self.taken = self.index + 1, 0
        return segment, begin, count

    def keep(self, limit: int) -> None:
        """Copy everything before `limit`, and what was removed just there."""
        while self.index < len(self.segments):
            segment = self.segments[self.index]
            if (segment.length and segment.new + self.taken >= limit) or segment.new > limit:
                break
            _, begin, count = self._take(limit)
            if segment.edited:
                self._emit(count, segment.old, segment.old_length, True)
            else:
                self._emit(count, segment.old + begin, count, False)

    def replace(self, limit: int, length: int) -> None:
        """One edited stretch of `length` for everything before `limit`."""
        low = high = self.base
        if self.index < len(self.segments) and self.segments[self.index].edited:
            low = min(low, self.segments[self.index].old)
        while self.index < len(self.segments) and self.segments[self.index].new + self.taken < limit:
            segment, begin, count = self._take(limit)
            low = min(low, segment.old) if segment.edited else low
            high = segment.old + (segment.old_length if segment.edited else begin + count)
        self._emit(length, low, high - low, True)

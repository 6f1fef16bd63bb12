"""The picture of agreements: bars along the years, extensions, last days of notice, and today. Geometry only; a template draws it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

TOP, ROW, EDGE = 38, 60, 14
"""Height of the years' names, of an agreement, and room at the edges, in pixels."""
WIDTH, MOST_YEARS = 1010, 40
"""Of the picture, and over how many years at most it reaches."""
LETTERS, LETTER = 100, 8
"""So many letters of a name at most, and the width of one: as wide as the widest of the fonts that a browser may choose."""


@dataclass(frozen=True, slots=True)
class Bar:
    """An agreement: in force from and to as written, `until` if it has been extended, `notices` the last days to give it."""

    name: str
    path: str
    says: str
    begins: datetime.date
    ends: datetime.date
    until: datetime.date | None
    notices: tuple[datetime.date, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A bar with its place; `more` is the width of the extension, `notices` where those days lie."""

    bar: Bar
    y: int
    x: int
    width: int
    more: int
    notices: tuple[int, ...]
    name_x: int

    @property
    def label(self) -> str:
        """Its name as it has room."""
        return self.bar.name if len(self.bar.name) <= LETTERS else self.bar.name[: LETTERS - 1] + "…"


@dataclass(frozen=True, slots=True)
class Tick:
    """The beginning of a year."""

    x: int
    year: int


@dataclass(frozen=True, slots=True)
class Years:
    """All that a template needs to draw it."""

    width: int
    height: int
    ticks: tuple[Tick, ...]
    bars: tuple[Drawn, ...]
    today: int | None
    late: bool = False
    """Today lies in the later half or beyond: a narrow screen shows that end first."""


def draw(bars: Sequence[Bar], today: datetime.date) -> Years:
    """The picture of these agreements, of which there is at least one. What lies beyond the years shown is cut at the edge."""
    last = max(bar.until or bar.ends for bar in bars).year + 1
    first = max(min(bar.begins for bar in bars).year, last - MOST_YEARS)
    scale = (WIDTH - 2 * EDGE) / (last - first)

    def at(day: datetime.date) -> int:
        share = day.year - first + (day.timetuple().tm_yday - 1) / 366
        return EDGE + round(min(max(share, 0), last - first) * scale)

    step = 1 if last - first <= 15 else 5
    return Years(
        width=WIDTH,
        height=TOP + len(bars) * ROW + EDGE,
        ticks=tuple(Tick(at(datetime.date(year, 1, 1)), year) for year in range(first, last) if not (year - first) % step),
        bars=tuple(_drawn(bar, TOP + number * ROW, at) for number, bar in enumerate(bars)),
        today=at(today) if first <= today.year < last else None,
        late=at(today) > WIDTH / 2,
    )


def _drawn(bar: Bar, y: int, at: Callable[[datetime.date], int]) -> Drawn:
    x, end = at(bar.begins), at(bar.ends)
    room = min(len(bar.name), LETTERS) * LETTER
    return Drawn(
        bar=bar,
        y=y,
        x=x,
        width=max(4, end - x),
        more=max(0, at(bar.until) - end) if bar.until else 0,
        notices=tuple(at(day) for day in bar.notices),
        name_x=max(EDGE, min(x, WIDTH - EDGE - room)),
    )

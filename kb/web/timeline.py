"""The picture of a case: what happened as marks on lanes, one lane a body, days along, with arrows between. Their names stand in a column of their
own at the left, where no line runs. Geometry only; a template draws it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb.web import words

LEFT, TOP, RIGHT = 14, 46, 24
"""Room at the edges, in pixels; the days stand in the upper one."""
MARK, STACK, EDGE = 26, 14, 12
"""Height of a mark, room between two on one another, room above the first and below the last of a lane."""
NAME_LETTERS, NAME_LINES, NAME_LETTER, NAME_LINE, NAME_EDGE = 17, 4, 8.5, 16, 10
"""Letters on a line of a lane's name where no word of it is longer, and lines at most; width of a letter, height of a line, room beside."""
_SOFT = "\u00ad"  # where a word was parted
_JOINT = re.compile(r"(.{5,}s)([^\Wkptcs]\w{4,}\W?)").fullmatch
CUT = 26
"""So many letters of a word are written."""
SLIM = 175
"""A column of names that is no wider leaves a phone room for the days beside it."""
GAP, LEAST, MOST_GAP, DAYS_A_PIXEL = 30, 66, 30, 8
"""Room between two marks of a lane, between two days, the most that passing time adds to it, and how much time that is."""
LETTER, DAY_LETTER, PADDING = 8, 7, 10
"""Width of a letter of a label in the widest font that a browser may choose, of one of a day's name, and of the room beside a label."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something to be drawn: `lane` is the body, `label` stands on the mark, `says` is the whole of it in words."""

    id: str
    lane: str
    day: str | None
    kind: str
    label: str
    path: str
    says: str


@dataclass(frozen=True, slots=True)
class Tie:
    """An arrow to be drawn from one event to another, by their ids."""

    source: str
    target: str
    kind: str
    says: str


@dataclass(frozen=True, slots=True)
class Mark:
    """An event with its place."""

    event: Event
    x: int
    y: int
    width: int

    @property
    def middle(self) -> int:
        """Where its label is centred."""
        return self.x + self.width // 2


@dataclass(frozen=True, slots=True)
class Lane:
    """A band for the events of one body, with its name as it is written on lines."""

    name: str
    lines: tuple[str, ...]
    y: int
    height: int

    @property
    def base(self) -> int:
        """Where the letters of its first line stand: a name of one line is level with the words of a mark."""
        return self.y + EDGE + (17 if len(self.lines) == 1 else 12)


@dataclass(frozen=True, slots=True)
class Tick:
    """A day along the top; `year` is said where it changes."""

    x: int
    label: str
    year: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """The path of an arrow, in SVG's words."""

    path: str
    kind: str
    says: str


@dataclass(frozen=True, slots=True)
class Picture:
    """All that a template needs to draw it; `names` is the width of the column of names."""

    width: int
    height: int
    names: int
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    arrows: tuple[Arrow, ...]
    marks: tuple[Mark, ...]

    @property
    def slim(self) -> bool:
        """The names may stay in sight on a phone."""
        return self.names <= SLIM


def draw(events: Sequence[Event], ties: Iterable[Tie]) -> Picture:
    """The picture of these events, which come in order of time; ties to what is not among them are left out."""
    days = sorted({e.day for e in events}, key=lambda day: (day is None, day or ""))
    stacks: dict[tuple[str, str | None], list[Event]] = {}
    for event in events:
        stacks.setdefault((event.lane, event.day), []).append(event)
    lanes = _lanes(events, stacks)
    names = round(max((len(line) for lane in lanes for line in lane.lines), default=0) * NAME_LETTER) + 2 * NAME_EDGE
    columns = _columns(stacks, days, names + LEFT)
    top = {lane.name: lane.y for lane in lanes}
    marks = {
        event.id: Mark(event, columns[day], top[lane] + EDGE + place * (MARK + STACK), _width(event))
        for (lane, day), stack in stacks.items()
        for place, event in enumerate(stack)
    }
    return Picture(
        width=max((mark.x + mark.width for mark in marks.values()), default=names) + RIGHT,
        height=(lanes[-1].y + lanes[-1].height if lanes else TOP),
        names=names,
        lanes=lanes,
        ticks=_ticks(days, columns),
        arrows=tuple(_arrow(marks[tie.source], marks[tie.target], tie, marks.values()) for tie in ties if {tie.source, tie.target} <= marks.keys()),
        marks=tuple(marks.values()),
    )


def _width(event: Event) -> int:
    return len(event.label) * LETTER + PADDING


def _columns(stacks: Mapping[tuple[str, str | None], Sequence[Event]], days: Sequence[str | None], left: int) -> dict[str | None, int]:
    """Where each day begins: right of the day's name before it and of each mark that stands on a lane which has a mark this day too, and the
    further the more time has passed.
    """
    taken: dict[str, int] = {}
    found: dict[str | None, int] = {}
    free, before = left, None
    for place, day in enumerate(days):
        met = {lane: max(map(_width, stack)) for (lane, when), stack in stacks.items() if when == day}
        x = max(free, *(taken.get(lane, 0) for lane in met)) + (min(MOST_GAP, _passed(before, day) // DAYS_A_PIXEL) if place else 0)
        found[day] = x
        taken |= {lane: x + width + GAP for lane, width in met.items()}
        free, before = x + max(LEAST, len(_day(day)) * DAY_LETTER + GAP), day
    return found


def _passed(before: str | None, after: str | None) -> int:
    """Days between two dates, 0 where one is not known to the day."""
    try:
        return (datetime.date.fromisoformat(after or "") - datetime.date.fromisoformat(before or "")).days
    except ValueError:
        return 0


def _lanes(events: Sequence[Event], stacks: dict[tuple[str, str | None], list[Event]]) -> tuple[Lane, ...]:
    """A lane for each body in the order in which they come to the case, as high as its highest stack, or as its name where that is higher."""
    highest: dict[str, int] = {}
    for event in events:
        highest[event.lane] = max(highest.get(event.lane, 1), len(stacks[event.lane, event.day]))
    found, y = [], TOP
    for name, marks in highest.items():
        lines = name_lines(name)
        height = 2 * EDGE + max(marks * MARK + (marks - 1) * STACK, len(lines) * NAME_LINE)
        found.append(Lane(name, lines, y, height))
        y += height
    return tuple(found)


def name_lines(name: str) -> tuple[str, ...]:
    """A name on lines of words, the last one cut where there are too many."""
    parts = [half for part in name.split() for half in _halves(part)]
    room = max([NAME_LETTERS, *(min(len(part), CUT) for part in parts)])
    lines = [""]
    for part in parts:
        if lines[-1] and (lines[-1].endswith(_SOFT) or len(lines[-1]) + 1 + len(part) > room):
            lines.append("")
        lines[-1] = f"{lines[-1]} {part}".strip()
    kept = [(line if len(line) <= room else line[: room - 1] + "…").replace(_SOFT, "-") for line in lines[:NAME_LINES]]
    return tuple(kept) if len(lines) <= NAME_LINES else (*kept[:-1], kept[-1][: room - 2].rstrip(" ,") + " …")


def _halves(word: str) -> tuple[str, ...]:
    """A word that has no room on a line parted at the last joint that one sees (stadsfastighets-nämnden), whole where one sees none."""
    joint = _JOINT(word) if len(word) > NAME_LETTERS else None
    return (joint[1] + _SOFT, joint[2]) if joint else (word,)


def _day(day: str | None) -> str:
    return words.short_day(day) or "utan datum"


def _ticks(days: Sequence[str | None], columns: dict[str | None, int]) -> tuple[Tick, ...]:
    found, year = [], ""
    for day in days:
        now = (day or "")[:4]
        found.append(Tick(columns[day], _day(day), now if now != year else ""))
        year = now
    return tuple(found)


def _arrow(source: Mark, target: Mark, tie: Tie, marks: Iterable[Mark]) -> Arrow:
    """From the right side of one mark to the left side of the other; up or down where they stand on one day."""
    if source.x == target.x:
        return Arrow(_upright(source, target, marks), tie.kind, tie.says)
    if source.x > target.x:  # an answer that is dated before its question is drawn all the same
        source, target = target, source
    x1, y1, x2, y2 = source.x + source.width, source.y + MARK // 2, target.x - 2, target.y + MARK // 2
    between = any(source.x < mark.x < target.x and abs(mark.y - source.y) < MARK for mark in marks)
    if x2 - x1 < GAP // 2:  # the later mark begins under or above the earlier one
        edge = source.y + MARK if y2 > y1 else source.y
        return Arrow(f"M{source.x + MARK // 2} {edge} Q{source.x + MARK // 2} {y2} {x2} {y2}", tie.kind, tie.says)
    if y1 == y2 and between:  # over the marks between, not through them
        lift = y1 - MARK // 2 - STACK
        return Arrow(f"M{x1} {y1} C{x1 + GAP} {lift} {x2 - GAP} {lift} {x2} {y2}", tie.kind, tie.says)
    bend = max(GAP - 8, (x2 - x1) // 3)
    return Arrow(f"M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}", tie.kind, tie.says)


def _upright(source: Mark, target: Mark, marks: Iterable[Mark]) -> str:
    """Between two marks of one day: straight where nothing stands between, else a bow to the right of what does."""
    down = target.y > source.y
    x = source.x + 14
    start, end = (source.y + MARK, target.y - 2) if down else (source.y, target.y + MARK + 2)
    upper, lower = sorted((source.y, target.y))
    if not any(mark.x <= x <= mark.x + mark.width and upper < mark.y < lower for mark in marks):
        return f"M{x} {start} L{x} {end}"
    out, level, back = source.x + source.width, source.y + MARK // 2, target.y + MARK // 2
    side = max(out, target.x + target.width) + GAP - 14
    return f"M{out} {level} C{side} {level} {side} {back} {target.x + target.width + 2} {back}"

"""Swedish names of days and periods → first and last day: `maj 2021`, `i fjol`, `okt 2019..mars 2021`, `>2019`. The clock is passed in."""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

from ingest.search_words import PeriodName, SearchWords
from ingest.text import MONTHS, fold, squeeze
from kb.search.nodes import When

Day = datetime.date
Pair = tuple[Day, Day]

_LONGEST = 80  # characters; no name of a period has more
_SEASONS = {"spring": (1, 6), "summer": (6, 8), "autumn": (8, 12)}
_MONTHS_OF = {"month": 1, "quarter": 3, "half": 6, "year": 12, "decade": 120}
_YEAR = re.compile(r"(?:19|20)\d\d")
_APART = (r"\s*\.{2,3}\s*", r"\s+TO\s+|\s+till(?: och med)?\s+|\s+t\.?o\.?m\.?\s+", r"\s+-\s+|(?<=\d{4})-(?=(?:19|20)\d\d$)")
_BOUND = re.compile(
    r"(>=|<=|>|<|från och med |fr\.?o\.?m\.? |från |sedan |efter |före |innan |till och med |t\.?o\.?m\.? |till )\s*(.+)", re.I | re.S
)
_SINCE = {">=", "från och med", "from", "från", "sedan"}


class Found(NamedTuple):
    """A period in running text; `filters` where the words can mean nothing else."""

    start: int
    end: int
    when: When
    filters: bool


def read(text: str, today: Day, words: SearchWords) -> When | None:
    """What a whole text says as a period or a range of them; None where it is none, or no such day exists."""
    text = squeeze(text)
    if not text or len(text) > _LONGEST:
        return None
    bound = _BOUND.fullmatch(text)
    if bound:
        return _bounded(squeeze(bound[1].lower()), squeeze(bound[2]), today, words)
    for apart in _APART:
        sides = re.split(apart, f" {text} ", flags=re.I) if apart is not _APART[2] else re.split(apart, fold(text))
        if len(sides) == 2:
            found = _range(sides[0].strip(" *"), sides[1].strip(" *"), today, words)
            if found:
                return found
    return _when(_pair(text, today, words))


def find(text: str, today: Day, words: SearchWords) -> Iterator[Found]:
    """The periods that stand in running text, those that an entry calls `free`."""
    folded = fold(text).lower()
    some = tuple(entry for entry in words.periods if entry.free and (not entry.needs or any(need in folded for need in entry.needs)))
    at = 0
    for match in _any(some).finditer(folded) if some else ():
        if match.start() < at:
            continue
        for entry, whole in _compiled(some):
            pair = _of(entry, inside, today, words) if (inside := whole.fullmatch(match.group())) else None
            if pair:
                at = match.end()
                yield Found(match.start(), match.end(), When(pair[0].isoformat(), pair[1].isoformat()), entry.free == "filter")
                break


@functools.lru_cache(maxsize=64)
def _compiled(periods: tuple[PeriodName, ...]) -> tuple[tuple[PeriodName, re.Pattern[str]], ...]:
    return tuple((entry, re.compile(entry.pattern)) for entry in periods)


@functools.lru_cache(maxsize=64)
def _any(periods: tuple[PeriodName, ...]) -> re.Pattern[str]:
    """All of them as one expression; groups lose their names, which may be there once only."""
    patterns = [re.sub(r"\(\?P<\w+>", "(?:", entry.pattern) for entry in periods]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(patterns)})(?![\w-])")


def _when(pair: Pair | None) -> When | None:
    return When(pair[0].isoformat(), pair[1].isoformat()) if pair else None


def _bounded(how: str, text: str, today: Day, words: SearchWords) -> When | None:
    """A period on one side of another: `>2019` begins in 2020, `>=2019` in 2019."""
    last = re.fullmatch(r"(.+?)(?: till (?:och med )?| t\.?o\.?m\.? | to |\.\.)(.+)", text, re.I)
    if how in _SINCE and how != ">=" and last:
        return _range(last[1], last[2], today, words)
    pair = _pair(text, today, words)
    if not pair:
        return None
    one = datetime.timedelta(days=1)
    try:
        if how in (">", "efter"):
            return When((pair[1] + one).isoformat(), None)
        if how in ("<", "före", "innan"):
            return When(None, (pair[0] - one).isoformat())
    except OverflowError:
        return None
    since = how in _SINCE or re.fullmatch(r"fr\.?o\.?m\.?", how)
    return When(pair[0].isoformat(), None) if since else When(None, pair[1].isoformat())


def _range(first: str, last: str, today: Day, words: SearchWords) -> When | None:
    """From the first day of one to the last of the other, the wrong way round as well; one side may be open."""
    first, last = squeeze(first), squeeze(last)
    year = _YEAR.search(last)
    left = _pair(f"{first} {year[0]}", today, words) if first and year and not _YEAR.search(first) else None
    left = left or (_pair(first, today, words) if first else None)
    right = _pair(last, today, words) if last else None
    if (first and not left) or (last and not right) or not (first or last):
        return None
    if left and right:
        low, high = min(left[0], right[0]), max(left[1], right[1])
        return When(low.isoformat(), high.isoformat())
    return When(left[0].isoformat() if left else None, right[1].isoformat() if right else None)


def _pair(text: str, today: Day, words: SearchWords) -> Pair | None:
    """The first entry that fits the whole text."""
    folded = fold(text).lower()
    for entry, pattern in _compiled(words.periods):
        match = pattern.fullmatch(folded)
        pair = _of(entry, match, today, words) if match else None
        if pair:
            return pair
    return None


def _of(entry: PeriodName, match: re.Match[str], today: Day, words: SearchWords) -> Pair | None:
    groups = {name.rstrip("2"): value for name, value in match.groupdict().items() if value}
    number = _number(groups.get("n"), words) if "n" in groups else 1
    if number is None:
        return None
    try:
        if entry.last:
            return _before(today, entry.unit, number) + datetime.timedelta(days=1), today
        if entry.back is not None:
            return _back(today, entry.unit, entry.back)
        return _named(entry.unit, groups, number, today)
    except (ValueError, OverflowError):  # a day that no calendar has
        return None


def _number(written: str | None, words: SearchWords) -> int | None:
    return int(written) if written and written.isdecimal() else words.numerals.get(written or "")


def _before(day: Day, unit: str, number: int) -> Day:
    """The same day so many units earlier; the last of the month where that is shorter."""
    if unit in ("day", "week"):
        return day - datetime.timedelta(days=number * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 - number * _MONTHS_OF[unit]
    first = Day(months // 12, months % 12 + 1, 1)
    return min(first + datetime.timedelta(days=day.day - 1), _months(first, 1)[1])


def _months(first: Day, count: int) -> Pair:
    """So many whole months."""
    end = first.year * 12 + first.month - 1 + count
    return first, Day(end // 12, end % 12 + 1, 1) - datetime.timedelta(days=1) if end // 12 <= 9999 else Day.max


def _back(today: Day, unit: str, back: int) -> Pair:
    """The whole unit that today lies in, or an earlier one; of a season the latest that has begun."""
    if unit in _SEASONS:
        first, last = _SEASONS[unit]
        year = today.year - back
        return _months(Day(year, first, 1), last - first + 1)
    if unit == "week":
        monday = today - datetime.timedelta(days=today.weekday() + 7 * back)
        return monday, monday + datetime.timedelta(days=6)
    if unit == "day":
        return (today - datetime.timedelta(days=back),) * 2
    size = _MONTHS_OF[unit]
    month = ((today.year * 12 + today.month - 1) // size - back) * size
    return _months(Day(month // 12, month % 12 + 1, 1), size)


def _named(unit: str, groups: dict[str, str], number: int, today: Day) -> Pair | None:
    """The unit that the groups name; without a year the latest one that has begun."""
    month = _month(groups["month"]) if "month" in groups else int(groups.get("m", 1))
    if month is None:
        return None
    day = int(groups.get("d", 1))
    year = int(groups["y"]) if "y" in groups else today.year - (Day(today.year, month, day) > today)
    if unit == "day":
        return (Day(year, month, day),) * 2
    if unit == "week":
        return Day.fromisocalendar(year, number, 1), Day.fromisocalendar(year, number, 7)
    if unit in _SEASONS:
        first, last = _SEASONS[unit]
        return _months(Day(year, first, 1), last - first + 1)
    if unit in ("quarter", "half"):
        month = (number - 1) * _MONTHS_OF[unit] + 1
    return _months(Day(year, month, 1), _MONTHS_OF[unit])


def _month(written: str) -> int | None:
    """The month of a name or of its beginning, at least three letters; "sept" and "okt" are such."""
    return next((n for n, name in enumerate(MONTHS, 1) if name.startswith(written)), None) if len(written) >= 3 else None

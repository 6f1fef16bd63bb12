"""Dates in every form that metadata/patterns.yaml knows, as ISO 8601 days, months or spans of days."""

from __future__ import annotations

import datetime
import re

from ingest.models import DateMention, Day, Part
from ingest.places import Taken
from ingest.rules import Rules
from ingest.text import MONTHS, fold, squeeze


def find_dates(text: str, folded: str, part: Part, rules: Rules) -> tuple[DateMention, ...]:
    """The dates in order of place; an earlier entry of the metadata wins a shared place, an impossible day is none."""
    found: list[DateMention] = []
    taken = Taken()
    for _, match in rules.found("dates", folded, part.start, part.end):
        day = day_of(match)
        start, end = match.span()
        if day and taken.take(start, end):
            found.append(DateMention(start, end, squeeze(text[start:end]), day))
    return tuple(sorted(found, key=lambda m: m.start))


def parse_day(text: str, rules: Rules) -> str | None:
    """The first day that a short text such as "den 30 juni 2025" names, ISO; None where it names none."""
    folded = fold(text)
    found = (day_of(match) for _, match in rules.searched("dates", folded))
    return next((day.iso for day in found if day), None)


def day_of(match: re.Match[str]) -> Day | None:
    """The day a match of `dates` stands for; None for one the calendar does not have."""
    groups = match.groupdict()
    year = int(groups["y"])
    year += (2000 if year < 70 else 1900) if year < 100 else 0
    month = _month(groups["month"]) if groups.get("month") else int(groups.get("m") or 0)
    if not groups.get("d"):
        return Day(f"{year:04}-{month:02}")
    first = _iso(year, month, int(groups["d"]))
    if first is None or not groups.get("d2"):
        return Day(first) if first else None
    last = _iso(int(groups.get("y2") or year), int(groups.get("m2") or month), int(groups["d2"]))
    return Day(first, last) if last and last > first else Day(first)


def _month(name: str) -> int:
    """The number of a month; also one written with a letter that IGNORECASE takes for another, "auguſti", "aprİl"."""
    low = name.lower()
    return MONTHS.index(low if low in MONTHS else next(m for m in MONTHS if re.fullmatch(m, name, re.IGNORECASE))) + 1


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None

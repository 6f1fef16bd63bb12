"""Diary numbers in running text, in every spelling that metadata/patterns.yaml knows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.models import DateMention, DiaryNumber, DnrMention, Part
from ingest.places import Taken
from ingest.rules import Pattern, Rules
from ingest.text import squeeze


def find_numbers(text: str, folded: str, part: Part, rules: Rules, dates: Sequence[DateMention] = ()) -> tuple[DnrMention, ...]:
    """The diary numbers in order of place. An earlier entry of the metadata wins a shared place; a labelled one needs its label,
    or the § of a heading, before it. `dates` are those of the text.
    """
    found: list[DnrMention] = []
    taken = Taken()
    words, signs = ({m.end() for _, m in rules.found(s, folded, part.start, part.end)} for s in ("diary_labels", "diary_places"))
    years = frozenset(int(m.day.iso[:4]) for m in dates)
    for pattern in rules.likely("diary_numbers", folded):
        if pattern.data.get("label"):
            matches = [m for at in sorted(words if pattern.data.get("worded") else words | signs) if (m := pattern.regex.match(folded, at, part.end))]
        else:
            matches = list(pattern.regex.finditer(folded, part.start, part.end))
        for match in matches:
            start, end = match.span()
            number = number_of(pattern, match, text, years)
            if number and taken.take(start, end):
                found.append(DnrMention(start, end, squeeze(text[start:end]), number, pattern.name))
    return tuple(sorted(found, key=lambda m: m.start))


def number_of(pattern: Pattern, match: re.Match[str], text: str, years: frozenset[int] = frozenset()) -> DiaryNumber | None:
    """The number taken apart, None where the entry's conditions say it is something else. `years` are those that the text names."""
    groups = match.groupdict()
    register = text[match.start("register") : match.end("register")] if groups.get("register") else ""
    register = register.upper() if pattern.data.get("capitals") else register
    unless = pattern.get("unless")
    if unless and re.search(unless, register):
        return None
    year, serial = _whole(match["year"]), match["serial"]
    canonical = pattern.get("canonical")
    if years and pattern.get("turned") and len(serial) == 2 and _far(_whole(serial), years) < _far(year, years):
        year, serial, canonical = _whole(serial), match["year"], pattern.get("turned")
    if pattern.data.get("year_like_serial") == "reject" and re.fullmatch(r"(?:19|20)\d{2}|\d{2}", serial) and _looks_like_years(match, serial):
        return None
    if pattern.data.get("unless_colon") and ":" in match.group() and "/" not in match.group():
        return None
    parts = {"register": register, "year": year, "yy": f"{year % 100:02}", "serial": serial, "month": groups.get("month") or ""}
    sub = groups.get("sub") or ""
    return DiaryNumber(register, year, int(serial), canonical.format(**parts).strip(), sub, pattern.get("sub_case").format(sub=sub) if sub else "")


def _whole(year: str) -> int:
    """A year in two digits or four as four."""
    short = int(year)
    return short if short > 99 else short + (2000 if short < 70 else 1900)


def _far(year: int, years: frozenset[int]) -> int:
    """How far a year is from the nearest of those that the text names."""
    return min(abs(year - other) for other in years)


def _looks_like_years(match: re.Match[str], serial: str) -> bool:
    """2025-2027 and 2024-11 are spans and months rather than numbers; 2024/46 with a stroke is a number."""
    hyphen = "-" in match.group()
    return (len(serial) == 4 and abs(int(serial) - int(match["year"])) <= 12) or (len(serial) == 2 and hyphen and 1 <= int(serial) <= 12)

"""Diary numbers in running text, in every spelling that metadata/patterns.yaml knows."""

from __future__ import annotations

import re

from ingest.models import DiaryNumber, DnrMention, Part
from ingest.places import Taken
from ingest.rules import Pattern, Rules
from ingest.text import squeeze


def find_numbers(text: str, folded: str, part: Part, rules: Rules) -> tuple[DnrMention, ...]:
    """The diary numbers in order of place. An earlier entry of the metadata wins a shared place; a labelled one needs its label,
    or the § of a heading, before it.
    """
    found: list[DnrMention] = []
    taken = Taken()
    after_label = {m.end() for s in ("diary_labels", "diary_places") for _, m in rules.found(s, folded, part.start, part.end)}
    for pattern in rules.likely("diary_numbers", folded):
        if pattern.data.get("label"):
            matches = [m for at in sorted(after_label) if (m := pattern.regex.match(folded, at, part.end))]
        else:
            matches = list(pattern.regex.finditer(folded, part.start, part.end))
        for match in matches:
            start, end = match.span()
            number = number_of(pattern, match, text)
            if number and taken.take(start, end):
                found.append(DnrMention(start, end, squeeze(text[start:end]), number, pattern.name))
    return tuple(sorted(found, key=lambda m: m.start))


def number_of(pattern: Pattern, match: re.Match[str], text: str) -> DiaryNumber | None:
    """The number taken apart, None where the entry's conditions say it is something else."""
    groups = match.groupdict()
    register = text[match.start("register") : match.end("register")] if groups.get("register") else ""
    register = register.upper() if pattern.data.get("capitals") else register
    unless = pattern.get("unless")
    if unless and re.search(unless, register):
        return None
    year = int(match["year"])
    if year < 100:
        year += 2000 if year < 70 else 1900
    serial = match["serial"]
    if pattern.data.get("year_like_serial") == "reject" and re.fullmatch(r"(?:19|20)\d{2}|\d{2}", serial) and _looks_like_years(match, serial):
        return None
    if pattern.data.get("unless_colon") and ":" in match.group() and "/" not in match.group():
        return None
    parts = {"register": register, "year": year, "yy": f"{year % 100:02}", "serial": serial, "month": groups.get("month") or ""}
    canonical = pattern.get("canonical").format(**parts).strip()
    sub = groups.get("sub") or ""
    return DiaryNumber(register, year, int(serial), canonical, sub, pattern.get("sub_case").format(sub=sub) if sub else "")


def _looks_like_years(match: re.Match[str], serial: str) -> bool:
    """2025-2027 and 2024-11 are spans and months rather than numbers; 2024/46 with a stroke is a number."""
    hyphen = "-" in match.group()
    return (len(serial) == 4 and abs(int(serial) - int(match["year"])) <= 12) or (len(serial) == 2 and hyphen and 1 <= int(serial) <= 12)

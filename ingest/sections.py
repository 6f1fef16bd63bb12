"""Which lines that look like the heading of a § are one: not the table of contents, a law, or a sentence that wraps."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence

from ingest.rules import Rules


def confirmed(folded: Sequence[str], gaps: Sequence[bool], rules: Rules) -> dict[int, re.Match[str]]:
    """Line number → match of `paragraph_headings`, for the lines that open a §.

    Every number is taken where most text follows (a table of contents, or a list of points, has the same numbers with no text), and of
    those the longest run in rising order is kept: the §§ of a record follow one another, references do not.
    """
    found = {n: match for n, line in enumerate(folded) if (match := _match(line, rules)) and _stands_alone(folded, gaps, n)}
    if not found:
        return {}
    where = sorted(found)
    room = dict(zip(where, [b - a for a, b in zip(where, [*where[1:], len(folded)], strict=True)], strict=True))
    declared = _declared(folded, rules)
    best: dict[tuple[int, str], int] = {}
    for line in where:
        key = _order(found[line]["number"])
        if declared and not declared[0] <= key[0] <= declared[1]:
            continue
        if key not in best or room[line] >= room[best[key]]:
            best[key] = line
    return {line: found[line] for line in _rising(sorted((line, key) for key, line in best.items()))}


def _match(line: str, rules: Rules) -> re.Match[str] | None:
    for pattern in rules.of("paragraph_headings"):
        match = pattern.regex.match(line)
        if match and not any(p.regex.match(match["rest"]) for p in rules.of("not_paragraph_headings")):
            return match
    return None


def _stands_alone(folded: Sequence[str], gaps: Sequence[bool], n: int) -> bool:
    """The line does not carry on the sentence of the line before it."""
    if gaps[n] or n == 0:
        return True
    before = folded[n - 1].rstrip()
    return before[-1:] in ".!?:)" or len(before) < 60 and before[-1:] not in ",-" and not re.search(r"\b(?:enligt|och|i|av|samt|se|till)$", before)


def _declared(folded: Sequence[str], rules: Rules) -> tuple[int, int] | None:
    """The range of §§ that the first page says the record holds."""
    top = "\n".join(folded[:120])
    for pattern in rules.of("declared_ranges"):
        match = pattern.regex.search(top)
        if match:
            first, last = int(match["first"]), int(match["last"] or match["first"])
            return (first, last) if first <= last < first + 1000 else None
    return None


def _order(number: str) -> tuple[int, str]:
    digits = re.match(r"\d+", number)
    return int(digits.group()) if digits else 0, re.sub(r"[\d\s]", "", number)


def _rising(pairs: list[tuple[int, tuple[int, str]]]) -> list[int]:
    """The longest run of lines whose numbers rise (patience sorting, O(n log n)); of equally long ones the last found."""
    tails: list[tuple[int, str]] = []
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for line, key in pairs:
        k = bisect.bisect_left(tails, key)
        before[line] = ends[k - 1] if k else None
        tails[k : k + 1], ends[k : k + 1] = [key], [line]
    out: list[int] = []
    at: int | None = ends[-1] if ends else None
    while at is not None:
        out.append(at)
        at = before[at]
    return out[::-1]

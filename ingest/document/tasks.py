"""Tasks that decisions give: to whom, to do what, by when, and which body is to hear how it went."""

from __future__ import annotations

import calendar
import datetime
import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from ingest.document.context import Context
from ingest.document.decisions import PROPOSES, outcome
from ingest.find.dates import parse_day
from ingest.find.forums import lookup
from ingest.models import Assignment, Decision, Point
from ingest.rules import Pattern
from ingest.text import fold, sentence_at, squeeze

LONGEST_NAME = 120
"""A task is called by so many characters of its words."""
_ORDER = {"forsta": 1, "andra": 2, "tredje": 3, "fjarde": 4, "sista": 4}
_MONTHS = {"quarter": 3, "half": 6, "year": 12}


def tasks(context: Context, decision: Decision) -> Iterator[Assignment]:
    """A task for every point of the decision that gives one; where the lead-in gives it, for each point of the list."""
    if upward(decision):
        return  # what another body has yet to decide is no task
    start = context.clean.overlay.from_base(decision.span.start)
    first = context.clean.overlay.from_base(decision.points[0].span.start)
    lead = squeeze(context.words(start, first)) if decision.status == "narrated" else ""
    later = _told_later(context, decision)
    for point in (each for whole in decision.points for each in _each(context, whole)):
        to = _given(context, point.text) or (_given(context, f"{lead} {point.text}") if lead else None)
        proposes = to and decision.status == "adopted" and PROPOSES in (outcome(point.text, context.rules) or "").split(", ")
        if to and not proposes:
            yield Assignment(
                kind="task", name=point.text[:LONGEST_NAME], area=None, version=None, change=None, given_by=decision.decided_by, given_to=to,
                due=due(context, point.text) or later, dnr=decision.dnr, text=point.text, span=point.span, report_to=report_to(context, point.text),
            )  # fmt: skip


def _each(context: Context, point: Point) -> list[Point]:
    """A point of which several sentences give a task each, cut before each of them; another as it is."""
    folded = fold(point.text)
    given = {sentence_at(folded, 0, len(folded), m.start("to"), context.rules.stops)[0] for _, m in context.rules.found("tasks", folded)}
    cuts = sorted({0, *given, len(folded)})
    start, end = (context.clean.overlay.from_base(place) for place in (point.span.start, point.span.end))
    places = [n for n in range(start, end) if not context.clean.text[n].isspace()]
    letters = [n for n, letter in enumerate(point.text) if not letter.isspace()]
    if len(given) < 2 or len(places) != len(letters):
        return [point]  # words that stand otherwise in the paper are not cut
    at = [places[bisect_left(letters, cut)] if cut < letters[-1] else end for cut in cuts]
    return [Point(point.text[a:b].strip(), context.span(x, y)) for (a, b), (x, y) in zip(pairwise(cuts), pairwise(at), strict=True)]


def _told_later(context: Context, decision: Decision) -> str | None:
    """By when the only task of a decision is to be told of, where a point of its own says so: "uppdraget redovisas senast den 4 maj 2021"."""
    given = [point for point in decision.points if _given(context, point.text)]
    found = [day for p in decision.points if p not in given and context.rules.match("due_points", fold(p.text)) and (day := due(context, p.text))]
    return found[0] if len(given) == len(found) == 1 else None


def upward(decision: Decision) -> bool:
    """What is only proposed: by somebody to a body, or by a body to another."""
    proposes = (decision.outcome or "") == PROPOSES or (decision.outcome or "").startswith(f"{PROPOSES}:")
    return decision.status == "proposed" or (decision.status == "adopted" and proposes)


def _given(context: Context, text: str) -> str | None:
    """To whom the words give a task: a forum by its canonical name, others, and several, as they are called."""
    folded = fold(text)
    given = context.rules.search("tasks", folded)
    if given is None:
        return None
    match = given[1]
    name = squeeze(text[match.start("to") : match.end("to")]).removesuffix(" som")
    for pattern in context.rules.of("task_leads"):
        lead = pattern.regex.match(fold(name))
        name = name[lead.end() :] if lead else name
    if not re.search(r",|-(?= )|\s(?:och|samt|eller)\s", name):
        words = name.split()
        known = (found for k in range(len(words)) if (found := lookup(" ".join(words[k:]), context.rules)))
        return next(known, (context.forum(name),))[0]
    return context.forum(name)


def report_to(context: Context, text: str) -> str | None:
    """The forum that is to hear of it; None where the words name none that is known."""
    folded = fold(text)
    for _, match in context.rules.found("reports", folded):
        words = text[match.start("to") : match.end("to")].split()
        found = next((f for k in range(len(words), 0, -1) if (f := lookup(" ".join(words[:k]), context.rules))), ())
        if len(found) == 1:
            return found[0]
    return None


def due(context: Context, text: str, within: bool = False) -> str | None:
    """The last day, ISO; the end of a quarter, half year or year where the words name that; as precise as they are. `within`: also "under 2021"."""
    folded = fold(text)
    sections = ("due", "due_within") if within else ("due",)
    found = (d for section in sections for p, m in context.rules.searched(section, folded) if (d := _day(context, p, m)))
    return next(found, None)


def _day(context: Context, pattern: Pattern, match: re.Match[str]) -> str | None:
    part = pattern.get("ends")
    if part:
        groups = match.groupdict()
        order = int(groups.get("q2") or 0) or _ORDER.get((groups.get("q") or "").lower(), 1)
        year, month = int(match["y"]), _MONTHS[part] * order
        return f"{year}-{month:02}-{calendar.monthrange(year, month)[1]}"
    day = parse_day(match["due"], context.rules)
    if day and pattern.data.get("before"):
        return (datetime.date.fromisoformat(day) - datetime.timedelta(days=1)).isoformat()
    return day

"""What one document says in two ways: a decision told with one day while the list of papers has the same matter on another."""

from __future__ import annotations

import bisect
import datetime
import re
from collections.abc import Iterator, Sequence

from ingest.models import Decision, Paragraph, Problem
from ingest.text import plain

NEAR = 120
"""Two days of one matter that is told differently lie no further apart; a matter that came back later is none (days)."""
MOST = 50
"""So many references to one body within a § are looked at."""
COMMON = 2
"""So many long words at least are common to the headings of one matter."""


def two_days(title: str, found: Sequence[Paragraph], decided: Sequence[Decision]) -> Iterator[Problem]:
    """A Problem for each decision told with a day on which the body's § in the same matter, as the papers listed in that § say, was not."""
    own = sorted((p for p in found if p.own), key=lambda p: p.span)
    starts = [p.span for p in own]
    listed: dict[tuple[int, str], list[Paragraph]] = {}
    for paragraph in found:
        if not paragraph.own and paragraph.forum and paragraph.heading and paragraph.day and len(paragraph.day.iso) == 10:
            listed.setdefault((bisect.bisect(starts, paragraph.span), paragraph.forum), []).append(paragraph)
    for decision in decided:
        day = decision.day.iso if decision.day else ""
        if decision.status != "narrated" or decision.paragraph or len(day) < 10:
            continue
        within = bisect.bisect(starts, decision.span)
        subject = _words(own[within - 1].heading if within else title)
        alike = [p for p in listed.get((within, decision.decided_by or ""), [])[:MOST] if len(subject & _words(p.heading)) >= COMMON]
        papers = [(p.number, p.day.iso) for p in alike if p.day and _near(p.day.iso, day)]
        if len(papers) == 1 and papers[0][1] != day:
            message = f"{decision.decided_by}: beslutet dateras {day} i texten, men underlaget har § {papers[0][0]} den {papers[0][1]}"
            yield Problem("motstridiga uppgifter", message, decision.span)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{5,}", plain(text)))


def _near(a: str, b: str) -> bool:
    return abs((datetime.date.fromisoformat(a) - datetime.date.fromisoformat(b)).days) <= NEAR

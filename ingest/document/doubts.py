"""What one document says in two ways: a decision told with one day while the list of papers has the same matter on another."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence

from ingest.models import Decision, Paragraph, Problem
from ingest.text import plain

NEAR = 120
"""Two days of one matter that is told differently lie no further apart; a matter that came back later is none (days)."""
COMMON = 2
"""So many long words at least are common to the headings of one matter."""


def two_days(title: str, found: Sequence[Paragraph], decided: Sequence[Decision]) -> Iterator[Problem]:
    """A Problem for each decision told with a day on which the body's § in the same matter, as the papers list it, was not."""
    listed: dict[str, list[Paragraph]] = {}
    for paragraph in found:
        if not paragraph.own and paragraph.forum and paragraph.heading and paragraph.day and len(paragraph.day.iso) == 10:
            listed.setdefault(paragraph.forum, []).append(paragraph)
    for decision in decided:
        day = decision.day.iso if decision.day else ""
        if decision.status != "narrated" or decision.paragraph or len(day) < 10:
            continue
        subject = _words(_matter(found, decision) or title)
        papers = [
            p for p in listed.get(decision.decided_by or "", ()) if p.day and len(subject & _words(p.heading)) >= COMMON and _near(p.day.iso, day)
        ]
        if len(papers) == 1 and papers[0].day and papers[0].day.iso != day:
            message = f"{decision.decided_by}: beslutet dateras {day} i texten, men underlaget har § {papers[0].number} den {papers[0].day.iso}"
            yield Problem("motstridiga uppgifter", message, decision.span)


def _matter(found: Sequence[Paragraph], decision: Decision) -> str:
    """The heading of the § that the decision is told in, "" outside any."""
    return next((p.heading for p in found if p.own and p.span.contains(decision.span)), "")


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{5,}", plain(text)))


def _near(a: str, b: str) -> bool:
    return abs((datetime.date.fromisoformat(a) - datetime.date.fromisoformat(b)).days) <= NEAR

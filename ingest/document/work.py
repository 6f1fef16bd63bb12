"""Work that a sentence gives without calling it an assignment: "Frågan ska behandlas i rådet", "ska tas fram av rådet under 2021"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ingest.document.context import Context
from ingest.document.decisions import PROPOSES, outcome
from ingest.document.tasks import LONGEST_NAME, due, report_to, upward
from ingest.models import Agreement, Assignment, Decision, DiaryNumber, Head, Point, Problem, Span
from ingest.places import Taken
from ingest.rules import Pattern
from ingest.text import fold, squeeze

_MARKER = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){1,2}\.?|\d{1,2}[.)]|[a-z]\)|[-*•])\s+")
"""What stands before the sentence of a list item."""
NO_GIVER, NO_BODY = "oklart vem som gav uppdraget", "oklart vem som fick uppdraget"
CLAUSES = "clauses"
NOT_SETTLED = frozenset(("proposal", "motions", "evidence", "recipients", "reservation", "vote", "contents"))
"""Roles of headings under which a paper only says what somebody wants, or lists other papers."""


class _Given(NamedTuple):
    """Where the words stand, and what is known from there: who gives, in which case, and the words of the point that they are."""

    by: str | None
    dnr: DiaryNumber | None
    text: str
    span: Span


def work(
    context: Context, head: Head, records: str, decided: Sequence[Decision], agreed: Sequence[Agreement], known: Sequence[Assignment]
) -> tuple[tuple[Assignment, ...], tuple[Problem, ...]]:
    """The tasks that such sentences give, each once, in order of place; and a doubt for each that does not say who gives or gets it."""
    found: dict[Span, Assignment] = {}
    taken = Taken((a.span.start, a.span.end) for a in known if a.kind == "task")
    doubts: list[Problem] = []
    for pattern, match in context.rules.found("work", context.folded, context.part.start, context.part.end):
        nobody = bool(pattern.data.get("nobody"))
        place = match.end("to") if nobody else match.start("to")
        given = _given(context, head, records, decided, agreed, pattern, place)
        to = None if nobody else _receiver(context, pattern, match)
        if given is None or (to is None and not nobody) or given.span in found or not taken.free(given.span.start, given.span.end):
            continue
        until = due(context, given.text, within=not nobody)
        if (pattern.data.get("dated") and until is None) or (nobody and not _speaks(context, pattern, given)):
            continue
        by = _named(context, match) or given.by
        found[given.span] = Assignment(
            kind="undertaking", name=given.text[:LONGEST_NAME], area=None, version=None, change=None, given_by=by, given_to=to, due=until,
            dnr=given.dnr, text=given.text, span=given.span, report_to=report_to(context, given.text),
        )  # fmt: skip
        doubts.extend(_doubts(pattern, by, to, given.span))
    return tuple(sorted(found.values(), key=lambda a: a.span)), tuple(doubts)


def _speaks(context: Context, pattern: Pattern, given: _Given) -> bool:
    """The point or sentence as a whole is such words; where nobody is known to have given it they say at least who is to hear of it."""
    whole = pattern.regex.match(fold(given.text)) is not None
    return whole and (given.by is not None or report_to(context, given.text) is not None)


def _doubts(pattern: Pattern, by: str | None, to: str | None, span: Span) -> Iterator[Problem]:
    if by is None:
        yield Problem(NO_GIVER, f"Meningen ger ett uppdrag{f' till {to}' if to else ''}, men säger inte vem som har beslutat det", span)
    if to is None:
        yield Problem(NO_BODY, "Meningen ger ett uppdrag, men säger inte vem som ska göra det", span)
    elif pattern.data.get("called") and not pattern.data.get("office"):
        yield Problem(NO_BODY, f"Meningen ger ett uppdrag till ”{to}”, utan att säga vilket organ som ska göra det", span)


def _given(
    context: Context, head: Head, records: str, decided: Sequence[Decision], agreed: Sequence[Agreement], pattern: Pattern, place: int
) -> _Given | None:
    """What the place is, where one of its kind gives work; None where it gives none: a proposal, a motion, an account of what is."""
    where = pattern.data.get("where") or ()
    span = context.span(place, place + 1)
    decision = next((d for d in decided if d.status != "narrated" and d.span.contains(span)), None)
    if decision:
        point = next((p for p in decision.points if p.span.contains(span)), None)
        return _decided(context, decision, point) if point and "decision" in where else None
    sentence = _sentence(context, place)
    if records == CLAUSES:
        agreement = next((a for a in agreed if a.span.contains(span)), None)
        if "clause" not in where or agreement is None or not any(c.span.contains(span) for c in agreement.clauses):
            return None
        return _Given(" och ".join(agreement.parties) or None, agreement.dnr or head.dnr, *sentence)
    told = "paper" in where and head.kind in (pattern.data.get("papers") or ())
    above = context.heading_above(place)
    return _Given(None, head.dnr, *sentence) if told and not (above and above.role in NOT_SETTLED) else None


def _decided(context: Context, decision: Decision, point: Point) -> _Given | None:
    """A point of what a body has decided; None of what it, or somebody else, only proposes."""
    proposes = upward(decision) or PROPOSES in (outcome(point.text, context.rules) or "").split(", ")
    return None if proposes else _Given(decision.decided_by, decision.dnr, point.text, point.span)


def _sentence(context: Context, place: int) -> tuple[str, Span]:
    """The words and the place of the sentence that a place lies in."""
    start, end = context.sentence_at(place)
    words = context.words(start, end)
    start += len(words) - len(words.lstrip())
    return squeeze(words), context.span(start, start + len(words.strip()))


def _receiver(context: Context, pattern: Pattern, match: re.Match[str]) -> str | None:
    """Who gets the work: the forum that stands there, as the subject of the sentence where the pattern ends with it, or who is called so."""
    start, end = match.span("to")
    first, last = context.sentence_at(start)
    first += len(context.folded[first:last]) - len(context.folded[first:last].lstrip())
    if marker := _MARKER.match(context.folded, first, start):
        first = marker.end()
    if pattern.data.get("called"):
        subject = not pattern.data.get("ends") or start == first
        return squeeze(context.words(start, end)).capitalize() if subject else None
    if pattern.data.get("ends"):
        return next((m.forum for m in context.forums_in(first, end) if m.start == first and m.end == end), None)
    return next((m.forum for m in context.forums_in(start, last) if m.start == start), None)


def _named(context: Context, match: re.Match[str]) -> str | None:
    """The forum that the words say has decided it."""
    if "by" not in match.re.groupindex:
        return None
    return next((m.forum for m in context.forums_in(*match.span("by")) if m.forum), None)

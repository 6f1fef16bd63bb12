"""When a proposal was put that a record tells again: to another body whose meeting the record names, or on a day that its words say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.document.context import Context
from ingest.find.dates import day_of
from ingest.models import Day, Decision, Head
from ingest.text import squeeze

LONGEST_DAY = 40
"""A day is written in so many characters."""


def retold(context: Context, head: Head, decided: Sequence[Decision]) -> tuple[Decision, ...]:
    """The decisions, with the day of each proposal that was not put at the meeting whose record this is, where the record says when that was."""
    if head.forum is None or head.day is None:
        return tuple(decided)
    ordered = sorted(decided, key=lambda d: d.span)
    told = [d for d in ordered if d.status != "narrated"]
    answered = {first.span: _answered(context, head, first, second) for first, second in pairwise(told)}
    return tuple(answered.get(d.span) or _said(context, head, d) or d for d in ordered)


def _answered(context: Context, head: Head, proposal: Decision, answer: Decision) -> Decision | None:
    """A proposal to another body, right above what that body decided on it: it was put at that meeting."""
    other = proposal.status == "proposed" and proposal.addressed_to not in (None, head.forum) and proposal.decided_by != head.forum
    follows = answer.status == "adopted" and answer.decided_by == proposal.addressed_to and _number(context, answer) == _number(context, proposal)
    if not (other and follows and answer.day and head.day and answer.day.iso < head.day.iso):
        return None
    return replace(proposal, day=answer.day, paragraph=answer.paragraph)


def _said(context: Context, head: Head, proposal: Decision) -> Decision | None:
    """A proposal of which a sentence of its § says when it was put; None where none does, or where several say it otherwise."""
    if proposal.status != "proposed" or not proposal.paragraph or not proposal.decided_by or proposal.day != head.day:
        return None
    opening = next((b for b in context.openings if b.start <= _start(context, proposal) and b.get("number") == proposal.paragraph), None)
    end = next((b.start for b in context.openings if opening and b.start > opening.start), context.part.end)
    found = {
        day
        for _, match in (context.rules.found("proposed_days", context.folded, opening.start, end) if opening else ())
        if _of(context, head, match, proposal.decided_by) and (day := _day(context, match)) and head.day and day.iso < head.day.iso
    }
    return replace(proposal, day=found.pop()) if len(found) == 1 else None


def _of(context: Context, head: Head, match: re.Match[str], by: str) -> bool:
    """The words speak of who proposes."""
    start, end = match.span("body")
    return context.own_forum(squeeze(context.words(max(start, context.sentence_at(end - 1)[0]), end)), head.forum) == by


def _day(context: Context, match: re.Match[str]) -> Day | None:
    text = match.string[match.start("day") : match.start("day") + LONGEST_DAY]
    return next((day for _, m in context.rules.searched("dates", text) if m.start() == 0 and (day := day_of(m))), None)


def _start(context: Context, decision: Decision) -> int:
    return context.clean.overlay.from_base(decision.span.start)


def _number(context: Context, decision: Decision) -> str:
    return context.number_at(_start(context, decision))

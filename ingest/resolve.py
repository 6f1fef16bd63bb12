"""Mentions → canonical ids. Find first, resolve second: what stays ambiguous becomes a Problem, never a guess."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from dataclasses import replace

from ingest.models import DateMention, ForumMention, Mentions, ParagraphMention, Part, Problem, Span
from ingest.rules import Rules
from ingest.text import fold, sentences

NEAR = 40
"""A body or day so many characters behind a § still belongs to it ("§ 67 KS 2026-04-13")."""


def resolve(text: str, part: Part, mentions: Mentions, year: int | None, rules: Rules, span: Callable[[int, int], Span]) -> tuple[Mentions, tuple[Problem, ...]]:
    """Mentions with their forums decided, and the §§ with the body and day that the words around them give.

    `year` is the document's, which tells forums of one abbreviation apart; `span` leads from the clean text to the stored one.
    """
    named = {m.candidates[0] for m in mentions.forums if len(m.candidates) == 1 and not m.contextual}
    forums, problems = [], []
    for mention in mentions.forums:
        choice = _choose(mention, named, year, rules)
        if len(choice) == 1:
            forums.append(replace(mention, forum=choice[0]))
        elif choice:
            where = span(mention.start, mention.end)
            problems.append(Problem("tvetydigt forum", f"”{mention.written}” kan vara {' eller '.join(choice)}", where))
    sure = [m for m in forums if m.forum]
    ranges = list(sentences(fold(text), part.start, part.end))
    paragraphs = tuple(_paragraph(m, ranges, sure, mentions.dates) for m in mentions.paragraphs)
    return replace(mentions, forums=tuple(sure), paragraphs=paragraphs), tuple(problems)


def _choose(mention: ForumMention, named: set[str], year: int | None, rules: Rules) -> tuple[str, ...]:
    """The forums that remain: those named in full in the document, then those that existed in its year."""
    names = mention.candidates
    known = {f.name: f for f in rules.forums}
    if mention.contextual:
        return tuple(n for n in names if n in named or (n in known and known[n].parent in named))
    if len(names) > 1:
        names = tuple(n for n in names if n in named) or names
    if len(names) > 1:
        names = tuple(n for n in names if n not in known or known[n].existed(year)) or names
    if len(names) > 1 and all(n not in known for n in names):
        return names[:1] if not named & set(names) else names
    return names


def _paragraph(mention: ParagraphMention, ranges: Sequence[tuple[int, int]], forums: Sequence[ForumMention], dates: Sequence[DateMention]) -> ParagraphMention:
    """The § with the nearest body and day before it in its sentence, else just behind it."""
    k = max(0, bisect.bisect_right(ranges, mention.start, key=lambda r: r[0]) - 1)
    start, end = ranges[k] if ranges else (mention.start, mention.end)
    forum = _nearest([(m.start, m.end, m.forum) for m in forums if start <= m.start < end], mention)
    day = _nearest([(m.start, m.end, m.day) for m in dates if start <= m.start < end and len(m.day.iso) >= 7], mention)
    return replace(mention, forum=forum, day=day)


def _nearest(things: list[tuple[int, int, object]], mention: ParagraphMention):  # type: ignore[no-untyped-def]
    before = [t for t in things if t[1] <= mention.start]
    behind = [t for t in things if mention.end <= t[0] <= mention.end + NEAR]
    return before[-1][2] if before else behind[0][2] if behind else None

"""What a paper tells of forums in its own words: of a meeting on a day, how often one meets, and what it is to do by an agreement or its rules."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from ingest.document.context import Context
from ingest.find.dates import day_of
from ingest.models import Day, ForumFact, Head
from ingest.rules import Pattern
from ingest.text import fold, squeeze

SECTIONS = {"forum_meetings": "möte", "forum_frequencies": "mötesfrekvens", "forum_mandates": "mandat"}
"""Section of metadata/forms.yaml → the kind of fact."""
STANDS_FOR = "X"
"""What the patterns have in the place of the forum."""
LONGEST_DAY = 40
"""A day is written in so many characters."""
MOST_ITEMS = 12
"""So many points of a list that the sentence leads in are told with it."""


class _Said(NamedTuple):
    """A sentence in which a forum stands, with `STANDS_FOR` in its place, folded; `others` where other forums are named, in that text."""

    forum: str
    text: str
    others: tuple[int, ...]
    start: int
    end: int


def forum_facts(context: Context, head: Head) -> tuple[ForumFact, ...]:
    """Each thing said of a forum once, in order of place."""
    sections = [s for s in SECTIONS if context.rules.likely(s, context.folded)]
    if not sections:
        return ()
    found: dict[tuple[str, str, int], ForumFact] = {}
    for said in _said(context, head):
        for section in sections:
            for pattern, match in context.rules.searched(section, said.text):
                fact = _fact(context, head, section, pattern, match, said)
                if fact:
                    found.setdefault((fact.kind, fact.forum, fact.span.start), fact)
    return tuple(sorted(found.values(), key=lambda f: (f.span, f.kind, f.forum)))


def _said(context: Context, head: Head) -> Iterator[_Said]:
    """The sentences that name a forum, once for each; in the rules of a body also those that begin with what it calls itself there."""
    for mention in context.mentions.forums:
        if mention.forum:
            start, end = context.sentence_at(mention.start)
            yield _with(context, mention.forum, start, end, mention.start, mention.end)
    own = _own(context, head)
    for block in context.blocks if own else ():
        first = re.match(r"\w+", block.text)
        begin = block.start + max(0, context.words(block.start, block.end).find(first.group())) if first else block.start
        if own and first and not context.forums_in(begin, begin + len(first.group()) + 1) and context.own_forum(first.group(), own) == own:
            yield _with(context, own, *context.sentence_at(begin), begin, begin + len(first.group()))


def _with(context: Context, forum: str, start: int, end: int, first: int, last: int) -> _Said:
    before, after = squeeze(context.folded[start:first]), squeeze(context.folded[last:end])
    lead = f"{before} " if before else ""
    others = tuple(
        len(lead) + len(STANDS_FOR) + m.start - last if m.start >= last else m.start - start
        for m in context.forums_in(start, end)
        if m.start != first and m.forum != forum
    )
    joint = "" if after[:1] in ("", ".", ",", ":", ";", ")") else " "
    return _Said(forum, f"{lead}{STANDS_FOR}{joint}{after}", others, start, end)


def _own(context: Context, head: Head) -> str | None:
    """The body whose rules a paper is: it calls itself by less than its name there."""
    if not any(head.kind in (p.data.get("own") or ()) for section in SECTIONS for p in context.rules.of(section)):
        return None
    if head.forum or head.title_span is None:
        return head.forum
    start, end = (context.clean.overlay.from_base(place) for place in (head.title_span.start, head.title_span.end))
    named = {m.forum for m in context.forums_in(start, end) if m.forum}
    return named.pop() if len(named) == 1 else None


def _fact(context: Context, head: Head, section: str, pattern: Pattern, match: re.Match[str], said: _Said) -> ForumFact | None:
    kinds = pattern.data.get("kinds")
    if (kinds and head.kind not in kinds) or (pattern.data.get("near") and any(match.start() < place < match.end() for place in said.others)):
        return None
    day = _day(context, match) if section == "forum_meetings" else None
    if section == "forum_meetings" and (day is None or (said.forum == head.forum and head.day and day.iso == head.day.iso)):
        return None  # its own minutes
    words = context.words(said.start, said.end)
    start = said.start + len(words) - len(words.lstrip())
    end = start + len(words.strip())
    text, last = _with_list(context, squeeze(words), end) if section == "forum_mandates" else (squeeze(words), end)
    return ForumFact(
        SECTIONS[section],
        said.forum,
        day,
        _clause(context, start) if kinds or head.kind in (pattern.data.get("own") or ()) else None,
        text,
        context.span(start, last),
    )


def _day(context: Context, match: re.Match[str]) -> Day | None:
    """The day that the match ends with, or the days where they are several."""
    text = match.string[match.start("day") : match.start("day") + LONGEST_DAY]
    return next((day for _, m in context.rules.searched("dates", text) if m.start() == 0 and (day := day_of(m))), None)


def _clause(context: Context, place: int) -> str | None:
    """The § that a place stands under, with its heading; the heading alone where it has no number."""
    above, number = context.heading_above(place), context.number_at(place)
    heading = above.text if above else ""
    return " ".join(filter(None, (f"§ {number}" if number else "", heading))) or None


def _with_list(context: Context, text: str, end: int) -> tuple[str, int]:
    """The sentence and where it ends, with the points of the list that it leads in."""
    if not fold(text).endswith(":"):
        return text, end
    items = list(itertools.takewhile(lambda b: b.kind == "item", context.places.from_place(end, MOST_ITEMS)))
    return " ".join([text, *(f"{b.marker} {b.text}" for b in items)]), items[-1].end if items else end

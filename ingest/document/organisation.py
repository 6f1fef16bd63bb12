"""Whose paper it is: the municipality, region or association that the letterhead, the page headers or, clearly enough, the text names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ingest.document.context import Context
from ingest.find.organisations import OrganisationMention, find_organisations
from ingest.models import Head
from ingest.text import fold, lines

LETTERHEAD = 14
"""So many lines from the top may be the letterhead."""
FIRST = 2
"""On so many of them the organisation may stand before other words ("REGION FJÄLLHAV Utdrag ur protokoll")."""
LONG = 60
"""A line with more other letters is running text."""
ENOUGH, CLEARLY = 3, 3
"""In running text an organisation must be named so often, and so many times as often as the next."""
BOARD = 60
"""What a notice board is called behind the name of whose it is is no longer than this (characters)."""
_LEVELS = {"region": "region", "municipality": "municipality"}


def organisation(context: Context, head: Head, records: str) -> str | None:
    """The organisation of the paper; None where the paper does not say, or names several about as often. An agreement is of all its parties,
    unless one of them has written it on its paper.
    """
    kind = kind_of(head.forum or head.addressed_to, context)
    body = head.forum
    agreement = records == "clauses"
    for found in (_letterhead(context, body, FIRST if agreement else LETTERHEAD), [] if agreement else _repeated(context)):
        fitting = _fitting(found, kind)
        if fitting:
            return fitting[0]
    if agreement:
        return None
    posted = _fitting(_posted(context, body), kind)
    if posted:
        return posted[0]
    counted = Counter(_fitting(context.organisations, kind)).most_common(2)
    if counted and counted[0][1] >= ENOUGH and (len(counted) == 1 or counted[0][1] >= CLEARLY * counted[1][1]):
        return counted[0][0]
    return None


def kind_of(forum: str | None, context: Context) -> str | None:
    """What kind of organisation a body belongs to: municipality or region, None where its name does not say."""
    known = context.rules.forum(forum) if forum else None
    if known:
        return _LEVELS.get(known.level or "")
    words = fold(forum or "").lower()
    return "region" if words.startswith("region") else "municipality" if words.startswith("kommun") else None


def _fitting(found: Sequence[OrganisationMention], kind: str | None) -> list[str]:
    """The names of the kind that is asked for; of an association's body the kind is not known."""
    return [m.name for m in found if kind is None or m.kind in (kind, "association")]


def _letterhead(context: Context, body: str | None, count: int) -> list[OrganisationMention]:
    """A line of its own at the top, one that also names the body, or the beginning of the first."""
    found = []
    first = context.openings[0].start if context.openings else context.part.end
    ranges = [r for r in lines(context.clean.text, context.part.start, first) if context.clean.text[slice(*r)].strip()][:count]
    for n, (start, end) in enumerate(ranges):
        named = find_organisations(context.clean.text, context.folded, start, end, context.rules)
        if len(named) != 1:
            continue
        rest = re.sub(r"\W", "", context.folded[start : named[0].start] + context.folded[named[0].end : end])
        beside = any(m.forum == body for m in context.forums_in(start, end)) if body else False
        leads = n < FIRST and not context.words(start, named[0].start).strip()
        if not rest or ((beside or leads) and len(rest) < LONG):
            found.append(named[0])
    return found


def _posted(context: Context, body: str | None) -> list[OrganisationMention]:
    """The organisation on whose board the minutes of one of its bodies are made known, where only one board is named."""
    if not body or not context.rules.match("posted_bodies", fold(body)):
        return []
    found = {m.name: m for m in context.organisations if context.rules.match("boards", context.folded[m.end : m.end + BOARD])}
    return list(found.values()) if len(found) == 1 else []


def _repeated(context: Context) -> list[OrganisationMention]:
    """What headers and footers name, the most often repeated first."""
    removed = context.removed
    found = find_organisations(removed, fold(removed), 0, len(removed), context.rules)
    order = Counter(m.name for m in found)
    return sorted(found, key=lambda m: (-order[m.name], m.start))

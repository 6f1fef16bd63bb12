"""Decisions told of in running text: who decided, when, under which §, and the list that the sentence leads in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.document.context import Context
from ingest.document.decisions import PROPOSES, outcome
from ingest.models import Block, Day, Decision, DecisionMention, Point
from ingest.places import Taken
from ingest.text import squeeze

LONGEST_LIST = 100
"""So many blocks after a sentence may be the list it leads in."""
LONGEST_HEADER = 90
"""What a page repeats in the middle of a list is no longer than this (characters)."""


def with_told(context: Context, headed: Sequence[Decision]) -> tuple[Decision, ...]:
    """The decisions of headings and those told of elsewhere, in order of place."""
    taken = Taken((d.span.start, d.span.end) for d in headed)
    told = [d for d in _narrated(context) if taken.free(d.span.start, d.span.end)]
    return tuple(sorted([*headed, *told], key=lambda d: d.span))


def _narrated(context: Context) -> Iterator[Decision]:
    """Decisions that a sentence tells of; a sentence that carries on the one before adds a point to it."""
    held: Decision | None = None
    for mention in context.mentions.decisions:
        words = context.folded[mention.start : mention.end]
        joined = context.rules.match("narrated_continues", words) is not None
        found = _told(context, mention)
        if held and joined and found:
            held = replace(held, points=(*held.points, *found.points), span=replace(held.span, end=max(held.span.end, found.span.end)))
        elif found:
            if held:
                yield held
            held = found
    if held:
        yield held


def _told(context: Context, mention: DecisionMention) -> Decision | None:
    pattern = next(p for p in context.rules.of("narrated") if p.name == mention.verb)
    before = context.forums_in(mention.start, mention.verb_start)
    if not before and not pattern.data.get("passive"):
        return None
    if before and not pattern.data.get("passive") and mention.verb_start - before[-1].end > 60:
        return None
    forum = before[-1].forum if before else None
    points = tuple(_points(context, mention))
    reference = next((p for p in context.paragraphs_in(mention.start, mention.end) if p.forum == forum), None)
    day = reference.day if reference and reference.day else _told_day(context, mention)
    return Decision(
        status="narrated",
        decided_by=forum,
        addressed_to=None,
        day=day,
        paragraph=reference.number if reference else _listed(context, forum, day),
        dnr=None,
        outcome=PROPOSES if _proposes(context, mention, points) else outcome(context.words(mention.start, mention.end), context.rules),
        points=points,
        span=context.span(mention.start, max([mention.end, *(context.clean.overlay.from_base(p.span.end) for p in points)])),
    )


def _proposes(context: Context, mention: DecisionMention, points: Sequence[Point]) -> bool:
    """The list ("beslutade att föreslå styrelsen" 1. … 2. …) is all a proposal to another body."""
    words = context.folded[mention.start : mention.end].rstrip()
    listed = context.clean.overlay.from_base(points[0].span.start) >= mention.end
    return listed and any(p.data.get("upward") for p, _ in context.rules.searched("lead_ins", squeeze(words)))


def _told_day(context: Context, mention: DecisionMention) -> Day | None:
    """The day in the sentence that stands nearest to its verb."""
    days = context.dates_in(mention.start, mention.end)
    return min(days, key=lambda m: abs(m.start - mention.verb_end)).day if days else None


def _listed(context: Context, forum: str | None, day: Day | None) -> str | None:
    """The § of that body and day that the document refers to elsewhere, as its list of papers does; None where it names several."""
    found = context.numbers_of_day.get((forum, day.iso), set()) if forum and day and len(day.iso) == 10 else set()
    return next(iter(found)) if len(found) == 1 else None


def _points(context: Context, mention: DecisionMention) -> Iterator[Point]:
    """The list that the sentence leads in, if it does; else the sentence itself."""
    words = context.folded[mention.start : mention.end].rstrip()
    if any(p.regex.search(words) for p in context.rules.of("narrated_lists")):
        after = context.places.from_place(mention.end - 1, LONGEST_LIST)
        leads_in = (
            len(after) > 1 and not after[0].role and after[0].kind in ("heading", "text") and len(after[0].text) < 120 and after[1].kind == "item"
        )
        items = list(_items(context, after[1:] if leads_in else after))
        if items:
            yield from (Point(block.text, context.block_span(block)) for block in items)
            return
    yield Point(squeeze(context.words(mention.start, mention.end)), context.span(mention.start, mention.end))


def _items(context: Context, blocks: Sequence[Block]) -> Iterator[Block]:
    """The items that stand together; a list that runs on over a page break skips what the page repeats there."""
    before: Block | None = None
    skipped: list[Block] = []
    for block in blocks:
        if block.kind == "item":
            if skipped and before and not (_follows(before, block) and _breaks_page(context, before, block)):
                return
            before, skipped = block, []
            yield block
        elif before is None or block.role or block.kind == "paragraph_heading" or len(block.text) > LONGEST_HEADER or len(skipped) == 6:
            return
        else:
            skipped.append(block)


def _follows(before: Block, block: Block) -> bool:
    """An item with the next number, or with the same bullet."""
    first, second = before.marker.rstrip(".)"), block.marker.rstrip(".)")
    return int(second) == int(first) + 1 if first.isdigit() and second.isdigit() else first == second and not first.isdigit()


def _breaks_page(context: Context, before: Block, block: Block) -> bool:
    """True where a page of the source begins between the two."""
    start, end = context.block_span(before).end, context.block_span(block).start
    return any(start <= page.start <= end for page in context.clean.pages)

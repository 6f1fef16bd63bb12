"""Proposals in running text: "Förvaltningen föreslår att nämnden antar planen." under the § of a record, where no heading says that it is one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.document.context import Context
from ingest.document.decisions import outcome, points_of
from ingest.document.unheaded import with_list
from ingest.models import Block, Decision, Head, Paragraph, Point
from ingest.places import Taken
from ingest.rules import Pattern
from ingest.text import squeeze

TOLD = frozenset(("", "background", "preparation"))
"""Roles of headings, or none, under which a § tells what others propose."""


def prose_proposals(context: Context, head: Head, own: Sequence[Paragraph], found: Sequence[Decision]) -> tuple[Decision, ...]:
    """One for each office or other body that proposes in a sentence under a §, where it does not under a heading there; in order of place."""
    if not own or head.forum is None:
        return ()
    numbered = {p.number: p for p in reversed(own)}
    known = {(d.paragraph, d.decided_by) for d in found if d.status == "proposed"}
    taken = Taken((d.span.start, d.span.end) for d in found)
    out: dict[tuple[str | None, str | None], Decision] = {}
    for pattern, match in context.rules.found("prose_proposals", context.folded, context.part.start, context.part.end):
        for decision in _proposal(context, head, numbered, pattern, match.end() - 1):
            key = (decision.paragraph, decision.decided_by)
            if key not in known and taken.free(decision.span.start, decision.span.end):
                out.setdefault(key, decision)
    return tuple(sorted(out.values(), key=lambda d: d.span))


def _proposal(context: Context, head: Head, own: dict[str, Paragraph], pattern: Pattern, place: int) -> Iterator[Decision]:
    """The proposal of the sentence at a place, if it begins with its words; none of the body whose record it is."""
    start, end = context.sentence_at(place)
    start += len(context.folded[start:end]) - len(context.folded[start:end].lstrip())
    match = pattern.regex.match(context.folded, start, end)
    above, paragraph = context.heading_above(start), own.get(context.number_at(start))
    if match is None or paragraph is None or above is None or (above.role if above.kind == "heading" else "") not in TOLD:
        return
    by = context.own_forum(squeeze(context.words(*match.span("body"))), head.forum)
    if by == head.forum:
        return
    to = context.own_forum(context.words(*match.span("to")), head.forum) if match["to"] else head.forum
    content = _with_list(context, start, end)
    said = "\n".join([context.words(match.end(), end).lstrip(), *(b.text for b in content[1:])])
    points = tuple(points_of(context, content)) or (Point(squeeze(context.words(start, end)), context.span(start, end)),)
    yield Decision(
        status="proposed", decided_by=by, addressed_to=to, day=head.day, paragraph=paragraph.number, dnr=paragraph.dnr or head.dnr,
        outcome=outcome(said, context.rules), points=points, span=context.span(start, content[-1].end if content else end),
    )  # fmt: skip


def _with_list(context: Context, start: int, end: int) -> list[Block]:
    """The block and the list that its last sentence, from `start` to `end`, leads in; none where it leads in none."""
    n = next((n for n, b in enumerate(context.blocks) if b.start <= start < b.end), None)
    found = with_list(context.blocks, n, context.rules) if n is not None and end >= context.blocks[n].end else []
    return [found[0]._replace(start=start, text=squeeze(context.words(start, end))), *found[1:]] if len(found) > 1 else []

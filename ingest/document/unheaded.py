"""What stands without a heading: "Kommunfullmäktige beslutar att …" in a § that has no other decision, and the demands of a motion."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from ingest.document.context import Context, Section
from ingest.document.decisions import goes_to, leads_in_people, outcome, points_of, proposed, trimmed
from ingest.models import Block, Decision, Head, Paragraph
from ingest.rules import Pattern, Rules
from ingest.text import fold, sentences, squeeze

ELSEWHERE = frozenset(("proposal", "motions", "evidence", "recipients", "note", "reservation", "contents", "vote"))
"""Roles of headings under which such words are somebody's proposal, or an account."""
OPEN = frozenset(("", "procedure"))
"""Roles of headings, or none, under which a later sentence may be the body's decision: under others it is an account."""
LONGEST = 40
"""So many blocks after the words may be the list they lead in."""


def unheaded(context: Context, head: Head, own: Sequence[Paragraph], found: Sequence[Decision]) -> tuple[Decision, ...]:
    """The decisions of the §§ under which no other adopted one was found, in order of place."""
    settled = {d.paragraph for d in found if d.status == "adopted"}
    open_ones = {p.number: p for p in own if p.number not in settled}
    sections = [s for s in context.sections if s.number in open_ones and s.role not in ELSEWHERE]
    return tuple(d for s in sections for d in _in(context, head, open_ones[s.number], s))


def demands(context: Context, head: Head, records: str, found: Sequence[Decision]) -> tuple[Decision, ...]:
    """The lists that a paper which records nothing demands ("Vi föreslår att fullmäktige beslutar:"), where no heading says so."""
    if records or any(d.status == "proposed" for d in found):
        return ()
    blocks = context.blocks
    leads = (n for n, b in enumerate(blocks) if b.kind in ("text", "heading") and _demands(context, b))
    return tuple(_demanded(context, head, listed) for n in leads if len(listed := with_list(blocks, n, context.rules)) > 1)


def _demands(context: Context, block: Block) -> bool:
    return context.rules.search("demands", fold(block.text)) is not None


def _demanded(context: Context, head: Head, content: list[Block]) -> Decision:
    named = context.forums_in(content[0].start, content[0].end)
    items = content[1:]
    return Decision(
        status="proposed", decided_by=None, addressed_to=named[-1].forum if named else head.addressed_to, day=head.day, paragraph=None, dnr=head.dnr,
        outcome=outcome("\n".join(b.text for b in items), context.rules), points=tuple(points_of(context, items)),
        span=context.span(content[0].start, items[-1].end),
    )  # fmt: skip


def _in(context: Context, head: Head, paragraph: Paragraph, section: Section) -> Iterator[Decision]:
    heading = [section.heading] if section.heading and section.heading.kind == "heading" and not section.heading.role else []
    blocks = [*heading, *section.content]
    below = section.heading is not None and section.heading.kind == "paragraph_heading"
    for n, block in enumerate(blocks):
        found = _words(context, head, block)
        if found and (below or not found[0].data.get("alone")) and not (section.role == "procedure" and found[0].data.get("past")):
            listed = with_list(blocks, n, context.rules)
            yield _decision(context, head, paragraph, found, [trimmed(context, b) for b in listed])
        elif not found and section.role in OPEN and (later := _later(context, head, block)):
            listed = with_list([later[1], *blocks[n + 1 : n + LONGEST]], 0, context.rules)
            if len(listed) > 1 or not later[0][0].data.get("list"):
                yield _decision(context, head, paragraph, later[0], [trimmed(context, b) for b in listed])


def _later(context: Context, head: Head, block: Block) -> tuple[tuple[Pattern, str | None], Block] | None:
    """As `_words`, of a sentence that is not the first of its text, and the text from there; none that somebody proposes."""
    ranges = sentences(context.folded, block.start, block.end, context.rules.stops) if block.kind in ("text", "heading") else ()
    for (first, _), (start, _) in itertools.pairwise(ranges):
        rest = block._replace(start=start, text=squeeze(context.words(start, block.end)))
        found = _words(context, head, rest, "decides_within")
        if found and not context.rules.search("proposes_before", context.folded[first:start]):
            return found, rest
    return None


def _words(context: Context, head: Head, block: Block, section: str = "decides") -> tuple[Pattern, str | None] | None:
    """The entry of `decides` that a block begins with, and the body it goes up to; None where another body decides."""
    found = context.rules.match(section, fold(block.text)) if block.kind in ("text", "heading") else None
    if found is None:
        return None
    pattern, match = found
    body = block.text[match.start("body") : match.end("body")] if match.groupdict().get("body") else ""
    own = not body or head.forum is None or context.own_forum(body, head.forum) == head.forum
    if pattern.data.get("past") and (context.dates_in(block.start, block.end) or context.paragraphs_in(block.start, block.end)):
        return None  # of another day
    to = context.forum(block.text[match.start("to") : match.end("to")]) if match.groupdict().get("to") else None
    return (pattern, to) if own else None


def with_list(blocks: Sequence[Block], n: int, rules: Rules) -> list[Block]:
    """The block and the list that follows straight on it: items, or those who are chosen, with the words that lead them in."""
    content = [blocks[n]]
    led = leads_in_people(blocks[n], rules)
    for block in blocks[n + 1 : n + LONGEST]:
        names = led and block.kind == "text" and rules.match("people_lines", fold(block.text)) is not None
        leads = leads_in_people(block, rules)
        if block.kind != "item" and not names and not (led and block.kind == "text" and leads):
            break
        led = names or leads or (led and block.kind == "item")
        content.append(block)
    return content


def _decision(context: Context, head: Head, paragraph: Paragraph, found: tuple[Pattern, str | None], content: list[Block]) -> Decision:
    pattern, to = found
    text = "\n".join(b.text for b in content)
    to = to or goes_to(context, content[0])
    if pattern.data.get("upward"):
        result: str | None = proposed("\n".join(b.text for b in content[1:]), context.rules, "")
    else:
        result = proposed(text, context.rules, text) if to else outcome(text, context.rules)
    return Decision(
        status="adopted", decided_by=head.forum, addressed_to=to, day=paragraph.day, paragraph=paragraph.number, dnr=paragraph.dnr or head.dnr,
        outcome=result, points=tuple(points_of(context, content)), span=context.span(content[0].start, content[-1].end),
    )  # fmt: skip

"""Standing assignments of an agreement by area, proposed changes to them, and tasks that decisions give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.document.context import Context
from ingest.document.decisions import PROPOSES
from ingest.find.dates import parse_day
from ingest.find.forums import lookup
from ingest.models import Assignment, Block, Decision, Head
from ingest.text import fold, plain, squeeze

LONGEST_NAME = 90


def assignments(context: Context, head: Head, found: Sequence[Decision], records: str) -> tuple[Assignment, ...]:
    """All assignments in order of place."""
    version = head.day.iso if head.day else None
    standing = [*_listed(context, records, version), *_described(context, version)]
    return tuple(sorted([*standing, *_changes(context, version), *(t for d in found for t in _tasks(context, d))], key=lambda a: a.span))


def _standing(context: Context, name: str, area: str | None, version: str | None, first: Block, last: Block) -> Assignment:
    return Assignment(
        kind="standing", name=name, area=area, version=version, change=None, given_by=None, given_to=None, due=None, dnr=None,
        text=squeeze(context.words(first.start, last.end)), span=context.span(first.start, last.end),
    )  # fmt: skip


def _listed(context: Context, records: str, version: str | None) -> Iterator[Assignment]:
    """In an agreement: bullets "- Name. What it is" under the heading of an area."""
    if records != "clauses":
        return
    area = None
    for block in context.blocks:
        if block.kind == "heading" and not block.role:
            area = block.text
        elif block.kind == "item" and area and not block.marker[:1].isalnum():
            match = re.match(r"(.{3,90}?)\.(?= [A-ZÅÄÖ]|$)", block.text)
            if match:
                yield _standing(context, squeeze(match.group(1)), area, version, block, block)


def _described(context: Context, version: str | None) -> Iterator[Assignment]:
    """In a report: under the heading of an assignment what it does, and "Nyttan är bland annat:" with a list.

    Areas are the headings that a list of areas in the text names, and those that stand right above another heading.
    """
    areas = _areas(context)
    area = None
    blocks = context.blocks
    for n, block in enumerate(blocks):
        if block.kind == "heading" and (plain(block.text) in areas or _heads_heading(blocks, n)):
            area = block.text
        name = _name_before(context, blocks, n)
        if name:
            last = _last_item(blocks, n)
            yield _standing(context, name.text, area, version, name, last)


def _areas(context: Context) -> set[str]:
    """The areas that the text enumerates ("följande områden: A, B och C samt D")."""
    found = (m for p in context.rules.of("areas") for m in p.regex.finditer(context.folded, context.part.start, context.part.end))
    return {plain(name) for m in found for name in re.split(r",|\ssamt\s", m["list"])}


def _heads_heading(blocks: Sequence[Block], n: int) -> bool:
    return n + 1 < len(blocks) and blocks[n + 1].kind == "heading" and not blocks[n + 1].role and not blocks[n].role


def _name_before(context: Context, blocks: Sequence[Block], n: int) -> Block | None:
    """The heading right above a description of use; None where the block is none."""
    if blocks[n].kind != "text" or not any(p.regex.search(fold(blocks[n].text)) for p in context.rules.of("benefits")):
        return None
    before = blocks[n - 1] if n else None
    return before if before and before.kind == "heading" and not before.role and len(before.text) < LONGEST_NAME else None


def _last_item(blocks: Sequence[Block], n: int) -> Block:
    last = n
    while last + 1 < len(blocks) and blocks[last + 1].kind == "item":
        last += 1
    return blocks[last]


def _changes(context: Context, version: str | None) -> Iterator[Assignment]:
    for block in context.blocks:
        folded = fold(block.text)
        for pattern in context.rules.of("changes"):
            match = pattern.regex.search(folded)
            if match:
                name = squeeze(block.text[match.start("name") : match.end("name")])
                yield Assignment(
                    "standing", name, None, version, pattern.get("change"), None, None, None, None, block.text, context.block_span(block)
                )


def _tasks(context: Context, decision: Decision) -> Iterator[Assignment]:
    """A task for every point of the decision that gives one; where the lead-in gives it, for each point of the list."""
    if decision.status == "proposed" or (decision.status == "adopted" and (decision.outcome or "").startswith(PROPOSES)):
        return  # what another body has yet to decide is no task
    start = context.clean.overlay.from_base(decision.span.start)
    first = context.clean.overlay.from_base(decision.points[0].span.start)
    lead = context.words(start, first) if decision.status == "narrated" else ""
    given = _given(context, lead)
    for point in decision.points:
        to = _given(context, point.text) or given
        if to:
            due = next(
                (d for p in context.rules.of("due") if (m := p.regex.search(fold(point.text))) and (d := parse_day(m["due"], context.rules))), None
            )
            yield Assignment(
                kind="task", name=point.text[:120], area=None, version=None, change=None, given_by=decision.decided_by, given_to=to, due=due,
                dnr=decision.dnr, text=point.text, span=point.span,
            )  # fmt: skip


def _given(context: Context, text: str) -> str | None:
    """To whom the words give a task: a forum by its canonical name, others as they are called."""
    folded = fold(text)
    for pattern in context.rules.of("tasks"):
        match = pattern.regex.search(folded)
        if match:
            name = squeeze(text[match.start("to") : match.end("to")])
            words = re.sub(r"^(?:.*\s)?(?:att|samt|och|till|åt)\s", "", name).split()
            known = (found for k in range(len(words)) if (found := lookup(" ".join(words[k:]), context.rules)))
            return next(known, (context.forum(" ".join(words)),))[0]
    return None

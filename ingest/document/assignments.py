"""Standing assignments of an agreement by area, proposed changes to them, and tasks that decisions give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.document.context import Context
from ingest.document.tasks import tasks
from ingest.models import Assignment, Block, Decision, Head
from ingest.text import fold, plain, squeeze

LONGEST_NAME = 90


def assignments(context: Context, head: Head, found: Sequence[Decision], records: str) -> tuple[Assignment, ...]:
    """All assignments in order of place."""
    version = head.day.iso if head.day else None
    standing = [*_listed(context, records, version), *_described(context, version)]
    return tuple(sorted([*standing, *_changes(context, version), *(t for d in found for t in tasks(context, d))], key=lambda a: a.span))


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
        for pattern in context.rules.of("changes"):
            match = pattern.regex.search(fold(block.text))
            if match:
                name = squeeze(block.text[match.start("name") : match.end("name")])
                yield Assignment(
                    "standing", name, None, version, pattern.get("change"), None, None, None, None, block.text, context.block_span(block)
                )

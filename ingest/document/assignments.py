"""Standing assignments of an agreement by area, proposed changes to them, and tasks that decisions give."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from ingest.document.context import Context
from ingest.document.tasks import tasks
from ingest.models import Assignment, Block, Decision, Head, Point
from ingest.text import fold, plain, sentences, squeeze

LONGEST_NAME = 60
"""A first sentence of a list item that is longer tells what the assignment is; its name is the beginning (characters)."""
LONGEST_SENTENCE = 250
LONGEST_HEADING = 90


def assignments(context: Context, head: Head, found: Sequence[Decision], records: str) -> tuple[Assignment, ...]:
    """All assignments in order of place."""
    version = head.day.iso if head.day else None
    changes = list(_changes(context, version))
    standing = [*_listed(context, records, version), *_described(context, version, {plain(c.name) for c in changes})]
    return tuple(sorted([*standing, *changes, *(t for d in found for t in tasks(context, d))], key=lambda a: a.span))


def _standing(
    context: Context, name: str, area: str | None, version: str | None, first: Block, last: Block, benefits: tuple[Point, ...] = ()
) -> Assignment:
    return Assignment(
        kind="standing", name=name, area=area, version=version, change=None, given_by=None, given_to=None, due=None, dnr=None,
        text=squeeze(context.words(first.start, last.end)), span=context.span(first.start, last.end), benefits=benefits,
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
            name = _name(context, block.text)
            if name:
                yield _standing(context, name, area, version, block, block)


def _name(context: Context, text: str) -> str | None:
    """The name that a list item begins with: its first sentence, or as much of that as is a name."""
    match = re.match(rf"(.{{3,{LONGEST_SENTENCE}}}?)[.:](?= [A-ZÅÄÖ]|$)", text)
    sentence = squeeze(match.group(1)) if match else ""
    for pattern in context.rules.of("name_ends"):
        end = pattern.regex.search(fold(sentence))
        sentence = sentence[: end.start()] if end else sentence
    if len(sentence) > LONGEST_NAME:
        ends = [m.start() for p in context.rules.of("name_prepositions") if (m := p.regex.search(fold(sentence)))]
        short = sentence[: min(ends)] if ends else ""
        return short if " " in short else sentence if len(sentence) < LONGEST_HEADING else None
    return sentence or None


def _described(context: Context, version: str | None, changed: set[str]) -> Iterator[Assignment]:
    """In a report: under the heading of an assignment what it does, and "Nyttan är bland annat:" with a list.

    Areas are the headings that a list of areas in the text names, and those that stand right above another heading. Straight under the heading of an
    area the name is the first sentence, unless the text elsewhere (`changed`) calls an assignment by the area's name.
    """
    useful = {b.start for b in context.blocks_with("benefits")}
    if not useful:
        return
    areas = _areas(context)
    area = None
    blocks = context.blocks
    for n, block in enumerate(blocks):
        if block.kind == "heading" and (plain(block.text) in areas or _heads_heading(blocks, n)):
            area = block.text
        heading = _name_before(context, blocks, n) if block.start in useful else None
        if heading:
            items = list(_items(blocks, n))
            only_area = plain(heading.text) in areas and plain(heading.text) not in changed
            name = (_first_sentence(context, block) if only_area else None) or heading.text
            last = items[-1] if items else block
            yield _standing(context, name, area, version, heading, last, tuple(Point(i.text, context.block_span(i)) for i in items))


def _areas(context: Context) -> set[str]:
    """The areas that the text enumerates ("följande områden: A, B och C samt D")."""
    found = (m for p in context.rules.of("areas") for m in p.regex.finditer(context.folded, context.part.start, context.part.end))
    return {plain(name) for m in found for name in re.split(r",|\ssamt\s", m["list"])}


def _heads_heading(blocks: Sequence[Block], n: int) -> bool:
    return n + 1 < len(blocks) and blocks[n + 1].kind == "heading" and not blocks[n + 1].role and not blocks[n].role


def _name_before(context: Context, blocks: Sequence[Block], n: int) -> Block | None:
    """The heading right above a description of use; None where the block is none."""
    if blocks[n].kind != "text" or not context.rules.search("benefits", fold(blocks[n].text)):
        return None
    before = blocks[n - 1] if n else None
    return before if before and before.kind == "heading" and not before.role and len(before.text) < LONGEST_HEADING else None


def _first_sentence(context: Context, block: Block) -> str | None:
    """What a description says first, if that is not already its use."""
    start, end = sentences(context.folded, block.start, block.end, context.rules.stops)[0]
    words = squeeze(context.words(start, end)).rstrip(".")
    use = context.rules.search("benefits", fold(words))
    return None if use or len(words) > LONGEST_SENTENCE else words


def _items(blocks: Sequence[Block], n: int) -> Iterator[Block]:
    """The list straight under a block."""
    return itertools.takewhile(lambda b: b.kind == "item", itertools.islice(blocks, n + 1, None))


def _changes(context: Context, version: str | None) -> Iterator[Assignment]:
    for block in context.blocks_with("changes"):
        folded = fold(block.text)
        for pattern, match in context.rules.searched("changes", folded):
            name = squeeze(block.text[match.start("name") : match.end("name")])
            yield Assignment("standing", name, None, version, pattern.get("change"), None, None, None, None, block.text, context.block_span(block))

"""The units of full-text search: a heading with what it heads, a paragraph of text, a run of list items."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.document.context import Context
from ingest.models import Block, Passage

LONGEST_HEADS = 300
"""Characters of headings after which they stand alone."""
LONGEST = 900
"""Characters after which a run of items is cut, so that a hit can be judged at a glance."""


def passages(context: Context) -> tuple[Passage, ...]:
    """Passages in order; every block lies in exactly one."""
    return tuple(_passage(context, group) for group in _groups(context.blocks))


def _groups(blocks: tuple[Block, ...]) -> Iterator[list[Block]]:
    group: list[Block] = []
    for block in blocks:
        if group and not _belongs(group, block):
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _belongs(group: list[Block], block: Block) -> bool:
    """Text belongs to the headings above it, items to the items and the lead-in before them. A known heading begins something new,
    unless only other headings that lead to it stand before (§ and "Ärendebeskrivning").
    """
    last = group[-1]
    if last.kind in ("heading", "paragraph_heading"):
        begins = block.kind == "paragraph_heading" or (block.role and last.kind == "heading" and not last.role)
        return not begins and _length(group) < LONGEST_HEADS
    listed = last.kind in ("item", "option") or (last.kind == "text" and last.text.endswith(":"))
    return listed and block.kind in ("item", "option") and _length(group) + len(block.text) < LONGEST


def _length(group: list[Block]) -> int:
    return sum(len(b.text) for b in group)


def _passage(context: Context, group: list[Block]) -> Passage:
    text = "\n".join(f"{b.marker} {b.text}".strip() if b.kind == "item" else _text(b) for b in group)
    kind = next((b.role or b.kind for b in group if b.kind != "heading" or b.role), group[0].kind)
    return Passage(context.span(group[0].start, group[-1].end), text, kind)


def _text(block: Block) -> str:
    """A § heading's text goes without its number, and that of the matter on a line above, which people search for."""
    if block.kind != "paragraph_heading":
        return block.text
    return " ".join(filter(None, (block.get("above"), block.get("body"), f"§ {block.get('number')}", block.text)))

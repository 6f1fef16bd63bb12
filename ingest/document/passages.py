"""The units of full-text search: a heading with what it heads, a paragraph of text, a run of list items."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.document.context import Context
from ingest.models import Block, Passage

LONGEST = 900
"""Characters after which a run of items is cut, so that a hit can be judged at a glance."""


def passages(context: Context) -> tuple[Passage, ...]:
    """Passages in order; every block lies in exactly one."""
    return tuple(_passage(context, group) for group in _groups(context.blocks))


def _groups(blocks: tuple[Block, ...]) -> Iterator[list[Block]]:
    group: list[Block] = []
    for block in blocks:
        length = sum(len(b.text) for b in group)
        heads = group and all(b.kind in ("heading", "paragraph_heading") for b in group)
        listed = group and group[-1].kind in ("item", "option") and block.kind in ("item", "option")
        leads = group and group[-1].kind == "text" and group[-1].text.endswith(":") and block.kind in ("item", "option")
        if (group and not ((heads and length < 300) or ((listed or leads) and length + len(block.text) < LONGEST))) or (
            group and heads and block.kind == "paragraph_heading"
        ):
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _passage(context: Context, group: list[Block]) -> Passage:
    text = "\n".join(f"{b.marker} {b.text}".strip() if b.kind == "item" else _text(b) for b in group)
    kind = next((b.role or b.kind for b in group if b.kind != "heading" or b.role), group[0].kind)
    return Passage(context.span(group[0].start, group[-1].end), text, kind)


def _text(block: Block) -> str:
    """A § heading's text goes without its number, which people search for."""
    return f"{block.get('body')} § {block.get('number')} {block.text}".strip() if block.kind == "paragraph_heading" else block.text

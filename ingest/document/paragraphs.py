"""The §§ of a meeting that a document records, and those it refers to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from ingest.document.context import Context
from ingest.document.head import heading_text
from ingest.document.own_numbers import numbers_of, own_number
from ingest.models import Head, Paragraph, ParagraphMention
from ingest.text import squeeze


def paragraphs(context: Context, head: Head, records: str) -> tuple[Paragraph, ...]:
    """Own §§ first, then the references, each in order of place."""
    own = tuple(_own(context, head)) if records == "paragraphs" else ()
    return own + tuple(_referred(context, {p.number for p in own}))


def _own(context: Context, head: Head) -> Iterator[Paragraph]:
    blocks = context.openings
    numbered = [numbers_of(context, block) for block in blocks]
    usual = Counter(found[0].number.register for found in numbered if len(found) == 1)
    for n, block in enumerate(blocks):
        end = blocks[n + 1].start if n + 1 < len(blocks) else context.part.end
        last = context.places.within(block.start, end)[-1].end
        number = own_number(context, block, head.forum, usual)
        forum = context.own_forum(block.get("body").upper(), head.forum) if block.get("body") else head.forum
        yield Paragraph(
            number=block.get("number"),
            forum=forum,
            day=head.day,
            heading=heading_text(context, block),
            dnr=number.number if number else None,
            own=True,
            span=context.span(block.start, last),
        )


def _referred(context: Context, own: set[str]) -> Iterator[Paragraph]:
    """References that say whose § it is or of which day; each once, where it stands first. The table of contents refers to nothing."""
    seen = set()
    for mention in context.mentions.paragraphs:
        inside = context.opening_at(mention.start) is not None
        key = (mention.number, mention.forum, mention.day)
        listed = mention.number in own and (not mention.day or mention.start < context.openings[0].start)
        if inside or listed or key in seen or not (mention.forum or mention.day):
            continue
        seen.add(key)
        yield Paragraph(
            number=mention.number,
            forum=mention.forum,
            day=mention.day,
            heading=reference_heading(context, mention),
            dnr=None,
            own=False,
            span=context.span(mention.start, mention.end),
        )


def reference_heading(context: Context, mention: ParagraphMention) -> str:
    """What stands behind a reference in a list of papers: the title of the §. In running text it is nothing."""
    block = context.places.at(mention.start)
    wrapped = re.split(r"\n+(?![a-zåäö\n])", context.words(mention.end, mention.end + 250))[0]
    line = squeeze(wrapped).strip(" –-:")
    listed = block is not None and (block.kind in ("item", "heading") or mention.start - block.start < 80)
    return line if listed and re.match(r"[A-ZÅÄÖ]", line) and not line.endswith(".") else ""

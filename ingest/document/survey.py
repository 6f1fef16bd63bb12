"""The questions of a form with their options."""

from __future__ import annotations

import re

from ingest.document.context import Context
from ingest.models import Block, Head, Question

_DOTS = re.compile(r"\s*[._…]{4,}")
"""Lines to write an answer on."""


def questions(context: Context, head: Head) -> tuple[Question, ...]:
    """Numbered items of a form; the options are the lines to tick, and short lines among them, up to the next question or heading."""
    if head.kind != "frågeformulär":
        return ()
    starts = [n for n, b in enumerate(context.blocks) if b.kind == "item" and re.match(r"\d", b.marker)]
    out = []
    for n, at in enumerate(starts):
        end = starts[n + 1] if n + 1 < len(starts) else len(context.blocks)
        under = _options(context.blocks[at + 1 : end])
        block = context.blocks[at]
        last = under[-1] if under else block
        out.append(
            Question(block.marker.rstrip(".)"), _DOTS.sub("", block.text).strip(), tuple(b.text for b in under), context.span(block.start, last.end))
        )
    return tuple(out)


def _options(blocks: tuple[Block, ...]) -> list[Block]:
    """The options under a question: from the first to the last line that has a box. Without any box the question is open."""
    boxes = [n for n, b in enumerate(blocks) if b.kind == "option"]
    return [b for b in blocks[: boxes[-1] + 1] if len(b.text) < 80] if boxes else []

"""Sentences of running text that tell of a decision."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.models import Block, DecisionMention
from ingest.rules import Rules
from ingest.text import sentences


def find_decisions(folded: str, blocks: Sequence[Block], rules: Rules) -> tuple[DecisionMention, ...]:
    """One mention a sentence, by the first of its verbs that `narrated` knows."""
    if not blocks:
        return ()
    hits = sorted((m.start(), m.end(), p.name) for p, m in rules.found("narrated", folded, blocks[0].start, blocks[-1].end))
    found, at = [], 0
    for start, end in (s for b in blocks for s in sentences(folded, b.start, b.end, rules.stops)) if hits else ():
        while at < len(hits) and hits[at][0] < start:
            at += 1
        if at < len(hits) and hits[at][0] < end:
            begin = start + len(folded[start:end]) - len(folded[start:end].lstrip())
            found.append(DecisionMention(begin, end, hits[at][2], hits[at][0], hits[at][1]))
    return tuple(found)

"""Sentences of running text that tell of a decision."""

from __future__ import annotations

from ingest.models import DecisionMention, Part
from ingest.rules import Rules
from ingest.text import sentences


def find_decisions(text: str, folded: str, part: Part, rules: Rules) -> tuple[DecisionMention, ...]:
    """One mention a sentence, by the first of its verbs that `narrated` knows."""
    hits = sorted((m.start(), m.end(), p.name) for p in rules.of("narrated") for m in p.regex.finditer(folded, part.start, part.end))
    if not hits:
        return ()
    found, at = [], 0
    for start, end in sentences(folded, part.start, part.end):
        while at < len(hits) and hits[at][0] < start:
            at += 1
        if at < len(hits) and hits[at][0] < end:
            found.append(DecisionMention(start + len(folded[start:end]) - len(folded[start:end].lstrip()), end, hits[at][2], hits[at][0], hits[at][1]))
    return tuple(found)

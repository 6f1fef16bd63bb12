"""Blocks → mentions: what the words say, with places, unresolved. One module a kind; the patterns are data."""

from __future__ import annotations

from ingest.find.dates import find_dates
from ingest.find.decisions import find_decisions
from ingest.find.dnr import find_numbers
from ingest.find.forums import find_forums
from ingest.find.paragraphs import find_paragraphs
from ingest.find.people import find_people
from ingest.models import Block, Mentions, Part
from ingest.rules import Rules
from ingest.text import fold_whole


def find(text: str, part: Part, blocks: tuple[Block, ...], rules: Rules) -> Mentions:
    """Everything that is mentioned in one document; offsets are in the clean text. A sentence lies within a block."""
    folded = fold_whole(text)
    dates = find_dates(text, folded, part, rules)
    numbers = find_numbers(text, folded, part, rules, dates)
    return Mentions(
        numbers=numbers,
        dates=dates,
        forums=find_forums(text, folded, part, rules, numbers),
        paragraphs=find_paragraphs(text, folded, part, rules),
        people=find_people(text, folded, part, rules, next((b.start for b in blocks if b.kind == "paragraph_heading"), None)),
        decisions=find_decisions(folded, blocks, rules),
    )

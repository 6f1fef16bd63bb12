"""Voices (yrkanden, yttranden, reservations, jäv, notes), one row a person; and votes that are counted in the text."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.document.context import Context
from ingest.find.people import people_in
from ingest.models import Block, Statement, Vote
from ingest.text import sentences, squeeze


def statements(context: Context) -> tuple[Statement, ...]:
    """Each sentence with one of the verbs of `statements`: whoever stands before the verb has spoken."""
    found, role = [], ""
    for block in context.blocks:
        if block.role or block.kind == "paragraph_heading":
            role = block.role
        elif block.kind in ("text", "item", "heading"):
            found += list(_in(context, block, role))
    return tuple(found)


def _in(context: Context, block: Block, role: str) -> Iterator[Statement]:
    for start, end in sentences(context.folded, block.start, block.end):
        for pattern in context.rules.of("statements"):
            match = pattern.regex.search(context.folded, start, end)
            if match is None or pattern.get("under", role) != role:
                continue
            number = context.number_at(start)
            for person in people_in(context.words(start, match.start()), start, context.rules):
                text = squeeze(context.words(start, end))
                yield Statement(pattern.get("kind"), person.name, person.party, number or None, text, context.span(person.start, end))
            break


def votes(context: Context) -> tuple[Vote, ...]:
    """Counts of Ja and Nej with the sentence they stand in."""
    found = []
    for pattern in context.rules.of("votes"):
        for match in pattern.regex.finditer(context.folded, context.part.start, context.part.end):
            after = context.folded[match.end() : match.end() + 200]
            abstain = next((m for p in context.rules.of("vote_abstain") if (m := p.regex.search(after))), None)
            yes, no = int(match["yes"]), int(match["no"])
            start, end = next(
                (
                    r
                    for r in sentences(context.folded, max(context.part.start, match.start() - 400), match.end() + 200)
                    if r[0] <= match.start() < r[1]
                ),
                match.span(),
            )
            found.append(
                Vote(
                    paragraph=context.number_at(match.start()) or None,
                    proposition=squeeze(context.words(start, end)),
                    yes=yes,
                    no=no,
                    abstain=int(abstain["abstain"]) if abstain else None,
                    outcome="ja" if yes > no else "nej" if no > yes else "lika",
                    span=context.span(match.start(), match.end()),
                )
            )
    return tuple(found)

"""Whose "arbetsutskottet" is: that of the body whose paper it is, or of the body named straight before it ("§ 22 TEN AU")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ingest.document.context import Context
from ingest.models import Decision, ForumMention, Paragraph
from ingest.rules import Rules
from ingest.text import fold

COMMITTEE = "Arbetsutskottet"
"""What AU stands for."""
_SHORT = COMMITTEE.removesuffix("et").lower()


def whose(forum: str | None, own: str | None, rules: Rules) -> str | None:
    """A body with its committee's whole name: the committee in a paper of a body is that body's, in one of an assembly that of the board which
    prepares for it. Other bodies, and a committee in a paper of no body, stay as they are.
    """
    if forum != COMMITTEE or not own:
        return forum
    if own.lower().endswith((_SHORT, COMMITTEE.lower())):
        return own
    prepare = (f.name for f in rules.forums if own in f.prepares_for and f.parent == own)
    board = next((name for name in prepare if not rules.search("preparing_bodies", fold(name))), None)
    return of(board if board and own.lower().endswith("fullmäktige") else own)


def of(body: str) -> str:
    """The committee of a body ("Kommunstyrelsens arbetsutskott")."""
    return f"{body.removesuffix('s')}s {_SHORT}"


def mentioned(context: Context, own: str | None) -> Iterator[ForumMention]:
    """The bodies that a paper names, each committee with its whole name."""
    before: ForumMention | None = None
    for mention in context.mentions.forums:
        if mention.forum != COMMITTEE:
            yield mention
        elif before and before.forum and context.words(before.end, mention.start).isspace():
            yield replace(mention, forum=of(before.forum))
        else:
            yield replace(mention, forum=whose(mention.forum, own, context.rules))
        before = mention


def referred(paragraphs: tuple[Paragraph, ...], own: str | None, rules: Rules) -> tuple[Paragraph, ...]:
    """The §§, with the whole name of a committee whose they are."""
    return tuple(replace(p, forum=whose(p.forum, own, rules)) if p.forum == COMMITTEE else p for p in paragraphs)


def decided(decisions: tuple[Decision, ...], own: str | None, rules: Rules) -> tuple[Decision, ...]:
    """The decisions, with the whole name of a committee that decides, proposes or is asked to."""
    return tuple(
        replace(d, decided_by=whose(d.decided_by, own, rules), addressed_to=whose(d.addressed_to, own, rules))
        if COMMITTEE in (d.decided_by, d.addressed_to)
        else d
        for d in decisions
    )

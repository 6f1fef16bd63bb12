"""Lists of who voted how: a name a line, and a cross that says by its column whether for Ja or for Nej."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.document.context import Context
from ingest.find.people import party_in, people_in
from ingest.models import Ballot, PersonMention, Vote
from ingest.text import lines

ABOVE = 160
"""So near above a list stands the § that it is of (characters)."""
PATIENCE = 4
"""So many lines without a cross end a list."""
_MARK = re.compile(r"(?<=\s)[xX](?=\s*$)")
_COLUMNS = {"yes": "ja", "no": "nej", "abstain": "avstår", "absent": ""}


@dataclass(frozen=True, slots=True)
class _Table:
    """The ballots of a list, and where it stands in the clean text."""

    start: int
    end: int
    ballots: tuple[Ballot, ...]


def with_tables(context: Context, found: Sequence[Vote]) -> tuple[Vote, ...]:
    """The votes, each with the ballots of the list that has its numbers in the same §; a list that fits none is a vote of its own."""
    out = list(found)
    for table in _tables(context):
        counts = Counter(b.choice for b in table.ballots)
        number = _above(context, table.start) or context.number_at(table.start) or None
        fits = (n for n, v in enumerate(out) if not v.ballots and v.paragraph == number and (v.yes, v.no) == (counts["ja"], counts["nej"]))
        n = next(fits, None)
        if n is None:
            out.append(_vote(context, table, counts, number))
        else:
            out[n] = replace(out[n], ballots=table.ballots, abstain=out[n].abstain if out[n].abstain is not None else counts["avstår"])
    return tuple(sorted(out, key=lambda v: v.span))


def _above(context: Context, place: int) -> str | None:
    """The § that the lines right above a list say it belongs to ("Bilaga 2 Voteringslista § 142"): it may stand behind the last §."""
    named = [m.number for m in context.paragraphs_in(max(context.part.start, place - ABOVE), place)]
    return named[-1] if named and named[-1] in {b.get("number") for b in context.openings} else None


def _vote(context: Context, table: _Table, counts: Counter[str], number: str | None) -> Vote:
    yes, no = counts["ja"], counts["nej"]
    return Vote(
        paragraph=number, proposition="", yes=yes, no=no, abstain=counts["avstår"],
        outcome="ja" if yes > no else "nej" if no > yes else "lika", span=context.span(table.start, table.end), ballots=table.ballots,
    )  # fmt: skip


def _tables(context: Context) -> Iterator[_Table]:
    part = context.part
    for head in (m for p in context.rules.of("vote_table_heads") for m in p.regex.finditer(context.folded, part.start, part.end)):
        columns = {name: (head.start(name) + head.end(name)) / 2 - head.start() for name in _COLUMNS if head.groupdict().get(name)}
        ballots, last, silent = [], head.end(), 0
        for start, end in lines(context.clean.text, head.end() + 1, part.end):
            if silent > PATIENCE or _ends(context, start, end):
                break
            ballot = _ballot(context, start, end, columns)
            silent = 0 if ballot else silent + 1
            if ballot:
                ballots.append(ballot)
                last = end
        if ballots:
            yield _Table(head.start(), last, tuple(ballots))


def _ends(context: Context, start: int, end: int) -> bool:
    return any(p.regex.match(context.folded, start, end) for p in context.rules.of("vote_table_ends"))


def _ballot(context: Context, start: int, end: int, columns: dict[str, float]) -> Ballot | None:
    """The ballot of a line, None where it has no cross or nobody's name; of a member and a substitute the one who stands last has voted."""
    mark = _MARK.search(context.folded, start, end)
    if mark is None:
        return None
    column = min(columns, key=lambda name: abs(columns[name] - (mark.start() - start)))
    people = _named(context, start, mark.start())
    if not people or not _COLUMNS[column]:
        return None
    who = people[-1]
    return Ballot(who.name, who.party or None, _COLUMNS[column], context.span(who.start, min(who.end, end)))


def _named(context: Context, start: int, end: int) -> Sequence[PersonMention]:
    known = context.people_in(start, end)
    if known:
        return known
    words = context.words(start, end)
    party = party_in(words, context.rules).strip("-") or None
    found = [p for piece in re.finditer(r"\S+(?: \S+)*", words) for p in people_in(piece.group(), start + piece.start(), context.rules)]
    return [replace(p, party=p.party or party) for p in found]

"""Voices: yrkanden, yttranden, reservations, jäv, notes; one row a person, or a party where it speaks as one."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from ingest.document.context import Context
from ingest.find.people import people_in
from ingest.models import Attendance, Block, Meeting, PersonMention, Statement
from ingest.places import Taken
from ingest.rules import Pattern
from ingest.rules.quick import spots
from ingest.text import fold, lines, sentences, squeeze

LISTED = {"reservation": "reservation", "speech": "yttrande", "disqualification": "jäv", "note": "protokollsanteckning"}
"""Roles of headings under which a bare name says who; and the kind of statement."""

LONGEST = 8000
"""A statement that goes on below takes no more than so many characters."""


def statements(context: Context, met: Meeting | None = None) -> tuple[Statement, ...]:
    """Each sentence with one of the verbs of `statements`: whoever stands before the verb has spoken; "Ordföranden" is who led the meeting."""
    chair = next((a for a in met.attendance if a.role == "chair"), None) if met else None
    found: list[Statement] = []
    role = ""
    going_on = 0
    """So many of the last that were found go on in the next block."""
    verbs = _Verbs(context)
    for block in context.blocks:
        if block.role or block.kind == "paragraph_heading":
            role, going_on = block.role, 0
        elif block.kind in ("text", "item", "heading"):
            spoken = list(_in(context, block, role, verbs, chair)) if verbs.between(block.start, block.end, role) else []
            spoken = spoken or list(_only_named(context, block, role) if role in LISTED else ())
            if going_on and not spoken and block.kind != "heading":
                found[-going_on:] = (_with(context, s, block) for s in found[-going_on:])
                continue
            found += spoken
            going_on = sum(s.text.endswith(":") for s in spoken[-1:]) and sum(s.text == spoken[-1].text for s in spoken)
    return tuple(found)


def _with(context: Context, said: Statement, block: Block) -> Statement:
    """A statement that ends with a colon, with the words of a block below it."""
    if len(said.text) > LONGEST:
        return said
    start = context.clean.overlay.from_base(said.span.start)
    return replace(said, text=f"{said.text} {squeeze(context.words(block.start, block.end))}", span=context.span(start, block.end))


class _Verbs:
    """Where in a document which patterns of `statements` may match: where a word stands that every match of them holds."""

    def __init__(self, context: Context) -> None:
        self.patterns = context.rules.likely("statements", context.folded)
        found = [(n, spots([p.regex], context.folded, context.part.start, context.part.end)) for n, p in enumerate(self.patterns)]
        self.anywhere = {n for n, places in found if places is None}
        self.known = sorted((place, n) for n, places in found for place in places or ())
        self.places = [place for place, _ in self.known]

    def between(self, start: int, end: int, role: str) -> list[Pattern]:
        """The patterns that may match between two places under a heading of this role, in the order of the file."""
        first = bisect_left(self.places, start)
        if not self.anywhere and (first == len(self.places) or self.places[first] >= end):
            return []  # as in most blocks
        near = self.known[first : bisect_left(self.places, end)]
        found = (self.patterns[n] for n in sorted({*self.anywhere, *(n for _, n in near)}))
        return [p for p in found if _said_under(p, role)]


def _said_under(pattern: Pattern, role: str) -> bool:
    """The pattern counts under a heading of this role."""
    under = pattern.get("under")
    return (not under or role in under.split()) and pattern.get("not_under", "-") != role


def _only_named(context: Context, block: Block, role: str) -> Iterator[Statement]:
    """People who are only listed under a heading that says what they have done ("Reservation", "Yttranden")."""
    people = context.people_in(block.start, block.end)
    words = context.folded[block.start : block.end]
    if not people and role == "speech":  # "Anföranden: Anna Ek, Bo Ås"
        people = tuple(
            replace(p, end=p.start + len(p.name)) for p in people_in(context.words(block.start, block.end).rstrip(". "), block.start, context.rules)
        )
    for person in people:
        words = words.replace(context.folded[person.start : person.end], " ", 1)
    if people:
        words = context.rules.without(("named_tails",), words)
    if people and not re.search(r"\w", re.sub(r"\b(?:och|samt)\b", "", words)):
        number = context.number_at(block.start) or None
        for person in people:
            yield Statement(LISTED[role], person.name, person.party or None, number, squeeze(block.text), context.span(person.start, block.end))


def _in(context: Context, block: Block, role: str, verbs: _Verbs, chair: Attendance | None) -> Iterator[Statement]:
    for start, end in sentences(context.folded, block.start, block.end, context.rules.stops):
        for pattern in verbs.between(start, end, role):
            match = pattern.regex.search(context.folded, start, end)
            if match is None:
                continue
            number = context.number_at(start) or None
            for first, verb, last in _apart(context, pattern, match, start, end):
                text = squeeze(context.words(first, last))
                who = _who(context, first, verb.start(), verb.end(), last) or list(_led(context, chair, first, verb.start()))
                for name, party, place in who:
                    yield Statement(pattern.get("kind"), name, party, number, text, context.span(place, last))
            break


def _apart(context: Context, pattern: Pattern, match: re.Match[str], start: int, end: int) -> Iterator[tuple[int, re.Match[str], int]]:
    """The sentence and its verb; lines that end without a stop ("Anna Ek (V) - avslag") are a sentence each where the pattern says `each`."""
    if not pattern.data.get("each"):
        yield start, match, end
        return
    for first, last in lines(context.folded, start, end):
        found = pattern.regex.search(context.folded, first, last)
        if found:
            yield first, found, last


def _who(context: Context, start: int, verb: int, after: int, end: int) -> list[tuple[str, str | None, int]]:
    """Who speaks: the people before the verb, with party or in an enumeration without, and the parties; or who stands straight behind it."""
    known = list(context.people_in(start, verb))
    taken = Taken((k.start, k.end) for k in known)
    others = [
        p
        for p in people_in(context.words(start, verb), start, context.rules)
        if taken.free(p.start, p.end) and not context.rules.fullmatch("not_people", fold(p.name))
    ]
    people = sorted([*known, *others], key=lambda p: p.start)
    last = next((p for p in reversed(people) if p.party and context.rules.search("shared_parties", context.folded[p.start : p.end])), None)
    shared = last.party if last else None  # "Anna Ek och Bo Ås (båda S)"
    found = [(p.name, p.party or shared, p.start) for p in people] + list(_parties(context, start, verb))
    if not found:  # "Därefter yrkar Anna Ek (S) bifall"
        found = [(p.name, p.party or None, p.start) for p in _enumerated(context, after, end)]
    for _, match in context.rules.found("seconded", context.folded, after, end):
        found += [(p.name, p.party or None, p.start) for p in _enumerated(context, match.end(), end)]
    return sorted(dict.fromkeys(found), key=lambda f: f[2])


def _led(context: Context, chair: Attendance | None, start: int, verb: int) -> Iterator[tuple[str, str | None, int]]:
    """Who led the meeting, where only "Ordföranden" speaks."""
    match = next((m for p in context.rules.of("chair_speaks") if (m := p.regex.search(context.folded[start:verb]))), None)
    if chair and match:
        yield chair.person, chair.party, start + match.start()


def _enumerated(context: Context, after: int, end: int) -> Iterator[PersonMention]:
    """The people straight behind a place, with nothing but commas and "och" between them."""
    for person in context.people_in(after, end):
        if not re.fullmatch(r"[\s,]*(?:och|samt)?\s*", context.folded[after : person.start]):
            return
        yield person
        after = person.end


def _parties(context: Context, start: int, end: int) -> Iterator[tuple[str, str | None, int]]:
    """Parties that speak as one: "Ledamöterna från SD", "Moderaterna och Liberalerna"; a row for each."""
    for _, match in context.rules.found("voice_groups", context.folded, start, end):
        words = squeeze(context.words(*match.span()))
        for letters in re.findall(r"\b[A-ZÅÄÖ]+\b", context.words(*match.span("parties"))):
            yield words, letters, match.start()
    for party, match in context.rules.found("parties", context.folded, start, end):
        yield squeeze(context.words(*match.span())), party.name, match.start()

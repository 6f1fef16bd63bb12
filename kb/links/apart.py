"""Which of several cases with one number each row means: that of its own organisation, else the one that its words name, else it is in doubt."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from ingest.rules import Rules
from kb.links.base import Base, Section, indexed
from kb.links.cases import Case, Doubt, Parted, lying_in_two, number_of, parted
from kb.links.wording import Mention, Place, cited, heads, text_of

KEYED = ("documents", "paragraphs", "decisions", "assignments", "agreements", "agreement_notes")
"""Tables with `dnr_key`, beside `dnr_mentions`."""

Row = dict[str, Any]


class Unclear(NamedTuple):
    """A paper, or a § of one, that has a number of several cases and does not say which."""

    number: str
    document: str
    section: str | None
    place: Place


@dataclass(slots=True)
class Told:
    """How the rows of the numbers that name several cases are to be: case → whose it is ("" of one that is not known); table → row → case; which
    mentions are unsure; mentions to add, of the same words under another case; and what cannot be told.
    """

    cases: dict[str, str] = field(default_factory=dict)
    keys: dict[str, dict[object, str]] = field(default_factory=dict)
    unsure: set[int] = field(default_factory=set)
    copies: list[Row] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)
    doubts: tuple[Doubt, ...] = ()


def told(db: sqlite3.Connection, base: Base, rules: Rules) -> Told:
    """Which case each row means."""
    found = parted(db, base, rules)
    out = Told(doubts=found.doubts)
    if not found.cases:
        return out
    teller = _Teller(db, base, found)
    for number, cases in sorted(found.cases.items()):
        out.cases |= {number: "", **{case.key: case.organisation for case in cases}}
        _mentions(teller, number, out)
    for table in KEYED:
        out.keys[table] = {row[0]: teller.key_at(number_of(row[1]), *row[2:]) for row in db.execute(_ROWS[table], (teller.known,))}
    return out


class _Teller:
    """Tells the case of a place. None where it cannot be told."""

    def __init__(self, db: sqlite3.Connection, base: Base, found: Parted) -> None:
        self.db, self.base, self.found = db, base, found
        self.known = json.dumps([key for (key,) in db.execute("SELECT key FROM diary_numbers ORDER BY key") if number_of(key) in found.cases])
        self._in_two = lying_in_two(base)
        self._units: dict[tuple[str, str, str | None], Case | None] = {}
        self._beside = {(m.id, number): self._named(number, m) for number in found.cases for m in found.mentions.get(number, ())}
        self._placed = indexed(((n, m) for n in found.cases for m in found.mentions.get(n, ())), lambda pair: (pair[0], pair[1].document))

    def _named(self, number: str, mention: Mention) -> Case | None:
        """The case whose organisation is named straight beside the number."""
        cases = self.found.cases[number]
        scope = self.found.names.beside(mention, [scope for case in cases for scope in sorted(case.scopes)])
        return next((case for case in cases if scope in case.scopes), None)

    def beside(self, number: str, mention: Mention) -> Case | None:
        """As `_named`, kept."""
        return self._beside[mention.id, number]

    def home(self, number: str, document: str) -> Case | None:
        """The case of the paper's own organisation."""
        paper, known = self.base.documents[document], document not in self._in_two
        return next((case for case in self.found.cases[number] if known and paper.organisation and paper.scope in case.scopes), None)

    def named_in(self, number: str, text: str) -> list[Case]:
        """The cases whose organisations a text names."""
        cases = self.found.cases[number]
        named = self.found.names.among(text, [scope for case in cases for scope in sorted(case.scopes)])
        return [case for case in cases if case.scopes & named]

    @cached_property
    def sections(self) -> Mapping[str, Sequence[Section]]:
        """Document → the §§ it records."""
        return indexed(self.base.sections, lambda s: s.document)

    def section_at(self, document: str, place: int) -> Section | None:
        """The § of the document that a place lies in."""
        return next((s for s in self.sections.get(document, ()) if s.place[2] <= place <= s.place[3]), None)

    def key_at(self, number: str, document: str, start: int, end: int, within: int) -> str:
        """The key of a row at a place: what names a case by its words (`within`) is of the case named there."""
        if within:
            beside = [self.beside(n, m) for n, m in self._placed.get((number, document), ()) if start <= m.place[2] < end]
            if named := next(filter(None, beside), None):
                return named.key
        section = self.section_at(document, start) if end else None
        case = self.home(number, document) or self.of_unit(number, document, section)
        return case.key if case else number

    def of_mention(self, number: str, mention: Mention, section: Section | None) -> Case | None:
        """The case that a mention in another's paper means: of the one organisation that its sentence names, else what all of the § tells."""
        return _only(self.named_beside(number, mention)) or self.of_unit(number, mention.document, section)

    def named_beside(self, number: str, mention: Mention) -> Sequence[Case]:
        """The case named straight beside a number, else those whose organisations its sentence names."""
        beside = self.beside(number, mention)
        return [beside] if beside else self.named_around(number, mention)

    def named_around(self, number: str, mention: Mention) -> list[Case]:
        """The cases whose organisations the sentence of a number names."""
        cases = self.found.cases[number]
        named = self.found.names.in_sentence(mention, [scope for case in cases for scope in sorted(case.scopes)])
        return [case for case in cases if case.scopes & named]

    def of_unit(self, number: str, document: str, section: Section | None) -> Case | None:
        """The case that a § of another's paper tells of, or the paper outside its §§: see `_ways`."""
        unit = number, document, section.id if section else None
        if unit not in self._units:
            self._units[unit] = next(filter(None, (_only(some) for some in self._ways(number, document, section))), None)
        return self._units[unit]

    def _ways(self, number: str, document: str, section: Section | None) -> Iterator[Sequence[Case]]:
        """The cases that fit, one way to tell after the other: who is named in the sentences of the number, who in the heading, whose matter it
        is, whose § is cited, who alone is named.
        """
        cases = self.found.cases[number]
        if section is None:
            yield self._of_sections(number, document)
        there = [m for n, m in self._placed.get((number, document), ()) if self.section_at(document, m.place[2]) == section]
        yield list({case.key: case for m in there for case in self.named_beside(number, m)}.values())
        heading = section.heading if section else heads(self.db, [document])[document][0]
        yield self.named_in(number, heading)
        yield [case for case in cases if any(self.found.matters.alike(heading, own.heading) for own in case.owns)]
        identities = {case.key: {self.base.identity(own.section) for own in case.owns if own.section} for case in cases}
        targets = {target for within, target in cited(self.db, self.base, [document]).get(document, ()) if section is None or within == section.id}
        yield [case for case in cases if identities[case.key] & targets]
        text = text_of(self.db, document, *(section.place[2:] if section else ()))
        levels = {scope.split(":")[1] for case in cases for scope in case.scopes}
        named = {name.scope for name in self.found.names.named(text) if name.scope.split(":")[1] in levels}
        if len(named - {self.base.documents[document].scope}) == 1:  # a list names many, and not each beside its number
            yield self.named_in(number, text)

    def _of_sections(self, number: str, document: str) -> Sequence[Case]:
        """The cases of the §§ of a paper that have the number as their own."""
        own = (s for s in self.sections.get(document, ()) if s.key and number_of(s.key) == number)
        return list({case.key: case for s in own if (case := self.of_unit(number, document, s))}.values())


def _only(some: Sequence[Case]) -> Case | None:
    return some[0] if len(some) == 1 else None


def _mentions(teller: _Teller, number: str, out: Told) -> None:
    """What becomes of the mentions of a number, one paper after the other."""
    said: set[tuple[str, str | None]] = set()
    keys = out.keys.setdefault("dnr_mentions", {})
    for mention in teller.found.mentions.get(number, ()):
        section = teller.section_at(mention.document, mention.place[2])
        key, others, sure = _told(teller, number, mention, section)
        keys[mention.id] = key
        out.copies += [_copy(mention, other, sure) for other in others]
        if not sure:
            out.unsure.add(mention.id)
            unit = mention.document, section.id if section else None
            if unit not in said:
                out.unclear.append(Unclear(number, *unit, mention.place))
            said.add(unit)


def _told(teller: _Teller, number: str, mention: Mention, section: Section | None) -> tuple[str, list[str], bool]:
    """The case of a mention, the others that it is found in too, and whether it is sure. What cannot be told is found in all there are."""
    every = [case.key for case in teller.found.cases[number]]
    home = teller.home(number, mention.document)
    if home is None:
        case = teller.of_mention(number, mention, section)
        if case:
            return case.key, [], True
        return (number, every, False) if mention.role == "own" else (every[0], every[1:], False)
    beside = teller.beside(number, mention)
    if beside and beside.key != home.key:  # its own paper, and all the same another's number: it is found in both
        return home.key, [beside.key], True
    named = teller.named_around(number, mention) if mention.role == "reference" and not beside else []
    if named and home not in named:
        return home.key, [case.key for case in named], False
    return home.key, [], True


def _copy(m: Mention, key: str, sure: bool) -> Row:
    page, line, start, end = m.place
    return {
        "key": key, "canonical": m.canonical, "spelling": m.spelling, "sub": m.sub, "role": "reference", "document_id": m.document,
        "page": page, "line": line, "start": start, "end": end, "copied": 1, "unsure": int(not sure),
    }  # fmt: skip


# Of each row: where it stands, and whether its words name the case; a paper by its head, where it is of no §.
_ROWS = {
    "documents": "SELECT id, dnr_key, id, start, 0, 0 FROM documents WHERE dnr_key IN (SELECT value FROM json_each(?))",
    "paragraphs": "SELECT id, dnr_key, document_id, start, end, own = 0 FROM paragraphs WHERE dnr_key IN (SELECT value FROM json_each(?))",
    "decisions": """SELECT id, dnr_key, document_id, start, end, status = 'narrated' FROM decisions
        WHERE dnr_key IN (SELECT value FROM json_each(?))""",
    "assignments": "SELECT id, dnr_key, document_id, start, end, 0 FROM assignments WHERE dnr_key IN (SELECT value FROM json_each(?))",
    "agreement_notes": "SELECT id, dnr_key, document_id, start, end, 1 FROM agreement_notes WHERE dnr_key IN (SELECT value FROM json_each(?))",
    "agreements": "SELECT id, dnr_key, document_id, start, 0, 0 FROM agreements WHERE dnr_key IN (SELECT value FROM json_each(?))",
}

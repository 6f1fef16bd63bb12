"""Which cases a diary number names: two organisations may have used it each for its own, and a case may go from one to another under it.

A number that papers of several organisations have as their own names as many cases, unless something ties them: the register is kept by a body of
another level, one cites the other's § or names the other beside the number, or they are about the same matter and one names the other. The same
matter alone tells too little: then it stays one case, with a doubt.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from ingest.rules import Rules
from ingest.text import fold
from kb.links.base import Base, indexed
from kb.links.wording import Matters, Mention, Names, Place, cited, heads, mentions, text_of

MARK = "@"
"""Between a number and whose it is, in the key of a case of one organisation; no register, year or serial has it."""
LEVELS = ("region", "municipality")


class Own(NamedTuple):
    """A paper, or a § of one, that has the number as its own."""

    day: str
    document: str
    section: str | None
    place: Place
    heading: str


Owners = Mapping[str, Sequence[Own]]
"""Scope of an organisation → what it has under a number as its own, the earliest first."""


@dataclass(frozen=True, slots=True)
class Case:
    """One of several cases that have a number: whose it is, the organisations in whose papers it goes on, and these papers."""

    key: str
    organisation: str
    scopes: frozenset[str]
    owns: tuple[Own, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Papers of two organisations that are taken for one case and may be of two: the earliest of each."""

    number: str
    first: Own
    other: Own


@dataclass(frozen=True, slots=True)
class Parted:
    """Number → its cases, where these are several; the doubts about numbers of one case; and what was read to tell."""

    cases: dict[str, tuple[Case, ...]]
    doubts: tuple[Doubt, ...]
    names: Names
    matters: Matters
    mentions: dict[str, list[Mention]]


def number_of(key: str) -> str:
    """The number of a case, whosever case it is."""
    return key.partition(MARK)[0]


def parted(db: sqlite3.Connection, base: Base, rules: Rules) -> Parted:
    """The numbers that name several cases, told from what papers say: the keys that their rows have now do not matter."""
    owners = _owners(db, base)
    evidence = _Evidence(db, base, rules, owners)
    cases: dict[str, tuple[Case, ...]] = {}
    doubts: list[Doubt] = []
    for number, owned in sorted(owners.items()):
        groups, unsure = _groups(number, owned, evidence)
        doubts += unsure
        if len(groups) > 1:
            cases[number] = tuple(sorted((_case(base, number, owned, group) for group in groups), key=lambda case: case.key))
    return Parted(cases, tuple(doubts), evidence.names, evidence.matters, evidence.mentions)


def _owners(db: sqlite3.Connection, base: Base) -> dict[str, Owners]:
    """Number → who has it as their own, where several have."""
    found: dict[str, dict[str, list[tuple[str, str | None]]]] = defaultdict(lambda: defaultdict(list))
    in_two_folders = lying_in_two(base)
    had = [(p.key, p.id, None) for p in base.documents.values()] + [(s.key, s.document, s.id) for s in base.sections]
    for key, document, section in had:
        paper = base.documents[document]
        if key and paper.organisation and document not in in_two_folders:
            found[number_of(key)][paper.scope].append((document, section))
    several = {number: _by_section(owned) for number, owned in found.items() if len(owned) > 1}
    first = heads(db, {document for owned in several.values() for pairs in owned.values() for document, _ in pairs})
    return {
        number: {scope: sorted((_own(base, first, *pair) for pair in owned[scope]), key=_order) for scope in sorted(owned)}
        for number, owned in several.items()
    }


def _by_section(owned: Mapping[str, list[tuple[str, str | None]]]) -> dict[str, list[tuple[str, str | None]]]:
    """A record that has the number by its §§ has it by these alone: its title, "Protokoll Kommunstyrelsen", is that of no matter."""
    within = {document for pairs in owned.values() for document, section in pairs if section}
    return {scope: [pair for pair in pairs if pair[1] or pair[0] not in within] for scope, pairs in owned.items()}


def lying_in_two(base: Base) -> set[str]:
    """Papers that lie in folders of several organisations, and do not say whose they are."""
    groups = indexed(base.same_documents, lambda copy: base.same_documents[copy])
    several = ((first, *copies) for first, copies in groups.items() if len({base.documents[id].scope for id in (first, *copies)}) > 1)
    return {id for group in several for id in group}


def _own(base: Base, first: Mapping[str, tuple[str, Place]], document: str, section: str | None) -> Own:
    if section:
        found = base.by_id[section]
        return Own(found.date or "", document, section, found.place, found.heading)
    title, place = first[document]
    return Own(base.documents[document].date or "", document, None, place, title)


def _order(own: Own) -> tuple[object, ...]:
    return not own.day, own.day, own.document, own.section is None, own.section or ""


class _Evidence:
    """What ties the papers of two organisations that have one number, each asked for where it is needed."""

    def __init__(self, db: sqlite3.Connection, base: Base, rules: Rules, owners: Mapping[str, Owners]) -> None:
        self.db, self.base, self.rules, self.owners = db, base, rules, owners
        self.names, self.matters = Names(rules, base.regions), Matters(rules)

    @cached_property
    def mentions(self) -> dict[str, list[Mention]]:
        """Number → where it stands."""
        keys = [key for (key,) in self.db.execute("SELECT key FROM diary_numbers") if number_of(key) in self.owners]
        return indexed(mentions(self.db, keys) if keys else (), lambda m: number_of(m.key))

    @cached_property
    def cited(self) -> Mapping[str, set[tuple[str | None, str]]]:
        """Document → what it cites."""
        documents = {own.document for owned in self.owners.values() for owns in owned.values() for own in owns}
        return cited(self.db, self.base, documents)

    @cached_property
    def levels(self) -> Mapping[str, str]:
        """Register → the level of the bodies that keep it, where all are of one."""
        kept: dict[str, set[str]] = defaultdict(set)
        for named in ("registers", "abbreviation"):
            known = set(kept)
            for forum in self.rules.forums:
                for register in forum.registers if named == "registers" else filter(None, (forum.abbreviation,)):
                    if register.casefold() not in known:  # who is said to keep it counts before who is called so
                        kept[register.casefold()].add(forum.level or "")
        return {register: next(iter(levels)) for register, levels in kept.items() if len(levels) == 1 and levels <= set(LEVELS)}

    @cached_property
    def _registers(self) -> Mapping[str, str]:
        """Number → its register as it is written."""
        return {number_of(key): register for key, register in self.db.execute("SELECT key, register FROM diary_numbers")}

    def of_the_state(self, number: str) -> bool:
        """The number is of an authority of the state."""
        return self.rules.search("registers_of_the_state", fold(self._registers[number])) is not None

    def tied(self, number: str, one: str, other: str) -> bool:
        """One organisation's papers cite the other's §."""
        return any(self._cites(number, a, b) for a, b in ((one, other), (other, one)))

    def named(self, number: str, one: str, other: str) -> bool:
        """One organisation's papers name the other beside the number: it may be the other's, or one of its own in a matter with the other."""
        return any(self._names(number, a, b) for a, b in ((one, other), (other, one)))

    def _cites(self, number: str, one: str, other: str) -> bool:
        sections = {self.base.identity(own.section) for own in self.owners[number][other] if own.section}
        return any(
            target in sections and own.section in (None, within)
            for own in self.owners[number][one]
            for within, target in self.cited.get(own.document, ())
        )

    def _names(self, number: str, one: str, other: str) -> bool:
        """Where it has the number, not in another matter: there it is the other's, with one of its own beside it."""
        owns = indexed(self.owners[number][one], lambda own: own.document)
        there = (m for m in self.mentions.get(number, ()) if any(_within(m, own) for own in owns.get(m.document, ())))
        return any(self.names.beside(m, (other,)) for m in there)

    def alike(self, number: str, one: str, other: str) -> bool:
        """They are about the same matter."""
        owned = self.owners[number]
        return any(self.matters.alike(a.heading, b.heading) for a in owned[one] for b in owned[other])

    def speaks(self, number: str, one: str, other: str) -> bool:
        """One speaks of the other by name where it has the number."""
        return any(self.names.among(self._text(own), (b,)) for a, b in ((one, other), (other, one)) for own in self.owners[number][a])

    def _text(self, own: Own) -> str:
        return text_of(self.db, own.document, *(own.place[2:] if own.section else ()))


def _within(mention: Mention, own: Own) -> bool:
    """The mention stands in the § that has the number, or in the paper."""
    return own.section is None or own.place[2] <= mention.place[2] <= own.place[3]


Group = frozenset[str]


def _groups(number: str, owned: Owners, evidence: _Evidence) -> tuple[list[Group], list[Doubt]]:
    """The scopes that share a case, for each case there is; and the doubts within them. Who has another level's number is a guest in its case; of
    several cases its papers tell which, each by itself.
    """
    hosts = _hosts(owned, evidence.levels.get(_register(number)))
    if evidence.of_the_state(number) or len(hosts) < 2:
        return [frozenset(owned)], []
    pairs = list(combinations(hosts, 2))
    sure = _joined([frozenset([scope]) for scope in hosts], [pair for pair in pairs if _sure(number, *pair, evidence)])
    perhaps = [pair for pair in pairs if evidence.alike(number, *pair) or evidence.named(number, *pair)]
    groups = _joined(sure, perhaps)
    doubts = [doubt for group in groups for doubt in _doubts(number, owned, [part for part in sure if part <= group])]
    return groups, doubts


def _hosts(owned: Owners, kept_by: str | None) -> list[str]:
    """Those whose register it can be: of the level that keeps it, else, where none of them is, an association's or the like."""
    if kept_by is None:
        return list(owned)
    return [scope for scope in owned if _level(scope) == kept_by] or [scope for scope in owned if _level(scope) is None]


def _sure(number: str, one: str, other: str, evidence: _Evidence) -> bool:
    return evidence.tied(number, one, other) or (evidence.alike(number, one, other) and evidence.speaks(number, one, other))


def _joined(groups: Sequence[Group], pairs: Sequence[tuple[str, str]]) -> list[Group]:
    """Groups, those joined that a pair has a foot in."""
    found = list(groups)
    for pair in pairs:
        both = [group for group in found if group & set(pair)]
        found = [group for group in found if group not in both] + [frozenset().union(*both)]
    return found


def _doubts(number: str, owned: Owners, parts: Sequence[Group]) -> Iterator[Doubt]:
    """A doubt for each part of a case that only its matter ties to the earliest."""
    earliest = sorted((min((owned[scope][0] for scope in part), key=_order) for part in parts), key=_order)
    for other in earliest[1:]:
        yield Doubt(number, earliest[0], other)


def _case(base: Base, number: str, owned: Owners, group: Group) -> Case:
    """The case is of the one who had the number first."""
    holder = min(group, key=lambda scope: (_order(owned[scope][0]), scope))
    organisation = base.documents[owned[holder][0].document].organisation or ""
    owns = tuple(own for scope in sorted(group) for own in owned[scope])
    return Case(f"{number}{MARK}{holder.removeprefix('o:')}", organisation, group, owns)


def _register(number: str) -> str:
    return number.rsplit("-", 2)[0] if number.count("-") > 1 else ""


def _level(scope: str) -> str | None:
    level = scope.split(":")[1]
    return level if level in LEVELS else None

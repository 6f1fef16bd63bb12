"""The base as links are worked out from it: documents with the organisation they belong to, and the §§ they record, found by body, number and day."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

from kb.links import organisations

Scopes = tuple[tuple[str, ...], ...]
"""Where to look, one place after the other; what lies in one place is alike near."""
FULL = 10
"""Letters of a date that names a day."""


class Section(NamedTuple):  # of these there are tens of thousands, and they are quickly made
    """A § that a document records. `scope` is the organisation whose § it is (see `Paper`)."""

    id: str
    document: str
    scope: str
    number: str
    forum: str | None
    date: str | None
    last: str | None
    heading: str
    key: str | None
    place: tuple[int, int | None, int, int]

    @property
    def year(self) -> str:
        """The year of the meeting, "" where it is not known."""
        return (self.date or "")[:4]

    def on(self, date: str) -> bool:
        """True where the § can be of that day, month or year."""
        if not self.date:
            return False
        if len(date) < FULL or len(self.date) < FULL:
            return self.date.startswith(date) or date.startswith(self.date)
        return self.date <= date <= (self.last or self.date)


@dataclass(frozen=True, slots=True)
class Body:
    """A forum: the level of what it belongs to, and whether the registry knows it."""

    level: str | None
    registered: bool


class Base:
    """What `derive` asks of the base."""

    def __init__(self, db: sqlite3.Connection, alike: Sequence[tuple[str, ...]] = ()) -> None:
        self.alike = {name: others for others in alike if len(others) > 1 for name in others}
        self.bodies = {row[0]: Body(row[1], bool(row[2])) for row in db.execute("SELECT name, level, registered FROM forums")}
        self.documents = organisations.papers(db, self.level)
        self.sections = [self._section(*row) for row in db.execute(_SECTIONS)]
        self.by_id = {s.id: s for s in self.sections}
        self._scopes: dict[tuple[str | None, str, str | None], Scopes] = {}
        self._digests = db.execute("SELECT id, digest FROM documents WHERE digest <> '' ORDER BY id").fetchall()

    def _section(self, id: str, document: str, *rest: object) -> Section:
        number, forum, date, last, heading, key, *place = rest
        scope = self.documents[document].scope
        return Section(id, document, scope, plain_number(str(number)), forum, date, last, str(heading), key, tuple(place))  # type: ignore[arg-type]

    def level(self, forum: str | None) -> str | None:
        """What kind of organisation a body belongs to: region or municipality; None where that is not known, or both."""
        known = self.bodies.get(forum or "")
        level = known.level if known and known.level else None
        if level is None and forum:
            level = "region" if forum.lower().startswith("region") else "municipality" if forum.lower().startswith("kommun") else None
        return level if level in ("region", "municipality") else None

    @cached_property
    def same_documents(self) -> dict[str, str]:
        """Document → the first one with the same words."""
        first: dict[str, str] = {}
        return {id: first[digest] for id, digest in self._digests if first.setdefault(digest, id) != id}

    @cached_property
    def same(self) -> dict[str, str]:
        """§ → the record of the same § that counts: of one organisation, body and number, and of days that meet; a protocol before an extract."""
        found = {}
        dated = (s for s in self.sections if s.forum and s.date and len(s.date) == FULL)
        for group in grouped(dated, lambda s: (s.scope, s.forum, s.number, s.year)):
            for run in _runs(sorted(group, key=lambda s: (s.date, s.id))):
                one_each: dict[str, Section] = {}
                for section in run:
                    one_each.setdefault(section.document, section)
                ranked = sorted(one_each.values(), key=lambda s: (self.documents[s.document].kind != "protokoll", s.id))
                found.update({s.id: ranked[0].id for s in ranked[1:]})
        return found

    def identity(self, paragraph: str) -> str:
        """The record of the same § that counts."""
        return self.same.get(paragraph, paragraph)

    @cached_property
    def records(self) -> dict[str, list[Section]]:
        """The § that counts → all records of it, where there are several."""
        found: dict[str, list[Section]] = defaultdict(list)
        for id, canonical in sorted(self.same.items()):
            found[canonical].append(self.by_id[id])
        return {canonical: [self.by_id[canonical], *rest] for canonical, rest in found.items()}

    @cached_property
    def _by_forum(self) -> dict[tuple[str, str | None, str, str], list[Section]]:
        """By year, and with "" for all years."""
        keys = (((s.scope, s.forum, s.number, year), s) for s in self.sections for year in {s.year, ""})
        return {key: [s for _, s in pairs] for key, pairs in indexed(keys, lambda pair: pair[0]).items()}

    @cached_property
    def _by_number(self) -> dict[tuple[str, str], list[Section]]:
        return indexed(self.sections, lambda s: (s.scope, s.number))

    def scopes(self, forum: str | None, document: str, organisation: str | None = None) -> Scopes:
        """The scopes in which a body that a document names may be sought, the nearest first; none where it cannot be known whose it is."""
        if organisation:
            return ((organisations.scope_of(organisation),),)
        paper = self.documents[document]
        asked = forum, paper.scope, paper.level
        found = self._scopes.get(asked)
        if found is None:
            found = self._scopes[asked] = self._near(*asked)
        return found

    def _near(self, forum: str | None, scope: str, of: str | None) -> Scopes:
        """The scopes for papers of one organisation and level."""
        level = self.level(forum)
        if level is None or of in (None, level):
            known = self.bodies.get(forum or "")
            shared = level is None and known is not None and known.registered
            return ((scope,), self.all_scopes) if shared else ((scope,), *self._of_region(level))
        return self._of_region(level)

    def _of_region(self, level: str | None) -> Scopes:
        """Where there is one region, what names a body of a region and does not say which means that."""
        return (tuple(self.regions),) if len(self.regions) == 1 and level == "region" else ()

    @cached_property
    def regions(self) -> set[str]:
        """The scopes of the regions that have papers here."""
        return {d.scope for d in self.documents.values() if d.level == "region" and d.organisation}

    @cached_property
    def all_scopes(self) -> tuple[str, ...]:
        """Every scope there is."""
        return tuple(sorted({d.scope for d in self.documents.values()}))

    def _numbered(self, scope: str, forum: str | None, plain: str, year: str) -> Sequence[Section]:
        return self._by_forum.get((scope, self._called(scope, forum), plain, year), ()) if forum else self._by_number.get((scope, plain), ())

    @cached_property
    def _bodies_of(self) -> set[tuple[str, str | None]]:
        return {(s.scope, s.forum) for s in self.sections}

    def _called(self, scope: str, forum: str) -> str:
        """The body that a short name means there: where the one it was taken for has no §§, the only other of that abbreviation that has."""
        if (scope, forum) in self._bodies_of or forum not in self.alike:
            return forum
        others = [name for name in self.alike[forum] if (scope, name) in self._bodies_of]
        return others[0] if len(others) == 1 else forum

    def find(self, scopes: Scopes, forum: str | None, number: str, date: str | None) -> list[Section]:
        """The §§ of that body, number and day, in the nearest scopes that have any; without a body, of any."""
        plain, year = plain_number(number), (date or "")[:4]
        for near in scopes:
            found = [s for scope in near for s in self._numbered(scope, forum, plain, year) if date is None or s.on(date)]
            if found:
                return found
        return []


def plain_number(number: str) -> str:
    """28 b and 28B are one number."""
    return number.replace(" ", "").lower()


Item = TypeVar("Item")
Key = TypeVar("Key")


def indexed(items: Iterable[Item], key: Callable[[Item], Key]) -> dict[Key, list[Item]]:
    """Items by key, in the order they came."""
    found: dict[Key, list[Item]] = defaultdict(list)
    for item in items:
        found[key(item)].append(item)
    return found


def grouped(items: Iterable[Item], key: Callable[[Item], Key]) -> Iterable[list[Item]]:
    """Groups of at least two items with one key."""
    return [group for group in indexed(items, key).values() if len(group) > 1]


def _runs(sections: Sequence[Section]) -> Iterable[list[Section]]:
    """Sections in order of day, cut where the days no longer meet."""
    run: list[Section] = []
    last = ""
    for section in sections:
        if run and (section.date or "") > last:
            yield run
            run = []
            last = ""
        run.append(section)
        last = max(last, section.last or section.date or "")
    if run:
        yield run


_SECTIONS = """
SELECT p.id, p.document_id, p.number, p.forum, p.date, p.date_end, p.heading, p.dnr_key, p.page, p.line, p.start, p.end
FROM paragraphs p WHERE p.own = 1 ORDER BY p.id"""

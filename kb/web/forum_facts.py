"""What papers tell of a forum, for its page and the newcomer's: what it is to do, how often it meets, and meetings whose minutes are not here."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from kb.web import words
from kb.web.purpose import Said
from kb.web.selecting import once, select

MOST = {"mandat": 12, "mötesfrekvens": 4, "möte": 12}
"""So many of each kind are shown at most."""
_LOOKED_AT = 200
FACTS = """forum_fact_list WHERE forum = :name AND kind = :kind AND same_as IS NULL AND minutes IS NULL AND :whose IN ('', organisation)
    ORDER BY coalesce(date, document_date) DESC, document_id, start LIMIT :n"""
MINUTES = "meeting_year_list WHERE forum = :name AND :whose IN ('', organisation) ORDER BY year DESC, organisation LIMIT 6"


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of a paper about the forum; `date` the day of the meeting that it tells of, `clause` the § that it stands under."""

    text: str
    date: str | None
    date_end: str | None
    clause: str | None
    document_id: str
    title: str
    document_date: str | None
    organisation: str | None
    page: int
    passage_id: int | None

    @property
    def when(self) -> str:
        """The day of the meeting, in words."""
        return words.period(self.date, self.date_end)

    @property
    def path(self) -> str:
        """Where it stands."""
        return words.passage_path(self.document_id, self.page, self.passage_id)

    @property
    def source(self) -> str:
        """The §, the paper, its day, and whose it is."""
        return ", ".join(filter(None, (self.clause, " ".join(filter(None, (self.title, words.day(self.document_date)))), self.organisation)))


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a § of a paper says of the forum, sentence by sentence; `first` tells where."""

    texts: tuple[str, ...]
    first: Told


@dataclass(frozen=True, slots=True)
class MeetingYear:
    """On how many days it has met in a year, as minutes here show; `organisation` is whose forum, where that is known."""

    year: str
    organisation: str | None
    days: int

    @property
    def says(self) -> str:
        """How many meetings there are minutes of."""
        return f"har protokoll från {words.number(self.days)} {'möte' if self.days == 1 else 'möten'} {self.year}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What papers tell: each sentence once. What they say of how often it meets (`often`) is never mixed with what minutes show (`minutes`)."""

    mandates: tuple[Quoted, ...]
    often: tuple[Told, ...]
    meetings: tuple[Told, ...]
    minutes: tuple[MeetingYear, ...]


def facts(conn: sqlite3.Connection, name: str, whose: str = "", said: Iterable[Said] = ()) -> Facts:
    """What the newest papers tell of a forum; those of one organisation where `whose` says so. What is `said` already is not said again."""
    already = {one.text.casefold() for one in said}

    def told(kind: str) -> tuple[Told, ...]:
        found = select(conn, Told, FACTS, {"name": name, "kind": kind, "whose": whose, "n": _LOOKED_AT})
        return once(found, lambda one: (one.text.casefold(), one.date))[: MOST[kind]]

    minutes = select(conn, MeetingYear, MINUTES, {"name": name, "whose": whose})
    new = (one for one in told("mandat") if one.text.casefold() not in already)
    sections = (tuple(group) for _, group in groupby(new, lambda one: (one.document_id, one.clause)))
    mandates = tuple(Quoted(tuple(one.text for one in group), group[0]) for group in sections)
    return Facts(mandates, told("mötesfrekvens"), told("möte"), minutes)

"""The newcomer's page: from role and forum a way in: what the forum is for, who takes part, what to read first, its words, tasks and shared cases."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kb.web import agreements, forum, glossary
from kb.web.agreements import Agreement
from kb.web.forum import Deed, Person, Tasks
from kb.web.forum_facts import Facts, facts
from kb.web.glossary import Bit, Term, Used
from kb.web.no_forum import NoForum, no_forum
from kb.web.purpose import Said, purposes_said
from kb.web.reading_list import AGREEMENT, DEFAULT, LETTER, MINUTES, REPORT, RULES, Pick, Reading, minutes, reading_list
from kb.web.rows import DecisionRow, ForumRow, Relation
from kb.web.selecting import select, slugs
from kb.web.sharing import SharedCase, newest_cases
from kb.web.whose import Missed, asked_for, everyone, organisations

DECISIONS, TASKS, SHARED = 5, 5, 8
NEWEST = 40
"""Among so many of a forum's newest decisions those of substance come first."""
LOOKED_AT = 30
"""Among so many of a forum's newest cases those are sought that others have had too."""


@dataclass(frozen=True, slots=True)
class Role:
    """Who a newcomer is: what to begin with, in words, and the kinds of papers to read, the foremost first."""

    slug: str
    name: str
    begin: str
    picks: tuple[Pick, ...]
    order: tuple[str, ...]
    """The parts of the page that come first, by the id of their heading; the others follow."""
    reads: Mapping[Pick, str]
    """What is said of a paper to read, where there is one."""

    def says(self, reading: tuple[Reading, ...] | None) -> str:
        """What to begin with, and of the papers only those that there are."""
        here = {one.why for one in reading or ()}
        return " ".join([self.begin, *(words for pick, words in self.reads.items() if pick[0] in here)])


ROLES = (
    Role(
        "politiker",
        "Politiker",
        "Du är vald och ska vara med och besluta eller ge råd. Börja med vad forumet är till för och vad det får besluta. På sidan av varje beslut "
        "står vem som föreslog vad, hur omröstningen gick och vilka som reserverade sig.",
        (MINUTES, RULES, AGREEMENT, REPORT),
        ("till-for", "far", "beslut", "las", "uppdrag"),
        {MINUTES: "Läs senaste mötet: där ser du vilka frågor som är på gång.", RULES: "Läs reglementet: det säger vad forumet får besluta."},
    ),
    Role(
        "forvaltningschef",
        "Förvaltningschef",
        "Du ansvarar för att det som beslutas blir gjort. Börja med uppdragen som inte är klara: vad ska återrapporteras, till vem och när.",
        (AGREEMENT, REPORT, RULES, MINUTES),
        ("uppdrag", "far", "las", "till-for", "beslut"),
        {AGREEMENT: "Läs överenskommelsen: där står vad parterna har lovat.", REPORT: "Läs sedan den senaste uppföljningen."},
    ),
    Role(
        "tjansteperson",
        "Tjänsteperson",
        "Du bereder ärenden och skriver underlag. Börja med vilka som bereder åt vilka, och följ ett ärende från förslag till beslut.",
        (LETTER, MINUTES, AGREEMENT, REPORT),
        ("till-for", "las", "delas", "beslut", "uppdrag"),
        {LETTER: "Läs en tjänsteskrivelse: så ser ett förslag ut.", MINUTES: "Läs senaste mötet: där ser du vad som blev av förslagen."},
    ),
    Role(
        "ny",
        "Ny i forumet",
        "Du har arbetat här förut men forumet är nytt för dig. Börja med vad det är till för och vilka det hänger ihop med.",
        DEFAULT,
        ("till-for", "far", "las", "beslut", "uppdrag"),
        {AGREEMENT: "Läs överenskommelsen.", MINUTES: "Läs senaste mötet."},
    ),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A forum to choose, as a list names it."""

    forum: str
    slug: str


@dataclass(frozen=True, slots=True)
class Way:
    """What a newcomer to a forum is shown. `purpose` is in pieces, with words that are explained; `whose` of `organisations` it is, "" for all."""

    forum: ForumRow
    whose: str
    missed: Missed | None
    organisations: tuple[str, ...]
    purpose: tuple[Bit, ...]
    said: tuple[Said, ...]
    relations: tuple[Relation, ...]
    deeds: tuple[Deed, ...]
    facts: Facts
    people: tuple[Person, ...]
    not_all: bool
    reading: tuple[Reading, ...]
    agreements: tuple[Agreement, ...]
    decisions: tuple[DecisionRow, ...]
    tasks: Tasks
    shared: tuple[SharedCase, ...]
    words: tuple[Used, ...]

    @property
    def minutes(self) -> int:
        """How long it takes to read what is on the list."""
        return minutes(self.reading)


@dataclass(frozen=True, slots=True)
class NewcomerPage:
    """`/ny`, with the way into the forum where one is chosen; `none` where that is none here."""

    roles: tuple[Role, ...]
    role: Role
    begin: tuple[Bit, ...]
    forums: tuple[Choice, ...]
    way: Way | None
    none: NoForum | None
    everyone: tuple[str, ...]
    glossary: tuple[Term, ...]
    slugs: Mapping[str, str]


def page(conn: sqlite3.Connection, role_slug: str, forum_slug: str, today: datetime.date, asked: str = "") -> NewcomerPage:
    """The page for a role (new in the forum where it is none of ours), a forum (none chosen where it is not here) and the organisation asked for."""
    role = next((role for role in ROLES if role.slug == role_slug), ROLES[-1])
    known = glossary.terms(conn)
    known_as = forum.called(conn, forum_slug) if forum_slug else None
    found = select(conn, ForumRow, "forum_list WHERE slug IN (:slug, :called) ORDER BY slug <> :slug", {"slug": forum_slug, "called": known_as})
    way = _way(conn, found[0], asked, role, known, today) if found else None
    texts = glossary.marked([(found[0].purpose or "") if found else "", role.says(way.reading if way else None)], known)
    way = replace(way, purpose=texts[0]) if way else None
    return NewcomerPage(
        roles=ROLES,
        role=role,
        begin=texts[1],
        forums=select(conn, Choice, "forum_choice_list ORDER BY registered DESC, forum"),
        way=way,
        everyone=everyone(conn),
        none=no_forum(conn, forum_slug) if forum_slug and not found else None,
        glossary=known,
        slugs=slugs(conn, [*(deed.other for deed in way.deeds), *(name for case in way.shared for name in case.others)]) if way else {},
    )


def _way(conn: sqlite3.Connection, row: ForumRow, asked: str, role: Role, known: tuple[Term, ...], today: datetime.date) -> Way:
    name, several = row.forum, organisations(conn, row.forum)
    whose, missed = asked_for(conn, asked, several)
    newest, tasks = forum.decisions(conn, name, NEWEST, whose), forum.tasks(conn, name, today, TASKS, whose)
    decisions = tuple(sorted(newest, key=lambda row: row.formal)[:DECISIONS])  # those of substance first, each kind from the newest
    present = forum.people(conn, name, whose)
    purposes = purposes_said(conn, name, whose)
    said = [text for d in decisions for text in (d.heading, d.text)]  # never the words of the registry
    said += [*(task.text for task in (*tasks.open, *tasks.old)), *(one.text for one in purposes)]
    return Way(
        forum=row,
        whose=whose,
        missed=missed,
        organisations=several,
        purpose=(),
        said=purposes,
        relations=forum.relations(conn, name),
        deeds=forum.deeds(conn, name, whose),
        facts=facts(conn, name, whose, purposes),
        people=present,
        not_all=forum.not_all(conn, present),
        reading=reading_list(conn, name, role.picks, whose),
        agreements=agreements.of_forum(conn, name, today, whose),
        decisions=decisions,
        tasks=tasks,
        shared=shared(conn, name, whose),
        words=glossary.used(said, known),
    )


def shared(conn: sqlite3.Connection, name: str, whose: str) -> tuple[SharedCase, ...]:
    """The forum's newest cases that other forums have had too."""
    return tuple(case for case in newest_cases(conn, name, LOOKED_AT, whose) if case.others)[:SHARED]

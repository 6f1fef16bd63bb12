"""The page of a forum: what it is for, what it may, who sits in it, how often it meets, what it has decided and what to read first."""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kb.search import forums
from kb.web import agreements, glossary, words
from kb.web.agreements import Agreement
from kb.web.forum_facts import Facts, facts
from kb.web.glossary import Bit
from kb.web.purpose import Said, purposes_said
from kb.web.reading_list import Reading, minutes, reading_list
from kb.web.rows import DecisionRow, DocumentRow, ForumRow, ParagraphRow, Relation
from kb.web.selecting import select, slugs
from kb.web.sharing import SharedCase, newest_cases
from kb.web.task_rows import TaskRow
from kb.web.whose import Missed, asked_for, naming, organisations, within

UNREAD = "närvaro kunde inte läsas"
"""The doubt that a paper has whose list of those present was not read whole."""
LISTED = 15
LOOKED_AT = 200
WAITED = 2
"""So many years after its last day a task that nobody speaks of is old."""
PEOPLE = 40
OPEN_TASKS = within("""assignment_list WHERE kind <> 'standing' AND same_as IS NULL AND status <> 'fullgjort' AND id IN (
    SELECT id FROM assignments WHERE kind <> 'standing' AND given_to = :name
    UNION SELECT id FROM assignments WHERE kind <> 'standing' AND given_to IS NULL AND report_to = :name
    UNION SELECT id FROM assignments WHERE kind <> 'standing' AND given_by = :name
    UNION SELECT a.id FROM assignments a INDEXED BY assignments_to CROSS JOIN forum_mentions m ON m.document_id = a.document_id AND +m.forum = :name
    WHERE a.kind <> 'standing' AND (instr(a.given_to, ', ') OR instr(a.given_to, ' och ') OR instr(a.given_to, ' samt '))
        AND m.start >= a.start AND m.start < a.start + max(0, instr(a.text, a.given_to) - 1) + length(a.given_to))
    AND WITHIN ORDER BY coalesce(due, (SELECT date FROM documents WHERE documents.id = document_id)) DESC, id LIMIT :n""")
PARAGRAPHS = within("""paragraph_list WHERE id IN (SELECT id FROM paragraphs WHERE forum = :name AND own = 1 AND same_as IS NULL AND WITHIN
    ORDER BY date DESC, document_id, start LIMIT :n) ORDER BY date IS NULL, date DESC, document_id, length(id), id""")
MENTIONED = naming("""document_list WHERE id IN (SELECT document_id FROM forum_papers WHERE forum = :name AND WITHIN ORDER BY date DESC LIMIT :n)
    ORDER BY date IS NULL, date DESC, id""")
DECIDED = within("decisions WHERE decided_by = :name AND status = 'adopted' AND same_as IS NULL AND WITHIN")
DECISIONS = within("""decision_list WHERE id IN (
    SELECT id FROM decisions WHERE decided_by = :name AND status = 'adopted' AND same_as IS NULL AND WITHIN
    ORDER BY date DESC, document_id, start LIMIT :n) ORDER BY date IS NULL, date DESC, document_id, length(id), id""")
NAMING = naming("forum_papers WHERE forum = :name AND WITHIN")


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that a forum does: decisions of its own, or proposals to another."""

    deed: str
    other: str | None
    times: int

    @property
    def says(self) -> str:
        """What it does and how often, in words."""
        count = words.number(self.times)
        if self.deed == "decision":
            return f"fattar egna beslut ({count} här)"
        return f"lägger förslag till {self.other or 'andra organ'} ({count} här)"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who took part in the newest meeting whose list of those present is here."""

    person: str
    party: str | None
    role: str
    title: str | None
    date: str | None
    document_id: str
    page: int
    organisation: str | None

    @property
    def was(self) -> str:
        """What the person was there."""
        return self.title or words.ROLES.get(self.role, self.role)

    @property
    def says(self) -> str:
        """Name, party and all that the person was there."""
        name = f"{self.person} ({self.party})" if self.party else self.person
        return ", ".join(filter(None, [name, self.was]))


@dataclass(frozen=True, slots=True)
class ForumPage:
    """`/forum/<slug>`. `purpose` is the registry's, in pieces, with words that are explained; `said` is what papers say of it.

    `whose` of the `organisations` the page is of, "" for all.
    """

    forum: ForumRow
    whose: str
    missed: Missed | None
    organisations: tuple[str, ...]
    decided: int
    mentioned: int
    purpose: tuple[Bit, ...]
    said: tuple[Said, ...]
    kind: str
    areas: tuple[str, ...]
    relations: tuple[Relation, ...]
    deeds: tuple[Deed, ...]
    facts: Facts
    people: tuple[Person, ...]
    not_all: bool
    reading: tuple[Reading, ...]
    decisions: tuple[DecisionRow, ...]
    paragraphs: tuple[ParagraphRow, ...]
    documents: tuple[DocumentRow, ...]
    agreements: tuple[Agreement, ...]
    cases: tuple[SharedCase, ...]
    tasks: Tasks
    slugs: Mapping[str, str]

    @property
    def minutes(self) -> int:
        """How long it takes to read what should be read first."""
        return minutes(self.reading)


def page(conn: sqlite3.Connection, slug: str, today: datetime.date, asked: str = "") -> ForumPage | None:
    """A forum by its slug, with where its agreements stand today; that of the organisation asked for where it has one."""
    found = select(conn, ForumRow, "forum_list WHERE slug = :slug", {"slug": slug})
    if not found:
        return None
    forum = found[0]
    several = organisations(conn, forum.forum)
    whose, missed = asked_for(conn, asked, several)
    name = {"name": forum.forum, "n": LISTED, "whose": whose}
    present = people(conn, forum.forum, whose)
    said = purposes_said(conn, forum.forum, whose)
    done, cases = deeds(conn, forum.forum, whose), newest_cases(conn, forum.forum, LISTED, whose)
    return ForumPage(
        forum=forum,
        whose=whose,
        missed=missed,
        organisations=several,
        decided=_count(conn, DECIDED, name) if whose else forum.decisions,
        mentioned=_count(conn, NAMING, name) if whose else forum.documents,
        purpose=glossary.marked([forum.purpose or ""], glossary.terms(conn))[0],
        said=said,
        kind=words.FORUM_KIND.get(forum.kind or "", forum.kind or ""),
        areas=tuple(area for (area,) in conn.execute("SELECT area FROM forum_area_list WHERE forum = ? ORDER BY position", (forum.forum,))),
        relations=relations(conn, forum.forum),
        deeds=done,
        facts=facts(conn, forum.forum, whose, said),
        people=present,
        not_all=not_all(conn, present),
        reading=reading_list(conn, forum.forum, whose=whose),
        decisions=decisions(conn, forum.forum, whose=whose),
        paragraphs=select(conn, ParagraphRow, PARAGRAPHS, name),
        documents=select(conn, DocumentRow, MENTIONED, name),
        agreements=agreements.of_forum(conn, forum.forum, today, whose),
        cases=cases,
        tasks=tasks(conn, forum.forum, today, whose=whose),
        slugs=slugs(conn, [*(deed.other for deed in done), *(name for case in cases for name in case.others)]),
    )


def called(conn: sqlite3.Connection, written: str) -> str | None:
    """The slug of the only forum that is called so, by name, abbreviation or alias."""
    names = forums.resolve(conn, written)
    found = conn.execute("SELECT slug FROM forums WHERE name = ?", names).fetchone() if len(names) == 1 else None
    return found[0] if found else None


def _count(conn: sqlite3.Connection, source: str, parameters: Mapping[str, object]) -> int:
    count: int = conn.execute(f"SELECT count(*) FROM {source}", parameters).fetchone()[0]  # noqa: S608
    return count


def deeds(conn: sqlite3.Connection, name: str, whose: str = "") -> tuple[Deed, ...]:
    """What the forum does, as the papers tell; that of one organisation where `whose` says so, as below."""
    view = "organisation_deed_list WHERE organisation = :whose AND" if whose else "forum_deed_list WHERE"
    return select(conn, Deed, f"{view} forum = :name ORDER BY deed, times DESC, other LIMIT 6", {"name": name, "whose": whose})


def decisions(conn: sqlite3.Connection, name: str, limit: int = LISTED, whose: str = "") -> tuple[DecisionRow, ...]:
    """The newest decisions of a forum."""
    return select(conn, DecisionRow, DECISIONS, {"name": name, "n": limit, "whose": whose})


@dataclass(frozen=True, slots=True)
class Tasks:
    """Tasks that nobody has said are done; `old` those of which nobody will: long past, or of a body that is no more."""

    open: tuple[TaskRow, ...] = ()
    old: tuple[TaskRow, ...] = ()


def tasks(conn: sqlite3.Connection, name: str, today: datetime.date, limit: int = LISTED, whose: str = "") -> Tasks:
    """Those that a forum has, alone or with others, or has given; the newest first, by the last day or the day of the paper."""
    found = select(conn, TaskRow, OPEN_TASKS, {"name": name, "n": LOOKED_AT, "whose": whose})
    ended = {forum for (forum,) in conn.execute("SELECT name FROM forums WHERE last_year < ?", (today.year,))}
    past = f"{today.year - WAITED}{today.isoformat()[4:]}"
    old = [task for task in found if (task.due and task.due < past[: len(task.due)]) or (task.given_to or task.given_by) in ended]
    return Tasks(tuple(task for task in found if task not in old)[:limit], tuple(old[:LISTED]))


def people(conn: sqlite3.Connection, name: str, whose: str = "") -> tuple[Person, ...]:
    """Those who took part in the newest meeting that has a list of them, each once: who adjusts its minutes took part too."""
    newest = within("""attendance_list WHERE meeting_id = (SELECT m.id FROM meetings m WHERE m.forum = :name AND m.date IS NOT NULL AND WITHIN
        AND EXISTS (SELECT 1 FROM attendance a WHERE a.meeting_id = m.id) ORDER BY m.date DESC LIMIT 1) AND (role <> 'adjuster' OR NOT EXISTS (
            SELECT 1 FROM attendance o
            WHERE o.meeting_id = attendance_list.meeting_id AND o.person = attendance_list.person AND o.role <> 'adjuster'))
        LIMIT :n""")
    return _each_once(select(conn, Person, newest, {"name": name, "n": PEOPLE, "whose": whose}))


def _each_once(found: Iterable[Person]) -> tuple[Person, ...]:
    """One line for who was two things there; two who share a name but not a party are two."""
    once: dict[str, list[Person]] = {}
    for one in found:
        same = once.setdefault(one.person.casefold(), [])
        at = next((at for at, other in enumerate(same) if not (one.party and other.party) or one.party == other.party), None)
        if at is None:
            same.append(one)
        else:
            first = same[at]
            both = first.was if one.was in first.was.split(", ") else f"{first.was}, {one.was}"
            same[at] = replace(first, party=first.party or one.party, title=both)
    return tuple(person for same in once.values() for person in same)


def not_all(conn: sqlite3.Connection, found: Sequence[Person]) -> bool:
    """The list of those present could not be read whole: who took part besides these stands in the paper."""
    doubts = conn.execute(
        "SELECT 1 FROM problems WHERE kind = ? AND document_id IN (SELECT value FROM json_each(?))",
        (UNREAD, json.dumps(sorted({person.document_id for person in found}))),
    )
    return doubts.fetchone() is not None


def relations(conn: sqlite3.Connection, name: str) -> tuple[Relation, ...]:
    """The ties of a forum, its own and those that others have to it."""
    found = conn.execute(
        """SELECT relation, other, other_slug, 1 FROM forum_relation_list WHERE forum = :name
        UNION ALL SELECT relation, forum, forum_slug, 0 FROM forum_relation_list WHERE other = :name""",
        {"name": name},
    )
    return tuple(Relation((words.RELATIONS if own else words.INVERSE_RELATIONS)[relation], other, slug) for relation, other, slug, own in found)

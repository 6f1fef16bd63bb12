"""What is drawn of a case: its steps, tasks and gaps as events on lanes, and the chains, references and tasks that tie them together."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from kb.web import timeline, words
from kb.web.case_rows import Gap, Step
from kb.web.task_rows import TaskRow
from kb.web.timeline import Event, Picture, Tie

LANE = 60
"""A lane is called by so many characters at most, where it is several who have a task by the first of them; the mark has all."""
OTHERS = "Övriga handlingar"
"""The lane of papers of no body."""
ROW = 3
"""So many missing §§ in a row have one mark together."""
DRAWN = 60
"""So many marks a picture has at most; the list beside it has all."""
DECIDED = ("decision", "proposal", "narrated")
WEIGHTS = {"decision": 0, "task": 1, "missing": 2, "proposal": 3, "paragraph": 4, "narrated": 5, "reference": 6, "document": 7}
TIES = {
    "chain": "Förslag som ledde till beslut",
    "otherwise": "Förslag som avgjordes: annat förslag bifölls",
    "reference": "Hänvisning",
    "task": "Uppdrag",
    "done": "Återrapport",
    "missing": "Saknas här",
}


@dataclass(frozen=True, slots=True)
class Story:
    """What is known of a case."""

    steps: tuple[Step, ...]
    tasks: tuple[TaskRow, ...]
    missing: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Events, and by the ids of decisions and §§ the event that stands for them."""

    events: tuple[Event, ...]
    stands_for: dict[str, str]


def picture(conn: sqlite3.Connection, key: str, story: Story) -> tuple[Picture | None, int]:
    """The picture of a case, and how many events it has no room for; None where there is nothing to draw."""
    drawn = events(story)
    if len(drawn.events) < 2:
        return None, 0
    kept = {e.id for e in sorted(drawn.events, key=lambda e: WEIGHTS[e.kind])[:DRAWN]}
    shown = [e for e in drawn.events if e.id in kept]
    return timeline.draw(shown, ties(conn, key, story, drawn)), len(drawn.events) - len(shown)


def events(story: Story) -> Drawn:
    """The steps that are drawn: a decision stands for its §, what was read out of a paper for the paper."""
    told = {step.document_id for step in story.steps if step.event not in ("document", "reference")}
    met = {(step.date, step.forum) for step in story.steps if step.event in ("paragraph", "decision")}
    decided = {step.paragraph_id for step in story.steps if step.event in DECIDED}
    usual = Counter(step.organisation for step in story.steps if step.organisation).most_common(1)
    home = usual[0][0] if usual else None
    found: dict[str, Event] = {}
    stands_for: dict[str, str] = {}
    for step in story.steps:
        if step.event == "task" or step.ref in decided:
            continue
        if step.event == "document" and (step.document_id in told or (step.date, step.forum) in met):
            continue
        event = _event(step, home)
        if event.id in found:
            known = found[event.id]
            event = replace(known, says=f"{known.says} · {_gist(step)}")
        found[event.id] = event
        for ref in (step.ref, step.paragraph_id):
            if ref and (ref == step.ref or step.event == "decision" or ref not in stands_for):
                stands_for[ref] = event.id
    for event in _tasks(story.tasks, found, stands_for):
        found[event.id] = event
    days = sorted({event.day for event in found.values() if event.day})
    for row in _rows(story.missing, days):
        event = _missing(row)
        found[event.id] = event
        stands_for.update((f"missing|{gap.ref}", event.id) for gap in row)
    return Drawn(tuple(sorted(found.values(), key=lambda e: (e.day is None, e.day or ""))), stands_for)


def _lane(forum: str | None, organisation: str | None, home: str | None) -> str:
    """The name of a body; whose it is, where it is not of the organisation that the case is at home in."""
    name = words.capital(forum or OTHERS)
    return f"{name}, {organisation}" if organisation and organisation != home else name


def _event(step: Step, home: str | None) -> Event:
    lane = _lane(step.forum, step.organisation, home)
    day, number = step.own
    name = f"§ {number} {step.word}" if number and step.event in DECIDED else step.word
    if step.event in ("paragraph", "reference") and step.paragraph:
        name = f"§ {step.paragraph}" if step.event == "paragraph" else f"§ {step.paragraph} nämner"
    label = name if len(name) <= 24 else name[:23] + "…"
    when = f" {words.day(day)}" if day else ""
    says = f"{name}, {lane}{when}{f' ({step.told})' if step.borrowed else ''}: {_gist(step)}"
    return Event(f"{step.date}|{lane}|{step.event}|{step.paragraph or step.ref}", lane, step.day, step.event, label, step.path, says)


def _gist(step: Step) -> str:
    text = " ".join(step.lines)
    return text if len(text) <= 220 else text[:219].rstrip() + " …"


def _tasks(tasks: Iterable[TaskRow], found: dict[str, Event], stands_for: dict[str, str]) -> Iterator[Event]:
    """A task stands with the one who has it, on its last day, else on the day it was given."""
    for task in tasks:
        given = found.get(stands_for.get(task.decision_id or "", ""))
        who = words.capital(task.given_to or (given.lane if given else "Okänd"))
        lane = who if len(who) <= LANE or "," not in who else f"{who.partition(',')[0]} m.fl."
        says = f"Uppdrag, {who}{f', senast {task.due_words}' if task.due else ''}, {task.status}: {task.text[:220]}"
        label = "Uppdrag (klart)" if task.done_by else f"Uppdrag ({task.status})"
        stands_for[task.id] = f"task|{task.id}"
        yield Event(f"task|{task.id}", lane, task.due or (given.day if given else None), "task", label, task.path, says)


def _rows(missing: Iterable[Gap], days: Sequence[str]) -> Iterator[list[Gap]]:
    """What is missing, each by itself; but §§ that one § refers to with nothing else on any day between them, three or more, are one row."""

    def alike(gap: Gap) -> tuple[object, ...]:
        alone = "" if gap.number and gap.date else gap.ref
        return gap.forum, gap.paragraph_id or "", alone, bisect_left(days, gap.date or "")

    for _, found in groupby(sorted(missing, key=lambda gap: (alike(gap), gap.date or "")), key=alike):
        row = list(found)
        yield from [row] if len(row) >= ROW else ([gap] for gap in row)


def _missing(row: Sequence[Gap]) -> Event:
    """The mark for §§ that are missing, on the day of the last."""
    gap = row[-1]
    label = "Svar saknas" if not gap.number else f"§ {gap.number} saknas" if len(row) == 1 else f"{len(row)} §§ saknas"
    says = f"{label}: {gap.says}" if len(row) == 1 else f"{label}, {words.span(row[0].date, gap.date)}: {' '.join(one.says for one in row)}"
    return Event(f"missing|{gap.ref}", words.capital(gap.forum), gap.date, "missing", label, row[0].path, says)


def ties(conn: sqlite3.Connection, key: str, story: Story, drawn: Drawn) -> tuple[Tie, ...]:
    """The arrows, one between any two events: what is said of two by a chain is not said by a reference too."""
    found: dict[tuple[str, str], Tie] = {}
    for source, target, kind in _tied(conn, key, story):
        pair = drawn.stands_for.get(source, source), drawn.stands_for.get(target, target)
        if pair[0] != pair[1] and pair not in found and pair[::-1] not in found:
            found[pair] = Tie(*pair, kind, TIES[kind])
    return tuple(found.values())


def _tied(conn: sqlite3.Connection, key: str, story: Story) -> Iterator[tuple[str, str, str]]:
    """Pairs of ids, the earlier first, and what ties them."""
    within = "SELECT id FROM decisions WHERE dnr_key = :key UNION SELECT decision_id FROM guests WHERE key = :key"
    chained = f"SELECT proposal, adopted, followed FROM decision_chain WHERE proposal IN ({within})"  # noqa: S608
    for source, target, followed in conn.execute(chained, {"key": key}):
        yield source, target, "otherwise" if followed == 0 else "chain"
    for task in story.tasks:
        if task.decision_id:
            yield task.decision_id, task.id, "task"
        if task.done_by:
            yield task.id, task.done_by, "done"
    for citing, target in conn.execute("SELECT source, target FROM case_link_list WHERE key = ? ORDER BY target, source", (key,)):
        yield target, citing, "reference"
    for gap in story.missing:
        if gap.what == "answer":
            yield gap.ref, f"missing|{gap.ref}", "missing"
        elif gap.paragraph_id:
            yield f"missing|{gap.ref}", gap.paragraph_id, "missing"

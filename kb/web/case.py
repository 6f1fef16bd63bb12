"""The page of a case: its steps over all bodies as a list and as a picture, what is missing or contradicted, and the cases it touches."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from kb import registry
from kb.web import case_picture, cases, changes, links, task_rows, words
from kb.web.case_rows import Gap, PutOff, Related, Step, StepGroup, gathered
from kb.web.doubts import Doubt
from kb.web.links import End
from kb.web.rows import CaseRow, DocumentRow
from kb.web.selecting import once, select, slugs
from kb.web.task_rows import TaskRow
from kb.web.timeline import Picture

RELATED = 12
GAPS = 40
LONG = 30
"""More steps than one sees at a glance."""
EVENT_ORDER = tuple(words.EVENTS)
DOCUMENTS = """document_list WHERE id IN (SELECT id FROM documents WHERE dnr_key = :key
    UNION SELECT document_id FROM paragraphs WHERE dnr_key = :key AND own = 1) ORDER BY date IS NULL, date, id"""


@dataclass(frozen=True, slots=True)
class CasePage:
    """`/dnr/…`; `ends` is the other end of the chain of a decision or proposal of the timeline, by its id, and `changes` what the decision did
    with the proposal's words, by the ids of both. `left_out` steps are not drawn; `others` are cases of other organisations that have the same
    number.
    """

    dnr: str
    key: str
    case_of: str | None
    others: tuple[CaseRow, ...]
    title: str
    spellings: tuple[str, ...]
    picture: Picture | None
    left_out: int
    groups: tuple[StepGroup, ...]
    documents: tuple[DocumentRow, ...]
    ends: Mapping[str, tuple[End, ...]]
    changes: Mapping[tuple[str, str], str]
    tasks: tuple[TaskRow, ...]
    doubts: tuple[Doubt, ...]
    gaps: tuple[Gap, ...]
    related: tuple[Related, ...]
    slugs: Mapping[str, str]

    @property
    def missing(self) -> tuple[Gap | PutOff, ...]:
        """What is missing, as it is listed."""
        return gathered(self.gaps)

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return sum(len(group.steps) for group in self.groups)

    @property
    def jumps(self) -> tuple[str, ...]:
        """The years to go to in a case that is long to read, none in another."""
        years = tuple(dict.fromkeys(group.date[:4] for group in self.groups if group.date))
        return years if self.steps > LONG and len(years) > 1 else ()

    @property
    def overdue(self) -> tuple[TaskRow, ...]:
        """The tasks whose last day has passed and that no decision here says are done."""
        return tuple(task for task in self.tasks if task.status == "försenat")

    @property
    def bodies(self) -> tuple[str, ...]:
        """The forums that have had the case, in the order in which they come to it."""
        return tuple(dict.fromkeys(step.forum for group in self.groups for step in group.steps if step.forum and step.forum in self.slugs))

    @property
    def beside(self) -> tuple[str, ...]:
        """Who has a row in the picture without having had the case: those who proposed, have a task in it, or whose § is not here."""
        known = tuple(f"{words.capital(body)}," for body in self.bodies)
        lanes = [lane.name for lane in self.picture.lanes] if self.picture else []
        return tuple(lane for lane in lanes if lane != case_picture.OTHERS and not f"{lane},".startswith(known))

    @property
    def years(self) -> str:
        """From when to when."""
        dates = [group.date for group in self.groups if group.date]
        return words.period(dates[0], dates[-1]) if dates else ""

    @property
    def path(self) -> str:
        """The address of the page."""
        return words.dnr_path(self.dnr, self.case_of)

    @property
    def feed(self) -> str:
        """The address of its feed."""
        return words.dnr_path(self.dnr, self.case_of, ".atom")

    @property
    def calendar(self) -> str:
        """The address of its calendar file."""
        return words.dnr_path(self.dnr, self.case_of, ".ics")

    @property
    def rows(self) -> dict[str, str]:
        """Which rows of `case_timeline` are of the case."""
        return {"dnr": self.dnr} | ({"case_of": self.case_of} if self.case_of else {"key": self.key} if self.case_of is not None else {})

    @property
    def citation(self) -> str:
        """How to refer to the case."""
        return ", ".join(filter(None, [self.case_of, f"Dnr {self.dnr}", self.title]))


def page(conn: sqlite3.Connection, key: str) -> CasePage | None:
    """A case by its key."""
    rows = select(conn, CaseRow, "case_list WHERE key = :key", {"key": key})
    if not rows:
        return None
    found, tasks = steps(conn, key), task_rows.tasks(conn, key)
    missing = gaps(conn, key, found)
    picture, left_out = case_picture.picture(conn, key, case_picture.Story(found, tasks, tuple(gap for gap in missing if gap.what != "retold")))
    ends = _dated(links.ends(conn, key), found)
    spellings = conn.execute("SELECT DISTINCT spelling FROM dnr_mentions WHERE key = ? AND spelling <> ? ORDER BY 1", (key, rows[0].dnr))
    return CasePage(
        dnr=rows[0].dnr,
        key=key,
        case_of=rows[0].case_of,
        others=cases.others(conn, key) if rows[0].case_of is not None else (),
        title=rows[0].title or "",
        spellings=tuple(row[0] for row in spellings),
        picture=picture,
        left_out=left_out,
        groups=tuple(StepGroup(date, tuple(group)) for date, group in groupby(found, key=lambda step: step.day)),
        documents=select(conn, DocumentRow, DOCUMENTS, {"key": key}),
        ends=ends,
        changes=_changes(conn, ends),
        tasks=tasks,
        doubts=links.of_case(conn, key),
        gaps=missing,
        related=related(conn, key),
        slugs=slugs(conn, [step.forum for step in found]),
    )


def _dated(ends: Mapping[str, tuple[End, ...]], found: Sequence[Step]) -> Mapping[str, tuple[End, ...]]:
    """The ends, without a day where the step that they are has none of its own but stands with what it led to."""
    dayless = {step.ref for step in found if step.dayless}
    return {id: tuple(replace(end, date=None) if end.id in dayless else end for end in several) for id, several in ends.items()}


def _changes(conn: sqlite3.Connection, ends: Mapping[str, tuple[End, ...]]) -> Mapping[tuple[str, str], str]:
    """What decisions did with the words of the proposals behind them, by the ids of both, either first."""
    pairs = {(id, end.id, end.what) for id, others in ends.items() for end in others}
    wanted = "SELECT id, text FROM decision_list WHERE id IN (SELECT value FROM json_each(?))"
    texts = dict(conn.execute(wanted, (json.dumps(sorted({id for pair in pairs for id in pair[:2]})),)))
    leads = registry.page_pattern(conn, "point_leads")
    either = ((id, other, *((id, other) if what == "adopted" else (other, id))) for id, other, what in pairs)
    return {(id, other): changes.told(texts[before], texts[after], leads) for id, other, before, after in either}


def steps(conn: sqlite3.Connection, key: str) -> tuple[Step, ...]:
    """What happened in a case, oldest first, undated last; on one day the papers first, then what proposes before what decides, § by §."""
    found = select(conn, Step, "case_step_list WHERE key = :key", {"key": key})
    begins: dict[tuple[str, str], int] = {}
    latest: dict[tuple[str | None, str], int] = {}
    for step in found:
        begins[_section(step)] = min(step.start, begins.get(_section(step), step.start))
        latest[step.day, step.document_id] = max(_event(step), latest.get((step.day, step.document_id), 0))

    def order(step: Step) -> tuple[object, ...]:
        paper = 0 if step.event == "document" else latest[step.day, step.document_id]
        return (step.day is None, step.day or "", paper, step.document_id, begins[_section(step)], _event(step), step.start)

    return tuple(sorted(found, key=order))


def _section(step: Step) -> tuple[str, str]:
    """What stands together: a § and what was decided in it."""
    return step.document_id, step.paragraph_id or step.ref


def _event(step: Step) -> int:
    return EVENT_ORDER.index(step.event) if step.event in EVENT_ORDER else len(EVENT_ORDER)


def gaps(conn: sqlite3.Connection, key: str, found: Sequence[Step]) -> tuple[Gap, ...]:
    """What is missing in a case, each once; a § of which a step tells is not missing altogether."""
    told = {(step.forum, *step.own) for step in found if step.event in case_picture.DECIDED}
    wanted = (
        "case_gap_list WHERE key = :key GROUP BY what, source, forum, date, number, source_date ORDER BY coalesce(date, source_date), number LIMIT :n"
    )
    rows = select(conn, Gap, wanted, {"key": key, "n": GAPS})
    cited = {gap.asked for gap in rows if gap.paragraph_id}
    papers = once(_of_papers(rows, cited), lambda gap: gap.asked)
    rows = tuple(gap for gap in rows if gap.what == "answer" or gap.paragraph_id or gap in papers)
    return tuple(replace(gap, what="retold") if gap.what == "paragraph" and (gap.forum, gap.date, gap.number) in told else gap for gap in rows)


def _of_papers(gaps: Sequence[Gap], cited: set[tuple[str | None, ...]]) -> list[Gap]:
    """The §§ that only papers without §§ refer to."""
    return [gap for gap in gaps if gap.what == "paragraph" and not gap.paragraph_id and gap.asked not in cited]


def related(conn: sqlite3.Connection, key: str) -> tuple[Related, ...]:
    """Cases that this one speaks of, and that speak of it; those that do so most come first."""
    found = Counter(select(conn, Related, "case_relation_list WHERE key = :key LIMIT 500", {"key": key}))
    return once((case for case, _ in found.most_common()), lambda case: (case.dnr, case.case_of))[:RELATED]

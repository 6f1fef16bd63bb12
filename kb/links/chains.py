"""From proposal to decision across bodies, and decisions that a body takes on another register's case under its own number."""

from __future__ import annotations

import datetime
import sqlite3
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ingest.rules import Pattern
from ingest.text import fold, plain
from kb.links.base import FULL, Base, indexed
from kb.links.references import Resolved

UPWARD = "föreslår"
PUT_OFF = ("bordlagd", "återremiss")
"""Outcomes that decide nothing on the proposal."""
LONG = 15
"""Letters of a heading that say enough to know a matter by."""
YEARS = 2
"""A proposal known by its heading alone is decided within so many years."""
LIST = 2
"""A § that cites more cases than this is a list of papers, and decides none of them."""

Row = dict[str, Any]


class _Decision(NamedTuple):
    id: str
    document: str
    paragraph: str | None
    status: str
    by: str | None
    to: str | None
    date: str | None
    key: str | None
    outcome: str | None
    heading: str
    paper_to: str | None

    @property
    def upward(self) -> bool:
        """The body decides to propose to another."""
        return self.status == "adopted" and ((self.outcome or "").startswith(UPWARD) or (self.to or self.by) != self.by)

    @property
    def asked(self) -> tuple[str | None, ...]:
        """Whom the proposal goes to, the nearest first: the body its paper is addressed to, then the one that is to decide in the end."""
        bodies = [body for body in (self.paper_to if self.status == "proposed" else None, self.to) if body]
        return tuple(dict.fromkeys(bodies)) or (None,)

    @property
    def puts_off(self) -> bool:
        """Nothing is decided on the proposal yet."""
        return (self.outcome or "").rpartition(": ")[2] in PUT_OFF


class Decisions:
    """The decisions of the base, each once, in the ways they are looked up."""

    def __init__(
        self, db: sqlite3.Connection, base: Base, targets: Iterable[Resolved], same: Mapping[str, str], leads: Sequence[Pattern] = ()
    ) -> None:
        self.base = base
        self.all = [d for row in db.execute(_DECISIONS) if (d := _Decision(*row)).id not in same]
        adopted = [d for d in self.all if d.status == "adopted"]
        self.by_section = indexed((d for d in adopted if d.paragraph), lambda d: base.identity(d.paragraph or ""))
        self.by_case = indexed((d for d in adopted if d.key), lambda d: d.key)
        self.leads = leads
        self.matters = {d.id: self._matter(d.heading) for d in self.all}
        telling = (d for d in adopted if len(self.matters[d.id]) >= LONG and d.date and len(d.date) >= FULL)
        headed = indexed(telling, lambda d: (base.documents[d.document].scope, self.matters[d.id]))
        self.by_heading = {key: sorted(found, key=_day) for key, found in headed.items()}
        self.citing: dict[str, list[str]] = defaultdict(list)
        for r in targets:
            if r.target and r.paragraph:
                self.citing[r.target].append(base.identity(r.paragraph))

    def _matter(self, heading: str) -> str:
        """What a heading is about, without the words that say what is done with it."""
        heading = fold(heading)
        for lead in self.leads:
            heading = lead.regex.sub("", heading, count=1)
        return plain(heading)

    def after(self, proposal: _Decision) -> Iterator[tuple[str, Sequence[_Decision]]]:
        """What may be decided on a proposal, the surest tie first."""
        section = self.base.identity(proposal.paragraph) if proposal.paragraph else None
        if section and not proposal.upward:
            yield "paragraph", self.by_section.get(section, ())
        if section:
            yield "reference", [d for citing in dict.fromkeys(self.citing.get(section, ())) for d in self.by_section.get(citing, ())]
        if proposal.key:
            yield "dnr", self.by_case.get(proposal.key, ())
        matter = self.matters[proposal.id]
        if proposal.date and len(matter) >= LONG:
            yield "heading", _soon(proposal, self.by_heading.get((self.base.documents[proposal.document].scope, matter), ()))


def chains(base: Base, found: Decisions) -> list[Row]:
    """For each proposal, and each decision to propose, the first decision that the body it goes to has taken on it."""
    rows = []
    for proposal in found.all:
        if proposal.status == "proposed" or proposal.upward:
            how, adopted = _answer(base, proposal, found.after(proposal))
            if adopted:
                rows.append({"proposal": proposal.id, "adopted": adopted.id, "how": how})
    return rows


def _answer(base: Base, proposal: _Decision, ways: Iterable[tuple[str, Sequence[_Decision]]]) -> tuple[str, _Decision | None]:
    for how, decisions in ways:
        for asked in proposal.asked:
            fitting = [d for d in decisions if _answers(base, proposal, asked, d, how)]
            if fitting:
                return how, min(fitting, key=lambda d: (how == "paragraph" and not _alike(proposal, d), d.date or "9", d.id))
    return "", None


def _alike(proposal: _Decision, d: _Decision) -> bool:
    """Of several decisions in a § that goes to the same body answers what was to go there, and the body's own the rest."""
    return d.to == proposal.to or (d.to is None and proposal.to == d.by)


def _answers(base: Base, proposal: _Decision, asked: str | None, d: _Decision, how: str) -> bool:
    """The body that was asked has decided, on that day or later, and not only put it off."""
    if d.id == proposal.id or d.puts_off or (proposal.date or "") > (d.date or "9"):
        return False
    if how == "paragraph":
        return asked is None or d.upward or asked in (d.by, d.to)
    if asked and d.by != asked:
        return False
    if not asked and (proposal.upward or d.by == proposal.by):
        return False
    a, b = base.documents[proposal.document], base.documents[d.document]
    return a.level != b.level or a.scope == b.scope or not (a.organisation and b.organisation)


def _soon(proposal: _Decision, found: Sequence[_Decision]) -> Sequence[_Decision]:
    """Those that were taken on the day of the proposal or within the years that follow; they stand in order of day."""
    if not proposal.date or len(proposal.date) < FULL:
        return ()
    day = datetime.date.fromisoformat(proposal.date).toordinal()
    last = datetime.date.fromordinal(min(day + 366 * YEARS, datetime.date.max.toordinal()))
    return found[bisect_left(found, proposal.date, key=_day) : bisect_right(found, last.isoformat(), key=_day)]


def _day(d: _Decision) -> str:
    return d.date or ""


def guests(db: sqlite3.Connection, base: Base, found: Decisions, targets: Sequence[Resolved]) -> list[Row]:
    """Decisions of §§ that cite another register's case, by its number or a § of it: they belong to the story of that case too."""
    cited: dict[str, dict[str, str]] = defaultdict(dict)
    for paragraph, key in db.execute(_CITED_CASES):
        cited[base.identity(paragraph)].setdefault(key, "dnr")
    for r in targets:
        target = base.by_id.get(r.target or "")
        if target and target.key and r.paragraph:
            cited[base.identity(r.paragraph)].setdefault(target.key, "reference")
    homes: dict[str, set[str]] = defaultdict(set)
    for key, document in db.execute("SELECT DISTINCT key, document_id FROM dnr_mentions WHERE role = 'own'"):
        homes[key].add(base.documents[document].scope)
    registers = dict(tuple(row) for row in db.execute("SELECT key, lower(register) FROM diary_numbers"))
    rows = []
    for section, keys in sorted(cited.items()):
        for d in found.by_section.get(section, ()):
            foreign = {k: how for k, how in keys.items() if k != d.key and _foreign(base, d, k, homes, registers)}
            if len(foreign) <= LIST:
                rows += [{"key": k, "decision_id": d.id, "how": how} for k, how in sorted(foreign.items())]
    return rows


def closing(db: sqlite3.Connection, done: Mapping[str, str], known: Iterable[Row]) -> list[Row]:
    """Decisions under another number, or none, that say that a task of a case is done: they are steps of that case, if they are not already."""
    keys = dict(tuple(row) for row in db.execute("SELECT id, dnr_key FROM assignments WHERE dnr_key IS NOT NULL"))
    own = dict(tuple(row) for row in db.execute("SELECT id, dnr_key FROM decisions"))
    there = {(row["key"], row["decision_id"]) for row in known}
    found = {(keys[task], decision) for task, decision in done.items() if task in keys and own[decision] != keys[task]}
    return [{"key": key, "decision_id": decision, "how": "task"} for key, decision in sorted(found - there)]


def _foreign(base: Base, d: _Decision, key: str, homes: Mapping[str, set[str]], registers: Mapping[str, str]) -> bool:
    """True where the case is of another register, or of another organisation that has papers here."""
    elsewhere = bool(homes.get(key)) and base.documents[d.document].scope not in homes[key]
    return d.key is None or registers.get(key) != registers.get(d.key) or elsewhere


_DECISIONS = """
SELECT b.id, b.document_id, b.paragraph_id, b.status, b.decided_by, b.addressed_to, b.date, b.dnr_key, b.outcome,
       coalesce(nullif(p.heading, ''), d.title), d.addressed_to
FROM decisions b JOIN documents d ON d.id = b.document_id LEFT JOIN paragraphs p ON p.id = b.paragraph_id
WHERE b.status IN ('adopted', 'proposed') ORDER BY b.id"""

_CITED_CASES = """
SELECT DISTINCT p.id, m.key FROM dnr_mentions m
JOIN paragraphs p ON p.document_id = m.document_id AND p.own = 1 AND m.start BETWEEN p.start AND p.end
WHERE m.role = 'reference' AND m.unsure = 0 ORDER BY 1, 2"""

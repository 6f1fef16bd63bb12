"""What joins papers, for the pages: the records of a §, what it refers to and what refers to it, proposals with their decisions, contradictions."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from kb.web import words
from kb.web.doubts import Doubt, doubts
from kb.web.rows import DecisionRow
from kb.web.selecting import once, select, slugs
from kb.web.voices import Voice, in_section
from kb.web.votes import ShownVote, votes
from kb.web.whose import told_apart

LISTED = 100
CITED_BY = "cited_by_list WHERE section = :section GROUP BY coalesce(citing, document_id)"
DECISIONS = """decision_list WHERE paragraph_id IN (SELECT id FROM section_list WHERE section = :id) AND same_as IS NULL
    ORDER BY source, page, line, id"""


@dataclass(frozen=True, slots=True)
class Record:
    """A paper that records a §."""

    id: str
    document_id: str
    title: str
    kind: str
    source: str
    number: str
    forum: str | None
    date: str | None
    date_end: str | None
    heading: str
    dnr: str | None
    organisation: str | None
    page: int
    line: int | None
    passage_id: int | None
    case_of: str | None

    @property
    def when(self) -> str:
        """The date in words."""
        return words.period(self.date, self.date_end)

    @property
    def place_path(self) -> str:
        """The place in the paper."""
        return words.passage_path(self.document_id, self.page, self.passage_id)

    @property
    def citation(self) -> str:
        """How to refer to the §: whose body, day, number, case."""
        return words.cited(self.organisation, self.forum or "Okänt organ", self.date, self.number, self.dnr)


@dataclass(frozen=True, slots=True)
class Reference:
    """What a § refers to."""

    kind: str
    written: str
    dnr: str | None
    relation: str | None
    state: str
    target_paragraph: str | None
    target_document: str | None
    target_heading: str | None
    case_of: str | None

    @property
    def path(self) -> str:
        """Where it leads here, "" for what is not in the base. An address of the web is text: a paper is no one to vouch for it."""
        if self.target_paragraph:
            return f"/paragraf/{self.target_paragraph}"
        return words.dnr_path(self.dnr, self.case_of) if self.dnr and self.target_document else ""

    @property
    def note(self) -> str:
        """What people should know of it."""
        missing = {"tvetydig": "kan vara flera paragrafer", "öppen": "" if self.kind == "länk" else "finns inte här"}.get(self.state, "")
        return ", ".join(filter(None, [self.relation, missing]))


@dataclass(frozen=True, slots=True)
class Citing:
    """A § or paper that refers to a §."""

    relation: str | None
    document_id: str
    title: str
    document_date: str | None
    citing: str | None
    number: str | None
    forum: str | None
    date: str | None
    heading: str | None
    page: int
    passage_id: int | None

    @property
    def name(self) -> str:
        """The § by body, day and number; a paper by its title."""
        if not self.number:
            return self.title
        return f"{self.forum or 'Okänt organ'}{f' {self.date}' if self.date else ''} § {self.number}{f' {self.heading}' if self.heading else ''}"

    @property
    def path(self) -> str:
        """The page of the §, or the place in the paper."""
        return f"/paragraf/{self.citing}" if self.citing else words.passage_path(self.document_id, self.page, self.passage_id)


@dataclass(frozen=True, slots=True)
class End:
    """The other end of a chain: `what` is adopted for what was decided on a proposal, proposal for what lies behind a decision."""

    what: str
    id: str
    forum: str | None
    date: str | None
    followed: int | None = None

    @property
    def word(self) -> str:
        """What it is to the step it stands at."""
        if self.followed == 0:
            return "Annat förslag bifölls av" if self.what == "adopted" else "Annat förslag bifölls än det från"
        return "Ledde till beslut av" if self.what == "adopted" else "Efter förslag från"

    @property
    def when(self) -> str:
        """The date in words."""
        return words.day(self.date)


@dataclass(frozen=True, slots=True)
class Tied:
    """What a § is tied to; all empty for what stands in none."""

    records: tuple[Record, ...] = ()
    references: tuple[Reference, ...] = ()
    cited_by: tuple[Citing, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionPage:
    """`/paragraf/<id>`; `whose` the forum is, where several have one of that name."""

    record: Record
    tied: Tied
    decisions: tuple[DecisionRow, ...]
    votes: tuple[ShownVote, ...]
    voices: tuple[Voice, ...]
    slugs: Mapping[str, str]
    whose: str | None

    @property
    def trail(self) -> tuple[tuple[str, str], ...]:
        """The way here: address and name of each page above."""
        return trail(self.record.forum, (self.record.dnr, self.record.case_of), self.slugs, self.whose)


def trail(forum: str | None, case: tuple[str | None, str | None], slugs: Mapping[str, str], whose: str | None) -> tuple[tuple[str, str], ...]:
    """The pages above one of a forum, of `whose` where several have one of that name, and of a case (its number, and whose it is where several
    have it): address and name, the highest first.
    """
    dnr, of = case
    own = ((words.forum_path(slugs[forum], whose), f"{forum}, {whose}" if whose else forum),) if forum and forum in slugs else ()
    return (*((("/forum", "Forum"), *own) if own else ()), *(((words.dnr_path(dnr, of), dnr),) if dnr else ()))


def tied(conn: sqlite3.Connection, paragraph: str | None) -> Tied:
    """What the § of any of its records is tied to."""
    found = conn.execute("SELECT section FROM section_list WHERE id = ?", (paragraph,)).fetchone()
    if not found:
        return Tied()
    ask = {"section": found[0], "n": LISTED}
    records = select(conn, Record, "section_list WHERE section = :section ORDER BY counts DESC, source, id", ask)
    references = [reference for record in records for reference in _references(conn, record)]
    return Tied(
        records=records,
        references=once(references, lambda r: (r.kind, r.target_paragraph or (r.dnr or r.written, r.case_of))),
        cited_by=select(conn, Citing, f"{CITED_BY} ORDER BY date, number LIMIT :n", ask),
        doubts=doubts(conn, "WHERE about = :section ORDER BY kind, id", ask),
    )


def _references(conn: sqlite3.Connection, record: Record) -> tuple[Reference, ...]:
    """What one record refers to: values and no subquery, so that the view looks at that paper alone."""
    wanted = "reference_list WHERE document_id = :document AND paragraph_id = :id ORDER BY page, start, id LIMIT :n"
    return select(conn, Reference, wanted, {"document": record.document_id, "id": record.id, "n": LISTED})


def section(conn: sqlite3.Connection, id: str) -> SectionPage | None:
    """A § by the id of any of its records."""
    found = tied(conn, id)
    if not found.records:
        return None
    own = found.records[0]
    return SectionPage(
        record=own,
        tied=found,
        decisions=select(conn, DecisionRow, DECISIONS, {"id": own.id}),
        votes=votes(conn, own.id),
        voices=in_section(conn, own.id),
        slugs=slugs(conn, [own.forum]),
        whose=told_apart(conn, own.forum, own.organisation),
    )


def ends(conn: sqlite3.Connection, key: str) -> Mapping[str, tuple[End, ...]]:
    """For each proposal and decision of a case the other end of its chain."""
    within = "SELECT id FROM decisions WHERE dnr_key = :key UNION SELECT decision_id FROM guests WHERE key = :key"
    found: dict[str, list[End]] = {}
    both = f"""SELECT proposal, 'adopted', adopted, decided_by, decided, followed FROM decision_chain WHERE proposal IN ({within})
        UNION ALL SELECT adopted, 'proposal', proposal, proposed_by, proposed, followed FROM decision_chain WHERE adopted IN ({within})
        ORDER BY 5, 3"""  # noqa: S608
    for id, *end in conn.execute(both, {"key": key}):
        found.setdefault(id, []).append(End(*end))
    return {id: once(several, lambda end: (end.what, end.forum, end.date, end.followed)) for id, several in found.items()}


def of_case(conn: sqlite3.Connection, key: str) -> tuple[Doubt, ...]:
    """What is contradictory about the §§ of a case."""
    return doubts(conn, "WHERE about IN (SELECT id FROM paragraphs WHERE dnr_key = :key) ORDER BY kind, id", {"key": key})


def otherwise(conn: sqlite3.Connection, decision: str) -> frozenset[str]:
    """The other ends of the chains of a decision in which another's proposal was adopted."""
    counts = "coalesce((SELECT same_as FROM decisions WHERE id = :id), :id)"
    wanted = f"SELECT proposal, adopted FROM chains WHERE followed = 0 AND {counts} IN (proposal, adopted)"  # noqa: S608
    return frozenset(id for pair in conn.execute(wanted, {"id": decision}) for id in pair)


def chain(conn: sqlite3.Connection, decision: str, what: str) -> tuple[DecisionRow, ...]:
    """The proposals behind a decision (`proposal`), or what was decided on a proposal (`adopted`)."""
    counts = "coalesce((SELECT same_as FROM decisions WHERE id = :id), :id)"
    columns = "(SELECT * FROM decision_list WHERE id IN (SELECT {other} FROM chains WHERE {own} = {counts})) ORDER BY date IS NULL, date, id"
    other, own = ("proposal", "adopted") if what == "proposal" else ("adopted", "proposal")
    return select(conn, DecisionRow, columns.format(other=other, own=own, counts=counts), {"id": decision})

"""The records made of a document: what the database keeps. Spans are in the stored text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ingest.models.agreements import Agreement, AgreementNote
from ingest.models.layout import Alternative, Correction, Page, Problem, Quality, Source, Span
from ingest.models.links import Completion, ForumFact, Reference
from ingest.models.mentions import Day, DiaryNumber, DnrMention, ForumMention

Status = Literal["adopted", "proposed", "narrated"]
Role = Literal["own", "reference"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A unit of full-text search: one or more blocks that belong together."""

    span: Span
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A § of a meeting: recorded here (`own`) or referred to. `body` is the whole § in the stored text, for an own one."""

    number: str
    forum: str | None
    day: Day | None
    heading: str
    dnr: DiaryNumber | None
    own: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Point:
    """A numbered or lettered point of a decision."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Decision:
    """What a body decides, is asked to decide, or is told to have decided elsewhere (`status`).

    `decided_by` is the decider, or who proposes; `outcome` is the class of outcomes in patterns.yaml; `paragraph` the § it stands under.
    """

    status: Status
    decided_by: str | None
    addressed_to: str | None
    day: Day | None
    paragraph: str | None
    dnr: DiaryNumber | None
    outcome: str | None
    points: tuple[Point, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Statement:
    """A voice in a § or decision: `kind` is yrkande, reservation, yttrande, protokollsanteckning or jäv; one row a person."""

    kind: str
    person: str
    party: str | None
    paragraph: str | None
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Ballot:
    """How one person voted: `choice` is ja, nej or avstår."""

    person: str
    party: str | None
    choice: str
    span: Span


@dataclass(frozen=True, slots=True)
class Vote:
    """A counted vote; None where the text gives no number. Ja may stand for a refusal: `yes_means` and `no_means` are the words of the proposition.

    `outcome` is the side that won (ja, nej, lika); `overturned` where the chair had found otherwise before the vote was asked for.
    """

    paragraph: str | None
    proposition: str
    yes: int | None
    no: int | None
    abstain: int | None
    outcome: str | None
    span: Span
    yes_means: str | None = None
    no_means: str | None = None
    overturned: bool = False
    ballots: tuple[Ballot, ...] = ()


@dataclass(frozen=True, slots=True)
class Attendance:
    """A person at a meeting; `role` as in headings.yaml (chair, member, substitute, official, secretary, adjuster).

    `numbers` is which §§ the person served for, as written ("94-98"); `replaces` the member a substitute served for; `title` what an official is.
    """

    person: str
    party: str | None
    role: str
    span: Span
    numbers: str | None = None
    replaces: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting this document is the record of; `declared` is the range of §§ its first page states; `chair` and `secretary` are names."""

    forum: str | None
    day: Day | None
    place: str | None
    declared: tuple[int, int] | None
    attendance: tuple[Attendance, ...]
    span: Span
    chair: str | None = None
    secretary: str | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """A standing assignment of an agreement (`standing`), a task that a decision gives (`task`), or work that a sentence says somebody is to do
    without calling it an assignment (`undertaking`). `version` is the day of the agreement.

    `benefits` are the uses that a report says a standing one has; `report_to` is the forum that is to hear how a task went.
    """

    kind: str
    name: str
    area: str | None
    version: str | None
    change: str | None
    given_by: str | None
    given_to: str | None
    due: str | None
    dnr: DiaryNumber | None
    text: str
    span: Span
    benefits: tuple[Point, ...] = ()
    report_to: str | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """What a report plans or tells of for a year and area. `kind` is planned, reported, cancelled, moved or changed.

    `effect` is what `cause` did to it, in the report's words; both None where nothing did.
    """

    kind: str
    area: str | None
    year: str | None
    text: str
    effect: str | None
    cause: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a form, with its options in printed order; `answers` are the ticked ones and what was written, () where it is blank."""

    number: str
    question: str
    options: tuple[str, ...]
    span: Span
    answers: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """What a document says of itself at its top."""

    kind: str
    title: str
    title_span: Span | None
    day: Day | None
    forum: str | None
    addressed_to: str | None
    dnr: DiaryNumber | None
    author: str | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class Document:
    """A handling: one document of a source with all that was read from it. `position` is 1-based within the source.

    `organisation` is the municipality, region or association whose paper it says it is, `paper_number` its own in a series ("2024 nr 72"),
    `listed` the facts of the head that a list beside the file stated, not the paper ("forum, datum").
    """

    position: int
    span: Span
    head: Head
    damaged: bool
    passages: tuple[Passage, ...] = ()
    meeting: Meeting | None = None
    paragraphs: tuple[Paragraph, ...] = ()
    decisions: tuple[Decision, ...] = ()
    statements: tuple[Statement, ...] = ()
    votes: tuple[Vote, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    questions: tuple[Question, ...] = ()
    numbers: tuple[tuple[DnrMention, Role, Span], ...] = ()
    forums: tuple[tuple[ForumMention, Span], ...] = ()
    problems: tuple[Problem, ...] = ()
    quality: tuple[Quality, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    activities: tuple[Activity, ...] = ()
    organisation: str | None = None
    references: tuple[Reference, ...] = ()
    completions: tuple[Completion, ...] = ()
    paper_number: str | None = None
    listed: str = ""
    told: tuple[ForumFact, ...] = ()
    notes: tuple[AgreementNote, ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """All that is known of one source; what `kb.database.save` takes."""

    source: Source
    pages: tuple[Page, ...]
    corrections: tuple[Correction, ...] = ()
    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()
    quality: tuple[Quality, ...] = ()
    alternatives: tuple[Alternative, ...] = ()

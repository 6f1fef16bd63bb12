"""The values that flow through the pipeline: frozen, slotted, in the order the stages make them.

Every position is a character offset. `start`/`end` of pages and documents' sources are offsets into `Source.text` (the stored text);
blocks and mentions are made on the clean text and carry both that span and, through `CleanText.span`, the place in the stored text.
Records (decisions, paragraphs, …) hold spans into the stored text only, because that is what is kept and quoted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ingest.overlay import Overlay

Status = Literal["adopted", "proposed", "narrated"]
Role = Literal["own", "reference"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of characters, `start <= position < end`."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def contains(self, other: Span) -> bool:
        """True where `other` lies wholly within this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """True where the two share at least one character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Problem:
    """A doubt a person should look at: never an exception, never a guess. `span` is in the stored text, None for the whole source."""

    kind: str
    message: str
    span: Span | None = None


# file ─▶ pages


@dataclass(frozen=True, slots=True)
class Source:
    """One file as read. `sha256` of its bytes is its identity; `text` is what is stored and what every span points into."""

    name: str
    sha256: str
    size: int
    format: str
    encoding: str | None
    text: str
    outline: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a source; `number` is 1-based, the span is in the stored text."""

    number: int
    start: int
    end: int


# pages ─▶ clean text


@dataclass(frozen=True, slots=True)
class Correction:
    """A word read again by OCR repair; offsets are in the stored text, `confidence` is 0–1."""

    start: int
    end: int
    original: str
    corrected: str
    confidence: float
    kind: str


@dataclass(frozen=True, slots=True)
class CleanText:
    """The text as people read it, with the way back to the stored text. `outline` holds headings in clean spelling, if the source has any."""

    overlay: Overlay
    pages: tuple[Page, ...]
    outline: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The clean text."""
        return self.overlay.text

    def span(self, start: int, end: int) -> Span:
        """The place in the stored text of `start..end` of the clean text."""
        return Span(*self.overlay.to_base(start, end))


# clean text ─▶ documents ─▶ blocks


@dataclass(frozen=True, slots=True)
class Part:
    """One document within a source: a span of the clean text, and why it was thought to begin there."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of layout. `text` is unwrapped to one line; `start`/`end` are in the clean text.

    `kind` is one of: head (letterhead line), title, heading (a `role` from headings.yaml, or none), paragraph_heading (§ of a meeting),
    clause_heading (§ of an agreement), toc, text, item (list item, `marker` as printed), option (of a form), outline.
    """

    kind: str
    start: int
    end: int
    text: str
    role: str = ""
    marker: str = ""
    fields: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        """A named part of the heading (`number`, `body`, …), "" where there is none."""
        return dict(self.fields).get(name, "")


# blocks ─▶ mentions (find first) ─▶ resolved mentions


@dataclass(frozen=True, slots=True, order=True)
class DiaryNumber:
    """A diary number taken apart. `canonical` is how its register writes it; `key` is equal for all spellings of one case."""

    register: str
    year: int
    serial: int
    canonical: str
    sub: str = ""

    @property
    def key(self) -> str:
        """Identity of the case: register, year and serial without padding; a sub-number does not count."""
        return "-".join(p for p in (self.register.casefold(), str(self.year), str(self.serial)) if p)


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A date as precise as the words: ISO `2015-06-16`, or `2018-06`, or `2019`; `end` is the last day of a meeting of several days."""

    iso: str
    end: str | None = None


@dataclass(frozen=True, slots=True)
class DnrMention:
    """A diary number in the text; `pattern` names the entry of patterns.yaml that found it."""

    start: int
    end: int
    written: str
    number: DiaryNumber
    pattern: str


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in the text."""

    start: int
    end: int
    written: str
    day: Day


@dataclass(frozen=True, slots=True)
class ForumMention:
    """A forum in the text. `candidates` are the registry names that fit; `forum` is set by `resolve`, None where it stays open."""

    start: int
    end: int
    written: str
    candidates: tuple[str, ...]
    contextual: bool = False
    forum: str | None = None


@dataclass(frozen=True, slots=True)
class ParagraphMention:
    """A § of a meeting that the text refers to. `forum` and `day` are set by `resolve` from the words around it."""

    start: int
    end: int
    written: str
    number: str
    forum: str | None = None
    day: Day | None = None


@dataclass(frozen=True, slots=True)
class PersonMention:
    """A person named with a party, `Anna Ek (S)`; `party` is as written, "" for `(-)`, None where none is given."""

    start: int
    end: int
    name: str
    party: str | None


@dataclass(frozen=True, slots=True)
class DecisionMention:
    """Running text that tells of a decision: `verb` is the entry in patterns.yaml, the span its sentence."""

    start: int
    end: int
    verb: str
    verb_start: int
    verb_end: int


@dataclass(frozen=True, slots=True)
class Mentions:
    """Everything found in one document, each tuple in order of place."""

    numbers: tuple[DnrMention, ...] = ()
    dates: tuple[DateMention, ...] = ()
    forums: tuple[ForumMention, ...] = ()
    paragraphs: tuple[ParagraphMention, ...] = ()
    people: tuple[PersonMention, ...] = ()
    decisions: tuple[DecisionMention, ...] = ()


# mentions ─▶ records


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
class Vote:
    """A counted vote; None where the text gives no number."""

    paragraph: str | None
    proposition: str
    yes: int | None
    no: int | None
    abstain: int | None
    outcome: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Attendance:
    """A person at a meeting; `role` as in headings.yaml (chair, member, substitute, official, secretary, adjuster)."""

    person: str
    party: str | None
    role: str
    span: Span


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting this document is the record of; `declared` is the range of §§ its first page states."""

    forum: str | None
    day: Day | None
    place: str | None
    declared: tuple[int, int] | None
    attendance: tuple[Attendance, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Assignment:
    """A standing assignment of an agreement (`standing`), or a task that a decision gives (`task`). `version` is the day of the agreement."""

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


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered § of an agreement."""

    number: str
    heading: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement with its terms: the document itself, or one the text tells of. Dates are ISO; money is Swedish kronor a year."""

    title: str
    parties: tuple[str, ...]
    dnr: DiaryNumber | None
    valid_from: str | None
    valid_to: str | None
    extended_to: str | None
    renewal_years: int | None
    notice_months: int | None
    compensation_sek: int | None
    price_index: str | None
    signed: str | None
    clauses: tuple[Clause, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a form, with its options in printed order."""

    number: str
    question: str
    options: tuple[str, ...]
    span: Span


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
    """A handling: one document of a source with all that was read from it. `position` is 1-based within the source."""

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


@dataclass(frozen=True, slots=True)
class Parsed:
    """All that is known of one source; what `kb.database.save` takes."""

    source: Source
    pages: tuple[Page, ...]
    corrections: tuple[Correction, ...] = ()
    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

"""What each page is given: one frozen dataclass a page, made of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kb.web.doubts import Doubt
from kb.web.links import Tied, trail
from kb.web.marks import Passage, Piece
from kb.web.quality import CoverageNumbers, ForumYear, ProblemKind, Reading
from kb.web.rows import (
    CaseRow,
    DecisionRow,
    DocumentRow,
    ForumRow,
    Numbers,
    Original,
    Place,
    TableRow,
)
from kb.web.task_rows import TaskRow
from kb.web.voices import Voice
from kb.web.votes import ShownVote
from kb.web.whose import Missed


@dataclass(frozen=True, slots=True)
class ForumGroup:
    """Forums of one kind, under a heading."""

    heading: str
    forums: tuple[ForumRow, ...]


@dataclass(frozen=True, slots=True)
class HomePage:
    """`/`. `several`: papers are of more than one municipality or region, so that a row says of which."""

    numbers: Numbers
    decisions: tuple[DecisionRow, ...]
    documents: tuple[DocumentRow, ...]
    groups: tuple[ForumGroup, ...]
    example: CaseRow | None
    several: bool
    slugs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ChoicePage:
    """`/dnr/…` where the number fits several cases (`asked`), or none and `cases` are near ones; `missed` where it is asked for of an organisation
    that there is not.
    """

    asked: str
    cases: tuple[CaseRow, ...]
    missed: Missed | None = None

    @property
    def same(self) -> bool:
        """The cases have one number, each of an organisation's own."""
        return len({case.dnr for case in self.cases}) == 1


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage as the page shows it: in pieces, corrected words apart, with what begins in it."""

    passage: Passage
    pieces: tuple[Piece, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of a document."""

    number: int
    passages: tuple[Shown, ...]
    label: str = ""

    @property
    def named(self) -> str:
        """The page as it is numbered in print, and which it is of the file where that is another."""
        return f"{self.label} (sida {self.number} i filen)" if self.label else str(self.number)

    @property
    def differs(self) -> bool:
        """True where something stood otherwise in the source."""
        return any(shown.passage.text_original for shown in self.passages)


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """`/handling/<id>`; `as_stood` where the text is shown as it was before repair, `whose` the forum is, where several have one of that name."""

    document: DocumentRow
    reading: Reading
    as_stood: bool
    sheets: tuple[Sheet, ...]
    contents: tuple[Place, ...]
    problems: tuple[Doubt, ...]
    siblings: tuple[DocumentRow, ...]
    original: Original
    slugs: Mapping[str, str]
    whose: str | None

    @property
    def trail(self) -> tuple[tuple[str, str], ...]:
        """The way here: address and name of each page above."""
        return trail(self.document.forum, (self.document.dnr, self.document.case_of), self.slugs, self.whose)


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """`/beslut/<id>`; `proposals` lie behind the decision, `answers` are what was decided on the proposal, `otherwise` those of both
    where another's proposal was adopted, `changes` says what each of them did with the words, or what was done with theirs; `whose` as of a document.
    """

    decision: DecisionRow
    tied: Tied
    proposals: tuple[DecisionRow, ...]
    answers: tuple[DecisionRow, ...]
    changes: Mapping[str, str]
    otherwise: frozenset[str]
    meaning: str
    points: tuple[str, ...]
    votes: tuple[ShownVote, ...]
    voices: tuple[Voice, ...]
    tasks: tuple[TaskRow, ...]
    quote: tuple[Piece, ...]
    place: str
    place_path: str
    slugs: Mapping[str, str]
    whose: str | None

    @property
    def reread(self) -> bool:
        """True where a word of the source was read again."""
        return any(piece.fix for piece in self.quote)

    @property
    def trail(self) -> tuple[tuple[str, str], ...]:
        """The way here: address and name of each page above."""
        return trail(self.decision.decided_by, (self.decision.dnr, self.decision.case_of), self.slugs, self.whose)


@dataclass(frozen=True, slots=True)
class TablesPage:
    """`/tabeller`."""

    queries: tuple[TableRow, ...]
    tables: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class InnerTable:
    """A table that views are made of; `rows` is None where they could not be counted in time."""

    name: str
    title: str
    rows: int | None
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BasePage:
    """`/kb`. `hidden` is how many tables and views are left out; more rows than `most` are not counted."""

    title: str
    description: str
    may_ask: bool
    queries: tuple[TableRow, ...]
    views: tuple[TableRow, ...]
    inner: tuple[InnerTable, ...]
    hidden: int
    most: int


@dataclass(frozen=True, slots=True)
class YearCount:
    """How many documents a forum has from a year, and where they are listed."""

    year: str | None
    documents: int
    path: str


@dataclass(frozen=True, slots=True)
class ForumCounts:
    """A forum (None: papers without one) with a count for each year of the page."""

    forum: str | None
    years: tuple[YearCount, ...]
    total: int


@dataclass(frozen=True, slots=True)
class CoveragePage:
    """`/tackning`. `gaps` and `damaged` are the worst of all."""

    numbers: CoverageNumbers
    years: tuple[str | None, ...]
    forums: tuple[ForumCounts, ...]
    gaps: tuple[ForumYear, ...]
    all_gaps: int
    damaged: tuple[Reading, ...]
    all_damaged: int
    problems: tuple[ProblemKind, ...]
    slugs: Mapping[str, str]

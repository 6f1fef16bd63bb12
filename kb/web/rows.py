"""Rows of the pages: frozen dataclasses whose fields are the columns that are selected from a view, with what to say of them as properties."""

from __future__ import annotations

from dataclasses import dataclass

from kb import people
from kb.web import words


@dataclass(frozen=True, slots=True)
class Numbers:
    """How much there is."""

    documents: int
    decisions: int
    cases: int
    forums: int
    problems: int


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document in a list, and the facts of its own page."""

    id: str
    source: str
    kind: str
    title: str
    date: str | None
    date_end: str | None
    forum: str | None
    addressed_to: str | None
    dnr: str | None
    author: str | None
    unit: str | None
    first_page: int
    last_page: int
    damaged: int
    listed: str | None
    organisation: str | None
    case_of: str | None

    @property
    def when(self) -> str:
        """The date in words."""
        return words.period(self.date, self.date_end)

    @property
    def citation(self) -> str:
        """How to refer to the document: whose, kind, title, day, diary number, file."""
        kind = "" if self.title.casefold().startswith(self.kind) else f"{words.capital(self.kind)}: "
        when = "" if not self.date or self.date in self.title else self.date
        whose = self.organisation if self.organisation and self.organisation not in self.title else ""
        return ", ".join(filter(None, [whose, kind + self.title, when, f"dnr {self.dnr}" if self.dnr else "", self.source]))

    @property
    def pages(self) -> str:
        """Which pages of the source file it fills."""
        return str(self.first_page) if self.first_page == self.last_page else f"{self.first_page}–{self.last_page}"


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision in a list, and the facts of its own page."""

    id: str
    document_id: str
    source: str
    status: str
    decided_by: str | None
    addressed_to: str | None
    date: str | None
    date_end: str | None
    paragraph: str | None
    dnr: str | None
    outcome: str | None
    points: int
    text: str | None
    title: str
    heading: str
    organisation: str | None
    paragraph_id: str | None
    page: int
    line: int | None
    case_of: str | None
    record_date: str | None = None
    record_forum: str | None = None

    @property
    def when(self) -> str:
        """The date in words."""
        return words.period(self.date, self.date_end)

    @property
    def told(self) -> str:
        """Said of a proposal that another put, or that was put before the meeting whose record tells it: which record; "" of another."""
        if self.status != "proposed" or not (self.others or (self.record_date and self.date and self.record_date != self.date)):
            return ""
        return words.recorded(self.record_forum if self.others else None, self.record_date, self.paragraph)

    @property
    def others(self) -> bool:
        """True where it stands in the record of another body than the one that puts it."""
        return words.of_another(self.decided_by, self.record_forum)

    @property
    def standing(self) -> str:
        """The status as people must understand it."""
        return people.standing(self.status, self.outcome)

    @property
    def formal(self) -> bool:
        """True for one that only puts a matter off, sends it back, notes it or says who adjusts the minutes."""
        return self.standing in people.PUT_OFF.values() or (self.outcome or "") in people.FORMAL

    @property
    def status_word(self) -> str:
        """The standing in Swedish."""
        return words.STATUS.get(self.standing, self.standing)

    @property
    def first_point(self) -> str:
        """The first point, for lists."""
        return (self.text or "").split("\n", 1)[0]

    @property
    def citation(self) -> str:
        """How to refer to the decision: whose body, day, § and diary number; for a proposal, who makes it to whom."""
        who = self.decided_by or "Okänt organ"
        if self.standing == "upward":
            who = f"Förslag till {self.addressed_to or 'annat organ'}, beslutat av {self.decided_by or 'okänt organ'}"
        if self.status == "proposed":
            who = f"Förslag från {self.decided_by or 'okänd'}" + (f" till {self.addressed_to}" if self.addressed_to else "")
        whose = None if self.status == "narrated" else self.organisation  # the paper that tells of a decision may be of another
        day = None if self.told and self.date == self.record_date else self.date  # which is that of the record's meeting
        cited = words.cited(whose, who, day, None if self.told else self.paragraph, self.dnr)
        return f"{cited} ({self.told})" if self.told else cited


@dataclass(frozen=True, slots=True)
class ParagraphRow:
    """A § in a list."""

    number: str
    date: str | None
    date_end: str | None
    heading: str
    dnr: str | None
    own: int
    document_id: str
    page: int
    case_of: str | None

    @property
    def when(self) -> str:
        """The date in words."""
        return words.period(self.date, self.date_end)


@dataclass(frozen=True, slots=True)
class ForumRow:
    """A forum in a list, and the facts of its own page."""

    forum: str
    slug: str
    abbreviation: str | None
    kind: str | None
    level: str | None
    purpose: str | None
    members: str | None
    meets: str | None
    aliases: str | None
    first_year: int | None
    last_year: int | None
    first_mention: str | None
    last_mention: str | None
    decisions: int
    documents: int
    registered: int

    @property
    def level_word(self) -> str:
        """The level in Swedish."""
        return words.LEVELS.get(self.level or "", self.level or "")

    @property
    def years(self) -> str:
        """When it exists or existed."""
        if not self.first_year and not self.last_year:
            return ""
        return f"{self.first_year or ''}–{self.last_year}" if self.last_year else str(self.first_year)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list; `case_of` says whose it is where several have its number, "" where that is not known."""

    dnr: str
    key: str
    title: str | None
    case_of: str | None

    @property
    def path(self) -> str:
        """The address of its page."""
        return words.dnr_path(self.dnr, self.case_of)


@dataclass(frozen=True, slots=True)
class Relation:
    """A tie between two forums, seen from one of them."""

    word: str
    forum: str
    slug: str


@dataclass(frozen=True, slots=True)
class Place:
    """Something that was read out of a document, and the passage it begins in."""

    what: str
    id: str
    number: str | None
    label: str | None
    page: int
    passage_id: int | None

    @property
    def word(self) -> str:
        """What it is, in Swedish; a § by its number."""
        if self.what == "paragraph" and self.number:
            return f"§ {self.number}"
        return words.PLACES.get(self.what, self.what)

    @property
    def path(self) -> str:
        """The page of the decision or the §, "" for what has none."""
        if self.what == "paragraph":
            return f"/paragraf/{self.id}"
        return f"/beslut/{self.id}" if self.what in words.STATUS else ""


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A voice on a decision."""

    kind: str
    person: str
    party: str | None
    text: str


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A doubt a person should look at."""

    kind: str
    message: str
    document_id: str | None
    page: int | None
    line: int | None


@dataclass(frozen=True, slots=True)
class Original:
    """The archived file behind a document."""

    path: str
    sha256: str
    format: str
    encoding: str | None
    size: int
    properties: str | None


@dataclass(frozen=True, slots=True)
class TableRow:
    """A table or a reviewed query of datasette.yaml."""

    name: str
    title: str
    description: str

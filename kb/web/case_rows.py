"""Rows of the page of a case: what happened, what is missing, which cases it touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb.web import words

PUT_OFF, SEVERAL = "bordlagd", 3
"""So many §§ in which one body put a case off are told of in one line."""
MANY, FEW = 6, 3
"""A decision of more points than these is shown with so many of them."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened in a case."""

    dnr: str
    date: str | None
    event: str
    forum: str | None
    text: str | None
    document_id: str
    source: str
    page: int
    line: int | None
    ref: str
    start: int
    passage_id: int | None
    also: str | None
    other_dnr: str | None
    organisation: str | None
    paragraph: str | None
    paragraph_id: str | None
    unsure: int
    retold: int = 0
    placed: str | None = None
    told_by: str | None = None
    told_date: str | None = None
    record_forum: str | None = None
    record_date: str | None = None

    @property
    def told(self) -> str:
        """Said of what the record of another meeting tells again: which record, and that it does not say the day where it stands before one."""
        if self.borrowed and not self.retold:
            return words.recorded(self.record_forum, self.record_date, self.paragraph)
        if not self.retold:
            return ""
        record = words.recorded(self.told_by, self.told_date, self.paragraph if self.borrowed else None)
        return f"{record}, som inte säger vilken dag det lades fram" if self.dayless else record

    @property
    def borrowed(self) -> bool:
        """True of a proposal whose § is that of the record that tells it, not of the one who put it."""
        return self.event == "proposal" and bool(self.paragraph_id) and (bool(self.retold) or words.of_another(self.forum, self.record_forum))

    @property
    def dayless(self) -> bool:
        """True where its day is only that of the record that tells it."""
        return bool(self.retold and self.placed != self.date) or (self.borrowed and self.date == self.record_date)

    @property
    def own(self) -> tuple[str | None, str | None]:
        """Its own day and §, where they are known."""
        return None if self.dayless else self.date, None if self.borrowed else self.paragraph

    @property
    def day(self) -> str | None:
        """Where it stands in time: on its day; where the record has none of its own, with what it led to."""
        return self.placed or self.date

    @property
    def anchor(self) -> str:
        """Its name on the page of the case."""
        return f"steg-{self.event}-{self.ref}"

    @property
    def citation(self) -> str:
        """How to refer to the step: whose body, day, §, diary number; a paper of no body by what kind it is."""
        who = self.forum or (self.word if self.event == "document" else "Okänt organ")
        cited = words.cited(self.organisation, who, *self.own, self.other_dnr or self.dnr)
        return f"{cited} ({self.told})" if self.borrowed else cited

    @property
    def register(self) -> str:
        """Said of a decision that another register keeps under a number of its own, and of words that may mean another case; "" of the case's own."""
        if self.unsure:
            return "kan gälla ett annat ärende med samma nummer"
        if self.other_dnr is None:
            return ""
        whose = f", {self.organisation}" if self.organisation else ""
        other = "annat ärende" if self.other_dnr and _letters(self.other_dnr) == _letters(self.dnr) else "annat diarium"
        return f"{other}{whose}" + (f": {self.other_dnr}" if self.other_dnr else "")

    @property
    def word(self) -> str:
        """The kind of event in Swedish; a document by what kind it is."""
        kind, colon, _ = (self.text or "").partition(": ")
        return words.capital(kind) if self.event == "document" and colon else words.EVENTS.get(self.event, self.event)

    @property
    def lines(self) -> list[str]:
        """The text, a decision's points apart; a document by its title."""
        text = self.text or ""
        return [text.partition(": ")[2] or text] if self.event == "document" else text.splitlines()

    @property
    def shown(self) -> list[str]:
        """The lines that are read at once; of a text of many points the first ones."""
        return self.lines[:FEW] if len(self.lines) > MANY else self.lines

    @property
    def folded(self) -> list[str]:
        """The other lines."""
        return self.lines[len(self.shown) :]

    @property
    def path(self) -> str:
        """Where the step can be read about: the page of the decision or the §, or the place in the document."""
        if self.event in ("decision", "proposal", "narrated"):
            return f"/beslut/{self.ref}"
        return f"/paragraf/{self.ref}" if self.event == "paragraph" else self.place_path

    @property
    def place_path(self) -> str:
        """The place in the source."""
        return words.passage_path(self.document_id, self.page, self.passage_id)


def _letters(dnr: str | None) -> str:
    """The register that a number is of."""
    return "".join(filter(str.isalpha, dnr or "")).lower()


@dataclass(frozen=True, slots=True)
class StepGroup:
    """What happened on one day of a case."""

    date: str | None
    steps: tuple[Step, ...]

    @property
    def when(self) -> str:
        """The date in words."""
        return words.day(self.date) or "Utan datum"


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing: an `answer` to a proposal, or a `paragraph` that is referred to; `retold` is a § of which another paper here tells."""

    what: str
    ref: str
    source: str | None
    source_date: str | None
    forum: str
    date: str | None
    number: str | None
    paragraph_id: str | None
    document_id: str
    page: int
    relation: str | None = None

    @property
    def asked(self) -> tuple[str | None, ...]:
        """The § that is missing."""
        return self.forum, self.date, self.number

    @property
    def says(self) -> str:
        """What is missing, in words."""
        whose = f"{words.capital(self.source or 'okänt organ')}{f' {words.day(self.source_date)}' if self.source_date else ''}"
        if self.what == "answer":
            return f"Förslaget från {whose} till {self.forum}: vad som beslutades finns inte här."
        if self.what == "retold":
            return f"{words.capital(self.forum)} {words.day(self.date)} § {self.number} finns inte här; vad som står är återgivet av {whose}."
        return f"{whose} hänvisar till {self.forum} {words.day(self.date)} § {self.number}, som inte finns här."

    @property
    def path(self) -> str:
        """Where the words stand that tell of it."""
        return f"/beslut/{self.ref}" if self.what == "answer" else words.passage_path(self.document_id, self.page)


@dataclass(frozen=True, slots=True)
class PutOff:
    """Several §§ that are missing, in which one body put the case off."""

    gaps: tuple[Gap, ...]

    @property
    def says(self) -> str:
        """What is missing, in words."""
        listed = ", ".join(f"{words.day(gap.date)} § {gap.number}" for gap in self.gaps)
        return f"{words.capital(self.gaps[0].forum)} har bordlagt ärendet vid {len(self.gaps)} möten som inte finns här: {listed}."

    @property
    def path(self) -> str:
        """Where the words stand that tell of it."""
        return self.gaps[0].path


def gathered(gaps: Sequence[Gap]) -> tuple[Gap | PutOff, ...]:
    """What is missing as it is listed: the §§ in which one body put the case off, three or more, are one line, last."""
    off: dict[str, list[Gap]] = {}
    for gap in gaps:
        if gap.what == "paragraph" and gap.relation == PUT_OFF:
            off.setdefault(gap.forum, []).append(gap)
    several = [tuple(found) for found in off.values() if len(found) >= SEVERAL]
    taken = {gap for found in several for gap in found}
    return (*(gap for gap in gaps if gap not in taken), *(PutOff(found) for found in several))


@dataclass(frozen=True, slots=True)
class Related:
    """A case that speaks of this one (`forward` 0), or that this one speaks of."""

    dnr: str
    title: str | None
    forward: int
    case_of: str | None = None

    @property
    def path(self) -> str:
        """The address of its page."""
        return words.dnr_path(self.dnr, self.case_of)

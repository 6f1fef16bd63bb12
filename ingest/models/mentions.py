"""What the words of a document mention, with places in the clean text: found first, resolved second."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class DiaryNumber:
    """A diary number taken apart. `canonical` is how its register writes it; `key` is equal for all spellings of one case.

    `sub` is what stands behind it, a paper or a sub-case; `branch` is set for a sub-case and written behind the number (":26").
    """

    register: str
    year: int
    serial: int
    canonical: str
    sub: str = ""
    branch: str = ""

    @property
    def full(self) -> str:
        """The number with its sub-case, as a § has it ("SLK-2022-00025:26")."""
        return self.canonical + self.branch

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

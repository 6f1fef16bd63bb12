"""What is read and laid out: source, pages, clean text, documents within a source, blocks; and places and doubts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ingest.overlay import Overlay


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


@dataclass(frozen=True, slots=True)
class Problem:
    """A doubt a person should look at: never an exception, never a guess. `span` is in the stored text, None for the whole source."""

    kind: str
    message: str
    span: Span | None = None


# file ─▶ pages


@dataclass(frozen=True, slots=True)
class Source:
    """One file as read. `sha256` of its bytes is its identity; `text` is what is stored and what every span points into.

    `properties` are what a PDF says of itself (titel, författare, skapad), which is less sure than any word in it.
    """

    name: str
    sha256: str
    size: int
    format: str
    encoding: str | None
    text: str
    outline: tuple[str, ...] = ()
    properties: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a source; `number` is 1-based, the span is in the stored text. `label` is its number in print where that is another ("iv")."""

    number: int
    start: int
    end: int
    label: str = ""


# pages ─▶ clean text


@dataclass(frozen=True, slots=True)
class Correction:
    """A word read again by OCR repair; offsets are in the stored text, `confidence` is 0–1. `reason` is what a person gave who decided it."""

    start: int
    end: int
    original: str
    corrected: str
    confidence: float
    kind: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Alternative:
    """What a damaged word at `start..end` of the stored text may have been, likeliest first, besides what it is shown as."""

    start: int
    end: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a page was read: how many words it has, how many of them were likely read wrong, and how many likely still are after repair."""

    page: int
    words: int
    damaged: float
    unsure: float


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

    def removed(self, stored: str, part: Part) -> str:
        """What cleaning took out of a document, as it stands in the stored text: headers and footers, which may name its body and day."""
        stretch = self.span(part.start, part.end)
        gone = (s for s in self.overlay.segments if s.edited and not s.length and stretch.start <= s.old < stretch.end)
        return "\n".join(stored[s.old : s.old + s.old_length] for s in gone)


# clean text ─▶ documents ─▶ blocks


@dataclass(frozen=True, slots=True)
class Part:
    """One document within a source: a span of the clean text, and why it was thought to begin there."""

    start: int
    end: int
    reason: str


class Block(NamedTuple):  # of which there are many: three times as quickly made as a frozen dataclass
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
        for key, value in self.fields:
            if key == name:
                return value
        return ""

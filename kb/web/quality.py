"""Rows of coverage: frozen dataclasses whose fields are the columns of a view, with what to say of how well a text was read."""

from __future__ import annotations

from dataclasses import dataclass

from kb.web import words

PARTLY = 0.1  # Swedish text without å, ä and ö has about one word in four wrong; far below that, only a part of it was read so


@dataclass(frozen=True, slots=True)
class Reading:
    """A document, and how well it was read."""

    document_id: str
    title: str
    kind: str
    date: str | None
    pages: int
    words: int
    damaged_share: float | None
    corrections: int
    by_people: int
    unsure_share: float | None
    quality: float | None
    damaged: int

    @property
    def when(self) -> str:
        """The date in words."""
        return words.day(self.date)

    @property
    def unread(self) -> bool:
        """True where the text is damaged and nothing has read it again."""
        return bool(self.damaged) and self.quality is None and not self.corrections

    @property
    def right(self) -> str:
        """The share of words that is probably right as shown."""
        return "inte läst om" if self.unread else words.percent(self.quality) if self.quality is not None else "okänt"

    @property
    def unsure(self) -> int:
        """How many words are probably still wrong."""
        return round((self.unsure_share or 0) * self.words)

    @property
    def told(self) -> str:
        """How the text was read and what was done about it, "" where there is nothing to tell."""
        if self.unread:
            return "Texten lästes av en maskin utan å, ä och ö och är inte rättad. Sök på ord utan å, ä och ö, eller läs originalet."
        if not self.corrections:
            return ""
        by_kb = self.corrections - self.by_people
        if not by_kb:
            return f"{words.number(self.by_people)} ord är {_corrected(self.by_people)} för hand."
        part = "Delar av texten" if (self.damaged_share or 0) < PARTLY else "Texten"
        by_hand = f" och {words.number(self.by_people)} för hand" if self.by_people else ""
        doubt = (
            f"omkring {words.number(self.unsure)} ord är {'osäkert' if self.unsure == 1 else 'osäkra'}"
            if self.unsure
            else "knappt något ord är osäkert"
        )
        return (
            f"{part} lästes av en maskin utan å, ä och ö. "
            f"{words.number(by_kb)} av {words.number(max(self.words, by_kb))} ord är {_corrected(by_kb)} av programmet{by_hand}; {doubt}."
        )


def _corrected(count: int) -> str:
    return "rättat" if count == 1 else "rättade"


@dataclass(frozen=True, slots=True)
class CoverageNumbers:
    """How much there is to read, and how well it was read."""

    sources: int
    documents: int
    pages: int
    words: int
    damaged_share: float | None
    corrections: int
    quality: float | None
    unknown_pages: int


@dataclass(frozen=True, slots=True)
class ForumYear:
    """A forum of an organisation and a year: its documents, and the §§ recorded here."""

    organisation: str | None
    forum: str | None
    year: str | None
    documents: int
    paragraphs: int
    first_paragraph: int | None
    last_paragraph: int | None
    missing: int | None


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """A kind of doubt, and how many there are of it."""

    kind: str
    problems: int
    sources: int

"""What the record makers share: one document's text, blocks and resolved mentions, and questions one asks of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ingest.find.forums import lookup
from ingest.find.organisations import OrganisationMention, find_organisations
from ingest.models import Block, CleanText, DateMention, Day, DnrMention, ForumMention, Mentions, ParagraphMention, Part, PersonMention, Source, Span
from ingest.places import Places
from ingest.rules import Rules
from ingest.rules.quick import spots
from ingest.text import fold, fold_whole, sentence_at


class Section(NamedTuple):
    """A heading and the blocks under it; `number` is the § it stands under ("" before the first)."""

    role: str
    heading: Block | None
    content: tuple[Block, ...]
    number: str

    @property
    def start(self) -> int:
        """Where the section begins in the clean text."""
        return self.heading.start if self.heading else self.content[0].start if self.content else 0

    @property
    def end(self) -> int:
        """Where its last block ends."""
        return self.content[-1].end if self.content else self.heading.end if self.heading else 0


LONGEST_SHORT = 6
"""The short form of a body has at most so many letters."""
_NOWHERE: Places[ParagraphMention] = Places(())


@dataclass(frozen=True)
class Context:
    """One document. Offsets are in the clean text until `span` leads to the stored one."""

    source: Source
    clean: CleanText
    part: Part
    rules: Rules
    blocks: tuple[Block, ...]
    mentions: Mentions

    def span(self, start: int, end: int) -> Span:
        """The place in the stored text."""
        return self.clean.span(start, end)

    def block_span(self, block: Block) -> Span:
        """The place of a block in the stored text."""
        return self.clean.span(block.start, block.end)

    def words(self, start: int, end: int) -> str:
        """The clean text between two places."""
        return self.clean.text[start:end]

    @cached_property
    def folded(self) -> str:
        """The folded clean text of the whole source, so that places agree."""
        return fold_whole(self.clean.text)

    @cached_property
    def removed(self) -> str:
        """What cleaning took out of this document: headers and footers, in which a record of a meeting may name its body and day."""
        return self.clean.removed(self.source.text, self.part)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The document cut at its headings. A heading without a role that only leads in a list does not begin a section."""
        return tuple(_sections(self.blocks))

    def forum(self, name: str) -> str:
        """The canonical name of a body or official as written ("REGIONSTYRELSEN" → "Regionstyrelsen"); unknown ones keep their words."""
        found = lookup(name, self.rules)
        if len(found) > 1:
            named = {m.forum for m in self.mentions.forums}
            found = tuple(f for f in found if f in named) or found
        if found:
            return found[0]
        words = name.lower() if name.isupper() else name
        return words[:1].upper() + words[1:]

    def indefinite(self, name: str) -> str:
        """A body as it is called behind the name of another, in small letters: "Arbetsutskottet", "Kommunstyrelsens arbetsutskott"."""
        short = name.lower()
        found = self.rules.fullmatch("definite_bodies", fold(short))
        return short[: found[1].end("stem")] + str(found[0].data.get("ending", "")) if found else short

    def own_forum(self, name: str, own: str | None) -> str:
        """As `forum`, but what the body calls itself in its own paper ("Arbetsutskottet", "Nämnden", an unknown abbreviation) is that body."""
        short, whole = fold(name.lower()), fold((own or "").lower())
        if own and self.rules.without(("body_purposes",), whole).endswith((short, fold(self.indefinite(name)))):
            return own
        unknown = own and name.isupper() and len(name) <= LONGEST_SHORT and not lookup(name, self.rules)
        found = self.forum(name)
        spelled = found.lower() != name.lower() and whole.endswith((fold(found.lower()), fold(self.indefinite(found))))  # "AU": Arbetsutskottet
        initials = "".join(word[0] for word in (own or "").split() if word not in self.rules.search_words.small).upper()
        called = name.isupper() and name == initials and self.rules.search("preparing_bodies", fold(found))  # "AU": Allmänna utskottet
        return own if own and (unknown or spelled or called) else found

    @cached_property
    def _forums(self) -> Places[ForumMention]:
        return Places(self.mentions.forums)

    @cached_property
    def _numbers(self) -> Places[DnrMention]:
        return Places(self.mentions.numbers)

    @cached_property
    def _dates(self) -> Places[DateMention]:
        return Places(m for m in self.mentions.dates if len(m.day.iso) >= 7)

    @cached_property
    def organisations(self) -> Sequence[OrganisationMention]:
        """The organisations named in the document, in order of place."""
        return find_organisations(self.clean.text, self.folded, self.part.start, self.part.end, self.rules)

    @cached_property
    def _paragraphs(self) -> Places[ParagraphMention]:
        return Places(self.mentions.paragraphs)

    @cached_property
    def places(self) -> Places[Block]:
        """The blocks by place."""
        return Places(self.blocks)

    def blocks_with(self, section: str) -> list[Block]:
        """The blocks that a pattern of a section may match: those with a word that it needs."""
        patterns = self.rules.of(section)
        places = spots([p.regex for p in patterns], self.folded, self.part.start, self.part.end)
        if places is None or any(word.split() != [word] for p in patterns for word in p.regex.words):  # words may stand on two lines
            return list(self.blocks)
        found = (self.places.at(place) for place in places)
        return list({block.start: block for block in found if block}.values())

    def sentence_at(self, place: int) -> tuple[int, int]:
        """The sentence that a place lies in."""
        block = self.places.at(place)
        return sentence_at(self.folded, block.start, block.end, place, self.rules.stops) if block else (place, place)

    def forums_in(self, start: int, end: int) -> Sequence[ForumMention]:
        """The forums mentioned between two places."""
        return self._forums.within(start, end)

    def dates_in(self, start: int, end: int) -> Sequence[DateMention]:
        """The dates between two places, at least as precise as a month."""
        return self._dates.within(start, end)

    @cached_property
    def _people(self) -> Places[PersonMention]:
        return Places(self.mentions.people)

    def people_in(self, start: int, end: int) -> Sequence[PersonMention]:
        """The people named with a party who begin between two places."""
        return self._people.within(start, end)

    def paragraphs_in(self, start: int, end: int) -> Sequence[ParagraphMention]:
        """The §§ referred to between two places."""
        return self._paragraphs.within(start, end)

    def numbers_in(self, start: int, end: int) -> Sequence[DnrMention]:
        """The diary numbers between two places."""
        return self._numbers.within(start, end)

    def number_in(self, start: int, end: int) -> DnrMention | None:
        """The first diary number between two places."""
        return next(iter(self._numbers.within(start, end)), None)

    def days_in(self, start: int, end: int) -> list[Day]:
        """The days between two places, at least as precise as a month."""
        return [m.day for m in self.dates_in(start, end)]

    @cached_property
    def openings(self) -> list[Block]:
        """The blocks that open a §."""
        return [b for b in self.blocks if b.kind == "paragraph_heading"]

    def number_at(self, place: int) -> str:
        """The number of the § that a place stands under, "" before the first."""
        opening = self._openings.at(place)
        return opening.get("number") if opening else ""

    @cached_property
    def _openings(self) -> Places[Block]:
        return Places(self.openings)

    def heading_above(self, place: int) -> Block | None:
        """The § or other heading that a place stands under, None before the first."""
        return self._headings.at(place)

    @cached_property
    def _headings(self) -> Places[Block]:
        return Places(b for b in self.blocks if b.kind in ("heading", "paragraph_heading"))

    def opening_at(self, place: int) -> Block | None:
        """The § heading that a place lies in, None where it lies in none."""
        opening = self._openings.at(place)
        return opening if opening and place < opening.end else None

    @cached_property
    def numbers_of_day(self) -> dict[tuple[str, str], set[str]]:
        """The §§ that the document refers to, by body and day."""
        found: dict[tuple[str, str], set[str]] = {}
        for mention in self.mentions.paragraphs:
            if mention.forum and mention.day:
                found.setdefault((mention.forum, mention.day.iso), set()).add(mention.number)
        return found

    def referred_day(self, forum: str, before: int | None = None) -> tuple[str | None, Day | None]:
        """The § and day of another body's record that the document refers to; the last such reference before a place."""
        found = self._dated.get(forum, _NOWHERE)
        last = found.at((before if before is not None else self.part.end) - 1)
        return (last.number, last.day) if last else (None, None)

    @cached_property
    def _dated(self) -> dict[str, Places[ParagraphMention]]:
        by_forum: dict[str, list[ParagraphMention]] = {}
        for mention in self.mentions.paragraphs:
            if mention.forum and mention.day:
                by_forum.setdefault(mention.forum, []).append(mention)
        return {forum: Places(found) for forum, found in by_forum.items()}


def _sections(blocks: Sequence[Block]) -> Iterator[Section]:
    heading: Block | None = None
    content: list[Block] = []
    number = ""
    for n, block in enumerate(blocks):
        if block.role == "within" and heading:
            if content:
                yield Section(heading.role, heading, tuple(content), number)
            # what follows is the same body's, but no longer what it proposes to another
            heading, content = block._replace(role=heading.role, fields=tuple(f for f in heading.fields if f[0] == "body")), []
            continue
        if _begins_section(blocks, n, heading, bool(content)):
            if heading or content:
                yield Section(heading.role if heading else "", heading, tuple(content), number)
            heading, content = block, []
            number = block.get("number") if block.kind == "paragraph_heading" else number
        else:
            content.append(block)
    if heading or content:
        yield Section(heading.role if heading else "", heading, tuple(content), number)


def _begins_section(blocks: Sequence[Block], n: int, heading: Block | None, begun: bool) -> bool:
    """A § and a known heading do. A line that only looks like a heading does unless it leads in a list; straight under a heading of decision it
    is the decision itself, and after the decision it ends it.
    """
    block = blocks[n]
    if block.kind not in ("heading", "paragraph_heading"):
        return False
    if block.get("lead") and heading and (heading.role in ("proposal", "motions") or (heading.role == "decision" and not begun)):
        return False  # what only leads in the points of the decision or proposal that the heading above announces
    if block.role or block.kind == "paragraph_heading":
        return True
    if heading and heading.role in ("decision", "proposal"):
        return begun
    return n + 1 >= len(blocks) or blocks[n + 1].kind != "item"

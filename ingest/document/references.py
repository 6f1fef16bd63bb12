"""What a document refers to: §§ of meetings with body and day, numbered papers, pages of the web; and which tasks it says are done."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.document.committees import COMMITTEE, whose
from ingest.document.context import Context
from ingest.document.decisions import PROPOSES
from ingest.document.organisation import kind_of
from ingest.document.paragraphs import reference_heading
from ingest.find.organisations import OrganisationMention
from ingest.models import Completion, DateMention, Day, Decision, ForumMention, Head, Paragraph, ParagraphMention, Reference
from ingest.places import Places
from ingest.rules import Pattern
from ingest.text import fold, rows_of, squeeze

NEAR = 45
"""A day or body so many characters from a § is written as part of the reference."""
LONGEST_LINE = 200
_BREAK = re.compile(r"[•*\uf0b7]|\n[ \t]*\n")
TOP = 12
"""A paper has its own number in one of its first so many lines, or above each page."""


@dataclass(frozen=True)
class _Reader:
    context: Context
    head: Head
    own: frozenset[str]
    records: bool
    organisations: Places[OrganisationMention]
    regional: bool
    """The paper is a region's, or a body's of a region."""

    def paragraph(self, mention: ParagraphMention) -> Reference | None:
        """A reference to a § that says whose it is or of which day; None for the paper's own §§ and those of its table of contents."""
        context = self.context
        listed = mention.number in self.own and (not mention.day or not context.openings or mention.start < context.openings[0].start)
        block = context.places.at(mention.start)
        if listed or context.opening_at(mention.start) or (block and block.kind == "toc"):
            return None
        lead = self.lead(mention)
        forum = self.committee(mention.forum)
        if not (forum or mention.day):
            return None
        if forum in (None, self.head.forum) and self.says_committee(mention):
            forum = self.committee(COMMITTEE)
        implied = forum is None and self.records and lead is not None and bool(lead.data.get("own"))
        start, end = self.extent(mention)
        return Reference(
            kind="paragraf",
            written=squeeze(context.words(start, end)),
            number=mention.number,
            forum=self.head.forum if implied else forum,
            implied=implied,
            organisation=self.organisation(start, end, forum),
            day=mention.day,
            relation=lead.get("relation") if lead else None,
            heading=reference_heading(context, mention),
            paragraph=context.number_at(mention.start) or None,
            span=context.span(start, end),
        )

    def says_committee(self, mention: ParagraphMention) -> bool:
        """The words straight before the § name the committee as "arbetsutskottet", whose it is the paper says."""
        near = self.context.folded[max(mention.start - NEAR, self.context.sentence_at(mention.start)[0]) : mention.start]
        return bool(self.head.forum) and self.context.rules.search("committee_words", near) is not None

    def lead(self, mention: ParagraphMention) -> Pattern | None:
        """The last of `reference_leads` in front of the § in its sentence."""
        start, _ = self.context.sentence_at(mention.start)
        start = max(start, mention.start - 600)
        found = [
            (m.start(), n, p)
            for n, p in enumerate(self.context.rules.of("reference_leads"))
            for m in p.regex.finditer(self.context.folded, start, mention.start)
        ]
        return max(found, key=lambda f: f[:2])[2] if found else None

    def committee(self, forum: str | None) -> str | None:
        """AU in a paper of a body is that body's; in one of an assembly, that of the board which prepares for it."""
        return whose(forum, self.head.forum, self.context.rules)

    def extent(self, mention: ParagraphMention) -> tuple[int, int]:
        """From the day or body written straight before the § to the one written straight behind it."""
        context = self.context
        start, end = mention.start, mention.end
        near = max(start - NEAR, context.sentence_at(start)[0])
        broken = [m.end() for m in _BREAK.finditer(context.folded, near, start)]
        near = max([near, *broken])
        before = [m.start for m in context.forums_in(near, start) if m.forum == mention.forum][-1:]
        days = [m.start for m in context.dates_in(near, start) if m.day == mention.day][-1:]
        after: list[ForumMention | DateMention] = [*context.forums_in(end, end + NEAR), *context.dates_in(end, end + NEAR)]
        for behind in sorted(after, key=lambda m: m.start):
            if context.folded[end : behind.start].strip(" ,()\n") or (before if isinstance(behind, ForumMention) else days):
                break
            end = behind.end
        return min([start, *before, *days]), end

    def organisation(self, start: int, end: int, forum: str | None) -> str | None:
        """Whose the body is, where that is said beside its name."""
        if forum is None:
            return None
        for body in (m for m in self.context.forums_in(start - 60, end + 5) if self.committee(m.forum) == forum):
            named = next(iter(self.organisations.within(body.end, body.end + 60)), None)
            between = self.context.folded[body.end : named.start] if named else ""
            if named and any(p.regex.match(between) for p in self.context.rules.of("organisation_beside")):
                return named.name
        return self.subject(start) if kind_of(forum, self.context) == "municipality" and self.regional else None

    def subject(self, start: int) -> str | None:
        """In a region's paper a municipal body is that of the one municipality which its sentence names before it."""
        begin, _ = self.context.sentence_at(start)
        named = {m.name for m in self.organisations.within(max(begin, start - 400), start) if m.kind == "municipality"}
        return named.pop() if len(named) == 1 else None


def paper_number(context: Context, own: Sequence[Paragraph]) -> str | None:
    """The number that a paper has in a series of papers, "2024 nr 72"; None where it has none, and for the record of a meeting."""
    if own:
        return None
    rows = rows_of(context.folded, context.part.start, min(context.part.end, context.part.start + TOP * LONGEST_LINE))[:TOP]
    lines = [*(context.folded[a:b].strip() for a, b in rows), *(fold(line).strip() for line in context.removed.splitlines())]
    found = Counter(numbered(m["year"], m["number"]) for p in context.rules.of("paper_numbers") for line in lines if (m := p.regex.fullmatch(line)))
    return found.most_common(1)[0][0] if found else None


def numbered(year: str, number: str) -> str:
    """How a number within the series of a year is kept."""
    return f"{year} nr {squeeze(number)}"


def references(
    context: Context, head: Head, own: Sequence[Paragraph], records: str, whose: str | None, paper: str | None = None
) -> tuple[Reference, ...]:
    """All references in order of place; one that is repeated within a § counts once. `whose` is the organisation of the paper, `paper` its number."""
    reader = _reader(context, head, own, records, whose)
    found = [r for m in context.mentions.paragraphs if (r := reader.paragraph(m))]
    taken = [(r.span.start, r.span.end) for r in found]
    found += [r for r in _forms(context, reader) if not any(a <= r.span.start < b for a, b in taken if r.kind == "paragraf")]
    seen: set[tuple[object, ...]] = set()
    out = []
    for r in sorted(found, key=lambda r: r.span):
        if paper and r.kind == "handling" and r.day and numbered(r.day.iso, r.number or "") == paper:
            continue  # its own number
        key = (r.kind, r.number or r.written, r.forum, r.organisation, r.day, r.paragraph)
        if key not in seen:
            seen.add(key)
            out.append(r)
    return tuple(out)


def _reader(context: Context, head: Head, own: Sequence[Paragraph], records: str, whose: str | None = None) -> _Reader:
    named = context.organisations
    regional = bool(whose) and any(m.name == whose and m.kind == "region" for m in named)
    return _Reader(context, head, frozenset(p.number for p in own), records == "paragraphs" and head.forum is not None, Places(named), regional)


def _forms(context: Context, reader: _Reader) -> Iterator[Reference]:
    """What `reference_forms` finds: a § written with its year, a numbered paper, a link."""
    for pattern, match in context.rules.found("reference_forms", context.folded, context.part.start, context.part.end):
        groups = match.groupdict()
        short = groups.get("forum")
        start, end = match.span("url") if groups.get("url") else match.span()
        written = squeeze(context.words(start, end)).rstrip(".,;:!?'\"”")
        first = Reference(
            kind=pattern.get("kind"),
            written=written,
            number=squeeze(groups["number"]) if groups.get("number") else None,
            forum=reader.committee(context.forum(short)) if short else None,
            implied=False,
            organisation=None,
            day=Day(groups["year"]) if groups.get("year") else None,
            relation=None,
            heading="",
            paragraph=context.number_at(start) or None,
            span=context.span(start, start + len(context.words(start, end).rstrip(".,;:!?'\"”"))),
        )
        yield first
        if pattern.data.get("series"):
            yield from _more(context, first, end)


def _more(context: Context, first: Reference, end: int) -> Iterator[Reference]:
    """The further numbers of a series, straight behind the first: "Handling 2022 nr 104 och 105"."""
    while behind := next((m for p in context.rules.of("more_numbers") if (m := p.regex.match(context.folded[end : end + 24]))), None):
        start, end = end + behind.start("number"), end + behind.end("number")
        number = squeeze(behind["number"])
        yield replace(first, written=number, number=number, span=context.span(start, end))


def completions(context: Context, head: Head, own: Sequence[Paragraph], decided: Sequence[Decision], records: str) -> tuple[Completion, ...]:
    """The tasks that adopted decisions say are done, in order of place: one for each § that the point cites, else for the § its heading does."""
    reader = _reader(context, head, own, records)
    return tuple(c for d in decided if d.status == "adopted" and not (d.outcome or "").startswith(PROPOSES) for c in _completed(reader, d))


def _completed(reader: _Reader, decision: Decision) -> Iterator[Completion]:
    context = reader.context
    for point in decision.points:
        folded = fold(point.text)
        if not any(re.search(fold(p.get("about")), folded, re.I) for p, _ in context.rules.searched("completions", folded)):
            continue
        start, end = context.clean.overlay.from_base(point.span.start), context.clean.overlay.from_base(point.span.end)
        cited = [m for m in context.paragraphs_in(start, end) if m.forum or m.day]
        if not cited:
            opening = next((o for o in context.openings if o.get("number") == decision.paragraph), None)
            cited = [m for m in context.paragraphs_in(opening.start, opening.end) if m.start > opening.start and m.day] if opening else []
        for mention in cited:
            behind = (p.regex.match(context.folded[mention.end : mention.end + 16]) for p in context.rules.of("cited_points"))
            number = next((int(m["number"]) for m in behind if m), None)
            forum = reader.committee(mention.forum) or (reader.head.forum if reader.records else None)
            yield Completion(forum, mention.day, mention.number, number, point.text, point.span)
        if not cited:
            yield Completion(None, None, None, None, point.text, point.span)

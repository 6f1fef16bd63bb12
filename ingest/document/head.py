"""What a document says of itself at its top: kind, title, day, body, addressee, diary number, author, unit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from ingest.document.body import body_of
from ingest.document.context import Context
from ingest.document.letterhead import PERSON, Row, head_rows, is_known, names_kind, sentence_case, to_whom
from ingest.document.own_numbers import own_number
from ingest.document.signed import sender, written_by
from ingest.find.dates import parse_day
from ingest.find.forums import lookup
from ingest.models import Block, Day, DiaryNumber, DnrMention, Head, Span
from ingest.rules import DocumentType
from ingest.text import fold, lines, squeeze

_EMPTY = re.compile(r"\([\s,;/&–-]{0,40}\)|\[\s{0,40}\]")
"""Brackets that held nothing but numbers."""
TOP = 6
"""The title of standing rules is one of so many lines."""
SHORTEST_TITLE = 3
"""A title above the number and day of a paper has at least so many words."""
LONGEST_TITLE = 8
"""A title has at most so many lines."""


def head(context: Context) -> tuple[Head, DocumentType]:
    """The head and the type of a document."""
    rows = head_rows(context)
    last = max((n for n, r in enumerate(rows[:16]) if r.fact), default=-1)
    title, title_span = _title(context, rows, last)
    author_row = next((n for n, r in enumerate(rows[: last + 1]) if PERSON.fullmatch(fold(r.residue)) and not is_known(context, r)), None)
    author = rows[author_row].residue if author_row is not None else None
    kind, of_body = _kind(context, rows, title, author)
    opening = context.openings[0] if context.openings else None
    day = _day(context, rows, kind, of_body)
    forum = body_of(context, rows) if kind.records == "paragraphs" or of_body else None
    if of_body == "title":
        title, title_span = rows[0].text, context.span(rows[0].start, rows[0].end)
    if kind.records == "paragraphs" or of_body == "meeting":
        title, title_span = _record_title(context, kind, opening, forum, day, title, title_span)
    return (
        Head(
            kind=kind.name,
            title=sentence_case(context, title),
            title_span=title_span,
            day=day,
            forum=forum,
            addressed_to=_addressed(context, rows),
            dnr=_number(context, rows, kind, opening, forum),
            author=author or written_by(context, rows, kind) if kind.records != "paragraphs" else None,
            unit=_unit(context, rows, author_row) or sender(context, rows, kind) if kind.records != "paragraphs" else None,
        ),
        kind,
    )


def _title(context: Context, rows: list[Row], last: int) -> tuple[str, Span | None]:
    """The first lines that stand together after the letterhead; else what the outline calls the document."""
    rules = next((n for n in range(min(last, TOP)) if _names_rules(context, rows[n])), None)
    others = _copies(context, rows)
    at = 0 if rows and _names_agreement(context, rows[0]) else last + 1 if rules is None else rules
    while (
        rules is None
        and at < len(rows)
        and (
            at in others
            or is_known(context, rows[at])
            or to_whom(context, rows[at])
            or names_kind(context, rows[at].residue)
            or _names_body(context, rows[at])
        )
    ):
        at += 1
    found: list[Row] = []
    for row in rows[at:]:
        goes_on = row.gap and row.text[0].islower() and len(found) < TOP  # its sentence has not ended
        if found and ((row.gap and not goes_on) or (rules is not None and row.fact)):
            break
        found.append(row)
    if len(found) > LONGEST_TITLE:  # text without an empty line, of which the first line is the title
        found = found[:1]
    if found:
        title = squeeze(" ".join(r.residue if r.fact or r is found[-1] or _labelled(context, r) else r.text for r in found))
        return title, context.span(found[0].start, found[-1].end)
    if context.source.outline and context.part.start == 0:
        return context.source.outline[0], None
    return _over_facts(context, rows[:last]) or _first_heading(context)


def _labelled(context: Context, row: Row) -> bool:
    """A line that begins with a label before the title, which is no part of it."""
    return context.rules.match("title_labels", fold(row.text)) is not None


def _over_facts(context: Context, rows: list[Row]) -> tuple[str, Span] | None:
    """The title of a paper whose number and day stand below it, and nothing else: a first line of some words that is none of a letterhead's."""
    row = rows[0] if rows and not rows[0].fact and len(rows[0].text.split()) >= SHORTEST_TITLE else None
    if row is None or is_known(context, row) or to_whom(context, row) or names_kind(context, row.residue) or _names_body(context, row):
        return None
    return squeeze(row.text), context.span(row.start, row.end)


def _copies(context: Context, rows: list[Row]) -> set[int]:
    """The lines that say who gets a copy of the paper: a heading and those straight below it."""
    found: set[int] = set()
    for n, row in enumerate(rows):
        heading = context.rules.fullmatch("headings", fold(row.text).rstrip(":. "))
        if (heading and heading[0].get("role") == "recipients") or (n - 1 in found and not row.gap):
            found.add(n)
    return found


def _names_agreement(context: Context, row: Row) -> bool:
    """A first line that is the title of an agreement or a form of one, whose parties and days follow below."""
    signals = (s for t in context.rules.types if t.records == "clauses" for s in t.signals if s.get("where") == "title")
    return not row.fact and any(s.regex.search(fold(row.text)) for s in signals)


def _names_rules(context: Context, row: Row) -> bool:
    """A line that is the title of standing rules, below which stands when they were laid down."""
    signals = (s for t in context.rules.types for s in t.signals if s.data.get("titled"))
    return not row.fact and row.gap and any(s.regex.search(fold(row.text)) for s in signals)


def _first_heading(context: Context) -> tuple[str, Span | None]:
    """The first heading of a document without a head; rather one that is not in every document."""
    headings = [b for b in context.blocks if b.kind in ("heading", "paragraph_heading")]
    block = next((b for b in headings if not b.role), next(iter([*headings, *context.blocks]), None))
    return (block.text[:150], context.block_span(block)) if block else ("", None)


def _names_body(context: Context, row: Row) -> bool:
    """A line that is only the name of a body: whose paper it is, or to whom it goes, but not what it is about."""
    return bool(lookup(row.residue, context.rules))


def _addressed(context: Context, rows: list[Row]) -> str | None:
    to = next((t for r in rows if (t := to_whom(context, r))), "")
    return context.forum(to) if to else None


def _unit(context: Context, rows: list[Row], author: int | None) -> str | None:
    """The line beside the author's that names a unit: the one below, else the one above."""
    if author is None:
        return None
    near = [n for n in (author + 1, author - 1) if 0 <= n < len(rows)]
    return next(
        (rows[n].residue for n in near if rows[n].residue and not is_known(context, rows[n]) and not re.search(r"[\d@]", rows[n].residue)), None
    )


def _day(context: Context, rows: list[Row], kind: DocumentType, of_body: str) -> Day | None:
    """The day of the document: the first in its head; of an agreement, the day it was signed; of minutes without a head, the one its pages repeat;
    of a call, that of the meeting.
    """
    if kind.records == "clauses":
        signed = [
            m for p in context.rules.of("terms") if p.name == "signed" for m in p.regex.finditer(context.folded, context.part.start, context.part.end)
        ]
        signed_on = parse_day(signed[-1]["signed"], context.rules) if signed else None
        if signed_on:
            return Day(signed_on)
    days = [day for r in _telling(context, rows) for day in context.days_in(r.start, r.end) if len(day.iso) == 10]
    met = _hour(context, rows) if of_body == "meeting" else None
    named = met or (_meeting_day(context) if kind.records == "paragraphs" or of_body == "meeting" else None)
    if named and not any(day.iso == named.iso for day in days[:1]):
        return named
    return days[0] if days else named


def _hour(context: Context, rows: list[Row]) -> Day | None:
    """The first day of the head behind which stands an hour."""
    found = (m for r in rows for m in context.dates_in(r.start, r.end) if context.rules.match("hours", context.folded[m.end : r.end]))
    return next((m.day for m in found if len(m.day.iso) == 10), None)


def _telling(context: Context, rows: list[Row]) -> Iterator[Row]:
    """The lines of the head but those that say when the minutes are adjusted or put up; such a label may take two lines."""
    label = False
    for row in rows:
        folded = fold(row.text)
        tail = label and context.rules.match("other_days_below", folded) is not None
        label = context.rules.match("other_days", folded) is not None
        if not label and not tail:
            yield row


def _meeting_day(context: Context) -> Day | None:
    """The day that the first page calls that of the meeting; else the one that lines taken out as the page's own say."""
    first = context.openings[0].start if context.openings else context.part.end
    for pattern in context.rules.of("meeting_day_labels"):
        for m in pattern.regex.finditer(context.folded, context.part.start, first):
            stop = context.folded.find("\n", m.end())
            days = [day for day in context.days_in(m.end(), stop if stop > 0 else context.part.end) if len(day.iso) == 10]
            if days:
                return days[0]
    found = [m["date"] for p in context.rules.of("meeting_days") for m in p.regex.finditer(fold(context.removed))]
    return Day(Counter(found).most_common(1)[0][0]) if found else None


def _number(context: Context, rows: list[Row], kind: DocumentType, opening: Block | None, forum: str | None) -> DiaryNumber | None:
    """The document's own number: in its head; of an extract, that of its only §."""
    if kind.records == "paragraphs":
        if opening is None or len(context.openings) > 1:
            return None
        if own := own_number(context, opening, forum):
            return own.number
    matters = (n for n, r in enumerate(rows) if not kind.records and context.rules.match("matter_titles", fold(r.text)))
    found = (m for r in rows[: next(matters, None)] for m in context.numbers_in(r.start, r.end) if not _is_theirs(context, r, m))
    first = next(found, None)
    return first.number if first else None


def _is_theirs(context: Context, row: Row, mention: DnrMention) -> bool:
    """The number is that of the one who is written to ("Ert dnr"): the paper only refers to it."""
    return context.rules.search("addressee_numbers", context.folded[row.start : mention.start]) is not None


def _record_title(
    context: Context, kind: DocumentType, opening: Block | None, forum: str | None, day: Day | None, title: str, span: Span | None
) -> tuple[str, Span | None]:
    """An extract is called by its §, minutes by body and day."""
    if opening and (kind.name == "protokollsutdrag" or (len(context.openings) == 1 and not _lists_people(context, opening))):
        return heading_text(context, opening), context.block_span(opening)
    words = [kind.name.capitalize(), *([forum] if forum else []), *([day.iso] if day else [])]
    return (" ".join(words), span) if forum or day else (title, span)


def _lists_people(context: Context, opening: Block) -> bool:
    """The first page says who was there: the record of a meeting with one §, and no extract of one."""
    rows = (context.folded[a:b].strip() for a, b in lines(context.folded, context.part.start, opening.start))
    return any(p.get("role") == "member" and p.regex.match(row) for row in rows for p in context.rules.beginning("attendance_labels", row))


def heading_text(context: Context, block: Block) -> str:
    """The title of a § without its diary number and label."""
    text = block.text
    for mention in context.numbers_in(block.start, block.end):
        above = _before(text, mention.written)
        label = next((m for p in context.rules.of("diary_labels") for m in p.regex.finditer(above) if m.end() == len(above)), None)
        written = text[label.start() : label.end()] + mention.written if label else mention.written
        text = text.replace(f"({written})", " ").replace(written, " ")
    for section in ("parallel_numbers", "unread_numbers", "diary_labels"):
        for pattern in context.rules.of(section):
            text = text.lstrip(" \t\n,;:–-")
            match = pattern.regex.match(fold(text))
            if match:
                text = text[match.end() :]
    behind = context.rules.search("title_ends", fold(text := squeeze(text)))
    text = text[: behind[1].start()] if behind else text
    return squeeze(_EMPTY.sub(" ", text)).strip(" |,;:–-")


def _before(text: str, written: str) -> str:
    """What stands before the first place where a number is written, folded; "" where it stands nowhere."""
    return fold(text[: max(0, text.find(written))])


def _kind(context: Context, rows: list[Row], title: str, author: str | None) -> tuple[DocumentType, str]:
    """The type whose signals weigh most; every document has one, the last of the list at least. And what a body is to such a paper, though it is no
    record: "meeting" where it calls to one, "subject" where it tells of the body, "title" where body and day are its title, "" where none of
    these.
    """
    removed = fold(context.removed)
    places = {
        "first": fold(rows[0].text) if rows else "",
        "head": fold("\n".join(r.text for r in rows)),
        "title": fold(title),
        "text": context.folded[context.part.start : context.part.end] + "\n" + removed,
        "paragraphs": str(len(context.openings)),
        "letterhead": "author" if author else "none",
        "decided": str(sum(s.role == "decision" and bool(s.number and s.heading) for s in context.sections)),
        "questions": str(sum(b.kind == "item" and bool(re.match(r"\d", b.marker)) and "?" in b.text for b in context.blocks)),
    }
    roles = [b.role for b in context.blocks if b.role]
    clauses = [fold(b.text) for b in context.openings]
    # of the longest text it is known already which words stand in it; to ask as for the others would take another walk over all of it
    in_text = context.rules.needles.likely(context.folded) | context.rules.needles.likely(removed)
    scores, bodies = [], []
    for kind in context.rules.types:
        score, body = -1, ""
        for signal in kind.signals:
            where = signal.get("where")
            asked = roles if where == "headings" else clauses if where == "clauses" else [places[where]]
            likely = signal.regex.bit & in_text if where == "text" else True
            if likely and any((signal.regex.regex if where == "text" else signal.regex).search(text) for text in asked):
                score = max(score, 0) + int(signal.get("weight", "1"))
                body = body or signal.get("body")
        scores.append(score)
        bodies.append(body)
    best = scores.index(max(scores))
    return context.rules.types[best], bodies[best]

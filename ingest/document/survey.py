"""The questions of a form with their options, and what was answered where it is filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.document.context import Context
from ingest.document.options import DOTS, Row, is_words, options_of, restored, rows_of
from ingest.models import Head, Point, Question
from ingest.places import Places
from ingest.text import fold, lines, squeeze

LONGEST_QUESTION = 6
"""A question wraps over at most so many lines."""
_LABELLED = re.compile(r"[^:.?!]{3,40}:\s*\S")


@dataclass(frozen=True, slots=True)
class _Asked:
    number: str
    start: int
    end: int
    text: str
    rows: tuple[Row, ...]


def questions(context: Context, head: Head) -> tuple[Question, ...]:
    """The numbered questions of a form in order, after the filled-in fields at its top (who answers; number "")."""
    if head.kind != "frågeformulär":
        return ()
    asked = _asked(context)
    options = options_of([q.rows for q in asked], context.rules)
    fields = tuple(_fields(context, asked[0].start)) if asked else ()
    filled = bool(fields) or any(r.ticked for rows in options for r in rows)
    return (*fields, *(_question(context, q, o, filled) for q, o in zip(asked, options, strict=True)))


def _question(context: Context, asked: _Asked, options: Sequence[Row], filled: bool) -> Question:
    ticked = [Point(r.text, context.span(r.start, r.end)) for r in options if r.ticked]
    last = options[-1].end if options else asked.end
    return Question(
        number=asked.number,
        question=restored(DOTS.sub(" ", asked.text).strip(), context.rules),
        options=tuple(r.text for r in options),
        span=context.span(asked.start, last),
        answers=(*ticked, *_written(context, asked, options, filled)),
    )


def _asked(context: Context) -> list[_Asked]:
    """The questions with the rows under each, up to the next one or a known heading."""
    rows = [(start, end, gap) for start, end, gap in _lines(context)]
    starts = list(_starts(context, rows))
    out = []
    for n, (at, match) in enumerate(starts):
        until = starts[n + 1][0] if n + 1 < len(starts) else len(rows)
        last = _last(context, rows, at, until)
        begin, end = rows[at][0] + match.start("text"), rows[last][1]
        under = tuple(r for a, b, gap in rows[last + 1 : until] for r in rows_of(context.clean.text, a, b, gap, context.rules))
        out.append(_Asked(match["number"], rows[at][0], end, squeeze(context.words(begin, end)), under))
    return out


def _lines(context: Context) -> Iterator[tuple[int, int, bool]]:
    """The lines that are not blank, and whether a gap stands before."""
    gap = True
    for start, end in lines(context.clean.text, context.part.start, context.part.end):
        if context.clean.text[start:end].strip():
            yield start, end, gap
            gap = False
        else:
            gap = True


def _starts(context: Context, rows: Sequence[tuple[int, int, bool]]) -> Iterator[tuple[int, re.Match[str]]]:
    """The lines that begin a question: their numbers rise, or begin anew at 1 in the next part of the form."""
    before = 0
    for n, (start, end, _) in enumerate(rows):
        line = context.folded[start:end]
        match = next((m for p in context.rules.of("questions") if (m := p.regex.match(line))), None)
        number = int(re.sub(r"\D", "", match["number"])) if match else 0
        if match and (before <= number <= before + 3 or number == 1):
            before = number
            yield n, match


def _last(context: Context, rows: Sequence[tuple[int, int, bool]], at: int, until: int) -> int:
    """The line that the question ends on: the first with a question mark at its end, else the last that only carries it on."""
    block = range(at, min(until, at + LONGEST_QUESTION))
    for n in block:
        if n > at and (rows[n][2] or next(rows_of(context.clean.text, *rows[n], context.rules)).box):
            break
        if re.search(r"\?\s*(?:\([^)]*\)|[^?]{3,60}[.!])?\s*$", context.words(*rows[n][:2])):
            return n
    last = at
    while last + 1 < until and not rows[last + 1][2] and context.words(*rows[last + 1][:2]).lstrip()[0].islower():
        last += 1
    return last


def _written(context: Context, asked: _Asked, options: Sequence[Row], filled: bool) -> Iterator[Point]:
    """What stands under a question in words of one's own: under an open one, or behind a label ("Kommentar: …")."""
    held: list[Row] = []
    for row in _free(context, asked, options):
        if options and not _LABELLED.match(row.text):
            continue
        if not options and not filled and not held and _heading(context, row):
            break
        if held and (row.gap or options):
            yield _point(context, held)
            held = []
        held.append(row)
    if held:
        yield _point(context, held)


def _free(context: Context, asked: _Asked, options: Sequence[Row]) -> Iterator[Row]:
    """The rows that are neither options, dotted lines, known headings nor what the form itself says."""
    taken = Places(options)
    for row in asked.rows:
        block = context.places.at(row.start)
        if block is not None and block.role:
            return
        own = any(p.regex.match(fold(row.text)) for p in context.rules.of("form_phrases"))
        text = DOTS.sub(" ", row.text).strip()
        if not own and is_words(row) and not text.endswith(":") and not row.box and not ((o := taken.at(row.start)) and row.start < o.end):
            yield row


def _heading(context: Context, row: Row) -> bool:
    """A short line without a stop that stands alone: in a form that nobody has filled in it is the heading of what follows."""
    return row.gap and row.text[-1] not in ".!?" and len(row.text.split()) < 8


def _point(context: Context, rows: Sequence[Row]) -> Point:
    text = squeeze(" ".join(DOTS.sub(" ", r.text) for r in rows))
    return Point(text, context.span(rows[0].start, rows[-1].end))


def _fields(context: Context, until: int) -> Iterator[Question]:
    """Who fills in the form: the labelled lines above the first question that are not empty."""
    for pattern in context.rules.of("form_fields"):
        for match in pattern.regex.finditer(context.folded, context.part.start, until):
            text = DOTS.sub(" ", squeeze(context.words(*match.span("text")))).strip()
            if is_words(Row(0, 0, text, False)):
                place = context.span(match.start("label"), match.end("text"))
                yield Question("", squeeze(context.words(*match.span("label"))), (), place, (Point(squeeze(text), place),))

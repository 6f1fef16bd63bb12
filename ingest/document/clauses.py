"""The clauses of an agreement: under its §§, else under its numbered headings, else under its headings."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterator, Sequence

from ingest.document.context import Context
from ingest.models import Clause
from ingest.text import fold, lines, plain, squeeze

FEWEST = 3
"""So many numbered headings at least, one of them known, make the clauses of an agreement."""
ALIKE = 0.7
"""How alike a damaged heading is to the known one it stands for, at least (0–1)."""

Heading = tuple[int, int, re.Match[str]]


def clauses(context: Context, damaged: bool) -> tuple[Clause, ...]:
    """The clauses in order of place."""
    if context.openings:
        return tuple(_paragraphs(context, damaged))
    return tuple(_numbered(context)) or tuple(_headed(context))


def _paragraphs(context: Context, damaged: bool) -> Iterator[Clause]:
    blocks = context.openings
    for n, block in enumerate(blocks):
        end = blocks[n + 1].start if n + 1 < len(blocks) else context.part.end
        under = context.places.within(block.end, end)
        text = " ".join(b.text for b in under)
        heading = _restored(context, block.text, text) if damaged else block.text
        yield Clause(block.get("number"), heading, text, context.span(block.start, under[-1].end if under else block.end))


def _restored(context: Context, heading: str, text: str) -> str:
    """A heading that is no known one but nearly, and whose text has that word, is the known one; an inflection of it is not damaged."""
    own = plain(heading)
    known = [w for w in dict.fromkeys(re.findall(r"\w{4,}", text)) if _known(context, w)]
    if not own or _known(context, heading):
        return heading
    near = {w.lower() for w in known if not own.startswith(plain(w)[:4]) and difflib.SequenceMatcher(None, own, plain(w)).ratio() >= ALIKE}
    return near.pop().capitalize() if len(near) == 1 else heading


def _known(context: Context, words: str) -> bool:
    return context.rules.fullmatch("clause_headings", fold(words)) is not None


def _numbered(context: Context) -> Iterator[Clause]:
    found = _run(list(_candidates(context)))
    if len(found) < FEWEST or not any(_known(context, h[2]["rest"]) for h in found):
        return
    ends = [*(h[0] for h in found[1:]), context.part.end]
    for (start, end, match), until in zip(found, ends, strict=True):
        words = squeeze(context.words(end, until))
        name = squeeze(context.words(*match.span("rest")))
        yield Clause(match["number"], name, words, context.span(start, until if words else end))


def _headed(context: Context) -> Iterator[Clause]:
    """Headings without numbers, where several are what agreements call their clauses."""
    headings = [b for b in context.blocks if b.kind == "heading" and b.text[0].isupper() and b.role != "signature"]
    if sum(_known(context, b.text) for b in headings) < FEWEST:
        return
    ends = [*(b.start for b in headings[1:]), context.part.end]
    for block, end in zip(headings, ends, strict=True):
        under = context.places.within(block.end, end)
        if under:
            yield Clause("", block.text, " ".join(b.text for b in under), context.span(block.start, under[-1].end))


def _candidates(context: Context) -> Iterator[Heading]:
    for start, end in lines(context.clean.text, context.part.start, context.part.end):
        match = next((m for p in context.rules.of("numbered_headings") if (m := p.regex.match(context.folded, start, end))), None)
        match = match or next((m for p in context.rules.of("numbers_above") if (m := p.regex.match(context.folded, start, context.part.end))), None)
        if match:
            yield start, match.end(), match


def _run(candidates: Sequence[Heading]) -> list[Heading]:
    """The headings whose numbers follow one another. Where they begin anew at 1 the longer run counts: the other is a list or the contents."""
    runs: list[list[Heading]] = [[]]
    last = (0, 0)
    for heading in candidates:
        number = tuple(int(n) for n in f"{heading[2]['number']}.0".split(".")[:2])
        if number == (1, 0) and runs[-1]:
            runs.append([])
            last = (0, 0)
        if number in {(last[0] + 1, 0), (last[0], last[1] + 1)} or (number == (last[0] + 1, 1)):
            runs[-1].append(heading)
            last = (number[0], number[1])
    return max(runs, key=_room)


def _room(run: Sequence[Heading]) -> int:
    """How much text a run of headings spans."""
    return sum(b[0] - a[1] for a, b in itertools.pairwise(run)) + len(run)

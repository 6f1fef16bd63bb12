"""Activities that a report plans or tells of, by area and year, and what a stated cause (a pandemic, a storm) did to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.document.context import Context
from ingest.models import Activity, Assignment, Block, Head
from ingest.text import fold, plain, sentences, squeeze

LONGEST_HEADING = 120
SHORTEST = 15
"""A piece of text that is shorter tells nothing (characters)."""
MOST_NAMES = 60
"""So many names of areas and assignments are looked for in an activity."""


@dataclass(frozen=True, slots=True)
class _Section:
    kind: str
    area: str | None
    year: str | None
    cause: str | None
    list_only: bool
    """Opened by a line with a colon, or for one area: the list below is all of it."""


def activities(context: Context, head: Head, records: str, assigned: Sequence[Assignment]) -> tuple[Activity, ...]:
    """The activities in order of place. Agreements and records of meetings have none of their own, nor forms."""
    if records or head.kind == "frågeformulär":
        return ()
    year = head.day.iso[:4] if head.day else None
    names = list(dict.fromkeys(n for a in assigned if a.kind == "standing" for n in (a.name, a.area) if n))[:MOST_NAMES]
    listed = [a for block, section in _sections(context) for a in _activity(context, block, section, year, names)]
    taken = {a.span for a in listed}
    causes = context.rules.likely("causes", context.folded)
    told = (a for block in context.blocks if causes and context.block_span(block) not in taken for a in _told(context, block, year, names))
    return tuple(sorted([*listed, *told], key=lambda a: a.span))


def _sections(context: Context) -> Iterator[tuple[Block, _Section]]:
    """Each piece of text that lies in a section of activities, with the section; the headings in it are areas."""
    section: _Section | None = None
    for block in context.blocks:
        opened = _opened(context, block)
        if opened:
            section = opened
        elif section is None:
            continue
        elif _ends(context, block, section):
            section = None
        elif block.kind == "heading":
            section = replace(section, area=block.text)
        elif not block.text.endswith(":") and len(block.text) >= SHORTEST:
            yield block, section


def _opened(context: Context, block: Block) -> _Section | None:
    if block.kind not in ("heading", "text") or len(block.text) > LONGEST_HEADING or not (block.kind == "heading" or block.text.endswith(":")):
        return None
    opened = context.rules.search("activity_sections", fold(block.text))
    if opened is None:
        return None
    pattern, match = opened
    found = {k.removesuffix("_2"): squeeze(block.text[match.start(k) : match.end(k)]) for k, v in match.groupdict().items() if v}
    area = found.get("area")
    return _Section(pattern.get("kind"), area, found.get("year"), found.get("cause"), bool(area) or block.text.endswith(":"))


def _ends(context: Context, block: Block, section: _Section) -> bool:
    """A § or known heading, one of those that end a section, or what follows the only list."""
    if block.role or block.kind == "paragraph_heading":
        return True
    if block.kind == "heading" and any(p.regex.match(fold(block.text)) for p in context.rules.of("activity_ends")):
        return True
    return section.list_only and section.kind != "affected" and block.kind != "item"


def _activity(context: Context, block: Block, section: _Section, year: str | None, names: Sequence[str]) -> Iterator[Activity]:
    kind, effect = _effect(context, block.start, block.end)
    affected = section.kind == "affected"
    yield Activity(
        kind=(kind or "reported") if affected else kind if kind in ("cancelled", "moved") else section.kind,
        area=section.area or _named(block.text, names),
        year=section.year or _year(section.cause) or year,
        text=block.text,
        effect=effect if affected or kind in ("cancelled", "moved") else None,
        cause=section.cause or _cause(context, block.start, block.end),
        span=context.block_span(block),
    )


def _effect(context: Context, start: int, end: int) -> tuple[str | None, str | None]:
    """What happened, as the kind of its first words in the order of the metadata, and the sentences that say so."""
    patterns = context.rules.of("activity_effects")
    found = [s for s in sentences(context.folded, start, end, context.rules.stops) if any(p.regex.search(context.folded, *s) for p in patterns)]
    kind = next((p.get("kind") for p in patterns if any(p.regex.search(context.folded, *s) for s in found)), None)
    return kind, " ".join(squeeze(context.words(*s)) for s in found).lstrip("-*•·●▪○‣ ") or None


def _named(text: str, names: Sequence[str]) -> str | None:
    """The only area or assignment that the text names, in any form of the word; None where it names none or several."""
    words = plain(text)
    found = [n for n in names if re.search(rf"(?<!\w){re.escape(plain(n))}", words)]
    longest = [n for n in found if not any(n != other and plain(n) in plain(other) for other in found)]
    return longest[0] if len(longest) == 1 else None


def _year(words: str | None) -> str | None:
    match = re.search(r"(?:19|20)\d{2}", words or "")
    return match.group() if match else None


def _told(context: Context, block: Block, year: str | None, names: Sequence[str]) -> Iterator[Activity]:
    """A sentence of running text that says what a cause did to the work."""
    if block.kind not in ("text", "item"):
        return
    for start, end in sentences(context.folded, block.start, block.end, context.rules.stops):
        cause = _cause(context, start, end)
        kind, effect = _effect(context, start, end) if cause else (None, None)
        if cause and kind:
            text = squeeze(context.words(start, end))
            yield Activity(kind, _named(text, names), year, text, effect, cause, context.span(start, end))


def _cause(context: Context, start: int, end: int) -> str | None:
    """The cause that the words name, as they name it."""
    found = next((m for p in context.rules.likely("causes", context.folded) if (m := p.regex.search(context.folded, start, end))), None)
    return squeeze(context.words(*found.span("cause"))) if found else None

"""Which parts of a record decide and which only propose: a body that proposes to another has decided to, and may go on to what it decides itself."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.document.context import Context, Section
from ingest.models import Block, Head
from ingest.text import fold, sentences, squeeze

DECIDES = frozenset(("decision", "proposal"))
"""Roles of headings under which a decision stands, adopted or proposed."""
LONGEST_BODY = 60
"""The name of a body ends within so many characters."""
_SAID = frozenset(("decision", "proposal", "motions", "evidence", "recipients", "note", "reservation", "contents", "vote"))
"""Roles of headings under which words like "Nämnden beslutar" settle nothing: they are asked apart, or somebody's proposal, or an account."""


def upward(context: Context, head: Head) -> Iterator[Section]:
    """Where "Beslut" stands straight above "Förslag till beslut i fullmäktige", the body has decided to propose: one decision of its own. What
    another body proposes ("Utskottet föreslår styrelsen besluta") or has decided ("Fullmäktige beslutade") is none. Other sections are left out.
    """
    apart = {s.number for s in context.sections if s.role == "decision" and s.content and _own(context, head, s.heading)}
    sections = [part for s in context.sections for part in (_parts(context, head, s, s.number in apart) if s.role in DECIDES else (s,))]
    alone, turned = _alone(context, head, sections), ""
    for before, section in zip((None, *sections), sections, strict=False):
        if section.role not in DECIDES:
            continue
        heading = section.heading
        own = _own(context, head, heading)
        decides = before is not None and before.role == "decision" and not before.content
        if heading and section.role == "proposal" and heading.get("to") and own and (decides or section in alone):
            turned = section.number if section in alone else turned
            yield section._replace(role="decision")
        elif heading and section.role == "proposal" and section.number == turned and context.rules.match("own_parts", fold(heading.text)):
            yield section._replace(role="decision")  # "Nämndens eget beslut" below what it proposes
        elif heading and section.role == "decision" and not own and heading.get("past"):
            yield section._replace(role="preparation")
        elif heading and section.role == "decision" and not own and heading.get("to"):
            yield section._replace(role="proposal")
        else:
            yield section


def _own(context: Context, head: Head, heading: Block | None) -> bool:
    """The heading names no other body than the one whose record it is."""
    body = heading.get("body") if heading else ""
    return not body or head.forum is None or context.own_forum(body, head.forum) == head.forum


def _alone(context: Context, head: Head, sections: Sequence[Section]) -> list[Section]:
    """The proposals upward that are all that the body decides under their §: no other words of it decide there, and elsewhere in the record it does
    ("Kommunstyrelsens förslag till kommunfullmäktige" as the only heading). What a committee prepares stays a proposal.
    """
    if not head.forum or context.rules.search("preparing_bodies", fold(head.forum)):
        return []
    upward = [s for s in sections if s.role == "proposal" and s.number and s.content and s.heading and s.heading.get("to")]
    upward = [s for s in upward if s.heading and _own(context, head, s.heading) and context.forum(s.heading.get("to")) != head.forum]
    if not upward:
        return []
    settled = {s.number for s in sections if _settles(context, head, s)}
    often = Counter(s.number for s in upward)
    return [s for s in upward if settled and s.number not in settled and often[s.number] == 1]


def _settles(context: Context, head: Head, section: Section) -> bool:
    """The body decides there, and not only what is its own to decide besides what it proposes."""
    heading = section.heading
    if section.role == "decision" and heading and section.content and _own(context, head, heading):
        return context.rules.match("own_parts", fold(heading.text)) is None
    words = () if section.role in _SAID else (b for b in (heading, *section.content) if b and b.kind in ("text", "heading"))
    return any(context.rules.match("decides", fold(b.text)) is not None for b in words)


def _decided(context: Context, head: Head, content: Sequence[Block], apart: bool) -> int:
    """Where the body itself decides, behind a proposal and what has been said of it; 0 where it does not. Straight behind the points of the proposal
    it does where nothing else under the § says what it decides (`apart`), and another body leads those in.
    """
    listed = next((n for n, b in enumerate(content) if b.kind == "item"), len(content))
    others = not apart and 0 < listed < len(content) and not _own(context, head, content[listed - 1])
    for n in range(listed + (1 if others else 2), len(content) - 1):
        body, said = content[n].get("body"), content[n - 1]
        if content[n].get("lead") and ((said.kind == "text" and said.text.endswith(".")) or (others and said.kind == "item")):
            return n if body and head.forum and context.own_forum(body, head.forum) == head.forum else 0
    return 0


def _turns(context: Context, head: Head, section: Section) -> int:
    """Where under the body's own proposal to another a sentence says what it decides itself ("Kommunstyrelsen beslutar att återremittera ärendet"); 0
    where none does.
    """
    to = context.forum(section.heading.get("to")) if section.heading and section.heading.get("to") else head.forum
    if to == head.forum or not _own(context, head, section.heading):
        return 0
    return next((n for n, b in enumerate(section.content) if n and b.kind in ("text", "heading") and _decides(context, head, b)), 0)


def _decides(context: Context, head: Head, block: Block) -> bool:
    """The block begins with the body whose record it is, which decides."""
    found = context.rules.match("decides", fold(block.text))
    body = found[1].groupdict().get("body") if found else None
    if not found or not body or found[1].groupdict().get("to") or found[0].data.get("upward"):
        return False
    return context.own_forum(block.text[slice(*found[1].span("body"))], head.forum) == head.forum


def _hands_on(context: Context, head: Head, section: Section) -> tuple[Section, Section] | None:
    """What the body decides itself, and what it then proposes to another: "… fullgjort. Kommunstyrelsen föreslår att fullmäktige beslutar:",
    where the words that lead in the latter may stand within the text, or the last point, of the former. None where it does only one of them.
    """
    for n, block in enumerate(section.content):
        start, stop = _proposal(context, head, block)
        rest = _piece(context, block, stop, block.end)
        if not stop or not (rest or section.content[n + 1 :]):
            continue
        kept = [*section.content[:n], *_piece(context, block, block.start, start)]
        if all(any(context.rules.searched("lead_ins", fold(b.text))) for b in kept):
            return None
        [lead] = _piece(context, block, start, stop)
        return section._replace(content=tuple(kept)), section._replace(heading=lead, content=(lead, *rest, *section.content[n + 1 :]))
    return None


def _proposal(context: Context, head: Head, block: Block) -> tuple[int, int]:
    """Where a block has the body's own words that lead in what it proposes, to their colon; nowhere (0, 0) in most."""
    for first, last in sentences(context.folded, block.start, block.end, context.rules.stops) if block.kind in ("text", "item") else ():
        start = first + len(context.folded[first:last]) - len(context.folded[first:last].lstrip())
        own = next(iter(context.forums_in(start, start + LONGEST_BODY)), None)
        stop = context.folded.find(":", start, last) + 1 or last
        lead = fold(squeeze(context.words(start, stop)))
        if own and own.start == start and own.forum == head.forum and any(p.data.get("upward") for p, _ in context.rules.searched("lead_ins", lead)):
            return start, stop
    return 0, 0


def _piece(context: Context, block: Block, start: int, stop: int) -> tuple[Block, ...]:
    """A stretch of a block as a block, the beginning with its marker; none where nothing stands there."""
    own = start == block.start
    text = squeeze(context.words(start, stop)).removeprefix(block.marker if own else "").strip()
    kind, marker = (block.kind, block.marker) if own else ("text", "")
    return (block._replace(kind=kind, start=start, end=stop, text=text, marker=marker, fields=block.fields if own else ()),) if text else ()


def _own_below(context: Context, section: Section) -> int:
    """Where behind the points that a body proposes to another its own decision is led in ("Enligt kontorets förslag:"); 0 where none is."""
    content = section.content if section.role == "decision" else ()
    if not content or not any(p.data.get("upward") for p, _ in context.rules.searched("lead_ins", fold(content[0].text))):
        return 0
    behind = (n for n in range(2, len(content) - 1) if content[n].kind == "text" and content[n - 1].kind == "item")
    found = ((n, context.rules.match("lead_ins", fold(content[n].text))) for n in behind)
    return next((n for n, lead in found if lead and not lead[0].data.get("upward")), 0)


def _parts(context: Context, head: Head, section: Section, apart: bool) -> Iterator[Section]:
    """A section of decision cut where the body goes on to what it decides itself ("Styrelsen beslutar för egen del följande."); one of proposal where
    the body decides behind it.
    """
    if section.role == "decision" and (found := _hands_on(context, head, section)):
        yield from found
        return
    content = section.content if section.role == "decision" else ()
    starts = [n for n, b in enumerate(content) if b.kind == "text" and context.rules.match("own_parts", fold(b.text))]
    if section.role == "proposal" and (n := _decided(context, head, section.content, apart)):
        yield section._replace(content=section.content[:n])
        yield section._replace(role="decision", heading=section.content[n], content=section.content[n + 1 :])
        return
    if section.role == "proposal" and (n := _turns(context, head, section)):
        yield section._replace(content=section.content[:n])
        yield section._replace(role="decision", heading=section.content[n]._replace(fields=()), content=section.content[n:])
        return
    if n := _own_below(context, section):
        yield section._replace(content=section.content[:n])
        yield section._replace(heading=section.content[n]._replace(fields=()), content=section.content[n:])
        return
    if not starts:
        yield section
        return
    if starts[0]:
        yield section._replace(content=section.content[: starts[0]])
    for start, stop in itertools.pairwise([*starts, len(section.content)]):
        yield section._replace(heading=section.content[start], content=section.content[start + 1 : stop])

"""Decisions under a heading: adopted under a body's own, proposed under a heading of proposal. What running text tells of is in told.py."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence

from ingest.document.context import Context, Section
from ingest.document.upward import DECIDES, upward
from ingest.models import Block, Decision, Head, Paragraph, Point, Status
from ingest.rules import Rules
from ingest.text import fold, sentences, squeeze

PROPOSES = "föreslår"
"""The outcome of a decision that only proposes to another body; what it proposes follows."""
LONGEST_NUMBER = 40
"""A diary number begins within so many characters of its label."""
LONGEST_NAME = 5
"""The name of who proposes has at most so many words."""


def decisions(context: Context, head: Head, own: Sequence[Paragraph], records: str) -> tuple[Decision, ...]:
    """The decisions that have a heading, in order of place. Only the record of a meeting can hold adopted ones: in other papers "Beslut" proposes."""
    numbered = {p.number: p for p in reversed(own)}
    return tuple(d for s in upward(context, head) if s.role in DECIDES for d in _headed(context, head, numbered, s, records))


def _headed(context: Context, head: Head, own: Mapping[str, Paragraph], section: Section, records: str) -> Iterator[Decision]:
    if section.heading is None or not section.content:
        return
    content = _content(context, head, section)
    points = tuple(points_of(context, content))
    if not points or (len(points) == 1 and points[0].text.isupper() and " " not in points[0].text):  # a title over the points: "DRIFTBUDGET"
        return
    status: Status = "adopted" if section.role == "decision" and records == "paragraphs" else "proposed"
    if records != "paragraphs" and section.role == "decision" and _told(context, content[0]):
        return
    if status == "proposed" and len(points) == 1 and context.rules.fullmatch("proposals_elsewhere", fold(points[0].text)):
        return
    body = context.own_forum(section.heading.get("body"), head.forum) if section.heading.get("body") else None
    paragraph = own.get(section.number)
    # a body that proposes upward in its own record needs no name in the heading
    decided_by = body or (head.forum if status == "adopted" or section.heading.get("to") else _proposer(context, content[0]))
    number, day = (paragraph.number if paragraph else None), head.day
    if status == "adopted" and decided_by and decided_by != head.forum and head.forum:
        number, day = context.referred_day(decided_by, section.start)
    addressee = _addressee(context, head, section, points, status)
    yield Decision(
        status=status,
        decided_by=decided_by,
        addressed_to=addressee,
        day=day,
        paragraph=number,
        dnr=(paragraph.dnr if paragraph else None) or head.dnr,
        outcome=_outcome(context, section, content, status, addressee),
        points=points,
        span=context.span(section.start, content[-1].end),
    )


def _told(context: Context, first: Block) -> bool:
    """A text under the heading tells what a body decided another day ("Fullmäktige beslutade den 4 maj 2021 att …")."""
    past = first.kind == "text" and context.rules.search("narrated", fold(first.text)) is not None
    return past and bool(context.dates_in(first.start, first.end))


def _outcome(context: Context, section: Section, content: Sequence[Block], status: Status, addressee: str | None) -> str | None:
    """What the decision comes to; where a body only proposes to another, that it does, and what."""
    proposes = bool(section.heading and section.heading.get("to")) or _leads_in(context, content[0], upward=True)
    text = "\n".join(b.text for b in content if not _leads_in(context, b, upward=True))
    upward = all(goes_to(context, b) for b in content if b.kind == "item") if content[0].kind == "item" else goes_to(context, content[0])
    if status != "adopted" or not (proposes or (addressee and upward)):
        return outcome(text, context.rules, content[0].text)
    return proposed(text, context.rules, "" if proposes else text)


def proposed(text: str, rules: Rules, words: str) -> str:
    """That a body proposes, and what: all of the text, or what follows the last verb in its words ("föreslår styrelsen föreslå fullmäktige att
    avslå motionen").
    """
    verbs = [m for _, m in rules.found("proposes_to", fold(words))]
    found = outcome(_to_do(words[verbs[-1].end() :], rules) if verbs else text, rules)
    return f"{PROPOSES}: {found}" if found else PROPOSES


def _to_do(text: str, rules: Rules) -> str:
    """What another body is to do, in words that the outcomes know: without its name and "besluta"."""
    match = next((m for p in rules.of("to_do") if (m := p.regex.match(fold(text)))), None)
    return f"att {text[match.end() :]}" if match else text


def _content(context: Context, head: Head, section: Section) -> list[Block]:
    """The blocks that hold the decision: to the line that only says that the § is signed, the rule under it, or a member's own proposal."""
    kept: list[Block] = []
    for n, block in enumerate(section.content):
        if kept and section.role == "proposal" and _opens_matter(context, block):
            break
        if kept and ((block.kind != "item" and _ends(context, head, kept, block)) or (section.role == "proposal" and _someone_moves(context, block))):
            break
        told = kept and not context.openings and section.heading and section.heading.get("lead") and kept[-1].kind == "text"
        if kept and (_tells(context, kept[-1], section.content[n:]) or (told and _only_text(context, section.content[n:]))):
            break
        kept.append(trimmed(context, block))
    return kept


def _tells(context: Context, last: Block, rest: Sequence[Block]) -> bool:
    """Text behind the last of numbered points that decides nothing: it tells of the matter."""
    whole = last.marker[:1].isdigit() and last.text[-1] == "." and rest[0].text.endswith(".")
    return whole and outcome(rest[0].text, context.rules) is None and _only_text(context, rest)


def _only_text(context: Context, rest: Sequence[Block]) -> bool:
    """Nothing but text follows, and it does not say that a body decides."""
    return all(b.kind == "text" for b in rest) and context.rules.match("decides", fold(rest[0].text)) is None


def _opens_matter(context: Context, block: Block) -> bool:
    """The next matter of a list: a numbered title that is no point, or that has its diary number behind it or alone at the beginning of the line
    below.
    """
    if not (block.marker or block.text)[:1].isdigit():
        return False
    if block.kind != "item" and context.rules.match("matter_titles", fold(block.text)):
        return True
    title = context.folded.find("\n", block.start)
    if (last := context.number_in(block.start, title if title > 0 else block.end)) and last.end == (title if title > 0 else block.end):
        return True
    below = _beginning(context, title) if title > 0 else context.part.end
    label = next((m for p in context.rules.of("diary_labels") if (m := p.regex.match(context.folded, below))), None)
    number = context.number_in(below, below + LONGEST_NUMBER)
    return number is not None and number.start == (label.end() if label else below)


def _beginning(context: Context, place: int) -> int:
    """Where the words behind a place begin."""
    rest = context.folded[place : place + LONGEST_NUMBER]
    return place + len(rest) - len(rest.lstrip())


def trimmed(context: Context, block: Block) -> Block:
    """A block to the sentence that is no part of the decision: who objects, that the § is signed."""
    for start, end in sentences(context.folded, block.start, block.end, context.rules.stops)[1:]:
        found = context.rules.match("decision_ends", context.folded[start:end].lstrip())
        if found and not (found[0].data.get("after_list") or found[0].data.get("others")):
            text = squeeze(context.words(block.start, start))
            return block._replace(end=block.start + len(context.words(block.start, start).rstrip()), text=text.removeprefix(block.marker).lstrip())
    return block


def _ends(context: Context, head: Head, kept: Sequence[Block], block: Block) -> bool:
    """The block is no part of the decision: it says who objects, that the § is signed; or, behind a list, what has been or what others want."""
    folded = fold(block.text)
    for pattern in context.rules.beginning("decision_ends", folded):
        match = pattern.regex.match(folded)
        if match is None:
            continue
        if not (pattern.data.get("after_list") or pattern.data.get("others")):
            return True
        own = head.forum and context.own_forum(block.text[match.start("body") : match.end("body")], head.forum) == head.forum
        listed = pattern.data.get("after_list") and kept[-1].kind == "item"
        if listed or (pattern.data.get("others") and not own):
            return True
    return False


def _someone_moves(context: Context, block: Block) -> bool:
    """A member's motion ("Anna Ek (S) föreslår …") under the heading of a proposal."""
    people = context.people_in(block.start, block.start + 60)
    words = context.folded[block.start : block.end]
    return bool(people) and any(p.get("kind") == "yrkande" and p.regex.search(words) for p in context.rules.likely("statements", words))


def points_of(context: Context, content: Sequence[Block]) -> Iterator[Point]:
    """The points of a decision: numbered ones, bullets, or pieces of text.

    What only leads in the points ("X föreslår Y", "Enligt förslaget:") is none; a text that decides and ends with a colon takes its list with it.
    """
    groups: list[list[Block]] = []
    for n, block in enumerate(content):
        before = groups[-1] if groups else None
        if block.kind == "item":
            joins = before is not None and (_below(before[0], block) or _asks_for_list(context, before[0]))
        elif (
            n + 1 < len(content)
            and (not groups or context.rules.match("lead_ins", fold(block.text)))
            and _leads_in(context, block)
            and (content[n + 1].kind == "item" or any(context.rules.searched("opens_text", fold(block.text))))
        ):
            continue
        else:
            # a point goes on after an empty line where its sentence has not ended
            goes_on = before is not None and before[-1].text[-1] not in ".!?”" and (before[-1].kind == "item" or before[-1].text.endswith(":"))
            another = before is not None and before[-1].kind == "item" and before[-1].text[-1] != ":" and _begins_anew(context, before[0], block)
            goes_on = (goes_on and not another) or (before is not None and _counts_on(before[0], content[n + 1 :]))
            joins = goes_on or (before is not None and _names_on(before[-1], block, context.rules))
        if joins and before is not None:
            before.append(block)
        else:
            groups.append([block])
    for group in groups:
        yield Point(squeeze(" ".join(b.text for b in group)), context.span(group[0].start, group[-1].end))


def _begins_anew(context: Context, first: Block, block: Block) -> bool:
    """Behind a list: another sentence in which the body decides, or that gives a task as the text over the list did."""
    words = fold(block.text)
    tasks = first.kind != "item" and block.text[0].isupper() and context.rules.search("tasks", words) is not None
    return tasks or context.rules.match("decides", words) is not None


def _asks_for_list(context: Context, first: Block) -> bool:
    """The text goes on in the list below it: it ends with a colon, or gives a task "att"."""
    unended = any(p.regex.ends(fold(first.text)) for p in context.rules.of("unended_lines"))
    return first.kind != "item" and (first.text.endswith(":") or (unended and acts(context.rules, first.text)))


def _counts_on(first: Block, rest: Sequence[Block]) -> bool:
    """The next number is the one after that of the point: what stands between is part of it."""
    following = next((b.marker for b in rest if b.kind == "item" and b.marker[:1].isdigit()), "")
    numbers = [re.match(r"\d+", marker) for marker in (first.marker if first.kind == "item" else "", following)]
    return all(numbers) and int(numbers[1][0]) == int(numbers[0][0]) + 1  # type: ignore[index]


def _names_on(before: Block, block: Block, rules: Rules) -> bool:
    """The block names those whom the one before leads in, or more of them."""
    names = rules.match("people_lines", fold(block.text)) is not None
    return names and (leads_in_people(before, rules) or rules.match("people_lines", fold(before.text)) is not None)


def leads_in_people(block: Block, rules: Rules) -> bool:
    """The block ends with words that lead in those who are chosen to posts or leave them."""
    return block.kind in ("text", "item") and rules.search("people_leads_in", fold(block.text)) is not None


def _leads_in(context: Context, block: Block, upward: bool = False) -> bool:
    """The block only leads in what is decided, or (`upward`) proposed; words that decide or give a task ("X får i uppdrag att:") do more."""
    found = [p for p, _ in context.rules.searched("lead_ins", fold(block.text))] if block.kind != "item" else []
    if not found or upward:
        return any(p.data.get("upward") for p in found)
    return not all(p.data.get("undecided") for p in found) or not acts(context.rules, block.text)


def acts(rules: Rules, text: str) -> bool:
    """The words say themselves what is decided, or give a task."""
    return rules.search("tasks", fold(text)) is not None or outcome(text, rules) is not None


def _below(first: Block, block: Block) -> bool:
    """A bullet or letter under a numbered point is part of it; items a, b, c carry on the sentence before them."""
    lettered, goes_on = (len(item.marker) == 2 and item.marker[0].islower() for item in (first, block))
    return (goes_on and not lettered) or (first.kind == "item" and first.marker[:1].isdigit() and not block.marker[:1].isdigit())


def _proposer(context: Context, first: Block) -> str | None:
    """Who proposes, where the words of the proposal say it: "Förvaltningen föreslår att …"."""
    found = (p.regex.search(context.folded, first.start, first.end) for p in context.rules.of("proposes_to"))
    verb = next((m for m in found if m), None)
    name = squeeze(context.words(first.start, verb.start())) if verb else ""
    known = 0 < len(name.split()) <= LONGEST_NAME and not re.search(r"[\d().,:]", name) and name[0].isupper()
    return context.forum(name) if known else None


def _addressee(context: Context, head: Head, section: Section, points: Sequence[Point], status: Status) -> str | None:
    """Whom the decision goes up to: named in the heading, by "föreslår X", or by the paper's own address."""
    if section.heading and section.heading.get("to"):
        return context.forum(section.heading.get("to"))
    first = section.content[0]
    if first.kind != "item" and (lead := next((m for _, m in context.rules.searched("lead_ins", fold(first.text)) if m.groupdict().get("to")), None)):
        return context.forum(first.text[slice(*lead.span("to"))])
    upward = next((to for block in section.content if (to := goes_to(context, block))), None)
    if upward:
        return upward
    if status == "proposed":
        named = context.forums_in(first.start, first.start + 60)
        return head.addressed_to or (named[0].forum if named and named[0].start == first.start else None) or head.forum
    return None


def goes_to(context: Context, block: Block) -> str | None:
    """The body that stands straight behind "föreslår" in a block."""
    found = (p.regex.search(context.folded, block.start, block.end) for p in context.rules.likely("proposes_to", context.folded))
    match = next((m for m in found if m), None)
    upward = next(iter(context.forums_in(match.end(), match.end() + 120)), None) if match else None
    return upward.forum if match and upward and upward.start == match.end() else None


@functools.lru_cache(maxsize=256)
def outcome(text: str, rules: Rules, lead: str = "") -> str | None:
    """What was decided: every class of `outcomes` that the text (a line a point) holds, joined by ", "; None where none fits.

    `lead` is what leads in the points ("Enligt kommunstyrelsens förslag:").
    """
    points, above = rules.without(("outcome_asides",), fold(text)), fold(lead)
    asked = ((p, above if p.data.get("lead") else points) for p in rules.likely("outcomes", points, above))
    found = [p for p, words in asked if p.regex.search(words)]
    told = [p for p in found if not p.data.get("alone")] or found
    return ", ".join(dict.fromkeys(p.get("outcome") for p in told)) or None

"""Mentions → canonical ids. Find first, resolve second: what stays ambiguous becomes a Problem, never a guess."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from typing import TypeVar

from ingest.models import Block, DateMention, ForumMention, Mentions, ParagraphMention, Problem, Span
from ingest.places import Places
from ingest.rules import Rules
from ingest.text import fold_whole, sentence_at

FAR = 1500
"""A sentence that never ends is looked at so many characters around a §."""
NEAR = 40
"""A body or day so many characters behind a § still belongs to it ("§ 67 KS 2026-04-13")."""
TAIL = 12
"""How much of a line is looked at to tell whether it breaks off (characters)."""


def resolve(
    text: str, blocks: Sequence[Block], mentions: Mentions, year: int | None, rules: Rules, span: Callable[[int, int], Span], own: Set[str]
) -> tuple[Mentions, tuple[Problem, ...]]:
    """Mentions with their forums decided, and the §§ with the body and day that the words around them give.

    `year` is the document's, which tells forums of one abbreviation apart; `span` leads from the clean text to the stored one; `own` are the
    bodies that the headers of its pages name, one of which its minutes call "fullmäktige".
    """
    named = {m.candidates[0] for m in mentions.forums if len(m.candidates) == 1 and not m.contextual}
    forums, problems = [], []
    for mention in mentions.forums:
        choice = _choose(mention, named, own, year, rules)
        if len(choice) == 1:
            forums.append(ForumMention(mention.start, mention.end, mention.written, mention.candidates, mention.contextual, choice[0]))
        elif choice:
            where = span(mention.start, mention.end)
            problems.append(Problem("tvetydigt forum", f"”{mention.written}” kan vara {' eller '.join(choice)}", where))
    sure = [m for m in forums if m.forum]
    folded = fold_whole(text)
    places = Places(blocks)
    bodies, days = Places(sure), Places(m for m in mentions.dates if len(m.day.iso) >= 7)
    placed = ((m, _sentence(folded, places.at(m.start), m, rules)) for m in mentions.paragraphs)
    paragraphs = tuple(_paragraph(m, folded, sentence, bodies, days, rules) for m, sentence in placed)
    return replace(mentions, forums=tuple(sure), paragraphs=paragraphs), tuple(problems)


def _choose(mention: ForumMention, named: Set[str], own: Set[str], year: int | None, rules: Rules) -> tuple[str, ...]:
    """The forums that remain: those named in full in the document, then those that existed in its year."""
    names = mention.candidates
    if len(names) == 1 and not mention.contextual:
        return names
    known = {f.name: f for f in rules.forums}
    if mention.contextual:
        names = tuple(n for n in names if n in named or (n in known and known[n].parent in named))
        return tuple(n for n in names if n in own) or names
    if len(names) > 1:
        names = tuple(n for n in names if n in named) or names
    if len(names) > 1:
        names = tuple(n for n in names if n not in known or known[n].existed(year)) or names
    if len(names) > 1 and all(n not in known for n in names):
        return names[:1] if not named & set(names) else names
    return names


def _sentence(folded: str, block: Block | None, mention: ParagraphMention, rules: Rules) -> tuple[int, int]:
    """The sentence of a §, as far as it is looked at."""
    start, end = sentence_at(folded, block.start, block.end, mention.start, rules.stops) if block else (mention.start, mention.end)
    return max(start, mention.start - FAR), min(end, mention.end + FAR)


def _paragraph(
    mention: ParagraphMention, folded: str, sentence: tuple[int, int], forums: Places[ForumMention], dates: Places[DateMention], rules: Rules
) -> ParagraphMention:
    """The § with the nearest body and day before it in its sentence, else just behind it.

    In brackets that name no body ("X har lämnat ärendet till Y (den 5 maj, § 4)") the body is the first of the sentence, its subject.
    """
    start, end = sentence
    near = forums.within(start, end)
    bracket = folded.rfind("(", start, mention.start)
    within = bracket >= 0 and folded.find(")", bracket, mention.start) < 0
    subject = near[0] if within and near and near[0].end <= bracket and not any(bracket < m.start < mention.end + NEAR for m in near) else None
    forum = subject or _nearest(near, mention)
    behind = [d for d in dates.within(mention.end, end) if _follows(d, mention, near, folded, rules)]
    alone = behind and (_opens_line(folded, mention.start, rules) or (within and bracket > start))  # "(se § 14, 2022-09-01)" has its own day
    before = dates.within(max(start, bracket) if alone and within else start, mention.start) if not alone or within else []
    day = _nearest([*before, *behind], mention)
    return replace(mention, forum=forum.forum if forum else None, day=day.day if day else None)


def _opens_line(folded: str, place: int, rules: Rules) -> bool:
    """In a list a § at the beginning of its line has nothing to do with the line before, unless that one breaks off."""
    line = folded.rfind("\n", 0, place) + 1
    above = folded[max(0, line - TAIL) : line].rstrip().rpartition("\n")[2]
    return not folded[line:place].strip(" \t*-•\uf0b7") and not rules.search("broken_off_lines", above)


def _follows(day: DateMention, mention: ParagraphMention, forums: Sequence[ForumMention], folded: str, rules: Rules) -> bool:
    """A day behind a § belongs to it only where at most the body stands between ("§ 67 KS 2026-04-13")."""
    between = next((m for m in forums if mention.end <= m.start and m.end <= day.start), None)
    gap = folded[mention.end : between.start] + folded[between.end : day.start] if between else folded[mention.end : day.start]
    left = gap.strip(" ,()\n")
    return not left or rules.fullmatch("day_leads", left) is not None


_Mention = TypeVar("_Mention", ForumMention, DateMention)


def _nearest(things: Sequence[_Mention], mention: ParagraphMention) -> _Mention | None:
    before = [t for t in things if t.end <= mention.start]
    behind = [t for t in things if mention.end <= t.start <= mention.end + NEAR]
    if before and behind and behind[0].written.isupper() and behind[0].start <= mention.end + 2 and before[-1].end < mention.start - 2:
        return behind[0]  # "§20 BUN": the short name of a body straight behind the § says whose it is
    return before[-1] if before else behind[0] if behind else None

"""Counted votes: what Ja and Nej meant, the counts, who voted how where the text says it, and whether the vote overturned the chair's finding."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.document.context import Context
from ingest.models import Ballot, Problem, Vote
from ingest.rules.quick import spots
from ingest.text import fold, sentences, squeeze

LONGEST_NAMES = 4000
"""A list of those who voted one way is no longer than this (characters)."""
LONGEST_FINDING = 300
"""What the chair found is said in so many characters."""
STEM = 5
SHORTEST = 4
"""Words of one kind begin with so many letters alike."""
FEWEST = 3
"""So many names that each say how they vote are a vote, where no count stands."""
CHOICES = {"yes": "ja", "no": "nej", "abstain": "avstår"}
"""The groups of the patterns, and how a ballot is called."""


@dataclass(frozen=True, slots=True)
class _Event:
    """A match of a pattern of one section, in order of place."""

    start: int
    end: int
    section: str
    match: re.Match[str]


@dataclass(slots=True)
class _Open:
    """A vote while its parts are read."""

    start: int
    end: int
    counts: dict[str, int] = field(default_factory=dict)
    ballots: list[Ballot] = field(default_factory=list)
    meaning: dict[str, str] = field(default_factory=dict)
    """What each side stood for, where the sentence with the counts says it."""


def votes(context: Context) -> tuple[Vote, ...]:
    """The votes in order of place. A proposition belongs to the counts that follow it in the same §; a § without counts has no vote."""
    bounds = [context.part.start, *(b.start for b in context.openings), context.part.end]
    counts = [p.regex for section in ("votes", "vote_lists") for p in context.rules.likely(section, context.folded)]
    return tuple(v for start, end in itertools.pairwise(bounds) if spots(counts, context.folded, start, end) != [] for v in _in(context, start, end))


def miscounted(found: Sequence[Vote]) -> tuple[Problem, ...]:
    """Problems where the names that the text gives for a choice are not as many as the count it states."""
    out = []
    for vote in found:
        for stated, choice in ((vote.yes, "ja"), (vote.no, "nej"), (vote.abstain, "avstår")):
            named = sum(b.choice == choice for b in vote.ballots)
            if stated is not None and named and named != stated:
                out.append(Problem("röster stämmer inte", f"{stated} {choice} anges, {named} är namngivna", vote.span))
    return tuple(out)


def uncounted(context: Context, found: Sequence[Vote]) -> tuple[Problem, ...]:
    """A problem for each § that says that votes were counted, and no count of which could be read."""
    counted = {v.paragraph for v in found}
    first: dict[str, re.Match[str]] = {}
    for _, match in context.rules.found("vote_called", context.folded, context.part.start, context.part.end):
        first.setdefault(context.number_at(match.start()), match)
    return tuple(
        Problem("röster kunde inte läsas", f"§ {number} säger att röster räknades, men antalen hittades inte", context.span(*m.span()))
        for number, m in first.items()
        if number and number not in counted and not _withdrawn(context, m)
    )


def _withdrawn(context: Context, match: re.Match[str]) -> bool:
    opening = next((b for b in reversed(context.openings) if b.start <= match.start()), None)
    until = next((b.start for b in context.openings if b.start > match.start()), context.part.end)
    return opening is not None and context.rules.search("vote_withdrawn", context.folded[opening.start : until]) is not None


def _in(context: Context, start: int, end: int) -> Iterator[Vote]:
    counted_or_named = list(_events(context, ("votes", "vote_lists", "vote_names"), start, end))
    if not counted_or_named:
        return
    told = _events(context, ("vote_meanings", "vote_findings"), start, end)
    events = sorted([*told, *counted_or_named], key=lambda e: (e.start, -e.end))
    meaning: dict[str, str] = {}
    finding: tuple[str, ...] = ()
    held: _Open | None = None
    since = start
    pending: list[Ballot] = []
    counted = start
    for event in events:
        if event.section == "votes" and event.start < counted:
            continue  # another reading of the same count
        if event.section == "vote_names":
            (held.ballots if held else pending).extend(_named(context, event.match))
            continue
        if held and (event.section != "vote_lists" or set(_counted(event.match)) <= set(held.counts)):
            yield _vote(context, held, meaning, finding)
            held, finding = None, finding if event.section == "vote_lists" else ()
        if event.section == "vote_meanings":
            meaning = _meant(context, event.match)
        elif event.section == "vote_findings":
            finding = (*finding, _found(context, event.end))
        elif event.section == "vote_lists":
            held = held or _Open(event.start, event.end)
            _add(context, held, event.match, max(since, event.start - LONGEST_NAMES))
        else:
            held, counted = _Open(event.start, event.end), event.end
            _add(context, held, event.match, event.start)
            held.meaning = _told(context, event.match)
            _abstained(context, held, end)
            held.ballots = held.ballots or pending
            pending = []
        since = event.end
    if held is None and len(pending) >= FEWEST:
        held = _roll_call(context, pending, start)
    if held:
        yield _vote(context, held, meaning, finding)


def _events(context: Context, sections: Sequence[str], start: int, end: int) -> Iterator[_Event]:
    return (_Event(m.start(), m.end(), s, m) for s in sections for _, m in context.rules.found(s, context.folded, start, end))


def _roll_call(context: Context, ballots: list[Ballot], start: int) -> _Open:
    """A vote of which only the names are given: they are counted."""
    place = context.clean.overlay.from_base(ballots[0].span.start)
    counts = {group: sum(b.choice == choice for b in ballots) for group, choice in CHOICES.items()}
    return _Open(max(start, place), context.clean.overlay.from_base(ballots[-1].span.end), counts, ballots)


def _counted(match: re.Match[str]) -> Iterator[str]:
    return (k for k in CHOICES if match.groupdict().get(k))


def _meant(context: Context, match: re.Match[str]) -> dict[str, str]:
    """What Ja and Nej stand for, each as the words say it."""
    groups = ((k.rstrip("2"), k) for k, v in match.groupdict().items() if v)
    return {name: squeeze(context.words(*match.span(group))).strip(' .,;:"”“') for name, group in groups}


def _told(context: Context, match: re.Match[str]) -> dict[str, str]:
    """What the sentence that gives the counts says that each side stood for."""
    found = ((name, f"{name}_means") for name in ("yes", "no") if match.groupdict().get(f"{name}_means"))
    return {name: squeeze(context.words(*match.span(group))).strip(' .,;:"”“') for name, group in found}


def _complete(meaning: dict[str, str]) -> bool:
    return "yes" in meaning and "no" in meaning


def _add(context: Context, held: _Open, match: re.Match[str], since: int) -> None:
    """The counts of a match with the names it holds (`*_names`), else with those that stand between `since` and it."""
    held.end = max(held.end, match.end())
    for group in _counted(match):
        held.counts[group] = int(match[group])
        within = match.span(f"{group}_names") if match.groupdict().get(f"{group}_names") else (since, match.start())
        held.ballots += _ballots(context, *within, CHOICES[group])


def _named(context: Context, match: re.Match[str]) -> Iterator[Ballot]:
    """The people of a line "Ja: Anna Ek (S), Bo Ek (M)"."""
    for group, choice in CHOICES.items():
        if match.groupdict().get(f"{group}_names"):
            yield from _ballots(context, *match.span(f"{group}_names"), choice)


def _ballots(context: Context, start: int, end: int, choice: str) -> list[Ballot]:
    return [Ballot(m.name, m.party or None, choice, context.span(m.start, m.end)) for m in context.people_in(start, end)]


def _abstained(context: Context, held: _Open, end: int) -> None:
    """The count of those who abstain may stand in the same sentence or the next."""
    if "abstain" in held.counts:
        return
    stop = min(end, held.end + 200)
    match = next((m for p in context.rules.of("vote_abstain") if (m := p.regex.search(context.folded, held.end, stop))), None)
    if match:
        held.counts["abstain"], held.end = int(match["abstain"]), match.end()


def _vote(context: Context, held: _Open, above: dict[str, str], findings: Sequence[str]) -> Vote:
    meaning = above if _complete(above) else above | held.meaning
    yes, no = held.counts.get("yes"), held.counts.get("no")
    won = None if yes is None or no is None else "ja" if yes > no else "nej" if no > yes else "lika"
    said = f"Ja: {meaning['yes']}. Nej: {meaning['no']}." if _complete(meaning) else _sentence(context, held)
    return Vote(
        paragraph=context.number_at(held.start) or None,
        proposition=said,
        yes=yes,
        no=no,
        abstain=held.counts.get("abstain"),
        outcome=won,
        span=context.span(held.start, held.end),
        yes_means=meaning.get("yes"),
        no_means=meaning.get("no"),
        overturned=bool(findings) and won != _side(_first(findings, held.meaning), meaning) and won is not None and _against(findings, meaning, won),
        ballots=tuple(held.ballots),
    )


def _found(context: Context, start: int) -> str:
    """What the chair found, in the words of the sentence from `start` on."""
    end = min(context.part.end, start + LONGEST_FINDING)
    return squeeze(context.words(*next(iter(sentences(context.folded, start, end, context.rules.stops)), (start, end))))


def _first(findings: Sequence[str], told: dict[str, str]) -> str:
    """The finding that a vote is about: the first, as a later one says what was chosen to stand against it; but rather one that has the words of a
    side, where only the counts say what was voted on.
    """
    sides = _stems(told.get("yes", "")) ^ _stems(told.get("no", ""))
    return next((f for f in findings if len(_stems(f) & sides) > 1), findings[0])


def _against(findings: Sequence[str], meaning: dict[str, str], won: str) -> bool:
    """True where no finding of the § is for the side that won: a chair finds on each proposal in turn, and any of them may be the one voted on."""
    return won != "lika" and all(_side(finding, meaning) != won for finding in findings)


def _side(finding: str, meaning: dict[str, str]) -> str:
    """The side that the chair had found: Nej where its meaning has words of the finding, and more of them; else Ja, as chairs put it."""
    said = _stems(finding)
    yes, no = _stems(meaning.get("yes", "")), _stems(meaning.get("no", ""))
    return "nej" if len(said & (no - yes)) > max(1, len(said & (yes - no))) else "ja"  # one alone may be "bifaller"


def _stems(words: str) -> set[str]:
    """What the words but the shortest of a text begin with: `avgöras`, `avgöra`."""
    return {word[:STEM] for word in re.findall(r"\w+", fold(words).lower()) if len(word) >= SHORTEST}


def _sentence(context: Context, held: _Open) -> str:
    start, end = max(context.part.start, held.start - 400), held.start + 200
    found = next((s for s in sentences(context.folded, start, end, context.rules.stops) if s[0] <= held.start < s[1]), (held.start, held.end))
    return squeeze(context.words(*found))

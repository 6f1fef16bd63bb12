"""What a document says of agreements that are not itself: ended, replaced, extended, given notice of, approved; each with its words."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence

from ingest.document.agreement_names import Named, Names
from ingest.document.context import Context
from ingest.document.head import heading_text
from ingest.find.dates import parse_day
from ingest.models import AgreementNote, Block, Decision, Span
from ingest.places import Places
from ingest.rules import Pattern
from ingest.text import fold, squeeze

FAR = 400
"""A sentence that never ends is looked at so many characters around what it says."""
ALIKE = 30
"""A heading that begins with so many letters of a name is that name."""
BEHIND = 40
"""So close behind a name stands from when it is in force."""
DATED = ("ended", "valid", "extended", "notice")


class _Notes:
    """One document: its names of agreements, and its decisions by place and §."""

    def __init__(self, context: Context, decided: Sequence[Decision], records: str, names: Names) -> None:
        self.context, self.names, self.records = context, names, records
        self.decided = Places(_Placed(d) for d in sorted(decided, key=lambda d: d.span))
        self.by_number: dict[str, list[Decision]] = {}
        for decision in decided:
            if decision.status == "adopted" and decision.paragraph:
                self.by_number.setdefault(decision.paragraph, []).append(decision)

    def all(self) -> Iterator[AgreementNote]:
        for pattern, match in self.context.rules.found("agreement_events", self.context.folded, self.context.part.start, self.context.part.end):
            found = self.note(pattern, match)
            if found:
                yield found

    def note(self, pattern: Pattern, match: re.Match[str]) -> AgreementNote | None:
        """What is said there; None where it is of no agreement that is named, or not said to be so."""
        opening = self.context.opening_at(match.start())
        if self.records == "clauses" and not (pattern.get("kind") == "replaced" and pattern.get("side") == "after"):
            return None
        named = self.of(pattern, match)
        other = pattern.get("kind") == "replaced" and pattern.get("side") == "after"  # "ersätter tidigare avtal": not the one spoken of
        meant = self.names.meant(named) if named and not (other and named.bare) else None
        if named is None or meant is None:
            return None
        start, end = self.sentence(match)
        decision = self.decision_at(named.start, opening)
        if not opening and self.context.rules.search("agreement_guards", self.context.folded[start : min(match.start(), named.start)]):
            return None
        settled = self.settled(pattern, decision, opening, start, end)
        return None if settled is None else self.built(pattern, match, named, meant, decision, settled)

    def of(self, pattern: Pattern, match: re.Match[str]) -> Named | None:
        """The agreement that it is said of: the name straight before, or straight after."""
        before = pattern.get("side") == "before"
        named = self.names.before(match.start()) if before else self.names.after(match.end())
        if named is None:
            return None
        gap = self.context.folded[named.end : match.start()] if before else self.context.folded[match.end() : named.start]
        section = "agreement_gaps_before" if before else "agreement_gaps_after"
        if (before and named.end > match.start()) or not self.context.rules.fullmatch(section, gap):
            return None
        return None if before and not gap.strip(" \n,") and self.part_of_more(named) else named

    def part_of_more(self, named: Named) -> bool:
        """True where what is said is said of something else that the name only tells more of ("uppföljningen av avtalet godkänns")."""
        start, _ = self.context.sentence_at(named.start)
        return self.context.rules.search("agreement_parts", self.context.folded[max(start, named.start - BEHIND) : named.start]) is not None

    def sentence(self, match: re.Match[str]) -> tuple[int, int]:
        start, end = self.context.sentence_at(match.start())
        return max(start, match.start() - FAR), min(end, match.end() + FAR)

    def decision_at(self, place: int, opening: Block | None) -> Decision | None:
        """The decision that the place stands in; of a heading, the one of its §."""
        if opening is not None:
            return next(iter(self.by_number.get(opening.get("number"), ())), None)
        at = self.context.span(place, place + 1).start
        found = self.decided.at(at)
        return found.decision if found and at < found.end else None

    def settled(self, pattern: Pattern, decision: Decision | None, opening: Block | None, start: int, end: int) -> bool | None:
        """Whether it is so, not only proposed or thought of; None where it is not said at all."""
        rules = self.context.rules
        outcome = (decision.outcome or "") if decision else ""
        yes, no = rules.search("agreement_yes", fold(outcome)), rules.search("agreement_no", fold(outcome))
        if decision is None or decision.status == "proposed":
            said = pattern.get("noun") or pattern.get("kind") == "agreed" or (opening is not None)
            return None if said or decision else rules.search("agreement_open", self.context.folded[start:end]) is None
        if pattern.get("noun") and opening is None and not yes:
            return None
        return not no and (decision.status == "narrated" or opening is None or yes is not None)

    def built(self, pattern: Pattern, match: re.Match[str], named: Named, meant: Named, decision: Decision | None, settled: bool) -> AgreementNote:
        context = self.context
        start, end = self.sentence(match)
        kind = pattern.get("kind")
        after = (max(match.start(), named.end if pattern.get("side") == "after" else 0), end)
        return AgreementNote(
            kind=kind,
            name=meant.name,
            parties=meant.parties,
            dnr=meant.dnr,
            begins=self.begins(meant, match.start() if meant is named else meant.end + BEHIND),
            day=_day(context, "agreement_days", "day", *after, plain=kind != "notice") if kind in DATED else None,
            settled=settled,
            text=squeeze(context.words(start, end)),
            span=context.span(start, end),
            decided=decision.span if decision else None,
        )

    def begins(self, meant: Named, until: int) -> str | None:
        """The day from which it is said to be in force, in the sentence that names it in full; or its years, in its name or straight behind."""
        start, end = self.context.sentence_at(meant.start)
        said = _day(self.context, "agreement_begins", "begins", start, min(end, max(until, meant.start)), last=False)
        patterns = self.context.rules.of("agreement_years")
        years = next((m for p in patterns if (m := p.regex.match(self.context.folded, meant.end, end))), None)
        years = years or next((m for p in patterns if (m := p.regex.regex.search(self.context.folded, meant.start, meant.end))), None)
        return said or (years["begins"] if years else None)

    def headings(self, found: Sequence[AgreementNote]) -> Iterator[AgreementNote]:
        """An agreement that only the heading of a § names, whose decision approves it: "Förslaget godkänns"."""
        said = {n.decided for n in found}
        for opening in self.context.openings:
            decision = self.decision_at(opening.start, opening)
            names = [n for n in self.names.within(opening.start, opening.end) if not n.bare]
            if decision and decision.span not in said and len(names) == 1 and self.approved(decision):
                title = fold(heading_text(self.context, opening)).lower()
                if title.startswith(fold(names[0].name).lower()[:ALIKE]):
                    yield _approved(names[0], self.context.block_span(opening), decision)

    def approved(self, decision: Decision) -> bool:
        """True where the decision makes true what its heading says."""
        outcome = fold(decision.outcome or "")
        found = self.context.rules.search("agreement_yes", outcome)
        return found is not None and found[0].name == "approved" and not self.context.rules.search("agreement_no", outcome)


def _approved(named: Named, span: Span, decision: Decision) -> AgreementNote:
    return AgreementNote("agreed", named.name, named.parties, named.dnr, None, None, True, named.name, span, decision.span)


class _Placed:
    """A decision as a thing of a place in the stored text."""

    def __init__(self, decision: Decision) -> None:
        self.decision, self.start, self.end = decision, decision.span.start, decision.span.end


def notes(context: Context, records: str, decided: Sequence[Decision], names: Names) -> tuple[AgreementNote, ...]:
    """All that the document says of agreements, in order of place; of one agreement in one sentence each kind once."""
    if not names.all:
        return ()
    maker = _Notes(context, decided, records, names)
    said = list(maker.all())
    said += maker.headings(said) if records == "paragraphs" else ()
    once = {(n.span, n.kind, n.name): n for n in said}
    own = {(n.decided, n.kind) for n in once.values() if n.decided and n.decided.contains(n.span)}
    kept = (n for n in once.values() if n.decided is None or n.decided.contains(n.span) or (n.decided, n.kind) not in own)
    return tuple(sorted(kept, key=lambda n: (n.span, n.kind, n.name)))


def _day(context: Context, section: str, group: str, start: int, end: int, *, last: bool = True, plain: bool = True) -> str | None:
    """The first day that a pattern of days finds there; a month or year that is an end ends with its last day."""
    found = next(
        (m[group] for p in context.rules.of(section) if (plain or p.name != "plain") and (m := p.regex.search(context.folded, start, end))), None
    )
    if found is None:
        return None
    day = found if found.isdigit() else parse_day(found, context.rules)
    return _last_day(day) if day and last else day


def _last_day(day: str) -> str:
    if len(day) == 4:
        return f"{day}-12-31"
    if len(day) == 7:
        return f"{day}-{calendar.monthrange(int(day[:4]), int(day[5:]))[1]:02}"
    return day

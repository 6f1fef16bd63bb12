"""The meeting a document is the record of: body, days, place, the §§ it declares, and who was there."""

from __future__ import annotations

import re

from ingest.document.context import Context
from ingest.models import Attendance, Decision, Head, Meeting, Paragraph, Problem
from ingest.text import lines, squeeze


def meeting(context: Context, head: Head, own: tuple[Paragraph, ...]) -> Meeting | None:
    """The meeting, for a record with §§ of its own; None for other documents."""
    if not own:
        return None
    first = context.openings[0].start
    return Meeting(
        forum=head.forum,
        day=head.day,
        place=_place(context, first),
        declared=_declared(context, first),
        attendance=tuple(_attendance(context, first)) if head.kind == "protokoll" else (),
        span=context.span(context.part.start, first),
    )


def unmet(found: Meeting | None, own: tuple[Paragraph, ...]) -> tuple[Problem, ...]:
    """Problems where the §§ found are not those that the first page declares."""
    if found is None or found.declared is None:
        return ()
    first, last = found.declared
    have = {int(digits.group()) for p in own if (digits := re.match(r"\d+", p.number))}
    missing = [n for n in range(first, last + 1) if n not in have]
    if not missing:
        return ()
    listed = ", ".join(map(str, missing[:12])) + (" …" if len(missing) > 12 else "")
    return (Problem("saknad paragraf", f"Första sidan anger §§ {first}–{last}; hittades inte: {listed}", found.span),)


def undecided(context: Context, own: tuple[Paragraph, ...], decided: tuple[Decision, ...]) -> tuple[Problem, ...]:
    """Problems for the §§ under which a heading of decision stands, and no decision could be read."""
    numbers = {d.paragraph for d in decided}
    headed = {s.number: s for s in context.sections if s.role == "decision" and s.heading}
    return tuple(
        Problem("beslut kunde inte läsas", f"§ {number} har rubriken ”{s.heading.text}” men inget beslut hittades", context.block_span(s.heading))
        for number, s in headed.items()
        if s.heading and number and number not in numbers and any(p.number == number for p in own)
    )


def _declared(context: Context, before: int) -> tuple[int, int] | None:
    for pattern in context.rules.of("declared_ranges"):
        match = pattern.regex.search(context.folded, context.part.start, before)
        if match:
            first, last = int(match["first"]), int(match["last"] or match["first"])
            return (first, last) if first <= last else None
    return None


def _place(context: Context, before: int) -> str | None:
    for pattern in context.rules.of("meeting_places"):
        match = pattern.regex.search(context.folded, context.part.start, before)
        if match:
            return squeeze(context.words(*match.span("place"))).strip(" ,") or None
    return None


def _attendance(context: Context, before: int) -> list[Attendance]:
    """People of the attendance list. The labels of its columns give the role; a role in brackets behind the name, or "ersätter", is stronger."""
    found: list[Attendance] = []
    role = ""
    for start, end in lines(context.clean.text, context.part.start, before):
        line = context.folded[start:end]
        label = next((p for p in context.rules.of("attendance_labels") if p.regex.match(line.strip())), None)
        role = label.get("role") if label else role
        if not role:
            continue
        for person in (m for m in context.mentions.people if start <= m.start < end):
            behind = line[person.end - start : person.end - start + 60]
            ahead = line[: person.start - start]
            if any(p.regex.search(ahead) for p in context.rules.of("attendance_absent")):
                continue
            special = next((p.get("role") for p in context.rules.of("attendance_roles") if p.regex.match(behind)), role)
            found.append(Attendance(person.name, person.party or None, special, context.span(person.start, person.end)))
    return found

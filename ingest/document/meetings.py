"""The meeting a document is the record of: body, days, place, the §§ it declares, and who was there."""

from __future__ import annotations

import re

from ingest.document.attendance import Form, attendance, form, unjoined
from ingest.document.context import Context
from ingest.find.people import people_in
from ingest.models import Attendance, Decision, Head, Meeting, Paragraph, Problem
from ingest.text import fold, squeeze


def first_page(context: Context, head: Head, own: tuple[Paragraph, ...]) -> Form | None:
    """The form above the first §, of a record with §§ of its own; None of other documents. Extracts name nobody."""
    return form(context, context.openings[0].start, head.kind == "protokoll") if own else None


def meeting(context: Context, head: Head, page: Form | None) -> Meeting | None:
    """The meeting; None for a document without a first page."""
    if page is None:
        return None
    first = context.openings[0].start
    present = attendance(page) if head.kind == "protokoll" else ()
    return Meeting(
        forum=head.forum,
        day=head.day,
        place=_place(context, page, first),
        declared=_declared(context, first),
        attendance=present,
        span=context.span(context.part.start, first),
        chair=_named(present, "chair"),
        secretary=_named(present, "secretary") or _titled(context, present) or _signed(context),
    )


def _named(present: tuple[Attendance, ...], role: str) -> str | None:
    return next((a.person for a in present if a.role == role), None)


def unread(context: Context, head: Head, page: Form | None) -> tuple[Problem, ...]:
    """A problem where the form of a protocol names people, and its columns could not be joined."""
    if page is None or head.kind != "protokoll" or not unjoined(page):
        return ()
    place = context.span(context.part.start, context.openings[0].start)
    return (Problem("närvaro kunde inte läsas", "Första sidans kolumner går inte att para ihop – se i originalet vilka som var med", place),)


def _titled(context: Context, present: tuple[Attendance, ...]) -> str | None:
    """The official whose title says that they keep the minutes."""
    titles = context.rules.of("secretary_titles")
    found = [a for a in present if a.title and any(p.regex.search(fold(a.title)) for p in titles)]
    plain = next((a for a in found if any(p.regex.fullmatch(fold(a.title or "")) for p in titles)), None)  # "sekreterare" before "nämndsekreterare"
    return plain.person if plain else found[0].person if found else None


def _signed(context: Context) -> str | None:
    """The name under "Vid protokollet" behind the last §."""
    last = context.openings[-1].start
    found = (m for p in context.rules.of("kept_by") for m in p.regex.finditer(context.folded, last, context.part.end))
    return next((p.name for m in found for p in people_in(context.words(*m.span("name")), m.start("name"), context.rules)), None)


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
    numbered = {p.number for p in own}
    headed = {s.number: s for s in context.sections if s.role == "decision" and s.heading}
    return tuple(
        Problem("beslut kunde inte läsas", f"§ {number} har rubriken ”{s.heading.text}” men inget beslut hittades", context.block_span(s.heading))
        for number, s in headed.items()
        if s.heading and number and number not in numbers and number in numbered
    )


def _declared(context: Context, before: int) -> tuple[int, int] | None:
    for pattern in context.rules.of("declared_ranges"):
        match = pattern.regex.search(context.folded, context.part.start, before)
        if match:
            first, last = int(match["first"]), int(match["last"] or match["first"])
            return (first, last) if first <= last else None
    return None


def _place(context: Context, page: Form, before: int) -> str | None:
    if found := page.text(context, "place"):
        return found
    for pattern in context.rules.of("meeting_places"):
        match = pattern.regex.search(context.folded, context.part.start, before)
        if match:
            return squeeze(context.words(*match.span("place"))).strip(" ,") or None
    return None

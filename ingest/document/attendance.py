"""Who was at a meeting: the labels of the first page joined with the names that belong to them, wherever the layout has put these."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.document.attendance_cells import Cell, Rows, cells_before
from ingest.document.attendance_names import LONGEST_REST, absent_in, broken, is_person, without_party, works_at_letters
from ingest.document.attendance_tables import Table, served_in, tables
from ingest.document.context import Context
from ingest.models import Attendance, PersonMention
from ingest.text import fold, squeeze

LONGEST_TITLE = 60
"""A title before a name is no longer than this (characters)."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form on a first page: each label's role with the lines that belong to it."""

    cells: tuple[tuple[str, Rows], ...]
    tables: tuple[Table, ...]
    named: tuple[Attendance, ...]
    """The people named in the cells, where they were asked for."""

    def text(self, context: Context, role: str) -> str | None:
        """What stands behind the first label of a role, on one line, without the hours."""
        rows = next((rows for r, rows in self.cells if r == role), None)
        if not rows:
            return None
        start, stop = rows[0][0], rows[-1][1]
        start = next((m.end() for p in context.rules.of("leading_times") if (m := p.regex.match(context.folded, start, stop))), start)
        ends = (p.regex.search(context.folded, start, stop) for s in ("meeting_times", "declared_ranges") for p in context.rules.of(s))
        end = min([stop, *(m.start() for m in ends if m)])
        return squeeze(context.words(start, end)).strip(" .:,") or None


def form(context: Context, before: int, people: bool) -> Form:
    """The form in the text before the first § (which begins at `before`), with its `people` or without."""
    found = tables(context, before)
    cells = tuple(_joined(context, cells_before(context, before, found)))
    return Form(cells, tuple(found), tuple(_everyone(context, cells)) if people else ())


def attendance(found: Form) -> tuple[Attendance, ...]:
    """The people whom the form names as present, in order of place, each with what stands behind the name: the §§ served, whom a substitute
    replaces, a title.
    """
    people = [*found.named, *(a for table in found.tables for a in table.people)]
    if _muddled(people):  # who is called chair behind the name is, the others could be anything
        people = [a for a in people if a.party and a.role in _LEADS]  # by its own words: a label gives no party
    party = {a.person: a.party for a in people if a.party}
    one: dict[tuple[str, str, str | None], Attendance] = {}
    for a in sorted(people, key=lambda a: a.span):
        signed_again = a.role in _LEADS and not a.numbers and any(key[:2] == (a.person, a.role) for key in one)
        if (a.party or not _made_of(a.person, party)) and not signed_again:
            one.setdefault((a.person, a.role, a.numbers), replace(a, party=a.party or party.get(a.person)))
    return tuple(one.values())


def unjoined(found: Form) -> bool:
    """The form names people, but not who is what, or a table's marks are lost."""
    return any(table.silent for table in found.tables) or _muddled(found.named)


def _everyone(context: Context, cells: Sequence[tuple[str, Rows]]) -> list[Attendance]:
    present = [a for role, rows in cells if role not in _NO_PEOPLE for a in _people(context, role, rows)]
    return present + [a for role, rows in cells if role == _SIGNED for a in _signers(context, rows)]


def _signers(context: Context, rows: Rows) -> Iterator[Attendance]:
    """Those under "Underskrifter" whose office stands behind the name."""
    for a in _people(context, "official", rows):
        if a.role != "official":
            yield a
        elif a.title and any(p.regex.search(fold(a.title)) for p in context.rules.of("secretary_titles")):
            yield replace(a, role="secretary", title=None)


def _muddled(people: Sequence[Attendance]) -> bool:
    """The columns cannot be joined: a secretary with a party or who leads the meeting, a chair who is an official or both chair and vice."""
    leads = {(a.person, a.role) for a in people if a.role in _LEADS}
    chairs = {person for person, role in leads if role == "chair"}
    vices = {person for person, role in leads if role != "chair"}
    secretaries = [a for a in people if a.role == "secretary"]
    return (
        bool(chairs & vices) or any(a.party or a.person in chairs | vices for a in secretaries) or any(a.role == "chair" and a.title for a in people)
    )


def _made_of(name: str, known: Mapping[str, str | None]) -> bool:
    """A name that holds another, known one: two that a lost line break has made one."""
    words = name.split()
    parts = (words[i:j] for i in range(len(words)) for j in range(i + 1, len(words) + 1) if j - i < len(words))
    return any(" ".join(part) in known for part in parts)


def _joined(context: Context, cells: Iterator[Cell]) -> Iterator[tuple[str, Rows]]:
    """Each label's role with a group. In a table of two columns a text engine may give all labels first, or all groups first: a run of labels
    takes the groups that follow in its order, or those that stand before it without a label.
    """
    run: list[str] = []
    waiting: list[str] = []
    orphans: list[Rows] = []
    current = ""
    for cell in cells:
        if cell.role is not None and cell.rows:
            yield cell.role, cell.rows
            continue
        if cell.role is not None:
            run += [cell.role] if run[-1:] != [cell.role] else []
            continue
        if not cell.rows:
            continue
        before = orphans[1 - len(run) :] if len(run) > 1 and len(orphans) >= len(run) - 1 else []
        members = [rows for role, rows in zip(run, before, strict=False) if role == "member"]
        if cell.beside and run:
            current = run[-1]
        elif members and all(context.people_in(rows[0][0], rows[-1][1]) for rows in members):
            yield from zip(run[:-1], before, strict=True)
            orphans, current = [], run[-1]
        elif len(run) == 2 and run[0] == _SIGNED and len(cell.rows) == 1:
            current = run[1]
        elif run[:1] == ["place"] and len(run) > 1 and (k := _first_person(context, cell.rows)):
            yield "place", cell.rows[:k]
            cell.rows, current, waiting = cell.rows[k:], run[1], [*waiting, *run[2:]]
        elif run:
            current, waiting = run[0], [*waiting, *run[1:]]
        elif waiting:
            current = waiting.pop(0)
        elif current not in _GOES_ON:
            orphans.append(cell.rows)
            continue
        run = []
        yield current, cell.rows


def _first_person(context: Context, rows: Rows) -> int:
    """The line from which a group that begins with the place names people, 0 where none does."""
    return next((k for k, (start, end) in enumerate(rows) if k and context.people_in(start, end)), 0)


_SIGNED = "none"
"""The label over those that sign, which has nothing of its own."""
_LEADS = frozenset(("chair", "deputy chair"))
_NO_PEOPLE = frozenset(("", _SIGNED, "place"))
_GOES_ON = frozenset(("member", "serving substitute", "substitute", "official"))
"""Labels under which several groups may stand."""


def _people(context: Context, role: str, rows: Sequence[tuple[int, int]]) -> Iterator[Attendance]:
    """Everyone in the lines of a group, but those who are only named as replaced. A line may go on from the one before."""
    start, end = rows[0][0], rows[-1][1]
    known = [*context.people_in(start, end), *broken(context, start, end)]
    others: Iterable[PersonMention] = without_party(context, rows, known)
    if known and role in ("member", "substitute"):  # beside members with their party a name without one may be that of a place
        others = (m for m in others if is_person(context, m, end))
    gone = absent_in(context, start, end)
    people = sorted((m for m in [*known, *others] if gone.free(m.start, m.start + 1)), key=lambda m: m.start)
    absent: PersonMention | None = None
    for person, following in pairwise([*people, None]):
        stop = following.start if following else end
        if person is None or person is absent:
            continue
        rest = context.folded[person.end : min(stop, person.end + LONGEST_REST)]
        if context.rules.match("attendance_gone", rest):
            continue
        replaced = following if following and _ends_with(context, "attendance_absent", rest) else None
        absent = replaced
        after = following.end if replaced and following else person.end
        more = context.folded[after : min(end, after + LONGEST_REST)] if replaced else ""
        yield _one(context, role, person, rest, more, replaced)


def _one(context: Context, role: str, person: PersonMention, rest: str, more: str, replaced: PersonMention | None) -> Attendance:
    above = context.folded[max(0, person.start - LONGEST_TITLE) : person.start]
    before = () if _is_theirs(context, person.start) else (p.get("role") for p in context.rules.of("roles_before") if p.regex.search(above))
    special = next((p.get("role") for p in context.rules.of("attendance_roles") if p.regex.match(rest)), None) or next(iter(before), None)
    if replaced and role in ("member", "official") and special not in ("chair", "deputy chair"):
        special = "serving substitute"
    title = next((m for p in context.rules.of("attendance_titles") if (m := p.regex.match(rest))), None)
    office = _words_of(context, person.end, title) if title and (role == "official" or not person.party) else None
    works_at = role == "official" and works_at_letters(context, person)
    if role == "official" and person.party and special is None and not office and not works_at:
        special = "substitute"
    straight = bool(office) and rest.lstrip(" ,").startswith(fold(office or ""))  # no body stands between
    if role == "member" and special is None and straight and _ends_with(context, "official_titles", fold(office or "")):
        special = "official"
    served = served_in(context, rest) or served_in(context, re.split(r"\n", more)[0])
    return Attendance(
        person=person.name,
        party=None if works_at else person.party or None,
        role=special or role,
        span=context.span(person.start, person.end),
        numbers=served,
        replaces=replaced.name if replaced else None,
        title=(_before(context, person.start) if role == "official" else None) or office or (person.party if works_at else None),
    )


def _is_theirs(context: Context, place: int) -> bool:
    """The office above a place stands straight behind the name of another: "Bo Ås (S), 2:e vice ordförande Anna Ek (C)"."""
    before = context.people_in(max(0, place - LONGEST_TITLE), place)
    return bool(before) and any(p.regex.match(context.folded[before[-1].end : place]) for p in context.rules.of("attendance_roles"))


def _words_of(context: Context, at: int, match: re.Match[str]) -> str:
    group = next(g for g, words in match.groupdict().items() if words)
    return squeeze(context.words(at + match.start(group), at + match.end(group)))


def _before(context: Context, place: int) -> str | None:
    """The title that stands straight before a name: "kommundirektör Anna Ek"."""
    start = max(0, place - LONGEST_TITLE)
    match = next((m for p in context.rules.of("titles_before") if (m := p.regex.search(context.folded[start:place]))), None)
    return squeeze(context.words(start + match.start("title"), start + match.end("title"))) if match else None


def _ends_with(context: Context, section: str, words: str) -> bool:
    return context.rules.search(section, words) is not None

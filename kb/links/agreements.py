"""What papers say of agreements, tied to those of the base: by diary number, by name and parties; what may be the same is a doubt."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.rules import Pattern
from kb.links.agreement_ties import Kept, Said, Ties
from kb.links.base import Base, indexed
from kb.links.decisions import CONTRADICTION, problem, source_name

PERHAPS = "avtal kan ha upphört"
OVER = ("ended", "replaced", "notice")
_WORDS = {"ended": "upphört", "replaced": "ersatts", "notice": "sagts upp"}

Row = dict[str, Any]


@dataclass(slots=True)
class Agreed:
    """Rows that say which agreement a note is of; agreement → its state, the day of that, and the note that says so; and the doubts."""

    facts: list[Row] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)
    days: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    problems: list[Row] = field(default_factory=list)


def agreed(db: sqlite3.Connection, base: Base, patterns: Mapping[str, Sequence[Pattern]]) -> Agreed:
    """All notes of the base against all its agreements. `patterns` are those of the metadata, by section."""
    found = Agreed()
    every, copies = [Kept(*row) for row in db.execute(_AGREEMENTS)], base.same_documents
    kept = [a for a in every if a.document not in copies]
    read = [Said(*row) for row in db.execute(_NOTES)]
    said = [replace(n, organisation=base.documents[n.document].organisation or "") for n in read if n.document not in copies]
    ties = Ties(kept, patterns.get("agreement_words", ()), patterns.get("collective_parties", ()))
    of: dict[str, list[tuple[Said, bool]]] = {}
    for note in said:
        for agreement, sure in ties.of(note):
            of.setdefault(agreement.id, []).append((note, sure))
            found.facts.append({"agreement_id": agreement.id, "note_id": note.id, "sure": int(sure)})
    for agreement in kept:
        _settle(found, base, agreement, of.get(agreement.id, ()))
    twins = {a.id: copies[a.document] + a.id.removeprefix(a.document) for a in every if a.document in copies}
    of_twin = indexed(found.facts, lambda row: row["agreement_id"]) if twins else {}
    for copy, twin in twins.items():
        _as_its_twin(found, copy, twin, of_twin.get(twin, ()))
    found.facts.sort(key=lambda row: (row["agreement_id"], row["note_id"]))
    found.problems += _told_apart(base, kept)
    return found


def _as_its_twin(found: Agreed, copy: str, twin: str, facts: Sequence[Row]) -> None:
    """An agreement of a paper that is here twice stands where the other does."""
    for known in (found.states, found.days, found.notes):
        if twin in known:
            known[copy] = known[twin]
    found.facts += [{**row, "agreement_id": copy} for row in facts]


def _settle(found: Agreed, base: Base, agreement: Kept, said: Sequence[tuple[Said, bool]]) -> None:
    """The state of an agreement, of what is said of it: what surely is over, unless a later paper extends it; else what may be."""
    sure = sorted((n for n, certain in said if certain and n.settled), key=lambda n: (n.when, n.id))
    over = [n for n in sure if n.kind in OVER]
    extended = [n for n in sure if n.kind == "extended"]
    leads = _leading(over)
    again = next((n for n in reversed(extended) if leads is None or (n.when > leads.when and (n.day or "") > (_end(over) or ""))), None)
    if again:
        _put(found, agreement, "extended", again, again.day)
    elif leads:
        _put(found, agreement, leads.kind, leads, _end(over))
    elif perhaps := next((n for n, _ in said if n.kind in OVER), None):
        _put(found, agreement, "perhaps", perhaps, perhaps.day)
        found.problems += [_doubt(base, agreement, n) for n, _ in said if n.kind in OVER]
    found.problems += _contradictions(base, agreement, sure)


def _leading(over: Sequence[Said]) -> Said | None:
    """That it was replaced says more than that it ended, and that more than that notice was given."""
    ranked = sorted(over, key=lambda n: (("replaced", "ended", "notice").index(n.kind), n.key is None, n.day is None))
    return ranked[0] if ranked else None


def _end(over: Sequence[Said]) -> str | None:
    """The latest day that they give."""
    return max((n.day for n in over if n.day), default=None)


def _put(found: Agreed, agreement: Kept, state: str, note: Said, day: str | None) -> None:
    found.states[agreement.id], found.notes[agreement.id] = state, note.id
    if day:
        found.days[agreement.id] = day


def _doubt(base: Base, agreement: Kept, note: Said) -> Row:
    day = f" {note.day}" if note.day else ""
    done = "ha" if note.settled else "komma att ha"
    message = f"Enligt {source_name(base, note.document)} kan avtalet ”{agreement.title}” ({agreement.document}) {done} {_WORDS[note.kind]}{day}"
    return problem(base, note.document, message, None, note.place, PERHAPS)


def _contradictions(base: Base, agreement: Kept, sure: Sequence[Said]) -> Iterator[Row]:
    """A last day that other papers give, and that is no last day by the agreement's own words."""
    own = set(agreement.last_days(max((n.day or "" for n in sure), default="")))
    extended = {n.day for n in sure if n.kind == "extended"}
    for note in sure:
        if note.kind in ("ended", "valid") and note.day and own and note.day not in own | extended and agreement.document != note.document:
            again = f", förlängs {agreement.renewal} månader i taget" if agreement.renewal else ""
            whose = "avtalet självt" if agreement.own else source_name(base, agreement.document)
            where = source_name(base, note.document)
            message = f"{agreement.title}: sista dag {agreement.ends} enligt {whose}{again}, men {note.day} enligt {where}"
            yield problem(base, note.document, message, None, note.place)


def _told_apart(base: Base, kept: Sequence[Kept]) -> Iterator[Row]:
    """Papers that tell of one agreement, by its diary number and first day, and give it different last days."""
    dated = (a for a in kept if a.key and a.begins and a.ends)
    for group in indexed(dated, lambda a: (a.key, a.begins)).values():
        first = min(group, key=lambda a: (not a.own, a.since or "", a.id))
        for other in group:
            if not other.own and other.ends != first.ends and not str(other.ends).startswith(str(first.ends)):
                message = f"{other.title}: sista dag {other.ends} här, men {first.ends} i {source_name(base, first.document)}"
                yield problem(base, other.document, message, None, other.place, CONTRADICTION)


_AGREEMENTS = """
SELECT a.id, a.document_id, a.title, coalesce(a.parties, ''), a.dnr_key, a.valid_from, a.valid_to, a.extended_to,
       coalesce(a.renewal_months, 12 * a.renewal_years, 0), a.own, a.alike, coalesce(a.signed, d.date), a.page, a.line, a.start, a.end
FROM agreements a JOIN documents d ON d.id = a.document_id ORDER BY a.id"""
_NOTES = """
SELECT e.id, e.document_id, e.kind, e.name, coalesce(e.parties, ''), e.dnr_key, e.begins, e.day, e.settled,
       coalesce(CASE b.status WHEN 'narrated' THEN NULL ELSE b.date END, d.date, ''),
       coalesce(b.dnr_key, d.dnr_key), '', e.decision_id IS NOT NULL, e.page, e.line, e.start, e.end
FROM agreement_notes e JOIN documents d ON d.id = e.document_id LEFT JOIN decisions b ON b.id = e.decision_id
ORDER BY e.id"""

"""What papers say of agreements, for the page of agreements: of each that is listed, and the agreements that only decisions tell of."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.web import words
from kb.web.selecting import once, select

MOST = 5000
LISTED = 200
"""So many agreements that only decisions tell of are shown at most."""
OVER = ("ended", "replaced", "notice")
DONE = {"ended": "upphör", "replaced": "ersätts", "extended": "förlängs", "notice": "sägs upp", "valid": "gäller", "agreed": "godkänns"}
"""What is said of an agreement, in a word."""
APPROVED = ("godkän", "antas", "fastställs", "bifall")
"""Parts of outcomes by which an agreement is approved; else it is advised on, or to be entered into."""
ASKED = {"ended": "upphörande", "replaced": "byte", "extended": "förlängning", "notice": "uppsägning", "valid": "giltighet", "agreed": "godkännande"}
"""The same as what is asked for and not decided."""


@dataclass(frozen=True, slots=True)
class NoteRow:
    """What a paper says of an agreement. `date` is of the decision that says it, else of the paper."""

    id: str
    kind: str
    name: str
    parties: str | None
    day: str | None
    settled: int
    text: str
    decided_by: str | None
    status: str | None
    outcome: str | None
    date: str | None
    document: str
    document_date: str | None
    document_id: str
    page: int
    decision_id: str | None
    paragraph: str | None
    case_dnr: str | None
    case_of: str | None
    agreement_id: str | None
    sure: int | None
    key: str | None
    passage_id: int | None

    @property
    def path(self) -> str:
        """Where it stands."""
        return words.passage_path(self.document_id, self.page, self.passage_id)

    @property
    def label(self) -> str:
        """What is said, in a word or two: "sägs upp", "förlängs till 31 december 2024", "uppsägning, bordlagd"."""
        if not self.settled:
            return f"{ASKED[self.kind]}, {self._open}"
        if self.kind == "agreed":
            done = "tillstyrks" if "tillstyrk" in (self.outcome or "") else "ingås"
            return "godkänns" if any(word in (self.outcome or "") for word in APPROVED) else done
        upon = {"notice": ", upphör ", "ended": " "}.get(self.kind, " till ")
        return f"{DONE[self.kind]}{upon}{words.day(self.day)}" if self.day else DONE[self.kind]

    @property
    def told_path(self) -> str:
        """The decision that says it, else where it stands."""
        return f"/beslut/{self.decision_id}" if self.decision_id else self.path

    @property
    def _open(self) -> str:
        """Why it is not decided."""
        if self.outcome and not self.outcome.startswith("föreslår"):
            return self.outcome
        return "föreslagen" if self.kind in ("extended", "notice") else "föreslaget"

    @property
    def whose(self) -> str:
        """Who says it: the body with its day and §, else the paper with its day."""
        if self.decided_by and self.status == "adopted":
            return " ".join(filter(None, [self.decided_by, words.day(self.date), f"§ {self.paragraph}" if self.paragraph else ""]))
        return f"{self.document}, {words.day(self.document_date) or 'odaterad'}"


@dataclass(frozen=True, slots=True)
class Told:
    """An agreement that only decisions tell of: the newest of them, and the others. `perhaps` is the listed one that it may be."""

    note: NoteRow
    others: tuple[NoteRow, ...]
    perhaps: tuple[str, str] | None


def said(conn: sqlite3.Connection) -> Mapping[str, tuple[NoteRow, ...]]:
    """Agreement → what papers say of it, surely or perhaps, the oldest first."""
    found: dict[str, list[NoteRow]] = {}
    for note in select(conn, NoteRow, "agreement_note_list WHERE agreement_id IS NOT NULL ORDER BY date IS NULL, date, id LIMIT :n", {"n": MOST}):
        found.setdefault(str(note.agreement_id), []).append(note)
    return {id: tuple(notes) for id, notes in found.items()}


def leading(notes: Sequence[NoteRow], doubtful: bool, first: str | None) -> tuple[NoteRow, ...]:
    """What says that an agreement is over, each thing once, `first` what makes its state: where that is only a doubt, what makes it."""
    ranked = sorted(notes, key=lambda n: n.id != first)
    paper = ranked[0].document_id if ranked else ""
    wanted = (
        n for n in sorted(ranked, key=lambda n: n.document_id != paper) if n.kind in (*OVER, "extended") and (doubtful or (n.sure and n.settled))
    )
    return once(wanted, lambda n: n.kind)


def told(conn: sqlite3.Connection, titles: Mapping[str, str]) -> tuple[Told, ...]:
    """Agreements that only decisions tell of, or papers that say how long they are valid, those told of last first.

    One that surely is a listed one belongs to that one's history.
    """
    rows = select(conn, NoteRow, f"agreement_note_list WHERE {_DECIDED} ORDER BY date IS NULL, date DESC, id LIMIT :n", {"n": MOST})
    listed = {n.id for n in rows if n.sure}
    groups: dict[tuple[str | None, str], list[NoteRow]] = {}
    for note in rows:
        if note.id not in listed:
            groups.setdefault((note.key or note.document_id, _core(note.name)), []).append(note)
    return tuple(_told(group, titles) for group in list(groups.values())[:LISTED])


def _told(group: Sequence[NoteRow], titles: Mapping[str, str]) -> Told:
    each = once(group, lambda n: n.id)
    near = next((n.agreement_id for n in group if n.agreement_id in titles), None)
    return Told(each[0], each[1:], (near, titles[near]) if near else None)


def _core(name: str) -> str:
    """The name as it is compared: a definite noun is the same as an indefinite one."""
    first, _, rest = name.casefold().partition(" ")
    return f"{first.removesuffix('et').removesuffix('n')} {rest}".strip()


_DECIDED = """((decision_id IS NOT NULL AND status IN ('adopted', 'narrated') AND kind <> 'valid')
    OR (kind = 'valid' AND settled = 1 AND day IS NOT NULL AND agreement_id IS NULL))"""

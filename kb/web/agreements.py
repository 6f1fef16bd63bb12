"""The page of agreements: which there are, when they end and can be ended, and what they cost; along the years and as a table."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb.agreement_terms import AgreementRow, Term, first_day, last_day, months_later, term
from kb.web import agreement_notes, agreement_picture, words
from kb.web.agreement_notes import NoteRow, Told
from kb.web.agreement_picture import Years
from kb.web.selecting import once, select
from kb.web.whose import within

LISTED = 100
SOUGHT = 5000
DRAWN = 40
RECKONED = 20
"""So many extensions at most by its own clause are compared with the last days that papers give."""
WANTED = """agreement_list WHERE document_id NOT IN (SELECT id FROM document_list WHERE same_as IS NOT NULL)
ORDER BY coalesce(extended_to, valid_to) IS NULL, coalesce(extended_to, valid_to) DESC, id LIMIT :n"""


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement, where it stands today, how many further papers tell of it, those that give it other days, and what papers say of it."""

    row: AgreementRow
    term: Term
    retold: int
    others: tuple[AgreementRow, ...] = ()
    said: tuple[NoteRow, ...] = ()

    @property
    def leads(self) -> tuple[NoteRow, ...]:
        """What makes its state, each thing once."""
        return agreement_notes.leading(self.said, self.row.doubtful, self.row.state_note)

    @property
    def rest(self) -> tuple[NoteRow, ...]:
        """What else papers surely say of it."""
        return tuple(note for note in self.said if note not in self.leads and note.sure)

    @property
    def dated(self) -> tuple[NoteRow, ...]:
        """Other papers that give it another last day than its own, each day once."""
        told = (n for n in self.said if n.sure and n.settled and n.day and n.kind in ("ended", "valid", "extended") and n.day != self.row.ends)
        return once((n for n in told if n.document_id != self.row.document_id), lambda n: n.day)

    @property
    def differs(self) -> bool:
        """True where papers do not say the same of its last day; that it was extended is no contradiction."""
        renewed = {last_day(self.row.ends)} | {
            months_later(day, self.row.renewal * n) for n in range(1, RECKONED) if (day := last_day(self.row.ends))
        }
        told = {last_day(row.ends) for row in self.others} | {last_day(n.day) for n in self.dated if n.kind != "extended"}
        return bool(told - renewed)

    @property
    def period(self) -> str:
        """From when to when, as written."""
        return words.period(self.row.valid_from, self.row.ends)

    @property
    def notice_words(self) -> str:
        """The last day to give notice of the running period, in words."""
        return words.day(self.term.notice.isoformat()) if self.term.notice else ""

    @property
    def open_words(self) -> str:
        """The last day to give notice that has not passed, in words."""
        return words.day(self.term.open_notice.isoformat()) if self.term.open_notice else ""

    @property
    def compensation_words(self) -> str:
        """What it costs a year."""
        return f"{words.number(self.row.compensation_sek)} kr per år" if self.row.compensation_sek is not None else ""

    @property
    def place_path(self) -> str:
        """Where its words of notice stand; else where it is told of, or begins."""
        if self.row.notice_passage:
            return words.passage_path(self.row.document_id, self.row.notice_page, self.row.notice_passage)
        return words.passage_path(self.row.document_id, self.row.page)

    @property
    def paper_path(self) -> str:
        """Where it begins."""
        return words.passage_path(self.row.document_id, self.row.page)


@dataclass(frozen=True, slots=True)
class AgreementsPage:
    """`/avtal`; `due` are those that notice can still be given of, the soonest first; `told` those that only decisions tell of."""

    agreements: tuple[Agreement, ...]
    due: tuple[Agreement, ...]
    picture: Years | None
    left_out: int
    in_all: int
    told: tuple[Told, ...] = ()


def page(conn: sqlite3.Connection, today: datetime.date, limit: int = LISTED) -> AgreementsPage:
    """The agreements, those that end last first, with where each stands today; `in_all` is how many there are, `left_out` how many are not drawn."""
    said = agreement_notes.said(conn)
    known = tuple(sorted(merged(select(conn, AgreementRow, WANTED, {"n": SOUGHT}), today, said), key=lambda a: a.row.closed))
    found = known[:limit]
    due = sorted((a for a in known if (a.term.open_notice or today) > today), key=lambda a: (a.term.open_notice or today, a.row.id))
    told = agreement_notes.told(conn, {a.row.id: a.row.title for a in known})
    return AgreementsPage(found, tuple(due), picture(found[:DRAWN], today), max(0, len(found) - DRAWN), len(known), told)


def of_forum(conn: sqlite3.Connection, forum: str, today: datetime.date, whose: str = "", limit: int = 3) -> tuple[Agreement, ...]:
    """The agreements whose own paper names the forum, the newest first; of one organisation's forum those that it is a party of."""
    wanted = within("""agreement_list WHERE document_id IN (
        SELECT id FROM forum_paper_list WHERE forum = :name AND kind IN ('avtal', 'överenskommelse'))
        AND (WITHIN OR instr(parties, :whose)) ORDER BY valid_from IS NULL, valid_from DESC, id LIMIT :n""")
    return merged(select(conn, AgreementRow, wanted, {"name": forum, "n": limit, "whose": whose}), today)


def merged(rows: Iterable[AgreementRow], today: datetime.date, said: Mapping[str, tuple[NoteRow, ...]] | None = None) -> tuple[Agreement, ...]:
    """Each agreement once: several papers may tell of one; its own paper counts, else that which tells most of it. `said`: what papers say, by id."""
    same: dict[tuple[str | None, ...], list[AgreementRow]] = {}
    every = list(rows)
    own = {(row.dnr, (row.valid_from or "")[:4]): row.id for row in every if row.own and row.dnr}
    for row in every:
        since = (row.dnr, (row.valid_from or "")[:4])
        if row.own:
            key: tuple[str | None, ...] = (row.id,)
        elif row.dnr:
            key = (own[since],) if since in own else since
        else:
            key = (row.title.casefold(), row.parties, row.valid_from, row.ends)
        same.setdefault(key, []).append(row)
    return tuple(_one(group, today, said or {}) for group in same.values())


def _one(group: Sequence[AgreementRow], today: datetime.date, said: Mapping[str, tuple[NoteRow, ...]]) -> Agreement:
    best = max(group, key=lambda row: (bool(row.own), _told(row), row.document_date or ""))
    others = tuple(row for row in group if row.ends and row.ends != best.ends)
    notes = {note.id: note for row in group for note in said.get(row.id, ())}
    return Agreement(best, term(best, today), len(group) - 1, others, tuple(notes.values()))


def _told(row: AgreementRow) -> int:
    return sum(value is not None for value in (row.signed, row.notice_months, row.compensation_sek, row.renewal_years))


def picture(found: Sequence[Agreement], today: datetime.date) -> Years | None:
    """Those whose first and last day are known, as bars along the years."""
    bars = []
    for agreement in found:
        row, closed = agreement.row, agreement.term.ends if agreement.row.closed else None
        begins, ends = first_day(row.valid_from), last_day(row.ends)
        if begins and ends and begins <= ends:
            title = words.capital(agreement.row.title)
            says = f"{title}: {agreement.period}. {words.capital(agreement.term.state)}."
            says += f" Sista dag för uppsägning {agreement.notice_words}." if agreement.term.notice else ""
            until = closed or agreement.term.next_ends or (agreement.term.ends if agreement.term.renewed or row.extended else None)
            notices = tuple(day for day in (agreement.term.notice, agreement.term.next_notice) if day)
            bars.append(agreement_picture.Bar(title, agreement.place_path, says, begins, ends, until, notices))
    return agreement_picture.draw(bars, today) if bars else None

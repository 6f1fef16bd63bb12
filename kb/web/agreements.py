"""The page of agreements: which there are, when they end and can be ended, and what they cost; along the years and as a table."""

from __future__ import annotations

import calendar
import datetime
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kb.web import agreement_picture, words
from kb.web.agreement_picture import Years
from kb.web.feeds import whole_day
from kb.web.selecting import select
from kb.web.whose import within

LISTED = 100
SOUGHT = 5000
DRAWN = 40
FARTHEST = 50
"""So many extensions at most are reckoned; who has more has a date that is wrong."""
WANTED = "agreement_list ORDER BY coalesce(extended_to, valid_to) IS NULL, coalesce(extended_to, valid_to) DESC, id LIMIT :n"


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement as its paper has it; days as precise as the words were."""

    id: str
    title: str
    parties: str | None
    dnr: str | None
    valid_from: str | None
    valid_to: str | None
    extended_to: str | None
    renewal_years: int | None
    renewal_months: int | None
    extension_option: str | None
    notice_months: int | None
    notice_by: str | None
    compensation_sek: int | None
    price_index: str | None
    indexed_from: str | None
    payment: str | None
    signed: str | None
    document_id: str
    source: str
    page: int
    line: int | None
    case_of: str | None

    @property
    def ends(self) -> str | None:
        """Its last day as written."""
        return self.extended_to or self.valid_to

    @property
    def renewal(self) -> int:
        """By how many months it is extended where nobody gives notice; 0 where it is not said."""
        return self.renewal_months or 12 * (self.renewal_years or 0)

    @property
    def renewal_words(self) -> str:
        """That in words."""
        years, months = divmod(self.renewal, 12)
        parts = [f"{years} år" if years else "", f"{months} månad{'er' if months > 1 else ''}" if months else ""]
        return " och ".join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class Term:
    """Where an agreement stands on a day, if nobody gave notice. `ends` is the last day of the running period, `notice` the last day to give
    notice before that day (None where they cannot be reckoned), `renewed` how often it must have been extended to be in force still. Where
    notice came to be too late, `next_ends` and `next_notice` are those of the period after.
    """

    state: str
    ends: datetime.date | None
    notice: datetime.date | None = None
    renewed: int = 0
    next_ends: datetime.date | None = None
    next_notice: datetime.date | None = None

    @property
    def open_notice(self) -> datetime.date | None:
        """The last day that has not passed."""
        return self.next_notice if self.next_ends else self.notice


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement, where it stands today, and how many further papers tell of it."""

    row: AgreementRow
    term: Term
    retold: int

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
        """Where it stands."""
        return words.passage_path(self.row.document_id, self.row.page)


@dataclass(frozen=True, slots=True)
class AgreementsPage:
    """`/avtal`; `due` are those that notice can still be given of, the soonest first."""

    agreements: tuple[Agreement, ...]
    due: tuple[Agreement, ...]
    picture: Years | None
    left_out: int
    in_all: int


def page(conn: sqlite3.Connection, today: datetime.date, limit: int = LISTED) -> AgreementsPage:
    """The agreements, those that end last first, with where each stands today; `in_all` is how many there are, `left_out` how many are not drawn."""
    known = merged(select(conn, AgreementRow, WANTED, {"n": SOUGHT}), today)
    found = known[:limit]
    due = sorted((a for a in known if (a.term.open_notice or today) > today), key=lambda a: (a.term.open_notice or today, a.row.id))
    return AgreementsPage(found, tuple(due), picture(found[:DRAWN], today), max(0, len(found) - DRAWN), len(known))


def of_forum(conn: sqlite3.Connection, forum: str, today: datetime.date, whose: str = "", limit: int = 3) -> tuple[Agreement, ...]:
    """The agreements whose own paper names the forum, the newest first; of one organisation's forum those that it is a party of."""
    wanted = within("""agreement_list WHERE document_id IN (
        SELECT id FROM forum_paper_list WHERE forum = :name AND kind IN ('avtal', 'överenskommelse'))
        AND (WITHIN OR instr(parties, :whose)) ORDER BY valid_from IS NULL, valid_from DESC, id LIMIT :n""")
    return merged(select(conn, AgreementRow, wanted, {"name": forum, "n": limit, "whose": whose}), today)


def merged(rows: Iterable[AgreementRow], today: datetime.date) -> tuple[Agreement, ...]:
    """Each agreement once: several papers may tell of one, and that which tells most of it counts."""
    same: dict[tuple[str, str | None, str | None], list[AgreementRow]] = {}
    for row in rows:
        same.setdefault((row.dnr or row.title.casefold(), row.valid_from, row.ends) if row.parties is None else (row.id, None, None), []).append(row)
    best = [(max(group, key=_told), len(group) - 1) for group in same.values()]
    return tuple(Agreement(row, term(row, today), retold) for row, retold in best)


def _told(row: AgreementRow) -> int:
    return sum(value is not None for value in (row.signed, row.notice_months, row.compensation_sek, row.renewal_years))


def term(row: AgreementRow, today: datetime.date) -> Term:
    """Where the agreement stands: extended by its clause as often as it must have been, if nobody gave notice."""
    begins, first = first_day(row.valid_from), last_day(row.ends)
    if first is None:
        return Term("har inte börjat gälla" if begins and begins > today else "slutdagen framgår inte", None)
    ends, renewed = first, 0
    while ends < today and row.renewal and renewed < FARTHEST:
        renewed += 1
        ends = months_later(first, row.renewal * renewed)
    if ends < today:
        return Term("har löpt ut", ends)
    notice = _notice(row, ends, renewed)
    state = "har inte börjat gälla" if begins and begins > today else "gäller, om det har förlängts" if renewed else "gäller"
    if notice and notice < today and row.renewal:
        after = months_later(first, row.renewal * (renewed + 1))
        return Term(state, ends, notice, renewed, after, _notice(row, after, renewed + 1))
    return Term(state, ends, notice, renewed)


def _notice(row: AgreementRow, ends: datetime.date | None, renewed: int) -> datetime.date | None:
    """The last day to give notice: as written for the first period, else so many whole months before the period ends."""
    if not renewed and row.notice_by:
        return whole_day(row.notice_by)
    if ends is None or row.notice_months is None:
        return None
    return months_later(ends, -row.notice_months)


def months_later(day: datetime.date, months: int) -> datetime.date:
    """That many months after the day (before, where negative), a month's last day staying the last day of its month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = min(max(day.year + years, datetime.MINYEAR), datetime.MAXYEAR)
    last = calendar.monthrange(year, month + 1)[1]
    ends_month = day.day == calendar.monthrange(day.year, day.month)[1]
    return datetime.date(year, month + 1, last if ends_month else min(day.day, last))


def first_day(iso: str | None) -> datetime.date | None:
    """The day, or the first of a month or year; None for what is no date."""
    return whole_day((iso or "") + "-01-01"[3 * (iso or "").count("-") :] if iso else None)


def last_day(iso: str | None) -> datetime.date | None:
    """The day, or the last of a month or year; None for what is no date."""
    first = first_day(iso)
    if first is None or len(iso or "") == len("2015-06-16"):
        return first
    return first.replace(month=12, day=31) if len(iso or "") == len("2015") else first.replace(day=calendar.monthrange(first.year, first.month)[1])


def picture(found: Sequence[Agreement], today: datetime.date) -> Years | None:
    """Those whose first and last day are known, as bars along the years."""
    bars = []
    for agreement in found:
        begins, ends = first_day(agreement.row.valid_from), last_day(agreement.row.ends)
        if begins and ends and begins <= ends:
            title = words.capital(agreement.row.title)
            says = f"{title}: {agreement.period}. {words.capital(agreement.term.state)}."
            says += f" Sista dag för uppsägning {agreement.notice_words}." if agreement.term.notice else ""
            until = agreement.term.next_ends or (agreement.term.ends if agreement.term.renewed else None)
            notices = tuple(day for day in (agreement.term.notice, agreement.term.next_notice) if day)
            bars.append(agreement_picture.Bar(title, agreement.place_path, says, begins, ends, until, notices))
    return agreement_picture.draw(bars, today) if bars else None

"""Where an agreement stands on a day: its periods, its last days of notice, and what other papers say of it."""

from __future__ import annotations

import calendar
import datetime
from dataclasses import dataclass

from kb.days import whole_day

FARTHEST = 50
"""So many extensions at most are reckoned; who has more has a date that is wrong."""
CLOSED = ("upphört", "upphör", "ersatt", "uppsagt")
"""States by which no notice is to be given any more."""


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
    own: int | None
    notice_words: str | None
    notice_page: int | None
    notice_passage: int | None
    state: str | None
    state_day: str | None
    state_note: str | None
    document: str | None
    document_date: str | None

    @property
    def ends(self) -> str | None:
        """Its last day as written."""
        return self.extended_to or self.valid_to

    @property
    def closed(self) -> bool:
        """True where other papers say that it is over, or that notice has been given."""
        return self.state in CLOSED

    @property
    def doubtful(self) -> bool:
        """True where by other papers it may be over."""
        return self.state == "kan ha upphört"

    @property
    def extended(self) -> str | None:
        """The day to which other papers say it is extended, where that is later than its own."""
        return self.state_day if self.state == "förlängt" and (self.state_day or "") > (self.ends or "") else None

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
    notice came to be too late, `next_ends` and `next_notice` are those of the period after. Of what is over by other papers no notice is reckoned.
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


def term(row: AgreementRow, today: datetime.date) -> Term:
    """Where the agreement stands: extended by its clause as often as it must have been, if nobody gave notice."""
    if row.closed:
        return _closed(row, today)
    begins, first = first_day(row.valid_from), last_day(row.extended or row.ends)
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


def _closed(row: AgreementRow, today: datetime.date) -> Term:
    """The same where other papers say that it is over: on a day that they give, else they do not say when."""
    ends = last_day(row.state_day)
    over = ends is not None and ends < today
    words = {"upphör": "upphört" if over else "upphör", "uppsagt": "upphört efter uppsägning" if over else "uppsagt"}
    return Term(words.get(row.state or "", row.state or ""), ends)


def _notice(row: AgreementRow, ends: datetime.date | None, renewed: int) -> datetime.date | None:
    """The last day to give notice: as written for the first period, else so many whole months before the period ends."""
    if not renewed and row.notice_by and not row.extended:
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

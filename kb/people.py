"""What a file for people says otherwise than the views do, where one value cannot tell: it takes the whole row."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

from kb.agreement_terms import AgreementRow, term

Row = Sequence[Any]
PUT_OFF = {"bordlagd": "tabled", "återremiss": "returned"}
BESIDE = frozenset(("uppdrag", "bifall till förslaget", "bifall till yrkande", "får ställas", "antecknas"))
"""Outcomes beside such a one that leave the matter as open as it does."""

FORMAL = ("antecknas", "antecknas, fullgjort", "fullgjort", "väljs")
"""Outcomes of a decision that only notes something, or says who adjusts the minutes."""


def standing(status: str, outcome: str | None) -> str:
    """The status of a decision as people must understand it: what a body only proposes to another is `upward`, what it puts off `tabled`, and what
    it sends back `returned`; none of these is simply adopted.
    """
    if status != "adopted" or not outcome:
        return status
    first, *rest = outcome.split(", ")
    put_off = PUT_OFF.get(first, status) if BESIDE.issuperset(rest) else status
    return "upward" if outcome.startswith("föreslår") else put_off


def reader(name: str, columns: Sequence[str], today: datetime.date) -> Callable[[Row], Row]:
    """What makes the rows of a table those that people should have, for tables of these columns."""
    if {"status", "outcome"} <= set(columns):
        return _decided(columns.index("status"), columns.index("outcome"))
    if name == "agreement_list":
        return _agreed(columns, today)
    return lambda row: row


def _decided(status: int, outcome: int) -> Callable[[Row], Row]:
    return lambda row: [*row[:status], standing(row[status], row[outcome]), *row[status + 1 :]]


def _agreed(columns: Sequence[str], today: datetime.date) -> Callable[[Row], Row]:
    """Where an agreement stands today, as the page of agreements has it; of what is over there is no last day of notice."""
    wanted = {field.name for field in fields(AgreementRow)}

    def said(row: Row) -> Row:
        values = dict(zip(columns, row, strict=True))
        agreement = AgreementRow(**{column: values[column] for column in wanted})
        where = term(agreement, today)
        values |= {
            "state": f"{where.state} ({agreement.state})" if agreement.doubtful else where.state,
            "notice_by": where.notice.isoformat() if where.notice else None,
        }
        return list(values.values())

    return said if wanted <= set(columns) else lambda row: row

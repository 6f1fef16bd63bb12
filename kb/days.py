"""Days as the base keeps them: ISO, as precise as the paper was."""

from __future__ import annotations

import datetime


def whole_day(day: str | None) -> datetime.date | None:
    """A date that is known to the day; None for others, and for a day that no calendar has."""
    try:
        return datetime.date.fromisoformat(day or "") if len(day or "") == len("2015-06-16") else None
    except ValueError:
        return None

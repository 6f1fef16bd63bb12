"""The votes of a § for its pages: what Ja and Nej stood for, the counts, who voted how."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from kb.web.selecting import select


@dataclass(frozen=True, slots=True)
class VoteRow:
    """A counted vote."""

    id: int
    proposition: str
    yes: int | None
    no: int | None
    abstain: int | None
    outcome: str | None
    yes_means: str | None
    no_means: str | None
    overturned: int


@dataclass(frozen=True, slots=True)
class BallotRow:
    """How one person voted."""

    person: str
    party: str | None
    choice: str


@dataclass(frozen=True, slots=True)
class Side:
    """One choice in a vote: its name, how many, what it stood for, and the people where they are named."""

    choice: str
    count: int | None
    means: str | None
    people: tuple[str, ...]
    won: bool


@dataclass(frozen=True, slots=True)
class ShownVote:
    """A vote as a page shows it; `said` is the proposition where the text does not say what Ja and Nej stood for."""

    sides: tuple[Side, ...]
    said: str | None
    overturned: bool


def votes(conn: sqlite3.Connection, paragraph_id: str | None) -> tuple[ShownVote, ...]:
    """The votes of a §, in order of place."""
    if paragraph_id is None:
        return ()
    found = select(conn, VoteRow, "vote_list WHERE paragraph_id = :id ORDER BY page, line, id", {"id": paragraph_id})
    return tuple(_shown(conn, row) for row in found)


def _shown(conn: sqlite3.Connection, row: VoteRow) -> ShownVote:
    ballots = select(conn, BallotRow, "ballot_list WHERE vote_id = :id", {"id": row.id})
    counts = (("Ja", row.yes, row.yes_means), ("Nej", row.no, row.no_means), ("Avstår", row.abstain, None))
    sides = (
        Side(
            choice=choice,
            count=count,
            means=means,
            people=tuple(f"{b.person} ({b.party})" if b.party else b.person for b in ballots if b.choice == choice.lower()),
            won=row.outcome == choice.lower(),
        )
        for choice, count, means in counts
        if count is not None
    )
    return ShownVote(tuple(sides), None if row.yes_means else row.proposition, bool(row.overturned))

"""The tasks that decisions have given, for the page of assignments: of one state, municipality or holder, some at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from kb.web import whose, words
from kb.web.selecting import select
from kb.web.task_rows import TaskRow

LISTED = 100
PAGE_SIZE = 30
HOLDERS = 200
LONGEST = 80
"""So many letters of a word that is no state are said again."""
PROPOSED = "foreslaget"
"""The state that is not offered where nothing is in it."""
STATES = {"oppet": "öppet", "forsenat": "försenat", "fullgjort": "fullgjort", "foreslaget": "föreslaget"}
"""The word of an address → the state in the database."""
TASKS = "assignment_list WHERE kind <> 'standing' AND same_as IS NULL"
NARROWED = "(:whose = '' OR organisation = :whose) AND (:holder = '' OR given_to = :holder)"
ORDER = "due IS NULL, due DESC, date IS NULL, date DESC, id"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tasks an address asks for: `state` is a key of STATES or "", `whose` a municipality or region, `holder` who has them."""

    state: str = ""
    whose: str = ""
    holder: str = ""
    number: int = 1

    def path(self, **changes: object) -> str:
        """The address with something changed, on its first page unless said."""
        changed = replace(self, **{"number": 1, **changes})  # type: ignore[arg-type]
        said = {"lage": changed.state, "kommun": changed.whose, "till": changed.holder, "sida": changed.number if changed.number > 1 else ""}
        values = {name: value for name, value in said.items() if value}
        return f"/uppdrag?{urlencode(values)}#givna" if values else "/uppdrag#givna"

    @property
    def values(self) -> dict[str, str]:
        """Its names as parameters."""
        return {"whose": self.whose, "holder": self.holder}


@dataclass(frozen=True, slots=True)
class Choice:
    """Something the tasks can be narrowed to: its word, how many there are, the address, and whether it is chosen."""

    word: str
    tasks: int
    path: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Given:
    """A part of the tasks, and what they can be narrowed to."""

    tasks: tuple[TaskRow, ...]
    wanted: Wanted
    counts: Mapping[str, int]
    organisations: tuple[Choice, ...]
    holders: tuple[Choice, ...]
    all_tasks: int
    missed: whose.Missed | None
    no_state: str = ""
    """The word that was asked for as a state, and is none."""

    @property
    def narrowed(self) -> int:
        """How many there are of all states."""
        return sum(self.counts.values())

    @property
    def states(self) -> tuple[Choice, ...]:
        """Each state."""
        known = ((slug, self.counts.get(name, 0)) for slug, name in STATES.items() if slug != PROPOSED or name in self.counts)
        return tuple(Choice(words.TASK_STATES[STATES[slug]], n, self.wanted.path(state=slug), self.wanted.state == slug) for slug, n in known)

    @property
    def total(self) -> int:
        """How many there are of the chosen state."""
        return self.counts.get(STATES[self.wanted.state], 0) if self.wanted.state else self.narrowed

    @property
    def last(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE_SIZE))

    @property
    def columns(self) -> dict[str, str]:
        """The same choice as filters of the table."""
        said = {"status": STATES.get(self.wanted.state, ""), "organisation": self.wanted.whose, "given_to": self.wanted.holder}
        return {"kind__not": "standing", **{name: value for name, value in said.items() if value}}


def given(conn: sqlite3.Connection, state: str = "", of: str = "", holder: str = "", number: int = 1) -> Given:
    """The tasks that are asked for; a state or municipality that there is not asks for all."""
    known = [one for (one,) in conn.execute(f"SELECT DISTINCT organisation FROM {TASKS} AND organisation IS NOT NULL ORDER BY 1")]  # noqa: S608
    meant, missed = whose.asked_for(conn, of, tuple(known))
    wanted = Wanted(state if state in STATES else "", meant, holder.strip())
    counts = dict(conn.execute(f"SELECT status, count(*) FROM {TASKS} AND {NARROWED} GROUP BY status", wanted.values))  # noqa: S608
    chosen = {**wanted.values, "state": STATES.get(wanted.state, "")}
    stands = "(:state = '' OR status = :state)"
    organisations = conn.execute(
        f"SELECT organisation, count(*) FROM {TASKS} AND organisation IS NOT NULL AND {stands} GROUP BY 1 ORDER BY 1",  # noqa: S608
        chosen,
    ).fetchall()
    holders = conn.execute(
        f"""SELECT given_to, count(*) FROM {TASKS} AND given_to IS NOT NULL AND {stands} AND (:whose = '' OR organisation = :whose)
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {HOLDERS}""",  # noqa: S608
        chosen,
    ).fetchall()
    found = Given(
        tasks=(),
        wanted=wanted,
        counts=counts,
        organisations=tuple(Choice(name, n, wanted.path(whose=name, holder=""), wanted.whose == name) for name, n in organisations),
        holders=tuple(Choice(name, n, wanted.path(holder=name), wanted.holder == name) for name, n in holders),
        all_tasks=conn.execute(f"SELECT count(*) FROM {TASKS}").fetchone()[0],  # noqa: S608
        missed=missed,
        no_state="" if wanted.state else state.strip()[:LONGEST],
    )
    wanted = replace(wanted, number=min(max(1, number), found.last))
    return replace(found, wanted=wanted, tasks=tasks(conn, wanted, PAGE_SIZE))


def tasks(conn: sqlite3.Connection, wanted: Wanted | None = None, limit: int = LISTED) -> tuple[TaskRow, ...]:
    """The tasks with the latest last day first, those without one last; then the newest first."""
    asked = wanted or Wanted()
    only = f"{TASKS} AND {NARROWED} AND (:state = '' OR status = :state) ORDER BY {ORDER} LIMIT :n OFFSET :at"
    state = STATES.get(asked.state, "")
    return select(conn, TaskRow, only, {**asked.values, "state": state, "n": limit, "at": (asked.number - 1) * limit})

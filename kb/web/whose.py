"""Whose forum it is: every municipality has an executive committee, and a page is of one of them where a reader says which."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from kb.links.organisations import level_of
from kb.search import values
from kb.search.filters import named
from kb.search.whose import said

_NEAR = 8
"""So many are offered where nobody is called nearly so."""

_LONGEST = 80  # letters of a name that are said again
_WITHIN = "(:whose = '' OR document_id IN (SELECT id FROM documents WHERE organisation = :whose))"

_ALIKE = "replace(lower({}), 's ', ' ')"  # "Region Fjällhavs södra" is Region Fjällhav södra
_PARTY = f"""(:whose = '' OR document_id IN (SELECT id FROM documents WHERE organisation = :whose
    UNION SELECT document_id FROM agreements WHERE instr('; ' || {_ALIKE.format("parties")} || ';', '; ' || {_ALIKE.format(":whose")} || ';')
    UNION SELECT id FROM documents WHERE organisation IS NULL AND kind IN ('avtal', 'överenskommelse')
        AND instr({_ALIKE.format("title || ' '")}, ' mellan ' || {_ALIKE.format(":whose")} || ' ')))"""  # noqa: S608 our own words


@dataclass(frozen=True, slots=True)
class Missed:
    """An organisation that was asked for in vain: `known` where it has papers here, but not of this forum. `near` are those to choose instead."""

    asked: str
    known: bool
    near: tuple[str, ...]


def asked_for(conn: sqlite3.Connection, asked: str, several: Sequence[str]) -> tuple[str, Missed | None]:
    """The one of several organisations that is asked for, by its name or a part of it that is nobody else's; "" where none is, and why."""
    if not asked.strip():
        return "", None
    found = named(asked, several)
    if len(found) == 1:
        return found[0], None
    known = named(asked, everyone(conn))
    if not found and len(known) == 1:
        return "", Missed(known[0], True, tuple(several[:_NEAR]))
    meant = values.meant(conn, "municipality", asked)
    near = found or ([meant] if meant and meant in several else several)
    return "", Missed(asked.strip()[:_LONGEST], False, tuple(near[:_NEAR]))


def within(sql: str) -> str:
    """The SQL with WITHIN as a condition: what papers of `:whose` say, of all where it is empty."""
    return sql.replace("WITHIN", _WITHIN)


def naming(sql: str) -> str:
    """The SQL with WITHIN as a condition for papers that name a forum: those of `:whose`, and agreements that it is a party to."""
    return sql.replace("WITHIN", _PARTY)


def everyone(conn: sqlite3.Connection) -> tuple[str, ...]:
    """The municipalities and regions that have papers here."""
    return tuple(name for (name,) in conn.execute("SELECT DISTINCT organisation FROM documents WHERE organisation IS NOT NULL ORDER BY organisation"))


def municipal(conn: sqlite3.Connection) -> dict[str, str]:
    """Each body of a municipality that the papers of only one name, and which; what a region's papers name is not told by them."""
    wanted = """SELECT DISTINCT m.forum, d.organisation FROM forum_papers m JOIN documents d ON d.id = m.document_id JOIN forums f ON f.name = m.forum
        WHERE f.level = 'municipality' AND d.organisation IS NOT NULL"""
    found: dict[str, set[str]] = {}
    for forum, organisation in conn.execute(wanted):
        if level_of(organisation) != "region":
            found.setdefault(forum, set()).add(organisation)
    return {forum: of.pop() for forum, of in found.items() if len(of) == 1}


def organisations(conn: sqlite3.Connection, forum: str) -> tuple[str, ...]:
    """The municipalities and regions that have a forum of this name with papers of its own here."""
    wanted = "SELECT DISTINCT organisation FROM forum_years WHERE forum = ? AND organisation IS NOT NULL AND documents > 0 ORDER BY organisation"
    return tuple(name for (name,) in conn.execute(wanted, (forum,)))


def told_apart(conn: sqlite3.Connection, forum: str | None, organisation: str | None) -> str | None:
    """The organisation whose forum it is, where it must be said: several have one of that name, and it is one of them."""
    found: str | None = conn.execute(f"SELECT {said(':forum', ':whose')}", {"forum": forum, "whose": organisation}).fetchone()[0]
    return found

"""Whose forum it is: every municipality has an executive committee, and a page is of one of them where a reader says which."""

from __future__ import annotations

import sqlite3

from kb.links.organisations import level_of
from kb.search.whose import said

_WITHIN = "(:whose = '' OR document_id IN (SELECT id FROM documents WHERE organisation = :whose))"


def within(sql: str) -> str:
    """The SQL with WITHIN as a condition: what papers of `:whose` say, of all where it is empty."""
    return sql.replace("WITHIN", _WITHIN)


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

"""Whose forum it is: every municipality has an executive committee, and a page is of one of them where a reader says which."""

from __future__ import annotations

import sqlite3

_WITHIN = "(:whose = '' OR document_id IN (SELECT id FROM documents WHERE organisation = :whose))"


def within(sql: str) -> str:
    """The SQL with WITHIN as a condition: what papers of `:whose` say, of all where it is empty."""
    return sql.replace("WITHIN", _WITHIN)


def organisations(conn: sqlite3.Connection, forum: str) -> tuple[str, ...]:
    """The municipalities and regions that have a forum of this name with papers of its own here."""
    wanted = "SELECT DISTINCT organisation FROM documents WHERE forum = ? AND organisation IS NOT NULL ORDER BY organisation"
    return tuple(name for (name,) in conn.execute(wanted, (forum,)))

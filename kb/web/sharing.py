"""The cases that a forum has had last, and which other forums have had them too."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from kb.web import cases, words
from kb.web.whose import within

CASE_KEYS = within("""SELECT key FROM (
    SELECT * FROM (SELECT dnr_key AS key, date FROM paragraphs WHERE forum = :name AND own = 1 AND same_as IS NULL AND WITHIN
                   ORDER BY date DESC LIMIT 300)
    UNION ALL SELECT * FROM (SELECT dnr_key, date FROM decisions WHERE decided_by = :name AND WITHIN ORDER BY date DESC LIMIT 300)
    UNION ALL SELECT * FROM (SELECT dnr_key, date FROM decisions WHERE addressed_to = :name AND WITHIN ORDER BY date DESC LIMIT 300)
    UNION ALL SELECT * FROM (SELECT dnr_key, date FROM documents WHERE forum = :name AND :whose IN ('', organisation) ORDER BY date DESC LIMIT 300)
    UNION ALL SELECT * FROM (SELECT dnr_key, date FROM documents WHERE addressed_to = :name AND :whose IN ('', organisation)
                   ORDER BY date DESC LIMIT 300)
    UNION ALL SELECT * FROM (SELECT a.dnr_key, d.date FROM assignments a JOIN documents d ON d.id = a.document_id
                   WHERE a.kind <> 'standing' AND a.given_to = :name AND :whose IN ('', d.organisation) ORDER BY d.date DESC LIMIT 300)
    UNION ALL SELECT * FROM (SELECT a.dnr_key, d.date FROM assignments a JOIN documents d ON d.id = a.document_id
                   WHERE a.kind <> 'standing' AND a.given_by = :name AND :whose IN ('', d.organisation) ORDER BY d.date DESC LIMIT 300))
    WHERE key IS NOT NULL GROUP BY key ORDER BY max(date) DESC, key LIMIT :n""")
OTHERS = """SELECT DISTINCT x.forum FROM forum_case_keys x JOIN forums f ON f.name = x.forum WHERE x.key = ? AND x.forum <> ? ORDER BY x.forum"""


@dataclass(frozen=True, slots=True)
class SharedCase:
    """A case that a forum has had, and the others that have."""

    dnr: str
    title: str | None
    others: tuple[str, ...]
    case_of: str | None

    @property
    def path(self) -> str:
        """The address of its page."""
        return words.dnr_path(self.dnr, self.case_of)


def newest_cases(conn: sqlite3.Connection, name: str, limit: int, whose: str = "") -> tuple[SharedCase, ...]:
    """The cases that a forum has had last, the newest first."""
    keys = [key for (key,) in conn.execute(CASE_KEYS, {"name": name, "n": limit, "whose": whose})]
    found = sorted(cases.rows(conn, keys), key=lambda case: keys.index(case.key))
    return tuple(SharedCase(c.dnr, c.title, tuple(other for (other,) in conn.execute(OTHERS, (c.key, name))), c.case_of) for c in found)

"""What `database.finish` settles what depends on all sources with: statements, and the writing of what joins papers."""

from __future__ import annotations

import sqlite3

from kb.inserting import insert
from kb.links import Links

STALE = ("links", "stale")
"""What `meta` says until `finish` has joined the papers anew."""

COPY = "INSERT OR REPLACE INTO copies (origin, path, source_id) VALUES (?, ?, ?)"

COPIES = """
SELECT c.origin, c.path, s.sha256 FROM copies c JOIN sources s ON s.id = c.source_id
WHERE :origin IS NULL OR (s.origin = :origin AND s.sha256 = :sha256) ORDER BY c.origin"""

LINKED = (
    ("documents", "organisation", None),
    ("documents", "same_as", None),
    ("paragraphs", "same_as", None),
    ("decisions", "same_as", None),
    ("citations", "state", "open"),
    ("citations", "target", None),
    ("citations", "target_document", None),
    ("assignments", "done_by", None),
    ("completions", "state", "open"),
)
"""Table, derived column, and what it says where nothing is joined, in the order in which `Links` are written."""

UNLINK = ("DELETE FROM chains", "DELETE FROM versions", "DELETE FROM renames", "DELETE FROM guests", "DELETE FROM problems WHERE derived = 1")

# Its own papers know best how a case is written; among equals the most used spelling, then the shortest.
CHOOSE_SPELLING = """
WITH spellings AS (SELECT key, canonical, max(role = 'own') AS own, count(*) AS uses FROM dnr_mentions GROUP BY key, canonical),
ranked AS (SELECT key, canonical,
                  row_number() OVER (PARTITION BY key ORDER BY own DESC, uses DESC, length(canonical), canonical) AS place FROM spellings)
UPDATE diary_numbers SET dnr = ranked.canonical FROM ranked
WHERE ranked.place = 1 AND ranked.key = diary_numbers.key AND ranked.canonical <> diary_numbers.dnr"""

DROP_NUMBERS = """
DELETE FROM diary_numbers WHERE key NOT IN (
    SELECT key FROM dnr_mentions
    UNION SELECT dnr_key FROM documents WHERE dnr_key IS NOT NULL
    UNION SELECT dnr_key FROM paragraphs WHERE dnr_key IS NOT NULL
    UNION SELECT dnr_key FROM decisions WHERE dnr_key IS NOT NULL
    UNION SELECT dnr_key FROM assignments WHERE dnr_key IS NOT NULL
    UNION SELECT dnr_key FROM agreements WHERE dnr_key IS NOT NULL)"""

COUNTED = (
    "DELETE FROM assignment_changes",
    "INSERT INTO assignment_changes SELECT later_id, earlier_id, change, new_id, old_id FROM assignment_changes_now",
    "DELETE FROM forum_papers",
    """INSERT INTO forum_papers (forum, document_id, date, mentions)
    SELECT m.forum, d.id, d.date, count(*) FROM forum_mentions m JOIN documents d ON d.id = m.document_id GROUP BY m.forum, d.id""",
    "DELETE FROM forum_years",
    "INSERT INTO forum_years SELECT * FROM forum_years_now",
    "DELETE FROM document_readings",
    "INSERT INTO document_readings SELECT * FROM coverage_now",
)
"""What pages would else count or compare each time they are shown."""


def link(db: sqlite3.Connection, found: Links) -> None:
    """Write what joins the papers in place of what did: as most of it stands already, only what differs."""
    columns = (
        found.organisations, found.same_documents, found.same_paragraphs, found.same_decisions,
        {r.id: r.state for r in (*found.targets, *found.papers)}, {r.id: r.target for r in found.targets if r.target},
        {r.id: r.target for r in found.papers if r.target}, found.done, found.completions,
    )  # fmt: skip
    for (table, column, empty), new in zip(LINKED, columns, strict=True):
        known = f"SELECT id, {column} FROM {table} WHERE {column} IS NOT ?"  # noqa: S608 our own names
        old = dict(db.execute(known, (empty,)))
        changed = [(new.get(id, empty), id) for id in old.keys() | new.keys() if old.get(id, empty) != new.get(id, empty)]
        db.executemany(f"UPDATE {table} SET {column} = ? WHERE id = ?", changed)  # noqa: S608
    for statement in UNLINK:
        db.execute(statement)
    written = {"chains": found.chains, "guests": found.guests, "versions": found.versions, "renames": found.renames, "problems": found.problems}
    for table, rows in written.items():
        insert(db, table, rows)

"""What `database.finish` settles what depends on all sources with: statements, and the writing of what joins papers."""

from __future__ import annotations

import json
import sqlite3

from ingest.rules import Rules
from kb import links
from kb.inserting import insert
from kb.links import Links, apart
from kb.links.apart import KEYED, Told
from kb.links.base import Base
from kb.links.cases import number_of

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
    ("agreements", "state", None),
    ("agreements", "state_day", None),
    ("agreements", "state_note", None),
)
"""Table, derived column, and what it says where nothing is joined, in the order in which `Links` are written."""

UNLINK = (
    "DELETE FROM chains",
    "DELETE FROM versions",
    "DELETE FROM renames",
    "DELETE FROM guests",
    "DELETE FROM agreement_facts",
    "DELETE FROM problems WHERE derived = 1",
)

# Its own papers know best how a number is written; among equals the most used spelling, then the shortest. Cases that share it are written alike.
CHOOSE_SPELLING = """
WITH spellings AS (SELECT n.number, m.canonical, max(m.role = 'own') AS own, count(*) AS uses
                   FROM dnr_mentions m JOIN diary_numbers n ON n.key = m.key WHERE m.copied = 0 GROUP BY n.number, m.canonical),
ranked AS (SELECT number, canonical,
                  row_number() OVER (PARTITION BY number ORDER BY own DESC, uses DESC, length(canonical), canonical) AS place FROM spellings)
UPDATE diary_numbers SET dnr = ranked.canonical FROM ranked
WHERE ranked.place = 1 AND ranked.number = diary_numbers.number AND ranked.canonical <> diary_numbers.dnr"""

DROP_NUMBERS = """
DELETE FROM diary_numbers WHERE key NOT IN (
    SELECT key FROM dnr_mentions
    UNION SELECT dnr_key FROM documents WHERE dnr_key IS NOT NULL
    UNION SELECT dnr_key FROM paragraphs WHERE dnr_key IS NOT NULL
    UNION SELECT dnr_key FROM decisions WHERE dnr_key IS NOT NULL
    UNION SELECT dnr_key FROM assignments WHERE dnr_key IS NOT NULL
    UNION SELECT dnr_key FROM agreements WHERE dnr_key IS NOT NULL
    UNION SELECT dnr_key FROM agreement_notes WHERE dnr_key IS NOT NULL)"""

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


_SHARED = "(SELECT key FROM diary_numbers WHERE number IN (SELECT value FROM json_each(?)))"
_ADD_CASE = """
INSERT OR IGNORE INTO diary_numbers (key, dnr, register, year, serial)
SELECT ?, dnr, register, year, serial FROM diary_numbers WHERE number = ? ORDER BY key LIMIT 1"""


def join(db: sqlite3.Connection, rules: Rules) -> None:
    """Tell cases apart that have one number, then write what joins the papers."""
    alike = tuple(rules.abbreviations.values())
    base = Base(db, alike)
    told = apart.told(db, base, rules)
    if tell_apart(db, told):
        base = Base(db, alike)
    settle_numbers(db)
    link(db, links.derive(db, base, told, rules.patterns))


def settle_numbers(db: sqlite3.Connection) -> None:
    """One spelling for each diary number; none stays that no row refers to."""
    db.execute(CHOOSE_SPELLING)
    db.execute(DROP_NUMBERS)


def tell_apart(db: sqlite3.Connection, told: Told) -> bool:
    """Give each case its rows, where several have a number, and take together again those that no longer have; whether a row got another case."""
    was = {str(row[0]) for row in db.execute("SELECT number FROM diary_numbers WHERE organisation IS NOT NULL")}
    numbers = was | {number_of(key) for key in told.cases}
    if not numbers:
        return False
    some = json.dumps(sorted(numbers))
    db.executemany(_ADD_CASE, [(key, number_of(key)) for key in sorted(numbers.union(told.cases))])
    known = db.execute(f"SELECT key, organisation FROM diary_numbers WHERE key IN {_SHARED}", (some,)).fetchall()  # noqa: S608 our own names
    changed = [(told.cases.get(key), key) for key, organisation in known if told.cases.get(key) != organisation]
    db.executemany("UPDATE diary_numbers SET organisation = ? WHERE key = ?", changed)
    moved = sum(_move(db, table, told, some) for table in KEYED)
    _tell_mentions(db, told, some)
    return bool(moved)


def _move(db: sqlite3.Connection, table: str, told: Told, numbers: str) -> int:
    """Give the rows of a table their cases; how many had another."""
    wanted = told.keys.get(table, {})
    rows = db.execute(f"SELECT id, dnr_key FROM {table} WHERE dnr_key IN {_SHARED}", (numbers,)).fetchall()  # noqa: S608 our own names
    moved = [(new, id) for id, key in rows if (new := wanted.get(id, number_of(key))) != key]
    db.executemany(f"UPDATE {table} SET dnr_key = ? WHERE id = ?", moved)  # noqa: S608
    return len(moved)


def _tell_mentions(db: sqlite3.Connection, told: Told, numbers: str) -> None:
    """The same of mentions, and those that are found under several cases."""
    db.execute("DELETE FROM dnr_mentions WHERE copied = 1")
    wanted = told.keys.get("dnr_mentions", {})
    rows = db.execute(f"SELECT id, key, unsure FROM dnr_mentions WHERE key IN {_SHARED}", (numbers,)).fetchall()  # noqa: S608
    settled = [(wanted.get(id, number_of(key)), int(id in told.unsure), id) for id, key, _ in rows]
    changed = [new for new, (id, *old) in zip(settled, rows, strict=True) if new != (*old, id)]
    db.executemany("UPDATE dnr_mentions SET key = ?, unsure = ? WHERE id = ?", changed)
    insert(db, "dnr_mentions", told.copies)


def link(db: sqlite3.Connection, found: Links) -> None:
    """Write what joins the papers in place of what did: as most of it stands already, only what differs."""
    columns = (
        found.organisations, found.same_documents, found.same_paragraphs, found.same_decisions,
        {r.id: r.state for r in (*found.targets, *found.papers)}, {r.id: r.target for r in found.targets if r.target},
        {r.id: r.target for r in found.papers if r.target}, found.done, found.completions,
        found.agreed.states, found.agreed.days, found.agreed.notes,
    )  # fmt: skip
    for (table, column, empty), new in zip(LINKED, columns, strict=True):
        known = f"SELECT id, {column} FROM {table} WHERE {column} IS NOT ?"  # noqa: S608 our own names
        old = dict(db.execute(known, (empty,)))
        changed = [(new.get(id, empty), id) for id in old.keys() | new.keys() if old.get(id, empty) != new.get(id, empty)]
        db.executemany(f"UPDATE {table} SET {column} = ? WHERE id = ?", changed)  # noqa: S608
    for statement in UNLINK:
        db.execute(statement)
    written = {
        "chains": found.chains, "guests": found.guests, "versions": found.versions, "renames": found.renames, "agreement_facts": found.agreed.facts,
        "problems": found.problems,
    }  # fmt: skip
    for table, rows in written.items():
        insert(db, table, rows)

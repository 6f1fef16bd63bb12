"""What people call a forum → its name in the database."""

from __future__ import annotations

import functools
import sqlite3

from ingest.text import plain

CALLED = """
SELECT name AS called, name FROM forums UNION SELECT slug, name FROM forums UNION SELECT abbreviation, name FROM forums WHERE abbreviation IS NOT NULL
UNION SELECT alias, forum FROM forum_aliases"""
"""All that forums are called, each with the name of one."""
plain_name = functools.lru_cache(maxsize=50_000)(plain)
"""`plain` of names, which each query with a field compares with all of them."""


def resolve(db: sqlite3.Connection, written: str) -> tuple[str, ...]:
    """The forums known by a name, abbreviation, alias or slug: none, one, or several to choose from.

    A registered forum goes before one that only documents name; the name itself before what else it is called. What nobody is called may be the
    diary register of one body alone.
    """
    wanted = plain_name(written)
    rows = db.execute("""
        SELECT name, name, 0, registered FROM forums
        UNION ALL SELECT name, slug, 1, registered FROM forums
        UNION ALL SELECT name, abbreviation, 1, registered FROM forums WHERE abbreviation IS NOT NULL
        UNION ALL SELECT a.forum, a.alias, 1, f.registered FROM forum_aliases a JOIN forums f ON f.name = a.forum""").fetchall()
    found = {(rank, -registered, name) for name, called, rank, registered in rows if plain_name(called) == wanted} if wanted else set()
    best = min((rank, registered) for rank, registered, _ in found) if found else None
    return tuple(sorted(name for *rank, name in found if tuple(rank) == best)) or _of_register(db, wanted)


def _of_register(db: sqlite3.Connection, wanted: str) -> tuple[str, ...]:
    """The body that all minutes with numbers of a register are of; none where there are several, or no such register."""
    registers = [name for (name,) in db.execute("SELECT DISTINCT register FROM diary_numbers WHERE register <> ''") if plain_name(name) == wanted]
    found = {name for register in registers for (name,) in db.execute(_MINUTES, (register,))}
    return tuple(found) if len(found) == 1 else ()


_MINUTES = """SELECT DISTINCT p.forum FROM diary_numbers n JOIN paragraphs p ON p.dnr_key = n.key
WHERE n.register = ? AND p.own = 1 AND p.forum IS NOT NULL"""

"""Keeps the full-text index in step with the rows: called by `kb.database` within its transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest.rules import Rules
from kb import lexicon, rereading
from kb.search import index
from kb.search.analyze import Analyser
from kb.search.index import ROOM, Entry, Known

KEY = "lexicon"
"""What `meta` says of the lexicon that words were analysed with; "" for none."""

_REST = "kind, ref, document_id, page, line, start, end, date, date_end, forum, dnr_key, title, text"
_KEPT = f"SELECT id / {ROOM} AS class, {_REST} FROM records"  # noqa: S608
_WANTED = f"SELECT class, {_REST} FROM record_list"  # noqa: S608
_GONE = f"SELECT id FROM records WHERE (kind, ref) IN (SELECT kind, ref FROM ({_KEPT} EXCEPT {_WANTED}))"  # noqa: S608
_NEW = f"{_WANTED} EXCEPT {_KEPT} ORDER BY 1, 3"
# What a record says stands in the passages it shares characters with; a heading and a title in the first two of them.
_PIECES = """
SELECT record, text, read_again FROM (
    SELECT r.id AS record, r.kind, p.text, p.read_again, row_number() OVER (PARTITION BY r.id ORDER BY p.position) AS nth
    FROM records r JOIN passages p ON p.document_id = r.document_id AND p.start < r.end AND r.start < p.end
    WHERE r.document_id IN (SELECT document_id FROM passages WHERE read_again IS NOT NULL)
) WHERE kind NOT IN ('paragraph', 'document') OR nth <= 2"""
_READ_AGAIN = """
SELECT id, title || char(10) || text, read_again FROM records
WHERE read_again IS NOT NULL OR document_id IN (SELECT document_id FROM passages WHERE read_again IS NOT NULL)"""
_PARTS = "SELECT count(*) FROM {}_fts_idx GROUP BY segid ORDER BY 1 DESC"
"""How many pages each part of an index has, the largest first."""
_SMALL = 10
"""The parts beside the largest stay apart while they are no more than one page in so many of it."""
_INSERT = f"INSERT INTO records (id, {_REST}) VALUES ({', '.join('?' * 14)})"  # noqa: S608


def version(rules: Rules) -> str:
    """Of the lexicon that new words are analysed with; "" where there is none."""
    return lexicon.version(rules) if lexicon.is_built(rules) else ""


def analyser(rules: Rules) -> Analyser:
    """What analyses new words: by the lexicon where it is built."""
    return Analyser(Path(lexicon.folder(rules)) if lexicon.is_built(rules) else None)


def next_id(db: sqlite3.Connection, table: str, number: int) -> int:
    """The first free id after the last one of a class."""
    row = db.execute(f"SELECT max(id) FROM {table} WHERE id >= ? AND id < ?", (number * ROOM, (number + 1) * ROOM)).fetchone()  # noqa: S608
    return int(row[0] or number * ROOM) + 1


def numbered(db: sqlite3.Connection, rows: Sequence[dict[str, object]]) -> None:
    """Give rows of `passages` their ids in place of their classes."""
    free: dict[int, int] = {}
    for row in rows:
        number = int(str(row["id"]))
        row["id"] = free.get(number) or next_id(db, "passages", number)
        free[number] = int(str(row["id"])) + 1


def add(db: sqlite3.Connection, source_id: int, known: Known) -> None:
    """Index the passages of a source."""
    index.add(db, "passages", _passages(db, source_id), known)


def remove(db: sqlite3.Connection, source_ids: Sequence[int]) -> None:
    """Take the passages of sources out of the index, before their rows go."""
    for source_id in source_ids:
        index.remove(db, "passages", _passages(db, source_id), Known(db))


def gather(db: sqlite3.Connection) -> None:
    """Make one of the parts that runs have left of each index: every word of a query is sought in every part.

    Done where the others have come to a share of the largest, so that what is written anew stays in proportion to what was written.
    """
    for table in ("passages", "records"):
        largest, *others = [n for (n,) in db.execute(_PARTS.format(table))] or [0]
        if sum(others) * _SMALL > largest:
            db.execute(f"INSERT INTO {table}_fts ({table}_fts) VALUES ('optimize')")  # noqa: S608


def _passages(db: sqlite3.Connection, source_id: int) -> list[Entry]:
    return [Entry(*row) for row in db.execute(index.PASSAGES, (source_id,))]


def settle_records(db: sqlite3.Connection, analyse: Analyser) -> None:
    """Make `records` what the view says, and its index with it; rows that stay the same are not touched."""
    gone = [row[0] for row in db.execute(_GONE)]
    for some in _some(gone):
        marks = ", ".join("?" * len(some))
        index.remove(db, "records", [Entry(*row) for row in db.execute(index.RECORDS.format(marks), some)], Known(db))
        db.execute(f"DELETE FROM records WHERE id IN ({marks})", some)  # noqa: S608
    new = db.execute(_NEW).fetchall()
    known = Known(db, analyse)
    free: dict[int, int] = {}
    for at in range(0, len(new), 500):
        rows = []
        for number, *rest in new[at : at + 500]:
            free[number] = free[number] + 1 if number in free else next_id(db, "records", number)
            rows.append((free[number], *rest))
        db.executemany(_INSERT, rows)
        index.add(db, "records", [Entry(row[0], f"{row[-2]}\n{row[-1]}", None, False) for row in rows], known)
    _settle_read_again(db, known)


def _settle_read_again(db: sqlite3.Connection, known: Known) -> None:
    """Make `read_again` of records what their passages say, and the index with it; rows that stay the same are not touched."""
    pieces: dict[int, list[tuple[str, str | None]]] = {}
    for record, text, again in db.execute(_PIECES):
        pieces.setdefault(record, []).append((text, again))
    kept = {record: (text, again) for record, text, again in db.execute(_READ_AGAIN)}
    for record, (text, again) in kept.items():
        new = rereading.within(text, pieces.get(record, ()))
        if new != again:
            index.remove(db, "records", [Entry(record, text, again, False)], known)
            db.execute("UPDATE records SET read_again = ? WHERE id = ?", (new, record))
            index.add(db, "records", [Entry(record, text, new, False)], known)


def faults(db: sqlite3.Connection) -> list[str]:
    """What is wrong with the index of a base that can be written to, though nothing is written. Raises sqlite3.OperationalError where it cannot."""
    db.create_function("kb_indexed", 3, index.expected(db))
    out = []
    for table, what in (("passages", "sökindexet stämmer inte med texten"), ("records", "sökindexet stämmer inte med beslut och ärenden")):
        try:
            db.execute(f"INSERT INTO {table}_fts ({table}_fts, rank) VALUES ('integrity-check', 1)")  # noqa: S608
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            out.append(what)
    kept = {row[0]: tuple(row[1:]) for row in db.execute("SELECT word, passages, clean, readings, records FROM terms")}
    if kept != index.counted(db):
        out.append("sökindexets ord stämmer inte med texten")
    return out


def advice(db: sqlite3.Connection, rules: Rules) -> str | None:
    """What to know of a base whose words were analysed otherwise than they would be now; None where all is well."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (KEY,)).fetchone()
    if row is None:
        return None
    now = version(rules)
    if row[0] == now:
        return None if now else PLAIN
    return OTHER if now else None


PLAIN = "Sökningen hittar bara få böjningar och inga delar av sammansatta ord, för ordlistan saknas – kör kb learn, sedan kb rebuild."
OTHER = "Sökindexet är gjort med en annan ordlista än dagens – kör kb rebuild för att göra om det."


def _some(ids: list[int], size: int = 400) -> Iterator[list[int]]:
    yield from (ids[at : at + size] for at in range(0, len(ids), size))

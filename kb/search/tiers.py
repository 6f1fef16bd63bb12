"""Which tier each of some rows fits: a few are indexed anew in memory, for the index of the base would be gone through once for every tier."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from kb.search.index import Known, columns, doubted, terms_of
from kb.search.match import Match

FEW = 100
"""Rows that are indexed anew, where they are many words to ask about."""
ASKED = 1000
"""So many times a word is asked of the index of the base, which is quicker than to make one."""
SOUGHT = 5000
"""So many times a word is sought in the index, once for each row; more than that takes longer than to go through all rows that have the words."""
_SEEK = "SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH :match AND rowid IN (SELECT value FROM json_each(:rows))"
_FITS = (
    "SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH :match AND rowid BETWEEN :low AND :high AND +rowid IN (SELECT value FROM json_each(:rows))"
)
TEXTS = {
    "passages": "SELECT id, text, read_again FROM passages WHERE id IN (SELECT value FROM json_each(?))",
    "records": "SELECT id, title || char(10) || text, read_again FROM records WHERE id IN (SELECT value FROM json_each(?))",
}
_ALONE = """CREATE VIRTUAL TABLE {table}_fts USING fts5 (text, lemma, parts, ocr, content='', tokenize="unicode61 remove_diacritics 0")"""


def tiers(db: sqlite3.Connection, table: str, ids: Sequence[int], match: Match) -> dict[int, int]:
    """The first tier that each row fits, of rows of passages or records that fit the last one."""
    last = match.tiers.index(match.widest)
    found: dict[int, int] = {}
    alone = _alone(db, table, ids) if len(ids) <= FEW and _times(ids, match.widest) > ASKED else None
    for tier, expression in enumerate(match.tiers[:last]):
        left = [n for n in ids if n not in found]
        if left and expression not in match.tiers[:tier]:
            found.update(dict.fromkeys(matching(alone or db, table, expression, left), tier))
    if alone:
        alone.close()
    return {n: found.get(n, last) for n in ids}


def matching(db: sqlite3.Connection, table: str, expression: str, ids: Sequence[int]) -> set[int]:
    """Those of some rows that an expression finds."""
    values = {"match": expression, "low": min(ids, default=0), "high": max(ids, default=0), "rows": json.dumps(ids)}
    sql = _SEEK if _times(ids, expression) <= SOUGHT else _FITS
    return {n for (n,) in db.execute(sql.format(table=table), values)}


def _times(ids: Sequence[int], expression: str) -> int:
    """How many times a word is sought where each row is asked about."""
    return len(ids) * expression.count('"') // 2


def _alone(db: sqlite3.Connection, table: str, ids: Sequence[int]) -> sqlite3.Connection:
    """An index of these rows and no other."""
    rows = [(n, text, again, terms_of(text)) for n, text, again in db.execute(TEXTS[table], (json.dumps(ids),))]
    known = Known(db)
    known.meet(word for _, _, again, found in rows for word in (*found, *(doubted(found, again) if again else ())))
    alone = sqlite3.connect(":memory:")
    alone.execute(_ALONE.format(table=table))
    written = [(n, text, *columns(found, again, known)) for n, text, again, found in rows]
    alone.executemany(f"INSERT INTO {table}_fts (rowid, text, lemma, parts, ocr) VALUES (?, ?, ?, ?, ?)", written)  # noqa: S608
    return alone

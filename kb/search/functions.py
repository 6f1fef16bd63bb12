"""SQL functions with which Datasette's queries search as kb does: kb_match(q), kb_highlight(text, q, read_again), kb_dnr(text).

Its table search asks with `escape_fts`, which is ours too.
"""

from __future__ import annotations

import datetime
import sqlite3
from functools import lru_cache

from kb.search import dnr, index, known, snippets
from kb.search.analyze import analyser, terms
from kb.search.compile import compile_node
from kb.search.engine import words_of
from kb.search.marking import Marker
from kb.search.match import TIERS, Keys, Match
from kb.search.nodes import Node
from kb.search.parse import parse

NOTHING = '""'
"""An FTS5 expression that nothing fits."""
_REMEMBERED = 64


def register(db: sqlite3.Connection) -> None:
    """Make the functions known to a connection. None of them raises for any text."""
    asked = _Asked(db)
    db.create_function("kb_match", 1, asked.match)
    db.create_function("kb_match", 2, asked.match)
    db.create_function("escape_fts", 1, asked.table)
    db.create_function("kb_highlight", 2, asked.highlight)
    db.create_function("kb_highlight", 3, asked.highlight)
    db.create_function("kb_dnr", 1, asked.number)
    db.create_function("kb_indexed", 3, index.expected(db))


class _Asked:
    """What the functions answer, for one connection; a query is read once for all its rows, until the base changes."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._read = lru_cache(_REMEMBERED)(self._prepared)

    def match(self, query: str | None, tier: str | None = None) -> str:
        """An expression for MATCH on passages_fts or records_fts. `tier` narrows it: exact, inflected, repaired or (as without) compound."""
        found = self._of(query)[0]
        if not found:
            return NOTHING
        return found.tiers[TIERS.index(tier)] if tier in TIERS else found.widest

    def table(self, query: str | None) -> str:
        """What Datasette's table search calls `escape_fts`: the same hits, also where it asks of one column, which then has the words as typed.

        A query that is more than words (`forum:RSR`) is its words there.
        """
        found = self._of(query)[0]
        if found:
            return f"({found.tiers[0]}) OR ({found.widest})"
        return " ".join(f'"{term}"' for term in terms(str(query or ""))) or NOTHING

    def highlight(self, text: str | None, query: str | None, read_again: str | None = None) -> str | None:
        """The text as HTML with the words that were meant marked."""
        if text is None:
            return None
        return snippets.to_html(self._of(query)[1].mark([(str(text), read_again)])[0])

    def number(self, text: str | None) -> str | None:
        """The one diary number that a spelling means; null where there is none, or several."""
        found = dnr.resolve(self._db, str(text or ""))
        return found[0].dnr if len({case.dnr for case in found}) == 1 else None

    def _of(self, query: str | None) -> tuple[Match | None, Marker]:
        return self._read(str(query or ""), int(self._db.execute("PRAGMA data_version").fetchone()[0]))

    def _prepared(self, query: str, _version: int) -> tuple[Match | None, Marker]:
        node: Node | None = parse(query, known.load(self._db, datetime.datetime.now().astimezone().date())).node
        keys = Keys(self._db, lambda: analyser(self._db))
        compiled = compile_node(node, self._db, keys) if node else None
        return compiled.match if compiled else None, Marker(self._db, words_of(self._db, compiled) if compiled else (), keys)

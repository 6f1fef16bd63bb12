"""A query → ranked hits: parse, compile, ask SQLite, mark the words. The command line and the web share it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kb import errors
from kb.search import rank, snippets
from kb.search.analyze import Analyser
from kb.search.compile import Compiled, compile_node, date_condition, forum_condition
from kb.search.dnr import as_words
from kb.search.marking import Marker
from kb.search.match import TIERS, Keys, Reason
from kb.search.nodes import CaseNumber, Node, Words, leaves
from kb.search.suggest import suggestion, wider

_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that fits. `marked` is its text with the found words between `snippets.START` and `snippets.END`.

    `line` and `last_line` are None where the source has no lines; `matched` says how it fits.
    """

    passage_id: int
    document_id: str
    source: str
    page: int
    line: int | None
    last_line: int | None
    title: str
    kind: str
    date: str | None
    forum: str | None
    dnr: str | None
    text: str
    marked: str
    matched: Reason = "exact"

    @property
    def highlighted(self) -> str:
        """The text as HTML, escaped, with `<mark>` around the found words."""
        return snippets.to_html(self.marked)

    @property
    def excerpt(self) -> str:
        """A line or two around the first found word, still with marks: see `snippets.segments` and `snippets.to_html`."""
        return snippets.excerpt(self.marked)


@dataclass(frozen=True, slots=True)
class Results:
    """What a search gave: `total` hits, of which `hits` are those asked for; `cases` are diary numbers that the query named.

    Where there are too many to count, `capped`, `total` is one more than were counted.
    """

    query: str
    total: int
    hits: tuple[Hit, ...]
    notes: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    suggestion: str | None = None
    capped: bool = False


def search(
    db: sqlite3.Connection,
    query: str,
    *,
    forum: str | None = None,
    since: str | None = None,
    until: str | None = None,
    limit: int = 20,
    offset: int = 0,
) -> Results:
    """Search passages, best first. `limit` 0 gives all hits; `since` and `until` are YYYY, YYYY-MM or YYYY-MM-DD, both included.

    No query raises; a date of another form raises Usage.
    """
    from kb.search.parse import parse  # whoosh takes 0.3 s to import

    for day in filter(None, (since, until)):
        if not _DATE.fullmatch(day):
            raise errors.Usage(f"”{day}” är inget datum", "skriv 2015, 2015-06 eller 2015-06-16")
    if since and until and since[: len(until)] > until:
        raise errors.Usage(f"{since} kommer efter {until}", "byt plats på --from och --to")
    asked = parse(query, registers_of(db))
    if asked.node is None:
        return Results(asked.text, 0, (), asked.notes)
    found = _Asked(db, asked.node, forum, since, until, limit, offset)
    notes = [*asked.notes, *found.compiled.notes]
    reason: Reason | None = None
    suggested = None
    if not found.rows and not offset:
        suggested = suggestion(db, asked.text, asked.node, found.keys)
        for other in wider(db, found.compiled.node or asked.node, found.keys):
            again = _Asked(db, other.node, forum, since, until, limit, offset, found.keys)
            if again.rows:
                found, reason = again, other.reason
                notes.append(other.note)
                break
    if found.capped:
        notes.append(f"Fler än {rank.COUNTED} träffar.")
    return Results(asked.text, found.total, found.hits(reason), tuple(notes), tuple(c.dnr for c in found.compiled.cases), suggested, found.capped)


_ROWS = """
SELECT p.id AS passage_id, p.document_id, s.path AS source, p.page, p.line, p.last_line, d.title, d.kind, d.date, d.forum, n.dnr, p.text, p.read_again
FROM passages p JOIN documents d ON d.id = p.document_id JOIN sources s ON s.id = d.source_id LEFT JOIN diary_numbers n ON n.key = d.dnr_key
WHERE p.id IN ({ids})"""
_JOIN = "CROSS JOIN passages p ON p.id = passages_fts.rowid CROSS JOIN documents d ON d.id = p.document_id"
_AT_ONCE = 500


class _Asked:
    """A query that was asked: its rows, how many there are in all, and what to mark."""

    def __init__(
        self, db: sqlite3.Connection, node: Node, forum: str | None, since: str | None, until: str | None, limit: int, offset: int,
        keys: Keys | None = None,
    ) -> None:  # fmt: skip
        self.db, self.keys = db, keys or Keys(db, lambda: analyser(db))
        self.compiled = compile_node(node, db, self.keys)
        if forum:
            self.compiled.where.append(forum_condition(forum, db, self.compiled))
        if since or until:
            self.compiled.where.append(date_condition(since, until, self.compiled))
        self.rows, self.total = self._ranked(limit, offset) if self.compiled.match else self._newest(limit, offset)
        self.capped = bool(limit) and self.compiled.match is not None and self.total > rank.COUNTED

    def _ranked(self, limit: int, offset: int) -> tuple[list[rank.Ranked], int]:
        c = self.compiled
        assert c.match
        query = rank.Query("passages", c.match, _JOIN if c.where or c.tiers else "", tuple(c.where), tuple(c.tiers), c.parameters)
        rows = rank.best(self.db, query, limit + offset if limit else 0)[offset:]
        if not limit:
            return rows, len(rows) + offset
        known = len(rows) < limit and (rows or not offset)  # all there are have been seen
        return rows, len(rows) + offset if known else rank.count(self.db, query)

    def _newest(self, limit: int, offset: int) -> tuple[list[rank.Ranked], int]:
        """Without words to rank by, the newest documents come first."""
        c = self.compiled
        tables, condition = "passages p JOIN documents d ON d.id = p.document_id", " AND ".join(c.where)
        total = int(self.db.execute(f"SELECT count(*) FROM {tables} WHERE {condition}", c.parameters).fetchone()[0])  # noqa: S608
        order = ", ".join([*c.tiers, "d.date DESC, d.id, p.position"])
        sql = f"SELECT p.id FROM {tables} WHERE {condition} ORDER BY {order} LIMIT :limit OFFSET :offset"  # noqa: S608
        found = self.db.execute(sql, {**c.parameters, "limit": limit or -1, "offset": offset})
        return [rank.Ranked(row[0], 0) for row in found], total

    def hits(self, reason: Reason | None) -> tuple[Hit, ...]:
        """The hits with their words marked; `reason` where all fit by widening."""
        return hits_of(
            self.db, [(row.id, reason or TIERS[row.tier]) for row in self.rows], Marker(self.db, words_of(self.db, self.compiled), self.keys)
        )


def hits_of(db: sqlite3.Connection, found: Sequence[tuple[int, Reason]], marker: Marker) -> tuple[Hit, ...]:
    """Passages by id, in this order, each with the reason it fits by."""
    rows: dict[int, dict[str, Any]] = {}
    for at in range(0, len(found), _AT_ONCE):
        some = [n for n, _ in found[at : at + _AT_ONCE]]
        got = db.execute(_ROWS.format(ids=", ".join("?" * len(some))), some)
        names = [column[0] for column in got.description]
        rows |= {row[0]: dict(zip(names, row, strict=True)) for row in got}
    ordered = [(rows[n], reason) for n, reason in found]
    marks = marker.mark([(row["text"], row.pop("read_again")) for row, _ in ordered])
    return tuple(Hit(**row, marked=mark, matched=reason) for (row, reason), mark in zip(ordered, marks, strict=True))


def like(db: sqlite3.Connection, what: str, limit: int = 20) -> Results:
    """What is most like a document, or a passage, given by id: the passage of each that is most like it. Raises Usage where there is none."""
    from kb.search import similar

    if what.isdecimal():
        found = similar.like_passage(db, int(what[:18]), limit or 100)
        known = db.execute("SELECT 1 FROM passages WHERE id = ?", (int(what[:18]),)).fetchone()
    else:
        found = similar.like_document(db, what, limit or 100)
        known = db.execute("SELECT 1 FROM documents WHERE id = ?", (what,)).fetchone()
    if not known:
        raise errors.Usage(f"ingen handling och inget stycke har id ”{what}”", "se document_id och passage_id i kb search ORD --json")
    marker = Marker(db, (), Keys(db, lambda: analyser(db)))
    return Results(f"liknar {what}", len(found), hits_of(db, [(s.passage_id, "similar") for s in found], marker))


def analyser(db: sqlite3.Connection) -> Analyser:
    """What analyses a word that the base does not have, as those it has were analysed."""
    row = db.execute("SELECT value FROM meta WHERE key = 'lexicon'").fetchone()
    if not row or not row[0]:
        return Analyser(None)
    import platformdirs

    return Analyser(platformdirs.user_cache_path("kb") / f"lexicon-{row[0]}")


def registers_of(db: sqlite3.Connection) -> frozenset[str]:
    """The registers of the base in small letters."""
    return frozenset(row[0].casefold() for row in db.execute("SELECT DISTINCT register FROM diary_numbers"))


def words_of(db: sqlite3.Connection, compiled: Compiled) -> list[Words]:
    """What to mark: the words asked for, and each spelling of the cases asked for."""
    found = list(leaves(compiled.node))
    wanted = [leaf for leaf in found if isinstance(leaf, Words)]
    wanted += [Words(as_words(leaf.written)) for leaf in found if isinstance(leaf, CaseNumber)]
    for case in compiled.cases:
        spellings = db.execute("SELECT DISTINCT spelling FROM dnr_mentions WHERE key = ?", (case.key,)).fetchall()
        wanted += [Words(as_words(row[0])) for row in spellings]
    return [w for w in wanted if w.terms]

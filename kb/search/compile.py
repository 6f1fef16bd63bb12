"""Nodes → SQL: an FTS5 expression where the index can answer, conditions for the rest. Every term is quoted, every value a parameter."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

from ingest.text import plain
from kb.search import dnr, forums
from kb.search.match import Keys, Match, match_of
from kb.search.nodes import All, CaseNumber, Either, Field, Node, Without, Words
from kb.search.rank import Value

# Passages that belong to a case, best first: those that write its number, those of its own papers, those of its §§.
_WRITES = "EXISTS (SELECT 1 FROM dnr_mentions m WHERE m.document_id = p.document_id AND m.key IN ({keys}) AND m.start < p.end AND p.start < m.end)"
_OWN = "d.dnr_key IN ({keys})"
_PARAGRAPH = (
    "EXISTS (SELECT 1 FROM paragraphs q WHERE q.document_id = p.document_id AND q.own = 1 AND q.dnr_key IN ({keys}) "
    "AND q.start <= p.start AND p.start < q.end)"
)
# Narrows the passages to a few documents by index before the conditions above are tried on each.
_DOCUMENTS = (
    "p.document_id IN (SELECT document_id FROM dnr_mentions WHERE key IN ({keys}) UNION SELECT id FROM documents WHERE dnr_key IN ({keys}) "
    "UNION SELECT document_id FROM paragraphs WHERE dnr_key IN ({keys}))"
)


@dataclass(slots=True)
class Compiled:
    """A query as SQL over `passages p JOIN documents d`.

    `match` are FTS5 expressions, the widest of which every hit fulfils (None where there is none), `where` further conditions, `tiers` what to sort
    by before rank.
    """

    match: Match | None = None
    where: list[str] = field(default_factory=list)
    tiers: list[str] = field(default_factory=list)
    parameters: dict[str, Value] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    cases: list[dnr.Case] = field(default_factory=list)
    node: Node | None = None  # with what no case has as plain words

    def bind(self, value: Value) -> str:
        """A new parameter of that value, as it is written in SQL."""
        name = f"v{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"

    def bind_all(self, values: list[str]) -> str:
        """Parameters for a list, separated by commas."""
        return ", ".join(self.bind(v) for v in values)


def compile_node(node: Node, db: sqlite3.Connection, keys: Keys) -> Compiled:
    """SQL for a query. The database is asked only what diary numbers, forums and kinds of documents it knows."""
    out = Compiled()
    node = _resolved(node, db, out)
    out.node = node
    parts = node.parts if isinstance(node, All) else (node,)
    texts = [(part, match_of(part, keys)) for part in parts if not isinstance(part, Without)]
    wanted = tuple(part for part, text in texts if text)
    without = tuple(part for part in parts if isinstance(part, Without) and match_of(part.part, keys)) if wanted else ()
    out.match = match_of(All((*wanted, *without)), keys) if wanted else None
    out.where += [_condition(part, db, out, keys) for part in parts if part not in wanted and part not in without]
    return out


def _resolved(node: Node, db: sqlite3.Connection, out: Compiled) -> Node:
    """The same query with diary numbers that no case has as plain words, unless a field name insists."""
    match node:
        case All(parts):
            return All(tuple(_resolved(p, db, out) for p in parts))
        case Either(parts):
            return Either(tuple(_resolved(p, db, out) for p in parts))
        case Without(part):
            return Without(_resolved(part, db, out))
        case CaseNumber(written, strict):
            cases = dnr.resolve(db, written)
            out.cases += [c for c in cases if c not in out.cases]
            if cases:
                return node
            out.notes.append(f"Inget ärende har diarienumret {written}.")
            words = dnr.as_words(written)
            return node if strict or not words else Words(words)
        case _:
            return node


def _condition(node: Node, db: sqlite3.Connection, out: Compiled, keys: Keys) -> str:
    """The node as an SQL condition."""
    text = match_of(node, keys)
    if text:
        return f"p.id IN (SELECT rowid FROM passages_fts WHERE passages_fts MATCH {out.bind(text.widest)})"  # noqa: S608
    match node:
        case All(parts):
            return f"({' AND '.join(_condition(p, db, out, keys) for p in parts)})"
        case Either(parts):
            return f"({' OR '.join(_condition(p, db, out, keys) for p in parts)})"
        case Without(part):
            return f"NOT {_condition(part, db, out, keys)}"
        case CaseNumber(written):
            return _case(dnr.resolve(db, written), out)
        case Field(name, value):
            return {"forum": forum_condition, "kind": _kind, "year": _year}[name](value, db, out)
        case _:
            return "0"


def _case(cases: tuple[dnr.Case, ...], out: Compiled) -> str:
    if not cases:
        return "0"
    keys = out.bind_all([c.key for c in cases])
    writes, own, paragraph, documents = (sql.format(keys=keys) for sql in (_WRITES, _OWN, _PARAGRAPH, _DOCUMENTS))
    out.tiers.append(f"CASE WHEN {writes} THEN 0 WHEN {own} THEN 1 ELSE 2 END")
    return f"({documents} AND ({writes} OR {own} OR {paragraph}))"


def forum_condition(value: str, db: sqlite3.Connection, out: Compiled) -> str:
    """Documents of a forum or addressed to it; none where nobody knows the forum, and a note says so."""
    names = forums.resolve(db, value)
    if not names:
        out.notes.append(f"Inget forum heter ”{value}”, se kb forum.")
        return "0"
    bound = out.bind_all(list(names))
    return f"(d.forum IN ({bound}) OR d.addressed_to IN ({bound}))"


def _kind(value: str, db: sqlite3.Connection, out: Compiled) -> str:
    known = [row[0] for row in db.execute("SELECT DISTINCT kind FROM documents ORDER BY kind")]
    kinds = [kind for kind in known if plain(kind).startswith(plain(value))]
    if not kinds:
        out.notes.append(f"Ingen handling är av typen ”{value}”. Det finns: {', '.join(known) or 'inga'}.")
        return "0"
    return f"d.kind IN ({out.bind_all(kinds)})"


def _year(value: str, _db: sqlite3.Connection, out: Compiled) -> str:
    first, last = value[:4], value[-4:]
    return date_condition(first, last, out)


def date_condition(since: str | None, until: str | None, out: Compiled) -> str:
    """Documents dated within days, months or years, both ends included; a date known less precisely counts where it may lie within."""
    parts = ["d.date IS NOT NULL"]
    if since:
        bound = out.bind(since)
        parts.append(f"(coalesce(d.date_end, d.date) >= {bound} OR d.date = substr({bound}, 1, length(d.date)))")
    if until:
        parts.append(f"d.date < {out.bind(until)} || '~'")
    return f"({' AND '.join(parts)})"

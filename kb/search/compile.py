"""Nodes → SQL: an FTS5 expression where the index can answer, conditions for the rest. Every term is quoted, every value a parameter."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

from kb.search import dnr, filters
from kb.search.nodes import Alike, All, CaseNumber, Either, Field, Node, When, Without, Words


@dataclass(slots=True)
class Compiled:
    """A query as SQL over `passages p JOIN documents d`.

    `match` is an FTS5 expression that every hit fulfils (None where there is none), `where` further conditions, `tiers` what to sort by before rank.
    """

    match: str | None = None
    where: list[str] = field(default_factory=list)
    tiers: list[str] = field(default_factory=list)
    parameters: dict[str, str | int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    cases: list[dnr.Case] = field(default_factory=list)

    def bind(self, value: str | int) -> str:
        """A new parameter of that value, as it is written in SQL."""
        name = f"v{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"

    def bind_all(self, values: list[str]) -> str:
        """Parameters for a list, separated by commas."""
        return ", ".join(self.bind(v) for v in values)


def compile_node(node: Node, db: sqlite3.Connection) -> Compiled:
    """SQL for a query. The database is asked only what diary numbers, forums and kinds of documents it knows."""
    out = Compiled()
    node = _resolved(node, db, out)
    texts: list[str] = []
    for part in node.parts if isinstance(node, All) else (node,):
        text = _text(part)
        if text:
            texts.append(text)
        else:
            out.where.append(_condition(part, db, out))
    if texts:
        out.match = " AND ".join(texts)
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
            if strict or any(r.effort == 0 for r in dnr.readings(written)):
                out.notes.append(f"Inget ärende har diarienumret {written}.")
            words = dnr.as_words(written)
            return node if strict or not words else Words(words)
        case Field("section", value) if not filters.has_section(db, value):
            return Words(dnr.as_words(value))
        case _:
            return node


def _text(node: Node) -> str | None:
    """The node as an FTS5 expression, None where it needs more than the text."""
    match node:
        case Words(terms, prefix):
            return f'"{" ".join(terms)}"{" *" if prefix else ""}'
        case Alike(asked, others):
            return _text(Either((asked, *others)))
        case Either(parts):
            texts = [_text(p) for p in parts]
            return f"({' OR '.join(t for t in texts if t)})" if all(texts) else None
        case All(parts):
            wanted = [_text(p) for p in parts if not isinstance(p, Without)]
            unwanted = [_text(p.part) for p in parts if isinstance(p, Without)]
            if not wanted or not all(wanted) or not all(unwanted):
                return None
            text = f"({' AND '.join(t for t in wanted if t)})"
            return f"({text} NOT ({' OR '.join(t for t in unwanted if t)}))" if unwanted else text
        case _:
            return None


def _condition(node: Node, db: sqlite3.Connection, out: Compiled) -> str:
    """The node as an SQL condition."""
    text = _text(node)
    if text:
        return f"p.id IN (SELECT rowid FROM passages_fts WHERE passages_fts MATCH {out.bind(text)})"  # noqa: S608
    match node:
        case All(parts):
            return f"({' AND '.join(_condition(p, db, out) for p in parts)})"
        case Either(parts):
            return f"({' OR '.join(_condition(p, db, out) for p in parts)})"
        case Without(part):
            return f"NOT {_condition(part, db, out)}"
        case Alike(asked, others):
            return _condition(Either((asked, *others)), db, out)
        case CaseNumber(written):
            return filters.case(dnr.resolve(db, written), out)
        case When(since, until):
            return filters.dates(since, until, out)
        case Field(name, value):
            return filters.field(name, value, db, out)
        case _:
            return "0"

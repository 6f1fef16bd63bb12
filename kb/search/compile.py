"""Nodes → SQL: FTS5 expressions where the index can answer, conditions for the rest. Every term is quoted, every value a parameter."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from kb.search import conditions, filters
from kb.search.analyze import terms as terms_of
from kb.search.answers import Answers
from kb.search.filters import PASSAGES, Place
from kb.search.match import Keys, Match, match_of
from kb.search.nodes import Alike, All, CaseNumber, Either, Field, Node, When, Without, Words
from kb.search.rank import Value

if TYPE_CHECKING:
    from kb.search.dnr import Case

Answer = TypeVar("Answer")
_PARAMETER = re.compile(r":(v\d+)")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(slots=True)
class Compiled:
    """A query as SQL over `passages p` or `records p`, with their documents d.

    `match` are FTS5 expressions, the widest of which every hit fulfils (None where there is none), `where` further conditions, `tiers` what to sort
    by before rank.
    """

    place: Place = PASSAGES
    match: Match | None = None
    where: list[str] = field(default_factory=list)
    tiers: list[str] = field(default_factory=list)
    parameters: dict[str, Value] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    fields: dict[tuple[str, str], str] = field(default_factory=dict)  # those that were asked, by name and value
    answers: Answers = field(default_factory=Answers)
    node: Node | None = None  # with what no case has as plain words

    def bind(self, value: Value) -> str:
        """A new parameter of that value, as it is written in SQL."""
        name = f"v{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"

    def once(self, sql: str, question: Callable[[], Answer]) -> Answer:
        """The answer to a statement with these parameters, asked once as long as the base is as it was."""
        values = tuple(self.parameters[name] for name in _PARAMETER.findall(sql))
        return self.answers.once((self.place.table, sql, values), question)

    def bind_all(self, values: list[str]) -> str:
        """Parameters for a list, separated by commas."""
        return ", ".join(self.bind(v) for v in values)


def compile_node(node: Node, db: sqlite3.Connection, keys: Keys, place: Place = PASSAGES) -> Compiled:
    """SQL for a query. The database is asked only what it knows: diary numbers, names, words."""
    out = Compiled(place, answers=keys.answers)
    node = _resolved(node, db, out)
    out.node = node
    parts = node.parts if isinstance(node, All) else (node,)
    texts = [(part, match_of(part, keys)) for part in parts if not isinstance(part, Without)]
    wanted = tuple(part for part, text in texts if text)
    without = tuple(part for part in parts if isinstance(part, Without) and match_of(part.part, keys)) if wanted else ()
    out.match = match_of(All((*wanted, *without)), keys) if wanted else None
    out.where += conditions.together([_condition(part, db, out, keys) for part in parts if part not in wanted and part not in without], out)
    out.notes += keys.notes
    return out


def _resolved(node: Node, db: sqlite3.Connection, out: Compiled) -> Node:
    """The same query: numbers that no case or § has as plain words, unless a field name insists; `ord~` with the words that are spelled nearly so."""
    match node:
        case All(parts):
            return All(tuple(_resolved(p, db, out) for p in _spaced(parts, db)))
        case Either(parts):
            return Either(tuple(_resolved(p, db, out) for p in parts))
        case Without(part):
            return Without(_resolved(part, db, out))
        case CaseNumber():
            return _case_number(node, db, out)
        case Field("section", value) if not filters.has_section(db, value):
            return Words(terms_of(value))
        case Words(terms, fuzzy=far) if far:
            from kb.search.suggest import near

            words = tuple(Words((word,)) for word in near(db, terms[0], far))
            return Alike(Words(terms), words, "fuzzy") if words else Words(terms)
        case _:
            return node


def _spaced(parts: tuple[Node, ...], db: sqlite3.Connection) -> Iterator[Node]:
    """The parts, with register, serial and year that are words beside each other as a number, where a case has it: `rs 118 2022`."""
    at = 0
    while at < len(parts):
        words = [_plain(part) for part in parts[at : at + 3]]
        if len(words) == 3 and words[0].isalpha() and all(word.isdecimal() for word in words[1:]) and any(map(_YEAR.fullmatch, words[1:])):
            from kb.search import dnr

            if any(case.register for case in dnr.resolve(db, " ".join(words))):
                yield CaseNumber(" ".join(words))
                at += 3
                continue
        yield parts[at]
        at += 1


def _plain(part: Node) -> str:
    """The one term of a word, "" of anything else."""
    words = part.asked if isinstance(part, Alike) else part
    return words.terms[0] if isinstance(words, Words) and len(words.terms) == 1 and not (words.prefix or words.quoted or words.fuzzy) else ""


def _case_number(node: CaseNumber, db: sqlite3.Connection, out: Compiled) -> Node:
    from kb.search import dnr  # only where there is a number

    cases = dnr.resolve(db, node.written)
    out.cases += [c for c in cases if c not in out.cases]
    if cases:
        return node
    if node.strict or any(r.effort == 0 for r in dnr.readings(node.written)):
        out.notes.append(f"Inget ärende har diarienumret {node.written}.")
    words = terms_of(node.written)
    return node if node.strict or not words else Words(words)


def _condition(node: Node, db: sqlite3.Connection, out: Compiled, keys: Keys) -> str:
    """The node as an SQL condition."""
    text = match_of(node, keys)
    if text:
        return conditions.words(text.widest, db, out)
    match node:
        case All(parts):
            found = conditions.together([_condition(p, db, out, keys) for p in parts], out)
            return found[0] if len(found) == 1 else f"({' AND '.join(found)})"
        case Either(parts):
            return conditions.one_of([_condition(p, db, out, keys) for p in parts], out)
        case Without(part):
            return f"NOT coalesce({_condition(part, db, out, keys)}, 0)"
        case Alike(asked, others):
            return _condition(Either((asked, *others)), db, out, keys)
        case CaseNumber(written):
            from kb.search import dnr

            return filters.case(dnr.resolve(db, written), out)
        case When(since, until):
            return filters.dates(since, until, out)
        case Field(name, value):
            return filters.field(name, value, db, out)
        case _:
            return "0"

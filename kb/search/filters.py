"""Fields, dates and diary numbers → SQL conditions on a place `p` (document_id, start, end) and its document `d`. Values are parameters."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from ingest.text import plain
from kb.search import conditions, forums
from kb.search.analyze import terms
from kb.search.conditions import Condition, any_of, by_number, either, facts

if TYPE_CHECKING:
    from kb.search.compile import Compiled
    from kb.search.dnr import Case

_NAMED = 8  # names that a note lists


class Place(NamedTuple):
    """A table of things with places, and where each keeps its day, its forums and its case."""

    table: str
    date: str
    date_end: str
    forums: tuple[str, ...]
    case: str
    join: str


PASSAGES = Place(
    "passages", "d.date", "d.date_end", ("d.forum", "d.addressed_to"), "d.dnr_key",
    "CROSS JOIN passages p ON p.id = passages_fts.rowid CROSS JOIN documents d ON d.id = p.document_id",
)  # fmt: skip
RECORDS = Place(
    "records", "p.date", "p.date_end", ("p.forum", "d.forum", "d.addressed_to"), "coalesce(p.dnr_key, d.dnr_key)",
    "CROSS JOIN records p ON p.id = records_fts.rowid LEFT JOIN documents d ON d.id = p.document_id",
)  # fmt: skip


# Places that belong to a case, best first: those that write its number, those of its own papers, those of its §§.
_WRITES = "EXISTS (SELECT 1 FROM dnr_mentions m WHERE m.document_id = p.document_id AND m.key IN ({keys}) AND m.start < p.end AND p.start < m.end)"
_OWN = "{case} IN ({keys})"
_PARAGRAPH = (
    "EXISTS (SELECT 1 FROM paragraphs q WHERE q.document_id = p.document_id AND q.own = 1 AND q.dnr_key IN ({keys}) "
    "AND q.start <= p.start AND p.start < q.end)"
)
# Narrows the places to a few documents by index before the conditions above are tried on each.
_DOCUMENTS = (
    "p.document_id IN (SELECT document_id FROM dnr_mentions WHERE key IN ({keys}) UNION SELECT id FROM documents WHERE dnr_key IN ({keys}) "
    "UNION SELECT document_id FROM paragraphs WHERE dnr_key IN ({keys}))"
)
# Facts are found by their document, so each place can be asked alone: the first that fit are soon found.
_WITH_FACT = "EXISTS (SELECT 1 FROM {table} x WHERE x.document_id = p.document_id AND {which} AND x.start < p.end AND p.start < x.end)"

# What `typ:` may also say: kinds of facts, by the word they begin with.
FACTS = {
    "beslut": ("decisions", "x.status = 'adopted'"),
    "förslag": ("decisions", "x.status = 'proposed'"),
    "paragraf": ("paragraphs", "x.own = 1"),
    "uppdrag": ("assignments", "1"),
    "yrkande": ("statements", "x.kind = 'yrkande'"),
    "reservation": ("statements", "x.kind = 'reservation'"),
    "omröstning": ("votes", "1"),
}
_ATTENDED = "(SELECT m.document_id, a.person, a.start, a.end FROM attendance a JOIN meetings m ON m.id = a.meeting_id)"
_AGREED = "(SELECT g.document_id, c.person, c.start, c.end FROM contacts c JOIN agreements g ON g.id = c.agreement_id)"
_PEOPLE = (_ATTENDED, "statements", "ballots", _AGREED)


def case(cases: tuple[Case, ...], out: Compiled) -> str:
    """Places of the cases, sorted by how near they are to them."""
    if not cases:
        return "0"
    keys = out.bind_all([c.key for c in cases])
    parts = (_WRITES, _OWN, _PARAGRAPH, _DOCUMENTS)
    writes, own, paragraph_of, documents = (sql.format(keys=keys, case=out.place.case) for sql in parts)
    if out.place is RECORDS:
        out.tiers.append(f"CASE WHEN {own} THEN 0 ELSE 1 END")
        return f"({own} OR ({documents} AND {paragraph_of}))"
    out.tiers.append(f"CASE WHEN {writes} THEN 0 WHEN {own} THEN 1 ELSE 2 END")
    return f"({documents} AND ({writes} OR {own} OR {paragraph_of}))"


def dates(since: str | None, until: str | None, out: Compiled) -> str:
    """Documents dated within days, months or years, both ends included; a date known less precisely counts where it may lie within."""
    bounds = (out.bind(since) if since else "", out.bind(until) if until else "")
    row, paper = _dated(out.place.date, out.place.date_end, *bounds), _dated(PASSAGES.date, PASSAGES.date_end, *bounds)
    return Condition(row, paper) if out.place is PASSAGES else Condition(row, own=row, like=paper)


def _dated(date: str, end: str, since: str, until: str) -> str:
    """The condition in two parts, each by its own index (the plus keeps to it): what begins in the first year or later, what only ends then."""
    before = f" AND {date} < {until} || '~'" if until else ""
    if not since:
        return f"({date} IS NOT NULL{before})"
    begins = f"{date} >= substr({since}, 1, 4){before} AND (coalesce({end}, {date}) >= {since} OR {date} = substr({since}, 1, length({date})))"
    return f"(({begins}) OR ({end} >= {since} AND +{date} IS NOT NULL{before.replace(date, f'+{date}')}))"


def field(name: str, value: str, db: sqlite3.Connection, out: Compiled) -> str:
    """The condition of a field; one that nothing can fulfil where the value is unknown, and a note says so."""
    if (name, value) in out.fields:
        return out.fields[name, value]
    known = out.answers.get((out.place.table, name, value))
    if known:
        out.notes += known.notes
        found: str = by_number(known, out)
    else:
        said = len(out.notes)
        found = _FIELDS[name](value, db, out)
        for table, rows in found.rows.items() if isinstance(found, Condition) else ():
            out.answers.add((table, name, value), rows._replace(notes=tuple(out.notes[said:])))
    out.fields[name, value] = found
    return found


def forum(value: str, db: sqlite3.Connection, out: Compiled) -> str:
    """Documents of a forum or addressed to it."""
    names = forums.resolve(db, value)
    if not names:
        out.notes.append(f"Inget forum heter ”{value}” – alla står under Forum (kb forum).")
        return "0"
    bound = out.bind_all(list(names))
    own, paper = ([f"{column} IN ({bound})" for column in out.place.forums if column.startswith(of)] for of in ("p.", "d."))
    return Condition(either([*own, *paper]), either(paper), either(own) if own else "")


def kind(value: str, db: sqlite3.Connection, out: Compiled) -> str:
    """Documents of a kind, or places of a kind of fact."""
    known = _values(db, "SELECT DISTINCT kind FROM documents ORDER BY 1")
    wanted = plain(value)
    kinds = [name for name in known if plain(name) == wanted] or [name for name in known if wanted and plain(name).startswith(wanted)]
    fact = next((fact for begin, fact in FACTS.items() if wanted.startswith(plain(begin))), None)
    parts = [f"d.kind IN ({out.bind_all(kinds)})"] if kinds else []
    parts += [_WITH_FACT.format(table=fact[0], which=fact[1])] if fact else []
    if not parts:
        out.notes.append(f"Ingen handling är av typen ”{value}”. Det finns: {', '.join((*known, *FACTS))}.")
    return Condition(either(parts), either(parts)) if kinds and not fact else either(parts)


def municipality(value: str, db: sqlite3.Connection, out: Compiled) -> str:
    """Documents of a municipality, region or association, by a name or the beginning of one."""
    known = _values(db, "SELECT DISTINCT organisation FROM documents WHERE organisation IS NOT NULL ORDER BY 1")
    names = named(value, known)
    if not names:
        out.notes.append(f"Ingen handling är från ”{value}”. Det finns: {_some(known)}.")
        return "0"
    paper = f"d.organisation IN ({out.bind_all(names)})"
    return Condition(paper, paper)


def area(value: str, db: sqlite3.Connection, out: Compiled) -> str:
    """Places that tell of a standing assignment or an activity of an area."""
    known = _values(db, "SELECT area FROM assignments WHERE area IS NOT NULL UNION SELECT area FROM activities WHERE area IS NOT NULL ORDER BY 1")
    names = named(value, known)
    if not names:
        out.notes.append(f"Inget uppdrag har området ”{value}”. Det finns: {_some(known)}.")
        return "0"
    which = f"x.area IN ({out.bind_all(names)})"
    return any_of([facts("assignments", which), facts("activities", which)], db, out)


def assignment(value: str, db: sqlite3.Connection, out: Compiled) -> str:
    """Places of assignments whose name or text has all the words."""
    which = " AND ".join(f"(x.name || ' ' || coalesce(x.area, '') || ' ' || x.text) {_like(word, out)}" for word in value.split()) or "0"
    if not db.execute(f"SELECT 1 FROM assignments x WHERE {which} LIMIT 1", out.parameters).fetchone():  # noqa: S608
        out.notes.append(f"Inget uppdrag heter eller handlar om ”{value}”.")
        return conditions.none(out)
    return any_of([facts("assignments", which)], db, out)


def person(value: str, db: sqlite3.Connection, out: Compiled) -> str:
    """Places where a person takes part, speaks, votes or is to be reached, papers by them, and the name in the text."""
    which = " AND ".join(f"x.person {_like(word, out)}" for word in value.split()) or "0"
    stretches = [facts(table, which) for table in _PEOPLE]
    stretches.append(conditions.papers(" AND ".join(f"d.author {_like(word, out)}" for word in value.split()) or "0"))
    found = terms(value)
    return any_of(stretches, db, out, f'{{text}} : "{" ".join(found)}"' if found else "")


def paragraph(value: str, db: sqlite3.Connection, out: Compiled) -> str:
    """Places within a § of that number that is recorded there."""
    bound = out.bind(_number(value))
    which = f"x.own = 1 AND replace(x.number, ' ', '') = {bound}"
    if not db.execute(f"SELECT 1 FROM paragraphs x WHERE {which} LIMIT 1", out.parameters).fetchone():  # noqa: S608
        out.notes.append(f"Ingen § {value} finns protokollförd här.")
        return conditions.none(out)
    return any_of([facts("paragraphs", which)], db, out)


def section(value: str, db: sqlite3.Connection, out: Compiled) -> str:
    """Places within a § of that number, or that refer to one."""
    return any_of([facts("paragraphs", f"replace(x.number, ' ', '') = {out.bind(_number(value))}")], db, out)


def register(value: str, db: sqlite3.Connection, out: Compiled) -> str:
    """Papers and §§ of cases of a diary register."""
    known = _values(db, "SELECT DISTINCT register FROM diary_numbers WHERE register <> '' ORDER BY 1")
    names = [name for name in known if plain(name) == plain(value)]
    if not names:
        out.notes.append(f"Inget diarium heter ”{value}”. Det finns: {_some(known)}.")
        return "0"
    keys = f"(SELECT key FROM diary_numbers WHERE register IN ({out.bind_all(names)}))"  # noqa: S608
    return either([f"{out.place.case} IN {keys}", _WITH_FACT.format(table="paragraphs", which=f"x.own = 1 AND x.dnr_key IN {keys}")])


def has_section(db: sqlite3.Connection, value: str) -> bool:
    """True where any text names a § of that number."""
    return bool(db.execute("SELECT 1 FROM paragraphs WHERE replace(number, ' ', '') = ? LIMIT 1", (_number(value),)).fetchone())


_FIELDS = {
    "forum": forum, "kind": kind, "municipality": municipality, "area": area, "assignment": assignment, "person": person,
    "paragraph": paragraph, "section": section, "register": register,
}  # fmt: skip


def _like(word: str, out: Compiled) -> str:
    """A comparison that finds the word anywhere, whatever its capitals."""
    escaped = re.sub(r"([\\%_])", r"\\\1", word)
    return f"LIKE {out.bind(f'%{escaped}%')} ESCAPE '\\'"


def _number(value: str) -> str:
    return re.sub(r"[§\s]", "", value).lower()


def _values(db: sqlite3.Connection, sql: str) -> list[str]:
    return [str(row[0]) for row in db.execute(sql)]


def named(value: str, known: Iterable[str]) -> list[str]:
    """The names that are the value, else those that it begins or is a word of."""
    wanted = plain(value)
    names = list(known)
    same = [name for name in names if plain(name) == wanted]
    return same or [name for name in names if wanted and f" {wanted}" in f" {plain(name)}"]


def _some(known: list[str]) -> str:
    more = f" och {len(known) - _NAMED} till" if len(known) > _NAMED else ""
    return (", ".join(known[:_NAMED]) or "inga") + more

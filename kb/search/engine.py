"""A query → what fits it: parse, compile, ask SQLite, mark the words. The command line and the web share it."""

from __future__ import annotations

import datetime
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from kb import errors
from kb.search import known, question, rank, snippets, whose
from kb.search.analyze import analyser, terms
from kb.search.answers import Answers
from kb.search.asked import SORTED, Asked, Only
from kb.search.compile import Compiled
from kb.search.marking import Marker
from kb.search.match import TIERS, Keys, Reason
from kb.search.nodes import Alike, All, CaseNumber, Either, Field, Node, Words, leaves
from kb.search.parse import Query, parse
from kb.search.rank import Ranked

if TYPE_CHECKING:
    from kb.search.beyond import Beyond
    from kb.search.suggest import Wider

_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
AT_ONCE = 500
"""Rows that are read together."""


class Hit(NamedTuple):
    """A passage that fits. `marked` is its text with the found words between `snippets.START` and `snippets.END`.

    `line` and `last_line` are None where the source has none; `whose` the forum is and `case_of` the case, where several have one; `organisation`
    has the paper.
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
    whose: str | None
    organisation: str | None
    text: str
    marked: str
    matched: Reason = "exact"
    case_of: str | None = None

    @property
    def highlighted(self) -> str:
        """The text as HTML, escaped, with `<mark>` around the found words."""
        return snippets.to_html(self.marked)

    @property
    def excerpt(self) -> str:
        """A line or two around the first found word, still with marks: see `snippets.segments` and `snippets.to_html`."""
        return snippets.excerpt(self.marked)


class Results(NamedTuple):
    """What a search gave: `total` hits, of which `hits` are those asked for; `cases` are diary numbers that the query named.

    Where there are too many to count, `capped`, `total` is one more than were counted. `beyond` is what its filters left out, where nothing has all.
    """

    query: str
    total: int
    hits: tuple[Hit, ...]
    notes: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    suggestion: str | None = None
    capped: bool = False
    beyond: tuple[Beyond, ...] = ()


class Answered(NamedTuple):
    """A query that was read and asked: what it came to mean, after widening where nothing else was found, and what is said of it.

    `whole` is what it was before words were left out or read otherwise, None where none were.
    """

    text: str
    node: Node
    asked: Asked
    rows: tuple[Ranked, ...]
    reason: Reason | None
    suggestion: str | None
    notes: tuple[str, ...]
    whole: Node | None = None
    beyond: tuple[Beyond, ...] = ()


def search(
    db: sqlite3.Connection,
    query: str,
    *,
    forum: str | None = None,
    since: str | None = None,
    until: str | None = None,
    only: Only | None = None,
    newest: bool = False,
    limit: int = 20,
    offset: int = 0,
    today: datetime.date | None = None,
) -> Results:
    """Search passages, best first, or newest first. `limit` 0 gives all hits; `since` and `until` are YYYY, YYYY-MM or YYYY-MM-DD, both included.

    `only` narrows to more than these. `today` is what `i fjol` is counted from, this computer's day if not said. No query raises; a date of another
    form raises Usage.
    """
    only = only or Only(forum, since, until)
    answered = answer(db, query, only, limit + offset if limit else 0, newest, today)
    if isinstance(answered, Results):
        return answered
    return passages(answered, limit, offset, newest)


def answer(
    db: sqlite3.Connection, query: str, only: Only, need: int, newest: bool, today: datetime.date | None, answers: Answers | None = None
) -> Answered | Results:
    """Read a query and ask for `need` passages; the empty results of a query that asks for nothing. Raises Usage for a wrong date."""
    _check_dates(only.since, only.until)
    have = known.load(db, today or datetime.datetime.now().astimezone().date())
    read = parse(query, have)
    if read.node is None:
        return Results(read.text, 0, (), read.notes)
    keys = Keys(db, lambda: analyser(db), answers)
    if cited := _cited(db, read, only, keys, have, need, newest):
        return cited
    asked = Asked(db, read.node, only, keys)
    rows = asked.best(need, newest=newest)
    notes = (*read.notes, *asked.compiled.notes)
    if rows:
        return Answered(read.text, read.node, asked, tuple(rows), None, question.narrowed(db, read.text, have, keys), tuple(dict.fromkeys(notes)))
    node = asked.compiled.node or read.node
    from kb.search.beyond import beyond  # only where nothing is found

    suggested = _suggested(db, read.text, node, keys, have)
    notes = (*notes, *_misspelt(db, read.text, None if suggested else node, only))
    left_out = beyond(db, read.text, read.node, only, keys, have)
    for other in widened(db, node, keys, have):
        again = Asked(db, other.node, only, keys)
        found = again.best(need, newest=newest)
        if found:
            why = "Inget har alla orden." if other.fewer else "Inget fanns som det är skrivet."
            said = tuple(dict.fromkeys((*notes, f"{why} {other.note}")))
            whole = None if other.reason else read.node
            return Answered(read.text, other.node, again, tuple(found), other.reason, suggested, said, whole, left_out)
    return Answered(read.text, read.node, asked, (), None, suggested, tuple(dict.fromkeys(notes)), beyond=left_out)


def _cited(db: sqlite3.Connection, read: Query, only: Only, keys: Keys, have: known.Known, need: int, newest: bool) -> Answered | None:
    """A § with whose it is, or when, is that body's § (`KS § 113 2026`): what is found with those words as filters, if anything is."""
    parts = read.node.parts if isinstance(read.node, All) else ()
    if not any(isinstance(part, Field) and part.name == "section" for part in parts):
        return None
    from kb.search import fewer

    for other in fewer.narrower(db, All(parts), keys, have):
        asked = Asked(db, other.node, only, keys)
        if rows := asked.best(need, newest=newest):
            notes = tuple(dict.fromkeys((*read.notes, *asked.compiled.notes, other.note)))
            return Answered(read.text, other.node, asked, tuple(rows), None, None, notes)
    return None


def widened(db: sqlite3.Connection, node: Node, keys: Keys, have: known.Known) -> Iterator[Wider]:
    """What to ask in turn where nothing is found: other spellings, then words that stand apart, then filters for names, then fewer words."""
    from kb.search import fewer, suggest  # only where nothing is found

    bases = [suggest.Wider(node, None, "")]
    for steps in (fewer.joined(db, node, keys), suggest.wider(db, node, keys, have.words.asking), fewer.looser(db, node, keys)):
        for other in steps:
            bases.append(other)
            yield other
    for step in (fewer.narrower, fewer.fewer):
        for base in (bases[0], *bases[:0:-1]):
            for other in step(db, base.node, keys, have):
                yield replace(other, reason=base.reason, note=f"{base.note} {other.note}" if base.reason else other.note)


def _suggested(db: sqlite3.Connection, text: str, node: Node, keys: Keys, have: known.Known) -> str | None:
    """What may have been meant, if it would find anything."""
    from kb.search.suggest import suggestion

    return question.finding(db, suggestion(db, text, node, keys), have, keys) or question.narrowed(db, text, have, keys)


def _misspelt(db: sqlite3.Connection, text: str, node: Node | None, only: Only) -> Iterator[str]:
    """What may have been meant by filters, those that stand beside the words and those of a query that another one is not offered for."""
    from kb.search import values

    chosen = [(name, getattr(only, name), "") for name in ("forum", "kind", "register", "municipality")]
    for name, value, typed in (*chosen, *((leaf.name, leaf.value, text) for leaf in leaves(node) if isinstance(leaf, Field))):
        if value and (found := values.written(db, name, value, typed)):
            yield f"Menade du ”{found[1]}” i stället för ”{found[0]}”?"


def _check_dates(since: str | None, until: str | None) -> None:
    for day in filter(None, (since, until)):
        if not _DATE.fullmatch(day):
            raise errors.Usage(f"”{day}” är inget datum", "skriv 2015, 2015-06 eller 2015-06-16")
    if since and until and since[: len(until)] > until:
        raise errors.Usage(f"{since} kommer efter {until}", "byt plats på --from och --to")


def passages(found: Answered, limit: int, offset: int, newest: bool = False) -> Results:
    """The passages of an answer with their words marked, and how many there are in all."""
    asked, rows = found.asked, found.rows[offset:]
    if not limit:
        total = len(found.rows)
    else:
        known_all = len(found.rows) < limit + offset  # all there are have been seen
        total = len(found.rows) if known_all else asked.total or asked.count()
    capped = bool(limit) and total > rank.COUNTED
    notes = list(found.notes)
    if asked.cut and asked.count(most=SORTED) > SORTED:
        notes.append(f"Träffarna är många: bara {SORTED} av dem, beslut och paragrafer först, är sorterade efter datum.")
    cases = tuple(dict.fromkeys(c.dnr for c in asked.compiled.cases))
    return Results(found.text, total, _hits(asked, rows, found.reason), tuple(notes), cases, found.suggestion, capped, found.beyond)


_ROWS = f"""
SELECT p.id AS passage_id, p.document_id, s.path AS source, p.page, p.line, p.last_line, d.title, d.kind, d.date, d.forum, n.dnr,
       {whose.said("d.forum")}, d.organisation, p.text, p.read_again, n.organisation
FROM passages p JOIN documents d ON d.id = p.document_id JOIN sources s ON s.id = d.source_id LEFT JOIN diary_numbers n ON n.key = d.dnr_key
WHERE p.id IN ({{ids}})"""  # noqa: S608 our own names
_TEXT, _AGAIN = Hit._fields.index("text"), Hit._fields.index("text") + 1  # the columns are the fields of a hit, then read_again and case_of


def _hits(asked: Asked, ranked: Sequence[Ranked], reason: Reason | None) -> tuple[Hit, ...]:
    rows = rows_of(asked.db, _ROWS, [row.id for row in ranked])
    ordered = [(rows[row.id], row.tier) for row in ranked]
    marks = marker(asked).mark([(row[_TEXT], row[_AGAIN]) for row, _ in ordered])
    reasons = reason_of(asked, reason)
    return tuple(Hit._make((*row[:_AGAIN], mark, reasons[tier], row[-1])) for (row, tier), mark in zip(ordered, marks, strict=True))


def hits_of(db: sqlite3.Connection, found: Sequence[tuple[int, Reason]]) -> tuple[Hit, ...]:
    """Passages by id, in this order, each with the reason it fits by; none of their words is marked."""
    rows = rows_of(db, _ROWS, [n for n, _ in found])
    return tuple(Hit._make((*rows[n][:_AGAIN], rows[n][_TEXT], reason, rows[n][-1])) for n, reason in found)


def rows_of(db: sqlite3.Connection, sql: str, ids: list[int]) -> dict[int, Sequence[Any]]:
    """Rows by id, which stands first in them; `sql` has {ids} where they go."""
    rows: dict[int, Sequence[Any]] = {}
    for at in range(0, len(ids), AT_ONCE):
        some = ids[at : at + AT_ONCE]
        rows.update((row[0], row) for row in db.execute(sql.format(ids=", ".join("?" * len(some))), some))
    return rows


def reason_of(asked: Asked, reason: Reason | None) -> tuple[Reason, ...]:
    """What each tier means: `reason` where all was widened; the last one is fuzzy where no synonyms were asked for."""
    if reason:
        return (reason,) * len(TIERS)
    whys = {alike.why for alike in _alikes(asked.compiled.node)}
    return (*TIERS[:-1], "fuzzy") if whys == {"fuzzy"} else TIERS


def _alikes(node: Node | None) -> list[Alike]:
    match node:
        case Alike():
            return [node]
        case All(parts) | Either(parts):
            return [alike for part in parts for alike in _alikes(part)]
        case _:
            return []


def marker(asked: Asked) -> Marker:
    """What marks the words of a query."""
    return Marker(asked.db, words_of(asked.db, asked.compiled), asked.keys)


def words_of(db: sqlite3.Connection, compiled: Compiled) -> list[Words]:
    """What to mark: the words asked for, and each spelling of the cases asked for."""
    found = list(leaves(compiled.node))
    wanted = [leaf for leaf in found if isinstance(leaf, Words)]
    wanted += [Words(terms(leaf.written)) for leaf in found if isinstance(leaf, CaseNumber)]
    for case in compiled.cases:
        spellings = db.execute("SELECT DISTINCT spelling FROM dnr_mentions WHERE key = ?", (case.key,)).fetchall()
        wanted += [Words(terms(row[0])) for row in spellings]
    return [w for w in wanted if w.terms]

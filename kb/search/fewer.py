"""Where no text has all that was asked for: compounds as their parts, phrases as words, names and years as filters, then the words that tell most."""

from __future__ import annotations

import math
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from ingest.text import MONTHS
from kb.search import rank, synonyms
from kb.search.analyze import terms
from kb.search.fields import typed
from kb.search.forums import CALLED
from kb.search.known import Known
from kb.search.match import Keys, match_of
from kb.search.nodes import Alike, All, Either, Field, Node, When, Words, leaves
from kb.search.suggest import Wider

_MOST = 5
"""Words of which all choices are tried; of more only those that tell most are kept."""
_PLACE = 0.5
"""What the name of a municipality or forum, or a year or month, tells, beside another word as rare: it says whose or when, the other what about."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_FREQUENCY = "SELECT sum(passages) FROM terms WHERE lemma = ?"
_USED = "SELECT word FROM terms WHERE lemma = ? AND passages > 0 ORDER BY passages DESC, word LIMIT 1"


def joined(_db: sqlite3.Connection, node: Node, keys: Keys) -> Iterator[Wider]:
    """The query with words that were broken at the end of a line (`sam-verkan`) as the words that the base has."""
    said: dict[str, None] = {}
    other = _whole(node, keys, said)
    if said:
        yield Wider(other, None, f"Visar {_listed(said)}, utan bindestreck.")


def _whole(node: Node, keys: Keys, said: dict[str, None]) -> Node:
    match node:
        case All(parts):
            return All(tuple(_whole(part, keys, said) for part in parts))
        case Words(found, prefix=False, quoted=False, written=written) if len(found) == 2 and "-" in written and keys.has("".join(found)):
            said["".join(found)] = None
            return Words(("".join(found),), written="".join(found))
        case _:
            return node


def looser(db: sqlite3.Connection, node: Node, keys: Keys) -> Iterator[Wider]:
    """The query with phrases as their words, and compounds that the base does not have as the parts that it has."""
    said: dict[str, None] = {}
    other = _loose(db, node, keys, said)
    if said:
        yield Wider(other, None, f"Visar det som har {_listed(said)}, var för sig.")


def _loose(db: sqlite3.Connection, node: Node, keys: Keys, said: dict[str, None]) -> Node:
    match node:
        case All(parts):
            loose = [_loose(db, part, keys, said) for part in parts]
            return All(tuple(inner for part in loose for inner in (part.parts if isinstance(part, All) else (part,))))
        case Either(parts) if _is_word(node):
            return Either(tuple(_loose(db, part, keys, said) for part in parts))
        case Words(found, prefix=False, written=written) if written:  # not the words of a diary number that nothing has
            words = found if len(found) > 1 else _parts_of(db, found[0], keys)
            if len(words) < 2:
                return node
            said.update(dict.fromkeys(words))
            return All(tuple(Words((word,), written=word) for word in words))
        case _:
            return node


def _parts_of(db: sqlite3.Connection, term: str, keys: Keys) -> tuple[str, ...]:
    """The parts of a compound that no text has, each as the word that the base uses most; none where it lacks one."""
    parts: list[str] = []
    for part in () if keys.has(term) else keys(term).parts:  # the parts that it was joined of come before those made of them or within them
        if not any(part in other or other in part for other in parts):
            parts.append(part)
    used = [row[0] for part in parts if (row := db.execute(_USED, (part,)).fetchone())]
    return tuple(used) if len(used) == len(parts) else ()


def narrower(db: sqlite3.Connection, node: Node, _keys: Keys, known: Known) -> Iterator[Wider]:
    """The query with names of forums, municipalities, years and months in it read as what the papers are from: all, then periods, then names."""
    parts = node.parts if isinstance(node, All) else (node,)
    names = _names(db, known)
    found: list[tuple[Node, str, Field | When | None]] = []
    at = 0
    while at < len(parts):
        size, meant = _filter(parts[at:], names, db)
        found.append((All(parts[at : at + size]) if size > 1 else parts[at], " ".join(map(_said, parts[at : at + size])), meant))
        at += size
    kinds = {type(meant) for _, _, meant in found if meant}
    for wanted in (kinds, {When}, {Field}) if len(kinds) > 1 else [kinds]:
        read = [f"”{word}” läses som {_as_filter(meant)}" for _, word, meant in found if meant and type(meant) in wanted]
        if read and len(found) > 1:
            inside = tuple(meant if meant and type(meant) in wanted else part for part, _, meant in found)
            yield Wider(All(inside), None, f"{', '.join(read)}.")


def _as_filter(found: Field | When) -> str:
    """A filter as it may be typed."""
    if isinstance(found, Field):
        return typed(found.name, found.value)
    since, until = found.since or "", found.until or ""
    return f"år:{since[:4]}" if since[:7] != until[:7] else typed("when", since[:7])


def _filter(parts: tuple[Node, ...], names: Mapping[str, Field], db: sqlite3.Connection) -> tuple[int, Field | When | None]:
    """The longest name that some parts begin with, or a year or a month, and of how many parts."""
    for size in range(min(synonyms.LONGEST, len(parts)), 0, -1):
        key = _key(parts[:size])
        if key and key in names:
            return size, names[key]
    year = _key(parts[:1])
    if _YEAR.fullmatch(year):
        return 1, When(f"{year}-01-01", f"{year}-12-31")
    month = _said(parts[0]).lower()
    return 1, _month(db, MONTHS.index(month) + 1) if year and month in MONTHS else None


def _month(db: sqlite3.Connection, number: int) -> When | None:
    """The latest month of that name that has papers."""
    row = db.execute("SELECT max(substr(date, 1, 7)) FROM documents WHERE substr(date, 6, 2) = ?", (f"{number:02}",)).fetchone()
    return When(f"{row[0]}-01", f"{row[0]}-31") if row[0] else None


def _key(parts: Iterable[Node]) -> str:
    """What the forms of a name share; "" of what is no plain words."""
    words = [leaf for part in parts for leaf in leaves(part.asked if isinstance(part, Alike) else part)]
    plain = all(isinstance(leaf, Words) and not (leaf.prefix or leaf.fuzzy or leaf.quoted) for leaf in words)
    return synonyms.key(term for leaf in words if isinstance(leaf, Words) for term in leaf.terms) if plain else ""


def _names(db: sqlite3.Connection, known: Known) -> Mapping[str, Field]:
    """The filter that each name means: forums by all that they are called, organisations by their name or the only one that has that word in it."""
    small = known.words.small
    found = organisations(db)
    for called, name in db.execute(CALLED):
        found[synonyms.key(term for term in terms(called) if term not in small)] = Field("forum", name)
    return found


def organisations(db: sqlite3.Connection) -> dict[str, Field]:
    """Municipalities and regions with papers here, by their name or the only one that has that word in it."""
    found: dict[str, Field] = {}
    known = [row[0] for row in db.execute("SELECT DISTINCT organisation FROM documents WHERE organisation IS NOT NULL ORDER BY 1")]
    for name in known:
        for word in re.findall(r"\w+", name):
            if word[0].isupper() and sum(word in other for other in known) == 1:
                found[synonyms.key(terms(word))] = Field("municipality", name)
        found[synonyms.key(terms(name))] = Field("municipality", name)
    return found


def fewer(db: sqlite3.Connection, node: Node, keys: Keys, known: Known) -> Iterator[Wider]:
    """The query with some of its words, those first that tell most; its filters and what it leaves out stay.

    Where a word is in no text, those that only ask, or say whose papers or when, do not stand without another.
    """
    parts = tuple(dict.fromkeys(node.parts)) if isinstance(node, All) else ()
    words = [part for part in parts if _is_word(part)]
    rest = tuple(part for part in parts if part not in words)
    names = _names(db, known)
    weights = {part: weight * (_PLACE if _frames(part, names) else 1) for part in words if (weight := _weight(db, part, keys))}
    all_known = all(part in weights or _asks(part, known) for part in words)
    telling = [part for part in weights if not _asks(part, known)]
    if not all_known and all(_frames(part, names) for part in telling):
        return
    kept = sorted(telling or weights, key=lambda part: -weights[part])[:_MOST]
    periods = [part for part in rest if isinstance(part, Either)]  # a period, as a word or as a day, may stand alone
    for some in _choices(kept, weights, 0 if periods and all_known else 1):
        if len(some) < len(words):
            shown = [part for part in parts if part in some or part in periods]
            left = [part for part in words if part not in some]
            inside = (*(part for part in words if part in some), *rest)
            note = f"Visar det som har {_listed(map(_said, shown))}, utan {_listed(map(_said, left))}."
            yield Wider(All(inside) if len(inside) > 1 else inside[0], None, note, fewer=True)


def _frames(part: Node, names: Mapping[str, Field]) -> bool:
    """True for a word that says whose papers, or when, rather than what about."""
    key = _key((part,))
    return key in names or bool(_YEAR.fullmatch(key)) or (bool(key) and _said(part).lower() in MONTHS)


def _choices(parts: list[Node], weights: Mapping[Node, float], least: int) -> list[tuple[Node, ...]]:
    """All choices of at least so many parts, those with the part that tells most first, then those that weigh most: what is common goes first."""
    choices = [some for size in range(least, len(parts) + 1) for some in combinations(parts, size)]
    return sorted(choices, key=lambda some: (not {*parts[:1]} <= {*some}, -sum(weights[part] for part in some), len(some)))


def _is_word(part: Node) -> bool:
    """True for what may be left out: no filter, and no period, which is a filter as well."""
    if isinstance(part, Either):
        return not any(isinstance(leaf, When) for leaf in leaves(part))
    return isinstance(part, Words | Alike | All)


def _asks(part: Node, known: Known) -> bool:
    """True for a word that asks rather than tells what about."""
    return isinstance(part, Words) and all(term in known.words.asking for term in part.terms)


def _weight(db: sqlite3.Connection, part: Node, keys: Keys) -> float:
    """How much a word tells: more the rarer it is, in compounds too as far as they are counted; 0 of what no text has."""
    match = match_of(part, keys)
    found = rank.count(db, rank.Query("passages", match)) if match else 0
    if not found:
        return 0
    most = db.execute("SELECT max(passages) FROM terms").fetchone()[0] or 1
    return 1 + math.log(most / min(most, max(found, _frequency(db, part, keys))))


def _frequency(db: sqlite3.Connection, part: Node, keys: Keys) -> int:
    """In how many passages its rarest word is, in any form; of words for one thing, the most used."""
    match part:
        case Words(found):
            return min(db.execute(_FREQUENCY, (keys(term).key,)).fetchone()[0] or 0 for term in found)
        case All(parts):
            return min(_frequency(db, inner, keys) for inner in parts)
        case Either(parts):
            return max(_frequency(db, inner, keys) for inner in parts)
        case Alike(asked, others):
            return max(_frequency(db, inner, keys) for inner in (asked, *others))
        case _:
            return 1


def _listed(words: Iterable[str]) -> str:
    *first, last = (f"”{word}”" for word in words)
    return f"{', '.join(first)} och {last}" if first else last


def _said(part: Node) -> str:
    """A part of a query as it was typed."""
    typed = [leaf for leaf in leaves(part.asked if isinstance(part, Alike) else part) if isinstance(leaf, Words)]
    return " ".join(leaf.written.strip() or " ".join(leaf.terms) for leaf in typed)

"""Where nothing was found: wider searches (marks left out, then a letter wrong), and what may have been meant. Only words of the base."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from kb.search import values
from kb.search.analyze import folded
from kb.search.match import MOST_WORDS, Keys, Reason
from kb.search.nodes import Alike, All, Either, Field, Node, Without, Words, leaves

_MARKED = frozenset("åäö")
_SAME = "SELECT word FROM terms WHERE folded = ? AND word <> ? AND passages + readings > 0 ORDER BY passages DESC, word LIMIT ?"
_LONG = "SELECT word, passages FROM terms WHERE clean >= ? AND length(word) BETWEEN ? AND ?"
_MOST = 12
"""Words that one word is widened to at most."""
_COMPARED = 16
"""Words of a query that are compared with all words of the base; one of more unknown words is no query with a slip in it."""
_SHORT, _TWO = 4, 8
"""A word of fewer letters may differ by none; one of so many or more by two."""


@dataclass(frozen=True, slots=True)
class Wider:
    """A query for more than was asked, and a line that says so: `reason` is why its hits fit, None where each fits by its words; `fewer` where
    some words were left out.
    """

    node: Node
    reason: Reason | None
    note: str
    fewer: bool = False


Find = Callable[[sqlite3.Connection, str], Sequence[str]]


def wider(db: sqlite3.Connection, node: Node, keys: Keys, asking: Container[str] = ()) -> Iterator[Wider]:
    """The queries to try in turn where a query has no hits. Words that only ask (`asking`) are meant as they are."""
    steps: tuple[tuple[Reason, str, Find], ...] = (
        ("folded", "Visar {words}, som skiljer sig i å, ä, ö eller accenter.", _same),
        ("fuzzy", "Visar {words}, som liknar det.", lambda db, term: _same(db, term) or _similar(db, term, keys)),
    )
    for reason, say, find in steps:
        words: dict[str, None] = {}
        other = _replaced(db, node, keys, partial(_of, asking, find), words)
        if words:
            yield Wider(other, reason, say.format(words=", ".join(f"”{word}”" for word in words)))


def _of(asking: Container[str], find: Find, db: sqlite3.Connection, term: str) -> Sequence[str]:
    return () if term in asking else find(db, term)


def _replaced(db: sqlite3.Connection, node: Node, keys: Keys, find: Find, words: dict[str, None]) -> Node:
    """The query with each word that the base does not have as one of those it may be; those are noted in `words`."""
    match node:
        case All(parts):
            return All(tuple(_replaced(db, p, keys, find, words) for p in parts))
        case Either(parts):
            return Either(tuple(_replaced(db, p, keys, find, words) for p in parts))
        case Alike(asked, others, why):
            return Alike(_replaced(db, asked, keys, find, words), others, why)
        case Words(terms, prefix) if not prefix and any(not keys.has(term) for term in terms):
            options = [[term] if keys.has(term) else list(find(db, term)) for term in terms]
            if not all(options):
                return node
            words.update(dict.fromkeys(word for term, found in zip(terms, options, strict=True) for word in found if word != term))
            if len(terms) == 1:
                return Either(tuple(Words((word,)) for word in options[0]))
            return Words(tuple(found[0] for found in options))
        case Without():
            return node
        case _:
            return node


def _same(db: sqlite3.Connection, term: str) -> Sequence[str]:
    """Words that are the same without marks: only for a term that was typed without."""
    if _MARKED & set(term):
        return ()
    return [row[0] for row in db.execute(_SAME, (folded(term), term, _MOST))]


def near(db: sqlite3.Connection, term: str, far: int) -> tuple[str, ...]:
    """Words of the base that differ from a term by so many letters at most, the most used first."""
    from rapidfuzz.distance import OSA

    size = len(term)
    rows = db.execute(_LONG, (0, max(1, size - far), size + far))
    found = [(-passages, word) for word, passages in rows if 0 < OSA.distance(term, word, score_cutoff=far) <= far and word.isalpha()]
    return tuple(word for _, word in sorted(found)[:MOST_WORDS])


def _similar(db: sqlite3.Connection, term: str, keys: Keys, clean: int = 0, most: int = _MOST) -> Sequence[str]:
    """Words that differ by a letter, or by two but the first where the term itself is none, the nearest first, then the most used."""
    from rapidfuzz.distance import OSA  # 20 ms, and only where nothing is found

    size = len(term)
    if size < _SHORT or not term.isalpha() or (term not in keys.compared and len(keys.compared) >= _COMPARED):
        return ()
    keys.compared.add(term)
    far = 2 if size >= _TWO and not keys.spelled(term) else 1
    found: list[tuple[int, int, str]] = []
    for word, passages in db.execute(_LONG, (clean, size - far, size + far)):
        apart = OSA.distance(term, word, score_cutoff=far)
        if 0 < apart <= far and word.isalpha() and (apart < 2 or word[0] == term[0]):
            found.append((apart, -passages, word))
    least = min(found)[0] if found else 0
    return [word for apart, _, word in sorted(found) if apart == least][:most]


def suggestion(db: sqlite3.Connection, text: str, node: Node, keys: Keys) -> str | None:
    """The query with its unknown words as words of whole papers that they may have been meant as, and unknown values of filters as names that are
    spelled nearly so; None where there are none.
    """
    out = text
    for leaf in leaves(node):
        if isinstance(leaf, Field) and (known := values.written(db, leaf.name, leaf.value, text)):
            out = values.in_place(out, *known)
        if isinstance(leaf, Words) and not leaf.prefix:
            for term in leaf.terms:
                if not keys.has(term):
                    found = _clean(db, term, keys)
                    out = _in_place(out, term, found) if found else out
    return out if out != text else None


def _clean(db: sqlite3.Connection, term: str, keys: Keys) -> str | None:
    """The likeliest word of whole papers."""
    same = [word for word in _same(db, term) if _is_clean(db, word)]
    return next(iter((*same, *_similar(db, term, keys, 1, 1))), None)


def _is_clean(db: sqlite3.Connection, word: str) -> bool:
    return bool(db.execute("SELECT 1 FROM terms WHERE word = ? AND clean > 0", (word,)).fetchone())


def _in_place(text: str, term: str, word: str) -> str:
    """The text with one word of it replaced, never a part of a word."""
    found = re.search(rf"(?<![^\W_]){re.escape(term)}(?![^\W_])", text, re.I)
    if not found:
        return text
    capital = found[0][0].isupper() and not found[0].isupper()
    return text[: found.start()] + (word.capitalize() if capital else word) + text[found.end() :]

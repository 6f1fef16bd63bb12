"""A question in whole words ("vad beslutades i juni 2026 i Norrvik") as filters: whose papers and when, and the words that tell what about."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

from kb.search import synonyms, when
from kb.search.analyze import terms
from kb.search.asked import Asked, Only
from kb.search.fields import typed
from kb.search.known import Known
from kb.search.match import Keys
from kb.search.parse import parse

_TYPED = re.compile(r'[:"§*()/]')
"""What a question in whole words does not have."""
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def narrowed(db: sqlite3.Connection, text: str, known: Known, keys: Keys) -> str | None:
    """The question as filters, where they find anything."""
    return finding(db, as_filters(db, text, known), known, keys)


def finding(db: sqlite3.Connection, query: str | None, known: Known, keys: Keys) -> str | None:
    """The query, if it finds anything."""
    node = parse(query, known).node if query else None
    return query if node and Asked(db, node, Only(), keys).count(most=0) else None


def as_filters(db: sqlite3.Connection, text: str, known: Known) -> str | None:
    """The question with names of municipalities and periods as filters, without words that only ask; None of no question, and where it names none."""
    first = _WORD.match(text.strip())
    if not first or _TYPED.search(text) or not _asks(first[0], known):
        return None
    periods = list(when.find(text, known.today, known.words))
    from kb.search.fewer import organisations  # few searches are questions

    names = organisations(db)
    said: list[str] = []
    filters = [typed("when", text[p.start : p.end].removeprefix("i ").strip()) for p in periods]
    for match in _WORD.finditer(text):
        if any(p.start <= match.start() < p.end for p in periods):
            continue
        if match[0][0].isupper() and synonyms.key(terms(match[0])) in names:
            filters.append(typed("municipality", match[0]))
        elif not _asks(match[0], known):
            said.append(match[0])
    return " ".join([*said, *_municipality_first(filters)]) if any(f.startswith(_OF) for f in filters) else None


_OF = typed("municipality", "")


def _municipality_first(filters: list[str]) -> Iterator[str]:
    yield from sorted(filters, key=lambda one: not one.startswith(_OF))


def _asks(word: str, known: Known) -> bool:
    """True for a word that asks or that nearly every passage has."""
    return word.casefold() in known.words.asking or word.casefold() in known.words.small

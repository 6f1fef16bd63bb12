"""Words that a newcomer has explained: which of them texts use, and a text cut where they stand so that a page can explain them in their place."""

from __future__ import annotations

import functools
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.text import fold
from kb.web.selecting import select

AROUND = 60
"""So many characters of a text stand on each side of a word that is shown as it was used."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word and what it means."""

    term: str
    slug: str
    pattern: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Bit:
    """A piece of a text, with the term that it is."""

    text: str
    term: Term | None = None


@dataclass(frozen=True, slots=True)
class Used:
    """A term and how a text used it: what stands before, the word, what stands behind."""

    term: Term
    before: str
    word: str
    after: str


def terms(conn: sqlite3.Connection) -> tuple[Term, ...]:
    """All words of the glossary, in alphabetical order."""
    return select(conn, Term, "glossary ORDER BY position")


@functools.lru_cache(maxsize=4)
def _expression(known: tuple[Term, ...]) -> re.Pattern[str]:
    """One expression for all terms; the group that matched says which it is."""
    return re.compile("|".join(f"(?P<t{n}>{term.pattern})" for n, term in enumerate(known)) or r"(?!)", re.IGNORECASE)


def _matches(text: str, known: tuple[Term, ...]) -> Iterable[tuple[int, int, Term]]:
    for match in _expression(known).finditer(fold(text)):
        yield match.start(), match.end(), known[int((match.lastgroup or "t0")[1:])]


def used(texts: Iterable[str | None], known: tuple[Term, ...]) -> tuple[Used, ...]:
    """The terms that the texts use, in alphabetical order, each where it was first met."""
    found: dict[str, Used] = {}
    for text in filter(None, texts):
        for start, end, term in _matches(text, known):
            if term.slug not in found:
                found[term.slug] = Used(term, _tail(text[:start]), text[start:end], _head(text[end:]))
    return tuple(found[term.slug] for term in known if term.slug in found)


def _tail(text: str) -> str:
    words = text[-AROUND:].lstrip()
    return words if len(text) <= AROUND else "…" + words.partition(" ")[2]


def _head(text: str) -> str:
    words = text[:AROUND].rstrip()
    return words if len(text) <= AROUND else words.rpartition(" ")[0] + " …"


def marked(texts: Sequence[str], known: tuple[Term, ...]) -> tuple[tuple[Bit, ...], ...]:
    """Each text in pieces, with a term apart the first time that any of them uses it: a page explains a word once."""
    said: set[str] = set()
    return tuple(tuple(_bits(text, known, said)) for text in texts)


def _bits(text: str, known: tuple[Term, ...], said: set[str]) -> Iterable[Bit]:
    at = 0
    for start, end, term in _matches(text, known):
        if term.slug not in said:
            said.add(term.slug)
            if start > at:
                yield Bit(text[at:start])
            yield Bit(text[start:end], term)
            at = end
    if at < len(text):
        yield Bit(text[at:])

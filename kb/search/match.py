"""Words → FTS5 expressions, one for each tier: as typed, in another form, as read again, as a part of a compound. Every term is quoted."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from kb.search.analyze import Analyser, Word
from kb.search.index import Known
from kb.search.nodes import Alike, All, Either, Node, Without, Words

Reason = Literal["exact", "inflected", "repaired", "compound", "synonym", "folded", "fuzzy", "similar"]
TIERS: tuple[Reason, ...] = ("exact", "inflected", "repaired", "compound", "synonym")
"""Best first. What a tier finds, the tiers after it find too."""
MOST_WORDS = 120
"""Words that the short beginning of one stands for."""
_INDEXED = 3
_BEGINNING = "SELECT word FROM terms WHERE word >= ? AND word < ? AND passages + readings + records > 0 ORDER BY passages DESC, word LIMIT ?"


@dataclass(frozen=True, slots=True)
class Match:
    """FTS5 expressions over text, lemma, parts and ocr, in the order of `TIERS`; the last one finds everything.

    `weighed` are the same without what tells words read again from others: bm25 counts all rows of each word in an expression, those under NOT too.
    """

    tiers: tuple[str, ...]
    weighed: tuple[str, ...]

    @property
    def widest(self) -> str:
        """What finds every hit."""
        return self.tiers[-1]


class Keys:
    """The keys of what is asked for: as `terms` has them, a word that no text has by the lexicon."""

    def __init__(self, db: sqlite3.Connection, analyse: Callable[[], Analyser]) -> None:
        self._db, self._known, self._analyse = db, Known(db), analyse
        self.notes: list[str] = []
        self._new: dict[str, Word] = {}

    def meet(self, words: Iterable[str]) -> None:
        """Look many words up at once."""
        self._known.meet(words)

    def __call__(self, term: str) -> Word:
        """The keys of a term."""
        if self.has(term):
            return self._known.words[term]
        if term not in self._new:
            self._new[term] = self._analyse()(term)
        return self._new[term]

    def beginning(self, term: str) -> list[str]:
        """The words of the base that begin so, the most used first; at least the term itself. Says so where there are more than are searched."""
        found = [row[0] for row in self._db.execute(_BEGINNING, (term, f"{term}\U0010ffff", MOST_WORDS + 1))]
        if len(found) > MOST_WORDS:
            self.notes.append(f"Fler än {MOST_WORDS} ord börjar på ”{term}”, de {MOST_WORDS} vanligaste söks.")
        return found[:MOST_WORDS] or [term]

    def has(self, term: str) -> bool:
        """True where the base has the word as it is spelled."""
        if term not in self._known.words and term not in self._new:
            self._known.meet((term,))
        return term in self._known.words


def match_of(node: Node, keys: Keys) -> Match | None:
    """The node as FTS5 expressions; None where it needs more than the text."""
    match node:
        case Words():
            tiers, weighed = _words(node, keys)
            return Match((*tiers, tiers[-1]), (*weighed, weighed[-1]))
        case Alike(asked, others):
            return _alike(match_of(asked, keys), match_of(Either(others), keys))
        case Either(parts):
            found = [m for part in parts if (m := match_of(part, keys))]
            return _joined(found, " OR ") if len(found) == len(parts) else None
        case All(parts):
            return _all(parts, keys)
        case _:
            return None


def _alike(asked: Match | None, others: Match | None) -> Match | None:
    """What was asked for by its tiers, and other words for it in the last one."""
    if not asked or not others:
        return asked
    last = f"({asked.widest} OR {others.widest})"
    return Match((*asked.tiers[:-1], last), (*asked.weighed[:-1], last))


def _all(parts: tuple[Node, ...], keys: Keys) -> Match | None:
    wanted = [match_of(part, keys) for part in parts if not isinstance(part, Without)]
    unwanted = [match_of(part.part, keys) for part in parts if isinstance(part, Without)]
    if not wanted or None in wanted or None in unwanted:
        return None
    found = _joined([m for m in wanted if m], " AND ")
    if not unwanted:
        return found
    without = " OR ".join(m.tiers[TIERS.index("repaired")] for m in unwanted if m)
    tiers, weighed = (tuple(f"({tier} NOT ({without}))" for tier in some) for some in (found.tiers, found.weighed))
    return Match(tiers, weighed)


def _joined(found: list[Match], by: str) -> Match:
    tiers, weighed = zip(*(m.tiers for m in found), strict=True), zip(*(m.weighed for m in found), strict=True)
    return Match(tuple(f"({by.join(some)})" for some in tiers), tuple(f"({by.join(some)})" for some in weighed))


_Tiers = tuple[str, str, str, str]


def _words(words: Words, keys: Keys) -> tuple[_Tiers, _Tiers]:
    """One key a word, so that its forms share how rare they are; a phrase by its words as typed, then by their keys."""
    typed = f'"{" ".join(words.terms)}"'
    if words.prefix:
        begun = _prefix(words, typed, keys)
        return begun, begun
    asked = " ".join(keys(term).key for term in words.terms)
    key = f'"{asked}"'
    if len(words.terms) > 1:
        phrase = (f"{{text}} : {typed}", f"{{lemma}} : {key}", f"{{lemma}} : {key}", f"{{lemma}} : {key}")
        return phrase, phrase
    exact, inflected, read, part = f"{{text}} : {typed}", f"{{lemma}} : {key}", f"{{lemma ocr}} : {key}", f"{{lemma parts ocr}} : {key}"
    again = f"{{ocr}} : {key}"
    return (f"({exact} NOT {again})", f"({inflected} NOT {again})", read, part), (exact, inflected, read, part)


def _prefix(words: Words, typed: str, keys: Keys) -> _Tiers:
    """The beginning of a word. The index knows beginnings of three letters; shorter ones are put as the words the base has, the most used of them."""
    text = f"{{text}} : {typed} *"
    if len(words.terms) > 1:
        return (text, text, text, text)
    if len(words.terms[0]) < _INDEXED:
        text = f"{{text}} : ({' OR '.join(f'{chr(34)}{word}{chr(34)}' for word in keys.beginning(words.terms[0]))})"
        return (text, text, text, text)
    return (text, text, f"{{text ocr}} : {typed} *", f"{{text parts ocr}} : {typed} *")

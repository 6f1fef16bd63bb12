"""Words → FTS5 expressions, one for each tier: as typed, in another form, as read again, as a part of a compound. Every term is quoted."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

from kb.search.analyze import Analyser, Word
from kb.search.answers import Answers
from kb.search.index import ROOM, Known
from kb.search.nodes import Alike, All, Either, Node, Without, Words

Reason = Literal["exact", "inflected", "repaired", "compound", "synonym", "folded", "fuzzy", "similar"]
TIERS: tuple[Reason, ...] = ("exact", "inflected", "repaired", "compound", "synonym")
"""Best first. What a tier finds, the tiers after it find too."""
MOST_WORDS = 120
"""Words that the short beginning of one stands for."""
_INDEXED = 3
_FEW = 2000
"""Passages that are weighed in no time, however many there are in all."""
_USED = "SELECT total(passages) FILTER (WHERE word = ?), total(passages) FROM terms WHERE lemma = ?"
_LAST = "SELECT (SELECT max(id) FROM passages WHERE id BETWEEN c.value * ?1 AND (c.value + 1) * ?1 - 1) FROM json_each('[0, 1, 2]') c"
_KEYS = "SELECT DISTINCT lemma FROM terms WHERE lemma >= ? AND lemma < ?"
_PARTS = "SELECT parts FROM terms WHERE instr(' ' || parts, ?)"
_BEGUN = "SELECT total(passages) FROM terms WHERE word >= ? AND word < ?"
_BEGINNING = "SELECT word FROM terms WHERE word >= ? AND word < ? AND passages + readings + records > 0 ORDER BY passages DESC, word LIMIT ?"


class Match(NamedTuple):
    """FTS5 expressions over text, lemma, parts and ocr, in the order of `TIERS`; the last one finds everything.

    `weighed` are the same without what tells words read again from others: bm25 counts all rows of each word in an expression, those under NOT too.
    `telling` are these without words so frequent that they weigh next to nothing beside the others; it finds more. `begins` is the beginning of a
    word that is all there is asked for, "" else.
    """

    tiers: tuple[str, ...]
    weighed: tuple[str, ...]
    telling: tuple[str, ...]
    begins: str = ""

    @property
    def widest(self) -> str:
        """What finds every hit."""
        return self.tiers[-1]


class Keys:
    """The keys of what is asked for: as `terms` has them, a word that no text has by the lexicon."""

    def __init__(self, db: sqlite3.Connection, analyse: Callable[[], Analyser], answers: Answers | None = None) -> None:
        self._db, self._known, self._analyse = db, Known(db), analyse
        self.notes: list[str] = []
        self.answers = answers or Answers()
        self.compared: set[str] = set()
        self._new: dict[str, Word] = {}
        self._begun: dict[str, tuple[list[str], list[str]]] = {}

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

    def spelled(self, term: str) -> bool:
        """True for a word of the dictionary, which the base may well lack without being misspelt."""
        return self._analyse().knows(term)

    def beginning(self, term: str) -> list[str]:
        """The words of the base that begin so, the most used first; at least the term itself. Says so where there are more than are searched."""
        found = [row[0] for row in self._db.execute(_BEGINNING, (term, f"{term}\U0010ffff", MOST_WORDS + 1))]
        if len(found) > MOST_WORDS:
            self.notes.append(f"Fler än {MOST_WORDS} ord börjar på ”{term}”, de {MOST_WORDS} vanligaste söks.")
        return found[:MOST_WORDS] or [term]

    def all_that_begin(self, term: str) -> tuple[list[str], list[str]]:
        """All words of the base that begin so, and all keys of words and of parts of compounds."""
        if term in self._begun:
            return self._begun[term]
        bounds = (term, f"{term}\U0010ffff")
        words = [row[0] for row in self._db.execute(_BEGINNING, (*bounds, MOST_WORDS + 1))]
        keys = {row[0] for row in self._db.execute(_KEYS, bounds)}
        parts = {part for (some,) in self._db.execute(_PARTS, (f" {term}",)) for part in some.split()}
        self._begun[term] = words, sorted(keys | {part for part in parts if part.startswith(term)})
        return self._begun[term]

    def used(self, part: Node) -> tuple[int, int]:
        """In how many passages a word is, as it is typed and in any form; 0 of what is no single word; of a beginning those of its words."""
        words = part.asked if isinstance(part, Alike) else part
        if not isinstance(words, Words) or len(words.terms) > 1:
            return 0, 0
        if words.prefix:
            begun = int(self._db.execute(_BEGUN, (words.terms[0], f"{words.terms[0]}\U0010ffff")).fetchone()[0])
            return begun, begun
        row = self._db.execute(_USED, (words.terms[0], self(words.terms[0]).key)).fetchone()
        return int(row[0]), int(row[1])

    @cached_property
    def passages(self) -> int:
        """About how many passages there are: numbers that are free again count as well."""
        return sum(n % ROOM for (n,) in self._db.execute(_LAST, (ROOM,)) if n)

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
            plain = Match((*tiers, tiers[-1]), (*weighed, weighed[-1]), (*weighed, weighed[-1]))
            return _begun(node, plain, keys)
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
    return Match((*asked.tiers[:-1], last), (*asked.weighed[:-1], last), (*asked.telling[:-1], f"({asked.telling[-1]} OR {others.telling[-1]})"))


def _all(parts: tuple[Node, ...], keys: Keys) -> Match | None:
    asked = [part for part in parts if not isinstance(part, Without)]
    wanted = [match_of(part, keys) for part in asked]
    unwanted = [match_of(part.part, keys) for part in parts if isinstance(part, Without)]
    if not wanted or None in wanted or None in unwanted:
        return None
    if len(parts) == 1 and wanted[0]:
        return wanted[0]
    found = _joined([m for m in wanted if m], " AND ")
    tiers, weighed, telling = found.tiers, found.weighed, _telling(asked, [m for m in wanted if m], keys)
    if unwanted:
        without = " OR ".join(m.tiers[TIERS.index("repaired")] for m in unwanted if m)
        tiers, weighed = (tuple(f"({tier} NOT ({without}))" for tier in some) for some in (tiers, weighed))
    return Match(tiers, weighed, telling)


def _telling(parts: Sequence[Node], found: list[Match], keys: Keys) -> tuple[str, ...]:
    """What each tier is weighed by: words that a tenth of the passages have, only where there is no other; of them the rarest."""
    used = [keys.used(part) for part in parts] if len(parts) > 1 else [(0, 0)]
    exact = _rare([typed for typed, _ in used], keys)
    other = _rare([forms for _, forms in used], keys)
    return tuple(f"({' AND '.join(found[n].telling[tier] for n in (other if tier else exact))})" for tier in range(len(TIERS)))


def _rare(used: list[int], keys: Keys) -> list[int]:
    """The numbers of the words that tell something, of how many passages each is in."""
    most = max(_FEW, keys.passages // 10) if max(used) > _FEW else max(used)
    return [n for n, passages in enumerate(used) if passages <= most] or [used.index(min(used))]


def _joined(found: list[Match], by: str) -> Match:
    tiers, weighed, telling = (
        tuple(f"({by.join(some)})" for some in zip(*each, strict=True))
        for each in ((m.tiers for m in found), (m.weighed for m in found), (m.telling for m in found))
    )
    return Match(tiers, weighed, telling)


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


def _begun(words: Words, plain: Match, keys: Keys) -> Match:
    """The beginning of a word as the words it stands for, where they are not too many: their rows are found without gathering all first."""
    term = words.terms[0]
    if not words.prefix or len(words.terms) > 1 or len(term) < _INDEXED:
        return plain
    found, of_index = keys.all_that_begin(term)
    if not found or max(len(found), len(of_index)) > MOST_WORDS:
        return plain
    text, key = (" OR ".join(f'"{one}"' for one in some) for some in (found, of_index))
    again, part = (f"({{text}} : ({text}) OR {{{columns}}} : ({key}))" if key else f"{{text}} : ({text})" for columns in ("ocr", "parts ocr"))
    tiers = (f"{{text}} : ({text})", f"{{text}} : ({text})", again, part, part)
    return Match(tiers, tiers, plain.telling, term)


def _prefix(words: Words, typed: str, keys: Keys) -> _Tiers:
    """The beginning of a word. The index knows beginnings of three letters; shorter ones are put as the words the base has, the most used of them."""
    text = f"{{text}} : {typed} *"
    if len(words.terms) > 1:
        return (text, text, text, text)
    if len(words.terms[0]) < _INDEXED:
        text = f"{{text}} : ({' OR '.join(f'{chr(34)}{word}{chr(34)}' for word in keys.beginning(words.terms[0]))})"
        return (text, text, text, text)
    return (text, text, f"{{text ocr}} : {typed} *", f"{{text parts ocr}} : {typed} *")

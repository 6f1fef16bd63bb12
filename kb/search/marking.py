"""Which words of the hits were meant: as typed, in another form, as read again, as a part. All from `terms`; nothing is analysed anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kb.search import snippets
from kb.search.analyze import Token, tokens
from kb.search.index import Known, Readings, readings
from kb.search.match import Keys
from kb.search.nodes import Words

_FORMS = "SELECT word FROM terms WHERE lemma = ?"
_SHORTEST = 3
"""Letters of a key that a compound must have to be looked up."""


@dataclass(slots=True)
class _Wanted:
    """A leaf of the query: for each of its terms the forms that share its key, and how compounds with it begin to look."""

    words: Words
    keys: tuple[str, ...]
    forms: tuple[frozenset[str], ...]
    hints: tuple[str, ...]
    compounds: set[str] = field(default_factory=set)

    def fits(self, term: str) -> bool:
        """True for a word that the only term of the leaf means."""
        if self.words.prefix:
            return term.startswith(self.words.terms[0])
        return term in self.forms[0] or term in self.compounds


class Marker:
    """Marks the words of hits. Made once a query; `texts` are asked about together, because compounds are looked up in `terms`."""

    def __init__(self, db: sqlite3.Connection, wanted: Iterable[Words], keys: Keys) -> None:
        self._db = db
        self._wanted = [self._prepared(words, keys) for words in dict.fromkeys(wanted) if words.terms]
        self._single = [w for w in self._wanted if len(w.words.terms) == 1]
        self._phrases = [w for w in self._wanted if len(w.words.terms) > 1]

    def _prepared(self, words: Words, keys: Keys) -> _Wanted:
        own = tuple(keys(term).key for term in words.terms)
        forms = tuple(frozenset((term, *(row[0] for row in self._db.execute(_FORMS, (key,))))) for term, key in zip(words.terms, own, strict=True))
        hints = {key[: max(_SHORTEST, len(key) - 1)] for key in own} | {form[: len(own[0])] for form in forms[0]}
        return _Wanted(words, own, forms, tuple(h for h in hints if len(h) >= _SHORTEST))

    def mark(self, texts: Sequence[tuple[str, str | None]]) -> list[str]:
        """Each text with its `read_again`, with the words that were meant between `snippets.START` and `END`."""
        cut = [(text.translate(snippets.UNMARKED), again) for text, again in texts]
        found = [list(tokens(text)) for text, _ in cut]
        self._find_compounds({token.term for some in found for token in some})
        return [snippets.marked(text, self._spans(some, readings(again) if again else None)) for (text, again), some in zip(cut, found, strict=True)]

    def _find_compounds(self, all_terms: set[str]) -> None:
        known = Known(self._db)
        asked = {n: [t for t in all_terms if any(h in t for h in w.hints) and t not in w.forms[0]] for n, w in enumerate(self._single) if w.hints}
        known.meet(term for some in asked.values() for term in some)
        for n, some in asked.items():
            key = self._single[n].keys[0]
            self._single[n].compounds = {t for t in some if t in known.words and key in known(t).parts}

    def _spans(self, found: list[Token], again: Readings | None) -> list[tuple[int, int]]:
        spans = [(t.start, t.end) for t in found if any(w.fits(t.term) for w in self._single)]
        spans += [span for w in self._phrases for span in _phrase(found, w)]
        for place, words in again.others if again else ():
            if place < len(found) and any(w.fits(word) for w in self._single for word in words):
                spans.append((found[place].start, found[place].end))
        return sorted(spans)


def _phrase(found: list[Token], wanted: _Wanted) -> Iterator[tuple[int, int]]:
    """Where the terms of a phrase stand side by side, in any of their forms."""
    size, prefix = len(wanted.forms), wanted.words.prefix
    for at in range(len(found) - size + 1):
        if found[at].term not in wanted.forms[0]:
            continue
        last = found[at + size - 1].term
        ends = last.startswith(wanted.words.terms[-1]) if prefix else last in wanted.forms[-1]
        if ends and all(found[at + n].term in wanted.forms[n] for n in range(1, size - 1)):
            yield found[at].start, found[at + size - 1].end

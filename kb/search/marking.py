"""Which words of the hits were meant: as typed, in another form, as read again, as a part. All from `terms`; nothing is analysed anew."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from kb.search import snippets
from kb.search.analyze import WORD, tokens
from kb.search.index import Known, Readings, readings
from kb.search.match import Keys
from kb.search.nodes import Words

_FORMS = "SELECT word FROM terms WHERE lemma = ?"
Place = tuple[int, int, str]
"""A word of a text: where it begins and ends, and its term."""
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
        self._looks = _looks(self._single)
        self._phrases = [w for w in self._wanted if len(w.words.terms) > 1]

    def _prepared(self, words: Words, keys: Keys) -> _Wanted:
        own = tuple(keys(term).key for term in words.terms)
        forms = tuple(frozenset((term, *(row[0] for row in self._db.execute(_FORMS, (key,))))) for term, key in zip(words.terms, own, strict=True))
        hints = {key[: max(_SHORTEST, len(key) - 1)] for key in own} | {form[: len(own[0])] for form in forms[0]}
        return _Wanted(words, own, forms, tuple(h for h in hints if len(h) >= _SHORTEST))

    def mark(self, texts: Sequence[tuple[str, str | None]]) -> list[str]:
        """Each text with its `read_again`, with the words that were meant between `snippets.START` and `END`."""
        cut = [(text.translate(snippets.UNMARKED) if snippets.START in text or snippets.END in text else text, again) for text, again in texts]
        found = [words_of(text) if self._phrases or again else self._near(text) for text, again in cut]
        meant = self._meant({word for _, _, word in chain.from_iterable(found)})
        return [
            snippets.marked(text, self._spans(some, meant, readings(again) if again else None))
            for (text, again), some in zip(cut, found, strict=True)
        ]

    def _near(self, text: str) -> list[Place]:
        """The words that may be meant, for they look like it; that is much quicker than to look at all."""
        low = text.lower()
        if len(low) != len(text) or not self._looks:
            return words_of(text) if self._looks else []
        found: list[Place] = []
        at = 0
        for m in self._looks.finditer(low):
            if m.start() >= at:
                start, at = m.start(), m.end()
                while start and low[start - 1].isalnum():
                    start -= 1
                at = WORD.match(low, start).end()  # type: ignore[union-attr]
                found.append((start, at, low[start:at]))
        return found

    def _meant(self, terms: set[str]) -> frozenset[str]:
        """Those of some terms that a single word of the query means: forms of it, beginnings, compounds with it."""
        known = Known(self._db)
        asked = [
            (w, [t for t in terms if any(h in t for h in w.hints) and t not in w.forms[0]]) for w in self._single if not w.words.prefix and w.hints
        ]
        known.meet(term for _, some in asked for term in some)
        for w, some in asked:
            w.compounds = {t for t in some if t in known.words and w.keys[0] in known(t).parts}
        alike = [w.forms[0] & terms | w.compounds for w in self._single if not w.words.prefix]
        begun = [{t for t in terms if t.startswith(w.words.terms[0])} for w in self._single if w.words.prefix]
        return frozenset().union(*alike, *begun)

    def _spans(self, found: Sequence[Place], meant: frozenset[str], again: Readings | None) -> list[tuple[int, int]]:
        spans = [(start, end) for start, end, word in found if word in meant]
        spans += [span for w in self._phrases for span in _phrase(found, w)]
        for place, words in again.others if again else ():
            if place < len(found) and any(w.fits(word) for w in self._single for word in words):
                spans.append(found[place][:2])
        return sorted(spans)


def _looks(single: Sequence[_Wanted]) -> re.Pattern[str] | None:
    """What each word that is meant has in it."""
    hints = {hint for w in single for hint in (w.hints if not w.words.prefix else ())}
    hints |= {form for w in single for form in w.forms[0] if not any(hint in form for hint in hints)}
    hints |= {w.words.terms[0] for w in single if w.words.prefix}
    return re.compile("|".join(map(re.escape, sorted(hints)))) if hints else None


def words_of(text: str) -> list[Place]:
    """The terms of a normalised text with their places."""
    low = text.lower()
    if len(low) == len(text):  # all but some letters of other languages
        return [(*m.span(), m.group()) for m in WORD.finditer(low)]
    return [(token.start, token.end, token.term) for token in tokens(text)]


def _phrase(found: Sequence[Place], wanted: _Wanted) -> Iterator[tuple[int, int]]:
    """Where the terms of a phrase stand side by side, in any of their forms."""
    size, prefix = len(wanted.forms), wanted.words.prefix
    for at in range(len(found) - size + 1):
        if found[at][2] not in wanted.forms[0]:
            continue
        last = found[at + size - 1][2]
        ends = last.startswith(wanted.words.terms[-1]) if prefix else last in wanted.forms[-1]
        if ends and all(found[at + n][2] in wanted.forms[n] for n in range(1, size - 1)):
            yield found[at][0], found[at + size - 1][1]

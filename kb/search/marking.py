"""Which words of the hits were meant: as typed, in another form, as read again, as a part. All from `terms`; nothing is analysed anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from kb.search import snippets
from kb.search.analyze import WORD, tokens
from kb.search.index import Known, readings
from kb.search.match import Keys
from kb.search.nodes import Words

_FORMS = "SELECT word FROM terms WHERE lemma = ?"
Place = tuple[int, int, str]
"""A word of a text: where it begins and ends, and its term."""
_SHORTEST = 3
"""Letters of a key that a compound must have to be looked up."""


class _Wanted(NamedTuple):
    """A leaf of the query: for each of its terms the forms that share its key, and what compounds with it have in them."""

    words: Words
    keys: tuple[str, ...]
    forms: tuple[frozenset[str], ...]
    hints: tuple[str, ...]


class Marker:
    """Marks the words of hits. Made once a query; `texts` are asked about together, because compounds are looked up in `terms`."""

    def __init__(self, db: sqlite3.Connection, wanted: Iterable[Words], keys: Keys) -> None:
        self._db = db
        self._wanted = [self._prepared(words, keys) for words in dict.fromkeys(wanted) if words.terms]
        self._single = [w for w in self._wanted if len(w.words.terms) == 1]
        self._phrases = [w for w in self._wanted if len(w.words.terms) > 1]
        self._looks = _Looks.of(self._single)

    def _prepared(self, words: Words, keys: Keys) -> _Wanted:
        own = tuple(keys(term).key for term in words.terms)
        forms = tuple(frozenset((term, *(row[0] for row in self._db.execute(_FORMS, (key,))))) for term, key in zip(words.terms, own, strict=True))
        hints = {key[: max(_SHORTEST, len(key) - 1)] for key in own} | {form[: len(own[0])] for form in forms[0]}
        return _Wanted(words, own, forms, _least(h for h in hints if len(h) >= _SHORTEST))

    def mark(self, texts: Sequence[tuple[str, str | None]]) -> list[str]:
        """Each text with its `read_again`, with the words that were meant between `snippets.START` and `END`."""
        cut = [(text.translate(snippets.UNMARKED) if snippets.START in text or snippets.END in text else text, again) for text, again in texts]
        found = [words_of(text) if self._phrases else self._looks.near(text) for text, _ in cut]
        other = [self._looks.near(again) if again else [] for _, again in cut]
        meant = self._meant({word for _, _, word in chain(*found, *other)})
        return [
            snippets.marked(text, self._spans(text, some, meant, again if again and any(word in meant for _, _, word in words) else None))
            for (text, again), some, words in zip(cut, found, other, strict=True)
        ]

    def _meant(self, terms: set[str]) -> frozenset[str]:
        """Those of some terms that a single word of the query means: forms of it, beginnings, compounds with it."""
        known = Known(self._db)
        asked = [
            (w, [t for t in terms if any(h in t for h in w.hints) and t not in w.forms[0]]) for w in self._single if not w.words.prefix and w.hints
        ]
        known.meet(term for _, some in asked for term in some)
        compounds = [{t for t in some if t in known.words and w.keys[0] in known(t).parts} for w, some in asked]
        alike = [w.forms[0] & terms for w in self._single if not w.words.prefix]
        begun = [{t for t in terms if t.startswith(w.words.terms[0])} for w in self._single if w.words.prefix]
        return frozenset().union(*alike, *compounds, *begun)

    def _spans(self, text: str, found: Sequence[Place], meant: frozenset[str], again: str | None) -> list[tuple[int, int]]:
        """Where the words that are meant stand, and those that may have been such."""
        spans = [(start, end) for start, end, word in found if word in meant]
        spans += [span for w in self._phrases for span in _phrase(found, w)]
        if again:
            places = [word.span() for word in WORD.finditer(text)]
            spans += [places[n] for n, words in readings(again).others if n < len(places) and not meant.isdisjoint(words)]
        return sorted(spans)


class _Looks(NamedTuple):
    """What the words that may be meant have in them: `inside` anywhere, `whole` are words, `begins` stands first."""

    inside: tuple[str, ...]
    whole: tuple[str, ...]
    begins: tuple[str, ...]

    @classmethod
    def of(cls, single: Sequence[_Wanted]) -> _Looks:
        """Of the single words of a query."""
        words = [w for w in single if not w.words.prefix]
        inside = _least(hint for w in words for hint in w.hints)
        short = {form for w in words for form in w.forms[0] if not any(hint in form for hint in inside)}
        return cls(inside, tuple(sorted(short)), _least(w.words.terms[0] for w in single if w.words.prefix))

    def near(self, text: str) -> list[Place]:
        """The words of a text that may be meant, for they look like it; that is much quicker than to look at all."""
        low = text.lower()
        if len(low) != len(text):
            return words_of(text)
        ends: dict[int, int] = {}
        for hint in self.inside:
            at = low.find(hint)
            while at >= 0:
                end = WORD.match(low, at).end()  # type: ignore[union-attr]
                while at and low[at - 1].isalnum():
                    at -= 1
                ends[at] = end
                at = low.find(hint, end)
        for word in (*self.whole, *self.begins):
            at = low.find(word)
            while at >= 0:
                if not at or not low[at - 1].isalnum():
                    ends[at] = WORD.match(low, at).end()  # type: ignore[union-attr]
                at = low.find(word, at + 1)
        return [(start, end, low[start:end]) for start, end in sorted(ends.items())]


def _least(found: Iterable[str]) -> tuple[str, ...]:
    """Those in which no other one stands: what has one of the others has one of them."""
    least: list[str] = []
    for one in sorted(set(found), key=lambda s: (len(s), s)):
        if not any(other in one for other in least):
            least.append(one)
    return tuple(least)


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

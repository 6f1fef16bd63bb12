"""What a damaged word can have been: words of the lexicon, compounds of its parts, or a word it does not know."""

from __future__ import annotations

import math
import string
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from ingest.repair.channel import SIGN, Channel, Reading
from ingest.repair.learned import Learned
from ingest.repair.lexicon import NAME, Lexicon
from ingest.repair.shape import Shape
from ingest.repair.slot import Candidate, Slot
from ingest.repair.tokens import NUMBER, OTHER, SIGNS

MOST = 8
"""How many candidates of a word are weighed."""
LONGEST = 60
"""Words of more letters are not looked up: the longest real compounds of the trade have some forty."""
FARTHEST = 30
"""Words of more letters are not read with misreadings outside the class: there are too many ways."""
REMEMBERED = 200_000
"""So many words are remembered with their candidates."""
RANGE = 11.0
"""Candidates this much less likely (nats) than the best are dropped."""
COMPOUND = math.log(0.05)
UNKNOWN = math.log(1e-2)
UNKNOWN_NAME = math.log(0.1)
SHORTEST, SHORTEST_END, LEARNED_PART = 6, 5, math.log(1e-5)
"""A learned word of so many letters may begin, or end, a compound, and is so common a part of them."""
LOOSE, LOOSE_WORD = math.log(1e-5), math.log(1e-7)
"""The share of a word among parts of compounds though no dictionary has it there, if it is at least so common a word."""
EITHER = {NUMBER: math.log(0.1), OTHER: math.log(0.002)}
"""The share of the sign itself among all that count as it: of "1" among numbers, of a stroke alone among what is left alone."""
RARE = -17.0
"""Where no candidate is more likely than this (nats), misreadings outside the class are tried too."""
CODE, CODE_LETTER = math.log(1e-4), math.log(1 / 30)
"""The share of what has a digit or a sign among its letters and was read right ("k2", "co2"), and the price of each of its letters."""


class Kept(NamedTuple):
    """What is never changed: short words and abbreviations, and units right after a number."""

    words: frozenset[str]
    units: frozenset[str]


class Candidates:
    """Finds candidates and remembers them; one for each language, shared by all papers."""

    def __init__(self, lexicon: Lexicon, shape: Shape, learned: Learned, channel: Channel, kept: Kept) -> None:
        self._lexicon, self._shape, self._learned, self.channel, self._kept = lexicon, shape, learned, channel, kept
        self._signs = {sign: Candidate(sign, learned.prior(sign, math.log(1e-3)), ()).ready() for sign in SIGNS}
        self._either = {sign: replace(c, prior=c.prior + EITHER[sign]).ready() for sign, c in self._signs.items() if sign in EITHER}
        self._alone = {sign: Slot(sign, (c,), True) for sign, c in self._signs.items()}
        self._found: dict[tuple[str, bool, frozenset[str], str], Slot] = {}

    def of(self, word: str, capital: bool, usual: frozenset[str] = frozenset(), sign: str = "") -> Slot:
        """The most likely candidates of a word as read, best first; `word` in small letters but for capitals within, `capital` where it began
        with one, "" where it is left alone; `sign` what it counts as then, or may count as. `usual` are misreadings outside the class that are
        tried on every word, not only where nothing else fits.
        """
        if not word:
            return self._alone[sign]
        key = word, capital, usual, sign
        found = self._found.get(key)
        if found is None:
            if len(self._found) > REMEMBERED:
                self._found.clear()
            either = (self._either[sign],) if sign else ()
            best = self._best(word, capital, usual) + either
            found = self._found[key] = Slot(word.lower(), best, bool(either)) if best else self._alone[OTHER]
        return found

    def listed(self, word: str) -> float | None:
        """The logarithm of the share of a word of the dictionary, whatever the base has learned; `word` in small letters."""
        skeleton = self.channel.skeleton(word)
        return next((share for letters, share, _ in self._lexicon.words(skeleton) if _fill(skeleton, letters) == word), None)

    def _best(self, word: str, capital: bool, usual: frozenset[str]) -> tuple[Candidate, ...]:
        low = word.lower()
        if low in self._kept.words or (word[:1].isdigit() and low.lstrip(string.digits) in self._kept.units):
            return (Candidate(low, self._learned.prior(low, UNKNOWN), ()).ready(),)
        found: dict[str, Candidate] = {}
        if len(word) <= LONGEST:
            spellings = self._spellings(word, capital)
            readings = [r for w in spellings for r in self.channel.readings(w)]
            self._add(found, (c for r in readings for c in self._known(r, capital)))
            if not found:
                self._add(found, (c for r in readings for c in self._compounds(r)))
            whole = any(self._score(c) > RARE for c in found.values())
            if len(word) <= FARTHEST and (usual or not whole):
                far = (r for w in spellings for r in self.channel.far_readings(w, usual if whole else None))
                self._add(found, (c for r in far for c in self._known(r, capital)))
        if low.isalpha() and low not in found:
            price = (UNKNOWN_NAME if capital else UNKNOWN) + self._shape.price(low[:LONGEST])
            if found and len(low) <= LONGEST:
                price = max(price, self._pieced(low))
            found[low] = Candidate(low, price, (), known=False)
        elif found and low not in found:
            found[low] = Candidate(low, CODE + CODE_LETTER * len(low), (), known=False)
        ranked = sorted(found.values(), key=lambda c: (-self._score(c), c.word))[:MOST]
        return tuple(c.ready() for c in ranked if self._score(c) > self._score(ranked[0]) - RANGE)

    def _spellings(self, word: str, capital: bool) -> list[str]:
        """The word in small letters but for capitals that may be misread letters: within it, and at its beginning both ways."""
        word = "".join([c if c.islower() or self.channel.is_sign(c) else c.lower() for c in word])
        upper = word[:1].upper() + word[1:]
        return [word, upper] if capital and upper != word and self.channel.is_sign(upper[0]) else [word]

    def _add(self, found: dict[str, Candidate], more: Iterator[Candidate]) -> None:
        for candidate in more:
            if candidate.word not in found or self._score(candidate) > self._score(found[candidate.word]):
                found[candidate.word] = candidate

    def _score(self, candidate: Candidate) -> float:
        return candidate.prior + sum([self.channel.costs[k] for k in candidate.keys])

    def _known(self, reading: Reading, capital: bool) -> Iterator[Candidate]:
        costs = self.channel.costs
        general = {letters: (logp, flags) for letters, logp, flags in self._lexicon.words(reading.skeleton)}
        for letters in self._learned.letters(reading.skeleton):
            general.setdefault(letters, (-30.0, 0))
        for letters, (logp, flags) in general.items():
            keys = _keys(letters, reading.seen, costs)
            if keys is not None and (capital or not flags & NAME):
                word = _fill(reading.skeleton, letters)
                yield Candidate(word, self._learned.prior(word, logp), reading.extra + keys, name=bool(flags & NAME))

    def _compounds(self, reading: Reading, depth: int = 2) -> Iterator[Candidate]:
        costs = self.channel.costs
        for prefix, starts in self._starts(reading.skeleton):
            rest = reading.skeleton[len(prefix) :]
            if len(rest) < 3 or len(prefix) < 2:
                continue
            at = prefix.count(SIGN)
            heads = [(w, logp, keys) for w, logp in starts if (keys := _keys(w, reading.seen[:at], costs)) is not None]
            if not heads:
                continue
            tail = Reading(rest, reading.seen[at:])
            ends = [Candidate(_fill(rest, w), logp, k) for w, logp in self._ends(rest) if (k := _keys(w, tail.seen, costs)) is not None]
            if depth > 1 and len(rest) > 6:
                ends += self._compounds(tail, depth - 1)
            for letters, logp, keys in heads:
                for end in ends:
                    yield Candidate(_fill(prefix, letters) + end.word, COMPOUND + logp + end.prior, reading.extra + keys + end.keys)

    def _pieced(self, word: str) -> float:
        """The share of a word as it was read if it is put together of two that stand in the lexicon, though it does not say that they may be."""
        splits = [(word[:i], word[i:]) for i in range(2, len(word) - 2)]
        return max([COMPOUND + h + t for head, tail in splits if (h := self._part(head, True)) and (t := self._part(tail, False))], default=-math.inf)

    def _part(self, word: str, first: bool) -> float:
        """The logarithm of the share of a part of compounds that was read right; 0 for what is no word."""
        skeleton = self.channel.skeleton(word)
        parts = next((p for s, p in self._lexicon.starts(skeleton) if s == skeleton), []) if first else self._lexicon.ends(skeleton)
        for letters, logp in parts:
            if _fill(skeleton, letters) == word:
                return logp
        return (
            LOOSE if len(word) > 2 and any(logp > LOOSE_WORD and _fill(skeleton, w) == word for w, logp, _ in self._lexicon.words(skeleton)) else 0.0
        )

    def _ends(self, skeleton: str) -> Iterator[tuple[str, float]]:
        """Last parts of compounds, likewise."""
        known = dict(self._lexicon.ends(skeleton))
        yield from known.items()
        if len(skeleton) >= SHORTEST_END:
            yield from ((letters, LEARNED_PART) for letters in sorted(self._learned.letters(skeleton)) if letters not in known)

    def _starts(self, skeleton: str) -> Iterator[tuple[str, list[tuple[str, float]]]]:
        """First parts of compounds, from the lexicon and, where they are long enough to be no chance, from what was learned."""
        yield from self._lexicon.starts(skeleton)
        for end in range(SHORTEST, len(skeleton) - 2):
            if found := self._learned.letters(skeleton[:end]):
                yield skeleton[:end], [(letters, LEARNED_PART) for letters in sorted(found)]


def _keys(letters: str, seen: str, costs: Mapping[str, float]) -> tuple[str, ...] | None:
    """The misreadings between the true letters and what was seen; None where one is impossible."""
    keys = []
    for true, read in zip(letters, seen, strict=True):
        if true != read or true in "åäö":
            key = true + read
            if key not in costs:
                return None
            keys.append(key)
    return tuple(keys)


def _fill(skeleton: str, letters: str) -> str:
    """The word of a skeleton whose signs are these letters."""
    return skeleton.replace(SIGN, "%s") % tuple(letters)

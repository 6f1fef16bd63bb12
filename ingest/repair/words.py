"""The words of a damaged stretch read again: candidates, their probabilities in two passes, and which of them are taken."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from ingest.repair.adapt import SURE, Own, Tally
from ingest.repair.candidates import Candidate
from ingest.repair.decode import posteriors
from ingest.repair.language import Language
from ingest.repair.learned import Learned
from ingest.repair.tokens import NUMBER, OTHER, SIGNS, Token
from ingest.repair.trust import Features, confidence, features
from ingest.text import SMALL

WINDOW, OVERLAP = 600, 50
"""Words over which the shares of misreadings are taken as the same, and how far one looks beyond."""
TRUST = 0.8
"""How sure one must be of a reading to change a word (see `trust`)."""
ACCEPT, ACCEPT_WORD, ACCEPT_NAME = 0.6, 0.8, 0.98
"""How likely it must be by the model alone, besides; the higher where what was read is itself a word, or a name."""
EVIDENCE, NEAR, SMOOTH = 0.048, 75, 40.0
"""The share of words around a word (`NEAR` to each side) that must be misread beyond doubt; few words are smoothed with the whole paper's."""

EITHER = {NUMBER: math.log(0.1), OTHER: math.log(0.002)}
"""The share of the sign itself among all that count as it: of "1" among numbers, of a stroke alone among what is left alone."""

FEW, MORE = 0.05, 0.16
"""Where fewer of the words are small Swedish ones, as in English and in lists, more must be misread."""
LONG = 6
"""Shorter words in capitals may be abbreviations, and prove nothing."""
COMMON = math.log(3e-7)
"""Words with at least this share prove something: a rare one is found for almost any row of letters."""

STRANGE = -16.0
"""Readings less likely than this (nats) hardly explain a word."""

NOT_READ = 0.01
LIKELIEST, HARDLY = 2, 0.002
"""How many readings of a word are worth searching by, and how likely each must be."""

Slot = tuple[Candidate, ...]


class Read(NamedTuple):
    """A word read again. `best` is its most likely candidate, `share` the probability; `is_word` if what was read is a word as it stands.

    `changed` is the probability that it was misread, `clear` the same where nothing but damage explains it (no name, no word); `cost` how
    unlikely its misreadings are here (nats), `learned` how often the best candidate stands in what was learned from; `strange` where it hardly
    explains what was read. `others` are the likeliest readings besides the word as it stands, at most `LIKELIEST`.
    """

    token: Token
    best: str
    share: float
    is_word: bool
    changed: float
    clear: float
    cost: float
    learned: int
    strange: bool
    others: tuple[str, ...] = ()


def read_again(tokens: Sequence[Token], language: Language, certain: Iterable[str] = ()) -> list[Read]:
    """Each word to repair, with its most likely reading. Two passes: the first learns how this paper was misread and which words it uses.

    `certain` are words that stand whole elsewhere in the paper.
    """
    slots = _slots(tokens, language, frozenset())
    first = posteriors(slots, language.learned, language.channel.shares)
    whole = Tally.of(slots, first)
    shares = whole.shares(language.channel.shares)
    sure = (_sure(token, slot, row) for token, slot, row in zip(tokens, slots, first, strict=True))
    own = Own(language.learned, (*certain, *sure))
    usual = whole.usual(shares)
    wider = _slots(tokens, language, usual) if usual else slots
    out: list[Read] = []
    for start in range(0, len(tokens), WINDOW):
        low, high = max(0, start - OVERLAP), min(len(tokens), start + WINDOW + OVERLAP)
        here = Tally.of(slots[low:high], first[low:high]).shares(shares)
        rows = posteriors(wider[low:high], own, here)
        words = (n for n in range(start, min(start + WINDOW, len(tokens))) if tokens[n].word)
        out += [_read(tokens[n], wider[n], rows[n - low], here, language.learned) for n in words]
    return out


def _slots(tokens: Sequence[Token], language: Language, usual: frozenset[str]) -> list[Slot]:
    found = language.candidates.of
    signs = {sign: (Candidate(sign, language.learned.prior(sign, math.log(1e-3)), ()).ready(),) for sign in SIGNS}
    either = {sign: tuple(replace(c, prior=c.prior + EITHER[sign]).ready() for c in signs[sign]) for sign in EITHER}
    return [(found(t.word, t.capital, usual) + either.get(t.sign, ()) or signs[OTHER]) if t.word else signs[t.sign] for t in tokens]


def _sure(token: Token, slot: Slot, row: Sequence[float]) -> str:
    """The word that stands here beyond doubt, "" for none: what was read must be no other word, or one error would call forth the next."""
    if len(slot) == 1:
        return slot[0].word
    share = max(row)
    best = slot[row.index(share)].word
    same = token.letters.lower()
    if share < SURE:
        return ""
    stays = sum([p for c, p in zip(slot, row, strict=True) if c.word == same and c.known])
    return best if best == same or stays < NOT_READ else ""


def _read(token: Token, slot: Slot, row: Sequence[float], shares: Mapping[str, float], learned: Learned) -> Read:
    same = token.letters.lower()
    if len(slot) == 1 and (slot[0].word == same or slot[0].word in SIGNS):
        return Read(token, same, 1.0, slot[0].known, 0.0, 0.0, 0.0, 0, _is_strange(slot[0]))
    share = max(row)
    best = slot[row.index(share)]
    stays = clear = 0.0
    is_word = False
    for candidate, p in zip(slot, row, strict=True):
        if candidate.word == same:
            is_word = candidate.known
            stays += p
        elif candidate.word in SIGNS:
            stays += p
        elif candidate.prior > COMMON:
            clear += p
    if is_word or not (token.text.isalpha() and (token.text.islower() or (token.capitals and len(token.text) >= LONG))):
        clear = 0.0
    others = _others(slot, row, same) if stays < 1 - HARDLY else ()
    if best.word == same or best.word in SIGNS:
        return Read(token, same, share, is_word, 1 - stays, clear, 0.0, 0, _is_strange(best), others)
    cost = -math.log(math.prod([shares[k] for k in best.keys]))
    return Read(token, best.word, share, is_word, 1 - stays, clear, cost, learned.count(best.word), _is_strange(best), others)


def _others(slot: Slot, row: Sequence[float], same: str) -> tuple[str, ...]:
    """The likeliest candidates besides the word as it stands."""
    ranked = sorted(((p, c.word) for c, p in zip(slot, row, strict=True) if p > HARDLY and c.word != same and c.word not in SIGNS), reverse=True)
    return tuple(word for _, word in ranked[:LIKELIEST])


def _is_strange(candidate: Candidate) -> bool:
    return not candidate.known or candidate.prior < STRANGE


class Verdict(NamedTuple):
    """Whether a reading is taken, and how sure one may be of it (0 where it stays as it was); the probability that the word was misread, and
    that it still is not as it was printed.
    """

    read: Read
    taken: bool
    damaged: float
    unsure: float
    trust: float = 0.0


def judge(reads: Sequence[Read]) -> list[Verdict]:
    """Take the readings that are sure enough and stand in the midst of words that are damaged beyond doubt."""
    out = []
    swedish = _around([float(read.best in SMALL) for read in reads])
    # in capitals a table of names or abbreviations proves nothing
    proof = _around([read.clear if small > FEW or not read.token.capitals else 0.0 for read, small in zip(reads, swedish, strict=True)])
    for read, seen, evidence, small in zip(reads, weighed(reads), proof, swedish, strict=True):
        if evidence < (EVIDENCE if small > FEW else MORE):
            out.append(Verdict(read, False, 0.0, 0.0))
            continue
        trust = confidence(seen) if seen else 0.0
        taken = seen is not None and trust >= TRUST and read.share >= _bar(read)
        out.append(Verdict(read, taken, read.changed, 1 - trust if taken else read.changed, trust))
    return out


def weighed(reads: Sequence[Read]) -> list[Features | None]:
    """For each reading that changes a word, what tells how sure one may be of it."""
    seen = Counter(read.best for read in reads if read.share > SURE)
    strange = _around([float(not read.token.capital and read.strange) for read in reads])
    out: list[Features | None] = []
    for read, odd in zip(reads, strange, strict=True):
        again = seen[read.best] - (read.share > SURE)
        changes = read.best != read.token.letters.lower()
        out.append(features(read.share, read.is_word, read.learned, again, len(read.best), read.cost, odd) if changes else None)
    return out


def _bar(read: Read) -> float:
    """How sure the model must be, at least: surer where what was read is itself a word, and of names, which no context tells."""
    name = read.token.capital and not read.token.capitals and read.token.text[:1].isalpha()
    if name and (read.is_word or read.best.isascii()):
        return ACCEPT_NAME
    return ACCEPT_WORD if read.is_word else ACCEPT


def _around(values: Sequence[float]) -> list[float]:
    """For each word the mean of a value over the words around it, smoothed with that of the whole paper."""
    sums = [0.0, *itertools.accumulate(values)]
    size = len(values)
    more = SMOOTH * sums[-1] / max(1, size)
    lows = [0] * min(NEAR, size) + [*range(size - NEAR)]
    highs = [*range(NEAR + 1, size + 1)] + [size] * min(NEAR, size)
    return [(sums[high] - sums[low] + more) / (high - low + SMOOTH) for low, high in zip(lows, highs, strict=True)]


def spelled(read: Read) -> str:
    """The reading as it is to stand: with the capitals, and the break over two lines, of what was read."""
    token, word = read.token, read.best
    if token.capitals or token.text == "|":
        word = word.upper()
    elif token.letters[:1].isupper():
        word = word[:1].upper() + word[1:]
    broken = re.search(r"-\n[ \t]*", token.text)
    if not broken:
        return word
    cut = _cut(token.letters, word, broken.start())
    return word[:cut] + broken.group() + word[cut:]


def _cut(seen: str, word: str, at: int) -> int:
    """Where to break `word` so that it is broken as `seen` was at `at`: by the letters before, or after, if they are as many."""
    if seen[at:].lower() == word[len(word) - len(seen) + at :].lower():
        return len(word) - len(seen) + at
    return min(at, len(word))

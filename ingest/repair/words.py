"""The words of a damaged stretch read again: candidates, their probabilities in two passes, and which of them are taken."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.repair.adapt import SURE, Own, Tally
from ingest.repair.candidates import Candidate
from ingest.repair.decode import posteriors
from ingest.repair.language import Language
from ingest.repair.tokens import NUMBER, OTHER, SIGNS, Token
from ingest.text import SMALL

WINDOW, OVERLAP = 600, 50
"""Words over which the shares of misreadings are taken as the same, and how far one looks beyond."""
ACCEPT, ACCEPT_WORD, ACCEPT_NAME = 0.86, 0.93, 0.99
"""How sure one must be to change a word; the higher where what was read is itself a word."""
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

NOT_READ = 0.01

Slot = tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A word read again. `best` is its most likely candidate, `share` the probability; `is_word` if what was read is a word as it stands.

    `changed` is the probability that it was misread, `clear` the same where nothing but damage explains it (no name, no word).
    """

    token: Token
    best: str
    share: float
    is_word: bool
    changed: float
    clear: float


def read_again(tokens: Sequence[Token], language: Language, certain: Iterable[str] = ()) -> list[Read]:
    """Each word to repair, with its most likely reading. Two passes: the first learns how this paper was misread and which words it uses.

    `certain` are words that stand whole elsewhere in the paper.
    """
    slots = _slots(tokens, language, frozenset())
    first = posteriors(slots, language.learned, language.channel.costs)
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
        costs = {key: math.log(share) for key, share in here.items()}
        rows = posteriors(wider[low:high], own, costs)
        words = (n for n in range(start, min(start + WINDOW, len(tokens))) if tokens[n].word)
        out += [_read(tokens[n], wider[n], rows[n - low]) for n in words]
    return out


def _slots(tokens: Sequence[Token], language: Language, usual: frozenset[str]) -> list[Slot]:
    found = language.candidates.of
    signs = {sign: (Candidate(sign, language.learned.prior(sign, math.log(1e-3)), ()),) for sign in SIGNS}
    either = {sign: tuple(replace(c, prior=c.prior + EITHER[sign]) for c in signs[sign]) for sign in EITHER}
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


def _read(token: Token, slot: Slot, row: Sequence[float]) -> Read:
    same = token.letters.lower()
    if len(slot) == 1 and slot[0].word in (same, *SIGNS):
        return Read(token, same, 1.0, slot[0].known, 0.0, 0.0)
    share = max(row)
    best = slot[row.index(share)].word
    stays = sum([p for c, p in zip(slot, row, strict=True) if c.word in (same, *SIGNS)])
    is_word = any(c.word == same and c.known for c in slot)
    plain = token.text.isalpha() and (token.text.islower() or (token.capitals and len(token.text) >= LONG))
    clear = sum([p for c, p in zip(slot, row, strict=True) if c.prior > COMMON and c.word != same]) if plain and not is_word else 0.0
    return Read(token, same if best in SIGNS else best, share, is_word, 1 - stays, clear)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a reading is taken; the probability that the word was misread, and that it still is not as it was printed."""

    read: Read
    taken: bool
    damaged: float
    unsure: float


def judge(reads: Sequence[Read]) -> list[Verdict]:
    """Take the readings that are sure enough and stand in the midst of words that are damaged beyond doubt."""
    out = []
    swedish = _around([float(read.best in SMALL) for read in reads])
    # in capitals a table of names or abbreviations proves nothing
    proof = _around([read.clear if small > FEW or not read.token.capitals else 0.0 for read, small in zip(reads, swedish, strict=True)])
    for read, evidence, small in zip(reads, proof, swedish, strict=True):
        if evidence < (EVIDENCE if small > FEW else MORE):
            out.append(Verdict(read, False, 0.0, 0.0))
            continue
        taken = read.best != read.token.letters.lower() and read.share >= _bar(read)
        out.append(Verdict(read, taken, read.changed, 1 - read.share if taken else read.changed))
    return out


def _bar(read: Read) -> float:
    """How sure one must be: surer where what was read is itself a word, and of names, which no context tells."""
    name = read.token.capital and not read.token.capitals and read.token.text[:1].isalpha()
    if name and (read.is_word or read.best.isascii()):
        return ACCEPT_NAME
    return ACCEPT_WORD if read.is_word else ACCEPT


def _around(values: Sequence[float]) -> list[float]:
    """For each word the mean of a value over the words around it, smoothed with that of the whole paper."""
    sums = [0.0, *itertools.accumulate(values)]
    usual = sums[-1] / max(1, len(values))
    out = []
    for n in range(len(values)):
        low, high = max(0, n - NEAR), min(len(values), n + NEAR + 1)
        out.append((sums[high] - sums[low] + SMOOTH * usual) / (high - low + SMOOTH))
    return out


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

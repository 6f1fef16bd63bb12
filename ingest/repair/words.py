"""The words of a damaged stretch read again: candidates, their probabilities in two passes, and which of them are taken."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ingest.repair.adapt import SURE, Own, Tally, told
from ingest.repair.decode import posteriors
from ingest.repair.language import Language
from ingest.repair.learned import Learned
from ingest.repair.slot import Slot
from ingest.repair.tokens import STOP, Token
from ingest.repair.trust import Features, confidence, features
from ingest.text import SMALL, fold

WINDOW, OVERLAP = 600, 50
"""Words over which the shares of misreadings are taken as the same, and how far one looks beyond."""
TRUST, TRUST_KNOWN, TRUST_WORD = 0.8, 0.7, 0.95
"""How sure one must be of a reading to change a word (see `trust`). Where the word is one as it stands, less sure if its reading is learned `OFTEN`,
or `TWICE` beside one of its neighbours, for that it is a word has been counted against it; if not, surer ("det fortsatta arbetet", "bada")."""
OFTEN, TWICE = 130, 2
ACCEPT, ACCEPT_WORD, ACCEPT_NAME = 0.6, 0.8, 0.98
"""How likely it must be by the model alone, besides; the higher where what was read is itself a word, or a name."""
EVIDENCE, NEAR, SMOOTH = 0.048, 75, 40.0
"""The share of words around a word (`NEAR` to each side) that must be misread beyond doubt; few words are smoothed with the whole paper's."""

FEW, MORE = 0.05, 0.16
"""Where fewer of the words are small Swedish ones, as in English and in lists, more must be misread."""
LONG = 6
"""Shorter words in capitals may be abbreviations, and prove nothing."""
NEVER = 2.0
"""More than one can be sure."""
NOT_READ = 0.01
LIKELIEST, HARDLY = 2, 0.002
"""How many readings of a word are worth searching by, and how likely each must be."""


class Read(NamedTuple):
    """A word read again: what was `seen`, in small letters, and `best`, its most likely candidate, with the probability `share`; `is_word` if
    what was read is a word as it stands.

    `changed` is the probability that it was misread, `clear` the same where nothing but damage explains it (no name, no word); `cost` how
    unlikely its misreadings are here (nats), `learned` how often the best candidate stands in what was learned from; `strange` where it hardly
    explains what was read. `others` are the likeliest readings besides the word as it stands, at most `LIKELIEST`. `beside` is how often the best
    candidate of a word that is one was learned next to its neighbours here, `rare` how unlikely it is without any (nats); `name` is True where what
    was read is a name as it stands.
    """

    token: Token
    seen: str
    best: str
    share: float
    is_word: bool
    changed: float
    clear: float
    cost: float
    learned: int
    strange: bool
    others: tuple[str, ...] = ()
    beside: int = 0
    rare: float = 0.0
    name: bool = False


def read_again(tokens: Sequence[Token], language: Language, certain: Iterable[str] = ()) -> list[Read]:
    """Each word to repair, with its most likely reading. Two passes: the first learns how this paper was misread and which words it uses.

    `certain` are words that stand whole elsewhere in the paper.
    """
    slots = _slots(tokens, language, frozenset())
    first = posteriors(slots, language.learned, language.channel.shares)
    counted = told(slots, first)
    whole = Tally.of(counted)
    shares = whole.shares(language.channel.shares)
    printed = (("", word) for word in certain)
    own = Own(language.learned, (*printed, *((slot.seen, _sure(slot, row)) for slot, row in zip(slots, first, strict=True))))
    usual = whole.usual(shares)
    wider = _slots(tokens, language, usual) if usual else slots
    rows: list[list[float]] = []
    costs: list[Mapping[str, float]] = []
    for start in range(0, len(tokens), WINDOW):
        stop = min(len(tokens), start + WINDOW)
        low, high = max(0, start - OVERLAP), min(len(tokens), stop + OVERLAP)
        here = Tally.of(counted[low:high]).shares(shares)
        low, high = _between_certain(wider, start, low, stop, high)
        rows += posteriors(wider[low:high], own, here)[start - low : stop - low]
        costs += [here] * (stop - start)
    reads = [_read(*each, language.learned) if each[0].word else None for each in zip(tokens, wider, rows, costs, strict=True)]
    return list(_beside(reads, tokens, language.learned))


def _beside(reads: Sequence[Read | None], tokens: Sequence[Token], learned: Learned) -> Iterator[Read]:
    """The readings, with how often those that make another word of a word were learned beside their neighbours."""
    said = [STOP, *(read.best if read else token.sign for read, token in zip(reads, tokens, strict=True)), STOP]
    for n, read in enumerate(reads, 1):
        if read and read.is_word and read.best != read.seen:
            read = read._replace(beside=learned.count(f"{said[n - 1]} {read.best}") + learned.count(f"{read.best} {said[n + 1]}"))
        if read:
            yield read


def _between_certain(slots: Sequence[Slot], start: int, low: int, stop: int, high: int) -> tuple[int, int]:
    """`start..stop` with the words to both sides up to the first that is certain: what lies beyond tells nothing of them. At most `low..high`."""
    first = start - 1
    while first > low and len(slots[first].words) > 1:
        first -= 1
    last = stop
    while last < high and len(slots[last].words) > 1:
        last += 1
    return max(low, first), min(high, last + 1)


def _slots(tokens: Sequence[Token], language: Language, usual: frozenset[str]) -> list[Slot]:
    """The candidates of each token; those that are written alike are looked up once."""
    of = language.candidates.of
    known: dict[tuple[str, str, str], Slot] = {}
    out = []
    for token in tokens:
        key = token[2:5]
        slot = known.get(key)
        if slot is None:
            slot = known[key] = of(token.word, token.capital, usual, token.sign)
        out.append(slot)
    return out


def _sure(slot: Slot, row: Sequence[float]) -> str:
    """The word that stands here beyond doubt, "" for none: what was read must be no other word, or one error would call forth the next."""
    if len(row) == 1:
        return slot.words[0]
    share = max(row)
    if share < SURE:
        return ""
    best = row.index(share)
    return slot.words[best] if best == slot.place or not slot.is_word or row[slot.place] < NOT_READ else ""


def _read(token: Token, slot: Slot, row: Sequence[float], shares: Mapping[str, float], learned: Learned) -> Read:
    place, is_word = slot.place, slot.is_word
    if place == 0 and len(row) == 1:
        return Read(token, slot.seen, slot.seen, 1.0, is_word, 0.0, 0.0, 0.0, 0, slot.strange)
    share = max(row)
    at = row.index(share)
    best = slot.candidates[at]
    if len(row) == 1:
        stays, clear = float(slot.sign or place == 0), float(0 in slot.common)
    else:
        stays = (row[place] if place >= 0 else 0.0) + (row[-1] if slot.sign else 0.0)
        clear = sum([row[n] for n in slot.common])
    if clear and (is_word or not _proves(token)):
        clear = 0.0
    others = _others(slot, row) if stays < 1 - HARDLY else ()
    if at == place or (slot.sign and at == len(row) - 1):
        return Read(token, slot.seen, slot.seen, share, is_word, 1 - stays, clear, 0.0, 0, best.strange, others)
    cost, name = -math.log(math.prod([shares[k] for k in best.keys])), is_word and slot.candidates[place].name
    count = learned.count(best.word)
    return Read(token, slot.seen, best.word, share, is_word, 1 - stays, clear, cost, count, best.strange, others, rare=-best.prior, name=name)


def _others(slot: Slot, row: Sequence[float]) -> tuple[str, ...]:
    """The likeliest candidates besides the word as it stands."""
    words = slot.words[: len(slot.words) - slot.sign]
    ranked = sorted(((p, word) for n, (word, p) in enumerate(zip(words, row, strict=False)) if p > HARDLY and n != slot.place), reverse=True)
    return tuple(word for _, word in ranked[:LIKELIEST])


def _proves(token: Token) -> bool:
    """True where a misread word says that the text is damaged: it is no name, and no abbreviation."""
    text = token.text
    return text.isalpha() and (text.islower() or (token.capitals and len(text) >= LONG))


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
    often = Counter(read.seen for read in reads)
    swedish = _around([float(read.best in SMALL) for read in reads])
    # in capitals a table of names or abbreviations proves nothing
    proof = _around([read.clear if small > FEW or not read.token.capitals else 0.0 for read, small in zip(reads, swedish, strict=True)])
    for read, seen, evidence, small in zip(reads, weighed(reads), proof, swedish, strict=True):
        if evidence < (EVIDENCE if small > FEW else MORE):
            out.append(Verdict(read, False, 0.0, 0.0))
            continue
        trust = confidence(seen) if seen else 0.0
        taken = seen is not None and trust >= _least_trust(read, seen.again > 0, often[read.seen]) and read.share >= _bar(read)
        out.append(Verdict(read, taken, read.changed, 1 - trust if taken else read.changed, trust))
    return out


def weighed(reads: Sequence[Read]) -> list[Features | None]:
    """For each reading that changes a word, what tells how sure one may be of it."""
    seen = Counter(read.best for read in reads if read.share > SURE)
    alike = Counter((read.best, read.seen) for read in reads if read.share > SURE)
    strange = _around([float(read.strange and not read.token.capital) for read in reads])
    out: list[Features | None] = []
    for read, odd in zip(reads, strange, strict=True):
        again = seen[read.best] - alike[read.best, read.seen]
        changes = read.best != read.seen
        out.append(features(read.share, read.is_word, again, len(read.best), read.cost, odd, read.rare) if changes else None)
    return out


def _least_trust(read: Read, elsewhere: bool, often: int) -> float:
    """How sure one must be of a reading that stands `elsewhere` in the paper, read from other letters, or not, and was seen so `often`.

    What is spelled alike each time and that nobody has learned otherwise may be a word of the paper's own. A name that is one as it stands
    ("Stahl") is another's only where something else than the likeness says so.
    """
    if not read.is_word:
        return TRUST_WORD if often >= TWICE and not elsewhere and not read.learned else TRUST
    if read.name and not read.token.capitals and not elsewhere and not read.beside:
        return NEVER
    return TRUST_KNOWN if read.learned >= OFTEN or read.beside >= TWICE else TRUST_WORD


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
    if token.text.islower():
        pass
    elif token.capitals or token.text == "|":
        word = word.upper()
    elif token.letters[:1].isupper() and fold(word[:1]) == token.letters[:1].lower():  # "Gver" is över, "Ian" is län: that was no capital
        word = word[:1].upper() + word[1:]
    broken = re.search(r"-\n[ \t]*", token.text) if "\n" in token.text else None
    if not broken:
        return word
    cut = _cut(token.letters, word, broken.start())
    return word[:cut] + broken.group() + word[cut:]


def _cut(seen: str, word: str, at: int) -> int:
    """Where to break `word` so that it is broken as `seen` was at `at`: by the letters before, or after, if they are as many."""
    if seen[at:].lower() == word[len(word) - len(seen) + at :].lower():
        return len(word) - len(seen) + at
    return min(at, len(word))

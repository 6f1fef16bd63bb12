"""Makes the packed lexicon from a Hunspell dictionary and a list of word frequencies."""

from __future__ import annotations

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import marisa_trie
import msgpack

from ingest import lemma_maker
from ingest.repair import learned, lexicon, shape
from ingest.repair.channel import SWEDISH, Channel
from ingest.repair.hunspell import Form, forms
from ingest.rules import Rules
from ingest.uncollected import uncollected

_WORD = re.compile(r"[a-zåäöéèüàáëçñøæôêóíïšž]+", re.IGNORECASE)
_DRAWN = re.compile(r"([åäö])\1|(.)\2\2")
_BROKEN = (EOFError, zlib.error, gzip.BadGzipFile, msgpack.UnpackException, ValueError, TypeError, LookupError)
"""What a compressed list that is not whole can raise."""
_PLAIN = str.maketrans("åäöé", "aaoe")
_RARE = 1e-8
"""The share of a word that the frequency list does not have."""
_UNCHECKED = 0.2
"""What a word of the frequency list counts that the dictionary does not have: many are names, foreign, or misspelt."""
_MARKED = 0.1
"""Such a word is left out where the same word with marks has more than this of its share."""


def frequencies(path: Path) -> Iterator[tuple[str, float]]:
    """Words and their share of all words from a list of wordfreq ("cB": one bin per hundredth of a decade). Raises OSError, ValueError."""
    try:
        with gzip.open(path) as file:
            header, *bins = msgpack.load(file, raw=False)
        listed = header["format"] == "cB" and [(str(word), n) for n, words in enumerate(bins) for word in words]
    except _BROKEN as error:
        raise ValueError(f"{path} är skadad") from error
    if not listed:
        raise ValueError(f"{path} är ingen frekvenslista från wordfreq")
    for word, n in listed:
        yield word, 10 ** (-n / 100)


@dataclass(frozen=True, slots=True)
class Sources:
    """What a lexicon is made of: the two files of a Hunspell dictionary, and a frequency list of wordfreq."""

    affixes: Path
    dictionary: Path
    frequencies: Path


STEPS = 6
"""How many times `build` says what it does."""


def build(folder: Path, sources: Sources, rules: Rules, step: Callable[[str], None]) -> None:
    """Write the files of a `Language` to `folder`; `step` hears what is being done. Raises OSError, ValueError."""
    with uncollected():
        _build(folder, sources, rules, step)


def _build(folder: Path, sources: Sources, rules: Rules, step: Callable[[str], None]) -> None:
    channel = Channel(rules.letters)
    step("läser ordlistan")
    maker = lemma_maker.Maker()
    words, starts, ends = _dictionary(forms(sources.affixes, sources.dictionary), maker)
    step("böjer orden")
    _lemmas(maker, rules, folder)
    del maker  # the half of all memory
    for name in _names(rules):
        words.setdefault(name.lower(), lexicon.NAME if name[:1].isupper() else 0)
    step("väger orden")
    counted = dict(frequencies(sources.frequencies))
    shares = _weigh(words, counted)
    step("räknar sammansättningar")
    first, last = _parts(words, starts, ends)
    step("lär av exempeltexter")
    learned.save(learned.learn(path.read_text(encoding="utf-8") for path in rules.prose), folder, channel)
    step("packar")
    shape.save((word for word in shares if word in counted), folder)
    for name, trie in zip(lexicon.FILES, (lexicon.pack(shares, last, words, channel), lexicon.pack({}, first, {}, channel)), strict=True):
        trie.save(str(folder / name))


def _names(rules: Rules) -> Iterator[str]:
    """The words in names of the registry, as they are written."""
    for forum in rules.forums:
        for name in (forum.name, *forum.aliases, *forum.contextual):
            yield from _WORD.findall(name)
    for name in rules.names:
        yield from _WORD.findall(name)


def _lemmas(maker: lemma_maker.Maker, rules: Rules, folder: Path) -> None:
    from simplemma.strategies import DictionaryLookupStrategy  # its word list takes a while to open, and only this needs it

    look_up = DictionaryLookupStrategy().get_lemma  # its rules for what is not in the list only shorten a word

    def simple(word: str) -> str:
        return (look_up(word, "sv") or word).lower()

    last, first = (tuple(c.word for c in rules.compounds if c.first is first) for first in (False, True))
    lemma_maker.pack(maker.records(simple, rules.alone, last, first, rules.verbs), folder)


def _dictionary(found: Iterable[Form], maker: lemma_maker.Maker) -> tuple[dict[str, int], set[str], set[str]]:
    """All words with flags, and the forms that may begin and end a compound; the maker of lemmas is told of each form."""
    words: dict[str, int] = {}
    starts: set[str] = set()
    ends: set[str] = set()
    for form in found:
        text = form.text
        if not _WORD.fullmatch(text):
            continue
        low = text.lower()
        maker.add(text, form.stem, form.begin, form.end, form.part)
        if form.begin:
            starts.add(low)
        if form.end and len(low) > 2:
            ends.add(low)
        if not form.part:
            words[low] = words.get(low, lexicon.NAME) & (low != text)
    return words, starts, ends


def _weigh(words: dict[str, int], counted: dict[str, float]) -> dict[str, float]:
    """The share of each word. A word of the frequency list that the dictionary lacks counts less; not at all where it may be a word
    written without its marks ("goteborg").
    """
    known = {word: counted.get(word, _RARE) for word in words}
    marked = {word: 0.0 for word in counted if word not in known and len(word) > 1 and _WORD.fullmatch(word) and not _DRAWN.search(word)}
    for word, share in known.items():
        if not word.isascii():
            for without in (word.translate(_PLAIN), *_without(word)):
                if without in marked and share > marked[without]:
                    marked[without] = share
    known |= {word: counted[word] * _UNCHECKED for word, most in marked.items() if most <= _MARKED * counted[word]}
    return known


def _without(word: str) -> Iterator[str]:
    """The word without one of its å, ä and ö, as text in a wrong encoding has it ("frn")."""
    for letter in SWEDISH:
        at = word.find(letter)
        while at >= 0:
            yield word[:at] + word[at + 1 :]
            at = word.find(letter, at + 1)


def _parts(words: Iterable[str], starts: set[str], ends: set[str]) -> tuple[dict[str, float], dict[str, float]]:
    """The parts of compounds and their share of all compounds: how many words of the lexicon begin and end with them."""
    beginnings = marisa_trie.Trie(start for start in starts if len(start) > 1).prefixes
    first, last = [], []
    for word in words:
        for begin in beginnings(word):
            end = word[len(begin) :]
            if end in ends:  # none of which is shorter than three letters
                first.append(begin)
                last.append(end)
    return _shares(Counter(first), starts), _shares(Counter(last), ends)


def _shares(counts: Counter[str], known: set[str]) -> dict[str, float]:
    total = counts.total() + 0.5 * len(known)
    return {word: (counts[word] + 0.5) / total for word in known}

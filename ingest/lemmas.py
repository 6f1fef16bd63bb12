"""Word → key of its dictionary form, and the parts of compounds: what search joins words by. Packed beside the lexicon of repair."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import marisa_trie

FILES = ("lemmas.marisa", "lemmas.json")
WORD, BEGIN, END = 1, 2, 4
"""Flags: it is a word; it may begin a compound (or stand within it), or end it."""

MOST_PARTS = 4
"""As COMPOUNDWORDMAX in the dictionary."""
LONGEST = 60
"""Letters; a longer row of letters is no word."""
_LEAST_END, _NAME_END, _NAME_BEGIN = 3, 5, 3
_SHORT = {2: 1.5, 3: 0.6}
"""What a part of so few letters costs besides the 1 that each part costs: fewest parts win."""
_DEEP = 3
_VOWELS = frozenset("aouåeiyäö")
_FORMAT = "<BHH"

Stem = Callable[[str], str]


class Part(NamedTuple):
    """A part of a compound: `word[start:end]`, and the key it has alone."""

    start: int
    end: int
    key: str


class Known(NamedTuple):
    """What the pack says of a row of letters: flags, its key as a word and as the first part of a compound."""

    flags: int
    key: str
    first: str


class Lemmas:
    """The pack of a folder, opened. Raises OSError, RuntimeError or ValueError where it is missing or broken."""

    def __init__(self, folder: Path, stem: Stem) -> None:
        self._trie = marisa_trie.RecordTrie(_FORMAT).mmap(str(folder / FILES[0]))
        self._edits = [(int(cut), str(add)) for cut, add in json.loads((folder / FILES[1]).read_text(encoding="utf-8"))]
        self._stem = stem

    def known(self, word: str) -> Known | None:
        """What is known of a row of letters in small letters."""
        found = self._trie.get(word)
        if not found:
            return None
        flags, key, first = found[0]
        return Known(flags, _apply(word, *self._edits[key]), _apply(word, *self._edits[first]))

    def has(self, word: str) -> bool:
        """True for a word, which is more than a part of others."""
        return bool((known := self.known(word)) and known.flags & WORD)

    def analyse(self, word: str) -> tuple[str, tuple[str, ...]]:
        """The key of a word in small letters, and those of the parts of a compound: each part, and each row of parts that is not the whole."""
        known = self.known(word) if self.has(word) else None
        if len(word) > LONGEST or not word.isalpha():
            return word, ()
        parts = self.split(word)
        if known:
            return known.key, self._rows(word, parts)
        if parts:
            return word[: parts[-1].start] + parts[-1].key, self._rows(word, parts)
        return self._named(word)

    def _rows(self, word: str, parts: tuple[Part, ...], deep: int = _DEEP) -> tuple[str, ...]:
        """kommunchefsmöte → kommun, chef, möte, kommunchef, chefsmöte: their keys; and those of parts that are compounds themselves."""
        size = len(parts)
        rows = (parts[a : b + 1] for length in range(1, size) for a in range(size - length + 1) for b in (a + length - 1,))
        keys = [word[row[0].start : row[-1].start] + row[-1].key for row in rows]
        if deep:
            within = (word[part.start : part.end] for part in parts)
            keys += [key for inner in within for key in self._rows(inner, self._long(inner), deep - 1)]
        return tuple(key for key in dict.fromkeys(keys) if len(key) >= _LEAST_END)

    def _named(self, word: str) -> tuple[str, tuple[str, ...]]:
        """A word that begins with what nobody knows, a name most often, and ends with a known one ("fjällhavsavtalet"); else its stem."""
        for at in range(_NAME_BEGIN, len(word) - _NAME_END + 1):
            known = self.known(word[at:])
            if known and known.flags & END and known.flags & WORD:
                return word[:at] + known.key, (known.key,)
        return self._stem(word), ()

    def split(self, word: str) -> tuple[Part, ...]:
        """The fewest parts that a word can be made of, by what may begin and end compounds; none where it is no compound."""
        best: dict[int, tuple[float, tuple[Part, ...]]] = {0: (0.0, ())}
        found: tuple[float, tuple[Part, ...]] | None = None
        for at in range(len(word) - _LEAST_END + 1):
            if at not in best:
                continue
            cost, before = best[at]
            rest = word[at:]
            if before and (last := self._end(rest)) is not None:
                whole = cost + _cost(rest), (*before, Part(at, len(word), last))
                found = whole if found is None or whole[0] <= found[0] else found  # lands+ting, not land+sting
            if len(before) < MOST_PARTS - 1:
                self._begin(rest, at, cost, before, best)
        return found[1] if found else ()

    def _long(self, part: str) -> tuple[Part, ...]:
        """The parts of a part, none of which may be short: "ungdoms" is not "ung" and "doms"."""
        parts = self.split(part)
        return parts if all(p.end - p.start > _LEAST_END for p in parts) else ()

    def _end(self, rest: str) -> str | None:
        known = self.known(rest)
        return known.key if known and known.flags & END else None

    def _begin(self, rest: str, at: int, cost: float, before: tuple[Part, ...], best: dict[int, tuple[float, tuple[Part, ...]]]) -> None:
        """Note each place where a first (or middle) part that begins here may end."""
        for prefix in self._trie.prefixes(rest):
            size = len(prefix)
            if size < 2 or len(rest) - size < _LEAST_END:
                continue
            known = self.known(prefix)
            total = cost + _cost(prefix)
            if known and known.flags & BEGIN and total < best.get(at + size, (99.0, ()))[0]:
                best[at + size] = total, (*before, Part(at, at + size, known.first))


def _cost(part: str) -> float:
    return 1 + _SHORT.get(len(part), 0.0)


def _apply(word: str, cut: int, add: str) -> str:
    return (word[:-cut] if cut else word) + add


# the making of it


class Maker:
    """Collects the forms of a dictionary and packs them."""

    def __init__(self) -> None:
        self.stems: dict[str, tuple[str, ...]] = {}
        self.own: set[str] = set()
        self.bending: dict[str, int] = {}
        self.first: dict[str, str] = {}
        self.ends: set[str] = set()
        self.names: set[str] = set()

    def add(self, text: str, stem: str, begin: bool, end: bool, part: bool) -> None:
        """Take one form in. A name counts only where no other word is written so."""
        low, entry = text.lower(), stem.lower()
        if begin:
            self.first[low] = min(self.first.get(low, entry), entry, key=lambda s: (len(s), s))
        if end and len(low) >= _LEAST_END:
            self.ends.add(low)
        if part:
            return
        if text != low:
            self.names.add(low)
        elif low in self.names:
            self.names.discard(low)
            self.stems.pop(low, None)
        known = self.stems.get(low)
        if known is None:
            self.stems[low] = (entry,)
        elif entry not in known:
            self.stems[low] = (*known, entry)
        if low == entry:
            self.own.add(low)
        elif low != entry + "s":
            self.bending[entry] = self.bending.get(entry, 0) + 1

    def lemma(self, word: str, simple: Stem) -> str:
        """The entry a form belongs to, of a verb's participle that is an entry too the verb; `simple` gives what another dictionary says."""
        return self._verb_of(self._lemma(word, simple, partial(self._entry, simple=simple)), simple)

    def _lemma(self, word: str, simple: Stem, entry: Stem) -> str:
        """Where there are several: one that changes its vowel (hand, händer), else the shortest; itself only where it has forms of its own
        ("ärendet" is an entry too). One with another vowel may be listed by itself. `entry` is `_entry`: most entries have many forms, and it may
        remember.
        """
        found = self._stem_of(word)
        if changes_vowel(word, found[:-1]):  # händer: hand, whatever others say of hända; but not städer: städa
            return found
        if "ä" in word or "ö" in word:  # vowels that others turn into in other forms: stad, städer; natt, nätter; son, söner
            other = self._other(word, simple)
            if other:
                return other
        return entry(found)

    def _entry(self, found: str, simple: Stem) -> str:
        """The entry that an entry of the dictionary is a form of, or itself."""
        other = self._other(found, simple)
        if other:
            return other
        found = self._stem_of(found)
        return found[:-1] if found.endswith("an") and found[:-1] in self.own else found  # ansökan, ansöka

    def _verb_of(self, entry: str, simple: Stem) -> str:
        """The verb of a participle (bordlagd, not skuren: skurade) or form (väljs, antagit) that is an entry by itself; else the entry."""
        base = simple(simple(entry))  # sålt, såld, sälja
        verbs: tuple[str, ...] = ()
        if self._is_participle(entry):
            verbs = (*self.stems[entry], base)
        elif not self._bends(entry) and self._is_form(entry, base):
            verbs = (base,)
        return next((v for v in verbs if v != entry and self._is_verb(v) and not (entry.endswith("en") and self._is(f"{v}de", v))), entry)

    def _is_participle(self, entry: str) -> bool:
        """By its forms: anställd, anställda; given, givet, givna; not rest, resten."""
        if entry.endswith("en"):
            return self._is(f"{entry[:-2]}na", entry) and self._is(f"{entry[:-1]}t", entry)
        return entry.endswith(("d", "t")) and self._is(f"{entry}a", entry) and not any(self._is(entry + end, entry) for end in ("en", "et", "er"))

    def _is_form(self, word: str, verb: str) -> bool:
        """Antagit may be one of anta, väljs of välja (väljer), avgörs of avgöra (avgör), lösas of lösa; togs is none of toga."""
        bare = word[:-1]
        passive = word == f"{verb}s" or (word == f"{verb[:-1]}s" and (self._is(f"{bare}er", verb) or self._is(bare, verb)))
        return len(word) > _LEAST_END and (word.endswith("it") or passive)

    def _is_verb(self, entry: str) -> bool:
        """By its present: avslå, avslår; bilda, bildar; välja, väljer; avgöra, avgör."""
        presents = (f"{entry}r", f"{entry[:-1]}er", entry[:-1]) if entry.endswith("a") else (f"{entry}r",)
        return entry in self.own and entry[-1] in "aåeo" and any(self._is(form, entry) for form in presents)

    def _is(self, form: str, entry: str) -> bool:
        return entry in self.stems.get(form, ())

    def _other(self, form: str, simple: Stem) -> str | None:
        other = simple(form)
        return other if changes_vowel(form, other) and other in self.own and (len(other) <= len(form) or not self._bends(form)) else None

    def _stem_of(self, word: str) -> str:
        if self._bends(word):
            return word
        others = [s for s in self.stems.get(word, ()) if s != word and not _derived(word, s)]
        if len(others) > 1:
            return min(others, key=lambda s: (not changes_vowel(word, s), len(s), s))
        return others[0] if others else word

    def _bends(self, word: str) -> bool:
        """True for an entry with forms of its own."""
        return self.bending.get(word, 0) > 1 and word in self.own

    def _first_key(self, word: str, keys: Mapping[str, str]) -> str:
        """The key of a first part that the metadata gives: läns is of län, whatever else it is."""
        bare = word[:-1] if word.endswith("s") and word[:-1] in self.own else word
        return keys.get(bare, bare)

    def _starts(self) -> Iterator[tuple[str, str]]:
        """What may begin a compound, with its entry; that of a genitive is the word without its s, also where it is an entry itself (läns)."""
        for word, entry in self.first.items():
            yield word, word[:-1] if word.endswith("s") and word[:-1] in self.stems.get(word, ()) else entry

    def records(self, simple: Stem, alone: frozenset[str], last: Iterable[str], first: Iterable[str]) -> Iterator[tuple[str, int, str, str]]:
        """Each row of letters with its flags and its two keys; a word that stands `alone` has itself as key."""
        simple = cache(simple)  # a dictionary form has many forms
        entry, verb = cache(partial(self._entry, simple=simple)), cache(partial(self._verb_of, simple=simple))
        keys = {word: key_of(verb(self._lemma(word, simple, entry))) for word in self.stems}
        keys |= {word: word for word in alone}
        starts = {word: keys.get(entry, entry) for word, entry in self._starts()} | {word: self._first_key(word, keys) for word in first}
        lasts = frozenset(key_of(word) for word in last)
        ends = self.ends | {word for word, key in keys.items() if key in lasts}
        for word, key in keys.items():
            begins = starts.pop(word, None)
            yield word, WORD | (BEGIN if begins else 0) | (END if word in ends else 0), key, begins or key
        yield from ((word, BEGIN, word, first) for word, first in starts.items())


def key_of(lemma: str) -> str:
    """The key of a dictionary form: without its last vowel, so that "besluta" and "beslut" meet. More would join what is apart (tid, tidig)."""
    return lemma[:-1] if lemma[-1] in "ae" and len(lemma) > _LEAST_END else lemma


def changes_vowel(word: str, lemma: str) -> bool:
    """True where the first letter in which they differ is a vowel in both: böcker and bok."""
    if word.startswith(lemma):
        return False
    for a, b in zip(word, lemma, strict=False):
        if a != b:
            return a in _VOWELS and b in _VOWELS
    return False


def _derived(word: str, stem: str) -> bool:
    """Partisk is no form of part."""
    return word.startswith(stem) and word[len(stem) :].startswith("isk")


def pack(records: Iterable[tuple[str, int, str, str]], folder: Path) -> None:
    """Write the pack. Keys are kept as what to cut off and what to add."""
    edits: dict[tuple[int, str], int] = {}
    rows = []
    for word, flags, key, first in records:
        one = edits.setdefault(_edit(word, key), len(edits))
        rows.append((word, (flags, one, one if key == first else edits.setdefault(_edit(word, first), len(edits)))))
    marisa_trie.RecordTrie(_FORMAT, rows).save(str(folder / FILES[0]))
    (folder / FILES[1]).write_text(json.dumps(list(edits), ensure_ascii=False), encoding="utf-8")


def _edit(word: str, key: str) -> tuple[int, str]:
    if word.startswith(key):
        return len(word) - len(key), ""
    same = next((n for n, (a, b) in enumerate(zip(word, key, strict=False)) if a != b), min(len(word), len(key)))
    return len(word) - same, key[same:]

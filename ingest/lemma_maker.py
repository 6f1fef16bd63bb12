"""The forms of a dictionary → the key of each, and what may stand in compounds: how the pack that `ingest.lemmas` reads is made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path

import marisa_trie

from ingest.lemmas import BEGIN, END, FILES, FORMAT, LEAST_END, WORD, Stem
from ingest.rules.letters import Verb

_VOWELS = frozenset("aouåeiyäö")
_GENITIVE = 6
"""Letters that a word has at least which is another one and an s; shorter ones are words of their own (kurs, mars)."""


class Maker:
    """Collects the forms of a dictionary and packs them."""

    def __init__(self) -> None:
        self.stems: dict[str, tuple[str, ...]] = {}
        self.own: set[str] = set()
        self.bending: dict[str, int] = {}
        self.first: dict[str, str] = {}
        self.ends: set[str] = set()
        self.names: set[str] = set()
        self.strong: dict[str, str] = {}

    def add(self, text: str, stem: str, begin: bool, end: bool, part: bool) -> None:
        """Take one form in. A name counts only where no other word is written so."""
        low, entry = text.lower(), stem.lower()
        if begin:
            self.first[low] = min(self.first.get(low, entry), entry, key=lambda s: (len(s), s))
        if end and len(low) >= LEAST_END:
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
        return self.strong.get(word) or self._verb_of(self._lemma(word, simple, partial(self._entry, simple=simple)), simple)

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

    def strong_forms(self, verbs: Iterable[Verb], simple: Stem) -> dict[str, str]:
        """The forms of strong verbs, and the verbs themselves, with the verb: of each with all it is compounded with (slå, avslå, fastslå). A form
        that is rather another word's has that word.
        """
        found: dict[str, str] = {}
        known = {verb: [*_inflected(verb.forms)] for verb in verbs}
        endings = tuple(verb.verb for verb in known)
        for whole in [word for word in self.stems if word.endswith(endings)]:
            for verb in known:
                if whole == verb.verb or (whole.endswith(verb.verb) and self._has_present(whole)):
                    own = {whole[: -len(verb.verb)] + form for form in known[verb]} & self.stems.keys()
                    mine = {form: whole for form in own - verb.other if self._is_of(form, whole, own, simple, whole == verb.verb)}
                    found |= mine | ({whole: whole} if mine else {}) | {form: self._other_entry(form, own) for form in own & verb.other}
        return found

    def _has_present(self, verb: str) -> bool:
        """True for a verb that is not one of those whose forms are all regular: hota, hotade."""
        if f"{verb}de" in self.stems:
            return False
        entries = {*self.stems[verb], verb}
        alone = verb.endswith("a")  # förekommer is an entry, and so is kasser
        return any(entry in entries or (alone and entry == form) for form in _presents(verb) for entry in self.stems.get(form, ()))

    def _is_of(self, form: str, verb: str, own: set[str], simple: Stem, told: bool) -> bool:
        """Where a form is another word's too: of a participle the plural is the verb's (avslagna), what may be a noun the noun's (avslaget); else
        those `told` by the metadata are the verb's.
        """
        entries = self.stems[form]
        mine = [entry for entry in entries if entry in own or entry == verb]
        return len(mine) == len(entries) or simple(form) == verb or (bool(mine or told) and not form.endswith(("et", "ets")))

    def _other_entry(self, form: str, own: set[str]) -> str:
        return min((entry for entry in self.stems[form] if entry not in own), key=len, default=form)

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
        return len(word) > LEAST_END and (word.endswith("it") or passive)

    def _is_verb(self, entry: str) -> bool:
        """By its present: avslå, avslår; bilda, bildar; välja, väljer; avgöra, avgör."""
        return entry in self.own and entry[-1] in "aåeo" and any(self._is(form, entry) for form in _presents(entry))

    def _is(self, form: str, entry: str) -> bool:
        return entry in self.stems.get(form, ())

    def _other(self, form: str, simple: Stem) -> str | None:
        other = form if form in self.strong else simple(form)
        return other if changes_vowel(form, other) and other in self.own and (len(other) <= len(form) or not self._bends(form)) else None

    def _stem_of(self, word: str) -> str:
        if self._bends(word):
            return word
        others = [s for s in self.stems.get(word, ()) if s != word and not _derived(word, s)]
        if len(others) > 1:
            return min(others, key=lambda s: (not changes_vowel(word, s), len(s), s))
        if others:
            return others[0]
        return word[:-1] if word.endswith("s") and len(word) >= _GENITIVE and word[:-1] in self.own else word  # göteborgs

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

    def records(
        self, simple: Stem, alone: frozenset[str], last: Iterable[str], first: Iterable[str], verbs: Iterable[Verb]
    ) -> Iterator[tuple[str, int, str, str]]:
        """Each row of letters with its flags and its two keys; a word that stands `alone` has itself as key."""
        simple = cache(simple)  # a dictionary form has many forms
        self.strong = self.strong_forms(verbs, simple)
        entry, verb = cache(partial(self._entry, simple=simple)), cache(partial(self._verb_of, simple=simple))
        keys = {word: key_of(self.strong.get(word) or verb(self._lemma(word, simple, entry))) for word in self.stems}
        keys |= {word: word for word in alone}
        starts = {word: keys.get(entry, entry) for word, entry in self._starts()} | {word: self._first_key(word, keys) for word in first}
        lasts = frozenset(key_of(word) for word in last)
        ends = self.ends | {word for word, key in keys.items() if key in lasts}
        for word, key in keys.items():
            begins = starts.pop(word, None)
            yield word, WORD | (BEGIN if begins else 0) | (END if word in ends else 0), key, begins or key
        yield from ((word, BEGIN, word, first) for word, first in starts.items())


def _presents(verb: str) -> tuple[str, ...]:
    """What its present may be: bildar, väljer, avgör; avslår."""
    return (f"{verb}r", f"{verb[:-1]}er", verb[:-1]) if verb.endswith("a") else (f"{verb}r",)


def _inflected(forms: Sequence[str]) -> Iterator[str]:
    """Forms of a verb and those made of them: slog, slogs; of the participle, which comes last, slagen, slaget, slagna; satt, satta."""
    last = forms[-1]
    of = (f"{last[:-1]}t", f"{last[:-2]}na") if last.endswith("en") else (f"{last}a",)
    return (form + end for form in (*forms, *of) for end in ("", "s"))


def key_of(lemma: str) -> str:
    """The key of a dictionary form: without its last vowel, so that "besluta" and "beslut" meet. More would join what is apart (tid, tidig)."""
    return lemma[:-1] if lemma[-1] in "ae" and len(lemma) > LEAST_END else lemma


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
    marisa_trie.RecordTrie(FORMAT, rows).save(str(folder / FILES[0]))
    (folder / FILES[1]).write_text(json.dumps(list(edits), ensure_ascii=False), encoding="utf-8")


def _edit(word: str, key: str) -> tuple[int, str]:
    if word.startswith(key):
        return len(word) - len(key), ""
    same = next((n for n, (a, b) in enumerate(zip(word, key, strict=False)) if a != b), min(len(word), len(key)))
    return len(word) - same, key[same:]

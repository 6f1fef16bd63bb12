"""What the metadata becomes: patterns, forums, kinds of documents, and `Rules`, which holds them all and is asked by section."""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ingest.rules.letters import Accent, Compound, Ending, Foreign, Misreading, Verb
from ingest.rules.quick import HEAD, Needles, Quick
from ingest.search_words import SearchWords
from ingest.text import Stops


@dataclass(frozen=True, slots=True)
class Pattern:
    """An entry that recognises words. The regular expression is matched against folded text (see `ingest.text.fold`), so is its source.

    `data` holds the entry's other keys; `matches` and `rejects` its examples, which a test runs.
    """

    name: str
    regex: Quick
    data: Mapping[str, Any]
    matches: tuple[Any, ...]
    rejects: tuple[str, ...]

    def get(self, key: str, default: str = "") -> str:
        """A further key of the entry, as text."""
        return str(self.data.get(key, default))


LINES = ("headings", "options", "list_items")
"""What each line of a document is asked to be, before it is running text."""


class Asked(NamedTuple):
    """Patterns in the order of the file, and the bits by which `Needles` knows them."""

    patterns: tuple[tuple[int, Pattern], ...]
    bits: int

    @classmethod
    def of(cls, patterns: Iterable[Pattern]) -> Asked:
        """These, with their bits."""
        each = tuple((p.regex.bit, p) for p in patterns)
        return cls(each, sum(bit for bit, _ in each))

    def among(self, likely: int) -> Sequence[Pattern]:
        """Those that are likely."""
        return [p for bit, p in self.patterns if bit & likely] if self.bits & likely else ()


class Openings(dict[str, Asked]):
    """The first `HEAD` letters of a line → what it can be, of one section. Worked out when first asked; most lines are nothing that it knows."""

    def __init__(self, patterns: tuple[Pattern, ...]) -> None:
        super().__init__()
        self.all = Asked.of(patterns)

    def __missing__(self, head: str) -> Asked:
        self[head] = Asked.of(p for _, p in self.all.patterns if p.regex.may_begin(head))
        return self[head]


@dataclass(frozen=True, slots=True)
class Forum:
    """A forum of the registry: a board, council or network that meets. Years are those of its existence, None where open.

    The name and `aliases` count anywhere (with `beside`, only next to one of those forums), `contextual` names where the forum is named in full.
    """

    name: str
    slug: str
    abbreviation: str | None
    aliases: tuple[str, ...]
    contextual: tuple[str, ...]
    beside: tuple[str, ...]
    kind: str | None
    level: str | None
    purpose: str | None
    members: str | None
    meets: str | None
    parent: str | None
    predecessor: str | None
    prepares_for: tuple[str, ...]
    first_year: int | None
    last_year: int | None
    registers: tuple[str, ...]
    matches: tuple[str, ...]
    rejects: tuple[str, ...]

    def existed(self, year: int | None) -> bool:
        """True unless the year lies outside its years."""
        return year is None or ((self.first_year or 0) <= year <= (self.last_year or 9999))


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A kind of document; `records` says what its §§ are (paragraphs, clauses or nothing).

    `signals` are weighed by `ingest.document.head` and the highest sum wins, the earlier type on a tie.
    """

    name: str
    records: str
    signals: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class ForumName:
    """What one written name can mean; `weak` names count only where the forum is named in full elsewhere."""

    forums: tuple[str, ...]
    weak: bool


@dataclass(frozen=True, slots=True, eq=False)  # known by itself, so that what was asked with it can be remembered
class Rules:
    """Everything the pipeline knows about Swedish documents. `version` changes with any byte of the metadata."""

    version: str
    forums: tuple[Forum, ...]
    forums_by_name: Mapping[str, ForumName]
    """Folded small letters, single spaces → what it means; names, aliases and weak names."""
    forum_names: re.Pattern[str]
    """For text in folded small letters: without IGNORECASE it is four times as quick."""
    abbreviations: Mapping[str, tuple[str, ...]]
    weak_abbreviations: frozenset[str]
    forum_abbreviations: re.Pattern[str]
    types: tuple[DocumentType, ...]
    patterns: Mapping[str, tuple[Pattern, ...]]
    needles: Needles
    """Tells which patterns may match in a text."""
    stops: Stops
    openings: Mapping[str, Openings]
    """Section → the first letters of a line → those of its patterns that can match it."""
    lines: Openings
    """The same for all that a line may be besides running text: sections `LINES`."""
    letters: tuple[Misreading, ...]
    endings: tuple[Ending, ...]
    accents: tuple[Accent, ...]
    names: tuple[str, ...]
    """Names of places and people, which are words."""
    compounds: tuple[Compound, ...]
    """Parts of compounds that the dictionary does not know as such."""
    linking: frozenset[str]
    """Letters by which spellings of the name of a body may differ, at the end of any word but the last."""
    turned: frozenset[str]
    """What bodies are, said first with "för" or last in a compound."""
    alone: frozenset[str]
    """Words that search joins with no other form."""
    verbs: tuple[Verb, ...]
    """Verbs that search joins with forms that the dictionary has by themselves."""
    left_alone: frozenset[str]
    """Short words and abbreviations that repair never changes, in small letters."""
    units: frozenset[str]
    """What may stand right after a number and is never changed there, in small letters."""
    foreign: tuple[Foreign, ...]
    prose: tuple[Path, ...]
    """Texts in good Swedish that come with the metadata, from which repair learns words and pairs of words."""
    search_words: SearchWords
    """What people type; no part of `version`, because no paper is read otherwise for it."""

    def of(self, section: str) -> tuple[Pattern, ...]:
        """The patterns of one section, in the order of the file."""
        return self.patterns[section]

    def ready(self) -> None:
        """Work out now what patterns need: a process that is forked to read one file would do so for itself, in more time than the reading takes."""
        for pattern in (*itertools.chain.from_iterable(self.patterns.values()), *(s for kind in self.types for s in kind.signals)):
            pattern.regex.ready()
        self.needles.likely("")

    def beginning(self, section: str, line: str, whole: str = "") -> Sequence[Pattern]:
        """Those of one section, in the order of the file, that can match where the line begins. `whole`: of what line it is the beginning, where
        about that one others ask.
        """
        asked = self.openings[section][line[:HEAD]]
        return asked.among(self.needles.likely(whole or line)) if asked.bits else ()

    def kinds(self, line: str) -> int:
        """The bits of those patterns of `LINES` that may match where the line begins; one look-up tells most lines of running text."""
        asked = self.lines[line[:HEAD]]
        return asked.bits and asked.bits & self.needles.likely(line)

    def bits(self, section: str) -> int:
        """The bits of all patterns of a section."""
        return self.openings[section].all.bits

    def match(self, section: str, line: str) -> tuple[Pattern, re.Match[str]] | None:
        """The first of one section that matches where the line begins, with its match."""
        for pattern in self.beginning(section, line):
            match = pattern.regex.match(line)
            if match:
                return pattern, match
        return None

    def fullmatch(self, section: str, line: str, whole: str = "") -> tuple[Pattern, re.Match[str]] | None:
        """The first of one section that matches all of the line, with its match; `whole` as for `beginning`."""
        for pattern in self.beginning(section, line, whole):
            match = pattern.regex.fullmatch(line)
            if match:
                return pattern, match
        return None

    def search(self, section: str, text: str) -> tuple[Pattern, re.Match[str]] | None:
        """The first of one section that matches anywhere in a text, with its match."""
        return next(self.searched(section, text), None)

    def searched(self, section: str, text: str) -> Iterator[tuple[Pattern, re.Match[str]]]:
        """All of one section that match anywhere in a text, in the order of the file, each with its first match."""
        for pattern in self.likely(section, text):
            match = pattern.regex.regex.search(text)
            if match:
                yield pattern, match

    def without(self, sections: Iterable[str], text: str) -> str:
        """The text without what the patterns of some sections find in it, one after the other."""
        for section in sections:
            asked = self.openings[section].all
            for bit, pattern in asked.patterns if asked.bits & self.needles.likely(text) else ():
                text = pattern.regex.sub("", text) if bit & self.needles.likely(text) else text
        return text

    def likely(self, section: str, text: str, other: str = "") -> Sequence[Pattern]:
        """Those of one section, in the order of the file, that may match somewhere in a text, or in another."""
        likely = self.needles.likely(text)
        return self.openings[section].all.among(likely | self.needles.likely(other) if other else likely)

    def found(self, section: str, text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[tuple[Pattern, re.Match[str]]]:
        """All matches of all patterns of one section between two places of a text, pattern by pattern in the order of the file."""
        for pattern in self.likely(section, text):
            for match in pattern.regex.finditer(text, start, end):
                yield pattern, match

    def forum(self, name: str) -> Forum | None:
        """The registry's forum of this canonical name."""
        return next((f for f in self.forums if f.name == name), None)

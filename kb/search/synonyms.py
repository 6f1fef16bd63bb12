"""Words that mean the same: from the registry of forums (names, abbreviations) and metadata/search.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from kb.search.analyze import terms
from kb.search.nodes import Alike, All, Node, Words

if TYPE_CHECKING:
    from ingest.rules import Rules

Name = tuple[str, ...]
Group = Sequence[Sequence[str]]
"""Names that find each other, further ones that only find them, and those of all that count only as they are written (SoL is no sol)."""

LONGEST = 8  # words of a name
_ENDINGS = re.compile(r"(?<=\w{4})(?:arnas|ernas|ornas|arna|erna|orna|ans|ens|ets|an|en|et|ar|er|or|as|na|(?<=[aei])n|s|a|e)$")
"""Snowball keeps elevhälsa and elevhälsan apart, and utvecklingsstrategi and -strategin; what a name is must not hang on the form it is typed in."""


def groups(rules: Rules) -> list[Group]:
    """All names of one thing together. Forums first: the name, its abbreviation, and its aliases of several words."""
    found: list[Group] = []
    short: dict[str, list[str]] = {f.name: [f.abbreviation] if f.abbreviation else [] for f in rules.forums}
    for word, names in rules.abbreviations.items():
        for name in names:
            if word not in (known := short.setdefault(name, [])):
                known.append(word)
    aliases = {f.name: [a for a in f.aliases if len(terms(a)) > 1] for f in rules.forums}
    for name, abbreviations in short.items():
        if abbreviations or aliases.get(name):
            found.append([[name, *abbreviations, *aliases.get(name, ())], [], []])
    return found + [[list(s.words), list(s.only), list(s.case)] for s in rules.search_words.synonyms]


def by_key(found: Iterable[Group]) -> Mapping[str, tuple[Name, ...]]:
    """Key of each name → the other names, as terms."""
    out: dict[str, dict[str, Name]] = {}
    for words, only, case in found:
        names: dict[str, Name] = {}
        for word in words:
            names.setdefault(key(terms(word)), terms(word))  # of two forms of a name the first
        for word in (*words, *only):
            own = key(terms(word))
            others = {k: name for k, name in names.items() if k and k != own}
            if own and others:
                known = out.setdefault(f"={word}" if word in case else own, {})
                known |= {k: name for k, name in others.items() if k not in known}
    return MappingProxyType({k: tuple(v.values()) for k, v in out.items()})


def key(words: Iterable[str]) -> str:
    """Equal for the forms of a name."""
    return " ".join(_ENDINGS.sub("", word) for word in words)


def widened(parts: Sequence[Node], alike: Mapping[str, tuple[Name, ...]]) -> list[Node]:
    """Parts of which all must hold, with what means the same beside each name among them; the longest name first. Quoted words stay as they are."""
    out: list[Node] = []
    at = 0
    while at < len(parts):
        for size in range(min(LONGEST, len(parts) - at), 0, -1):
            words = parts[at : at + size]
            others = _others(words, alike)
            if others:
                asked = words[0] if size == 1 else All(tuple(words))
                out.append(Alike(asked, tuple(Words(other) for other in others)))
                at += size
                break
        else:
            out.append(parts[at])
            at += 1
    return out


def _others(parts: Sequence[Node], alike: Mapping[str, tuple[Name, ...]]) -> tuple[Name, ...]:
    """What means the same as these parts together."""
    words = [part for part in parts if isinstance(part, Words) and not (part.prefix or part.fuzzy or part.quoted)]
    if len(words) < len(parts):
        return ()
    as_written = alike.get(f"={words[0].written}", ()) if len(words) == 1 else ()
    return as_written or alike.get(key(term for w in words for term in w.terms), ())

"""What people tell of letters and words: how letters are misread, which names there are, what to leave alone, what the dictionary lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ingest.errors import BadMetadata
from ingest.rules.files import listed


@dataclass(frozen=True, slots=True)
class Misreading:
    """What an OCR engine makes of the letter(s) `printed`: what it reads → in how many per cent of damaged text."""

    printed: str
    read: Mapping[str, float]
    matches: tuple[str, ...]
    rejects: tuple[str, ...]


def misreadings(path: Path, data: Any) -> tuple[Misreading, ...]:
    """The entries of the list `letters`. Raises BadMetadata."""
    out = []
    for number, entry in enumerate(listed(path, data, "letters"), 1):
        read = entry.get("read") if isinstance(entry, dict) else None
        if not isinstance(read, dict) or not entry.get("printed") or not all(isinstance(v, int | float) and 0 < v < 100 for v in read.values()):
            raise BadMetadata(f"{path}: letters nr {number}: ”printed” och ”read” (det lästa: procent) behövs")
        if not entry.get("matches"):
            raise BadMetadata(f"{path}: letters nr {number}: exempel saknas under ”matches”")
        shares = MappingProxyType({str(k): float(v) for k, v in read.items()})
        out.append(Misreading(str(entry["printed"]), shares, tuple(entry["matches"]), tuple(entry.get("rejects") or ())))
    return tuple(out)


@dataclass(frozen=True, slots=True)
class Ending:
    """A capital that is `printed` at the end of a name of at most so many `letters`, and the sign that is `read` for it; `opens` is the sign that it
    would close.
    """

    printed: str
    read: str
    opens: str
    letters: int
    matches: tuple[str, ...]
    rejects: tuple[str, ...]


def endings(path: Path, data: Any) -> tuple[Ending, ...]:
    """The entries of the list `endings`. Raises BadMetadata."""
    out = []
    for number, entry in enumerate(listed(path, data, "endings"), 1):
        signs: list[Any] = [entry.get(key) for key in ("printed", "read", "opens")] if isinstance(entry, dict) else []
        if not signs or not all(isinstance(s, str) and len(s) == 1 for s in signs) or not isinstance(entry.get("letters"), int):
            raise BadMetadata(f"{path}: endings nr {number}: ”printed”, ”read” och ”opens” (ett tecken var) och ”letters” (ett tal) behövs")
        if not entry.get("matches"):
            raise BadMetadata(f"{path}: endings nr {number}: exempel saknas under ”matches”")
        out.append(Ending(signs[0], signs[1], signs[2], entry["letters"], tuple(entry["matches"]), tuple(entry.get("rejects") or ())))
    return tuple(out)


@dataclass(frozen=True, slots=True)
class Accent:
    """A letter that is `printed`, and what engines `read` for it that Swedish has not."""

    printed: str
    read: tuple[str, ...]
    matches: tuple[str, ...]
    rejects: tuple[str, ...]


def accents(path: Path, data: Any) -> tuple[Accent, ...]:
    """The entries of the list `accents`. Raises BadMetadata."""
    out = []
    for number, entry in enumerate(listed(path, data, "accents"), 1):
        read = entry.get("read") if isinstance(entry, dict) else None
        if not isinstance(read, list) or not all(isinstance(one, str) and one for one in read) or not isinstance(entry.get("printed"), str):
            raise BadMetadata(f"{path}: accents nr {number}: ”printed” (en bokstav) och ”read” (en lista) behövs")
        if not entry.get("matches"):
            raise BadMetadata(f"{path}: accents nr {number}: exempel saknas under ”matches”")
        out.append(Accent(entry["printed"], tuple(read), tuple(entry["matches"]), tuple(entry.get("rejects") or ())))
    return tuple(out)


@dataclass(frozen=True, slots=True)
class Foreign:
    """Small words of another language, in small letters, with lines in it and Swedish ones."""

    language: str
    words: frozenset[str]
    matches: tuple[str, ...]
    rejects: tuple[str, ...]


def foreign(path: Path, data: Any) -> tuple[Foreign, ...]:
    """The entries of the list `foreign`. Raises BadMetadata."""
    out = []
    for number, entry in enumerate(listed(path, data, "foreign"), 1):
        if not isinstance(entry, dict) or not entry.get("language") or not entry.get("matches"):
            raise BadMetadata(f"{path}: foreign nr {number}: ”language”, ”words” och ”matches” behövs")
        words = frozenset(_word(path, f"foreign nr {number}", word).lower() for word in listed(path, entry, "words"))
        out.append(Foreign(str(entry["language"]), words, tuple(entry["matches"]), tuple(entry.get("rejects") or ())))
    return tuple(out)


def words_in(path: Path, data: Any, section: str) -> frozenset[str]:
    """The words of a list, in small letters. Raises BadMetadata."""
    return frozenset(_word(path, section, word).lower() for word in listed(path, data, section))


@dataclass(frozen=True, slots=True)
class Compound:
    """A word that may end compounds in all its forms, or begin them as it stands (`first`). Examples have + between the parts."""

    word: str
    first: bool
    matches: tuple[str, ...]
    rejects: tuple[str, ...]


def compounds(path: Path, data: Any) -> tuple[Compound, ...]:
    """The lists `last` and `first` of words that the dictionary does not have in compounds. Raises BadMetadata."""
    out = []
    for section in ("last", "first"):
        for number, entry in enumerate(listed(path, data, section), 1):
            if not isinstance(entry, dict) or not entry.get("word") or not entry.get("matches") or not entry.get("rejects"):
                raise BadMetadata(f"{path}: {section} nr {number}: word, matches och rejects behövs")
            words = [tuple(_word(path, section, word) for word in entry[key]) for key in ("matches", "rejects")]
            out.append(Compound(_word(path, section, entry["word"]).lower(), section == "first", *words))
    return tuple(out)


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb with forms of its own kind; `other` are those of its compounds that are another word's. Examples are pairs of words."""

    verb: str
    forms: tuple[str, ...]
    other: frozenset[str]
    matches: tuple[tuple[str, str], ...]
    rejects: tuple[tuple[str, str], ...]


def verbs(path: Path, data: Any) -> tuple[Verb, ...]:
    """The entries of the list `strong`. Raises BadMetadata."""
    out = []
    for number, entry in enumerate(listed(path, data, "strong"), 1):
        where = f"strong nr {number}"
        if not isinstance(entry, dict) or not all(entry.get(key) for key in ("verb", "forms", "matches", "rejects")):
            raise BadMetadata(f"{path}: {where}: verb, forms, matches och rejects behövs")
        forms, other = (tuple(_word(path, where, word) for word in entry.get(key) or ()) for key in ("forms", "other"))
        examples = [tuple(_pair(path, where, pair) for pair in entry[key]) for key in ("matches", "rejects")]
        out.append(Verb(_word(path, where, entry["verb"]), forms, frozenset(other), *examples))
    return tuple(out)


def _pair(path: Path, where: str, pair: Any) -> tuple[str, str]:
    if not isinstance(pair, list) or len(pair) != 2:
        raise BadMetadata(f"{path}: {where}: {pair!r} är inte två ord")
    return _word(path, where, pair[0]), _word(path, where, pair[1])


def names_in(path: Path, data: Any) -> tuple[str, ...]:
    """All names of a file of lists, each once, in alphabetical order. Raises BadMetadata."""
    if not isinstance(data, dict):
        raise BadMetadata(f"{path}: listor med namn saknas")
    return tuple(sorted({_word(path, section, name) for section in data for name in listed(path, data, section)}))


def _word(path: Path, section: str, word: Any) -> str:
    if not isinstance(word, str) or not word.strip():
        raise BadMetadata(f"{path}: {section}: {word!r} är inte text", "sätt ordet inom citattecken")
    return word

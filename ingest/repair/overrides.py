"""Corrections that people have made: they stand above what the program thinks, and survive every rebuild. What they say, and their files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.errors import BadMetadata, reason
from ingest.models import Source

PERSON = "person"
"""The kind of a correction that a person has made."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word as it was `read`, and as it was `printed`; the two are the same where the word is right and is to be left alone.

    Without `source` it holds for all; `page` and `line` are 1-based. `rank` is that of its file: the higher goes before.
    """

    read: str
    printed: str
    reason: str
    source: str = ""
    page: int | None = None
    line: int | None = None
    by: str = ""
    date: str = ""
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Paper:
    """Whether a source is to be repaired, whatever the program thinks."""

    source: str
    repair: bool
    reason: str
    by: str = ""
    date: str = ""
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Chosen:
    """What people have decided for one source: words, and whether to repair it at all (None: as the program thinks)."""

    repair: bool | None = None
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Overrides:
    """All corrections by people. `names` are what a knowledge base calls its sources, by hash, for a file that is read outside of it."""

    words: tuple[Word, ...] = ()
    papers: tuple[Paper, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def of(self, source: Source) -> Chosen:
        """Those that concern a source. Of several about the whole the one of the higher file goes before, then the one that names it longer."""

        def concerns(wanted: str) -> bool:
            return fits(wanted, self.names.get(source.sha256, source.name), source.sha256)

        papers = sorted((p for p in self.papers if concerns(p.source)), key=lambda p: (p.rank, len(p.source)))
        words = tuple(w for w in self.words if not w.source or concerns(w.source))
        return Chosen(papers[-1].repair if papers else None, words)


NONE = Overrides()


def fits(wanted: str, name: str, sha256: str) -> bool:
    """True where `wanted` is the last part of a source's name (whole folders and file name), or the beginning of its hash (8 signs or more)."""
    name = unicodedata.normalize("NFC", name)
    return name == wanted or name.endswith(f"/{wanted}") or bool(re.fullmatch("[0-9a-f]{8,64}", wanted.lower()) and sha256.startswith(wanted.lower()))


# what an entry may say


def word_of(fields: Mapping[str, str], rank: int = 0) -> Word:
    """An entry of `words`. Raises ValueError, which says in Swedish what is wrong."""
    read, printed = _spelling(fields, "read"), _spelling(fields, "printed")
    if " " in read or not re.search(r"[^\W_]", read):
        raise ValueError(f"”read” ska vara ett ord, inte ”{read}”")
    source, page, line = _source(fields), _number(fields, "page"), _number(fields, "line")
    if not source and (page or line):
        raise ValueError("”page” och ”line” behöver ”source”")
    return Word(read, printed, _needed(fields, "reason"), source, page, line, _text(fields, "by"), _date(fields), rank)


def paper_of(fields: Mapping[str, str], rank: int = 0) -> Paper:
    """An entry of `documents`. Raises ValueError, which says in Swedish what is wrong."""
    _needed(fields, "source")
    repair = _needed(fields, "repair").lower()
    if repair not in ("true", "false"):
        raise ValueError(f"”repair” ska vara true eller false, inte ”{repair}”")
    return Paper(_source(fields), repair == "true", _needed(fields, "reason"), _text(fields, "by"), _date(fields), rank)


KEYS: Mapping[str, tuple[str, ...]] = {
    "words": ("read", "printed", "reason", "source", "page", "line", "by", "date"),
    "documents": ("source", "repair", "reason", "by", "date"),
}


def _text(fields: Mapping[str, str], key: str) -> str:
    """A value on one line, in composed letters."""
    text = unicodedata.normalize("NFC", " ".join(fields.get(key, "").split()))
    if re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", text):
        raise ValueError(f"”{key}” har ett tecken som inte går att skriva")
    return text


def _needed(fields: Mapping[str, str], key: str) -> str:
    if not (text := _text(fields, key)):
        raise ValueError(f"”{key}” saknas")
    return text


def _spelling(fields: Mapping[str, str], key: str) -> str:
    """A word in plain characters, like the text in which it is looked for."""
    return _needed({key: re.sub(r"[\u00ad\u200b-\u200d\u2060\ufeff]", "", fields.get(key, ""))}, key)


def _source(fields: Mapping[str, str]) -> str:
    return _text(fields, "source").replace("\\", "/").removeprefix("./").strip("/")


def _number(fields: Mapping[str, str], key: str) -> int | None:
    text = _text(fields, key)
    if text and not re.fullmatch("[1-9][0-9]{0,8}", text):
        raise ValueError(f"”{key}” ska vara ett tal från 1, inte ”{text}”")
    return int(text) if text else None


def _date(fields: Mapping[str, str]) -> str:
    text = _text(fields, "date")
    if text and not re.fullmatch(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])", text):
        raise ValueError(f"”date” ska vara en dag, som 2024-05-31, inte ”{text}”")
    return text


# the files


def load_overrides(*paths: Path) -> Overrides:
    """The corrections of several files, of which a later one goes before; one that is not there holds none. Raises BadMetadata."""
    found = [parse_overrides(text, path, rank) for rank, path in enumerate(paths) if (text := text_of(path))]
    return Overrides(tuple(w for f in found for w in f.words), tuple(p for f in found for p in f.papers))


def text_of(path: Path) -> str:
    """What a file holds, nothing where it is not there. Raises BadMetadata."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise BadMetadata(f"{path}: kan inte läsas ({reason(error)})") from error
    except UnicodeDecodeError as error:
        raise BadMetadata(f"{path}: är inte UTF-8 (byte {error.start})", "spara den som UTF-8") from error


def parse_overrides(text: str, path: Path, rank: int = 0) -> Overrides:
    """The corrections of one file. Raises BadMetadata, which names the file and the entry."""
    words: list[Word] = []
    papers: list[Paper] = []
    known: dict[tuple[object, ...], tuple[object, int]] = {}
    key: tuple[object, ...]
    for section, number, line, fields in _entries(text, path):
        where = f"{path}: {section} nr {number} (rad {line})"
        try:
            if section == "words":
                words.append(word := word_of(fields, rank))
                key, says = (word.read, word.source, word.page, word.line), word.printed
            else:
                papers.append(paper := paper_of(fields, rank))
                key, says = (paper.source,), str(paper.repair)
        except ValueError as error:
            raise BadMetadata(f"{where}: {error}") from error
        other, earlier = known.setdefault((section, *key), (says, number))
        if other != says:
            raise BadMetadata(f"{where}: säger emot nr {earlier}, som gäller samma sak")
    return Overrides(tuple(words), tuple(papers))


def _entries(text: str, path: Path) -> Iterator[tuple[str, int, int, dict[str, str]]]:
    """Each entry with its section, number and line; all values as text, because "no" and 2013 are words too."""
    import yaml  # 20 ms, not needed for --help

    try:
        root = yaml.compose(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise BadMetadata(f"{path}: är inte YAML{f' (rad {mark.line + 1})' if mark else ''}") from error
    for section, entries in _pairs(root, f"{path}", tuple(KEYS)) if root else ():
        if not isinstance(entries, yaml.SequenceNode):
            if entries.value:
                raise BadMetadata(f"{path}: ”{section}” ska vara en lista (rad {entries.start_mark.line + 1})")
            continue
        for number, entry in enumerate(entries.value, 1):
            line = entry.start_mark.line + 1
            where = f"{path}: {section} nr {number} (rad {line})"
            fields = {}
            for key, value in _pairs(entry, where, KEYS[section]):
                if not isinstance(value, yaml.ScalarNode):
                    raise BadMetadata(f"{where}: ”{key}” ska vara text")
                fields[key] = str(value.value)
            yield section, number, line, fields


def _pairs(node: Any, where: str, keys: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """The keys of a mapping and what stands under them: each known, and none twice."""
    if not isinstance(node.value, list) or node.id != "mapping":
        raise BadMetadata(f"{where}: nycklarna {', '.join(keys)} väntas här")
    seen: set[str] = set()
    for key, value in node.value:
        name = str(key.value)
        if name not in keys:
            raise BadMetadata(f"{where}: nyckeln ”{name}” finns inte, välj bland {', '.join(keys)}")
        if name in seen:
            raise BadMetadata(f"{where}: nyckeln ”{name}” står två gånger")
        seen.add(name)
        yield name, value

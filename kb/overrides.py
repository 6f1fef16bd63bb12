"""The files in which people's corrections stand: where they lie, and how kb writes in one without losing what people wrote there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from ingest.errors import BadMetadata
from ingest.repair.overrides import KEYS, Overrides, Paper, Word, load_overrides, parse_overrides
from ingest.rules import default_folder
from kb.archive import write_whole

HEAD = """\
# Rättelser i den här basen, skrivna av kb correct. Får ändras för hand (kör sedan kb rebuild): hur en post skrivs står överst i
# filen overrides.yaml i mappen metadata, som gäller för alla baser. Det som står här går före.

"""

Entry = Word | Paper


def own_file(database: Path) -> Path:
    """The file of one base's own corrections."""
    return database.with_name(database.name + ".overrides.yaml")


def common_file(metadata: Path | None) -> Path:
    """The file of corrections for everybody, in the metadata folder."""
    return (metadata or default_folder()) / "overrides.yaml"


def load(database: Path | None, metadata: Path | None) -> Overrides:
    """All corrections that hold for a base; its own go before. Raises BadMetadata."""
    return load_overrides(common_file(metadata), *([own_file(database)] if database else []))


def entries(found: Overrides) -> list[Entry]:
    """All entries in the order of their numbers: words, then documents."""
    return [*found.words, *found.papers]


def right(found: Overrides) -> Iterator[str]:
    """The words that people have said are spelled right."""
    return (word.printed for word in found.words)


def section_of(entry: Entry) -> str:
    """The list in which an entry stands."""
    return "words" if isinstance(entry, Word) else "documents"


def fields_of(entry: Entry) -> dict[str, str | int | bool]:
    """An entry as it is written, without what it does not say."""
    return {key: value for key in KEYS[section_of(entry)] if (value := getattr(entry, key)) not in ("", None)}


def write(path: Path, text: str) -> None:
    """Write a file of corrections so that it is there wholly or not at all; who may read it stays as it was."""
    path = path.resolve()  # a link stays a link
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()

    def fill(out: BinaryIO) -> None:
        out.write(text.encode())
        os.fchmod(out.fileno(), mode)

    write_whole(path, fill)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


# text edited where it has to be, everything else letter for letter as it was


def with_entry(path: Path, text: str, entry: Entry) -> str:
    """The text of a file with one more entry, last in its list. Raises BadMetadata where that cannot be done safely."""
    before = entries(parse_overrides(text, path, entry.rank))
    wanted = sorted([*before, entry], key=lambda e: isinstance(e, Paper))
    return _checked(path, _added(text or HEAD, section_of(entry), fields_of(entry)), wanted, entry.rank)


def without_entry(path: Path, text: str, entry: Entry) -> str:
    """The text of a file without an entry; lines of comment stay. Raises BadMetadata where that cannot be done safely."""
    before = entries(parse_overrides(text, path, entry.rank))
    at = before.index(entry)
    number = at - sum(section_of(e) != section_of(entry) for e in before[:at])
    return _checked(path, _removed(text, section_of(entry), number), before[:at] + before[at + 1 :], entry.rank)


def _checked(path: Path, text: str, wanted: list[Entry], rank: int) -> str:
    """The text, which says what it is to say. YAML can be written in more ways than are known here."""
    with suppress(BadMetadata):
        if entries(parse_overrides(text, path, rank)) == wanted:
            return text
    raise BadMetadata(f"{path}: är skriven så att kb inte kan ändra i den", "ändra den för hand och kör kb rebuild")


def _added(text: str, section: str, fields: Mapping[str, str | int | bool]) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    found = _section(text, section)
    if found is None:
        return _inserted(text, len(text), f"{section}:{newline}{_item(fields, 0, newline)}", newline)
    key, node = found
    if node.id == "scalar":
        return _inserted(text, _line_end(text, key.end_mark.index), _item(fields, key.start_mark.column, newline), newline)
    if not node.value:  # words: []
        cut = text[: node.start_mark.index] + text[node.end_mark.index :]
        return _inserted(cut, _line_end(cut, node.start_mark.index), _item(fields, key.start_mark.column, newline), newline)
    if node.flow_style:
        at = _end(node.value[-1])
        return text[:at] + ", {" + ", ".join(f"{k}: {_value(v)}" for k, v in fields.items()) + "}" + text[at:]
    return _inserted(text, _line_end(text, _end(node)), _item(fields, node.start_mark.column, newline), newline)


def _removed(text: str, section: str, number: int) -> str:
    found = _section(text, section)
    assert found, "an entry that was read stands in its list"
    items = found[1].value
    item = items[number]
    if found[1].flow_style:
        start = item.start_mark.index if number + 1 < len(items) or not number else _end(items[number - 1])
        end = items[number + 1].start_mark.index if number + 1 < len(items) else _end(item)
        return text[:start] + text[end:]
    start = text.rfind("\n", 0, text.rindex("-", 0, item.start_mark.index)) + 1
    end = _line_end(text, _end(item))
    comments = [line for line in text[start:end].splitlines(keepends=True) if line.lstrip().startswith("#")]
    return text[:start] + "".join(comments) + text[end:]


def _section(text: str, name: str) -> tuple[Any, Any] | None:
    """Key and value of a list, as places in the text (which only yaml's own loader counts in letters)."""
    import yaml

    root = yaml.compose(text, Loader=yaml.BaseLoader)
    return next(((key, value) for key, value in (root.value if root else ()) if key.value == name), None)


def _end(node: Any) -> int:
    """Where what a node says ends; yaml itself counts the blank lines and comments after it in."""
    if node.id == "scalar" or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if node.id == "mapping" else last)


def _line_end(text: str, at: int) -> int:
    """Where the next line begins, seen from within a line; `at` itself where it is the beginning of one."""
    if at and text[at - 1] == "\n":
        return at
    stop = text.find("\n", at)
    return len(text) if stop < 0 else stop + 1


def _inserted(text: str, at: int, lines: str, newline: str) -> str:
    begun = at and text[at - 1] != "\n"
    return text[:at] + (newline if begun else "") + lines + text[at:]


def _item(fields: Mapping[str, str | int | bool], column: int, newline: str) -> str:
    """An entry as lines of a list that begins in that column."""
    marks = ["- ", *["  "] * (len(fields) - 1)]
    return "".join(f"{' ' * column}{mark}{key}: {_value(value)}{newline}" for mark, (key, value) in zip(marks, fields.items(), strict=True))


def _value(value: str | int | bool) -> str:
    """A value in YAML: texts in quotes, because many words (no, 6, 2013-05-31) would be something else without."""
    return json.dumps(value, ensure_ascii=False)

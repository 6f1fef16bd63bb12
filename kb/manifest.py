"""A list of files (förteckning) that states what they do not say themselves: forum, date, diary number, kind, title. CSV or YAML.

What a line says is kept as JSON with its source (`sources.listed`) and in the note of its original, as it was written: what it means is worked out
anew whenever the file is read.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from ingest.errors import MissingFile, UnreadableFile, decoded, reason
from ingest.find.dates import day_of
from ingest.find.dnr import number_of
from ingest.find.forums import lookup
from ingest.models import Day, DiaryNumber
from ingest.rules import Rules
from ingest.stated import Stated
from ingest.text import fold, plain, squeeze
from kb import errors

FIELDS = {"file": "fil", "forum": "forum", "date": "datum", "dnr": "dnr", "kind": "typ", "title": "titel"}
"""What a line may say, and what its column is called."""
_NAMES = {
    "fil": "file", "file": "file", "filnamn": "file", "sökväg": "file", "forum": "forum", "organ": "forum", "nämnd": "forum", "datum": "date",
    "date": "date", "dag": "date", "dnr": "dnr", "diarienummer": "dnr", "diarienr": "dnr", "ärendenummer": "dnr", "typ": "kind", "slag": "kind",
    "handlingstyp": "kind", "kind": "kind", "titel": "title", "title": "title", "rubrik": "title",
}  # fmt: skip
_MOST = 50_000_000
"""Bytes of a list: half a million lines."""
_FOLDER = "."


@dataclass(frozen=True, slots=True)
class Line:
    """What is stated of a file, or of all in a folder or container; `place` says where that stands, for people."""

    place: str
    fields: Mapping[str, str]


@dataclass(slots=True)
class Manifest:
    """The lines of a list by the name that each gives; which of them fitted a file. Where more is to come (`waiting`) none is told of."""

    by: str = ""
    folder: str = ""
    lines: Mapping[str, Line] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    waiting: bool = False

    def about(self, name: str, origin: str) -> str | None:
        """What is stated of a file, by its name in the base or its absolute path, as JSON ("": nothing any more); None where no line is about it."""
        found = self._line(name, origin)
        if found is None:
            return None
        self.used.add(found)
        said = self.lines[found].fields
        return json.dumps({"by": self.by, **said}, ensure_ascii=False, sort_keys=True) if said else ""

    def of_copy(self, name: str, origin: str, first: str, listed: str | None) -> list[str]:
        """A sentence where a line is about a copy of the source `first`, and that one has something else stated of it."""
        line, said = self._line(name, origin), self.about(name, origin)
        if line is None or not said or said == listed:
            return []
        return [f"Förteckningen {self.by}, {self.lines[line].place}: ”{line}” har samma innehåll som {first} – säg det om den filen i stället."]

    def _line(self, name: str, origin: str) -> str | None:
        return next((line for line in self._fitting(name, origin) if line in self.lines), None) if self.lines else None

    def _fitting(self, name: str, origin: str) -> Iterator[str]:
        """What a line about the file may call it, itself first, then each folder or container around it."""
        inside = str(PurePosixPath(origin).relative_to(self.folder)) if origin.startswith(f"{self.folder}/") else ""
        own = [path for path in (name, inside, origin) if path]
        yield from own
        yield from (str(parent) for path in own for parent in PurePosixPath(path).parents if str(parent) not in (_FOLDER, "/"))

    def unmet(self, known: Iterable[tuple[str, str]]) -> list[str]:
        """A sentence for each line that fits none of the files of a run and none of those (name, path) that the base knows."""
        left = set[str]() if self.waiting else self.lines.keys() - self.used
        if left:
            left -= {line for name, origin in known for line in self._fitting(name, origin)}
        places = sorted((self.lines[name].place, name) for name in left)
        return [f"Förteckningen {self.by}, {place}: ingen fil heter ”{name}”." for place, name in places]


NONE = Manifest()


def read(path: Path, rules: Rules) -> Manifest:
    """Read a list. Raises MissingFile, UnreadableFile, BadManifest, which names the line."""
    if path.is_dir():
        raise UnreadableFile(f"{path}: är en mapp, inte en förteckning", "ange en fil, CSV eller YAML")
    try:
        with path.open("rb") as file:
            data = file.read(_MOST + 1)
    except FileNotFoundError as error:
        raise MissingFile(f"{path} finns inte") from error
    except OSError as error:
        raise UnreadableFile(f"{path}: {reason(error)}") from error
    if len(data) > _MOST:
        raise errors.BadManifest(f"{path}: är större än {_MOST // 1_000_000} MB")
    lines = dict[str, Line]()
    for place, said in (_yaml if path.suffix.lower() in (".yaml", ".yml") else _csv)(path, _text(path, data)):
        name = said.pop("file", "").replace("\\", "/").removeprefix("./").rstrip("/")
        if not name:
            raise errors.BadManifest(f"{path}, {place}: säger inte vilken fil (kolumnen fil)")
        if name in lines and lines[name].fields != said:
            raise errors.BadManifest(f"{path}, {place}: ”{name}” står också på {lines[name].place}, med annat innehåll")
        try:
            _meant(path.name, said, rules)
        except ValueError as error:
            raise errors.BadManifest(f"{path}, {place}: {error}") from error
        lines[name] = Line(place, said)
    return Manifest(decoded(path.name), str(path.resolve().parent), lines)


def stated(listed: str | None, rules: Rules) -> Stated | None:
    """What a kept line means by these rules; without what they do not understand (any more)."""
    if not listed:
        return None
    said = json.loads(listed)
    by = said.pop("by", "")
    while True:
        try:
            return _meant(by, said, rules)
        except _Unclear as error:
            del said[error.key]


class _Unclear(ValueError):
    """A field whose words mean nothing, or several things."""

    def __init__(self, key: str, words: str) -> None:
        super().__init__(words)
        self.key = key


def _meant(by: str, said: Mapping[str, str], rules: Rules) -> Stated:
    """A line as values. Raises _Unclear."""
    kinds = {plain(t.name): t.name for t in rules.types}
    kind = said.get("kind")
    if kind and plain(kind) not in kinds:
        raise _Unclear("kind", f"typen ”{kind}” finns inte – de som finns är {', '.join(kinds.values())}")
    return Stated(
        decoded(by),
        _forum(said["forum"], rules) if "forum" in said else None,
        _day(said["date"], rules) if "date" in said else None,
        _number(said["dnr"], rules) if "dnr" in said else None,
        kinds[plain(kind)] if kind else None,
        said.get("title"),
    )


def _forum(name: str, rules: Rules) -> str:
    found = lookup(name, rules)
    if len(found) > 1:
        raise _Unclear("forum", f"forumet ”{name}” kan vara {' eller '.join(found)} – skriv hela namnet")
    return found[0] if found else squeeze(name)


def _day(words: str, rules: Rules) -> Day:
    folded = fold(words.removesuffix(" 00:00:00"))
    found = (day_of(m) for p in rules.of("dates") if (m := p.regex.fullmatch(folded)))
    day = next((day for day in found if day), None)
    if day is None and len(folded) in (4, 7):  # a year or a month, as the tables write them
        try:
            day = Day(datetime.date.fromisoformat(f"{folded}-01-01"[:10]).isoformat()[: len(folded)])
        except ValueError:
            day = None
    if day is None:
        raise _Unclear("date", f"”{words}” är inget datum – skriv till exempel 2021-05-12")
    return day


def _number(words: str, rules: Rules) -> DiaryNumber:
    folded = fold(words)
    for pattern in rules.of("diary_numbers"):
        match = pattern.regex.fullmatch(folded)
        number = number_of(pattern, match, words) if match else None
        if number:
            return number
    raise _Unclear("dnr", f"”{words}” är inget diarienummer – skriv det som i diariet, till exempel RS/118/2022")


# the two ways to write a list


def _text(path: Path, data: bytes) -> str:
    """The text of a list: UTF-8, UTF-16 with its mark, or what Excel on Windows writes."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise errors.BadManifest(f"{path}: är en arbetsbok från Excel, inte CSV", "spara den som CSV i Excel och ange den filen")
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise errors.BadManifest(f"{path}: är inte text")


def _csv(path: Path, text: str) -> Iterator[tuple[str, dict[str, str]]]:
    head = text.split("\n", 1)[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(";,\t", key=head.count), strict=True)
    try:
        columns = [_column(path, name) for name in next(rows, [])]
        if "file" not in columns:
            raise errors.BadManifest(f"{path}: första raden ska säga vad kolumnerna heter, och en av dem ska heta fil")
        for row in rows:
            if any(cell.strip() for cell in row):
                place = f"rad {rows.line_num}"
                if len(row) > len(columns):
                    raise errors.BadManifest(f"{path}, {place}: har {len(row)} fält, men det finns {len(columns)} kolumner")
                yield place, {key: squeeze(cell) for key, cell in zip(columns, row, strict=False) if key and cell.strip()}
    except csv.Error as error:
        raise errors.BadManifest(f"{path}, rad {rows.line_num}: kan inte läsas som CSV ({error})") from error


def _yaml(path: Path, text: str) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        entries = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        at = getattr(error, "problem_mark", None)
        raise errors.BadManifest(f"{path}{f', rad {at.line + 1}' if at else ''}: kan inte läsas som YAML") from error
    if not isinstance(entries, list):
        raise errors.BadManifest(f"{path}: ska vara en lista, med en post för varje fil")
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict):
            raise errors.BadManifest(f"{path}, post {number}: ska säga fil och vad som gäller den, till exempel fil: a.pdf")
        yield f"post {number}", {_column(path, str(key)): _word(path, number, value) for key, value in entry.items() if value not in (None, "")}


def _word(path: Path, number: int, value: Any) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    if isinstance(value, str | int):
        return squeeze(str(value))
    raise errors.BadManifest(f"{path}, post {number}: ”{value}” är inte text"[:300])


def _column(path: Path, name: str) -> str:
    """The field that a column holds; "" for one without a name."""
    key = name.strip().lower()
    if key and key not in _NAMES:
        raise errors.BadManifest(f"{path}: okänd kolumn ”{name.strip()[:60]}” – de som finns är {', '.join(FIELDS.values())}")
    return _NAMES[key] if key else ""

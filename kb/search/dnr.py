"""A diary number in any spelling → the cases it can mean: register, serial and year in any order, padded, read wrongly by OCR, never a neighbour."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kb.search.analyze import terms

# What OCR reads for a digit. Only within a group that has a real digit.
_MISREAD = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "|": "1"})
_DASHES = str.maketrans("–—‑−‐\u00a0\u2007\u202f", "-----   ")
_LABEL = re.compile(r"\b(?:dnr|d\.nr|diarie ?nr|diarienummer|diarienr|ärendenummer|ärende ?nr|ärende|beteckning)\b[.:]*", re.I)
_PIECE = re.compile(r"[^\W_|]+|\|")
_DIGITS = 9  # more are no serial
_SHORT_YEAR = 2  # effort of taking two digits for a year
_DATE = re.compile(r"(?:19|20)\d\d-\d\d-\d\d")
_GROUP = r"[0-9OolI|]*[0-9][0-9OolI|]*"
# A number as it stands in running text: a register (touching, or capitals before a space), two or three groups of digits.
_IN_TEXT = re.compile(
    rf"(?<![\w/.-])(?:(?P<spaced>[^\W\d_]{{1,6}}) )?(?P<number>(?:[^\W\d_]{{1,6}}[/:-]?)?{_GROUP}(?:[/:.-]+{_GROUP}){{1,2}})(?![\w/])"
)


@dataclass(frozen=True, slots=True)
class Case:
    """A row of diary_numbers."""

    key: str
    dnr: str
    register: str
    year: int
    serial: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a spelling. `register` is "" where none is written; a lower `effort` is the more literal way."""

    serial: int
    year: int
    register: str
    effort: int
    bare: bool = False  # a unit stood before: only a case without register is written so


@dataclass(frozen=True, slots=True)
class Written:
    """A spelling within a longer text: `start..end` is its place."""

    start: int
    end: int
    spelling: str


def readings(spelling: str) -> tuple[Reading, ...]:
    """All ways to read a spelling as a diary number, the most literal first; none if it is not one."""
    text = _LABEL.split(unicodedata.normalize("NFC", spelling).translate(_DASHES))[-1].strip()
    if _DATE.fullmatch(text):
        return ()
    found: dict[tuple[int, int, str], Reading] = {}
    for pieces, effort in _cuts(text):
        register = _register(pieces)
        numbers, unit = _bare([p for p in pieces if p.isdecimal()], register)
        for serial, year, cost in _pairs(numbers):
            reading = Reading(serial, year, register, effort + cost, unit)
            key = (serial, year, register)
            if key not in found or reading.effort < found[key].effort:
                found[key] = reading
    return tuple(sorted(found.values(), key=lambda r: r.effort))


def _register(pieces: list[str]) -> str:
    """The letters that name the register: the nearest before the digits, else the first after the first group (2026.113 KS)."""
    digits = next((n for n, p in enumerate(pieces) if p.isdecimal()), len(pieces))
    near = [*reversed(pieces[:digits]), *(p for p in pieces[digits:] if not p.isdecimal())]
    return near[0].casefold() if near else ""


def _cuts(text: str) -> Iterator[tuple[list[str], int]]:
    """The pieces of a spelling, letters or digits each; twice where a letter beside digits may be a digit misread."""
    plain: list[str] = []
    misread: list[str] = []
    for piece in _PIECE.findall(text):
        plain += re.findall(r"\d+|\D+", piece)
        head = re.match(r"[^\d]*", piece)
        letters = head[0] if head and not re.fullmatch(r"[OolI|]*", head[0]) else ""
        rest = piece[len(letters) :]
        misread += [letters] if letters else []
        if re.search(r"\d", rest):
            misread += re.findall(r"\d+|\D+", rest.translate(_MISREAD))
        elif rest:
            misread.append(rest)
    if not re.search(r"\d[OolI|]", text):  # 202l is no 202
        yield plain, 0
    if misread != plain:
        yield misread, 1


def _bare(numbers: list[str], register: str) -> tuple[list[str], bool]:
    """The groups without what stands before the number or between its two; True where that was a unit. None where it is another number."""
    at = next((n for n, digits in enumerate(numbers) if _is_year(digits)), 0)
    if at < 2:
        return numbers, False
    if at == 2 and len(numbers[0]) == 3 and not register:  # a county board's unit: 403-21146-2020
        return numbers[1:], True
    if at > 2 and register and all(len(code) == 2 for code in numbers[1:at]):  # class codes: NKBY/660/10.04.00.01/2022
        return [numbers[0], *numbers[at:]], False
    return [], False


def _pairs(numbers: list[str]) -> Iterator[tuple[int, int, int]]:
    """(serial, year, effort) for the two groups that make the number; a group after them is the paper's number within the case."""
    if len(numbers) == 1 and re.fullmatch(r"(?:19|20)\d{2}\d{4,6}", numbers[0]):
        numbers = [numbers[0][:4], numbers[0][4:]]
    if len(numbers) < 2 or any(len(n) > _DIGITS for n in numbers):
        return
    first, second = numbers[:2]
    if _is_year(second):
        yield int(first), int(second), 0
    if _is_year(first):
        yield int(second), int(first), 0
    if not (_is_year(first) or _is_year(second)):
        if len(second) == 2:
            yield from ((int(first), century + int(second), _SHORT_YEAR) for century in (2000, 1900))
        if len(first) == 2 and len(second) > 2:  # only a padded serial tells 26/0005 from 5/26 turned round
            yield from ((int(second), century + int(first), _SHORT_YEAR + 2) for century in (2000, 1900))


def _is_year(digits: str) -> bool:
    return len(digits) == 4 and 1900 <= int(digits) < 2100


def fitting(found: Iterable[Reading], cases: Iterable[Case]) -> tuple[Case, ...]:
    """The cases that the most literal reading with any case fits. Several only where the spelling leaves the register open."""
    known = list(cases)
    for effort in sorted({r.effort for r in found}):
        hits = {c.key: c for r in found if r.effort == effort for c in known if _fits(r, c)}
        if hits:
            return tuple(sorted(hits.values(), key=lambda c: (c.dnr, c.key)))
    return ()


def _fits(reading: Reading, case: Case) -> bool:
    same = (reading.serial, reading.year) == (case.serial, case.year)
    return same and (not case.register if reading.bare else reading.register in ("", case.register.casefold()))


def resolve(db: sqlite3.Connection, spelling: str) -> tuple[Case, ...]:
    """The cases of the database that a spelling can mean: none, one, or several to choose from."""
    found = readings(spelling)
    rows: list[Case] = []
    for serial, year in {(r.serial, r.year) for r in found}:
        sql = "SELECT key, dnr, register, year, serial FROM diary_numbers WHERE serial = ? AND year = ?"
        rows += [Case(*row) for row in db.execute(sql, (serial, year))]
    return fitting(found, rows)


def find(text: str, registers: frozenset[str] = frozenset()) -> Iterator[Written]:
    """What may be diary numbers in running text. A word before a space counts as register if it is in capitals or among `registers`."""
    for match in _IN_TEXT.finditer(text.translate(_DASHES)):
        word = match["spaced"] or ""
        start = match.start() if word and (word.isupper() or word.casefold() in registers) else match.start("number")
        spelling = text[start : match.end()]
        if any(r.effort < _SHORT_YEAR or r.register for r in readings(spelling)):  # 16/6 is a day, not the case 16 of 2006
            yield Written(start, match.end(), spelling)


def as_words(spelling: str) -> tuple[str, ...]:
    """The terms of a spelling that is no known case, for searching it in the text as it is typed."""
    return terms(spelling)

"""A diary number as somebody spells it → the numbers it can be: register, serial and year in any order, padded, read wrongly by OCR."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# What OCR reads for a digit, and for a letter. Within a group that has a real digit; a letter among digits costs more the less it looks like one.
_ALIKE = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "i": "1"})
_LIKE = str.maketrans({"Q": "0", "D": "0", "Z": "2", "z": "2", "S": "5", "s": "5", "b": "6", "G": "6", "B": "8", "g": "9", "q": "9"})
_LETTERS = ({"0": "O", "1": "I", "2": "Z", "5": "S", "6": "G", "8": "B"}, {"0": "O", "1": "L", "2": "Z", "5": "S", "6": "G", "8": "B"})
DIGIT_LIKE = "0-9OolIiQDZzSsbGBgq"
"""The inside of a character class: digits and what is read for them."""

_DASHES = str.maketrans("–—‑−‐\u00a0\u2007\u202f⁄∕", "-----   //")
_LABEL = re.compile(r"\b(?:dnr|d\.nr|diarie ?nr|diarienummer|ärendenummer|ärende ?nr|ärende|beteckning|nr)\b[.:]*", re.I)
_RUN = re.compile(r"[^\W_]+")
_DATE = re.compile(r"(?:19|20)\d\d-\d\d-\d\d")
_DIGITS = 9  # more are no serial
_NO_YEAR = 2060  # so much later no base will be read with these rules
_MOST = 64  # ways to cut a spelling that are tried
_LONGEST = 80  # characters; no number has more
_MISREAD, _UNLIKE, SHORT_YEAR, _OLD_YEAR, _YEAR_FIRST, _REGISTER = 1, 2, 4, 1, 2, 8


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a spelling. `register` is "" where none is written; a lower `effort` is the more literal way."""

    serial: int
    year: int
    register: str
    effort: int
    bare: bool = False  # a unit stood before: only a case without register is written so


@dataclass(frozen=True, slots=True)
class _Piece:
    """Letters or digits; `glued` where nothing stands between it and the piece before."""

    text: str
    digits: bool
    glued: bool


def as_typed(text: str) -> str:
    """With dashes, slashes and spaces of one kind; same length."""
    return text.translate(_DASHES)


def readings(spelling: str) -> tuple[Reading, ...]:
    """All ways to read a spelling as a diary number, the most literal first; none if it is not one."""
    text = _without_label(as_typed(unicodedata.normalize("NFC", spelling[: 2 * _LONGEST])))
    if not text or len(text) > _LONGEST or _DATE.fullmatch(text):
        return ()
    found: dict[tuple[int, int, str], Reading] = {}
    for whole, more in ((text, 0), (text.replace("|", "l"), _MISREAD)) if "|" in text else ((text, 0),):
        for pieces, effort in _cuts(whole):
            for reading in _read(pieces, effort + more):
                key = (reading.serial, reading.year, reading.register)
                if key not in found or reading.effort < found[key].effort:
                    found[key] = reading
    return tuple(sorted(found.values(), key=lambda r: (r.effort, r.year, r.serial, r.register)))


def _without_label(text: str) -> str:
    """What stands behind the label, with the register where nothing but that stands before it (KS dnr 2018/14)."""
    labels = list(_LABEL.finditer(text))
    if not labels:
        return text.strip()
    before = text[: labels[-1].start()].strip(" :.,(")
    after = text[labels[-1].end() :].strip()
    return f"{before} {after}" if re.fullmatch(r"[^\W\d_]{1,6}", before) and after[:1].isdigit() else after


# cutting


def _cuts(text: str) -> Iterator[tuple[list[_Piece], int]]:
    """The pieces of a spelling, in each way that letters beside digits may be read."""
    runs = [list(_ways(run.group(), n == 0)) for n, run in enumerate(_RUN.finditer(text))]
    if not runs or len(runs) > 9:
        return
    for ways in itertools.islice(itertools.product(*runs), _MOST):
        yield [piece for pieces, _ in ways for piece in pieces], sum(effort for _, effort in ways)


def _ways(run: str, first: bool) -> Iterator[tuple[list[_Piece], int]]:
    """The ways to read letters and digits that stand together."""
    parts = re.findall(r"\d+|\D+", run)
    yield [_Piece(part, part.isdecimal(), n > 0) for n, part in enumerate(parts)], 0
    if len(parts) < 2:
        return
    head = len(parts[0]) if not parts[0].isdecimal() else 0
    for cut in range(head + 1):
        digits, effort = _as_digits(run[cut:])
        if digits and (effort or cut < head):
            letters = [_Piece(run[:cut], False, False)] if cut else []
            yield [*letters, _Piece(digits, True, bool(cut))], effort
    year, effort = _as_digits(run[:4])
    if _is_year(year) and len(parts) > 2:  # 2O23KS133
        for rest, more in _ways(run[4:], False):
            yield [_Piece(year, True, False), *(_Piece(p.text, p.digits, True) for p in rest)], effort + more
    if first and len(run) <= 6 and sum(c.isdecimal() for c in run) < len(run):
        for letters_of in _LETTERS[: 1 + ("1" in run)]:
            yield [_Piece("".join(letters_of.get(c, c) for c in run), False, False)], _REGISTER


def _as_digits(text: str) -> tuple[str, int]:
    """The digits that were meant, "" where they cannot have been, and the effort to see them so."""
    alike = text.translate(_ALIKE)
    digits = alike.translate(_LIKE)
    if not digits.isdecimal() or not digits.isascii() or not re.search("[0-9]", text):
        return "", 0
    return digits, _UNLIKE if digits != alike else _MISREAD if alike != text else 0


# reading


def _read(pieces: list[_Piece], effort: int) -> Iterator[Reading]:
    """The numbers that pieces can be."""
    start = next((n for n, piece in enumerate(pieces) if piece.digits), len(pieces))
    register = pieces[start - 1].text.casefold() if start else ""
    rest = pieces[start:]
    if not rest or any(not p.text.isascii() or len(p.text) > 2 * _DIGITS for p in rest if p.digits):
        return
    if len(rest) > 2 and not rest[1].digits and rest[2].digits:  # 2018/KS 0290
        if not register and _is_year(rest[0].text):
            yield from _made([rest[0].text, rest[2].text], rest[1].text.casefold(), effort)
        return
    numbers = [piece.text for piece in itertools.takewhile(lambda p: p.digits, rest)]
    after = rest[len(numbers) :]
    if after and register and after[0].glued:  # 29/2S: no number and a letter
        return
    if after and not register:  # 2026.113 KS-025
        yield from _made(numbers, after[0].text.casefold(), effort)
    elif len(after) < 3:
        yield from _made(numbers, register, effort)


def _made(numbers: list[str], register: str, effort: int) -> Iterator[Reading]:
    numbers, unit = _bare(numbers, register)
    for serial, year, cost in _pairs(numbers, register):
        yield Reading(serial, year, register, effort + cost, unit)


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


def _pairs(numbers: list[str], register: str) -> Iterator[tuple[int, int, int]]:
    """(serial, year, effort) for the two groups that make the number; a group after them is the paper's number within the case."""
    if len(numbers) == 1:
        numbers = _unglued(numbers[0], register)
    if len(numbers) < 2 or any(len(n) > _DIGITS for n in numbers[:2]):
        return
    first, second = numbers[:2]
    if _is_year(second):
        yield int(first), int(second), 0
    if _is_year(first):
        yield int(second), int(first), 0
    if not (_is_year(first) or _is_year(second)):
        if len(second) == 2:
            yield from _short(first, second, SHORT_YEAR)
        if len(first) == 2 and len(second) > 2:  # only a padded serial tells 26/0005 from 5/26 turned round
            yield from _short(second, first, SHORT_YEAR + _YEAR_FIRST)


def _short(serial: str, year: str, effort: int) -> Iterator[tuple[int, int, int]]:
    """Two digits for a year, of this century rather than the last."""
    yield int(serial), 2000 + int(year), effort
    yield int(serial), 1900 + int(year), effort + _OLD_YEAR


def _unglued(digits: str, register: str) -> list[str]:
    """Year and serial that were written without a sign between: SLK-202400439, PPHV170075."""
    if re.fullmatch(r"(?:19|20)\d{2}\d{3,6}", digits) and (register or len(digits) >= 8):
        return [digits[:4], digits[4:]]
    return [digits[:2], digits[2:]] if register and re.fullmatch(r"\d\d0\d{3}", digits) else [digits]  # a padded serial is no year


def _is_year(digits: str) -> bool:
    """Four digits that can be a year of a case: a serial of that size is taken for a year wherever the other group can be the serial."""
    return len(digits) == 4 and digits.isdecimal() and 1900 <= int(digits) < _NO_YEAR

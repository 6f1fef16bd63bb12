"""A diary number in any spelling → the cases it can mean, never a neighbour; and the numbers that stand in running text."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from ingest.text import fold, plain
from kb.search.spelling import DIGIT_LIKE, SHORT_YEAR, Reading, as_typed, readings

__all__ = ["Case", "Reading", "Written", "find", "fitting", "readings", "resolve"]

_SPAN = re.compile(r"(?:19|20)\d\d *[./-]{1,2} *(?:19|20)\d\d")  # 2019..2021
_DATED = re.compile(r"[^\W\d_]{1,6}[ :]+(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")  # KS 2026-04-13, as minutes refer to a meeting
_DAY = 31  # 16/6 is a day, not the case 16 of 2006
_OPERATORS = {"OCH", "ELLER", "INTE", "AND", "OR", "NOT"}
_HAS_PAPERS = "SELECT 1 FROM dnr_mentions WHERE key = ?"
UNKNOWN = "okänd"
"""Whose a case is called where the papers do not say."""
_FOLDED = 8  # effort of taking ON for ÖN
_LABEL = r"(?:(?:dnr|diarie ?nr|diarienummer|ärendenummer|ärende ?nr)[.:]*\s{0,3})?"
_WORD = r"[^\W\d_]{1,6}"
_GROUP = rf"[{DIGIT_LIKE}|]{{0,11}}[0-9][{DIGIT_LIKE}|]{{0,11}}"
_YEAR = r"(?:19|20)\d\d"
# A number as it stands in running text. `word` is a register if it is in capitals or known; `near` is one by where it stands.
_IN_TEXT = re.compile(
    rf"(?<![\w/.-]){_LABEL}(?:"
    rf"(?P<after>{_YEAR}[./-] ?\d{{1,6}} ?)(?P<behind>{_WORD})(?:-\d{{1,3}})?(?![\w/])"  # 2026.113 KS-025
    rf"|(?P<mid>{_YEAR}[/.-]?(?P<near>[^\W\d_]{{2,5}})[ /-]?\d{{1,6}}(?:[ .]\d{{2,3}})?)(?![\w/])"  # 2018/KS 0290 10
    rf"|(?P<glued>(?P<before>{_WORD})[ -]?(?:{_YEAR}\d{{4,6}}|\d{{6}}))(?![\w/.-]*\d|\w)"  # SLK-202400439
    rf"|(?:(?P<spaced>{_WORD}) ?[/:]? )?"
    rf"(?P<number>(?:{_WORD}(?: ?[/:-] ?)?|[A-ZÅÄÖ0-9]{{2,5}}/(?=[0-9]))?{_GROUP}(?: ?[/:.-]{{1,2}} ?{_GROUP}){{1,6}}(?:/[A-ZÅÄÖ]{{1,5}})?)(?![\w/])"
    r")",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Case:
    """A row of diary_numbers; `organisation` says whose it is where several have the number, "" where that is not known."""

    key: str
    dnr: str
    register: str
    year: int
    serial: int
    organisation: str | None = None

    @property
    def name(self) -> str:
        """What it is asked for by: its number, and whose it is where several have the number."""
        return self.dnr if self.organisation is None else f"{self.dnr} {self.organisation or UNKNOWN}"


@dataclass(frozen=True, slots=True)
class Written:
    """A spelling within a longer text: `start..end` is its place."""

    start: int
    end: int
    spelling: str


def fitting(found: Iterable[Reading], cases: Iterable[Case]) -> tuple[Case, ...]:
    """The cases that the most literal reading with any case fits. Several only where the spelling leaves the register open."""
    fits: dict[int, dict[str, Case]] = {}
    known = list(cases)
    for reading in found:
        for case in known:
            more = _effort(reading, case)
            if more is not None:
                fits.setdefault(reading.effort + more, {})[case.key] = case
    return tuple(sorted(fits[min(fits)].values(), key=lambda c: (c.dnr, c.key))) if fits else ()


def _effort(reading: Reading, case: Case) -> int | None:
    """What it takes to see the case in the reading, None where it is another."""
    if (reading.serial, reading.year) != (case.serial, case.year):
        return None
    register = case.register.casefold()
    if reading.bare:
        return None if register else 0
    if reading.register in ("", register):
        return 0
    return _FOLDED if register and fold(reading.register) == fold(register) else None


def resolve(db: sqlite3.Connection, spelling: str) -> tuple[Case, ...]:
    """The cases of the database that a spelling can mean: none, one, or several to choose from."""
    found = readings(spelling)
    rows: list[Case] = []
    for serial, year in {(r.serial, r.year) for r in found}:
        sql = "SELECT key, dnr, register, year, serial, organisation FROM diary_numbers WHERE serial = ? AND year = ?"
        rows += [Case(*row) for row in db.execute(sql, (serial, year))]
    return fitting(found, rows)


def called(db: sqlite3.Connection, name: str) -> tuple[Case, ...]:
    """As `resolve`, of a spelling that may have behind it whose case it is, in whole or by its first word ("KS 2021/12 Norrviks kommun")."""
    words = name.split()
    found = tuple(case for case in resolve(db, name) if case.organisation != "" or db.execute(_HAS_PAPERS, (case.key,)).fetchone())
    for at in range(1, len(words)):
        whose = plain(" ".join(words[at:]))
        of = [case for case in resolve(db, " ".join(words[:at])) if case.organisation is not None]
        fitting = [case for case in of if plain(case.organisation or UNKNOWN).startswith(whose)]
        if fitting:
            return tuple(fitting)
    return found


def find(text: str, registers: Container[str] = frozenset()) -> Iterator[Written]:
    """What may be diary numbers in running text. A word before a space counts as register if it is in capitals or among `registers`;
    a day, a body with a day, or a span of years is no number.
    """

    def known(word: str | None) -> bool:
        return word is not None and word not in _OPERATORS and (word.isupper() or word.casefold() in registers)

    for match in _IN_TEXT.finditer(as_typed(text)):
        start, end = match.span()
        if match["after"]:
            end = end if known(match["behind"]) else match.start() + len(match.group().rpartition(match["behind"])[0].rstrip())
        elif match["spaced"] and not known(match["spaced"]):
            start = match.start("number")
        elif (match["glued"] and not known(match["before"])) or (match["mid"] and not known(match["near"])):
            continue
        spelling = text[start:end]
        if _DATED.fullmatch(spelling):
            continue
        if not _SPAN.fullmatch(spelling) and any(r.effort < SHORT_YEAR or r.register or r.serial > _DAY for r in readings(spelling)):
            yield Written(start, end, spelling)

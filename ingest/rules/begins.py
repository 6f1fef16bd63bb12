"""How the matches of a regular expression can begin, read off the expression: two letters tell most lines that are none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ingest.rules.needs import WIDTHLESS, Part

HEAD = 2
"""So many letters at the beginning of a line tell which expressions can match there."""
ASCII = frozenset(map(chr, range(128)))
_CATEGORIES = {
    "CATEGORY_DIGIT": frozenset("0123456789"),
    "CATEGORY_SPACE": frozenset(c for c in ASCII if c.isspace()),
    "CATEGORY_WORD": frozenset(c for c in ASCII if c.isalnum() or c == "_"),
}
Start = tuple[frozenset[str], ...]
"""Letters of ASCII for each of the first places of a match, `HEAD` or fewer; what comes then is not known."""
_Starts = tuple[set[Start], set[Start]]


def starts(row: Iterable[Part]) -> _Starts:
    """The ways in which a row of parts can begin: those told to their end, and those that go on."""
    ends: set[Start] = {()}
    goes_on: set[Start] = set()
    for op, value, _ in row:
        if op not in WIDTHLESS:
            ends, more = _then(ends, _start(op, value))
            goes_on |= more
    return ends, goes_on


def _then(ends: set[Start], following: _Starts) -> _Starts:
    """What has ended, and what follows it."""
    goes_on = {(a + b)[:HEAD] for a in ends for b in following[1]}
    both = {a + b for a in ends for b in following[0]}
    return {s for s in both if len(s) < HEAD}, goes_on | {s[:HEAD] for s in both if len(s) >= HEAD}


def _start(op: str, value: Any) -> _Starts:
    if op == "LITERAL":
        return {(frozenset(chr(value)),)}, set()
    if op == "IN":
        return {(_members(value),)}, set()
    if op == "BRANCH":
        branches = [starts(row) for row in value]
        return {s for ends, _ in branches for s in ends}, {s for _, goes_on in branches for s in goes_on}
    if op != "REPEAT":
        return set(), {()}
    least, most, once = value[0], min(value[1], HEAD), starts(value[2])
    ends: set[Start] = {()} if least == 0 else set()
    goes_on: set[Start] = set()
    run: set[Start] = {()}
    for times in range(1, most + 1):
        run, more = _then(run, once)
        goes_on |= more
        ends |= run if times >= min(least, most) else set()
    return ends, goes_on


def _members(members: Iterable[Any]) -> frozenset[str]:
    """The letters of ASCII in a set such as [a-z_]; all of them where it is told by what it does not hold."""
    found: set[str] = set()
    for op, value in members:
        if op == "LITERAL":
            found.add(chr(value))
        elif op == "RANGE":
            found |= {c for c in ASCII if value[0] <= ord(c) <= value[1]}
        else:
            found |= _CATEGORIES.get(str(value), ASCII)
    return frozenset(found)

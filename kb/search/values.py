"""What was meant by the value of a filter that the base does not have (`forum:regionstyrelssen`): a name that is spelled nearly so."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

from ingest.text import plain
from kb.search.filters import FACTS
from kb.search.forums import CALLED, plain_name

_SHORT, _TWO = 4, 8
"""A value of fewer letters may differ by none; one of so many or more by two."""
_WORDS = 8
"""Words of a value without quotes that are tried together."""
_VALUES = {
    "kind": "SELECT DISTINCT kind FROM documents",
    "municipality": "SELECT DISTINCT organisation FROM documents WHERE organisation IS NOT NULL",
    "register": "SELECT DISTINCT register FROM diary_numbers WHERE register <> ''",
    "area": "SELECT area FROM assignments WHERE area IS NOT NULL UNION SELECT area FROM activities WHERE area IS NOT NULL",
}


def meant(db: sqlite3.Connection, field: str, value: str) -> str | None:
    """The nearest name that the field knows; None where it knows the value, or nothing like it."""
    from rapidfuzz.distance import OSA

    wanted = plain(value)
    far = 2 if len(wanted) >= _TWO else 1
    found: list[tuple[int, str]] = []
    for called, name in _called(db, field):
        known = plain_name(called)
        if known == wanted or (field != "forum" and f" {wanted}" in f" {known}"):
            return None
        apart = OSA.distance(wanted, known, score_cutoff=far)
        if apart <= far:
            found.append((apart, name))
    return min(found)[1] if found and len(wanted) >= _SHORT else None


def written(db: sqlite3.Connection, field: str, value: str, text: str) -> tuple[str, str] | None:
    """A value as it stands in a query, and the name that was meant: alone, or with the words behind it (`forum:regionens samverkansrod avtal`)."""
    name = meant(db, field, value)
    if name or any(plain_name(called) == plain_name(value) for called, _ in _called(db, field)):
        return (value, name) if name else None
    several = re.search(rf'(?<=:)\s?({re.escape(value)}(?:[^\S\n]+[^\s"():]+){{1,{_WORDS}}})', text, re.I)
    words = several[1].split(" ") if several else []
    for size in range(len(words), 1, -1):
        if name := meant(db, field, longer := " ".join(words[:size])):
            return longer, name
    return None


def _called(db: sqlite3.Connection, field: str) -> Iterator[tuple[str, str]]:
    """What may be typed in a field, and the name that it means."""
    if field == "forum":
        yield from ((str(called), str(name)) for called, name in db.execute(CALLED))
    for (value,) in db.execute(_VALUES[field]) if field in _VALUES else ():
        yield value, value
        if field == "municipality":  # by a word of its name
            yield from ((word, value) for word in re.findall(r"\w+", value))
    if field == "kind":
        yield from ((word, word) for word in FACTS)


def in_place(text: str, value: str, name: str) -> str:
    """A query with the value of a field as another one."""
    found = re.search(rf'(?<=:)\s?(?P<quote>"?)\s*(?P<value>{re.escape(value)})', text, re.I)
    if not found:
        return text
    shown = name if found["quote"] or re.fullmatch(r"\w+", name) else f'"{name}"'
    return text[: found.start("value")] + shown + text[found.end("value") :]

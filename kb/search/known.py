"""What a query is read with: the day, and the names and words of the base. Read once for each query, handed to the parser as one frozen value."""

from __future__ import annotations

import datetime
import functools
import json
import re
import sqlite3
from collections.abc import Callable, Container, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ingest.search_words import PeriodName, SearchWords
from kb.search import synonyms
from kb.search.forums import CALLED, plain_name

if TYPE_CHECKING:
    from ingest.rules import Rules

META = "search"
"""The key of `meta` under which the words lie."""


class Known(NamedTuple):
    """What the parser knows: `registers` in small letters, `names` of forums and organisations as `plain` has them, `alike` by key of `synonyms`."""

    today: datetime.date
    registers: Container[str] = frozenset()
    names: Container[str] = frozenset()
    words: SearchWords = SearchWords()
    alike: Mapping[str, tuple[synonyms.Name, ...]] = {}


class _Later(Container[str]):
    """Strings that are read when they are first asked of: most queries have no number and no field."""

    def __init__(self, read: Callable[[], Iterable[str]]) -> None:
        self._read = functools.cache(lambda: frozenset(read()))

    def __contains__(self, one: object) -> bool:
        return one in self._read()


def as_json(rules: Rules) -> str:
    """What the metadata says of searching, for `meta`: all that can be worked out once, so that no search has to."""
    from ingest.rules.quick import Quick

    words = rules.search_words
    periods = [
        {k: v for k, v in p._asdict().items() if k not in ("matches", "rejects")} | {"needs": Quick(re.compile(p.pattern)).words}
        for p in words.periods
    ]
    value = {
        "names": dict(synonyms.by_key(synonyms.groups(rules))),
        "small": sorted(words.small),
        "asking": sorted(words.asking),
        "sections": sorted(words.sections),
        "numerals": dict(words.numerals),
        "periods": periods,
    }
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def from_json(text: str, today: datetime.date, registers: Container[str] = frozenset(), names: Container[str] = frozenset()) -> Known:
    """The value of what `as_json` wrote."""
    words, alike = _read(text)
    return Known(today, registers, names, words, alike)


@functools.lru_cache(maxsize=4)
def _read(text: str) -> tuple[SearchWords, Mapping[str, tuple[synonyms.Name, ...]]]:
    value = json.loads(text)
    periods = tuple(PeriodName(**{**p, "needs": tuple(p["needs"])}) for p in value["periods"])
    words = SearchWords((), frozenset(value["small"]), value["numerals"], periods, frozenset(value["asking"]), frozenset(value.get("sections", ())))
    return words, {key: tuple(map(tuple, names)) for key, names in value["names"].items()}


# from each value to the next by the index of the column: they are few, and the rows many
_DISTINCT = """
WITH RECURSIVE found (value) AS (
    SELECT min({column}) FROM {table}
    UNION ALL SELECT (SELECT min({column}) FROM {table} WHERE {column} > value) FROM found WHERE value IS NOT NULL
) SELECT value FROM found WHERE value IS NOT NULL"""


def load(db: sqlite3.Connection, today: datetime.date) -> Known:
    """Everything of a base. One that no run has written since search.yaml came has no words but its own names."""
    registers = _Later(lambda: (row[0].casefold() for row in db.execute(_DISTINCT.format(table="diary_numbers", column="register"))))
    bodies = _DISTINCT.format(table="documents", column="organisation")
    names = _Later(lambda: (plain_name(row[0]) for sql in (CALLED, bodies) for row in db.execute(sql)))
    row = db.execute("SELECT value FROM meta WHERE key = ?", (META,)).fetchone()
    return from_json(row[0], today, registers, names) if row else Known(today, registers, names)

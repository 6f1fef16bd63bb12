"""What a query is read with: the day, and the names and words of the base. Read once for each query, handed to the parser as one frozen value."""

from __future__ import annotations

import datetime
import functools
import json
import sqlite3
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from ingest.search_words import PeriodName, SearchWords
from ingest.text import plain
from kb.search import synonyms
from kb.search.forums import CALLED

if TYPE_CHECKING:
    from ingest.rules import Rules

META = "search"
"""The key of `meta` under which the words lie."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the parser knows: `registers` in small letters, `names` of forums and organisations as `plain` has them, `alike` by key of `synonyms`."""

    today: datetime.date
    registers: Container[str] = frozenset()
    names: Container[str] = frozenset()
    words: SearchWords = field(default_factory=SearchWords)
    alike: Mapping[str, tuple[synonyms.Name, ...]] = field(default_factory=lambda: MappingProxyType({}))


class _Later(Container[str]):
    """Strings that are read when they are first asked of: most queries have no number and no field."""

    def __init__(self, read: Callable[[], Iterable[str]]) -> None:
        self._read = functools.cache(lambda: frozenset(read()))

    def __contains__(self, one: object) -> bool:
        return one in self._read()


def as_json(rules: Rules) -> str:
    """What the metadata says of searching, for `meta`."""
    words = rules.search_words
    periods = [{k: v for k, v in asdict(p).items() if k not in ("matches", "rejects")} for p in words.periods]
    value = {
        "alike": synonyms.groups(rules),
        "small": sorted(words.small),
        "asking": sorted(words.asking),
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
    words = SearchWords(
        (), frozenset(value["small"]), value["numerals"], tuple(PeriodName(**p) for p in value["periods"]), frozenset(value.get("asking", ()))
    )
    return words, synonyms.by_key(value["alike"])


# from each value to the next by the index of the column: they are few, and the rows many
_DISTINCT = """
WITH RECURSIVE found (value) AS (
    SELECT min({column}) FROM {table}
    UNION ALL SELECT (SELECT min({column}) FROM {table} WHERE {column} > value) FROM found WHERE value IS NOT NULL
) SELECT value FROM found WHERE value IS NOT NULL"""
_plain = functools.lru_cache(maxsize=50_000)(plain)


def load(db: sqlite3.Connection, today: datetime.date) -> Known:
    """Everything of a base. One that no run has written since search.yaml came has no words but its own names."""
    registers = _Later(lambda: (row[0].casefold() for row in db.execute(_DISTINCT.format(table="diary_numbers", column="register"))))
    bodies = _DISTINCT.format(table="documents", column="organisation")
    names = _Later(lambda: (_plain(row[0]) for sql in (CALLED, bodies) for row in db.execute(sql)))
    row = db.execute("SELECT value FROM meta WHERE key = ?", (META,)).fetchone()
    return from_json(row[0], today, registers, names) if row else Known(today, registers, names)

"""The values of metadata/search.yaml. A module of their own, because each search needs them and none needs the other rules.

Named tuples, which are made in a tenth of the time that frozen dataclasses take: a search in a terminal waits for each of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

UNITS = frozenset({"day", "week", "month", "quarter", "half", "spring", "summer", "autumn", "year", "decade"})


class Synonym(NamedTuple):
    """Names of one thing: each of `words` finds the others; those of `only` find them and are not found; those of `case` count as written."""

    words: tuple[str, ...]
    only: tuple[str, ...] = ()
    case: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    rejects: tuple[str, ...] = ()


class PeriodName(NamedTuple):
    """A day or period as people write it. `pattern` is folded; `back` is None where the groups of the pattern say which period.

    `needs`: words of which every text that it fits holds one, folded and in small letters; none where that is not known (see `kb.search.known`).
    """

    pattern: str
    unit: str
    back: int | None = None
    last: bool = False
    free: str = ""
    matches: tuple[tuple[str, str, str], ...] = ()
    rejects: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


class SearchWords(NamedTuple):
    """Everything search.yaml says."""

    synonyms: tuple[Synonym, ...] = ()
    small: frozenset[str] = frozenset()
    numerals: Mapping[str, int] = {}
    periods: tuple[PeriodName, ...] = ()
    asking: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()

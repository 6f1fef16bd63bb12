"""The values of metadata/search.yaml. A module of their own, because each search needs them and none needs the other rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

UNITS = frozenset({"day", "week", "month", "quarter", "half", "spring", "summer", "autumn", "year", "decade"})


@dataclass(frozen=True, slots=True)
class Synonym:
    """Names of one thing: each of `words` finds the others; those of `only` find them and are not found; those of `case` count as written."""

    words: tuple[str, ...]
    only: tuple[str, ...] = ()
    case: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    rejects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PeriodName:
    """A day or period as people write it. `pattern` is folded; `back` is None where the groups of the pattern say which period."""

    pattern: str
    unit: str
    back: int | None = None
    last: bool = False
    free: str = ""
    matches: tuple[tuple[str, str, str], ...] = ()
    rejects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchWords:
    """Everything search.yaml says."""

    synonyms: tuple[Synonym, ...] = ()
    small: frozenset[str] = frozenset()
    numerals: Mapping[str, int] = field(default_factory=dict)
    periods: tuple[PeriodName, ...] = ()
    asking: frozenset[str] = frozenset()

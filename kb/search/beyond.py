"""Where a query has no hits within its filters: which filters left the hits out, and the query that finds them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kb.search import rank
from kb.search.asked import Asked, Only
from kb.search.fields import typed
from kb.search.known import Known
from kb.search.match import Keys
from kb.search.nodes import All, Field, Node, When
from kb.search.parse import filters_of, parse, without

_MOST = 5
"""Filters that are tried one by one."""
_PERIOD = ("since", "until")
_NAMED = ("forum", "kind", "register", "municipality")


@dataclass(frozen=True, slots=True)
class Beyond:
    """What is found without some filters, `left_out`, each as it may be typed: `total` passages by `query` within `only`.

    `capped` where `total` is one more than were counted.
    """

    left_out: tuple[str, ...]
    query: str
    only: Only
    total: int
    capped: bool


@dataclass(frozen=True, slots=True)
class _Filter:
    """A filter as it may be typed: its place in the query, or its names in `Only`."""

    said: str
    place: tuple[int, int] | None = None
    names: tuple[str, ...] = ()


def beyond(db: sqlite3.Connection, text: str, node: Node, only: Only, keys: Keys, known: Known) -> tuple[Beyond, ...]:
    """What one filter alone keeps away, each; where none does, what all together do. None where nothing was narrowed, or nothing is found."""
    asked, places = filters_of(text, known)
    filters = [_Filter(" ".join(asked[start:end].split()), (start, end)) for start, end in places] + list(_chosen(only))
    alone = [[one] for one in filters[:_MOST]] if len(filters) > 1 else []
    for choices in (alone, [filters] if filters else []):
        found = [answer for some in choices if (answer := _without(db, asked, node, only, some, keys, known))]
        if found:
            return tuple(found)
    return ()


def _chosen(only: Only) -> Iterator[_Filter]:
    """The filters that stand beside the words."""
    for name in _NAMED:
        if value := getattr(only, name):
            yield _Filter(typed(name, value), names=(name,))
    if only.since or only.until:
        period = f"{only.since or ''}..{only.until or ''}" if only.since != only.until else only.since or ""
        yield _Filter(typed("when", period), names=_PERIOD)


def _without(db: sqlite3.Connection, asked: str, node: Node, only: Only, some: list[_Filter], keys: Keys, known: Known) -> Beyond | None:
    """What is found without some filters; None where that is nothing, or the rest of the query would mean something else than it does."""
    query = without(asked, [f.place for f in some if f.place], known) if any(f.place for f in some) else asked
    rest = parse(query, known).node
    if rest is None or not _only_filters_differ(node, rest):
        return None
    less = replace(only, **{name: None for f in some for name in f.names})
    total = Asked(db, rest, less, keys).count()
    return Beyond(tuple(f.said for f in some), query, less, total, total > rank.COUNTED) if total else None


def _only_filters_differ(whole: Node, rest: Node) -> bool:
    """True where the rest is the whole but for filters, and has more than filters left."""
    before, after = ((set(node.parts) if isinstance(node, All) else {node}) for node in (whole, rest))
    return after <= before and all(isinstance(part, Field | When) for part in before - after) and bool(after)

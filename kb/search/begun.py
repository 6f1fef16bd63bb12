"""What rows weigh for the beginning of a word, as FTS5's bm25 says, which gathers all rows of all such words each time it is asked."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from kb.search.index import ROOM
from kb.search.tiers import TEXTS

_K1, _B = 1.2, 0.75
_SIZES = "SELECT id, sz FROM {table}_fts_docsize WHERE id IN (SELECT value FROM json_each(?))"
_TOTAL = "SELECT block FROM {table}_fts_data WHERE id = 1"
"""How many rows the index has, then how many words each of its columns."""


def ordered(db: sqlite3.Connection, table: str, ids: Sequence[int], begins: str, weight: float, factors: Mapping[int, float]) -> Iterator[int]:
    """Rows of an index whose text has words that begin so, those that weigh most first. `weight` is that of the column text, `factors`
    by class are what a row weighs more.

    What all rows have in common, how rare the word is and the weight of the column, changes no order but by how the word's count is damped.
    """
    chosen = json.dumps(ids)
    block = db.execute(_TOTAL.format(table=table)).fetchone()[0]
    rows, *words = _numbers(block)
    mean = sum(words) / rows if rows else 1
    sizes = {n: sum(size) if size.isascii() else sum(_numbers(size)) for n, size in db.execute(_SIZES.format(table=table), (chosen,))}
    weights: list[tuple[float, int]] = []
    for n, text, _ in db.execute(TEXTS[table], (chosen,)):
        count = weight * _count(text.lower(), begins)
        weights.append((-count * (_K1 + 1) / (count + _K1 * (1 - _B + _B * sizes[n] / mean)) * factors.get(n // ROOM, 1), n))
    yield from (n for _, n in sorted(weights))


def _count(text: str, begins: str) -> int:
    """How many words begin so; a pattern would be tried at every letter."""
    count, at = 0, text.find(begins)
    while at >= 0:
        count += not at or not text[at - 1].isalnum()
        at = text.find(begins, at + len(begins))
    return count


def _numbers(data: bytes) -> Iterator[int]:
    """SQLite's numbers of one to nine bytes, seven bits in each but the ninth."""
    value = used = 0
    for byte in data:
        used += 1
        if used == 9:
            yield value << 8 | byte
            value = used = 0
        elif byte < 0x80:
            yield value << 7 | byte
            value = used = 0
        else:
            value = value << 7 | byte & 0x7F

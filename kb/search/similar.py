"""Mer som detta: passages and documents that share the rarest words of one, from the statistics of `terms`."""

from __future__ import annotations

import math
import sqlite3
from collections import Counter
from dataclasses import dataclass

from kb import errors
from kb.search.analyze import terms
from kb.search.engine import Results, hits_of
from kb.search.index import Known

_WORDS = 16
"""How many words are asked for: those that tell most."""
_SHORTEST = 4
"""Letters of a word that may tell something."""
_SHARE, _MOST, _FEW = 0.1, 3000, 20
"""A word that more passages have than this says too little, and costs too much; in a small base no word is that common."""
_ALL = 500
_BEST = 3
"""As many passages of a document count for it."""
_TEXTS = "SELECT document_id, text FROM passages WHERE {} = ? ORDER BY position"
_COUNT = "SELECT sum(passages) FROM terms WHERE lemma = ?"
_FIND = """
SELECT passages_fts.rowid, p.document_id, -bm25(passages_fts, 0, 4, 0, 2) AS score
FROM passages_fts CROSS JOIN passages p ON p.id = passages_fts.rowid CROSS JOIN documents d ON d.id = p.document_id
WHERE passages_fts MATCH :match AND p.document_id <> :own AND d.id <> :counts AND d.same_as IS NULL ORDER BY score DESC, p.id LIMIT 500"""


@dataclass(frozen=True, slots=True)
class Similar:
    """A passage of another document, and how like it is: higher is more."""

    document_id: str
    passage_id: int
    score: float


def like_passage(db: sqlite3.Connection, passage_id: int, limit: int = 10) -> tuple[Similar, ...]:
    """The passages of other documents that are most like one, best first; none for one that is not there."""
    return tuple(_similar(db, db.execute(_TEXTS.format("id"), (passage_id,)).fetchall())[:limit])


def like_document(db: sqlite3.Connection, document_id: str, limit: int = 10) -> tuple[Similar, ...]:
    """The documents most like one, each by the passage that is most like it and with the score of its best passages together."""
    passages = _similar(db, db.execute(_TEXTS.format("document_id"), (document_id,)).fetchall())
    by_document: dict[str, list[Similar]] = {}
    for passage in passages:
        by_document.setdefault(passage.document_id, []).append(passage)
    found = [Similar(key, some[0].passage_id, sum(s.score for s in some[:_BEST])) for key, some in by_document.items()]
    return tuple(sorted(found, key=lambda s: (-s.score, s.passage_id))[:limit])


def like(db: sqlite3.Connection, what: str, limit: int = 20) -> Results:
    """What is most like a document, or a passage, given by id: of each the passage that is most like it. Raises Usage where there is none."""
    number = int(what) if what.isdecimal() and len(what) < 18 else None
    known = db.execute("SELECT 1 FROM passages WHERE id = ? UNION ALL SELECT 1 FROM documents WHERE id = ?", (number, what)).fetchone()
    if not known:
        raise errors.Usage(f"ingen handling och inget stycke har id ”{what}”", "se document_id och passage_id i kb search ORD --json")
    found = like_document(db, what, limit or _ALL) if number is None else like_passage(db, number, limit or _ALL)
    return Results(f"liknar {what}", len(found), hits_of(db, [(s.passage_id, "similar") for s in found]))


def _similar(db: sqlite3.Connection, texts: list[tuple[str, str]]) -> list[Similar]:
    keys = _telling(db, [text for _, text in texts])
    if not keys:
        return []
    own = texts[0][0]
    counts = db.execute("SELECT coalesce(same_as, id) FROM documents WHERE id = ?", (own,)).fetchone()[0]
    expression = " OR ".join(f'{{lemma ocr}} : "{key}"' for key in keys)
    return [Similar(document, n, score) for n, document, score in db.execute(_FIND, {"match": expression, "own": own, "counts": counts})]


def _telling(db: sqlite3.Connection, texts: list[str]) -> list[str]:
    """The keys that tell most of some texts: often there, and rare elsewhere, but not there alone."""
    known = Known(db)
    found = [terms(text) for text in texts]
    known.meet(term for some in found for term in some)
    counts = Counter(known(term).key for some in found for term in some if len(term) >= _SHORTEST and term.isalpha() and term in known.words)
    size = int(db.execute("SELECT count(*) FROM passages").fetchone()[0])
    most = min(_MOST, max(_FEW, _SHARE * size))
    weighed: list[tuple[float, str]] = []
    for key, n in counts.most_common(400):
        others = int(db.execute(_COUNT, (key,)).fetchone()[0] or 0)
        if 1 < others <= most:
            weighed.append((-(n**0.5) * math.log(1 + size / others), key))
    return [key for _, key in sorted(weighed)[:_WORDS]]

"""What the knowledge base's own clean papers teach OCR repair: words and pairs of words, kept packed in the database."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest.rules import Rules
from kb import lexicon

MOST = 20_000_000
"""Characters of clean text that are learned from at most: some three million words, after which more teach little."""
_STALE = """
SELECT count(*) FROM sources WHERE language <> ? OR id IN (SELECT source_id FROM problems WHERE kind = 'inte lagad')"""
GREW = 0.1
"""The part by which the clean text must have changed to be learned from again."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What was learned: from how many characters of how many papers, how many words and different pairs. `digest` changes with any of it."""

    digest: str = ""
    characters: int = 0
    papers: int = 0
    words: int = 0
    pairs: int = 0


def known(db: sqlite3.Connection) -> Vocabulary:
    """What the base has learned; an empty value where it has not."""
    return _kept(db) or Vocabulary()


def _kept(db: sqlite3.Connection) -> Vocabulary | None:
    row = db.execute("SELECT value FROM meta WHERE key = 'vocabulary'").fetchone()
    return Vocabulary(**json.loads(row[0])) if row else None


def pays(db: sqlite3.Connection, more: Sequence[str] = ()) -> bool:
    """True where the whole text (and `more`, of papers that are about to come) has changed enough since it was learned from, or nothing ever was."""
    before = _kept(db)
    return before is None or abs(amount(db, more) - before.characters) > GREW * before.characters


def amount(db: sqlite3.Connection, more: Sequence[str] = ()) -> int:
    """How many characters there are to learn from, damaged ones too: quick to ask, and near enough to tell growth."""
    return int(db.execute("SELECT coalesce(sum(length(text)), 0) FROM sources").fetchone()[0]) + sum(map(len, more))


def _whole(db: sqlite3.Connection, more: Sequence[str]) -> list[str]:
    """The whole Swedish lines of all papers, in an order that does not depend on when they came."""
    from ingest.repair import clean_text

    texts = sorted({clean_text(text) for (text,) in db.execute("SELECT text FROM sources")} | set(more))
    kept, read = [], 0
    for text in texts:
        if text and read < MOST:
            kept.append(text)
            read += len(text)
    return kept


def learn(db: sqlite3.Connection, rules: Rules, more: Sequence[str] = (), words: Iterable[str] = ()) -> tuple[Vocabulary, dict[str, bytes]]:
    """Learn from all whole lines, and from words that people have put right: what was learned, and the files that hold it.

    The same papers give the same bytes, in any order; where there is nothing to learn there are no files.
    """
    from ingest.repair import learned
    from ingest.repair.channel import Channel

    texts = _whole(db, more)
    counts = learned.learn([*texts, *sorted(set(words))])
    if not counts[""]:
        return Vocabulary("", amount(db, more)), {}
    with tempfile.TemporaryDirectory(prefix="kb-") as folder:
        learned.save(counts, Path(folder), Channel(rules.letters))
        files = {name: Path(folder, name).read_bytes() for name in learned.FILES}
    digest = hashlib.sha256(b"".join(files.values())).hexdigest()[:12]
    return Vocabulary(digest, amount(db, more), len(texts), counts[""], sum(" " in key for key in counts)), files


@contextmanager
def extracted(db: sqlite3.Connection) -> Iterator[tuple[Path, ...]]:
    """A folder with what the base has learned, for `load_language`; none where it has learned nothing."""
    files = db.execute("SELECT name, data FROM vocabulary").fetchall()
    if not files:
        yield ()
        return
    with tempfile.TemporaryDirectory(prefix="kb-") as folder:
        for name, data in files:
            Path(folder, name).write_bytes(data)
        yield (Path(folder),)


def version(db: sqlite3.Connection, rules: Rules) -> str:
    """Of the language that damaged papers are read with now: changes with the lexicon and with what the base has learned."""
    return f"{lexicon.version(rules)}-{known(db).digest}"


def stale(db: sqlite3.Connection, rules: Rules) -> int:
    """How many damaged papers were read with another language than the present one."""
    return int(db.execute(_STALE, (version(db, rules),)).fetchone()[0])


def as_json(vocabulary: Vocabulary) -> str:
    """As it is kept in `meta`."""
    return json.dumps(asdict(vocabulary))

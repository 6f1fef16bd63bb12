"""`kb learn`: the lexicon built, and the words of the base's own papers learned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingest.rules import Rules
from kb import lexicon, lock, overrides, vocabulary
from kb.database import open_database
from kb.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Learned:
    """The lexicon's folder, what the base has learned (None without a base), and how many damaged papers were read with less."""

    lexicon: str
    database: str
    vocabulary: Vocabulary | None
    stale: int


def learn(database: Path, rules: Rules, step: Callable[[str], None] = lambda _: None, metadata: Path | None = None) -> Learned:
    """Build the lexicon if need be and learn from the base anew. Raises NoLexicon, BadMetadata, KbError."""
    folder = lexicon.ensure(rules, step)
    if not database.is_file():
        return Learned(str(folder), str(database), None, 0)
    with lock.writing(database), open_database(database, rules) as store:
        people = overrides.load(database, metadata)
        found, files = vocabulary.learn(store.connection, rules, words=overrides.right(people))
        store.learned(found, files)
        return Learned(str(folder), str(database), found, vocabulary.stale(store.connection, rules))

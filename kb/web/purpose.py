"""What papers say that a forum is for, beside what the registry says: their words, from which nothing is concluded."""

from __future__ import annotations

import functools
import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.text import Stops, fold, sentence_at, squeeze
from kb.registry import PURPOSES
from kb.web import words

BETWEEN = 4
"""So many words stand at most between a name and the words that tell."""
MOST = 3
"""So many sentences are shown."""
_LOOKED_AT = 500
"""So many places where a paper names the forum near such words, the newest first."""
_NAMES = "SELECT :name UNION SELECT alias FROM forum_aliases WHERE forum = :name"
_PLACES = """SELECT DISTINCT p.text, m.written, p.document_id, p.page, p.id, d.title, d.date, d.organisation
FROM passages p JOIN documents d ON d.id = p.document_id JOIN forum_mentions m ON m.document_id = d.id AND m.start >= p.start AND m.start < p.end
WHERE p.id IN (SELECT rowid FROM passages_fts WHERE passages_fts MATCH :match) AND +m.forum = :name AND d.same_as IS NULL
    AND :whose IN ('', d.organisation) ORDER BY d.date DESC, d.id, p.position LIMIT :most"""
_NO_STOPS = Stops(())


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that says what a forum is for, and the paper that says it."""

    text: str
    document_id: str
    page: int
    passage_id: int
    title: str
    date: str | None
    organisation: str | None

    @property
    def path(self) -> str:
        """Where it stands."""
        return words.passage_path(self.document_id, self.page, self.passage_id)

    @property
    def source(self) -> str:
        """The paper, its day, and whose it is."""
        return ", ".join(filter(None, (" ".join(filter(None, (self.title, words.day(self.date)))), self.organisation)))


def purposes_said(conn: sqlite3.Connection, name: str, whose: str = "") -> tuple[Said, ...]:
    """What the newest papers say that the forum is for, each thing once; those of one organisation where `whose` says so."""
    found = conn.execute("SELECT value FROM meta WHERE key = ?", (PURPOSES,)).fetchone()
    if not found or not found[0]:
        return ()
    begins, follows = _sought(found[0])
    names = [called for (alias,) in conn.execute(_NAMES, {"name": name}) for called in (alias, f"{alias}s")]
    match = f"text : ({' OR '.join(f'NEAR({_quoted(called)} {_quoted(word)}, {BETWEEN})' for called in names for word in begins)})"
    once: dict[str, Said] = {}
    for text, written, *place in conn.execute(_PLACES, {"match": match, "name": name, "whose": whose, "most": _LOOKED_AT}):
        for sentence in _sentences(text, written, follows):
            once.setdefault(sentence.casefold(), Said(sentence, *place))
        if len(once) >= MOST:
            break
    return tuple(once.values())[:MOST]


def _sentences(text: str, written: str, follows: re.Pattern[str]) -> Iterator[str]:
    """The sentences of a passage in which it follows on the name."""
    called = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, written.split())))
    for found in called.finditer(text):
        if follows.match(fold(text), found.end()):
            first, last = sentence_at(text, 0, len(text), found.start(), _NO_STOPS)
            line = text.rfind("\n", first, found.start()) + 1  # a heading has no full stop
            yield squeeze(text[max(first, line) : last])


@functools.lru_cache(maxsize=4)
def _sought(value: str) -> tuple[tuple[str, ...], re.Pattern[str]]:
    """The words that stand near, and what follows on the name."""
    read = json.loads(value)
    return tuple(read["words"]), re.compile(read["pattern"], re.IGNORECASE)


def _quoted(phrase: str) -> str:
    """A phrase of an FTS5 expression."""
    return f'"{phrase.replace(chr(34), " ")}"'

"""The full-text index and its terms: what is written for each passage and record, taken away again, and compared with what it should be.

Each distinct word is analysed once, when it first comes; its row in `terms` keeps what was found, so that what was written can be worked out
again to the letter when it has to go. Called by kb.database alone, within its transactions; reading is in `rank`.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from kb.search.analyze import Word, folded, terms

Analyse = Callable[[str], Word]

ROOM = 1_000_000_000
"""Ids of passages and records are numbered anew in each class: `id // ROOM` tells the class, and the index lists a lower class first."""
DECISION, PARAGRAPH, TEXT = range(3)
"""The classes of passages: within a decision, within a § recorded there, any other."""

_AT_ONCE = 400
_KNOWN = "SELECT word, lemma, parts FROM terms WHERE word IN ({})"
_COUNT = """
INSERT INTO terms (word, passages, clean, readings, records, lemma, parts, folded) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (word) DO UPDATE SET passages = passages + excluded.passages, clean = clean + excluded.clean,
    readings = readings + excluded.readings, records = records + excluded.records"""
_GONE = "DELETE FROM terms WHERE passages = 0 AND readings = 0 AND records = 0 AND word IN ({})"
_WRITE = "INSERT INTO {}_fts (rowid, text, lemma, parts, ocr) VALUES (?, ?, ?, ?, ?)"
_REMOVE = "INSERT INTO {}_fts ({}_fts, rowid, text, lemma, parts, ocr) VALUES ('delete', ?, ?, ?, ?, ?)"

ALL_PASSAGES = "SELECT p.id, p.text, p.read_again, NOT d.damaged FROM passages p JOIN documents d ON d.id = p.document_id"
ALL_RECORDS = "SELECT id, title || char(10) || text, read_again, 0 FROM records"
PASSAGES = """
SELECT p.id, p.text, p.read_again, NOT d.damaged FROM passages p JOIN documents d ON d.id = p.document_id WHERE d.source_id = ? ORDER BY p.id"""
RECORDS = "SELECT id, title || char(10) || text, read_again, 0 FROM records WHERE id IN ({})"


class Entry(NamedTuple):
    """A row to index: `read_again` as in the column of that name (see `readings`), `clean` where its words may be offered as spellings."""

    id: int
    text: str
    read_again: str | None
    clean: bool


class Readings(NamedTuple):
    """The words of a text that were read again: those that stand as they were repaired, and what others may have been, by place."""

    repaired: frozenset[int]
    others: tuple[tuple[int, tuple[str, ...]], ...]


def readings(column: str | None) -> Readings:
    """`read_again` as kept: "3~ 17=råd|rad 20~avtal". Number of the word; `~` where it was repaired, then what it may be besides; `=` where it
    stands as it was read, then what it may be.
    """
    repaired, others = set(), []
    for item in (column or "").split():
        mark = "=" if "=" in item else "~"
        place, _, words = item.partition(mark)
        if mark == "~":
            repaired.add(int(place))
        if words:
            others.append((int(place), tuple(words.split("|"))))
    return Readings(frozenset(repaired), tuple(others))


def after(column: str, count: int) -> str | None:
    """`read_again` of what follows so many words."""
    kept = (re.match(r"(\d+)(.+)", item) for item in column.split())
    return " ".join(f"{int(m[1]) - count}{m[2]}" for m in kept if m and int(m[1]) >= count) or None


class Columns(NamedTuple):
    """What the index holds of a text, besides the text."""

    lemma: str
    parts: str
    ocr: str


def columns(found: Sequence[str], read_again: str | None, known: Callable[[str], Word]) -> Columns:
    """The columns of a text whose terms are `found`."""
    analysed = [known(term) for term in found]
    lemma = " ".join([word.key for word in analysed])
    parts = " ".join(dict.fromkeys([key for word in analysed for key in word.parts]))
    if not read_again:
        return Columns(lemma, parts, "")
    return Columns(lemma, parts, " ".join(dict.fromkeys(known(term).key for term in doubted(found, read_again))))


def doubted(found: Sequence[str], read_again: str) -> Iterator[str]:
    """The terms that a text has by repair alone, or may have: none that also stands there as it was read."""
    again = readings(read_again)
    sure = {term for n, term in enumerate(found) if n not in again.repaired}
    yield from (found[n] for n in sorted(again.repaired) if n < len(found) and found[n] not in sure)
    yield from (term for _, words in again.others for word in words for term in terms(word) if term not in sure)


class Known:
    """The words of a base, read from `terms` many at a time; a new one is analysed if there is an analyser, else KeyError."""

    def __init__(self, db: sqlite3.Connection, analyse: Analyse | None = None) -> None:
        self.db, self.analyse = db, analyse
        self.words: dict[str, Word] = {}
        self._rest: dict[str, tuple[str, str, str]] = {}

    def meet(self, found: Iterable[str]) -> None:
        """Have these words ready."""
        new = [word for word in set(found) if word not in self.words]
        for at in range(0, len(new), _AT_ONCE):
            some = new[at : at + _AT_ONCE]
            for word, key, parts in self.db.execute(_KNOWN.format(_marks(some)), some):
                self.words[word] = Word(key, tuple(parts.split()))
        if self.analyse:
            for word in new:
                if word not in self.words:
                    self.words[word] = self.analyse(word)

    def __call__(self, word: str) -> Word:
        """What is known of a word that was met."""
        return self.words[word]

    def rest(self, word: str) -> tuple[str, str, str]:
        """What its row in `terms` holds besides counts: key, parts, how it is spelled without accents."""
        if word not in self._rest:
            self._rest[word] = self.words[word].key, " ".join(self.words[word].parts), folded(word)
        return self._rest[word]


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def add(db: sqlite3.Connection, table: str, entries: Iterable[Entry], known: Known) -> None:
    """Write rows of `passages` or `records` into their index, and count their words."""
    for some in _some(entries):
        rows, counts = _rows(some, known, table)
        db.executemany(_WRITE.format(table), rows)
        _count(db, counts, known)


def remove(db: sqlite3.Connection, table: str, entries: Iterable[Entry], known: Known) -> None:
    """Take rows out of their index, as they were written, and words that nothing has any more out of `terms`."""
    for some in _some(entries):
        rows, counts = _rows(some, known, table)
        db.executemany(_REMOVE.format(table, table), rows)
        _count(db, counts, known, -1)
        words = list(counts)
        for at in range(0, len(words), _AT_ONCE):
            part = words[at : at + _AT_ONCE]
            db.execute(_GONE.format(_marks(part)), part)


def _some(entries: Iterable[Entry], size: int = 2000) -> Iterator[list[Entry]]:
    some: list[Entry] = []
    for entry in entries:
        some.append(entry)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some


Counts = dict[str, tuple[int, int, int, int]]
"""Word → in how many passages, clean passages, passages as a reading alone, and records (those as a reading alone too) it is."""


def _rows(entries: Sequence[Entry], known: Known, table: str) -> tuple[list[tuple[int, str, str, str, str]], Counts]:
    found = [terms_of(entry.text) for entry in entries]
    others = [set(doubted(words, e.read_again)) - set(words) if e.read_again else set() for e, words in zip(entries, found, strict=True)]
    known.meet(word for words in (*found, *others) for word in words)
    rows = [(e.id, e.text, *columns(words, e.read_again, known)) for e, words in zip(entries, found, strict=True)]
    return rows, _counted(entries, found, others, table)


def terms_of(text: str) -> tuple[str, ...]:
    """The terms of a text as it is kept, which is normalised."""
    return terms(text)


def _counted(entries: Sequence[Entry], found: Sequence[Sequence[str]], others: Sequence[set[str]], table: str) -> Counts:
    passages: Counter[str] = Counter()
    clean: Counter[str] = Counter()
    for entry, words in zip(entries, found, strict=True):
        distinct = set(words)
        passages.update(distinct)
        if entry.clean:
            clean.update(distinct)
    read = Counter(word for words in others for word in words)
    if table == "records":
        return {word: (0, 0, 0, passages.get(word, 0) + read.get(word, 0)) for word in passages.keys() | read.keys()}
    return {word: (passages.get(word, 0), clean.get(word, 0), read.get(word, 0), 0) for word in passages.keys() | read.keys()}


def _count(db: sqlite3.Connection, counts: Counts, known: Known, sign: int = 1) -> None:
    rest = known.rest
    db.executemany(_COUNT, [(word, sign * a, sign * b, sign * c, sign * d, *rest(word)) for word, (a, b, c, d) in sorted(counts.items())])


def expected(db: sqlite3.Connection) -> Callable[[str, str, str | None], str]:
    """The SQL function that the views behind the index name: a column of the index, worked out from `terms`."""
    known = Known(db)

    def column(name: str, text: str, read_again: str | None) -> str:
        found = terms_of(text)
        try:
            known.meet((*found, *(doubted(found, read_again) if read_again else ())))
            return str(getattr(columns(found, read_again, known), name))
        except KeyError:  # a word that `terms` lacks: nothing can have been written so
            return LOST
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:  # so is the statement that asks, which says it itself
                return LOST
            raise

    return column


LOST = "\ue002"


def counted(db: sqlite3.Connection) -> Counts:
    """How often each word is in fact, from all texts of the base."""
    sums: dict[str, list[int]] = {}
    for table, sql in (("passages", ALL_PASSAGES), ("records", ALL_RECORDS)):
        for some in _some(Entry(*row) for row in db.execute(sql)):
            found = [terms_of(entry.text) for entry in some]
            others = [set(doubted(w, e.read_again)) - set(w) if e.read_again else set() for e, w in zip(some, found, strict=True)]
            for word, counts in _counted(some, found, others, table).items():
                sums[word] = [a + b for a, b in zip(sums.get(word, (0, 0, 0, 0)), counts, strict=True)]
    return {word: (n[0], n[1], n[2], n[3]) for word, n in sums.items()}

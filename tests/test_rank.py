"""Which rows are the best: by tier all are told alike whether all or only some are wanted, each once, and counting ends at a limit."""

from __future__ import annotations

import datetime
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ingest.models import Correction, Parsed
from kb.connect import reading
from kb.database import open_database
from kb.search import known, match, rank
from kb.search.analyze import Analyser
from kb.search.match import Keys, match_of
from kb.search.parse import parse
from kb.search.rank import Query, Ranked
from tests import sample

WORDS = {
    "exact": ("bussen går ofta till byn", "bussen bussen", "om bussen", "bussen " + "och annat " * 30),
    "inflected": ("bussar går ofta", "bussar bussar bussar", "bussar " + "och annat " * 30),
    "repaired": ("om bu55en", "bu55en bu55en bu55en"),
    "neither": ("tåget går ofta", "en bu55en och bussen"),
}


def damaged(text: str, name: str) -> Parsed:
    """A paper whose word "bu55en" was read again."""
    parsed = sample.plain(text, name)
    [document] = parsed.documents
    [passage] = document.passages
    fixed = tuple(Correction(m.start(), m.end(), m[0], "bussen", 0.9, "ocr") for m in re.finditer("bu55en", text))
    read = replace(passage, text=text.replace("bu55en", "bussen"))
    return replace(parsed, corrections=fixed, documents=(replace(document, passages=(read,)),))


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Papers with a word as it is asked for, in another form, and read again; and a meeting, whose decision has it too."""
    path = tmp_path_factory.mktemp("rank") / "kb.db"
    with open_database(path, sample.rules()) as store:
        for kind, texts in WORDS.items():
            for number, text in enumerate(texts):
                store.save(damaged(text, f"{kind}{number}.txt"), f"/x/{kind}{number}.txt")
        store.save(sample.meeting(), "/x/protokoll.txt")
        store.finish()
    with reading(path) as connection:
        yield connection


def asked(db: sqlite3.Connection, typed: str, **more: object) -> Query:
    """What to ask the index of passages."""
    node = parse(typed, known.load(db, datetime.date(2026, 1, 1))).node
    assert node
    found = match_of(node, Keys(db, lambda: Analyser(None)))
    assert found
    return Query("passages", found, **more)  # type: ignore[arg-type]


def names(db: sqlite3.Connection, rows: list[Ranked]) -> list[tuple[str, int]]:
    sql = "SELECT s.path FROM passages p JOIN documents d ON d.id = p.document_id JOIN sources s ON s.id = d.source_id WHERE p.id = ?"
    return [(str(db.execute(sql, (row.id,)).fetchone()[0]).removesuffix(".txt"), row.tier) for row in rows]


ORDER = [
    ("exact1", 0), ("neither1", 0), ("exact2", 0), ("exact0", 0), ("exact3", 0), ("inflected1", 1), ("inflected0", 1), ("inflected2", 1),
    ("repaired1", 2), ("repaired0", 2),
]  # fmt: skip
"""What weighs most first, as typed before another form before what was read again: one that also has the word whole is as typed."""


def test_best_first(db: sqlite3.Connection) -> None:
    assert names(db, rank.best(db, asked(db, "bussen"), 0)) == ORDER
    assert names(db, rank.best(db, asked(db, "om"), 0))[0] == ("protokoll", 0), "a decision weighs more than other text"
    assert names(db, rank.best(db, asked(db, "bussen ofta"), 0)) == [("exact0", 0), ("inflected0", 1)]


@pytest.mark.parametrize("typed", ["bussen", "bussen ofta", "bussen INTE ofta", "bussen ELLER tåget", "buss*", "om", "går ofta", '"går ofta"', "nej"])
@pytest.mark.parametrize("few", [match._FEW, 1], ids=["all weighed", "frequent words not"])
@pytest.mark.parametrize("weighed", [rank.MOST, 2])
def test_some_are_the_first_of_all(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, typed: str, few: int, weighed: int) -> None:
    """Each once, however many are wanted and weighed; where not all are weighed these may be others of a tier, or of a later one."""
    monkeypatch.setattr(match, "_FEW", few)
    query = asked(db, typed)
    every = rank.best(db, query, 0)
    assert len({row.id for row in every}) == len(every) and [row.tier for row in every] == sorted(row.tier for row in every)
    for need in range(1, len(every) + 3):
        some, total = rank.best_of(db, replace(query, weighed=weighed), need)
        assert total == len(every) and [row.tier for row in some] == sorted(row.tier for row in some)
        assert len({row.id for row in some}) == len(some) == min(need, total) and set(some) <= set(every)
        if weighed > len(every):
            assert [row.tier for row in some] == [row.tier for row in every[:need]]
            assert some == every[:need] or few == 1 or query.match.begins


def test_counting_ends_at_a_limit(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    for typed, all_of_them in (("bussen", 10), ("buss*", 10), ("exa*", 0)):
        assert [rank.count(db, asked(db, typed), most) for most in (0, 3, 10, 99)] == [min(all_of_them, most + 1) for most in (0, 3, 10, 99)]
    monkeypatch.setattr(rank, "COUNTED", 4)
    query = asked(db, "bussen")
    assert [rank.best_of(db, query, need)[1] for need in (0, 2, 4, 7, 10, 11)] == [10, 5, 5, 8, 10, 10]
    assert rank.best_of(db, query, 2, 6)[1] == 6, "what was counted is not counted again"
    assert rank.best_of(db, query, 7, 5)[1] == 8, "unless more are wanted than were counted"


def test_what_is_to_come_first_does_whatever_it_weighs(db: sqlite3.Connection) -> None:
    """Of equals what weighs most, and each with its tier."""
    query = asked(db, "bussen", joins="JOIN passages p ON p.id = passages_fts.rowid", first=("length(p.text) > 20",))
    found = names(db, rank.best(db, query, 0))
    weighed = names(db, [Ranked(id, 0) for id in rank._ordered(db, asked(db, "bussen"))])
    short = [name for name, _ in weighed if name not in ("exact0", "exact3", "inflected2")]
    assert [name for name, _ in found[:7]] == short != sorted(short) and dict(found) == dict(ORDER)
    assert names(db, rank.best_of(db, query, 3)[0]) == found[:3]
    newest = asked(db, "bussen", first=("passages_fts.rowid DESC",))
    ids = [row.id for row in rank.best(db, newest, 0)]
    assert ids == sorted(ids, reverse=True)


def test_conditions_hold_with_their_values(db: sqlite3.Connection) -> None:
    query = asked(db, "bussen", where=("passages_fts.rowid <> :other",), parameters={"other": rank.best(db, asked(db, "bussen"), 1)[0].id})
    assert [name for name, _ in names(db, rank.best(db, query, 0))] == [name for name, _ in ORDER[1:]]
    assert [name for name, _ in names(db, rank.best(db, query, 2))] == [name for name, _ in ORDER[1:3]]

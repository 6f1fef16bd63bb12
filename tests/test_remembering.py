"""What pages are made of is remembered for as long as the base stays the same, and takes no more room than it may."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from datasette.database import Results

from kb.web import remembering
from kb.web.remembering import Filters, bytes_of, keep, recall, state


@dataclass(frozen=True, slots=True)
class Page:
    """A page, as far as memory goes."""

    title: str
    rows: tuple[str, ...]


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file, and nothing remembered."""
    monkeypatch.setattr(remembering, "_answers", remembering._Answers())
    path = tmp_path / "x.db"
    path.touch()
    return path


def told(base: Path, key: str, answer: object) -> bool:
    """True where an answer that was to be kept is kept."""
    keep(base, key, state(base), answer)
    return recall(base, key, state(base)) == (answer,)


def test_all_that_an_answer_is_made_of_is_counted() -> None:
    row = sqlite3.connect(":memory:")
    row.row_factory = sqlite3.Row
    text = "x" * 10_000
    rows = [row.execute("SELECT ? AS x", (text,)).fetchone()]
    for value in (Page(text, ()), Page("", (text,)), {"x": [text]}, Results(rows, False, None), ("key", rows), {text}):
        assert 10_000 < bytes_of(value, sys.maxsize) < 12_000, value
    assert bytes_of(["x" * 100] * 1000, 1000) < 2000 + sys.getsizeof([""] * 1000)  # one that is too large is not looked through


def test_what_goes_in_a_circle_is_counted_once() -> None:
    circle: list[object] = []
    circle.append(circle)
    assert bytes_of(circle, sys.maxsize) == 2 * sys.getsizeof(circle)


def test_an_answer_that_is_too_large_is_not_kept(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "ONE", 5000)
    assert told(base, "small", Page("x" * 1000, ())) and not told(base, "large", Page("x" * 6000, ()))


def test_answers_take_no_more_room_than_they_may(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "BYTES", 5000)
    for number in range(4):
        assert told(base, str(number), "x" * 2000)
        assert recall(base, "0", state(base)) == ("x" * 2000,)  # asked for last, so that it stays
        assert remembering._answers.size <= 5000
    assert [n for n in range(4) if recall(base, str(n), state(base))] == [0, 3]
    assert told(base, "0", "x")  # in the place of the older one
    assert remembering._answers.size < 2500


def test_answers_are_no_more_than_they_may_be(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "KEPT", 2)
    assert all(told(base, str(number), None) for number in range(3))
    assert recall(base, "0", state(base)) is None


def test_what_fulfils_a_filter_is_known_to_the_next_search_until_the_base_changes(base: Path) -> None:
    asked: list[int] = []

    def question() -> frozenset[int]:
        asked.append(1)
        return frozenset((1, 2))

    def answer(filters: Filters) -> frozenset[int]:
        return filters.once(("passages", "person", "lund"), question)

    first = Filters(base)
    assert answer(first) == answer(first) == answer(Filters(base)) == {1, 2} and len(asked) == 1
    base.write_text("changed", encoding="utf-8")
    assert answer(first) == {1, 2} and len(asked) == 1  # one search sees one state
    assert answer(Filters(base)) == {1, 2} and len(asked) == 2


def test_asking_for_the_state_lets_go_of_no_lock(tmp_path: Path) -> None:
    """A log that is read from is not begun anew by another process: SQLite's locks are the process's, and closing its files ends them."""
    path = tmp_path / "x.db"
    writer, reader = sqlite3.connect(path, isolation_level=None), sqlite3.connect(path, isolation_level=None)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("CREATE TABLE t AS SELECT 1 AS n")
    reader.execute("BEGIN")
    assert reader.execute("SELECT n FROM t").fetchone() == (1,)
    before = state(path)
    writer.execute("UPDATE t SET n = 2")
    assert state(path) != before and state(path) == state(path)
    asked = f"import sqlite3; print(sqlite3.connect({str(path)!r}, timeout=0).execute('PRAGMA wal_checkpoint(RESTART)').fetchone()[0])"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.strip() == "1"
    assert reader.execute("SELECT n FROM t").fetchone() == (1,)
    reader.close()
    writer.close()

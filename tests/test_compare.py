"""`make compare`: rows without ids and place are facts; what is gained, lost and changed is told apart."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from benchmarks.compare import VIEWS, Difference, compare, differences, report
from kb.connect import schema

Row = tuple[object, ...]


def base(path: Path, rows: Iterable[Row], columns: str = "id, source, line, person, role, text") -> Path:
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"CREATE TABLE attendance_list ({columns})")
        db.execute("CREATE TABLE sources (path)")
        db.execute("INSERT INTO sources VALUES ('a.txt')")
        db.executemany(f"INSERT INTO attendance_list VALUES ({','.join('?' * len(columns.split(',')))})", rows)
        db.commit()
    return path


def difference(tmp_path: Path, old: Iterable[Row], new: Iterable[Row]) -> Difference:
    first, second = base(tmp_path / "old.db", old), base(tmp_path / "new.db", new)
    with closing(sqlite3.connect(first)) as a, closing(sqlite3.connect(second)) as b:
        return compare(a, b, "attendance_list")


OLD: list[Row] = [(1, "a.txt", 4, "Anna Ek", "chair", "x"), (2, "a.txt", 5, "Bo Ek", "member", "x"), (3, "a.txt", 6, "Cia Ek", "member", "x")]


def test_ids_and_places_do_not_matter(tmp_path: Path) -> None:
    found = difference(tmp_path, OLD, [(9, source, 40, *rest) for _, source, _, *rest in reversed(OLD)])
    assert (found.kept, found.gained, found.lost, found.changed) == (3, [], [], [])
    assert list(report("attendance_list", found, 5)) == []


def test_gained_lost_and_changed(tmp_path: Path) -> None:
    new: list[Row] = [
        *OLD[:1],
        (2, "a.txt", 5, "Bo Ek", "official", "x"),
        (4, "a.txt", 9, "Dan Ek", "member", "x"),
        (5, "a.txt", 9, "Dan Ek", "member", "x"),
    ]
    found = difference(tmp_path, OLD, new)
    assert (found.kept, len(found.gained), len(found.lost), len(found.changed)) == (1, 2, 1, 1)
    lines = list(report("attendance_list", found, 3))
    assert lines[0] == "attendance_list: 2 gained, 1 lost, 1 changed, 1 kept"
    assert lines[1:] == [
        "  ~ a.txt:5  Bo Ek: role member → official",
        "  - a.txt:6  person Cia Ek, role member, text x",
        "  + a.txt:9  person Dan Ek, role member, text x",
        "    … and 1 more (ALL=1 shows them)",
    ]


def test_the_sum_stands_last_and_columns_may_differ(tmp_path: Path) -> None:
    old = base(tmp_path / "old.db", [(1, "a.txt", 4, "Anna Ek")], "id, source, line, person")
    new = base(tmp_path / "new.db", [(1, "a.txt", 4, "Anna Ek", "S")], "id, source, line, person, party")
    assert list(differences(old, new, 5)) == ["1 sources: 0 facts gained, 0 lost, 0 changed, 1 kept"]


def test_every_view_that_is_compared_exists() -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(schema())
        views = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}
        assert set(VIEWS) <= views
        assert all("source" in {row[1] for row in db.execute(f"PRAGMA table_info({view})")} for view in VIEWS)

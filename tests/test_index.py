"""The index stays what a fresh one would be: after ingest, replacement and forgetting, row by row; and kb check sees where it is not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ingest import load_rules
from kb import indexing, lexicon
from kb.commands.check import check
from kb.commands.ingest import ingest
from kb.commands.rebuild import forget, rebuild
from kb.search import index, search
from kb.search.analyze import Analyser
from kb.search.index import ROOM, readings

RULES = load_rules()
EXAMPLES = Path(__file__).parent.parent / "examples"
WHOLE = ("rf-2022-10-12-protokollsutdrag.txt", "rs-2022-09-14-protokoll.txt", "avtal-2022-12-14-granhojden.txt", "rsr-2022-03-22-protokoll.txt")
DAMAGED = "run-2022-10-05-protokollsutdrag-ocr.txt"


def copied(folder: Path, names: tuple[str, ...]) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_bytes((EXAMPLES / name).read_bytes())
    return folder


def content(database: Path) -> dict[str, Any]:
    """All that the index holds, by what it is about and not by the numbers of rows."""
    with closing(sqlite3.connect(database)) as db:
        db.execute("CREATE VIRTUAL TABLE temp.p USING fts5vocab('main', 'passages_fts', 'instance')")
        db.execute("CREATE VIRTUAL TABLE temp.r USING fts5vocab('main', 'records_fts', 'instance')")
        passages = "SELECT p.document_id, p.position, p.id / ?, v.term, v.col, v.offset FROM temp.p v JOIN passages p ON p.id = v.doc"
        records = "SELECT r.kind, r.ref, r.id / ?, v.term, v.col, v.offset FROM temp.r v JOIN records r ON r.id = v.doc"
        return {
            "terms": sorted(db.execute("SELECT * FROM terms")),
            "passages": sorted(db.execute(passages, (ROOM,))),
            "records": sorted(db.execute(records, (ROOM,))),
            "loose": db.execute("SELECT count(*) FROM temp.p WHERE doc NOT IN (SELECT id FROM passages)").fetchone()[0],
        }


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fresh")
    ingest(folder / "kb.db", [copied(folder / "in", WHOLE[:2])], RULES)
    return folder / "kb.db"


def test_what_came_and_went_leaves_no_trace(fresh: Path, tmp_path: Path) -> None:
    database, papers = tmp_path / "kb.db", copied(tmp_path / "in", WHOLE)
    changed = papers / WHOLE[0]
    changed.write_text("Region Fjällhav\nRegionfullmäktige 2022-10-12\n§ 1 Helt andra ord om renhägn och vindskydd.\n", encoding="utf-8")
    ingest(database, [papers], RULES)
    assert search_total(database, "vindskydd") == 1
    copied(papers, WHOLE[:1])  # replaced
    ingest(database, [papers], RULES)
    for name in WHOLE[2:]:
        forget(database, name, RULES)
    assert search_total(database, "vindskydd") == 0
    kept, wanted = content(database), content(fresh)
    assert kept["loose"] == 0 and kept["terms"] == wanted["terms"]
    assert kept == wanted
    assert check(database).broken == ()


def parts(database: Path) -> list[int]:
    """Into how many parts the indexes have come, each of which is sought for every word."""
    with closing(sqlite3.connect(database)) as db:
        return [db.execute(f"SELECT count(DISTINCT segid) FROM {table}_fts_idx").fetchone()[0] for table in ("passages", "records")]


def test_what_runs_leave_of_the_index_is_gathered_when_it_is_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database, papers = tmp_path / "kb.db", tmp_path / "in"
    ingest(database, [copied(papers, WHOLE[:2])], RULES)
    assert parts(database) == [1, 1]
    monkeypatch.setattr(indexing, "_SMALL", 0)
    ingest(database, [copied(papers, WHOLE[2:])], RULES)
    assert min(parts(database)) > 1  # what is small beside the rest is left for later
    monkeypatch.undo()
    forget(database, WHOLE[0], RULES)
    assert parts(database) == [1, 1] and check(database).broken == ()


def anew(database: Path, copy: Path) -> Path:
    """A copy of a base whose index is made from its rows as if there had never been one."""
    with closing(sqlite3.connect(database)) as old, closing(sqlite3.connect(copy)) as db:
        old.backup(db)
        db.execute("DELETE FROM terms")
        known = index.Known(db, Analyser(lexicon.ensure(RULES)))
        for table, rows in (("passages", index.ALL_PASSAGES), ("records", index.ALL_RECORDS)):
            db.execute(f"INSERT INTO {table}_fts ({table}_fts) VALUES ('delete-all')")
            index.add(db, table, [index.Entry(*row) for row in db.execute(rows).fetchall()], known)
        db.commit()
    return copy


def test_words_read_again_come_and_go_as_well(tmp_path: Path) -> None:
    database, papers = tmp_path / "kb.db", copied(tmp_path / "in", (DAMAGED, WHOLE[2]))
    ingest(database, [papers], RULES)
    forget(database, WHOLE[2], RULES)
    copied(papers, WHOLE[:1])
    ingest(database, [papers], RULES)
    held = content(database)
    assert {row[4] for row in held["records"]} == {"text", "lemma", "parts", "ocr"}
    assert {row[4] for row in held["passages"]} == {"text", "lemma", "parts", "ocr"}
    assert held == content(anew(database, tmp_path / "anew.db"))
    forget(database, DAMAGED, RULES)
    assert {row[4] for row in content(database)["passages"]} == {"text", "lemma", "parts"}
    assert check(database).broken == ()


def search_total(database: Path, query: str) -> int:
    with closing(sqlite3.connect(database)) as db:
        db.row_factory = sqlite3.Row
        return search(db, query).total


def test_a_rebuild_gives_the_same(fresh: Path) -> None:
    before = content(fresh)
    assert rebuild(fresh, RULES).exit_code == 0
    assert content(fresh) == before


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        ("UPDATE passages SET text = 'annat' WHERE id = (SELECT min(id) FROM passages)", "sökindexet stämmer inte med texten"),
        ("UPDATE terms SET lemma = 'fel' WHERE word = 'och'", "sökindexet stämmer inte med texten"),
        ("UPDATE terms SET passages = passages + 1 WHERE word = 'och'", "sökindexets ord"),
        ("DELETE FROM terms WHERE word = 'och'", "sökindexet stämmer inte med texten"),
        ("UPDATE records SET title = 'annan' WHERE id = (SELECT min(id) FROM records)", "beslut och ärenden"),
    ],
)
def test_check_sees_what_is_wrong(fresh: Path, tmp_path: Path, harm: str, says: str) -> None:
    broken = tmp_path / "kb.db"
    with closing(sqlite3.connect(fresh)) as db, closing(sqlite3.connect(broken)) as copy:
        db.backup(copy)
        assert copy.execute(harm).rowcount == 1
        copy.commit()
    assert any(says in line for line in check(broken).broken)
    assert not any("sökindex" in line for line in check(fresh).broken)


def test_another_lexicon_is_said(fresh: Path, tmp_path: Path) -> None:
    other = tmp_path / "kb.db"
    with closing(sqlite3.connect(fresh)) as db, closing(sqlite3.connect(other)) as copy:
        db.backup(copy)
        copy.execute("UPDATE meta SET value = 'older' WHERE key = 'lexicon'")
        copy.commit()
    assert any("annan ordlista" in note and "kb rebuild" in note for note in check(other).notes)
    assert not any("ordlista" in note for note in check(fresh).notes)


def test_readings_are_read_as_they_are_written() -> None:
    found = readings("3~ 17=råd|rad 20~avtal")
    assert found.repaired == {3, 20} and found.others == ((17, ("råd", "rad")), (20, ("avtal",)))
    assert readings(None).repaired == frozenset()


def test_a_word_that_also_stands_whole_is_not_doubted() -> None:
    assert list(index.doubted(["avtal", "om", "avtal"], "0~")) == []
    assert list(index.doubted(["avtal", "om", "rad"], "0~ 2=råd|om")) == ["avtal", "råd"]


def test_a_column_that_is_interrupted_raises_nothing(fresh: Path) -> None:
    with closing(sqlite3.connect(fresh)) as db:
        column = index.expected(db)
        db.set_progress_handler(lambda: 1, 1)  # Datasette's time limit, at its worst moment
        assert column("lemma", "samverkan", None) == index.LOST
        db.set_progress_handler(None, 1)
        assert column("lemma", "samverkan", None) != index.LOST

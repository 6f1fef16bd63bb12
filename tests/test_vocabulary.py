"""What a base teaches itself: when there is nothing to learn, in what letters a text is written, and the words that people have put right."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from ingest import load_rules, parse, repair
from kb import overrides, vocabulary
from kb.commands.correct import Asked, add
from kb.commands.ingest import ingest
from kb.commands.learn import learn
from kb.commands.rebuild import rebuild
from kb.connect import reading
from tests.test_lexicon import DAMAGED, ingested, rows, whole

RULES = load_rules()
ENGLISH = "The council has decided that the agreement is to be extended for another three years, and that the parties meet again.\n" * 4


@pytest.mark.parametrize("taught", ["", ENGLISH, whole("vård")], ids=["nothing", "another language", "whole text"])
def test_the_advice_to_rebuild_ends(tmp_path: Path, taught: str) -> None:
    """A base whose papers are all damaged has nothing to learn: what a paper is read with is the same before and after."""
    files = {"a.txt": DAMAGED, "b.txt": DAMAGED * 3} | ({"c.txt": taught} if taught else {})
    database = ingested(tmp_path, files)
    for n in range(2):
        assert not [note for note in ingest(database, [tmp_path / "docs"], RULES).notes if "kb rebuild" in note]
        assert learn(database, RULES).stale == 0
        assert not [note for note in rebuild(database, RULES).notes if "kb rebuild" in note], n
    assert (learned(database).digest == "") == (taught != whole("vård"))


def test_a_run_learns_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much of what it reads is damaged; and again only when the whole text has grown."""
    runs: list[object] = []
    learn_ = vocabulary.learn
    monkeypatch.setattr(vocabulary, "learn", lambda *a, **k: runs.append(a) or learn_(*a, **k))  # type: ignore[func-returns-value]
    database = ingested(tmp_path, {"a.txt": DAMAGED * 5, "b.txt": whole("vård")})
    assert len(runs) == 1
    (tmp_path / "docs" / "c.txt").write_text(DAMAGED * 9, encoding="utf-8")
    assert ingest(database, [tmp_path / "docs"], RULES).notes == [] and len(runs) == 1
    (tmp_path / "docs" / "d.txt").write_text(whole("skola") * 5, encoding="utf-8")
    assert "kb rebuild" in ingest(database, [tmp_path / "docs"], RULES).notes[0] and len(runs) == 2


def test_letters_with_loose_marks_are_whole_text(tmp_path: Path) -> None:
    text = whole("Kvarnåsverkets törrlösning")
    apart = unicodedata.normalize("NFD", text)
    assert repair.clean_text(apart) == text
    path = tmp_path / "a.txt"
    path.write_text(apart, encoding="utf-8")
    parsed = parse(path, RULES)
    assert parsed.problems == () and not parsed.documents[0].damaged
    assert [(page.damaged, page.unsure) for page in parsed.quality] == [(0, 0)]
    composed = ingested(tmp_path / "1", {"a.txt": text})
    loose = ingested(tmp_path / "2", {"a.txt": apart})
    assert learned(composed).digest == learned(loose).digest != ""


def test_words_that_people_have_put_right_are_learned(tmp_path: Path) -> None:
    database = ingested(tmp_path, {"a.txt": DAMAGED})
    read = "SELECT corrected FROM corrections WHERE original = 'Kvarnasvarkets'"
    assert rows(database, read) == [], "no word that anybody knows"
    add(database, Asked("Kvarnasvarketz", "Kvarnåsvärkets", reason="provat"), RULES)
    assert learn(database, RULES).stale == 1
    assert rebuild(database, RULES).notes == []
    assert rows(database, read) == [("Kvarnåsvärkets",)]
    assert learn(database, RULES).stale == 0
    overrides.own_file(database).unlink()
    assert learn(database, RULES).stale == 1, "what is no longer said is no longer known"


def learned(database: Path) -> vocabulary.Vocabulary:
    with reading(database) as db:
        return vocabulary.known(db)

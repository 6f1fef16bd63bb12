"""Where no lexicon can be had: nothing that was read better before is lost, and nothing that does not need it is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ingest import load_rules
from ingest.errors import NoLexicon
from kb import errors, lexicon, overrides, terminal
from kb.cli import app
from kb.commands.correct import Asked, add, remove
from kb.commands.ingest import ingest
from kb.commands.rebuild import rebuild
from tests.test_lexicon import CORRECTIONS, DAMAGED, ingested, rows, whole

RULES = load_rules()
RIGHT = Asked("talls", "tals", reason="provat")


def fail(*_: object) -> Path:
    raise NoLexicon("ordlistan kan inte byggas: den saknas")


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A base whose damaged paper was read again, on a computer that has lost its lexicon since."""
    database = ingested(tmp_path, {"a.txt": DAMAGED * 2, "b.txt": whole("vård")})
    assert rows(database, CORRECTIONS)
    monkeypatch.setattr(lexicon, "ensure", fail)
    return database


def test_rebuild_keeps_what_was_read(base: Path) -> None:
    before = rows(base, CORRECTIONS)
    with pytest.raises(NoLexicon, match=r"skulle .* gå förlorad") as error:
        rebuild(base, RULES)
    assert "\n" not in str(error.value) and str(base) in str(error.value) and "kb learn" in str(error.value)
    assert rows(base, CORRECTIONS) == before
    assert not list(base.parent.glob("kb.db.rebuild*"))


@pytest.mark.parametrize("asked", [Asked("Namnden", "Nemnden", reason="provat"), Asked(source="a.txt", repair=False, reason="provat")])
def test_correct_changes_nothing(base: Path, asked: Asked) -> None:
    before = rows(base, CORRECTIONS)
    if asked.repair is False:  # a paper that is not to be repaired needs no lexicon
        assert add(base, asked, RULES).exit_code == 0
        assert rows(base, CORRECTIONS) == []
        with pytest.raises(NoLexicon):
            remove(base, 1, RULES)
        assert rows(base, CORRECTIONS) == [] and len(overrides.load(base, None).papers) == 1
        return
    with pytest.raises(NoLexicon):
        add(base, asked, RULES)
    assert rows(base, CORRECTIONS) == before
    assert not overrides.own_file(base).exists()


def test_correct_goes_on_where_no_damaged_paper_is_concerned(base: Path) -> None:
    before = rows(base, CORRECTIONS)
    done = add(base, Asked("vård", "vörd", reason="provat", source="b.txt"), RULES)
    assert (done.exit_code, done.words) == (0, 8)
    assert [row for row in rows(base, CORRECTIONS) if row[1] != "vörd"] == before


def test_a_base_that_never_had_a_lexicon_can_be_rebuilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon, "ensure", fail)
    database = ingested(tmp_path, {"a.txt": DAMAGED * 2})
    summary = rebuild(database, RULES)
    assert summary.exit_code == 0 and any("kb learn" in note for note in summary.notes)
    add(database, Asked("Namnden", "Nämnden", reason="provat"), RULES)
    assert [row[1] for row in rows(database, CORRECTIONS)] == ["Nämnden"] * 2
    assert rebuild(database, RULES).exit_code == 0, "what people say needs no lexicon either"


@pytest.mark.parametrize("command", ["explain", "repair"])
def test_a_whole_file_needs_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """Not even to ask for it: it would take a minute to build."""
    asked: list[object] = []

    def ensure(*arguments: object) -> Path:
        asked.append(arguments)
        return fail()

    monkeypatch.setattr(lexicon, "ensure", ensure)
    for name, text in (("whole.txt", whole("vård")), ("damaged.txt", DAMAGED * 2)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    codes = [terminal.run(app, [command, str(tmp_path / name), "--db", str(tmp_path / "no.db")]) for name in ("whole.txt", "damaged.txt")]
    assert len(asked) == 1 and codes == ([0, 0] if command == "explain" else [0, NoLexicon.exit_code])


def test_a_lost_database_is_made_again(base: Path) -> None:
    base.unlink()
    assert rebuild(base, RULES).exit_code == 0
    assert rows(base, "SELECT count(*) FROM sources") == [(2,)]


def test_the_lexicon_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = ingested(tmp_path, {"a.txt": DAMAGED * 2})
    before = rows(database, CORRECTIONS)
    broken = tmp_path / "broken"
    shutil.copytree(lexicon.folder(RULES), broken)
    (broken / "words.marisa").write_bytes(b"\0" * 100)
    monkeypatch.setattr(lexicon, "ensure", lambda *_: broken)
    assert rebuild(database, RULES).exit_code == 1
    assert rows(database, CORRECTIONS) == before
    with pytest.raises(errors.Usage):
        remove(database, 1, RULES)
    ingest(database, [tmp_path / "docs"], RULES)
    assert rows(database, CORRECTIONS) == before


@pytest.mark.parametrize(("text", "damaged"), [(DAMAGED * 2, True), (whole("vård"), False)])
def test_a_run_without_it_says_so_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, damaged: bool) -> None:
    monkeypatch.setattr(lexicon, "ensure", fail)
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (note,) = ingest(tmp_path / "kb.db", [tmp_path / "a.txt"], RULES).notes
    assert "\n" not in note and "böjningar" in note and "den saknas" in note and "kb learn" in note
    assert ("skadade handlingar lästes in som de är" in note) is damaged

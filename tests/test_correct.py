"""`kb correct` as staff use it: each way to call it, what it says, what becomes of the base, and that a rebuild keeps it."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ingest import load_rules
from ingest.repair.overrides import PERSON
from kb import errors, lock, overrides, terminal
from kb.archive import Archive
from kb.cli import app
from kb.commands.rebuild import rebuild
from tests import sample

RULES = load_rules()


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def kb(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs kb in this process, in a folder with a base of two texts."""
    monkeypatch.chdir(tmp_path)
    for name in ("KB_DB", "KB_METADATA", "KB_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: object) -> Ran:
        code = terminal.run(app, [str(a) for a in arguments])
        return Ran(code, *capsys.readouterr())

    sample.write(
        tmp_path, "docs/a.txt", "Region Norrskog\n\nAvtal om Tol för länet på ön\n\nAvtalet gäller Dnr RUN/29/2021 och Tol-bussen åt sam-\nverkfln.\n"
    )
    sample.write(tmp_path, "docs/sub/b.txt", "Region Norrskog\n\nSvar på remiss om tåget och Tol åt öster\n")
    assert run("ingest", "docs").code == 0
    return run


def rows(query: str, database: str = "kb.db") -> list[tuple[Any, ...]]:
    db = sqlite3.connect(database)
    try:
        return db.execute(query).fetchall()
    finally:
        db.close()


def corrections(database: str = "kb.db") -> list[tuple[Any, ...]]:
    what = "s.path, c.line, c.original, c.corrected, c.confidence, c.kind"
    return rows(f"SELECT {what} FROM corrections c JOIN sources s ON s.id = c.source_id ORDER BY 1, c.start", database)


def own() -> str:
    return Path("kb.db.overrides.yaml").read_text(encoding="utf-8")


TOL = [("a.txt", 3, "Tol", "ToJ", 1.0, PERSON), ("a.txt", 5, "Tol", "ToJ", 1.0, PERSON), ("sub/b.txt", 3, "Tol", "ToJ", 1.0, PERSON)]


def one_line(ran: Ran, code: int) -> str:
    assert ran.code == code, ran
    assert ran.err.count("\n") == 1, ran.err
    return ran.err.strip()


def test_a_word_is_corrected_at_once_and_after_every_rebuild(kb: Run) -> None:
    ran = kb("correct", "Tol", "ToJ", "--reason", "förkortning", "--by", "Anna Ek")
    assert ran == Ran(0, "”Tol” läses ”ToJ”. Skriven i kb.db.overrides.yaml.\n3 ord läses annorlunda nu, omlästa källor: 2.\n", "")
    assert corrections() == TOL
    assert json.loads(kb("search", "ToJ", "--json").out)["total"] == 2
    assert json.loads(kb("search", "Tol", "--json").out)["total"] == 0
    assert kb("rebuild").code == 0
    assert corrections() == TOL
    Path("kb.db").unlink()
    assert kb("rebuild", "--jobs", 2).code == 0
    assert corrections() == TOL, "also by several readers, from the archive alone"
    assert kb("check").code == 0


def test_new_files_are_read_with_it(kb: Run, tmp_path: Path) -> None:
    kb("correct", "Tol", "ToJ", "--reason", "förkortning")
    sample.write(tmp_path, "docs/c.txt", "Också här står Tol på ön\n")
    assert kb("ingest", "docs").code == 0
    assert ("c.txt", 1, "Tol", "ToJ", 1.0, PERSON) in corrections()
    ran = kb("repair", "docs/c.txt", "--json")
    assert [(c["original"], c["corrected"], c["kind"]) for c in json.loads(ran.out)] == [("Tol", "ToJ", PERSON)]
    assert "Också här står ToJ" in kb("explain", "docs/c.txt", "--stage", "clean").out
    assert "Tol → ToJ" in kb("explain", "docs/c.txt", "--stage", "repair").out


def test_again_is_not_written_twice(kb: Run) -> None:
    kb("correct", "Tol", "ToJ", "--reason", "förkortning")
    text = own()
    again = kb("correct", "Tol", "ToJ", "--reason", "annan orsak")
    assert again.out == "”Tol” läses ”ToJ”. Står redan i kb.db.overrides.yaml.\nInga ord läses annorlunda nu, omlästa källor: 2.\n"
    assert own() == text
    assert "nummer 1 i kb.db.overrides.yaml säger något annat om samma sak – ta först bort den: kb correct --remove 1" in one_line(
        kb("correct", "Tol", "Tal", "--reason", "x"), 2
    )
    assert corrections() == TOL


def test_a_killed_run_is_made_good_by_the_same_command(kb: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from kb.commands import correct

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(correct, "read_all", killed)
        assert kb("correct", "Tol", "ToJ", "--reason", "x").code == terminal.INTERRUPTED
    assert corrections() == []
    assert "3 ord läses annorlunda nu" in kb("correct", "Tol", "ToJ", "--reason", "x").out
    assert corrections() == TOL


def test_in_one_place(kb: Run, tmp_path: Path) -> None:
    assert kb("correct", "samverkfln", "samverkan", "--reason", "x", "--source", "a.txt", "--line", 5).code == 0
    assert kb("correct", "Tol", "ToJ", "--reason", "x", "--source", tmp_path / "docs" / "sub" / "b.txt").code == 0, "by the path of the file"
    assert corrections() == [("a.txt", 5, "sam-\nverkfln", "samverkan", 1.0, PERSON), TOL[2]]
    assert 'source: "sub/b.txt"' in own(), "written as the base calls it"
    assert "ToJ" in kb("explain", "docs/sub/b.txt", "--stage", "clean").out, "a file outside of the base goes by the name its bytes have in it"
    sha = rows("SELECT sha256 FROM sources WHERE path = 'a.txt'")[0][0]
    assert "1 ord läses annorlunda" in kb("correct", "Tol", "ToJ", "--reason", "x", "--source", sha[:10], "--line", 3, "--page", 1).out


@pytest.mark.parametrize(
    ("word", "place", "told"),
    [
        ("Tol", ("--line", 99), "rad 99 passar ingen plats: texten har 6 rader; ordet står på rad 3, 5"),
        ("Tol", ("--line", 4), "rad 4 passar ingen plats: raden är tom; ordet står på rad 3, 5"),
        ("Region", ("--line", 3), "rad 3 passar ingen plats: raden är ”Avtal om Tol för länet på ön”; ordet står på rad 1"),
        ("Region", ("--line", 5), "rad 5 passar ingen plats: raden är ”Avtalet gäller Dnr RUN/29/2021 och Tol-bussen åt sam-”; ordet står på rad 1"),
        ("Tol", ("--page", 2), "sida 2 passar ingen plats: ordet står på rad 3, 5"),
    ],
)
def test_a_place_that_is_not_there_is_told_and_becomes_a_problem(kb: Run, word: str, place: tuple[str, int], told: str) -> None:
    out = kb("correct", word, "ToJ", "--reason", "x", "--source", "a.txt", *place).out
    message = f"rättelsen av ”{word}” till ”ToJ”, {told} – se kb correct --list"
    assert rows("SELECT kind, message FROM problems") == [("rättelse utan ord", message)]
    assert out.endswith(f"Inga ord läses annorlunda nu, omlästa källor: 1.\nR{message[1:]}.\n")
    kb("correct", "--remove", 1)
    assert rows("SELECT kind FROM problems") == []


def test_a_word_that_no_source_has(kb: Run) -> None:
    for word in ("Txl", "egio"):  # no part of a word is a word
        code, out, _ = kb("correct", word, "ToJ", "--reason", "x")
        said = (
            f"Obs: ingen inläst källa har ordet ”{word}”. Rättelsen står ändå, för det som läses in senare. "
            "Var det felskrivet: kb correct --remove, med numret i kb correct --list.\n"
        )
        assert (code, out) == (0, f"”{word}” läses ”ToJ”. Skriven i kb.db.overrides.yaml.\n{said}")
    assert not json.loads(kb("correct", "egio", "ToJ", "--reason", "x", "--json").out)["found"]
    assert json.loads(kb("correct", "--leave", "Tol", "--json").out)["found"], "that it stays as it was is no sign that it is not there"
    assert "Obs" not in kb("correct", "--remove", 1).out
    kb("correct", "Txl", "ToJ", "--reason", "x", "--source", "a.txt")
    kb("rebuild")
    said = "rättelsen av ”Txl” till ”ToJ” passar ingen plats: ordet står ingenstans i källan – se kb correct --list"
    assert rows("SELECT message FROM problems") == [(said,)]


def test_a_word_is_left_alone(kb: Run, tmp_path: Path) -> None:
    metadata = tmp_path / "regler"
    shutil.copytree(overrides.common_file(None).parent, metadata)
    sample.write(metadata, "overrides.yaml", "words:\n- {read: Tol, printed: ToJ, reason: för alla}\n")
    assert kb("rebuild", "--metadata", metadata).code == 0
    assert corrections() == TOL
    ran = kb("correct", "--leave", "Tol", "--source", "sub/b.txt", "--metadata", metadata)
    assert "”Tol” är rätt i sub/b.txt. Skriven i kb.db.overrides.yaml.\n1 ord läses annorlunda nu" in ran.out
    assert corrections() == TOL[:2]
    listed = kb("correct", "--list", "--metadata", metadata).out
    assert re.sub(r"\d{4}-\d\d-\d\d", "DAG", listed) == (
        f"1.   ”Tol” är rätt i sub/b.txt: ordet är rätt som det står (DAG)\n–    ”Tol” läses ”ToJ”: för alla  [{metadata}/overrides.yaml]\n"
    )
    assert kb("rebuild", "--metadata", metadata).code == 0
    assert corrections() == TOL[:2]


def test_a_whole_source(kb: Run) -> None:
    ran = kb("correct", "--source", "b.txt", "--no-repair", "--reason", "på engelska")
    assert ran.out == "b.txt lagas aldrig. Skriven i kb.db.overrides.yaml.\nInga ord läses annorlunda nu, omlästa källor: 1.\n"
    assert "repair: false" in own()
    assert "säger något annat" in one_line(kb("correct", "--source", "b.txt", "--repair", "--reason", "x"), 2)
    assert kb("correct", "--source", "a.txt", "--repair", "--reason", "läst av en dålig motor").code == 0
    assert "2.   a.txt lagas i sin helhet: läst av en dålig motor" in kb("correct", "--list").out


def test_what_is_damaged_is_repaired_or_not_as_people_say(kb: Run, tmp_path: Path) -> None:
    lines = [
        "Regionstyrelsen beslutar att godkanna avtalet med lanets kommuner och att ge forvaltningen i uppdrag att",
        "aterkomma till namnden med en plan for de kommande aren. Arendet har beretts av styrelsens arbetsutskott.",
        "Ordforanden yrkar bifall till forslaget. Det innebar att stodet till foreningar okar nasta ar i hela lanet.",
    ]
    sample.write(tmp_path, "docs/skadad.txt", "\n".join(lines * 3))
    assert kb("ingest", "docs").code == 0
    query = "SELECT kind, corrected FROM corrections ORDER BY start"
    repaired = rows(query)
    assert ("å, ä, ö", "förvaltningen") in repaired
    ran = kb("correct", "namnden", "namnden", "--reason", "så står det")
    assert "3 ord läses annorlunda nu" in ran.out
    assert [word for _, word in rows(query)] == [word for _, word in repaired if word != "nämnden"]
    ran = kb("correct", "lanets", "lånets", "--reason", "så står det", "--source", "skadad.txt", "--line", 4)
    assert "1 ord läses annorlunda nu" in ran.out
    assert [word for kind, word in rows(query) if kind == PERSON] == ["lånets"]
    assert kb("correct", "--no-repair", "--source", "skadad.txt", "--reason", "x").code == 0
    assert rows(query) == [(PERSON, "lånets")]
    assert rows("SELECT path FROM sources WHERE language IS NOT NULL") == [], "what people corrected was not read by the program"
    assert kb("rebuild").code == 0
    assert rows(query) == [(PERSON, "lånets")]
    assert kb("correct", "--remove", 3).code == 0
    assert ("å, ä, ö", "förvaltningen") in rows(query)


def test_taken_away_again(kb: Run) -> None:
    before = rows("SELECT text FROM passages ORDER BY 1")
    kb("correct", "Tol", "ToJ", "--reason", "x")
    kb("correct", "samverkfln", "samverkan", "--reason", "x")
    path = Path("kb.db.overrides.yaml")
    path.write_text(path.read_text(encoding="utf-8").replace("words:", "# mina egna ord\nwords:"), encoding="utf-8")
    ran = kb("correct", "--remove", 1)
    assert ran.out == "”Tol” läses ”ToJ”. Borttagen ur kb.db.overrides.yaml.\n3 ord läses annorlunda nu, omlästa källor: 2.\n"
    assert "# mina egna ord" in own()
    assert [c[3] for c in corrections()] == ["samverkan"]
    assert kb("correct", "--remove", 1).code == 0
    assert rows("SELECT text FROM passages ORDER BY 1") == before
    assert "nummer 1 finns inte i kb.db.overrides.yaml – se kb correct --list" in one_line(kb("correct", "--remove", 1), 2)
    assert kb("correct", "--list").out == "Inga rättelser.\n"


def test_in_json(kb: Run) -> None:
    value = json.loads(kb("correct", "Tol", "ToJ", "--reason", "x", "--json").out)
    assert (value["changed"], value["words"], value["sources"], value["refused"]) == (True, 3, 2, [])
    assert {k: value["entry"][k] for k in ("read", "printed", "reason")} == {"read": "Tol", "printed": "ToJ", "reason": "x"}
    listed = json.loads(kb("correct", "--list", "--json").out)
    assert [(item["number"], item["file"], item["entry"]) for item in listed] == [(1, "kb.db.overrides.yaml", value["entry"])]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "ORD saknas"),
        (("Tol",), "TRYCKT saknas"),
        (("Tol", "ToJ"), "--reason saknas"),
        (("Tol", "ToJ", "--reason", " "), "--reason saknas"),
        (("--leave", "Tol", "ToJ"), "--leave och TRYCKT går inte ihop"),
        (("--leave",), "ORD saknas"),
        (("--no-repair", "--reason", "x"), "--source saknas"),
        (("--no-repair", "--source", "a.txt"), "--reason saknas"),
        (("Tol", "ToJ", "--no-repair", "--source", "a.txt", "--reason", "x"), "gäller hela källor, inte ett ord"),
        (("Tol a", "ToJ", "--reason", "x"), "ORD ska vara ett ord"),
        (("Tol", "T\x07", "--reason", "x"), "TRYCKT har ett tecken som inte går att skriva"),
        (("Tol", "T\udce5", "--reason", "x"), "TRYCKT har ett tecken som inte går att skriva"),
        (("Tol", "ToJ", "--reason", "x", "--page", "1"), "--page och --line behöver --source"),
        (("Tol", "ToJ", "--reason", "x", "--line", "0", "--source", "a.txt"), "fel värde för --line"),
        (("Tol", "ToJ", "--reason", "x", "--source", "saknas.txt"), "ingen källa heter ”saknas.txt”"),
        (("Tol", "ToJ", "--remove", "1"), "--remove står ensamt"),
        (("Tol", "ToJ", "--reason", "x", "--db", "saknas.db"), "saknas.db finns inte"),
        (("--remove", "1", "--db", "saknas.db"), "saknas.db finns inte"),
    ],
)
def test_what_cannot_be_meant(kb: Run, arguments: tuple[str, ...], message: str) -> None:
    line = one_line(kb("correct", *arguments), 2)
    assert message in line
    assert "–" in line
    assert not Path("kb.db.overrides.yaml").exists()
    assert not Path("saknas.db").exists()


@pytest.mark.parametrize(
    "command", [("correct", "Tol", "ToJ", "--reason", "x"), ("correct", "--list"), ("rebuild",), ("ingest", "docs"), ("repair", "docs/a.txt")]
)
def test_a_file_that_is_wrong_stops_everything_before_it_begins(kb: Run, command: tuple[str, ...]) -> None:
    wrong = "words:\n- {read: Tol, printed: ToJ}\n"
    Path("kb.db.overrides.yaml").write_text(wrong, encoding="utf-8")
    before = rows("SELECT id, sha256 FROM sources")
    assert "kb.db.overrides.yaml: words nr 1 (rad 2): ”reason” saknas – rätta filen" in one_line(kb(*command), 10)
    assert own() == wrong
    assert rows("SELECT id, sha256 FROM sources") == before


def test_a_pdf_has_no_lines(kb: Run, tmp_path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(tmp_path / "docs" / "p.pdf"), invariant=True)
    for n in (1, 2):
        canvas.drawString(72, 700, f"Sida {n} om Tol och om bussen")
        canvas.showPage()
    canvas.save()
    assert kb("ingest", "docs").code == 0
    assert "en PDF har inga rader – ange --page" in one_line(kb("correct", "Tol", "ToJ", "--reason", "x", "--source", "p.pdf", "--line", 1), 2)
    assert "1 ord läses annorlunda nu" in kb("correct", "Tol", "ToJ", "--reason", "x", "--source", "p.pdf", "--page", 2).out
    assert rows("SELECT page, corrected FROM corrections") == [(2, "ToJ")]


def test_an_original_that_is_gone(kb: Run) -> None:
    sha = rows("SELECT sha256 FROM sources WHERE path = 'a.txt'")[0][0]
    Archive(Path("kb.db")).file(sha).unlink()
    ran = kb("correct", "Tol", "ToJ", "--reason", "x")
    assert ran.code == 1
    assert "a.txt" in ran.err
    assert corrections() == TOL[2:], "the other is read again, and the one keeps what it had"
    assert len(rows("SELECT 1 FROM sources")) == 2


def test_one_writer_at_a_time(kb: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with lock.writing(Path("kb.db")):
        monkeypatch.setattr("kb.lock.time.monotonic", iter(range(0, 10**6, 60)).__next__)  # an hour goes by in no time
        assert "skrivs av en annan kb" in one_line(kb("correct", "Tol", "ToJ", "--reason", "x"), errors.Busy.exit_code)
    assert not Path("kb.db.overrides.yaml").exists()


def test_the_same_corrections_give_the_same_rows(kb: Run) -> None:
    kb("correct", "Tol", "ToJ", "--reason", "x")
    query = "SELECT document_id, text, text_original FROM passages ORDER BY 1, position"
    found = rows(query)
    for jobs in (1, 2):
        rebuild(Path("kb.db"), RULES, None, jobs)
        assert rows(query) == found


WAITS = "Rättelser har ändrats för hand sedan {} källor lästes – kör kb rebuild för att läsa om dem."
BY_HAND = "words:\n- read: Tol\n  printed: {}\n  reason: för hand\n  date: {}\n"


def test_a_file_edited_by_hand_is_not_forgotten(kb: Run) -> None:
    """Both say so until the base is made again; not where the edit is about nothing that is here, or says the same in other words."""

    def told() -> set[int]:
        outs = [kb("ingest", "docs").out, kb("check").out]
        return {n for n in range(1, 4) for out in outs if WAITS.format(n) in out} if any("för hand" in out for out in outs) else set()

    assert told() == set()
    kb("correct", "åt", "öt", "--reason", "provat")
    assert told() == set(), "kb correct reads again what it is about"
    by_kb = own()
    Path("kb.db.overrides.yaml").write_text(by_kb + BY_HAND.format("ToJ", "2024-05-31").removeprefix("words:\n"), encoding="utf-8")
    assert told() == {2}
    kb("correct", "östra", "ostra", "--reason", "provat")
    assert told() == {2}, "another correction does not hide it"
    assert kb("rebuild").code == 0
    assert told() == set() and len(corrections()) == 5
    Path("kb.db.overrides.yaml").write_text(own().replace("2024-05-31", "2024-06-01"), encoding="utf-8")
    assert told() == set()
    Path("kb.db.overrides.yaml").unlink()
    assert told() == {2}, "what is no longer said waits too"
    Path("kb.db.overrides.yaml").write_text("words: [", encoding="utf-8")
    assert kb("check").code == 1 and "kb.db.overrides.yaml: är inte YAML" in kb("check").out


def test_the_same_command_takes_over_what_was_written_by_hand(kb: Run) -> None:
    Path("kb.db.overrides.yaml").write_text(BY_HAND.format("ToJ", "2024-05-31"), encoding="utf-8")
    assert WAITS.format(2) in kb("check").out
    assert kb("correct", "Tol", "ToJ", "--reason", "x").code == 0
    assert corrections() == TOL and "för hand" not in kb("check").out
    assert kb("correct", "--remove", 1).code == 0
    assert corrections() == [] and "för hand" not in kb("check").out


def test_the_reason_is_kept(kb: Run) -> None:
    kb("correct", "Tol", "ToJ", "--reason", "står så i avtalet")
    assert set(rows("SELECT kind, reason FROM correction_list")) == {(PERSON, "står så i avtalet")}
    assert f"{PERSON}: står så i avtalet" in kb("repair", "docs/a.txt").out

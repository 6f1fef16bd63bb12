"""What a list of files states: the cases of tests/cases/manifest, and that it holds for later runs and for a rebuilt base."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from ingest import load_rules
from ingest.errors import IngestError, MissingFile, UnreadableFile
from kb import manifest
from kb.archive import Archive
from kb.commands.check import check
from kb.commands.events import Summary
from kb.commands.ingest import ingest
from kb.commands.rebuild import rebuild
from kb.connect import reading
from kb.errors import BadManifest
from kb.manifest import Line, Manifest
from tests.sample import write

RULES = load_rules()
FOLDER = Path(__file__).parent / "cases" / "manifest"
CASE = re.compile(r"^## (?P<name>[^\n]+)\n(?P<body>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^~~~ (?P<name>\S+)\n(?P<text>.*?)^~~~$", re.MULTILINE | re.DOTALL)
FACT = re.compile(r"^- (?P<fact>.+)$", re.MULTILINE)
KINDS = {
    "": "SELECT source, kind, title, date, forum, dnr, listed FROM document_list WHERE id LIKE '%-1'",
    "paragraph: ": "SELECT source, number, forum, date FROM paragraph_list WHERE own = 1",
    "decision: ": "SELECT source, paragraph, decided_by, date FROM decision_list",
    "reference: ": "SELECT source, written, forum, implied FROM reference_list WHERE kind <> 'dnr'",
    "problem: ": "SELECT source, message FROM problem_list WHERE kind = 'motsäger förteckningen'",
}


def cases() -> list[tuple[str, str]]:
    return [(m["name"], m["body"]) for path in sorted(FOLDER.glob("*.md")) for m in CASE.finditer(path.read_text(encoding="utf-8"))]


def laid_out(folder: Path, body: str) -> Path:
    """The files of a case; where its list lies."""
    found = {m["name"]: m["text"] for m in FILE.finditer(body)}
    (folder / "docs").mkdir()
    for name, text in found.items():
        if ".zip/" in name:
            with zipfile.ZipFile(folder / "docs" / name.partition("/")[0], "a") as zipped:
                zipped.writestr(name.partition("/")[2], text)
        else:
            write(folder if name.startswith("lista.") else folder / "docs", name, text)
    return next(folder.glob("lista.*"))


def told(database: Path, summary: Summary) -> list[str]:
    """Everything that a case may say of a base."""
    found = [f"note: {note}" for note in summary.notes if note.startswith("Förteckningen")]
    with reading(database) as db:
        for kind, sql in KINDS.items():
            found += [kind + " | ".join("-" if field in (None, "") else str(field) for field in row) for row in db.execute(sql)]
    return found


def stated(folder: Path, path: Path) -> tuple[Path, Summary]:
    database = folder / "kb.db"
    return database, ingest(database, [folder / "docs"], RULES, manifest=manifest.read(path, RULES))


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in cases()])
def test_case(body: str, tmp_path: Path) -> None:
    path = laid_out(tmp_path, body)
    wanted = [m["fact"] for m in FACT.finditer(FILE.sub("", body))]
    refused = next((fact.removeprefix("refused: ") for fact in wanted if fact.startswith("refused: ")), None)
    if refused is not None:
        with pytest.raises(IngestError) as caught:
            stated(tmp_path, path)
        said = str(caught.value).removeprefix(f"{tmp_path}/")
        assert said.startswith(refused.removesuffix("…")) and (refused.endswith("…") or said == refused) and "\n" not in said
        assert not (tmp_path / "kb.db").exists()
        return
    found = told(*stated(tmp_path, path))
    for fact in wanted:
        assert fact in found if not fact.startswith("no ") else not any(line.startswith(f"{fact[3:]}: ") for line in found), "\n".join(found)
    assert [line for line in found if line.startswith(("note: ", "problem: ")) and line not in wanted] == []


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A base in which one of two files was read with a list."""
    write(tmp_path, "docs/a.txt", "Bussen till Sjöberga går oftare från och med hösten.")
    write(tmp_path, "docs/b.txt", "Skidspåren i länet prepareras varje vecka.")
    write(tmp_path, "lista.csv", "fil;dnr;forum\na.txt;RS/12/2021;Regionstyrelsen\n")
    return stated(tmp_path, tmp_path / "lista.csv")[0]


def heads(database: Path) -> list[tuple[str, str | None, str | None, str | None]]:
    with reading(database) as db:
        return [tuple(row) for row in db.execute("SELECT source, dnr, forum, listed FROM document_list ORDER BY source")]


A = ("a.txt", "RS/12/2021", "Regionstyrelsen", "forum, diarienummer")
B = ("b.txt", None, None, None)


def test_what_was_stated_holds_for_later_runs(base: Path) -> None:
    assert heads(base) == [A, B]
    docs = base.parent / "docs"
    assert [e.action for e in ingest(base, [docs], RULES).events] == ["unchanged"] * 2
    write(docs, "a.txt", "Bussen till Norrvik går oftare från och med hösten.")
    assert ingest(base, [docs], RULES).counts.replaced == 1
    assert [original.listed is None for original in Archive(base).originals() if original.path == A[0]] == [False, False], "the archive tells it too"
    (docs / "b.txt").rename(docs / "c.txt")
    (docs / "a.txt").rename(docs / "d.txt")
    ingest(base, [docs], RULES)
    assert heads(base) == [("c.txt", *B[1:]), ("d.txt", *A[1:])]
    assert check(base).broken == ()


@pytest.mark.parametrize("lost", [False, True], ids=["rebuilt", "from the archive alone"])
def test_what_was_stated_survives_a_rebuild(base: Path, lost: bool) -> None:
    if lost:
        base.unlink()
    rebuild(base, RULES)
    assert heads(base) == [A, B]
    notes = [json.loads(path.read_bytes())["listed"] for path in Archive(base).folder.glob("??/*.json")]
    assert sorted(map(str, notes)) == ["None", '{"by": "lista.csv", "dnr": "RS/12/2021", "forum": "Regionstyrelsen"}']


def test_another_list_reads_again_what_it_says_otherwise(base: Path) -> None:
    write(base.parent, "lista.csv", "fil;dnr;forum\na.txt;RS/13/2021\nb.txt;RS/14/2021;Regionfullmäktige\n")
    _, summary = stated(base.parent, base.parent / "lista.csv")
    assert [(e.source, e.action) for e in summary.events] == [("a.txt", "replaced"), ("b.txt", "replaced")]
    assert heads(base) == [("a.txt", "RS/13/2021", None, "diarienummer"), ("b.txt", "RS/14/2021", "Regionfullmäktige", "forum, diarienummer")]
    write(base.parent, "lista.csv", "fil;dnr;forum\na.txt\n")
    _, summary = stated(base.parent, base.parent / "lista.csv")
    assert sorted((e.source, e.action) for e in summary.events) == [("a.txt", "replaced"), ("b.txt", "unchanged")]
    assert heads(base)[0] == ("a.txt", None, None, None)


def test_a_copy_and_the_list_of_another_folder(base: Path) -> None:
    """The list may name files from the folder that it lies in, too."""
    shutil.copyfile(base.parent / "docs" / "a.txt", base.parent / "docs" / "kopia.txt")
    write(base.parent, "lista.csv", "fil;dnr\ndocs/b.txt;RS/14/2021\ndocs/kopia.txt;RS/15/2021\n")
    _, summary = stated(base.parent, base.parent / "lista.csv")
    assert summary.notes == ["Förteckningen lista.csv, rad 3: ”docs/kopia.txt” har samma innehåll som a.txt – säg det om den filen i stället."]
    assert heads(base) == [A, ("b.txt", "RS/14/2021", None, "diarienummer")]


def test_a_folder_is_no_list(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="är en mapp, inte en förteckning – ange en fil, CSV eller YAML"):
        manifest.read(tmp_path, RULES)


def test_as_excel_writes_it(tmp_path: Path) -> None:
    for encoding in ("cp1252", "utf-8-sig", "utf-16"):
        (tmp_path / "lista.csv").write_bytes("Fil;Nämnd;Rubrik\r\nå.txt;Regionstyrelsen;”Våren”\r\n".encode(encoding))
        found = manifest.read(tmp_path / "lista.csv", RULES)
        assert found.about("å.txt", "/å.txt") == '{"by": "lista.csv", "forum": "Regionstyrelsen", "title": "”Våren”"}'


@pytest.mark.parametrize("begun", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_workbook_is_no_list(tmp_path: Path, begun: bytes) -> None:
    (tmp_path / "lista.xlsx").write_bytes(begun + bytes(99))
    with pytest.raises(BadManifest, match="är en arbetsbok från Excel, inte CSV – spara den som CSV"):
        manifest.read(tmp_path / "lista.xlsx", RULES)


def test_no_list(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="finns inte"):
        manifest.read(tmp_path / "lista.csv", RULES)


def test_a_line_is_about_a_file_or_the_folders_around_it() -> None:
    lines = {name: Line(f"rad {n}", {"date": str(n)}) for n, name in enumerate((".", "/", "a.zip", "m/b", "/ute/c.txt"), 2)}
    listed = Manifest("lista.csv", "/in", lines)

    def said(name: str, origin: str) -> str | None:
        found = listed.about(name, origin)
        return str(json.loads(found)["date"]) if found else None

    assert [said("x.txt", "/in/x.txt"), said("a.zip/x.txt", "/in/a.zip/x.txt"), said("x.txt", "/in/a.zip/x.txt")] == [None, "4", "4"]
    assert [said("m/b/c/x.txt", "/in/m/b/c/x.txt"), said("x.txt", "/annan/m/b/x.txt"), said("c.txt", "/ute/c.txt")] == ["5", None, "6"]
    assert listed.unmet([]) == [f"Förteckningen lista.csv, rad {n}: ingen fil heter ”{name}”." for n, name in ((2, "."), (3, "/"))]
    assert Manifest("lista.csv", "/in", lines).unmet([("a.zip/x.txt", "/in/a.zip/x.txt"), ("c.txt", "/ute/c.txt")]) == [
        f"Förteckningen lista.csv, rad {n}: ingen fil heter ”{name}”." for n, name in ((2, "."), (3, "/"), (5, "m/b"))
    ]


def test_an_entry_that_is_no_entry_is_named(tmp_path: Path) -> None:
    for text, says in (
        ("- a.txt\n", "post 1: ska säga fil"),
        ("- fil: a.txt\n  datum: 2021\n- [b]\n", "post 2: ska säga fil"),
        ("fil: a.txt\n", "ska vara en lista"),
    ):
        with pytest.raises(BadManifest, match=says):
            manifest.read(write(tmp_path, "lista.yaml", text), RULES)

"""The command line as staff and programs use it: words, JSON, exit codes, and never a traceback."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ingest.errors import IngestError
from ingest.read import Paper, read_paper
from kb import errors, export, terminal
from kb.cli import app
from kb.commands import parsing
from kb.commands.workers import Workers
from kb.database import open_database
from tests import sample

KB = [sys.executable, "-m", "kb.cli"]


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def kb(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs kb in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("KB_DB", "KB_METADATA", "KB_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: object) -> Ran:
        code = terminal.run(app, [str(a) for a in arguments])
        return Ran(code, *capsys.readouterr())

    return run


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Two texts in a folder, made up."""
    sample.write(tmp_path, "docs/a.txt", "Region Norrskog\n\nAvtal om bussen\n\nAvtalet gäller Dnr RUN/29/2021 och bussen.\n")
    sample.write(tmp_path, "docs/sub/b.txt", "Region Norrskog\n\nSvar på remiss om tåget\n")
    return tmp_path / "docs"


@pytest.fixture
def meeting(tmp_path: Path) -> Path:
    """A database that holds the made-up meeting."""
    with open_database(tmp_path / "kb.db", sample.rules()) as store:
        store.save(sample.meeting(), "/x/protokoll.txt")
        store.finish()
    return tmp_path / "kb.db"


def one_line(ran: Ran, code: int) -> str:
    """The only line on standard error of a run that ended with that code."""
    assert ran.code == code, ran
    assert ran.err.count("\n") == 1, ran.err
    assert "Traceback" not in ran.err
    return ran.err.strip()


# ingest


def test_ingest_says_what_it_did(kb: Run, docs: Path) -> None:
    first = kb("ingest", docs)
    assert (first.code, first.err) == (0, "")
    assert [line.split()[:2] for line in first.out.splitlines()[:2]] == [["tillagd", "a.txt"], ["tillagd", "sub/b.txt"]]
    assert first.out.splitlines()[-1] == "2 tillagda, 0 ersatta, 0 oförändrade, 0 nekade"
    assert kb("ingest", docs).out.splitlines() == ["oförändrad  a.txt", "oförändrad  sub/b.txt", "0 tillagda, 0 ersatta, 2 oförändrade, 0 nekade"]
    (docs / "a.txt").write_text("Nytt innehåll om färjan.")
    assert "ersatt" in kb("ingest", docs).out
    assert kb("search", "bussen", "--json").json()["total"] == 0
    assert kb("search", "färjan", "--json").json()["total"] == 1


def test_ingest_in_json(kb: Run, docs: Path) -> None:
    ran = kb("ingest", docs, "--json")
    value = ran.json()
    assert {k: value[k] for k in ("added", "replaced", "unchanged", "refused")} == {"added": 2, "replaced": 0, "unchanged": 0, "refused": 0}
    assert [f["source"] for f in value["files"]] == ["a.txt", "sub/b.txt"]


def test_refused_files_are_one_line_each_and_do_not_stop_the_rest(kb: Run, docs: Path) -> None:
    sample.write(docs, "sida.pdf", "<html><body>Sidan finns inte</body></html>")
    sample.write(docs, "tom.txt", "")
    sample.write(docs, "bild.png", "x")
    sample.write(docs, ".dold.txt", "x")
    sample.write(docs, ".dold/c.txt", "x")
    ran = kb("ingest", docs)
    assert ran.code == 1
    lines = ran.err.splitlines()
    assert len(lines) == 2
    assert all("–" in line for line in lines), "each says what to do"
    assert "Filer av andra slag hoppades över: 1 .png." in ran.out
    assert ran.out.splitlines()[-1] == "2 tillagda, 0 ersatta, 0 oförändrade, 2 nekade"


def test_a_file_named_outright_is_refused_by_its_ending(kb: Run, docs: Path) -> None:
    picture = sample.write(docs, "bild.png", "\x00\x01")
    assert "bild.png" in one_line(kb("ingest", picture), 1)
    assert kb("ingest", docs / "a.txt").out.startswith("tillagd     a.txt")


def test_paths_that_do_not_exist(kb: Run, docs: Path) -> None:
    assert "saknas finns inte – kontrollera sökvägen" in one_line(kb("ingest", "saknas"), 2)
    assert kb("ingest", "saknas", docs).code == 1
    assert one_line(kb("ingest"), 2) == "kb: SÖKVÄG saknas – se kb ingest --help"


def test_a_path_that_is_closed_to_us_is_named(kb: Run, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    assert one_line(kb("ingest", docs), 2) == f"kb: {docs} får inte läsas, kontrollera rättigheterna – se kb ingest --help"


def test_several_readers_give_the_same_rows(kb: Run, docs: Path) -> None:
    for number in range(5):
        sample.write(docs, f"{number}.txt", f"Handling nummer {number} om bussen.")
    assert kb("ingest", docs, "--db", "one.db").code == 0
    assert kb("ingest", docs, "--db", "two.db", "--jobs", 2).code == 0
    found = []
    for name in ("one.db", "two.db"):
        db = sqlite3.connect(name)
        found.append(db.execute("SELECT id, document_id, text FROM passages ORDER BY document_id, id").fetchall())
        db.close()
    assert found[0] == found[1]


def _die(*arguments: object) -> parsing.Outcome:
    if any(isinstance(a, parsing.Task) and a.name == "a.txt" for a in arguments):
        os._exit(9)
    return parsing.Refusal("klar")


def _die_before(*arguments: object) -> bytes:
    return parsing.RESULTS.encode(_die(*arguments))


@pytest.mark.parametrize(("where", "die"), [("parse_one", _die), ("read_file", _die_before)])
@pytest.mark.parametrize("count", [1, 2])
def test_a_reader_that_dies_takes_no_other_file_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, die: Callable[..., object], count: int
) -> None:
    """The child of one file, or the worker that forked it."""
    from ingest import load_rules

    monkeypatch.setattr(parsing, where, die)
    tasks = [parsing.Task(sample.write(tmp_path, n, f"Handling {n}"), n) for n in ("x.txt", "a.txt", "b.txt", "c.txt")]
    workers = Workers(count, load_rules())
    outcomes = {task.name: outcome for task, outcome in parsing.parse_all(tasks, workers)}
    workers.close()
    assert [outcomes[n] for n in ("x.txt", "b.txt", "c.txt")] == [parsing.Refusal("klar")] * 3
    assert isinstance(outcomes["a.txt"], parsing.Refusal)
    assert "avbröts" in outcomes["a.txt"].message


SEEN: list[str] = []


def _spoils(task: parsing.Task, *_: object) -> parsing.Outcome | str:
    """What a reader would do of which one file spoils the memory: the next ones come out wrong, or not at all."""
    SEEN.append(task.name)
    if task.name == "a.txt":
        os._exit(9)
    if task.name == "c.txt" and len(SEEN) > 1:
        return parsing.Refusal("c.txt får skulden")
    return f"{task.name} läst"


@pytest.mark.parametrize("count", [1, 2])
def test_small_texts_that_share_a_child_are_not_blamed_for_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    from ingest import load_rules

    monkeypatch.setattr(parsing, "parse_one", _spoils)
    tasks = [parsing.Task(sample.write(tmp_path, name, f"Handling {name}"), name) for name in ("x.txt", "a.txt", "b.txt", "c.txt")]
    workers = Workers(count, load_rules())
    outcomes = {task.name: outcome for task, outcome in parsing.parse_all(tasks, workers, parsing.Known(put_off=True))}
    workers.close()
    assert list(outcomes) == ["x.txt", "a.txt", "b.txt", "c.txt"]
    died = outcomes.pop("a.txt")
    assert isinstance(died, parsing.Refusal) and died.heavy and "a.txt" in died.message
    assert outcomes == {name: f"{name} läst" for name in ("x.txt", "b.txt", "c.txt")}


def test_only_small_papers_share_a_child_and_none_that_a_library_reads_is_read_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import random

    from ingest import load_rules

    def read_where(*arguments: Any) -> Paper:
        paper = read_paper(*arguments)
        return replace(paper, source=replace(paper.source, name=f"{os.getpid()}"))

    monkeypatch.setattr(parsing, "read_paper", read_where)
    monkeypatch.setattr(parsing, "parse_paper", lambda paper, *_: f"{paper.source.name} {os.getpid()}")
    monkeypatch.setattr(parsing, "parse_one", lambda *_: f"{os.getpid()} {os.getpid()}")
    monkeypatch.setattr(parsing, "AT_MOST", 3)
    texts = {
        "a.txt": "Handling ett", "b.md": "# Handling två", "c.html": f"<html><body>{'ord ' * 50}</body></html>", "d.txt": "Handling tre",
        "e.txt": "".join(random.Random(1).choices("abc \n", k=parsing.SMALL + 1)), "f.html": f"<html><body>{'ord ' * 20_000}</body></html>",
        "g.md": "# Handling fyra",
    }  # fmt: skip
    workers = Workers(1, load_rules())
    tasks = [parsing.Task(sample.write(tmp_path, name, text), name) for name, text in texts.items()]
    where = [str(outcome).split() for _, outcome in parsing.parse_all(tasks, workers)]
    workers.close()
    readers, parsers = zip(*where, strict=True)
    assert [parsers.index(one) for one in parsers] == [0, 0, 0, 3, 4, 5, 3]
    assert [name for name, reader, parser in zip(texts, readers, parsers, strict=True) if reader == parser] == ["a.txt", "d.txt", "e.txt", "f.html"]
    assert len({*readers, *parsers}) == 4 + 3


def test_an_unexpected_error_in_the_parser_is_one_line(kb: Run, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("hoppsan")

    monkeypatch.setattr(parsing, "parse_whole", fail)
    line = one_line(kb("ingest", docs / "a.txt"), 1)
    assert "a.txt: oväntat fel i läsaren (ZeroDivisionError: hoppsan) – sätt KB_DEBUG=1" in line
    monkeypatch.setenv("KB_DEBUG", "1")
    with pytest.raises(RuntimeError, match=r"(?s)Traceback.*parsing.py.*ZeroDivisionError: hoppsan"):
        kb("ingest", docs / "a.txt")


def test_metadata_that_cannot_be_used(kb: Run, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = one_line(kb("ingest", docs, "--metadata", "ingenstans"), 10)
    assert "ingenstans" in line
    monkeypatch.setenv("KB_METADATA", "inte-heller")
    assert "inte-heller" in one_line(kb("explain", docs / "a.txt"), 10)


# search


def test_search_says_which_filter_leaves_out_what_there_is(kb: Run, meeting: Path) -> None:
    typed = kb("search", "år:1990 fjällbussen")
    assert "Utan år:1990 finns 1 träff – sök fjällbussen" in typed.out
    assert "Utan datum:1990.. finns" not in kb("search", "fjällbussen", "--from", "1990").out
    assert "Utan datum:..1990 finns 1 träff\n" in kb("search", "fjällbussen", "--to", "1990").out
    [other] = kb("search", "år:1990 fjällbussen", "--json").json()["beyond"]
    assert other == {"left_out": ["år:1990"], "query": "fjällbussen", "total": 1, "capped": False}


def test_search_in_json(kb: Run, meeting: Path) -> None:
    value = kb("search", "fjällbussen", "--json").json()
    assert set(value) >= {"query", "total", "suggestion", "hits"}
    [hit] = value["hits"]
    assert set(hit) == {
        "passage_id", "document_id", "source", "page", "line", "last_line",
        "title", "kind", "date", "forum", "dnr", "whose", "organisation", "text", "highlighted", "matched", "case_of",
    }  # fmt: skip
    assert (hit["source"], hit["page"], hit["line"], hit["last_line"], hit["matched"]) == ("protokoll.txt", 1, 3, 8, "exact")
    assert hit["highlighted"].count("<mark>fjällbussen</mark>") == 2


def test_search_for_people(kb: Run, meeting: Path) -> None:
    ran = kb("search", "fjällbussen")
    assert ran.out.split("Text\n")[1].splitlines()[0] == "1. Protokoll Regionstyrelsen"
    assert "protokoll · 2021-06-16 · Regionstyrelsen · protokoll.txt:3" in ran.out
    assert ran.out.splitlines()[-1] == "1 träff i texten för ”fjällbussen”"
    assert ran.out.index("Beslut (1)") < ran.out.index("Paragrafer (1)") < ran.out.index("Ärenden (1)")
    assert kb("search", "nonsensord").out.startswith("Inga träffar för ”nonsensord”.")
    assert "i fjol" in kb("search", "--help-query").out
    found = kb("search", "fjällbussen", "--json").json()
    assert [g["kind"] for g in found["groups"]][:2] == ["decision", "paragraph"]
    assert found["facets"]["kind"]["values"] == {"protokoll": 1}


def test_search_options(kb: Run, meeting: Path) -> None:
    assert kb("search", "region*", "--limit", 1, "--json").json()["total"] > 1
    assert len(kb("search", "region*", "--limit", 0, "--json").json()["hits"]) == kb("search", "region*", "--json").json()["total"]
    assert kb("search", "fjällbussen", "--forum", "rs", "--from", "2021", "--to", "2021-06", "--json").json()["total"] == 1
    assert kb("search", "fjällbussen", "--to", "2020", "--json").json()["total"] == 0
    assert "inget datum" in one_line(kb("search", "fjällbussen", "--from", "igår"), 2)
    rows = list(csv.DictReader(io.StringIO(_csv("search", "fjällbussen", "--csv", "--db", meeting))))
    assert [(r["source"], r["page"]) for r in rows] == [("protokoll.txt", "1")]


def _csv(*arguments: object) -> str:
    return subprocess.run([*KB, *map(str, arguments)], check=True, capture_output=True).stdout.decode()


def test_hostile_text_stays_text(kb: Run, tmp_path: Path) -> None:
    with open_database(tmp_path / "kb.db", sample.rules()) as store:
        store.save(sample.plain("<script>x</script> [bold]fet[/bold] \x1b[31mröd \x9b0m slut", title="[red]T[/red]\x1b[2J"), "/x/a.txt")
    ran = kb("search", "fet")
    assert "\x1b" not in ran.out
    assert "\x9b" not in ran.out
    assert "[bold]fet[/bold]" in ran.out
    assert "&lt;script&gt;" in kb("search", "fet", "--json").json()["hits"][0]["highlighted"]


# show, forum


def test_show_a_case(kb: Run, meeting: Path) -> None:
    value = kb("show", "rs", "29/2021", "--json").json()
    assert value["dnr"] == "RS/29/2021"
    assert [(r["event"], r["page"], r["line"]) for r in value["timeline"]] == [("paragraph", 1, 3), ("decision", 1, 5), ("task", 1, 7)]
    out = kb("show", "RS/29/2021").out
    assert out.startswith("RS/29/2021\n2021-06-16  paragraf · Regionstyrelsen · protokoll.txt:3\n")


def test_show_nothing_or_several(kb: Run, tmp_path: Path) -> None:
    number = sample.REGIONAL
    with open_database(tmp_path / "kb.db", sample.rules()) as store:
        store.save(sample.plain("a", dnr=number), "/x/a.txt")
        store.save(sample.plain("b", dnr=type(number)("RUN", 2021, 29, "RUN/29/2021")), "/x/b.txt")
    ran = kb("show", "29/2021", "--json")
    assert (ran.code, ran.json()) == (1, {"choices": ["RS/29/2021", "RUN/29/2021"]})
    assert kb("show", "29/2021").code == 1
    ran = kb("show", "30/2021", "--json")
    assert (ran.code, ran.json()) == (1, {"choices": []})
    assert "hittar inget för ”30/2021”" in one_line(kb("show", "30/2021"), 1)


@pytest.mark.parametrize("what", ["RS § 73 2021", "§ 73 RS 2021-06-16", "Regionstyrelsen 2021-06 § 73", "§73", "§ 73, Styrelsen i regionen"])
def test_show_a_paragraph(kb: Run, meeting: Path, what: str) -> None:
    [paragraph] = kb("show", what, "--json").json()["paragraphs"]
    assert (paragraph["number"], paragraph["heading"], paragraph["dnr"]) == ("73", "Avtal om fjällbussen", "RS/29/2021")
    assert [b["points"] for b in paragraph["decisions"]] == [["Avtalet om fjällbussen godkänns.", "Redovisa."]]
    assert [(s["kind"], s["person"]) for s in paragraph["statements"]] == [("yrkande", "Anna Gran"), ("reservation", "Bo Tall")]
    assert "1. Avtalet om fjällbussen godkänns." in kb("show", what).out


@pytest.mark.parametrize("what", ["RS § 73 2020", "RF § 73", "RS § 99 2021", "Okänt § 73", "§"])
def test_show_no_paragraph(kb: Run, meeting: Path, what: str) -> None:
    assert kb("show", what, "--json").code == 1


def test_show_a_document(kb: Run, meeting: Path) -> None:
    found = kb("search", "fjällbussen", "--json").json()["hits"][0]["document_id"]
    value = kb("show", found, "--json").json()
    assert value["document"]["title"] == "Protokoll Regionstyrelsen"
    assert len(value["paragraphs"]) == 2
    assert value["decisions"][0]["points"] == ["Avtalet om fjällbussen godkänns.", "Redovisa."]
    out = kb("show", found).out
    for part in ("Paragrafer", "§ 74 Skidspår i länet", "Beslut", "Uppdrag", "RS/29/2021 (eget)", "Tveksamheter"):
        assert part in out


def test_forums(kb: Run, meeting: Path) -> None:
    assert [f["forum"] for f in kb("forum", "--json").json()["forums"]] == ["Fjällrådet", "Regionfullmäktige", "Regionstyrelsen"]
    value = kb("forum", "rs", "--json").json()
    assert (value["forum"]["forum"], value["forum"]["decisions"]) == ("Regionstyrelsen", 1)
    assert {"relation": "parent", "other": "Regionfullmäktige"} in value["relations"]
    assert "hör till Regionfullmäktige" in kb("forum", "Styrelsen", "i", "regionen").out
    assert kb("forum", "Okänt", "--json").code == 1


# export


def test_export_every_table_in_every_format(kb: Run, meeting: Path, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    db = sqlite3.connect(meeting)
    tables = export.names(db)
    counts = {t: db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables}
    db.close()
    assert {"decision_list", "case_timeline", "passages", "problem_list"} <= set(tables)
    assert not any("fts" in t for t in tables)
    for table in tables:
        target = tmp_path / f"{table}.csv"
        assert kb("export", table, "-o", target).code == 0
        assert len(list(csv.reader(io.StringIO(target.read_text(encoding="utf-8"))))) == counts[table] + 1
        assert kb("export", table, "--format", "json", "-o", tmp_path / "x.json").code == 0
        assert len(json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))) == counts[table]
    assert kb("export", "passage_list", "--format", "xlsx", "-o", tmp_path / "x.xlsx").code == 0
    book = load_workbook(tmp_path / "x.xlsx")
    assert book["passage_list"].max_row == counts["passage_list"] + 1
    book.close()


def test_a_file_for_people_has_swedish_headings_and_one_for_programs_the_names(kb: Run, meeting: Path, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    assert kb("export", "decision_list", "--excel", "-o", tmp_path / "x.csv").code == 0
    heading, first, *_ = csv.reader(io.StringIO((tmp_path / "x.csv").read_text("utf-8-sig"), newline=""), delimiter=";")
    assert kb("export", "decision_list", "--format", "xlsx", "-o", tmp_path / "x.xlsx").code == 0
    book = load_workbook(tmp_path / "x.xlsx")
    assert next(book["decision_list"].iter_rows(values_only=True)) == tuple(heading)
    book.close()
    assert heading[0] == "Datum" and "Id" not in heading and first[heading.index("Läge")] in ("antaget", "föreslaget", "omtalat")
    assert kb("export", "decision_list").out.startswith("id,document_id,source,status,")


def test_export_of_one_forum_and_period(kb: Run, meeting: Path) -> None:
    every = kb("export", "decision_list", "--format", "json").json()
    own = kb("export", "decision_list", "--format", "json", "--forum", "rs").json()
    assert own == every and {row["decided_by"] for row in own} == {"Regionstyrelsen"}
    assert kb("export", "decision_list", "--format", "json", "--forum", "Fjällrådet").json() == []
    assert kb("export", "decision_list", "--format", "json", "--from", "2021-06", "--to", "2021").json() == [
        row for row in every if row["date"] and "2021-06" <= row["date"] < "2022"
    ]
    assert kb("export", "decision_list", "--format", "json", "--to", "2020").json() == []
    assert "inget forum heter ”Månrådet”" in one_line(kb("export", "decision_list", "--forum", "Månrådet"), 2)
    assert "ingen kolumn att välja efter" in one_line(kb("export", "decision_points", "--forum", "rs"), 2)
    assert "är inget datum" in one_line(kb("export", "decision_list", "--from", "i fjol"), 2)


def test_export_says_which_tables_there_are(kb: Run, meeting: Path) -> None:
    line = one_line(kb("export", "beslut"), 2)
    assert "ingen tabell ”beslut” – välj en av: " in line
    assert "decision_list" in line
    assert "formatet ”pdf” finns inte" in one_line(kb("export", "decision_list", "--format", "pdf"), 2)


def test_excel_gets_semicolons_bom_and_no_formulas(kb: Run, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    nasty = ["=1+1", "+46", "-5", "@x", "\tx", "\rx", "a;b", 'citat"tecken', "å\x00\x0bö"]
    with open_database(tmp_path / "kb.db", sample.rules()) as store:
        for number, title in enumerate(nasty):
            store.save(sample.plain(f"t{number}", title=title), f"/x/{number}.txt")
    assert kb("export", "documents", "--excel", "-o", "x.csv").code == 0
    data = Path("x.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfId;")
    titles = [r["Titel"] for r in csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";")]
    assert titles == [f"'{t}" for t in nasty[:6]] + nasty[6:]
    assert kb("export", "documents", "--format", "xlsx", "-o", "x.xlsx").code == 0
    book = load_workbook("x.xlsx")
    cells = [row[4] for row in book["documents"].iter_rows(min_row=2)]
    assert [c.data_type for c in cells] == ["s"] * len(nasty)
    assert cells[0].value == "'=1+1"
    book.close()


# check, forget, rebuild, look


def test_a_name_that_is_not_utf8_is_read_as_windows_wrote_it(kb: Run, docs: Path) -> None:
    Path(os.fsdecode(os.fsencode(docs) + b"/f\xf6rsta\nsidan.txt")).write_text("Regionstyrelsen beslutade om vägen.\n", encoding="utf-8")
    Path(os.fsdecode(os.fsencode(docs) + b"/t\xf6m.txt")).touch()
    ran = kb("ingest", "docs")
    assert ran.code == 1
    assert "tillagd     första sidan.txt" in ran.out
    assert "töm.txt: är tom" in one_line_of(ran.err)
    assert kb("ingest", "docs").out.count("oförändrad ") == ran.out.count("tillagd ")


def one_line_of(text: str) -> str:
    [line] = text.strip().splitlines()
    return line


def test_a_folder_is_no_database(kb: Run, docs: Path) -> None:
    assert "är en mapp" in one_line(kb("search", "x", "--db", "docs"), 21)
    assert "är en mapp" in one_line(kb("ingest", "docs", "--db", "docs"), 21)
    assert not Path("docs.lock").exists()
    assert "borta/x.db" in one_line(kb("ingest", "docs", "--db", "borta/x.db"), 20)


def test_periods_that_cannot_be(kb: Run, meeting: Path) -> None:
    assert "är inget datum" in one_line(kb("search", "x", "--from", "2022-13"), 2)
    assert "kommer efter" in one_line(kb("search", "x", "--from", "2023", "--to", "2020"), 2)
    assert kb("search", "x", "--from", "2020-05", "--to", "2020").code == 0


def test_ctrl_c_ends_the_server_quietly(kb: Run, meeting: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    server = subprocess.Popen([*KB, "serve", "--db", str(meeting), "--port", port], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for _ in range(200):
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", int(port))) == 0:
                break
        time.sleep(0.1)
    server.send_signal(signal.SIGINT)
    out, err = server.communicate(timeout=20)
    assert "oväntat" not in out + err and "Traceback" not in err
    assert server.returncode in (0, 130)


def test_a_mistyped_path_leaves_no_database(kb: Run) -> None:
    assert kb("ingest", "saknas").code == 2
    assert list(Path().iterdir()) == []


def test_a_lost_original_comes_back(kb: Run, docs: Path) -> None:
    kb("ingest", "docs")
    assert "tillbaka" not in kb("ingest", "docs").out, "where none is lost"
    assert kb("ingest", "nej").code == 2 and kb("ingest", "nej", "docs").code == 1, "a path that is not there, alone and beside others"
    original = next(p for p in Path("kb.db.archive").rglob("*") if p.is_file() and p.suffix != ".json")
    original.unlink()
    assert kb("check").code == 1
    assert "tillbaka" in kb("ingest", "docs").out
    assert kb("check").code == 0


def test_check_forget_rebuild(kb: Run, docs: Path) -> None:
    kb("ingest", docs)
    assert kb("check").out.splitlines()[-1] == "2 källor, allt är helt"
    assert kb("forget", "a.txt").out.startswith("a.txt är borttagen, också ur arkivet")
    assert kb("rebuild").out.splitlines()[-1] == "1 tillagd, 0 ersatta, 0 oförändrade, 0 nekade"
    [archived] = [p for p in Path("kb.db.archive").glob("*/*") if not p.suffix]
    archived.write_text("annat")
    ran = kb("check", "--json")
    assert ran.code == 1
    assert ran.json()["broken"] == ["arkivets original till sub/b.txt är ändrat"]
    assert "finns inte, det finns inga original" in one_line(kb("rebuild", "--db", "x.db"), 2)


def test_check_lists_gaps_and_problems(kb: Run, meeting: Path) -> None:
    value = kb("check", "--json").json()
    [gap] = value["gaps"]
    assert (gap["forum"], gap["year"], gap["declared"], gap["missing"]) == ("Regionstyrelsen", "2021", [73, 76], [75, 76])
    assert value["problems"] == {"hela källan": 1, "oklart": 1}
    assert "Regionstyrelsen 2021: § 75, 76 saknas av 73–76 i protokoll.txt" in kb("check").out


def test_explain_and_repair_touch_no_database(kb: Run, docs: Path) -> None:
    assert "Avtal om bussen" in kb("explain", docs / "a.txt", "--stage", "pages").out
    assert "steget ”x” finns inte" in one_line(kb("explain", docs / "a.txt", "--stage", "x"), 2)
    assert isinstance(kb("repair", docs / "a.txt", "--json").json(), list)
    assert "finns inte" in one_line(kb("repair", "saknas.txt"), 2)
    assert sorted(p.name for p in Path().iterdir()) == ["docs"]


def test_serve_says_why_it_cannot(kb: Run, meeting: Path) -> None:
    assert "nej.db finns inte" in one_line(kb("serve", "--db", "nej.db"), 2)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"port {port} på 127.0.0.1 är upptagen" in one_line(kb("serve", "--port", port), errors.PortBusy.exit_code)


# failures


@pytest.mark.parametrize("command", [["search", "x"], ["show", "x"], ["forum"], ["export", "x"], ["check"], ["forget", "x"]])
def test_a_missing_database_is_one_line_and_is_not_made(kb: Run, command: list[str]) -> None:
    assert "kb.db finns inte" in one_line(kb(*command), 2)
    assert list(Path().glob("*.db")) == []


@pytest.mark.parametrize("command", [["search", "x"], ["show", "x"], ["export", "x"], ["check"], ["ingest", "docs"]])
def test_a_file_that_is_no_database_is_one_line(kb: Run, docs: Path, command: list[str]) -> None:
    Path("kb.db").write_text("hej " * 5000)
    assert "kb.db" in one_line(kb(*command), errors.NotADatabase.exit_code)


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (OSError(28, "No space left on device", "/x"), 25, "disken är full"),
        (OSError(30, "Read-only file system", "/x"), 24, "får inte"),
        (PermissionError(13, "Permission denied", "/x"), 24, "får inte"),
        (sqlite3.OperationalError("database or disk is full"), 25, "full"),
        (sqlite3.OperationalError("attempt to write a readonly database"), 24, "skriva"),
        (sqlite3.OperationalError("unable to open database file"), 24, "öppna"),
        (KeyboardInterrupt(), 130, "avbrutet"),
        (RuntimeError("hej\nhopp"), 70, "oväntat fel (RuntimeError: hej hopp) – sätt KB_DEBUG=1"),
    ],
)
def test_failures_are_one_line(kb: Run, docs: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, words: str) -> None:
    from kb.database import Store

    kb("ingest", docs / "a.txt")

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Store, "save", fail)
    assert words in one_line(kb("ingest", docs), code)
    monkeypatch.undo()
    assert kb("check", "--db", docs.parent / "kb.db").code == 0


def test_debug_shows_the_unexpected(kb: Run, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_DEBUG", "1")
    monkeypatch.setattr("kb.commands.ingest.discover", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        kb("ingest", docs)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nej"], "kommandot nej finns inte"), (["search"], "ORD saknas"), (["search", "x", "--nej"], "valet --nej finns inte"),
        (["search", "x", "--limit", "många"], "fel värde för --limit"), (["search", "x", "--limit"], "valet --limit behöver ett värde"),
        (["search", "x", "--limit", "-1"], "fel värde för --limit"), (["check", "extra"], "för mycket på raden: extra"),
    ],
)  # fmt: skip
def test_usage_errors_are_in_swedish(kb: Run, arguments: list[str], words: str) -> None:
    assert words in one_line(kb(*arguments), 2)


def test_exit_codes_are_their_own() -> None:
    def below(cause: type[IngestError]) -> list[type[IngestError]]:
        return [cause, *(c for sub in cause.__subclasses__() for c in below(sub))]

    codes = [c.exit_code for c in below(errors.KbError) if c.exit_code != 2]
    assert len(codes) == len(set(codes))
    assert all(c.__doc__ for c in below(errors.KbError))


# the program as a process


def test_help_is_swedish_and_loads_nothing_heavy() -> None:
    heavy = ("datasette", "whoosh", "pdfminer", "sqlite_utils", "marisa_trie", "wordfreq", "openpyxl", "yaml")
    code = "import sys; from kb.cli import main; sys.argv = ['kb', '--help']\ntry: main()\nexcept SystemExit: pass\n"
    code += f"print([m for m in {heavy} if m in sys.modules], file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stderr == "[]\n"
    assert "Kommandon:" in done.stdout
    for name in ("ingest", "search", "show", "forum", "export", "explain", "repair", "check", "forget", "rebuild", "serve"):
        assert f"  {name} " in done.stdout


def test_every_command_shows_an_example(kb: Run) -> None:
    import typer

    group = typer.main.get_command(app)
    for name in group.commands:  # type: ignore[attr-defined]
        page = kb(name, "--help").out
        assert f"Exempel: kb {name}" in page
        assert not re.search(r"Usage|Options|Show this|default:|required|<str>|<path>", page)


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, kb.cli; print(*{m.split('.')[0] for m in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert not {"datasette", "pdfminer", "whoosh", "sqlite_utils", "rich", "yaml"} & set(loaded)


def test_a_reader_that_leaves_is_no_error(meeting: Path) -> None:
    with subprocess.Popen([*KB, "export", "passage_list", "--db", str(meeting)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == terminal.BROKEN_PIPE


def test_a_small_disk_limit_is_one_line(docs: Path, tmp_path: Path) -> None:
    """RLIMIT_FSIZE makes each write beyond it fail, as a full disk would."""
    big = sample.write(docs, "stor.txt", "Ärendet gäller bussen.\n\n" * 10_000)
    small = "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    small += "resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))\nsys.argv = ['kb', *sys.argv[1:]]\nfrom kb.cli import main\nmain()"
    run = [sys.executable, "-c", small, "ingest", "--db", str(tmp_path / "kb.db")]
    subprocess.run([*KB, "ingest", str(docs / "a.txt"), "--db", str(tmp_path / "kb.db")], check=True, capture_output=True)
    done = subprocess.run([*run, str(big)], check=False, capture_output=True, text=True)
    assert done.returncode == errors.DiskFull.exit_code, done
    assert done.stderr.count("\n") == 1
    ran = subprocess.run([*KB, "check", "--db", str(tmp_path / "kb.db")], check=False, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, "1 källa, allt är helt\n")


@pytest.mark.parametrize(("log", "frozen"), [(False, True), (True, False)])
def test_serve_never_overlooks_rows_in_the_log(meeting: Path, monkeypatch: pytest.MonkeyPatch, log: bool, frozen: bool) -> None:
    """--immutable reads the file alone: where a -wal lies beside it, the rows there would not be seen."""
    from datasette import app

    from kb.commands import serve

    seen: list[list[str]] = []
    monkeypatch.setattr(app.Datasette, "__init__", lambda _, files, immutables, **__: seen.append(immutables))
    monkeypatch.setattr(app.Datasette, "app", lambda _: None)
    monkeypatch.setattr(os, "access", lambda *_: False)
    beside = meeting.with_name(meeting.name + "-wal")
    beside.unlink(missing_ok=True)
    if log:
        beside.write_bytes(b"")
    serve.application(serve.Site(meeting))
    assert bool(seen[0]) is frozen

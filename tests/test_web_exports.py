"""Exports: every row, in the formats people open, under the reader's own permissions, and nothing a spreadsheet would run."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import rdflib
from datasette.app import Datasette
from openpyxl import load_workbook

from kb import errors, export, labels, writers
from kb.search import forums
from kb.web import exports, sending
from kb.writers import harmless
from tests.web_base import HOSTILE, build
from tests.web_client import CONFIG, serving, tags, text

ANALYST: Any = {**CONFIG, "settings": {**CONFIG["settings"], "default_allow_sql": True}}
MANY = 5000  # more than Datasette's 1,000 and our max_returned_rows
NASTY = ["=1+1", "+46", "-5", "@x", "\t=x", "\r=x", "\n=x", " =x", "\u202e=x", "\ufeff=x", "＝1", "\u200f+1", '=cmd|" /C calc"!A0']


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    db = build(tmp_path_factory.mktemp("many") / "kb.db")
    with sqlite3.connect(db) as conn:
        rows = [("aaaaaaaaaa-1", "rs-2021-101", "RS/101/2021", f"RS {n}", n) for n in range(MANY)]
        conn.executemany(
            "INSERT INTO dnr_mentions (document_id, key, canonical, spelling, role, page, line, start, end) "
            "VALUES (?, ?, ?, ?, 'reference', 1, ?, 0, 1)",
            rows,
        )
        conn.executemany(
            "INSERT INTO decisions (id, document_id, status, decided_by, date, page, start, end) "
            "VALUES (?, 'aaaaaaaaaa-1', 'adopted', 'Regionstyrelsen', '2021-01-02', 1, 0, 1)",
            [(f"m{n}",) for n in range(MANY)],
        )
    conn.close()
    return db


def table(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize("path", ["/export/dnr_list", "/export/decision_list", "/export/beslut_av_forum"])
async def test_every_row_comes(many: Path, path: str) -> None:
    with serving(many) as datasette:
        rows = table((await datasette.client.get(f"{path}.csv")).content)
        assert len(rows) >= MANY
        assert len((await datasette.client.get(f"{path}.json")).json()) == len(rows)
        book = load_workbook(io.BytesIO((await datasette.client.get(f"{path}.xlsx")).content), read_only=True)
        assert sum(1 for _ in book.worksheets[0].iter_rows()) == len(rows) + 1
        book.close()


async def test_a_question_of_ones_own_is_had_whole(many: Path) -> None:
    """Datasette's own file of it would end at max_returned_rows."""
    asked = "/export/fraga.{}?sql=select+spelling+from+dnr_mentions+where+spelling+like+:likt&likt=RS+%25"
    with serving(many, ANALYST) as datasette:
        rows = table((await datasette.client.get(asked.format("csv"))).content)
        assert len(rows) == MANY
        assert len((await datasette.client.get(asked.format("json"))).json()) == MANY
        page = await text(datasette, "/kb/-/query?sql=select+*+from+dnr_mentions")
        assert "alla finns i filen" in page and "/export/fraga.xlsx?sql=select+*+from+dnr_mentions" in page


@pytest.mark.parametrize(
    "sql",
    ["delete from passages", "select load_extension('x')", "attach 'x' as y", "select * from nowhere", "", "select hex(zeroblob(400000000))"],
)
async def test_a_question_of_ones_own_is_bounded(base: Path, sql: str) -> None:
    with serving(base, ANALYST) as datasette:
        assert (await datasette.client.get("/export/fraga.csv", params={"sql": sql})).status_code == 400
        response = await datasette.client.get("/export/fraga.json", params={"sql": "select origin from sources"})
        assert {row["origin"] for row in response.json()} == {None}
        response = await datasette.client.get("/export/fraga.json", params={"sql": "select :a as a, :b as b, kb_dnr('rs 101/21') as dnr", "a": "x"})
        assert response.json() == [{"a": "x", "b": "", "dnr": "RS/101/2021"}], "what is not named is empty, and there are kb's own functions"
        through = await datasette.client.get("/export/dnr_list.json", params={"_where": "exists (select 1 from sources where origin <> '')"})
        assert through.json() == []


async def test_a_question_without_end_is_no_file(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time is for all of it, however many pieces come in time, and where it ends the file has no end."""
    monkeypatch.setattr("kb.web.exports.SECONDS", 0.5)
    endless = "with recursive n(x) as (select 1 union all select x + 1 from n) select x from n"
    with serving(base, ANALYST) as datasette:
        path = Path(datasette.databases["kb" if "kb" in datasette.databases else next(iter(datasette.databases))].path or "")
        made = exports._pieces(path, exports.Asked("x", lambda db: exports._query(db, "x", endless, {}), in_all=True), "csv", True)
        with pytest.raises(sqlite3.OperationalError, match="interrupted"):
            for _ in made:
                pass


async def test_only_one_who_may_ask_in_sql_has_it_as_a_file(kb: Datasette) -> None:
    await text(kb, "/export/fraga.csv?sql=select+1", 403)


async def test_datasettes_own_csv_of_a_query_ends_silently(many: Path) -> None:
    """Why there are routes of our own; where this fails, Datasette gives all rows and they may go."""
    with serving(many) as datasette:
        response = await datasette.client.get("/kb/beslut_av_forum.csv?_stream=on")
        assert response.text.count("\n") < MANY


async def test_a_file_comes_in_pieces(many: Path) -> None:
    from kb.web.exports import Asked, _pieces
    from kb.writers import Table

    def source(db: sqlite3.Connection) -> Table:
        return Table("x", ["id"], iter(db.execute("SELECT id FROM decision_list")))

    pieces = list(_pieces(many, Asked("x", source), "csv", True))
    assert len(pieces) > 5 and sum(piece.count(b"\n") for piece in pieces) > MANY


async def test_a_file_is_of_one_state_whatever_is_written_while_it_is_sent(many: Path, tmp_path: Path) -> None:
    from kb.web.exports import Asked, _pieces
    from kb.writers import Table

    path = tmp_path / "kb.db"
    with closing(sqlite3.connect(many)) as old, closing(sqlite3.connect(path)) as new:
        old.backup(new)

    def source(db: sqlite3.Connection) -> Table:
        def rows() -> Iterator[tuple[int]]:
            for number in range(3):
                yield db.execute("SELECT count(*) FROM meta").fetchone()
                with closing(sqlite3.connect(path)) as other, other:
                    other.execute("INSERT INTO meta VALUES (?, '')", (f"new {number}",))

        return Table("x", ["rows"], rows())

    written = b"".join(_pieces(path, Asked("x", source), "csv", False)).decode().split()
    assert len(written) == 4 and len(set(written[1:])) == 1


async def test_filters_search_and_order_are_those_of_the_table_page(kb: Datasette) -> None:
    for asked in (
        "decided_by=Regionfullm%C3%A4ktige",
        "status=adopted&_sort=id",
        "points__gt=1",
        "_sort_desc=id",
        "dnr__isnull=1",
        "heading__contains=motion",
    ):
        own = (await kb.client.get(f"/export/decision_list.json?{asked}")).json()
        theirs = (await kb.client.get(f"/kb/decision_list.json?{asked}&_shape=array")).json()
        assert [row["id"] for row in own] == [row["id"] for row in theirs], asked
    for word, count in (("fjällbussen", 3), ("xyzzyq", 0)):
        assert len((await kb.client.get(f"/export/passage_list.json?_search={word}")).json()) == count


async def test_forum_and_days_as_in_kb_export(kb: Datasette) -> None:
    rows = (await kb.client.get("/export/decision_list.json?_forum=rf&_fran=2021-06&_till=2021")).json()
    assert [row["decided_by"] for row in rows] == ["Regionfullmäktige"] * 2
    assert (await kb.client.get("/export/decision_list.json?_till=2020")).json() == []


async def test_a_query_takes_its_parameters(kb: Datasette) -> None:
    assert len(table((await kb.client.get("/export/beslut_av_forum.csv?forum=full")).content)) == 2
    assert table((await kb.client.get("/export/beslut_av_forum.csv?forum=styrelsen")).content) == []


async def test_all_hits_of_a_search(kb: Datasette) -> None:
    from kb.web import finding

    rows = table((await kb.client.get("/export/sok.csv?q=fj%C3%A4llbussen&ar=2021")).content)
    assert rows and list(rows[0]) == [name.capitalize() for name in CONFIG["plugins"]["kb"]["files"]["sok"]]
    plain = (await kb.client.get("/export/sok.csv?q=fj%C3%A4llbussen&_ren=1")).text
    assert plain.splitlines()[0] == ",".join(finding.COLUMNS), "files for programs have the names of before"
    assert any("fjällbuss" in " ".join(row.values()).casefold() for row in rows)
    assert table((await kb.client.get("/export/sok.csv?q=fj%C3%A4llbussen&ar=1999")).content) == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/export/finns_inte.csv", 404),
        ("/export/decision_list.pdf", 404),
        ("/export/sqlite_master.csv", 404),
        ("/export/passages_fts.csv", 404),
        ("/export/decision_list.csv?finns_inte=1", 400),
        ("/export/decision_list.csv?_forum=M%C3%A5nr%C3%A5det", 400),
        ("/export/decision_list.csv?_fran=ig%C3%A5r", 400),
        ("/export/passage_list.csv?_through=x", 400),
        ("/export/decision_list.csv?_where=1", 403),
        ("/export/sources.csv", 403),
        ("/export/copies.xlsx", 403),
    ],
)
async def test_what_cannot_be_had_is_refused(kb: Datasette, path: str, status: int, capfd: pytest.CaptureFixture[str]) -> None:
    assert (await kb.client.get(path)).status_code == status
    assert "Traceback" not in "".join(capfd.readouterr())


async def test_a_closed_table_and_query_stay_closed(base: Path) -> None:
    tables = {"decision_list": {"allow": {"id": "anna"}}, "passages": {"allow": False}}
    ours = CONFIG["databases"]["kb"]
    queries = {name: {**query, "allow": {"id": "anna"}} for name, query in ours["queries"].items()}
    config = {**CONFIG, "databases": {"kb": {**ours, "tables": {**ours["tables"], **tables}, "queries": queries}}}
    with serving(base, config) as closed:
        for path in ("/export/decision_list.csv", "/export/beslut_av_forum.csv", "/export/sok.csv?q=x"):
            assert (await closed.client.get(path)).status_code == 403, path
        assert (await closed.client.get("/export/decision_list.csv", actor={"id": "anna"})).status_code == 200
        assert (await closed.client.get("/export/beslut_av_forum.csv", actor={"id": "anna"})).status_code == 200
        assert "decision_list" not in {r["name"] for r in (await closed.client.get("/datapackage.json")).json()["resources"]}


@pytest.mark.parametrize("value", NASTY)
def test_no_value_is_a_formula(value: str) -> None:
    assert harmless(value) == f"'{value}"


@pytest.mark.parametrize("value", ["avtal", "a=b", "1-2", "§ 5", "", -5, 3.5, None, "’=1"])
def test_other_values_stay(value: Any) -> None:
    assert harmless(value) == value


def rows_of(*rows: tuple[Any, ...], columns: tuple[str, ...] = ("id", "=text")) -> writers.Table:
    return writers.Table("a/b", list(columns), iter(rows))


def test_pieces_are_a_whole_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writers, "BATCH", 2)
    for count in range(6):
        rows = [(n, f"kväll {n}") for n in range(count)]
        as_json = b"".join(writers.json_pieces(rows_of(*rows)))
        assert as_json.decode().count("kväll") == count, "letters as they are, not their numbers"
        assert json.loads(as_json) == [{"id": n, "=text": text} for n, text in rows]
        plain = b"".join(writers.csv_pieces(rows_of(*rows))).decode().splitlines()
        assert plain == ["id,=text", *(f"{n},{text}" for n, text in rows)]
        excel = b"".join(writers.csv_pieces(rows_of(*rows), excel=True)).decode().splitlines()
        assert excel == ["\ufeffid;'=text", *(f"{n};{text}" for n, text in rows)]


def test_a_workbook_holds_what_a_sheet_can(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    writers.write_xlsx(rows_of((1, "=1"), (2.5, "x" * 40_000), (None, "a\x0bb"), ("#REF!", "")), out)
    sheet = load_workbook(out).worksheets[0]
    assert sheet.title == "a b" and sheet.freeze_panes == "A2" and sheet.column_dimensions["B"].width == writers._WIDEST
    assert [(cell.value, cell.font.bold) for cell in sheet[1]] == [("id", True), ("'=text", True)] and not sheet["A2"].font.bold
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [[1, "'=1"], [2.5, "x" * 32_767], [None, "ab"], ["#REF!", None]]
    assert sheet["A5"].data_type == "s", "what looks like a failed formula is text too"
    named = io.BytesIO()
    writers.write_xlsx(writers.Table("n" * 40, ["id"], iter([(1,)])), named)
    assert load_workbook(named).worksheets[0].title == "n" * 31
    monkeypatch.setattr(writers, "_SHEET_LIMIT", 3)
    writers.write_xlsx(rows_of((1, "a"), (2, "b")), io.BytesIO())
    with pytest.raises(errors.Usage, match="fler rader än ett kalkylblad"):
        writers.write_xlsx(rows_of((1, "a"), (2, "b"), (3, "c")), io.BytesIO())


def test_rows_are_chosen_by_municipality() -> None:
    db = sqlite3.connect(":memory:")
    db.executescript("""
        CREATE TABLE documents (organisation); INSERT INTO documents VALUES ('Granby kommun'), ('Tallnäs kommun'), (NULL);
        CREATE VIEW b AS SELECT organisation FROM documents; CREATE VIEW c AS SELECT 1 AS id;
    """)
    assert list(export.read(db, export.Wanted("b", organisation="granby")).rows) == [("Granby kommun",)]
    with pytest.raises(errors.Usage, match="Atlantis"):
        export.read(db, export.Wanted("b", organisation="Atlantis"))
    with pytest.raises(errors.Usage, match="ingen kolumn att välja efter"):
        export.read(db, export.Wanted("c", organisation="Granby"))


@pytest.mark.parametrize(("bodies", "found"), [(("Badnämnden", "Badnämnden"), ("Badnämnden",)), (("Badnämnden", "Hamnrådet"), ()), ((), ())])
def test_a_register_of_one_bodys_minutes_names_the_body(bodies: tuple[str, ...], found: tuple[str, ...]) -> None:
    db = sqlite3.connect(":memory:")
    db.executescript("""
        CREATE TABLE forums (name, slug, abbreviation, registered); CREATE TABLE forum_aliases (forum, alias);
        CREATE TABLE diary_numbers (key, register); CREATE TABLE paragraphs (dnr_key, own, forum);
        INSERT INTO diary_numbers VALUES ('n', 'BAD'), ('o', 'X');
    """)
    db.executemany("INSERT INTO paragraphs VALUES ('n', 1, ?)", [(body,) for body in bodies])
    assert forums.resolve(db, "bad") == found


def test_rows_are_chosen_by_days() -> None:
    db = sqlite3.connect(":memory:")
    db.executescript("""
        CREATE TABLE a (id, date, decided_by); CREATE TABLE a_fts (x); CREATE TABLE a_indexed (x); CREATE TABLE c (x);
        CREATE VIEW b AS SELECT * FROM a;
        INSERT INTO a VALUES (1, '2020-12-31', 'X'), (2, '2021-01-01', 'X'), (3, '2021-06-16', 'X'), (4, '2021-12-31', 'X'), (5, '2022-01-01', 'X');
    """)
    assert export.names(db) == ["b", "a", "c"]

    def chosen(**wanted: str) -> list[int]:
        return [row[0] for row in export.read(db, export.Wanted("b", **wanted)).rows]

    assert chosen(since="2021", until="2021") == [2, 3, 4] and chosen(since="2021-06-16", until="2021-06") == [3]
    assert chosen(until="2020") == [1] and chosen(since="2022-01-01") == [5]
    for day in ("2021-13", "2021-1-1", "i fjol", "2021-06-32"):
        with pytest.raises(errors.Usage, match="är inget datum"):
            chosen(since=day)
    with pytest.raises(errors.Usage, match="ingen kolumn att välja efter"):
        export.read(db, export.Wanted("c", since="2021"))
    with pytest.raises(errors.Usage, match="välj en av: b, a, c"):
        export.read(db, export.Wanted("a_fts"))


async def test_a_formula_from_a_document_is_text(base: Path, tmp_path: Path) -> None:
    db = build(tmp_path / "x.db")
    with sqlite3.connect(db) as conn:
        for number, value in enumerate(NASTY):
            conn.execute(
                "INSERT INTO points (decision_id, position, text, page, start, end) VALUES ('aaaaaaaaaa-1.b2', ?, ?, 1, 0, 1)", (number + 10, value)
            )
    conn.close()
    with serving(db) as datasette:
        cells = [row["Text"] for row in table((await datasette.client.get("/export/decision_points.csv?decision_id=aaaaaaaaaa-1.b2")).content)]
        assert cells[1:] == [f"'{value}" for value in NASTY]
        book = load_workbook(io.BytesIO((await datasette.client.get("/export/decision_points.xlsx")).content))
        assert {cell.data_type for row in book.worksheets[0].iter_rows(min_row=2) for cell in row} <= {"s", "n"}
        plain = (await datasette.client.get("/export/decision_points.csv?_ren=1")).text
        assert plain.startswith("decision_id,") and ",=1+1\r\n" in plain


async def test_a_file_for_people_has_their_words(kb: Datasette) -> None:
    """Workbook and CSV for Excel alike: the columns of use, headed as the page of the table is; dates as dates, to sort and filter."""
    asked = "/export/decision_list.{}?status=adopted"
    book = load_workbook(io.BytesIO((await kb.client.get(asked.format("xlsx"))).content))
    heading, *rows = book.worksheets[0].iter_rows()
    said = [cell.value for cell in heading]
    assert said[:4] == ["Datum", "Till datum", "Beslutat av", "Organisation"] and not {"Id", "Samma som", "decided_by"} & set(said)
    assert {row[said.index("Läge")].value for row in rows} == {"antaget"}
    days = [row[said.index("Datum")] for row in rows]
    assert {(cell.data_type, cell.number_format, str(cell.value)) for cell in days} == {("d", "yyyy-mm-dd", "2021-06-16 00:00:00")}
    assert {row[said.index("Punkter")].data_type for row in rows} == {"n"} == {row[said.index("Paragraf")].data_type for row in rows}
    assert book.worksheets[0].auto_filter.ref == book.worksheets[0].dimensions and book.worksheets[0].column_dimensions["C"].width > 15
    book.close()
    listed = table((await kb.client.get(asked.format("csv"))).content)
    assert list(listed[0]) == said and {row["Läge"] for row in listed} == {"antaget"} and len(listed) == len(rows)


async def test_a_proposal_to_another_body_is_not_called_adopted_in_files_for_people(base: Path, tmp_path: Path) -> None:
    """The word of the pages; files for programs keep the three words of the contract."""
    db = _changed(base, tmp_path, "UPDATE decisions SET outcome = 'föreslår bifall' WHERE paragraph = '73' AND status = 'adopted'")
    with serving(db) as datasette:
        states = {row["Paragraf"]: row["Läge"] for row in table((await datasette.client.get("/export/decision_list.csv?status=adopted")).content)}
        assert states == {"73": "beslutat förslag", "74": "antaget"}
        assert {row["status"] for row in (await datasette.client.get("/export/decision_list.json?status=adopted")).json()} == {"adopted"}


@pytest.mark.parametrize(
    ("change", "state", "notice"),
    [
        ("state = 'replaced', valid_to = '2022-04-30', notice_by = '2021-10-31'", "ersatt", ""),
        ("valid_to = '2022-04-30', notice_by = '2021-10-31'", "har löpt ut", ""),
        ("valid_to = '2199-04-30', notice_by = '2198-10-31'", "gäller", "2198-10-31"),
        ("state = 'perhaps', valid_to = '2199-04-30', notice_by = '2198-10-31'", "gäller (kan ha upphört)", "2198-10-31"),
    ],
)
async def test_an_agreement_in_a_file_for_people_stands_where_the_page_has_it(
    base: Path, tmp_path: Path, change: str, state: str, notice: str
) -> None:
    db = _changed(base, tmp_path, f"UPDATE agreements SET renewal_years = NULL, renewal_months = NULL, {change}")
    with serving(db) as datasette:
        rows = table((await datasette.client.get("/export/agreement_list.csv")).content)
        assert {(row["Läge"], row["Säg upp senast"]) for row in rows} == {(state, notice)}
        plain = (await datasette.client.get("/export/agreement_list.json")).json()
        assert {row["notice_by"] for row in plain} != {None} and "state" in plain[0]


async def test_a_change_that_a_paper_speaks_of_is_proposed(base: Path, tmp_path: Path) -> None:
    db = _changed(base, tmp_path, "UPDATE assignments SET change = 'removed'")
    with serving(db) as datasette:
        assert "föreslås utgå" in {row["Ändring"] for row in table((await datasette.client.get("/export/assignment_list.csv")).content)}
        assert "removed" in {row["change"] for row in (await datasette.client.get("/export/assignment_list.json")).json()}


def _changed(base: Path, folder: Path, sql: str) -> Path:
    """A copy of the base with some rows changed."""
    db = folder / "kb.db"
    with closing(sqlite3.connect(base)) as whole, closing(sqlite3.connect(db)) as copy:
        whole.backup(copy)
        copy.execute(sql)
        copy.commit()
    return db


async def test_a_file_for_programs_has_the_names_and_values_of_the_view(kb: Datasette) -> None:
    plain = (await kb.client.get("/export/decision_list.csv?_ren=1&status=adopted")).text
    assert plain.startswith("id,document_id,source,status,") and ",adopted," in plain and "antaget" not in plain
    rows = (await kb.client.get("/export/decision_list.json?status=adopted")).json()
    assert (
        {row["status"] for row in rows} == {"adopted"}
        and {row["paragraph"] for row in rows} == {"73", "74"}
        and ",".join(rows[0]) == plain.splitlines()[0]
    )


async def test_a_file_of_a_reviewed_query_and_of_ones_own_question(base: Path) -> None:
    with serving(base, ANALYST) as datasette:
        rows = table((await datasette.client.get("/export/allt_om_ett_arende.csv?dnr=RS/101/2021")).content)
        assert (
            list(rows[0])[:4] == ["Dag", "Händelse", "Forum", "Text"]
            and "Handling id" not in rows[0]
            and "beslut" in {row["Händelse"] for row in rows}
        )
        own = table(
            (
                await datasette.client.get("/export/fraga.csv", params={"sql": "select 1 as antal_ALLA, 2 as antal_ALLA, status from decisions"})
            ).content
        )
        assert list(own[0]) == ["antal_ALLA", "Läge"], "what the reader calls a column stays"


@pytest.mark.parametrize(
    ("column", "value", "kept"),
    [("number", "73", 73), ("number", "28 b", "28 b"), ("number", "007", "007"), ("dnr", "2021", "2021"), ("own", 1, "ja"), ("number", None, None)],
)
def test_whole_numbers_of_paragraphs_are_numbers(column: str, value: Any, kept: Any) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        made = export.for_people(db, writers.Table("x", [column], iter([(value,)])), "paragraph_list", labels.shipped())
        assert list(made.rows) == [[kept]]


async def test_a_doubt_in_a_file_for_people_names_papers_by_their_titles(base: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(base)) as old, closing(sqlite3.connect(tmp_path / "kb.db")) as new, new:
        old.backup(new)
        new.execute("UPDATE documents SET title = 'Skrivelse', date = '2021-05-05' WHERE id = 'bbbbbbbbbb-1'")
        new.execute("UPDATE problems SET message = 'dnr 1 här, men 2 i protokollet (bbbbbbbbbb-1), inte (ffffffffff-9)' WHERE id = 1")
    with serving(tmp_path / "kb.db") as datasette:
        said = {row["Tveksamhet"] for row in table((await datasette.client.get("/export/problem_list.csv")).content)}
        assert "dnr 1 här, men 2 i protokollet (Skrivelse 2021-05-05), inte (ffffffffff-9)" in said
        kept = {row["message"] for row in (await datasette.client.get("/export/problem_list.json")).json()}
        assert "dnr 1 här, men 2 i protokollet (bbbbbbbbbb-1), inte (ffffffffff-9)" in kept, "programs have the id"
        page = await text(datasette, "/kb/problem_list")
        assert '(<a href="/handling/bbbbbbbbbb-1">handlingen</a>), inte (<a' in page


@pytest.mark.parametrize(
    ("value", "kept"), [("2021-02-30", "s"), ("1899-01-01", "s"), ("2021-06", "s"), ("2021-06-16 kl. 9", "s"), ("2021-06-16", "d")]
)
def test_only_whole_days_are_dates(tmp_path: Path, value: str, kept: str) -> None:
    with (tmp_path / "x.xlsx").open("wb") as out:
        writers.write_xlsx(writers.Table("x", ["a"], iter([(value,)])), out)
    book = load_workbook(tmp_path / "x.xlsx")
    assert book.worksheets[0]["A2"].data_type == kept
    book.close()


async def test_the_file_has_a_name_that_says_what_it_is(kb: Datasette) -> None:
    response = await kb.client.get("/export/case_timeline.xlsx?dnr=RS/101/2021")
    name = unquote(response.headers["content-disposition"].partition("''")[2])
    assert name == "Ärendenas gång – RS-101-2021.xlsx"
    hostile = await kb.client.get("/export/case_timeline.csv?dnr=%22%0d%0aX:1%3Cscript%3E../..")
    assert not re.search(r'["\r\n<>/\\]', unquote(hostile.headers["content-disposition"].partition("''")[2]))
    assert hostile.headers["x-content-type-options"] == "nosniff" and "sandbox" in hostile.headers["content-security-policy"]
    assert hostile.headers["content-disposition"].startswith("attachment;") and hostile.headers["cache-control"] == "no-store"
    assert exports._file_name("Sökträffar", {"q": "a" * 300, "sida": "2"}, "csv") == f"Sökträffar – {'a' * 107}.csv"


async def test_a_failure_on_the_way_breaks_the_connection() -> None:
    """A file that ends early must not look whole."""

    def pieces() -> sending.Pieces:
        yield b"a"
        raise sqlite3.OperationalError("interrupted")

    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    response = await sending.streamed(pieces(), {})
    await response.asgi_send(send)
    assert sent[-1] == {"type": "http.response.body", "body": b"a", "more_body": True}


async def test_what_nobody_reads_to_its_end_is_closed(caplog: pytest.LogCaptureFixture) -> None:
    closed = []

    def pieces(*made: bytes, fault: Exception | None = None) -> sending.Pieces:
        try:
            if fault:
                raise fault
            yield from made
        finally:
            closed.append(made)

    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if message.get("body") == b"a":
            raise TimeoutError

    await (await sending.streamed(pieces(b"a", b"b"), {})).asgi_send(send)
    assert closed == [(b"a", b"b")] and "mottagaren läste för långsamt" in caplog.text
    sent.clear()
    await (await sending.streamed(pieces(), {"X-A": "1"})).asgi_send(send)
    assert [message.get("body") for message in sent] == [None, b"", b""] and sent[0]["headers"] == [(b"x-a", b"1")]
    with pytest.raises(sqlite3.OperationalError):
        await sending.streamed(pieces(fault=sqlite3.OperationalError("x")), {})
    assert len(closed) == 3 and sending._turns[asyncio.get_running_loop()]._value == sending.AT_ONCE, "all have given their turn back"


async def test_no_more_than_some_are_made_at_once() -> None:
    def pieces() -> sending.Pieces:
        yield b"a"

    first = [await sending.streamed(pieces(), {}) for _ in range(sending.AT_ONCE)]
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(sending.streamed(pieces(), {}), 0.05)

    async def send(_: dict[str, Any]) -> None:
        return None

    await first[0].asgi_send(send)
    await asyncio.wait_for(sending.streamed(pieces(), {}), 5)


async def test_one_who_reads_too_slowly_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "SLOWEST", 0.05)
    closed: list[bool] = []

    def pieces() -> sending.Pieces:
        try:
            yield b"a"
        finally:
            closed.append(True)

    async def send(_: dict[str, Any]) -> None:
        await asyncio.sleep(5)

    await (await sending.streamed(pieces(), {})).asgi_send(send)
    assert closed


@pytest.mark.parametrize(
    ("path", "export"),
    [
        ("/forum/regionfullmaktige", "/export/decision_list.xlsx?decided_by=Regionfullm%C3%A4ktige&status=adopted"),
        ("/dnr/RS/101/2021", "/export/case_timeline.csv?dnr=RS%2F101%2F2021"),
        ("/sok?q=fj%C3%A4llbussen", "/export/sok.xlsx?q=fj%C3%A4llbussen"),
        ("/tabeller", "/export/agreement_list.xlsx"),
    ],
)
async def test_pages_lead_to_their_export(kb: Datasette, path: str, export: str) -> None:
    links = {attributes.get("href") for tag, attributes in tags(await text(kb, path)) if tag == "a"}
    assert export in links
    assert (await kb.client.get(export)).status_code == 200


# what there is, for programs


async def test_data_package_describes_every_visible_view(kb: Datasette) -> None:
    package = (await kb.client.get("/datapackage.json")).json()
    resources = {resource["name"]: resource for resource in package["resources"]}
    ours = CONFIG["databases"]["kb"]["tables"]
    assert {"decision_list", "case_timeline", "agreement_list"} <= set(resources)
    assert not [name for name in resources if ours[name].get("hidden")]
    for name, resource in resources.items():
        assert resource["title"] and resource["description"] and re.fullmatch(r"[a-z0-9_]+", name)
        assert all(field["description"] for field in resource["schema"]["fields"]), name
        header = (await kb.client.get(resource["path"].removeprefix("http://localhost"))).text.splitlines()[0]
        assert header.split(",") == [field["name"] for field in resource["schema"]["fields"]]


async def test_dcat_is_turtle_with_what_the_profile_asks_for(base: Path) -> None:
    publisher = {"name": 'Region "Norrskog"\n', "email": "kunskap@norrskog.example", "license": "http://creativecommons.org/publicdomain/zero/1.0/"}
    plugins = {"kb": {**CONFIG["plugins"]["kb"], "publisher": publisher}}
    with serving(base, {**CONFIG, "plugins": plugins}) as datasette:
        response = await datasette.client.get("/dcat.ttl")
    assert response.headers["content-type"] == "text/turtle; charset=utf-8"
    graph = rdflib.Graph().parse(data=response.text, format="turtle")
    dcat, terms = rdflib.Namespace("http://www.w3.org/ns/dcat#"), rdflib.DCTERMS
    datasets = set(graph.subjects(rdflib.RDF.type, dcat.Dataset))
    catalog = graph.value(predicate=rdflib.RDF.type, object=dcat.Catalog)
    assert set(graph.objects(catalog, dcat.dataset)) == datasets and len(datasets) > 20
    said = (terms.title, terms.description, terms.publisher)
    wanted = {"Catalog": said, "Dataset": (*said, dcat.distribution), "Distribution": (dcat.accessURL, dcat.downloadURL, terms.license)}  # fmt: skip
    for kind, properties in wanted.items():
        for subject in graph.subjects(rdflib.RDF.type, dcat[kind]):
            assert all(graph.value(subject, name) is not None for name in properties), subject
    assert str(next(graph.objects(None, rdflib.FOAF.name))) == 'Region "Norrskog"\n'


async def test_hostile_text_cannot_leave_a_cell(kb: Datasette) -> None:
    rows = table((await kb.client.get("/export/problem_list.csv")).content)
    assert any(HOSTILE in row["Tveksamhet"] for row in rows)
    assert any(HOSTILE in row["message"] for row in json.loads((await kb.client.get("/export/problem_list.json")).text))

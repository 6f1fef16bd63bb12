"""A base of several municipalities, each with an executive committee: every page says whose body it speaks of, and a way in is into one of them."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from datasette.app import Datasette
from openpyxl import load_workbook

from kb import terminal
from kb.cli import app
from kb.search import forums
from tests.browsing import ROOT, ingested
from tests.web_client import prose, serving, tags, text

HEARD = """MYRLUNDA KOMMUN
Tjänsteutlåtande
2022-06-10

Idrotts- och föreningsnämnden har yttrat sig. Idrotts- och föreningsnämnden ser inga hinder.
Ärendet har också sänts till Idrott- och föreningsnämnden i en tidigare lydelse.
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples, and the minutes of Sjöberga's committee once more as those of another municipality's, a month later."""
    folder = tmp_path_factory.mktemp("vems")
    minutes = (ROOT / "examples" / "sjoberga-ks-2022-05-30-protokoll.txt").read_text("utf-8")
    other = (
        minutes.replace("Sjöberga", "Myrlunda").replace("2022-05-30", "2022-06-30").replace("KS\n", "KST\n").replace("Malin Ekenfjärd", "Stina Ripa")
    )
    (folder / "myrlunda-ks-2022-06-30.txt").write_text(other, "utf-8")
    (folder / "myrlunda-remiss.txt").write_text(HEARD, "utf-8")
    ingested(folder / "kb.db", ROOT / "examples", folder)
    return folder / "kb.db"


@pytest.fixture(scope="module")
def kb(base: Path) -> Iterator[Datasette]:
    with serving(base) as datasette:
        yield datasette


def one(base: Path, sql: str) -> str:
    """The first value that is found."""
    with sqlite3.connect(base) as conn:
        found: str = conn.execute(sql).fetchone()[0]
    conn.close()
    return found


@pytest.mark.parametrize("municipality", ["Sjöberga", "Myrlunda"])
async def test_a_reference_says_whose_body(kb: Datasette, base: Path, municipality: str) -> None:
    decision = one(base, f"SELECT id FROM decision_list WHERE organisation = '{municipality} kommun' AND paragraph = '62' AND status = 'adopted'")
    section = one(base, f"SELECT paragraph_id FROM decision_list WHERE id = '{decision}'")
    day, dnr = ("2022-05-30", "2022.087 KS") if municipality == "Sjöberga" else ("2022-06-30", "2022.087 KST")
    said = f"{municipality} kommun, Kommunstyrelsen {day}, § 62, dnr {dnr}"
    for path in (f"/beslut/{decision}", f"/paragraf/{section}", f"/dnr/{dnr}"):
        assert said in prose(await text(kb, path)), path
    document = one(base, f"SELECT document_id FROM decision_list WHERE id = '{decision}'")
    assert f"{municipality} kommun, Protokoll Kommunstyrelsen {day}" in prose(await text(kb, f"/handling/{document}"))


async def test_a_decision_that_a_paper_only_tells_of_is_not_said_to_be_of_the_papers_body(kb: Datasette, base: Path) -> None:
    told = one(base, "SELECT id FROM decision_list WHERE status = 'narrated' AND organisation = 'Sjöberga kommun'")
    assert "Sjöberga kommun, Regionens samverkansråd" not in prose(await text(kb, f"/beslut/{told}"))


async def test_a_feed_names_a_paper_of_no_body_by_its_kind(kb: Datasette) -> None:
    assert "Okänt organ" not in (await kb.client.get("/dnr/RUN/41/2022.atom")).text


@pytest.mark.parametrize(("whose", "others"), [("Sjöberga", "Myrlunda"), ("Myrlunda", "Sjöberga")])
@pytest.mark.parametrize("path", ["/forum/kommunstyrelsen?", "/ny?roll=politiker&forum=kommunstyrelsen&"])
async def test_a_page_is_of_one_municipalitys_forum(kb: Datasette, path: str, whose: str, others: str) -> None:
    seen = prose((await text(kb, f"{path}kommun={whose} kommun")).replace(f">{others} kommun</a>", "").replace(f">{others} kommun</option>", ""))
    assert f"Kommunstyrelsen, {whose} kommun" in seen
    assert "Kommunledningskontoret får i uppdrag" in seen and "Båtvarvet Vindögat" in seen
    assert others not in seen
    assert ("Stina Ripa" in seen) == (whose == "Myrlunda")


async def test_whose_forum_it_is_can_be_chosen_and_is_kept(kb: Datasette) -> None:
    chosen = await text(kb, "/ny?roll=politiker&forum=kommunstyrelsen")
    assert 'href="/ny?roll=politiker&amp;forum=kommunstyrelsen&amp;kommun=Sj%C3%B6berga%20kommun"' in chosen
    assert "Kommunstyrelsen finns hos flera" in prose(chosen)
    kept = await text(kb, "/ny?roll=politiker&forum=kommunstyrelsen&kommun=Sjöberga kommun")
    assert '<option value="Sjöberga kommun" selected>' in kept and "finns hos flera" not in kept
    assert 'href="/forum/kommunstyrelsen?kommun=Sj%C3%B6berga%20kommun"' in kept
    forum = await text(kb, "/forum/kommunstyrelsen?kommun=Sjöberga kommun")
    assert "/export/decision_list.xlsx?decided_by=Kommunstyrelsen&amp;status=adopted&amp;organisation=Sj%C3%B6berga+kommun" in forum
    assert "vems" not in (await text(kb, "/ny?forum=regionstyrelsen&kommun=Sjöberga kommun"))


async def test_what_a_paper_says_is_to_be_added_or_removed_is_told_with_its_place(kb: Datasette) -> None:
    page = await text(kb, "/uppdrag")
    seen = prose(page).partition("Ändringar som handlingar tar upp")[2]
    for change in ("Ta bort Kurs och mötesplats", "Lägga till Samordning bredband", "Lägga till Nätverk för näringslivschefer"):
        assert change in seen
        assert page.partition(change)[0].rpartition('href="')[2].startswith("/handling/")
    assert seen.index("Ta bort Kurs") < seen.index("Lägga till Samordning bredband")


async def test_without_a_choice_each_row_says_whose_it_is(kb: Datasette) -> None:
    seen = prose(await text(kb, "/uppdrag"))
    assert "till Kommunledningskontoret från Kommunstyrelsen Sjöberga kommun" in seen
    assert "till Kommunledningskontoret från Kommunstyrelsen Myrlunda kommun" in seen
    home = prose(await text(kb, "/"))
    assert "Regionfullmäktige Region Fjällhav 12 oktober 2022" in home and "Protokollsutdrag Region Fjällhav 25 oktober 2023" in home
    assert "Myrlunda kommun 30 juni 2022" in prose(await text(kb, "/ny?forum=kommunstyrelsen"))


async def test_the_arenas_can_be_those_of_one_municipality(kb: Datasette) -> None:
    everyone = await text(kb, "/forum")
    assert 'href="/forum?kommun=Myrlunda%20kommun"' in everyone
    assert {"Idrotts- och föreningsnämnden", "Kommunstyrelsen", "Regionens samverkansråd"} <= set(re.findall(r"<title>([^<]+?) – ", everyone))
    assert '<text class="caption"' in everyone and ">Myrlunda kommun</text>" in everyone
    one = await text(kb, "/forum?kommun=Myrlunda kommun")
    assert '<a href="/forum?kommun=Myrlunda%20kommun" aria-current="page">' in one and one.count('<text class="caption"') == 1, (
        "its own below those of all"
    )
    drawn = {a["href"] for tag, a in tags(one) if tag == "a" and a.get("class") == "box"}
    assert "/forum/kommunstyrelsen?kommun=Myrlunda%20kommun" in drawn and "/forum/idrotts-och-foreningsnamnden" in drawn
    assert "Idrotts- och föreningsnämnden" not in prose(await text(kb, "/forum?kommun=Sjöberga kommun"))
    assert "Idrotts- och föreningsnämnden" in prose(await text(kb, "/forum?kommun=okänd"))


async def test_the_table_of_arenas_counts_what_the_municipality_has(kb: Datasette, base: Path) -> None:
    of = one(base, "SELECT count(*) FROM decisions b JOIN documents d ON d.id = b.document_id WHERE b.decided_by = 'Kommunstyrelsen' "
             "AND b.status = 'adopted' AND b.same_as IS NULL AND d.organisation = 'Myrlunda kommun'")  # fmt: skip
    row = prose(await text(kb, "/forum?kommun=Myrlunda kommun")).rpartition("Kommunstyrelsen KS Varje kommun")[2]
    assert re.findall(r" (\d+) ", row)[0] == str(of)


async def test_area_and_municipality_are_chosen_together(kb: Datasette) -> None:
    chosen = await text(kb, "/forum?kommun=Myrlunda kommun")
    areas = [str(a["href"]) for tag, a in tags(chosen) if tag == "a" and str(a.get("href")).startswith("/forum?omrade=")]
    assert areas and all(href.endswith("&kommun=Myrlunda%20kommun") for href in areas)
    both = await text(kb, areas[0])
    assert f'href="{areas[0].replace("&", "&amp;").replace("Myrlunda", "Sj%C3%B6berga")}"' in both


@pytest.mark.parametrize("slug", ["idrott-och-foreningsnamnden", "Idrott- och föreningsnämnden", "idrotts-och-foreningsnamnden"])
async def test_either_spelling_of_a_forum_leads_to_it(kb: Datasette, base: Path, slug: str) -> None:
    found = await kb.client.get(f"/forum/{slug}", follow_redirects=True)
    assert found.status_code == 200 and found.url.path == "/forum/idrotts-och-foreningsnamnden"
    assert "Kallas även Idrott- och föreningsnämnden" in prose(found.text)
    assert "Idrotts- och föreningsnämnden" in prose(await text(kb, f"/ny?forum={slug}")).partition("Börja så här")[2]
    with sqlite3.connect(base) as conn:
        assert forums.resolve(conn, slug) == ("Idrotts- och föreningsnämnden",)
    conn.close()


async def test_a_hit_says_whose_body_where_several_have_one_of_that_name(kb: Datasette) -> None:
    page = await text(kb, "/sok?q=kommunledningskontoret")
    seen = prose(page)
    for municipality in ("Sjöberga", "Myrlunda"):
        assert f"Kommunstyrelsen {municipality} kommun" in seen
        assert f'<a href="/forum/kommunstyrelsen?kommun={quote(municipality)}%20kommun">Kommunstyrelsen</a>' in page
    assert "Regionstyrelsen Region Fjällhav" not in prose(await text(kb, "/sok?q=forum:Regionstyrelsen"))


async def test_every_kind_of_hit_says_whose(kb: Datasette) -> None:
    for kind in ("beslut", "paragrafer", "uppdrag", "handlingar", "text"):
        assert "Kommunstyrelsen Sjöberga kommun" in prose(await text(kb, f"/sok?q=kommun:Sj%C3%B6berga&visa={kind}")), kind


async def test_a_feed_of_a_search_says_whose(kb: Datasette) -> None:
    feed = (await kb.client.get("/sok.atom?q=kommunledningskontoret")).text
    assert "Sjöberga kommun, Kommunstyrelsen" in feed and "Text: Myrlunda kommun, Protokoll Kommunstyrelsen" in feed


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
async def test_a_file_of_a_search_says_whose_paper_each_hit_is_of(kb: Datasette, base: Path, kind: str) -> None:
    data = (await kb.client.get(f"/export/sok.{kind}?q=kommunledningskontoret")).content
    if kind == "xlsx":
        sheet = load_workbook(io.BytesIO(data), read_only=True).worksheets[0]
        heading, *cells = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
        rows = [dict(zip(heading, row, strict=True)) for row in cells]
    else:
        rows = json.loads(data) if kind == "json" else list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    rows = [{str(heading).lower(): value for heading, value in row.items()} for row in rows]  # in files for people they begin with a capital
    assert {(row["träff"], row["kommun eller region"]) for row in rows if row["forum"] == "Kommunstyrelsen"} >= {
        (hit, f"{name} kommun") for hit in ("Beslut", "Uppdrag", "Text") for name in ("Sjöberga", "Myrlunda")
    }
    with sqlite3.connect(base) as conn:
        papers = dict(conn.execute("SELECT s.path, d.organisation FROM documents d JOIN sources s ON s.id = d.source_id"))
    conn.close()
    assert [row for row in rows if row["källa"] and (row["kommun eller region"] or None) != papers[row["källa"]]] == []


async def test_a_case_in_a_file_of_a_search_says_who_has_papers_of_it(kb: Datasette) -> None:
    found = (await kb.client.get("/export/sok.json?q=2022.087 KST&visa=arenden")).json()
    assert {row["diarienummer"]: row["kommun eller region"] for row in found}["2022.087 KST"] == "Myrlunda kommun"


def test_a_line_of_the_terminal_says_whose(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert terminal.run(app, ["search", "kommunledningskontoret", "--db", str(base)]) == 0
    said = capsys.readouterr().out
    for municipality in ("Sjöberga", "Myrlunda"):
        assert f" · {municipality} kommun, Kommunstyrelsen · " in said
    assert terminal.run(app, ["search", "forum:Regionstyrelsen", "--db", str(base)]) == 0
    said = capsys.readouterr().out
    assert " · Regionstyrelsen · " in said and "Region Fjällhav, Regionstyrelsen" not in said


@pytest.mark.parametrize("municipality", ["Sjöberga", "Myrlunda"])
async def test_the_way_back_is_to_that_municipalitys_forum(kb: Datasette, base: Path, municipality: str) -> None:
    decision = one(base, f"SELECT id FROM decision_list WHERE organisation = '{municipality} kommun' AND paragraph = '62' AND status = 'adopted'")
    section = one(base, f"SELECT paragraph_id FROM decision_list WHERE id = '{decision}'")
    document = one(base, f"SELECT document_id FROM decision_list WHERE id = '{decision}'")
    for path in (f"/beslut/{decision}", f"/paragraf/{section}", f"/handling/{document}"):
        crumbs = (await text(kb, path)).partition('class="crumbs"')[2].partition("</nav>")[0]
        assert f'href="/forum/kommunstyrelsen?kommun={quote(municipality)}%20kommun"' in crumbs, path
        assert f"Kommunstyrelsen, {municipality} kommun" in crumbs, path


async def test_the_way_back_to_a_forum_that_one_has_is_short(kb: Datasette, base: Path) -> None:
    section = one(base, "SELECT id FROM paragraph_list WHERE forum = 'Regionstyrelsen' AND own = 1 AND same_as IS NULL")
    crumbs = (await text(kb, f"/paragraf/{section}")).partition('class="crumbs"')[2].partition("</nav>")[0]
    assert '<a href="/forum/regionstyrelsen">Regionstyrelsen</a>' in crumbs


@pytest.mark.parametrize("path", ["/forum", "/forum/kommunstyrelsen", "/ny?forum=kommunstyrelsen"])
async def test_an_unknown_municipality_is_said_and_near_ones_offered(kb: Datasette, path: str) -> None:
    begins = path + ("&" if "?" in path else "?") + "kommun="
    html = await text(kb, begins + quote("Sjöbrga kommun"))
    assert "Ingen kommun eller region heter ”Sjöbrga kommun” här. Menade du Sjöberga kommun ? Sidan visar alla." in prose(html)
    offered = {a.get("href") or "" for tag, a in tags(html.partition("Menade du")[2].partition("</p>")[0]) if tag == "a"}
    assert all(href.endswith(f"kommun={quote('Sjöberga kommun')}") for href in offered) and len(offered) == 1
    unlike = prose(await text(kb, begins + "Xyzzy"))
    assert "heter ”Xyzzy” här. Välj " in unlike and "Sjöberga kommun" in unlike.partition("Sidan visar alla")[0]
    assert "Ingen kommun" not in prose(await text(kb, begins)), "nobody was asked for"
    part = prose(await text(kb, begins + "sjoberga"))
    assert "Ingen kommun" not in part and part == prose(await text(kb, begins + quote("Sjöberga kommun"))), "a part of one name means it"


@pytest.mark.parametrize("begins", ["/forum/", "/ny?forum="])
async def test_an_unknown_forum_is_said_and_a_near_one_offered(kb: Datasette, begins: str) -> None:
    response = await kb.client.get(begins + "regionstyrelssen")
    assert response.status_code == (404 if begins == "/forum/" else 200)
    assert "Inget forum heter ”regionstyrelssen” här. Menade du Regionstyrelsen ?" in prose(response.text)
    offered = response.text.partition("Menade du")[2].partition("</p>")[0]
    assert [(a.get("href") or "").endswith("regionstyrelsen") for tag, a in tags(offered) if tag == "a"] == [True]
    unlike = prose((await kb.client.get(begins + "xyzzy")).text)
    assert "Inget forum heter ”xyzzy” här." in unlike and "Menade du" not in unlike
    assert "Inget forum" not in prose(await text(kb, "/ny"))


async def test_a_name_of_several_forums_is_a_choice(base: Path, tmp_path: Path) -> None:
    with sqlite3.connect(base) as old, sqlite3.connect(tmp_path / "kb.db") as new:
        old.backup(new)
        new.executemany("INSERT INTO forum_aliases (alias, forum) VALUES ('Rådet', ?)", [("Regionstyrelsen",), ("Regionfullmäktige",)])
        new.commit()
    old.close()
    new.close()
    with serving(tmp_path / "kb.db") as datasette:
        response = await datasette.client.get("/forum/" + quote("Rådet"))
        assert response.status_code == 404 and "”Rådet” kan vara Regionfullmäktige eller Regionstyrelsen ." in prose(response.text)


async def test_a_municipality_without_such_a_forum_is_said(kb: Datasette) -> None:
    seen = prose(await text(kb, "/forum/kommunstyrelsen?kommun=" + quote("Region Fjällhav")))
    assert "Region Fjällhav har inget sådant forum med handlingar här. Välj" in seen


async def test_a_case_of_an_unknown_municipality_is_a_choice(kb: Datasette) -> None:
    seen = prose(await text(kb, "/dnr/RS/118/2022?kommun=Xyzzy"))
    assert "Ingen kommun eller region heter ”Xyzzy” här." in seen and "Det finns ett ärende med diarienumret RS/118/2022" in seen
    assert (await kb.client.get("/dnr/RS/118/2022?kommun=" + quote("Sjöberga kommun"))).status_code == 302

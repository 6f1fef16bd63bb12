"""Datasette's pages in Swedish: our templates stand in for the originals we have read, show what was asked, and lead to every row."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from pathlib import Path

import datasette
import pytest
from datasette.app import Datasette

from kb.web import words
from tests.web_client import CONFIG, prose, serving, tags, text

# The originals that ours were written from. Where one has changed: read what is new in it, carry it over, then write the new sum here.
READ = {
    "_facet_results.html": "28651b60c0fbcc1f",
    "_table.html": "ba194cfc778b28a7",
    "csrf_error.html": "aae7def8129a7467",
    "database.html": "8b5f3eb361f8a794",
    "error.html": "c2115d1fdbff1a48",
    "logout.html": "0d8cf48cb6846610",
    "query.html": "9d077cb9583eb377",
    "query_list.html": "b39f7fe036800708",
    "row.html": "a12997cc1001b096",
    "table.html": "75bf1c50fc476cf5",
}
ORIGINALS = Path(datasette.__file__).parent / "templates"
OURS = Path(__file__).parent.parent / "kb" / "web" / "templates"


def test_originals_are_those_we_read() -> None:
    assert set(READ) == {path.name for path in OURS.glob("*.html")}
    assert {name: hashlib.sha256((ORIGINALS / name).read_bytes()).hexdigest()[:16] for name in READ} == READ


def test_every_way_to_compare_has_a_swedish_name() -> None:
    from datasette.filters import Filters

    assert {key for key, *_ in Filters([]).lookups()} == set(words.LOOKUPS)


ENGLISH = {"rows", "row", "where", "sort", "apply", "column", "search", "custom", "returning", "export", "view", "advanced", "records", "suggested"}


@pytest.mark.parametrize(
    "path", ["/kb", "/kb/decision_list?status=adopted", "/kb/beslut_av_forum", "/kb/passages/1", "/kb/passage_list?_search=xyzzyq"]
)
async def test_no_english_is_left(kb: Datasette, path: str) -> None:
    html = (await text(kb, path)).partition("<details")[0]
    shown = {word.strip(".,:()–").casefold() for word in prose(html).split()}
    assert not shown & ENGLISH, path


async def test_a_table_says_what_is_shown(kb: Datasette) -> None:
    seen = prose(await text(kb, "/kb/decision_list?decided_by=Regionfullmäktige&points__gt=1&reservations__notnull=1"))
    assert "1 rad , där" in seen.replace("1 rad,", "1 rad ,")
    assert "Beslutat av är Regionfullmäktige och Punkter är större än 1 och Reservationer finns" in seen
    assert "Inga rader" in prose(await text(kb, "/kb/passage_list?_search=xyzzyq"))
    assert "med fjällbussen" in prose(await text(kb, "/kb/passage_list?_search=fjällbussen"))


async def test_a_table_is_filtered_and_sorted_by_its_form(kb: Datasette) -> None:
    asked = "_filter_column=decided_by&_filter_op=exact&_filter_value=Regiondirekt%C3%B6ren&_sort=id&_sort_by_desc=on"
    html = (await kb.client.get(f"/kb/decision_list?{asked}", follow_redirects=True)).text
    assert "bbbbbbbbbb-1.b1" in html and "aaaaaaaaaa-1.b1" not in html
    assert ("th", {"scope": "col", "aria-sort": "descending"}) in tags(html)


async def test_every_table_and_query_leads_to_all_its_rows(kb: Datasette) -> None:
    for path, export in (("/kb/decision_list?status=adopted", "/export/decision_list.xlsx?status=adopted"),
                         ("/kb/beslut_av_forum?forum=full", "/export/beslut_av_forum.csv?forum=full")):  # fmt: skip
        links = [a.get("href") for tag, a in tags(await text(kb, path)) if tag == "a"]
        assert export in links
        assert (await kb.client.get(export)).status_code == 200


async def test_columns_are_explained(kb: Datasette) -> None:
    seen = prose(await text(kb, "/kb/agreement_list"))
    assert "Säg upp senast notice_by Sista dag för uppsägning" in seen
    assert "Läge status adopted = antaget av organet" in prose(await text(kb, "/kb/decision_list"))


async def test_facets_can_be_chosen_and_left(kb: Datasette) -> None:
    html = await text(kb, "/kb/decision_list?status=adopted")
    assert "visa alla , inte bara antaget" in prose(html)
    assert "/kb/decision_list?status=proposed" in {a.get("href") for tag, a in tags(await text(kb, "/kb/decision_list")) if tag == "a"}


async def test_columns_and_kinds_are_in_swedish_and_files_for_programs_keep_the_names(kb: Datasette) -> None:
    html = await text(kb, "/kb/decision_list?status=adopted&_sort_desc=date")
    seen = prose(html.partition("<details")[0])
    assert "Beslutat av" in seen and "Datum ▼" in seen and ", där Läge är antaget" in seen.replace(" ,", ",")
    assert not {"decided_by", "adopted", "status"} & {word.strip(".,:()") for word in seen.split()}
    assert {("option", "decided_by"), ("option", "antaget"), ("input", "antaget")} <= {(tag, a.get("value")) for tag, a in tags(html)}
    assert (await kb.client.get("/export/decision_list.csv?_ren=1")).text.startswith("id,document_id,source,status")
    assert "händelse" not in prose(await text(kb, "/kb/allt_om_ett_arende?dnr=RS/101/2021")).split()
    assert {"Händelse", "beslut", "Handling", "id"} <= set(prose(await text(kb, "/kb/allt_om_ett_arende?dnr=RS/101/2021")).split())


@pytest.mark.parametrize(
    ("column", "typed", "value"),
    [
        ("status", "Antaget", "adopted"),
        ("status", "adopted", "adopted"),
        ("decided_by", "antaget", "antaget"),
        ("text", "a&b=c å", "a%26b%3Dc+%C3%A5"),
    ],
)
async def test_a_word_in_the_form_is_the_value_it_means(kb: Datasette, column: str, typed: str, value: str) -> None:
    asked = {"_filter_column": column, "_filter_op": "exact", "_filter_value": typed, "_sort": "date"}
    response = await kb.client.get("/kb/decision_list", params=asked)
    assert response.status_code == 302 and response.headers["location"].partition("?")[2].split("&")[-1] == f"{column}__exact={value}"


async def test_a_kind_typed_in_swedish_is_told_the_value_it_has(kb: Datasette) -> None:
    html = await text(kb, "/kb/decision_list?status__exact=Antaget")
    assert "I filter heter Antaget adopted ." in prose(html)
    [link] = [a["href"] for tag, a in tags(html) if tag == "a" and (a.get("href") or "").endswith("status=adopted")]
    assert "aaaaaaaaaa-1.b1" in await text(kb, link or "")
    assert "I filter heter" not in prose(await text(kb, "/kb/decision_list?status=xyzzyq"))


async def test_what_a_row_says_stands_before_what_tells_it_apart(kb: Datasette) -> None:
    def heads(html: str) -> list[str]:
        return [head.strip() for head in re.findall(r'<th scope="col"[^>]*>(?:<a [^>]*>)?([^<]+)', html)]

    decisions = heads(await text(kb, "/kb/decision_list"))
    assert decisions[:4] == ["Id", "Rubrik", "Läge", "Beslutat av"] and decisions.index("Text") < decisions.index("Källa") < decisions.index(
        "Handlingens id"
    )
    assert heads(await text(kb, "/kb/problem_list"))[0] == "Slag"
    assert heads(await text(kb, "/kb/case_list"))[:2] == ["Diarienummer", "Titel"] and heads(await text(kb, "/kb/document_list"))[:2] == [
        "Id",
        "Titel",
    ]
    html = await text(kb, "/kb/decision_list?_sort=id")
    first = re.findall(r"<td[^>]*>(?:<a [^>]*>)?([^<]*)", html)
    assert first[0] == "aaaaaaaaaa-1.b1" and first[2] == "antaget"  # cells as the headings


async def test_the_list_of_tables_has_what_one_may_see(kb: Datasette) -> None:
    seen = prose(await text(kb, "/kb"))
    assert "Beslut och förslag decision_list" in seen and "Textstycken (tabell)" in seen and "Inre tabeller" in seen
    assert "vocabulary" not in seen and "vocabulary" in prose(await text(kb, "/kb?_show_hidden=1"))
    assert "quarantine" not in prose(await text(kb, "/kb?_show_hidden=1")).replace("quarantine_list", "")
    assert (await kb.client.get("/kb?sql=select+1")).headers["location"].startswith("/kb/-/query?sql=select+1")


async def test_what_is_remembered_is_of_the_base_as_it_is(base: Path) -> None:
    with serving(base, CONFIG) as datasette:
        for _ in range(2):
            assert "Nyss tillagt" not in await text(datasette, "/kb/document_list?_facet=title")
        db = sqlite3.connect(base)
        db.execute("UPDATE documents SET title = 'Nyss tillagt' WHERE id = (SELECT min(id) FROM documents)")
        db.commit()
        db.close()
        html = await text(datasette, "/kb/document_list?_facet=title")
        assert html.count("Nyss tillagt") > 1  # in its row and in the facet


async def test_free_sql_has_a_form_for_those_who_may(base: Path) -> None:
    ours = CONFIG["databases"]["kb"]
    config = {**CONFIG, "databases": {"kb": {**ours, "allow_sql": {"id": "bo"}}}}
    with serving(base, config) as datasette:
        assert "textarea" not in await text(datasette, "/kb")
        html = (
            await datasette.client.get("/kb/-/query?sql=select+dnr+from+diary_numbers+where+year+=+:%C3%A5r&%C3%A5r=2021", actor={"id": "bo"})
        ).text
        assert "RUN/29/2021" in html and "textarea" in html and "År" in prose(html)
        wrong = await datasette.client.get("/kb/-/query?sql=select+%3Cscript%3E", actor={"id": "bo"})
        assert "<script>" not in wrong.text and 'role="alert"' in wrong.text

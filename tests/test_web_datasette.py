"""Datasette's own pages under our configuration, and the traps of 1.0a41 that were seen by trying."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from datasette.app import Datasette

from kb.web import setup
from tests.web_base import build
from tests.web_client import CONFIG, serving, text

# Datasette's own pages and the traps of 1.0a41


async def test_the_base_is_called_kb_whatever_its_file_is_called(kb: Datasette) -> None:
    await kb.invoke_startup()
    assert list(kb.databases) == ["kb"] and kb.databases["kb"].is_mutable
    assert "Allt om ett diarienummer" in await text(kb, "/kb")


async def test_settings_are_applied(kb: Datasette) -> None:
    applied = (await kb.client.get("/-/settings.json")).json()
    assert {key: applied[key] for key in CONFIG["settings"]} == CONFIG["settings"]
    assert not applied["suggest_facets"] and not applied["allow_download"] and not applied["default_allow_sql"]


async def test_files_of_ours_have_the_address_that_datasette_gives_them(kb: Datasette) -> None:
    """Its own way there reads about every plugin, half the time of a page."""
    await kb.invoke_startup()
    for name in ("kb.css", "ikon.svg"):
        assert setup.asset(kb, name) == kb.static(name, plugin="kunskapsbas")
        assert f'"{setup.asset(kb, name)}"' in await text(kb, "/")


async def test_titles_are_applied(kb: Datasette) -> None:
    assert "Antagna beslut, nyast först" in await text(kb, "/kb/beslut_av_forum")
    assert "En rad per beslut, förslag eller omtalat beslut" in await text(kb, "/kb/decision_list")
    assert "adopted = antaget" in await text(kb, "/kb/decision_list")


async def test_the_search_of_a_column_has_the_word_as_it_is_typed(kb: Datasette) -> None:
    for word, count in (("fjällbussen", 3), ("fjällbussens", 0)):
        assert len((await kb.client.get("/kb/passages.json", params={"_search_text": word})).json()["rows"]) == count


@pytest.mark.parametrize(
    ("table", "asked", "says"),
    [
        ("decision_list", {"_search": "fjällbussen"}, "Här går det inte att söka med _search"),
        ("document_list", {"_search_text": "fjällbussen"}, "Här går det inte att söka med _search"),
        ("passage_list", {"_search_text": "fjällbussen"}, "kolumn för kolumn"),
    ],
)
async def test_a_search_that_would_be_left_out_is_refused(kb: Datasette, table: str, asked: dict[str, str], says: str) -> None:
    for ending in ("", ".json"):
        answer = await kb.client.get(f"/kb/{table}{ending}", params=asked)
        assert answer.status_code == 400
        assert says in (answer.json()["error"] if ending else answer.text)
    empty = await kb.client.get(f"/kb/{table}.json", params=dict.fromkeys(asked, ""))
    assert empty.status_code == 200


@pytest.mark.parametrize("table", ["passage_list", "passages"])
async def test_table_search_finds_words_and_not_nonsense(kb: Datasette, table: str) -> None:
    for word, count in (
        ("fjällbussen", 3),
        ("fjällbussens", 3),
        ("fjällbussens -", 3),
        ("fjällbussen INTE fjällbussens", 0),
        ("xyzzyq", 0),
        ('"', 0),
    ):
        assert len((await kb.client.get(f"/kb/{table}.json", params={"_search": word})).json()["rows"]) == count, word
    assert (await kb.client.get(f"/kb/{table}.json", params={"_search": "forum:fjällbussen"})).json()["rows"] == []
    assert (await kb.client.get(f"/kb/{table}.csv?_search=fjällbussens")).text == (await kb.client.get(f"/kb/{table}.csv?_search=fjällbussen")).text
    assert (await text(kb, f"/kb/{table}.csv?_search=xyzzyq")).count("\n") <= 1


async def test_the_index_table_is_hidden_and_not_forbidden(kb: Datasette) -> None:
    tables = {table["name"]: table["hidden"] for table in (await kb.client.get("/kb.json")).json()["tables"]}
    assert tables["passages_fts"] and not tables["passages"]
    assert all(hidden for name, hidden in tables.items() if "fts" in name)
    assert (await kb.client.get("/kb/passages_fts")).status_code == 200


@pytest.mark.parametrize("path", ["/kb", "/kb/decision_list", "/kb/beslut_av_forum?forum=full", "/kb/passages/1", "/kb/document_list?_facet=kind"])
async def test_datasettes_own_pages_work(kb: Datasette, path: str) -> None:  # a base.html without the crumbs import gives 500 here
    assert "<title>" in await text(kb, path)


async def test_canned_queries_by_name_with_empty_parameters(kb: Datasette) -> None:
    for name in CONFIG["databases"]["kb"]["queries"]:
        answer = (await kb.client.get(f"/kb/{name}.json")).json()
        assert answer["ok"] and (answer["rows"] or name == "avtal_som_loper_ut"), name
    rows = (await kb.client.get("/kb/beslut_av_forum.json?forum=styrelsen")).json()["rows"]
    assert rows == []


async def test_free_sql_is_closed(kb: Datasette) -> None:
    assert (await kb.client.get("/kb/-/query?sql=select+hex(zeroblob(400000000))")).status_code == 403
    assert (await kb.client.get("/kb.db")).status_code == 403


async def test_tables_link_to_our_pages(kb: Datasette) -> None:
    html = await text(kb, "/kb/decision_list")
    assert '<a href="/beslut/aaaaaaaaaa-1.b1">' in html and '<a href="/dnr/RS/101/2021">' in html and '<a href="/handling/aaaaaaaaaa-1">' in html


async def test_new_rows_show_at_once(base: Path, tmp_path: Path) -> None:
    db = build(tmp_path / "x.db")
    with serving(db) as datasette:
        assert "Färskt beslut" not in await text(datasette, "/")
        with sqlite3.connect(db) as conn:
            conn.execute("UPDATE points SET text = 'Färskt beslut.' WHERE decision_id = 'aaaaaaaaaa-1.b2'")
        conn.close()
        response = await datasette.client.get("/")
        assert "Färskt beslut" in response.text


async def test_where_a_file_came_from_is_nobodys_business(kb: Datasette) -> None:
    """The absolute path of a source names a home folder; the views over it work all the same."""
    for path in ("/kb/sources", "/kb/sources.json", "/kb/sources/1", "/kb/sources/1.json", "/kb/sources.csv?_stream=1"):
        assert (await kb.client.get(path)).status_code == 403, path
    assert "sources" not in {table["name"] for table in (await kb.client.get("/kb.json")).json()["tables"]}
    assert (await kb.client.get("/kb/document_list.json")).json()["rows"][0]["source"]
    for path in ("/kb/documents", "/kb/problems", "/kb/documents/aaaaaaaaaa-1"):
        assert "/in/" not in await text(kb, path)


# which names the server answers to


async def status(datasette: Datasette, host: str) -> int:
    return int((await datasette.client.get("/", headers={"Host": host})).status_code)


@pytest.mark.parametrize("host", ["localhost", "localhost:8001", "127.0.0.1", "127.0.0.1:8001", "[::1]", "[::1]:8001", "LOCALHOST", "localhost."])
async def test_this_computer_is_answered(kb: Datasette, host: str) -> None:
    assert await status(kb, host) == 200


FORMATS = [
    "/kb/decision_list.atom",
    "/kb/decision_list.xml",
    "/kb/passages/1.pdf",
    "/kb/-/query.atom?sql=select+1",
    "/kb.atom",
    "/kb/beslut_av_forum.xml",
]


@pytest.mark.parametrize("path", FORMATS)
async def test_a_format_that_there_is_not_is_not_found(kb: Datasette, path: str, caplog: pytest.LogCaptureFixture) -> None:
    response = await kb.client.get(path)
    assert response.status_code in (403, 404) and 'lang="sv"' in response.text and "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8001",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "[::1].evil.example",
        "::1",
        "",
        "127.0.0.1@evil.example",
        "localhost:x",
    ],
)
async def test_another_name_is_refused(kb: Datasette, host: str) -> None:
    """A page that has its own name point at this computer would read everything: there is no login."""
    for path in ("/", "/kb/document_list.json", "/-/databases.json"):
        response = await kb.client.get(path, headers={"Host": host})
        assert response.status_code == 400, path
        assert "Adressen" in response.text and "evil" not in response.text
        assert response.headers["x-content-type-options"] == "nosniff"


async def test_names_of_a_server_are_given(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = {**CONFIG, "plugins": {"kb": {"hosts": ["kunskap.example"]}}}
    with serving(base, config) as given:
        assert [await status(given, h) for h in ("kunskap.example", "Kunskap.example:443", "annan.example")] == [200, 200, 400]
    monkeypatch.setenv("KB_HOSTS", "en.example, två.example")
    with serving(base) as given:
        assert [await status(given, h) for h in ("en.example", "kunskap.example", "localhost")] == [200, 400, 200]


async def test_one_who_may_not_see_the_instance_sees_no_page(base: Path) -> None:
    """Routes of a plugin have no check of their own: a database that is open all the same must not open our pages."""
    config = {**CONFIG, "permissions": {"view-instance": False}}
    config["databases"] = {"kb": {**CONFIG["databases"]["kb"], "allow": True}}
    with serving(base, config) as closed:
        for path in ("/", "/sok?q=bussen", "/forum", "/tabeller", "/dnr/RS/101/2021", "/handling/aaaaaaaaaa-1", "/handling/aaaaaaaaaa-1/original"):
            assert (await closed.client.get(path)).status_code == 403, path


async def test_what_is_remembered_is_never_old(tmp_path: Path) -> None:
    """Every change shows in the next answer, also many within one tick of the clock, and also where the log begins anew."""
    db = build(tmp_path / "x.db")
    with serving(db) as datasette:
        await text(datasette, "/")
        with sqlite3.connect(db) as conn:
            for number in range(8):
                conn.execute("UPDATE points SET text = ? WHERE decision_id = 'aaaaaaaaaa-1.b2'", (f"Lydelse {number}.",))
                conn.commit()
                if number == 4:
                    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                for _ in range(2):
                    assert f"Lydelse {number}." in await text(datasette, "/forum/regionfullmaktige")
        conn.close()
        assert "Lydelse 7." in await text(datasette, "/")

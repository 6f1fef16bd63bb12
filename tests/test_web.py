"""The web, in process: our pages, what they must never do, and the traps of Datasette 1.0a41 that shared/design/web.md lists."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from datasette.app import Datasette

from kb.web import finding, words
from tests.web_base import HOSTILE, PROTOCOL, SCHEMA, build

CONFIG = yaml.safe_load((Path(__file__).parent.parent / "datasette.yaml").read_text("utf-8"))
OURS = ["/", "/sok", "/sok?q=fjällbussen", "/dnr/RS/101/2021", "/forum", "/forum/regionfullmaktige", "/handling/aaaaaaaaaa-1",
        "/handling/aaaaaaaaaa-1/original", "/beslut/aaaaaaaaaa-1.b1"]  # fmt: skip
PAGES = [path for path in OURS if not path.endswith("/original")]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("web") / "annat namn.db")


@pytest.fixture
async def kb(base: Path) -> AsyncIterator[Datasette]:
    datasette = Datasette([str(base)], config=CONFIG)
    await datasette.invoke_startup()
    yield datasette
    datasette.close()


async def text(kb: Datasette, path: str, status: int = 200) -> str:
    """The body at a path, which must have the status."""
    response = await kb.client.get(path)
    assert response.status_code == status, (path, response.status_code, response.text[:500])
    return str(response.text)


def prose(html: str) -> str:
    """What a reader sees, on one line."""
    parts: list[str] = []
    parser = HTMLParser()
    parser.handle_data = parts.append  # type: ignore[method-assign]
    parser.feed(html)
    return " ".join(" ".join(parts).split())


def tags(html: str) -> list[tuple[str, dict[str, str | None]]]:
    """Every opening tag with its attributes."""
    found: list[tuple[str, dict[str, str | None]]] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: found.append((tag, dict(attrs)))  # type: ignore[method-assign]
    parser.feed(html)
    return found


# every page of ours


@pytest.mark.parametrize("path", PAGES)
async def test_page_is_swedish_with_landmarks_and_a_skip_link(kb: Datasette, path: str) -> None:
    html = await text(kb, path)
    found = tags(html)
    assert '<html lang="sv">' in html
    assert {"header", "main", "footer", "nav", "h1"} <= {tag for tag, _ in found}
    assert sum(tag == "h1" for tag, _ in found) == 1
    assert ("a", {"class": "skip", "href": "#innehall"}) in found
    assert any(tag == "main" and attributes["id"] == "innehall" for tag, attributes in found)


@pytest.mark.parametrize("path", PAGES)
async def test_page_has_no_script_no_inline_style_and_asks_nobody_else(kb: Datasette, path: str) -> None:
    found = tags(await text(kb, path))
    assert not [tag for tag, _ in found if tag in {"script", "style", "iframe", "object"}]
    assert not [name for _, attributes in found for name in attributes if name == "style" or name.startswith("on")]
    assert not [value for _, attributes in found for name, value in attributes.items() if name in {"href", "src", "action"} and "//" in (value or "")]


@pytest.mark.parametrize("path", PAGES)
async def test_every_field_has_a_label_and_every_id_is_its_own(kb: Datasette, path: str) -> None:
    found = tags(await text(kb, path))
    ids = [attributes["id"] for _, attributes in found if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {attributes.get("for") for tag, attributes in found if tag == "label"}
    assert {attributes.get("id") for tag, attributes in found if tag in {"input", "select"}} <= labelled
    named = {attributes["aria-labelledby"] for _, attributes in found if "aria-labelledby" in attributes}
    assert named <= set(ids)


@pytest.mark.parametrize("path", OURS)
async def test_headers(kb: Datasette, path: str) -> None:
    response = await kb.client.get(path)
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "script-src" not in policy and "unsafe-eval" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"


async def test_stylesheet_and_icon_are_served(kb: Datasette) -> None:
    for tag, attributes in tags(await text(kb, "/")):
        if tag == "link":
            assert (await kb.client.get(attributes["href"])).status_code == 200


@pytest.mark.parametrize("path", PAGES)
async def test_every_link_leads_somewhere(kb: Datasette, path: str) -> None:
    targets = {attributes.get("href") or "" for tag, attributes in tags(await text(kb, path)) if tag == "a"}
    for target in sorted(targets):
        page, _, anchor = target.partition("#")
        html = await text(kb, page or path)
        if anchor:
            assert anchor in {attributes.get("id") for _, attributes in tags(html)}, target


@pytest.mark.parametrize("path", OURS)
async def test_routes_check_permission(base: Path, path: str) -> None:
    for config, flags in (({"allow": {"id": "anna"}}, {}), ({"databases": {"kb": {"allow": {"id": "anna"}}}}, {}), ({}, {"default_deny": True})):
        closed = Datasette([str(base)], config=config, **flags)  # type: ignore[arg-type]
        await closed.invoke_startup()
        response = await closed.client.get(path)
        assert response.status_code == 403
        assert "Du har inte tillgång" in response.text
        assert "fjällbuss" not in prose(response.text)
        if not flags:
            assert (await closed.client.get(path, actor={"id": "anna"})).status_code == 200
        closed.close()


@pytest.mark.parametrize(
    "path", ["/sok?q=Motionären", "/handling/aaaaaaaaaa-1", "/sok?q=" + "%3Cscript%3Ealert(1)%3C/script%3E", "/dnr/%3Cscript%3E1/2021"]
)
async def test_hostile_text_is_inert(kb: Datasette, path: str) -> None:
    html = (await kb.client.get(path)).text
    assert not [tag for tag, _ in tags(html) if tag in {"script", "img"}]
    assert "&lt;script&gt;" in html


async def test_hostile_text_can_forge_no_mark(base: Path, tmp_path: Path) -> None:
    db = build(tmp_path / "x.db")
    with sqlite3.connect(db) as conn:
        conn.execute("UPDATE passages SET text = 'skidspår \ue000<b>fet\ue001' WHERE id = (SELECT min(id) FROM passages)")
    conn.close()
    datasette = Datasette([str(db)], config=CONFIG)
    await datasette.invoke_startup()
    html = await text(datasette, "/sok?q=skidspår")
    assert "<mark>skidspår</mark> &lt;b&gt;fet" in html
    datasette.close()


# the pages, one by one


async def test_home(kb: Datasette) -> None:
    seen = prose(await text(kb, "/"))
    for expected in ("3 handlingar", "2 beslut", "5 ärenden", "(1 av 3 punkter)", "Överenskommelsen om fjällbussen antas.", "16–17 juni 2021", "Ny här?", "Politiska organ",
                     "Avtal om vinterväghållning", "1 tveksamheter"):  # fmt: skip
        assert expected in seen


async def test_home_of_an_empty_base(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "tom.db") as db:
        db.executescript(SCHEMA.read_text("utf-8"))
    db.close()
    empty = Datasette([str(tmp_path / "tom.db")], config=CONFIG)
    await empty.invoke_startup()
    assert "Här är ännu tomt" in await text(empty, "/")
    assert "Inga forum ännu" in await text(empty, "/forum")
    assert "Inga träffar" in await text(empty, "/sok?q=avtal")
    empty.close()


async def test_without_a_base_the_page_says_what_to_do(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "främmande.db").close()
    other = Datasette([str(tmp_path / "främmande.db")])
    await other.invoke_startup()
    assert "kb ingest" in await text(other, "/", 503)
    other.close()


async def test_search_marks_words_and_links_to_the_passage(kb: Datasette) -> None:
    html = await text(kb, "/sok?q=vintern")
    assert "<mark>vintern</mark>" in html
    passage = next(attributes["href"] for tag, attributes in tags(html) if tag == "a" and "#p" in (attributes.get("href") or ""))
    assert passage and passage.startswith("/handling/aaaaaaaaaa-1#p")
    for expected in ("1 träff på", "Protokoll · 16 juni 2021".split(" · ")[1], "s. 1, rad 5"):
        assert expected in prose(html)


async def test_search_by_forum_and_year(kb: Datasette) -> None:
    assert "Uppföljning av samverkan" in prose(await text(kb, "/sok?q=fjällbussen&ar=2021"))
    assert "Inga träffar" in prose(await text(kb, "/sok?q=fjällbussen&ar=2020"))
    assert "rf/" not in await text(kb, "/sok?q=uppföljning&forum=Regionfullmäktige")
    assert "selected>Regionfullmäktige" in await text(kb, "/sok?q=x&forum=Regionfullmäktige")


async def test_empty_query_and_no_hit_help(kb: Datasette) -> None:
    assert "Så söker du" in await text(kb, "/sok")
    html = await text(kb, "/sok?q=xyzzyq&ar=2021")
    assert "Pröva så här" in html and "Sök i alla forum och alla år" in html


@pytest.mark.parametrize("asked", ["RS/101/2021", "rs 101-21", "dnr RS/101/2021"])
async def test_typed_number_leads_to_the_case(kb: Datasette, asked: str) -> None:
    html = await text(kb, f"/sok?q={asked}")
    assert "Ärende RS/101/2021 →" in html and 'href="/dnr/RS/101/2021"' in html


@pytest.mark.parametrize("query", ['"', "avtal OCH", "a*b", "datum:[x TO", "AND", "(", "kommun-styrelsen", "\x00", "x" * 3000, "forum:", "§", "%"])
async def test_no_query_gives_an_error_page(kb: Datasette, query: str) -> None:
    response = await kb.client.get("/sok", params={"q": query, "ar": "tjugo", "sida": "-1", "forum": "Finns inte"})
    assert response.status_code == 200


async def test_pages_of_hits(kb: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "PAGE_SIZE", 1)
    first, second = await text(kb, "/sok?q=fjällbussen"), await text(kb, "/sok?q=fjällbussen&sida=2")
    assert "Nästa" in first and "Föregående" not in first and "Föregående" in second
    snippet = re.compile(r'class="snippet">(.*?)</p>')
    assert len(snippet.findall(first)) == 1 and snippet.findall(first) != snippet.findall(second)


async def test_case_shows_its_way(kb: Datasette) -> None:
    seen = prose(await text(kb, "/dnr/RS/101/2021"))
    assert seen.index("4 maj 2021") < seen.index("16 juni 2021") < seen.index("Handlingar i ärendet")
    for expected in ("Överenskommelse om fjällbussen", "Hänvisning", "Paragraf", "Beslut", "Uppdrag", "Kostnaden delas lika", "s. 1, rad 7"):
        assert expected in seen


@pytest.mark.parametrize("asked", ["rs/101/2021", "RS-101-21", "RS%202021-00101"])
async def test_any_spelling_is_sent_to_the_canonical_one(kb: Datasette, asked: str) -> None:
    response = await kb.client.get(f"/dnr/{asked}")
    assert (response.status_code, response.headers["location"]) == (302, "/dnr/RS/101/2021")


async def test_a_number_with_a_space_has_a_page(kb: Datasette) -> None:
    assert "2021.113 KS" in await text(kb, "/dnr/2021.113%20KS")
    assert "/dnr/2021.113%20KS" in await text(kb, "/handling/cccccccccc-1")


async def test_a_number_that_fits_several_gives_a_choice(kb: Datasette) -> None:
    seen = prose(await text(kb, "/dnr/29/2021"))
    assert "Vilket ärende menar du?" in seen and "RS/29/2021" in seen and "RUN/29/2021" in seen and "31/2021" not in seen


async def test_an_unknown_number_suggests_near_ones(kb: Datasette) -> None:
    html = await text(kb, "/dnr/RUN/30/2021", 404)
    assert "Inget ärende med numret RUN/30/2021" in html and 'value="RUN/30/2021"' in html
    assert "RUN/29/2021" in html and "RUN/31/2021" in html and "RS/101/2021" not in html
    assert "Inget ärende" in await text(kb, "/dnr/vad/som/helst", 404)


async def test_forum(kb: Datasette) -> None:
    seen = prose(await text(kb, "/forum/regionfullmaktige"))
    for expected in (
        "Regionfullmäktige RF",
        "högsta beslutande",
        "Får ärenden beredda av Regionstyrelsen",
        "Motionen avslås.",
        "§ 74",
        "RS/101/2021",
    ):
        assert expected in seen
    assert "Bereder ärenden åt Regionfullmäktige" in prose(await text(kb, "/forum/regionstyrelsen"))
    assert "Kallas även utvecklingsnämnden" in prose(await text(kb, "/forum/regionala-utvecklingsnamnden"))


async def test_forums_that_nobody_mentions_are_not_listed(kb: Datasette) -> None:
    html = await text(kb, "/forum")
    assert "Regionfullmäktige" in html and "Vägnämnden" not in html


async def test_document(kb: Datasette) -> None:
    html = await text(kb, "/handling/aaaaaaaaaa-1")
    assert 'id="sida-2"' in html and 'href="/beslut/aaaaaaaaaa-1.b1"' in html
    for expected in ("Sida 1", "§ 73", "rf/protokoll juni.txt", "sida 1–2", "lucka i §§", "framgår inte"):
        assert expected in prose(html)
    damaged = prose(await text(kb, "/handling/bbbbbbbbbb-1"))
    assert "samverkansrådet" in damaged and "Så stod det" in damaged and "samverkansrfldet" in damaged and "Skadad text" in damaged


async def test_original_is_sent_as_what_no_browser_runs(kb: Datasette, base: Path) -> None:
    response = await kb.client.get("/handling/aaaaaaaaaa-1/original")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["content-disposition"] == "inline; filename*=UTF-8''protokoll%20juni.txt"
    assert response.content == PROTOCOL.encode() and HOSTILE.encode() in response.content
    pdf = await kb.client.get("/handling/cccccccccc-1/original")
    assert pdf.headers["content-type"] == "application/pdf" and pdf.headers["content-disposition"].endswith("''v%C3%A4g.pdf")


async def test_other_formats_are_saved_and_a_missing_file_is_said(base: Path, tmp_path: Path) -> None:
    db = build(tmp_path / "x.db")
    with sqlite3.connect(db) as conn:
        conn.execute("UPDATE sources SET format = 'html', path = 'a\"b.html' WHERE id = 1")
        conn.execute("UPDATE sources SET sha256 = '../../etc/passwd' WHERE id = 2")
    conn.close()
    datasette = Datasette([str(db)])
    await datasette.invoke_startup()
    response = await datasette.client.get("/handling/aaaaaaaaaa-1/original")
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["content-disposition"] == "attachment; filename*=UTF-8''a%22b.html"
    assert "Originalfilen finns inte" in await text(datasette, "/handling/bbbbbbbbbb-1/original", 404)
    datasette.close()


async def test_decision(kb: Datasette) -> None:
    html = await text(kb, "/beslut/aaaaaaaaaa-1.b1")
    seen = prose(html)
    for expected in ("Antaget", "Kostnaden delas lika", "Reservation Alma Gran (X)", "Regionfullmäktige 2021-06-16, § 73, dnr RS/101/2021",
                     "rf/protokoll juni.txt, s. 1, rad 7", "1. Överenskommelsen om fjällbussen antas. 2. Regionala"):  # fmt: skip
        assert expected in seen
    assert "/handling/aaaaaaaaaa-1#p" in html
    proposal = prose(await text(kb, "/beslut/bbbbbbbbbb-1.b1"))
    assert "Föreslaget" in proposal
    assert "Förslag från Regiondirektören till Regionala utvecklingsnämnden 2021-05-04, dnr RUN/29/2021" in proposal


@pytest.mark.parametrize(
    "path", ["/handling/finns-inte", "/beslut/finns-inte", "/forum/finns-inte", "/finns-inte", "/kb/finns-inte", "/handling/x/original"]
)
async def test_not_found_is_said_in_swedish(kb: Datasette, path: str, capfd: pytest.CaptureFixture[str]) -> None:
    html = await text(kb, path, 404)
    assert '<html lang="sv">' in html and "Den sidan finns inte" in html and "/sok" in html
    assert "Traceback" not in "".join(capfd.readouterr())


async def test_pages_stand_below_a_base_url(base: Path) -> None:
    datasette = Datasette([str(base)], config=CONFIG, settings={"base_url": "/bas/"})
    await datasette.invoke_startup()
    for path in PAGES:
        links = [
            attributes.get("href") or attributes.get("action") or "" for _, attributes in tags(await text(datasette, path))
        ]  # the client adds the base
        assert not [link for link in links if link.startswith("/") and not link.startswith("/bas/")]
    datasette.close()


# Datasette's own pages and the traps of 1.0a41


async def test_the_base_is_called_kb_whatever_its_file_is_called(kb: Datasette) -> None:
    assert list(kb.databases) == ["kb"] and kb.databases["kb"].is_mutable
    assert "Allt om ett diarienummer" in await text(kb, "/kb")


async def test_settings_are_applied(kb: Datasette) -> None:
    applied = (await kb.client.get("/-/settings.json")).json()
    assert {key: applied[key] for key in CONFIG["settings"]} == CONFIG["settings"]
    assert not applied["suggest_facets"] and not applied["allow_download"] and not applied["default_allow_sql"]


async def test_titles_are_applied(kb: Datasette) -> None:
    assert "Antagna beslut, nyast först" in await text(kb, "/kb/beslut_av_forum")
    assert "En rad per beslut, förslag eller omtalat beslut" in await text(kb, "/kb/decision_list")
    assert "adopted = antaget" in await text(kb, "/kb/decision_list")


@pytest.mark.parametrize("table", ["passage_list", "passages"])
async def test_table_search_finds_words_and_not_nonsense(kb: Datasette, table: str) -> None:
    for word, count in (("fjällbussen", 3), ("xyzzyq", 0)):
        assert len((await kb.client.get(f"/kb/{table}.json?_search={word}")).json()["rows"]) == count
    assert (await text(kb, f"/kb/{table}.csv?_search=xyzzyq")).count("\n") <= 1


async def test_the_index_table_is_hidden_and_not_forbidden(kb: Datasette) -> None:
    tables = {table["name"]: table["hidden"] for table in (await kb.client.get("/kb.json")).json()["tables"]}
    assert tables["passages_fts"] and not tables["passages"]
    assert all(hidden for name, hidden in tables.items() if "fts" in name)
    assert (await kb.client.get("/kb/passages_fts")).status_code == 200


@pytest.mark.parametrize(
    "path", ["/kb", "/kb/decision_list", "/kb/beslut_av_forum?forum=full", "/-/", "/kb/passages/1", "/kb/document_list?_facet=kind"]
)
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
    datasette = Datasette([str(db)], config=CONFIG)
    await datasette.invoke_startup()
    assert "Färskt beslut" not in await text(datasette, "/")
    with sqlite3.connect(db) as conn:
        conn.execute("UPDATE points SET text = 'Färskt beslut.' WHERE decision_id = 'aaaaaaaaaa-1.b2'")
    conn.close()
    response = await datasette.client.get("/")
    assert "Färskt beslut" in response.text
    datasette.close()


# words


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2015-06-16", "2015-06-17", "16–17 juni 2015"),
        ("2015-06-30", "2015-07-01", "30 juni – 1 juli 2015"),
        ("2015-12-31", "2016-01-01", "31 december 2015 – 1 januari 2016"),
        ("2018-06", None, "juni 2018"),
        ("2019", None, "2019"),
        (None, None, ""),
        ("i fjol", None, "i fjol"),
        ("2019-13", None, "2019-13"),
    ],
)
def test_periods(first: str | None, last: str | None, expected: str) -> None:
    assert words.period(first, last) == expected


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG between two colours."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        return sum(w * (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4) for w, p in zip((0.2126, 0.7152, 0.0722), parts, strict=True))

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def palettes() -> Iterator[dict[str, str]]:
    """The colours of light and of dark."""
    css = (Path(__file__).parent.parent / "kb" / "web" / "static" / "kb.css").read_text("utf-8")
    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) for block in re.findall(r":root \{(.*?)\}", css, re.DOTALL)[:2])
    yield light
    yield {**light, **dark}


@pytest.mark.parametrize("colours", list(palettes()), ids=["light", "dark"])
def test_contrast(colours: dict[str, Any]) -> None:
    pairs = [(ink, ground) for ink in ("ink", "soft", "link", "warn") for ground in ("paper", "card")]
    for one, other in [*pairs, ("on-accent", "accent"), ("ink", "mark")]:
        assert contrast(colours[one], colours[other]) >= 4.5, (one, other)

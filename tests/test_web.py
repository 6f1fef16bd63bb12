"""The pages, one by one: what each shows, and what it says where there is nothing to show."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from urllib.parse import quote

import pytest
from datasette.app import Datasette

from kb.archive import Archive
from kb.web import finding, views
from tests.web_base import HOSTILE, PROTOCOL, SCHEMA, build
from tests.web_client import prose, serving, tags, text

# the pages, one by one


async def test_home(kb: Datasette) -> None:
    seen = prose(await text(kb, "/"))
    for expected in ("3 handlingar", "2 beslut", "5 ärenden", "(1 av 3 punkter)",
                     "Överenskommelsen om fjällbussen antas.", "16–17 juni 2021", "Ny här?", "Politiska organ",
                     "Avtal om vinterväghållning", "1 tveksamhet att titta på"):  # fmt: skip
        assert expected in seen


async def test_home_of_an_empty_base(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "tom.db") as db:
        db.executescript(SCHEMA.read_text("utf-8"))
    db.close()
    with serving(tmp_path / "tom.db") as empty:
        assert "Här är ännu tomt" in await text(empty, "/")
        assert "Inga forum ännu" in await text(empty, "/forum")
        assert "Inga träffar" in await text(empty, "/sok?q=avtal")


async def test_without_a_base_the_page_says_what_to_do(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "främmande.db").close()
    with serving(tmp_path / "främmande.db") as other:
        assert "kb ingest" in await text(other, "/", 503)


async def test_search_marks_words_and_links_to_the_passage(kb: Datasette) -> None:
    html = await text(kb, "/sok?q=vintern")
    assert "<mark>vintern</mark>" in html
    passage = next(attributes["href"] for tag, attributes in tags(html) if tag == "a" and "#p" in (attributes.get("href") or ""))
    assert passage and passage.startswith("/handling/aaaaaaaaaa-1#p")
    for expected in ("1 träff på", ["Protokoll", "16 juni 2021"][1], "s. 1, rad 5"):
        assert expected in prose(html)


async def test_a_page_is_of_one_state_of_the_base(tmp_path: Path) -> None:
    build(path := tmp_path / "kb.db")

    def twice(conn: sqlite3.Connection) -> list[int]:
        found = []
        for _ in range(2):
            found += [n for (n,) in conn.execute("SELECT count(*) FROM decisions")]
            with sqlite3.connect(path, timeout=1) as other:  # as an ingest does while the page is read
                other.execute("DELETE FROM decisions")
            other.close()
        return found

    with serving(path) as kb:
        base = kb.get_database("kb")
        first, second = await views.ask(kb, base, twice)
        assert first == second > 0
        assert await views.ask(kb, base, lambda conn: conn.execute("SELECT count(*) FROM decisions").fetchone()[0]) == 0


async def test_search_by_forum_and_year(kb: Datasette) -> None:
    assert "Uppföljning av samverkan" in prose(await text(kb, "/sok?q=fjällbussen&ar=2021"))
    assert "Inga träffar" in prose(await text(kb, "/sok?q=fjällbussen&ar=2020"))
    beyond = await text(kb, "/sok?q=fjällbussen&ar=2020&ordning=datum")
    assert "Utan datum:2020 finns" in prose(beyond) and 'href="/sok?q=fj%C3%A4llbussen&amp;ordning=datum"' in beyond
    assert 'href="/sok?q=fj%C3%A4llbussen&amp;ar=2021"' in await text(kb, "/sok?q=forum:Okänt+fjällbussen&ar=2021")
    assert "rf/" not in await text(kb, "/sok?q=uppföljning&forum=Regionfullmäktige")
    html = await text(kb, "/sok?q=fjällbussen&forum=Regionfullmäktige")
    assert 'href="/sok?q=fj%C3%A4llbussen"' in html, "the way out of what was chosen"
    assert "Regionstyrelsen" not in prose(html)


async def test_search_shows_all_kinds_with_the_best_of_each(kb: Datasette) -> None:
    seen = prose(await text(kb, "/sok?q=fjällbussen"))
    places = [seen.index(word) for word in ("Beslut 1", "Paragrafer 1", "Ärenden", "Handlingar", "Text", "Bäst först")]
    assert places == sorted(places)
    only = prose(await text(kb, "/sok?q=fjällbussen&visa=beslut"))
    assert "Överenskommelsen om fjällbussen antas" in only and "Tjänsteskrivelse" not in only.split("Bäst först")[1].split("Slag av handling")[0]


async def test_search_narrows_and_sorts_by_links(kb: Datasette) -> None:
    html = await text(kb, "/sok?q=samverkan+ELLER+fj%C3%A4llbussen+ELLER+avtal")
    links = [attributes["href"] for tag, attributes in tags(html) if tag == "a" and "/sok?" in (attributes.get("href") or "")]
    for name in ("typ=", "ar=", "ordning=datum", "visa=text"):
        link = next(link for link in links if link and name in link)
        assert "träff" in await text(kb, link)
    newest = await text(kb, "/sok?q=samverkan+ELLER+fj%C3%A4llbussen+ELLER+avtal&visa=handlingar&ordning=datum")
    days = re.findall(r"<span>(\d+ )?(\w+) (20\d\d)</span>", newest)
    assert [year for *_, year in days] == sorted((year for *_, year in days), reverse=True)


@pytest.mark.parametrize("query", ["dnr RS 0101 2021", "rs-101-21 dnr"])
async def test_a_number_whose_case_is_the_only_hit_says_so(kb: Datasette, query: str) -> None:
    seen = prose(await text(kb, "/sok?q=" + quote(query)))
    assert "Ärende RS/101/2021" in seen and "Träffen är ärendet här ovan. Inget stycke i text, beslut eller handlingar passar in på" in seen
    assert "Inga träffar" not in seen and "Sök efter RS/101/2021 i all text" in seen


async def test_hits_as_a_sheet_for_excel(kb: Datasette) -> None:
    response = await kb.client.get("/export/sok.csv?q=fjällbussen")
    assert response.headers["content-type"].startswith("text/csv") and "attachment" in response.headers["content-disposition"]
    first, *rows = response.text.lstrip("\ufeff").splitlines()
    assert first.split(";")[:2] == ["Träff", "Rubrik"]
    assert {row.split(";")[0] for row in rows} >= {"Beslut", "Paragrafer", "Text"}
    assert (await kb.client.get("/export/sok.csv")).text.count("\n") == 1


async def test_the_reason_of_a_hit_is_said(kb: Datasette) -> None:
    assert "böjning ”fjällbussen”" in prose(await text(kb, "/sok?q=fjällbussens&visa=text"))


async def test_empty_query_and_no_hit_help(kb: Datasette) -> None:
    assert "Så söker du" in await text(kb, "/sok")
    html = await text(kb, "/sok?q=xyzzyq&ar=2021")
    assert "Pröva så här" in html and "Sök i alla forum och alla år" in html


@pytest.mark.parametrize("asked", ["RS/101/2021", "rs 101-21", "dnr RS/101/2021"])
async def test_typed_number_leads_to_the_case(kb: Datasette, asked: str) -> None:
    html = await text(kb, f"/sok?q={asked}")
    assert "Ärende RS/101/2021 →" in html and 'href="/dnr/RS/101/2021"' in html


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "avtal OCH",
        "a*b",
        "datum:[x TO",
        "AND",
        "(",
        "kommun-styrelsen",
        "\x00",
        "x" * 3000,
        "forum:",
        "§",
        "%",
        "x~",
        "a*",
        "datum:>",
        "år:2021",
    ],
)
async def test_no_query_gives_an_error_page(kb: Datasette, query: str) -> None:
    response = await kb.client.get("/sok", params={"q": query, "ar": "tjugo", "sida": "-1", "forum": "Finns inte"})
    assert response.status_code == 200


async def test_a_hit_below_one_of_the_same_paper_does_not_say_again_which_it_is(kb: Datasette) -> None:
    html = await text(kb, "/sok?q=samverkan+ELLER+fjällbussen+ELLER+kostnaden&visa=text")
    hits = [
        (again != "", paper, said)
        for again, paper, said in re.findall(r'<li( class="again")?>\s*<h3><a href="/handling/([^#"?]+)[^>]*>([^<]+)', html)
    ]
    papers = [paper for _, paper, _ in hits]
    assert [again for again, _, _ in hits] == [paper == above for paper, above in zip(papers, [None, *papers], strict=False)]
    assert {again for again, _, _ in hits} == {True, False}
    assert all(said.startswith("Samma handling, ") == again for again, _, said in hits)


async def test_pages_of_hits(kb: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "PAGE_SIZE", 1)
    first, second = await text(kb, "/sok?q=fjällbussen&visa=text"), await text(kb, "/sok?q=fjällbussen&visa=text&sida=2")
    assert "Nästa" in first and "Föregående" not in first and "Föregående" in second
    snippet = re.compile(r'class="snippet">(.*?)</p>')
    assert len(snippet.findall(first)) == 1 and snippet.findall(first) != snippet.findall(second)
    last, after = [await text(kb, f"/sok?q=fjällbussen&visa=text&sida={number}") for number in (3, 99)]
    assert after == last and "sida 3 av 3" in prose(after) and "Inget av det här slaget" not in after


async def test_case_shows_its_way(kb: Datasette) -> None:
    seen = prose(await text(kb, "/dnr/RS/101/2021")).partition("Ärendets gång")[2]
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
    with serving(db) as datasette:
        response = await datasette.client.get("/handling/aaaaaaaaaa-1/original")
        assert response.headers["content-type"] == "application/octet-stream"
        assert response.headers["content-disposition"] == "attachment; filename*=UTF-8''a%22b.html"
        assert "Originalfilen finns inte" in await text(datasette, "/handling/bbbbbbbbbb-1/original", 404)


@pytest.mark.parametrize(
    ("encoding", "sent"),
    [
        ("cp1252", ("text/plain; charset=cp1252", "inline")),
        ("mac_roman", ("text/plain; charset=macintosh", "inline")),
        ("utf-16-le", ("text/plain; charset=utf-16le", "inline")),
        ("utf-8", ("text/plain; charset=utf-8", "inline")),
        ("utf-8 and others", ("application/octet-stream", "attachment")),
        ("cp1252 and others", ("application/octet-stream", "attachment")),
        ("cp850", ("application/octet-stream", "attachment")),
        ("utf-32", ("application/octet-stream", "attachment")),
    ],
)
async def test_a_text_is_sent_in_an_encoding_that_browsers_know(tmp_path: Path, encoding: str, sent: tuple[str, str]) -> None:
    db = build(tmp_path / "x.db")
    with sqlite3.connect(db) as conn:
        conn.execute("UPDATE sources SET encoding = ? WHERE id = 1", (encoding.removesuffix(" and others"),))
        [sha256] = conn.execute("SELECT sha256 FROM sources WHERE id = 1").fetchone()
    conn.close()
    line = "Nämnden beslöt på mötet.\n"
    others = line.encode("cp1252" if encoding.startswith("utf-8") else "utf-8") if encoding.endswith(" and others") else b""
    Archive(db).file(sha256).write_bytes(line.encode(encoding.removesuffix(" and others")) * 3 + others)
    with serving(db) as datasette:
        headers = (await datasette.client.get("/handling/aaaaaaaaaa-1/original")).headers
    assert (headers["content-type"], headers["content-disposition"].partition(";")[0]) == sent


async def test_decision(kb: Datasette) -> None:
    html = await text(kb, "/beslut/aaaaaaaaaa-1.b1")
    seen = prose(html)
    for expected in ("Antaget", "Kostnaden delas lika", "Reservation Alma Gran (X)", "Regionfullmäktige 2021-06-16, § 73, dnr RS/101/2021",
                     "rf/protokoll juni.txt, s. 1, rad 7", "1. Överenskommelsen om fjällbussen antas. 2. Regionala"):  # fmt: skip
        assert expected in seen
    assert "/handling/aaaaaaaaaa-1#p" in html
    assert "Omröstning Ja 2 avslag på förslaget Alma Gran (X) Nej 3 bifall" in seen
    assert "(flest röster) Bo Tall (X)" in seen and "gick emot det som ordföranden först hade funnit" in seen
    proposal = prose(await text(kb, "/beslut/bbbbbbbbbb-1.b1"))
    assert "Föreslaget" in proposal
    assert "Förslag från Regiondirektören till Regionala utvecklingsnämnden 2021-05-04, dnr RUN/29/2021" in proposal


async def test_a_page_break_in_the_words_of_a_decision_is_a_line(tmp_path: Path) -> None:
    db = build(tmp_path / "x.db")
    with sqlite3.connect(db) as conn:
        start, end = conn.execute("SELECT start, end FROM decisions WHERE id = 'aaaaaaaaaa-1.b1'").fetchone()
        (whole,) = conn.execute("SELECT text FROM sources WHERE id = 1").fetchone()
        broken = whole[start:end].replace(" ", "\f", 1)
        conn.execute("UPDATE sources SET text = ? WHERE id = 1", (whole[:start] + broken + whole[end:],))
    conn.close()
    with serving(db) as datasette:
        page = await text(datasette, "/beslut/aaaaaaaaaa-1.b1")
    assert "\f" not in page and broken.replace("\f", "\n").split("\n")[1] in page


@pytest.mark.parametrize(
    "path", ["/handling/finns-inte", "/beslut/finns-inte", "/forum/finns-inte", "/finns-inte", "/kb/finns-inte", "/handling/x/original"]
)
async def test_not_found_is_said_in_swedish(kb: Datasette, path: str, capfd: pytest.CaptureFixture[str]) -> None:
    html = await text(kb, path, 404)
    assert '<html lang="sv">' in html and ("Den sidan finns inte" in html or "Inget sådant forum" in html) and "/sok" in html
    assert "Traceback" not in "".join(capfd.readouterr())


async def test_tables_have_swedish_titles_and_hide_the_machinery(kb: Datasette) -> None:
    html = await text(kb, "/tabeller")
    assert "Avtal som löper ut inom ett år" in html and 'href="/kb/decision_list"' in html and "/kb/points" not in html

"""What the pages of a forum say of it: what it is for, in the words of papers where the registry does not say it; its tasks; who took part."""

from __future__ import annotations

import html
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from datasette.app import Datasette

from kb.web import forum
from tests.browsing import ROOT, ingested
from tests.web_client import prose, serving, text

RULES = """MYRLUNDA KOMMUN
Reglemente
2022-06-10

Om nämnderna

Badnämnden ansvarar för kommunens badplatser, bl.a. vid sjön, och simhallar. Badnämnden ansvarar inte för fiskevården.
Badnämnden sammanträder på våren. Hamnnämndens uppgift är att sköta <b>hamnar</b> och farleder.
Kultur- och fritidsnämnden har yttrat sig. Kommunstyrelsen ansvarar för ekonomin i hela kommunen.
"""
OTHER = """SJÖBERGA KOMMUN
Tjänsteutlåtande
2023-01-10

Badnämnden ansvarar för kommunens badplatser, bl.a. vid sjön, och simhallar.
Badnämnden har till uppgift att lära barn att simma.
"""


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    folder = tmp_path_factory.mktemp("till-vad")
    (folder / "reglemente.txt").write_text(RULES, "utf-8")
    (folder / "utlatande.txt").write_text(OTHER, "utf-8")
    ingested(folder / "kb.db", folder)
    with serving(folder / "kb.db") as datasette:
        yield datasette


@pytest.mark.parametrize("path", ["/forum/badnamnden", "/ny?forum=badnamnden"])
async def test_a_page_says_what_papers_say_a_forum_is_for(kb: Datasette, path: str) -> None:
    page = await text(kb, path)
    seen = prose(page)
    assert "Registret säger inte vad forumet är till för. Så skriver handlingarna" in seen
    assert seen.count("Badnämnden ansvarar för kommunens badplatser, bl.a. vid sjön, och simhallar.") == 1, "what two papers say is said once"
    assert "Badnämnden har till uppgift att lära barn att simma." in seen
    assert "10 juni 2022" not in seen.partition("Så skriver handlingarna")[2].partition("lära barn")[0], "by the newest that says it"
    assert "inte för fiskevården" not in seen and "sammanträder" not in seen
    assert "10 januari 2023, Sjöberga kommun" in seen and "/handling/" in page.partition("lära barn")[2][:600]


async def test_words_of_papers_are_no_html(kb: Datasette) -> None:
    page = await text(kb, "/forum/hamnnamnden")
    assert "Hamnnämndens uppgift är att sköta &lt;b&gt;hamnar&lt;/b&gt; och farleder." in page


@pytest.mark.parametrize("path", ["/forum/kultur-och-fritidsnamnden", "/ny?forum=kultur-och-fritidsnamnden"])
async def test_where_no_paper_says_it_the_page_says_who_can_write_it(kb: Datasette, path: str) -> None:
    seen = prose(await text(kb, path))
    assert "ingen handling här säger det i klartext" in seen and "Den som sköter kunskapsbasen kan skriva det i registret" in seen
    assert "forums.yaml" not in seen and "purpose" not in seen


async def test_the_registry_speaks_for_its_own(kb: Datasette) -> None:
    for path in ("/forum/kommunstyrelsen", "/ny?forum=kommunstyrelsen"):
        seen = prose(await text(kb, path))
        assert "(enligt registret)" in seen and "Registret säger inte" not in seen
        assert "Så skriver handlingarna: Kommunstyrelsen ansvarar för ekonomin i hela kommunen." in seen, "apart, with the paper"


async def test_the_words_a_forum_uses_are_those_of_papers(kb: Datasette) -> None:
    seen = prose(await text(kb, "/ny?forum=kommunstyrelsen")).partition("Ord som forumet använder")[2].partition("Ordlista")[0]
    assert "uppsikt" not in seen


MINUTES = """GRANVIKS KOMMUN
Kommunfullmäktige
Protokoll
2023-03-10

§ 12 Dnr KS 2023/11
Farleder

Beslut
1. Badnämnden, hamnnämnden samt kultur- och fritidsnämnden får i uppdrag att utreda farlederna.
2. Hamnnämnden får i uppdrag att laga bryggan.
3. Kommunstyrelsen och badnämnden får i uppdrag att räkna båtarna.
"""


async def test_a_forum_has_the_tasks_that_it_shares_with_others(tmp_path: Path) -> None:
    (tmp_path / "protokoll.txt").write_text(MINUTES, "utf-8")
    ingested(tmp_path / "kb.db", tmp_path / "protokoll.txt")
    with serving(tmp_path / "kb.db") as datasette:
        for slug, has in (("badnamnden", (1, 0, 1)), ("hamnnamnden", (1, 1, 0)), ("kultur-och-fritidsnamnden", (1, 0, 0))):
            for path in (f"/forum/{slug}", f"/ny?forum={slug}"):
                seen = (
                    prose(await text(datasette, path))
                    .partition("Uppdrag som inte är klara")[2]
                    .partition("Handlingar som nämner")[0]
                    .partition("Ärenden som delas")[0]
                )
                assert tuple(seen.count(one) for one in ("utreda farlederna.", "laga bryggan.", "räkna båtarna.")) == has, path


async def test_a_list_of_people_that_was_not_read_whole_is_not_shown_as_whole(tmp_path: Path) -> None:
    """Of a first page whose columns could not be paired two names were left, as if no more had been there."""
    ingested(tmp_path / "kb.db", ROOT / "examples" / "rsr-2022-03-22-protokoll.txt")
    for doubt in (False, True):
        if doubt:
            with sqlite3.connect(tmp_path / "kb.db") as conn:
                conn.execute("INSERT INTO problems (document_id, kind, message) SELECT document_id, ?, 'x' FROM meetings", (forum.UNREAD,))
            conn.close()
        with serving(tmp_path / "kb.db") as datasette:
            for path in ("/forum/regionens-samverkansrad", "/ny?forum=regionens-samverkansrad"):
                seen = prose(await text(datasette, path))
                assert "Deltog senast" in seen and ("Närvarolistan gick inte att läsa hel" in seen) == doubt


def test_the_doubt_is_called_as_the_parser_calls_it() -> None:
    assert f'"{forum.UNREAD}"' in (ROOT / "ingest" / "document" / "meetings.py").read_text("utf-8")


@pytest.mark.parametrize(
    ("path", "says"),
    [("/forum?omrade=%3Cb%3Exyz", "Inget område heter ”<b>xyz” här."), ("/uppdrag?lage=x", "Inget läge heter ”x”.")],
)
async def test_what_there_is_not_is_said(kb: Datasette, path: str, says: str) -> None:
    assert html.escape(says) in await text(kb, path)
    assert "heter ”" not in await text(kb, path.partition("?")[0])


async def test_a_newcomer_reads_decisions_of_substance_before_those_that_only_note_or_put_off(tmp_path: Path) -> None:
    sections = [
        ("Val av justerare", "Ida Lund utses att justera protokollet."),
        ("Ny hall", "Ärendet bordläggs."),
        ("Taxa för bad", "Taxan antas."),
        ("Rapporter", "Informationen antecknas."),
        ("Plan för bryggor", "Planen fastställs."),
    ]
    body = "\n\n".join(f"§ {n} {title}\n\nBeslut\n{decided}" for n, (title, decided) in enumerate(sections, 1))
    (tmp_path / "protokoll.txt").write_text(f"Granby kommun\nBadnämnden\nProtokoll\n2022-05-30\n\n{body}\n", "utf-8")
    ingested(tmp_path / "kb.db", tmp_path / "protokoll.txt")
    with serving(tmp_path / "kb.db") as datasette:
        seen = prose(await text(datasette, "/ny?forum=badnamnden")).partition("Senaste besluten")[2]
    order = sorted((title for title, _ in sections), key=seen.index)
    assert set(order[:2]) == {"Taxa för bad", "Plan för bryggor"}

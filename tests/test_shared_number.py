"""One diary number in two municipalities: two cases wherever one asks, on the pages, in search and at the command line."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from datasette.app import Datasette

from kb import terminal
from kb.cli import app
from tests.browsing import ROOT, ingested
from tests.test_links import papers_of, rows
from tests.web_client import prose, serving, tags, text

PAPERS = papers_of("A third's papers")
CHOICE = "/dnr/KS%202021/12"
CASES = {of: f"{CHOICE}?kommun={quote(of)}" for of in ("Norrviks kommun", "Sjöberga kommun")}
TITLES = {"Norrviks kommun": "Ny badplats vid sjön", "Sjöberga kommun": "Upphandling av skolskjuts"}
EACH = pytest.mark.parametrize(("of", "other"), [("Norrviks kommun", "Sjöberga kommun"), ("Sjöberga kommun", "Norrviks kommun")])


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samma")
    for path, words in PAPERS.items():
        (folder / "in" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "in" / path).write_text(words, "utf-8")
    ingested(folder / "kb.db", folder / "in")
    return folder / "kb.db"


@pytest.fixture(scope="module")
def kb(base: Path) -> Iterator[Datasette]:
    with serving(base) as datasette:
        yield datasette


def asked(base: Path, sql: str, *values: object) -> list[tuple[str, ...]]:
    with sqlite3.connect(base) as db:
        found = db.execute(sql, values).fetchall()
    db.close()
    return found


def links(html: str) -> set[str | None]:
    return {attributes.get("href") for tag, attributes in tags(html) if tag in ("a", "link")}


async def test_the_number_gives_a_choice_of_what_tells_the_cases_apart(kb: Datasette) -> None:
    page = await text(kb, CHOICE)
    assert set(CASES.values()) <= links(page)
    said = prose(page)
    assert "2 ärenden har diarienumret KS 2021/12" in said
    assert "KS 2021/12 Ny badplats vid sjön Norrviks kommun 2 februari 2022 – 2 oktober 2022 9 steg" in said
    assert "KS 2021/12 Upphandling av skolskjuts Sjöberga kommun" in said


async def test_who_followed_the_number_is_told_of_each_of_its_cases(kb: Datasette) -> None:
    feed = await text(kb, "/dnr/KS%202021/12.atom")
    assert "KS 2021/12 (2 ärenden)" in feed
    assert all(f"{CHOICE}?kommun={quote(of)}".replace("%20", "%20") in feed and TITLES[of] in feed for of in CASES)
    days = (await text(kb, "/dnr/KS%202021/12.ics")).replace("\r\n ", "")
    assert all(TITLES[of] in days for of in CASES)
    assert (await kb.client.get("/dnr/12/2021x.atom")).status_code == 404


async def test_a_number_that_is_nearly_one_is_offered(kb: Datasette) -> None:
    page = await text(kb, "/sok?q=SK+2021/12")
    assert "Inga träffar" in page and "Menade du ärendet" in page and set(CASES.values()) <= links(page)
    assert "Menade du ärendet" not in await text(kb, "/sok?q=badplats") and "Menade du ärendet" not in await text(kb, "/sok?q=xyzzyq")


async def test_what_papers_do_not_say_is_no_contradiction(kb: Datasette, base: Path) -> None:
    [(section,), *_] = asked(base, "SELECT about FROM problem_list WHERE kind = 'oklart vilket ärende' AND about IN (SELECT id FROM paragraphs)")
    said = prose(await text(kb, f"/paragraf/{section}"))
    assert "Tveksamt" in said and "Norrviks kommun eller Sjöberga kommun" in said and "går isär" not in said


@EACH
async def test_a_case_has_its_own_steps_and_leads_to_the_other(kb: Datasette, of: str, other: str) -> None:
    page = await text(kb, CASES[of])
    said = prose(page)
    assert TITLES[of] in said
    assert f"Samma diarienummer i ett annat ärende: {other}, {TITLES[other]}" in said
    assert {CASES[other], CASES[of].replace("?", ".atom?"), CASES[of].replace("?", ".ics?")} <= links(page)
    source = {"Norrviks kommun": "norrvik/ks.txt", "Sjöberga kommun": "sjoberga/ks.txt"}
    assert source[of] in said
    assert source[other] not in said
    assert said.count("kan gälla ett annat ärende med samma nummer") == 2  # of the steps that do not say


async def test_other_spellings_and_names_are_sent_on(kb: Datasette) -> None:
    for path in ("/dnr/ks%2012/2021?kommun=Norrviks%20kommun", "/dnr/KS%202021/12?kommun=Norrviks%20kommun"):
        last = (await kb.client.get(path, follow_redirects=True)).text
        assert TITLES["Norrviks kommun"] in last
    assert "2 ärenden har" in await text(kb, "/dnr/KS%202021/12?kommun=Ingen%20kommun")
    plain = await kb.client.get("/dnr/RS/40/2022?kommun=Norrviks%20kommun")
    assert plain.headers["location"] == "/dnr/RS/40/2022"


@EACH
async def test_what_leads_to_a_case_leads_to_the_right_one(kb: Datasette, base: Path, of: str, other: str) -> None:
    [(decision, section, document)] = asked(
        base, "SELECT id, paragraph_id, document_id FROM decision_list WHERE case_of = ? AND status = 'adopted'", of
    )
    paths = [
        f"/beslut/{decision}",
        f"/paragraf/{section}",
        f"/handling/{document}",
        f"/sok?q=dnr:KS2021/12+kommun:%22{quote(of)}%22",
        "/kb/decision_list",
    ]
    paths += [f"/forum/kommunstyrelsen?kommun={quote(of)}"]
    for path in paths:
        found = links(await text(kb, path))
        assert CASES[of] in found, path
        assert CHOICE not in found, path
        assert CASES[other] not in found or path.startswith(("/kb", "/sok")), path


async def test_a_search_has_both(kb: Datasette) -> None:
    for query in ("KS 2021/12", "dnr:KS2021/12"):
        page = await text(kb, f"/sok?q={quote(query)}")
        assert set(CASES.values()) <= links(page)
        assert "Ärende KS 2021/12, Norrviks kommun" in prose(page)
        assert "Ärenden (2)" in prose(page) or "Ärenden 2" in prose(page)


@EACH
async def test_feed_calendar_and_export_are_of_one(kb: Datasette, of: str, other: str) -> None:
    for ending in (".atom?", ".ics?"):
        written = await text(kb, CASES[of].replace("?", ending))
        assert TITLES[of].split()[-1] in written
        assert TITLES[other].split()[-1] not in written
    export = next(href for href in links(await text(kb, CASES[of])) if href and "case_timeline.json" in href)
    kept = json.loads(await text(kb, export))
    assert {row["case_of"] for row in kept} == {of}


def test_the_command_line_tells_both(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert terminal.run(app, ["show", "KS 2021/12", "--db", str(base)]) == 1
    listed = capsys.readouterr().out.splitlines()
    assert [line.strip() for line in listed[1:]] == ["KS 2021/12 Norrviks kommun", "KS 2021/12 Sjöberga kommun"]
    for typed in ("KS 2021/12 Norrviks kommun", "ks 12/21 norrvik"):
        assert terminal.run(app, ["show", *typed.split(), "--db", str(base)]) == 0
        shown = capsys.readouterr().out
        assert "norrvik/ks.txt" in shown
        assert "sjoberga/ks.txt" not in shown
    assert terminal.run(app, ["search", "KS 2021/12", "--db", str(base), "--json"]) == 0
    groups = {group["kind"]: group for group in json.loads(capsys.readouterr().out)["groups"]}
    assert {record["case_of"] for record in groups["case"]["records"]} == set(CASES)


def test_files_that_come_one_by_one_and_a_rebuild_give_the_same_base(base: Path, tmp_path: Path) -> None:
    folder = base.parent / "in"
    for path in sorted(PAPERS, reverse=True):
        ingested(tmp_path / "kb.db", folder / path)
    with sqlite3.connect(base) as together, sqlite3.connect(tmp_path / "kb.db") as apart:
        assert told(apart) == told(together)
        before = rows(apart)
    command = [sys.executable, "-m", "kb.cli", "rebuild", "--db", str(tmp_path / "kb.db")]
    assert subprocess.run(command, check=False, capture_output=True, cwd=ROOT).returncode == 0
    with sqlite3.connect(tmp_path / "kb.db") as again:
        assert rows(again) == before
    for db in (together, apart, again):
        db.close()


def told(db: sqlite3.Connection) -> list[str]:
    """Each step of each case; a paper by its text, as its path is another where it came alone."""
    return sorted(
        re.sub(r"'[^']*\.txt'", "", repr(row)) for row in db.execute("SELECT case_of, dnr, event, text, ref, unsure, date FROM case_timeline")
    )

"""Coverage: what there is by forum and year, gaps in §§, how well it was read, what to look at; the page and the views behind it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from tests.web_base import HOSTILE, SCHEMA, build, counted
from tests.web_client import prose, serving, tags, text


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The made-up base, to change."""
    conn = sqlite3.connect(build(tmp_path / "x.db"))
    conn.row_factory = sqlite3.Row
    yield conn
    conn.close()


async def shown(db: sqlite3.Connection) -> str:
    """The page over a changed base."""
    counted(db)
    db.commit()
    (_, _, file) = db.execute("PRAGMA database_list").fetchone()
    with serving(Path(file)) as datasette:
        return await text(datasette, "/tackning")


def row(db: sqlite3.Connection, sql: str) -> dict[str, Any]:
    """The first row."""
    return dict(db.execute(sql).fetchone())


# the page


async def test_the_page(kb: Datasette) -> None:
    seen = prose(await text(kb, "/tackning"))
    for expected in (
        "3 handlingar i 3 filer",
        "4 sidor med",
        "av orden är troligen rätt",
        "5 rättade ord",
        "Forum 2020 2021 Alla",
        "Regionfullmäktige – 1 1",
        "utan eget forum 1 1 2",
        "Inga luckor",
        "Uppföljning av samverkan om fjällbussen 4 maj 2021",
        "Lucka i §§ 1 1",
        "Så läses skadad text",
    ):
        assert expected in seen, expected


async def test_it_is_linked_from_every_page(kb: Datasette) -> None:
    for path in ("/", "/sok", "/forum", "/handling/aaaaaaaaaa-1"):
        assert 'href="/tackning"' in await text(kb, path)
    assert 'href="/tackning" aria-current="page"' in await text(kb, "/tackning")


async def test_an_empty_base(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "tom.db") as conn:
        conn.executescript(SCHEMA.read_text("utf-8"))
    conn.close()
    with serving(tmp_path / "tom.db") as empty:
        html = await text(empty, "/tackning")
        assert "Här är ännu tomt" in html and "<table" not in html and "None" not in prose(html)


async def test_a_base_of_nothing_but_pictures(db: sqlite3.Connection) -> None:
    db.executescript("DELETE FROM documents; DELETE FROM corrections; UPDATE pages SET words = 0, damaged = 0, unsure = 0")
    seen = prose(await shown(db))
    assert "Ingen handling kunde läsas" in seen and "Ingen handling lästes skadad" in seen and "troligen rätt " not in seen.split("Så läses")[0]


async def test_counts_link_to_those_documents(kb: Datasette, db: sqlite3.Connection) -> None:
    db.execute("UPDATE documents SET date = NULL WHERE id = 'cccccccccc-1'")
    html = await shown(db)
    counts = [
        str(attributes["href"]) for tag, attributes in tags(html) if tag == "a" and (attributes.get("href") or "").startswith("/kb/document_list?")
    ]
    assert len(counts) == 3 and "utan datum" in prose(html)
    (_, _, file) = db.execute("PRAGMA database_list").fetchone()
    with serving(Path(file)) as datasette:
        for href in counts:
            assert len((await datasette.client.get(href.replace("?", ".json?", 1))).json()["rows"]) == 1, href


async def test_gaps(db: sqlite3.Connection) -> None:
    db.execute("UPDATE paragraphs SET number = '78 b' WHERE number = '74'")
    assert "Regionfullmäktige 2021 §§ 73–78 2 4" in prose(await shown(db))
    assert row(db, "SELECT * FROM forum_year_list WHERE missing > 0")["missing"] == 4


async def test_the_worst_read_come_first(db: sqlite3.Connection) -> None:
    db.execute("UPDATE documents SET damaged = 1")  # two of them in sources that nothing has read again
    seen = prose(await shown(db))
    table = seen[seen.index("Troligen rätt nu") : seen.index("Att titta på")]
    assert table.index("Protokoll") < table.index("Uppföljning") and table.count("inte läst om") == 2
    assert table.index("Avtal om") < table.index("Uppföljning")


async def test_what_a_document_says_is_inert_here_too(db: sqlite3.Connection) -> None:
    db.execute("UPDATE problems SET kind = ?", (HOSTILE,))
    db.execute("UPDATE documents SET title = ?, forum = NULL", (HOSTILE,))
    db.execute("UPDATE documents SET date = '<b>21'")
    html = await shown(db)
    assert not [tag for tag, _ in tags(html) if tag in {"script", "img", "b"}] and html.count("&lt;script&gt;") == 2


# the views


async def test_a_document_is_shown_before_the_run_that_read_it_has_ended(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM document_readings")
    db.commit()
    (_, _, file) = db.execute("PRAGMA database_list").fetchone()
    with serving(Path(file)) as datasette:
        assert "Rättade ord" in prose(await text(datasette, "/handling/bbbbbbbbbb-1"))


def test_coverage_of_a_document(db: sqlite3.Connection) -> None:
    found = row(db, "SELECT * FROM coverage WHERE document_id = 'bbbbbbbbbb-1'")
    words = db.execute("SELECT words FROM pages WHERE source_id = 2").fetchone()[0]
    assert (found["words"], found["corrections"], found["by_people"], found["pages"]) == (words, 5, 1, 1)
    assert found["damaged_share"] == round(5 / words, 4) and found["unsure_share"] == round(1.25 / words, 4)
    assert found["quality"] == round(1 - 1.25 / words, 4)
    assert row(db, "SELECT * FROM coverage WHERE document_id = 'aaaaaaaaaa-1'")["problems"] == 1


def test_two_documents_on_a_page_share_its_words(db: sqlite3.Connection) -> None:
    (words, end) = db.execute("SELECT words, end FROM pages WHERE source_id = 2").fetchone()
    db.execute(f"UPDATE documents SET start = {end // 10}, end = {end // 2} WHERE id = 'bbbbbbbbbb-1'")  # what stands before belongs to no document
    columns = ", ".join(name for _, name, *_ in db.execute("PRAGMA table_info(documents)"))
    changed = columns.replace("id, ", "'bbbbbbbbbb-2', ", 1).replace("position", "2").replace("start, end", f"{end // 2}, {end}")
    db.execute(f"INSERT INTO documents ({columns}) SELECT {changed} FROM documents WHERE id = 'bbbbbbbbbb-1'")
    counted(db)
    shares = [count for (count,) in db.execute("SELECT words FROM coverage WHERE source LIKE 'run/%' ORDER BY document_id")]
    assert sum(shares) == pytest.approx(words, abs=1) and shares[0] < shares[1]


@pytest.mark.parametrize(
    ("change", "quality"),
    [
        ("", "known"),
        ("UPDATE sources SET language = NULL", None),  # damaged, and nothing has read it again
        ("UPDATE sources SET language = NULL; UPDATE documents SET damaged = 0", "known"),
        ("UPDATE pages SET words = 0, unsure = 0", None),
        ("DELETE FROM pages", None),
    ],
)
def test_quality_is_null_where_it_is_not_known(db: sqlite3.Connection, change: str, quality: str | None) -> None:
    db.executescript(change)
    counted(db)
    found = row(db, "SELECT quality FROM coverage WHERE document_id = 'bbbbbbbbbb-1'")["quality"]
    assert (found is None) == (quality is None)
    if change != "DELETE FROM pages":
        assert row(db, "SELECT quality FROM page_quality_list WHERE source LIKE 'run/%'")["quality"] == found


def test_quality_of_pages(db: sqlite3.Connection) -> None:
    pages = [
        tuple(found)
        for found in db.execute("SELECT source, page, quality, document_id FROM page_quality_list WHERE source LIKE 'rf/%' ORDER BY page")
    ]
    assert pages == [("rf/protokoll juni.txt", 1, 1.0, "aaaaaaaaaa-1"), ("rf/protokoll juni.txt", 2, 1.0, "aaaaaaaaaa-1")]


def test_the_numbers_leave_out_what_is_not_known(db: sqlite3.Connection) -> None:
    known = row(db, "SELECT * FROM coverage_numbers")
    assert known["unknown_pages"] == 0 and 0.9 < known["quality"] < 1 and known["pages"] == 4
    db.executescript("UPDATE sources SET language = NULL")
    assert row(db, "SELECT unknown_pages, quality FROM coverage_numbers") == {"unknown_pages": 1, "quality": 1.0}

"""Repaired text on the pages: which words are marked, what stood there, the switch between the two, and how the reading is told."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from kb.database import open_database
from kb.web import marks
from kb.web.quality import Reading
from tests import sample
from tests.web_base import REPAIRS, build
from tests.web_client import prose, serving, tags, text

LETTER = "/handling/bbbbbbbbbb-1"
ORIGINAL = LETTER + "?original=1"


# the words of a passage


def passage(stood: str, read: str, repairs: dict[str, str]) -> tuple[marks.Passage, list[marks.Fix]]:
    """A passage that begins at 100 in its source, and its corrections."""
    fixes = [marks.Fix(n, 100 + stood.index(o), 100 + stood.index(o) + len(o), o, c, 0.95, "å, ä, ö") for n, (o, c) in enumerate(repairs.items())]
    original = stood if stood != read else None
    return marks.Passage(1, 1, 1, "text", read, original, 100, 100 + len(stood)), sorted(fixes, key=lambda fix: fix.start)


CASES: list[tuple[str, str, dict[str, str], list[tuple[str, str]]]] = [
    ("en vag till byn", "en väg till byn", {"vag": "väg"}, [("väg", "vag")]),
    ("vag vag vég", "vag vag väg", {"vég": "väg"}, [("väg", "vég")]),  # the word that was corrected, not one like it
    ("Over-\nens om vigen", "Överens om vägen", {"Over-\nens": "Över-\nens", "vigen": "vägen"}, [("Överens", "Overens"), ("vägen", "vigen")]),
    ("lanets väg-\narbete pagar", "länets vägarbete pågår", {"lanets": "länets", "pagar": "pågår"}, [("länets", "lanets"), ("pågår", "pagar")]),
    (
        "byns vag\nSida 2 av 9\nlagas nu, ar det sagt",
        "byns väg lagas nu, är det sagt",
        {"vag": "väg", " ar ": " är "},
        [("väg", "vag"), ("är", "ar")],
    ),
    ("§ 7 Vagen", "Rådets § 7 Vägen", {"Vagen": "Vägen"}, [("Vägen", "Vagen")]),
    ("e\u0301n vag", "én väg", {"vag": "väg"}, [("väg", "vag")]),
    ("lane\u00adts vag", "länets väg", {"lane\u00adts": "länets", "vag": "väg"}, [("länets", "lane\u00adts"), ("väg", "vag")]),
    ("vig/väg", "väg/väg", {"vig": "väg"}, [("väg", "vig")]),
    ("ivag nu", "i väg nu", {"ivag": "i väg"}, [("i väg", "ivag")]),
    ("vig ~ nu", "väg nu", {"vig": "väg", "~": "–"}, [("väg", "vig")]),  # no word: nowhere to put a mark
    ("sidhuvud vag\nnu", "nu", {"vag": "väg"}, []),
    ("vag", "något helt annat", {"vag": "väg"}, []),
    ("", "", {}, []),
]


@pytest.mark.parametrize(("stood", "read", "repairs", "marked"), CASES)
def test_corrected_words_are_found_in_the_clean_text(stood: str, read: str, repairs: dict[str, str], marked: list[tuple[str, str]]) -> None:
    place, fixes = passage(stood, read, repairs)
    pieces = marks.repaired(place, fixes)
    assert "".join(piece.text for piece in pieces) == read
    assert [(piece.text.strip(), piece.other) for piece in pieces if piece.fix] == marked


@pytest.mark.parametrize(("stood", "read", "repairs", "marked"), CASES)
def test_and_in_the_text_as_it_stood(stood: str, read: str, repairs: dict[str, str], marked: list[tuple[str, str]]) -> None:
    place, fixes = passage(stood, read, repairs)
    pieces = marks.as_stood(place, fixes)
    assert "".join(piece.text for piece in pieces) == stood
    assert [piece.text for piece in pieces if piece.fix] == [fix.original for fix in fixes]


def test_a_correction_that_does_not_fit_is_left_out() -> None:
    place, (fix,) = passage("en vag", "en väg", {"vag": "väg"})
    for broken in (marks.Fix(1, fix.start - 1, fix.end - 1, "vag", "väg", 1, "x"), marks.Fix(1, 0, 3, "vag", "väg", 1, "x")):
        assert [p.text for p in marks.repaired(place, [broken])] == ["en väg"]
        assert [p.text for p in marks.as_stood(place, [broken])] == ["en vag"]
    assert len([p for p in marks.repaired(place, [fix, fix]) if p.fix]) == 1


def test_a_long_passage_of_noise_takes_no_time() -> None:
    noise = " ".join(f"x{n * 7919 % 9973}" for n in range(5000))
    place, fixes = passage(noise + " vag", " ".join(reversed(noise.split())) + " väg", {"vag": "väg"})
    assert "".join(piece.text for piece in marks.repaired(place, fixes)) == place.text


# the page


def marked(html: str) -> list[tuple[str, str, bool]]:
    """Each marked word: the word, what its tip says, and whether it is marked more strongly."""
    found = re.findall(
        r'<span class="fixed( unsure)?" tabindex="0" aria-describedby="(\w+)">(.*?)<span class="tip" role="tooltip" id="\2">(.*?)</span>', html
    )
    return [(prose(word), prose(tip), bool(unsure)) for unsure, _, word, tip in found]


async def test_corrected_words_are_marked_and_say_what_stood(kb: Datasette) -> None:
    assert marked(await text(kb, LETTER)) == [
        ("samverkansrådet", "stod: samverkansrfldet", False),
        ("Ersättning", "stod: Ersfittning", False),
        ("för", "stod: f6r , osäkert (84 %)", True),
        ("<script>väg</script>", "stod: <script>vfig</script>", False),
        ("<b>skidspår</b>", "stod: <b>skidsp4r</b> , rättat för hand", False),
    ]


async def test_the_other_view_has_the_same_words(kb: Datasette) -> None:
    repaired, stood = marked(await text(kb, LETTER)), marked(await text(kb, ORIGINAL))
    assert [word for word, _, _ in stood] == [original for original, *_ in REPAIRS]
    assert [tip.split()[1].rstrip(",") for _, tip, _ in stood] == [word for word, _, _ in repaired]
    assert [unsure for *_, unsure in stood] == [unsure for *_, unsure in repaired]
    assert "samverkansrådet, se" not in prose(await text(kb, ORIGINAL))


async def test_a_mark_can_be_reached_without_a_pointer(kb: Datasette) -> None:
    for path in (LETTER, ORIGINAL):
        found = tags(await text(kb, path))
        fixed = [attributes for tag, attributes in found if "fixed" in (attributes.get("class") or "").split()]
        tips = {attributes["id"] for _, attributes in found if attributes.get("role") == "tooltip"}
        assert len(fixed) == len(REPAIRS) == len(tips)
        assert {attributes["tabindex"] for attributes in fixed} == {"0"} and {attributes["aria-describedby"] for attributes in fixed} == tips
        past = next(attributes["href"] for tag, attributes in found if attributes.get("class") == "past")
        assert past == "#om-handlingen"  # many words: a reader with a keyboard may go past them


def switches(html: str) -> set[str]:
    """Where the links between the two views lead."""
    return {str(attributes["href"]) for tag, attributes in tags(html) if tag == "a" and (attributes.get("class") or "").startswith("switch")}


async def test_the_switch_keeps_the_place(kb: Datasette) -> None:
    there, back = switches(await text(kb, LETTER)), switches(await text(kb, ORIGINAL))
    assert {href.partition("#")[0] for href in there} == {ORIGINAL} and {href.partition("#")[0] for href in back} == {LETTER}
    assert {href.partition("#")[2] for href in there} == {href.partition("#")[2] for href in back} > {"lasning", "sida-1"}
    assert len([href for href in there if "#p" in href]) == 2  # the passages that differ
    assert "Visa som det stod i förlagan" in prose(await text(kb, LETTER)) and "Visa lagat" in prose(await text(kb, ORIGINAL))


@pytest.mark.parametrize("asked", ["original=0", "original=", "original=ja", "annat=1"])
async def test_anything_else_shows_the_repaired_text(kb: Datasette, asked: str) -> None:
    assert marked(await text(kb, f"{LETTER}?{asked}")) == marked(await text(kb, LETTER))


async def test_the_reading_is_told_above_the_text(kb: Datasette) -> None:
    html = await text(kb, LETTER)
    words = len(
        re.findall(r"[^\W\d_]{2,}", Path(__file__).parent.joinpath("web_base.py").read_text("utf-8").split('LETTER = """')[1].split('"""')[0])
    )
    told = f"Texten lästes av en maskin utan å, ä och ö. 4 av {words} ord är rättade av programmet och 1 för hand; omkring 1 ord är osäkert."
    assert told in prose(html)
    assert "/kb/correction_list?_sort=start&amp;document_id=bbbbbbbbbb-1" in html
    assert prose(html).index("Texten lästes") < prose(html).index("Sida 1") < prose(html).index("Om handlingen")
    rows = (await kb.client.get("/kb/correction_list.json?document_id=bbbbbbbbbb-1&_sort=start")).json()["rows"]
    assert [row["original"] for row in rows] == [original for original, *_ in REPAIRS]


async def test_a_whole_document_has_no_marks_and_no_switch(kb: Datasette) -> None:
    html = await text(kb, "/handling/aaaaaaaaaa-1")
    assert not marked(html) and not switches(html) and "tooltip" not in html
    assert "lästes av en maskin" not in html and "troligen rätt" not in html
    html = await text(kb, "/handling/aaaaaaaaaa-1?original=1")
    assert "Så här stod det i förlagan." in prose(html) and switches(html) == {"/handling/aaaaaaaaaa-1#innehall"}


async def test_damaged_text_that_was_not_repaired_says_so(tmp_path: Path) -> None:
    db = build(tmp_path / "x.db")
    with sqlite3.connect(db) as conn:
        conn.executescript("DELETE FROM corrections; UPDATE sources SET language = NULL; UPDATE pages SET damaged = 0, unsure = 0;")
    conn.close()
    with serving(db) as datasette:
        html = await text(datasette, LETTER)
        assert "är inte rättad" in prose(html) and "inte läst om" in prose(html) and not marked(html)
        assert "Se alla rättelser" not in html


async def test_what_the_writer_saves_is_marked(tmp_path: Path) -> None:
    """Offsets as `kb ingest` stores them: the whole way from records to the page."""
    with open_database(tmp_path / "x.db", sample.rules()) as store:
        store.save(sample.meeting(), "/in/protokoll.txt")
    with sqlite3.connect(tmp_path / "x.db") as conn:
        (id,) = conn.execute("SELECT id FROM documents").fetchone()
    conn.close()
    with serving(tmp_path / "x.db") as datasette:
        assert [pair[:2] for pair in marked(await text(datasette, f"/handling/{id}"))] == [("samverkansrådet", "stod: samverkansrfldet")]
        assert [pair[:2] for pair in marked(await text(datasette, f"/handling/{id}?original=1"))] == [("samverkansrfldet", "läses: samverkansrådet")]


async def test_a_hit_in_repaired_text_says_so(kb: Datasette) -> None:
    assert "rättad text" in prose(await text(kb, "/sok?q=samverkansrådet"))
    assert "rättad text" not in prose(await text(kb, "/sok?q=vintern"))


async def test_the_list_of_corrections_begins_with_the_least_sure_and_links_to_the_page(kb: Datasette) -> None:
    html = await text(kb, "/kb/correction_list")
    assert "Rättade ord" in html and "De osäkraste först" in html and "kind=bokstav" in html
    assert '<a href="/handling/bbbbbbbbbb-1#sida-1">1</a>' in html
    rows = (await kb.client.get("/kb/correction_list.json")).json()["rows"]
    assert [row["confidence"] for row in rows] == sorted(confidence for _, _, confidence, _ in REPAIRS)


# how the reading is told


def reading(**more: Any) -> Reading:
    """A document of 1,310 words of which one in four was read wrong."""
    facts: dict[str, Any] = {"document_id": "x", "title": "x", "kind": "x", "date": None, "pages": 1, "words": 1310, "damaged_share": 0.25}
    return Reading(**{**facts, "corrections": 412, "by_people": 0, "unsure_share": 0.0046, "quality": 0.99, "damaged": 1, **more})


READ = "exten lästes av en maskin utan å, ä och ö"


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({}, f"T{READ}. 412 av 1 310 ord är rättade av programmet; omkring 6 ord är osäkra."),
        ({"corrections": 1, "unsure_share": 1 / 1310}, f"T{READ}. 1 av 1 310 ord är rättat av programmet; omkring 1 ord är osäkert."),
        ({"damaged_share": 0.01, "unsure_share": 0}, f"Delar av t{READ}. 412 av 1 310 ord är rättade av programmet; knappt något ord är osäkert."),
        ({"by_people": 12}, f"T{READ}. 400 av 1 310 ord är rättade av programmet och 12 för hand; omkring 6 ord är osäkra."),
        ({"corrections": 2, "by_people": 2}, "2 ord är rättade för hand."),
        ({"corrections": 1, "by_people": 1, "damaged": 0, "damaged_share": None}, "1 ord är rättat för hand."),
        ({"corrections": 0, "damaged": 0}, ""),
        ({"corrections": 0, "quality": None}, f"T{READ} och är inte rättad. Sök på ord utan å, ä och ö, eller läs originalet."),
        ({"corrections": 3, "words": 0, "unsure_share": None}, f"T{READ}. 3 av 3 ord är rättade av programmet; knappt något ord är osäkert."),
    ],
)
def test_how_the_reading_is_told(facts: dict[str, Any], told: str) -> None:
    assert reading(**facts).told.replace("\u202f", " ") == told


# a decision's own words


async def test_a_quotation_is_read_as_the_document_is(tmp_path: Path) -> None:
    """The words of a damaged source are shown as they were read again, each with what stood; they are text whatever they hold."""
    path = build(tmp_path / "x.db")
    with sqlite3.connect(path) as db:
        begin = db.execute("SELECT start FROM decisions WHERE id = 'aaaaaaaaaa-1.b2'").fetchone()[0]
        for number, (start, end, stood, read) in enumerate(
            ((0, 8, "Motionen", "<b>Motionen</b>"), (9, 15, "avslas", "avslås"), (9, 15, "avslås", "AVSLÅS"))
        ):
            db.execute(
                'INSERT INTO corrections (source_id, document_id, page, line, start, "end", original, corrected, confidence, kind) '
                "VALUES (1, 'aaaaaaaaaa-1', 1, ?, ?, ?, ?, ?, 0.99, 'bokstav')",
                (number, begin + start, begin + end, stood, read),
            )
    db.close()
    with serving(path) as kb:
        html = await text(kb, "/beslut/aaaaaaaaaa-1.b2")
        assert "&lt;b&gt;Motionen&lt;/b&gt;<span" in html and "stod: <b>Motionen</b>" in html
        assert "AVSLÅS<span" in html and "avslas" not in html, "a correction that does not fit the words is left out"
        assert "Ord med prickad linje är rättade" in prose(html)
        assert "Ord med prickad linje är rättade" not in prose(await text(kb, "/beslut/aaaaaaaaaa-1.b1"))


def test_a_stretch_without_corrections_stays() -> None:
    assert marks.reread("Motionen avslås.", 5, ()) == (marks.Piece("Motionen avslås."),)

"""The pages that show the way: arenas, a forum, the newcomer's path, assignments and agreements."""

from __future__ import annotations

import datetime
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from ingest.rules import load_rules
from kb import agreement_terms, registry
from kb.agreement_terms import AgreementRow
from kb.web import (
    agreement_notes,
    agreement_picture,
    agreements,
    arena_map,
    forum,
    given_tasks,
    glossary,
    pages,
    reading_list,
    sharing,
    words,
)
from kb.web.agreement_notes import NoteRow
from kb.web.arena_map import Box, Edge, Node
from kb.web.glossary import Term
from kb.web.reading_list import Paper
from tests.test_links import ALL as LINKED
from tests.test_links import Base
from tests.web_base import HOSTILE, build, counted, like, make
from tests.web_client import prose, serving, tags, text

VERSIONS: tuple[tuple[str, str, tuple[tuple[str, str | None], ...]], ...] = (
    ("dddddddddd-1", "2018-06-01", (("Skidspår", "Fritid"), ("Fjällräddning", "Säkerhet"), ("Broar", None))),
    ("eeeeeeeeee-1", "2022-06-01", (("Skidspår", "Fritid"), ("Fjällräddning i länet", "Säkerhet"), ("Bredband", "Vägar"))),
)


@pytest.fixture(scope="module")
def guides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    """The made-up base with versions of standing assignments, areas and a glossary, and hostile words wherever a paper could have them."""
    path = build(tmp_path_factory.mktemp("guides") / "x.db")
    place = {"page": 1, "line": 1, "start": 0, "end": 1}
    with sqlite3.connect(path) as db:

        def add(table: str, **row: object) -> None:
            db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values()))

        for id, version, held in VERSIONS:
            add("documents", id=id, source_id=1, position=int(version[:4]), kind="överenskommelse", title=f"Överenskommelse {version[:4]} {HOSTILE}",
                date=version, damaged=0, start=0, end=1, first_page=1, last_page=1)  # fmt: skip
            for number, (name, area) in enumerate(held, 1):
                add("assignments", id=f"{id}.u{number}", document_id=id, kind="standing", name=name, key=name.lower(), area=area, version=version,
                    text=name, **place)  # fmt: skip
        add("versions", later_id="eeeeeeeeee-1", earlier_id="dddddddddd-1")
        add("forum_mentions", forum="Fjällrådet", written="Fjällrådet", document_id="eeeeeeeeee-1", **place)
        counted(db)
        add("forum_areas", forum="Regionfullmäktige", area="Ledning och demokrati", slug="ledning-och-demokrati", position=1)
        add("forum_areas", forum="Fjällrådet", area="Fjäll", slug="fjall", position=2)
        add("glossary", term="Samråd", slug="samrad", position=1, pattern=r"(?<!\w)samrad(?:et)?(?!\w)", explanation=f"Man talar igenom {HOSTILE}")
        db.execute("UPDATE forums SET purpose = ? WHERE name = 'Fjällrådet'", (f"Samråd om fjällen {HOSTILE}",))
        db.execute("UPDATE agreements SET title = title || ?, compensation_sek = 1200, renewal_years = 1", (HOSTILE,))
        db.execute("UPDATE assignments SET text = text || ? WHERE kind = 'task'", (HOSTILE,))
    db.close()
    with serving(path) as datasette:
        yield datasette


PAGES = ["/forum", "/forum?omrade=fjall", "/forum/fjallradet", "/ny", "/ny?roll=tjansteperson&forum=fjallradet", "/uppdrag", "/avtal"]


@pytest.mark.parametrize("path", PAGES)
async def test_hostile_words_are_words(guides: Datasette, path: str) -> None:
    found = tags(await text(guides, path))
    assert not [tag for tag, attributes in found if tag in {"script", "img"} or any(name.startswith("on") for name in attributes)]


@pytest.mark.parametrize("path", [*PAGES, "/ny?roll=%22%3E%3Cscript%3E&forum=%27", "/uppdrag?lage=%00", "/forum?omrade=%3Cb%3E"])
async def test_ids_are_their_own_and_what_they_name_is_there(guides: Datasette, path: str) -> None:
    found = tags(await text(guides, path))
    ids = [attributes["id"] for _, attributes in found if "id" in attributes]
    assert len(ids) == len(set(ids))
    for name in ("aria-labelledby", "aria-describedby"):
        assert {attributes[name] for _, attributes in found if name in attributes} <= set(ids)


# arenas


def cross(one: Box, other: Box) -> bool:
    return abs(one.x - other.x) < arena_map.WIDTH and abs(one.y - other.y) < arena_map.HEIGHT


@given(
    st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from("XYZ"), st.text("ab åö-", max_size=70)), max_size=90),
    st.lists(st.tuples(st.integers(0, 89), st.integers(0, 89)), max_size=60),
)
def test_no_two_forums_meet_however_many_they_are(forums: list[tuple[str, str, str]], pairs: list[tuple[int, int]]) -> None:
    nodes = [Node(str(n), name, column, row) for n, (column, row, name) in enumerate(forums)]
    drawn = arena_map.draw(nodes, [Edge(str(a), str(b), "prepares_for", "") for a, b in pairs], "ABCD", "XYZ")
    assert len(drawn.boxes) == len(nodes)
    assert not [(a, b) for a, b in combinations(drawn.boxes, 2) if cross(a, b)]
    columns, rows = {band.name: band for band in drawn.columns}, {band.name: band for band in drawn.rows}
    for box in drawn.boxes:
        column, row = columns[box.node.column], rows[box.node.row]
        assert column.start <= box.x and box.x + arena_map.WIDTH <= column.start + column.size <= drawn.width
        assert row.start + arena_map.HEAD <= box.y and box.y + arena_map.HEIGHT <= row.start + row.size <= drawn.height
        assert len(box.lines) <= 2 and all(len(line) <= arena_map.LETTERS for line in box.lines)


@pytest.mark.parametrize("count", [5, 60])
def test_a_picture_has_no_column_without_end(count: int) -> None:
    drawn = arena_map.draw([Node(str(n), f"Nämnd {n}", "A", "X") for n in range(count)], [], "A", "X")
    assert drawn.height <= 1600 and drawn.width <= 760


@pytest.mark.parametrize(("count", "wide", "most"), [(16, 1134, 1200), (40, 1600, 1000)])
def test_a_picture_fits_the_screen_where_no_column_gets_too_high_of_it(count: int, wide: int, most: int) -> None:
    nodes = [*(Node(column, column, column, "X") for column in "ABCD"), *(Node(str(n), f"Nämnd {n}", "E", "X") for n in range(count))]
    drawn = arena_map.draw(nodes, [], "ABCDE", "X")
    assert drawn.width <= wide and drawn.height <= most


def test_who_is_prepared_for_stands_above() -> None:
    nodes = [Node(name, name, "A", "X") for name in ("styrelse", "utskott", "fullmäktige")]
    drawn = arena_map.draw(nodes, [Edge("styrelse", "fullmäktige", "p", ""), Edge("utskott", "styrelse", "p", "")], "A", "X")
    assert [box.node.id for box in sorted(drawn.boxes, key=lambda box: box.y)] == ["fullmäktige", "styrelse", "utskott"]


@pytest.mark.parametrize("many", [1, 2, 7, 40])
def test_the_boxes_of_one_municipality_stand_together_below_the_columns_under_its_name(many: int) -> None:
    names = ("Sjöberga kommun", "", "Myrlunda kommun")
    nodes = [Node(f"{name}{n}", f"Nämnd {n}", "A", "X", name) for n in range(many) for name in names]
    drawn = arena_map.draw([*nodes, Node("rådet", "Rådet", "B", "X")], [], "AB", "X")
    assert [group.name for group in drawn.groups] == ["Sjöberga kommun", "Myrlunda kommun"]
    place = {group.name: group for group in drawn.groups}
    for box in drawn.boxes:
        if box.node.group:
            band = place[box.node.group]
            assert drawn.columns_end <= band.start + arena_map.HEAD <= box.y and box.y + arena_map.HEIGHT <= band.start + band.size
        else:
            assert box.y + arena_map.HEIGHT <= drawn.columns_end
        assert box.x + arena_map.WIDTH <= drawn.width
    assert not [(a, b) for a, b in combinations(drawn.boxes, 2) if cross(a, b)]
    assert drawn.height <= max(box.y for box in drawn.boxes) + 2 * arena_map.HEIGHT


def test_bodies_of_municipalities_make_no_picture_taller_than_a_screen_or_two() -> None:
    """Each was a box in one column, 1,700 pixels high of two municipalities."""
    nodes = [
        *(Node(column, column, column, "X") for column in "ABCDE"),
        *(Node(str(n), f"Nämnd {n}", "E", "X", f"Kommun {n % 3}") for n in range(40)),
    ]
    drawn = arena_map.draw(nodes, [Edge("7", "E", "flow", "")], "ABCDE", "X")
    assert drawn.width <= 1134 and drawn.height <= 950 and len(drawn.lines) == 1


async def test_arenas_by_area(guides: Datasette) -> None:
    html = await text(guides, "/forum")
    assert "Fjäll 1" in prose(html) and "Regionfullmäktige" in prose(html)
    boxes = {a["href"] for tag, a in tags(await text(guides, "/forum?omrade=fjall")) if tag == "a" and a.get("class") == "box"}
    assert boxes == {"/forum/fjallradet"}


@pytest.mark.parametrize(
    ("name", "areas", "nature"),
    [
        ("Barn- och ungdomsnämnden", ["Barn, skola och utbildning"], ("political", "municipality")),
        ("Kollektivtrafiknämnden", ["Samhällsbyggnad, miljö och trafik"], ("political", "region")),
        ("Skridskorådet", [], (None, None)),
    ],
)
def test_a_forum_that_only_a_paper_knows(name: str, areas: list[str], nature: tuple[str | None, str | None]) -> None:
    rules = load_rules()
    assert [row["area"] for row in registry.area_rows(rules, name)] == areas
    assert registry.nature(rules, name) == nature


# a forum and the newcomer


async def test_forum_says_what_it_does_and_what_to_read(kb: Datasette) -> None:
    seen = prose(await text(kb, "/forum/regionfullmaktige"))
    for expected in ("Läs det här först", "Protokoll Regionfullmäktige", "1 min", "Fattar egna beslut (2 här)", "Uppdrag som inte är klara"):
        assert expected in seen


async def test_forum_says_which_agreement_it_has_and_with_whom_it_shares_cases(tmp_path: Path) -> None:
    path = build(tmp_path / "x.db")
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO forum_papers VALUES ('Fjällrådet', 'cccccccccc-1', '2020-10', 1)")
        db.execute("UPDATE documents SET forum = 'Fjällrådet' WHERE id = 'bbbbbbbbbb-1'")
        db.execute("UPDATE documents SET dnr_key = 'rs-2021-101' WHERE id = 'bbbbbbbbbb-1'")
    db.close()
    with serving(path) as kb:
        seen = prose(await text(kb, "/forum/fjallradet"))
    assert "Avtalet som nämner forumet Avtal om vinterväghållning 1 november 2020 – 30 april 2022, har löpt ut" in seen
    assert re.search(r"Ärenden RS/101/2021 \S.* med Regionala utvecklingsnämnden ?, Regionfullmäktige\b", seen), "the former has a task in it"


@pytest.mark.parametrize("called", ["RF", "Regionfullmäktige", "REGIONFULLMÄKTIGE"])
async def test_a_forum_is_found_by_what_it_is_called(kb: Datasette, called: str) -> None:
    response = await kb.client.get(f"/forum/{called}?kommun=Region Fjällhav")
    assert (response.status_code, response.headers["location"]) == (302, "/forum/regionfullmaktige?kommun=Region%20Fj%C3%A4llhav")


def test_decisions_of_one_day_stand_in_the_order_of_the_meeting(tmp_path: Path) -> None:
    with sqlite3.connect(build(tmp_path / "x.db")) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        for number in (9, 10, 11):
            new = f"'aaaaaaaaaa-1.b{number}', document_id, paragraph_id, status, decided_by, date, start + {number}, end, page, line"
            db.execute(f"""INSERT INTO decisions (id, document_id, paragraph_id, status, decided_by, date, start, end, page, line)
                SELECT {new} FROM decisions WHERE id = 'aaaaaaaaaa-1.b2'""")
        found = [row.id.rpartition(".")[2] for row in forum.decisions(db, "Regionfullmäktige")]
        first = [row.id.rpartition(".")[2] for row in forum.decisions(db, "Regionfullmäktige", 2)]
        home = [row.id.rpartition(".")[2] for row in pages.home(db).decisions]
    db.close()
    assert found == home == ["b1", "b2", "b9", "b10", "b11"] and first == ["b1", "b2"]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Protokoll 2026-03-25", 'Protokoll <span class="nowrap">2026-03-25</span>'),
        ("SLK-2024-00009:20 & mer", '<span class="nowrap">SLK-2024-00009:20</span> &amp; mer'),
        ("Barn- och <b>ungdom</b> 2023–2025", "Barn- och &lt;b&gt;ungdom&lt;/b&gt; 2023–2025"),
    ],
)
def test_a_number_is_not_broken_at_its_hyphens(text: str, whole: str) -> None:
    assert words.whole(text) == whole


def test_the_newest_cases_of_a_forum_come_first(tmp_path: Path) -> None:
    with sqlite3.connect(build(tmp_path / "x.db")) as db:
        db.execute("UPDATE documents SET forum = 'Fjällrådet', dnr_key = 'rs-2021-29', date = '2020-03-01' WHERE id = 'aaaaaaaaaa-1'")
        db.execute("UPDATE documents SET forum = 'Fjällrådet', dnr_key = 'run-2021-31', date = '2021-03-01' WHERE id = 'bbbbbbbbbb-1'")
        assert [case.dnr for case in sharing.newest_cases(db, "Fjällrådet", 9)] == ["RUN/31/2021", "RS/29/2021"]
        assert [case.dnr for case in sharing.newest_cases(db, "Fjällrådet", 1)] == ["RUN/31/2021"]
    db.close()


def test_what_to_read_is_the_newest_of_the_foremost_kind_and_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def paper(id: str, kind: str, own: int = 0, mentions: int = 1) -> Paper:
        return Paper(id, id, kind, None, own, mentions)

    papers = [paper("1", "avtal"), paper("2", "protokoll"), paper("3", "överenskommelse"), paper("4", "överenskommelse"),
    paper("5", "protokollsutdrag", 1),
              paper("6", "rapport", mentions=9), paper("7", "annat", mentions=8)]  # fmt: skip
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE document_words (document_id, words)")
    db.executemany("INSERT INTO document_words VALUES (?, ?)", [("3", 1000), ("5", 10)])
    monkeypatch.setattr(reading_list, "select", lambda conn, kind, wanted, values: papers)
    found = reading_list.reading_list(db, "Fjällrådet")
    assert [(reading.paper.id, reading.words) for reading in found] == [("3", 1000), ("5", 10), ("6", 0)], (
        "no minutes of others; the most telling is there"
    )
    papers[6] = paper("7", "annat", mentions=10)
    found = reading_list.reading_list(db, "Fjällrådet", (reading_list.AGREEMENT, reading_list.AGREEMENT))
    assert [(reading.paper.id, reading.why == reading_list.MOST) for reading in found] == [("3", False), ("4", False), ("7", True)]
    assert [reading.minutes for reading in found] == [1000 // reading_list.WORDS_A_MINUTE, 1, 1] and reading_list.minutes(found) == 2 + 1000 // 200
    papers.clear()
    assert reading_list.reading_list(db, "Fjällrådet") == ()


async def test_newcomer_chooses_and_is_shown_the_way(guides: Datasette) -> None:
    html = await text(guides, "/ny?roll=politiker&forum=regionfullmaktige")
    assert 'value="politiker" selected' in html and 'value="regionfullmaktige" selected' in html
    seen = prose(html)
    for expected in ("Ny i Regionfullmäktige", "Läs i den här ordningen", "Motionen avslås.", "RS/101/2021", "Sista dagen har passerat"):
        assert expected in seen
    assert "Välj vem du är" in prose(await text(guides, "/ny?forum=finns-inte"))


async def test_a_word_is_explained_where_it_stands_by_keyboard_too(guides: Datasette) -> None:
    found = tags(await text(guides, "/ny?forum=fjallradet"))
    terms = [attributes for tag, attributes in found if attributes.get("class") == "term"]
    assert terms and all(attributes["tabindex"] == "0" for attributes in terms)
    assert {attributes["aria-describedby"] for attributes in terms} <= {attributes.get("id") for _, attributes in found}


def test_a_word_is_explained_once_and_no_letter_is_lost() -> None:
    known = (Term("Råd", "rad", r"(?<!\w)rad(?:et)?(?!\w)", "x"), Term("Möte", "mote", r"(?<!\w)mote\w*", "y"))
    texts = ["Rådet har möte. Rådet vilar.", "", "Mötet i rådet"]
    bits = glossary.marked(texts, known)
    assert ["".join(bit.text for bit in some) for some in bits] == texts
    assert [bit.text for some in bits for bit in some if bit.term] == ["Rådet", "möte"]
    assert [used.term.slug for used in glossary.used(["Ett möte i rådet"], known)] == ["rad", "mote"]


# assignments and agreements


async def test_assignments_across_versions(guides: Datasette) -> None:
    seen = prose(await text(guides, "/uppdrag"))
    for expected in (
        "Skidspår Finns Finns kvar",
        "Fjällräddning i länet (tidigare Fjällräddning ) Finns Nytt namn",
        "Broar Finns Borttaget",
        "Bredband – Ny",
        "Område framgår inte",
    ):
        assert expected.replace(" )", ")") in seen.replace(" )", ")"), expected


async def test_tasks_by_state(guides: Datasette) -> None:
    assert "redovisa resandet" in prose(await text(guides, "/uppdrag?lage=forsenat"))
    assert "Inget uppdrag är i det läget." in prose(await text(guides, "/uppdrag?lage=fullgjort"))
    events = Calendar.from_ical((await guides.client.get("/uppdrag.ics")).content).walk("VEVENT")
    assert [event.decoded("dtstart").isoformat() for event in events] == ["2022-03-31"]
    assert [str(event["url"]).partition("/beslut/")[2] for event in events] == ["aaaaaaaaaa-1.b1"], "each leads to its own decision"
    assert "Regionfullmäktige 16 juni 2021 § 73" in prose(await text(guides, "/uppdrag")) or "beslutat 16 juni 2021 § 73" in prose(
        await text(guides, "/uppdrag")
    )


async def test_the_calendar_of_tasks_has_all_that_nobody_says_are_done(tmp_path: Path) -> None:
    path = build(tmp_path / "x.db")
    with closing(sqlite3.connect(path)) as db:
        like(db, "assignments", "aaaaaaaaaa-1.u1", "done", done_by="aaaaaaaaaa-1.b1", due="2098-01-01")
        for number in range(120):
            like(db, "assignments", "aaaaaaaaaa-1.u1", f"x{number}", dnr_key=None, due="2099-01-01")
        db.commit()
    with serving(path) as kb:
        events = Calendar.from_ical((await kb.client.get("/uppdrag.ics")).content).walk("VEVENT")
    assert Counter(str(event["summary"]) for event in events) == {
        "Sista dag för uppdrag: Regionala utvecklingsnämnden": 120, "Sista dag för uppdrag: Regionala utvecklingsnämnden, RS/101/2021": 1,
    }  # fmt: skip


def test_tasks_are_counted_by_the_state_that_is_asked_for(base: Path) -> None:
    with closing(sqlite3.connect(base)) as db:
        every, late, done, none = (given_tasks.given(db, state) for state in ("", "forsenat", "fullgjort", "nonsens"))
    assert (every.total, late.total, done.total) == (every.all_tasks, 1, 0)
    assert none.wanted.state == "" and none.total == none.all_tasks and none.tasks == every.tasks, "a state that is none asks for all"


def agreement(**more: Any) -> AgreementRow:
    empty: dict[str, Any] = {field.name: None for field in fields(AgreementRow)}
    return AgreementRow(**{**empty, "id": "a", "title": "Avtal", "document_id": "d", "source": "s", "page": 1, **more})


@pytest.mark.parametrize(
    ("row", "today", "expected"),
    [
        # in force, notice still to come, and passed without a clause that extends
        ({"valid_to": "2026-12-31", "notice_by": "2026-03-31", "notice_months": 9}, "2026-01-01", ("gäller", "2026-12-31", "2026-03-31", None, None)),
        ({"valid_to": "2026-12-31", "notice_by": "2026-03-31", "notice_months": 9}, "2026-11-28", ("gäller", "2026-12-31", "2026-03-31", None, None)),
        # too late: it is extended, and can be ended at the end of the period after
        ({"valid_to": "2026-12-31", "notice_by": "2026-03-31", "notice_months": 9, "renewal_years": 2}, "2026-11-28",
         ("gäller", "2026-12-31", "2026-03-31", "2028-12-31", "2028-03-31")),
        ({"valid_to": "2023-12-31", "notice_by": "2023-06-30", "notice_months": 6, "renewal_years": 1}, "2026-02-01",
         ("gäller, om det har förlängts", "2026-12-31", "2026-06-30", None, None)),
        ({"valid_to": "2024-02-29", "notice_months": 1, "renewal_months": 12}, "2025-01-10",
         ("gäller, om det har förlängts", "2025-02-28", "2025-01-31", None, None)),
        ({"valid_to": "2022", "notice_by": None}, "2023-01-01", ("har löpt ut", "2022-12-31", None, None, None)),
        ({"valid_from": "2030-01", "valid_to": "2030-06"}, "2026-01-01", ("har inte börjat gälla", "2030-06-30", None, None, None)),
        ({"valid_to": "2026-12-31", "notice_by": "2026-03-31"}, "2026-01-01", ("gäller", "2026-12-31", "2026-03-31", None, None)),
        ({"valid_to": "2020-12-31", "extended_to": "2027-12-31"}, "2026-01-01", ("gäller", "2027-12-31", None, None, None)),
        ({"valid_to": "2026-01-01"}, "2026-01-01", ("gäller", "2026-01-01", None, None, None)),  # its last day
        ({"valid_to": "2026-12-31", "notice_months": 3, "renewal_years": 1}, "2026-09-30", ("gäller", "2026-12-31", "2026-09-30", None, None)),
        ({"valid_to": "2026-01-01", "renewal_years": 1}, "2026-01-01", ("gäller", "2026-01-01", None, None, None)),
        ({"valid_to": "2024-01-30", "renewal_months": 1}, "2024-03-15", ("gäller, om det har förlängts", "2024-03-30", None, None, None)),
        ({"valid_from": "2026-01-01", "valid_to": "2026-12-31"}, "2026-01-01", ("gäller", "2026-12-31", None, None, None)),
        ({"valid_from": "2026-01-01"}, "2026-01-01", ("slutdagen framgår inte", None, None, None, None)),
        ({"valid_from": "2030-01"}, "2026-01-01", ("har inte börjat gälla", None, None, None, None)),
        ({}, "2026-01-01", ("slutdagen framgår inte", None, None, None, None)),
        ({"valid_to": "i höst"}, "2026-01-01", ("slutdagen framgår inte", None, None, None, None)),
        ({"valid_to": "0001-01-01", "renewal_months": 1, "notice_months": 99999}, "2026-01-01", ("har löpt ut", "0005-03-01", None, None, None)),
    ],
)  # fmt: skip
def test_terms(row: dict[str, Any], today: str, expected: tuple[str, ...]) -> None:
    term = agreement_terms.term(agreement(**row), datetime.date.fromisoformat(today))
    days = (term.ends, term.notice, term.next_ends, term.next_notice)
    assert (term.state, *(day.isoformat() if day else None for day in days)) == expected


@pytest.mark.parametrize(
    ("row", "said"),
    [({}, ""), ({"renewal_years": 1}, "1 år"), ({"renewal_months": 1}, "1 månad"), ({"renewal_months": 18}, "1 år och 6 månader"),
     ({"renewal_months": 2, "renewal_years": 1}, "2 månader")],
)  # fmt: skip
def test_by_how_much_it_is_extended(row: dict[str, Any], said: str) -> None:
    assert agreement(**row).renewal_words == said


def test_an_agreement_that_several_papers_tell_of_counts_once() -> None:
    today = datetime.date(2026, 1, 1)
    told = [agreement(id="a"), agreement(id="b", title="AVTAL", notice_months=3, signed="2020"), agreement(id="c", parties="A och B"),
            agreement(id="d", parties="A och C"), agreement(id="e", valid_from="2020"), agreement(id="f", dnr="RS/1/2020")]  # fmt: skip
    assert [(found.row.id, found.retold) for found in agreements.merged(told, today)] == [("b", 1), ("c", 0), ("d", 0), ("e", 0), ("f", 0)]


def test_of_papers_that_tell_of_one_agreement_that_which_tells_most_counts() -> None:
    told: list[dict[str, Any]] = [{"compensation_sek": 1}, {"notice_months": 3, "renewal_years": 1}, {"signed": "2020"}]
    rows = [agreement(id=str(n), valid_to="2026", **more) for n, more in enumerate(told)]
    [found] = agreements.merged(rows, datetime.date(2026, 1, 1))
    assert (found.row.id, found.retold) == ("1", 2)
    for more in ({"signed": "2020"}, {"notice_months": 3}, {"compensation_sek": 1}, {"renewal_years": 1}):
        [found] = agreements.merged([agreement(), agreement(id="b", **more)], datetime.date(2026, 1, 1))
        assert found.row.id == "b"
    assert len(agreements.merged([*rows, agreement(valid_to="2027")], datetime.date(2026, 1, 1))) == 2, "that ends another day is another"


@pytest.mark.parametrize(("sek", "said"), [(None, ""), (0, "0 kr per år"), (1200, "1\u202f200 kr per år")])
def test_what_it_costs(sek: int | None, said: str) -> None:
    [found] = agreements.merged([agreement(compensation_sek=sek)], datetime.date(2026, 1, 1))
    assert found.compensation_words == said


@pytest.mark.parametrize(
    ("today", "until", "notices", "open_words"),
    [
        ("2025-01-01", None, ["2025-09-30"], "30 september 2025"),
        ("2025-12-01", "2027-12-31", ["2025-09-30", "2027-09-30"], "30 september 2027"),  # too late for this period
        ("2026-06-01", "2027-12-31", ["2027-09-30"], "30 september 2027"),  # in force still, if it was extended
    ],
)
def test_what_is_drawn_of_an_agreement(today: str, until: str | None, notices: list[str], open_words: str) -> None:
    day = datetime.date.fromisoformat(today)
    [found] = agreements.merged([agreement(valid_from="2024", valid_to="2025-12-31", renewal_years=2, notice_months=3)], day)
    picture = agreements.picture([found], day)
    assert picture and found.open_words == open_words
    drawn = picture.bars[0].bar
    assert (drawn.until.isoformat() if drawn.until else None, [notice.isoformat() for notice in drawn.notices]) == (until, notices)
    assert f"Sista dag för uppsägning {found.notice_words}." in drawn.says


def test_only_an_agreement_that_begins_before_it_ends_is_drawn() -> None:
    today = datetime.date(2026, 1, 1)
    for begins, ends, drawn in (("2025", "2026", 1), ("2025-05-01", "2025-05-01", 1), ("2027", "2026", 0), (None, "2026", 0), ("2025", None, 0)):
        picture = agreements.picture(agreements.merged([agreement(valid_from=begins, valid_to=ends)], today), today)
        assert (len(picture.bars) if picture else 0) == drawn, (begins, ends)


def test_what_notice_can_be_given_of_comes_in_the_order_of_the_last_days(tmp_path: Path) -> None:
    path = build(tmp_path / "x.db")
    with closing(sqlite3.connect(path)) as db:
        names = ", ".join(f'"{row[1]}"' for row in db.execute("PRAGMA table_info(agreements)") if row[1] not in ("id", "valid_to", "notice_months"))
        for id, ends in (("a1", "2030-12-31"), ("a2", "2028-12-31"), ("a3", "2029-12-31"), ("a4", "2026-02-01")):
            like = f"SELECT '{id}', '{ends}', 3, {names} FROM agreements WHERE id = 'cccccccccc-1.a1'"
            db.execute(f"INSERT INTO agreements (id, valid_to, notice_months, {names}) {like}")
        found = agreements.page(db, datetime.date(2026, 1, 1), limit=2)
    assert [a.row.id for a in found.due] == ["a2", "a3", "a1"], "not a4, of which notice had to be given before"
    assert [a.row.id for a in found.agreements] == ["a1", "a3"] and (found.in_all, found.left_out) == (5, 0)


@given(st.dates(), st.integers(-2000, 2000))
def test_months_keep_to_the_calendar(day: datetime.date, months: int) -> None:
    later = agreement_terms.months_later(day, months)
    if 1 < later.year < 9999:
        assert (later.year - day.year) * 12 + later.month - day.month == months
        assert later.day <= day.day or (later + datetime.timedelta(days=1)).day == 1


@given(st.lists(st.tuples(st.dates(), st.dates()), min_size=1, max_size=12), st.dates())
def test_bars_stay_in_the_picture(spans: list[tuple[datetime.date, datetime.date]], today: datetime.date) -> None:
    bars = [agreement_picture.Bar("Avtal", "/", "", min(span), max(span), None, (min(span),)) for span in spans]
    drawn = agreement_picture.draw(bars, today)
    for bar in drawn.bars:
        assert bar.x >= 0 and bar.x + bar.width <= drawn.width and bar.y < drawn.height and all(0 <= x <= drawn.width for x in bar.notices)


@pytest.mark.parametrize(
    ("row", "today", "expected"),
    [
        # what other papers say is over has no day of notice, whatever its own words extend it to
        ({"state": "ersatt", "state_day": "2018-12-31"}, "2026-01-01", ("ersatt", "2018-12-31", None, False)),
        ({"state": "ersatt"}, "2026-01-01", ("ersatt", None, None, False)),
        ({"state": "upphör", "state_day": "2026-03-31"}, "2026-01-01", ("upphör", "2026-03-31", None, False)),
        ({"state": "upphör", "state_day": "2025-03-31"}, "2026-01-01", ("upphört", "2025-03-31", None, False)),
        ({"state": "uppsagt"}, "2026-01-01", ("uppsagt", None, None, False)),
        ({"state": "uppsagt", "state_day": "2025-12-31"}, "2026-01-01", ("upphört efter uppsägning", "2025-12-31", None, False)),
        # what may be over still has one, and it is said that it may be; a later last day counts
        ({"state": "kan ha upphört", "state_day": "2018-12-31"}, "2026-01-01", ("gäller, om det har förlängts", "2026-12-31", "2026-06-30", True)),
        ({"state": "förlängt", "state_day": "2027-12-31"}, "2026-01-01", ("gäller", "2027-12-31", "2027-06-30", False)),
        ({"state": "förlängt", "state_day": "2020-12-31"}, "2026-01-01", ("gäller, om det har förlängts", "2026-12-31", "2026-06-30", False)),
    ],
)
def test_what_other_papers_say_decides_where_it_stands(row: dict[str, Any], today: str, expected: tuple[object, ...]) -> None:
    asked = agreement(valid_to="2023-12-31", notice_by="2023-06-30", notice_months=6, renewal_years=1, **row)
    term = agreement_terms.term(asked, datetime.date.fromisoformat(today))
    days = [day.isoformat() if day else None for day in (term.ends, term.notice)]
    assert (term.state, *days, asked.doubtful) == expected and asked.closed is (row["state"] in agreement_terms.CLOSED)


def test_its_own_paper_leads_and_what_others_say_of_its_days_is_shown() -> None:
    today = datetime.date(2026, 1, 1)
    own = agreement(id="own", own=1, dnr="RS/1/2020", valid_from="2020-01-01", valid_to="2022-12-31", renewal_years=1)
    told = agreement(id="told", own=0, dnr="RS/1/2020", valid_from="2020", valid_to="2024-06-30", document="Rapport")
    [found] = agreements.merged([told, own], today)
    assert found.row is own and found.retold == 1 and found.others == (told,) and found.differs
    renewed = agreement(id="told", own=0, dnr="RS/1/2020", valid_from="2020", valid_to="2024-12-31")
    assert not agreements.merged([own, renewed], today)[0].differs, "it was renewed by its own clause"
    other = agreement(id="told", own=0, dnr="RS/1/2020", valid_from="2023", valid_to="2024-06-30")
    assert len(agreements.merged([own, other], today)) == 2, "that begins another year is another"


def note(**more: Any) -> NoteRow:
    known = {"id": "n", "kind": "ended", "name": "Avtal", "settled": 1, "text": "x", "document": "Rapport", "document_id": "d", "page": 1}
    row: NoteRow = make(NoteRow, **{**known, **more})
    return row


@pytest.mark.parametrize(
    ("row", "label", "whose"),
    [
        ({"kind": "agreed", "outcome": "tillstyrks, uppdrag"}, "tillstyrks", "Rapport, odaterad"),
        ({"kind": "agreed", "outcome": "godkänns, uppdrag"}, "godkänns", "Rapport, odaterad"),
        ({"day": "2018-12-31"}, "upphör 31 december 2018", "Rapport, odaterad"),
        ({"kind": "notice", "document_date": "2022-05-01"}, "sägs upp", "Rapport, 1 maj 2022"),
        ({"kind": "notice", "day": "2025-06-30"}, "sägs upp, upphör 30 juni 2025", "Rapport, odaterad"),
        ({"kind": "extended", "day": "2024-12-31"}, "förlängs till 31 december 2024", "Rapport, odaterad"),
        ({"kind": "notice", "settled": 0, "outcome": "bordlagd"}, "uppsägning, bordlagd", "Rapport, odaterad"),
        ({"kind": "agreed", "settled": 0, "outcome": "föreslår: godkänns"}, "godkännande, föreslaget", "Rapport, odaterad"),
        ({"kind": "agreed", "outcome": "godkänns", "decided_by": "Kommunstyrelsen", "status": "adopted", "date": "2022-05-30", "paragraph": "45"},
         "godkänns", "Kommunstyrelsen 30 maj 2022 § 45"),
        ({"kind": "agreed", "outcome": "uppdrag"}, "ingås", "Rapport, odaterad"),
    ],
)  # fmt: skip
def test_what_is_said_of_an_agreement_in_words(row: dict[str, Any], label: str, whose: str) -> None:
    assert (note(**row).label, note(**row).whose) == (label, whose)
    led = agreement_notes.leading([note(**row, sure=1)], False, None)
    assert bool(led) is (row.get("kind") != "agreed" and row.get("settled") != 0)


async def test_what_is_over_leads_no_list_and_is_not_in_the_calendar(tmp_path: Path) -> None:
    """The report says that the agreement was replaced: it is shown with the words, without a day of notice; a decision tells of another."""
    agreed, told = (papers for name, papers, _ in LINKED if name.startswith(("A report that tells", "A decision gives")))
    with Base(tmp_path) as base:
        for path, words in {**{f"a/{p}": w for p, w in agreed.items()}, **{f"b/{p}": w for p, w in told.items()}}.items():
            base.put(path, words)
        base.finished()
    with serving(tmp_path / "kb.db") as kb:
        seen = prose(html := await text(kb, "/avtal"))
        assert "Ersatt , till 31 december 2019" in seen and "uppgifterna skiljer sig" in seen and "numera gällande" in seen
        assert "Omtalade i beslut och andra handlingar 1" in seen and "Avtal om stigar med Fjällhavs Byalag" in seen.split("Omtalade i beslut")[1]
        assert "senast 8 månader före sista dagen" in seen and "#p" in html
        assert "Förlängs till 31 december 2024" in seen and "Uppsagt" in seen
        events = {str(event["summary"]) for event in Calendar.from_ical((await kb.client.get("/avtal.ics")).content).walk("VEVENT")}
        assert not any("mellan Region Fjällhav" in name and "tolkar" not in name for name in events) and any("skolskjuts" in name for name in events)
        rows = (await kb.client.get("/kb/agreement_list.json?_shape=array&_size=max")).json()
        assert {r["state"] for r in rows} >= {"ersatt", "uppsagt", "förlängt", None} and all(r["state_source"] for r in rows if r["state"])


async def test_how_long_papers_say_that_an_agreement_that_is_not_here_is_valid(base: Path, tmp_path: Path) -> None:
    path = build(tmp_path / "x.db")
    with closing(sqlite3.connect(path)) as db:
        columns = "id, document_id, kind, name, day, settled, text, page, line, start, end"
        values = ("n", "bbbbbbbbbb-1", "valid", "avtal om broar", "2098-12-31", 1, "Avtalet om broar gäller till 2098.", 1, 1, 0, 9)
        db.execute(f"INSERT INTO agreement_notes ({columns}) VALUES ({', '.join('?' * len(values))})", values)
        db.commit()
    with serving(path) as kb:
        seen = prose(await text(kb, "/avtal"))
        assert re.search("Avtal om broar *Gäller till 31 december 2098 *enligt .*4 maj 2021", seen.partition("Omtalade i beslut")[2])
        events = Calendar.from_ical((await kb.client.get("/avtal.ics")).content).walk("VEVENT")
        [name] = [str(event["summary"]) for event in events if "broar" in str(event["summary"])]
        assert name.startswith("Avtalets sista dag enligt ")


async def test_agreements_say_how_long_and_until_when(kb: Datasette) -> None:
    seen = prose(await text(kb, "/avtal"))
    for expected in ("Avtal om vinterväghållning", "1 november 2020 – 30 april 2022", "Granby kommun och Tallnäs kommun", "Har löpt ut"):
        assert expected in seen


async def test_agreements_that_are_not_shown_are_counted(tmp_path: Path) -> None:
    """The page shows so many and says so; calendar and files have all."""
    path = build(tmp_path / "x.db")
    with sqlite3.connect(path) as db:
        names = ", ".join(f'"{row[1]}"' for row in db.execute("PRAGMA table_info(agreements)") if row[1] not in ("id", "title"))
        for n in range(130):
            like = f"SELECT 'a{n}', 'Avtal {n}', {names} FROM agreements WHERE id = 'cccccccccc-1.a1'"
            db.execute(f"INSERT INTO agreements (id, title, {names}) {like}")
    db.close()
    with serving(path) as kb:
        html = await text(kb, "/avtal")
        assert "Alla avtal 131" in prose(html) and "De 100 som slutar senast visas." in prose(html)
        assert sum(tag == "tr" and "id" in attributes for tag, attributes in tags(html)) == 100
        calendar = (await kb.client.get("/avtal.ics")).content
        assert len({event["summary"] for event in Calendar.from_ical(calendar).walk("VEVENT")}) >= 131


async def test_agreements_as_calendar(guides: Datasette) -> None:
    response = await guides.client.get("/avtal.ics")
    names = {str(event["summary"]) for event in Calendar.from_ical(response.content).walk("VEVENT")}
    assert any(name.startswith("Sista dag för uppsägning: Avtal om vinterväghållning") for name in names)
    ends = [name for name in names if "Avtal om vinterväghållning" in name and "uppsägning" not in name]
    assert ends and all(name.startswith("Avtalets tid går ut, förlängs om det inte sägs upp: ") for name in ends)


async def test_an_empty_base_says_what_will_come(tmp_path: Path) -> None:
    path = build(tmp_path / "tom.db")
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("DELETE FROM sources")
    db.close()
    with serving(path) as empty:
        for address, words in {
            "/forum": "Inga forum ännu", "/avtal": "Inga avtal ännu", "/uppdrag": "Inget beslut som har lästs in", "/ny": "Här är ännu tomt",
        }.items():  # fmt: skip
            assert words in prose(await text(empty, address))
        assert b"VEVENT" not in (await empty.client.get("/avtal.ics")).content

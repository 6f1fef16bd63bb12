"""The page of a case: its picture, what it says is missing, its feed and its calendar; hostile words in all of them."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from datasette.app import Datasette
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from kb import agreement_terms
from kb.web import agreements, case, case_picture, feeds, following, timeline, words
from kb.web.case_rows import Gap, Related, Step, StepGroup
from kb.web.feeds import Entry
from kb.web.task_rows import TaskRow
from kb.web.timeline import MARK, Event, Mark, Tie
from tests.web_base import HOSTILE, build
from tests.web_client import prose, serving, tags, text

CASE = "/dnr/RS/101/2021"
DAYS = st.sampled_from([None, "2021", "2021-05", "2021-05-04", "2021-06-16", "2021-06-17", "2022-03-31", "2031-01-01"])
EVENTS = st.lists(st.tuples(st.sampled_from("ABC"), DAYS, st.text("§ 1aå", max_size=24)), min_size=1, max_size=24)


def overlap(one: Mark, other: Mark) -> bool:
    return one.x < other.x + other.width and other.x < one.x + one.width and one.y < other.y + MARK and other.y < one.y + MARK


@given(EVENTS)
def test_no_two_marks_meet_and_all_stand_in_the_frame(drawn: list[tuple[str, str | None, str]]) -> None:
    ordered = sorted(drawn, key=lambda d: (d[1] is None, d[1] or ""))
    events = [Event(str(n), f"Organ {lane}", day, "decision", label, "/", "") for n, (lane, day, label) in enumerate(ordered)]
    ties = [Tie(a.id, b.id, "chain", "") for a, b in combinations(events, 2)]
    picture = timeline.draw(events, ties)
    assert len(picture.marks) == len(events) and len(picture.arrows) == len(ties)
    assert not [(a.event, b.event) for a, b in combinations(picture.marks, 2) if overlap(a, b)]
    lanes = {lane.name: lane for lane in picture.lanes}
    for mark in picture.marks:
        lane = lanes[mark.event.lane]
        assert lane.y + timeline.EDGE <= mark.y <= lane.y + lane.height - MARK
        assert mark.x > picture.names and mark.x + mark.width <= picture.width and mark.y + MARK <= picture.height
    place = {mark.event.id: mark.x for mark in picture.marks}
    assert sorted(place.values()) == [place[event.id] for event in events], "time goes to the right"


def test_a_tie_to_what_is_not_drawn_is_left_out() -> None:
    event = Event("1", "A", "2021-05-04", "decision", "Beslut", "/", "")
    assert not timeline.draw([event], [Tie("1", "2", "chain", "")]).arrows


def step(event: str, date: str | None, document: str, start: int = 0, section: str | None = None, **more: Any) -> Step:
    empty: dict[str, Any] = dict.fromkeys(Step.__dataclass_fields__)
    told = {"event": event, "date": date, "document_id": document, "start": start, "paragraph_id": section, "ref": f"{document}{event}{start}"}
    return Step(**{**empty, "dnr": "RS/1/2021", "page": 1, "source": "s", **told, **more})


def test_steps_come_as_they_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undated last; on one day papers first, then whoever proposes before whoever decides, a § with what was decided in it."""
    told = [
        step("document", "2020-05-01", "z"), step("decision", "2021-06-16", "x", 5, "x.p1"), step("document", "2021-06-16", "a"),
        step("paragraph", "2021-06-16", "y", 1, "y.p1"), step("proposal", "2021-06-16", "y", 9, "y.p1"),
        step("paragraph", "2021-06-16", "y", 20, "y.p2"),
        step("paragraph", "2021-06-16", "x", 2, "x.p1"), step("other", "2021-06-16", "x", 1, "x.p1"), step("document", None, "b"),
    ]  # fmt: skip
    monkeypatch.setattr(case, "select", lambda conn, kind, wanted, values: told[::-1])
    in_order = case.steps(sqlite3.connect(":memory:"), "k")
    assert [(s.document_id, s.event, s.start) for s in in_order] == [
        ("z", "document", 0), ("a", "document", 0), ("y", "paragraph", 1), ("y", "proposal", 9), ("y", "paragraph", 20),
        ("x", "paragraph", 2), ("x", "decision", 5), ("x", "other", 1), ("b", "document", 0),
    ]  # fmt: skip


def test_a_gap_of_which_a_decision_tells_is_none_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def gap(what: str, number: str) -> Gap:
        return Gap(what, "r", "s", None, "RS", "2021-06-16", number, None, "d", 1)

    monkeypatch.setattr(case, "select", lambda conn, kind, wanted, values: [gap("paragraph", "1"), gap("paragraph", "2"), gap("answer", "1")])
    found = [step("narrated", "2021-06-16", "d", forum="RS", paragraph="1"), step("reference", "2021-06-16", "d", forum="RS", paragraph="2")]
    assert [g.what for g in case.gaps(sqlite3.connect(":memory:"), "k", found)] == ["retold", "paragraph", "answer"]


def test_related_cases_come_once_those_spoken_of_most_first(monkeypatch: pytest.MonkeyPatch) -> None:
    spoken = [Related("A", None, 1), Related("B", None, 0), Related("B", None, 0), Related("A", None, 0)]
    monkeypatch.setattr(case, "select", lambda conn, kind, wanted, values: spoken)
    found = [(one.dnr, one.forward) for one in case.related(sqlite3.connect(":memory:"), "k")]
    assert found[0] == ("B", 0) and sorted(dnr for dnr, _ in found) == ["A", "B"]
    monkeypatch.setattr(case, "RELATED", 1)
    assert [one.dnr for one in case.related(sqlite3.connect(":memory:"), "k")] == ["B"]


def test_what_a_case_says_of_itself() -> None:
    tasks = [
        TaskRow(str(n), "t", None, None, None, None, status, None, None, None, None) for n, status in enumerate(("öppet", "försenat", "fullgjort"))
    ]
    groups = tuple(StepGroup(date, (step("decision", date, "d", forum=forum),)) for date, forum in (("2020", "B"), ("2021-06-16", "A"), (None, "C")))
    empty: dict[str, Any] = dict.fromkeys(case.CasePage.__dataclass_fields__, ())
    page = case.CasePage(**{**empty, "dnr": "RS/1/2021", "title": "", "groups": groups, "tasks": tuple(tasks), "slugs": {"A": "a", "B": "b"}})
    assert [task.id for task in page.overdue] == ["1"] and page.bodies == ("B", "A") and page.steps == 3
    assert page.citation == "Dnr RS/1/2021" and page.years == words.period("2020", "2021-06-16") and not replace(page, groups=()).years


def test_a_case_is_followed_step_by_step_or_day_by_day() -> None:
    steps = (step("decision", "2021-06-16", "x", 1, forum="regionstyrelsen", text="Bifalls.\nSe punkt 2.", paragraph="7"),
             step("document", "2021-06-16", "x", 2, forum="regionstyrelsen", text="protokoll: Juni"),
             step("task", "2021-06-16", "x", 3, text="Redovisa"))  # fmt: skip
    tasks = [
        TaskRow(str(n), "Redovisa", None, None, to, due, "öppet", None, None, None, None) for n, (to, due) in enumerate((("A", None), (None, "2022")))
    ]
    empty: dict[str, Any] = dict.fromkeys(case.CasePage.__dataclass_fields__, ())
    told = {"dnr": "RS/1/2021", "case_of": None, "title": "Bron", "groups": (StepGroup("2021-06-16", steps),), "tasks": tuple(tasks)}
    page = case.CasePage(**{**empty, **told})
    each = list(following._steps(page, "/h"))
    assert [(entry.title, entry.path) for entry in each] == [
        ("Beslut Regionstyrelsen: Bron", "/h#steg-decision-xdecision1"), ("Protokoll Regionstyrelsen: Bron", "/h#steg-document-xdocument2"),
        ("Uppdrag: Bron", "/h#steg-task-xtask3"),
    ]  # fmt: skip
    assert each[0].text == "Bifalls.\nSe punkt 2.\nRegionstyrelsen 2021-06-16, § 7, dnr RS/1/2021"
    assert next(iter(following._steps(replace(page, title=""), "/h"))).title == "Beslut Regionstyrelsen: RS/1/2021"
    days = list(following._days(page, "/h"))
    assert [(entry.day, entry.title) for entry in days] == [
        ("2021-06-16", "Regionstyrelsen: RS/1/2021 Bron"), ("2021-06-16", "RS/1/2021 Bron"), ("2022", "Sista dag för uppdrag: okänd, RS/1/2021"),
    ]  # fmt: skip
    assert days[0].text == "Beslut: Bifalls. Se punkt 2.\nProtokoll: Juni" and days[2].text == "Redovisa\nLäge: öppet"
    ids = "/h#decision-xdecision1", "RS/1/2021/2021-06-16/regionstyrelsen", "RS/1/2021/uppdrag/1"
    assert (each[0].id, days[0].id, days[2].id) == ids, "which feed readers and calendars remember"
    assert len({entry.id for entry in (*each, *days)}) == 6 and not any(" " in entry.id for entry in days)


def test_a_file_of_ours_has_a_name_that_any_system_takes() -> None:
    headers = following.sent(b"x", "text/x", "RS/1 å.ics").headers
    assert headers["Content-Disposition"] == 'attachment; filename="RS-1--.ics"' and "Content-Security-Policy" in headers
    assert "Content-Disposition" not in following.sent(b"x", "text/x").headers


def test_the_last_days_of_agreements_and_of_notice() -> None:
    empty: dict[str, Any] = dict.fromkeys(agreement_terms.AgreementRow.__dataclass_fields__)
    row = agreement_terms.AgreementRow(**{**empty, "id": "a", "title": "Bro", "source": "s"})
    day = date(2026, 1, 1)
    for term, expected in (
        (agreement_terms.Term("gäller", None), []),
        (agreement_terms.Term("gäller", day), ["Avtalets sista dag: Bro"]),
        (agreement_terms.Term("gäller", day, day, 0, day, date(2027, 1, 1)), ["Sista dag för uppsägning: Bro"] * 2 + ["Avtalets sista dag: Bro"]),
    ):
        entries = list(following._ends([agreements.Agreement(row, term, 0)], "/avtal"))
        assert len({entry.id for entry in entries}) == len(entries)
        assert [entry.title for entry in entries] == expected and {entry.path for entry in entries} <= {"/avtal#a"}
        assert all("Dnr" not in entry.text and entry.text.startswith("Bro\n") for entry in entries)


def drawn(*events: tuple[str, str | None], ties: tuple[tuple[int, int], ...] = ()) -> timeline.Picture:
    """The picture of events on lanes and days, in order."""
    made = [Event(str(n), lane, day, "decision", "Beslut", "/", "") for n, (lane, day) in enumerate(events)]
    return timeline.draw(made, [Tie(str(a), str(b), "chain", "") for a, b in ties])


def test_a_year_is_said_where_it_changes_and_a_day_nobody_knows_is_last() -> None:
    picture = drawn(("A", "2020-12-01"), ("A", "2021-01-05"), ("A", "2021-03-01"), ("A", "2022"), ("B", None))
    assert [tick.year for tick in picture.ticks] == ["2020", "2021", "", "2022", ""]
    assert picture.ticks[-1].label == "utan datum"


def test_time_that_passes_takes_room_but_not_without_end() -> None:
    near, far, farther = (drawn(("A", "2020-01-01"), ("A", day)).marks[1].x for day in ("2020-01-02", "2020-03-01", "2030-01-01"))
    assert near < far < farther == drawn(("A", "2020-01-01"), ("A", "2060-01-01")).marks[1].x
    assert drawn(("A", "2020"), ("A", "2029-01-01")).marks[1].x == near, "how much has passed since a year is not known"


def numbers(picture: timeline.Picture) -> list[int]:
    return [int(n) for n in re.findall(r"-?\d+", picture.arrows[0].path)]


def test_arrows_lead_to_the_right_and_over_what_stands_between() -> None:
    days = ("2020-01-01", "2020-06-01", "2021-01-01")
    there, back = (drawn(("A", days[0]), ("A", days[2]), ties=(tie,)) for tie in ((0, 1), (1, 0)))
    assert there.arrows[0].path == back.arrows[0].path, "an answer dated before its question is drawn all the same"
    first, *_, last = numbers(there)[::2]
    assert first == there.marks[0].x + there.marks[0].width < last
    assert len(set(numbers(there)[1::2])) == 1, "straight on"
    over = numbers(drawn(("A", days[0]), ("A", days[1]), ("A", days[2]), ties=((0, 2),)))[1::2]
    assert min(over) < over[0] - MARK // 2, "not through the mark between"
    past = numbers(drawn(("A", days[0]), ("B", days[1]), ("A", days[2]), ties=((0, 2),)))[1::2]
    assert len(set(past)) == 1, "what stands on another lane is not between"


def test_arrows_within_a_day_go_straight_or_around() -> None:
    day = "2020-01-01"
    down, up = (drawn(("A", day), ("A", day), ties=(tie,)) for tie in ((0, 1), (1, 0)))
    assert "L" in down.arrows[0].path and numbers(down)[1] < numbers(down)[3] and numbers(up)[1] > numbers(up)[3]
    around = drawn(("A", day), ("A", day), ("A", day), ties=((0, 2),))
    assert "C" in around.arrows[0].path and max(numbers(around)[::2]) > max(mark.x + mark.width for mark in around.marks)


async def test_the_picture_links_each_step_and_says_it_in_words(kb: Datasette) -> None:
    html = await text(kb, CASE)
    marks = [a for tag, a in tags(html) if tag == "a" and (a.get("class") or "").startswith("mark ")]
    assert {a["href"] for a in marks} >= {"/beslut/aaaaaaaaaa-1.b1"}
    assert any("Regionfullmäktige 16 juni 2021" in (a["aria-label"] or "") for a in marks)
    assert "Uppdrag (försenat)" in prose(html) and "Ärendet RS/101/2021 ritat som en tidslinje" in prose(html)


def unseen(number: str, date: str, citing: str = "p1", forum: str = "Regionstyrelsen") -> Gap:
    return Gap("paragraph", f"c{forum}{number}", "Regionstyrelsen", "2022-05-01", forum, date, number, citing, "d", 1)


@pytest.mark.parametrize(
    ("missing", "drawn"),
    [
        ([unseen("1", "2021-01-01"), unseen("2", "2021-02-01")], ["§ 1 saknas", "§ 2 saknas"]),
        ([unseen(str(n), f"2021-0{n}-01") for n in range(1, 6)], ["5 §§ saknas"]),
        ([unseen(str(n), f"2021-0{n}-01") for n in (1, 2, 3, 7, 8)], ["3 §§ saknas", "§ 7 saknas", "§ 8 saknas"]),
        ([*(unseen(str(n), f"2021-0{n}-01") for n in (1, 2, 3)), unseen("4", "2021-04-01", "p2")], ["3 §§ saknas", "§ 4 saknas"]),
        ([*(unseen(str(n), f"2021-0{n}-01") for n in (1, 2, 3)), unseen("4", "2021-04-01", forum="Fjällrådet")], ["3 §§ saknas", "§ 4 saknas"]),
    ],
)
def test_many_missing_sections_in_a_row_have_one_mark(missing: list[Gap], drawn: list[str]) -> None:
    """Eleven marks of what is not here filled the picture, and what is here stood beyond its edge."""
    story = case_picture.Story(
        tuple(step("paragraph", day, day, section=day, forum="Regionstyrelsen", page=1, paragraph="9") for day in ("2021-06-15", "2022-05-01")),
        (),
        tuple(missing),
    )
    found = case_picture.events(story)
    assert [event.label for event in found.events if event.kind == "missing"] == drawn
    known = {event.id: event.says for event in found.events}
    assert all(f"§ {one.number}" in known[found.stands_for[f"missing|{one.ref}"]] for one in missing)


@pytest.mark.parametrize(
    ("given_to", "lane"),
    [
        ("fjällrådet", "Fjällrådet"),
        ("Fjällrådet, hamnrådet och badnämnden", "Fjällrådet, hamnrådet och badnämnden"),
        ("Fjällrådet, hamnrådet, badnämnden, kulturnämnden, Bussbolaget AB samt Båtbolaget AB", "Fjällrådet m.fl."),
        (
            "Nämnden för bad och simning i hela kommunen samt dess allra minsta öar",
            "Nämnden för bad och simning i hela kommunen samt dess allra minsta öar",
        ),
    ],
)
def test_a_lane_of_many_is_called_by_the_first(given_to: str, lane: str) -> None:
    empty: dict[str, Any] = dict.fromkeys(TaskRow.__dataclass_fields__)
    task = TaskRow(**{**empty, "id": "u1", "text": "Utred", "status": "öppet", "given_to": given_to, "document_id": "x-1", "page": 1})
    [event] = case_picture.events(case_picture.Story((), (task,), ())).events
    assert event.lane == lane and given_to[1:] in event.says


async def test_what_is_missing_is_said(tmp_path: Path) -> None:
    db = build(tmp_path / "x.db")
    with sqlite3.connect(db) as conn:
        conn.execute("DELETE FROM chains")
        conn.execute("UPDATE citations SET state = 'open', target = NULL, number = '7', forum = 'Fjällrådet', paragraph_id = 'aaaaaaaaaa-1.p1'")
        conn.execute("UPDATE citations SET date = '2021-02-01', kind = 'paragraf'")
    conn.close()
    with serving(db) as kb:
        seen = prose(await text(kb, CASE))
        assert "Regionfullmäktige 16 juni 2021 hänvisar till Fjällrådet 1 februari 2021 § 7, som inte finns här." in seen
        assert "§ 7 saknas" in seen
        assert (
            "Uppdraget till Regionala utvecklingsnämnden från Regionfullmäktige skulle vara klart 31 mars 2022. Ingen återrapport finns här." in seen
        )
        seen = prose(await text(kb, "/dnr/RUN/29/2021"))
        assert "Förslaget från Regiondirektören 4 maj 2021 till Regionala utvecklingsnämnden: vad som beslutades finns inte här." in seen
        assert "Svar saknas" in seen


async def test_what_another_paper_retells_is_not_missing_altogether(tmp_path: Path) -> None:
    """The § that is referred to has no paper of its own here, but a step of the case tells of it: it is drawn once, and said to be retold."""
    db = build(tmp_path / "x.db")
    with sqlite3.connect(db) as conn:
        conn.execute("UPDATE citations SET state = 'open', target = NULL, kind = 'paragraf', paragraph_id = 'aaaaaaaaaa-1.p1', number = '3'")
        conn.execute("UPDATE citations SET forum = 'Regionstyrelsen', date = '2021-06-01'")
        conn.execute("UPDATE decisions SET dnr_key = 'rs-2021-101', decided_by = 'Regionstyrelsen' WHERE id LIKE 'b%'")
        conn.execute("UPDATE decisions SET date = '2021-06-01', paragraph = '3' WHERE id LIKE 'b%'")
    conn.close()
    with serving(db) as kb:
        seen = prose(await text(kb, CASE))
    assert "Regionstyrelsen 1 juni 2021 § 3 finns inte här; vad som står är återgivet av Regionfullmäktige 16 juni 2021." in seen
    assert "§ 3 saknas" not in seen and "som inte finns här" not in seen and "§ 3 Förslag" in seen


def test_a_day_of_a_case_is_told_section_by_section(tmp_path: Path) -> None:
    with sqlite3.connect(build(tmp_path / "x.db")) as db:
        db.execute("UPDATE paragraphs SET dnr_key = 'rs-2021-101'")
        db.execute("UPDATE decisions SET dnr_key = 'rs-2021-101', date = '2021-06-16'")
        told = [(step.event, step.ref) for step in case.steps(db, "rs-2021-101") if step.event in ("proposal", "paragraph", "decision")]
    db.close()
    one, two = (("paragraph", f"aaaaaaaaaa-1.p{n}") for n in (1, 2))
    assert told == [("proposal", "bbbbbbbbbb-1.b1"), one, ("decision", "aaaaaaaaaa-1.b1"), two, ("decision", "aaaaaaaaaa-1.b2")]


async def test_a_long_case_can_be_read_year_by_year_and_what_is_late_is_counted(tmp_path: Path) -> None:
    path = build(tmp_path / "x.db")
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        for number in range(40):
            day, place = f"20{10 + number // 10}-0{number % 9 + 1}-01", "start + 1, end, page, line"
            db.execute(f"""INSERT INTO decisions (id, document_id, paragraph_id, status, decided_by, date, dnr_key, start, end, page, line)
                SELECT 'aaaaaaaaaa-1.x{number}', document_id, NULL, status, decided_by, '{day}', 'rs-2021-101', {place}
                FROM decisions WHERE id = 'aaaaaaaaaa-1.b2'""")
        columns = ", ".join(name for _, name, *_ in db.execute("PRAGMA table_info(assignments)") if name != "id")
        for number in range(4):
            db.execute(f"INSERT INTO assignments (id, {columns}) SELECT 'x{number}', {columns} FROM assignments WHERE kind = 'task' LIMIT 1")
            db.execute(f"UPDATE assignments SET dnr_key = 'rs-2021-101', due = '2013-0{number + 1}-01', done_by = NULL WHERE id = 'x{number}'")
    db.close()
    with serving(path) as datasette:
        html = await text(datasette, CASE)
    assert {f'href="#ar-{year}"' for year in range(2010, 2014)} <= set(re.findall(r'href="#ar-\d+"', html))
    assert len(re.findall(r'id="ar-2010"', html)) == 1 and 'id="uppdrag"' in html
    assert "2 uppdrag till har passerat sin sista dag" in prose(html)


async def test_a_short_case_has_no_years_to_go_to(kb: Datasette) -> None:
    assert "#ar-" not in await text(kb, CASE)


async def test_related_cases_and_how_to_cite(kb: Datasette) -> None:
    seen = prose(await text(kb, CASE))
    assert "RUN/29/2021 Uppföljning av samverkan om fjällbussen nämner det här ärendet" in seen
    assert "nämns i det här ärendet" in prose(await text(kb, "/dnr/RUN/29/2021"))
    assert "Regionfullmäktige 2021-06-16, § 73, dnr RS/101/2021" in seen


async def test_feed(kb: Datasette) -> None:
    response = await kb.client.get(CASE + ".atom")
    assert response.headers["content-type"] == feeds.ATOM_TYPE
    feed = ElementTree.fromstring(response.content)
    space = {"a": feeds.ATOM}
    ids = [entry.findtext("a:id", "", space) for entry in feed.findall("a:entry", space)]
    days = [entry.findtext("a:updated", "", space) for entry in feed.findall("a:entry", space)]
    assert len(ids) == len(set(ids)) >= 4 and days == sorted(days, reverse=True) and days[0] == "2021-06-16T00:00:00Z"
    links = {link.attrib["rel"]: link.attrib["href"] for link in feed.findall("a:link", space)}
    assert links["self"].endswith(f"{CASE}.atom") and links["alternate"].endswith(CASE)
    assert f'href="{CASE}.atom"' in await text(kb, CASE)


@pytest.mark.parametrize("asked", ["q=fjällbussen", "forum=Regionfullmäktige", "q=fjällbussen&visa=beslut", "q=%3Cscript%3E", "q=xyzzyq", ""])
async def test_a_search_is_followed_as_a_feed(kb: Datasette, asked: str) -> None:
    response = await kb.client.get(f"/sok.atom?{asked}")
    assert response.status_code == 200 and response.headers["content-type"] == feeds.ATOM_TYPE
    feed = ElementTree.fromstring(response.content)
    space = {"a": feeds.ATOM}
    entries = feed.findall("a:entry", space)
    ids = [entry.findtext("a:id", "", space) for entry in entries]
    assert len(ids) == len(set(ids)) and bool(ids) == (asked not in ("", "q=xyzzyq"))
    assert all(part.tag.startswith("{" + feeds.ATOM) for part in feed.iter())
    if "visa" in asked:
        assert all("#decision-" in id for id in ids)
    for link in {entry.find("a:link", space).attrib["href"] for entry in entries}:  # type: ignore[union-attr]
        await text(kb, link.removeprefix("http://localhost").partition("#")[0])
    if asked:
        assert 'type="application/atom+xml"' in await text(kb, f"/sok?{asked}")


async def test_a_feed_of_a_search_keeps_the_newest(kb: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    async def days() -> list[str]:
        feed = ElementTree.fromstring((await kb.client.get("/sok.atom?q=fjällbussen")).content)
        return [entry.findtext("a:updated", "", {"a": feeds.ATOM}) for entry in feed.findall("a:entry", {"a": feeds.ATOM})]

    everything = await days()
    monkeypatch.setattr("kb.web.search_feed.ENTRIES", 1)
    assert len(set(everything)) > 1 and await days() == [max(everything)]


async def test_calendar(kb: Datasette) -> None:
    response = await kb.client.get(CASE + ".ics")
    assert response.headers["content-type"] == feeds.CALENDAR_TYPE
    events = {str(event["summary"]): event for event in Calendar.from_ical(response.content).walk("VEVENT")}
    task = events["Sista dag för uppdrag: Regionala utvecklingsnämnden, RS/101/2021"]
    assert (task.decoded("dtstart").isoformat(), task.decoded("dtend").isoformat()) == ("2022-03-31", "2022-04-01"), "one whole day"
    assert (await kb.client.get(CASE + ".ics")).content == response.content


def test_a_base_has_changed_when_its_last_run_ended(copied: sqlite3.Connection) -> None:
    copied.execute("DELETE FROM ingests")
    assert following.changed(copied) is None
    for day in ("2026-01-02", "2026-01-03", "2026-01-01"):
        copied.execute("INSERT INTO ingests (started, finished, program) VALUES (?, ?, '1')", (day, day))
    assert following.changed(copied) == "2026-01-03"


@pytest.mark.parametrize("ending", [".atom", ".ics"])
async def test_a_case_that_is_not_here_has_neither(kb: Datasette, ending: str) -> None:
    for number in ("RS/999/1999", "29/2021"):  # which two cases have
        await text(kb, f"/dnr/{number}{ending}", 404)


@pytest.mark.parametrize("words", [HOSTILE, "a\x00b\x1bc\ud800", "]]>&amp;", "rad\r\nBEGIN:VALARM\r\nx", "å\u2028ä"])
def test_hostile_words_stay_words(words: str) -> None:
    entry = Entry("1", "2021-05-04", words, words, "http://x/")
    feed = ElementTree.fromstring(feeds.atom(words, "http://x/", "http://x/.atom", None, [entry]))
    assert not [element.tag for element in feed.iter() if not element.tag.startswith("{" + feeds.ATOM)]
    found = Calendar.from_ical(feeds.calendar(words, None, [entry]))
    assert [part.name for part in found.walk()] == ["VCALENDAR", "VEVENT"]
    assert "script" not in words or words in str(found.walk("VEVENT")[0]["description"])


@pytest.mark.parametrize("day", [None, "2021", "2021-02-30", "i fjol", "2021-13-01"])
def test_what_is_no_day_is_not_in_a_calendar(day: str | None) -> None:
    assert b"VEVENT" not in feeds.calendar("x", None, [Entry("1", day, "a", "b", "http://x/")])
    feeds.atom("x", "http://x/", "http://x/.atom", None, [Entry("1", day, "a", "b", "http://x/")])


async def test_hostile_words_in_the_picture(base: Path, tmp_path: Path) -> None:
    db = build(tmp_path / "x.db")
    with sqlite3.connect(db) as conn:
        conn.execute("UPDATE assignments SET given_to = ?", (HOSTILE,))
        conn.execute("UPDATE points SET text = ?", ('"></title>' + HOSTILE,))
    conn.close()
    with serving(db) as kb:
        html = await text(kb, CASE)
        assert not [tag for tag, attributes in tags(html) if tag in {"script", "img"} or "onerror" in attributes]
        assert "&lt;script&gt;" in html

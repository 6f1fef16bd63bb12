"""What the address of a search says, what its page shows and where it leads; without a server."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from kb import search
from kb.search import snippets
from kb.search.beyond import Beyond
from kb.web import finding
from kb.web.finding import FIELDS, Wanted
from kb.web.found import SearchPage, of_record

EMPTY = dict.fromkeys(FIELDS, "")


def wanted(**form: str) -> Wanted:
    return Wanted.of({**EMPTY, **form})


@pytest.mark.parametrize(
    ("form", "meant"),
    [
        ({}, {}), ({"q": " avtal "}, {"q": "avtal"}), ({"q": "a" * 9999}, {"q": "a" * finding.LONGEST}), ({"forum": " RF "}, {"forum": "RF"}),
        ({"ar": "2021"}, {"ar": "2021"}), ({"ar": "21"}, {}), ({"ar": "20211"}, {}), ({"ar": "٢٠٢١"}, {}), ({"typ": "x" * 300}, {"typ": "x" * 200}),
        ({"ordning": "datum"}, {"ordning": "datum"}), ({"ordning": "x"}, {}), ({"visa": "x"}, {}), ({"visa": "beslut"}, {"visa": "beslut"}),
        ({"sida": "3"}, {"sida": 3}), ({"sida": "0"}, {}), ({"sida": "-1"}, {}), ({"sida": "1000"}, {}), ({"sida": "999"}, {"sida": 999}),
        ({"sida": "x"}, {}), ({"kommun": "Granby", "diarium": "KS"}, {"kommun": "Granby", "diarium": "KS"}),
    ],
)  # fmt: skip
def test_what_makes_no_sense_counts_as_empty(form: dict[str, str], meant: dict[str, Any]) -> None:
    assert wanted(**form) == Wanted(**meant)


def test_a_choice_stands_in_for_words_that_nobody_typed() -> None:
    year = wanted(ar="2021", forum="RF")
    assert (year.instead, finding.everything(year)) == ("forum", 'forum:"RF"')
    assert year.only == search.Only(since="2021", until="2021"), "what is asked for is no filter besides"
    assert finding.everything(wanted(ar="2021")) == 'år:"2021"' and wanted(ar="2021").only == search.Only()
    typed = wanted(q="avtal", ar="2021", forum="RF", typ="beslut", diarium="KS", kommun="Granby")
    assert typed.instead == "" and list(typed.chosen) == ["forum", "ar", "typ", "diarium", "kommun"] and wanted().chosen == {}
    assert typed.only == search.Only(forum="RF", since="2021", until="2021", kind="beslut", register="KS", municipality="Granby")


def test_addresses_say_what_is_not_as_always() -> None:
    assert wanted().path() == "/sok" and wanted(sida="2").path() == "/sok" and wanted(q="a b", sida="2").path(sida=2) == "/sok?q=a+b&sida=2"
    assert wanted(q="a", sida="2").path(sida=1) == "/sok?q=a" and wanted(q="a").path("/sok.atom", visa="beslut") == "/sok.atom?q=a&visa=beslut"
    assert wanted(forum="RF", q="a").path(forum="") == "/sok?q=a", "another choice begins on its first page"


def test_counts_say_how_far_was_counted() -> None:
    assert [finding.said(1200, False), finding.said(1001, True)] == ["1\u202f200", "fler än 1\u202f000"]
    assert finding._all({"a": (3, False), "b": (1001, True)}) == "fler än 1\u202f003" and finding._all({"a": (3, False)}) == "3"


def found(query: str, **more: Any) -> search.Results:
    return search.Results(query, 0, (), **more)


def hit(matched: str) -> search.Hit:
    return search.Hit(1, "d", "s", 1, None, None, "t", "k", None, None, None, None, None, "x", "x", matched)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("title", "goes_on", "shown"),
    [
        ("Nämnden får i uppdrag att ut", "reda bad.", "Nämnden får i uppdrag att …"),
        ("Nämnden får i uppdrag", " att utreda.", "Nämnden får i uppdrag …"),
        ("Nämnden ska utreda.", "", "Nämnden ska utreda."), ("Nämnden", "s uppdrag", " …"),
        ("\ue000Nämnden ska ut\ue001", "reda", "<mark>Nämnden ska</mark> …"),
    ],
)  # fmt: skip
def test_the_name_of_a_task_is_cut_between_words(title: str, goes_on: str, shown: str) -> None:
    plain = title.translate(snippets.UNMARKED)
    assert of_record(record("assignment", title=plain, marked_title=title, text=f"Bad\nNämnden\n{plain}{goes_on}")).title == shown


def record(kind: str, **told: str) -> search.Record:
    fields: dict[str, Any] = {**dict.fromkeys(search.Record._fields), **dict.fromkeys(("title", "marked_title", "marked", "text"), ""), **told}
    return search.Record(**{**fields, "kind": kind, "ref": "r1", "matched": "exact"})


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("adopted", ("", "")),
        ("upward", ("upward", "Beslutat förslag")),
        ("proposed", ("proposed", "Föreslaget")),
        ("narrated", ("narrated", "Omtalat")),
    ],
)
def test_what_a_body_does_not_decide_itself_is_marked(status: str, shown: tuple[str, str]) -> None:
    found = of_record(record("decision", title="Taxa", status=status))
    assert (found.status, found.status_word) == shown


def test_the_lines_of_a_list_are_shown_without_their_marks() -> None:
    assert of_record(record("assignment", title="Bad", marked="Vatten\n- Badplatser.\n• Bryggor")).text == "Vatten · Badplatser. · Bryggor"


def test_what_may_have_been_meant_is_offered_unless_it_is_shown() -> None:
    asked = wanted(q="avtl", forum="RF", sida="2")
    offered = finding._suggestion(found("avtl", suggestion="avtal"), asked)
    assert offered and (offered.value, offered.path) == ("avtal", "/sok?q=avtal&forum=RF")
    assert finding._suggestion(found("avtl"), asked) is None
    for matched, shown in (("fuzzy", True), ("folded", True), ("exact", False)):
        some = search.Results("avtl", 1, (hit("exact"), hit(matched)), suggestion="avtal")
        assert (finding._suggestion(some, asked) is None) == shown, matched


def test_what_filters_left_out_is_a_search_without_them() -> None:
    def offered(asked: Wanted, query: str, other: str, only: search.Only) -> str:
        [choice] = finding._beyond(found(query, beyond=(Beyond(("RF", "2021"), other, only, 1001, True),)), asked)
        assert (choice.value, choice.count) == ("RF och 2021", "fler än 1\u202f000")
        return choice.path

    asked = wanted(q="avtal organ:RF", forum="RF", ar="2021")
    assert offered(asked, "avtal organ:RF", "avtal organ:RF", search.Only(forum="RF")) == "/sok?q=avtal+organ%3ARF&forum=RF"
    assert offered(asked, "avtal organ:RF", "avtal", search.Only(since="2021", until="2021")) == "/sok?q=avtal&ar=2021"
    instead = wanted(forum="RF", ar="2021")
    assert offered(instead, 'forum:"RF"', 'forum:"RF"', search.Only()) == "/sok?forum=RF", "what stands in for words stays"
    assert offered(instead, 'forum:"RF"', "", search.Only(since="2021")) == "/sok?ar=2021"


def test_only_kinds_that_there_are_have_a_tab_and_the_one_that_is_shown() -> None:
    tabs = finding._tabs({"decision": (2, False), "case": (0, False), "passage": (1001, True)}, wanted(q="a", visa="avtal"))
    assert [(tab.title, tab.count, tab.path, tab.here) for tab in tabs] == [
        ("Allt", "", "/sok?q=a", False),
        ("Beslut", "2", "/sok?q=a&visa=beslut", False),
        ("Avtal", "0", "/sok?q=a&visa=avtal", True),
        ("Text", "fler än 1\u202f000", "/sok?q=a&visa=text", False),
    ]


# with a base


def shown(db: sqlite3.Connection, **form: str) -> SearchPage:
    return finding.search_page(db, wanted(**form))


def test_nothing_asked_is_nothing_found(copied: sqlite3.Connection) -> None:
    assert shown(copied) == SearchPage("", "", False) and list(finding.rows(copied, wanted())) == []
    page = shown(copied, q="xyzzy")
    assert (page.any, page.count, page.boxes, page.everywhere, page.hidden) == (False, "0", (), "", ())
    page = shown(copied, q="församling")
    assert (page.any, page.count, [box.slug for box in page.boxes]) == (True, "1", ["forum"]), "what no text says is found as well"


def test_all_kinds_are_shown_some_of_each_and_lead_to_the_rest(copied: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    page = shown(copied, q="fjällbussen")
    assert [(box.slug, box.count, box.path) for box in page.boxes] == [
        ("beslut", "1", ""), ("paragrafer", "1", ""), ("arenden", "2", ""), ("handlingar", "1", ""), ("text", "3", ""),
    ]  # fmt: skip
    assert (page.any, page.count, page.last, page.before, page.after) == (True, "8", 1, "", "")
    monkeypatch.setattr(finding, "ON_ALL", 1)
    [text] = [box for box in shown(copied, q="fjällbussen").boxes if box.slug == "text"]
    assert (text.count, len(text.hits), text.path) == ("3", 1, "/sok?q=fj%C3%A4llbussen&visa=text")


def test_one_kind_is_shown_page_by_page(copied: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = shown(copied, q="fjällbussen", visa="text")
    [box] = whole.boxes
    assert (whole.count, whole.last, box.path) == ("3", 1, "") and len(box.hits) == 3
    monkeypatch.setattr(finding, "PAGE_SIZE", 2)
    first, second, beyond = (shown(copied, q="fjällbussen", visa="text", sida=page) for page in ("1", "2", "9"))
    assert [hit.path for page in (first, second) for hit in page.boxes[0].hits] == [hit.path for hit in box.hits]
    assert (first.number, first.last, first.before, first.after) == (1, 2, "", "/sok?q=fj%C3%A4llbussen&visa=text&sida=2")
    assert (second.number, second.last, second.before, second.after) == (2, 2, "/sok?q=fj%C3%A4llbussen&visa=text", "") and beyond == second
    assert shown(copied, q="fjällbussen", visa="text", ordning="datum").boxes[0].hits[0].facts[1] == "16 juni 2021"
    assert first.boxes[0].path == "", "the kind is shown already"
    assert shown(copied, q="xyzzy", visa="text").last == 1


def test_a_choice_alone_is_a_search(copied: sqlite3.Connection) -> None:
    page = shown(copied, forum="Regionfullmäktige", visa="beslut")
    assert (
        [box.slug for box in page.boxes] == ["beslut"]
        and page.count == "2"
        and page.hidden == (("forum", "Regionfullmäktige"), ("visa", "beslut"))
        and page.everywhere == "/sok?visa=beslut"
    )
    assert [(choice.value, choice.path) for choice in page.chosen] == [("Regionfullmäktige", "/sok?visa=beslut")]
    assert (page.excel, page.csv) == tuple(f"/export/sok.{kind}?forum=Regionfullm%C3%A4ktige&visa=beslut" for kind in ("xlsx", "csv"))
    assert page.feed == "/sok.atom?forum=Regionfullm%C3%A4ktige&visa=beslut" and page.slugs == {"Regionfullmäktige": "regionfullmaktige"}
    assert [row[1] for row in finding.rows(copied, wanted(forum="Regionfullmäktige", visa="beslut"))] == [
        "Överenskommelse om fjällbussen", "Svar på motion om skidspår",
    ]  # fmt: skip


def test_one_is_offered_to_narrow_by_what_tells_hits_apart(copied: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    page = shown(copied, q="fjällbussen")
    assert [(facet.title, [(c.value, c.count, c.path) for c in facet.choices]) for facet in page.facets] == [
        ("Slag av handling", [
            ("protokoll", "1", "/sok?q=fj%C3%A4llbussen&typ=protokoll"),
            ("tjänsteskrivelse", "1", "/sok?q=fj%C3%A4llbussen&typ=tj%C3%A4nsteskrivelse"),
        ]),
    ]  # fmt: skip
    assert page.capped == "" and shown(copied, q="fjällbussen", typ="protokoll").facets == ()
    copied.execute("UPDATE documents SET date = '2020-05-04' WHERE id LIKE 'b%'")
    assert [facet.title for facet in shown(copied, q="fjällbussen").facets] == ["År", "Slag av handling"]
    narrowed = shown(copied, q="fjällbussen", ar="2020")
    assert narrowed.facets == () and narrowed.everywhere == "/sok?q=fj%C3%A4llbussen"


def test_hits_come_the_best_first_or_the_newest(copied: sqlite3.Connection) -> None:
    best, newest = (shown(copied, q="fjällbussen", ordning=order) for order in ("", "datum"))
    assert [(tab.title, tab.here, tab.path) for tab in best.orders] == [
        ("Bäst först", True, "/sok?q=fj%C3%A4llbussen"), ("Nyast först", False, "/sok?q=fj%C3%A4llbussen&ordning=datum"),
    ]  # fmt: skip
    assert [tab.here for tab in newest.orders] == [False, True] and newest.hidden == (("ordning", "datum"),)
    days = [[hit.facts[1] for hit in page.boxes[-1].hits] for page in (best, newest)]
    assert days == [["16 juni 2021", "4 maj 2021", "16 juni 2021"], ["16 juni 2021", "16 juni 2021", "4 maj 2021"]]
    exported = [[row[3] for row in finding.rows(copied, wanted(q="fjällbussen", visa="text", ordning=order))] for order in ("", "datum")]
    assert exported == [["2021-06-16", "2021-05-04", "2021-06-16"], ["2021-06-16", "2021-06-16", "2021-05-04"]]


def test_hits_as_a_table_are_all_kinds_one_after_the_other(copied: sqlite3.Connection) -> None:
    rows = list(finding.rows(copied, wanted(q="fjällbussen")))
    assert [row[0] for row in rows] == ["Beslut", "Paragrafer", "Ärenden", "Ärenden", "Handlingar", "Text", "Text", "Text"]
    first, last = dict(zip(finding.COLUMNS, rows[0], strict=True)), dict(zip(finding.COLUMNS, rows[-1], strict=True))
    assert (first["slag"], first["forum"], first["paragraf"], first["diarienummer"]) == ("Antaget", "Regionfullmäktige", "73", "RS/101/2021")
    assert (last["rubrik"], last["slag"]) == ("Protokoll Regionfullmäktige 16–17 juni 2021", "protokoll")
    assert [row[0] for row in finding.rows(copied, wanted(q="fjällbussen", visa="arenden"))] == ["Ärenden", "Ärenden"]


def test_what_was_read_again_is_said_to_be(copied: sqlite3.Connection) -> None:
    told = {q: [hit.repaired for hit in shown(copied, q=q, visa="text").boxes[0].hits] for q in ("samverkansrådet", "fjällbussen")}
    assert any(told["samverkansrådet"]) and not any(told["fjällbussen"])


@pytest.mark.parametrize(
    ("typed", "cases"),
    [("RS/101/2021", ["rs-2021-101"]), ("RS/101/2021 fjällbussen", ["rs-2021-101"]), ("29/2021", ["rs-2021-29", "run-2021-29"]), ("bussen", [])],
)
def test_the_case_whose_number_was_typed_is_shown(copied: sqlite3.Connection, typed: str, cases: list[str]) -> None:
    assert sorted(case.key for case in shown(copied, q=typed).cases) == cases


def test_a_number_that_no_case_has_is_offered_near_ones_whatever_else_was_found(copied: sqlite3.Connection) -> None:
    for q, hits in (("RUN/30/2021", False), ("RUN/30/2021 ELLER avtal", True)):
        page = finding.search_page(copied, wanted(q=q))
        assert (page.any, [case.dnr for case in page.near], page.cases) == (hits, ["RUN/29/2021", "RUN/31/2021"], ())
    assert not finding.search_page(copied, wanted(q="RUN/29/2021 ELLER avtal")).near and not finding.search_page(copied, wanted(q="avtal")).near

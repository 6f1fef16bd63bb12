"""What the address of a search says, and the addresses that its page leads to; without a base."""

from __future__ import annotations

from typing import Any

import pytest

from kb import search
from kb.search.beyond import Beyond
from kb.web import finding
from kb.web.finding import FIELDS, Wanted

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

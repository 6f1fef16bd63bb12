"""Searching: what is typed, what it means, what is found, and that no query ever raises."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ingest.models import Day
from kb import errors
from kb.connect import reading
from kb.database import open_database
from kb.search import forums, overview, search, snippets
from kb.search.analyze import Analyser, normalise, terms
from kb.search.index import ROOM
from kb.search.known import Known
from kb.search.marking import Marker
from kb.search.match import Keys
from kb.search.nodes import Words
from kb.search.parse import parse
from tests import sample
from tests.test_query import TYPED

DOCUMENTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Rådet möttes om bussar i oktober, covid-19 och råd.", {"day": Day("2019-10-02"), "forum": "Regionstyrelsen"}),
    ("Kommun-styrelsen godkänner avtalet om skidspår.", {"day": Day("2021-06"), "forum": "Regionfullmäktige"}),
    ("Avtalet om bussar sägs upp. Rad för rad, mål och mal.", {"day": Day("2021-12-01")}),
    ("Fjällbussen <b>& tåget</b>", {"day": None}),
)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("search") / "kb.db"
    with open_database(path, sample.rules()) as store:
        store.save(sample.meeting(), "/x/protokoll.txt")
        for number, (text, head) in enumerate(DOCUMENTS):
            store.save(sample.plain(text, f"{number}.txt", **head), f"/x/{number}.txt")
        store.finish()
    with reading(path) as connection:
        yield connection


def sources(db: sqlite3.Connection, query: str, **options: Any) -> list[str]:
    return [hit.source for hit in search(db, query, **options).hits]


def test_the_words_of_a_decision_come_before_the_same_words_elsewhere(tmp_path: Path) -> None:
    """Also where the rest says it in half as many words, which weigh more each."""
    with open_database(tmp_path / "kb.db", sample.rules()) as store:
        store.save(sample.meeting(), "/x/protokoll.txt")
        store.finish()
        [decided] = store.connection.execute("SELECT text FROM passages WHERE id < ? ORDER BY id LIMIT 1", (ROOM,)).fetchone()
        store.save(sample.plain(" ".join(decided.split()[: len(decided.split()) // 2 + 1]), "a.txt"), "/x/a.txt")
        store.finish()
    with reading(tmp_path / "kb.db") as db:
        word = terms(decided)[0]
        assert next(hit.source for hit in search(db, word).hits) == "protokoll.txt"


# text → terms


def test_one_chain_for_index_and_query() -> None:
    assert terms("Sam\u00advera ﬁn-a åA\u030a_x § 144") == ("samvera", "fin", "a", "åå", "x", "144")
    assert normalise("o\u0308rt") == "ört"


def words(*found: str, prefix: bool = False) -> Words:
    return Words(found, prefix)


# nodes → hits


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("bussar", ["0.txt", "2.txt"]),
        ("BUSSAR", ["0.txt", "2.txt"]),
        ("råd", ["0.txt"]),
        ("rad", ["2.txt"]),
        ("buss*", ["0.txt", "2.txt"]),
        ('"avtalet om bussar"', ["2.txt"]),
        ("avtalet INTE bussar", ["1.txt", "protokoll.txt"]),
        ("avtalet OCH (bussar ELLER skidspår) INTE rad", ["1.txt"]),
        ("kommun-styrelsen", ["1.txt"]),
        ("covid-19", ["0.txt"]),
        ("nonsensord", []),
        ("ingenting*", []),
        ("forum:RS bussar", ["0.txt"]),
        ("forum:RS ELLER skidspår", ["0.txt", "1.txt", "protokoll.txt"]),
        ("forum:Okänt bussar", []),
        ("år:2021 bussar", ["2.txt"]),
        ("år:2019..2021 bussar", ["0.txt", "2.txt"]),
        ("typ:anteckning INTE (bussar ELLER skidspår)", ["3.txt"]),
        ("INTE år:2021 bussar", ["0.txt"]),
        ("dnr:RUN/129/2021", []),
    ],
)
def test_what_is_found(db: sqlite3.Connection, query: str, found: list[str]) -> None:
    assert sorted(set(sources(db, query))) == found


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        ("2019", None, ["0.txt", "1.txt", "2.txt"]), ("2021-06-16", None, ["1.txt", "2.txt"]), ("2021-07", None, ["2.txt"]),
        (None, "2021-06", ["0.txt", "1.txt"]), (None, "2019", ["0.txt"]), ("2021", "2021", ["1.txt", "2.txt"]), ("2022", None, []),
    ],
)  # fmt: skip
def test_dates_bound_a_search(db: sqlite3.Connection, since: str | None, until: str | None, found: list[str]) -> None:
    assert sorted(sources(db, "bussar ELLER skidspår INTE fjällrådet typ:anteckning", since=since, until=until)) == found


def test_a_wrong_date_or_forum_is_said(db: sqlite3.Connection) -> None:
    with pytest.raises(errors.Usage, match="inget datum"):
        search(db, "buss", since="i fjol")
    found = search(db, "bussar", forum="Okänt")
    assert (found.total, found.notes) == (0, ("Inget forum heter ”Okänt” – alla står under Forum (kb forum).",))
    assert sources(db, "bussar", forum="styrelsen i regionen") == ["0.txt"]


def test_a_case_number_finds_its_passages_whatever_the_spelling(db: sqlite3.Connection) -> None:
    for spelling in ("RS/29/2021", "rs 29/2021", "RS 2021-00029", "29/2021", "RS/29/202l", "dnr:29/2021", "rs 29 2021", "RS 2021 029"):
        found = search(db, spelling)
        assert found.cases == ("RS/29/2021",), spelling
        assert [hit.page for hit in found.hits] == [1, 2], spelling
    assert snippets.START in search(db, "29/2021").hits[1].marked.split("RUN")[1]


def test_a_number_nobody_has_is_searched_as_words(db: sqlite3.Connection) -> None:
    assert (search(db, "RS 99 2021").notes, search(db, "RS 29 21").cases, search(db, "29 2021").cases) == ((), (), ())
    found = search(db, "RS/99/2021")
    assert (found.total, found.cases, found.notes) == (0, (), ("Inget ärende har diarienumret RS/99/2021.",))


def test_pages_of_hits(db: sqlite3.Connection) -> None:
    whole = [hit.passage_id for hit in search(db, "om", limit=0).hits]
    first, second = search(db, "om", limit=2), search(db, "om", limit=2, offset=2)
    assert [hit.passage_id for hit in first.hits + second.hits] == whole[:4]
    assert first.total == len(whole) > 2


def test_rows_as_mappings_work_too(db: sqlite3.Connection) -> None:
    assert search(db, "fjällbussen").hits[0].title


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(TYPED)
@example('DNR:0"¡DNR:DNR')
@example('FORUM:["}"')
@example('FORUM:0"MAJ 2000')
def test_no_query_raises(db: sqlite3.Connection, query: str) -> None:
    found = overview(db, query)
    assert found.results.total >= len(found.results.hits) >= 0
    assert found.results.notes or found.results.hits or found.groups or parse(query, Known(datetime.date(2026, 11, 28))).node


@pytest.mark.parametrize(
    "query", ["(" * 3000 + "a", "INTE " * 300 + "a", "a ELLER " * 900, '"' * 999, "a" * 10**6, "9" * 5000 + "/2021", "a* " * 900, "b~ " * 900]
)
def test_no_size_raises(db: sqlite3.Connection, query: str) -> None:
    overview(db, query)


# marks


def test_marks_stand_around_whole_words(db: sqlite3.Connection) -> None:
    [hit] = search(db, "tåget").hits
    assert hit.highlighted == "Fjällbussen &lt;b&gt;&amp; <mark>tåget</mark>&lt;/b&gt;"


def mark(db: sqlite3.Connection, text: str, wanted: list[Words]) -> str:
    return Marker(db, wanted, Keys(db, lambda: Analyser(None))).mark([(text, None)])[0]


def test_marks_in_the_text_itself_do_not_fool_anyone(db: sqlite3.Connection) -> None:
    text = f"a {snippets.START}<script>{snippets.END} b"
    assert snippets.to_html(mark(db, text, [words("b")])) == "a &lt;script&gt; <mark>b</mark>"


def test_overlapping_marks_are_one(db: sqlite3.Connection) -> None:
    assert snippets.to_html(mark(db, "a b c", [words("a", "b"), words("b", "c"), words("b")])) == "<mark>a b c</mark>"
    assert snippets.to_html(mark(db, "bussen", [words("bus", prefix=True)])) == "<mark>bussen</mark>"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text("ab c\n", max_size=400), st.integers(10, 80))
def test_an_excerpt_is_short_and_balanced(db: sqlite3.Connection, text: str, width: int) -> None:
    part = snippets.excerpt(mark(db, text, [words("a"), words("b", "a")]), width)
    assert len(part) <= width + 6
    assert "".join(piece for piece, _ in snippets.segments(part)) == part.replace(snippets.START, "").replace(snippets.END, "")
    assert part.count(snippets.START) == part.count(snippets.END)


def test_an_excerpt_shows_the_hit(db: sqlite3.Connection) -> None:
    part = snippets.excerpt(mark(db, "ord " * 500 + "träff " + "ord " * 500, [words("träff")]))
    assert part.startswith("… ")
    assert part.endswith(" …")
    assert f"{snippets.START}träff{snippets.END}" in part


def test_an_excerpt_shows_where_the_words_stand_together(db: sqlite3.Connection) -> None:
    part = snippets.excerpt(mark(db, "träff " + "ord " * 200 + "båda träff nära " + "ord " * 200, [words("träff"), words("nära")]))
    assert f"{snippets.START}träff{snippets.END} {snippets.START}nära{snippets.END}" in part


# forums


def test_a_forum_by_any_of_its_names(db: sqlite3.Connection) -> None:
    for called in ("Regionstyrelsen", "REGIONSTYRELSEN", "rs", "regionstyrelsen", "styrelsen i regionen"):
        assert forums.resolve(db, called) == ("Regionstyrelsen",), called
    assert forums.resolve(db, "") == forums.resolve(db, "Regionst") == ()

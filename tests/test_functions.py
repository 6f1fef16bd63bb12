"""SQL that searches as the pages do, what is like a paper, and what is offered where nothing is found: on the examples."""

from __future__ import annotations

import datetime
import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import load_rules
from kb import errors
from kb.commands.ingest import ingest
from kb.connect import reading
from kb.search import asked, begun, engine, functions, groups, index, match, narrow, newest, overview, rank, search, snippets, suggest, tiers
from kb.search.analyze import Analyser, analyser, folded
from kb.search.answers import Answers
from kb.search.compile import Compiled
from kb.search.conditions import Condition
from kb.search.filters import RECORDS
from kb.search.index import ROOM
from kb.search.match import TIERS, Keys
from kb.search.nodes import All, Words, leaves
from kb.search.similar import like, like_document, like_passage

WIDER: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "cases" / "search" / "wider.yaml").read_text(encoding="utf-8"))
BEYOND: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "cases" / "search" / "beyond.yaml").read_text(encoding="utf-8"))
NEAR: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "cases" / "search" / "near.yaml").read_text(encoding="utf-8"))
VALUES: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "cases" / "search" / "values.yaml").read_text(encoding="utf-8"))
EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("functions") / "kb.db"
    ingest(path, [EXAMPLES], load_rules())
    with reading(path) as connection:
        functions.register(connection)
        yield connection


def ids(db: sqlite3.Connection, query: str, table: str = "passages_fts") -> set[int]:
    return {row[0] for row in db.execute(f"SELECT rowid FROM {table} WHERE {table} MATCH kb_match(?)", (query,))}


def matched(db: sqlite3.Connection, query: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for hit in search(db, query, limit=0).hits:
        found[hit.matched] = found.get(hit.matched, 0) + 1
    return found


@pytest.mark.parametrize("query", ["plattform", "plattformen", "samverkan OCH avtal", "avtal INTE plattform", '"digital plattform"', "platt*", "råd"])
def test_kb_match_finds_what_search_finds(db: sqlite3.Connection, query: str) -> None:
    found = ids(db, query)
    assert found == {hit.passage_id for hit in search(db, query, limit=0).hits}
    assert found


@pytest.mark.parametrize("query", ["plattform", "plattformar", "samverkan avtal", "avtal INTE plattform", '"digital plattform"', "platt*", "xyzzyq"])
def test_the_search_of_a_table_finds_what_search_finds(db: sqlite3.Connection, query: str) -> None:
    found = {row[0] for row in db.execute("SELECT rowid FROM passages_fts WHERE passages_fts MATCH escape_fts(?)", (query,))}
    assert found == ids(db, query)


def test_records_are_searched_the_same_way(db: sqlite3.Connection) -> None:
    kinds = {
        row[0]
        for row in db.execute("SELECT kind FROM records WHERE id IN (SELECT rowid FROM records_fts WHERE records_fts MATCH kb_match('plattformar'))")
    }
    assert {"decision", "paragraph", "document"} <= kinds


def test_a_tier_narrows(db: sqlite3.Connection) -> None:
    def found(tier: str) -> set[int]:
        return {row[0] for row in db.execute("SELECT rowid FROM passages_fts WHERE passages_fts MATCH kb_match('avtal', ?)", (tier,))}

    assert found("exact") < found("inflected") < found("compound")
    assert found("nonsens") == ids(db, "avtal")


def test_nonsense_finds_nothing(db: sqlite3.Connection) -> None:
    assert ids(db, "xyzzyq") == set() and ids(db, "") == set() and ids(db, '"') == set()
    assert db.execute("SELECT kb_match(NULL), kb_dnr(NULL), kb_highlight(NULL, 'a')").fetchone()[1:] == (None, None)


def test_highlights_show_why(db: sqlite3.Connection) -> None:
    def marked(text: str, query: str) -> str:
        return str(db.execute("SELECT kb_highlight(?, ?)", (text, query)).fetchone()[0])

    assert marked("Samverkansarenor & <plattformen>", "plattform") == "Samverkansarenor &amp; &lt;<mark>plattformen</mark>&gt;"
    assert "<mark>samverkansarenor</mark>" in marked("för samverkansarenor nu", "samverkan")
    assert "<mark>" not in marked("för samverkansarenor nu", "same")
    assert "<mark>" not in marked("en annan plattform", '"digital plattform"') + marked("digital annan", '"digital plattform"')
    assert marked("en digitala plattformen", '"digital plattform"') == "en <mark>digitala plattformen</mark>"
    assert db.execute("SELECT kb_highlight('dag rad natt', 'samverkansrådet', '1=samverkansrådet')").fetchone()[0] == "dag <mark>rad</mark> natt"


def test_kb_dnr_knows_every_spelling_and_no_neighbour(db: sqlite3.Connection) -> None:
    asked = ["RS/118/2022", "rs 118/22", "RS 2022-00118", "RS/1l8/2022", "RS/119/2022", "hej"]
    assert [db.execute("SELECT kb_dnr(?)", (text,)).fetchone()[0] for text in asked] == ["RS/118/2022"] * 4 + [None] * 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=60)
@given(st.text(max_size=60) | st.sampled_from(['"', "a AND", "NEAR(", "*", "^a", "{text} : x", "a\0b", "-", "col:a", "(" * 50, "☃", "\u202eabc"]))
def test_no_text_raises(db: sqlite3.Connection, text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    db.execute("SELECT count(*) FROM passages_fts WHERE passages_fts MATCH kb_match(?)", (text,)).fetchone()
    db.execute("SELECT kb_highlight('ord om ord', ?), kb_dnr(?)", (text, text)).fetchone()


@pytest.mark.parametrize(
    ("query", "passages"),
    [
        ("§:14", 6),  # the § itself, not those that refer to it
        ("§ 14", 10),  # those too
        ("§:87", 12),  # nothing behind the §
        ("typ:beslut plattform", 5),
        ("uppdrag:lärcentrum", 2),
        ("plattform INTE samverkan", 28),  # samverkansarenor is another word to who leaves out samverkan
        ("plattform INTE samverkansarenor", 7),
    ],
)
def test_what_a_field_and_inte_leave(db: sqlite3.Connection, query: str, passages: int) -> None:
    assert len(search(db, query, limit=0).hits) == passages


def test_who_asks_for_all_gets_all(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "SORTED", 3)
    monkeypatch.setattr(rank, "COUNTED", 3)
    assert len(search(db, "avtal", limit=0, newest=True).hits) == len(search(db, "avtal", limit=0).hits) == len(ids(db, "avtal")) > 3
    [group] = [group for group in overview(db, "plattform", kind="decision", limit=0).groups if group.kind == "decision"]
    assert len(group.records) == len([n for n in ids(db, "plattform", "records_fts") if n < ROOM]) > 3


@pytest.mark.parametrize("newest", [False, True])
@pytest.mark.parametrize("query", ["plattform", "gemensam plattform", "samvrkan", "typ:beslut", "xyzzyq", ""])
def test_all_there_is_is_what_the_pages_of_each_kind_show(db: sqlite3.Connection, query: str, newest: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "AT_ONCE", 3)
    shown: list[groups.Record | engine.Hit] = []
    for kind in (*groups.KINDS, "passage"):
        found = overview(db, query, kind=kind, limit=0, newest=newest)
        records = [r._replace(marked_title=r.title, marked=r.text) for group in found.groups for r in group.records]
        page = [hit._replace(marked=hit.text) for hit in found.results.hits] if kind == "passage" else records
        assert list(groups.every(db, query, kind=kind, newest=newest)) == page
        shown += page
    assert list(groups.every(db, query, newest=newest)) == shown
    assert bool(shown) == (query not in ("", "xyzzyq"))


def test_who_asks_for_all_of_some_papers_gets_all(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    only = asked.Only(kind="protokoll")
    papers = {id for (id,) in db.execute("SELECT id FROM documents WHERE kind = 'protokoll'")}
    whole = [hit.passage_id for hit in search(db, "region", limit=0).hits if hit.document_id in papers]
    found = search(db, "region", only=only, limit=1000)
    assert sorted(hit.passage_id for hit in found.hits) == sorted(whole) and found.total == len(whole) > 3
    of_all: dict[str, Any] = {"only": asked.Only(since="2000"), "kind": "decision", "limit": 0}
    [kept] = [group.records for group in overview(db, "plattform", **of_all).groups if group.kind == "decision"]
    monkeypatch.setattr(rank, "COUNTED", 3)
    assert [hit.passage_id for hit in search(db, "region", only=only, limit=0).hits] == [hit.passage_id for hit in found.hits]
    [group] = [group for group in overview(db, "plattform", **of_all).groups if group.kind == "decision"]
    assert group.records == kept and group.capped and len(kept) > 3
    assert search(db, "region", only=only, limit=2).total == 4, "one more than are counted"


FILTERED = (asked.Only(forum="Regionstyrelsen"), asked.Only(since="2022", until="2022-09"), asked.Only(since="2023"), asked.Only(until="2021"),
            asked.Only(kind="protokoll", municipality="Norrviks kommun"), asked.Only(forum="RS", since="2022-09-14", register="RS"))  # fmt: skip


@pytest.mark.parametrize("only", FILTERED, ids=str)
@pytest.mark.parametrize(
    "query",
    [
        "plattform",
        "samverkan INTE avtal",
        "forum:RSR",
        "typ:beslut",
        "år:2022 kommun*",
        "avtal forum:RSR år:2022",
        "uppdrag:avtal",
        "område:skola samverkan",
        "person:Berg",
        "§ 12 avtal",
        "avtal ELLER person:Berg",
        "diarium:RS plattform",
    ],
)
def test_rows_found_by_index_are_those_found_one_by_one(
    db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, query: str, only: asked.Only
) -> None:
    ways: list[list[Any]] = []
    for one_in in (0, 1_000_000):  # always by index, never
        monkeypatch.setattr(narrow, "_ONE_IN", {"passages": one_in, "records": one_in})
        found = [overview(db, query, only=only, newest=newest, kind=kind) for newest in (False, True) for kind in (None, "decision", "passage")]
        ways.append([*found, search(db, query, only=only, limit=0)])
    assert ways[0] == ways[1]


@pytest.mark.parametrize("query", ["plattform", "avtal", "kommun* forum:RSR", "samverkan OCH avtal"])
@pytest.mark.parametrize("among", [(1, 3, 8, 2000), (2000,), (7,), ()])
def test_the_newest_are_the_newest_of_all(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, query: str, among: tuple[int, ...]) -> None:
    everything = {kind: overview(db, query, newest=True, kind=kind, limit=0) for kind in ("passage", *groups.KINDS)}
    if among != (7,):  # then they are few enough to be sorted
        monkeypatch.setattr(asked, "RARE", 0)
    monkeypatch.setattr(newest, "AMONG", among)
    monkeypatch.setattr(newest, "LIKELY", len(among))
    for kind, whole in everything.items():
        some = overview(db, query, newest=True, kind=kind, limit=4)
        for group, all_of in zip(some.groups, whole.groups, strict=True):
            assert group.records == all_of.records[:4]
        if kind == "passage":
            assert some.results.hits == whole.results.hits[:4]
            days = [hit.date or "" for hit in whole.results.hits]
            assert days == sorted(days, reverse=True) and len(days) > 4


def test_only_where_not_all_were_sorted_is_that_said(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (asked, engine):
        monkeypatch.setattr(module, "SORTED", 3)
    assert not search(db, "avtal", newest=True, limit=2).notes
    monkeypatch.setattr(asked, "RARE", 2)
    assert not search(db, "avtal", newest=True, limit=2).notes
    monkeypatch.setattr(newest, "AMONG", ())
    monkeypatch.setattr(newest, "LIKELY", 0)
    assert "bara 3 av dem" in search(db, "avtal", newest=True, limit=2).notes[0]


def test_few_rows_fit_the_tiers_that_the_whole_index_says(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    for query in ("avtal", "råd", "samverkan plattform", "kommun*", '"digital plattform"'):
        alone = [search(db, query, newest=True, limit=0), overview(db, query, newest=True)]
        best = {hit.passage_id: hit.matched for hit in search(db, query, limit=0).hits}
        assert {hit.passage_id: hit.matched for hit in search(db, query, newest=True, limit=0).hits} == best, "how it fits hangs on no order"
        for name, least in (("FEW", 0), ("ASKED", 0), ("SOUGHT", 0), ("SOUGHT", 1_000_000)):
            monkeypatch.setattr(tiers, name, least)
            assert [search(db, query, newest=True, limit=0), overview(db, query, newest=True)] == alone
            monkeypatch.undo()


@pytest.mark.parametrize(
    ("table", "where", "ids", "rest"),
    [
        ("passages", ["p.id > 0"], None, []), ("passages", [], None, []),
        ("passages", [Condition("a", "d.forum = 'few'"), "p.id > 0"], [1, 2], ["p.id > 0"]),
        ("passages", [Condition("a", "d.forum = 'many'")], None, []), ("records", [Condition("a", "d.forum = 'many'")], [3, 4, 5], []),
        ("records", [Condition("a", "d.forum = 'most'")], None, []),
        ("passages", [Condition("a", "d.forum = 'many'"), Condition("b", "d.kind = 'x'")], [3], []),  # both together are few
        ("passages", [Condition("a", "d.forum = 'few'"), Condition("b", "", "p.own = 1", "d.id = 3")], [7], ["a"]),  # fewer than the papers
        ("passages", [Condition("a", "d.forum = 'few'", "p.own = 1"), "c"], [1, 2, 7], ["c"]),  # by its paper or itself
        ("passages", [Condition("a"), Condition("b", "d.forum = 'few'")], [1, 2], ["a"]),
    ],
)  # fmt: skip
def test_the_fewest_rows_that_an_index_gives(table: str, where: list[str], ids: list[int] | None, rest: list[str]) -> None:
    """Of 20 papers few are at most two for passages, four for records."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE documents (id, forum, kind)")
    forums = ["few"] * 2 + ["many"] * 3 + ["most"] * 15
    db.executemany("INSERT INTO documents VALUES (?, ?, ?)", [(n, forum, "x" if n == 3 else "y") for n, forum in enumerate(forums, 1)])
    for name in ("passages", "records"):
        db.execute(f"CREATE TABLE {name} (id, document_id, own)")
        db.executemany(f"INSERT INTO {name} VALUES (?, ?, ?)", [(n, n, int(n == 7)) for n in range(1, 21)])
    compiled = Compiled(SimpleNamespace(table=table), where=where)  # type: ignore[arg-type]
    found = narrow.narrowed(db, compiled)
    assert (found is None) == (ids is None)
    if found:
        assert sorted(n for (n,) in db.execute(found.ids, compiled.parameters)) == sorted(found.rows) == ids and list(found.rest) == rest


@pytest.mark.parametrize("query", ["region*", "samv*", "avt*", "läs*", "kommun* forum:RSR", "reg* plattform", "avtal INTE reg*", "xyz*"])
def test_a_beginning_is_weighed_as_the_index_weighs_it(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, query: str) -> None:
    """As the words that it stands for, and weighed here; or as the index knows it, gathered and weighed there."""
    monkeypatch.setattr(rank, "MOST", 40)
    ways = []
    for many in (match.MOST_WORDS, 0):
        monkeypatch.setattr(match, "MOST_WORDS", many)
        kinds = [overview(db, query, kind=kind, limit=9) for kind in ("passage", *groups.KINDS)]
        ways.append([search(db, query, limit=0), search(db, query, limit=5), overview(db, query), *kinds])
    assert ways[0] == ways[1]


def test_beginnings_weigh_what_bm25_says_with_the_weight_of_the_text() -> None:
    """On rows of several classes, which another weight would order otherwise."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE passages (id INTEGER PRIMARY KEY, text, read_again)")
    db.execute("CREATE VIRTUAL TABLE passages_fts USING fts5 (text, lemma, parts, ocr)")
    texts = [" ".join(["avtal"] * often + ["ord"] * many) for often in range(1, 6) for many in (0, 1, 2, 5, 9, 20, 60, 300)]
    texts += ["Avtalet, avtal; samavtal", "samavtal avtal avtalavtal", "x" * 5 + " avtal " + "lång " * 200]
    ids = [ROOM * (n % 3) + n for n in range(1, len(texts) + 1)]
    for n, text in zip(ids, texts, strict=True):
        db.execute("INSERT INTO passages VALUES (?, ?, NULL)", (n, text))
        db.execute("INSERT INTO passages_fts (rowid, text, lemma, parts, ocr) VALUES (?, ?, ?, '', '')", (n, text, text[:7]))
    db.commit()  # only then the index has its sizes

    def ordered(weight: float) -> list[int]:
        return list(begun.ordered(db, "passages", ids, "avtal", weight, rank.FACTORS["passages"]))

    for weight in rank.WEIGHTS:
        order = f"bm25(passages_fts, {weight}) * CASE rowid / {ROOM} WHEN 0 THEN 1.5 WHEN 1 THEN 1.2 ELSE 1 END, rowid"
        sql = f"SELECT rowid FROM passages_fts WHERE passages_fts MATCH 'text:avtal*' ORDER BY {order}"
        assert ordered(weight) == [n for (n,) in db.execute(sql)]
    only = ("text:avtal*",)
    found = rank.best(db, rank.Query("passages", match.Match(only, only, only, begins="avtal")), 0)
    assert [row.id for row in found] == ordered(rank.WEIGHTS[0]) != ordered(rank.WEIGHTS[2])
    assert begun._count("avtalavtal avtal", "avtal") == 2
    assert list(begun._numbers(b"\x07\x81\x00" + b"\xff" * 9 + b"\x05")) == [7, 128, 2**64 - 1, 5], "SQLite's own numbers"


def test_facets_say_where_not_all_hits_were_looked_at(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {facet.name: facet for facet in overview(db, "plattform").facets}
    assert not whole["kind"].capped and sum(n for _, n in whole["kind"].values) > 2
    for module in (asked, groups):
        monkeypatch.setattr(module, "SAMPLED", 2)
    monkeypatch.setattr(rank, "COUNTED", 2)
    some = {facet.name: facet for facet in overview(db, "plattform").facets}
    assert some["kind"].capped and 0 < sum(n for _, n in some["kind"].values) <= 2


def test_what_was_counted_changes_no_hit(db: sqlite3.Connection) -> None:
    wanted = asked.Asked(db, Words(("plattform",)), asked.Only(), Keys(db, lambda: analyser(db)), RECORDS)
    for need in (1, 3, 1000):
        assert wanted.best(need, counted=wanted.count()) == wanted.best(need) != []


@pytest.mark.parametrize("query", ["uppdrag", "kommuner"])
def test_of_the_best_decisions_those_adopted_come_first(db: sqlite3.Connection, query: str) -> None:
    [some] = [group.records for group in overview(db, query).groups if group.kind == "decision"]
    [more] = [group.records for group in overview(db, query, kind="decision").groups if group.kind == "decision"]
    assert [r.status for r in some] == ["adopted"] * 3 and "proposed" in [r.status for r in more[:3]]


def test_hits_come_by_tier(db: sqlite3.Connection) -> None:
    order = [hit.matched for hit in search(db, "avtal", limit=0).hits]
    tiers = ["exact", "inflected", "repaired", "compound"]
    assert order == sorted(order, key=tiers.index) and len(set(order)) > 2
    assert {"exact", "inflected", "compound"} <= matched(db, "avtal").keys()


def test_a_repaired_word_is_found_and_said_to_be(db: sqlite3.Connection) -> None:
    hits = [hit for hit in search(db, "primärkommunala", limit=0).hits if "ocr" in hit.source]
    assert hits and {hit.matched for hit in hits} == {"repaired"} and all("<mark>" in hit.highlighted for hit in hits)


def test_every_hit_shows_a_mark(db: sqlite3.Connection) -> None:
    for query in ("avtal", "råd", "plattform", "kommun", "samverka"):
        assert [hit.text for hit in search(db, query, limit=0).hits if "<mark>" not in hit.highlighted] == []


def test_a_word_spelled_nearly_so_is_said_to_be(db: sqlite3.Connection) -> None:
    assert {hit.matched for hit in search(db, "plattfrom~").hits} == {"fuzzy"}


def test_wider_only_where_nothing_is_found(db: sqlite3.Connection) -> None:
    folded, fuzzy = search(db, "samverkansradet"), search(db, "plattfrom")
    assert {hit.matched for hit in folded.hits} == {"folded"} and any("samverkansrådet" in note for note in folded.notes)
    assert {hit.matched for hit in fuzzy.hits} == {"fuzzy"} and fuzzy.suggestion == "plattform"
    assert search(db, "xyzzyqwert").hits == () and search(db, "xyzzyqwert").suggestion is None
    assert search(db, "avtal").notes == () and search(db, "avtal").suggestion is None


@pytest.mark.parametrize(("typed", "said", "has", "meant"), [case for section in WIDER.values() for case in section], ids=str)
def test_where_nothing_has_what_was_typed(db: sqlite3.Connection, typed: str, said: str, has: str, meant: str) -> None:
    found = overview(db, typed, today=datetime.date(2026, 11, 28)).results
    assert said in " ".join(found.notes) and (said or not found.notes), found.notes
    assert [has in hit.text.lower() for hit in found.hits[:1]] == ([] if has == "none" else [True]), [hit.text for hit in found.hits[:1]]
    assert (found.suggestion or "none") == meant


@pytest.mark.parametrize(("typed", "chosen", "offered"), [case for section in BEYOND.values() for case in section], ids=str)
def test_what_filters_left_out_is_offered(db: sqlite3.Connection, typed: str, chosen: dict[str, str], offered: list[list[str]]) -> None:
    only = asked.Only(**chosen)
    found = search(db, typed, only=only, today=datetime.date(2026, 11, 28)).beyond
    assert [[" och ".join(other.left_out), other.query] for other in found] == offered
    for other in found:
        assert search(db, other.query, only=other.only, limit=0).total == other.total > 0


@pytest.mark.parametrize(("typed", "found"), NEAR["cases"], ids=str)
def test_words_that_stand_for_one_that_the_base_lacks(typed: str, found: list[str]) -> None:
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute("CREATE TABLE terms (word, passages, clean, readings, records, lemma, parts, folded)")
        rows = [(word, n, n, again, 0, word, "", folded(word)) for word, (n, again) in NEAR["base"].items()]
        base.executemany("INSERT INTO terms VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        steps = list(suggest.wider(base, Words((typed,)), Keys(base, lambda: Analyser(None))))
    shown = [leaf.terms[0] for leaf in leaves(steps[-1].node) if isinstance(leaf, Words)] if steps else []
    assert shown == found


def test_only_some_unknown_words_of_a_long_query_are_compared_with_all_words(db: sqlite3.Connection) -> None:
    words = tuple(Words((f"qwertz{'x' * n}",)) for n in range(40))
    keys = Keys(db, lambda: Analyser(None))
    assert not list(suggest.wider(db, All(words), keys)) and len(keys.compared) < len(words)
    assert search(db, " ".join([*(word.terms[0] for word in words[:5]), "plattfrom"])).suggestion is None
    assert search(db, "İ plattfrom avtal").total >= 0  # the small letter of İ is two characters


def test_what_is_like_a_paper_shares_its_rare_words(db: sqlite3.Connection) -> None:
    [own] = db.execute("SELECT id FROM document_list WHERE source = 'rs-2022-09-14-protokoll.txt'").fetchone()
    found = like_document(db, own)
    sources = [db.execute("SELECT source FROM document_list WHERE id = ?", (s.document_id,)).fetchone()[0] for s in found]
    assert own not in {s.document_id for s in found} and [s.score for s in found] == sorted((s.score for s in found), reverse=True)
    assert "rf-2022-10-12-protokollsutdrag.txt" in sources[:4]
    passage = search(db, "plattform", limit=1).hits[0]
    assert all(s.document_id != passage.document_id for s in like_passage(db, passage.passage_id))
    assert like_passage(db, 10**15) == () and like_document(db, "x") == ()
    assert {hit.matched for hit in like(db, own).hits} == {"similar"}
    with pytest.raises(errors.Usage, match="har id"):
        like(db, "saknas")


def test_a_decision_that_only_proposes_to_another_body_is_told_from_others(db: sqlite3.Connection) -> None:
    upward = {id for (id,) in db.execute("SELECT id FROM decisions WHERE status = 'adopted' AND outcome LIKE 'föreslår%'")}
    [found] = [group.records for group in overview(db, "typ:beslut", kind="decision", limit=0).groups if group.kind == "decision"]
    assert upward and {record.ref for record in found if record.status == "upward"} == upward & {record.ref for record in found} != set()


def test_what_one_search_has_answered_serves_others_that_ask_the_same_and_no_others(db: sqlite3.Connection) -> None:
    shared = Answers()
    days = ("år:2021", "år:2022", "år:2023", "datum:2022-10", "uppdrag:finnsinte", "paragraf:9999")
    asked = (
        *days,
        "forum:RSR",
        "forum:RS",
        "typ:beslut",
        "typ:förslag",
        "plattform år:2022",
        "plattform år:2021",
        "plattform forum:RS",
        "person:berg",
    )
    for query in (*asked, *asked[::-1]):
        for newest_first in (False, True):
            assert overview(db, query, newest=newest_first, answers=shared) == overview(db, query, newest=newest_first), query


def test_the_pages_of_the_beginning_of_a_word_show_each_hit_once(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rank, "BEGUN", 3)
    total = search(db, "avt*", limit=1).total
    shown = [hit.passage_id for at in range(0, total, 2) for hit in search(db, "avt*", limit=2, offset=at).hits]
    assert len(shown) == len(set(shown)) == total > 6


def test_records_that_have_all_words_are_shown_where_no_passage_has(db: sqlite3.Connection) -> None:
    found = overview(db, "gemensam november")  # one stands in the heading, the other in the decision
    assert "”november” läses som datum:2022-11" in found.results.notes[-1]
    [group] = found.groups
    assert group.total == len(group.records) == 1
    assert [g.kind for g in overview(db, "november").groups] == ["decision", "assignment"]  # which those without it would be too
    assert all("gemensam" in r.title.lower() and r.matched == "exact" for r in group.records)


def test_where_no_record_has_all_words_either_they_are_those_of_the_passages(db: sqlite3.Connection) -> None:
    found = overview(db, "bredband qwertz")
    assert "utan ”qwertz”" in found.results.notes[-1]
    assert {g.kind: g.total for g in found.groups} == {g.kind: g.total for g in overview(db, "bredband").groups} != {}


def test_records_of_a_widened_search_say_so(db: sqlite3.Connection) -> None:
    assert {r.matched for group in overview(db, "bredbannd").groups for r in group.records} == {"fuzzy"}


def test_a_decision_is_found_by_words_that_were_read_again(db: sqlite3.Connection) -> None:
    """Those that stand as they were repaired, and what others may be: with the reason, marked, and after those that were read as they are."""
    again = db.execute("SELECT ref, title || char(10) || text, read_again FROM records WHERE kind = 'decision' AND read_again IS NOT NULL").fetchall()
    ref, text, column = again[-1]
    n = next(n for n in sorted(index.readings(column).repaired, reverse=True) if len(index.terms_of(text)[n]) > 6)
    word = index.terms_of(text)[n]
    [group] = [g for g in overview(db, word, kind="decision", limit=0).groups if g.kind == "decision"]
    record = next(r for r in group.records if r.ref == ref)
    assert record.matched == "repaired"
    assert f"{snippets.START}{word}" in f"{record.marked_title}{record.marked}".lower()
    assert [r.matched for r in group.records] == sorted((r.matched for r in group.records), key=TIERS.index)


def test_a_word_that_may_be_another_is_marked_only_where_that_is_asked_for(db: sqlite3.Connection) -> None:
    """Of two such words in a passage the one that may be the word that is asked for."""
    rows = db.execute("SELECT id, text, read_again FROM passages WHERE read_again IS NOT NULL ORDER BY id")
    marks = set[tuple[bool, bool]]()
    for passage, text, again in rows.fetchall():
        terms, others = index.terms_of(text), index.readings(again).others
        for (n, meant), (m, words) in itertools.permutations(others, 2):
            asked = next((word for word in meant if word not in (*terms, *words)), None)
            hit = next((h for h in search(db, asked, limit=0).hits if h.passage_id == passage), None) if asked and terms[n] != terms[m] else None
            if hit and hit.matched == "repaired":
                marks.add((f"{snippets.START}{terms[n]}" in hit.marked.lower(), f"{snippets.START}{terms[m]}" in hit.marked.lower()))
    assert (True, False) in marks and not any(other for _, other in marks)


@pytest.mark.parametrize(
    "query", ["gemensam plattform", "samverkan och avtal", "regionen samverkan INTE remiss", '"gemensam digital" plattform', "RSR plattform"]
)
def test_words_that_tell_little_are_asked_for_but_not_weighed(db: sqlite3.Connection, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def found(limit: int) -> list[tuple[int, str]]:
        return [(hit.passage_id, hit.matched) for hit in search(db, query, limit=limit).hits]

    all_hits = found(0)
    monkeypatch.setattr(match, "_FEW", 0)  # so that a tenth of so few passages is many
    assert len(all_hits) > 4
    for limit in (0, 3):
        some = found(limit)
        assert set(some) <= set(all_hits)
        assert len(some) == (limit or len(all_hits))
        assert [TIERS.index(why) for _, why in some] == sorted(TIERS.index(why) for _, why in all_hits)[: len(some)]


def test_the_rarest_word_is_weighed_where_all_are_frequent() -> None:
    keys = Keys.__new__(Keys)
    keys.__dict__["passages"] = 100_000
    assert match._rare([50, 20_000, 9_000], keys) == [0, 2]
    assert match._rare([90_000, 20_000], keys) == [1]
    assert match._rare([1_900, 40], keys) == [0, 1]


@pytest.mark.parametrize(("query", "offered", "note"), VALUES["typed"], ids=str)
def test_a_misspelt_value_of_a_filter_is_told(db: sqlite3.Connection, query: str, offered: str | None, note: str | None) -> None:
    found = search(db, query)
    assert found.total == 0
    assert found.suggestion == offered
    assert [n for n in found.notes if n.startswith("Menade du")] == ([note] if note else [])


@pytest.mark.parametrize(("chosen", "note"), VALUES["chosen"], ids=str)
def test_a_misspelt_filter_beside_the_words_is_told(db: sqlite3.Connection, chosen: dict[str, str], note: str | None) -> None:
    found = search(db, "qwertz", only=asked.Only(**chosen))
    assert [n for n in found.notes if n.startswith("Menade du")] == ([note] if note else [])

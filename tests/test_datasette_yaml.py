"""datasette.yaml says what it means: Datasette accepts misspelt tables, columns and keys without a word, so they are compared here."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from datasette.app import DEFAULT_SETTINGS

from kb.labels import Labels
from kb.search import index
from kb.web import finding
from tests.web_base import SCHEMA, build

FILE = Path(__file__).parent.parent / "datasette.yaml"

TOP = {"title", "description", "settings", "databases", "plugins"}
DATABASE = {"title", "description", "tables", "queries"}
TABLE = {
    "title", "description", "columns", "sort", "sort_desc", "facets", "size", "label_column", "hidden", "fts_table", "fts_pk", "sortable_columns",
    "allow",
}  # fmt: skip
QUERY = {"title", "description", "params", "sql"}
FIVE = {"beslut_av_forum", "allt_om_ett_arende", "uppdrag_per_omrade", "avtal_som_loper_ut", "handlingar_med_tveksamheter"}


def load() -> dict[str, Any]:
    """The file as it stands."""
    loaded: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return loaded


def schema() -> dict[str, set[str]]:
    """Table or view → its columns."""
    db = sqlite3.connect(":memory:")
    try:
        db.executescript(SCHEMA.read_text("utf-8"))
        db.create_function("kb_indexed", 3, index.expected(db))
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
        return {name: {row[1] for row in db.execute(f"PRAGMA table_xinfo([{name}])")} | {"rowid"} for name in names}
    finally:
        db.close()


def faults(config: Mapping[str, Any], known: Mapping[str, set[str]]) -> Iterator[str]:
    """Every name in the configuration that Datasette would take and never use."""
    yield from (f"top: {key}" for key in set(config) - TOP)
    yield from (f"setting: {key}" for key in set(config.get("settings", {})) - set(DEFAULT_SETTINGS))
    for name, database in config.get("databases", {}).items():
        yield from (f"database: {name}" for _ in [0] if name != "kb")
        yield from (f"{name}: {key}" for key in set(database) - DATABASE)
        for table, settings in database.get("tables", {}).items():
            yield from table_faults(table, settings, known)
        for query, settings in database.get("queries", {}).items():
            yield from (f"query {query}: {key}" for key in set(settings) ^ QUERY)


def table_faults(table: str, settings: Mapping[str, Any], known: Mapping[str, set[str]]) -> Iterator[str]:
    """The same for one table or view."""
    if table not in known:
        yield f"no table {table}"
        return
    yield from (f"{table}: {key}" for key in set(settings) - TABLE)
    named = [settings[key] for key in ("sort", "sort_desc", "label_column", "fts_pk") if key in settings]
    named += [*settings.get("columns", {}), *settings.get("facets", []), *settings.get("sortable_columns", [])]
    yield from (f"{table}: no column {column}" for column in named if column not in known[table])
    if "fts_table" in settings and settings["fts_table"] not in known:
        yield f"{table}: no table {settings['fts_table']}"


def test_every_name_exists() -> None:
    assert list(faults(load(), schema())) == []


@pytest.mark.parametrize(
    "broken",
    [
        {"titel": "x"},
        {"settings": {"sugest_facets": False}},
        {"databases": {"kbx": {}}},
        {"databases": {"kb": {"table": {}}}},
        {"databases": {"kb": {"tables": {"decisions_list": {}}}}},
        {"databases": {"kb": {"tables": {"decision_list": {"sort_dec": "date"}}}}},
        {"databases": {"kb": {"tables": {"decision_list": {"sort_desc": "datum"}}}}},
        {"databases": {"kb": {"tables": {"decision_list": {"facets": ["forumet"]}}}}},
        {"databases": {"kb": {"tables": {"passage_list": {"fts_table": "passage_fts"}}}}},
        {"databases": {"kb": {"queries": {"q": {"title": "t", "description": "d", "params": [], "sqll": "x"}}}}},
    ],
)
def test_a_misspelt_name_is_found(broken: dict[str, Any]) -> None:
    assert list(faults(broken, schema()))


def test_every_view_has_a_title_and_a_description() -> None:
    db = sqlite3.connect(":memory:")
    db.executescript(SCHEMA.read_text("utf-8"))
    views = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}
    db.close()
    tables = load()["databases"]["kb"]["tables"]
    assert views - {name for name, settings in tables.items() if settings.get("hidden")} <= {
        name for name, settings in tables.items() if settings.get("title") and settings.get("description")
    }


def test_every_table_is_spoken_of() -> None:
    assert set(schema()) - set(load()["databases"]["kb"]["tables"]) <= {"sqlite_sequence"}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(build(tmp_path_factory.mktemp("yaml") / "kb.db"))
    yield db
    db.close()


def run(db: sqlite3.Connection, query: str, **parameters: str) -> list[dict[str, Any]]:
    """The rows of a canned query; parameters that are not given are empty, as Datasette sends them."""
    settings = load()["databases"]["kb"]["queries"][query]
    cursor = db.execute(settings["sql"], dict.fromkeys(settings["params"], "") | parameters)
    return [dict(zip([column[0] for column in cursor.description], row, strict=True)) for row in cursor]


def test_there_are_five_queries_with_titles() -> None:
    queries = load()["databases"]["kb"]["queries"]
    assert set(queries) == FIVE
    assert all(query["title"] and query["description"] for query in queries.values())


def test_no_parameter_begins_with_an_underscore() -> None:  # those are Datasette's own
    assert not [p for query in load()["databases"]["kb"]["queries"].values() for p in query["params"] if p.startswith("_")]


@pytest.mark.parametrize("query", sorted(FIVE - {"avtal_som_loper_ut"}))
def test_an_empty_parameter_means_all(base: sqlite3.Connection, query: str) -> None:
    assert run(base, query)


def test_decisions_of_a_forum_in_a_time(base: sqlite3.Connection) -> None:
    assert [row["beslut_id"] for row in run(base, "beslut_av_forum")] == ["aaaaaaaaaa-1.b1", "aaaaaaaaaa-1.b2"]
    assert len(run(base, "beslut_av_forum", forum="fullmäktige", fran="2021-06-16", till="2021-06-16")) == 2
    assert len(run(base, "beslut_av_forum", till="2021")) == 2
    assert run(base, "beslut_av_forum", fran="2021-07") == []
    assert run(base, "beslut_av_forum", forum="styrelsen") == []


def test_everything_on_a_diary_number(base: sqlite3.Connection) -> None:
    rows = run(base, "allt_om_ett_arende", dnr="rs/101/2021")
    assert {row["händelse"] for row in rows} == {"paragraph", "decision", "reference", "task"}
    assert {row["dnr"] for row in rows} == {"RS/101/2021"}
    assert run(base, "allt_om_ett_arende", dnr="01/2021") == []


def test_assignments_by_area(base: sqlite3.Connection) -> None:
    assert [row["senast"] for row in run(base, "uppdrag_per_omrade", omrade="kollektiv")] == ["2022-03-31"]
    assert run(base, "uppdrag_per_omrade", omrade="skola") == []


def test_agreements_that_end_within_a_year(base: sqlite3.Connection) -> None:
    rows = run(base, "avtal_som_loper_ut", dag="2021-12-01")
    assert [(row["löper_ut"], row["säg_upp_senast"]) for row in rows] == [("2022-04-30", "2021-10-31")]
    assert run(base, "avtal_som_loper_ut", dag="2022-05-01") == []
    assert run(base, "avtal_som_loper_ut", dag="2021-04-29") == []
    assert run(base, "avtal_som_loper_ut") == []  # from today


def test_documents_with_problems(base: sqlite3.Connection) -> None:
    assert [row["tveksamheter"] for row in run(base, "handlingar_med_tveksamheter", slag="lucka i §§")] == [1]
    assert run(base, "handlingar_med_tveksamheter", slag="annat") == []


def test_every_column_of_a_view_is_described() -> None:
    loaded = load()
    common, tables = loaded["plugins"]["kb"]["columns"], loaded["databases"]["kb"]["tables"]
    assert all(isinstance(name, str) and said for name, said in common.items())  # `no:` is False in YAML
    db = sqlite3.connect(":memory:")
    db.create_function("kb_indexed", 3, lambda *_: None)
    db.executescript(SCHEMA.read_text("utf-8"))
    views = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
    columns = {(view, row[1]) for view in views for row in db.execute(f"PRAGMA table_info([{view}])")}
    db.close()
    missing = {column for view, column in columns if column not in common and column not in (tables[view].get("columns") or {})}
    assert missing == set()
    assert set(common) <= {column for _, column in columns}, "a description that no view needs"


def test_every_column_of_a_view_has_a_heading() -> None:
    ours = load()["plugins"]["kb"]
    labels, values, common = ours["labels"], ours["values"], ours["columns"]
    assert all(isinstance(name, str) and name[0].isalpha() and said[0].isupper() for name, said in labels.items())
    known = {column for columns in schema().values() for column in columns}
    known |= {f"{table}.{column}" for table, columns in schema().items() for column in columns}  # where one table has another word for it
    assert set(common) <= set(labels) <= known
    named = {column for query in load()["databases"]["kb"]["queries"].values() for column in re.findall(r"AS (\w+)", query["sql"])}
    assert set(values) <= known | named


def test_every_file_for_people_has_its_columns() -> None:
    """Each table and query that is shown has a list, and a list names what there is, each column once, headed with a capital letter."""
    loaded, known = load(), schema()
    ours, database = loaded["plugins"]["kb"], loaded["databases"]["kb"]
    queries = {name: set(re.findall(r"AS \"?([\w§]+)|[\s.]([a-z]+)(?=,|\s+FROM)", query["sql"])) for name, query in database["queries"].items()}
    there = {name: known[name] for name, table in database["tables"].items() if not table.get("hidden")}
    there |= {name: {part for found in columns for part in found} for name, columns in queries.items()} | {"sok": set(finding.COLUMNS)}
    assert set(ours["files"]) == set(there)
    labels = Labels.of(ours)
    for name, columns in ours["files"].items():
        assert set(columns) <= there[name] and len(set(columns)) == len(columns), name
        headings = [labels.said(column) for column in columns]
        assert all(said == "§" or said[0].isupper() for said in headings) and len(set(headings)) == len(headings), name
        assert name not in known or set(columns) <= set(ours["labels"]), name


def test_what_the_program_writes_in_english_has_a_word() -> None:
    values = {column: {str(value) for value in words} for column, words in load()["plugins"]["kb"]["values"].items()}
    checks = re.findall(r"(\w+) +TEXT[^,\n]*CHECK \(\w+ IN \(([^)]*)\)\)", SCHEMA.read_text("utf-8"))
    swedish = {"paragraf", "handling", "länk", "yrkande", "reservation", "yttrande", "protokollsanteckning", "jäv", "ja", "nej", "avstår"}
    for column, allowed in checks:
        found = set(re.findall(r"'([^']+)'", allowed)) - swedish
        assert column == "state" or found <= values.get(column, set()), column  # the views give `state` in Swedish

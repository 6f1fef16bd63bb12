"""The writer: rows with the right page and line, one transaction a source, one spelling a case, nothing left behind."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.models import Day, DnrMention, Page, Parsed, Role, Span
from kb import errors
from kb.connect import reading, schema_version
from kb.database import Counts, Store, open_database
from kb.locator import Locator
from kb.rows import TABLES
from kb.search import index
from tests import sample


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_database(tmp_path / "kb.db", sample.rules()) as opened:
        yield opened


def one(store: Store, sql: str, *values: object) -> Any:
    return store.connection.execute(sql, values).fetchone()


def rows(store: Store) -> dict[str, int]:
    """How many rows each table has, but for what is counted a run and the registry."""
    names = [
        r[0]
        for r in store.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%fts%' AND name NOT LIKE 'sqlite%'")
    ]
    return {n: one(store, f"SELECT count(*) FROM {n}")[0] for n in names if n not in ("meta", "ingests")}


def index_is_whole(store: Store) -> None:
    store.connection.create_function("kb_indexed", 3, index.expected(store.connection))
    store.connection.execute("INSERT INTO passages_fts (passages_fts, rank) VALUES ('integrity-check', 1)")
    assert store.connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_every_kind_of_row_is_written(store: Store) -> None:
    assert store.save(sample.meeting(), "/x/protokoll.txt") == "added"
    empty = {name for name, count in rows(store).items() if not count}
    later = {
        "vocabulary",
        "copies",
        "chains",
        "guests",
        "records",
        "forum_areas",
        "glossary",
        "forum_papers",
        "forum_years",
        "document_readings",
        "assignment_changes",
        "containers",
        "quarantine",
        "renames",
        "versions",
        "agreement_facts",
    }
    assert empty == later, (
        "what is learned is written at the end of a run, what joins papers where there are several, what the metadata tells where it does"
    )
    index_is_whole(store)


def test_rows_know_page_and_line(store: Store) -> None:
    store.save(sample.meeting(), "/x/protokoll.txt")
    listed = store.connection.execute("SELECT number, page, line, last_line FROM paragraph_list ORDER BY number").fetchall()
    assert listed == [("73", 1, 3, 8), ("74", 2, 9, 10)]
    assert one(store, "SELECT first_line, last_line, first_page, last_page FROM document_list") == (1, 10, 1, 2)
    assert one(store, "SELECT page, line FROM problem_list WHERE kind = 'hela källan'") == (None, None)


def test_a_pdf_has_pages_but_no_lines(store: Store) -> None:
    store.save(sample.meeting("protokoll.pdf", "pdf"), "/x/protokoll.pdf")
    assert one(store, "SELECT page, line, last_line FROM paragraph_list WHERE number = '74'") == (2, None, None)
    assert one(store, "SELECT first_line, last_line, last_page FROM document_list") == (None, None, 2)


def test_locator_at_the_edges() -> None:
    where = Locator("a\nb\n", (Page(1, 0, 2), Page(2, 2, 4)), "txt")
    assert [where.line(n) for n in range(5)] == [1, 1, 2, 2, 3]
    assert [where.page(n) for n in range(5)] == [1, 1, 2, 2, 2]
    assert where.last_line(Span(0, 2)) == 1
    assert Locator("", (), "txt").place(Span(0, 0)) == {"page": 1, "line": 1, "start": 0, "end": 0}


def test_voices_votes_and_tasks_are_linked(store: Store) -> None:
    store.save(sample.meeting(), "/x/protokoll.txt")
    decision, paragraph = one(store, "SELECT id, paragraph_id FROM decisions")
    assert paragraph == one(store, "SELECT id FROM paragraphs WHERE number = '73'")[0]
    voices = dict(store.connection.execute("SELECT kind, decision_id FROM statements").fetchall())
    assert voices == {"yrkande": decision, "reservation": decision, "yttrande": None}
    assert one(store, "SELECT paragraph_id FROM votes")[0] == paragraph
    assert one(store, "SELECT decision_id FROM assignments WHERE kind = 'task'")[0] == decision
    assert one(store, "SELECT reservations FROM decision_list")[0] == 1


def test_repaired_text_keeps_the_original(store: Store) -> None:
    store.save(sample.meeting(), "/x/protokoll.txt")
    texts = store.connection.execute("SELECT text, text_original FROM passages ORDER BY position").fetchall()
    assert texts[0][1] is None, "a line break alone is no difference"
    assert "samverkansrådet" in texts[2][0]
    assert "samverkansrfldet" in texts[2][1]
    assert one(store, "SELECT line, document_id IS NOT NULL FROM corrections") == (10, 1)


def test_own_papers_decide_how_a_case_is_written(store: Store) -> None:
    store.save(sample.meeting(), "/x/protokoll.txt")
    store.finish()
    assert dict(store.connection.execute("SELECT key, dnr FROM diary_numbers").fetchall()) == {
        "rs-2021-29": "RS/29/2021",
        "run-2021-31": "RUN/31/2021",
    }
    # three references in another form lose to one own mention, and win where no paper is the case's own
    odd = replace(sample.REGIONAL, canonical="RS 2021-29"), replace(sample.OTHER, canonical="RUN 2021-31")
    parsed = sample.meeting()
    document = parsed.documents[0]
    more: tuple[tuple[DnrMention, Role, Span], ...] = tuple(
        (replace(m, number=odd[0] if m.number == sample.REGIONAL else odd[1]), "reference", Span(n, n + 1))
        for n in range(3)
        for m, _, _ in document.numbers
    )
    changed = replace(parsed, source=replace(parsed.source, sha256="0" * 64), documents=(replace(document, numbers=more),))
    store.save(changed, "/x/other.txt")
    store.finish()
    assert dict(store.connection.execute("SELECT key, dnr FROM diary_numbers").fetchall()) == {
        "rs-2021-29": "RS/29/2021",
        "run-2021-31": "RUN 2021-31",
    }


def test_a_changed_file_replaces_the_old_one(store: Store) -> None:
    store.save(sample.meeting(), "/x/a.txt")
    store.finish()
    assert store.save(sample.plain("helt annat"), "/x/a.txt") == "replaced"
    store.finish()
    left = {name for name, count in rows(store).items() if count}
    assert left == {
        "sources", "pages", "documents", "passages", "forums", "forum_aliases", "forum_relations", "records", "terms",
        "forum_years", "document_readings",
    }  # fmt: skip
    assert one(store, "SELECT count(*) FROM passages_fts WHERE passages_fts MATCH 'fjällbussen'")[0] == 0
    index_is_whole(store)


def test_forget_leaves_only_the_registry(store: Store) -> None:
    store.save(sample.meeting(), "/x/a.txt")
    assert one(store, "SELECT registered FROM forums WHERE name = 'Fjällrådet'")[0] == 0
    [source] = store.sources()
    store.forget(source)
    store.finish()
    assert [r[0] for r in store.connection.execute("SELECT name FROM forums ORDER BY name")] == ["Regionfullmäktige", "Regionstyrelsen"]
    assert {n for n, count in rows(store).items() if count} == {"forums", "forum_aliases", "forum_relations"}
    index_is_whole(store)


def test_a_failed_save_changes_nothing(store: Store) -> None:
    store.save(sample.meeting(), "/x/a.txt")
    before = rows(store)
    bad = sample.plain("nytt")
    broken = replace(bad, documents=(replace(bad.documents[0], head=replace(bad.documents[0].head, title=None)),))  # type: ignore[arg-type]
    with pytest.raises(sqlite3.IntegrityError):
        store.save(broken, "/x/a.txt")
    assert rows(store) == before


def test_the_registry_is_synced_when_metadata_changes(tmp_path: Path) -> None:
    path = tmp_path / "kb.db"
    with open_database(path, sample.rules()) as store:
        store.save(sample.meeting(), "/x/a.txt")
        assert not store.outdated()
    with open_database(path, sample.rules("v2", (sample.forum("Fjällrådet", abbreviation="FR"),))) as store:
        assert one(store, "SELECT registered, abbreviation, slug FROM forums WHERE name = 'Fjällrådet'") == (1, "FR", "fjallradet")
        assert store.outdated(), "the source was read with the old metadata"
    with open_database(path, sample.rules("v3")) as store:
        store.finish()
        assert one(store, "SELECT registered, slug FROM forums WHERE name = 'Fjällrådet'") == (0, "fjallradet")
        assert [tuple(r) for r in store.connection.execute("SELECT relation, other FROM forum_relations ORDER BY 1")] == [
            ("parent", "Regionfullmäktige"), ("prepares_for", "Regionfullmäktige"),
        ]  # fmt: skip


def test_forums_that_differ_only_in_letters_get_slugs_of_their_own(store: Store) -> None:
    for number, name in enumerate(("Sjöradet", "Sjörådet", "sjöradet")):
        store.save(sample.plain(f"text {number}", forum=name), f"/x/{number}.txt")
    assert sorted(r[0] for r in store.connection.execute("SELECT slug FROM forums WHERE registered = 0")) == ["sjoradet", "sjoradet-2", "sjoradet-3"]


def test_a_run_is_noted_only_if_it_changed_something(store: Store) -> None:
    store.finish(Counts(unchanged=3))
    assert one(store, "SELECT count(*) FROM ingests")[0] == 0
    store.finish(Counts(added=1, refused=2))
    assert one(store, "SELECT added, refused FROM ingests") == (1, 2)


def test_another_version_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "kb.db"
    open_database(path, sample.rules()).connection.close()
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {schema_version() + 1}")
    db.close()
    with pytest.raises(errors.OtherVersion, match=r"annan version av kb \(\d+, denna är \d+\) – kör kb rebuild$"):
        open_database(path, sample.rules())
    with pytest.raises(errors.OtherVersion), reading(path):
        pass


def test_another_analyser_is_refused(store: Store) -> None:
    store.connection.execute("UPDATE meta SET value = '0' WHERE key = 'analyzer'")
    with pytest.raises(errors.OtherVersion, match="sökindexet"), reading(store.path):
        pass


@pytest.mark.parametrize("content", [b"hej" * 1000, b"SQLite format 3\x00" + b"\x00" * 500, b"%PDF-1.4"])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "kb.db"
    path.write_bytes(content)
    for attempt in (lambda: reading(path).__enter__(), lambda: open_database(path, sample.rules())):
        with pytest.raises(errors.KbError) as caught:
            attempt()
        assert str(path) in str(caught.value)
    assert path.read_bytes() == content


def test_someone_elses_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE recipes (name)")
    db.close()
    content = path.read_bytes()
    with pytest.raises(errors.NotADatabase):
        open_database(path, sample.rules())
    assert path.read_bytes() == content


def test_a_missing_database_is_not_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(errors.MissingDatabase), reading(tmp_path / "kb.db"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(errors.ReadOnly), reading(store.path) as db:
        db.execute("DELETE FROM meta")


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ("database or disk is full", errors.DiskFull), ("attempt to write a readonly database", errors.ReadOnly),
        ("unable to open database file", errors.ReadOnly), ("database is locked", errors.Busy), ("database disk image is malformed", errors.Broken),
    ],
)  # fmt: skip
def test_sqlite_errors_have_causes(message: str, cause: type[errors.KbError]) -> None:
    found = errors.from_sqlite(sqlite3.OperationalError(message), "kb.db")
    assert type(found) is cause
    assert str(found).startswith("kb.db: ")
    assert "\n" not in str(found)


def test_full_disk_leaves_the_database_as_it_was(store: Store) -> None:
    store.save(sample.plain("först"), "/x/a.txt")
    before = rows(store)
    pages = one(store, "PRAGMA page_count")[0]
    store.connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    big: Parsed = sample.plain("mycket text " * 20_000)
    with pytest.raises(sqlite3.OperationalError, match="full"):
        store.save(big, "/x/b.txt")
    assert rows(store) == before
    assert one(store, "PRAGMA integrity_check")[0] == "ok"


def test_a_disk_that_fails_is_not_called_full() -> None:
    found = errors.from_sqlite(sqlite3.OperationalError("disk I/O error"), "kb.db")
    assert not isinstance(found, errors.DiskFull)
    assert str(found).startswith("kb.db: disken svarar inte som den ska – ")


def test_versions_of_an_agreement_are_compared(store: Store) -> None:
    """What is kept, renamed, added and removed between a version and the latest earlier one that shares a name."""
    for day, names in (
        ("2014-09-08", ("Skidspår", "Barn och skola", "Byabussen")),
        ("2018-01-01", ("Färjor",)),  # another agreement: no name in common
        ("2021-05-21", ("skidspår", "Samordning barn och skola", "Fyrar")),
    ):
        parsed = sample.plain(f"{sample.TEXT}{day}", f"{day}.txt")
        listed = tuple(sample.standing(name, day) for name in names)
        store.save(replace(parsed, documents=(replace(parsed.documents[0], assignments=listed),)), f"/x/{day}.txt")
    store.finish()
    found = store.connection.execute("SELECT earlier, later, change, name, earlier_name FROM assignment_change_list").fetchall()
    between = ("2014-09-08", "2021-05-21")
    assert sorted(found, key=str) == [
        (*between, "added", "Fyrar", None),
        (*between, "kept", "skidspår", "Skidspår"),
        (*between, "removed", "Byabussen", "Byabussen"),
        (*between, "renamed", "Samordning barn och skola", "Barn och skola"),
    ]


def test_the_agreement_of_another_region_is_no_version(store: Store) -> None:
    """Two regions in one base may give the same name to what they agree on; a paper of a municipality may tell of its region's agreement by name."""
    for day, whose, title in (
        ("2014-09-08", "Region Fjällhav", "Överenskommelse"),
        ("2016-01-01", "Region Myrslätt", "Överenskommelse"),
        ("2021-05-21", "Region Fjällhav", "Överenskommelse"),
        ("2022-02-02", "Sjöberga kommun", "Så används Region Fjällhavs överenskommelse"),
        ("2022-03-03", "Norrviks kommun", "Så används överenskommelsen"),
        ("2022-04-04", "Västra Fjällregionen", "Överenskommelse"),
        ("2022-05-05", "Norrviks kommun", "Så används Västra Fjällregionens överenskommelse"),
    ):
        parsed = sample.plain(f"{sample.TEXT}{day}", f"{day}.txt", title=title)
        document = replace(parsed.documents[0], assignments=(sample.standing("Skidspår", day),), organisation=whose)
        store.save(replace(parsed, documents=(document,)), f"/x/{day}.txt")
    store.finish()
    found = store.connection.execute("SELECT earlier, later, change FROM assignment_change_list").fetchall()
    following = [("2014-09-08", "2021-05-21"), ("2021-05-21", "2022-02-02"), ("2022-04-04", "2022-05-05")]
    assert sorted(found) == [(earlier, later, "kept") for earlier, later in following]


def test_an_agreement_with_one_municipality_is_no_version_of_that_with_another(store: Store) -> None:
    """Nor of that with all; and where no party is a region, it is no region's."""
    agreement = sample.meeting().documents[0].agreements[0]
    for day, parties in (
        ("2014-09-08", ("Region Fjällhav", "länets kommuner")),
        ("2015-01-01", ("Region Fjällhav", "Sjöberga kommun")),
        ("2016-01-01", ("Region Fjällhav", "Norrviks kommun")),
        ("2017-01-01", ("Norrviks kommun", "Skidklubben")),
        ("2018-01-01", ("Region Fjällhav", "länets kommuner")),
        ("2019-01-01", ("Region Fjällhavs", "Sjöberga stad")),
        ("2020-01-01", ()),
    ):
        parsed = sample.plain(f"{sample.TEXT}{day}", f"{day}.txt")
        listed = replace(agreement, title="Avtal", parties=parties, clauses=())
        document = replace(parsed.documents[0], assignments=(sample.standing("Skidspår", day),), agreements=(listed,))
        store.save(replace(parsed, documents=(document,)), f"/x/{day}.txt")
    store.finish()
    found = store.connection.execute("SELECT earlier, later FROM assignment_change_list ORDER BY 1").fetchall()
    assert found == [("2014-09-08", "2018-01-01"), ("2015-01-01", "2019-01-01"), ("2018-01-01", "2020-01-01")]


def test_the_last_day_of_notice(store: Store) -> None:
    """A day that stands in the text, else reckoned from the last day, as precise as it is."""
    base = sample.meeting()
    agreement = base.documents[0].agreements[0]
    days = (("2022-12-31", None), ("2022-06", None), ("2022", None), ("2022-12-31", "2022-05-01"), (None, None))
    several = tuple(replace(agreement, valid_to=end, notice_by=day, clauses=()) for end, day in days)
    store.save(replace(base, documents=(replace(base.documents[0], agreements=several),)), "/x/protokoll.txt")
    found = [day for (day,) in store.connection.execute("SELECT notice_by FROM agreement_list ORDER BY id")]
    assert found == ["2022-06-30", "2021-12-31", "2022-06-30", "2022-05-01", None]


def test_answers_contacts_and_activities_are_listed(store: Store) -> None:
    store.save(sample.meeting(), "/x/protokoll.txt")
    assert one(store, "SELECT number, question, answer, page, line FROM survey_answer_list") == ("1", "Vad?", "ja", 2, 9)
    assert one(store, "SELECT agreement, person, party, email FROM contact_list") == ("Avtal", "Anna Gran", "A", "anna@norrskog.example")
    assert one(store, "SELECT area, year, kind, text, effect, cause FROM activity_list") == (
        "Spår",
        "2021",
        "moved",
        "Loppet flyttas.",
        "flyttas",
        "stormen",
    )
    assert one(store, "SELECT name, version, text FROM benefit_list") == ("Skidspår", "2021-06-16", "Bättre hälsa")


def test_every_fact_has_a_place(store: Store) -> None:
    """Each table of facts names page, line and span, and each span holds the words."""
    store.save(sample.meeting(), "/x/protokoll.txt")
    for table in (t for t in TABLES if t not in ("diary_numbers", "pages", "documents")):
        columns = {row[1] for row in store.connection.execute(f"PRAGMA table_info({table})")}
        assert columns >= {"page", "line", "start", "end"}, table
        assert one(store, f"SELECT count(*) FROM {table} WHERE start >= end")[0] == 0, table

    def words(sql: str) -> list[tuple[Any, ...]]:
        return store.connection.execute(f"SELECT page, line, substr((SELECT text FROM sources), start + 1, end - start) FROM {sql}").fetchall()

    assert words("attendance") == [(1, 4, "Anna Gran (X)")]
    assert words("points ORDER BY position") == [(1, 6, "Avtalet om fjällbussen godkänns."), (1, 7, "Direktören får i uppdrag")]
    assert words("meetings") == [(1, 1, sample.TEXT)]


def test_no_column_is_always_empty(store: Store) -> None:
    """A column that nothing fills is a promise; those a later version fills are named here and in schema.sql."""
    assert "quality" not in {row[1] for row in store.connection.execute("PRAGMA table_info(sources)")}


def changed(**facts: Any) -> Parsed:
    """The made-up meeting with other facts."""
    parsed = sample.meeting()
    return replace(parsed, documents=(replace(parsed.documents[0], **facts),))


def test_of_two_paragraphs_with_one_number_the_one_around_counts(store: Store) -> None:
    document = sample.meeting().documents[0]
    first, second = document.paragraphs
    decision = replace(document.decisions[0], span=sample.span("Fjällrådet hörs."))
    store.save(changed(paragraphs=(first, replace(second, number="73")), decisions=(document.decisions[0], decision)), "/x/a.txt")
    assert [r[0][-3:] for r in store.connection.execute("SELECT paragraph_id FROM decisions ORDER BY id")] == [".p1", ".p2"]


def test_a_decision_told_of_is_not_of_the_record_s_own_paragraph_of_that_number(store: Store) -> None:
    whole = sample.meeting().documents[0].decisions[0]
    told = replace(whole, status="narrated", span=sample.span("Fjällrådet hörs."))
    others = (replace(told, day=Day("2020-06-17")), replace(told, decided_by="Skogsrådet"))
    store.save(changed(decisions=(whole, told, *others)), "/x/a.txt")
    under = [found for (found,) in store.connection.execute("SELECT paragraph_id FROM decisions ORDER BY id")]
    assert [found and found[-3:] for found in under] == [".p1", ".p1", None, None]
    assert len({heading for (heading,) in store.connection.execute("SELECT heading FROM decision_list")}) == 2


def test_a_reservation_belongs_to_the_last_decision_before_it(store: Store) -> None:
    document = sample.meeting().documents[0]
    whole = document.decisions[0]
    decisions = (replace(whole, span=sample.span("1. Avtalet om fjällbussen godkänns.")), replace(whole, span=sample.span("2. Direktören")))
    later = replace(whole, span=sample.span("Fjällrådet hörs."))
    store.save(changed(decisions=(*decisions, later)), "/x/a.txt")
    assert one(store, "SELECT decision_id FROM statements WHERE kind = 'reservation'")[0].endswith(".b2")

"""The story of the examples, as people meet it: a case over three bodies in the database, the terminal and the web."""

import datetime
import io
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import load_rules
from kb import printing, printing_search
from kb.commands.ingest import ingest
from kb.commands.show import Shown, forum, show
from kb.output import Out
from kb.search import overview
from kb.search.guide import LESSONS, Example
from tests.golden import EXAMPLES
from tests.web_client import serving, text


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of examples with its knowledge base among them."""
    folder = tmp_path_factory.mktemp("story")
    shutil.copytree(EXAMPLES, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.md", "*.py", "*.yaml", "*.facit", "__pycache__"))
    ingest(folder / "kb.db", [folder], load_rules())
    return folder


@pytest.fixture(scope="module")
def db(folder: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(folder / "kb.db")
    yield connection
    connection.close()


def printed(value: Shown, terminal: bool) -> str:
    out = io.StringIO()
    printing.shown(value, Out(out, terminal))
    return out.getvalue()


def test_what_a_body_only_proposes_is_a_proposal_on_the_timeline(db: sqlite3.Connection) -> None:
    steps = set(db.execute("SELECT date, event, forum FROM case_timeline WHERE dnr = 'RS/118/2022'"))
    assert ("2022-09-14", "proposal", "Regionstyrelsen") in steps
    assert ("2022-09-14", "decision", "Regionstyrelsen") in steps  # its own point
    assert ("2022-10-12", "decision", "Regionfullmäktige") in steps
    assert ("2022-03-22", "decision", "Regionens samverkansråd") in steps


def test_a_reference_says_what_its_paragraph_was_about(db: sqlite3.Connection) -> None:
    texts = [t for (t,) in db.execute("SELECT text FROM case_timeline WHERE dnr = 'RS/118/2022' AND event = 'reference'")]
    assert "§ 63 Svar på remiss om gemensam digital plattform för samverkansarenor" in texts


def test_the_terminal_tells_a_proposal_from_a_decision(db: sqlite3.Connection) -> None:
    out = printed(show(db, "RS § 142 2022"), terminal=False)
    assert "Beslutat förslag till Regionfullmäktige · Regionstyrelsen" in out
    assert "   Beslut · Regionstyrelsen" in out


@pytest.mark.parametrize("example", [e for lesson in LESSONS for e in lesson.examples], ids=lambda e: e.query)
def test_every_example_of_the_guide_finds_something(db: sqlite3.Connection, example: Example) -> None:
    found = overview(db, example.query, today=datetime.date(2023, 6, 1))
    assert found.results.hits
    assert not [note for note in found.results.notes if "läses som" not in note]
    assert found.results.cases == (("RS/118/2022",) if "118" in example.query or "ll8" in example.query else ())


def test_a_search_over_everything_in_the_terminal(db: sqlite3.Connection) -> None:
    out = io.StringIO()
    printing_search.results(overview(db, "RSR"), Out(out))
    printed = out.getvalue()
    assert printed.index("Beslut (") < printed.index("Handlingar (") < printed.index("\nText\n")
    assert "synonym" in printed


def test_the_guide_in_the_terminal_has_every_example() -> None:
    out = io.StringIO()
    printing_search.guide(Out(out))
    assert all(example.query in out.getvalue() for lesson in LESSONS for example in lesson.examples)


def test_forums_are_a_table_in_a_terminal_and_lines_in_a_pipe(db: sqlite3.Connection) -> None:
    assert "Förkortning" in printed(forum(db, None), terminal=True)
    assert "Förkortning" not in printed(forum(db, None), terminal=False)


async def test_the_web_does_not_call_a_proposal_adopted(folder: Path, db: sqlite3.Connection) -> None:
    sql = """SELECT id FROM decision_list WHERE decided_by = 'Regionstyrelsen' AND dnr = 'RS/118/2022' AND status = 'adopted' AND same_as IS NULL
        ORDER BY id"""
    upward, own = (row[0] for row in db.execute(sql))
    with serving(folder / "kb.db") as datasette:
        page = await text(datasette, f"/beslut/{upward}")
        assert "Beslutat förslag" in page and "Antaget" not in page
        assert "Region Fjällhav, Förslag till Regionfullmäktige, beslutat av Regionstyrelsen 2022-09-14, § 142" in page
        assert "Antaget" in await text(datasette, f"/beslut/{own}")


def test_a_knowledge_base_among_its_sources_is_left_alone(folder: Path) -> None:
    again = ingest(folder / "kb.db", [folder], load_rules())
    assert (again.counts.added, again.counts.refused, again.notes) == (0, 0, [])

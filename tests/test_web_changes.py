"""What decisions did with the words of proposals (tests/cases/web/changes.yaml), and that the pages say so."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ingest import load_rules
from kb.registry import page_pattern, page_patterns
from kb.web import case
from kb.web.case_rows import Step
from kb.web.changes import Change, compare, told
from kb.web.links import End
from kb.web.voices import Voice
from tests.web_client import prose, serving, text

LEADS = re.compile(page_patterns(load_rules())["point_leads"], re.IGNORECASE)
CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases" / "web" / "changes.yaml").read_text(encoding="utf-8"))
POINTS = st.lists(st.sampled_from(["Taxan antas", "Taxan antas i dag", "Bidraget höjs", "Frågan återremitteras", "", "–"]), max_size=5)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_is_said(case: dict[str, Any]) -> None:
    assert told("\n".join(case["proposed"]), "\n".join(case["decided"]), LEADS) == case["says"]


@given(POINTS, POINTS)
def test_each_point_is_told_of_once_at_most(proposed: list[str], decided: list[str]) -> None:
    change = compare(proposed, decided, LEADS)
    if change:
        assert not set(change.changed) & set(change.new)
        assert all(1 <= n <= len(decided) for n in (*change.changed, *change.new)) and all(1 <= n <= len(proposed) for n in change.left)
        assert all(decided[n - 1].strip("–") for n in (*change.changed, *change.new)) and all(proposed[n - 1].strip("–") for n in change.left)
    itself = compare(decided, decided, LEADS)
    assert itself == (Change(len(decided)) if any(point.strip("–") for point in decided) else None)


def test_of_very_many_other_points_nothing_is_said_but_few_among_many_are_found() -> None:
    before = [f"Bidraget till förening {n} höjs" for n in range(100)]
    assert compare(before, [f"Bidraget till förening {n} höjs i år" for n in range(100)], LEADS) is None
    assert told("\n".join(before), "\n".join([*before[:50], "Frågan återremitteras", *before[50:]]), LEADS) == "punkt 51 är ny"


def test_texts_that_are_missing_say_nothing() -> None:
    assert told(None, "Taxan antas", LEADS) == told("Taxan antas", None, LEADS) == told(None, None, LEADS) == ""


async def test_the_pages_of_the_case_and_of_both_decisions_say_it(base: Path, tmp_path: Path) -> None:
    path = tmp_path / "kb.db"
    with closing(sqlite3.connect(base)) as old, closing(sqlite3.connect(path)) as new, new:
        old.backup(new)
        [(proposal, adopted)] = new.execute("SELECT proposal, adopted FROM decision_chain").fetchall()
        new.execute(
            "UPDATE points SET text = (SELECT text FROM points WHERE decision_id = ? AND position = 2) WHERE decision_id = ?", (adopted, proposal)
        )
        [(dnr,)] = new.execute("SELECT dnr FROM case_list WHERE key = (SELECT dnr_key FROM decisions WHERE id = ?)", (adopted,))
    with serving(path) as kb:
        for address, times in ((f"/beslut/{proposal}", 1), (f"/beslut/{adopted}", 1), (f"/dnr/{dnr}", 1), ("/dnr/RUN/29/2021", 2)):
            assert prose(await text(kb, address)).count("Beslutet: punkterna 1 och 3 är nya") == times, address


def step(said: str) -> Step:
    fields: dict[str, Any] = dict.fromkeys(Step.__dataclass_fields__)
    return Step(**{**fields, "event": "decision", "text": said})


def test_a_decision_of_many_points_shows_the_first_and_folds_the_others() -> None:
    few, many = (step("\n".join(f"Punkt {n}" for n in range(count))) for count in (6, 7))
    assert (few.shown, few.folded) == (few.lines, [])
    assert (many.shown, many.folded) == (many.lines[:3], many.lines[3:]) and len(many.folded) == 4


@pytest.mark.parametrize(
    ("people", "words", "names"),
    [
        (("Ida Lund (C)", "Bo Ek"), "Ida Lund (C) och Bo Ek reserverar sig.", True),
        (("Ida Lund (C)", "Bo Ek"), "Ida Lund (C) reserverar sig.", False),
        ((), "Reservation lämnas.", False),
        (("Ida Lund (C)",), "", False),
    ],
)
def test_who_made_it_is_not_listed_beside_words_that_name_them(people: tuple[str, ...], words: str, names: bool) -> None:
    assert Voice("reservation", people, words).names_them == names


def test_a_proposal_that_has_no_day_of_its_own_is_not_said_to_be_of_the_record_that_tells_it() -> None:
    def retold(ref: str, placed: str) -> Step:
        return replace(step("Taxan antas"), ref=ref, retold=1, date="2021-06-16", placed=placed)

    ends = {"b1": tuple(End("proposal", id, "Direktören", "2021-06-16") for id in ("b2", "b3", "b4"))}
    dated = case._dated(ends, [retold("b2", "2021-05-03"), retold("b3", "2021-06-16")])
    assert [(end.id, end.date) for end in dated["b1"]] == [("b2", None), ("b3", "2021-06-16"), ("b4", "2021-06-16")]


@pytest.mark.parametrize("value", [None, ""])
def test_a_base_of_metadata_without_a_section_finds_nothing_by_it(copied: sqlite3.Connection, value: str | None) -> None:
    assert page_pattern(copied, "point_leads").search("nämnden föreslår att")
    copied.execute("DELETE FROM meta WHERE key = 'point_leads'")
    if value is not None:
        copied.execute("INSERT INTO meta (key, value) VALUES ('point_leads', ?)", (value,))
    assert not page_pattern(copied, "point_leads").search("nämnden föreslår att")

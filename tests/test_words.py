"""Which words search joins, which it keeps apart, and what compounds are found by: the cases are data."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest import load_rules
from kb import lexicon
from kb.people import standing
from kb.search.analyze import Analyser, folded

CASES: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "cases" / "search" / "words.yaml").read_text(encoding="utf-8"))


@cache
def analyser() -> Analyser:
    found = Analyser(lexicon.ensure(load_rules()))
    assert not found.plain
    return found


@pytest.mark.parametrize("words", CASES["together"], ids=lambda words: words[0])
def test_forms_share_their_key(words: list[str]) -> None:
    assert len({analyser()(word).key for word in words}) == 1, {word: analyser()(word).key for word in words}


@pytest.mark.parametrize("words", CASES["apart"], ids=lambda words: "-".join(words))
def test_other_words_do_not(words: list[str]) -> None:
    assert len({analyser()(word).key for word in words}) == len(words)


@pytest.mark.parametrize("case", CASES["parts"], ids=lambda case: str(case["word"]))
def test_compounds_are_found_by_their_parts(case: dict[str, Any]) -> None:
    parts = set(analyser()(case["word"]).parts)
    assert {word for word in case["by"] if analyser()(word).key not in parts} == set(), parts
    assert {word for word in case["not"] if analyser()(word).key in parts} == set(), parts


def test_without_a_lexicon_endings_are_cut_off() -> None:
    plain = Analyser(None)
    assert plain.plain
    assert plain("kommunerna").key == plain("kommuner").key and plain("kommunchefsmöte").parts == ()
    assert plain("råd").key != plain("rad").key


def test_a_broken_lexicon_is_none(tmp_path: Path) -> None:
    (tmp_path / "lemmas.marisa").write_bytes(b"no trie")
    assert Analyser(tmp_path).plain


@pytest.mark.parametrize("word", ["§", "x1", "2021", "ab", "a" * 5000, "a" * 60 + "erna", "ß", "日本"])
def test_odd_words_have_themselves_as_key(word: str) -> None:
    assert analyser()(word).key == word and analyser()(word).parts == ()


def test_folding_leaves_letters_without_marks() -> None:
    assert folded("samverkansråd för é") == "samverkansrad for e"


@pytest.mark.parametrize(
    ("status", "outcome", "wanted"),
    [
        ("adopted", "bordlagd, får ställas", "tabled"),
        ("adopted", "återremiss, uppdrag, bifall till förslaget", "returned"),
        ("adopted", "bordlagd, bifall, väljs", "adopted"),
        ("adopted", "föreslår: bordlagd", "upward"),
        ("adopted", "antas", "adopted"),
        ("adopted", None, "adopted"),
        ("proposed", "återremiss", "proposed"),
    ],
)
def test_what_a_decision_leaves_open_is_not_adopted(status: str, outcome: str | None, wanted: str) -> None:
    assert standing(status, outcome) == wanted

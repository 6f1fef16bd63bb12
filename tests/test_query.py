"""What staff type → nodes: cases in tests/cases/search/queries.yaml, and that nothing that can be typed raises or takes long."""

from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.rules import load_rules
from ingest.text import plain
from kb.search import known
from kb.search.nodes import Alike, All, CaseNumber, Either, Field, Node, When, Without, Words, leaves
from kb.search.parse import parse
from kb.search.tidy import MAX_DEPTH, MAX_FILTERS, MAX_LEAVES

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "search" / "queries.yaml").read_text(encoding="utf-8"))
NAMES = ("Regionens samverkansråd", "RSR", "Regionstyrelsen", "RS", "Sjöberga kommun", "Norra Fjällkommunen")
TODAY = datetime.date(2026, 11, 28)
KNOWN = known.from_json(known.as_json(load_rules()), TODAY, frozenset({"rs", "run", "ks"}), frozenset(map(plain, NAMES)))


def shown(node: Node | None) -> str:
    """A tree as the cases write it."""
    match node:
        case None:
            return "nothing"
        case Words(terms, prefix, fuzzy, quoted):
            text = " ".join(terms)
            text = f"'{text}'" if quoted else f'"{text}"' if len(terms) > 1 else text
            return f"{text}{'*' * prefix}{f'~{fuzzy}' if fuzzy else ''}"
        case CaseNumber(written, strict):
            return f"dnr{'!' * strict}({written})"
        case Field(name, value):
            return f"field({name}={value})"
        case When(since, until):
            return f"when({since or ''} .. {until or ''})"
        case Alike(asked, others):
            return f"alike({shown(asked)}; {', '.join(map(shown, others))})"
        case Without(part):
            return f"not({shown(part)})"
        case All(parts) | Either(parts):
            return f"{'and' if isinstance(node, All) else 'or'}({', '.join(map(shown, parts))})"


@pytest.mark.parametrize(("typed", "tree", "notes"), [case for section in CASES.values() for case in section])
def test_what_a_query_means(typed: str, tree: str, notes: list[str]) -> None:
    query = parse(str(typed), KNOWN)
    assert shown(query.node) == str(tree)
    assert len(query.notes) == len(notes), query.notes
    for note, begin in zip(query.notes, notes, strict=True):
        assert note.startswith(begin)


def depth(node: Node | None) -> int:
    match node:
        case All(parts) | Either(parts):
            return 1 + max(map(depth, parts))
        case Alike(part, _) | Without(part):
            return 1 + depth(part)
        case _:
            return 1


PIECES = [
    *"()\"~^\\[]'; ", "OCH", "ELLER", "INTE", "AND", "NOT", "a", "b*", "*", "**", "x~2", "forum:", "år:2015..2018", "datum:", "datum:>", "dnr:",
    "29/2021", "RUN/", "§", "§ 1", "i fjol", "maj 2021", "2019..", "..", "TO", "\x00", "\ud800", "\u202e", "\ue000", "e\u0301", "🚌", "--",
    "NEAR/2", "{text}:", "rs 29 2021", "RS § 3 2021", "paragraf 3", "forum:regionens samverkansrod", "juni", "sam-verkan", "samverkansradet", "vem",
    "'", "kommun:", "typ:beslt", "INTE", "\u0130", "ﬁ", "x" * 70,
]  # fmt: skip
TYPED = st.one_of(
    st.text(max_size=80),
    st.text(st.characters(codec="utf-8"), max_size=20).map(lambda s: s * 500),
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join),
    st.sampled_from(PIECES).map(lambda s: s * 10_000),
    st.sampled_from(PIECES).map(lambda s: (s + " ") * 5_000),
)


@settings(max_examples=400, deadline=None)  # a pattern that backtracks would never end
@given(TYPED)
def test_whatever_is_typed_becomes_a_small_tree(typed: str) -> None:
    query = parse(typed, KNOWN)
    assert query.node is not None or query.notes
    assert len(list(leaves(query.node))) <= 10 * MAX_LEAVES
    assert depth(query.node) <= 3 * MAX_DEPTH + 5
    assert all(note.endswith((".", "*")) or "söks som" in note for note in query.notes)
    assert parse(typed, KNOWN) == query


@pytest.mark.parametrize(
    "typed", ["(" * 3000 + "a", "INTE " * 300 + "a", "a ELLER " * 900, '"' * 999, "a" * 10**6, "9" * 5000 + "/2021", "datum:" * 400]
)
def test_no_size_raises(typed: str) -> None:
    parse(typed, KNOWN)


def test_what_is_cut_is_said() -> None:
    assert any("lång" in note for note in parse("a " * 2000, KNOWN).notes)
    assert any("många ord" in note for note in parse("a " * 500, KNOWN).notes)
    assert any("många i varandra" in note for note in parse("(" * 30 + "a", KNOWN).notes)
    assert len(list(leaves(parse(" ".join(f"x{n}" for n in range(500)), KNOWN).node))) == MAX_LEAVES


def test_no_more_filters_are_asked_than_may_be() -> None:
    query = parse(" ELLER ".join(f"person:x{n} plan" for n in range(50)) + " INTE § 7", KNOWN)
    assert len([leaf for leaf in leaves(query.node) if isinstance(leaf, Field)]) == MAX_FILTERS
    assert query.notes == (f"Sökningen har många filter, bara de första {MAX_FILTERS} används.",)  # nothing of the operators beside them


def test_a_value_ends_where_the_next_field_begins() -> None:
    assert shown(parse("år:2020 forum:RS datum:maj 2022 typ:beslut", KNOWN).node).count("field(") == 2


def test_a_base_without_words_has_its_names_alone() -> None:
    bare = known.Known(TODAY, frozenset({"rs"}), frozenset({"rs"}))
    assert shown(parse("forum:RS rs 29/2021 i fjol", bare).node) == "and(field(forum=RS), dnr(rs 29/2021), i, fjol)"


@given(
    st.lists(st.sampled_from(["avtal", "och", "RSR", '"i fjol"', "buss*", "§ 3", "forum:RS", "29/2021", "maj 2021", "x~"]), min_size=1, max_size=8)
)
def test_a_query_of_bare_words_is_what_the_grammar_makes_of_it(words: list[str]) -> None:
    typed = " ".join(words)
    assert parse(typed, KNOWN).node == parse(f"({typed})", KNOWN).node


def test_bare_words_do_not_wait_for_the_grammar() -> None:
    def imported(typed: str) -> str:
        code = f"import sys, datetime; from kb.search import known, parse; parse.parse({typed!r}, known.Known(datetime.date(2026, 11, 28)))"
        command = [sys.executable, "-c", f"{code}; print('whoosh' in sys.modules)"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    assert imported('forum:RS avtal "om bussar" 29/2021 i fjol') == "False"
    assert imported("avtal ELLER bussar") == "True"

"""Corrections by people: what they do to a text, what their files may say, how kb writes in them, and that they survive every rebuild."""

from __future__ import annotations

import json
import re
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ingest import load_rules
from ingest.clean import clean, plain
from ingest.errors import BadMetadata
from ingest.models import Correction, Page, Source
from ingest.read.plain import pages
from ingest.repair import apply, find, stretches_of
from ingest.repair.overrides import NONE, PERSON, Chosen, Overrides, Paper, Word, load_overrides, parse_overrides
from ingest.repair.settle import Settled, override
from kb import overrides
from tests import sample

RULES = load_rules()
CASES = yaml.load((Path(__file__).parent / "cases" / "overrides.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
TEXTS = [case for case in CASES if "text" in case]
FILES = [case for case in CASES if "file" in case]
WRITTEN = [case for case in CASES if "written" in case]
SHA = "abcdef0123456789" * 4


def source_of(text: str, name: str = "mapp/sub/a.txt") -> tuple[Source, tuple[Page, ...]]:
    source = Source(name.removeprefix("mapp/"), SHA, len(text), "txt", "utf-8", text)
    return source, tuple(Page(n, a, b) for n, (a, b) in enumerate(pages(text), 1))


def read(text: str, people: Overrides, name: str = "mapp/sub/a.txt") -> tuple[Source, str, tuple[Correction, ...], int]:
    """The source, its text as corrected, the corrections, and how many corrections fitted nowhere."""
    source, sheets = source_of(text, name)
    letters = plain(source, sheets, RULES)
    found = find(source, letters, None, people.of(source))
    return source, apply(letters, found.corrections).text, found.corrections, sum(p.kind == "rättelse utan ord" for p in found.problems)


def people_of(*files: list[dict[str, str]]) -> Overrides:
    texts = (json.dumps({"words": [{**entry, "reason": "x"} for entry in entries]}) for entries in files)
    found = [parse_overrides(text, Path("o.yaml"), rank) for rank, text in enumerate(texts)]
    return Overrides(tuple(word for f in found for word in f.words))


@pytest.mark.parametrize("case", TEXTS, ids=lambda case: case["name"])
def test_texts(case: dict[str, Any]) -> None:
    people = people_of(case.get("common", []), case["words"])
    source, got, corrections, unfit = read(case["text"], people, case.get("source", "mapp/sub/a.txt"))
    assert got == case["want"]
    assert unfit == int(case.get("problems", 0))
    for c in corrections:
        assert (c.kind, c.confidence, c.original) == (PERSON, 1.0, source.text[c.start : c.end])


@pytest.mark.parametrize("case", FILES, ids=lambda case: case["name"])
def test_files_that_are_wrong(case: dict[str, Any], tmp_path: Path) -> None:
    path = sample.write(tmp_path, "o.yaml", case["file"])
    with pytest.raises(BadMetadata) as caught:
        load_overrides(path)
    assert caught.value.what.removeprefix(str(path)).removeprefix(": ") == case["error"].removeprefix(": ")
    assert "\n" not in str(caught.value)


def test_files_that_hold_nothing(tmp_path: Path) -> None:
    for text in ("", "# bara en kommentar\n", "words:\ndocuments:\n", "words: []\n", "\ufeffwords: []\n", "{}"):
        assert load_overrides(sample.write(tmp_path, "o.yaml", text)) == NONE, text
    assert load_overrides(tmp_path / "saknas.yaml") == NONE
    assert load_overrides() == NONE


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes("words: [] # åäö".encode("cp1252"))
    for path, what in ((tmp_path / "latin.yaml", "är inte UTF-8"), (tmp_path, "är en mapp")):
        with pytest.raises(BadMetadata, match=what):
            load_overrides(path)


def test_the_file_that_comes_with_the_program_says_how_and_holds_nothing() -> None:
    path = overrides.common_file(None)
    text = path.read_text(encoding="utf-8")
    assert load_overrides(path) == NONE
    example = re.search(r"^# (words:\n(?:#.*\n)+)", text, re.MULTILINE)
    assert example
    found = parse_overrides(re.sub(r"^# ?", "", example[1], flags=re.MULTILINE), path)
    assert (len(found.words), len(found.papers)) == (2, 1)


def test_the_version_of_the_rules_does_not_depend_on_corrections(tmp_path: Path) -> None:
    shutil.copytree(overrides.common_file(None).parent, tmp_path / "m")
    sample.write(tmp_path, "m/overrides.yaml", "words: [{read: Tol, printed: ToJ, reason: x}]")
    assert load_rules(tmp_path / "m").version == RULES.version


def test_whole_papers() -> None:
    damaged = "Regionstyrelsen beslutar att godkanna avtalet och att ge forvaltningen i uppdrag att aterkomma till namnden med en ny plan. " * 4
    whole = "Regionstyrelsen beslutar att godkänna avtalet och att ge förvaltningen i uppdrag att återkomma till nämnden med en ny plan. " * 4
    for text, chosen, wanted in (
        (damaged, None, True), (damaged, False, False), (damaged, True, True), (whole, None, False), (whole, False, False), (whole, True, True),
        ("", True, False),
    ):  # fmt: skip
        source, sheets = source_of(text)
        letters = plain(source, sheets, RULES)
        assert bool(stretches_of(letters, Chosen(chosen))) is wanted
        told = find(source, letters, None, Chosen(chosen)).problems
        assert bool(told) is wanted, "without a lexicon it is said that nothing was read again"


def test_which_of_several_about_a_paper_goes_before() -> None:
    source, _ = source_of("x")
    common, own = Paper("sub/a.txt", True, "x", rank=0), Paper("a.txt", False, "x", rank=1)
    assert Overrides(papers=(common, own)).of(source).repair is False
    assert Overrides(papers=(own, common)).of(source).repair is False
    assert Overrides(papers=(Paper("a.txt", False, "x"), common)).of(source).repair is True
    assert Overrides(papers=(Paper("b.txt", False, "x"),)).of(source).repair is None
    assert Overrides(papers=(Paper("x/y.txt", False, "x"),), names={SHA: "x/y.txt"}).of(source).repair is False


def test_people_stand_above_the_program() -> None:
    source, _ = source_of("Tol Tal [Tul Tjl")
    program = [Correction(a, b, source.text[a:b], "x", 0.9, "bokstav") for a, b in ((0, 3), (4, 7), (8, 12), (13, 16))]
    people = [Settled(0, 3, Word("Tol", "ToJ", "x")), Settled(4, 7, Word("Tal", "Tal", "x")), Settled(9, 12, Word("Tul", "TuJ", "x"))]
    got = override(source, program, people)
    assert [(c.original, c.corrected, c.kind) for c in got] == [("Tol", "ToJ", PERSON), ("Tul", "TuJ", PERSON), ("Tjl", "x", "bokstav")]


PIECES = [
    "Tol",
    "tol",
    "avtal",
    "-",
    "-\n",
    "-\n ",
    "-\f",
    "\n",
    "\f",
    " ",
    "/",
    "&",
    "§",
    "2013",
    "@",
    ".se",
    "ra\u0308d",
    "\u00ad",
    "\ufb01",
    "\u0331",
    "och",
    "[",
    "\t",
    "é",
]
READS = ["Tol", "avtal", "Tolavtal", "Tol-avtal", "tol", "räd", "fi", "i", "och", "Tol/avtal", "2013", "é", "T\u0331"]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=40), st.lists(st.sampled_from(READS), max_size=5, unique=True))
def test_offsets_point_into_the_stored_text(text: str, reads: list[str]) -> None:
    people = Overrides(tuple(Word(word, f"<{n}>", "x") for n, word in enumerate(reads)))
    source, got, corrections, _ = read(text, people)
    end = 0
    for c in corrections:
        assert end <= c.start < c.end <= len(text)
        assert c.original == source.text[c.start : c.end]
        end = c.end
    assert re.findall(r"<\d>", got) == [c.corrected for c in corrections] or "<" in text
    whole = clean(apply(plain(*source_of(text), RULES), corrections), RULES)
    assert whole.overlay.to_base(0, len(whole.text))[1] <= len(text)


# how kb writes in a file

ENTRY = Word("Tol", "ToJ", 'för: "citat" # och å', "sub/a.txt", 2, 3, "Anna Ek", "2024-05-31", 1)
PAPER = Paper("a.txt", False, "på engelska", rank=1)


def comments(text: str) -> list[str]:
    return re.findall(r"#.*", text)


@pytest.mark.parametrize("case", WRITTEN, ids=lambda case: case["name"])
@pytest.mark.parametrize("entry", [ENTRY, PAPER], ids=["word", "paper"])
def test_an_entry_is_added_and_taken_away_and_all_else_stays(case: dict[str, str], entry: Word | Paper) -> None:
    text, path = case["written"], Path("o.yaml")
    before = parse_overrides(text, path, 1)
    more = overrides.with_entry(path, text, entry)
    after = parse_overrides(more, path, 1)
    assert [*after.words, *after.papers] == sorted([*before.words, *before.papers, entry], key=lambda e: isinstance(e, Paper))
    assert [c for c in comments(more) if c in comments(text)] == comments(text)
    assert ("\r\n" in more) == ("\r\n" in text)
    assert "\n" not in more.replace("\r\n", "") or "\r\n" not in text
    letters = iter(more)
    assert all(letter in letters for letter in text if letter not in " []"), "nothing is lost or moved"

    less = overrides.without_entry(path, more, entry)
    assert parse_overrides(less, path, 1) == before
    assert [c for c in comments(less) if c in comments(text)] == comments(text)
    again = overrides.with_entry(path, less, entry)
    assert parse_overrides(again, path, 1) == after


@pytest.mark.parametrize("case", WRITTEN, ids=lambda case: case["name"])
def test_each_entry_can_be_taken_away(case: dict[str, str]) -> None:
    text, path = case["written"], Path("o.yaml")
    found = overrides.entries(parse_overrides(text, path, 1))
    for entry in found:
        less = overrides.without_entry(path, text, entry)
        assert overrides.entries(parse_overrides(less, path, 1)) == [e for e in found if e != entry]
        lost = [c for c in comments(text) if c not in comments(less)]
        assert all(c in ("# ett", "# två") for c in lost), "only what stands on an entry's own line goes with it"


@pytest.mark.parametrize("text", ["{words: [], documents: []}", "words: &a []\ndocuments: *a\n", "--- \nwords: []\n...\n"])
def test_a_file_that_kb_cannot_change_safely_is_left_alone(text: str) -> None:
    """Whatever comes of it, it is the right entries or an error."""
    try:
        more = overrides.with_entry(Path("o.yaml"), text, PAPER)
    except BadMetadata as error:
        assert "för hand" in str(error)
    else:
        assert parse_overrides(more, Path("o.yaml"), 1).papers == (PAPER,)


def test_writing_is_whole_and_keeps_links_and_rights(tmp_path: Path) -> None:
    target, link = sample.write(tmp_path, "delad/o.yaml", "gammal"), tmp_path / "kb.db.overrides.yaml"
    link.symlink_to(target)
    target.chmod(0o640)
    overrides.write(link, "ny å")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "ny å"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert [p.name for p in target.parent.iterdir()] == ["o.yaml"]
    overrides.write(tmp_path / "nytt.yaml", "x")
    assert stat.S_IMODE((tmp_path / "nytt.yaml").stat().st_mode) & 0o400

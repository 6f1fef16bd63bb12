"""`kb evaluate`: gold read strictly, facts matched one to one, figures that fall where something is missing; docs/matning.md says what is true."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.measure import EXAMPLES, PAGE, base, tables
from kb import errors, terminal
from kb.cli import app
from kb.commands.evaluate import evaluate
from kb.evaluation.gold import load
from kb.evaluation.kinds import BY_NAME
from kb.evaluation.measure import Measured
from kb.printing_measures import table

GOLD = EXAMPLES / "gold.yaml"
RF = "rf-2022-10-12-protokollsutdrag.txt"


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield base(tmp_path_factory.mktemp("measured"), [EXAMPLES])


@pytest.fixture
def gold(tmp_path: Path, db: Path) -> Any:
    """Measure with a gold of one's own: the kinds by name."""

    def measured(**data: Any) -> dict[str, Measured]:
        path = tmp_path / "facit.yaml"
        path.write_text(yaml.safe_dump({"sources": [RF], **data}, allow_unicode=True), encoding="utf-8")
        return {kind.name: kind for kind in evaluate(db, path).kinds}

    return measured


def figures(kind: Measured) -> tuple[int, int, int]:
    return kind.wanted, kind.found, kind.right


def test_the_examples(db: Path) -> None:
    """The bars of what works; raise them when it works better."""
    report = evaluate(db, GOLD)
    f1 = {kind.name: kind.f1 for kind in report.kinds}
    assert len(f1) == 15
    assert report.mean >= 0.98
    assert f1["decisions, adopted"] == f1["diary_numbers"] == f1["documents"] == 1.0
    assert all(right == of for kind in report.kinds for _, right, of in kind.agree)


def test_the_published_figures_are_those_of_the_program(db: Path) -> None:
    published = tables(PAGE.read_text(encoding="utf-8"))
    assert published["exempel"].splitlines() == list(table(evaluate(db, GOLD))), "run `make measure` and read what it wrote"
    assert set(published) == {"exempel", "seeds", "declared_ranges", "alingsas_steps", "goteborg_silver"}
    assert all("medel av" in text for text in published.values())


def test_the_page_describes_every_kind_and_field() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for kind in BY_NAME.values():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{kind.name}` "))
        assert all(f"`{field}`" in row for field in kind.fields - {"source", "optional", "note", "line", "lines"}), kind.name


def test_what_is_missing_and_what_is_too_much(gold: Any) -> None:
    kinds = gold(diary_numbers=[{"source": RF, "dnr": "RS/118/2022", "role": "own"}, {"dnr": "RS/119/2022", "role": "own"}])
    numbers = kinds["diary_numbers"]
    assert figures(numbers) == (2, 2, 1)
    assert (numbers.precision, numbers.recall, numbers.f1) == (0.5, 0.5, 0.5)
    assert numbers.missed == ("någon källa  dnr RS/119/2022, role own",)
    assert numbers.extra == (f"{RF}:15  dnr KS 2022/57, role reference",)


def test_a_row_answers_for_one_fact_but_in_a_sample_for_several(gold: Any) -> None:
    twice = [{"dnr": "RS/118/2022", "role": "own"}, {"dnr": "RS/118/2022"}]
    assert figures(gold(diary_numbers=twice)["diary_numbers"]) == (2, 2, 1)
    sample = gold(diary_numbers=twice, complete=False)["diary_numbers, sample"]
    assert (figures(sample), sample.precision, sample.recall, sample.extra) == ((2, 2, 2), None, 1.0, ())


def test_what_is_optional_counts_neither_way(gold: Any) -> None:
    kinds = gold(diary_numbers=[{"dnr": "RS/118/2022"}, {"dnr": "KS 2022/57", "optional": True}, {"dnr": "RS/1/2020", "optional": True}])
    assert figures(kinds["diary_numbers"]) == (1, 1, 1)


def test_own_paragraphs_alone_unless_the_gold_has_references(gold: Any) -> None:
    own = {"number": 87, "forum": "REGIONFULLMÄKTIGE", "date": "2022-10-12", "dnr": "118/2022 RS", "heading": "Gemensam digital …"}
    kind = gold(paragraphs=[own])["paragraphs"]
    assert figures(kind) == (1, 1, 1)
    assert kind.agree == (("heading", 1, 1), ("dnr", 1, 1))
    assert figures(gold(paragraphs=[own, {"number": 142, "own": False}])["paragraphs"]) == (2, 4, 2)
    assert gold(paragraphs=[{**own, "heading": "Något annat"}])["paragraphs"].agree == (("heading", 0, 1), ("dnr", 1, 1))


def test_decisions_by_status_points_words_and_place(gold: Any) -> None:
    decided = {"status": "adopted", "by": "Regionfullmäktige", "words": ["inrättas från och med den 1 mars 2023", "återrapportera"]}
    kinds = gold(decisions=[decided, {"status": "narrated", "lines": [24, 25]}, {"status": "narrated", "line": 44}])
    assert figures(kinds["decisions, adopted"]) == (1, 1, 1)
    assert figures(kinds["decisions, narrated"]) == (2, 2, 1)  # the one of line 27 is not found at line 44
    assert "decisions, proposed" not in kinds
    assert figures(gold(decisions=[{**decided, "points_count": 2}])["decisions, adopted"]) == (1, 1, 0)


def test_a_kind_that_should_be_empty(gold: Any) -> None:
    assert gold(votes=[])["votes"].f1 == 1.0
    assert figures(gold(diary_numbers=[])["diary_numbers"]) == (0, 2, 0)


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = terminal.run(app, ["evaluate", *map(str, arguments)])
    return code, *capsys.readouterr()


def test_the_command(db: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--gold", GOLD, "--db", db, "-v", "--at-least", "0.9")
    assert code == 0
    assert out.splitlines()[0].startswith("handlingar  ")
    assert out.splitlines()[-1].startswith("medel-F1 över 15 slag: 0.9")
    assert "saknas      sjoberga-ks-2022-05-30-protokoll.txt:93–94" in out
    assert run(capsys, "--gold", GOLD, "--db", db, "--at-least", "1")[0] == 1


def test_json(db: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--gold", GOLD, "--db", db, "--json")
    value = json.loads(out)
    assert code == 0
    assert {"name", "precision", "recall", "f1", "missed", "extra", "agree", "right", "wanted", "found"} <= set(value["kinds"][0])
    assert value["mean_f1"] == pytest.approx(sum(k["f1"] for k in value["kinds"]) / 15)


def test_a_folder_of_gold_and_sources_that_are_not_in_the_base(db: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text(f"votes: []\nsources: [{RF}]\n", encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps({"votes": [{"source": "borta.txt", "ja": 1}]}), encoding="utf-8")
    (tmp_path / "annat.txt").write_text("-", encoding="utf-8")
    code, out, _ = run(capsys, "--gold", tmp_path, "--db", db)
    assert (code, out.splitlines()[0]) == (0, "källan borta.txt finns inte i kunskapsbasen: allt i den räknas som missat")
    code, _, err = run(capsys, "--gold", tmp_path / "b.json", "--db", db)
    assert (code, err.count("\n")) == (2, 1)


BAD = {
    "no kind": "annat: []",
    "not a mapping": "- 1",
    "not yaml": "paragraphs: [}",
    "unknown kind": "paragraphs: []\nsources: [a]\nbeslut: []",
    "unknown field": "paragraphs: [{nummer: 1}]",
    "no list": "paragraphs: 3",
    "no mapping": "paragraphs: [3]",
    "no source": "paragraphs: [{number: 1}]",
    "bad lines": "decisions: [{source: a, status: adopted, lines: [1, 2, 3]}]",
    "bad line": "decisions: [{source: a, status: adopted, line: fyra}]",
    "no status": "decisions: [{source: a, line: 4}]",
    "options": "questions: [{source: a, question: Vad, options: ja}]",
    "yes and no": "votes: [{source: a, yes: 3}]",
    "deep": "paragraphs: " + "[" * 5000,
}


@pytest.mark.parametrize("text", BAD.values(), ids=list(BAD))
def test_bad_gold_is_one_line(text: str, tmp_path: Path, db: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "facit.yaml"
    path.write_text(text, encoding="utf-8")
    code, out, err = run(capsys, "--gold", path, "--db", db)
    assert (code, out, err.count("\n")) == (errors.BadGold.exit_code, "", 1)
    assert err.startswith(f"kb: {path}: ")


def test_gold_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "a.yaml", tmp_path / "nej.yaml"):
        with pytest.raises(errors.BadGold):
            load(path)
    (tmp_path / "tom").mkdir()
    with pytest.raises(errors.BadGold, match="inga filer"):
        load(tmp_path / "tom")

"""The real documents and their gold in ../shared, measured with the tools there; skipped where that folder is absent."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.gold import convert
from ingest import load_rules, parse
from ingest.errors import NotADocument
from ingest.text import plain
from kb.commands.evaluate import evaluate

REPOSITORY = Path(__file__).parent.parent
SHARED = REPOSITORY.parent / "shared"
pytestmark = pytest.mark.skipif(not (SHARED / "tools").is_dir(), reason="../shared, with the real documents and the gold, is not here")


def base(folder: Path, *names: str) -> Path:
    """A knowledge base of some folders of real documents."""
    db = folder / "real.db"
    for name in names:
        subprocess.run([sys.executable, "-m", "kb", "ingest", str(SHARED / "documents" / name), "--db", str(db)], check=True, capture_output=True)
    return db


def score(tool: str, db: Path) -> str:
    return subprocess.run([sys.executable, str(SHARED / "tools" / tool), str(db)], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield base(tmp_path_factory.mktemp("seeds"), "seeds")


def test_structure_of_the_seeds(seeds: Path) -> None:
    """The bars of what works today; raise them when it works better."""
    out = score("score_structure.py", seeds)
    f1 = {name.strip(): float(value) for name, value in re.findall(r"^(\S.*?)\s+precision.*F1 ([\d.]+)", out, re.M)}
    assert f1["documents"] == 1.0
    assert f1["diary numbers"] == 1.0
    mean = re.search(r"mean F1 over 15 kinds: ([\d.]+)", out)
    assert mean and float(mean.group(1)) >= 0.80, out


def test_kb_evaluate_says_what_the_scorer_says(seeds: Path, tmp_path: Path) -> None:
    """The gold of the seeds in the form of `kb evaluate`: the same number of kinds, the same facts right and too many, the same mean."""
    path = next(p for p in convert(SHARED / "gold", tmp_path) if p.stem == "seeds")
    report, out = evaluate(seeds, path), score("score_structure.py", seeds)
    scored = sorted((int(of), int(right), int(extra)) for right, of, extra in re.findall(r"\((\d+) of (\d+), (\d+) extra\)", out))
    assert scored == sorted((k.wanted, k.right, k.found - k.right) for k in report.kinds if k.name != "reservations")
    assert f"mean F1 over {len(report.kinds)} kinds: {report.mean:.3f}" in out


def test_repair_of_the_seeds(tmp_path: Path) -> None:
    """The bars of repair.md, without any knowledge base."""
    tool = [sys.executable, str(SHARED / "tools" / "score_repair.py"), "--kb", f"{sys.executable} -m kb"]
    env = {**os.environ, "KB_DB": str(tmp_path / "none.db")}
    out = subprocess.run(tool, check=True, capture_output=True, text=True, env=env).stdout
    last = dict(re.findall(r"(\S+) ([\d.]+)", out.splitlines()[-1]))
    assert float(last["WER"]) <= 0.016, out
    assert float(last["precision"]) >= 0.996, out
    assert float(last["recall"]) >= 0.944, out
    assert (float(last["harm/1000"]) <= 1.0, last["clean"]) == (True, "0"), out


def test_repair_of_rendered_lines(tmp_path: Path) -> None:
    """Lines of other papers, set in other fonts and really read: what works today."""
    tool = [sys.executable, str(SHARED / "tools" / "score_lines.py"), "--kb", f"{sys.executable} -m kb"]
    env = {**os.environ, "KB_DB": str(tmp_path / "none.db")}
    out = subprocess.run(tool, check=True, capture_output=True, text=True, env=env).stdout
    last = dict(re.findall(r"(\S+) ([\d.]+)", out.splitlines()[-1]))
    assert float(last["WER"]) <= 0.0255 and float(last["precision"]) >= 0.994 and float(last["recall"]) >= 0.908, out
    assert float(last["harm/1000"]) <= 1.0, out


@pytest.mark.skipif("KB_NEWSREELS" not in os.environ, reason="KB_NEWSREELS names no pairs of benchmarks/pairs.py, made of benchmarks/newsreel.py")
def test_repair_of_newsreels() -> None:
    """The bar of repair.md for text unlike what repair was made for, without the faults of the transcripts."""
    out = subprocess.run([sys.executable, "-m", "benchmarks.harm", os.environ["KB_NEWSREELS"]], check=True, capture_output=True, text=True).stdout
    harm = re.search(r"faults of the transcript ([\d.]+)$", out, re.M)
    assert harm and float(harm.group(1)) <= 2.3, out


def test_a_case_in_the_seeds(seeds: Path) -> None:
    shown = subprocess.run([sys.executable, "-m", "kb", "show", "RUN/29/2021", "--db", str(seeds)], check=True, capture_output=True, text=True).stdout
    assert "Regiondirektören" in shown and "2021-06-02" in shown


def test_declared_paragraphs_of_real_protocols(tmp_path: Path) -> None:
    out = score("score_protocols.py", base(tmp_path, "alingsas", "goteborg"))
    assert re.search(r"declared §: 56 of 56 found, 0 extra", out), out
    minutes = re.search(r"minutes 8: § ([\d.]+) \((\d+) extra\)", out)
    assert minutes and float(minutes.group(1)) >= 0.99 and minutes.group(2) == "0", out


def test_a_web_page_named_pdf_is_refused() -> None:
    for path in sorted((SHARED / "documents" / "traps").iterdir()):
        with pytest.raises(NotADocument):
            parse(path, load_rules())


# ── The repository holds only what we wrote ──────────────────────────────────────────────────────────────────────────────────────
OURS = ("tests", "metadata", "examples", "docs", "README.md")
RUN = 8  # words that may not stand in a row both here and in a real document
PROCEDURE = ("ordföranden ställer proposition på", "och finner det antaget", "yttrar sig")  # the set phrases of every chair; they break a run
NAMED = re.compile(r"((?:[A-ZÅÄÖÉ][\w'-]+ )+[A-ZÅÄÖÉ][\w'-]+),? \((?:S|M|SD|V|L|MP|KD|C|D|FI|FP|NP)\)")


def words(text: str) -> list[str]:
    """The words without case and marks (some of the real texts lost theirs); a set phrase of procedure is a word of its own."""
    joined = f" {plain(text)} "
    for phrase in PROCEDURE:
        joined = joined.replace(f" {plain(phrase)} ", " ¤ ")
    return joined.split()


def runs(text: str) -> Iterator[str]:
    """Every run of words that could be somebody's sentence: no set phrase in it, and at least one word of five letters."""
    have = words(text)
    for i in range(len(have) - RUN + 1):
        run = have[i : i + RUN]
        if "¤" not in run and any(len(w) >= 5 and w.isalpha() for w in run):
            yield " ".join(run)


@cache
def real_texts() -> dict[str, str]:
    """The real documents that are text, and the true spelling of those that were scanned."""
    files = [*(SHARED / "documents").rglob("*.txt"), *(SHARED / "gold" / "ocr_truth").glob("*.txt")]
    return {path.name: path.read_text(encoding="utf-8", errors="replace") for path in sorted(files)}


@cache
def our_texts() -> dict[str, str]:
    """The texts that the repository tracks, by path."""
    listed = subprocess.run(["git", "ls-files", "-z", *OURS], cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout
    paths = [REPOSITORY / name for name in listed.split("\0") if name and not name.endswith((".png", ".pdf"))]
    return {str(path.relative_to(REPOSITORY)): path.read_text(encoding="utf-8") for path in paths if path.exists()}


def test_no_sentence_of_a_real_document_stands_here() -> None:
    assert real_texts() and our_texts()
    real = {run: name for name, text in real_texts().items() for run in runs(text)}
    copied = [f"{path}: {run!r} of {real[run]}" for path, text in our_texts().items() for run in runs(text) if run in real]
    assert not copied, "\n".join(copied)


def test_nobody_of_a_real_document_stands_here() -> None:
    """First and last name, with or without the party behind them."""
    people = {" ".join(words(name)[-2:]) for text in real_texts().values() for name in NAMED.findall(re.sub(r"\s+", " ", text))}
    assert len(people) > 100
    found = {f"{path}: {' '.join(pair)}" for path, text in our_texts().items() for pair in pairwise(words(text)) if " ".join(pair) in people}
    assert not found, "\n".join(sorted(found))

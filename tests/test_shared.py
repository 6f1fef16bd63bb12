"""The real documents and their gold in ../shared, measured with the tools there; skipped where that folder is absent."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import load_rules, parse
from ingest.errors import NotADocument

SHARED = Path(__file__).parent.parent.parent / "shared"
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
    assert mean and float(mean.group(1)) >= 0.65, out


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

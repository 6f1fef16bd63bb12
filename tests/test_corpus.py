"""The examples against the golden corpus, stage by stage. `make golden` rewrites it; the diff is read before it is committed."""

from pathlib import Path
from typing import Any

import pytest

from ingest import explain, load_rules, parse
from ingest.overlay import Overlay
from tests.golden import CORPUS, documents, goldens
from tests.language import language


@pytest.mark.parametrize(("path", "stage", "file"), list(goldens()), ids=lambda v: v.stem if isinstance(v, Path) else str(v))
def test_golden(path: Path, stage: str, file: Path) -> None:
    assert file.exists(), "run `make golden` and read what it wrote"
    assert explain(path, load_rules(), stage, language).splitlines() == file.read_text(encoding="utf-8").splitlines()


def test_no_golden_file_is_left_over() -> None:
    assert set(CORPUS.glob("*/*.txt")) == {file for _, _, file in goldens()}


@pytest.mark.parametrize("path", documents(), ids=lambda p: p.stem)
def test_every_fact_points_to_words(path: Path) -> None:
    parsed = parse(path, load_rules(), language=language)
    text = parsed.source.text
    for document in parsed.documents:
        assert 0 <= document.span.start < document.span.end <= len(text)
        for mention, _, span in document.numbers:
            assert mention.written.split()[0] in text[span.start : span.end]
        records: list[Any] = [
            *document.paragraphs,
            *document.decisions,
            *document.statements,
            *document.assignments,
            *document.passages,
            *document.questions,
        ]
        for record in records:
            assert document.span.contains(record.span), record
            assert text[record.span.start : record.span.end].strip(), record


@pytest.mark.parametrize("path", documents(), ids=lambda p: p.stem)
def test_every_word_is_in_a_passage(path: Path) -> None:
    """Nothing ingested is lost: what cleaning left is found in exactly one passage."""
    from ingest import repair
    from ingest.clean import clean, plain
    from ingest.read import read
    from ingest.repair.overrides import Chosen

    rules = load_rules()
    source, pages = read(path)
    letters = plain(source, pages, rules)
    words = clean(repair.apply(letters, repair.find(source, letters, language, Chosen()).corrections), rules).text.split()
    passages = " ".join(p.text for d in parse(path, rules, language=language).documents for p in d.passages).split()
    lost = [w for w in set(words) if w not in passages and w.strip("☐[]xX.-•§0123456789") and not any(w in p for p in passages)]
    assert not lost


def test_the_overlay_of_nothing_is_nothing() -> None:
    assert Overlay.of("abc").to_base(1, 2) == (1, 2)

"""Documents that something went wrong with: shuffled, cut, doubled, badly read, with odd characters and line ends. They are read, and all holds."""

from __future__ import annotations

import hashlib
import random
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import load_rules, parse
from ingest.blocks import blocks
from ingest.bundle import split
from ingest.clean import clean, plain
from ingest.errors import IngestError
from ingest.models import Parsed, Span
from ingest.read import read
from kb.database import open_database
from kb.rows import rows_of
from tests.golden import documents

RULES = load_rules()
TEXTS = [path.read_text(encoding="utf-8") for path in documents() if path.suffix == ".txt"]
CONTROLS = "\x0b\x0c\x1b\x1e\x85\u00a0\u00ad\u200b\u2028\u2029\u202e\ufeff\ufb01\ufffd\u0301\U0001f600\t"
READ_AS = str.maketrans({"å": "a", "ä": "a", "ö": "o", "Å": "A", "§": "8", "l": "1", "O": "0", "m": "rn", "(": "|", "–": "-", "•": "e"})
Mangler = Callable[[random.Random, str], str]


def shuffled(rand: random.Random, text: str) -> str:
    lines = text.split("\n")
    rand.shuffle(lines)
    return "\n".join(lines)


def cut(rand: random.Random, text: str) -> str:
    start = rand.randint(0, len(text))
    return text[start : rand.randint(start, len(text))] if rand.random() < 0.5 else text[:start]


def doubled(rand: random.Random, text: str) -> str:
    """A page, or a stretch, comes twice or more."""
    start = rand.randint(0, len(text))
    end = rand.randint(start, len(text))
    return text[:end] + rand.choice(["\f", "\n ", "\n", ""]) + text[start:end] * rand.randint(1, 3) + text[end:]


def misread(rand: random.Random, text: str) -> str:
    return "".join(c.translate(READ_AS) if rand.random() < 0.3 else c for c in text)


def odd_characters(rand: random.Random, text: str) -> str:
    return "".join(c + rand.choice(CONTROLS) if rand.random() < 0.01 else c for c in text)


def line_ends(rand: random.Random, text: str) -> str:
    return "".join(rand.choice(["\n", "\r\n", "\r", "\n\n", " "]) if c == "\n" else c for c in text)


def stirred(rand: random.Random, text: str) -> str:
    """The lines of two documents in turn."""
    other = rand.choice(TEXTS).split("\n")
    return "\n".join(part for pair in zip(text.split("\n"), other, strict=False) for part in pair)


MANGLERS: tuple[Mangler, ...] = (shuffled, cut, doubled, misread, odd_characters, line_ends, stirred)


@st.composite
def mangled(draw: st.DrawFn) -> str:
    rand = draw(st.randoms(use_true_random=False))
    text = draw(st.sampled_from(TEXTS))
    for mangler in draw(st.lists(st.sampled_from(MANGLERS), min_size=1, max_size=3)):
        text = mangler(rand, text)[:8_000]
    return text


def spans(value: Any) -> Iterator[Span]:
    """Every span in a value and what it holds."""
    if isinstance(value, Span):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from spans(part)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from spans(getattr(value, name))


def letters(text: str) -> str:
    """Letters and digits, however they are put together."""
    return "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if c.isalnum())


def stand(words: str, text: str, span: Span) -> bool:
    """The letters of the words stand at the place, in order; between them may stand what cleaning took away."""
    there = iter(letters(text[span.start : span.end]))
    return all(c in there for c in letters(words))


def check(parsed: Parsed) -> None:
    """What must hold of any result."""
    text, end = parsed.source.text, 0
    for document in parsed.documents:
        assert end <= document.span.start <= document.span.end <= len(text)
        end = document.span.end
        assert all(document.span.contains(span) for span in spans(document))
        told = [(m.written, span) for m, _, span in document.numbers] + [(m.written, span) for m, span in document.forums]
        told += [(p.text, p.span) for d in document.decisions for p in d.points] + [(p.text, p.span) for p in document.passages]
        told += [(a.text, a.span) for a in document.assignments if a.kind == "task"]
        told += [(s.person.split()[0], s.span) for s in document.statements if s.person.split()]
        for words, span in told:
            assert stand(words, text, span), (words, text[span.start : span.end])
    assert all(0 <= span.start <= span.end <= len(text) for span in spans((parsed.problems, parsed.documents)))
    rows = rows_of(parsed, 1)
    for table in ("documents", "paragraphs", "decisions", "meetings", "assignments", "agreements"):
        ids = [row["id"] for row in rows[table]]
        assert len(ids) == len(set(ids)), table


def written(folder: Path, text: str) -> Path:
    path = folder / f"{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:10]}.txt"
    path.write_bytes(text.encode("utf-8", "replace"))
    return path


def test_the_check_can_fail() -> None:
    assert stand("RS/118/2022", "dnr RS/118/\u00ad2022.", Span(4, 17))
    assert not stand("RS/118/2022", "dnr RS/118/2021.", Span(4, 16))
    assert list(spans((Span(1, 2), "x", (Span(3, 4),)))) == [Span(1, 2), Span(3, 4)]


slow = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


@slow
@given(text=mangled())
def test_mangled_files(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """From file to records: refused with one clear error, or read with everything in its place."""
    path = written(tmp_path_factory.getbasetemp(), text)
    try:
        parsed = parse(path, RULES)
    except IngestError as error:
        assert "\n" not in str(error)
        return
    check(parsed)


@settings(slow, max_examples=20)
@given(text=mangled())
def test_every_letter_lies_in_one_block(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = written(tmp_path_factory.getbasetemp(), text)
    try:
        source, pages = read(path)
    except IngestError:
        return
    tidy = clean(plain(source, pages, RULES), RULES)
    at = 0
    for part in split(tidy, RULES):
        for block in blocks(tidy, part, RULES):
            assert not tidy.text[at : block.start].strip()
            assert at <= block.start < block.end <= part.end
            at = block.end
    assert not tidy.text[at:].strip()


@settings(slow, max_examples=3)
@given(texts=st.lists(mangled(), min_size=1, max_size=3))
def test_mangled_files_are_kept(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    """They go into a database and can be taken out again."""
    folder = tmp_path_factory.mktemp("kept")
    with open_database(folder / "kb.db", RULES) as store:
        for n, text in enumerate(dict.fromkeys(texts)):
            try:
                parsed = parse(written(folder, text), RULES, f"{n}.txt")
            except IngestError:
                continue
            store.save(parsed, f"/x/{n}.txt")
            assert store.save(parsed, f"/x/{n}.txt") == "replaced"
        store.finish()
        for stored in store.sources():
            store.forget(stored)
        assert not store.sources()

"""Odd input is never a crash: Hypothesis shuffles, truncates, doubles and garbles documents; overlays keep their promises."""

import random
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import load_rules
from ingest.models import Page, Parsed, Source
from ingest.overlay import Edit, Overlay
from ingest.pipeline import document
from ingest.read import read
from ingest.repair import damage
from tests.golden import documents

RULES = load_rules()
TEXTS = [read(path)[0].text for path in documents()]
PIECES = ["§ 4 ", "§§ 1-9", "\f", "\n\n", "\n ", "\t4.1 Förslag\n", "RUN/29/2021", "2015-06-16--17"]
PIECES += ["Anna Ek (S)", "yrkar", "BESLUT\n", "1. ", "• ", "att ", "”", "å", "1(3)\n"]


def parse_text(text: str) -> Parsed:
    """The pipeline on a text that never was a file."""
    from ingest.bundle import split
    from ingest.clean import clean, plain
    from ingest.read.plain import pages

    source = Source("a.txt", "0" * 64, len(text), "txt", "utf-8", text)
    sheets = tuple(Page(n, a, b) for n, (a, b) in enumerate(pages(text), 1))
    text_ = clean(plain(source, sheets, RULES), RULES)
    return Parsed(source, sheets, (), tuple(document(source, text_, part, n, RULES) for n, part in enumerate(split(text_, RULES), 1)))


def check(parsed: Parsed) -> None:
    """What must hold of any result: places lie in the text and within their document, documents follow one another."""
    end = 0
    for doc in parsed.documents:
        assert end <= doc.span.start <= doc.span.end <= len(parsed.source.text)
        end = doc.span.end
        records: tuple[Any, ...] = (*doc.paragraphs, *doc.decisions, *doc.passages, *doc.statements, *doc.assignments)
        for record in records:
            assert doc.span.contains(record.span)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), st.sampled_from(TEXTS))
def test_mangled_documents(rand: random.Random, text: str) -> None:
    lines = text.split("\n")
    for _ in range(rand.randint(1, 4)):
        kind = rand.randrange(5)
        if kind == 0:
            rand.shuffle(lines)
        elif kind == 1:
            lines = lines[: rand.randint(0, len(lines))]
        elif kind == 2:
            lines += lines[rand.randint(0, max(0, len(lines) - 1)) :]
        elif kind == 3:
            lines = ["".join(c for c in line if rand.random() > 0.05) for line in lines]
        else:
            lines = [line + rand.choice(PIECES) for line in lines]
    check(parse_text("\n".join(lines)[:20_000]))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=30)), max_size=40).map("".join))
def test_any_text(text: str) -> None:
    check(parse_text(text))


edits = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.text("xyz", max_size=3)), max_size=4)


@given(st.text("abcdef", max_size=30), st.lists(edits, max_size=3))
def test_overlays_lead_back(base: str, layers: list[list[tuple[int, int, str]]]) -> None:
    overlay = Overlay.of(base)
    for layer in layers:
        at, chosen = 0, []
        for start, end, text in sorted(layer):
            if at <= start <= end <= len(overlay.text):
                chosen.append(Edit(start, end, text))
                at = end
        overlay = overlay.edit(chosen)
    assert "".join(overlay.text[s.new : s.new + s.length] for s in overlay.segments) == overlay.text
    for s in overlay.segments:
        assert s.edited or overlay.text[s.new : s.new + s.length] == base[s.old : s.old + s.old_length]
    places = [overlay.to_base(n, n + 1) for n in range(len(overlay.text))]
    assert all(0 <= a <= b <= len(base) for a, b in places)
    assert [a for a, _ in places] == sorted(a for a, _ in places)
    assert all(0 <= overlay.from_base(n) <= len(overlay.text) for n in range(len(base) + 1))


def test_places_in_the_base_lead_to_the_edited_text() -> None:
    overlay = Overlay.of("abc-\ndef xyz").edit([Edit(3, 5, ""), Edit(9, 12, "!!")])
    assert overlay.text == "abcdef !!"
    assert [overlay.from_base(n) for n in range(13)] == [0, 1, 2, 3, 3, 3, 4, 5, 6, 7, 7, 7, 9]
    assert overlay.to_base(2, 4) == (2, 6)
    assert overlay.to_base(7, 8) == (9, 12)


def test_overlapping_edits_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        Overlay.of("abcdef").edit([Edit(0, 3, "x"), Edit(2, 4, "y")])


HOSTILE = {
    "one line": "Regionstyrelsen beslutade den 5 maj 2020, § 12, att uppdra till nämnden att yttra sig om RUN/29/2021. ",
    "paragraph signs": "§ 1 \n",
    "names": "Anna Ek ",
    "quotes": 'Ta bort uppdraget "',
    "brackets": "(((",
    "digits": "2015-",
    "dots": ". . ",
    "capitals": "ABC ",
    "hyphens": "a-\n",
    "spaces": " \n",
    "bullets": "• \n- ",
    "tab lines": "\tA\n",
    "pages": "\f",
    "base64": "QUJD",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=list(HOSTILE))
def test_time_grows_with_the_text(piece: str) -> None:
    """Four times the text may not take much more than four times as long: no pattern backtracks badly, no stage compares all with all."""

    def seconds(size: int) -> float:
        text = piece * (size // len(piece)) + "\nslut\n"
        started = time.process_time()
        parse_text(text)
        return time.process_time() - started

    seconds(2_000)
    small = min(seconds(15_000) for _ in range(2))
    assert seconds(60_000) < 10 * small + 0.5


def test_the_seam_of_repair(tmp_path: Path) -> None:
    """Corrections travel as an overlay: later stages read them, places lead to the words that stood there, a stale one is refused."""
    from ingest import repair
    from ingest.clean import plain
    from ingest.models import Correction

    path = tmp_path / "a.txt"
    path.write_text("Regionens samverkansr&d fattar beslut.\n", encoding="utf-8")
    source, pages = read(path)
    letters = plain(source, pages, RULES)
    at = source.text.index("samverkansr&d")
    fixed = repair.apply(letters, [Correction(at, at + 13, "samverkansr&d", "samverkansråd", 0.99, "letter")])
    assert fixed.text.startswith("Regionens samverkansråd fattar")
    place = fixed.text.index("samverkansråd")
    span = fixed.span(place, place + 13)
    assert source.text[span.start : span.end] == "samverkansr&d"
    with pytest.raises(ValueError, match="does not fit"):
        repair.apply(letters, [Correction(0, 3, "xyz", "abc", 0.99, "letter")])


LINES = ("ja så gör vi här på ön", "stdd till skolorna i Jamtlands lan", "Anna Berg, Sten Lind, Eva Holm", "www.fjällhav.example", "", "12 345")


@given(st.lists(st.sampled_from(LINES), max_size=60))
def test_damage_is_found_as_if_every_line_were_looked_at(rows: list[str]) -> None:
    """The lines that are passed over could not have been damaged."""
    text = "\n".join(rows)
    with patch.object(damage, "_suspect", lambda rows: [(0, len(rows))]):
        whole = damage.damaged_spans(text)
    assert damage.damaged_spans(text) == whole

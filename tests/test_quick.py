"""A pattern that knows where it can match finds what its expression finds, on every text there is; its letters and words are read off rightly."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import load_rules
from ingest.read import read
from ingest.rules import Pattern
from ingest.rules.needs import Far
from ingest.rules.quick import Quick, lowered
from ingest.text import fold
from tests.golden import documents

RULES = load_rules()
PATTERNS = [*(p for section in RULES.patterns.values() for p in section), *(s for t in RULES.types for s in t.signals)]
TEXT = fold("\n\f".join(read(path)[0].text for path in documents()))
EXAMPLES = fold("\n".join(str(e[0] if isinstance(e, list) else e) for p in PATTERNS for e in (*p.matches, *p.rejects)))
LETTERS = "aAkKsSiIåÅ§19 0-/.(\n\u017f\u0131\u212a\u0130nmd"


def places(matches: object) -> list[tuple[tuple[int, int], tuple[str | None, ...]]]:
    assert hasattr(matches, "__iter__")
    return [(m.span(), m.groups()) for m in matches]


@pytest.mark.parametrize("text", [TEXT, EXAMPLES, EXAMPLES.upper(), "\u0130 " + EXAMPLES], ids=["documents", "examples", "capitals", "odd letter"])
def test_it_finds_what_the_expression_finds(text: str) -> None:
    lines = [line for line in text.split("\n") if len(line) < 200][::7]  # some patterns are for lines, and slow on whole texts
    for pattern in PATTERNS:
        for line in lines:
            assert places(pattern.regex.finditer(line)) == places(pattern.regex.regex.finditer(line)), (pattern.name, line)
            assert (pattern.regex.search(line) is None) == (pattern.regex.regex.search(line) is None), (pattern.name, line)


WHOLE = (
    "diary_labels",
    "diary_numbers",
    "dates",
    "generic_forums",
    "paragraph_references",
    "people",
    "narrated",
    "votes",
    "statements",
    "vote_meanings",
)


@pytest.mark.parametrize("section", WHOLE)
def test_whole_texts(section: str) -> None:
    middle = len(TEXT) // 2
    for pattern in RULES.of(section):
        assert places(pattern.regex.finditer(TEXT)) == places(pattern.regex.regex.finditer(TEXT)), pattern.name
        assert places(pattern.regex.finditer(TEXT, 700, middle)) == places(pattern.regex.regex.finditer(TEXT, 700, middle)), pattern.name


def test_patterns_by_the_letter_that_a_line_begins_with() -> None:
    def can(pattern: Pattern, line: str) -> bool:
        return bool(pattern.regex.match(line) or pattern.regex.fullmatch(line))

    for section, patterns in RULES.patterns.items():
        for line in EXAMPLES.split("\n"):
            beginning = RULES.beginning(section, line)
            assert all(p in beginning for p in patterns if can(p, line)), (section, line)


@pytest.mark.parametrize(
    ("pattern", "words", "before"),
    [
        (r"(?<!\w)(?:yrkar|yrkade)(?!\w)", ("yrkade", "yrkar"), 0),
        (r"\d{1,2} kap|§ \d", (" kap", "§ "), 2),
        (r"(?P<y>(?:19|20)\d{2})-\d", ("19", "20"), 0),
        (r"[a-z]{2,40}namnden", ("namnden",), 40),
        (r"(?:ab)?c+\w", (), 0),
        (r"(?:abc|\d)x", (), 0),
        (r"(?:abc){2}", ("abcabc",), 0),
        (r"\d{3}-(?:19|20)\d{2}", ("-19", "-20"), 3),
        (r"\w{1,9}[ \t]{2,}nej", ("\t\tnej", "\t nej", " \tnej", "  nej"), None),
        (r"(?:abc){0,2}", (), 0),
        (r"(?i:abc)", (), 0),
    ],
)
def test_the_words_a_pattern_needs(pattern: str, words: tuple[str, ...], before: int | None) -> None:
    found = Quick(re.compile(pattern, re.IGNORECASE))
    assert found.words == words
    assert not words or before is None or found.before == Far(before)


ODD = ["ks", "ki", "si", "§1", "a[ks]i", "k?s", "(?:k|s)i+", "[a-k]s(?!i)", "(?<!a)k{1,3}s", "[ks]{2}i*1", r"a\s*k\w*s"]


@given(st.text(LETTERS, max_size=12), st.sampled_from(ODD))
def test_odd_letters(text: str, pattern: str) -> None:
    expression = re.compile(pattern, re.IGNORECASE)
    assert places(Quick(expression).finditer(text)) == places(expression.finditer(text))


def test_small_letters_keep_their_places() -> None:
    assert lowered("ÅÄ \u017fK\u0131") == "åä ski"
    assert lowered("\u0130stanbul") == ""  # one letter would become two

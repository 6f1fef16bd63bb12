"""No pattern of the metadata may need more than its share of time on hostile text: twice the text, about twice the time."""

import re
import time

import pytest

from ingest.rules import load_rules

RULES = load_rules()
RUNS = ["A", "a", "1", " ", "\n", "-", ".", "§ ", "(", "a ", "A ", "1 ", "-a", "Aa ", "a-\n", "1.", "19", "2015", "2015-", "i ", "s "]
RUNS += ['"', "en ", "och ", "A/", "KS "]
PATTERNS = [(f"{section}: {p.name} {n}", p.regex.regex) for section, ps in RULES.patterns.items() for n, p in enumerate(ps)]
PATTERNS += [(f"type {t.name} {n}", p.regex.regex) for t in RULES.types for n, p in enumerate(t.signals)]
PATTERNS += [("forum names", RULES.forum_names), ("forum abbreviations", RULES.forum_abbreviations)]


# these meet one line at a time, and only as a whole
LINES = ("headings:", "furniture:", "options:")


def seconds(regex: re.Pattern[str], text: str, whole: bool) -> float:
    started = time.process_time()
    for _ in [regex.fullmatch(text)] if whole else regex.finditer(text):
        pass
    return time.process_time() - started


def takes_more(regex: re.Pattern[str], small: str, large: str, whole: bool) -> bool:
    """True where four times the text takes more than nine times as long; a quadratic pattern takes sixteen times."""
    four = seconds(regex, large, whole)
    return four > 0.05 and four > 9 * seconds(regex, small, whole)


@pytest.mark.parametrize(("name", "regex"), PATTERNS, ids=[name for name, _ in PATTERNS])
def test_patterns_are_linear(name: str, regex: re.Pattern[str]) -> None:
    whole = name.startswith(LINES)
    texts = [(run * (1_500 // len(run)), run * (6_000 // len(run))) for run in RUNS]
    # what a machine that does much else slows down once is no fault of the pattern
    assert not [run for run, (small, large) in zip(RUNS, texts, strict=True) if all(takes_more(regex, small, large, whole) for _ in range(3))]

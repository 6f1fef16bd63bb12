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


@pytest.mark.parametrize(("name", "regex"), PATTERNS, ids=[name for name, _ in PATTERNS])
def test_patterns_are_linear(name: str, regex: re.Pattern[str]) -> None:
    slow, whole = [], name.startswith(LINES)
    for run in RUNS:
        small, large = run * (1_500 // len(run)), run * (6_000 // len(run))
        one, four = seconds(regex, small, whole), seconds(regex, large, whole)
        if four > 0.05 and four > 9 * one:  # four times the text; a quadratic pattern takes sixteen times as long
            slow.append((run, round(one, 3), round(four, 3)))
    assert not slow

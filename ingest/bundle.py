"""One source that holds several documents → a span for each. A new document begins only at the top of a page, and only where the page says so."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from ingest.models import CleanText, Part
from ingest.rules import Pattern, Rules
from ingest.text import fold, fold_whole, lines

REPEATED = frozenset(("minutes",))
"""Reasons that a running header may give on every page: no new document begins where the page before has the same header."""
HEADER = 4
"""So many lines say whose record of which day a page belongs to."""
_COUNT = re.compile(r"(?<!\d)\d{1,3} ?(?:\(\d{1,3}\))?(?![\d-])")
ZONE = 12
"""How many lines at the top of a page are asked."""


def split(clean: CleanText, rules: Rules) -> tuple[Part, ...]:
    """The documents of a source in order; together they cover all of the clean text that is not blank."""
    text = fold_whole(clean.text)
    if not text.strip():
        return ()
    starts = [(0, "source")]
    tops = [clean.overlay.from_base(page.start) for page in clean.pages] + [len(text)]
    header: tuple[str, ...] = ()
    for start, end in itertools.pairwise(tops):
        reason = _begins(text[start:end], rules)
        before, header = header, _header(text[start:end])
        if reason and text[starts[-1][0] : start].strip() and not (reason in REPEATED and header == before):
            starts.append((start, reason))
    ends = [start for start, _ in starts[1:]] + [len(text)]
    return tuple(Part(start, end, reason) for (start, reason), end in zip(starts, ends, strict=True))


def _header(page: str) -> tuple[str, ...]:
    """The first lines of a page without the numbers of pages: body, kind and day, where each page repeats them."""
    rows = (_COUNT.sub("", page[a:b]).strip() for a, b in lines(page))
    return tuple(itertools.islice((row for row in rows if row), HEADER))


def _begins(page: str, rules: Rules) -> str:
    """Why a new document begins with this page, "" if none does."""
    top = "\n".join(_top(page, rules))
    counter = rules.search("page_counters", top)
    if counter:
        return f"page 1 of {counter[1]['of']}" if int(counter[1]["page"]) == 1 else ""
    if _letterhead(top, rules):
        return "letterhead"
    return next((p.name for p in rules.of("page_starts") if _fits(p, top, page)), "")


def _top(page: str, rules: Rules) -> Iterator[str]:
    """The first lines of the page that are not blank, to the first § of a meeting: what follows it is text, not a head."""
    count = 0
    for start, end in lines(page):
        line = page[start:end].strip()
        if not line:
            continue
        if count == ZONE or rules.match("paragraph_headings", line):
            return
        count += 1
        yield line


def _letterhead(top: str, rules: Rules) -> bool:
    """A day and a diary number near each other on lines of their own, before any running text."""
    head = "\n".join(line for line in top.split("\n")[:8] if len(line) < 70)
    if not any(p.name.startswith("iso") and p.regex.search(head) for p in rules.likely("dates", head)):
        return False
    numbers = (p for p in rules.likely("diary_numbers", head) if not p.data.get("label"))
    return rules.search("diary_labels", head) is not None or any(p.regex.fullmatch(word) for p in numbers for word in head.split())


def _fits(pattern: Pattern, top: str, page: str) -> bool:
    """The pattern fits a line at the top, and the page also holds what the entry `needs`."""
    if not pattern.regex.search("\n".join(top.split("\n")[:5])):
        return False
    needs = pattern.get("needs")
    return not needs or re.search(fold(needs), page, re.IGNORECASE | re.MULTILINE) is not None

"""The lines of a document that are not blank, as blocks are made of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ingest.models import Part
from ingest.rules import Pattern, Rules
from ingest.text import fold_whole, rows_of

WIDEST = 120
"""Where lines are longer each holds a whole paragraph, and how long they are says nothing of a margin (characters)."""
LONGEST_NAME = 90
"""A heading that has its words on the same line ends within so many characters."""
SHORTEST_SHOUT = 12
"""A line of so many capitals is a heading, though text stands straight above and below it (characters)."""
_DIGIT = re.compile(r"\d")
_FAR = "    "
"""So far apart at least are columns."""
_RULED = frozenset("_=*–—-")
_RULE = re.compile(r"[_=*–—-]{4,}")


class Row(NamedTuple):  # of which there are many: three times as quickly made as a frozen dataclass
    """A line without blanks at its ends; the place is in the clean text."""

    start: int
    end: int
    text: str
    folded: str
    gap: bool
    """A blank line, or the beginning, stands before."""
    unended: tuple[Pattern, ...]
    """How lines end that go on; the same for all."""

    @property
    def small(self) -> bool:
        """The line begins with a small letter."""
        return self.text[0].islower()

    @property
    def asks_for_more(self) -> bool:
        """Its last word or sign cannot be the last."""
        return any(p.regex.ends(self.folded) for p in self.unended)


def rows_in(text: str, part: Part, rules: Rules) -> list[Row]:
    """The lines of one document."""
    found, before = [], -2
    folded = fold_whole(text)
    unended = rules.of("unended_lines")
    for start, end in rows_of(text, part.start, part.end):
        words = text[start:end]
        begin = end - len(words.lstrip())
        words = words.strip()
        stop = begin + len(words)
        gap = start > before + 1
        heading = _inline(folded, begin, stop, rules) if ":" in words[1:LONGEST_NAME] or _FAR in words[1:LONGEST_NAME] else None
        if heading:
            last, first = heading.end("heading") + (text[heading.end("heading")] == ":"), heading.start("rest")
            found.append(Row(begin, last, text[begin:last], folded[begin:last], gap, unended))
            found.append(Row(first, stop, text[first:stop], folded[first:stop], False, unended))
        else:
            found.append(Row(begin, stop, words, folded[begin:stop], gap, unended))
        before = end
    return found


def _inline(folded: str, start: int, end: int, rules: Rules) -> re.Match[str] | None:
    """A heading that has its words on the same line, behind which the line is cut in two ("Beslut: Motionen avslås.")."""
    return next((m for p in rules.of("inline_headings") if (m := p.regex.match(folded, start, end))), None)


class Kinds(NamedTuple):
    """What lines can be besides running text."""

    runs: list[bool]
    """Which are certainly no heading, option or item, as most are not. Of a line with a stop for its second sign, or in capitals, a heading asks
    otherwise: whether it is one without the stop, or with the next line.
    """
    options: list[bool]
    items: list[bool]
    """Which may be an option, and an item."""


def kinds(rows: Sequence[Row], rules: Rules) -> Kinds:
    """What each line can be; many lines of a protocol are alike."""
    bits = {line: rules.kinds(line) for line in {row.folded for row in rows}}
    option, item = rules.bits("options"), rules.bits("list_items")
    each = [bits[row.folded] for row in rows]
    runs = [not found and row.folded[1:2].isalnum() and not row.text.isupper() for row, found in zip(rows, each, strict=True)]
    return Kinds(runs, [found & option != 0 for found in each], [found & item != 0 for found in each])


def width(found: Sequence[Row]) -> int:
    """How long the lines of running text are: nine of ten are no longer."""
    lengths = sorted(len(r.text) for r in found)
    return lengths[len(lengths) * 9 // 10] if lengths else 0


def wraps(line: Row, following: Row) -> bool:
    """A title wraps where its next line begins with a small letter, a bracket or a figure, or its own last word asks for more."""
    figure = re.match(r"\(|\d+(?![.\d])", following.text) is not None and not following.text.endswith(".")
    return following.small or figure or line.asks_for_more


def unfinished(line: Row, following: Row) -> bool:
    """A list item broken by a page or an empty line goes on in small letters, or after a word or quotation mark that asks for more."""
    if line.folded[-1] in ".!?:;":
        return False
    return following.small or line.asks_for_more or line.folded.count('"') % 2 == 1


def ragged(line: Row, following: Row, margin: int) -> bool:
    """The line ends long before the margin though the next begins with a capital: the two do not belong together."""
    end = line.folded
    short = margin > 60 and len(end) < 0.6 * margin and end[-1] not in '.,:;!?-"'
    return short and following.text[0].isupper() and not line.asks_for_more


def bars(rows: Sequence[Row]) -> Iterator[bool]:
    """Which lines are nothing but a rule, or a heading in capitals between lines that are not: no blank line needs to part it from its text."""
    shouted = [row.text.isupper() for row in rows]
    for at, row in enumerate(rows):
        long = shouted[at] and len(row.text) >= SHORTEST_SHOUT and not _DIGIT.search(row.text)
        alone = long and not any(shouted[max(0, at - 1) : at] + shouted[at + 1 : at + 2])
        yield alone or (row.text[0] in _RULED and _RULE.fullmatch(row.text) is not None)

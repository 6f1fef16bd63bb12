"""What a step of cleaning sees: the text so far, its pages, and what is known of its lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from ingest.rules import Rules
from ingest.rules.quick import Quick
from ingest.text import fold_whole

DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Sheet:
    """What a step sees: the text so far and where its pages lie in it."""

    text: str
    pages: tuple[tuple[int, int], ...]
    rules: Rules

    @cached_property
    def folded(self) -> str:
        """The text folded, every letter in its place."""
        return fold_whole(self.text)

    @cached_property
    def _without_number(self) -> _Bare:
        return _Bare(tuple(p.regex for p in self.rules.of("page_numbers")))

    def bare(self, row: tuple[int, int]) -> str:
        """A line, folded, without its page number."""
        return self._without_number[self.folded[row[0] : row[1]]]

    @cached_property
    def _furniture(self) -> _Furniture:
        return _Furniture(self.rules)

    def known(self, row: tuple[int, int]) -> bool:
        """The line is a header or footer of a known form."""
        return self._furniture[self.folded[row[0] : row[1]].strip()]

    @cached_property
    def _headings(self) -> dict[str, bool]:
        return {}

    def heading(self, row: tuple[int, int]) -> bool:
        """Headings and §§ stay, even where two pages begin with the same one."""
        line = self.folded[row[0] : row[1]].strip()
        if line not in self._headings:
            opens = self.rules.match("paragraph_headings", line) or self.rules.fullmatch("headings", line.rstrip(":."))
            self._headings[line] = opens is not None
        return self._headings[line]

    @cached_property
    def _decided(self) -> dict[str, bool]:
        return {}

    def decided(self, row: tuple[int, int]) -> bool:
        """A point or a sentence that says what is decided stays, even where pages end alike."""
        line = self.folded[row[0] : row[1]].strip()
        if line not in self._decided:
            whole = line.endswith((".", "!", "?")) or self.rules.match("list_items", line) is not None
            self._decided[line] = self.rules.match("kept_at_edges", line) is not None or (whole and self.rules.search("outcomes", line) is not None)
        return self._decided[line]


class _Bare(dict[str, str]):
    """Folded lines without their page numbers; most lines of the edges of pages stand on many."""

    def __init__(self, numbers: tuple[Quick, ...]) -> None:
        super().__init__()
        self.numbers = numbers

    def __missing__(self, line: str) -> str:
        words = line.strip()
        for number in self.numbers if DIGIT.search(words) else ():  # a number far from the words is told by the blanks between
            words = number.sub("", words)
        words = " ".join(words.split())
        for number in self.numbers if DIGIT.search(words) else ():
            words = number.sub("", words)
        self[line] = words.strip()
        return self[line]


class _Furniture(dict[str, bool]):
    """Which folded lines have the form of a header or footer."""

    def __init__(self, rules: Rules) -> None:
        super().__init__()
        self.rules = rules

    def __missing__(self, line: str) -> bool:
        self[line] = len(line) < 120 and self.rules.fullmatch("furniture", line) is not None
        return self[line]

"""What a step of cleaning sees: the text so far, its pages, and what is known of its lines."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, partial

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
    def _heads(self) -> Callable[[str], bool]:
        return cache(partial(_heads, self.rules))

    def heading(self, row: tuple[int, int]) -> bool:
        """Headings and §§ stay, even where two pages begin with the same one."""
        return self._heads(self.folded[row[0] : row[1]].strip())

    @cached_property
    def _decides(self) -> Callable[[str], bool]:
        return cache(partial(_decides, self.rules))

    def decided(self, row: tuple[int, int]) -> bool:
        """A point or a sentence that says what is decided stays, even where pages end alike."""
        return self._decides(self.folded[row[0] : row[1]].strip())


def _heads(rules: Rules, line: str) -> bool:
    return (rules.match("paragraph_headings", line) or rules.fullmatch("headings", line.rstrip(":."))) is not None


def _decides(rules: Rules, line: str) -> bool:
    whole = line.endswith((".", "!", "?")) or rules.match("list_items", line) is not None
    return rules.match("kept_at_edges", line) is not None or (whole and rules.search("outcomes", line) is not None)


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

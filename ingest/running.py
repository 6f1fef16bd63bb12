"""Lines that carry the number of their page: that it goes up as the pages do proves that they belong to the pages, though their words change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.sheets import DIGIT, Sheet

LAST = 3
"""So many lines at the foot of a page may be numbered whatever their words are."""
ENOUGH = 3
"""On so many pages the numbers must go up together; two may do so by chance, as the rows of a table do."""

Row = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A line with a number at one of its ends, `far` from its words where more than a blank parts them."""

    page: int
    row: Row
    words: str
    before: bool
    far: bool
    last: bool
    """Among the last lines of its page."""
    end: bool
    """The last of all."""
    counts: bool
    """The words are of something that is counted itself ("Bilaga 2")."""


def counted(sheet: Sheet, leaves: Sequence[Sequence[Row]], edge: int) -> set[Row]:
    """The lines, among the `edge` at the top and at the foot of the pages, whose number proves that they belong to the page."""
    together: dict[int, list[_Numbered]] = defaultdict(list)
    for page, rows in enumerate(leaves):
        for n in sorted({*range(len(rows))[:edge], *range(len(rows))[-edge:]}):
            for number, line in _numbered(sheet, page, rows[n], len(rows) - n):
                together[number - page].append(line)
    proven = {line.row for lines in together.values() if len({line.page for line in lines}) >= ENOUGH for line in _proven(lines)}
    return proven | {line.row for lines in together.values() for line in _on_all(lines, len(leaves))}


def _on_all(lines: Sequence[_Numbered], pages: int) -> Iterator[_Numbered]:
    """The feet that are the same words and the number on every page, but for the first ("EF 2"), though one blank alone parts them."""
    same: dict[str, list[_Numbered]] = defaultdict(list)
    for line in lines:
        if line.end and not (line.before or line.counts):
            same[line.words].append(line)
    for feet in same.values():
        if len(on := {line.page for line in feet}) >= ENOUGH and on >= set(range(1, pages)):
            yield from feet


def _numbered(sheet: Sheet, page: int, row: Row, left: int) -> Iterator[tuple[int, _Numbered]]:
    line = sheet.folded[row[0] : row[1]].strip()
    found = sheet.rules.search("edge_numbers", line) if DIGIT.search(line[:1] + line[-1:]) else None
    if found:
        match = found[1]
        before = match.start() == 0
        words = " ".join((line[match.end() :] if before else line[: match.start()]).split())
        counts = sheet.rules.search("counted_things", words) is not None
        yield int(match["page"]), _Numbered(page, row, words, before, len(match["gap"]) > 1, left <= LAST, left == 1, counts)


def _proven(lines: Sequence[_Numbered]) -> Iterator[_Numbered]:
    """Of lines whose numbers go up with the pages: words that come again on another page, and feet of three pages in a row.

    Where one blank alone stands at the number ("Bilaga 2") it must change sides, as on left and right pages.
    """
    pages: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        pages[line.words].add(line.page)
    again = [line for line in lines if len(pages[line.words]) > 1]
    enough, sides = len({line.page for line in again}) >= ENOUGH, _change_sides(again)
    yield from (line for line in again if sides or (enough and line.far))
    feet = [line for line in lines if line.last and line.far]
    on = {line.page for line in feet}
    yield from (line for line in feet if any({line.page + n, line.page + n + 1, line.page + n + 2} <= on for n in (-2, -1, 0)))


def _change_sides(lines: Iterable[_Numbered]) -> bool:
    """The number stands before the words on left pages and behind them on right ones, on two of each at least."""
    left, right = ({line.page for line in lines if line.before is before} for before in (True, False))
    return min(len(left), len(right)) > 1 and len({page % 2 for page in left} | {(page + 1) % 2 for page in right}) == 1

"""Pages → clean text: odd characters made plain, what pages repeat taken away, broken words joined. Small steps, in order; each only says
which edits it wants, so nothing is lost and every place is known.

Two halves, because OCR repair stands between them: it needs plain characters, and headers, headings and broken words are told from repaired words.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ingest.models import CleanText, Page, Source
from ingest.overlay import Edit, Overlay
from ingest.rules import Rules
from ingest.rules.quick import spots_once
from ingest.running import counted
from ingest.sheets import DIGIT, Sheet
from ingest.text import NO_SHARED_PART, fold, lines, outline_start, rows_of

EDGE = 8
"""How many lines at the top and bottom of a page may belong to the page."""
PROSE = 40
"""A line longer than this that ends as a sentence does is text, which a page of nothing but header and footer has not."""
MOST = 0.4
"""So many of the pages have a line that belongs to the pages; left and right ones may differ."""


Step = Callable[[Sheet], Iterable[Edit]]


def plain(source: Source, pages: tuple[Page, ...], rules: Rules) -> CleanText:
    """The text in plain characters, every line still in its place; `CleanText.span` leads back to the stored text."""
    return _edited(CleanText(Overlay.of(source.text), pages, source.outline), LETTERS, rules)


def clean(text: CleanText, rules: Rules) -> CleanText:
    """The text as people read it: without what belongs to the pages."""
    return _edited(text, LAYOUT, rules)


def _edited(text: CleanText, steps: tuple[Step, ...], rules: Rules) -> CleanText:
    overlay = text.overlay
    for step in steps:
        at = tuple((overlay.from_base(page.start), overlay.from_base(page.end)) for page in text.pages)
        overlay = overlay.edit(step(Sheet(overlay.text, at, rules)))
    return CleanText(overlay, text.pages, text.outline)


def characters(sheet: Sheet) -> Iterator[Edit]:
    """NFC, ligatures taken apart, soft hyphens and zero-width marks away, odd spaces and bullets made plain."""
    for match in (_MARKED if _MARK.search(sheet.text) else _ODD).finditer(sheet.text):
        text = _plain_character(match.group())
        if text != match.group():
            yield Edit(match.start(), match.end(), text, "characters")


@functools.lru_cache(maxsize=1024)
def _plain_character(odd: str) -> str:
    text = re.sub("[\uf020-\uf0ff]", "•", unicodedata.normalize("NFC", odd))  # a sign of a font for symbols, which Word uses as bullets
    text = "".join(unicodedata.normalize("NFKC", c) if "\ufb00" <= c <= "\ufb06" else c for c in text)
    return re.sub(r"[\u00ad\u200b-\u200d\u2060\ufeff\x02]", "", re.sub(r"[\u00a0\u2007\u202f\u2002-\u200a]", " ", text))


def spaces(sheet: Sheet) -> Iterator[Edit]:
    """Blanks at the end of lines, and the one that stood for a page break."""
    for end in _ends_of_lines(sheet.text):
        start = end
        while start and sheet.text[start - 1] in " \t":
            start -= 1
        yield Edit(start, end, "", "space")
    for start, _ in sheet.pages:
        if re.match(r" \S", sheet.text[start : start + 2]):
            yield Edit(start, start + 1, "", "page break")


def _ends_of_lines(text: str) -> Iterator[int]:
    """Where lines end behind a blank."""
    for blank_and_break in (" \n", "\t\n", " \f", "\t\f"):
        at = text.find(blank_and_break)
        while at >= 0:
            yield at + 1
            at = text.find(blank_and_break, at + 1)
    if text.endswith((" ", "\t")):
        yield len(text)


def outline(sheet: Sheet) -> Iterator[Edit]:
    """The outline's lines at the end: they repeat the headings."""
    start = outline_start(sheet.text)
    if start < len(sheet.text):
        yield Edit(start, len(sheet.text), "", "outline")


def furniture(sheet: Sheet) -> Iterator[Edit]:
    """Headers and footers: lines of a known form anywhere, and lines at the edge of a page that stand in the same place on the page before.

    What most pages have goes also where it stands a line higher or lower, on every other page, and at the foot of the first page: only its head,
    which is the letterhead, stays.
    """
    leaves = list(_leaves(sheet))
    edges = [tuple([sheet.bare(row) for row in edge] for edge in (rows[:EDGE], rows[: -EDGE - 1 : -1])) for rows in leaves]
    counts = functools.cache(lambda: _edge_counts(sheet, leaves))
    proven = counted(sheet, leaves, EDGE)
    gone: set[tuple[int, int]] = set()
    for number, rows in enumerate(leaves):
        gone |= {row for row in rows if sheet.known(row)}
        if _is_copy(sheet, leaves, edges, number):
            continue
        first = _counter(sheet, rows) == 1
        for k, edge in enumerate((rows[:EDGE], rows[: -EDGE - 1 : -1])):
            gone |= set(_belonging(sheet, edge, _Others(edges, number, k, first, counts), proven))
    yield from (Edit(a, b, "", "furniture") for a, b in sorted(gone | set(_running_names(sheet))))


def _belonging(sheet: Sheet, edge: list[tuple[int, int]], others: _Others, proven: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """The lines of an edge that belong to the page: all up to the first that does not."""
    found: list[tuple[int, int]] = []
    for n, row in enumerate(edge):
        text = others.edges[others.number][others.side][n]
        repeated = others.have(n, text) or (row in proven and not others.head_of_all)
        decided = repeated and sheet.decided(row)
        number = n < 3 and len(text) < 4 and (not text or text.isdecimal()) and (others.side or not others.first)
        if not (sheet.known(row) or number or (repeated and not decided and not sheet.heading(row))):
            return found if others.side == 0 or not decided else found[: len(found) - _runs_on(sheet, row, found)]
        found.append(row)
    return found


def _runs_on(sheet: Sheet, row: tuple[int, int], below: list[tuple[int, int]]) -> int:
    """How many of the lines below go on with the sentence of a line: the nearest is the last of them."""
    count, at = 0, row
    while count < len(below) and (under := below[-1 - count])[0] == at[1] + 1 and not sheet.text[at[0] : at[1]].rstrip().endswith((".", "!", "?")):
        if not sheet.text[under[0] : under[1]].lstrip()[:1].islower():
            break
        count, at = count + 1, under
    return count


def _is_copy(sheet: Sheet, leaves: list[list[tuple[int, int]]], edges: list[tuple[list[str], ...]], number: int) -> bool:
    """True for a page that is the same as the one before or after, words and all: of a form in three copies nothing would be left."""
    for other in (number - 1, number + 1):
        if 0 <= other < len(leaves) and edges[other] == edges[number] and len(leaves[other]) == len(leaves[number]):
            mine, theirs = ([sheet.bare(row) for row in leaves[n]] for n in (number, other))
            return mine == theirs and any(len(text) > PROSE and text.endswith((".", "?", "!")) for text in mine)
    return False


@dataclass(frozen=True, slots=True)
class _Others:
    """The edges of the pages around one: `side` 0 is the top, 1 the foot, lines counted from the edge."""

    edges: list[tuple[list[str], ...]]
    number: int
    side: int
    first: bool
    counts: Callable[[], Counter[str]]

    def have(self, n: int, text: str) -> bool:
        """True where another page says that the line belongs to the page."""
        pages = len(self.edges)
        before = self._edge(self.number - 1)
        if not self.first and n < len(before) and before[n] == text:
            return not _text_that_recurs(text, self.counts, pages)
        if self.head_of_all or len(text) < 3 or self.counts()[text] < max(3, MOST * pages):
            return False
        near = (self.number + step for step in (-2, -1, 1, 2))
        return any(text in self._edge(other)[max(0, n - 1) : n + 2] for other in near)

    @property
    def head_of_all(self) -> bool:
        """The head of the first page is the letterhead."""
        return self.side == 0 and (self.first or self.number == 0)

    def _edge(self, number: int) -> list[str]:
        return self.edges[number][self.side] if 0 <= number < len(self.edges) else []


def _edge_counts(sheet: Sheet, leaves: list[list[tuple[int, int]]]) -> Counter[str]:
    """On how many pages each line stands near the top or the bottom."""
    return Counter(text for rows in leaves for text in {sheet.bare(row) for row in (*rows[:EDGE], *rows[-EDGE:])})


def _text_that_recurs(text: str, counts: Callable[[], Counter[str]], pages: int) -> bool:
    """A sentence is text, though two pages may end alike ("Ärendet bordläggs."), unless most pages have it."""
    return text.endswith((".", "!", "?")) and counts()[text] < max(3, pages / 2)


def _leaves(sheet: Sheet) -> Iterator[list[tuple[int, int]]]:
    """The lines of each page that are not blank. Where the file lost a page break, the header tells: a line with the next number of the same
    counter, "2(3)" after "1(3)".
    """
    for start, end in sheet.pages:
        rows = rows_of(sheet.text, start, end)
        begun, counted, first = 0, ("", -1), 0
        for n in _may_count(sheet, rows):
            number = _counter(sheet, [rows[n]])
            if not number:
                continue
            text = sheet.bare(rows[n])
            if counted == (text, number - 1) and n:
                top = max(begun, n - _alike_above(sheet, rows, first, n))
                yield rows[begun:top]
                begun = top
            elif counted[1] < 0:
                first = n
            counted = (text, number)
        yield rows[begun:]


def _alike_above(sheet: Sheet, rows: list[tuple[int, int]], first: int, n: int) -> int:
    """How many of the lines above the number of a page are those above the number of the first page: they belong to it."""
    count = 0
    while count < min(first, EDGE) and sheet.bare(rows[first - count - 1]) == sheet.bare(rows[n - count - 1]):
        count += 1
    return count


def _may_count(sheet: Sheet, rows: list[tuple[int, int]]) -> Iterable[int]:
    """Which of the lines hold a word without which there is no page number."""
    places = spots_once([p.regex for p in sheet.rules.of("page_counters")], sheet.folded, rows[0][0], rows[-1][1]) if rows else []
    return range(len(rows)) if places is None else sorted({bisect_right(rows, (place, len(sheet.text))) - 1 for place in places})


def _running_names(sheet: Sheet) -> Iterator[tuple[int, int]]:
    """In a text without pages: a body's name that stands alone on a line as a page header does, three times or more, or twice where other parts
    of the header have stood near.
    """
    if len(sheet.pages) > 1:
        return
    names = {fold(f.name) for f in sheet.rules.forums}
    alone: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for start, end in lines(sheet.text):
        if (name := sheet.folded[start:end].strip()) in names:
            alone[name].append((start, end))
    for same in alone.values():
        if len(same) >= 3 or (len(same) == 2 and any(_near_furniture(sheet, end) for _, end in same)):
            yield from same


def _near_furniture(sheet: Sheet, place: int) -> bool:
    """Within the few lines that follow, one is of a header's known form."""
    return any(sheet.known(row) for row in itertools.islice(lines(sheet.text, place), 8))


def _counter(sheet: Sheet, rows: list[tuple[int, int]]) -> int | None:
    """The page number that the page states at its top ("2(3)"), if it does."""
    top = "\n".join(sheet.folded[a:b] for a, b in rows[:EDGE])
    found = sheet.rules.search("page_counters", top) if DIGIT.search(top) else None
    return int(found[1]["page"]) if found else None


def page_breaks(sheet: Sheet) -> Iterator[Edit]:
    """One empty line where a page ends, or only a line break where the sentence goes on over it."""
    done = 0
    for start, _ in sheet.pages[1:]:
        if start <= done:  # the page before was empty, and its break has taken this one
            continue
        low, high = start, start
        while low > done and sheet.text[low - 1].isspace():
            low -= 1
        while high < len(sheet.text) and sheet.text[high].isspace():
            high += 1
        goes_on = high < len(sheet.text) and sheet.text[high].islower() and low > 0 and sheet.text[low - 1] not in ".!?:"
        # the letter o or e alone is a bullet of the OCR
        goes_on = goes_on and not re.match(r"[oe] ", sheet.text[high : high + 2])
        yield Edit(low, start, "\n" if goes_on else "\n\n", "page break")
        if high > start:
            yield Edit(start, high, "", "page break")
        done = max(high, start)


def hyphens(sheet: Sheet) -> Iterator[Edit]:
    """Words broken at the end of a line: the hyphen goes where a small letter follows, unless it is "och", "eller" or "samt" (a shared part).

    One that is the word's own stays.
    """
    for match in re.finditer(r"[-—]\n(?<=[^\W\d_][-—]\n)[ \t]{0,12}(?=[^\W\d_])" + NO_SHARED_PART, sheet.text):
        if sheet.text[match.end()].islower():
            own = sheet.text[match.start() - 1].isupper()  # "FoU-rådet", "IT-drift": no word is broken behind a capital
            yield Edit(match.start() + own, match.end(), "", "hyphen")
    for match in re.finditer(r"(?<=\d)–\n(?=\d)", sheet.text):  # "2023–2025"
        yield Edit(match.start() + 1, match.end(), "", "hyphen")


_ODD = re.compile(r"[^\x00\x01\x03-\x7fåäöÅÄÖéÉ–”•]")
_MARKED = re.compile(r"[^\x00-\x7f][\u0300-\u036f]*|[A-Za-z][\u0300-\u036f]+|\x02")
_MARK = re.compile(r"[\u0300-\u036f]")
LETTERS: tuple[Step, ...] = (characters,)
LAYOUT: tuple[Step, ...] = (spaces, outline, furniture, page_breaks, hyphens)

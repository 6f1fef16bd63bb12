"""Clean text of one document → blocks: § headings, headings with their role, list items, form options, running text. Ordered rules, line by line."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.models import Block, CleanText, Part
from ingest.rows import WIDEST, Kinds, Row, bars, kinds, ragged, rows_in, unfinished, width, wraps
from ingest.rules import Pattern, Rules
from ingest.rules.quick import spots
from ingest.sections import body_of, confirmed, numbered_above
from ingest.text import fold, fold_whole, squeeze

LONGEST_HEADING = 90
"""A line longer than this is no heading without a role (characters)."""
LONGEST_TITLE = 6
"""A § heading wraps over at most so many lines."""
LONGEST_SUBTITLE = 3
"""The diary number stands within so many lines below the first one of a title."""
MAY_BE_TITLES = frozenset(("contents", "speech", "disqualification", "activity", "note"))
"""Roles of headings that, straight below a § without a title, are its title."""
LONGEST_LEAD = 4
"""Words that lead in a decision take at most so many lines."""
LONGEST_ITEM = 12
"""A list item of the kind "att" goes on over at most so many lines."""
_NUMBERS = ("parallel_numbers", "unread_numbers", "diary_labels", "diary_numbers")
_NO_LETTERS = re.compile(r"[\W_]+")
_FAR_APART = re.compile(r"[ \t]{4,}(?=\S{1,12}[ \t]?[\d/.:-]+\S*$)")
_DIGIT = re.compile(r"\d")


def blocks(clean: CleanText, part: Part, rules: Rules) -> tuple[Block, ...]:
    """The blocks of one document in order. Every character that is not blank lies in exactly one of them."""
    lines = rows_in(clean.text, part, rules)
    folded, gaps = [r.folded for r in lines], [r.gap for r in lines]
    opening = numbered_above(folded, gaps, confirmed(folded, gaps, rules), rules)
    layout = _Layout(lines, opening, sorted(opening), kinds(lines, rules), list(bars(lines)), width(lines), rules)
    out: list[Block] = []
    at = 0
    while at < len(lines):
        block, count = layout.take(at)
        out.append(block)
        at += count
    return tuple(_headings(out, clean.outline, _listing(out, clean, part, rules), rules))


def _block(kind: str, rows: Sequence[Row], text: str, role: str = "", marker: str = "", **fields: str) -> Block:
    named = tuple(sorted((k, v) for k, v in fields.items() if v)) if fields else ()
    return Block(kind, rows[0].start, rows[-1].end, squeeze(text), role, marker, named)


@dataclass(frozen=True, slots=True)
class _Layout:
    """The lines of a document with what is known of all of them; each rule takes one or more lines from a place."""

    rows: list[Row]
    opening: dict[int, re.Match[str]]
    opened: list[int]
    """The lines of `opening` in order."""
    kinds: Kinds
    bars: list[bool]
    """Which lines stand alone: rules, and headings in capitals."""
    width: int
    rules: Rules
    roles: dict[str, tuple[Pattern, re.Match[str]] | None] = field(default_factory=dict)
    """What `_role` has found; many lines of a protocol are alike."""
    markers: dict[int, re.Match[str] | None] = field(default_factory=dict)
    """What `_marker` has found."""

    def take(self, at: int) -> tuple[Block, int]:
        """The block that begins at a line, and how many lines it takes; the first rule that fits decides."""
        known = self.paragraph_heading(at) if at in self.opening else self.continued(at)
        if known is None and not self.kinds.runs[at]:
            known = self.heading(at) or self.option(at) or self.item(at)
        return known or self.text(at)

    def paragraph_heading(self, at: int) -> tuple[Block, int]:
        """A § with its title, which may go on over lines or stand on the line below."""
        match, above = self.opening[at], self.rows[at]
        first = at if match.string == above.folded else at + 1  # its diary number stands on a line above
        row, count = self.rows[first], first - at + 1
        rest = row.text[match.start("rest") : match.end("rest")].strip() if match["rest"] else ""
        titled = bool(self._words(fold(rest)))
        while count < LONGEST_TITLE and self._title_goes_on(at, count, titled):
            titled = titled or bool(self._words(self.rows[at + count].folded))  # a line with only the number is no title
            count += 1
        number = re.sub(r"(\d)\s?([a-d])$", r"\1 \2", squeeze(match["number"]))
        title = " ".join([rest, *(r.text for r in self.rows[first + 1 : at + count])])
        apart = above.text if first > at else ""
        return _block("paragraph_heading", self.rows[at : at + count], title, number=number, body=body_of(match), above=apart), count

    def continued(self, at: int) -> tuple[Block, int] | None:
        """The § that stands open, opened again on a new page: "§ 77 forts", or only its number once more."""
        row = self.rows[at]
        if "§" not in row.folded[:12]:
            return None
        found = self.rules.match("continued", row.folded)
        before = bisect.bisect_left(self.opened, at) - 1 if found else -1
        if found is None or before < 0 or squeeze(found[1]["number"]) != squeeze(self.opening[self.opened[before]]["number"]):
            return None
        return _block("heading", [row], row.text, role="continued"), 1

    def _title_goes_on(self, at: int, count: int, titled: bool) -> bool:
        if at + count >= len(self.rows) or at + count in self.opening:
            return False
        line, following, role = self.rows[at + count - 1], self.rows[at + count], self._role(at + count)
        if not titled and role and (role[1].groupdict().get("body") or role[0].get("role") in MAY_BE_TITLES or role[0].data.get("title")):
            return True  # "Valberedningens förslag till val" and "Dagordning" may be the title of a §, "Beslut" is none
        if (following.gap and titled) or role or self._marker(at + count) or self._decides(at + count):
            return False
        if not titled or self._only_number(at + count):
            return True
        long = len(_FAR_APART.split(line.text)[0]) >= 45  # without the number at the right edge
        sentence = following.text[0].isupper() and following.text[-1] == "." and following.text.count(" ") > 3 and not line.asks_for_more
        return not sentence and line.text[-1] != "." and (wraps(line, following) or long or self._above_number(at + count))

    def _above_number(self, at: int) -> bool:
        """Nothing but plain lines stand between this one and the diary number alone on its line: the § has a second line of title."""
        for n in range(at, min(at + LONGEST_SUBTITLE, len(self.rows))):
            row = self.rows[n]
            if row.gap or n in self.opening or self._role(n) or self._marker(n) or row.text.endswith((".", ":")):
                return False
            if self._only_number(n):
                return n > at
        return False

    def _only_number(self, at: int) -> bool:
        """The line is a diary number, with or without its label."""
        return _DIGIT.search(self.rows[at].text) is not None and not self._words(self.rows[at].folded)

    def _words(self, rest: str) -> str:
        """What is left of a § heading's first line without diary number and label."""
        return _NO_LETTERS.sub("", self.rules.without(_NUMBERS, rest))

    def heading(self, at: int) -> tuple[Block, int] | None:
        """A line that is a known heading."""
        row, found, count = self.rows[at], self._role(at), 1
        if found is None and self._heading_goes_on(at):
            found, count = self._role(at, 2), 2
        if found is None or (row.small and not row.gap) or self._sentence(at, found[0]) or self._within_sentence(at, found[0]):
            return None
        pattern, match = found
        rows = self.rows[at : at + count]
        text = " ".join(r.text for r in rows)
        named = {k.rstrip("2"): text[match.start(k) : match.end(k)] for k, v in match.groupdict().items() if v}
        return _block("heading", rows, text, role=pattern.get("role"), lead="1" if pattern.data.get("lead") else "", **named), count

    def _sentence(self, at: int, pattern: Pattern) -> bool:
        """What looks like the heading of a proposal goes on in small letters: "Kontorets förslag till yttrande över / remissen antas"."""
        following = self.rows[at + 1] if pattern.get("role") == "proposal" and at + 1 < len(self.rows) else None
        return following is not None and following.small and not following.gap and self._marker(at + 1) is None and at + 1 not in self.opening

    def _within_sentence(self, at: int, pattern: Pattern) -> bool:
        """What looks like the heading of a decision carries on the line above: "Ordföranden finner att / Styrelsen beslutar enligt förslaget"."""
        if pattern.get("role") != "decision" or at == 0 or self.rows[at].gap or at - 1 in self.opening:
            return False
        return self.rows[at - 1].asks_for_more and self._role(at - 1) is None

    def _role(self, at: int, count: int = 1) -> tuple[Pattern, re.Match[str]] | None:
        """The entry of `headings` that a line, or several as one, is."""
        folded = self.rows[at].folded if count == 1 else " ".join(r.folded for r in self.rows[at : at + count])
        if folded not in self.roles:
            text = folded.rstrip(":.").rstrip()
            found = self.rules.fullmatch("headings", text, folded) if len(text) < LONGEST_HEADING else None
            self.roles[folded] = None if found and found[0].data.get("colon") and not folded.endswith(":") else found
        return self.roles[folded]

    def _heading_goes_on(self, at: int) -> bool:
        """A heading in capitals may need two lines ("NÄMNDENS BESLUTSFÖRSLAG TILL / KOMMUNFULLMÄKTIGE")."""
        return at + 1 < len(self.rows) and not self.rows[at + 1].gap and self.rows[at].text.isupper() and self.rows[at + 1].text.isupper()

    def option(self, at: int) -> tuple[Block, int] | None:
        """A line of a form to tick."""
        found = self.rules.fullmatch("options", self.rows[at].folded) if self.kinds.options[at] else None
        return (_block("option", [self.rows[at]], self.rows[at].text[slice(*found[1].span("text"))]), 1) if found else None

    def item(self, at: int) -> tuple[Block, int] | None:
        """A list item with the lines it goes on over."""
        match = self._marker(at)
        if match is None:
            return None
        count, ends = 1, self._one_sentence(at)
        while self._continues(at + count) and not (ends and self.rows[at + count - 1].text.endswith(".")):
            count += 1
        text = " ".join([self.rows[at].text[match.start("text") : match.end("text")], *(r.text for r in self.rows[at + 1 : at + count])])
        return _block("item", self.rows[at : at + count], text, marker=match["marker"]), count

    def _one_sentence(self, at: int) -> bool:
        """The item is of a kind that ends with its sentence."""
        return any(p.data.get("one_sentence") and p.regex.match(self.rows[at].folded) for p in self.rules.of("list_items"))

    def _marker(self, at: int) -> re.Match[str] | None:
        """The match of a line that begins a list item; some markers are such only within a list, since they are words as well."""
        if not self.kinds.items[at]:
            return None
        if at not in self.markers:
            self.markers[at] = self._find_marker(at, self.rows[at])
        return self.markers[at]

    def _find_marker(self, at: int, row: Row) -> re.Match[str] | None:
        for pattern in self.rules.beginning("list_items", row.folded):
            match = pattern.regex.match(row.folded)
            if match and not (pattern.data.get("in_list") and not self._in_list(at, pattern)):
                return match
        return None

    def _in_list(self, at: int, pattern: Pattern) -> bool:
        before = self.rows[at - 1].folded if at else ""
        led = before.endswith((":", ";")) or re.search(fold(pattern.get("after", r"(?!)")), before, re.IGNORECASE) is not None
        by_gap = self.rows[at].gap and not pattern.data.get("led")
        return by_gap or led or pattern.regex.match(before) is not None or (before.endswith((",", ".")) and self._listed(at, pattern))

    def _listed(self, at: int, pattern: Pattern) -> bool:
        """One of the lines right above began an item of the kind, which has gone on over lines since."""
        for row in reversed(self.rows[max(0, at - LONGEST_ITEM) : at]):
            if pattern.regex.match(row.folded):
                return True
            if row.gap:
                return False
        return False

    def _decides(self, at: int) -> bool:
        """The line begins a decision that has no heading."""
        row = self.rows[at]
        return not row.small and self.rules.match("decides", row.folded) is not None

    def _continues(self, at: int) -> bool:
        """True where the line only carries on the block before it."""
        if at >= len(self.rows) or at in self.opening or self.bars[at] or self.bars[at - 1]:
            return False
        if not self.kinds.runs[at] and (self._marker(at) or self.heading(at)):
            return False
        row = self.rows[at]
        if self.rows[at - 1].folded[-1] in ".:" and (self._decides(at) or any(self._led(at, n, begins=True) for n in range(1, LONGEST_LEAD + 1))):
            return False
        return unfinished(self.rows[at - 1], row) if row.gap else self.kinds.runs[at] or self.option(at) is None

    def text(self, at: int) -> tuple[Block, int]:
        """Running text to the next blank line, or to a short line without a stop before a capital: a heading with its text straight below.

        A full line before a small letter goes on over the blank line.
        """
        count = 1
        while self._continues(at + count) and not ragged(self.rows[at + count - 1], self.rows[at + count], self.width) and not self._led(at, count):
            line = self.rows[at + count - 1]
            if self.rows[at + count].gap and (len(line.text) < 0.6 * min(self.width, WIDEST) or not self.rows[at + count].small):
                break
            count += 1
        return _block("text", self.rows[at : at + count], " ".join(r.text for r in self.rows[at : at + count])), count

    def _led(self, at: int, count: int, begins: bool = False) -> bool:
        """The lines lead in what follows: "Enligt kommunstyrelsens förslag:", and the decision on the next line."""
        rows = self.rows[at : at + count]
        if count > LONGEST_LEAD or not rows[-1].folded.endswith(":") or (begins and rows[0].small):
            return False
        return (self.rules.match if begins else self.rules.search)("lead_ins", " ".join(r.folded for r in rows)) is not None


def _listing(found: Sequence[Block], clean: CleanText, part: Part, rules: Rules) -> set[int]:
    """The texts that name those who are chosen or leave, behind the words that lead them in, and such words: none of them is a heading."""
    kept = set[int]()
    for n in _leading(found, clean, part, rules):
        at = n + 1
        while at < len(found) and found[at].kind in ("text", "item") and rules.match("people_lines", fold(found[at].text)):
            kept |= {at - 1, at} if found[at].kind == "text" else set()
            at += 1
    return kept


def _leading(found: Sequence[Block], clean: CleanText, part: Part, rules: Rules) -> Iterator[int]:
    """The texts and items that lead in people, sought where the words stand that such words need."""
    patterns = [p.regex for p in rules.of("people_leads_in")]
    places = spots(patterns, fold_whole(clean.text), part.start, part.end)
    starts = [b.start for b in found]
    near = range(len(found)) if places is None else sorted({bisect.bisect(starts, place) - 1 for place in places})
    likely = (n for n in near if n >= 0 and found[n].kind in ("text", "item") and found[n].text[-1] not in ".,;!?")
    return (n for n in likely if rules.search("people_leads_in", fold(found[n].text)))


def _headings(found: list[Block], outline: tuple[str, ...], listing: set[int], rules: Rules) -> Iterator[Block]:
    """Short blocks without a full stop that stand before text are headings, but none that decides below the heading of a proposal; so are those that
    the outline names.
    """
    role = ""
    named = {fold(squeeze(title)).lower() for title in outline}
    for n, block in enumerate(found):
        following = found[n + 1].kind if n + 1 < len(found) else ""
        plain = block.kind == "text" and len(block.text) < LONGEST_HEADING and block.text[-1] not in ".,;:?!" and block.text[0].isupper()
        role = block.role if block.role or block.kind == "paragraph_heading" else role
        acts = role == "proposal" and plain and rules.match("decides", fold(block.text)) is not None
        tasks = plain and following == "item" and rules.search("tasks", fold(block.text)) is not None  # "X får i uppdrag att" goes on in its list
        heads = plain and not acts and not tasks and n not in listing and following in ("text", "item", "heading", "paragraph_heading")
        if heads or (named and block.kind == "text" and fold(block.text).lower() in named):
            yield Block("heading", block.start, block.end, block.text, block.role, block.marker, block.fields)
        else:
            yield block

"""Clean text of one document → blocks: § headings, headings with their role, list items, form options, running text. Ordered rules, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.models import Block, CleanText, Part
from ingest.rules import Pattern, Rules
from ingest.sections import confirmed
from ingest.text import fold, lines, squeeze

LONGEST_HEADING = 90
"""A line longer than this is no heading without a role (characters)."""
_ASKS_FOR_MORE = re.compile(r"(?:[-,]|\b(?:och|eller|samt|att|for|av|i|till|med|om|mellan|via|som|pa))$")
LONGEST_TITLE = 6
"""A § heading wraps over at most so many lines."""


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str
    folded: str
    gap: bool
    """A blank line, or the beginning, stands before."""


def blocks(clean: CleanText, part: Part, rules: Rules) -> tuple[Block, ...]:
    """The blocks of one document in order. Every character that is not blank lies in exactly one of them."""
    rows = _rows(clean.text, part)
    opening = confirmed([r.folded for r in rows], [r.gap for r in rows], rules)
    width = _width(rows)
    out: list[Block] = []
    at = 0
    while at < len(rows):
        taken = _paragraph_heading(rows, at, opening, rules) or _single(rows, at, rules) or _item(rows, at, opening, rules) or _text(rows, at, opening, rules, width)
        block, count = taken
        out.append(block)
        at += count
    return tuple(_headings(out, clean.outline))


def _rows(text: str, part: Part) -> list[_Line]:
    rows, gap = [], True
    folded = fold(text)
    for start, end in lines(text, part.start, part.end):
        if not text[start:end].strip():
            gap = True
            continue
        rows.append(_Line(start, end, text[start:end], folded[start:end], gap))
        gap = False
    return rows


def _block(kind: str, rows: Sequence[_Line], text: str | None = None, **more: str) -> Block:
    whole = squeeze(" ".join(r.text for r in rows)) if text is None else squeeze(text)
    role, marker = more.pop("role", ""), more.pop("marker", "")
    return Block(kind, rows[0].start, rows[-1].end, whole, role, marker, tuple(sorted((k, v) for k, v in more.items() if v)))


def _paragraph_heading(rows: list[_Line], at: int, opening: dict[int, re.Match[str]], rules: Rules) -> tuple[Block, int] | None:
    """A § with its title, which may go on over lines or stand on the line below."""
    match = opening.get(at)
    if match is None:
        return None
    row = rows[at]
    rest = row.text[match.start("rest") : match.end("rest")].strip()
    count = 1
    titled = bool(_without_number(fold(rest), rules))
    while at + count < len(rows) and count < LONGEST_TITLE and at + count not in opening:
        following = rows[at + count]
        stop = following.gap if titled else following.gap and count > 1
        if stop or _role(following.folded, rules) or (titled and rows[at + count - 1].folded.rstrip().endswith(".")):
            break
        if titled and _short(rows[at + count - 1]) and not _goes_on(rows[at + count - 1], following):
            break
        if any(p.regex.match(following.folded) for p in rules.of("list_items")):
            break
        titled = True
        count += 1
    body = match.groupdict().get("body") or ""
    number = squeeze(match["number"])
    number = re.sub(r"(\d)\s?([a-d])$", r"\1 \2", number)
    title = " ".join([rest, *(r.text for r in rows[at + 1 : at + count])])
    return _block("paragraph_heading", rows[at : at + count], title, number=number, body=body), count


def _goes_on(line: _Line, following: _Line) -> bool:
    """A title wraps where its next line begins with a small letter, a bracket or a figure, or its own last word asks for more."""
    first = following.text.lstrip()
    return first[0].islower() or re.match(r"\(|\d+(?![.\d])", first) is not None or _ASKS_FOR_MORE.search(line.folded.rstrip()) is not None


def _short(line: _Line) -> bool:
    return len(line.text.rstrip()) < 45


def _without_number(rest: str, rules: Rules) -> str:
    """What is left of a heading's first line without diary number and label."""
    for section in ("diary_labels", "diary_numbers"):
        for pattern in rules.of(section):
            rest = pattern.regex.sub("", rest)
    return re.sub(r"[\W_]+", "", rest)


def _role(line: str, rules: Rules) -> re.Match[str] | None:
    text = line.strip().rstrip(":.").rstrip()
    return next((m for p in rules.of("headings") if (m := p.regex.fullmatch(text))), None) if len(text) < LONGEST_HEADING else None


def _heading_pattern(line: str, rules: Rules) -> tuple[Pattern, re.Match[str]] | None:
    text = line.strip().rstrip(":.").rstrip()
    if len(text) < LONGEST_HEADING:
        for pattern in rules.of("headings"):
            match = pattern.regex.fullmatch(text)
            if match:
                return pattern, match
    return None


def _single(rows: list[_Line], at: int, rules: Rules) -> tuple[Block, int] | None:
    """A heading with a role, or an option of a form."""
    row = rows[at]
    found = _heading_pattern(row.folded, rules)
    if found and (row.gap or not row.text.lstrip()[0].islower()):
        pattern, match = found
        indent = len(row.text) - len(row.text.lstrip())
        named = {k: row.text[indent + match.start(k) : indent + match.end(k)] for k, v in match.groupdict().items() if v}
        if "to2" in named:
            named["to"] = named.pop("to2")
        return _block("heading", [row], role=pattern.get("role"), **named), 1
    for pattern in rules.of("options"):
        match = pattern.regex.fullmatch(row.folded.rstrip())
        if match:
            return _block("option", [row], row.text[match.start("text") : match.end("text")]), 1
    return None


def _marker(rows: list[_Line], at: int, rules: Rules) -> re.Match[str] | None:
    """The match of a line that begins a list item; some markers are such only within a list, since they are words as well."""
    for pattern in rules.of("list_items"):
        match = pattern.regex.match(rows[at].folded)
        if match and not (pattern.data.get("in_list") and not _in_list(rows, at, pattern)):
            return match
    return None


def _in_list(rows: list[_Line], at: int, pattern: Pattern) -> bool:
    before = rows[at - 1].folded.rstrip() if at else ""
    return rows[at].gap or before.endswith((":", ";")) or pattern.regex.match(before) is not None


def _item(rows: list[_Line], at: int, opening: dict[int, re.Match[str]], rules: Rules) -> tuple[Block, int] | None:
    """A list item with the lines it goes on over."""
    match = _marker(rows, at, rules)
    if match is None:
        return None
    count = 1
    while _continues(rows, at + count, opening, rules):
        count += 1
    text = " ".join([rows[at].text[match.start("text") : match.end("text")], *(r.text for r in rows[at + 1 : at + count])])
    return _block("item", rows[at : at + count], text, marker=match["marker"]), count


def _continues(rows: list[_Line], at: int, opening: dict[int, re.Match[str]], rules: Rules) -> bool:
    """True where the line only carries on the block before it."""
    if at >= len(rows) or at in opening:
        return False
    row = rows[at]
    if row.gap:
        return _marker(rows, at, rules) is None and _heading_pattern(row.folded, rules) is None and _unfinished(rows[at - 1], row)
    return _marker(rows, at, rules) is None and _heading_pattern(row.folded, rules) is None and _option(row, rules) is None


def _unfinished(line: _Line, following: _Line) -> bool:
    """A list item broken by a page or an empty line goes on in small letters, or after a word or quotation mark that asks for more."""
    end = line.folded.rstrip()
    if end[-1:] in ".!?:;":
        return False
    return following.text.lstrip()[0].islower() or _ASKS_FOR_MORE.search(end) is not None or end.count('"') % 2 == 1


def _option(row: _Line, rules: Rules) -> re.Match[str] | None:
    return next((m for p in rules.of("options") if (m := p.regex.fullmatch(row.folded.rstrip()))), None)


def _width(rows: list[_Line]) -> int:
    """How long the lines of running text are: nine of ten are no longer."""
    lengths = sorted(len(r.text.rstrip()) for r in rows)
    return lengths[len(lengths) * 9 // 10] if lengths else 0


def _text(rows: list[_Line], at: int, opening: dict[int, re.Match[str]], rules: Rules, width: int) -> tuple[Block, int]:
    """Running text to the next blank line, or to a short line without a stop before a capital: a heading with its text straight below."""
    count = 1
    while at + count < len(rows) and not rows[at + count].gap and _continues(rows, at + count, opening, rules):
        if _ragged(rows[at + count - 1], rows[at + count], width):
            break
        count += 1
    return _block("text", rows[at : at + count]), count


def _ragged(line: _Line, following: _Line, width: int) -> bool:
    """A line that ends long before the margin though the next one begins with a capital: the two do not belong together."""
    end = line.folded.rstrip()
    return width > 60 and len(end) < 0.6 * width and end[-1:] not in ".,:;!?-\"" and following.text.lstrip()[0].isupper() and not _ASKS_FOR_MORE.search(end)


def _headings(found: list[Block], outline: tuple[str, ...]) -> Iterator[Block]:
    """Short blocks without a full stop that stand before text are headings; so are those that the outline names."""
    named = {fold(squeeze(title)).lower() for title in outline}
    for n, block in enumerate(found):
        following = found[n + 1].kind if n + 1 < len(found) else ""
        plain = block.kind == "text" and len(block.text) < LONGEST_HEADING and block.text[-1] not in ".,;:?!" and block.text[0].isupper()
        if block.kind == "text" and (fold(block.text).lower() in named or (plain and following in ("text", "item", "heading", "paragraph_heading"))):
            yield replace(block, kind="heading")
        else:
            yield block

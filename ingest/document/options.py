"""The lines under a question of a form: which are options, which of them is ticked, and what OCR has done to their boxes and letters."""

from __future__ import annotations

import difflib
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.rules import Pattern, Rules
from ingest.text import fold, plain, squeeze

LONGEST_OPTION = 80
"""An option is no longer than this (characters)."""
MOST_SCALES = 20
"""So many different scales of a form are compared."""
DOTS = re.compile(r"\s*(?:[._…]{4,}|(?:\. ){4,}\.?)\s*")
"""Lines to write an answer on."""
NO_OPTION = re.compile(r"[.:]$|^[^:.?!]{3,40}:\s*\S|[._…]{4,}")
"""A sentence, a label with what is written behind it, or a dotted line."""
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Row:
    """A line under a question, or the part of one that has a box of its own. `box` is "" (none), "clean" or "broken".

    Offsets are in the clean text.
    """

    start: int
    end: int
    text: str
    gap: bool
    box: str = ""
    ticked: bool = False


def rows_of(text: str, start: int, end: int, gap: bool, rules: Rules) -> Iterator[Row]:
    """The rows of a line: one, or several where it holds several boxes ("☐ Ja ☐ Nej")."""
    line = text[start:end]
    cuts = _cuts(line, rules)
    for n, (a, b) in enumerate(cuts):
        words = line[a:b]
        if words.strip():
            yield _row(start + a, start + b, words, gap and n == 0, rules)


def _cuts(line: str, rules: Rules) -> list[tuple[int, int]]:
    """Where a line with several clean boxes is cut: before each box, or behind each where the line begins with words."""
    found = [m.span() for m in re.finditer(r"[☒☑⊠■◉☐□▢◻○◯❑❒]|\[[ xX]?\]|\([ xX]\)", line)]
    if len(found) < 2:
        return [(0, len(line))]
    in_front = not line[: found[0][0]].strip()
    places = [0, *((a for a, _ in found[1:]) if in_front else (b for _, b in found[:-1])), len(line)]
    return list(itertools.pairwise(places))


def _row(start: int, end: int, words: str, gap: bool, rules: Rules) -> Row:
    text, box, ticked = squeeze(words), "", False
    for _ in range(3):  # a box, what is left of its edge, and a lost letter
        lost = _lost(text, rules)
        if lost:
            return Row(start, end, lost, gap, box, ticked)
        pattern, match = _box(text, rules)
        if match is None or pattern is None:
            break
        text = (text[: match.start()] if pattern.data.get("behind") else text[match.end() :]).strip()
        ticked = ticked or bool(pattern.data.get("ticked"))
        box = "broken" if pattern.data.get("broken") and box != "clean" else "clean"
    return Row(start, end, squeeze(DOTS.sub(" ", text)) if box else text, gap, box, ticked)


def _box(text: str, rules: Rules) -> tuple[Pattern | None, re.Match[str] | None]:
    folded = fold(text)
    for pattern in rules.of("boxes"):
        match = pattern.regex.search(folded) if pattern.data.get("behind") else pattern.regex.match(folded)
        if match and match.end() > match.start():
            return pattern, match
    return None, None


def _lost(text: str, rules: Rules) -> str:
    """The text with the I that its first sign was; "" where none was lost."""
    folded = fold(text)
    match = next((m for p in rules.of("lost_words") if (m := p.regex.match(folded))), None)
    return f"I {squeeze(text[match.end() :])}" if match else ""


def restored(text: str, rules: Rules) -> str:
    """A question's words with the I at their beginning that OCR read as a stroke or an l."""
    return _lost(text, rules) or text


def is_words(row: Row) -> bool:
    """False for what is left of a box or a dotted line: no word of two letters."""
    return bool(_WORD.search(DOTS.sub(" ", row.text)))


def options_of(questions: Sequence[Sequence[Row]], rules: Rules) -> list[list[Row]]:
    """The options among the rows under each question of a form.

    Where a question has boxes as they were printed, its options are the rows with one. Where OCR broke the boxes of the form, or only the ticked
    ones have one, short rows count by where they stand; a last row after a gap only if it is known as an answer, since it may be the next heading.
    """
    known = _known(questions, rules)
    broken = any(r.box == "broken" for rows in questions for r in rows)
    found = []
    for rows in questions:
        if any(r.box == "clean" and not r.ticked for r in rows):
            found.append(_wrapped(rows))
        elif broken or any(r.box for r in rows):
            found.append(_by_place(rows, known))
        else:
            sure = [r for r in rows if plain(r.text) in known and len(r.text) < LONGEST_OPTION]
            found.append(sure if len(sure) > 1 else [])
    return _alike(found) if broken else found


def _known(questions: Sequence[Sequence[Row]], rules: Rules) -> set[str]:
    """Answers as such: known words, and short rows that stand under several questions."""
    counts = Counter(key for rows in questions for key in {plain(r.text) for r in rows if is_words(r) and len(r.text) < LONGEST_OPTION})
    words = {plain(r.text) for rows in questions for r in rows if any(p.regex.fullmatch(fold(r.text)) for p in rules.of("answer_words"))}
    return words | {key for key, count in counts.items() if count > 1}


def _wrapped(rows: Sequence[Row]) -> list[Row]:
    """Rows with a box, each with the rows in small letters straight below that carry it on."""
    found: list[Row] = []
    for n, row in enumerate(rows):
        if row.box == "clean":
            found.append(row)
        elif found and n and found[-1].end == rows[n - 1].end and not row.gap and row.text[:1].islower() and not row.box:
            found[-1] = replace(found[-1], end=row.end, text=f"{found[-1].text} {row.text}")
    return [r for r in found if is_words(r)]


def _by_place(rows: Sequence[Row], known: set[str]) -> list[Row]:
    found = [r for r in rows if is_words(r) and len(r.text) < LONGEST_OPTION and not NO_OPTION.search(r.text)]
    while found and found[-1].gap and not found[-1].box and plain(found[-1].text) not in known:
        found.pop()
    return found if any(r.box or plain(r.text) in known for r in found) else []


def _alike(questions: list[list[Row]]) -> list[list[Row]]:
    """In a form that OCR has damaged: scales that are the same but for one misread answer are read as most of them are; all begin alike."""
    capitals = [r.text[:1].isupper() for rows in questions for r in rows]
    upper = sum(capitals) * 2 > len(capitals)
    scales = Counter(tuple(plain(r.text) for r in rows) for rows in questions)
    written = {plain(r.text): r.text for rows in questions for r in reversed(rows)}
    out = []
    for rows in questions:
        best = _scale(tuple(plain(r.text) for r in rows), scales)
        texts = [r.text if plain(r.text) == key else written[key] for r, key in zip(rows, best, strict=True)]
        out.append([replace(r, text=t[:1].upper() + t[1:] if upper else t) for r, t in zip(rows, texts, strict=True)])
    return out


def _scale(own: tuple[str, ...], scales: Counter[tuple[str, ...]]) -> tuple[str, ...]:
    """The most common scale of the form of which this one is a misread copy; itself if there is none."""
    for other, count in scales.most_common(MOST_SCALES):
        same = sum(a == b for a, b in zip(own, other, strict=False))
        if count > scales[own] and len(other) == len(own) and same * 2 > len(own) and all(_near(a, b) for a, b in zip(own, other, strict=True)):
            return other
    return own


def _near(a: str, b: str) -> bool:
    """The two may be one word that was read in two ways."""
    return a == b or (abs(len(a) - len(b)) < 3 and difflib.SequenceMatcher(None, a, b).ratio() >= 0.5)

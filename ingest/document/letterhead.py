"""The lines of the head of a document: what stands above its first §, heading or running text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.document.context import Context
from ingest.models import Block
from ingest.text import fold, lines, squeeze

_STOPS = re.compile(r"\w{3}\. [A-Z]")
PERSON = re.compile(r"[A-Z][\w'-]+(?: (?:von|af|de) )?(?: [A-Z][\w'.-]+){1,3}")
"""A line that is only a name, folded."""
LONGEST_HEAD = 40
"""Lines of a first page that may belong to the head."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the head."""

    start: int
    end: int
    text: str
    residue: str
    """What is left of the line without dates, diary numbers, labels and page counters."""
    fact: bool
    """The line gives a day, a number or a way to reach someone."""
    gap: bool


def head_rows(context: Context) -> list[Row]:
    """The lines of the head: to the first §, the first heading with a role, or the first block of running text."""
    limit = context.part.end
    for n, block in enumerate(context.blocks):
        inside = context.number_in(block.start, block.end) or context.days_in(block.start, block.end)
        role = "" if names_kind(context, block.text) or block.role == "recipients" or _labels_title(context, block) else block.role
        if (
            block.kind == "paragraph_heading"
            or role not in ("", "proposal")
            or (_is_text(block, bool(inside)) and not _carries_on(context.blocks, n))
        ):
            limit = block.start
            break
        if block.role == "proposal" and not block.get("to"):
            limit = block.start
            break
    rows: list[Row] = []
    gap = True
    for start, end in lines(context.clean.text, context.part.start, limit):
        text = context.clean.text[start:end].strip()
        if text and len(rows) < LONGEST_HEAD:
            rows.append(_row(context, start, end, text, gap))
        gap = not text
    return rows


def _labels_title(context: Context, block: Block) -> bool:
    """A heading that is the label of the title on its line ("Ärende      Isvägar till skären")."""
    if not block.role or block.kind != "heading":
        return False
    end = context.folded.find("\n", block.start)
    return context.rules.match("title_labels", context.folded[block.start : end if end > 0 else context.part.end]) is not None


def _carries_on(blocks: Sequence[Block], n: int) -> bool:
    """A text in small letters goes on with the line above, which has no end: a title."""
    return n > 0 and blocks[n].text[0].islower() and blocks[n].kind == "text" and blocks[n - 1].kind == "heading" and not blocks[n - 1].role


def _is_text(block: Block, fact: bool) -> bool:
    """Running text, which no head holds: it is long, or a sentence."""
    if block.kind != "text":
        return block.kind in ("item", "option")
    sentences = len(block.text) > 200 and len(_STOPS.findall(fold(block.text))) > 1  # though a day stands in one
    return sentences or (not fact and (len(block.text) > 200 or (block.text.endswith(".") and len(block.text) > 60)))


def _row(context: Context, start: int, end: int, text: str, gap: bool) -> Row:
    folded, residue, fact = fold(text), list(text), False
    for section in ("dates", "diary_labels", "diary_numbers", "page_counters", "head_labels", "title_labels"):
        for pattern, match in context.rules.found(section, folded):
            if fact or not pattern.data.get("label"):
                fact = fact or section in ("diary_labels", "head_labels") or (section == "dates" and not pattern.name.startswith("month"))
                residue[match.start() : match.end()] = " " * (match.end() - match.start())
    contact = any(p.name == "contact" and p.regex.search(folded) for p in context.rules.likely("letterhead", folded))
    left = squeeze("".join(residue)).strip(" ,.:;()–-")
    # a number at the end of a long line is part of a title rather than of the letterhead
    return Row(start, end, text, "" if contact else left, contact or (fact and len(left) < 60) or not left, gap)


def is_known(context: Context, row: Row) -> bool:
    """A line of the letterhead that is neither author, unit nor title: organisation, logotype."""
    folded = fold(row.residue)
    return not folded or context.rules.search("letterhead", folded) is not None or len(folded) < 3


def names_kind(context: Context, text: str) -> bool:
    """A line that only names the kind of document ("Tjänsteskrivelse")."""
    return plain_kind(text) in {t.name for t in context.rules.types}


def plain_kind(text: str) -> str:
    """A line as the name of a kind of document."""
    return squeeze(text).strip(" :.").lower()


def to_whom(context: Context, row: Row) -> str:
    """To whom the line addresses the document, "" if it does not."""
    found = context.rules.fullmatch("addressed", fold(row.text))
    return row.text[slice(*found[1].span("to"))] if found else ""


def sentence_case(context: Context, title: str) -> str:
    """A title whose first word, in capitals, only says what the paper is, with the others in small letters: "AVTAL om färjor"."""
    first, _, rest = title.partition(" ")
    kind = plain_kind(first) in {t.name for t in context.rules.types} or context.rules.fullmatch("agreement_nouns", fold(first).lower()) is not None
    return f"{first.capitalize()} {rest}" if kind and first.isupper() and rest[:1].islower() else title

"""Whose record of a meeting a document is: the body that its head names, its page headers, or the words of its decisions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ingest.document.context import Context
from ingest.document.letterhead import Row, names_kind
from ingest.find.forums import lookup
from ingest.models import Block, ForumMention
from ingest.text import fold

_COLUMNS = re.compile(r"[ \t]{4,}")
LONGEST_ROOM = 40
"""What a room is called behind the name of a body is no longer than this (characters)."""


def body_of(context: Context, rows: Sequence[Row]) -> str | None:
    """The body whose record it is: the first named in the head, else the one that the page headers or §§ name, else the one that decides."""
    in_head = next((m for m in (context.forums_in(rows[0].start, rows[-1].end) if rows else ()) if not _is_room(context, m)), None)
    over_lines = next((f for n in range(len(rows)) for k in (3, 2) if (f := _over_lines(context, rows[n : n + k]))), None)
    if over_lines:
        return over_lines
    n, shaped = next(((n, name) for n, row in enumerate(rows) if (name := _body(context, row))), (0, None))
    if in_head is None or (shaped and (rows[n].end <= in_head.start or shaped.lower().startswith(f"{(in_head.forum or '').lower()}s "))):
        if shaped:
            return shaped
    else:
        above = lookup(rows[n - 1].residue, context.rules)[:1] if shaped and n else ()
        return _committee(context, in_head.forum or "", shaped) if shaped and above == (in_head.forum,) else in_head.forum
    known = Counter(found[0] for line in context.removed.splitlines() if (found := lookup(line.strip(), context.rules)))
    in_headings = Counter(context.forum(b.get("body")) for b in context.openings if b.get("body"))
    named = next((c.most_common(1)[0][0] for c in (known, in_headings) if c), None)
    told = named if named and (known or lookup(named, context.rules)) else None
    # letters that the registry does not know ("D § 13") say less than the words of the record
    return told or _met(context, rows) or _labelled(context) or _decider(context) or named


def _is_room(context: Context, mention: ForumMention) -> bool:
    """The name of a body that is part of that of a room: "KS sammanträdesrum"."""
    return context.rules.match("rooms", context.folded[mention.end : mention.end + LONGEST_ROOM]) is not None


def _labelled(context: Context) -> str | None:
    """The body that the form on the first page names behind its label: "Organ   Regionens vårdnämnd"."""
    first = context.openings[0].start if context.openings else context.part.end
    found = (m for p in context.rules.of("body_labels") if (m := p.regex.search(context.folded, context.part.start, first)))
    return next((context.forum(context.words(*m.span("name")).strip(" ,")) for m in found), None)


def _met(context: Context, rows: Sequence[Row]) -> str | None:
    """The meeting that the head says it is the record of: "Protokoll fört vid årsstämma i …"."""
    found = ((row, m[1]) for row in rows if (m := context.rules.match("met_bodies", fold(row.text))))
    return next((context.forum(row.text[slice(*m.span("name"))]) for row, m in found), None)


def _decider(context: Context) -> str | None:
    """The body that most of the decisions name ("Direktionens beslut", "Styrelsen beslutar"), in a record that does not say whose it is; a mere
    "Nämnden" says nothing.
    """
    blocks = [b for s in context.sections if s.role == "decision" and s.number for b in (s.heading, *s.content[:1]) if b]
    named = [b.get("body") or _subject(context, b) for b in blocks]
    if not any(named):
        told = (_subject(context, b) for b in context.blocks if b.kind == "text" and context.number_at(b.start))
        named = [name for name in told if not context.rules.fullmatch("bare_bodies", fold(name))]
    found = Counter(context.forum(name) for name in named if name and not context.rules.fullmatch("unnamed_bodies", fold(name)))
    return found.most_common(1)[0][0] if found else None


def _subject(context: Context, block: Block) -> str:
    """The body that "beslutar" or "godkänner" in a block of text, "" where none does."""
    match = context.rules.match("decides", fold(block.text)) if block.kind == "text" else None
    return block.text[match[1].start("body") : match[1].end("body")] if match and match[1].groupdict().get("body") else ""


def _over_lines(context: Context, rows: Sequence[Row]) -> str | None:
    """The body whose name goes on over lines beside which other things stand: "Kommunstyrelsens   2023-10-17 / arbetsutskott"."""
    words = [row.residue for row in rows]
    goes_on = len(words) > 1 and words[0][:1].isupper() and all(w[:1].islower() for w in words[1:])
    return next(iter(lookup(" ".join(words), context.rules)), None) if goes_on else None


def _body(context: Context, row: Row) -> str:
    """The body that a line of the head, or its first column, is the name of, by its shape; "" where the registry knows it, or it is none."""
    whole, _, last = row.residue.rpartition(" ")
    for words in dict.fromkeys((row.residue, _COLUMNS.split(row.text.strip())[0], whole if names_kind(context, last) else row.residue)):
        found = context.rules.fullmatch("bodies", fold(words))
        if found and not lookup(words, context.rules):
            return context.forum(words[slice(*found[1].span("name"))])
    return ""


def _committee(context: Context, parent: str, name: str) -> str:
    """The committee named on the line below its body: "Kommunstyrelsen", "Arbetsutskottet"."""
    found = lookup(f"{parent.removesuffix('s')}s {context.indefinite(name)}", context.rules)
    return found[0] if found else parent

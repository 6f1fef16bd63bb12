"""Agreements: the document itself with parties, terms, clauses and contacts, or one that running text tells of."""

from __future__ import annotations

import calendar
import itertools
import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from ingest.document.agreement_names import Names
from ingest.document.clauses import clauses
from ingest.document.contacts import contacts
from ingest.document.context import Context
from ingest.document.terms import Term, contradictions, first, first_term, number, terms_of
from ingest.find.dates import parse_day
from ingest.models import Agreement, Block, Head, Problem
from ingest.text import fold, lines, name_of, plain, squeeze

FAR = 1500
"""A sentence that never ends is looked at so many characters around a diary number."""
MOST_PARTIES = 12
LONGEST_WORDS = 400
"""So many characters at most are kept of a sentence of an agreement."""


def agreements(context: Context, head: Head, records: str, damaged: bool, names: Names) -> tuple[tuple[Agreement, ...], tuple[Problem, ...]]:
    """The agreement a document is, if its §§ are clauses or it states a term of validity; else those it tells of. And what contradicts itself."""
    if records != "clauses":
        return tuple(_told(context, names)), ()
    terms = terms_of(context)
    found = clauses(context, damaged)
    if not found and not first(terms, "valid_from"):
        return (), ()
    parties = tuple(_parties(context))
    renewal = number(terms, "renewal")
    agreement = Agreement(
        title=head.title,
        parties=parties,
        dnr=head.dnr,
        valid_from=first(terms, "valid_from"),
        valid_to=first(terms, "valid_to"),
        extended_to=None,
        renewal_years=renewal // 12 if renewal and renewal % 12 == 0 else None,
        notice_months=number(terms, "notice"),
        compensation_sek=number(terms, "compensation"),
        price_index=first(terms, "price_index"),
        signed=_last(terms, "signed"),
        clauses=found,
        span=context.span(context.part.start, context.blocks[-1].end),
        renewal_months=renewal,
        extension_option=first(terms, "extension_option"),
        notice_by=first(terms, "notice_by"),
        indexed_from=first(terms, "indexed_from"),
        payment=first(terms, "payment"),
        contacts=contacts(context, parties),
        own=True,
        **_notice(context, terms),
        alike=_alike(context),
    )
    return (agreement,), tuple(contradictions(context, terms))


def _notice(context: Context, terms: tuple[Term, ...]) -> dict[str, Any]:
    """The words that the last day of notice is read from: of the day where it stands there, else of the months."""
    term = first_term(terms, "notice_by") or first_term(terms, "notice")
    if term is None:
        return {}
    start, end = context.sentence_at(term.place)
    return {"notice_words": squeeze(context.words(start, end))[:LONGEST_WORDS], "notice_span": context.span(start, end)}


def _alike(context: Context) -> str | None:
    found = next(iter(context.rules.found("alike_agreements", context.folded, context.part.start, context.part.end)), None)
    return squeeze(context.words(*context.sentence_at(found[1].start())))[:LONGEST_WORDS] if found else None


def _last(terms: tuple[Term, ...], name: str) -> str | None:
    """An agreement that several sign on different days is signed on the last."""
    return next((t.value for t in reversed(terms) if t.name == name), None)


def _told(context: Context, names: Names) -> Iterator[Agreement]:
    """Agreements that running text tells of by diary number, with the term it gives; a later sentence may tell of an extension."""
    seen = set()
    extensions = _extensions(context)
    begins = [m.start() for m in extensions]
    for mention in context.mentions.numbers:
        if mention.number.key in seen or context.opening_at(mention.start):  # the number of a § is its case's
            continue
        start, end = context.sentence_at(mention.start)
        start, end = max(start, mention.start - FAR), min(end, mention.end + FAR)
        words = context.folded[start:end]
        named = next((m for p in context.rules.of("told_agreements") if (m := p.regex.search(words[: mention.start - start]))), None)
        if named is None:
            continue
        seen.add(mention.number.key)
        terms = {k: v for p in context.rules.of("told_terms") if (m := p.regex.search(words)) for k, v in m.groupdict().items() if v}
        full = next((n for n in names.all if n.dnr and n.dnr.key == mention.number.key and not n.bare), None)
        extension = next(iter(extensions[(k := bisect_left(begins, start)) : k + 1]), None)
        yield Agreement(
            title=full.name if full else squeeze(context.words(start + named.start("title"), start + named.end("title"))),
            parties=full.parties if full else (),
            dnr=mention.number,
            valid_from=_day(context, terms.get("valid_from")) or terms.get("first_year"),
            valid_to=_day(context, terms.get("valid_to")) or terms.get("last_year"),
            extended_to=_last_day(_day(context, extension["extended_to"])) if extension else None,
            renewal_years=None, notice_months=None, compensation_sek=None, price_index=None, signed=None, clauses=(),
            span=context.span(start, end),
        )  # fmt: skip


def _extensions(context: Context) -> list[re.Match[str]]:
    """What the text tells of extensions, in order of place."""
    found = (m for _, m in context.rules.found("told_extensions", context.folded, context.part.start, context.part.end))
    return sorted(found, key=lambda m: m.start())


def _last_day(day: str | None) -> str | None:
    """The last day of a month: a term "till och med december 2022" ends with it."""
    if day is None or len(day) != 7:
        return day
    year, month = int(day[:4]), int(day[5:])
    return f"{day}-{calendar.monthrange(year, month)[1]:02}"


def _day(context: Context, words: str | None) -> str | None:
    return parse_day(words, context.rules) if words else None


def _parties(context: Context) -> Iterator[str]:
    """The parties in order: those with a number, a short name or a label of their own, or under a heading of parties; else the two that it says the
    agreement is between.
    """
    for found in (_labelled, _listed, _between):
        names = {plain(name): name for span in sorted(found(context)) if (name := name_of(context.words(*span)))}
        if len(names) > 1 or found is _between:
            yield from list(names.values())[:MOST_PARTIES]
            return


def _labelled(context: Context) -> list[tuple[int, int]]:
    return [m.span("party") for _, m in context.rules.found("agreement_parties", context.folded, context.part.start, context.part.end)]


def _listed(context: Context) -> list[tuple[int, int]]:
    """The names in the text under the first heading of parties."""
    headings = (s for s in context.sections if s.heading and context.rules.match("party_headings", fold(s.heading.text)))
    section = next(headings, None)
    blocks = section.content if section else ()
    places = [(b.start, b.end) for b in blocks] or list(_lines_of_parties(context))
    return [m.span("party") for start, end in places for _, m in context.rules.found("party_names", context.folded, start, end)]


def _lines_of_parties(context: Context) -> Iterator[tuple[int, int]]:
    """The lines below such a heading that name a party each, and so look like headings themselves, or like one heading together with it."""
    below = itertools.dropwhile(lambda b: not _heads_parties(context, b), context.blocks)
    first = list(itertools.islice(below, 1))
    named = itertools.takewhile(lambda b: b.kind in ("heading", "item") and context.rules.match("party_names", fold(b.text)) is not None, below)
    for block in [*first, *named]:
        yield from lines(context.folded, block.start, block.end)


def _heads_parties(context: Context, block: Block) -> bool:
    """The first line of the block is a heading of parties, with or without its number."""
    line = context.folded[block.start : block.end].partition("\n")[0].strip()
    return block.kind != "paragraph_heading" and context.rules.match("party_headings", line.removeprefix(block.marker).strip(" :")) is not None


def _between(context: Context) -> list[tuple[int, int]]:
    pattern = next(p for p in context.rules.of("terms") if p.name == "party")
    match = pattern.regex.search(context.folded, context.part.start, context.part.end)
    return [match.span("party_1"), match.span("party_2")] if match else []

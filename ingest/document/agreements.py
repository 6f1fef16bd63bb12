"""Agreements: clauses, parties, validity, renewal, notice, compensation and the day of signing."""

from __future__ import annotations

import calendar
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping

from ingest.document.context import Context
from ingest.find.dates import parse_day
from ingest.models import Agreement, Clause, Head
from ingest.text import fold, squeeze

FAR = 1500
"""A sentence that never ends is looked at so many characters around a diary number."""
_COUNTS: Mapping[str, int] = {"en": 1, "ett": 1, "tva": 2, "tre": 3, "fyra": 4, "fem": 5, "sex": 6, "nio": 9, "tolv": 12}


def agreements(context: Context, head: Head, records: str) -> tuple[Agreement, ...]:
    """The agreement a document is, if its §§ are clauses or it states a term of validity."""
    if records != "clauses":
        return tuple(_told(context))
    terms = _terms(context)
    found = tuple(_clauses(context))
    if not found and not terms.get("valid_from"):
        return ()
    return (
        Agreement(
            title=head.title,
            parties=tuple(_parties(context)),
            dnr=head.dnr,
            valid_from=_day(context, terms.get("valid_from")),
            valid_to=_day(context, terms.get("valid_to")),
            extended_to=None,
            renewal_years=_count(terms.get("renewal_years")),
            notice_months=_count(terms.get("notice_months") or terms.get("notice_months_2")),
            compensation_sek=int(digits) if (digits := re.sub(r"\D", "", terms.get("compensation_sek", ""))) else None,
            price_index=terms.get("price_index"),
            signed=_signed(context),
            clauses=found,
            span=context.span(context.part.start, context.blocks[-1].end),
        ),
    )


def _told(context: Context) -> Iterator[Agreement]:
    """Agreements that running text tells of by diary number, with the term it gives; a later sentence may tell of an extension."""
    seen = set()
    extensions = _extensions(context)
    begins = [m.start() for m in extensions]
    for mention in context.mentions.numbers:
        if mention.number.key in seen:
            continue
        start, end = context.sentence_at(mention.start)
        start, end = max(start, mention.start - FAR), min(end, mention.end + FAR)
        words = context.folded[start:end]
        named = next((m for p in context.rules.of("told_agreements") if (m := p.regex.search(words[: mention.start - start]))), None)
        if named is None:
            continue
        seen.add(mention.number.key)
        terms = {k: v for p in context.rules.of("told_terms") if (m := p.regex.search(words)) for k, v in m.groupdict().items() if v}
        extension = next(iter(extensions[(k := bisect_left(begins, start)) : k + 1]), None)
        yield Agreement(
            title=squeeze(context.words(start + named.start("title"), start + named.end("title"))),
            parties=(),
            dnr=mention.number,
            valid_from=_day(context, terms.get("valid_from")) or terms.get("first_year"),
            valid_to=_day(context, terms.get("valid_to")) or terms.get("last_year"),
            extended_to=_last_day(_day(context, extension["extended_to"])) if extension else None,
            renewal_years=None, notice_months=None, compensation_sek=None, price_index=None, signed=None, clauses=(),
            span=context.span(start, end),
        )  # fmt: skip


def _extensions(context: Context) -> list[re.Match[str]]:
    """What the text tells of extensions, in order of place."""
    found = (m for p in context.rules.of("told_extensions") for m in p.regex.finditer(context.folded, context.part.start, context.part.end))
    return sorted(found, key=lambda m: m.start())


def _last_day(day: str | None) -> str | None:
    """The last day of a month: a term "till och med december 2022" ends with it."""
    if day is None or len(day) != 7:
        return day
    year, month = int(day[:4]), int(day[5:])
    return f"{day}-{calendar.monthrange(year, month)[1]:02}"


def _terms(context: Context) -> dict[str, str]:
    """The first words that fill each term, as written."""
    found: dict[str, str] = {}
    for pattern in context.rules.of("terms"):
        match = pattern.regex.search(context.folded, context.part.start, context.part.end)
        if match and not (pattern.name.startswith("validity") and "valid_from" in found):
            found |= {k: squeeze(context.words(*match.span(k))) for k, v in match.groupdict().items() if v and k not in found}
    return found


def _signed(context: Context) -> str | None:
    pattern = next(p for p in context.rules.of("terms") if p.name == "signed")
    days = [m["signed"] for m in pattern.regex.finditer(context.folded, context.part.start, context.part.end)]
    return days[-1] if days else None


def _day(context: Context, words: str | None) -> str | None:
    return parse_day(words, context.rules) if words else None


def _count(words: str | None) -> int | None:
    if not words:
        return None
    return int(words) if words.isdigit() else _COUNTS.get(fold(words).lower())


def _parties(context: Context) -> Iterator[str]:
    for pattern in context.rules.of("terms"):
        match = pattern.regex.search(context.folded, context.part.start, context.part.end) if pattern.name == "party" else None
        if match:
            yield squeeze(context.words(*match.span("party_1")))
            yield squeeze(context.words(*match.span("party_2")))


def _clauses(context: Context) -> Iterator[Clause]:
    blocks = context.openings
    for n, block in enumerate(blocks):
        end = blocks[n + 1].start if n + 1 < len(blocks) else context.part.end
        under = context.places.within(block.end, end)
        text = " ".join(b.text for b in under)
        yield Clause(block.get("number"), block.text, text, context.span(block.start, under[-1].end if under else block.end))

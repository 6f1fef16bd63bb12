"""The terms of an agreement as its words give them, and where they contradict each other."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ingest.document.context import Context
from ingest.find.dates import parse_day
from ingest.models import Problem, Span
from ingest.text import fold, squeeze

COUNTS: Mapping[str, int] = {
    "en": 1, "ett": 1, "tva": 2, "tre": 3, "fyra": 4, "fem": 5, "sex": 6, "sju": 7, "atta": 8, "nio": 9, "tio": 10, "elva": 11, "tolv": 12,
    "arton": 18, "tjugofyra": 24, "trettiosex": 36,
}  # fmt: skip
_THOUSANDS: Mapping[str, int] = {"tkr": 1_000, "kkr": 1_000, "mnkr": 1_000_000, "miljoner kronor": 1_000_000}
COMPARED = ("valid_from", "valid_to", "notice", "renewal")
"""Terms of which an agreement has one each: where two places differ, a person should look."""
_NAMES: Mapping[str, str] = {
    "valid_from": "första dagar",
    "valid_to": "sista dagar",
    "notice": "uppsägningstider",
    "renewal": "tider för förlängning",
}


@dataclass(frozen=True, slots=True)
class Term:
    """One term where it stands: a day (ISO), a number (months, kronor) or words.

    `firm`: its sentence, or the heading above, is about the agreement itself.
    """

    name: str
    value: str
    span: Span
    place: int
    """In the clean text."""
    firm: bool = True


def terms_of(context: Context) -> tuple[Term, ...]:
    """Every term in order: the entries of `terms`, and within one the order of place. What a party only may extend is no renewal."""
    found: list[Term] = []
    for _, match in context.rules.found("terms", context.folded, context.part.start, context.part.end):
        found += _of(context, {k: match.span(k) for k, v in match.groupdict().items() if v})
    optional = {context.sentence_at(t.place) for t in found if t.name == "extension_option"}
    return tuple(t for t in found if t.name != "renewal" or context.sentence_at(t.place) not in optional)


def first(terms: tuple[Term, ...], name: str) -> str | None:
    """The first value of a term, rather a firm one; None where the agreement does not say."""
    term = first_term(terms, name)
    return term.value if term else None


def first_term(terms: tuple[Term, ...], name: str) -> Term | None:
    """The same with its place."""
    return next(iter(sorted((t for t in terms if t.name == name), key=lambda t: not t.firm)), None)


def number(terms: tuple[Term, ...], name: str) -> int | None:
    """The same as a number."""
    value = first(terms, name)
    return int(value) if value else None


def _of(context: Context, groups: Mapping[str, tuple[int, int]]) -> Iterator[Term]:
    """The terms of one match. A group called `x_2` or `x_3` fills x as well; `x_unit` says in what x is counted."""
    for key, (start, end) in groups.items():
        if key.endswith("_unit") or key.startswith("party"):
            continue
        unit = squeeze(fold(context.words(*groups[f"{key}_unit"]))).lower() if f"{key}_unit" in groups else ""
        name = re.sub(r"_\d$", "", key)
        value = _value(context, name, start, end, unit)
        if value:
            name = _COLUMNS.get(name, name)
            yield Term(name, value, context.span(start, end), start, name not in COMPARED or _firm(context, start))


def _firm(context: Context, place: int) -> bool:
    """True where its sentence is about the agreement, or stands straight under a heading that is: prices and plans have their days too."""
    start, end = context.sentence_at(place)
    above = context.heading_above(place)
    straight = above is not None and not context.words(above.end, start).strip()
    words = context.folded[start:end] + ("\n" + fold(above.text) if above and straight else "")
    return context.rules.search("term_subjects", words) is not None


_COLUMNS: Mapping[str, str] = {"first_year": "valid_from", "last_year": "valid_to"}


def _value(context: Context, name: str, start: int, end: int, unit: str) -> str | None:
    words = squeeze(context.words(start, end))
    if name in ("valid_from", "valid_to", "notice_by", "signed"):
        return parse_day(words, context.rules)
    if name in ("renewal", "notice"):
        count = int(words) if words.isdigit() else COUNTS.get(fold(words).lower(), 0)
        return str(count * (12 if unit.startswith("ar") else 1)) if count else None
    if name == "compensation":
        return _kronor(words, unit)
    if name == "extension_option":
        return squeeze(context.words(*context.sentence_at(start)))[:300]
    return words


def _kronor(words: str, unit: str) -> str | None:
    """A sum in whole kronor: "443 000", "1250000", "1,2" mnkr."""
    whole, _, part = words.partition(",")
    digits = re.sub(r"\D", "", whole)
    factor = _THOUSANDS.get(unit, 1)
    if not digits:
        return None
    return str(int(digits) * factor + (int(part) * factor // 10 ** len(part) if part.isdigit() else 0))


def contradictions(context: Context, terms: tuple[Term, ...]) -> Iterator[Problem]:
    """A Problem for each term that two places give differently, and for terms that cannot all be true."""
    for name in COMPARED:
        found = {t.value: t for t in reversed(terms) if t.name == name and t.firm}
        if len(found) > 1 and _comparable(found):
            values = ", ".join(sorted(_shown(name, v) for v in found))
            yield Problem("motstridiga villkor", f"Avtalet anger olika {_NAMES[name]}: {values}", next(reversed(found.values())).span)
    start, end, signed = first(terms, "valid_from"), first(terms, "valid_to"), first(terms, "signed")
    at = next((t.span for t in terms if t.name == "valid_to"), None)
    if start and end and end < start:
        yield Problem("motstridiga villkor", f"Avtalet slutar {end} men börjar gälla {start}", at)
    if end and signed and len(end) == 10 and signed > end:
        yield Problem("motstridiga villkor", f"Avtalet är undertecknat {signed}, efter sista dagen {end}", at)
    yield from _notice(terms, start, end)


def _comparable(found: Mapping[str, Term]) -> bool:
    """True unless one value is only a less precise way to say the other (2023 and 2023-01-01)."""
    values = sorted(found, key=len)
    return not all(v.startswith(values[0]) for v in values)


def _shown(name: str, value: str) -> str:
    return f"{value} månader" if name in ("notice", "renewal") else value


def _notice(terms: tuple[Term, ...], start: str | None, end: str | None) -> Iterator[Problem]:
    """A notice that is longer than the agreement, or a last day of notice that its months do not give."""
    months, term = number(terms, "notice"), next((t for t in terms if t.name == "notice"), None)
    if not (months and term and start and end and len(start) == len(end) == 10 and start < end):
        return
    first_day, last_day = datetime.date.fromisoformat(start), datetime.date.fromisoformat(end)
    if months * 30 > (last_day - first_day).days + 30:
        yield Problem("motstridiga villkor", f"Uppsägningstiden är {months} månader men avtalet löper bara {start}–{end}", term.span)
    stated, last_notice = first(terms, "notice_by"), notice_day(end, months)
    if stated and stated != last_notice:
        yield Problem(
            "motstridiga villkor", f"Sista dag för uppsägning anges till {stated}, men {months} månader före {end} är {last_notice}", term.span
        )


def notice_day(end: str, months: int) -> str:
    """The last day to give notice so many months before the day after `end`."""
    after = datetime.date.fromisoformat(end) + datetime.timedelta(days=1)
    total = after.year * 12 + after.month - 1 - months
    year, month = divmod(total, 12)
    day = min(after.day, (datetime.date(year + month // 11, (month + 1) % 12 + 1, 1) - datetime.timedelta(days=1)).day)
    return (datetime.date(year, month + 1, day) - datetime.timedelta(days=1)).isoformat()

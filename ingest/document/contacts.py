"""Whom to reach about an agreement: the people under a heading of contacts, or in a sentence that names one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence

from ingest.document.context import Context
from ingest.models import Contact
from ingest.rules import Rules
from ingest.text import fold, lines, plain, squeeze

FAR = 25
"""The people stand within so many lines below such a heading."""
NEAR = 200
"""Phone and address stand so near behind a name in a sentence (characters)."""
ALIKE = 0.75
"""A party whose name OCR has damaged is at least so like itself (0–1)."""
_DEBRIS = re.compile(r"^(?:[\W\d_]{1,3}\|?|[^\W\d_]?\|)\s*(?=[A-ZÅÄÖ])")
"""What OCR puts in front of a line: the edge of a table."""
_PERSON = re.compile(r"[A-ZÅÄÖÉ][\w'-]+(?: (?:von|af|de))?(?: [A-ZÅÄÖÉ][\w'.-]+){1,3}")

Line = tuple[int, int, str]


def contacts(context: Context, parties: Sequence[str]) -> tuple[Contact, ...]:
    """The contacts in order of place, each once."""
    found = [*_listed(context, parties), *_told(context, parties)]
    seen = {plain(c.person): c for c in sorted(found, key=lambda c: c.span, reverse=True)}
    return tuple(sorted(seen.values(), key=lambda c: c.span))


def _listed(context: Context, parties: Sequence[str]) -> Iterator[Contact]:
    """Under each heading: a name, then what is known of that person to the next name or heading."""
    rows = [(a, b, context.words(a, b).strip()) for a, b in lines(context.clean.text, context.part.start, context.part.end)]
    rows = [r for r in rows if r[2]]
    at = 0
    while at < len(rows):
        heading = _heading(context, rows[at])
        at += 1
        if heading is None:
            continue
        until = next(
            (n for n in range(at, min(at + FAR, len(rows))) if _heading(context, rows[n]) or _ends(context, rows[n])), min(at + FAR, len(rows))
        )
        yield from _people(context, rows[at:until], _party(heading, parties))
        at = until


def _heading(context: Context, row: Line) -> str | None:
    """Whose contact the heading announces ("" where it does not say); None where the line is none."""
    found = context.rules.match("contact_headings", fold(row[2]))
    if found is None:
        return None
    match = found[1]
    group = next((g for g in ("party", "party_2") if match[g]), None)
    return squeeze(row[2][match.start(group) : match.end(group)]) if group else ""


def _ends(context: Context, row: Line) -> bool:
    """The next clause begins, or running text."""
    return context.opening_at(row[0]) is not None or (len(row[2]) > 60 and row[2].endswith("."))


def _party(words: str, parties: Sequence[str]) -> str | None:
    """The only party of the agreement that the heading can mean ("Regionens" → Region Fjällhav), else its own words."""
    key = re.sub(r"(?:ens|ets|en|et|s)$", "", plain(words))
    found = [p for p in parties if key and (key in plain(p) or difflib.SequenceMatcher(None, key, plain(p)).ratio() > ALIKE)]
    return found[0] if len(found) == 1 else words or None


def _people(context: Context, rows: Sequence[Line], party: str | None) -> Iterator[Contact]:
    """One contact a name that phone or e-mail follows; what stands between is about that person."""
    texts = [_DEBRIS.sub("", text) for _, _, text in rows]
    reached = [bool(_value(t, "phones", context.rules) or _value(t, "emails", context.rules)) for t in texts]
    at = 0
    while at < len(rows):
        named = (n for n in range(at, len(rows)) if not reached[n] and _PERSON.fullmatch(texts[n]) and not _is_body(texts[n], context.rules))
        name = next(named, None)
        ways = next((n for n in range(name, len(rows)) if reached[n]), None) if name is not None else None
        if name is None or ways is None:
            return  # a name alone is a place or a heading
        at = next((n for n in range(ways, len(rows)) if not reached[n]), len(rows))
        about = texts[name + 1 : at]
        phone, email = _value("\n".join(about), "phones", context.rules), _value("\n".join(about), "emails", context.rules)
        yield Contact(
            texts[name],
            _role(about, context.rules),
            party or _organisation(about, context.rules),
            phone,
            email,
            context.span(rows[name][0], rows[at - 1][1]),
        )


def _role(about: Sequence[str], rules: Rules) -> str | None:
    """The line below the name that is neither organisation, address, phone nor e-mail."""
    known = ("contact_organisations", "contact_addresses", "phones", "emails")
    return next((t for t in about[:2] if t[:1].isalpha() and not any(_has(t, section, rules) for section in known)), None)


def _organisation(about: Sequence[str], rules: Rules) -> str | None:
    return next((t.split(",")[0] for t in about if _is_body(t, rules) and "@" not in t), None)


def _is_body(text: str, rules: Rules) -> bool:
    return _has(text, "contact_organisations", rules)


def _has(text: str, section: str, rules: Rules) -> bool:
    return any(p.regex.search(fold(text)) for p in rules.of(section))


def _told(context: Context, parties: Sequence[str]) -> Iterator[Contact]:
    for pattern in context.rules.of("contact_sentences"):
        for match in pattern.regex.finditer(context.folded, context.part.start, context.part.end):
            party, person, role = (context.words(*match.span(g)) if match[g] else None for g in ("party", "person", "role"))
            reach = context.words(match.end(), min(match.end() + NEAR, context.part.end)).split("\n" if pattern.get("needs") else "\n\n")[0]
            phone, email = _value(reach, "phones", context.rules), _value(reach, "emails", context.rules)
            if phone or email or not pattern.get("needs"):
                whose = _party(squeeze(party), parties) if party else None
                where = context.span(match.start("person"), match.end())
                yield Contact(squeeze(person or ""), squeeze(role) if role else None, whose, phone, email, where)


def _value(text: str, section: str, rules: Rules) -> str | None:
    match = next((m for p in rules.of(section) if (m := p.regex.search(fold(text)))), None)
    return squeeze(text[match.start("value") : match.end("value")]) if match else None

"""People named with a party, `Anna Ek (S)`; and the names in the subject of a sentence, some of which stand without one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.models import Part, PersonMention
from ingest.places import Taken
from ingest.rules import Rules
from ingest.text import fold, name_of

_NAME = re.compile(r"(?:[A-ZÅÄÖÉ][\w'-]+|[A-Z]\.? [A-Z]\.?(?= [A-ZÅÄÖ][\w-]{2}))(?: (?:von|af|de|van|der|la|[A-ZÅÄÖÉ][\w'.-]*)){1,4}$")
_NAMED = r"(?<![\w'-])(?P<name>[A-Z][\w'-]{1,40}(?: (?:von|af|de|van|der|la|[A-Z][\w'.-]{0,40})){1,4})"


def find_people(text: str, folded: str, part: Part, rules: Rules, first: int | None = None) -> tuple[PersonMention, ...]:
    """People with their party in order of place; party letters as written, "" for one without a party. `first` is where the first § begins."""
    found = []
    for pattern in rules.of("people"):
        for match in pattern.regex.finditer(folded, part.start, part.end):
            start, end = match.span("name")
            start = _after_label(folded, _after_heading(folded, start, end, rules), end, rules)
            start = _after_place(folded, start, end, rules) if first and start < first else start
            start = _after_lead(folded, _after_row(folded, start, end), end, rules)
            name = name_of(text[start:end])
            party = text[slice(*match.span("party"))].strip("-")  # "Ö" is no "O"
            found.append(PersonMention(start + len(text[start:end]) - len(text[start:end].lstrip()), match.end(), name, party))
    taken = Taken((m.start, m.end) for m in found)
    found += [m for m in _of_local_parties(text, folded, part, first or part.start, rules) if taken.take(m.start, m.end)]
    return tuple(sorted(found, key=lambda m: m.start))


def party_in(words: str, rules: Rules) -> str:
    """The letters of a party that stand in brackets, or alone in a column; "-" where it says that there is none, "" where nothing does."""
    found = rules.search("party_letters", fold(words))
    return words[slice(*found[1].span("party"))] if found else ""


def _of_local_parties(text: str, folded: str, part: Part, first: int, rules: Rules) -> Iterator[PersonMention]:
    """People with letters that no entry knows. What stands behind a name that begins its line before the first § is a local party, and so it is
    elsewhere.
    """
    letters: set[str] = set()
    for pattern in rules.of("people_listed"):
        for match in pattern.regex.finditer(folded, part.start, first):
            party = match["party"] or match["party2"]
            if party not in rules.abbreviations and not re.search(pattern.get("unless"), party):
                letters.add(party)
    if not letters:
        return
    one = "|".join(map(re.escape, sorted(letters)))
    behind = re.compile(rf"{_NAMED} ?(?:\((?P<party>{one})\)|, (?P<party2>{one})(?!\w))")
    for match in behind.finditer(folded, part.start, part.end):
        start, end = match.span("name")
        start = _after_lead(folded, start, end, rules)
        group = "party" if match["party"] else "party2"
        yield PersonMention(start, match.end(), name_of(text[start:end]), text[match.start(group) : match.end(group)])


def _after_heading(folded: str, start: int, end: int, rules: Rules) -> int:
    """Where the name begins when the line above it, a heading, seemed to be its first part ("Yrkanden / Anna Ek (S)")."""
    stop = folded.find("\n", start, end)
    if stop > 0 and _is_short(folded[start:stop]):
        return stop + 1
    if stop < 0 or (start and folded[start - 1] not in "\n\f"):
        return start
    return stop + 1 if rules.fullmatch("headings", folded[start:stop].strip(" .:")) else start


def _after_row(folded: str, start: int, end: int) -> int:
    """Where the name begins when a whole name's worth of words stands on each side of a line break: "Norra Ekedal / Bo Ås (M)" is no one name."""
    stop = folded.rfind("\n", start, end)
    return stop + 1 if stop > 0 and min(len(folded[start:stop].split()), len(folded[stop:end].split())) > 1 else start


def _after_place(folded: str, start: int, end: int, rules: Rules) -> int:
    """Where the name begins in a list of people with their places: "Bo Ek (M), Norrvik / Tilde Holm (V)"."""
    stop = folded.find("\n", start, end)
    before = re.search(r"\([^\n()]{1,4}\)(?=[^\n(]{0,60}, $)", folded[max(0, start - 80) : start]) if stop > 0 else None
    listed = before and party_in(before.group(), rules)
    return stop + 1 if listed and len(folded[stop:end].split()) > 1 else start


def _is_short(words: str) -> bool:
    """Letters of a party or a choice at the end of the line above are no first name."""
    return words.isupper() and 1 < len(words) < 7


def _after_label(folded: str, start: int, end: int, rules: Rules) -> int:
    """Where the name begins behind a label of the attendance list, on its own line or on one that the name seemed to go on from."""
    begins = [start, *(m.end() for m in re.compile(r"\n").finditer(folded, start, end))]
    labels = [m.end() for at in begins for p in rules.beginning("attendance_labels", folded[at:end]) if (m := p.regex.match(folded, at, end))]
    return next((at for at in reversed(labels) if len(folded[at:end].split()) > 1), start)


def _after_lead(folded: str, start: int, end: int, rules: Rules) -> int:
    """Where the name begins behind a title or organisation ("ordföranden Anna Ek", "Region Fjällhav Anna Ek")."""
    lead = next((m for p in rules.beginning("people_leads", folded[start:end]) if (m := p.regex.match(folded, start, end))), None)
    return lead.end() if lead and lead.end() < end else start


def people_in(subject: str, at: int, rules: Rules) -> tuple[PersonMention, ...]:
    """The people an enumeration names, with or without party: "Anna Ek (S), Bo Ås (M) och Cia Ö". `at` is where it begins in the clean text.

    A part that is no name of two words or more is passed over.
    """
    found = []
    for match in re.finditer(r"(?:(?!,|\s(?:och|samt)\s).)+(?:,\s?\([\w-]+\))?", subject, re.S):
        words = " ".join(match.group().split()).strip(" ,")
        party = re.search(r",?\s?\(([\w-]{1,4})\)$", words)
        name = re.sub(r"^(?:och|samt) | (?:och|samt)$", "", words[: party.start()] if party else words)
        name = name[_after_lead(fold(name), 0, len(name), rules) :].strip(" ,")
        if _NAME.fullmatch(name):
            start = at + match.start() + max(0, match.group().find(name.split()[0]))
            found.append(PersonMention(start, at + match.end(), name, party.group(1).strip("-") if party else None))
    return tuple(found)

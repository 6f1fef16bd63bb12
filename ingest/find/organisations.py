"""Municipalities, regions and associations by the shape of their names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.places import Taken
from ingest.rules import Pattern, Rules
from ingest.text import fold, squeeze


@dataclass(frozen=True, slots=True)
class OrganisationMention:
    """An organisation in the text; `kind` is municipality, region or association."""

    start: int
    end: int
    name: str
    kind: str


def find_organisations(text: str, folded: str, start: int, end: int, rules: Rules) -> list[OrganisationMention]:
    """Those named between two places, in order; of overlapping ones the earlier entry of the metadata counts."""
    taken = Taken()
    found = []
    for pattern, match in rules.found("organisations", folded, start, end):
        name = _name(pattern, match, text)
        if name and taken.take(*match.span()):
            found.append(OrganisationMention(match.start(), match.end(), name, pattern.get("kind")))
    return sorted(found, key=lambda m: m.start)


def _name(pattern: Pattern, match: re.Match[str], text: str) -> str:
    """The name as it is written in running text, "" where the entry's condition says it is something else."""
    words = squeeze(text[match.start("name") : match.end("name")])
    unless = pattern.get("unless")
    if unless and re.search(fold(unless), fold(words)):
        return ""
    if words.isupper():
        words = re.sub(r"(?<= )Ab$", "AB", words.title())
    return re.sub(r" (Kommun|Stad)$", lambda m: m.group().lower(), words)

"""The fields of the query language: what people call them, and what they are called in the nodes."""

from __future__ import annotations

import functools

NAMES = {
    "dnr": "case", "diarienummer": "case", "diarienr": "case", "ärendenummer": "case", "ärende": "case",
    "forum": "forum", "organ": "forum", "arena": "forum", "nämnd": "forum",
    "datum": "when", "date": "when", "dag": "when", "år": "when", "year": "when", "när": "when",
    "typ": "kind", "kind": "kind", "slag": "kind", "sort": "kind",
    "§": "paragraph", "paragraf": "paragraph", "§§": "paragraph",
    "område": "area", "area": "area",
    "kommun": "municipality", "organisation": "municipality", "municipality": "municipality",
    "person": "person", "namn": "person",
    "uppdrag": "assignment", "assignment": "assignment",
    "diarium": "register", "register": "register",
}  # fmt: skip
"""As typed, in small letters; with and without the marks over å, ä and ö (see `name_of`)."""

SHOWN = ("dnr", "forum", "datum", "år", "typ", "§", "område", "kommun", "person", "uppdrag", "diarium")
"""Those that help names, one for each."""

_PLAIN = str.maketrans("åäö", "aao")
_ALL = {**{name.translate(_PLAIN): field for name, field in NAMES.items()}, **NAMES}


def name_of(typed: str) -> str:
    """The field, "" for a word that is none."""
    return _ALL.get(typed.lower(), "")


def typed(field: str, value: str) -> str:
    """A filter as people may type it, by the name of the field that help shows."""
    return f"{next(name for name in SHOWN if NAMES[name] == field)}:{value}"


@functools.cache
def pattern() -> str:
    """A regular expression for all names, the longest first."""
    return "|".join(sorted(_ALL, key=lambda name: (-len(name), name)))

"""metadata/search.yaml → `SearchWords`: what people type when they search. The parser needs none of it; kb keeps it in the database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingest.errors import BadMetadata
from ingest.rules.files import listed
from ingest.search_words import UNITS, PeriodName, SearchWords, Synonym
from ingest.text import fold


def search_words(path: Path, data: Any) -> SearchWords:
    """The content of search.yaml, checked. Raises BadMetadata, which names the entry."""
    numerals = data.get("numerals") if isinstance(data.get("numerals"), dict) else None
    if numerals is None or not all(isinstance(n, int) for n in numerals.values()):
        raise BadMetadata(f"{path}: ”numerals” ska vara ord och tal")
    return SearchWords(
        synonyms=tuple(_synonym(f"{path}: synonyms nr {n}", entry) for n, entry in enumerate(listed(path, data, "synonyms"), 1)),
        small=_lowered(path, data, "small"),
        numerals={fold(str(word)): number for word, number in numerals.items()},
        periods=tuple(_period(f"{path}: periods nr {n}", entry) for n, entry in enumerate(listed(path, data, "periods"), 1)),
        asking=_lowered(path, data, "asking"),
        sections=_lowered(path, data, "sections"),
    )


def _lowered(path: Path, data: Any, key: str) -> frozenset[str]:
    return frozenset(str(word).lower() for word in listed(path, data, key))


def _synonym(where: str, entry: Any) -> Synonym:
    if not isinstance(entry, dict) or len(_words(entry, "words")) + len(_words(entry, "only")) < 2 or not _words(entry, "words"):
        raise BadMetadata(f"{where}: minst två ord behövs under ”words”")
    if not entry.get("matches"):
        raise BadMetadata(f"{where}: exempel saknas under ”matches”")
    return Synonym(_words(entry, "words"), _words(entry, "only"), _words(entry, "case"), _words(entry, "matches"), _words(entry, "rejects"))


def _period(where: str, entry: Any) -> PeriodName:
    if not isinstance(entry, dict) or not entry.get("pattern") or entry.get("unit") not in UNITS:
        raise BadMetadata(f"{where}: ”pattern” eller ”unit” saknas, unit är en av {', '.join(sorted(UNITS))}")
    pattern = fold(str(entry["pattern"]))
    try:
        re.compile(pattern)
    except re.error as error:
        raise BadMetadata(f"{where}: mönstret är fel ({error})") from error
    matches = entry.get("matches") or ()
    if not matches or not all(isinstance(m, list) and len(m) == 3 for m in matches):
        raise BadMetadata(f"{where}: exempel saknas under ”matches”: text, första dag, sista dag")
    return PeriodName(
        pattern, str(entry["unit"]), entry.get("back"), bool(entry.get("last")), str(entry.get("free") or ""),
        tuple((str(a), str(b), str(c)) for a, b, c in matches), _words(entry, "rejects"),
    )  # fmt: skip


def _words(entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(str(word) for word in entry.get(key) or ())

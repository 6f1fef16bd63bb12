"""What papers say of a diary number that several organisations have used: who is named beside it, what the matter is, and which §§ are cited."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from ingest.find.organisations import find_organisations
from ingest.rules import Rules
from ingest.text import fold, plain, sentence_at
from kb.links.base import FULL, Base
from kb.links.organisations import scope_of

Place = tuple[int, int | None, int, int]
"""Page, line, start and end."""
LONG = 15
"""Letters of a heading that say enough to know a matter by."""
MOST = 0.75
"""So many of the longer words of the shorter of two headings stand in the other, where the two are of one matter; and it has at least `FEW`."""
FEW = 3
_SHORT = 3


class Mention(NamedTuple):
    """A diary number where it stands: the `nth` of that spelling in its passage."""

    id: int
    key: str
    document: str
    role: str
    canonical: str
    spelling: str
    sub: str | None
    place: Place
    passage: str
    nth: int


class Name(NamedTuple):
    """An organisation that a text names, by its scope."""

    start: int
    end: int
    scope: str


def mentions(db: sqlite3.Connection, keys: Iterable[str]) -> list[Mention]:
    """Every mention of the keys as it was read, paper by paper."""
    found: list[Mention] = []
    met: set[int] = set()
    times: dict[tuple[str, int, str], int] = defaultdict(int)
    for id, key, document, role, canonical, spelling, sub, *place, begins, text in db.execute(_MENTIONS, (json.dumps(sorted(keys)),)):
        if id in met:
            continue
        met.add(id)
        times[document, begins or 0, spelling] += 1
        nth = times[document, begins or 0, spelling]
        found.append(Mention(id, key, document, role, canonical, spelling, sub, tuple(place), text or spelling, nth))
    return found


def _sentence(mention: Mention, rules: Rules) -> tuple[str, int | None]:
    """The sentence that a number stands in, and where in it; the whole passage, and None, where that cannot be told. Each line of a passage is a
    block of its own: a heading is no part of the sentence below it.
    """
    text, at = mention.passage, -1
    for _ in range(mention.nth):
        at = text.find(mention.spelling, at + 1)
    if at < 0:
        return text, None
    begin, stop = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    start, end = sentence_at(fold(text), begin, stop if stop >= 0 else len(text), at, rules.stops)
    return text[start:end], at - start


class Names:
    """The organisations that texts name: by full name ("Norrviks kommun"), by a body of the place ("kommunstyrelsen i Norrvik"), and where the papers
    are of one region, that by its bodies ("regionstyrelsen").
    """

    def __init__(self, rules: Rules, regions: Collection[str]) -> None:
        self._rules = rules
        self._region = next(iter(regions)) if len(regions) == 1 else ""
        self.named = lru_cache(maxsize=4096)(self._named)

    def _named(self, text: str) -> tuple[Name, ...]:
        folded = fold(text)
        found = [Name(m.start, m.end, scope_of(m.name)) for m in find_organisations(text, folded, 0, len(text), self._rules)]
        for pattern, match in self._rules.found("bodies_of_place", folded, 0, len(text)):
            start, end = match.span()
            if not any(n.start < end and start < n.end for n in found):
                found.append(Name(start, end, scope_of(pattern.get("whose").format(place=text[slice(*match.span("place"))]))))
        if self._region:
            words = self._rules.found("words_for_the_region", folded, 0, len(text))
            found += [Name(*m.span(), self._region) for _, m in words if not any(n.start < m.end() and m.start() < n.end for n in found)]
        return tuple(sorted(found))

    def among(self, text: str, scopes: Iterable[str]) -> set[str]:
        """Those of the scopes that the text names."""
        words = fold(text).lower()
        if self._region not in scopes and not any(scope.rpartition(":")[2].partition(" ")[0] in words for scope in scopes):
            return set()  # as of most texts
        return {name.scope for name in self.named(text)} & set(scopes)

    def in_sentence(self, mention: Mention, scopes: Iterable[str]) -> set[str]:
        """Those of the scopes that the sentence of a number names."""
        some = tuple(scopes)
        return self.among(_sentence(mention, self._rules)[0], some) if self.among(mention.passage, some) else set()

    def beside(self, mention: Mention, scopes: Sequence[str]) -> str | None:
        """Which of the scopes is named straight before the number ("Norrviks kommun, dnr …") or behind it ("… i Norrviks kommun")."""
        if not self.among(mention.passage, scopes):
            return None
        text, at = _sentence(mention, self._rules)
        if at is None:
            return None
        end = at + len(mention.spelling)
        for name in self.named(text):
            before, behind = fold(text[name.end : at]), fold(text[end : name.start])
            parts = (("number_behind_name", before, name.end <= at), ("name_behind_number", behind, name.start >= end))
            if name.scope in scopes and any(there and self._between(section, words) for section, words, there in parts):
                return name.scope
        return None

    def _between(self, section: str, words: str) -> bool:
        return any(p.regex.match(words) for p in self._rules.of(section))


class Matters:
    """What headings are about, and whether two are of one matter."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self.of = lru_cache(maxsize=4096)(self._of)

    def _of(self, heading: str) -> str:
        """The matter without the words that say what is done with it; "" where every body has one of that name, or it is too short to tell."""
        folded = fold(heading)
        if self._rules.search("routine_matters", folded):
            return ""
        for lead in self._rules.of("matter_leads"):
            folded = lead.regex.sub("", folded, count=1)
        matter = plain(folded)
        return matter if len(matter) >= LONG else ""

    def alike(self, one: str, other: str) -> bool:
        """True where two headings are of one matter."""
        a, b = self.of(one), self.of(other)
        if not a or not b:
            return False
        first, second = ({word for word in matter.split() if len(word) > _SHORT} for matter in (a, b))
        least = min(len(first), len(second))
        return a in b or b in a or (least >= FEW and len(first & second) >= MOST * least)


def heads(db: sqlite3.Connection, documents: Iterable[str]) -> dict[str, tuple[str, Place]]:
    """Document → its title, and its place."""
    sql = "SELECT id, title, first_page, first_line, start, end FROM documents WHERE id IN (SELECT value FROM json_each(?))"
    return {id: (title, tuple(place)) for id, title, *place in db.execute(sql, (json.dumps(sorted(documents)),))}


def text_of(db: sqlite3.Connection, document: str, start: int = 0, end: int | None = None) -> str:
    """The words of a document, or of a part of it, as people read them."""
    bounds = (document, start, end if end is not None else 1 << 60)
    return "\n".join(
        text for (text,) in db.execute("SELECT text FROM passages WHERE document_id = ? AND start >= ? AND start < ? ORDER BY position", bounds)
    )


def cited(db: sqlite3.Connection, base: Base, documents: Iterable[str]) -> Mapping[str, set[tuple[str | None, str]]]:
    """Document → the §§ of the base that it cites by body, day and number, each with the § of its own in which it does; those that are sure."""
    found: dict[str, set[tuple[str | None, str]]] = defaultdict(set)
    for document, within, forum, organisation, number, date in db.execute(_CITED, (json.dumps(sorted(documents)),)):
        meant = {base.identity(s.id) for s in base.find(base.scopes(forum, document, organisation), forum, number, date)}
        if len(meant) == 1:
            found[document].add((within, meant.pop()))
    return found


_MENTIONS: Any = """
SELECT m.id, m.key, m.document_id, m.role, m.canonical, m.spelling, m.sub, m.page, m.line, m.start, m.end, p.start, p.text
FROM dnr_mentions m LEFT JOIN passages p ON p.document_id = m.document_id AND p.start <= m.start AND m.start < p.end
WHERE m.copied = 0 AND m.key IN (SELECT value FROM json_each(?)) ORDER BY m.document_id, m.start, m.end, p.position"""

_CITED = f"""
SELECT document_id, paragraph_id, forum, organisation, number, date FROM citations
WHERE kind = 'paragraf' AND number IS NOT NULL AND forum IS NOT NULL AND length(date) = {FULL}
  AND document_id IN (SELECT value FROM json_each(?)) ORDER BY id"""  # noqa: S608 our own number

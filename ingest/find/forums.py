"""Forums by name, alias, inflection and abbreviation; and bodies the registry does not list, by the shape of their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.models import DnrMention, ForumMention, Part
from ingest.rules import Pattern, Rules
from ingest.text import fold, sentences, squeeze


def find_forums(text: str, folded: str, part: Part, rules: Rules, numbers: Sequence[DnrMention]) -> tuple[ForumMention, ...]:
    """The forums in order of place. Of overlapping ones the longest wins, a listed forum on a tie; none lies within a diary number."""
    found = [*_listed(folded, text, part, rules), *_generic(folded, text, part, rules)]
    blocked = [(n.start, n.end) for n in numbers]
    free = _Free(blocked)
    kept = [m for m in sorted(found, key=lambda m: (m.start - m.end, m.start)) if free.take(m.start, m.end)]
    kept.sort(key=lambda m: m.start)
    return tuple(_beside(kept, folded, part, rules))


class _Free:
    """Which places are not taken yet; kept by the first character of fixed buckets, so that asking stays cheap in long texts."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self.buckets: dict[int, list[tuple[int, int]]] = {}
        for start, end in spans:
            self._add(start, end)

    def _add(self, start: int, end: int) -> None:
        for bucket in range(start // 64, end // 64 + 1):
            self.buckets.setdefault(bucket, []).append((start, end))

    def take(self, start: int, end: int) -> bool:
        """Take a place; False where part of it is taken."""
        near = (span for bucket in range(start // 64, end // 64 + 1) for span in self.buckets.get(bucket, ()))
        if any(a < end and start < b for a, b in near):
            return False
        self._add(start, end)
        return True


def _listed(folded: str, text: str, part: Part, rules: Rules) -> Iterator[ForumMention]:
    for match in rules.forum_names.finditer(folded, part.start, part.end):
        key = squeeze(match.group()).lower()
        name = rules.forums_by_name.get(key) or rules.forums_by_name.get(key.removesuffix("s"))
        if name:
            yield ForumMention(match.start(), match.end(), squeeze(text[match.start() : match.end()]), name.forums, name.weak)
    for match in rules.forum_abbreviations.finditer(folded, part.start, part.end):
        weak = match.group() in rules.weak_abbreviations
        yield ForumMention(match.start(), match.end(), match.group(), rules.abbreviations[match.group()], weak)


def _generic(folded: str, text: str, part: Part, rules: Rules) -> Iterator[ForumMention]:
    for pattern in rules.of("generic_forums"):
        for match in pattern.regex.finditer(folded, part.start, part.end):
            yield ForumMention(match.start(), match.end(), squeeze(text[match.start() : match.end()]), (generic_name(pattern, match, text),))


def generic_name(pattern: Pattern, match: re.Match[str], text: str) -> str:
    """How an unlisted body is called: one line, no genitive, capital first, no capitals throughout."""
    name = squeeze(text[match.start("name") : match.end("name")])
    name = name.lower() if name.isupper() else name
    return name[:1].upper() + name[1:]


def _beside(found: list[ForumMention], folded: str, part: Part, rules: Rules) -> Iterator[ForumMention]:
    """Everyday names count only in a sentence that also names one of the forums they belong with."""
    needs = {f.name: frozenset(f.beside) for f in rules.forums if f.beside}
    asked = [m for m in found if len(m.candidates) == 1 and m.candidates[0] in needs]
    refused: set[ForumMention] = set()
    if asked:
        ranges = list(sentences(folded, part.start, part.end))
        for mention in asked:
            near = next(((a, b) for a, b in ranges if a <= mention.start < b), (part.start, part.end))
            names = {c for m in found if near[0] <= m.start < near[1] for c in m.candidates}
            if not names & needs[mention.candidates[0]]:
                refused.add(mention)
    yield from (m for m in found if m not in refused)


def lookup(name: str, rules: Rules) -> tuple[str, ...]:
    """The forums a name as written can mean: with or without genitive, in capitals, by alias, abbreviation or shape. None found: ()."""
    key = squeeze(fold(name)).strip(" .:,").lower()
    for form in (key, key.removesuffix("s")):
        if form in rules.forums_by_name:
            return rules.forums_by_name[form].forums
    if name.strip() in rules.abbreviations:
        return rules.abbreviations[name.strip()]
    for pattern in rules.of("generic_forums"):
        match = pattern.regex.fullmatch(key)
        if match:
            return (generic_name(pattern, match, squeeze(name).strip(" .:,")),)
    return ()

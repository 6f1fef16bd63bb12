"""Forums by name, alias, inflection and abbreviation; and bodies the registry does not list, by the shape of their names."""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from ingest.models import DnrMention, ForumMention, Part
from ingest.places import Places, Taken
from ingest.rules import Pattern, Rules
from ingest.rules.quick import lowered
from ingest.text import SHARED_PART, fold, sentences, squeeze

_GLUED = re.compile(rf"-(?={SHARED_PART})")
"""The space that is missing in "Kultur-och fritidsnämnden"."""


def find_forums(text: str, folded: str, part: Part, rules: Rules, numbers: Sequence[DnrMention]) -> tuple[ForumMention, ...]:
    """The forums in order of place. Of overlapping ones the longest wins, a listed forum on a tie; none lies within a diary number."""
    found = [*_listed(folded, text, part, rules), *_generic(folded, text, part, rules)]
    taken = Taken((n.start, n.end) for n in numbers)
    kept = [m for m in sorted(found, key=lambda m: (m.start - m.end, m.start)) if taken.take(m.start, m.end)]
    kept.sort(key=lambda m: m.start)
    return tuple(_beside(kept, folded, part, rules))


def _listed(folded: str, text: str, part: Part, rules: Rules) -> Iterator[ForumMention]:
    for match in rules.forum_names.finditer(lowered(folded) or folded, part.start, part.end):
        key = squeeze(match.group()).lower()
        name = rules.forums_by_name.get(key) or rules.forums_by_name.get(key.removesuffix("s"))
        if name:
            yield ForumMention(match.start(), match.end(), squeeze(text[match.start() : match.end()]), name.forums, name.weak)
    for match in rules.forum_abbreviations.finditer(folded, part.start, part.end):
        weak = match.group() in rules.weak_abbreviations
        yield ForumMention(match.start(), match.end(), match.group(), rules.abbreviations[match.group()], weak)


def _generic(folded: str, text: str, part: Part, rules: Rules) -> Iterator[ForumMention]:
    for pattern, match in rules.found("generic_forums", folded, part.start, part.end):
        yield ForumMention(match.start(), match.end(), squeeze(text[match.start() : match.end()]), (generic_name(pattern, match, text),))


def generic_name(pattern: Pattern, match: re.Match[str], text: str) -> str:
    """How an unlisted body is called: one line, no genitive, capital first, no capitals throughout."""
    name = squeeze(text[match.start("name") : match.end("name")])
    name = _GLUED.sub("- ", name.lower() if name.isupper() else name)
    return name[:1].upper() + name[1:]


def _beside(found: list[ForumMention], folded: str, part: Part, rules: Rules) -> Iterator[ForumMention]:
    """Everyday names count only in a sentence that also names one of the forums they belong with."""
    needs = {f.name: frozenset(f.beside) for f in rules.forums if f.beside}
    asked = [m for m in found if len(m.candidates) == 1 and m.candidates[0] in needs]
    refused: set[ForumMention] = set()
    places = Places(found)
    ranges = list(sentences(folded, part.start, part.end, rules.stops)) if asked else []
    for mention in asked:
        start, end = ranges[max(0, bisect_right(ranges, (mention.start, part.end)) - 1)]
        names = {c for m in places.within(start, end) for c in m.candidates}
        if not names & needs[mention.candidates[0]]:
            refused.add(mention)
    yield from (m for m in found if m not in refused)


@functools.lru_cache(maxsize=1024)
def lookup(name: str, rules: Rules) -> tuple[str, ...]:
    """The forums a name as written can mean: with or without genitive, in capitals, by alias, abbreviation or shape. None found: ()."""
    key = squeeze(fold(name)).strip(" .:,").lower()
    for form in (key, key.removesuffix("s")):
        if form in rules.forums_by_name:
            return rules.forums_by_name[form].forums
    short = name.strip()
    for form in (short, short.upper()) if len(short) < 6 else ():  # "Ks" in the heading of a § is KS
        if form in rules.abbreviations:
            return rules.abbreviations[form]
    found = rules.fullmatch("generic_forums", key)
    return (generic_name(*found, squeeze(name).strip(" .:,")),) if found else ()


def alone(text: str, rules: Rules) -> frozenset[str]:
    """The bodies that the lines of a text name, and nothing else: in headers they are those whose minutes it is."""
    return frozenset(found[0] for line in text.splitlines() if len(found := lookup(line.strip(), rules)) == 1)

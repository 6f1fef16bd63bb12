"""The names on a first page that no party follows, and those that a line break cuts in two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.document.context import Context
from ingest.find.people import people_in
from ingest.models import PersonMention
from ingest.places import Taken
from ingest.rules import Rules
from ingest.text import fold, name_of

_NO_NAMES = re.compile(r"(?<=[a-zåäö]) [xX](?=[,\s]|$)|\([^)]*\)?|§[§\d\s,–-]{1,40}(?=, ?[A-ZÅÄÖ][a-zåäö])|§.*|\d.*|\b[A-ZÅÄÖ]{3,}\b")
"""Crosses, brackets, §§ to the next name or the end, numbers and what follows them, words in capitals."""
LONGEST_REST = 160
"""What stands behind a name, to the next name, is no longer than this (characters)."""


def is_person(context: Context, name: PersonMention, end: int) -> bool:
    """An office stands behind the name, or it begins its line and a comma follows: "Bo Ek, PRO"."""
    rest = context.folded[name.end : min(end, name.end + LONGEST_REST)]
    begins = not context.folded[context.folded.rfind("\n", 0, name.start) + 1 : name.start].strip()
    return (begins and rest.startswith(",")) or context.rules.match("attendance_roles", rest) is not None


def works_at_letters(context: Context, person: PersonMention) -> bool:
    """Letters behind a name and a comma that are no known party's are an official's place of work: "Eva Ek, KVK"."""
    known = context.rules.search("people", f"Eva Ek, {person.party},") is not None
    return bool(person.party) and not known and "(" not in context.words(person.start, person.end)


def absent_in(context: Context, start: int, end: int) -> Taken:
    """Where those stand who are not there: "med undantag för …" to the end of the sentence, "ersättare saknas för …" to that of the line."""
    gone = []
    for section, ends in (("attendance_except", "."), ("attendance_missing", "\n")):
        for m in (m for p in context.rules.of(section) for m in p.regex.finditer(context.folded, start, end)):
            stop = context.folded.find(ends, m.end(), end)
            gone.append((m.end(), stop if stop > 0 else end))
    return Taken(gone)


def broken(context: Context, start: int, end: int) -> Iterator[PersonMention]:
    """People whose first name ends a line and whose last name begins the next."""
    for pattern in context.rules.of("broken_names"):
        for m in pattern.regex.finditer(context.folded, start, end):
            yield PersonMention(m.start("first"), m.end(), name_of(context.words(m.start("first"), m.end("last"))), (m["party"] or "").strip("-"))


def without_party(context: Context, rows: Sequence[tuple[int, int]], known: Sequence[PersonMention]) -> Iterator[PersonMention]:
    """Officials and signers: the names that begin a line, or follow a comma or a semicolon, and have no party."""
    taken = Taken((m.start, m.end) for m in known)
    for start, end in rows:
        for piece in re.finditer(r"(?:(?!;|[ \t]{2}|(?<=[a-zåäö]{3})\. (?=[A-ZÅÄÖ])).)+", context.words(start, end)):
            for person in people_in(_bare(piece.group(), context.rules), start + piece.start(), context.rules):
                # what people_in was given may go on behind the name; what counts is where the name ends
                named = replace(person, name=name_of(person.name), end=person.start + len(person.name))
                if taken.free(named.start, named.end) and not _no_person(context, named.name):
                    yield named


def _no_person(context: Context, name: str) -> bool:
    return context.rules.fullmatch("not_people", fold(name)) is not None


def _bare(words: str, rules: Rules) -> str:
    """The words with brackets, what stands in them, and titles behind a name blanked, so that only names are left; every place stays."""
    words = _NO_NAMES.sub(lambda m: "," + " " * (len(m.group()) - 1), words)
    for pattern in rules.of("name_titles"):
        for match in pattern.regex.finditer(fold(words)):
            title = match.end("name")
            words = words[:title] + "," + " " * (match.end() - title - 1) + words[match.end() :]
    return words

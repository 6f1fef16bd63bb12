"""One name for each body that papers spell in several ways: the spelling that the base uses most; the others become aliases."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from ingest.find.forums import lookup
from ingest.rules import Rules
from ingest.text import plain
from kb import registry
from kb.inserting import insert, insert_one

FOR = plain("för")
NAMED = {
    "documents": ("forum", "addressed_to"), "meetings": ("forum",), "paragraphs": ("forum",), "decisions": ("decided_by", "addressed_to"),
    "assignments": ("given_by", "given_to", "report_to"), "citations": ("forum",), "completions": ("forum",), "forum_mentions": ("forum",),
    "forum_facts": ("forum",),
}  # fmt: skip
"""Where a forum is told by its name. What a mention has `written` is never changed, and is what the spellings are counted from."""

MENTIONS = """
SELECT m.forum, m.written, count(*) FROM forum_mentions m JOIN forums f ON f.name = m.forum WHERE f.registered = 0 GROUP BY m.forum, m.written"""

DROP = """
DELETE FROM forums WHERE registered = 0 AND name NOT IN (
    SELECT forum FROM forum_mentions
    UNION SELECT forum FROM forum_facts
    UNION SELECT forum FROM documents WHERE forum IS NOT NULL
    UNION SELECT forum FROM paragraphs WHERE forum IS NOT NULL
    UNION SELECT forum FROM meetings WHERE forum IS NOT NULL)"""


def add(db: sqlite3.Connection, rules: Rules, names: Iterable[str]) -> None:
    """Rows for forums that only a document knows, so that others can refer to them."""
    for name in sorted(set(names)):
        if not db.execute("SELECT 1 FROM forums WHERE name = ?", (name,)).fetchone():
            insert_one(db, "forums", registry.named_row(rules, name, registry.free_slug(db, name)))
            insert(db, "forum_areas", list(registry.area_rows(rules, name)))


def key(name: str, rules: Rules) -> str:
    """Alike for spellings of one name: without hyphens, spaces, capitals and the linking letter of any word but the last.

    What may be said first with "för" stands apart last, however it is said.
    """
    words = plain(name).split() or [""]
    nouns = {plain(noun) for noun in rules.turned}
    if words[0] in nouns and words[1:2] == [FOR] and words[2:]:
        return _joined(words[2:], rules) + words[0]
    noun = next((noun for noun in nouns if words[-1] != noun and words[-1].endswith(noun)), None)
    first, last = (words[:-1], words[-1]) if noun is None else ([*words[:-1], words[-1].removesuffix(noun)], noun)
    return _joined(first, rules) + last


def _joined(words: Iterable[str], rules: Rules) -> str:
    return "".join(word[:-1] if word[-1] in rules.linking else word for word in words)


def settle(db: sqlite3.Connection, rules: Rules) -> None:
    """Give each body outside the registry one name, whatever its papers spell it like, and drop those that none refers to any more."""
    names = [name for (name,) in db.execute("SELECT name FROM forums WHERE registered = 0")]
    spellings = _spellings(db, rules)
    chosen = {of: max(spelt, key=lambda name: _rank(name, spelt[name])) for of, spelt in spellings.items()}
    keys = {name: key(name, rules) for name in names}
    for name in names:
        chosen.setdefault(keys[name], name)
    renamed = {name: chosen[keys[name]] for name in names if chosen[keys[name]] != name}
    if renamed:
        add(db, rules, renamed.values())
        _rename(db, renamed)
    db.execute(DROP)
    _slug(db, renamed.values())
    db.execute("DELETE FROM forum_aliases WHERE forum IN (SELECT name FROM forums WHERE registered = 0)")
    insert(db, "forum_aliases", [{"forum": chosen[of], "alias": name} for of, spelt in spellings.items() for name in _others(spelt, chosen[of])])


def _spellings(db: sqlite3.Connection, rules: Rules) -> dict[str, Counter[str]]:
    """Key → each name as papers spell it, and how often."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for forum, written, times in db.execute(MENTIONS) if rules.patterns.get("generic_forums") else ():
        of = key(forum, rules)
        for name in lookup(written, rules):
            if key(name, rules) == of:  # a short word in its place spells nothing
                found[of][name] += times
    return found


def _rank(name: str, times: int) -> tuple[int, int, str]:
    """The most used; among equals the one with few capitals, then the last in order: a linking s comes after a hyphen, and that after a space."""
    return times, -sum(letter.isupper() for letter in name), name


def _others(spelt: Iterable[str], chosen: str) -> list[str]:
    """The other spellings, each once; that capitals differ is no other."""
    others = {name.lower(): name for name in sorted(spelt) if name.lower() != chosen.lower()}
    return sorted(others.values())


def _rename(db: sqlite3.Connection, renamed: Mapping[str, str]) -> None:
    """The names given in place of others wherever a row tells a forum."""
    db.execute("CREATE TEMP TABLE renamed (old TEXT PRIMARY KEY, new TEXT NOT NULL) WITHOUT ROWID")
    db.executemany("INSERT INTO renamed VALUES (?, ?)", renamed.items())
    for table, columns in NAMED.items():
        for column in columns:
            sql = f"UPDATE {table} SET {column} = (SELECT new FROM renamed WHERE old = {column}) WHERE {column} IN (SELECT old FROM renamed)"  # noqa: S608 our own names
            db.execute(sql)
    db.execute("DROP TABLE temp.renamed")


def _slug(db: sqlite3.Connection, names: Iterable[str]) -> None:
    """The address that another spelling had may be free now."""
    for name in sorted(set(names)):
        db.execute("UPDATE forums SET slug = '--' || rowid WHERE name = ?", (name,))
        db.execute("UPDATE forums SET slug = ? WHERE name = ?", (registry.free_slug(db, name), name))

"""Whether a decision follows the proposal that it answers: as its words say, and as the votes on it went."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ingest.rules import Pattern
from ingest.text import fold, plain
from kb.links.base import indexed

LEAD = 300
"""What a decision follows is said in so many of its first characters, before its points."""
REJECTED = "avslag"
"""The outcome of what is turned down."""


Row = dict[str, Any]


class _Vote(NamedTuple):
    paragraph: str
    outcome: str
    yes: str
    no: str


def judged(db: sqlite3.Connection, chains: Sequence[Row], patterns: Mapping[str, Sequence[Pattern]]) -> list[Row]:
    """The chains, with whether each decision follows its proposal."""
    asked = _Followed(db, [(row["proposal"], row["adopted"]) for row in chains], patterns)
    return [{**row, "followed": asked.told(row["proposal"], row["adopted"])} for row in chains]


class _Followed:
    """Asked of a proposal and the decision on it."""

    def __init__(self, db: sqlite3.Connection, pairs: Sequence[tuple[str, str]], patterns: Mapping[str, Sequence[Pattern]]) -> None:
        ids = json.dumps(sorted({id for pair in pairs for id in pair}))
        rows = db.execute(_WORDS, {"ids": ids, "lead": LEAD}).fetchall()
        self._by = {id: fold(by or "").lower() for id, by, *_ in rows}
        self._section = {id: section for id, _, section, *_ in rows}
        self._says = {id: tuple(filter(None, map(plain, (points or "").splitlines()))) for id, _, _, points, *_ in rows}
        self._outcomes = {id: frozenset((outcome or "").rpartition(": ")[2].split(", ")) - {""} for id, _, _, _, outcome, _ in rows}
        self._lead = {id: fold(lead or "") for id, *_, lead in rows}
        self._votes = indexed((_Vote(*row) for row in db.execute(_VOTES, {"ids": ids})), lambda vote: vote.paragraph)
        self._patterns = patterns

    def told(self, proposal: str, adopted: str) -> int | None:
        """1 where the decision is as was proposed, 0 where it is another's that was adopted; None where that is not said, or said both ways, or true
        of some points only.
        """
        if self._says[proposal] and self._says[proposal] == self._says[adopted]:
            return 1
        found = set(self._voices(self._by[proposal], adopted)) or ({0} if self._opposed(proposal, adopted) else set())
        if 0 in found and {*self._says[proposal]} & {*self._says[adopted]}:
            return None
        return found.pop() if len(found) == 1 else None

    def _opposed(self, proposal: str, adopted: str) -> bool:
        """One of them rejects what the other does not; what is put off answers no proposal (`chains`)."""
        asked, done = self._outcomes[proposal], self._outcomes[adopted]
        return bool(asked and done) and (REJECTED in asked) != (REJECTED in done)

    def _voices(self, by: str, adopted: str) -> Iterator[int]:
        lead = self._lead[adopted]
        bodies = set(self._bodies(lead, "followed_proposals"))
        if _meant(bodies, by):
            yield 1
        elif not bodies and any(p.regex.search(lead) for p in self._patterns.get("followed_motions", ())):
            yield 0
        for vote in self._votes.get(self._section[adopted] or "", ()):
            for side, words in (("ja", vote.yes), ("nej", vote.no)):
                if _meant(set(self._bodies(fold(words), "proposal_sides")), by):
                    yield int(side == vote.outcome)

    def _bodies(self, words: str, section: str) -> Iterator[str]:
        for pattern in self._patterns.get(section, ()):
            for match in pattern.regex.finditer(words):
                yield match["body"].lower() if match["body"] else ""


def _meant(bodies: Collection[str], by: str) -> bool:
    """The proposer is among those named, by its stem; "" is whoever has put the proposal."""
    return any(body in by for body in bodies)


_WORDS = """
SELECT b.id, b.decided_by, b.paragraph_id,
       (SELECT group_concat(x.text, char(10)) FROM (SELECT text FROM points WHERE decision_id = b.id ORDER BY position) x), b.outcome,
       substr(s.text, b.start + 1, min(:lead, b."end" - b.start))
FROM decisions b JOIN documents d ON d.id = b.document_id JOIN sources s ON s.id = d.source_id WHERE b.id IN (SELECT value FROM json_each(:ids))"""

_VOTES = """
SELECT v.paragraph_id, v.outcome, coalesce(v.yes_means, ''), coalesce(v.no_means, '') FROM votes v
WHERE v.outcome IN ('ja', 'nej') AND v.paragraph_id IN (SELECT paragraph_id FROM decisions WHERE id IN (SELECT value FROM json_each(:ids)))
ORDER BY v.id"""

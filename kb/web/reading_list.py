"""What to read first about a forum, and how long it takes: chosen by rules that the page says, from the papers that name the forum."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from kb.web import words
from kb.web.selecting import select

NEWEST = 200
"""So many of a forum's papers, the newest, are chosen among."""
WORDS_A_MINUTE = 200
"""How quickly one reads official prose; the page says that it reckons so."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that names a forum; `own` is 1 for the forum's own minutes and the like."""

    id: str
    title: str
    kind: str
    date: str | None
    own: int
    mentions: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A paper to read, why, and how many words it has."""

    paper: Paper
    why: str
    words: int

    @property
    def minutes(self) -> int:
        """How long it takes, never less than a minute."""
        return max(1, round(self.words / WORDS_A_MINUTE))

    @property
    def when(self) -> str:
        """The date in words."""
        return words.day(self.paper.date)


Pick = tuple[str, tuple[str, ...], bool]
"""Why, which kinds of papers, the foremost first, and whether only the forum's own."""
AGREEMENT: Pick = ("Vad parterna har kommit överens om", ("överenskommelse", "avtal"), False)
RULES: Pick = ("Reglerna för arbetet", ("reglemente",), False)
MINUTES: Pick = ("Senaste mötet: vad som togs upp och beslutades", ("protokoll", "protokollsutdrag"), True)
REPORT: Pick = ("Senaste uppföljningen: hur det har gått", ("uppföljningsrapport", "rapport"), False)
LETTER: Pick = ("Så skrivs ett underlag till beslut", ("tjänsteskrivelse",), False)
DEFAULT = (AGREEMENT, RULES, MINUTES, REPORT)
WORDS = "SELECT document_id, words FROM document_words WHERE document_id IN (SELECT value FROM json_each(?))"
MOST = "Handlingen som talar mest om forumet"


PAPERS = """forum_paper_list WHERE forum = :name
    AND (:whose IN ('', organisation) OR id IN (SELECT document_id FROM agreement_list WHERE instr(parties, :whose)))
    ORDER BY date IS NULL, date DESC, id LIMIT :n"""


def reading_list(conn: sqlite3.Connection, forum: str, picks: Sequence[Pick] = DEFAULT, whose: str = "") -> tuple[Reading, ...]:
    """The newest paper that each of the picks fits, and the one that names the forum most; each paper once. Of `whose`, where that is said."""
    papers = select(conn, Paper, PAPERS, {"name": forum, "n": NEWEST, "whose": whose})
    chosen: dict[str, tuple[Paper, str]] = {}
    for why, kinds, own in picks:
        fitting = [paper for paper in papers if paper.kind in kinds and (paper.own or not own) and paper.id not in chosen]
        paper = min(fitting, key=lambda paper: kinds.index(paper.kind), default=None)  # min keeps the newest of a kind
        if paper:
            chosen[paper.id] = (paper, why)
    most = max(papers, key=lambda paper: paper.mentions, default=None)
    if most and most.id not in chosen:
        chosen[most.id] = (most, MOST)
    counted = dict(conn.execute(WORDS, (json.dumps(list(chosen)),)))
    return tuple(Reading(paper, why, counted.get(id, 0)) for id, (paper, why) in chosen.items())


def minutes(readings: Sequence[Reading]) -> int:
    """How long all of them take."""
    return sum(reading.minutes for reading in readings)

"""The kinds of facts that can be measured: the view that holds them, what tells two apart, and what is compared besides."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Fact = Mapping[str, Any]
"""A fact of the gold: the fields a person wrote down; what is not written down does not matter."""
Row = Mapping[str, Any]
"""A row of a view."""
Test = Callable[[Any, Row, Fact], bool]
"""Do the value of the gold and the row agree? The whole fact is given too."""
NEAR = 2
"""So many lines a place may be off."""
COVERED = 0.85
"""Two spans of lines are the same where both share so much of the longer one."""


def norm(text: object) -> str:
    """Case, white space, punctuation and Unicode form do not matter where texts are compared."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", str("" if text is None else text)).casefold()))


def _fits(wanted: object, found: object) -> bool:
    """The same text; a wanted one that ends with "…" is the beginning."""
    if isinstance(wanted, str) and wanted.rstrip().endswith("…"):
        return norm(found).startswith(norm(wanted))
    return norm(wanted) == norm(found)


def text(column: str) -> Test:
    """The text of a column; of several in the gold, one."""
    return lambda wanted, row, _: any(_fits(w, row[column]) for w in (wanted if isinstance(wanted, list) else [wanted]))


def exact(column: str) -> Test:
    """The value of a column, letter by letter: numbers, days, diary numbers; null in the gold: none."""
    return lambda wanted, row, _: str("" if wanted is None else wanted) == str("" if row[column] is None else row[column])


def case(column: str) -> Test:
    """A diary number in any order and with or without zeros in front: "KS 2026.113" is "2026.113 KS"."""

    def parts(number: object) -> list[str]:
        return sorted(re.sub(r"^0+(?=\d)", "", p) for p in re.findall(r"[^\W_]+", str(number or "").casefold()))

    return lambda wanted, row, _: parts(wanted) == parts(row[column])


def _span(wanted: Any) -> tuple[int, int]:
    first, last = wanted if isinstance(wanted, list) else (wanted, wanted)
    return int(first), int(last)


def covers(wanted: Any, row: Row, _: Fact) -> bool:
    """The lines of a document."""
    (a, b), (c, d) = _span(wanted), (row["first_line"] or 0, row["last_line"] or 0)
    return max(0, min(b, d) - max(a, c) + 1) / max(b - a + 1, d - c + 1) >= COVERED


def near(wanted: Any, row: Row, fact: Fact) -> bool:
    """Begins at that line or within those lines, give or take. Points are more telling: where they are given the place does not matter."""
    first, last = _span(wanted)
    return "points" in fact or first - NEAR <= (row["line"] or 0) <= last + NEAR


def points(wanted: Any, row: Row, _: Fact) -> bool:
    """The points of a decision, word by word and together: how they are numbered does not matter."""
    return norm(" ".join(wanted if isinstance(wanted, list) else [wanted])) == norm(row["text"])


def words(wanted: Any, row: Row, _: Fact) -> bool:
    """Words that stand in the text."""
    return all(norm(w) in norm(row["text"]) for w in (wanted if isinstance(wanted, list) else [wanted]))


def options(wanted: Any, row: Row, _: Fact) -> bool:
    """The options of a question, in order."""
    return [norm(w) for w in wanted] == [norm(o) for o in json.loads(row["options"] or "[]")]


def parties(wanted: Any, row: Row, _: Fact) -> bool:
    """The parties of an agreement, in any order."""
    return sorted(map(norm, wanted)) == sorted(map(norm, str(row["parties"] or "").split(";")))


def own(wanted: Any, row: Row, _: Fact) -> bool:
    """Recorded in the document (true) or referred to."""
    return bool(wanted) == bool(row["own"])


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fact. A fact and a row are the same where all of `key` agrees that the gold gives; `also` is what one asks of those found.

    `once`: columns of which each combination counts once in a source. `split`: the field by which the kind is measured in parts, as written in the
    gold (each value that the gold names).
    """

    name: str
    label: str
    rows: str
    key: Mapping[str, Test]
    also: Mapping[str, Test]
    once: tuple[str, ...] = ()
    split: str = ""

    @property
    def fields(self) -> frozenset[str]:
        """What a fact of the gold may say."""
        return frozenset({"source", "line", "lines", "optional", "note", *self.key, *self.also, *([self.split] if self.split else [])})


_SIGNED = ("valid_from", "valid_to", "extended_to", "renewal_years", "notice_months", "notice_by", "signed", "compensation_sek")
_STANDING = "SELECT * FROM assignment_list WHERE kind = 'standing' AND change IS NULL"

KINDS: tuple[Kind, ...] = (
    Kind(
        "documents", "handlingar", "SELECT *, first_line AS line FROM document_list",
        {"lines": covers},
        {k: text(k) for k in ("kind", "title", "forum", "addressed_to", "author", "unit")} | {k: exact(k) for k in ("date", "date_end", "dnr")},
    ),
    Kind(
        "paragraphs", "paragrafer", "SELECT * FROM paragraph_list",
        {"number": exact("number"), "forum": text("forum"), "date": exact("date"), "own": own},
        {"heading": text("heading"), "dnr": case("dnr"), "date_end": exact("date_end")},
    ),
    Kind("diary_numbers", "diarienummer", "SELECT * FROM dnr_list", {"dnr": exact("dnr"), "role": exact("role")}, {}, once=("dnr", "role")),
    Kind(
        "decisions", "beslut", "SELECT * FROM decision_list",
        {"by": text("decided_by"), "points": points, "words": words, "points_count": exact("points"), "lines": near, "line": near},
        {"paragraph": exact("paragraph"), "date": exact("date"), "dnr": case("dnr"), "outcome": text("outcome"), "to": text("addressed_to")},
        split="status",
    ),
    Kind(
        "statements", "yttranden och yrkanden", "SELECT * FROM statement_list",
        {"kind": text("kind"), "person": text("person"), "party": text("party")}, {"paragraph": exact("paragraph")},
    ),
    Kind(
        "reservations", "reservationer", "SELECT * FROM statement_list WHERE kind = 'reservation'",
        {"person": text("person"), "party": text("party")}, {"paragraph": exact("paragraph")},
    ),
    Kind(
        "votes", "omröstningar", "SELECT v.*, p.number AS paragraph FROM vote_list v LEFT JOIN paragraph_list p ON p.id = v.paragraph_id",
        {"paragraph": exact("paragraph"), "ja": exact("yes"), "nej": exact("no"), "avstår": exact("abstain")},  # yes and no are truth values in YAML
        {"outcome": text("outcome")},
    ),
    Kind(
        "attendance", "närvarande", "SELECT * FROM attendance_list",
        {"person": text("person"), "party": text("party")}, {"role": text("role")},
    ),
    Kind(
        "agreements", "avtal", "SELECT * FROM agreement_list",
        {"dnr": exact("dnr"), **{k: exact(k) for k in _SIGNED}}, {"title": text("title"), "parties": parties, "price_index": text("price_index")},
    ),
    Kind("clauses", "avtalsparagrafer", "SELECT * FROM clause_list", {"number": exact("number"), "heading": text("heading")}, {}),
    Kind("assignments", "stående uppdrag", _STANDING, {"name": text("name"), "area": text("area"), "version": exact("version")}, {}),
    Kind(
        "changes", "ändrade uppdrag", "SELECT * FROM assignment_list WHERE change IS NOT NULL",
        {"change": exact("change"), "name": text("name")}, {},
    ),
    Kind(
        "tasks", "uppdrag i beslut", "SELECT * FROM assignment_list WHERE kind = 'task'",
        {"by": text("given_by"), "to": text("given_to"), "words": words, "lines": near, "line": near}, {"due": exact("due"), "dnr": case("dnr")},
    ),
    Kind(
        "questions", "frågor i formulär", "SELECT * FROM survey_list",
        {"question": text("question"), "options": options}, {"number": exact("number")},
    ),
    Kind("forums", "forum", "SELECT * FROM forum_mention_list", {"forum": text("forum")}, {}, once=("forum",)),
)  # fmt: skip
BY_NAME = {kind.name: kind for kind in KINDS}

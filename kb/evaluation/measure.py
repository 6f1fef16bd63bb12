"""Gold and database → how many facts were found (recall), how many of those found are right (precision), and which are not."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kb.evaluation.gold import Gold
from kb.evaluation.kinds import KINDS, Fact, Kind, Row, Test


@dataclass(frozen=True, slots=True)
class Measured:
    """One kind of fact. `wanted` facts of the gold, `found` rows, `right` of both; `agree`: field → of how many right ones it agrees, of how many
    the gold gives it. `complete` is False where the gold does not list all there is: then no precision can be told.
    """

    name: str
    label: str
    wanted: int
    found: int
    right: int
    missed: tuple[str, ...]
    extra: tuple[str, ...]
    agree: tuple[tuple[str, int, int], ...]
    complete: bool

    @property
    def precision(self) -> float | None:
        """The share of what was found that is right; None where that cannot be told."""
        if not self.complete:
            return None
        return self.right / self.found if self.found else float(not self.wanted)

    @property
    def recall(self) -> float:
        """The share of the gold that was found."""
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both; the recall where there is no precision."""
        precision = self.recall if self.precision is None else self.precision
        return 2 * precision * self.recall / (precision + self.recall) if precision + self.recall else 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """All kinds, and the sources of the gold that the database does not have."""

    kinds: tuple[Measured, ...]
    absent: tuple[str, ...]

    @property
    def mean(self) -> float:
        """The mean F1 over the kinds."""
        return sum(kind.f1 for kind in self.kinds) / len(self.kinds) if self.kinds else 0.0


def measure(db: sqlite3.Connection, golds: Sequence[Gold]) -> Report:
    """Compare a database with the gold; a kind that no file of the gold has is not measured."""
    have = [source for (source,) in db.execute("SELECT path FROM sources")]
    absent = sorted({s for gold in golds for s in gold.sources if not any(same_source(s, h) for h in have)})
    return Report(tuple(m for kind in KINDS for m in _kind(db, kind, golds)), tuple(absent))


def same_source(named: str, source: str) -> bool:
    """The gold may name a source by the last parts of its path."""
    return source == named or source.endswith(f"/{named}")


def _kind(db: sqlite3.Connection, kind: Kind, golds: Sequence[Gold]) -> Iterator[Measured]:
    """The kind as a whole, or in the parts that the gold names; files that list everything apart from those that do not."""
    for complete in (True, False):
        asked = [gold for gold in golds if kind.name in gold.facts and gold.complete == complete]
        if not asked:
            continue
        facts = [fact for gold in asked for fact in gold.facts[kind.name]]
        rows = _rows(db, kind, asked)
        if kind.name == "paragraphs" and not any(fact.get("own") is False for fact in facts):
            rows = [row for row in rows if row["own"]]
        if kind.name == "statements":
            spoken = {str(fact.get("kind")) for fact in facts}
            rows = [row for row in rows if row["kind"] in spoken]
        if not kind.split:
            yield _measured(kind, "", facts, rows, complete)
        for part in sorted({str(fact[kind.split]) for fact in facts}, key=_order) if kind.split else ():
            of_part = [fact for fact in facts if str(fact[kind.split]) == part]
            yield _measured(kind, part, of_part, [row for row in rows if row[kind.split] == part], complete)


def _rows(db: sqlite3.Connection, kind: Kind, golds: Iterable[Gold]) -> list[Row]:
    """The rows of the sources that the files are about."""
    sources = {s for gold in golds for s in gold.sources}
    rows = [dict(row) for row in db.execute(kind.rows)]
    rows = [row for row in rows if any(same_source(s, row["source"]) for s in sources)]
    if kind.once:
        rows = list({(row["source"], *(row[c] for c in kind.once)): row for row in reversed(rows)}.values())[::-1]
    return list(rows)


def _same(kind: Kind, fact: Fact, row: Row) -> bool:
    if "source" in fact and not same_source(str(fact["source"]), row["source"]):
        return False
    return all(test(fact[name], row, fact) for name, test in kind.key.items() if name in fact)


def _matched(kind: Kind, facts: Iterable[Fact], rows: Iterable[Row], once: bool) -> tuple[list[tuple[Fact, Row]], list[Fact], list[Row]]:
    """In order, pairs of fact and row, facts without a row, rows without a fact. `once`: a row answers for one fact only."""
    left, pairs, missed = list(rows), [], []
    for fact in facts:
        hit = next((n for n, row in enumerate(left) if _same(kind, fact, row)), None)
        if hit is None:
            missed.append(fact)
        else:
            pairs.append((fact, left.pop(hit) if once else left[hit]))
    return pairs, missed, left


def _measured(kind: Kind, part: str, facts: Sequence[Fact], rows: Sequence[Row], complete: bool) -> Measured:
    """What is `optional` in the gold is neither missed nor extra."""
    wanted = [fact for fact in facts if not fact.get("optional")]
    optional = [fact for fact in facts if fact.get("optional")]
    pairs, missed, left = _matched(kind, wanted, rows, once=complete)
    extra = [row for row in left if not any(_same(kind, fact, row) for fact in optional)] if complete else []
    name = f"{kind.name}, {part}" if part else kind.name
    label = kind.label + (f", {_PARTS.get(part, part)}" if part else "") + ("" if complete else ", stickprov")
    return Measured(
        name if complete else f"{name}, sample", label, len(wanted), len(pairs) + len(extra), len(pairs),
        tuple(map(_told, missed)), tuple(map(_shown, extra)), tuple(_agreeing(kind, pairs)), complete,
    )  # fmt: skip


_PARTS = {"adopted": "fattade", "proposed": "föreslagna", "narrated": "återgivna"}


def _order(part: str) -> tuple[int, str]:
    return list(_PARTS).index(part) if part in _PARTS else len(_PARTS), part


def _agreeing(kind: Kind, pairs: Sequence[tuple[Fact, Row]]) -> Iterator[tuple[str, int, int]]:
    tests: dict[str, Test] = dict(kind.also)
    for name, test in tests.items():
        asked = [(fact, row) for fact, row in pairs if name in fact]
        if asked:
            yield name, sum(test(fact[name], row, fact) for fact, row in asked), len(asked)


def _told(fact: Fact) -> str:
    """A fact of the gold on one line, its place first."""
    lines = fact.get("lines", fact.get("line", ""))
    place = f"{fact.get('source', 'någon källa')}:{'–'.join(map(str, lines)) if isinstance(lines, list) else lines}".rstrip(":")
    rest = {k: v for k, v in fact.items() if k not in ("source", "line", "lines", "note", "optional")}
    return f"{place}  {_short(rest)}"


_COLUMNS = (
    "status", "kind", "number", "paragraph", "forum", "decided_by", "person", "party", "name", "area", "version", "change", "given_by", "given_to",
    "dnr", "role", "date", "title", "heading", "question", "yes", "no", "abstain", "text",
)  # fmt: skip


def _shown(row: Row) -> str:
    """A row on one line, its place first: source and line, or page where there are no lines."""
    line = row.get("line")
    place = f"{row['source']}:{line}" if line else f"{row['source']}, sida {row.get('page')}" if row.get("page") else str(row["source"])
    return f"{place}  {_short({c: row[c] for c in _COLUMNS if row.get(c) not in (None, '')})}"


def _short(values: dict[str, object]) -> str:
    """Fields and values, long ones cut."""
    shown = ((k, v if isinstance(v, str) else json.dumps(v, ensure_ascii=False, default=str)) for k, v in values.items())
    return ", ".join(f"{k} {v if len(v) <= 100 else v[:99] + '…'}".replace("\n", " ") for k, v in shown)

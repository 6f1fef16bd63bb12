"""`kb show`: a case by its diary number, a § of a meeting, or a document; and `kb forum`."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from typing import Any

from kb.search import dnr, forums

Row = dict[str, Any]

_PARAGRAPH = re.compile(r"§+\s*(?P<number>\d+(?:\s?[a-h])?)\b", re.I)
_DATE = re.compile(r"\b(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?\b")
_DOCUMENT = re.compile(r"[0-9a-f]{10}-\d+", re.I)


@dataclass(frozen=True, slots=True)
class Shown:
    """What was found: `kind` is case, paragraphs, document, forum, forums, choices or nothing; `value` is what --json prints."""

    kind: str
    value: Row

    @property
    def exit_code(self) -> int:
        """0 where something was found, 1 where nothing was or the words fit several."""
        return int(self.kind in ("choices", "nothing"))


def show(db: sqlite3.Connection, what: str) -> Shown:
    """Find what a person means by a diary number in any spelling, `RS § 144 2015`, or a document id."""
    what = what.strip()
    if _DOCUMENT.fullmatch(what):
        return _document(db, what.lower())
    if "§" in what:
        return _paragraphs(db, what)
    return case(db, what)


def case(db: sqlite3.Connection, spelling: str) -> Shown:
    """The timeline of a case, in order of date, undated events last; or the cases to choose from, each as it can be asked for."""
    found = dnr.called(db, spelling)
    if len(found) != 1:
        return Shown("choices" if found else "nothing", {"choices": [c.name for c in found]})
    sql = "SELECT * FROM case_timeline WHERE key = ? ORDER BY placed IS NULL, placed, source, start, event"
    return Shown("case", {"dnr": found[0].dnr, "case_of": found[0].organisation, "timeline": _rows(db, sql, found[0].key)})


def _paragraphs(db: sqlite3.Connection, what: str) -> Shown:
    number = _PARAGRAPH.search(what)
    if not number:
        return Shown("nothing", {"choices": []})
    rest = what[: number.start()] + " " + what[number.end() :]
    day = _DATE.search(rest)
    body = _DATE.sub(" ", rest).strip(" ,.")
    sql = "SELECT * FROM paragraph_list WHERE same_as IS NULL AND replace(number, ' ', '') = ?"
    values: list[str] = [number["number"].replace(" ", "").lower()]
    if body:
        names = forums.resolve(db, body)
        sql += f" AND forum IN ({', '.join('?' * len(names))})"
        values += names
    if day:
        sql += " AND (date = ? OR date >= ? || '-' AND date < ? || '.')"
        values += [day[0]] * 3
    rows = _once(_rows(db, f"{sql} ORDER BY own DESC, date DESC, forum, source, page, line", *values))
    if not rows:
        return Shown("nothing", {"choices": []})
    return Shown("paragraphs", {"paragraphs": [_with_decisions(db, row) for row in rows]})


def _once(rows: list[Row]) -> list[Row]:
    """The §§ recorded here, and of those only mentioned the ones that are not."""
    own = [row for row in rows if row["own"]]

    def recorded(row: Row) -> bool:
        return any(o["forum"] == row["forum"] and (o["date"] or "") <= (row["date"] or "") <= (o["date_end"] or o["date"] or "") for o in own)

    return [*own, *(row for row in rows if not row["own"] and not recorded(row))]


def _with_decisions(db: sqlite3.Connection, paragraph: Row) -> Row:
    """A § once, with what any of its sources records: decisions, voices, references, what refers to it, and what is contradictory."""
    section = "SELECT id FROM paragraphs WHERE id = ? OR same_as = ?"
    sql = f"""SELECT l.* FROM decision_list l JOIN decisions b ON b.id = l.id WHERE b.paragraph_id IN ({section}) AND b.same_as IS NULL
        ORDER BY b.document_id <> ?, b.document_id, b.start"""  # noqa: S608
    both = (paragraph["id"], paragraph["id"])
    own = _rows(db, sql, *both, paragraph["document_id"])
    sources = _rows(db, "SELECT document_id, kind, source, page, line FROM section_list WHERE section = ? ORDER BY counts DESC, source, id", both[0])
    links = f"SELECT * FROM reference_list WHERE paragraph_id IN ({section}) ORDER BY page, start, id"  # noqa: S608
    cited = "SELECT * FROM cited_by_list WHERE section = ? ORDER BY date, document_id, page"
    doubts = _rows(db, "SELECT kind, message, document_id FROM problem_list WHERE about = ? ORDER BY id", both[0])
    statements = "SELECT * FROM statement_list WHERE document_id = ? AND paragraph = ? ORDER BY page, line, id"
    voices = _rows(db, statements, paragraph["document_id"], paragraph["number"]) if paragraph["own"] else []
    references = {(r["written"], r["target_paragraph"]): r for r in _rows(db, links, *both)}
    return {
        **paragraph, "decisions": [{**b, "points": _points(db, b["id"])} for b in own], "statements": voices, "sources": sources,
        "references": list(references.values()), "cited_by": _rows(db, cited, both[0]), "problems": doubts,
    }  # fmt: skip


def _points(db: sqlite3.Connection, decision: str) -> list[str]:
    return [row["text"] for row in _rows(db, "SELECT text FROM decision_points WHERE decision_id = ? ORDER BY position", decision)]


def _document(db: sqlite3.Connection, document: str) -> Shown:
    rows = _rows(db, "SELECT * FROM document_list WHERE id = ?", document)
    if not rows:
        return Shown("nothing", {"choices": []})
    tables = ("paragraph_list", "decision_list", "statement_list", "assignment_list", "agreement_list", "dnr_list", "reference_list", "problem_list")
    facts = {table.removesuffix("_list"): _rows(db, f"SELECT * FROM {table} WHERE document_id = ?", document) for table in tables}  # noqa: S608
    for decision in facts["decision"]:
        decision["points"] = _points(db, decision["id"])
    return Shown("document", {"document": rows[0], **{f"{name}s": rows for name, rows in facts.items()}})


def forum(db: sqlite3.Connection, name: str | None) -> Shown:
    """All forums, those that documents name first, or one by name, alias or abbreviation with its relations and newest decisions."""
    if name is None:
        return Shown("forums", {"forums": _rows(db, "SELECT * FROM forum_list ORDER BY documents = 0, registered DESC, forum")})
    names = forums.resolve(db, name)
    if len(names) != 1:
        return Shown("choices" if names else "nothing", {"choices": list(names)})
    row = _rows(db, "SELECT * FROM forum_list WHERE forum = ?", names[0])[0]
    relations = _rows(db, "SELECT relation, other FROM forum_relations WHERE forum = ? ORDER BY relation, other", names[0])
    newest = "SELECT * FROM decision_list WHERE decided_by = ? AND status = 'adopted' ORDER BY date DESC, source, page, line LIMIT 20"
    decisions = [{**b, "points": _points(db, b["id"])} for b in _rows(db, newest, names[0])]
    return Shown("forum", {"forum": row, "relations": relations, "decisions": decisions})


def _rows(db: sqlite3.Connection, sql: str, *values: object) -> list[Row]:
    found = db.execute(sql, values)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]

"""Pages out of the database: one function a page, reading the views of schema.sql into the dataclasses of contexts.py."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

from kb import people, registry
from kb.web import changes, links, marks, task_rows, voices, words
from kb.web.contexts import (
    DecisionPage,
    DocumentPage,
    ForumGroup,
    HomePage,
    Sheet,
    Shown,
)
from kb.web.doubts import doubts
from kb.web.marks import Fix, Passage, Piece
from kb.web.quality import Reading
from kb.web.rows import (
    CaseRow,
    DecisionRow,
    DocumentRow,
    ForumRow,
    Numbers,
    Original,
    Place,
)
from kb.web.selecting import select, slugs
from kb.web.votes import votes
from kb.web.whose import told_apart

NEWEST = 6
WORDS = 'SELECT w.words, b.start, b."end" FROM decision_words w JOIN decisions b ON b.id = w.decision_id WHERE w.decision_id = ?'
LISTED = 25


LOOKED = 100
"""Among so many of the newest decisions those of substance come first."""
_FORMAL = f"""coalesce(outcome, '') IN ({", ".join(f"'{outcome}'" for outcome in people.FORMAL)})
            OR outcome LIKE 'bordlagd%' OR outcome LIKE 'återremiss%'"""
"""As `DecisionRow.formal`."""


def home(conn: sqlite3.Connection) -> HomePage:
    """The first page."""
    decisions = select(
        conn,
        DecisionRow,
        f"""decision_list WHERE id IN (SELECT id FROM (SELECT id, date, document_id, start, outcome FROM decisions
        WHERE status = 'adopted' AND date IS NOT NULL ORDER BY date DESC, document_id, start LIMIT :looked)
        ORDER BY {_FORMAL}, date DESC, document_id, start LIMIT :n)
        ORDER BY date DESC, document_id, length(id), id""",  # noqa: S608 our own words
        {"n": NEWEST, "looked": LOOKED},
    )
    documents = select(
        conn,
        DocumentRow,
        """document_list WHERE id IN (SELECT id FROM documents WHERE date IS NOT NULL ORDER BY date DESC, id LIMIT :n)
        ORDER BY date DESC, id""",
        {"n": NEWEST},
    )
    example = select(conn, CaseRow, "case_list WHERE key IN (SELECT dnr_key FROM documents WHERE dnr_key IS NOT NULL ORDER BY date DESC, id LIMIT 1)")
    return HomePage(
        numbers=select(conn, Numbers, "numbers")[0],
        decisions=decisions,
        documents=documents,
        groups=forum_groups(conn),
        example=example[0] if example else None,
        several=conn.execute("SELECT count(DISTINCT organisation) > 1 FROM documents").fetchone()[0] == 1,
        slugs=slugs(conn, [d.decided_by for d in decisions]),
    )


def forum_groups(conn: sqlite3.Connection) -> tuple[ForumGroup, ...]:
    """The forums that documents speak of, by kind; those of the registry that are never mentioned are left out."""
    found = select(conn, ForumRow, "forum_list WHERE documents > 0 OR decisions > 0 ORDER BY documents DESC, forum")
    order = list(words.FORUM_KINDS)
    kinds = sorted({forum.kind or "" for forum in found}, key=lambda kind: (order.index(kind) if kind in order else len(order), kind))
    return tuple(
        ForumGroup(words.FORUM_KINDS.get(kind, words.capital(kind)), tuple(forum for forum in found if (forum.kind or "") == kind)) for kind in kinds
    )


def document(conn: sqlite3.Connection, id: str, as_stood: bool = False) -> DocumentPage | None:
    """A document by its id, repaired or as it stood."""
    found = select(conn, DocumentRow, "document_list WHERE id = :id", {"id": id})
    file = original(conn, id)
    if not found or file is None:
        return None
    contents = select(conn, Place, "place_list WHERE document_id = :id ORDER BY start", {"id": id})
    siblings = """document_list WHERE id IN (SELECT id FROM documents WHERE source_id = (SELECT source_id FROM documents WHERE id = :id))
        ORDER BY first_page, first_line, id"""
    return DocumentPage(
        document=found[0],
        reading=select(conn, Reading, "coverage_now WHERE document_id = :id", {"id": id})[0],
        as_stood=as_stood,
        sheets=tuple(_sheets(conn, found[0], contents, as_stood)),
        contents=contents,
        problems=doubts(conn, "WHERE document_id = :id ORDER BY page, line, id", {"id": id}),
        siblings=select(conn, DocumentRow, siblings, {"id": id}),
        original=file,
        slugs=slugs(conn, [found[0].forum, found[0].addressed_to]),
        whose=told_apart(conn, found[0].forum, found[0].organisation),
    )


def _sheets(conn: sqlite3.Connection, document: DocumentRow, contents: Iterable[Place], as_stood: bool) -> Iterable[Sheet]:
    """Passages by page, each with its corrected words and what begins in it."""
    labels = dict(conn.execute("SELECT page, label FROM page_quality_list WHERE source = ? AND label IS NOT NULL", (document.source,)).fetchall())
    places: dict[int | None, list[Place]] = {}
    for place in contents:
        places.setdefault(place.passage_id, []).append(place)
    passages = select(conn, Passage, "passages WHERE document_id = :id ORDER BY position", {"id": document.id})
    fixes = select(conn, Fix, "correction_list WHERE document_id = :id ORDER BY start, id", {"id": document.id})
    pieces = marks.as_stood if as_stood else marks.repaired
    for page, group in groupby(passages, key=lambda passage: passage.page):
        yield Sheet(page, tuple(Shown(p, pieces(p, marks.within(p, fixes)), tuple(places.get(p.id, ()))) for p in group), labels.get(page, ""))


def original(conn: sqlite3.Connection, id: str) -> Original | None:
    """The archived file behind a document."""
    found = select(conn, Original, "original_list WHERE document_id = :id", {"id": id})
    return found[0] if found else None


def decision(conn: sqlite3.Connection, id: str) -> DecisionPage | None:
    """A decision by its id."""
    found = select(conn, DecisionRow, "decision_list WHERE id = :id", {"id": id})
    if not found:
        return None
    row = found[0]
    passage_id = conn.execute("SELECT passage_id FROM decision_words WHERE decision_id = ?", (id,)).fetchone()[0]
    leads = registry.page_pattern(conn, "point_leads")
    proposals, answers = links.chain(conn, id, "proposal"), links.chain(conn, id, "adopted")
    return DecisionPage(
        decision=row,
        tied=links.tied(conn, row.paragraph_id),
        proposals=proposals,
        answers=answers,
        changes={one.id: changes.told(one.text, row.text, leads) for one in proposals}
        | {one.id: changes.told(row.text, one.text, leads) for one in answers},
        otherwise=links.otherwise(conn, id),
        meaning=words.STATUS_MEANS.get(row.standing, ""),
        points=tuple(point for (point,) in conn.execute("SELECT text FROM decision_points WHERE decision_id = ? ORDER BY position", (id,))),
        votes=votes(conn, row.paragraph_id),
        voices=voices.on_decision(conn, id),
        tasks=task_rows.given(conn, id),
        quote=_quote(conn, row),
        place=words.place(row.page, row.line),
        place_path=words.passage_path(row.document_id, row.page, passage_id),
        slugs=slugs(conn, [row.decided_by, row.addressed_to]),
        whose=None if row.status == "narrated" else told_apart(conn, row.decided_by, row.organisation),
    )


def _quote(conn: sqlite3.Connection, row: DecisionRow) -> tuple[Piece, ...]:
    """The words of the source, with those that were read again as they are read."""
    said, start, end = conn.execute(WORDS, (row.id,)).fetchone()
    within = 'correction_list WHERE document_id = :document AND start >= :start AND "end" <= :end ORDER BY start, id'
    fixes = select(conn, Fix, within, {"document": row.document_id, "start": start, "end": end})
    return tuple(replace(piece, text=re.sub(r"\s*\f\s*|\n\s*\n", "\n", piece.text)) for piece in marks.reread(said.rstrip(), start, fixes))

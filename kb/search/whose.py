"""Whose body a hit speaks of, where several have one of that name: every municipality has an executive committee; and whose paper a hit is of."""

from __future__ import annotations

PAPERS = """CASE r.kind WHEN 'case' THEN (SELECT group_concat(organisation, ', ') FROM (
    SELECT organisation FROM documents WHERE dnr_key = r.dnr_key AND organisation IS NOT NULL UNION
    SELECT o.organisation FROM paragraphs p JOIN documents o ON o.id = p.document_id
    WHERE p.dnr_key = r.dnr_key AND p.own = 1 AND o.organisation IS NOT NULL)) ELSE d.organisation END"""
"""SQL for the organisation whose paper, `d`, a record `r` stands in; of a case all that have papers of it."""


def said(forum: str, organisation: str = "d.organisation") -> str:
    """SQL (both are columns or parameters) for the organisation that a paper is of, null where no other has such a body, or it has none itself."""
    years = f"SELECT 1 FROM forum_years y WHERE y.forum = {forum} AND y.documents > 0 AND y.organisation"  # noqa: S608 our own names
    return f"CASE WHEN EXISTS ({years} = {organisation}) AND EXISTS ({years} <> {organisation}) THEN {organisation} END"

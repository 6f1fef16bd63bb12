"""Whose body a hit speaks of, where several have one of that name: every municipality has an executive committee."""

from __future__ import annotations


def said(forum: str) -> str:
    """SQL (`forum` is a column) for the organisation of the document `d`, null where no other has such a body, or it has none itself."""
    years = f"SELECT 1 FROM forum_years y WHERE y.forum = {forum} AND y.documents > 0 AND y.organisation"  # noqa: S608 our own names
    return f"CASE WHEN EXISTS ({years} = d.organisation) AND EXISTS ({years} <> d.organisation) THEN d.organisation END"

"""The page of coverage: what there is by forum and year, which §§ are missing, how well the papers were read, and what to look at."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from urllib.parse import urlencode

from kb.web.contexts import CoveragePage, ForumCounts, YearCount
from kb.web.quality import CoverageNumbers, ForumYear, ProblemKind, Reading
from kb.web.selecting import select, slugs

LISTED = 25

DAMAGED = "coverage WHERE damaged = 1 OR damaged_share > 0 OR corrections > 0"
GAPS = "forum_year_list WHERE missing > 0"


def coverage(conn: sqlite3.Connection) -> CoveragePage:
    """`/tackning`."""
    rows = select(conn, ForumYear, "forum_year_list WHERE documents > 0")
    years = tuple(sorted({row.year for row in rows}, key=lambda year: year or "~"))
    limit = {"n": LISTED}
    return CoveragePage(
        numbers=select(conn, CoverageNumbers, "coverage_numbers")[0],
        years=years,
        forums=tuple(_counts(rows, years)),
        gaps=select(conn, ForumYear, f"{GAPS} ORDER BY missing DESC, forum, organisation, year LIMIT :n", limit),
        all_gaps=count(conn, GAPS),
        damaged=select(conn, Reading, f"{DAMAGED} ORDER BY quality IS NOT NULL, quality, document_id LIMIT :n", limit),
        all_damaged=count(conn, DAMAGED),
        problems=select(conn, ProblemKind, "problem_kind_list ORDER BY problems DESC, kind"),
        slugs=slugs(conn, [row.forum for row in rows]),
    )


def count(conn: sqlite3.Connection, source: str) -> int:
    """How many rows there are; `source` is a view with WHERE, never text from outside."""
    return int(conn.execute(f"SELECT count(*) FROM {source}").fetchone()[0])  # noqa: S608


def _counts(rows: Iterable[ForumYear], years: Iterable[str | None]) -> Iterator[ForumCounts]:
    """A line a forum, the one with most documents first and papers without forum last; in each a count a year."""
    by_forum: dict[str | None, dict[str | None, int]] = {}
    for row in rows:
        years_of = by_forum.setdefault(row.forum, {})
        years_of[row.year] = years_of.get(row.year, 0) + row.documents
    for forum in sorted(by_forum, key=lambda name: (name is None, -sum(by_forum[name].values()), name or "")):
        found = by_forum[forum]
        yield ForumCounts(forum, tuple(YearCount(year, found.get(year, 0), _list_path(forum, year)) for year in years), sum(found.values()))


def _list_path(forum: str | None, year: str | None) -> str:
    """The documents of a forum and a year as a table."""
    wanted = {"forum": forum} if forum else {"forum__isblank": "1"}
    wanted |= {"date__startswith": year} if year else {"date__isblank": "1"}
    return f"/kb/document_list?{urlencode(wanted)}"

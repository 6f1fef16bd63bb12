"""A forum that an address names and that is none here, or several: those to choose instead."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from kb.search import forums, values
from kb.web.selecting import slugs

_LONGEST = 80  # letters of a name that are said again


@dataclass(frozen=True, slots=True)
class NoForum:
    """What was asked for; `choices` are the forums that are called so, by name and slug, or one that is called nearly so (`near`)."""

    asked: str
    choices: Mapping[str, str]
    near: bool


def no_forum(conn: sqlite3.Connection, written: str) -> NoForum:
    """Why a name leads to no forum: several are called so, or none, and then perhaps one nearly so."""
    called = written if " " in written else written.replace("-", " ")
    several = forums.resolve(conn, written) or forums.resolve(conn, called)
    meant = None if several else values.meant(conn, "forum", called)
    return NoForum(written.strip()[:_LONGEST], slugs(conn, several or (meant,)), not several)

"""The page of the arenas: which forums there are, drawn and as a table, who prepares for whom, and the areas they can be filtered by."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kb.web import arena_map, words
from kb.web.arena_map import Edge, Map, Node
from kb.web.rows import ForumRow
from kb.web.selecting import select

DRAWN = 45
"""So many forums a picture has at most, those with ties to others first, then those that most papers name; the table has all."""
LEVELS = {"region": "Regionen", "joint": "Region och kommuner", "county": "Länets kommuner", "municipality": "Varje kommun", "": "Nivå okänd"}
KINDS = {"political": "Förtroendevalda", "joint": "Förtroendevalda och tjänstepersoner", "officials": "Tjänstepersoner", "": "Slag okänt"}


@dataclass(frozen=True, slots=True)
class Area:
    """An area of activity, and how many forums work in it."""

    area: str
    slug: str
    forums: int


@dataclass(frozen=True, slots=True)
class Bond:
    """A tie between two forums: `relation` of the registry, or flow, with how many proposals went that way."""

    forum: str
    relation: str
    other: str
    proposals: int


@dataclass(frozen=True, slots=True)
class ArenaRow:
    """A forum with its ties, for the table."""

    forum: ForumRow
    column: str
    row: str
    prepares_for: tuple[str, ...]
    parent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArenasPage:
    """`/forum`, of one area or all. `others` forums are not drawn."""

    areas: tuple[Area, ...]
    chosen: Area | None
    map: Map | None
    rows: tuple[ArenaRow, ...]
    others: int
    slugs: dict[str, str]


def page(conn: sqlite3.Connection, slug: str = "") -> ArenasPage:
    """The arenas of an area, with the forums that these are tied to; all where the area is not known."""
    areas = select(
        conn,
        Area,
        """(SELECT area, slug, position, count(*) AS forums FROM forum_area_list GROUP BY area, slug, position) ORDER BY position""",
    )
    chosen = next((area for area in areas if area.slug == slug), None)
    found = select(conn, ForumRow, "forum_list WHERE documents > 0 OR decisions > 0 ORDER BY documents DESC, decisions DESC, forum")
    bonds = tuple(_bonds(conn))
    if chosen:
        within = {name for (name,) in conn.execute("SELECT forum FROM forum_area_list WHERE slug = ?", (slug,))}
        tied = {end for bond in bonds if within & {bond.forum, bond.other} and bond.relation != "predecessor" for end in (bond.forum, bond.other)}
        found = tuple(forum for forum in found if forum.forum in within | tied)
    return ArenasPage(
        areas=areas,
        chosen=chosen,
        map=_map(_foremost(found, bonds), bonds) if found else None,
        rows=tuple(_row(forum, bonds) for forum in found),
        others=max(0, len(found) - DRAWN),
        slugs={forum.forum: forum.slug for forum in found},
    )


def _foremost(found: Sequence[ForumRow], bonds: Iterable[Bond]) -> list[ForumRow]:
    """The forums that are drawn, in the order of the table."""
    here = {forum.forum for forum in found}
    tied = {end for bond in bonds if {bond.forum, bond.other} <= here for end in (bond.forum, bond.other)}
    chosen = {forum.forum for forum in sorted(found, key=lambda forum: forum.forum not in tied)[:DRAWN]}
    return [forum for forum in found if forum.forum in chosen]


def _bonds(conn: sqlite3.Connection) -> Iterator[Bond]:
    """The ties of the registry, then those that the papers tell of and the registry does not."""
    known = select(conn, Bond, "(SELECT forum, relation, other, 0 AS proposals FROM forum_relation_list) ORDER BY forum, other")
    yield from known
    said = {(bond.forum, bond.other) for bond in known if bond.relation == "prepares_for"}
    flows = select(conn, Bond, "(SELECT forum, 'flow' AS relation, other, proposals FROM forum_flow_list) ORDER BY forum, other")
    yield from (flow for flow in flows if (flow.forum, flow.other) not in said)


def _column(forum: ForumRow) -> str:
    return LEVELS.get(forum.level or "", LEVELS[""])


def _kind(forum: ForumRow) -> str:
    return KINDS.get(forum.kind or "", KINDS[""])


def _row(forum: ForumRow, bonds: Iterable[Bond]) -> ArenaRow:
    ties = [bond for bond in bonds if bond.forum == forum.forum]
    return ArenaRow(
        forum=forum,
        column=_column(forum),
        row=_kind(forum),
        prepares_for=tuple(bond.other for bond in ties if bond.relation in ("prepares_for", "flow")),
        parent=tuple(bond.other for bond in ties if bond.relation == "parent"),
    )


def _map(forums: Iterable[ForumRow], bonds: Iterable[Bond]) -> Map:
    nodes = [Node(forum.forum, forum.forum, _column(forum), _kind(forum)) for forum in forums]
    ties = sorted((bond for bond in bonds if bond.relation != "predecessor"), key=lambda bond: bond.relation != "parent")
    edges = {(bond.forum, bond.other): Edge(bond.forum, bond.other, bond.relation, _says(bond)) for bond in ties}  # preparing says more
    return arena_map.draw(nodes, edges.values(), tuple(LEVELS.values()), tuple(KINDS.values()))


def _says(bond: Bond) -> str:
    """A tie in words."""
    if bond.relation == "flow":
        return f"{bond.proposals} förslag från {bond.forum} har beslutats av {bond.other}"
    return f"{bond.forum} {words.RELATIONS[bond.relation]} {bond.other}"

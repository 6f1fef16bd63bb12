"""The page of the arenas: which forums there are, drawn and as a table, who prepares for whom, and the areas they can be filtered by."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from kb.web import arena_map, words
from kb.web.arena_map import Edge, Map, Node
from kb.web.rows import ForumRow
from kb.web.selecting import select
from kb.web.whose import Missed, asked_for, everyone, municipal, naming, within

LONGEST = 80  # letters of a name that are said again
DRAWN = 45
"""So many forums a picture has at most, those with ties to others first, then those that most papers name; the table has all."""
PAPERS = naming("SELECT forum, count(*), min(date), max(date) FROM forum_papers WHERE WITHIN GROUP BY forum")
DECISIONS = within("""SELECT decided_by, count(*) FROM decisions
    WHERE decided_by IS NOT NULL AND status = 'adopted' AND same_as IS NULL AND WITHIN GROUP BY decided_by""")
FLOWS = """(SELECT p.decided_by AS forum, 'flow' AS relation, a.decided_by AS other, count(*) AS proposals
    FROM chains c JOIN decisions p ON p.id = c.proposal JOIN decisions a ON a.id = c.adopted JOIN documents d ON d.id = p.document_id
    WHERE d.organisation = :whose AND p.decided_by <> a.decided_by GROUP BY p.decided_by, a.decided_by) ORDER BY forum, other"""
LEVELS = {"region": "Regionen", "joint": "Region och kommuner", "county": "Länets kommuner", "municipality": "Varje kommun", "": "Nivå okänd"}
SEVERAL = "Flera kommuner"
KINDS = {"political": "Förtroendevalda", "joint": "Förtroendevalda och tjänstepersoner", "officials": "Tjänstepersoner", "": "Slag okänt"}


@dataclass(frozen=True, slots=True)
class Area:
    """An area of activity, and how many forums its page shows: those that work in it, and those that these have to do with."""

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
    """`/forum`, of one area or all, and of one of the `organisations`; of all `whose` is "". `others` are not drawn, `own` have papers of `whose`;
    an `asked_area` is none here.
    """

    areas: tuple[Area, ...]
    chosen: Area | None
    whose: str
    missed: Missed | None
    organisations: tuple[str, ...]
    own: frozenset[str]
    map: Map | None
    rows: tuple[ArenaRow, ...]
    others: int
    slugs: dict[str, str]
    asked_area: str = ""


def page(conn: sqlite3.Connection, slug: str = "", asked: str = "") -> ArenasPage:
    """The arenas of an area, with the forums that these are tied to, as the papers of the organisation asked for tell; all where it is not known."""
    several = everyone(conn)
    whose, missed = asked_for(conn, asked, several)
    named = _named(conn, whose)
    within_area: dict[str, set[str]] = {}
    for area, forum in conn.execute("SELECT slug, forum FROM forum_area_list"):
        within_area.setdefault(area, set()).add(forum)
    bonds = tuple(_bonds(conn, whose))
    here = {forum.forum for forum in named}
    shown = {area: len(_tied(named, names, bonds)) for area, names in within_area.items() if names & here or area == slug}
    areas = _areas(conn, shown)
    chosen = next((area for area in areas if area.slug == slug), None)
    found = _tied(named, within_area[slug], bonds) if chosen else named
    of = _groups(found, whose, municipal(conn))
    return ArenasPage(
        areas=areas,
        chosen=chosen,
        whose=whose,
        missed=missed,
        organisations=several,
        own=frozenset(name for (name,) in conn.execute("SELECT DISTINCT forum FROM documents WHERE organisation = ?", (whose,)) if name),
        map=_map(_foremost(found, bonds), bonds, of) if found else None,
        rows=tuple(_row(forum, bonds, of) for forum in found),
        others=max(0, len(found) - DRAWN),
        slugs={forum.forum: forum.slug for forum in found},
        asked_area="" if chosen else slug.strip()[:LONGEST],
    )


def _named(conn: sqlite3.Connection, whose: str) -> tuple[ForumRow, ...]:
    """The forums that papers name, those that most do first; of one organisation, with how many papers and decisions of it there are."""
    found = select(conn, ForumRow, "forum_list WHERE documents > 0 OR decisions > 0 ORDER BY documents DESC, decisions DESC, forum")
    if not whose:
        return found
    papers = {forum: rest for forum, *rest in conn.execute(PAPERS, {"whose": whose})}
    decided: dict[str, int] = dict(conn.execute(DECISIONS, {"whose": whose}).fetchall())
    here = [
        replace(forum, documents=count, first_mention=first, last_mention=last, decisions=decided.get(forum.forum, 0))
        for forum in found
        for count, first, last in (papers.get(forum.forum, (0, None, None)),)
        if count or forum.forum in decided
    ]
    return tuple(sorted(here, key=lambda forum: (-forum.documents, -forum.decisions, forum.forum)))


def _areas(conn: sqlite3.Connection, counts: Mapping[str, int]) -> tuple[Area, ...]:
    """The areas that are counted, in their order."""
    known = conn.execute("SELECT DISTINCT area, slug, position FROM forum_area_list ORDER BY position").fetchall()
    return tuple(Area(area, of, counts[of]) for area, of, _ in known if of in counts)


def _tied(named: Iterable[ForumRow], area: Set[str], bonds: Iterable[Bond]) -> tuple[ForumRow, ...]:
    """The forums of an area, and those that have to do with them."""
    tied = {end for bond in bonds if area & {bond.forum, bond.other} and bond.relation != "predecessor" for end in (bond.forum, bond.other)}
    return tuple(forum for forum in named if forum.forum in area | tied)


def _foremost(found: Sequence[ForumRow], bonds: Iterable[Bond]) -> list[ForumRow]:
    """The forums that are drawn, in the order of the table."""
    here = {forum.forum for forum in found}
    tied = {end for bond in bonds if {bond.forum, bond.other} <= here for end in (bond.forum, bond.other)}
    chosen = {forum.forum for forum in sorted(found, key=lambda forum: forum.forum not in tied)[:DRAWN]}
    return [forum for forum in found if forum.forum in chosen]


def _bonds(conn: sqlite3.Connection, whose: str) -> Iterator[Bond]:
    """The ties of the registry, then those that the papers (of one organisation) tell of and the registry does not."""
    known = select(conn, Bond, "(SELECT forum, relation, other, 0 AS proposals FROM forum_relation_list) ORDER BY forum, other")
    yield from known
    said = {(bond.forum, bond.other) for bond in known if bond.relation == "prepares_for"}
    told = FLOWS if whose else "(SELECT forum, 'flow' AS relation, other, proposals FROM forum_flow_list) ORDER BY forum, other"
    flows = select(conn, Bond, told, {"whose": whose})
    yield from (flow for flow in flows if (flow.forum, flow.other) not in said)


def _column(forum: ForumRow) -> str:
    return LEVELS.get(forum.level or "", LEVELS[""])


def _kind(forum: ForumRow) -> str:
    return KINDS.get(forum.kind or "", KINDS[""])


def _row(forum: ForumRow, bonds: Iterable[Bond], of: Mapping[str, str]) -> ArenaRow:
    ties = [bond for bond in bonds if bond.forum == forum.forum]
    return ArenaRow(
        forum=forum,
        column=of.get(forum.forum) or _column(forum),
        row=_kind(forum),
        prepares_for=tuple(bond.other for bond in ties if bond.relation in ("prepares_for", "flow")),
        parent=tuple(bond.other for bond in ties if bond.relation == "parent"),
    )


def _groups(found: Iterable[ForumRow], whose: str, of: Mapping[str, str]) -> dict[str, str]:
    """What stands below the columns, and under which name: bodies that only papers know, of a municipality or several, and of no known level."""
    told = [forum for forum in found if not forum.registered and forum.level in ("municipality", None)]
    return {forum.forum: (whose or of.get(forum.forum, SEVERAL)) if forum.level else LEVELS[""] for forum in told}


def _map(forums: Iterable[ForumRow], bonds: Iterable[Bond], of: Mapping[str, str]) -> Map:
    """The picture; bodies of one municipality are gathered under its name."""
    found = [Node(forum.forum, forum.forum, _column(forum), _kind(forum), of.get(forum.forum, "")) for forum in forums]
    nodes = sorted(found, key=lambda node: (node.group != SEVERAL, node.group == LEVELS[""], node.group))
    ties = sorted((bond for bond in bonds if bond.relation != "predecessor"), key=lambda bond: bond.relation != "parent")
    edges = {(bond.forum, bond.other): Edge(bond.forum, bond.other, bond.relation, _says(bond)) for bond in ties}  # preparing says more
    return arena_map.draw(nodes, edges.values(), tuple(LEVELS.values()), tuple(KINDS.values()))


def _says(bond: Bond) -> str:
    """A tie in words."""
    if bond.relation == "flow":
        return f"{bond.proposals} förslag från {bond.forum} har beslutats av {bond.other}"
    return f"{bond.forum} {words.RELATIONS[bond.relation]} {bond.other}"

"""The picture of the arenas: forums as boxes in columns by level and rows by kind, groups below, lines between those with ties. Geometry only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 196, 46
"""Of a box, in pixels."""
GUTTER, BETWEEN = 28, 16
"""Room between boxes beside one another, where lines run, and between those on one another."""
TOP, HEAD, EDGE = 34, 30, 14
"""Height of the columns' names, of a row's name, and room at the edges."""
ROOM, LONGEST, BESIDE = 1134, 1650, 3
"""So wide a picture is seen whole on a common screen; so many boxes stand beside one another, fewer where the cells then have room, none too high."""
TALLEST = 7
"""So many boxes stand on one another in a cell before a further column of them is begun."""
LOWER = 9
"""How far beside the middle of a box a line through the gutter begins and ends, so that it does not look like the one across."""
ACROSS = 5
"""So many boxes of a group stand beside one another."""
LETTERS = 26
"""So many letters of a name fit on a line of a box."""


@dataclass(frozen=True, slots=True)
class Node:
    """A forum: its column and row are those of its level and kind; those of one `group` stand together below all columns, those of "" in theirs."""

    id: str
    name: str
    column: str
    row: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A line from one forum to another; `kind` is prepares, parent or flow."""

    source: str
    target: str
    kind: str
    says: str


@dataclass(frozen=True, slots=True)
class Box:
    """A forum with its place, and its name on at most two lines."""

    node: Node
    x: int
    y: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line in SVG's words."""

    path: str
    kind: str
    says: str


@dataclass(frozen=True, slots=True)
class Band:
    """A column (x and width) or a row (y and height) with its name."""

    name: str
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Map:
    """All that a template needs to draw it; `groups` are rows across all columns, which end at `columns_end`."""

    width: int
    height: int
    columns: tuple[Band, ...]
    rows: tuple[Band, ...]
    lines: tuple[Line, ...]
    boxes: tuple[Box, ...]
    groups: tuple[Band, ...] = ()
    columns_end: int = TOP
    box_width: int = WIDTH
    box_height: int = HEIGHT


def draw(nodes: Sequence[Node], edges: Iterable[Edge], columns: Sequence[str], rows: Sequence[str]) -> Map:
    """The picture of these forums; columns and rows in the order given, those that nothing stands in left out; groups as they come.

    Edges to others are left out.
    """
    drawn = [edge for edge in edges if edge.source != edge.target]
    cells: dict[tuple[str, str], list[Node]] = {}
    groups: dict[str, list[Node]] = {node.group: [] for node in nodes if node.group}
    for node in _ranked(nodes, drawn):
        (groups[node.group] if node.group else cells.setdefault((node.column, node.row), [])).append(node)
    most = _beside(cells, columns)
    bands, heights = _columns(cells, columns, most), _rows(cells, rows, most)
    end = heights[-1].start + heights[-1].size if heights else TOP if bands else 0
    below = _below(groups, end)
    start = {band.name: band.start for band in bands}
    top = {band.name: band.start for band in heights}
    boxes = {box.node.id: box for (column, row), cell in cells.items() for box in _placed(cell, start[column], top[row] + HEAD, _wide(cell, most))}
    boxes |= {box.node.id: box for band in below for box in _placed(groups[band.name], EDGE, band.start + HEAD, ACROSS)}
    across = EDGE + min(ACROSS, max(map(len, groups.values()), default=0)) * (WIDTH + GUTTER)
    return Map(
        width=max(bands[-1].start + bands[-1].size if bands else 0, across if groups else 0),
        height=below[-1].start + below[-1].size if below else end,
        columns=bands,
        rows=heights,
        lines=tuple(_line(boxes[e.source], boxes[e.target], e, boxes.values()) for e in drawn if {e.source, e.target} <= boxes.keys()),
        boxes=tuple(boxes.values()),
        groups=below,
        columns_end=end,
    )


def _ranked(nodes: Sequence[Node], edges: Sequence[Edge]) -> list[Node]:
    """The forums in their order, but below those of their cell that they lead to; a ring of them is cut where it closes."""
    cell = {node.id: (node.column, node.row) for node in nodes}
    above: dict[str, list[str]] = {}
    for edge in edges:
        if edge.source in cell and cell.get(edge.target) == cell[edge.source]:
            above.setdefault(edge.source, []).append(edge.target)
    ranks: dict[str, int] = {}

    def rank(id: str, seen: frozenset[str]) -> int:
        if id not in ranks:
            ranks[id] = max((1 + rank(other, seen | {id}) for other in above.get(id, ()) if other not in seen), default=0)
        return ranks[id]

    return sorted(nodes, key=lambda node: rank(node.id, frozenset({node.id})))


def _wide(cell: Sequence[Node], most: int) -> int:
    """How many boxes stand beside one another in a cell."""
    return min(most, -(-len(cell) // TALLEST))


def _beside(cells: Mapping[tuple[str, str], Sequence[Node]], order: Sequence[str]) -> int:
    """How many may stand beside one another: as many as there is room for; where there is none, or only in a column without end, the most."""

    def fits(most: int) -> bool:
        wide = EDGE + sum(band.size for band in _columns(cells, order, most))
        return wide <= ROOM and all(_tall(cell, _wide(cell, most)) <= LONGEST for cell in cells.values())

    return next(filter(fits, range(BESIDE, 0, -1)), BESIDE)


def _tall(cell: Sequence[Node], wide: int) -> int:
    """The height of the boxes of a cell, so many beside one another."""
    return -(-len(cell) // wide) * (HEIGHT + BETWEEN)


def _columns(cells: Mapping[tuple[str, str], Sequence[Node]], order: Sequence[str], most: int) -> tuple[Band, ...]:
    found, x = [], EDGE
    for name in order:
        here = [_wide(cell, most) for (column, _), cell in cells.items() if column == name]
        if here:
            size = max(here) * (WIDTH + GUTTER)
            found.append(Band(name, x, size))
            x += size
    return tuple(found)


def _rows(cells: Mapping[tuple[str, str], Sequence[Node]], order: Sequence[str], most: int) -> tuple[Band, ...]:
    found, y = [], TOP
    for name in order:
        here = [_tall(cell, _wide(cell, most)) for (_, row), cell in cells.items() if row == name]
        if here:
            size = HEAD + max(here) + EDGE
            found.append(Band(name, y, size))
            y += size
    return tuple(found)


def _below(groups: Mapping[str, Sequence[Node]], y: int) -> tuple[Band, ...]:
    """The rows of groups, from `y` on."""
    found = []
    for name in groups:
        found.append(Band(name, y, HEAD + _tall(groups[name], ACROSS) + EDGE))
        y += found[-1].size
    return tuple(found)


def _placed(cell: Sequence[Node], x: int, y: int, wide: int) -> list[Box]:
    """The boxes of a cell or a group, row by row."""
    left, across, down = x + GUTTER // 2, WIDTH + GUTTER, HEIGHT + BETWEEN
    return [Box(node, left + (n % wide) * across, y + (n // wide) * down, name_lines(node.name)) for n, node in enumerate(cell)]


def name_lines(name: str) -> tuple[str, ...]:
    """A name on at most two lines, cut where it has no room."""
    lines = [""]
    for word in name.split():
        parts = [word] if len(word) <= LETTERS else [f"{word[: LETTERS - 1]}-", word[LETTERS - 1 :]]
        for part in parts:
            if lines[-1] and len(lines[-1]) + 1 + len(part) > LETTERS:
                lines.append(part)
            else:
                lines[-1] = f"{lines[-1]} {part}".strip()
    kept = [line if len(line) <= LETTERS else line[: LETTERS - 1] + "…" for line in lines[:2]]
    if len(lines) > 2:
        kept[1] = kept[1][: LETTERS - 1].rstrip() + "…"
    return tuple(kept)


def _line(source: Box, target: Box, edge: Edge, boxes: Iterable[Box]) -> Line:
    """From side to side between columns; within one straight up or down, or through the gutter where other boxes stand between."""
    y1, y2 = source.y + HEIGHT // 2, target.y + HEIGHT // 2
    if source.x == target.x:
        between = any(box.x == source.x and min(source.y, target.y) < box.y < max(source.y, target.y) for box in boxes)
        if not between:
            down = target.y > source.y
            start, end = (source.y + HEIGHT, target.y - 2) if down else (source.y, target.y + HEIGHT + 2)
            return Line(f"M{source.x + WIDTH // 2} {start} L{source.x + WIDTH // 2} {end}", edge.kind, edge.says)
        out = source.x - GUTTER + 8
        y1, y2 = y1 - LOWER, y2 + LOWER
        return Line(f"M{source.x} {y1} C{out} {y1} {out} {y2} {source.x - 2} {y2}", edge.kind, edge.says)
    right = target.x > source.x
    x1, x2 = (source.x + WIDTH, target.x - 2) if right else (source.x, target.x + WIDTH + 2)
    bend = (max(GUTTER, abs(x2 - x1) // 3) - source.y // HEIGHT % 3 * 7) * (1 if right else -1)
    return Line(f"M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}", edge.kind, edge.says)

"""The pictures of agreements, cases and arenas: where things stand, what is cut, and how lines run."""

from __future__ import annotations

import re
from datetime import date

import pytest

from kb.web import agreement_picture, arena_map, timeline
from kb.web.agreement_picture import EDGE, LETTER, LETTERS, ROW, TOP, WIDTH, Bar, Years
from kb.web.arena_map import GUTTER, HEIGHT, Edge, Map, Node
from kb.web.timeline import MARK, STACK, Event, Tie

# agreements


def bar(begins: str, ends: str, until: str | None = None, *notices: str, name: str = "Avtal") -> Bar:
    day = date.fromisoformat
    return Bar(name, "/", "", day(begins), day(ends), day(until) if until else None, tuple(map(day, notices)))


def ticks(drawn: Years) -> dict[int, int]:
    return {tick.year: tick.x for tick in drawn.ticks}


def test_bars_lie_between_the_years_that_they_begin_and_end_in() -> None:
    drawn = agreement_picture.draw([bar("2020-01-01", "2021-12-31", "2023-06-30", "2021-06-30"), bar("2023-01-01", "2023-01-02")], date(2022, 7, 1))
    at = ticks(drawn)
    assert list(at) == [2020, 2021, 2022, 2023] and at[2020] == EDGE and len({at[2021] - at[2020], at[2023] - at[2022]} | {246}) <= 2
    first, second = drawn.bars
    assert first.x == at[2020] and at[2022] - 3 <= first.x + first.width <= at[2022]
    assert at[2023] < first.x + first.width + first.more < WIDTH - EDGE and at[2021] < first.notices[0] < at[2022]
    assert (second.x, second.width, second.more, second.notices) == (at[2023], 4, 0, ()), "a day is seen, too"
    assert (first.y, second.y, drawn.height) == (TOP, TOP + ROW, TOP + 2 * ROW + EDGE)
    assert drawn.today and at[2022] < drawn.today < at[2023]


def test_the_years_reach_as_far_as_an_agreement_was_extended_and_no_day_lies_beyond() -> None:
    [drawn] = (picture := agreement_picture.draw([bar("2020-01-01", "2021-12-31", "2023-06-30", "2099-01-01")], date(2022, 7, 1))).bars
    assert list(ticks(picture)) == [2020, 2021, 2022, 2023] and drawn.notices == (WIDTH - EDGE,)


@pytest.mark.parametrize(("today", "shown"), [("2019-12-31", False), ("2020-01-01", True), ("2021-12-31", True), ("2022-01-01", False)])
def test_today_is_drawn_where_its_year_is(today: str, shown: bool) -> None:
    assert (agreement_picture.draw([bar("2020-03-01", "2021-03-01")], date.fromisoformat(today)).today is not None) == shown


def test_many_years_are_named_by_fives_and_the_oldest_are_cut() -> None:
    assert list(ticks(agreement_picture.draw([bar("2000-01-01", "2014-06-01")], date(2026, 1, 1)))) == list(range(2000, 2015))
    assert list(ticks(agreement_picture.draw([bar("2000-01-01", "2015-06-01")], date(2026, 1, 1)))) == [2000, 2005, 2010, 2015]
    drawn = agreement_picture.draw([bar("1900-01-01", "1901-01-01"), bar("2020-01-01", "2029-12-31")], date(2026, 1, 1))
    assert list(ticks(drawn)) == [1990, 1995, 2000, 2005, 2010, 2015, 2020, 2025] and drawn.bars[0].x == EDGE


def test_a_name_has_room_and_is_cut_where_it_has_none() -> None:
    long, late = "x" * (LETTERS + 1), bar("2021-11-01", "2021-12-01", name="y" * 50)
    first, second, third = agreement_picture.draw(
        [bar("2020-01-01", "2021-01-01", name=long), late, bar("2021-02-01", "2021-03-01")], date(2026, 1, 1)
    ).bars
    assert first.label == "x" * (LETTERS - 1) + "…" and second.label == "y" * 50 and first.name_x == EDGE
    assert second.name_x == WIDTH - EDGE - 50 * LETTER < second.x and third.name_x == third.x


# a case


def drawn(*events: tuple[str, str | None, str], ties: tuple[tuple[int, int], ...] = ()) -> timeline.Picture:
    made = [Event(str(n), lane, day, "decision", label, "/", "") for n, (lane, day, label) in enumerate(events)]
    return timeline.draw(made, [Tie(str(a), str(b), "chain", "") for a, b in ties])


def points(picture: timeline.Picture | Map) -> list[list[int]]:
    lines = picture.arrows if isinstance(picture, timeline.Picture) else picture.lines
    return [[int(n) for n in re.findall(r"-?\d+", line.path)] for line in lines]


def test_marks_of_a_lane_and_names_of_days_have_room() -> None:
    long = "x" * 24
    one, two = drawn(("A", "2020-01-01", long), ("A", "2020-01-02", long)).marks
    assert two.x >= one.x + one.width + timeline.GAP
    apart = drawn(("A", "2020-01-01", "x"), ("B", "2020-01-02", "x")).ticks
    assert apart[1].x - apart[0].x >= timeline.LEAST
    long_day = drawn(("A", "2020-09-30", "x"), ("B", "2020-10-01", "x")).ticks
    assert long_day[1].x - long_day[0].x >= len("30 sep") * timeline.DAY_LETTER + timeline.GAP > timeline.LEAST
    unknown = drawn(("A", None, "x"), ("B", "2020-09-30", "x"), ("B", "2021", "x"), ("B", "2020-09", "x"))
    assert [tick.label for tick in unknown.ticks][-1] == "utan datum" and [t.x for t in unknown.ticks] == sorted({t.x for t in unknown.ticks})


def test_a_lane_is_as_high_as_its_highest_stack_or_as_its_name() -> None:
    picture = drawn(("A", "2020-01-01", "x"), ("A", "2020-01-02", "x"), ("A", "2020-01-02", "x"), ("B" * 90, "2020-01-02", "x"))
    upper, lower = picture.lanes
    assert upper.height == 2 * MARK + STACK + 2 * timeline.EDGE and lower.y == upper.y + upper.height
    assert picture.marks[2].y == picture.marks[1].y + MARK + STACK and picture.height == lower.y + lower.height
    assert lower.lines == ("B" * (timeline.CUT - 1) + "…",) and lower.name == "B" * 90
    tall = drawn(("a" * 17 + " " + "b" * 17 + " c" * 20, "2020-01-01", "x"), ("B", "2020-01-01", "x")).lanes
    assert (
        tall[0].height == timeline.NAME_LINES * timeline.NAME_LINE + 2 * timeline.EDGE > tall[1].height
        and tall[1].base - tall[1].y == timeline.EDGE + 17
    )


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Kommunstyrelsen", ("Kommunstyrelsen",)), ("Regionens samverkansråd", ("Regionens", "samverkansråd")),
        ("Kommunstyrelsen, Sjöberga kommun", ("Kommunstyrelsen,", "Sjöberga kommun")),
        ("Stadsfastighetsnämnden m.fl.", ("Stadsfastighets-", "nämnden m.fl.")), ("Kommunfullmäktige", ("Kommunfullmäktige",)),
        ("Översiktsplaneutskottet", ("Översiktsplaneutskottet",)),
        ("Barn- och ungdomsnämndens arbetsutskott, Granby kommun", ("Barn- och", "ungdomsnämndens", "arbetsutskott,", "Granby kommun")),
    ],
)  # fmt: skip
def test_the_name_of_a_lane_is_written_on_lines(name: str, lines: tuple[str, ...]) -> None:
    assert timeline.name_lines(name) == lines


def test_no_line_runs_over_a_name() -> None:
    """Names stand in a column of their own; what is drawn begins to the right of it."""
    long = ("Regionfullmäktiges presidium", "Regionstyrelsen", "Regiondirektören")
    picture = drawn(*((lane, f"2020-0{n}-01", "x") for n, lane in enumerate(long, 1)), ties=((0, 1), (0, 2), (1, 2)))
    assert picture.names >= max(len(line) for lane in picture.lanes for line in lane.lines) * timeline.NAME_LETTER
    assert min(x for path in points(picture) for x in path[::2]) > picture.names < min(tick.x for tick in picture.ticks)
    assert drawn(("Nämnden", "2020-01-01", "x")).slim and not drawn(("x" * 26, "2020-01-01", "x")).slim


def test_a_year_is_not_said_again_after_a_day_that_nobody_knows() -> None:
    assert [tick.year for tick in drawn(("A", "2020-01-01", "x"), ("A", "2020-02-01", "x"), ("A", None, "x")).ticks] == ["2020", "", ""]


def test_an_arrow_to_a_mark_that_begins_beside_another_bends_around_it() -> None:
    """Two lanes on days close by: the later mark begins before the earlier one ends."""
    below = drawn(("A", "2020-01-01", "x" * 24), ("B", "2020-01-02", "x"), ties=((0, 1),))
    above = drawn(("B", "2020-01-01", "x"), ("A", "2020-01-02", "x" * 24), ("B", "2020-01-03", "x"), ties=((1, 2),))
    assert "Q" in below.arrows[0].path and points(below)[0][1] == below.marks[0].y + MARK
    assert "Q" in above.arrows[0].path and points(above)[0][1] == above.marks[1].y


def test_an_arrow_goes_over_a_mark_between_on_its_own_lane_only() -> None:
    level = drawn(("A", "2020-01-01", "x"), ("A", "2020-06-01", "x"), ("B", "2021-01-01", "x"), ties=((0, 2),))
    path = points(level)[0]
    assert (path[1], path[-1]) == (level.marks[0].y + MARK // 2, level.marks[2].y + MARK // 2) and "C" in level.arrows[0].path
    assert path[3] == path[1], "straight out, for it ends on another lane"
    two = drawn(("A", "2020-01-01", "x"), ("A", "2020-06-01", "x"), ("A", "2020-06-01", "x"), ("A", "2021-01-01", "x"), ties=((0, 3),))
    assert points(two)[0][3] < two.marks[1].y, "over all that stands between"


def test_an_arrow_within_a_day_goes_around_the_widest() -> None:
    wide = drawn(("A", "2020-01-01", "x"), ("A", "2020-01-01", "x"), ("A", "2020-01-01", "x" * 24), ties=((0, 2),))
    assert points(wide)[0][2] > wide.marks[2].x + wide.marks[2].width
    lanes = drawn(*((lane, "2020-01-01", "x") for lane in "ABC"), ties=((0, 1), (0, 2)))
    assert "L" in lanes.arrows[0].path and "C" in lanes.arrows[1].path, "from lane to lane, but not through a mark"
    assert "L" in drawn(("A", "2020-01-01", "x"), ("B", "2020-01-02", "x"), ("C", "2020-01-01", "x"), ties=((0, 2),)).arrows[0].path


# the arenas


def mapped(count: int = 0, *pairs: tuple[str, str], names: str = "") -> Map:
    """Forums of one column and one of another, `B`, with lines between."""
    nodes = [*(Node(str(n), f"Nämnd {n}", "A", "X") for n in range(count)), *(Node(name, name, "A", "X") for name in names), Node("B", "B", "B", "X")]
    return arena_map.draw(nodes, [Edge(a, b, "prepares_for", "") for a, b in pairs], "AB", "X")


def test_lines_run_from_side_to_side_or_up_and_down() -> None:
    there, back = points(mapped(0, ("a", "B"), ("B", "a"), names="a"))
    boxes = {box.node.id: box for box in mapped(0, names="a").boxes}
    assert there[0] == boxes["a"].x + arena_map.WIDTH < there[2] < there[-2] == boxes["B"].x - 2
    assert back[0] == boxes["B"].x > back[2] > back[-2] == boxes["a"].x + arena_map.WIDTH + 2
    picture = mapped(0, ("b", "a"), names="ab")
    upper, lower = (box for box in picture.boxes if box.node.column == "A")
    assert upper.node.id == "a" and points(picture)[0][1::2] == [lower.y, upper.y + HEIGHT + 2]


def test_a_line_past_other_boxes_goes_through_the_gutter() -> None:
    picture = mapped(0, ("c", "b"), ("b", "a"), ("c", "a"), names="abc")
    upper, middle, lower = sorted((box for box in picture.boxes if box.node.column == "A"), key=lambda box: box.y)
    assert [box.node.id for box in (upper, middle, lower)] == ["a", "b", "c"]
    near, _, far = points(picture)
    assert len(near) == 4 and far[2] == lower.x - GUTTER + 8 < lower.x
    assert far[1] == lower.y + HEIGHT // 2 - arena_map.LOWER and far[-1] == upper.y + HEIGHT // 2 + arena_map.LOWER
    nodes = [Node("a", "a", "A", "X"), Node("b", "b", "A", "Y"), Node("p", "p", "B", "X"), Node("q", "q", "B", "X")]
    assert "L" in arena_map.draw(nodes, [Edge("b", "a", "p", "")], "AB", "XY").lines[0].path, "what stands in another column is not between"
    other = mapped(0, ("a", "B"), names="ab")
    assert "C" in other.lines[0].path and not mapped(1, ("0", "0"), ("0", "nej")).lines, "none to itself, nor to what is not here"


def test_who_leads_elsewhere_keeps_its_place_and_a_ring_ends() -> None:
    picture = mapped(0, ("a", "B"), names="ab")
    assert [box.node.id for box in sorted(picture.boxes, key=lambda box: (box.x, box.y))] == ["a", "b", "B"]
    assert len(mapped(0, ("a", "b"), ("b", "c"), ("c", "a"), names="abc").lines) == 3


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Rådet", ("Rådet",)), ("x" * 12 + " " + "y" * 13, ("x" * 12 + " " + "y" * 13,)), ("x" * 13 + " " + "y" * 13, ("x" * 13, "y" * 13)),
        ("x" * 30, ("x" * 25 + "-", "x" * 5)), ("a" * 20 + " " + "b" * 20 + " " + "c" * 20, ("a" * 20, "b" * 20 + "…")),
        ("x" * 60, ("x" * 25 + "-", "x" * 25 + "…")),
    ],
)  # fmt: skip
def test_a_name_stands_on_two_lines_at_most(name: str, lines: tuple[str, ...]) -> None:
    assert arena_map.name_lines(name) == lines


@pytest.mark.parametrize(("count", "wide"), [(7, 1), (8, 2), (14, 2), (15, 3), (90, 3)])
def test_so_many_boxes_stand_on_one_another(count: int, wide: int) -> None:
    assert len({box.x for box in mapped(count).boxes if box.node.column == "A"}) == wide

"""What the pages that show the way make of rows, asked without a server: arenas, the newcomer's path, assignments and agreements."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Sequence
from typing import Any

import pytest

from kb.web import agreements, arenas, assignments, newcomer
from kb.web.arenas import ArenasPage
from tests.web_base import counted, like

PROTOCOL, LETTER, AGREEMENT = "aaaaaaaaaa-1", "bbbbbbbbbb-1", "cccccccccc-1"
B1, PROPOSAL, TASK = "aaaaaaaaaa-1.b1", "bbbbbbbbbb-1.b1", "aaaaaaaaaa-1.u1"
TODAY = datetime.date(2026, 1, 1)


def owned(db: sqlite3.Connection, **whose: str) -> None:
    """Each paper (by its first letter) is of an organisation."""
    for letter, organisation in whose.items():
        db.execute("UPDATE documents SET organisation = ? WHERE id LIKE ? || '%'", (organisation, letter))
    counted(db)


def named(page: ArenasPage) -> list[str]:
    return [row.forum.forum for row in page.rows]


def mention(db: sqlite3.Connection, forum: str, *documents: str) -> None:
    for document in documents:
        like(db, "forum_mentions", "1", forum=forum, document_id=document)
    counted(db)


# arenas


def test_the_arenas_of_one_organisation_are_told_by_its_own_papers(copied: sqlite3.Connection) -> None:
    owned(copied, a="Region Norrskog", b="Granby kommun", c="Granby kommun")
    for number, changes in enumerate(({}, {"status": "proposed"}, {"same_as": B1}, {"document_id": PROTOCOL, "decided_by": "Fjällrådet"})):
        like(copied, "decisions", B1, f"x{number}", **{"document_id": LETTER, "decided_by": "Vägnämnden", **changes})
    copied.execute("UPDATE documents SET forum = 'Vägnämnden' WHERE id = ?", (LETTER,))
    mention(copied, "Chefsgruppen för fjällfrågor", LETTER, AGREEMENT)
    every, region, town = (arenas.page(copied, "", whose) for whose in ("nej", "Region Norrskog", "Granby kommun"))
    assert every.whose == "" and every.organisations == ("Granby kommun", "Region Norrskog")
    assert named(every) == ["Chefsgruppen för fjällfrågor", "Regionala utvecklingsnämnden", "Regionfullmäktige", "Fjällrådet", "Vägnämnden"]
    assert named(region) == ["Regionfullmäktige", "Regionala utvecklingsnämnden", "Fjällrådet"] and region.own == {"Regionfullmäktige"}
    facts = [(f.forum, f.documents, f.decisions, f.first_mention, f.last_mention) for f in (row.forum for row in town.rows)]
    assert facts == [
        ("Chefsgruppen för fjällfrågor", 2, 0, "2020-10", "2021-05-04"), ("Regionala utvecklingsnämnden", 1, 0, "2021-05-04", "2021-05-04"),
        ("Vägnämnden", 0, 1, None, None),
    ]  # fmt: skip


def test_an_area_shows_its_forums_and_those_they_have_to_do_with(copied: sqlite3.Connection) -> None:
    mention(copied, "Fjällrådet", LETTER)
    mention(copied, "Regionstyrelsen", LETTER)
    mention(copied, "Chefsgruppen för fjällfrågor", LETTER)
    places = (("Fjäll", "Fjällrådet", 2), ("Ledning", "Regionfullmäktige", 1), ("Tomt", "Vägnämnden", 3), ("Fjäll", "Vägnämnden", 2))
    for area, forum, position in places:
        copied.execute("INSERT INTO forum_areas VALUES (?, ?, ?, ?)", (forum, area, area.lower(), position))
    copied.execute("INSERT INTO forum_relations VALUES ('Fjällrådet', 'predecessor', 'Chefsgruppen för fjällfrågor')")
    page = arenas.page(copied, "ledning")
    assert [(area.area, area.forums) for area in page.areas] == [("Ledning", 1), ("Fjäll", 1)], "not an area that no paper names a forum of"
    assert page.chosen and page.chosen.area == "Ledning" and named(page) == ["Regionfullmäktige", "Regionstyrelsen"]
    assert named(arenas.page(copied, "fjäll")) == ["Fjällrådet"], "what it followed on is no tie"
    assert arenas.page(copied, "nej").chosen is None
    owned(copied, a="Region Norrskog", b="Granby kommun")
    asked = arenas.page(copied, "ledning", "Granby kommun")
    assert [(area.slug, area.forums) for area in asked.areas] == [("ledning", 0), ("fjäll", 1)], "the one that is asked for stays"
    assert named(asked) == ["Regionstyrelsen"]


def test_ties_are_those_of_the_registry_then_those_that_papers_tell_of(copied: sqlite3.Connection) -> None:
    """Of one organisation those of its papers; a line says what says most, and is none to a forum that was before."""
    owned(copied, a="Region Norrskog", b="Granby kommun")
    for number, (document, proposer) in enumerate(
        ((LETTER, "Fjällrådet"), (LETTER, "Regionstyrelsen"), (PROTOCOL, "Fjällrådet"), (LETTER, "Regionfullmäktige"))
    ):
        copied.execute(
            "INSERT INTO chains VALUES (?, ?, 'dnr')",
            (like(copied, "decisions", PROPOSAL, f"x{number}", decided_by=proposer, document_id=document), B1),
        )
    copied.execute("INSERT INTO forum_relations VALUES ('Fjällrådet', 'predecessor', 'Regionala utvecklingsnämnden')")
    mention(copied, "Fjällrådet", LETTER)
    mention(copied, "Regionstyrelsen", LETTER)
    mention(copied, "Regionfullmäktige", LETTER)

    def told(whose: str) -> tuple[dict[str, tuple[Sequence[str], Sequence[str]]], set[tuple[str, str]]]:
        page = arenas.page(copied, "", whose)
        assert page.map
        return {row.forum.forum: (row.prepares_for, row.parent) for row in page.rows}, {(line.kind, line.says) for line in page.map.lines}

    rows, lines = told("")
    assert rows["Regionstyrelsen"] == (("Regionfullmäktige",), ("Regionfullmäktige",)) and rows["Fjällrådet"] == (("Regionfullmäktige",), ())
    flow = "förslag från Fjällrådet har beslutats av Regionfullmäktige"
    assert lines == {("prepares_for", "Regionstyrelsen bereder ärenden åt Regionfullmäktige"), ("flow", f"2 {flow}")}
    rows, lines = told("Granby kommun")
    assert rows["Fjällrådet"] == (("Regionfullmäktige",), ()) and rows["Regionfullmäktige"] == ((), ()) and ("flow", f"1 {flow}") in lines


def test_a_picture_of_too_many_has_those_with_ties(copied: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    mention(copied, "Regionstyrelsen", LETTER)
    mention(copied, "Fjällrådet", LETTER, PROTOCOL, AGREEMENT)
    monkeypatch.setattr(arenas, "DRAWN", 3)
    page = arenas.page(copied)
    assert named(page) == ["Fjällrådet", "Regionala utvecklingsnämnden", "Regionfullmäktige", "Regionstyrelsen"] and page.others == 1
    assert page.map and {box.node.id for box in page.map.boxes} == {"Fjällrådet", "Regionfullmäktige", "Regionstyrelsen"}


# the newcomer


def test_a_newcomer_is_new_in_a_forum_unless_told_else(copied: sqlite3.Connection) -> None:
    def role(slug: str) -> str:
        return newcomer.page(copied, slug, "", TODAY).role.slug

    assert (role("politiker"), role(""), role("nej")) == ("politiker", "ny", "ny")
    page = newcomer.page(copied, "", "", TODAY)
    assert page.way is None and page.slugs == {} and "".join(bit.text for bit in page.begin) == page.role.begin


def test_the_forums_to_choose_are_those_that_papers_name_the_registered_first(copied: sqlite3.Connection) -> None:
    mention(copied, "Chefsgruppen för fjällfrågor", LETTER)
    names = [choice.forum for choice in newcomer.page(copied, "", "", TODAY).forums]
    assert names == ["Regionala utvecklingsnämnden", "Regionfullmäktige", "Chefsgruppen för fjällfrågor"]


def test_an_address_names_a_forum_before_what_one_is_called(copied: sqlite3.Connection) -> None:
    copied.execute("INSERT INTO forum_aliases (forum, alias) VALUES ('Fjällrådet', 'vagnamnden')")
    for slug, forum in (("vagnamnden", "Vägnämnden"), ("RF", "Regionfullmäktige"), ("utvecklingsnämnden", "Regionala utvecklingsnämnden")):
        way = newcomer.page(copied, "", slug, TODAY).way
        assert way and way.forum.forum == forum
    assert newcomer.page(copied, "", "nej", TODAY).way is None


def test_the_way_of_one_organisation_and_its_words(copied: sqlite3.Connection) -> None:
    owned(copied, a="Region Norrskog", b="Granby kommun")
    copied.execute("UPDATE forums SET members = 'Ledamöterna utses av kretsen.' WHERE name = 'Regionfullmäktige'")
    for position, (term, slug) in enumerate(
        (("Krets", "krets"), ("Motion", "motion"), ("Resande", "resand"), ("Fjällbuss", "fjallbuss"), ("Loka", "loka"))
    ):
        row = (term, slug, position, rf"(?<!\w){slug}\w*", "x")
        copied.execute("INSERT INTO glossary (term, slug, position, pattern, explanation) VALUES (?, ?, ?, ?, ?)", row)
    every, region, town = (newcomer.page(copied, "", "regionfullmaktige", TODAY, whose).way for whose in ("", "Region Norrskog", "Granby kommun"))
    assert every and region and town
    assert (every.whose, region.whose, town.whose) == ("", "Region Norrskog", ""), "Granby has no such forum"
    assert [used.term.slug for used in every.words] == ["krets", "motion", "resand", "fjallbuss"]
    assert [decision.id for decision in region.decisions] == [B1, "aaaaaaaaaa-1.b2"] and [task.id for task in region.tasks] == [TASK]
    page = newcomer.page(copied, "", "regionfullmaktige", TODAY)
    copied.execute("UPDATE decisions SET status = 'proposed', addressed_to = 'Fjällrådet', dnr_key = 'rs-2021-101' WHERE id = 'aaaaaaaaaa-1.b2'")
    page = newcomer.page(copied, "", "regionfullmaktige", TODAY)
    assert page.way and [deed.other for deed in page.way.deeds] == [None, "Fjällrådet"]
    assert [(case.dnr, case.others) for case in page.way.shared] == [("RS/101/2021", ("Fjällrådet",))] and page.slugs == {"Fjällrådet": "fjallradet"}


def test_cases_that_no_other_forum_has_had_are_not_shared(copied: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    assert newcomer.shared(copied, "Regionfullmäktige", "") == ()
    for number, key in enumerate(("rs-2021-29", "run-2021-31", "ks-2021-113")):
        day = {"date": f"2022-0{number + 1}-01", "dnr_key": key}
        like(copied, "decisions", B1, f"x{number}", **day)
        like(copied, "decisions", B1, f"y{number}", **day, decided_by="Fjällrådet")
    assert [case.dnr for case in newcomer.shared(copied, "Regionfullmäktige", "")] == ["2021.113 KS", "RUN/31/2021", "RS/29/2021"]
    monkeypatch.setattr(newcomer, "SHARED", 2)
    assert [case.dnr for case in newcomer.shared(copied, "Regionfullmäktige", "")] == ["2021.113 KS", "RUN/31/2021"]


# assignments


def version(db: sqlite3.Connection, id: str, day: str, *held: tuple[str, str | None]) -> None:
    """A paper of that day with standing assignments, each with its area."""
    like(db, "documents", PROTOCOL, id, position=len(id) + int(day[:4]) + ord(id[0]) * 10_000, date=day, title=id)
    for number, (name, area) in enumerate(held, 1):
        told = {"decision_id": None, "kind": "standing", "name": name, "key": name.lower(), "area": area, "version": day}
        like(db, "assignments", TASK, f"{id}.u{number}", document_id=id, **told)


def follows(db: sqlite3.Connection, later: str, earlier: str) -> None:
    db.execute("INSERT INTO versions (later_id, earlier_id) VALUES (?, ?)", (later, earlier))
    counted(db)


def table(family: assignments.Family) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(area.area, line.names, tuple(cell.says for cell in line.cells)) for area in family.areas for line in area.lines]


def test_what_became_of_an_assignment_in_each_version(copied: sqlite3.Connection) -> None:
    """A line stands under the area of the newest version that holds it, in the order of the papers, with the newest name first."""
    version(copied, "x", "2018-06-01", ("Skidspår", "Fritid"), ("Broar", None), ("Räddning", "Fjäll"), ("Vägar", "Vägar"))
    version(copied, "y", "2020-06-01", ("Räddning i länet", "Säkerhet"), ("Skidspår", "Fritid"), ("Bredband", "Vägar"))
    version(copied, "z", "2022-06-01", ("Skidspår", "Friluft"), ("Räddning i länet", "Säkerhet"), ("Vägar", "Vägar"))
    follows(copied, "y", "x")
    follows(copied, "z", "y")
    [family] = assignments.families(copied)
    assert [version.document_id for version in family.versions] == ["x", "y", "z"]
    assert table(family) == [
        ("Område framgår inte", ("Broar",), ("finns", "borttaget", "–")),
        ("Vägar", ("Vägar",), ("finns", "borttaget", "–")),
        ("Vägar", ("Bredband",), ("–", "ny", "borttaget")),
        ("Vägar", ("Vägar",), ("–", "–", "ny")),
        ("Friluft", ("Skidspår",), ("finns", "finns kvar", "finns kvar")),
        ("Säkerhet", ("Räddning i länet", "Räddning"), ("finns", "nytt namn", "finns kvar")),
    ]


def test_versions_that_nothing_joins_are_families_the_newest_first(copied: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    for id, day in (("p", "2018-01-01"), ("q", "2022-01-01"), ("r", "2020-01-01"), ("s", "2021-01-01"), ("t", "2017-01-01")):
        version(copied, id, day, ("Skidspår", None))
    follows(copied, "q", "p")
    follows(copied, "p", "t")

    def told() -> list[list[str]]:
        return [[version.document_id for version in family.versions] for family in assignments.families(copied)]

    assert told() == [["t", "p", "q"], ["s"], ["r"]]
    monkeypatch.setattr(assignments, "FAMILIES", 2)
    monkeypatch.setattr(assignments, "VERSIONS", 2)
    assert told() == [["p", "q"], ["s"]]
    assert table(next(assignments.families(copied))) == [("Område framgår inte", ("Skidspår",), ("finns", "finns kvar"))]


def test_all_tasks_by_their_last_day_the_latest_first_each_once(copied: sqlite3.Connection) -> None:
    copy = like(copied, "decisions", B1, "copy", same_as=B1)
    for id, due, more in (("a", None, {}), ("b", "2099-01-01", {}), ("c", "2099-02-01", {}), ("d", "2021-01-01", {"decision_id": copy})):
        like(copied, "assignments", TASK, id, due=due, **more)
    assert [task.id for task in assignments.tasks(copied)] == ["c", "b", TASK, "a"]
    page = assignments.page(copied, "oppet")
    assert [task.id for task in page.tasks] == ["c", "b", "a"] and [state.tasks for state in page.states] == [3, 1, 0] and page.all_tasks == 4


# agreements


def test_the_agreements_that_a_forum_is_named_in(copied: sqlite3.Connection) -> None:
    """By the paper's kind, the newest first; of one organisation's forum also those that it is a party of."""
    told: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
        ("d", {"kind": "överenskommelse"}, {"valid_from": "2022-01-01", "parties": "Granby kommun; Region Norrskog"}), ("e", {"kind": "rapport"}, {}),
        ("f", {"organisation": "Tallnäs kommun"}, {"valid_from": None, "parties": "Tallnäs kommun"}),
    )  # fmt: skip
    for number, (id, paper, agreement) in enumerate(told, 2):
        like(copied, "documents", AGREEMENT, id, position=number, **paper)
        like(copied, "agreements", f"{AGREEMENT}.a1", f"{id}.a1", document_id=id, **agreement)
    mention(copied, "Fjällrådet", AGREEMENT, "d", "e", "f")

    def found(whose: str = "") -> list[str]:
        return [agreement.row.document_id for agreement in agreements.of_forum(copied, "Fjällrådet", TODAY, whose)]

    assert found() == ["d", AGREEMENT, "f"]
    assert found("Tallnäs kommun") == [AGREEMENT, "f"] and found("Region Norrskog") == ["d"] and found("Sjöberga kommun") == []


def test_agreements_come_by_the_last_day_that_they_were_extended_to(copied: sqlite3.Connection) -> None:
    for id, ends, longer in (("x", "2020-12-31", "2029-12-31"), ("y", "2028-12-31", None), ("z", None, None)):
        like(copied, "agreements", f"{AGREEMENT}.a1", id, valid_to=ends, extended_to=longer)
    page = agreements.page(copied, TODAY)
    assert [agreement.row.id for agreement in page.agreements] == ["x", "y", f"{AGREEMENT}.a1", "z"]
    assert page.picture and [bar.bar.says.split(":")[0] for bar in page.picture.bars] == ["Avtal om vinterväghållning"] * 3

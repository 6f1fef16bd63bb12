"""What the pages that show the way make of rows, asked without a server: arenas, the newcomer's path, assignments and agreements."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Sequence
from typing import Any

import pytest

from kb.web import agreements, arenas, assignments, given_tasks, newcomer
from kb.web.arenas import ArenasPage
from kb.web.reading_list import Paper, Reading
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


def test_an_agreement_that_says_nobody_s_it_is_counts_for_its_parties(copied: sqlite3.Connection) -> None:
    owned(copied, a="Region Norrskog Södra")
    copied.execute("UPDATE documents SET organisation = NULL, title = 'Avtal om färjor' WHERE id <> 'aaaaaaaaaa-1'")
    copied.execute("UPDATE agreements SET parties = 'Region Fjällhav; Granby kommun'")
    mention(copied, "Chefsgruppen för fjällfrågor", AGREEMENT)
    assert "Chefsgruppen för fjällfrågor" not in named(arenas.page(copied, "", "Region Norrskog Södra"))
    copied.execute("UPDATE agreements SET parties = 'Region Norrskogs Södra; Granby kommun'")
    assert "Chefsgruppen för fjällfrågor" in named(arenas.page(copied, "", "Region Norrskog Södra"))
    copied.execute("DELETE FROM agreements")
    copied.execute("UPDATE documents SET title = 'Avtal mellan Region Norrskog Södra och länets kommuner', kind = 'avtal' WHERE id = ?", (AGREEMENT,))
    assert "Chefsgruppen för fjällfrågor" in named(arenas.page(copied, "", "Region Norrskog Södra"))


def test_an_area_shows_its_forums_and_those_they_have_to_do_with(copied: sqlite3.Connection) -> None:
    mention(copied, "Fjällrådet", LETTER)
    mention(copied, "Regionstyrelsen", LETTER)
    mention(copied, "Chefsgruppen för fjällfrågor", LETTER)
    places = (("Fjäll", "Fjällrådet", 2), ("Ledning", "Regionfullmäktige", 1), ("Tomt", "Vägnämnden", 3), ("Fjäll", "Vägnämnden", 2))
    for area, forum, position in places:
        copied.execute("INSERT INTO forum_areas VALUES (?, ?, ?, ?)", (forum, area, area.lower(), position))
    copied.execute("INSERT INTO forum_relations VALUES ('Fjällrådet', 'predecessor', 'Chefsgruppen för fjällfrågor')")
    page = arenas.page(copied, "ledning")
    assert [(area.area, area.forums) for area in page.areas] == [("Ledning", 2), ("Fjäll", 1)], (
        "as many as follow; not an area that no paper names a forum of"
    )
    assert page.chosen and page.chosen.area == "Ledning" and named(page) == ["Regionfullmäktige", "Regionstyrelsen"]
    assert named(arenas.page(copied, "fjäll")) == ["Fjällrådet"], "what it followed on is no tie"
    assert arenas.page(copied, "nej").chosen is None
    owned(copied, a="Region Norrskog", b="Granby kommun")
    asked = arenas.page(copied, "ledning", "Granby kommun")
    assert [(area.slug, area.forums) for area in asked.areas] == [("ledning", 1), ("fjäll", 1)], "the one that is asked for stays"
    assert named(asked) == ["Regionstyrelsen"]
    assert [area.slug for area in arenas.page(copied, "", "Granby kommun").areas] == ["fjäll"]


def test_bodies_that_one_municipality_has_stand_under_its_name_where_all_are_shown(copied: sqlite3.Connection) -> None:
    owned(copied, a="Region Norrskog", b="Granby kommun")
    mention(copied, "Vägnämnden", LETTER)
    every, town = (arenas.page(copied, "", whose).map for whose in ("", "Granby kommun"))
    assert every and [band.name for band in every.groups] == ["Granby kommun"]
    assert {row.column for row in arenas.page(copied).rows if row.forum.forum == "Vägnämnden"} == {"Granby kommun"}, "as in the picture"
    assert town and [band.name for band in town.groups] == ["Granby kommun"] and len(town.boxes) == 2


def test_ties_are_those_of_the_registry_then_those_that_papers_tell_of(copied: sqlite3.Connection) -> None:
    """Of one organisation those of its papers; a line says what says most, and is none to a forum that was before."""
    owned(copied, a="Region Norrskog", b="Granby kommun")
    for number, (document, proposer) in enumerate(
        ((LETTER, "Fjällrådet"), (LETTER, "Regionstyrelsen"), (PROTOCOL, "Fjällrådet"), (LETTER, "Regionfullmäktige"))
    ):
        copied.execute(
            "INSERT INTO chains (proposal, adopted, how) VALUES (?, ?, 'dnr')",
            (like(copied, "decisions", PROPOSAL, f"x{number}", decided_by=proposer, document_id=document), B1),
        )
    copied.execute("INSERT INTO forum_relations VALUES ('Fjällrådet', 'predecessor', 'Regionala utvecklingsnämnden')")
    copied.execute("INSERT INTO forum_relations VALUES ('Fjällrådet', 'parent', 'Regionfullmäktige')")
    mention(copied, "Fjällrådet", LETTER)
    mention(copied, "Regionstyrelsen", LETTER)
    mention(copied, "Regionfullmäktige", LETTER)

    def told(whose: str) -> tuple[dict[str, tuple[Sequence[str], Sequence[str]]], set[tuple[str, str]]]:
        page = arenas.page(copied, "", whose)
        assert page.map
        return {row.forum.forum: (row.prepares_for, row.parent) for row in page.rows}, {(line.kind, line.says) for line in page.map.lines}

    rows, lines = told("")
    assert rows["Regionstyrelsen"] == rows["Fjällrådet"] == (("Regionfullmäktige",), ("Regionfullmäktige",))
    flow = "förslag från Fjällrådet har beslutats av Regionfullmäktige"
    assert lines == {("prepares_for", "Regionstyrelsen bereder ärenden åt Regionfullmäktige"), ("flow", f"2 {flow}")}
    rows, lines = told("Granby kommun")
    assert rows["Fjällrådet"][0] == ("Regionfullmäktige",) and rows["Regionfullmäktige"] == ((), ()) and ("flow", f"1 {flow}") in lines


def test_a_picture_of_too_many_has_those_with_ties(copied: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    mention(copied, "Regionstyrelsen", LETTER)
    mention(copied, "Fjällrådet", LETTER, PROTOCOL, AGREEMENT)
    copied.execute("INSERT INTO forum_relations VALUES ('Regionala utvecklingsnämnden', 'prepares_for', 'Vägnämnden')")  # which no paper names
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


def test_a_role_speaks_of_the_papers_that_there_are() -> None:
    chief = next(role for role in newcomer.ROLES if role.slug == "forvaltningschef")
    reports = tuple(Reading(Paper("a-1", "Rapport", "rapport", None, 0, 1), pick[0], 10) for pick in chief.picks[1:2])
    assert chief.says(None) == chief.says(()) == chief.begin, "none is spoken of that is not here"
    assert "uppföljningen" in chief.says(reports) and "överenskommelsen" not in chief.says(reports)
    assert len({role.order[0:2] for role in newcomer.ROLES[:3]}) == 3, "each begins with what it needs"


def test_the_forums_to_choose_are_those_that_papers_name_the_registered_first(copied: sqlite3.Connection) -> None:
    mention(copied, "Chefsgruppen för fjällfrågor", LETTER)
    names = [choice.forum for choice in newcomer.page(copied, "", "", TODAY).forums]
    assert names == ["Regionala utvecklingsnämnden", "Regionfullmäktige", "Chefsgruppen för fjällfrågor"]


def test_an_address_names_a_forum_before_what_one_is_called(copied: sqlite3.Connection) -> None:
    copied.execute("UPDATE forums SET slug = 'rs' WHERE name = 'Vägnämnden'")
    for slug, forum in (
        ("rs", "Vägnämnden"),
        ("RS", "Regionstyrelsen"),
        ("RF", "Regionfullmäktige"),
        ("utvecklingsnämnden", "Regionala utvecklingsnämnden"),
    ):
        way = newcomer.page(copied, "", slug, TODAY).way
        assert way and way.forum.forum == forum
    assert newcomer.page(copied, "", "nej", TODAY).way is None


def test_the_words_of_a_way_are_those_that_it_uses(copied: sqlite3.Connection) -> None:
    """In headings, decisions and tasks; what the registry says of the forum are no words of its own."""
    copied.execute("UPDATE forums SET members = 'Ledamöterna utses av kretsen.', purpose = 'Leder länet.' WHERE name = 'Regionfullmäktige'")
    copied.execute("UPDATE assignments SET text = 'Stämma av.' WHERE id = ?", (TASK,))
    for position, (term, slug) in enumerate(
        (("Län", "lan"), ("Krets", "krets"), ("Skidspår", "skidspar"), ("Kostnad", "kostnad"), ("Stämma", "stamma"), ("Loka", "loka"))
    ):
        row = (term, slug, position, rf"(?<!\w){slug}\w*", "x")
        copied.execute("INSERT INTO glossary (term, slug, position, pattern, explanation) VALUES (?, ?, ?, ?, ?)", row)
    way = newcomer.page(copied, "", "regionfullmaktige", TODAY).way
    assert way and [used.term.slug for used in way.words] == ["skidspar", "kostnad", "stamma"]


def test_what_a_way_leads_to_has_an_address(copied: sqlite3.Connection) -> None:
    copied.execute("UPDATE decisions SET status = 'proposed', addressed_to = 'Fjällrådet' WHERE id = 'aaaaaaaaaa-1.b2'")
    like(copied, "decisions", B1, "x", decided_by="Vägnämnden")
    page = newcomer.page(copied, "", "regionfullmaktige", TODAY)
    assert page.way and [deed.other for deed in page.way.deeds] == [None, "Fjällrådet"]
    assert [(case.dnr, case.others) for case in page.way.shared] == [("RS/101/2021", ("Regionala utvecklingsnämnden", "Vägnämnden"))]
    assert page.slugs == {"Fjällrådet": "fjallradet", "Regionala utvecklingsnämnden": "regionala-utvecklingsnamnden", "Vägnämnden": "vagnamnden"}


def test_the_way_of_one_organisation_has_nothing_of_anothers(copied: sqlite3.Connection) -> None:
    copied.execute("UPDATE documents SET forum = 'Regionfullmäktige', kind = 'protokoll' WHERE id = ?", (LETTER,))
    owned(copied, a="Region Norrskog", b="Granby kommun", c="Granby kommun")
    like(copied, "decisions", B1, "x", document_id=LETTER, dnr_key="run-2021-31")
    like(copied, "decisions", B1, "y", document_id=LETTER, dnr_key="run-2021-31", decided_by="Fjällrådet")
    like(copied, "assignments", TASK, "z", document_id=LETTER)
    mention(copied, "Regionfullmäktige", LETTER, AGREEMENT)
    for document, day, person in ((PROTOCOL, "2021-06-16", "Alma Gran"), (LETTER, "2021-05-04", "Bo Tall")):
        met = (f"{document}.m", document, "Regionfullmäktige", day)
        copied.execute("INSERT INTO meetings (id, document_id, forum, date, page, start, end) VALUES (?, ?, ?, ?, 1, 0, 1)", met)
        copied.execute("INSERT INTO attendance (meeting_id, person, role, page, start, end) VALUES (?, ?, 'chair', 1, 0, 1)", (met[0], person))

    def told(whose: str, role: str = "") -> tuple[object, ...]:
        way = newcomer.page(copied, role, "regionfullmaktige", TODAY, whose).way
        assert way and way.whose == (whose if whose != "Tallnäs kommun" else "")
        facts: tuple[object, ...] = (
            [deed.times for deed in way.deeds],
            [row.id for row in way.decisions],
            [task.id for task in (*way.tasks.open, *way.tasks.old)],
        )
        facts = *facts, [person.person for person in way.people]
        return *facts, [case.dnr for case in way.shared], [a.row.id for a in way.agreements], [reading.paper.id for reading in way.reading]

    own = [B1, "aaaaaaaaaa-1.b2"]
    assert told("Region Norrskog") == ([2], own, [TASK], ["Alma Gran"], ["RS/101/2021"], [], [PROTOCOL])
    assert told("Granby kommun") == (
        [1],
        ["x"],
        ["z"],
        ["Bo Tall"],
        ["RUN/31/2021", "RS/101/2021", "RUN/29/2021"],
        [f"{AGREEMENT}.a1"],
        [AGREEMENT, LETTER],
    )
    assert told("Tallnäs kommun")[:2] == ([3], [*own, "x"]), "which has no such forum"
    assert told("Granby kommun", "politiker")[-1] == [LETTER, AGREEMENT], "a politician begins with the minutes"


def test_cases_that_no_other_forum_has_had_are_not_shared(copied: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [case.others for case in newcomer.shared(copied, "Regionfullmäktige", "")] == [("Regionala utvecklingsnämnden",)], "which has a task in it"
    copied.execute("DELETE FROM assignments WHERE id = ?", (TASK,))
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
    version(copied, "x", "2018-06-01", ("Skidspår", "Fritid"), ("Broar", None), ("Räddning", "Fjäll"), ("Vägar", "Vägar"), ("Led", None))
    version(copied, "y", "2020-06-01", ("Räddning i länet", "Säkerhet"), ("Skidspår", "Fritid"), ("Bredband", "Vägar"), ("Led i fjällen", None))
    version(copied, "z", "2022-06-01", ("Skidspår", "Friluft"), ("Räddning i länet", "Säkerhet"), ("Vägar", "Vägar"))
    follows(copied, "y", "x")
    follows(copied, "z", "y")
    copied.execute("UPDATE assignments SET page = 2 WHERE id = 'z.u1'")
    [family] = assignments.families(copied)
    assert [version.document_id for version in family.versions] == ["x", "y", "z"]
    assert table(family) == [
        ("Område framgår inte", ("Broar",), ("finns", "borttaget", "–")),
        ("Område framgår inte", ("Led i fjällen", "Led"), ("finns", "nytt namn", "borttaget")),
        ("Vägar", ("Vägar",), ("finns", "borttaget", "–")),
        ("Vägar", ("Bredband",), ("–", "ny", "borttaget")),
        ("Vägar", ("Vägar",), ("–", "–", "ny")),
        ("Säkerhet", ("Räddning i länet", "Räddning"), ("finns", "nytt namn", "finns kvar")),
        ("Friluft", ("Skidspår",), ("finns", "finns kvar", "finns kvar")),
    ]


def test_a_report_is_no_version(copied: sqlite3.Connection) -> None:
    """What it does not name is not gone, and what it says that the agreement does not hold is not new."""
    version(copied, "x", "2018-06-01", ("Skidspår", None), ("Broar", None))
    version(copied, "y", "2020-06-01", ("Skidspår", None), ("Hyttor", None), ("Vindskydd", None))
    copied.execute("UPDATE documents SET kind = 'uppföljningsrapport' WHERE id = 'y'")
    copied.execute("UPDATE assignments SET text = 'Hyttor sköts i dag men finns inte formaliserat i överenskommelsen.' WHERE id = 'y.u2'")
    follows(copied, "y", "x")
    [family] = assignments.families(copied)
    assert [one.when for one in family.versions] == ["1 juni 2018", "enligt uppföljning 1 juni 2020"]
    assert [(names[0], cells) for _, names, cells in table(family)] == [
        ("Broar", ("finns", "nämns inte")),
        ("Skidspår", ("finns", "nämns")),
        ("Hyttor", ("–", "görs, men står inte i överenskommelsen")),
        ("Vindskydd", ("–", "nämns")),
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
    assert [task.id for task in given_tasks.tasks(copied)] == ["c", "b", TASK, "a"]
    page = given_tasks.given(copied, "oppet")
    assert [task.id for task in page.tasks] == ["c", "b", "a"] and [state.tasks for state in page.states] == [3, 1, 0] and page.all_tasks == 4


def test_tasks_by_whose_and_who_has_them_some_at_a_time(copied: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a last day the newest come first; each says by whom, when and in which § it was given."""
    for id, day, who in (("e", "2023-05-02", "Vägnämnden"), ("f", "2024-05-02", "Vägnämnden"), ("g", "2022-05-02", "Badnämnden")):
        paper = like(copied, "documents", PROTOCOL, f"paper-{id}", position=ord(id) * 1000, date=day, organisation="Granby kommun")
        decision = like(copied, "decisions", B1, f"decision-{id}", document_id=paper, date=day, paragraph="7", decided_by="Kommunstyrelsen")
        like(copied, "assignments", TASK, id, document_id=paper, decision_id=decision, due=None, given_to=who, given_by=None)
    of = given_tasks.given(copied, of="Granby")
    assert [task.id for task in of.tasks] == ["f", "e", "g"] and of.wanted.whose == "Granby kommun"
    assert of.tasks[0].when == "beslutat av Kommunstyrelsen 2 maj 2024 § 7"
    assert [(holder.word, holder.tasks) for holder in of.holders] == [("Vägnämnden", 2), ("Badnämnden", 1)]
    late = given_tasks.given(copied, "forsenat", "Granby")
    assert (late.tasks, late.holders, [(one.word, one.tasks) for one in late.organisations if one.chosen]) == ((), (), []), (
        "the state narrows them too"
    )
    roads = given_tasks.given(copied, of="Granby", holder="Vägnämnden")
    assert [task.id for task in roads.tasks] == ["f", "e"] and roads.total == 2 and roads.columns["given_to"] == "Vägnämnden"
    assert roads.wanted.path(state="oppet") == "/uppdrag?lage=oppet&kommun=Granby+kommun&till=V%C3%A4gn%C3%A4mnden#givna"
    monkeypatch.setattr(given_tasks, "PAGE_SIZE", 2)
    second = given_tasks.given(copied, of="Granby", number=99)
    assert (second.wanted.number, second.last, [task.id for task in second.tasks]) == (2, 2, ["g"])
    lost = given_tasks.given(copied, of="Atlantis")
    assert lost.missed and lost.narrowed == lost.all_tasks


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


def test_agreements_come_by_the_last_day_that_they_were_extended_to(copied: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    for id, ends, longer in (("x", "2020-12-31", "2029-12-31"), ("y", "2028-12-31", None), ("z", None, None)):
        like(copied, "agreements", f"{AGREEMENT}.a1", id, valid_to=ends, extended_to=longer)
    page = agreements.page(copied, TODAY)
    assert [agreement.row.id for agreement in page.agreements] == ["x", "y", f"{AGREEMENT}.a1", "z"]
    assert page.picture and [bar.bar.says.split(":")[0] for bar in page.picture.bars] == ["Avtal om vinterväghållning"] * 3
    monkeypatch.setattr(agreements, "DRAWN", 2)
    page = agreements.page(copied, TODAY, 3)
    assert (len(page.agreements), page.in_all, page.left_out) == (3, 4, 1) and page.picture and len(page.picture.bars) == 2

"""What pages make of rows, asked without a server: in which order they come, which of them count once, and what is left out."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from kb.web import case, case_picture, case_rows, doubts, links, pages, task_rows, words
from kb.web.case_rows import Gap, Related, Step
from kb.web.links import Citing, End, Reference
from kb.web.rows import DecisionRow
from kb.web.task_rows import TaskRow
from tests.web_base import like, make

CASE = "rs-2021-101"
P1, P2, B1, B2 = (f"aaaaaaaaaa-1.{name}" for name in ("p1", "p2", "b1", "b2"))
LETTER, PROPOSAL, TASK = "bbbbbbbbbb-1", "bbbbbbbbbb-1.b1", "aaaaaaaaaa-1.u1"


# what a § is tied to


@pytest.mark.parametrize(
    ("told", "path", "note"),
    [
        ({"kind": "paragraf", "state": "funnen", "target_paragraph": "x.p1", "relation": "bordlagd"}, "/paragraf/x.p1", "bordlagd"),
        ({"kind": "paragraf", "state": "tvetydig", "relation": "bordlagd"}, "", "bordlagd, kan vara flera paragrafer"),
        ({"kind": "dnr", "state": "funnen", "dnr": "RS/1/2021", "target_document": "x"}, "/dnr/RS/1/2021", ""),
        ({"kind": "dnr", "state": "öppen", "dnr": "RS/1/2021"}, "", "finns inte här"),
        ({"kind": "länk", "state": "öppen"}, "", ""),
    ],
)
def test_a_reference_leads_to_what_is_here(told: dict[str, Any], path: str, note: str) -> None:
    reference: Reference = make(Reference, **told)
    assert (reference.path, reference.note) == (path, note)


@pytest.mark.parametrize(
    ("told", "name", "path"),
    [
        ({"number": "7", "forum": "Rådet", "date": "2021-06-16", "heading": "Bron", "citing": "x.p1"}, "Rådet 2021-06-16 § 7 Bron", "/paragraf/x.p1"),
        ({"number": "7", "citing": "x.p1"}, "Okänt organ § 7", "/paragraf/x.p1"),
        ({"title": "Brev"}, "Brev", "/handling/d#sida-1"),
    ],
)
def test_who_refers_to_a_section(told: dict[str, Any], name: str, path: str) -> None:
    citing: Citing = make(Citing, document_id="d", page=1, **told)
    assert (citing.name, citing.path) == (name, path)


def test_the_pages_above_are_those_there_are() -> None:
    slugs = {"Rådet": "radet"}
    assert links.trail("Rådet", ("RS/1/2021", None), slugs, "Granby") == (
        ("/forum", "Forum"), ("/forum/radet?kommun=Granby", "Rådet, Granby"), ("/dnr/RS/1/2021", "RS/1/2021"),
    )  # fmt: skip
    assert links.trail("Chefen", (None, None), slugs, None) == links.trail(None, (None, None), slugs, None) == ()


def test_a_section_in_two_papers_is_one(copied: sqlite3.Connection) -> None:
    """The record that counts first; what both refer to once, in the order of the first; whose cites it by day; doubts by kind."""
    extract = like(copied, "paragraphs", P1, f"{LETTER}.p1", document_id=LETTER, same_as=P1, heading="Utdraget")
    cited = (
        (P1, 40, "handling", "Nr 7", None), (P1, 20, "paragraf", "16 juni, § 74", P2), (extract, 10, "paragraf", "§ 74", P2),
        (extract, 50, "handling", "Nr 9", None),
    )  # fmt: skip
    for number, (record, start, kind, written, target) in enumerate(cited):
        where = {"document_id": record.rpartition(".")[0], "paragraph_id": record, "start": start}
        like(copied, "citations", "aaaaaaaaaa-1.r1", f"x{number}", **where, kind=kind, written=written, target=target)
    for day, citing in (("2021-08-01", "c1"), ("2021-07-01", "c2")):
        like(copied, "paragraphs", P2, citing, date=day, number="9")
        for twice in (1, 2):
            like(copied, "citations", "aaaaaaaaaa-1.r1", f"{citing}{twice}", paragraph_id=citing, target=P1)
    for kind in ("ö", "b", "a"):
        like(copied, "problems", "1", kind=kind, about=P1)
    for asked in (P1, extract):
        tied = links.tied(copied, asked)
        assert [record.id for record in tied.records] == [P1, extract]
        assert [r.written for r in tied.references if r.kind not in ("länk", "dnr")] == ["16 juni, § 74", "Nr 7", "Nr 9"]
        assert [c.citing for c in tied.cited_by] == [P2, "c2", "c1"]
        assert [doubt.kind for doubt in tied.doubts] == ["a", "b", "ö"]
        page = links.section(copied, asked)
        assert page and page.record.id == P1
    assert links.tied(copied, None) == links.Tied() and links.section(copied, "nej") is None


def test_the_decisions_of_a_section_are_those_of_all_its_records_copies_left_out(copied: sqlite3.Connection) -> None:
    extract = like(copied, "paragraphs", P1, f"{LETTER}.p1", document_id=LETTER, same_as=P1)
    like(copied, "decisions", B1, "a", document_id=LETTER, paragraph_id=extract, same_as=B1)
    like(copied, "decisions", B1, "b", document_id=LETTER, paragraph_id=extract, line=1)
    like(copied, "decisions", B1, "c", line=1)
    page = links.section(copied, extract)
    assert page and [decision.id for decision in page.decisions] == ["c", B1, "b"]


# what a decision is tied to


def test_the_other_end_of_a_chain(copied: sqlite3.Connection) -> None:
    """Also of what another register keeps; two records of one answer are one, and the first day comes first."""
    later = like(copied, "decisions", B1, "x1", date="2022-01-01", dnr_key=None)
    same = like(copied, "decisions", B1, "x2", dnr_key=None)
    for adopted in (later, same):
        copied.execute("INSERT INTO chains (proposal, adopted, how) VALUES (?, ?, 'dnr')", (PROPOSAL, adopted))
    copied.execute("UPDATE decisions SET dnr_key = 'run-2021-29' WHERE id = ?", (B1,))
    copied.execute("UPDATE guests SET key = ? WHERE decision_id = ?", (CASE, B1))
    found = links.ends(copied, CASE)
    assert found == {B1: (End("proposal", PROPOSAL, "Regiondirektören", "2021-05-04"),)} and found[B1][0].word == "Efter förslag från"
    answers = links.ends(copied, "run-2021-29")[PROPOSAL]
    assert [(end.id, end.word) for end in answers] == [(B1, "Ledde till beslut av"), (later, "Ledde till beslut av")]


def test_what_lies_behind_a_decision_and_what_came_of_it(copied: sqlite3.Connection) -> None:
    copy = like(copied, "decisions", B1, "copy", same_as=B1)
    for id, day in (("a", None), ("b", "2021-06-01"), ("c", "2021-01-01")):
        copied.execute("INSERT INTO chains (proposal, adopted, how) VALUES (?, ?, 'dnr')", (like(copied, "decisions", PROPOSAL, id, date=day), B1))
    assert [row.id for row in links.chain(copied, copy, "proposal")] == ["c", PROPOSAL, "b", "a"]
    assert [row.id for row in links.chain(copied, PROPOSAL, "adopted")] == [B1]


def test_tasks_come_by_their_last_day_each_once(copied: sqlite3.Connection) -> None:
    copy = like(copied, "decisions", B1, "copy", same_as=B1)
    like(copied, "assignments", TASK, "a", due=None, start=0, line=None, page=2)
    like(copied, "assignments", TASK, "b", due="2021-12-31")
    like(copied, "assignments", TASK, "c", decision_id=copy)
    like(copied, "assignments", TASK, "d", kind="standing")
    assert [task.id for task in task_rows.tasks(copied, CASE)] == ["b", TASK, "a"]
    assert [task.id for task in task_rows.given(copied, B1)] == [TASK, "b", "a"], "in the order of the paper"


def test_doubts_about_a_case_come_by_kind(copied: sqlite3.Connection) -> None:
    for kind, about in (("b", P1), ("a", P1), ("c", P2)):
        like(copied, "problems", "1", kind=kind, about=about)
    assert [doubt.kind for doubt in links.of_case(copied, CASE)] == ["a", "b"]


def test_a_doubt_that_names_a_paper_by_its_id_gives_its_title(copied: sqlite3.Connection) -> None:
    copied.execute("UPDATE documents SET title = 'Skrivelse <om> bussen' WHERE id = ?", (LETTER,))
    like(copied, "problems", "1", kind="a", about=P1, message=f"dnr 1 här, men 2 i protokollet ({LETTER}), inte i (ffffffffff-1)")
    [doubt] = links.of_case(copied, CASE)
    day = words.day(copied.execute("SELECT date FROM documents WHERE id = ?", (LETTER,)).fetchone()[0])
    assert [(piece.text, piece.path) for piece in doubt.pieces] == [
        ("dnr 1 här, men 2 i protokollet (", ""),
        (f"Skrivelse <om> bussen {day}".strip(), f"/handling/{LETTER}"),
        ("), inte i (ffffffffff-1)", ""),
    ]
    assert doubt.linked and not doubts.doubts(copied, "WHERE kind = 'x'", {})


# a case


def test_a_case_has_its_own_papers_by_their_day(copied: sqlite3.Connection) -> None:
    copied.execute("UPDATE documents SET dnr_key = ?, date = NULL WHERE id = ?", (CASE, LETTER))
    like(copied, "paragraphs", P1, "c.p1", document_id="cccccccccc-1", own=0)
    like(copied, "dnr_mentions", "1", spelling="RS 2021/101")
    like(copied, "dnr_mentions", "1", spelling="Dnr 101/21")
    like(copied, "dnr_mentions", "1", spelling="Dnr 101/21")
    page = case.page(copied, CASE)
    assert page and [document.id for document in page.documents] == ["aaaaaaaaaa-1", LETTER]
    assert page.spellings == ("Dnr 101/21", "RS 2021/101") and page.path == "/dnr/RS/101/2021"
    like(copied, "paragraphs", P1, "c.p2", document_id="cccccccccc-1")
    page = case.page(copied, CASE)
    assert page and [document.id for document in page.documents] == ["cccccccccc-1", "aaaaaaaaaa-1", LETTER]


def test_a_section_has_the_votes_and_voices_of_its_decisions(copied: sqlite3.Connection) -> None:
    decided, section, other = pages.decision(copied, B1), links.section(copied, P1), links.section(copied, P2)
    assert decided and section and other
    assert section.votes == decided.votes and [voice.kind for voice in section.voices] == ["reservation"] and section.voices == decided.voices
    assert not other.votes and not other.voices
    copied.execute("UPDATE statements SET decision_id = NULL, start = (SELECT start FROM paragraphs WHERE id = ?)", (P2,))
    again = links.section(copied, P2)
    assert again and [voice.people for voice in again.voices] == [("Alma Gran (X)",)], "also of no known decision"


def test_what_is_missing_comes_once_by_its_day(copied: sqlite3.Connection) -> None:
    for id, day, number in (("a", "2021-03-01", "1"), ("b", "2021-02-01", "8"), ("c", "2021-02-01", "8"), ("d", "2021-02-01", "7")):
        like(copied, "citations", "aaaaaaaaaa-1.r1", id, paragraph_id=P1, state="open", target=None, forum="Rådet", date=day, number=number)
    assert [(gap.date, gap.number) for gap in case.gaps(copied, CASE, ())] == [("2021-02-01", "7"), ("2021-02-01", "8"), ("2021-03-01", "1")]
    told = make(Step, event="reference", forum="Rådet", date="2021-03-01", paragraph="1")
    assert "retold" not in {gap.what for gap in case.gaps(copied, CASE, [told])}, "what only refers to it tells nothing of it"


def test_the_case_that_speaks_of_it_most_comes_first_though_it_is_spoken_of_too(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other, back = (Related(*told) for told in (("A", None, 1), ("B", None, 1), ("A", None, 0)))
    monkeypatch.setattr(case, "select", lambda *_: [back, *[other] * 2, *[one] * 3])
    assert case.related(sqlite3.connect(":memory:"), "k") == (one, other)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"event": "document", "text": "protokoll: Juni: bron"}, ("Protokoll", ["Juni: bron"], "/handling/d#p7", "Protokoll 2021-06-16, dnr RS/1")),
        ({"event": "document", "text": "Juni"}, ("Handling", ["Juni"], "/handling/d#p7", "Handling 2021-06-16, dnr RS/1")),
        ({"event": "decision", "text": "Ja: bifall.\nNej."}, ("Beslut", ["Ja: bifall.", "Nej."], "/beslut/r", "Okänt organ 2021-06-16, dnr RS/1")),
        ({"event": "narrated"}, ("Omtalat beslut", [], "/beslut/r", "Okänt organ 2021-06-16, dnr RS/1")),
        ({"event": "paragraph", "paragraph": "7", "forum": "Rådet"}, ("Paragraf", [], "/paragraf/r", "Rådet 2021-06-16, § 7, dnr RS/1")),
        ({"event": "reference", "other_dnr": "KS/2"}, ("Hänvisning", [], "/handling/d#p7", "Okänt organ 2021-06-16, dnr KS/2")),
    ],
)
def test_what_a_step_says(told: dict[str, Any], said: tuple[object, ...]) -> None:
    step: Step = make(Step, dnr="RS/1", date="2021-06-16", ref="r", document_id="d", page=1, passage_id=7, **told)
    assert (step.word, step.lines, step.path, step.citation) == said


def test_what_another_register_keeps_is_said() -> None:
    told = [make(Step, other_dnr=other, organisation=whose).register for other, whose in ((None, "Granby"), ("", "Granby"), ("KS/2", None))]
    assert told == ["", "annat diarium, Granby", "annat diarium: KS/2"]


def test_where_it_stands_that_something_is_missing() -> None:
    gaps = [make(Gap, what=what, ref="r", document_id="d", page=3, forum="rådet", date="2021-06-16", number="7") for what in ("answer", "paragraph")]
    assert [gap.path for gap in gaps] == ["/beslut/r", "/handling/d#sida-3"]
    assert [gap.says for gap in gaps] == [
        "Förslaget från Okänt organ till rådet: vad som beslutades finns inte här.",
        "Okänt organ hänvisar till rådet 16 juni 2021 § 7, som inte finns här.",
    ]


def test_missing_meetings_that_put_a_case_off_are_one_line() -> None:
    days = ("2021-06-16", "2021-07-01", "2021-08-11")
    put_off = [make(Gap, what="paragraph", ref=day, document_id="d", forum="rådet", date=day, number="7", relation="bordlagd") for day in days]
    other: Gap = make(Gap, what="paragraph", ref="r", document_id="d", forum="rådet", date="2021-07-02", number="9")
    first, line = case_rows.gathered([put_off[0], other, *put_off[1:]])
    assert first is other
    assert line.says == "Rådet har bordlagt ärendet vid 3 möten som inte finns här: 16 juni 2021 § 7, 1 juli 2021 § 7, 11 augusti 2021 § 7."
    assert case_rows.gathered(put_off[:2]) == tuple(put_off[:2])


# the picture of a case


def step(event: str, ref: str, document: str = "d", **told: Any) -> Step:
    found: Step = make(Step, **{"event": event, "ref": ref, "date": "2021-06-16", "forum": "Rådet", "document_id": document, "page": 1, **told})
    return found


def seen(*steps: Step, tasks: tuple[TaskRow, ...] = (), missing: tuple[Gap, ...] = ()) -> list[tuple[str, str, str | None]]:
    drawn = case_picture.events(case_picture.Story(steps, tasks, missing))
    return [(event.label, event.lane, event.day) for event in drawn.events]


def test_a_decision_is_drawn_for_its_section_and_a_section_for_its_paper() -> None:
    section, other = step("paragraph", "p1", paragraph="7"), step("paragraph", "p2", paragraph="8")
    paper = step("document", "d", text="protokoll: Juni")
    decision = step("decision", "b1", paragraph="7", paragraph_id="p1")
    assert seen(paper, section, other, decision, step("task", "u1")) == [("§ 8", "Rådet", "2021-06-16"), ("§ 7 Beslut", "Rådet", "2021-06-16")]
    assert seen(paper, step("reference", "r1", paragraph="7")) == [("Protokoll", "Rådet", "2021-06-16"), ("§ 7 nämner", "Rådet", "2021-06-16")]
    elsewhere = step("document", "e", "e", text="utdrag: Juni")
    assert seen(section, elsewhere) == [("§ 7", "Rådet", "2021-06-16")], "a paper of the same meeting"
    assert len(seen(section, step("document", "e", "e", text="utdrag: Juni", forum="Nämnden"))) == 2
    told = step("narrated", "b2", paragraph="8", paragraph_id="p2")
    assert seen(other, told) == [("§ 8 Omtalat beslut", "Rådet", "2021-06-16")]


def test_what_was_decided_in_one_section_is_one_mark_that_tells_all() -> None:
    first, second = (step("decision", ref, paragraph="7", paragraph_id="p1", text=f"{ref} bifalls.") for ref in ("b1", "b2"))
    drawn = case_picture.events(case_picture.Story((first, second), (), ()))
    [event] = drawn.events
    assert event.says == "§ 7 Beslut, Rådet 16 juni 2021: b1 bifalls. · b2 bifalls."
    assert drawn.stands_for == dict.fromkeys(("b1", "b2", "p1"), event.id)


def test_the_decision_stands_for_the_section_of_which_others_tell_too() -> None:
    first, last = step("proposal", "b1", paragraph_id="p1"), step("narrated", "b3", "e", paragraph_id="p1", date="2021-07-01")
    drawn = case_picture.events(case_picture.Story((first, step("decision", "b2", paragraph_id="p1", date="2021-06-20"), last), (), ()))
    assert drawn.stands_for["p1"] == drawn.stands_for["b2"] != drawn.stands_for["b1"]


def test_a_lane_says_whose_it_is_where_it_is_not_of_the_home_of_the_case() -> None:
    steps = (step("decision", "1", organisation="Granby"), step("decision", "2", organisation="Tallnäs", date=None),
             step("decision", "3", organisation="Granby", forum=None))  # fmt: skip
    assert seen(*steps) == [
        ("Beslut", "Rådet", "2021-06-16"), ("Beslut", "Övriga handlingar", "2021-06-16"), ("Beslut", "Rådet, Tallnäs", None),
    ]  # fmt: skip


def test_what_is_long_is_cut() -> None:
    [event] = case_picture.events(case_picture.Story((step("document", "d", text=f"{'å' * 30}: {'x' * 400}"),), (), ())).events
    assert len(event.label) == 24 and event.label.endswith("…") and event.says.count("x") == 219 and event.says.endswith(" …")


def test_a_task_stands_with_the_one_who_has_it() -> None:
    decision = step("decision", "b1")

    def task(**told: Any) -> TaskRow:
        found: TaskRow = make(
            TaskRow, **{"id": "u1", "text": "Redovisa", "status": "öppet", "decision_id": "b1", "document_id": "x-1", "page": 2, **told}
        )
        return found

    for told, expected in (
        ({"given_to": "nämnden", "due": "2022-03-31"}, ("Uppdrag (öppet)", "Nämnden", "2022-03-31")),
        ({"done_by": "b2", "status": "fullgjort"}, ("Uppdrag (klart)", "Rådet", "2021-06-16")),
        ({"decision_id": None}, ("Uppdrag (öppet)", "Okänd", None)),
    ):
        assert expected in seen(decision, tasks=(task(**told),))
    drawn = case_picture.events(case_picture.Story((decision,), (task(), task(id="u2", decision_id=None)), ()))
    assert {event.id: event.path for event in drawn.events if event.kind == "task"} == {"task|u1": "/beslut/b1", "task|u2": "/handling/x-1#sida-2"}
    assert drawn.stands_for["u1"] == "task|u1"


def test_too_little_is_no_picture_and_of_too_much_the_decisions_stay(copied: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    def picture(*steps: Step) -> tuple[list[str], int]:
        found, left_out = case_picture.picture(copied, CASE, case_picture.Story(steps, (), ()))
        return ([mark.event.kind for mark in found.marks] if found else []), left_out

    papers = [step("document", str(n), str(n), date=f"2020-0{n}-01") for n in range(1, 5)]
    assert picture(papers[0]) == ([], 0) and picture(*papers[:2]) == (["document"] * 2, 0)
    monkeypatch.setattr(case_picture, "DRAWN", 2)
    assert picture(*papers, step("decision", "b1")) == (["document", "decision"], 3)


def test_arrows_lead_from_what_came_first_and_say_a_thing_once(copied: sqlite3.Connection) -> None:
    """A proposal to its answer, a decision to its task and that to its report, what is referred to to the §, a proposal to what is missing."""
    like(copied, "citations", "aaaaaaaaaa-1.r1", "x", paragraph_id=P1, target=P2)
    like(copied, "decisions", PROPOSAL, "alien", dnr_key=None)
    copied.execute("INSERT INTO guests VALUES (?, 'alien', 'dnr')", (CASE,))
    copied.execute("INSERT INTO chains (proposal, adopted, how) VALUES ('alien', ?, 'dnr')", (B2,))
    task = make(TaskRow, id="u1", decision_id=B1, done_by="b9")
    missing = (make(Gap, what="answer", ref="b5"), make(Gap, what="paragraph", ref="r7", paragraph_id=P1), make(Gap, what="paragraph", ref="r8"))
    story = case_picture.Story((), (task,), missing)
    drawn = case_picture.Drawn((), {B1: "B1", P1: "B1", P2: "P2", "b9": "B9", "alien": "A", B2: "P2"})
    found = [(tie.source, tie.target, tie.kind) for tie in case_picture.ties(copied, CASE, story, drawn)]
    assert found == [
        ("A", "P2", "chain"), ("B1", "u1", "task"), ("u1", "B9", "done"), ("P2", "B1", "reference"), ("b5", "missing|b5", "missing"),
        ("missing|r7", "B1", "missing"),
    ]  # fmt: skip
    both = case_picture.Drawn((), {"alien": "B", B1: "B", P1: "B", B2: "P2", P2: "P2"})
    kinds = [(tie.source, tie.target, tie.kind) for tie in case_picture.ties(copied, CASE, case_picture.Story((), (), ()), both)]
    assert kinds == [("B", "P2", "chain")], "not the reference as well, the other way round"
    like(copied, "citations", "aaaaaaaaaa-1.r1", "y", paragraph_id=P2, target=P1)
    [tie] = case_picture.ties(copied, CASE, case_picture.Story((), (), ()), both)
    assert tie.kind == "chain", "nor the reference that goes the same way"
    one = case_picture.Drawn((), dict.fromkeys(("alien", B1, P1, B2, P2), "B"))
    assert case_picture.ties(copied, CASE, case_picture.Story((), (), ()), one) == (), "nothing leads to itself"


def test_a_proposal_that_a_later_record_tells_is_cited_by_its_own_day_and_the_record() -> None:
    fields = {"status": "proposed", "decided_by": "Hamnkontoret", "date": "2022-05-03", "paragraph": "61", "dnr": "KS 2022/77"}
    row: DecisionRow = make(DecisionRow, **fields, record_date="2022-06-15")
    assert row.citation == "Förslag från Hamnkontoret 2022-05-03, dnr KS 2022/77 (enligt protokoll 15 juni 2022, § 61)"
    board: DecisionRow = make(DecisionRow, **fields, record_date="2022-05-03", record_forum="Kommunstyrelsen")
    assert board.citation == "Förslag från Hamnkontoret, dnr KS 2022/77 (enligt protokoll Kommunstyrelsen 3 maj 2022, § 61)"
    own: DecisionRow = make(DecisionRow, **fields, record_date="2022-05-03")
    assert own.citation == "Förslag från Hamnkontoret 2022-05-03, § 61, dnr KS 2022/77"


def test_a_proposal_in_the_record_of_another_body_is_cited_by_that_record() -> None:
    fields = {"event": "proposal", "forum": "Hamnkontoret", "date": "2022-05-03", "placed": "2022-05-03", "paragraph": "61", "paragraph_id": "x.p1"}
    step: Step = make(Step, **fields, dnr="KS 2022/77", record_forum="Kommunstyrelsen", record_date="2022-05-03", text="Taxan höjs.")
    assert step.citation == "Hamnkontoret, dnr KS 2022/77 (enligt protokoll Kommunstyrelsen 3 maj 2022, § 61)"
    [event] = case_picture.events(case_picture.Story((step,), (), ())).events
    assert event.label == "Förslag", "the § is not the lane's own"
    assert event.says == "Förslag, Hamnkontoret (enligt protokoll Kommunstyrelsen 3 maj 2022, § 61): Taxan höjs."
    own: Step = make(Step, **{**fields, "forum": "Kommunstyrelsen"}, dnr="KS 2022/77", record_forum="Kommunstyrelsen", record_date="2022-05-03")
    assert own.citation == "Kommunstyrelsen 2022-05-03, § 61, dnr KS 2022/77"

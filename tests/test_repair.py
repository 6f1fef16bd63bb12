"""OCR repair: damaged paragraphs as data (tests/cases/repair), what must never change, and wild text."""

import json
import math
import random
import re
import time
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import load_rules, parse, parse_whole, repair
from ingest.clean import clean, plain
from ingest.models import Correction, Page, Source
from ingest.read.plain import pages as plain_pages
from ingest.repair import brackets, outline, turns
from ingest.repair.adapt import Own
from ingest.repair.channel import Channel
from ingest.repair.damage import Stretch, damaged_spans
from ingest.repair.learned import learn
from ingest.repair.overrides import Chosen, Overrides, Word
from ingest.repair.settle import settle
from ingest.repair.slot import Candidate, Slot
from ingest.repair.tokens import tokens
from ingest.repair.trust import confidence, features
from ingest.repair.words import TRUST, Read, judge, read_again
from tests.language import language

CASES = Path(__file__).parent / "cases" / "repair"
RULES = load_rules()
EXAMPLE = Path(__file__).parent.parent / "examples" / "run-2022-10-05-protokollsutdrag-ocr.txt"


def cases() -> list[tuple[str, dict[str, str], list[str]]]:
    """Title, texts by name (read, printed), and what must stay."""
    found = []
    for file in sorted(CASES.glob("*.md")):
        for part in re.split(r"^## ", file.read_text(encoding="utf-8"), flags=re.M)[1:]:
            texts = dict(re.findall(r"^~~~ (\w+)\n(.*?)\n~~~$", part, re.M | re.S))
            found.append((f"{file.stem}: {part.splitlines()[0]}", texts, re.findall(r"^= (.+)$", part, re.M)))
    return found


def corrections(text: str, chosen: Chosen | None = None) -> tuple[Correction, ...]:
    source = Source("a.txt", "0" * 64, len(text), "txt", "utf-8", text)
    pages = (Page(1, 0, len(text)),)
    return repair.find(source, plain(source, pages, RULES), language, chosen or Chosen()).corrections


def test_a_paper_with_letters_that_swedish_does_not_have_is_put_off_until_others_are_learned_from(tmp_path: Path) -> None:
    for name, word, put_off in (("a.txt", "fràga", True), ("b.txt", "fråga", False), ("c.txt", "Gómez", False), ("d.txt", "à", False)):
        (tmp_path / name).write_text(f"Nämnden beslutar i en {word} om ett nytt råd för länet.\n", encoding="utf-8")
        assert isinstance(parse_whole(tmp_path / name, RULES), str) is put_off


def applied(text: str, found: tuple[Correction, ...]) -> str:
    out, at = [], 0
    for c in found:
        assert text[c.start : c.end] == c.original and c.start >= at
        out += [text[at : c.start], c.corrected]
        at = c.end
    return "".join(out) + text[at:]


@pytest.mark.parametrize(("texts", "stay"), [c[1:] for c in cases()], ids=[c[0] for c in cases()])
def test_cases(texts: dict[str, str], stay: list[str]) -> None:
    now = applied(texts["read"], corrections(texts["read"]))
    assert now == texts.get("printed", texts["read"])
    assert all(words in now for words in stay)


def test_the_damaged_example() -> None:
    """Its truth lies beside it; the few words that stay unread, or are read wrong, are counted."""
    text = EXAMPLE.read_text(encoding="utf-8")
    truth = EXAMPLE.with_suffix(".facit").read_text(encoding="utf-8")
    now = applied(text, tuple(parse(EXAMPLE, RULES, language=language).corrections))
    rows = [(a, b, c) for a, b, c in zip(truth.split(), text.split(), now.split(), strict=True)]
    damaged = [(a, b, c) for a, b, c in rows if a != b]
    assert len(damaged) > 90
    assert sum(a != c for a, _, c in damaged) <= 0.06 * len(damaged), [x for x in damaged if x[0] != x[2]]
    assert len([x for x in rows if x[1] != x[2] and x[0] != x[2]]) <= 1, "“når” and “när” are both read “nar”"


def test_nfd_text_is_repaired_and_points_to_what_stands_there() -> None:
    text = next(texts["read"] for name, texts, _ in cases() if "A whole part" in name)
    apart = unicodedata.normalize("NFD", text)
    found = corrections(apart)
    assert [c.corrected for c in found] == [c.corrected for c in corrections(text)]
    assert all(apart[c.start : c.end] == c.original for c in found)


def test_the_same_again() -> None:
    text = "\n".join(texts["read"] for _, texts, _ in cases())
    assert corrections(text) == corrections(text)


def test_confidence_and_kind() -> None:
    found = corrections(next(texts["read"] for name, texts, _ in cases() if "Several letters" in name))
    assert all(TRUST <= c.confidence <= 1 for c in found)
    assert {c.kind for c in found} <= {"å, ä, ö", "bokstav"}


def test_the_outline_spells_the_headings() -> None:
    read = "Inledning om aldrevdrd\n" + next(texts["read"] for name, texts, _ in cases() if "Dots and rings" in name)
    text = f"{read}\n\n\t1 Inledning om åldrevärd 3\n\t2 Något annat 4\n"
    source = Source("a.txt", "0" * 64, len(text), "txt", "utf-8", text, ("1 Inledning om åldrevärd 3", "2 Något annat 4"))
    found = repair.find(source, plain(source, (Page(1, 0, len(text)),), RULES), language, Chosen()).corrections
    assert (found[0].original, found[0].corrected, found[0].kind) == ("aldrevdrd", "åldrevärd", "disposition")
    assert all(c.end <= len(read) for c in found), "the outline itself is whole"


@pytest.mark.parametrize(
    ("read", "entry", "spelled"),
    [
        ("4 Overenskommelse om\naldrevdrden\nArende\n", "4 Överenskommelse om åldrevärden 7", ["Överenskommelse", "åldrevärden"]),
        ("Overenskommelse om\naldrevdrden i\nAspele\n", "Överenskommelse om åldrevärden i Äspele", ["Överenskommelse", "åldrevärden", "Äspele"]),
        ("Ovrigt\nOvrigt om vdrd\n", "Övrigt", ["Övrigt"]),
        ("Overenskommelse om\n\naldrevdrden\n", "Överenskommelse om åldrevärden", []),
        ("Overenskommelse om\nannat an\naldrevdrden\n", "Överenskommelse om åldrevärden", []),
        ("Overens\nkommelse\nom\nvdrd\n", "Överens kommelse om värd", []),
    ],
)
def test_a_heading_of_some_lines_is_one_entry_of_the_outline(read: str, entry: str, spelled: list[str]) -> None:
    assert [h.word for h in outline.headings(read, 0, len(read), [entry], Channel(RULES.letters))] == spelled


def test_quality_is_told_of_each_page() -> None:
    whole = next(texts["printed"] for name, texts, _ in cases() if "Dots and rings" in name)
    read = next(texts["read"] for name, texts, _ in cases() if "Dots and rings" in name)
    text = f"{whole}\n\f{read}\n"
    source = Source("a.txt", "0" * 64, len(text), "txt", "utf-8", text)
    pages = (Page(1, 0, len(whole) + 1), Page(2, len(whole) + 2, len(text)))
    first, second = repair.find(source, plain(source, pages, RULES), language, Chosen()).quality
    assert (first.damaged, first.unsure) == (0, 0) and first.words >= 30
    assert second.damaged > 10 and second.unsure < 1 and second.words > 25


@pytest.mark.parametrize(
    "between",
    [
        "\n\f",
        "\f",
        "\n\n\f\n",
        "\n\n3(5)\n\fRegion Fjallhav 4(5)\n\n",
        "\n\nRegion Fjallhav  3(5)\n\f\n\nProtokoll fran namnden\nRegion Fjdllhav\n\n",
    ],
    ids=["form feed", "form feed alone", "blank lines", "page numbers", "headers read in two ways"],
)
def test_a_word_over_the_turn_of_a_page(between: str) -> None:
    read = next(texts["read"] for name, texts, _ in cases() if "Dots and rings" in name)
    first = f"Protokoll fran namnden\nRegion Fjallhav\n{read}\nDet ar samverkansra"
    text = f"{first}-{between}det som har foreslagit detta.\n{read}\nRegion Fjallhav 4(5)\n\f{read}\n"
    pages = tuple(Page(n, a, b) for n, (a, b) in enumerate(plain_pages(text), 1))
    source = Source("a.txt", "0" * 64, len(text), "txt", "utf-8", text)
    letters = plain(source, pages, RULES)
    found = repair.find(source, letters, language, Chosen()).corrections
    assert [(c.original, c.corrected) for c in found if c.end == len(first) or c.start == len(first) + 1 + len(between)] == [
        ("samverkansra", "samverkansrå")
    ]
    applied(text, found)
    if not between.strip():
        assert "samverkansrådet som" in clean(repair.apply(letters, found), RULES).text.replace("\n", " ")


def test_no_word_is_joined_over_the_turn_of_a_page_by_chance() -> None:
    def joined(text: str) -> list[str]:
        return [t.text for t in turns.joined(tokens(text), text, plain_pages(text)) if t.skip]

    assert joined("Detta ar samver-\n\fkan.") == ["samver-\nkan"]
    assert joined("Detta ar samver-\n\fKan detta.") == [], "a new sentence"
    assert joined("Detta ar social-\n\foch halsofragor.") == [], "a shared part"
    assert joined("Detta ar samver-\nNagot annat\n\fkan.") == [] == joined("Detta ar samver-\n\fNagot annat\nkan."), "another line between"


def test_without_a_lexicon_nothing_changes_and_it_is_said() -> None:
    text = "\n".join(texts["read"] for name, texts, _ in cases() if name.startswith("damaged") and "whole" not in name)
    source = Source("a.txt", "0" * 64, len(text), "txt", "utf-8", text)
    found = repair.find(source, plain(source, (Page(1, 0, len(text)),), RULES), None, Chosen())
    assert found.corrections == ()
    assert [p.kind for p in found.problems] == ["inte lagad"]


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("Stod\n\nFor", "Stod . For"),
        ("Stod\n \t\nFor", "Stod . For"),
        ("Stod\nfor", "Stod for"),
        ("Stod. For", "Stod . For"),
        ("stod (for", "stod for"),
        ("Se\tStod • For", "Se . Stod . For"),
        ("Den 3 maj, 12,5 mkr", "Den 0 maj 0 mkr"),
        ("Fran KS 2020.123 till L", "Fran # 0 till #"),
        ("se www.stod.se/\nfor mer, och Stod, for.\nMer, mer", "se # # mer och Stod for . Mer mer"),
    ],
)
def test_where_sentences_end_and_what_counts_as_a_sign(text: str, signs: str) -> None:
    assert " ".join(t.text if t.word else t.sign for t in tokens(text)) == signs


def test_words_with_a_comma_or_a_space_between_them_are_counted_as_others_are() -> None:
    words = ["radet", "och", "radet", "beslutar", "att", "avsla", "motionen"]
    counts = learn(["Radet, och radet  beslutar,\natt avsla, Motionen"])
    assert {pair: n for pair, n in counts.items() if re.fullmatch(r"[a-z]+ [a-z]+", pair)} == Counter(map(" ".join, pairwise(words)))
    assert counts["radet"] == 2 and counts[""] == len(words) + 1


def mangled(text: str, way: str) -> str:
    """A text in other letters: capitals, small ones, loose marks, other line ends, no white space, backwards."""
    return {
        "upper": text.upper(), "lower": text.lower(), "title": text.title(), "NFD": unicodedata.normalize("NFD", text),
        "lines": text.replace("\n", "\r\n"), "pages": text.replace("\n", "\f"), "one word": "".join(text.split()), "backwards": text[::-1],
    }.get(way, text)  # fmt: skip


DAMAGED = [texts["read"] for name, texts, _ in cases() if name.startswith("damaged")]
WAYS = st.sampled_from(["", "upper", "lower", "title", "NFD", "lines", "pages", "one word", "backwards"])


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.one_of(st.sampled_from(DAMAGED), st.text(max_size=80)), WAYS), max_size=2), st.sampled_from([None, True]))
def test_any_text_in_any_letters(pieces: list[tuple[str, str]], chosen: bool | None) -> None:
    """Nothing raises, whatever the case, the marks, the noise; corrections are in order, within the text, and fit what stands there."""
    text = "\n".join(mangled(*piece) for piece in pieces)
    source = Source("a.txt", "0" * 64, len(text), "txt", "utf-8", text)
    spans = plain_pages(text)
    letters = plain(source, tuple(Page(n, a, b) for n, (a, b) in enumerate(spans, 1)), RULES)
    found = repair.find(source, letters, language, Chosen(repair=chosen))
    assert all(0 <= c.start < c.end <= len(text) and 0 <= c.confidence <= 1 for c in found.corrections)
    applied(text, found.corrections)
    repair.apply(letters, found.corrections)
    assert [q.page for q in found.quality] == list(range(1, len(spans) + 1))
    assert all(0 <= q.unsure <= q.damaged + 1e-9 for q in found.quality)


WILD = st.text(st.sampled_from("aåäöoéid641&£§¢|]{-GS \n\t.,:()@/x\u0308\u00ad\ufb01nrstAÖ"), max_size=400)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WILD, st.integers(0, 3))
def test_any_text(wild: str, where: int) -> None:
    """Corrections are in order, fit what stands there, keep the white space, and can be laid over the text."""
    damaged = next(texts["read"] for name, texts, _ in cases() if "Several letters" in name)
    text = [wild, wild + damaged, damaged + wild, damaged + "\n" + wild + "\n" + damaged][where]
    source = Source("a.txt", "0" * 64, len(text), "txt", "utf-8", text)
    letters = plain(source, (Page(1, 0, len(text)),), RULES)
    found = repair.find(source, letters, language, Chosen()).corrections
    repaired = applied(text, found)
    assert [len(line.split()) for line in repaired.split("\n")] == [len(line.split()) for line in text.split("\n")]
    assert (
        repair.apply(letters, found).text.split()
        == plain(Source("b", "0", 0, "txt", None, repaired), (Page(1, 0, len(repaired)),), RULES).text.split()
    )
    assert not [c for c in found if re.search(r"\d{3}|\w@\w+\.", c.original)]


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000,
        "&é6i" * 3_000,
        "ii" * 5_000,
        " ".join(["f6r"] * 3_000),
        "\n".join(["stdd"] * 3_000),
        "li1|" * 4_000,
        "-\n".join(["dr"] * 2_000),
        " ".join(["for " + "overenskommelse" * 26] * 20),
    ],
    ids=["one letter", "odd letters", "pairs", "one word", "one word a line", "strokes", "broken", "words of 390 letters"],
)
def test_long_and_odd_words(text: str) -> None:
    applied(text, corrections(text, Chosen(repair=True)))


@pytest.mark.parametrize("piece", ["Namnden", "a@", "www.", "://x", "&", "a-\n", "ABC ", "1 a", ". ", "     x", "\t", "- -", "\u030a", "|"], ids=repr)
def test_time_grows_with_the_line(piece: str) -> None:
    """As in test_properties, of what repair does to all text before it knows whether there is anything to do, and of its words."""

    def seconds(size: int) -> float:
        text = piece * (size // len(piece)) + "\nslut\n"
        started = time.process_time()
        damaged_spans(text)
        repair.clean_text(text)
        for _ in tokens(text):
            pass
        headings = (piece * (size // len(piece)) + "x",)
        for _ in outline.headings("Namnden\n", 0, 8, headings, Channel(RULES.letters)):
            pass
        return time.process_time() - started

    seconds(1_000)
    small = min(seconds(10_000) for _ in range(2))
    assert seconds(40_000) < 10 * small + 0.5


def test_time_grows_with_the_places_of_a_word_that_fits_none() -> None:
    """A word asked for on a line that is not there may stand a hundred thousand times on one that is."""

    def seconds(count: int) -> float:
        text = "en bro och " * count
        source = Source("a.txt", "", len(text), "txt", "utf-8", text)
        letters = plain(source, (Page(1, 0, len(text)),), RULES)
        started = time.process_time()
        _, problems = settle(source, letters, Overrides((Word("bro", "brö", "x", "a.txt", line=9),)).of(source))
        assert "texten har en enda rad; ordet står på rad 1 " in problems[0].message
        return time.process_time() - started

    seconds(500)
    small = min(seconds(5_000) for _ in range(2))
    assert seconds(20_000) < 8 * small + 0.3


def test_a_word_of_a_pdf_that_fits_no_place_is_told_by_its_pages() -> None:
    text = "Tol ett\fintet\fTol och Tol"
    source = Source("a.pdf", "", len(text), "pdf", None, text)
    letters = plain(source, (Page(1, 0, 7), Page(2, 8, 13), Page(3, 14, len(text))), RULES)
    _, problems = settle(source, letters, Overrides((Word("Tol", "ToJ", "x", "a.pdf", page=2),)).of(source))
    assert "sida 2 passar ingen plats: ordet står på sida 1, 3 " in problems[0].message


def test_an_open_bracket_is_looked_for_nearby_and_on_the_line() -> None:
    """A text may be one line: how far one looks back does not grow with it."""

    def found(text: str) -> int:
        return len(list(brackets.closing(text, [Stretch(0, len(text))], RULES.endings)))

    assert found("To] och To] [se") == 2 == found("[\nTo] och To]")
    assert found("[se To] och To]") == 0, "the first closes it, and the other comes once"
    assert found("[se bilaga] To] och To]") == 2, "one that is closed is no longer open"
    assert found("[" + "a " * brackets.NEAR + "To] och To]") == 2


@pytest.mark.parametrize(
    ("word", "best", "is_word", "share", "learned", "beside", "taken"),
    [
        ("stdd", "stöd", False, 0.7, 50, 0, True),
        ("stdd", "stöd", False, 0.5, 50, 0, False),
        ("hast", "häst", True, 0.9, 50, 2, True),
        ("hast", "häst", True, 0.9, 50, 1, False),
        ("hast", "häst", True, 0.9, 129, 1, False),
        ("hast", "häst", True, 0.9, 130, 0, True),
        ("hast", "häst", True, 0.9999, 50, 0, True),
        ("hast", "häst", True, 0.7, 50, 2, False),
        ("Hast", "Häst", True, 0.99, 50, 2, True),
        ("Hast", "Häst", True, 0.9, 50, 2, False),
        ("Hast", "Häst", True, 0.9999, 500, 0, True),
        ("Bjdrk", "björk", False, 0.9, 50, 0, True),
    ],
)
def test_how_likely_a_reading_must_be(word: str, best: str, is_word: bool, share: float, learned: int, beside: int, taken: bool) -> None:
    """Surer where a word stands that is one, most of all in names and in rare company, however sure one may be of all else."""
    proof = [Read(t, t.text, "stöd", 1.0, False, 1.0, 1.0, 0.0, 50, False) for t in tokens("stdd " * 20)]
    (token,) = tokens(word)
    verdict = judge([*proof, Read(token, word.lower(), best.lower(), share, is_word, 1.0, 0.0, 0.0, learned, False, (), beside)])[-1]
    assert verdict.taken is taken


@pytest.mark.parametrize(
    ("word", "name", "beside", "other", "taken"),
    [
        ("Stahl", True, 0, "", False),
        ("Stahl", True, 1, "", True),
        ("Stahl", True, 0, "Stihl", True),
        ("Stahl", False, 0, "", True),
        ("STAHL", True, 0, "", True),
    ],
)
def test_when_a_name_becomes_another(word: str, name: bool, beside: int, other: str, taken: bool) -> None:
    """Where it was learned beside its neighbours, or stands elsewhere in the paper; in capitals it may be any word."""
    proof = [Read(t, t.text, "stöd", 1.0, False, 1.0, 1.0, 0.0, 50, False) for t in tokens("stdd " * 20)]
    words = [
        Read(next(tokens(seen)), seen.lower(), "ståhl", 0.9999, True, 1.0, 0.0, 0.0, 500, False, (), beside, name=name)
        for seen in (other, word)
        if seen
    ]
    assert judge([*proof, *words])[-1].taken is taken


@pytest.mark.parametrize(
    ("others", "learned", "share", "taken"),
    [
        ([], 0, 0.99, True),
        ([("kvarnhjal", "kvarnhjäl")], 0, 0.99, False),
        ([("kvarnhjal", "kvarnhjäl")], 0, 0.9999999, True),
        ([("kvarnhjal", "kvarnhjäl")], 1, 0.99, True),
        ([("kvarnhjal", "kvarnhjäl"), ("kvarnhjil", "kvarnhjäl")], 0, 0.99, True),
    ],
)
def test_a_word_that_is_always_spelled_alike_may_be_of_the_paper(others: list[tuple[str, str]], learned: int, share: float, taken: bool) -> None:
    """Unless it was spelled otherwise somewhere, is known from elsewhere, or there is no doubt at all."""
    proof = [Read(t, t.text, "stöd", 1.0, False, 1.0, 1.0, 0.0, 50, False) for t in tokens("stdd " * 20)]
    words = [
        Read(next(tokens(seen)), seen, best, share, False, 1.0, 0.0, 3.0, learned, False, rare=10.0)
        for seen, best in [*others, ("kvarnhjal", "kvarnhjäl")]
    ]
    assert judge([*proof, *words])[-1].taken is taken


def test_what_makes_a_reading_surer() -> None:
    """Each of its features, whatever the weights."""

    def odds(**other: float) -> float:
        known = {"share": 0.99, "is_word": False, "again": 1, "length": 6, "cost": 1.0, "strange": 0.0, "rare": 12.0} | other
        sure = confidence(features(**known))  # type: ignore[arg-type]
        return math.log(sure / (1 - sure))

    worse: list[dict[str, float]] = [{"share": 0.9}, {"is_word": 1}, {"again": 0}, {"length": 3}, {"cost": 6.0}, {"strange": 0.3}]
    worse += [{"rare": 25.0}]
    assert [other for other in worse if odds(**other) >= odds() - 0.05] == []
    logit = math.log(0.95 / 0.05) - math.log(0.9 / 0.1)
    assert odds(share=0.95) - odds(share=0.9) > 1.5 * logit * (odds(share=0.9999) - odds(share=0.999)) / math.log(10), "where it doubts itself"


def test_how_often_a_reading_was_learned_beside_its_neighbours() -> None:
    """Of a word that is one and was read for another; ends of sentences and numbers are neighbours too."""
    text = "Namnden har begart pengar, och till stod for detta har den gett in ett yttrande. Lat oss vanta i 3 ar."
    reads, count = {r.seen: r for r in read_again(list(tokens(text)), language())}, language().learned.count
    assert [reads[seen].best for seen in ("stod", "ar", "namnden", "pengar")] == ["stöd", "år", "nämnden", "pengar"]
    assert reads["stod"].beside == count("till stöd") + count("stöd för") > max(count("till stöd"), count("stöd för"))
    assert reads["ar"].beside == count("0 år") + count("år .") > max(count("0 år"), count("år ."))
    assert reads["namnden"].beside == reads["pengar"].beside == 0


def test_a_name_is_told_by_the_lexicon() -> None:
    text = "Namnden har begart pengar, och till stod for detta har Marta gett in ett yttrande, som Stahl har skrivit."
    reads = {r.seen: r for r in read_again(list(tokens(text)), language())}
    assert [(reads[seen].best, reads[seen].name) for seen in ("stod", "marta", "stahl")] == [("stöd", False), ("märta", True), ("ståhl", True)]


def test_no_reading_is_evidence_of_itself() -> None:
    """A word, or a pair, counts for another place of the paper and not for its own."""

    def slot(seen: str, *words: str) -> Slot:
        return Slot(seen, tuple(Candidate(word, -20.0, (), usual=1e-9) for word in words))

    before, here, elsewhere = slot("den", "den"), slot("hastlunch", "hästlunch", "hastlunch"), slot("histlunch", "hästlunch", "histlunch")
    read = [("den", "den"), ("hastlunch", "hästlunch")]
    alone, twice, printed = (
        Own(language().learned, words) for words in (read * 3, [*read * 3, ("", ""), ("histlunch", "hästlunch")], [*read, ("", "hästlunch")])
    )
    once = Own(language().learned, read)
    assert once.moves(before, here) == Own(language().learned, []).moves(before, here)
    assert once.moves(before, elsewhere)[0][0] > 1000 * once.moves(before, here)[0][0], "for what was read otherwise it counts"
    assert printed.moves(before, here)[0][0] > 1000 * once.moves(before, here)[0][0]
    assert alone.moves(before, here)[0][0] < alone.moves(before, elsewhere)[0][0] == pytest.approx(twice.moves(before, here)[0][0], rel=0.5)


def test_a_page_of_noise() -> None:
    rand = random.Random(7)
    text = "".join(rand.choices("abcdeghilmnoprstuvåäö0123456789!#%&/()=?|§½@£$€{[]}\\ \n", k=20_000))
    applied(text, corrections(text, Chosen(repair=True)))


def test_where_a_text_is_damaged() -> None:
    whole = next(texts["printed"] for name, texts, _ in cases() if "Dots and rings" in name)
    read = next(texts["read"] for name, texts, _ in cases() if "Dots and rings" in name)
    assert damaged_spans(whole) == []
    twice = f"{read}\n{read}"
    spans = damaged_spans(f"{whole}\n{twice}\n{whole}")
    assert [(s.start, s.end) for s in spans] == [(len(whole) + 1, len(whole) + 1 + len(twice))]
    chance = "Kommunens bolag ska redovisa sina resultat i mars och i maj, samt i augusti varje termin."
    assert damaged_spans(f"{whole}\n{chance}\n{whole}") == [] == damaged_spans(f"{chance}\n{whole}"), "a line without marks is no stretch"
    assert damaged_spans("Namnden beslutar att overlamna fragan.") == [Stretch(0, 38)], "nothing says that it is whole"


def test_an_address_with_marks_does_not_make_a_line_whole() -> None:
    read = next(texts["read"] for name, texts, _ in cases() if "Dots and rings" in name)
    text = f"{read}\nLas mer pa https://sjöberga.se/äldreomsorg/åtgärder-för-år\n{read}"
    assert [(s.start, s.end) for s in damaged_spans(text)] == [(0, len(text))]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "old mac"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_places_fit_the_text_as_python_reads_it(tmp_path: Path, end: str, encoding: str) -> None:
    from kb.commands.look import Help
    from kb.commands.look import repair as run

    text = next(texts["read"] for name, texts, _ in cases() if "Dots and rings" in name)
    whole = "Nämnden är positiv till förslaget och anser att frågan bör beredas vidare. Så är det också för åtgärderna i år.\n"
    path = tmp_path / "a.txt"
    path.write_bytes((whole + text).replace("\n", end).encode(encoding))
    found = run(path, RULES, Help(language))
    as_read = path.read_text(encoding=encoding.replace("-sig", ""))
    assert found and all(as_read[c["start"] : c["end"]] == c["original"] for c in found)


def test_json_of_a_correction_is_what_the_contract_says(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from kb.cli import app

    path = tmp_path / "a.txt"
    path.write_text(next(texts["read"] for name, texts, _ in cases() if "Dots and rings" in name), encoding="utf-8")
    result = CliRunner().invoke(app, ["repair", str(path), "--json", "--db", str(tmp_path / "no.db")])
    rows = json.loads(result.stdout)
    assert rows and set(rows[0]) == {"start", "end", "original", "corrected", "confidence", "kind"}

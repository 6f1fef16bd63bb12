"""Diary numbers in any spelling: every way to spell every form of tests/cases/search/numbers.yaml leads to its case and to no neighbour."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.search import dnr
from kb.search.dnr import Case

DATA = yaml.safe_load((Path(__file__).parent / "cases" / "search" / "numbers.yaml").read_text(encoding="utf-8"))
WAYS: dict[str, list[str]] = DATA["ways"]


def case(register: str, year: int, serial: int, shown: str = "") -> Case:
    return Case(f"{register.lower()}-{year}-{serial}", shown or f"{register}/{serial}/{year}", register, year, serial)


FORMS = [(case(f["register"], f["year"], f["serial"], f["dnr"]), f["own"]) for f in DATA["forms"]]
CASES = [c for c, _ in FORMS]


def neighbours(own: Case) -> Iterator[Case]:
    """Cases one digit or letter away from one."""
    digits = str(own.serial)
    serials = {
        own.serial + 1,
        own.serial - 1,
        own.serial * 10,
        own.serial // 10,
        int(digits[::-1]),
        int("1" + digits),
        *(int(digits[:n] + digits[n + 1 :] or 0) for n in range(len(digits))),
    }
    yield from (case(own.register, own.year, s) for s in sorted(serials - {own.serial, 0}))
    yield from (case(own.register, own.year + n, own.serial) for n in (-100, -10, -1, 1, 10))
    yield from (case(r, own.year, s) for r in ("A", own.register + "A", own.register[:-1] or "B") if r != own.register for s in (own.serial + 2,))


BASE = [*CASES, *(n for c in CASES for n in neighbours(c))]


def spelled(own: Case, way: str, number: int = -1) -> str | None:
    """A case in that way; None where the way has nothing to misread in it. `number` says which misreading, all where it is -1."""
    parts = {
        "R": own.register,
        "r": own.register.lower(),
        "T": own.register.capitalize(),
        "n": str(own.serial),
        "y": str(own.year),
        "yy": str(own.year)[2:],
    }
    parts |= {f"n{width}": str(own.serial).zfill(width) for width in (3, 4, 5, 6)}
    pairs = [(d, r) for d, all_read in DATA["digits"].items() for r in all_read]
    text = way
    for name, value in parts.items():
        if f"{{{name}~}}" in text:
            read = "".join(DATA["letters"].get(c, c) for c in value) if name == "R" else misread(value, pairs[number % len(pairs)])
            if read == value or not any(c.isdecimal() for c in read) or (name == "R" and not any(c.isalpha() for c in read)):
                return None
            text = text.replace(f"{{{name}~}}", read)
    return text.format(**parts)


def misread(digits: str, pair: tuple[str, str]) -> str:
    return digits.replace(pair[0], pair[1])


def found(spelling: str, cases: list[Case]) -> list[str]:
    return [c.key for c in dnr.fitting(dnr.readings(spelling), cases)]


def all_ways(own: Case) -> Iterator[str]:
    kinds = ("register", "short", "misread", "letters") if own.register else ("bare",)
    misreadings = sum(map(len, DATA["digits"].values()))
    for kind in kinds:
        for way in WAYS[kind]:
            yield from filter(None, {spelled(own, way, n) for n in range(misreadings if "~" in way else 1)})


@pytest.mark.parametrize(("own", "spellings"), FORMS, ids=[c.dnr for c in CASES])
def test_every_spelling_leads_to_its_case(own: Case, spellings: list[str]) -> None:
    others = [c for c in BASE if c.key != own.key]
    wrong = {s: got for s in [*spellings, own.dnr, *all_ways(own)] if (got := found(s, [own, *others])) != [own.key] and own.register}
    assert not wrong
    alone = [c for c in others if (c.year, c.serial) != (own.year, own.serial)]
    wrong = {s: got for s in [*spellings, own.dnr, *all_ways(own)] if (got := found(s, [own, *alone])) != [own.key]}
    assert not wrong


@pytest.mark.parametrize("own", [c for c in CASES if c.register], ids=lambda c: c.dnr)
def test_without_register_it_is_one_of_those_with_the_number(own: Case) -> None:
    twin = case("XYZ", own.year, own.serial)
    for way in WAYS["bare"]:
        assert set(found(str(spelled(own, way)), [own, twin, *neighbours(own)])) == {own.key, twin.key}, way


@pytest.mark.parametrize(("right", "spelling"), [(row[0], s) for row in DATA["never"] for s in row[1:]])
def test_never_a_neighbour(right: str, spelling: str) -> None:
    own = next(c for c in CASES if c.dnr == right)
    assert found(str(spelling), [own]) == []


REGISTERS = st.sampled_from(["RUN", "RS", "KS", "KSM", "BUN", "ÖN", "SLK", "LM", "FN", "S", "Fö", "Gn", "HSNV"])
A_CASE = st.builds(case, REGISTERS, st.integers(1950, 2049), st.integers(1, 99_999))


@settings(max_examples=1500, deadline=None)
@given(
    A_CASE,
    st.one_of(A_CASE, st.just(None)),
    st.sampled_from([*WAYS["register"], *WAYS["misread"], *WAYS["short"]]),
    st.integers(0, 20),
    st.integers(0, 30),
)
def test_a_spelling_of_one_case_never_leads_to_another(own: Case, other: Case | None, way: str, near: int, number: int) -> None:
    nearby = list(neighbours(own))
    other = other or nearby[near % len(nearby)]
    text = spelled(own, way, number)
    if "{yy}" in way and 1900 <= own.serial < 2060:  # RUN/2001/01 is the first case of 2001, whoever meant another
        text = None
    turned = (other.serial, other.year) == (own.year, own.serial)  # 1950/1951 and 1951/1950: a choice
    if text and other.key != own.key and not turned:
        assert other.key not in found(text, [own, other]), text
        assert found(text, [own]) == [own.key], text


@given(st.one_of(st.text(max_size=60), st.text("0123456789OlIS/-:. RUNKS", max_size=40)))
def test_reading_a_number_never_raises(text: str) -> None:
    assert len(dnr.readings(text)) < 200
    for written in dnr.find(text):
        assert text[written.start : written.end] == written.spelling


def test_the_number_of_ways() -> None:
    assert len([*WAYS["register"], *WAYS["short"], *WAYS["misread"]]) >= 60


def known(dnr_of: str) -> Case:
    [reading, *_] = dnr.readings(dnr_of)
    return case(reading.register.upper(), reading.year, reading.serial, dnr_of)


BASE_OF_CASES = [known(text) for text in DATA["base"]]


@pytest.mark.parametrize(
    ("spelling", "cases"),
    [
        *((spelling, [own]) for own, spellings in DATA["means"].items() for spelling in spellings),
        *DATA["several"].items(),
        *((spelling, []) for spelling in [*DATA["none"], "RUN/" + "9" * 5000 + "/2021"]),
    ],
)
def test_which_case_of_a_base_is_meant(spelling: str, cases: list[str]) -> None:
    assert [c.dnr for c in dnr.fitting(dnr.readings(spelling), BASE_OF_CASES)] == cases


@pytest.mark.parametrize(("text", "numbers"), DATA["in_text"])
def test_numbers_in_running_text(text: str, numbers: list[str]) -> None:
    assert [written.spelling for written in dnr.find(text, frozenset({"rs"}))] == numbers

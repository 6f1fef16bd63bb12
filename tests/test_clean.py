"""Cleaning, page by page and without a file: what belongs to the pages goes, what people wrote stays; each case is its pages and what is left."""

from __future__ import annotations

import hashlib
from itertools import zip_longest

import pytest

from ingest import load_rules
from ingest.clean import clean, plain
from ingest.models import Page, Source

RULES = load_rules()
HEADER = f"{RULES.of('furniture')[0].matches[0]}\n"
BODY = (
    "Nämnden hörde förvaltningen om färjan.",
    "Bron ska målas i vår.",
    "Kostnaden delas lika.",
    "Frågan om parken väcktes.",
    "Mötet ajournerades.",
)


def cleaned(*pages: str) -> str:
    text = "\f".join(pages)
    data = text.encode()
    source = Source("a.txt", hashlib.sha256(data).hexdigest(), len(data), "txt", "utf-8", text)
    spans, start = [], 0
    for number, page in enumerate(pages, 1):
        spans.append(Page(number, start, start + len(page)))
        start += len(page) + 1
    return clean(plain(source, tuple(spans), RULES), RULES).overlay.text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("samver-\nkan", "samverkan"), ("barn-\noch ungdomsrådet", "barn-\noch ungdomsrådet"), ("Norr-\nVik", "Norr-\nVik"),
        ("rum 1-\na", "rum 1-\na"),
        ("ett \ntvå\t\ntre \t", "ett\ntvå\ntre"), ("\ufb01n a\u00adb \uf0b7 x\u00a0y a\u030a", "fin ab • x y å"),
        ("20\u202f000 kr", "20 000 kr"), (" \nett ", "\nett"), (" Ett", "Ett"), ("  Ett", "  Ett"), ("5 m² och ½ …", "5 m² och ½ …"),
        ("E\u0301n \u2002bro", "Én  bro"),
    ],
)  # fmt: skip
def test_characters_and_lines(text: str, left: str) -> None:
    assert cleaned(text) == left


@pytest.mark.parametrize(
    ("pages", "left"),
    [
        (("Nämnden beslutar", "att bifalla."), "Nämnden beslutar\natt bifalla."), (("Slut.", "Nytt."), "Slut.\n\nNytt."),
        (("Slut.", "nytt."), "Slut.\n\nnytt."),
        (("Nämnden beslutar:", "att bifalla."), "Nämnden beslutar:\n\natt bifalla."), (("Ja", "o punkt"), "Ja\n\no punkt"),
        (("Ett.", "", "Två."), "Ett.\n\nTvå."),
        (("Ett. \n", "\n Två."), "Ett.\n\nTvå."), (("Ett", " \n", "två"), "Ett\ntvå"),
    ],
)  # fmt: skip
def test_where_pages_meet(pages: tuple[str, ...], left: str) -> None:
    assert cleaned(*pages) == left


def with_edges(head: str = "", foot: str = "", on: tuple[int, ...] = (0, 1, 2, 3, 4)) -> str:
    """Five pages, some of which have these lines above and below."""
    return cleaned(*("\n".join(filter(None, (head if n in on else "", body, foot if n in on else ""))) for n, body in enumerate(BODY)))


@pytest.mark.parametrize(
    ("head", "foot", "on", "heads", "feet"),
    [
        ("Granviks hamnbolag", "Justeras av två", (0, 1, 2, 3, 4), 1, 0),  # the letterhead stays, nothing else
        ("Granviks hamnbolag", "Justeras av två", (1, 3), 2, 2),  # of the pages too few have it
        ("Granviks hamnbolag", "Justeras av två", (0, 2, 4), 1, 0),  # left and right pages differ
        ("", "Ärendet bordläggs.", (0, 1), 0, 2),  # a sentence is text, where two pages end alike
        ("", "Ärendet bordläggs.", (0, 1, 2, 3), 0, 4),  # and a decision is, wherever they do
        ("", "Trycksaken är gjord i Granvik.", (0, 1, 2, 3), 0, 0),
        ("", "2. Protokollet justeras omedelbart", (0, 1, 2, 3, 4), 0, 5),
        ("", "att lägga ärendet till handlingarna", (0, 1), 0, 2),
        ("", "att förklara protokollet\nomedelbart justerat", (0, 1, 2), 0, 3),  # the rest of the sentence stays with it
        ("", "att lägga ärendet till handlingarna\nGranviks hamnbolag", (0, 1, 2), 0, 0),  # but not what stands below it
        ("§ 5 Budget", "", (0, 1, 2, 3, 4), 5, 0),  # a heading stays, however often it stands there
    ],
)
def test_what_pages_have_in_common(head: str, foot: str, on: tuple[int, ...], heads: int, feet: int) -> None:
    left = with_edges(head, foot, on)
    assert all(body in left for body in BODY)
    assert (left.count(head) if head else 0, left.count(foot) if foot else 0) == (heads, feet), left


def test_the_letterhead_of_each_paper_in_a_bundle_stays() -> None:
    head = "Granviks hamnbolag"
    left = cleaned(f"{head}\n1(2)\nEtt.", f"{head}\n2(2)\nTvå.", f"{head}\n1(1)\nTre.")
    assert [line for line in left.split("\n") if line] == [head, "Ett.", "Två.", head, "Tre."]


def test_numbers_of_pages_go_but_no_amounts() -> None:
    assert cleaned("Ett.\n71", "Två.\n72", "74\nTre.").split() == ["Ett.", "Två.", "Tre."]
    assert cleaned("714\n1(2)\nEtt.", "715\n2(2)\nTvå.").split() == ["714", "Ett.", "Två."], "above the first page's 1(2) it may be of the paper"
    assert cleaned("Ett.\n1 200", "Två.") == "Ett.\n1 200\n\nTvå.", "an amount is none"
    assert cleaned("Ett.\n2024", "Två.") == "Ett.\n2024\n\nTvå.", "nor is a year"


@pytest.mark.parametrize(
    ("heads", "feet", "gone"),
    [
        ((), ("Sign A   1", "Sign B   2", "Justerandes sign   3"), 3),
        ((), ("Sign A 1", "Sign B 2"), 2),
        ((), ("Hamnbolaget A   31", "Hamnbolaget B   32", "Granvik   33"), 3),
        ((), ("Hamnbolaget A   31", "Hamnbolaget B   32"), 0),  # two may go up by chance
        ((), ("Hamnbolaget A   31", "Hamnbolaget B   33", "Granvik   35"), 0),
        ((), ("EF 1", "EF 2", "EF 3"), 3),
        ((), ("EF 1", "EF 2"), 0),
        ((), ("Bilaga 1", "Bilaga 2", "Bilaga 3"), 0),  # beside a single blank it may be of the words
        (("", "2   Granviks hamn", "Protokoll   3", "4   Granviks hamn", "Protokoll   5"), (), 4),
        (("", "2 Granviks hamn", "Protokoll 3", "4 Granviks hamn", "Protokoll 5"), (), 4),
        (("", "2 Granviks hamn", "3 Granviks hamn", "4 Granviks hamn", "Protokoll 5"), (), 0),
        (("", "Bilaga 1", "Bilaga 2", "Bilaga 3", "Bilaga 4"), (), 0),
        (("Granviks hamn   1", "2   Granviks hamn", "Granviks hamn   3", "4   Granviks hamn"), (), 3),  # the letterhead stays
        (("", "§ 2   Budget   2", "§ 3   Budget   3", "§ 4   Budget   4"), (), 0),
    ],
)
def test_a_number_that_goes_up_with_the_pages_proves_what_belongs_to_them(heads: tuple[str, ...], feet: tuple[str, ...], gone: int) -> None:
    pages = ["\n".join(filter(None, parts)) for parts in zip_longest(heads, BODY[: max(len(heads), len(feet))], feet)]
    left = cleaned(*pages)
    assert all(body in left for body in BODY[: len(pages)])
    assert sum(line not in left.split("\n") for line in (*heads, *feet) if line) == gone, left


def test_a_page_and_its_copy_are_both_kept() -> None:
    form = "Ansökan om bidrag\nHär intygas att bidraget har använts som det var tänkt."
    assert cleaned(form, form, "Bilaga") == f"{form}\n\n{form}\n\nBilaga"
    assert cleaned("Granvik\nEtt", "Granvik\nEtt").count("Granvik") == 1, "of what no sentence is in nothing is lost"


def test_a_lost_break_is_told_by_the_counter_of_pages() -> None:
    text = "\n".join(f"Granviks hamnbolag\n{n}(3)\n{body}\nKostnad (kr), sida vid sida (se 3)" for n, body in enumerate(BODY[:3], 1))
    assert cleaned(text).count("Granviks hamnbolag") == 1 and all(body in cleaned(text) for body in BODY[:3])


@pytest.mark.parametrize(("times", "near", "left"), [(3, "", 0), (2, "", 2), (2, HEADER, 0), (1, HEADER, 1)])
def test_a_body_that_runs_along_a_text_without_pages(times: int, near: str, left: int) -> None:
    text = cleaned("".join(f"Regionfullmäktige\n{near}{body}\n" for body in BODY[:times]) + "Regionfullmäktige beslutar.")
    assert text.count("Regionfullmäktige\n") == left and text.endswith("Regionfullmäktige beslutar.")


def test_what_has_the_form_of_a_footer_goes_wherever_it_stands() -> None:
    assert cleaned(f"Ett.\n   {HEADER}Två.").split() == ["Ett.", "Två."]

"""Which names are of one body, and which are of two."""

import pytest

from ingest import load_rules
from kb.naming import key

RULES = load_rules()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Nämnden för miljö och klimat", "Miljö- och klimatnämnden", True),
        ("Nämnden för service och upphandling", "Services- och upphandlingsnämnden", True),
        ("Nämnden för äldre samt vård och bygg", "Äldre samt vård- och byggnämnden", True),
        ("Nämnden för teknik", "Tekniknämnden", True),
        ("Nämnden för teknik", "Tekniska nämnden", False),
        ("Nämnden för vård och omsorg", "Vårdnämnden", False),
        ("Nämnden för kultur och fritid", "Fritids- och kulturnämnden", False),
        ("Nämnden för vård och omsorg", "Nämnden för vård samt omsorg", False),
        ("Kommunstyrelsen", "Regionstyrelsen", False),
    ],
)
def test_of_the_same_words_is_one_body(one: str, other: str, same: bool) -> None:
    assert (key(one, RULES) == key(other, RULES)) == same


def test_a_name_alone_is_itself() -> None:
    assert key("", RULES) == "" and key("Nämnden", RULES) == "namnden" and key("Nämnden för", RULES) != key("Nämnden", RULES)

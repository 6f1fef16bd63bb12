"""What repair knows of Swedish, opened once for all tests. The lexicon is built in the user's cache folder if it is not there yet."""

from functools import cache

from ingest import load_language, load_rules
from ingest.repair.language import Language
from kb import lexicon


@cache
def language() -> Language:
    """The language without any base: the lexicon and what comes with the program."""
    rules = load_rules()
    return load_language(rules, lexicon.ensure(rules))

"""Every entry of metadata/ against its own examples: one test runs them all, and the shapes of the folder are checked."""

import datetime
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import BadMetadata
from ingest.find.dates import find_dates
from ingest.find.dnr import find_numbers
from ingest.find.forums import find_forums
from ingest.find.paragraphs import find_paragraphs
from ingest.lemmas import Lemmas
from ingest.models import Part
from ingest.repair.accents import Accents
from ingest.repair.brackets import closing
from ingest.repair.channel import LOST, Channel
from ingest.repair.damage import Stretch
from ingest.repair.foreign import native
from ingest.rules import Pattern, default_folder, load_rules
from ingest.rules.letters import Accent, Compound, Ending, Foreign, Misreading, Verb
from ingest.search_words import PeriodName, SearchWords, Synonym
from ingest.text import SMALL, fold
from kb import lexicon
from kb.search import known, synonyms, when
from kb.search.analyze import stem, terms
from kb.search.nodes import Alike, When, Words
from tests.language import language

RULES = load_rules()
WHOLE_LINE = {"headings", "furniture", "options", "answer_words", "clause_headings"}
AT_START = {
    "agreement_tails",
    "agreement_years",
    "leading_times",
    "attendance_roles",
    "attendance_labels",
    "paragraph_headings",
    "not_paragraph_headings",
    "list_items",
    "narrated_continues",
    "decision_ends",
    "task_leads",
    "lost_words",
    "form_phrases",
    "activity_ends",
}


def entries() -> Iterator[tuple[str, Pattern]]:
    for section, patterns in RULES.patterns.items():
        yield from ((section, p) for p in patterns)
    for kind in RULES.types:
        yield from ((f"type {kind.name}", p) for p in kind.signals)


ENTRIES = list(entries())
IDS = [f"{section}: {p.name}" for section, p in ENTRIES]


def found(section: str, pattern: Pattern, text: str) -> Any:
    """What the entry itself finds in a text, as the finder of its section would."""
    part = Part(0, len(text), "")
    if section == "diary_numbers":
        return [m.number.canonical for m in find_numbers(text, fold(text), part, RULES) if m.pattern == pattern.name]
    if section == "dates":
        return [m for m in find_dates(text, fold(text), part, RULES) if pattern.regex.search(fold(m.written)) or pattern.regex.search(fold(text))]
    if section == "paragraph_references" and not pattern.data.get("law"):
        return find_paragraphs(text, fold(text), part, RULES)
    if section in WHOLE_LINE:
        return pattern.regex.fullmatch(fold(text.strip()).rstrip(":."))
    at_start = section in AT_START or (section == "boxes" and not pattern.data.get("behind"))
    return pattern.regex.match(fold(text)) if at_start else pattern.regex.search(fold(text))


@pytest.mark.parametrize(("section", "pattern"), ENTRIES, ids=IDS)
def test_examples(section: str, pattern: Pattern) -> None:
    for example in pattern.matches:
        text = str(example[0] if isinstance(example, list) else example)
        got = found(section, pattern, text)
        assert got, f"must match: {text!r}"
        if section == "diary_numbers":
            assert got == [example[1]], text
        if section == "dates":
            assert [(m.day.iso, m.day.end) for m in got] == [(example[1], example[2])], text
        if section == "generic_forums":
            assert example[1] in {c for m in find_forums(text, fold(text), Part(0, len(text), ""), RULES, ()) for c in m.candidates}, text
    for text in pattern.rejects:
        got = found(section, pattern, text) if section != "dates" else pattern.regex.search(fold(text))
        assert not got, f"must not match: {text!r}"


@pytest.mark.parametrize("forum", RULES.forums, ids=lambda f: f.name)
def test_forum_examples(forum: Any) -> None:
    assert forum.purpose, "a newcomer wants to know what it is for"
    assert forum.matches, "no example"
    assert forum.rejects, "no counter-example"

    def names(text: str) -> set[str]:
        mentions = find_forums(text, fold(text), Part(0, len(text), ""), RULES, find_numbers(text, fold(text), Part(0, len(text), ""), RULES))
        strong = {m.candidates[0] for m in mentions if not m.contextual and len(m.candidates) == 1}
        known = {f.name: f for f in RULES.forums}
        weak = {c for m in mentions if m.contextual for c in m.candidates if c in strong or known[c].parent in strong}
        return strong | weak

    for text in forum.matches:
        assert forum.name in names(text), text
    for text in forum.rejects:
        assert forum.name not in names(text), text


def explained(printed: str, read: str, entry: Misreading) -> bool:
    """Whether `read` can be what the engine made of `printed`, with the misreadings of that entry at least once."""
    channel = Channel(RULES.letters)
    keys = {f"{entry.printed}>{r}" for r in entry.read} | {entry.printed + channel.signs.get(r, r) for r in entry.read}
    keys |= {entry.printed + LOST} if "" in entry.read else set()
    letters = {skeleton: signs for _, skeleton, signs in channel.taken_apart([printed])}
    for reading in (*channel.readings(read), *channel.far_readings(read)):
        if reading.skeleton in letters:
            pairs = {true + seen for true, seen in zip(letters[reading.skeleton], reading.seen, strict=True) if true != seen or true in "åäö"}
            # a letter outside the class may be read as itself by way of the skeleton ("£" for "f")
            used = (pairs | set(reading.extra)) & keys or {c for c in read if c in entry.read and c in channel.odd}
            if pairs <= channel.costs.keys() and used:
                return True
    return False


@pytest.mark.parametrize("entry", RULES.endings, ids=lambda e: e.printed)
def test_endings(entry: Ending) -> None:
    def found(text: str) -> list[str]:
        return [text[start:end] for start, end, _ in closing(text, [Stretch(0, len(text))], [entry])]

    assert all(found(text) == [entry.read] * text.count(entry.read) for text in entry.matches)
    assert not any(map(found, entry.rejects))


@pytest.mark.parametrize("entry", RULES.accents, ids=lambda e: e.printed)
def test_accents(entry: Accent) -> None:
    def printed(text: str) -> str:
        before, after = "att det är en och som på ", " i en och det är av"
        whole = before + text + after
        for start, end, word in reversed(list(Accents(RULES.accents).found(whole, language().candidates))):
            whole = whole[:start] + word + whole[end:]
        return whole.removeprefix(before).removesuffix(after)

    assert [f"{read} = {printed(read)}" for read in (pair.split(" = ")[0] for pair in entry.matches)] == list(entry.matches)
    assert [printed(word) for word in entry.rejects] == list(entry.rejects)


@pytest.mark.parametrize("entry", RULES.foreign, ids=lambda e: e.language)
def test_foreign_lines(entry: Foreign) -> None:
    def kept(line: str) -> bool:
        return bool(native(f"{line}\n{line}", [Stretch(0, 2 * len(line) + 1)], entry.words))

    assert not [line for line in entry.matches if kept(line)] and not [line for line in entry.rejects if not kept(line)]
    assert entry.words.isdisjoint(SMALL)


@pytest.mark.parametrize("entry", RULES.letters, ids=lambda e: e.printed)
def test_misreadings(entry: Misreading) -> None:
    assert entry.rejects, "no counter-example"
    for example in entry.matches:
        read, printed = example.split(" = ")
        assert explained(printed, read, entry), example
    for example in entry.rejects:
        read, printed = example.split(" = ")
        assert not explained(printed, read, entry), example


TODAY = datetime.date(2026, 11, 28)


@pytest.mark.parametrize("entry", RULES.search_words.periods, ids=lambda e: e.pattern)
def test_periods(entry: PeriodName) -> None:
    words = SearchWords((), RULES.search_words.small, RULES.search_words.numerals, (entry,))
    for text, since, until in entry.matches:
        assert when.read(text, TODAY, words) == When(since, until), text
        assert when.read(text, TODAY, RULES.search_words) == When(since, until), text
        assert not entry.free or [(f.when, f.filters) for f in when.find(text, TODAY, words)] == [(When(since, until), entry.free == "filter")], text
    assert entry.rejects, "no counter-example"
    for text in entry.rejects:
        assert when.read(text, TODAY, words) is None, text


def test_a_period_needs_what_its_examples_have() -> None:
    """What the base keeps of search.yaml knows it too, and finds as much."""
    kept = known.from_json(known.as_json(RULES), TODAY).words
    for entry in kept.periods:
        assert entry.needs or not entry.free, f"{entry.pattern} is tried in every query"
    for entry in RULES.search_words.periods:
        for text, _, _ in entry.matches:
            assert list(when.find(f"om {text} och", TODAY, kept)) == list(when.find(f"om {text} och", TODAY, RULES.search_words)), text


@pytest.mark.parametrize("entry", RULES.search_words.synonyms, ids=lambda e: e.words[0])
def test_synonyms(entry: Synonym) -> None:
    known = synonyms.by_key([[entry.words, entry.only, entry.case]])

    def others(text: str) -> list[Any]:
        return [n for n in synonyms.widened([Words((t,), written=w) for w in text.split() for t in terms(w)], known) if isinstance(n, Alike)]

    for text in entry.matches:
        [found] = others(text)
        assert found.others, text
    assert entry.rejects, "no counter-example"
    assert not [text for text in entry.rejects if others(text)]


def test_forums_are_their_own_synonyms() -> None:
    known = synonyms.by_key(synonyms.groups(RULES))
    assert ("regionens", "samverkansråd") in known["rsr"]
    assert ("rsr",) in known[synonyms.key(("regionens", "samverkansråd"))]
    assert ("ksau",) in known[synonyms.key(("kommunstyrelsens", "arbetsutskott"))]
    assert {("regionala", "utvecklingsnämnden"), ("regionala", "utvecklingsnätverket")} <= set(known["run"]), "two forums share it"
    assert synonyms.key(("samverkansrådet",)) not in known, "a weak name of one word would find every council"


@pytest.mark.parametrize("entry", RULES.compounds, ids=lambda e: e.word)
def test_parts_of_compounds(entry: Compound) -> None:
    def parts(word: str) -> list[str]:
        return [word[part.start : part.end] for part in opened().split(word)]

    for example in entry.matches:
        assert parts(example.replace("+", "")) == example.split("+"), example
    for example in entry.rejects:
        found = parts(example)
        assert entry.word not in (found[:-1] if entry.first else found[-1:]), found


@pytest.mark.parametrize("entry", RULES.verbs, ids=lambda e: e.verb)
def test_forms_of_strong_verbs(entry: Verb) -> None:
    def together(pair: tuple[str, str]) -> bool:
        form, other = (opened().analyse(word)[0] for word in pair)
        return form == other

    assert entry.matches and [pair for pair in entry.matches if not together(pair)] == []
    assert entry.rejects and [pair for pair in entry.rejects if together(pair)] == []


@cache
def opened() -> Lemmas:
    return Lemmas(lexicon.ensure(RULES), stem)


def test_names_are_each_a_word_or_more() -> None:
    assert {"Östersund", "Härjedalen", "Göran", "Sjögren"} <= set(RULES.names)
    assert all(name == name.strip() and "  " not in name for name in RULES.names)


def test_everything_in_the_folder_is_used() -> None:
    files = {
        "forums.yaml",
        "document_types.yaml",
        "headings.yaml",
        "patterns.yaml",
        "forms.yaml",
        "links.yaml",
        "ocr.yaml",
        "names.yaml",
        "compounds.yaml",
        "verbs.yaml",
        "search.yaml",
        "overrides.yaml",
        "prose",
        "areas.yaml",
        "glossary.yaml",
        "purposes.yaml",
    }
    assert {p.name for p in default_folder().iterdir()} == files
    assert {p.suffix for p in (default_folder() / "prose").iterdir()} == {".txt"}


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("patterns.yaml", lambda t: t.replace("matches: [", "metches: [", 1), "matches"),
        ("forms.yaml", lambda t: t + "\nvotes: [{pattern: x, matches: [x]}]\n", "står också i en annan fil"),
        ("patterns.yaml", lambda t: t + "\nbroken: [{pattern: '(', matches: [x]}]\n", "mönstret är fel"),
        ("headings.yaml", lambda t: t + "\n: :\n  - [", "är inte YAML"),
        ("forums.yaml", lambda t: t.replace("parent: Regionfullmäktige", "parent: Rådet i månen", 1), "som inte finns i filen"),
        ("document_types.yaml", lambda t: t.replace("types:", "typer:", 1), "types"),
        ("forums.yaml", lambda t: None, "kan inte läsas"),
        ("ocr.yaml", lambda t: t.replace("a: 45", "a: mycket", 1), "letters nr 1"),
        ("ocr.yaml", lambda t: t.replace("matches: [", "metches: [", 1), "exempel saknas"),
        ("ocr.yaml", lambda t: t.replace('opens: "["', "opens: klammer", 1), "endings nr 1"),
        ("ocr.yaml", lambda t: t.replace("read: [à, á", "read: [3, á", 1), "accents nr 1"),
        ("ocr.yaml", lambda t: t.replace("left_alone:", "left_alive:", 1), "left_alone"),
        ("names.yaml", lambda t: t + "\nmore: [3]\n", "more"),
        ("verbs.yaml", lambda t: t.replace("forms: [", "fomrs: [", 1), "strong nr 1"),
        ("verbs.yaml", lambda t: t.replace("[avslagen, avslå]", "avslagen", 1), "strong nr 1"),
        ("search.yaml", lambda t: t.replace("words: [kommunchef, kommundirektör]", "words: [kommunchef]", 1), "minst två ord"),
        ("search.yaml", lambda t: t.replace("unit: year", "unit: yaer", 1), "periods nr 1"),
        ("search.yaml", lambda t: t.replace("pattern: 'i ?dag'", "pattern: '('", 1), "mönstret är fel"),
        ("search.yaml", lambda t: t.replace("\nsmall:", "\nsmal:", 1), "small"),
        ("search.yaml", lambda t: t.replace("\nnumerals:", "\nnumbers:", 1), "numerals"),
    ],
)
def test_broken_metadata_is_told_in_one_line(tmp_path: Path, name: str, change: Any, says: str) -> None:
    for path in default_folder().glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        new = change(text) if path.name == name else text
        if new is not None:
            (tmp_path / path.name).write_text(new, encoding="utf-8")
    with pytest.raises(BadMetadata) as error:
        load_rules(tmp_path)
    assert says in str(error.value)
    assert name in str(error.value)
    assert "\n" not in str(error.value)


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    for path in default_folder().glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert load_rules(tmp_path).version == RULES.version
    with (tmp_path / "patterns.yaml").open("a", encoding="utf-8") as file:
        file.write("\n# a comment\n")
    load_rules.__globals__["_load"].cache_clear()
    assert load_rules(tmp_path).version != RULES.version


def test_a_folder_of_ones_own_may_lack_what_pages_tell(tmp_path: Path) -> None:
    for path in default_folder().iterdir():
        if path.suffix == ".yaml" and path.name not in ("areas.yaml", "glossary.yaml", "purposes.yaml"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
    rules = load_rules(tmp_path)
    assert not {"forum_areas", "forum_purposes", "glossary"} & rules.patterns.keys() and rules.version != RULES.version

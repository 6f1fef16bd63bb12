"""The lexicon: read from a dictionary, packed, found again, built once in the cache, and what happens where it cannot be."""

import base64
import contextlib
import dataclasses
import gc
import gzip
import hashlib
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from importlib.metadata import FileHash, PackagePath
from pathlib import Path

import msgpack
import pytest

from ingest import lemma_maker, load_language, load_rules
from ingest.errors import NoLexicon
from ingest.repair import learned, shape
from ingest.repair.build import STEPS, Sources, build, frequencies
from ingest.repair.channel import Channel
from ingest.repair.hunspell import forms
from ingest.repair.lexicon import NAME, Lexicon, pack
from ingest.uncollected import uncollected
from kb import lexicon

RULES = load_rules()
BRIEF = dataclasses.replace(RULES, prose=RULES.prose[:1], version="brief")  # to build over and over
CHANNEL = Channel(RULES.letters)
AFFIXES = """SET UTF-8
COMPOUNDBEGIN X
COMPOUNDEND Y
FORBIDDENWORD %
NEEDAFFIX !
ONLYINCOMPOUND Z
SFX E Y 2
SFX E 0 n a
SFX E a or a
SFX v Y 1
SFX v 0 s/XZ .
"""
WORDS = """8
stod
fråga/E
stöd/Y
samverkan/vY
ränta/E!
Härjedalen
fel/%
möte/Y
"""


def sources(folder: Path) -> Sources:
    (folder / "x.aff").write_text(AFFIXES, encoding="utf-8")
    (folder / "x.dic").write_text(WORDS, encoding="utf-8")
    bins: list[list[str]] = [[] for _ in range(700)]
    bins[300], bins[450], bins[500], bins[600] = ["stöd"], ["stod", "fraga"], ["fråga"], ["härjedalen", "nyord", "1", "hej då"]
    (folder / "x.gz").write_bytes(gzip.compress(msgpack.packb([{"format": "cB", "version": 1}, *bins])))
    return Sources(folder / "x.aff", folder / "x.dic", folder / "x.gz")


def test_forms_of_a_dictionary(tmp_path: Path) -> None:
    made = sources(tmp_path)
    found = {f.text: f for f in forms(made.affixes, made.dictionary)}
    assert {"fråga", "frågan", "frågor", "stöd", "räntan", "räntor", "Härjedalen", "samverkans"} <= set(found)
    assert "ränta" not in found, "needs an ending"
    assert "fel" not in found, "forbidden"
    assert (found["samverkans"].begin, found["samverkans"].part) == (True, True)
    assert found["stöd"].end and not found["stöd"].begin


def test_a_small_lexicon(tmp_path: Path) -> None:
    made, folder = sources(tmp_path), tmp_path / "lexicon"
    steps: list[str] = []
    folder.mkdir()
    build(folder, made, RULES, steps.append)
    assert len(steps) == STEPS
    packed = Lexicon(folder)

    def words(read: str) -> dict[str, tuple[float, int]]:
        skeleton = CHANNEL.skeleton(read)
        return {skeleton.replace(".", "%s") % tuple(letters): (logp, flags) for letters, logp, flags in packed.words(skeleton)}

    assert {"stöd", "stod"} <= set(words("stdd"))
    assert words("stdd")["stöd"][0] > words("stdd")["stod"][0], "the more frequent first"
    assert "fraga" not in words("fraga") and "fråga" in words("fraga"), "a word without its marks is no word"
    assert words("harjedalen")["härjedalen"][1] == NAME
    assert "samverkans" not in words("samverkans")
    assert [skeleton for skeleton, _ in packed.starts(CHANNEL.skeleton("samverkansméte"))] == [CHANNEL.skeleton("samverkans")]
    assert "nyord" in words("nyord")


def test_a_list_of_another_format(tmp_path: Path) -> None:
    (tmp_path / "x.gz").write_bytes(gzip.compress(msgpack.packb([{"format": "other"}])))
    with pytest.raises(ValueError, match="ingen frekvenslista"):
        list(frequencies(tmp_path / "x.gz"))


def test_what_is_learned_does_not_hang_on_the_order(tmp_path: Path) -> None:
    texts = ["Frågan bör beredas av nämnden.", "Nämnden är positiv.\n\nFrågan är väckt.", "År 2015 var det 3 år sedan."]
    for name, order in (("a", texts), ("b", texts[::-1])):
        (tmp_path / name).mkdir()
        learned.save(learned.learn(order), tmp_path / name, CHANNEL)
    assert [(tmp_path / "a" / f).read_bytes() for f in learned.FILES] == [(tmp_path / "b" / f).read_bytes() for f in learned.FILES]
    counts = learned.Counts(tmp_path / "a")
    assert (counts["frågan"], counts["frågan är"], counts["år 0"], counts["nonsens"]) == (2, 1, 1, 0)
    assert counts.letters("fr.g.n") == ["åa"]


def test_shares_of_pairs_sum_to_at_most_one(tmp_path: Path) -> None:
    learned.save(learned.learn(["Nämnden är positiv. Nämnden är glad. Nämnden bör vänta. Rådet är nytt."]), tmp_path, CHANNEL)
    language = learned.Learned([learned.Counts(tmp_path)])
    words = ["är", "bör", "positiv", "glad", "vänta", "nytt", "nämnden", "rådet", "."]
    for first in words:
        assert sum(language.follows(first, w, 1 / 20) for w in words) <= 1.05
    assert language.follows("nämnden", "är", 1 / 20) > language.follows("nämnden", "glad", 1 / 20)


@pytest.mark.parametrize("words", [[], ["å"], ["lova", "lovar", "žižka"], ["sova", "sover", "bada"]])
def test_runs_are_counted_wherever_they_begin(words: list[str]) -> None:
    texts = [f"   {word} " for word in words]
    runs = Counter(text[at : at + size] for text in texts for end in range(4, len(text) + 1) for size in range(1, 5) for at in (end - size,))
    assert shape._counted(words) == runs


def test_what_looks_like_a_word(tmp_path: Path) -> None:
    """Of rows of letters that nobody has written, those made like the words learned from are the likelier; none is impossible."""
    words = ["lova", "lovar", "lovade", "lavar", "sova", "sover", "bada", "badar", "badade", "jaga", "jagade"]
    shape.save(words, tmp_path)
    made = shape.Shape(tmp_path)
    assert made.price("jagar") > made.price("rgjaa")
    assert made.price("lovade") > made.price("sovade") > made.price("&6zzzé") > -100
    assert made.price("zza") > made.price("zzg"), "after what nobody has seen a common letter is the likelier"
    assert made.price("lovade") - made.price("loade") > 3, "what was seen leaves little for what was not"


def test_the_entry_of_a_form() -> None:
    maker = lemma_maker.Maker()
    for form, stem in (
        ("part", "part"),
        ("parten", "part"),
        ("parterna", "part"),
        ("partisk", "part"),
        ("partiska", "part"),
        ("natt", "natt"),
        ("nätter", "natt"),
    ):
        maker.add(form, stem, False, True, False)
    found = {form: maker.lemma(form, lambda word: word) for form in ("part", "parterna", "partisk", "nätter")}
    assert found == {"part": "part", "parterna": "part", "partisk": "partisk", "nätter": "natt"}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, and a builder that takes no time."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "made").mkdir()
    made = sources(tmp_path / "made")
    files = {"sv_SE.aff": made.affixes, "sv_SE.dic": made.dictionary, "large_sv.msgpack.gz": made.frequencies}
    monkeypatch.setattr(lexicon, "_file", lambda _, name: files[name])
    return tmp_path


def test_the_lexicon_is_built_once(cache: Path) -> None:
    steps: list[str] = []
    folder = lexicon.ensure(BRIEF, steps.append)
    assert folder.is_relative_to(cache) and steps
    before = (folder / "words.marisa").stat().st_mtime_ns
    assert lexicon.ensure(BRIEF, steps.append) == folder
    assert len(steps) == STEPS and (folder / "words.marisa").stat().st_mtime_ns == before
    load_language(RULES, folder)
    assert {p.name for p in folder.parent.iterdir()} == {folder.name, "lexicon.lock"}, "nothing half done is left"


@pytest.mark.parametrize("damage", [lambda b: b[:-5], lambda b: bytes(len(b)), lambda b: b[:-1] + b"x"], ids=["truncated", "zeroed", "changed"])
@pytest.mark.parametrize("name", ["starts.marisa", "sums.json"])
def test_a_broken_lexicon_is_built_again(cache: Path, damage: Callable[[bytes], bytes], name: str) -> None:
    folder = lexicon.ensure(BRIEF)
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(damage(whole))
    assert not lexicon.is_built(BRIEF)
    lexicon.ensure(BRIEF)
    assert (folder / name).read_bytes() == whole


CUT = len("SFX E 0 n a\n")


@pytest.mark.parametrize("name", ["x.gz", "x.aff", "x.dic"])
@pytest.mark.parametrize(
    "damage",
    [lambda b: b[: len(b) // 2], lambda b: bytes(len(b)), lambda b: b"", lambda b: b[:40], lambda b: b"\xff" + b, lambda b: b[:-CUT]],
    ids=["half", "zeroed", "empty", "beginning", "other bytes", "last line"],
)
def test_what_it_is_made_of_is_broken(cache: Path, name: str, damage: Callable[[bytes], bytes]) -> None:
    path = cache / "made" / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(NoLexicon) as error:
        lexicon.ensure(BRIEF)
    assert str(path) in str(error.value) and "installera om" in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("value", [[], {}, 7, [{"format": "cB"}, 7], [{"format": "cB"}, {"a": 1}], ["cB", ["ord"]], [{}, []]], ids=repr)
def test_a_list_that_is_no_list(tmp_path: Path, value: object) -> None:
    (tmp_path / "x.gz").write_bytes(gzip.compress(msgpack.packb(value)))
    with contextlib.suppress(ValueError):
        assert [word for word, _ in frequencies(tmp_path / "x.gz")] == ["a"]


def test_a_file_that_is_not_as_it_was_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class File(PackagePath):
        hash = FileHash("sha256=" + base64.urlsafe_b64encode(hashlib.sha256(b"whole").digest()).decode().rstrip("="))

        def locate(self) -> Path:
            return tmp_path / self.name

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("importlib.metadata.files", lambda _: [File(name) for _, name in lexicon._MADE_OF])
    for _, name in lexicon._MADE_OF:
        (tmp_path / name).write_bytes(b"whole")
    assert lexicon._file("hunspell-sv", "sv_SE.dic") == tmp_path / "sv_SE.dic"
    (tmp_path / "sv_SE.dic").write_bytes(b"half")
    with pytest.raises(NoLexicon, match=r"sv_SE.dic är skadad – installera om"):
        lexicon.ensure(BRIEF)


def test_a_folder_that_is_no_lexicon(tmp_path: Path) -> None:
    (tmp_path / "words.marisa").write_bytes(b"nonsense")
    with pytest.raises(NoLexicon, match="kan inte läsas"):
        load_language(RULES, tmp_path)


def test_old_lexicons_go_but_the_last(cache: Path) -> None:
    folder = lexicon.ensure(BRIEF)
    for n in range(4):
        (folder.parent / f"lexicon-old{n}").mkdir()
        os.utime(folder.parent / f"lexicon-old{n}", (n, n))
    (folder / "words.marisa").unlink()
    lexicon.ensure(BRIEF)
    assert {p.name for p in folder.parent.iterdir()} == {folder.name, "lexicon-old2", "lexicon-old3", "lexicon.lock"}


def test_a_lexicon_in_use_stays(cache: Path) -> None:
    """Several metadata folders, or programs, are used in turn: what one of them has asked for lately is not removed by another."""
    folder = lexicon.ensure(BRIEF)
    for n in range(4):
        (folder.parent / f"lexicon-other{n}").mkdir()
    os.utime(folder, (0, 0))
    assert lexicon.ensure(BRIEF) == folder
    assert folder.stat().st_mtime > 0, "to be asked for is to be used"
    lexicon._clear(folder.parent / "lexicon-newest")
    assert len(list(folder.parent.glob("lexicon-*"))) == 5


def test_what_killed_builds_left_goes(cache: Path) -> None:
    parent = lexicon.folder(BRIEF).parent
    for name, age in ((".build-killed", 0), (".old", 7200), (".new", 0)):
        (parent / name).mkdir(parents=True)
        os.utime(parent / name, (time.time() - age,) * 2)
    lexicon.ensure(BRIEF)
    assert {p.name for p in parent.iterdir() if p.name.startswith(".")} == {".new"}


def test_two_build_at_once(cache: Path) -> None:
    """The second waits, says so, and takes what the first has made."""
    parent = lexicon.folder(BRIEF).parent
    parent.mkdir(parents=True)
    waits, made = threading.Event(), threading.Event()
    steps: list[str] = []
    found: list[Path] = []

    def told(what: str) -> None:
        steps.append(what)
        waits.set()

    with lexicon._alone(parent, lambda _: None) as alone:
        assert alone
        second = threading.Thread(target=lambda: found.append(lexicon.ensure(BRIEF, told)))
        second.start()
        assert waits.wait(30)
        lexicon._make(lexicon.folder(BRIEF), tuple(lexicon._file("", name) for _, name in lexicon._MADE_OF), RULES, lambda _: made.set())
    second.join(30)
    assert steps == ["väntar på en annan kb, som bygger den nu"] and made.is_set()
    assert found == [lexicon.folder(BRIEF)]


def test_no_place_for_the_lexicon(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (cache / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache / "file"))
    with pytest.raises(NoLexicon) as error:
        lexicon.ensure(BRIEF)
    assert "XDG_CACHE_HOME" in str(error.value) and "\n" not in str(error.value)


def test_a_package_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("importlib.metadata.files", lambda _: [])
    with pytest.raises(NoLexicon, match="pip install hunspell-sv wordfreq"):
        lexicon.ensure(BRIEF)


def test_the_version_follows_what_it_is_made_of(monkeypatch: pytest.MonkeyPatch) -> None:
    before = lexicon.version(BRIEF)
    monkeypatch.setattr(lexicon, "_versions", {})
    monkeypatch.setattr(lexicon, "FORM", "other")
    assert lexicon.version(BRIEF) != before


# in a knowledge base

WHOLE = "Nämnden för {} är positiv. Frågan bör beredas vidare av förvaltningen. Åtgärderna följs upp när året är slut, så som rådet föreslår.\n" * 8


def whole(subject: str) -> str:
    return WHOLE.replace("{}", subject)


DAMAGED = (
    "Namnden ar positiv till forslaget och anser att fragan bor beredas vidare. Det ar viktigt att alla far komma till tals innan beslutet\n"
    "fattas. Forvaltningen foreslar darfor att arendet om Kvarnasvarkets torrlosning aterremitteras, och att radet hors pa nytt.\n"
)


def ingested(folder: Path, files: dict[str, str]) -> Path:
    from kb.commands.ingest import ingest

    docs = folder / "docs"
    docs.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (docs / name).write_text(text, encoding="utf-8")
    ingest(folder / "kb.db", [docs], RULES)
    return folder / "kb.db"


def rows(database: Path, sql: str) -> list[tuple[object, ...]]:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(database)) as db:
        return db.execute(sql).fetchall()


CORRECTIONS = "SELECT original, corrected, confidence FROM corrections ORDER BY start"


def test_the_order_of_arrival_does_not_matter(tmp_path: Path) -> None:
    names = whole("Kvarnåsverkets törrlösning")
    first = ingested(tmp_path / "1", {"a.txt": DAMAGED, "b.txt": names, "c.txt": whole("vård")})
    last = ingested(tmp_path / "2", {"c.txt": DAMAGED, "b.txt": names, "a.txt": whole("vård")})
    assert rows(first, CORRECTIONS) == rows(last, CORRECTIONS) != []
    assert ("Kvarnasvarkets", "Kvarnasverkets") not in [r[:2] for r in rows(first, CORRECTIONS)]
    assert ("torrlosning", "törrlösning") in [r[:2] for r in rows(first, CORRECTIONS)], "a word that the base has taught"


def test_rebuild_reads_again_what_the_base_has_learned_since(tmp_path: Path) -> None:
    from kb.commands.ingest import ingest
    from kb.commands.rebuild import rebuild

    database = ingested(tmp_path, {"a.txt": DAMAGED})
    before = rows(database, CORRECTIONS)
    (tmp_path / "docs" / "b.txt").write_text(whole("Kvarnåsverkets törrlösning"), encoding="utf-8")
    summary = ingest(database, [tmp_path / "docs"], RULES)
    assert any("kb rebuild" in note for note in summary.notes)
    assert rows(database, CORRECTIONS) == before
    assert not [n for n in rebuild(database, RULES).notes if "kb rebuild" in n], "once is enough"
    assert ("torrlosning", "törrlösning") in [r[:2] for r in rows(database, CORRECTIONS)]


def test_ingest_goes_on_without_a_lexicon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kb.commands.ingest import ingest

    def fail(*_: object) -> Path:
        raise NoLexicon("ordlistan kan inte byggas: den saknas")

    monkeypatch.setattr(lexicon, "ensure", fail)
    (tmp_path / "a.txt").write_text(DAMAGED * 2, encoding="utf-8")
    (tmp_path / "b.txt").write_text(whole("vård"), encoding="utf-8")
    summary = ingest(tmp_path / "kb.db", [tmp_path / "a.txt", tmp_path / "b.txt"], RULES)
    assert (summary.counts.added, summary.exit_code) == (2, 0)
    assert any("kb learn" in note for note in summary.notes)
    assert rows(tmp_path / "kb.db", "SELECT kind FROM problems WHERE kind = 'inte lagad'") == [("inte lagad",)]
    assert rows(tmp_path / "kb.db", CORRECTIONS) == []


def test_learn_says_what_was_learned(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from kb.cli import app

    database = ingested(tmp_path, {"a.txt": whole("vård")})
    result = CliRunner().invoke(app, ["learn", "--db", str(database), "--json"])
    value = json.loads(result.stdout)
    assert value["vocabulary"]["words"] > 100 and value["stale"] == 0
    assert "Basen har lärt" in CliRunner().invoke(app, ["learn", "--db", str(database)]).stdout
    assert "finns inte" in CliRunner().invoke(app, ["learn", "--db", str(tmp_path / "no.db")]).stdout


def test_the_collector_rests_and_works_again() -> None:
    with contextlib.suppress(KeyError), uncollected():
        assert not gc.isenabled()
        raise KeyError
    assert gc.isenabled()
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled(), "as it was"
    finally:
        gc.enable()


def test_words_are_packed_alike_in_any_order(tmp_path: Path) -> None:
    """All words of a skeleton stand together, in the order of their letters."""
    shares = {word: 10**-n for n, word in enumerate(["fält", "falt", "fält-", "fölt", "felt", "å", "öå"], 1)}
    turned = dict(reversed(shares.items()))
    for name, known in (("a", shares), ("b", turned)):
        pack(known, {"felt": 0.1, "falt": 0.2, "slag": 0.3}, {"felt": NAME}, CHANNEL).save(str(tmp_path / name))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_suffix_is_told_by_the_last_letters_it_asks_for(tmp_path: Path) -> None:
    """Stems that end alike are asked once; a longer condition of the same flag must still be seen."""
    made = sources(tmp_path)
    rules = AFFIXES + "SFX q Y 3\nSFX q 0 x [^t]y\nSFX q y z [aeiou]ty\nSFX q 0 w stuty\n"
    made.affixes.write_text(rules, encoding="utf-8")
    made.dictionary.write_text("5\nbaty/q\nbrty/q\nstuty/q\nasy/q\nty/q\n", encoding="utf-8")
    found = {f.text for f in forms(made.affixes, made.dictionary)}
    assert found == {"baty", "batz", "brty", "stuty", "stutz", "stutyw", "asy", "asyx", "ty"}


def test_words_taken_apart_with_letters_of_any_width() -> None:
    found = list(CHANNEL.taken_apart(["fält", "éa", "žižka", "δοκιμή", "ůl"]))
    assert [letters for _, _, letters in found] == ["äl", "éa", "ia", "", "l"]
    assert [skeleton for _, skeleton, _ in found] == [CHANNEL.skeleton(word) for word, _, _ in found]

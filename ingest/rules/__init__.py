"""metadata/*.yaml → one frozen `Rules` value: validated, compiled, and the only reader of the metadata folder."""

from __future__ import annotations

import functools
import hashlib
import itertools
import re
from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ingest.errors import BadMetadata
from ingest.rules.files import listed, parsed, read_bytes
from ingest.rules.letters import accents, compounds, endings, foreign, misreadings, names_in, verbs, words_in
from ingest.rules.quick import Needles, Quick
from ingest.rules.search import search_words
from ingest.rules.values import LINES, DocumentType, Forum, ForumName, Openings, Pattern, Rules
from ingest.text import Stops, fold, plain

__all__ = ["DocumentType", "Forum", "ForumName", "Pattern", "Rules", "default_folder", "load_rules", "slugify"]

FILES = ("forums.yaml", "document_types.yaml", "headings.yaml", "patterns.yaml", "forms.yaml", "links.yaml")
LETTERS, NAMES, COMPOUNDS, VERBS, SEARCH = "ocr.yaml", "names.yaml", "compounds.yaml", "verbs.yaml", "search.yaml"
_ON_FEW_WORDS = frozenset(
    ("abbreviation_stops", "answer_words", "forum_purposes", "glossary", "name_ends", "page_numbers", "task_leads", "told_terms", "unended_lines")
)
"""Sections that are tried on the few words where they count, never sought in a text: what they need stands in nearly every line."""
FOR_PEOPLE = ("areas.yaml", "glossary.yaml", "purposes.yaml")
"""What pages tell of forums and words; the parser does without, and so may a folder of one's own."""


def slugify(name: str) -> str:
    """A name for addresses: a-z, digits and hyphens (`Regionens samverkansråd` → `regionens-samverkansrad`)."""
    return plain(name).replace(" ", "-")


def default_folder() -> Path:
    """The metadata that comes with the program: within the wheel, or at the top of a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "metadata"
    return inside if inside.is_dir() else package.parent / "metadata"


def load_rules(folder: Path | None = None) -> Rules:
    """Read, check and compile a metadata folder (the one that comes with the program if none is given).

    Raises BadMetadata, which names the file and the entry.
    """
    return _load(Path(folder) if folder else default_folder())


@functools.lru_cache(maxsize=4)
def _load(folder: Path) -> Rules:
    told = tuple(name for name in FOR_PEOPLE if (folder / name).is_file())
    files, version = _read(folder, (*FILES, LETTERS, NAMES, COMPOUNDS, VERBS, *told))
    needles = Needles()
    patterns = _all_patterns(needles, folder, files, told)
    return Rules(
        **_of_forums(folder / FILES[0], files[FILES[0]]),
        **_of_letters(folder, files),
        version=version,
        types=_kinds(needles, folder / FILES[1], files[FILES[1]]),
        patterns=MappingProxyType(patterns),
        needles=needles,
        stops=Stops(p.regex.regex for p in patterns["abbreviation_stops"]),
        openings=MappingProxyType({section: Openings(found) for section, found in patterns.items()}),
        lines=Openings(tuple(p for section in LINES for p in patterns[section])),
        prose=tuple(sorted((folder / "prose").glob("*.txt"))),
        search_words=search_words(folder / SEARCH, parsed(folder / SEARCH, read_bytes(folder / SEARCH))),
    )


def _read(folder: Path, names: Iterable[str]) -> tuple[dict[str, Any], str]:
    """What the files say, by name, and the version that their bytes make."""
    digest = hashlib.sha256()
    files: dict[str, Any] = {}
    for name in names:
        data = read_bytes(folder / name)
        digest.update(data)
        files[name] = parsed(folder / name, data)
    return files, digest.hexdigest()[:16]


def _of_forums(path: Path, data: Any) -> dict[str, Any]:
    """The fields of `Rules` that tell of forums: themselves, what they are called and how that is found in a text."""
    forums = tuple(_forum(path, entry) for entry in listed(path, data, "forums"))
    _check_relations(path, forums)
    short, weak = _abbreviations(forums, listed(path, data, "abbreviations"))
    names = _names(forums)
    return {
        "forums": forums,
        "forums_by_name": MappingProxyType(names),
        "forum_names": _alternation(names, r"(?<![\w-])(?:%s)s?(?!\w)"),
        "abbreviations": MappingProxyType(short),
        "weak_abbreviations": weak,
        "forum_abbreviations": _alternation(short, r"(?<![\w./-])(?:%s)(?![\w/-])"),
        "linking": words_in(path, data, "linking"),
        "turned": words_in(path, data, "turned"),
    }


def _of_letters(folder: Path, files: dict[str, Any]) -> dict[str, Any]:
    """The fields of `Rules` that repair and the lexicon need: letters, endings, names, compounds, verbs and words that stand as they are."""
    letters, kept = folder / LETTERS, files[LETTERS]
    return {
        "letters": misreadings(letters, kept),
        "endings": endings(letters, kept),
        "accents": accents(letters, kept),
        "names": names_in(folder / NAMES, files[NAMES]),
        "compounds": compounds(folder / COMPOUNDS, files[COMPOUNDS]),
        "alone": words_in(folder / COMPOUNDS, files[COMPOUNDS], "alone"),
        "verbs": verbs(folder / VERBS, files[VERBS]),
        "left_alone": words_in(letters, kept, "left_alone"),
        "units": words_in(letters, kept, "units"),
        "foreign": foreign(letters, kept),
    }


def _all_patterns(needles: Needles, folder: Path, files: dict[str, Any], told: Iterable[str]) -> dict[str, tuple[Pattern, ...]]:
    """The patterns of all files by section, which no two files share."""
    patterns: dict[str, tuple[Pattern, ...]] = {"generic_forums": _patterns(needles, folder / FILES[0], files[FILES[0]], "generic")}
    for name in (*FILES[2:], *told):
        twice = sorted(patterns.keys() & files[name].keys())
        if twice:
            raise BadMetadata(f"{folder / name}: ”{twice[0]}” står också i en annan fil")
        patterns |= {section: _patterns(needles, folder / name, files[name], section) for section in files[name]}
    types = folder / FILES[1]
    return patterns | {section: _patterns(needles, types, files[FILES[1]], section) for section in files[FILES[1]] if section != "types"}


def _kinds(needles: Needles, path: Path, data: Any) -> tuple[DocumentType, ...]:
    """The kinds of documents, each with what tells it."""
    return tuple(
        DocumentType(str(entry["name"]), str(entry.get("records", "")), _patterns(needles, path, entry, "signals"))
        for entry in listed(path, data, "types")
    )


def _patterns(needles: Needles, path: Path, data: Any, section: str) -> tuple[Pattern, ...]:
    out = []
    for number, entry in enumerate(listed(path, data, section), 1):
        where = f"{path}: {section} nr {number}"
        if not isinstance(entry, dict) or "pattern" not in entry:
            raise BadMetadata(f"{where}: nyckeln ”pattern” saknas")
        if not entry.get("matches"):
            raise BadMetadata(f"{where}: exempel saknas under ”matches”")
        out.append(_pattern(needles, where, entry, section))
    return tuple(out)


def _pattern(needles: Needles, where: str, entry: dict[str, Any], section: str) -> Pattern:
    flags = re.MULTILINE if entry.get("case") else re.IGNORECASE | re.MULTILINE
    try:
        regex = re.compile(_spaces(fold(str(entry["pattern"]))), flags)
    except re.error as error:
        raise BadMetadata(f"{where}: mönstret är fel ({error})") from error
    rest = {k: v for k, v in entry.items() if k not in ("pattern", "matches", "rejects")}
    name = str(entry.get("name") or entry.get("role") or entry.get("outcome") or section)
    return Pattern(
        name, Quick(regex, needles, section not in _ON_FEW_WORDS), MappingProxyType(rest), tuple(entry["matches"]), tuple(entry.get("rejects") or ())
    )


def _spaces(pattern: str) -> str:
    """A space of a pattern, outside brackets, also stands for a line break: words wrap anywhere."""
    return re.sub(r"(\\.|\[(?:\\.|[^\]\\])*\])| ", lambda m: m.group(1) or "[ \\n]", pattern)


_TEXTS = ("abbreviation", "kind", "level", "purpose", "members", "meets", "parent", "predecessor")
_LISTS = ("aliases", "contextual", "beside", "prepares_for", "registers", "matches", "rejects")


def _forum(path: Path, entry: Any) -> Forum:
    if not isinstance(entry, dict) or not entry.get("name"):
        raise BadMetadata(f"{path}: ett forum saknar namn")

    def words(key: str) -> tuple[str, ...]:
        return tuple(str(v) for v in entry.get(key) or ())

    def text(key: str) -> str | None:
        return " ".join(str(entry[key]).split()) if entry.get(key) else None

    fields: dict[str, Any] = {key: text(key) for key in _TEXTS} | {key: words(key) for key in _LISTS}
    return Forum(
        **fields,
        name=str(entry["name"]),
        slug=slugify(str(entry["name"])),
        first_year=entry.get("from"),
        last_year=entry.get("to"),
    )


def _check_relations(path: Path, forums: tuple[Forum, ...]) -> None:
    names = {f.name for f in forums}
    if len(names) < len(forums):
        raise BadMetadata(f"{path}: två forum har samma namn")
    for forum in forums:
        for other in (forum.parent, forum.predecessor, *forum.prepares_for):
            if other and other not in names:
                raise BadMetadata(f"{path}: {forum.name} hänvisar till ”{other}” som inte finns i filen")


def _abbreviations(forums: tuple[Forum, ...], more: list[Any]) -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    """What each abbreviation can mean, and which of them are weak (contextual names all in capitals)."""
    weak = [(word, f.name) for f in forums for word in f.contextual if word.isupper()]
    pairs = [(f.abbreviation, f.name) for f in forums if f.abbreviation] + weak
    pairs += [(str(e["text"]), str(name)) for e in more for name in (e["name"], *(e.get("also") or ()))]
    found: dict[str, tuple[str, ...]] = {}
    for short, name in pairs:
        if name not in found.get(fold(short), ()):
            found[fold(short)] = (*found.get(fold(short), ()), name)
    return found, frozenset(fold(word) for word, _ in weak)


def _names(forums: tuple[Forum, ...]) -> dict[str, ForumName]:
    """Every name, folded, with what it means. A name that is strong for one forum is strong."""
    found: dict[str, ForumName] = {}
    for weak in (False, True):
        for forum in forums:
            for word in forum.contextual if weak else (forum.name, *forum.aliases):
                key = " ".join(fold(word).lower().split())
                if (weak and word.isupper()) or (key in found and found[key].weak != weak):
                    continue
                known = found[key].forums if key in found else ()
                found[key] = ForumName((*known, forum.name) if forum.name not in known else known, weak)
    return found


def _alternation(words: Iterable[str], frame: str) -> re.Pattern[str]:
    """One expression for all words, a longer one before one that it begins with; a space stands for any white space."""
    return re.compile(frame % (_tree(sorted(words)) or r"(?!)"))


def _tree(words: list[str]) -> str:
    """Words in order of the alphabet that share what they begin with: the engine leaves most of them at their first letter."""
    branches = []
    for letter, alike in itertools.groupby(filter(None, words), key=lambda w: w[0]):
        branches.append((r"\s+" if letter == " " else re.escape(letter)) + _tree([w[1:] for w in alike]))
    joined = branches[0] if len(branches) == 1 and "" not in words else f"(?:{'|'.join(branches)})"
    return (joined + "?" * ("" in words)) if branches else ""

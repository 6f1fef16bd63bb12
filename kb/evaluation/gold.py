"""The gold: YAML or JSON in which people have written down what stands in some sources. docs/matning.md shows the form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kb.errors import BadGold
from kb.evaluation.kinds import BY_NAME, Fact, Kind

ENDINGS = (".yaml", ".yml", ".json")
_HEAD = frozenset({"sources", "complete", "note"})


@dataclass(frozen=True, slots=True)
class Gold:
    """One file: all facts of the kinds it has, of its sources. Not `complete`: what is found and not in it is no fault."""

    path: Path
    sources: tuple[str, ...]
    complete: bool
    facts: Mapping[str, tuple[Fact, ...]]


def load(path: Path) -> tuple[Gold, ...]:
    """The gold of a file, or of all files of a folder in order of name. Raises BadGold, which names file, kind and number."""
    files = sorted(p for p in path.rglob("*") if p.suffix.lower() in ENDINGS) if path.is_dir() else [path]
    if not files:
        raise BadGold(f"{path}: inga filer som slutar på {', '.join(ENDINGS)}", "ange en mapp eller fil med facit")
    return tuple(_gold(file) for file in files)


def _gold(path: Path) -> Gold:
    data = _parsed(path)
    if not isinstance(data, dict) or not (set(data) & set(BY_NAME)):
        raise BadGold(f"{path}: inget slag av uppgifter, som {', '.join(list(BY_NAME)[:4])} …")
    unknown = [str(key) for key in data if key not in BY_NAME and key not in _HEAD]
    if unknown:
        raise BadGold(f"{path}: okänt slag ”{unknown[0]}” – de som finns är {', '.join(BY_NAME)}")
    facts = {name: _facts(path, BY_NAME[name], entries) for name, entries in data.items() if name in BY_NAME}
    named = data.get("sources") or sorted({str(f["source"]) for found in facts.values() for f in found if "source" in f})
    if not isinstance(named, list) or not named:
        raise BadGold(f"{path}: ”sources” ska vara en lista med källor")
    return Gold(path, tuple(map(str, named)), data.get("complete") is not False, facts)


def _parsed(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadGold(f"{path}: kan inte läsas ({error.strerror})", "kontrollera sökvägen") from error
    except UnicodeDecodeError as error:
        raise BadGold(f"{path}: är inte text i UTF-8") from error
    try:
        return json.loads(text) if path.suffix.lower() == ".json" else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise BadGold(f"{path}: {' '.join(str(error).split())[:150]}") from error


def _facts(path: Path, kind: Kind, entries: Any) -> tuple[Fact, ...]:
    if not isinstance(entries or [], list):
        raise BadGold(f"{path}: {kind.name} ska vara en lista")
    for number, fact in enumerate(entries or [], 1):
        where = f"{path}: {kind.name} nr {number}"
        if not isinstance(fact, dict):
            raise BadGold(f"{where}: ska vara fält med värden")
        unknown = [str(key) for key in fact if key not in kind.fields]
        if unknown:
            raise BadGold(f"{where}: okänt fält ”{unknown[0]}” – de som finns är {', '.join(sorted(kind.fields))}")
        _check_values(where, kind, fact)
    return tuple(entries or ())


def _check_values(where: str, kind: Kind, fact: Fact) -> None:
    """Lines are one number or two, options a list, and a kind measured in parts says which."""
    for key in ("line", "lines"):
        value = fact.get(key)
        numbers = value if isinstance(value, list) else [value, value]
        if value is not None and (len(numbers) != 2 or not all(isinstance(n, int) for n in numbers)):
            raise BadGold(f"{where}: ”{key}” ska vara en rad eller två, som 14 eller [14, 20]")
    for key in ("options", "parties"):
        if not isinstance(fact.get(key, []), list):
            raise BadGold(f"{where}: ”{key}” ska vara en lista")
    if kind.split and kind.split not in fact:
        raise BadGold(f"{where}: fältet ”{kind.split}” saknas")

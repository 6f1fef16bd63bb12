"""All word forms of a Hunspell dictionary (an .aff and a .dic file), with what each may be: a name, the first or the last part of a compound.

Format: hunspell(5), "Hunspell affix file". Only suffixes are read; Swedish dictionaries have no prefix rules.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Form(NamedTuple):
    """One form of a word. `begin` and `end`: it may be the first (or middle) or the last part of a compound; `part`: it is nothing else.

    `stem` is the entry of the dictionary that it is a form of; an entry has itself.
    """

    text: str
    begin: bool
    end: bool
    part: bool
    stem: str


class _Suffix(NamedTuple):
    """`reach`: how many of the last letters of a stem say whether it takes this suffix."""

    strip: str
    add: str
    flags: str
    condition: re.Pattern[str] | None
    reach: int


_ANY_OF = re.compile(r"\[[^\]]*\]")
_Uses = tuple[bool, bool, bool]


class _Kind:
    """The suffixes of one flag. Which of them a stem takes is told by its last letters, so that it is asked once for all stems that end alike."""

    def __init__(self, suffixes: list[_Suffix], special: dict[str, str]) -> None:
        self._suffixes, self._special = suffixes, special
        self._reach = max(suffix.reach for suffix in suffixes)
        self._known: dict[str, list[tuple[int, str, _Uses | None]]] = {}

    def endings(self, stem: str) -> list[tuple[int, str, _Uses | None]]:
        """How many letters to cut off, what to add, and what the form may be, where the suffix says so."""
        tail = stem[-self._reach :]
        found = self._known.get(tail)
        if found is None:
            fitting = [s for s in self._suffixes if tail.endswith(s.strip) and (s.condition is None or s.condition.search(tail))]
            found = [(len(s.strip), s.add, _uses(s.flags, self._special) if s.flags else None) for s in fitting]
            self._known[tail] = found
        return found


_SPECIAL = {"COMPOUNDBEGIN": "begin", "COMPOUNDMIDDLE": "middle", "COMPOUNDEND": "end", "ONLYINCOMPOUND": "part"} | {
    "FORBIDDENWORD": "forbidden",
    "NEEDAFFIX": "stem",
}


def forms(affixes: Path, words: Path) -> Iterator[Form]:
    """Each form that the dictionary allows, in the order of the file; the same form may come more than once. Raises OSError, and ValueError where
    a file is not whole.
    """
    suffixes, special = _affixes(affixes)
    kinds = {flag: _Kind(rules, special) for flag, rules in suffixes.items()}
    forbidden, stems = special.get("forbidden", "\0"), special.get("stem", "\0")
    for line in _lines(words):
        stem, _, rest = line.partition("/")
        flags = rest.split(None, 1)[0] if rest else ""
        if forbidden in flags:
            continue
        begin, end, part = _uses(flags, special)
        if stems not in flags:
            yield Form(stem, begin, end, part, stem)
        for flag in flags:
            if flag in kinds:
                for cut, add, uses in kinds[flag].endings(stem):
                    # A suffix with flags of its own makes a part of compounds ("ränta" → "ränte-"); else the stem's flags hold, but for the
                    # first part of a compound, which has no ending.
                    text = stem[: len(stem) - cut] + add
                    yield Form(text, *uses, stem) if uses else Form(text, False, end, part, stem)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} är skadad (byte {error.start})") from error


def _lines(path: Path) -> list[str]:
    """The words of a dictionary with their flags. Its first line says how many they are."""
    first, *rest = _text(path).splitlines() or [""]
    if not first.strip().isdecimal() or len(rest) < int(first):
        raise ValueError(f"{path} är skadad")
    return rest


def _uses(flags: str, special: dict[str, str]) -> _Uses:
    begin, middle, end, part = (special.get(name, "\0") in flags for name in ("begin", "middle", "end", "part"))
    return begin or middle, end, part


def _affixes(path: Path) -> tuple[dict[str, list[_Suffix]], dict[str, str]]:
    """The suffix rules by flag, and the flags with a meaning of their own by name."""
    suffixes: dict[str, list[_Suffix]] = defaultdict(list)
    special: dict[str, str] = {}
    declared = 0
    for line in _text(path).splitlines():
        fields = line.split()
        if len(fields) >= 5 and fields[0] == "SFX":
            suffixes[fields[1]].append(_suffix(path, *fields[2:5]))
        elif len(fields) == 4 and fields[0] == "SFX" and fields[3].isdecimal():
            declared += int(fields[3])
        elif len(fields) >= 2 and fields[0] in _SPECIAL:
            special[_SPECIAL[fields[0]]] = fields[1]
    if not declared or sum(map(len, suffixes.values())) < declared:
        raise ValueError(f"{path} är skadad")
    return suffixes, special


def _suffix(path: Path, strip: str, add: str, condition: str) -> _Suffix:
    add, _, flags = add.partition("/")
    try:
        pattern = re.compile(f"(?:{condition})$") if condition != "." else None
    except re.error as error:
        raise ValueError(f"{path} är skadad ({condition})") from error
    stripped, letters = strip.replace("0", ""), len(_ANY_OF.sub(".", condition))
    return _Suffix(stripped, "" if add == "0" else add, flags, pattern, max(len(stripped), letters))

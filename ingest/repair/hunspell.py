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
    """One form of a word. `begin` and `end`: it may be the first (or middle) or the last part of a compound; `part`: it is nothing else."""

    text: str
    begin: bool
    end: bool
    part: bool


class _Suffix(NamedTuple):
    strip: str
    add: str
    flags: str
    condition: re.Pattern[str] | None


_SPECIAL = {"COMPOUNDBEGIN": "begin", "COMPOUNDMIDDLE": "middle", "COMPOUNDEND": "end", "ONLYINCOMPOUND": "part"} | {
    "FORBIDDENWORD": "forbidden",
    "NEEDAFFIX": "stem",
}


def forms(affixes: Path, words: Path) -> Iterator[Form]:
    """Each form that the dictionary allows, in the order of the file; the same form may come more than once. Raises OSError, UnicodeError."""
    suffixes, special = _affixes(affixes)
    forbidden, stems = special.get("forbidden", "\0"), special.get("stem", "\0")
    for line in words.read_text(encoding="utf-8").splitlines()[1:]:
        stem, _, rest = line.partition("/")
        flags = rest.split(None, 1)[0] if rest else ""
        if forbidden in flags:
            continue
        begin, end, part = _uses(flags, special)
        if stems not in flags:
            yield Form(stem, begin, end, part)
        for flag in flags:
            for strip, add, own, condition in suffixes.get(flag, ()):
                if stem.endswith(strip) and (condition is None or condition.search(stem)):
                    text = stem[: len(stem) - len(strip)] + add
                    # A suffix with flags of its own makes a part of compounds ("ränta" → "ränte-"); else the stem's flags hold, but for the
                    # first part of a compound, which has no ending.
                    yield Form(text, *_uses(own, special)) if own else Form(text, False, end, part)


def _uses(flags: str, special: dict[str, str]) -> tuple[bool, bool, bool]:
    begin, middle, end, part = (special.get(name, "\0") in flags for name in ("begin", "middle", "end", "part"))
    return begin or middle, end, part


def _affixes(path: Path) -> tuple[dict[str, list[_Suffix]], dict[str, str]]:
    """The suffix rules by flag, and the flags with a meaning of their own by name."""
    suffixes: dict[str, list[_Suffix]] = defaultdict(list)
    special: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = line.split()
        if len(fields) >= 5 and fields[0] == "SFX":
            add, _, flags = fields[3].partition("/")
            condition = re.compile(f"(?:{fields[4]})$") if fields[4] != "." else None
            suffixes[fields[1]].append(_Suffix(fields[2].replace("0", ""), "" if add == "0" else add, flags, condition))
        elif len(fields) >= 2 and fields[0] in _SPECIAL:
            special[_SPECIAL[fields[0]]] = fields[1]
    return suffixes, special

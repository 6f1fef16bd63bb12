"""The numbers that Word gives list items and headings: they are not in the text, but people see and cite them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
BULLET = "-"


class Numbering:
    """Counts as it is asked, paragraph by paragraph, in the order of the document."""

    def __init__(self, document: Any, styles: Mapping[str, Any]) -> None:
        self._styles = styles
        self._counts: dict[str, list[int]] = {}
        self._abstract: dict[str, Any] = {}
        self._numbers: dict[str, Any] = {}
        part = next((rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering") and not rel.is_external), None)
        if part is not None:
            root = part.element
            self._abstract = {a.get(f"{_W}abstractNumId"): a for a in root.iter(f"{_W}abstractNum")}
            self._numbers = {n.get(f"{_W}numId"): n for n in root.iter(f"{_W}num")}

    def marker(self, p: Any, style: str) -> str:
        """What stands before the paragraph: "1.", "a)", "§ 12", "-"; "" where nothing does."""
        number, level = self._of(p, style)
        num = self._numbers.get(number)
        if num is None:
            return ""
        link = num.find(f"{_W}abstractNumId")
        key = link.get(f"{_W}val") if link is not None else ""
        levels = {int(lvl.get(f"{_W}ilvl")): lvl for lvl in self._abstract[key].iter(f"{_W}lvl")} if key in self._abstract else {}
        if level not in levels:
            return ""
        if _value(levels[level], "numFmt") == "bullet":
            return BULLET
        return self._counted(number if num.find(f"{_W}lvlOverride") is not None else f"a{key}", level, levels, num)

    def _counted(self, key: str, level: int, levels: Mapping[int, Any], num: Any) -> str:
        counts = self._counts.setdefault(key, [])
        del counts[level + 1 :]
        while len(counts) <= level:
            counts.append(_start(levels.get(len(counts)), num, len(counts)) - (len(counts) == level))
        counts[level] += 1
        text = _value(levels[level], "lvlText") or ""
        return re.sub(r"%(\d)", lambda m: _written(counts, int(m[1]) - 1, levels), text).strip()

    def _of(self, p: Any, style: str) -> tuple[str, int]:
        """Number and level, from the paragraph or its style; 0 is none."""
        for element in (p, self._styles.get(style)):
            found = element.find(f"{_W}pPr/{_W}numPr") if element is not None else None
            if found is not None:
                return _value(found, "numId") or "0", int(_value(found, "ilvl") or 0)
        return "0", 0


def _start(lvl: Any, num: Any, level: int) -> int:
    for override in num.iter(f"{_W}lvlOverride"):
        if override.get(f"{_W}ilvl") == str(level) and (value := _value(override, "startOverride")):
            return int(value)
    return int(_value(lvl, "start") or 1) if lvl is not None else 1


def _written(counts: list[int], level: int, levels: Mapping[int, Any]) -> str:
    number = counts[level] if level < len(counts) else 1
    form = _value(levels[level], "numFmt") if level in levels else "decimal"
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman"):
        roman = _roman(number)
        return roman if form == "lowerRoman" else roman.upper()
    return str(number)


def _roman(number: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        times, number = divmod(number, value)
        text += sign * times
    return text


def _value(element: Any, name: str) -> str | None:
    found = element.find(f"{_W}{name}")
    return found.get(f"{_W}val") if found is not None else None

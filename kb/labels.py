"""What people call columns and some of their values, and which columns a file for them has: `plugins: kb:` of datasette.yaml."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}").fullmatch


@dataclass(frozen=True, slots=True)
class Labels:
    """Headings by column, and words for values by column; `files` are the columns of the files that people fetch, in order, by what is fetched;
    `numbers` the columns of text whose whole numbers are numbers in them. Addresses, JSON, CSV for programs and SQL keep the names and values of
    the views.
    """

    headings: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    files: Mapping[str, Sequence[str]] = field(default_factory=dict)
    numbers: Collection[str] = ()

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Labels:
        """Those of the plugin's part of datasette.yaml."""
        return cls(config.get("labels") or {}, config.get("values") or {}, config.get("files") or {}, frozenset(config.get("numbers") or ()))

    def heading(self, column: str, table: str = "") -> str:
        """What stands above a column; one table may have another word for it than the rest (`table.column`)."""
        return self.headings.get(f"{table}.{column}") or self.headings.get(column, column)

    def said(self, column: str, table: str = "") -> str:
        """The same of a reviewed query, whose columns are Swedish words as SQL writes them."""
        return self.headings.get(f"{table}.{column}") or self.headings.get(column) or column.replace("_", " ").capitalize()

    def value(self, column: str, value: object, table: str | None = "") -> str:
        """A value in words, "" of one that is shown as it is; one table may mean another thing by it (`table.column`)."""
        words = self.values.get(f"{table}.{column}") or self.values.get(column)
        return words.get(str(value), "") if words else ""

    def meant(self, column: str, word: str) -> str:
        """The value that a word stands for, as somebody may type it in a filter; "" of any other word."""
        return next((value for value, said in self.values.get(column, {}).items() if said.casefold() == word.strip().casefold()), "")

    def cell(self, column: str, value: Any, table: str = "") -> Any:
        """A value as a file for people has it."""
        word = self.value(column, value, table)
        if word:
            return word
        return int(value) if column in self.numbers and isinstance(value, str) and _WHOLE(value) else value

    def chosen(self, name: str, columns: Sequence[str]) -> list[str]:
        """The columns of a file for people, in order: those that are named for it, all of what no list is for."""
        return [column for column in self.files.get(name, ()) if column in columns] or list(columns)


def settings() -> Path:
    """The datasette.yaml that comes with the program: within the wheel, or at the top of a checkout."""
    inside = Path(__file__).parent / "datasette.yaml"
    return inside if inside.is_file() else Path(__file__).parent.parent / "datasette.yaml"


def shipped() -> Labels:
    """Those of the datasette.yaml that comes with the program."""
    config = yaml.safe_load(settings().read_text(encoding="utf-8"))
    return Labels.of((config.get("plugins") or {}).get("kb") or {})

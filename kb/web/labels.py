"""What Datasette's pages call columns and some of their values, in Swedish: `plugins: kb: labels:` and `values:` of datasette.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Labels:
    """Headings by column, and words for values by column. Excel has them too; addresses, CSV, JSON and SQL keep the names and values of the views."""

    headings: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Labels:
        """Those of the plugin's part of datasette.yaml."""
        return cls(config.get("labels") or {}, config.get("values") or {})

    def heading(self, column: str) -> str:
        """What stands above a column."""
        return self.headings.get(column, column)

    def said(self, column: str) -> str:
        """The same of a reviewed query, whose columns are Swedish words as SQL writes them."""
        return self.headings.get(column) or column.replace("_", " ").capitalize()

    def value(self, column: str, value: object) -> str:
        """A value in words, "" of one that is shown as it is."""
        words = self.values.get(column)
        return words.get(str(value), "") if words else ""

    def meant(self, column: str, word: str) -> str:
        """The value that a word stands for, as somebody may type it in a filter; "" of any other word."""
        return next((value for value, said in self.values.get(column, {}).items() if said.casefold() == word.strip().casefold()), "")

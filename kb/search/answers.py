"""What fulfils the filters of a search, asked once: in it, and in later ones too where whoever asks knows that the base is as it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable
from typing import Any, NamedTuple, TypeVar

Value = TypeVar("Value")


class Rows(NamedTuple):
    """Rows of passages or records by number, the same as JSON, in order, and what is to be said of the filter that they fulfil."""

    ids: frozenset[int]
    listed: str
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, ids: Iterable[int]) -> Rows:
        """Each row once."""
        once = frozenset(ids)
        return cls(once, json.dumps(sorted(once)))


class Answers:
    """The answers of one search, by keys that name the table and all that was asked."""

    def __init__(self) -> None:
        self._found: dict[Hashable, Any] = {}

    def get(self, key: Hashable) -> Any:
        """What was answered, None where it was not asked."""
        return self._found.get(key)

    def add(self, key: Hashable, answer: Any) -> None:
        """Keep an answer, which no one changes."""
        self._found[key] = answer

    def once(self, key: Hashable, question: Callable[[], Value]) -> Value:
        """The answer to a question that has the same one as long as the base is as it was."""
        found: Value | None = self.get(key)
        if found is None:
            found = question()
            self.add(key, found)
        return found

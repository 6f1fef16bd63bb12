"""What a run over files tells of itself: one event a file, the sum, and whom to tell while it goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from kb.database import Counts

Action = Literal["added", "replaced", "unchanged", "moved", "duplicate", "gone", "quarantined", "refused"]


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to one file; `message` says why where that needs saying, `pages` and `documents` are counts."""

    source: str
    action: Action
    message: str = ""
    pages: int = 0
    documents: int = 0


@dataclass(slots=True)
class Summary:
    """What a run did; `notes` are lines for people about the run as a whole. `usage` is True where no given path exists."""

    events: list[Event] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    usage: bool = False

    def count(self, *actions: Action) -> int:
        """How many files ended in one of these ways."""
        return sum(event.action in actions for event in self.events)

    @property
    def counts(self) -> Counts:
        """The four numbers of the run; a moved file counts as unchanged, and so does a second copy."""
        unchanged = self.count("unchanged", "moved", "duplicate")
        return Counts(self.count("added"), self.count("replaced"), unchanged, self.count("refused", "quarantined"))

    @property
    def exit_code(self) -> int:
        """0 all in, 1 some refused, 2 nothing that was named exists."""
        return 2 if self.usage else int(self.count("refused", "quarantined") > 0)


@dataclass(frozen=True, slots=True)
class Progress:
    """Whom to tell: how many files there are, then each event; and what the lexicon's making is about. They do nothing unless given."""

    total: Callable[[int], None] = lambda _: None
    event: Callable[[Event], None] = lambda _: None
    step: Callable[[str], None] = lambda _: None

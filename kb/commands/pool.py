"""What reads files: the processes of this machine (`workers.py`) or a cluster (`cluster.py`). Who hands out jobs need not know which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

Job = Callable[..., object]
"""A function of a module, called where the file is read with the rules and its arguments, of which the first says which file (`path`)."""
AGAIN = 2
"""Times that a file is tried again whose cluster worker died."""


@dataclass(slots=True, eq=False)
class Slot:
    """A job that was handed out, and what came of it."""

    name: str
    result: object = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """What came of a job that raised."""

    error: BaseException


class Pool(Protocol):
    """Hands out jobs, and gives what came of each; at most a few results wait at a time, because who asks takes them in turn."""

    @property
    def count(self) -> int:
        """So many jobs are done at the same time."""

    def submit(self, name: str, job: Job, *arguments: object) -> Slot:
        """Hand out a job about the file `name`."""

    def result(self, slot: Slot) -> object:
        """What came of a job. Raises what it raised, TooHeavy where whoever did it died."""

    def close(self) -> None:
        """End all work."""

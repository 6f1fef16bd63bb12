"""What was asked for, as a tree of frozen nodes. `parse` makes it, `compile` turns it into SQL, `snippets` marks its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Words:
    """Terms that stand in this order, side by side.

    `prefix`: the last one may be the beginning of a word; `fuzzy`: the only one may differ by so many letters; `quoted`: typed in quotation marks.
    """

    terms: tuple[str, ...]
    prefix: bool = False
    fuzzy: int = 0
    quoted: bool = False
    written: str = field(default="", compare=False)  # as typed, with its capitals


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """A diary number as typed. `strict` where a field name says so: then nothing but a known case will do."""

    written: str
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A filter: `name` is forum, kind, paragraph, area, municipality, person, assignment or register; `value` as typed."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class When:
    """A filter on the date: ISO days, both counted in; None where that side is open."""

    since: str | None
    until: str | None


@dataclass(frozen=True, slots=True)
class Alike:
    """What was asked for, or other words: those that mean the same (`why` synonym), or are spelled nearly so (fuzzy)."""

    asked: Node
    others: tuple[Words, ...]
    why: str = "synonym"


@dataclass(frozen=True, slots=True)
class All:
    """Every part must hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part must hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """The part must not hold."""

    part: Node


Node = Words | CaseNumber | Field | When | Alike | All | Either | Without
Leaf = Words | CaseNumber | Field | When


def leaves(node: Node | None) -> Iterator[Leaf]:
    """The leaves that count in favour of a hit, in the order they were typed; what stands under Without is left out."""
    match node:
        case All(parts) | Either(parts):
            for part in parts:
                yield from leaves(part)
        case Alike(asked, others):
            yield from leaves(asked)
            yield from others
        case Words() | CaseNumber() | Field() | When():
            yield node
        case _:
            return

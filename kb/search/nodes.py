"""What was asked for, as a tree of frozen nodes. `parse` makes it, `compile` turns it into SQL, `snippets` marks its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Terms that stand in this order, side by side; the last one may be the beginning of a word."""

    terms: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """A diary number as typed. `strict` where a field name says so: then nothing but a known case will do."""

    written: str
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A filter on the document: `name` is forum, kind or year; for a year `value` is YYYY or YYYY..YYYY."""

    name: str
    value: str


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


Node = Words | CaseNumber | Field | All | Either | Without


def leaves(node: Node | None) -> Iterator[Words | CaseNumber | Field]:
    """The leaves that count in favour of a hit, in the order they were typed; what stands under Without is left out."""
    match node:
        case All(parts) | Either(parts):
            for part in parts:
                yield from leaves(part)
        case Words() | CaseNumber() | Field():
            yield node
        case _:
            return

"""What joins papers: references to §§, papers and pages elsewhere, tasks that a decision says are done, and what papers tell of forums. Spans are in
the stored text.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.models.layout import Span
from ingest.models.mentions import Day


@dataclass(frozen=True, slots=True)
class Reference:
    """Words that point to a § of a meeting (`paragraf`), a numbered paper (`handling`) or a page of the web (`länk`).

    `organisation`, `forum` and `day` say whose § of which day, as precise as the words are; a body that the words leave out is the one whose
    record it stands in (`implied`). `relation` is what the § referred to was to the case (bordlagd …); `paragraph` the § the words stand in.
    """

    kind: str
    written: str
    number: str | None
    forum: str | None
    implied: bool
    organisation: str | None
    day: Day | None
    relation: str | None
    heading: str
    paragraph: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Completion:
    """A point of an adopted decision that says a task is done: the § that gave the task, and the point of it, where they are cited."""

    forum: str | None
    day: Day | None
    number: str | None
    point: int | None
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class ForumFact:
    """What a paper tells of a forum: of a meeting of it on a day (`möte`), how often it meets (`mötesfrekvens`), what it is to do or may (`mandat`).

    `clause` is the § of the agreement or rules that the sentence stands in.
    """

    kind: str
    forum: str
    day: Day | None
    clause: str | None
    text: str
    span: Span

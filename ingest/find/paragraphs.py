"""References to a § of a meeting in running text; the § of laws are told apart and left out."""

from __future__ import annotations

import re

from ingest.models import ParagraphMention, Part
from ingest.places import Taken
from ingest.rules import Rules
from ingest.text import squeeze


def find_paragraphs(text: str, folded: str, part: Part, rules: Rules) -> tuple[ParagraphMention, ...]:
    """The §§ mentioned, in order of place; forum and day are for `ingest.resolve` to say."""
    laws = Taken()
    found: list[ParagraphMention] = []
    for pattern, match in rules.found("paragraph_references", folded, part.start, part.end):
        if pattern.data.get("law"):
            laws.take(*match.span())
        elif laws.free(*match.span()):
            number = re.sub(r"(\d) ?([a-d])$", r"\1 \2", squeeze(match["number"]))
            found.append(ParagraphMention(match.start(), match.end(), squeeze(text[match.start() : match.end()]), number))
    return tuple(found)

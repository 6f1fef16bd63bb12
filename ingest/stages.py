"""What each step made of a file, printed for people: `kb explain FILE --stage …`. Touches no database."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest import repair
from ingest.blocks import blocks
from ingest.bundle import split
from ingest.clean import clean, plain
from ingest.find import find
from ingest.models import CleanText, Day, DiaryNumber, Document, Parsed, Source, Span
from ingest.pipeline import run
from ingest.read import read
from ingest.repair import Open
from ingest.repair.overrides import NONE, Overrides
from ingest.rules import Rules

_RECORDS = (
    "meeting", "paragraphs", "decisions", "statements", "votes", "assignments", "agreements", "notes", "questions", "activities",
    "references", "completions", "told", "problems",
)  # fmt: skip
STAGES = ("pages", "clean", "repair", "blocks", "mentions", "document")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A file, and what is known while it is read."""

    path: Path
    rules: Rules
    language: Open | None
    overrides: Overrides


def explain(path: Path, rules: Rules, stage: str, language: Open | None = None, overrides: Overrides = NONE) -> str:
    """The value of one stage as text. Raises IngestError as `parse` does, and KeyError for a stage that does not exist."""
    return "\n".join(_SHOW[stage](_Asked(path, rules, language, overrides))) + "\n"


def _pages(asked: _Asked) -> Iterator[str]:
    source, pages = read(asked.path, rules=asked.rules)
    yield f"{source.name}  {source.format}  {source.encoding or ''}  {source.size} byte  sha256 {source.sha256}"
    yield from (f"filen säger: {name} {value}" for name, value in source.properties)
    yield from (f"dispositionen: {line}" for line in source.outline)
    for page in pages:
        yield f"── sida {page.number}{f' (märkt {page.label})' if page.label else ''}  {page.start}–{page.end}"
        yield source.text[page.start : page.end].strip("\n")


def _repaired(asked: _Asked) -> tuple[Source, CleanText, repair.Repair]:
    source, pages = read(asked.path, rules=asked.rules)
    letters = plain(source, pages, asked.rules)
    return source, letters, repair.find(source, letters, asked.language, asked.overrides.of(source))


def _text(asked: _Asked) -> CleanText:
    _, letters, found = _repaired(asked)
    return clean(repair.apply(letters, found.corrections), asked.rules)


def _repair(asked: _Asked) -> Iterator[str]:
    source, _, found = _repaired(asked)
    for c in found.corrections:
        line = source.text.count("\n", 0, c.start) + 1
        yield f"rad {line}  {c.start}–{c.end}  {' '.join(c.original.split())} → {' '.join(c.corrected.split())}  {c.confidence:.3f}  {c.kind}"
    for quality in found.quality:
        if quality.damaged:
            yield f"── sida {quality.page}: {quality.words} ord, {quality.damaged:.0f} skadade, {quality.unsure:.1f} osäkra efter lagningen"
    yield from (f"! {problem.kind}: {problem.message}" for problem in found.problems)
    yield f"── {len(found.corrections)} rättade ord"


def _clean(asked: _Asked) -> Iterator[str]:
    text = _text(asked)
    yield text.text
    yield f"── {sum(s.edited for s in text.overlay.segments)} ändringar"


def _blocks(asked: _Asked) -> Iterator[str]:
    text = _text(asked)
    for number, part in enumerate(split(text, asked.rules), 1):
        yield f"── handling {number}  ({part.reason})"
        for block in blocks(text, part, asked.rules):
            fields = " ".join(f"{k}={v}" for k, v in block.fields)
            head = " ".join(w for w in (block.kind, block.role, block.marker, fields) if w)
            yield f"{head:28} {block.text}"


def _mentions(asked: _Asked) -> Iterator[str]:
    text, rules = _text(asked), asked.rules
    for number, part in enumerate(split(text, rules), 1):
        yield f"── handling {number}"
        found = find(text.text, part, blocks(text, part, rules), rules)
        for field in dataclasses.fields(found):
            for mention in getattr(found, field.name):
                rest = {f.name: getattr(mention, f.name) for f in dataclasses.fields(mention) if f.name not in ("start", "end", "written")}
                words = getattr(mention, "written", "") or text.text[mention.start : mention.end]
                known = " ".join(f"{k}={v}" for k, v in rest.items() if v not in (None, "", False))
                yield f"{field.name:10} {' '.join(words.split())[:70]:40} {known}"


def _document(asked: _Asked) -> Iterator[str]:
    yield from describe(run(asked.path, asked.rules, None, asked.language, asked.overrides))


def describe(parsed: Parsed) -> Iterator[str]:
    """All records of a source, a line each, in the order of the model; the golden files of the tests are this."""
    for problem in parsed.problems:
        yield f"! {problem.kind}: {problem.message}"
    for document in parsed.documents:
        yield from _one(document, parsed.source)


def _one(document: Document, source: Source) -> Iterator[str]:
    head = document.head
    yield f"── handling {document.position}  {head.kind}  {_at(document.span, source)}{'  skadad' if document.damaged else ''}"
    for field in dataclasses.fields(head):
        value = getattr(head, field.name)
        if field.name not in ("kind", "title_span") and value:
            yield f"{field.name}: {_plain(value)}"
    if document.organisation:
        yield f"organisation: {document.organisation}"
    if document.paper_number:
        yield f"paper_number: {document.paper_number}"
    for name in _RECORDS:
        values = getattr(document, name)
        for value in values if isinstance(values, tuple) else [values] if values else []:
            yield f"{name}: {_plain(value, source)}"
    yield f"numbers: {', '.join(sorted({f'{m.number.canonical} ({role})' for m, role, _ in document.numbers}))}"
    yield f"forums: {', '.join(sorted({m.forum or '?' for m, _ in document.forums}))}"
    yield f"passages: {len(document.passages)}"


def _at(span: Span, source: Source) -> str:
    return f"rad {source.text.count(chr(10), 0, span.start) + 1}–{source.text.count(chr(10), 0, max(span.start, span.end - 1)) + 1}"


def _plain(value: object, source: Source | None = None) -> str:
    """A value on one line: dataclasses as name=value, places as lines, None and empty left out."""
    if isinstance(value, Span):
        return _at(value, source) if source else f"{value.start}–{value.end}"
    if isinstance(value, tuple):
        return "[" + "; ".join(_plain(v, source) for v in value) + "]"
    if isinstance(value, DiaryNumber):
        return value.canonical
    if isinstance(value, Day):
        return f"{value.iso}–{value.end}" if value.end else value.iso
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((f.name, getattr(value, f.name)) for f in dataclasses.fields(value))
        return " ".join(f"{name}={_plain(v, source)}" for name, v in pairs if v not in (None, "", ()))
    return str(value)


_SHOW: Mapping[str, Callable[[_Asked], Iterator[str]]] = {
    "pages": _pages, "clean": _clean, "repair": _repair, "blocks": _blocks, "mentions": _mentions, "document": _document,
}  # fmt: skip

"""What each step made of a file, printed for people: `kb explain FILE --stage …`. Touches no database."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ingest import repair
from ingest.blocks import blocks
from ingest.bundle import split
from ingest.clean import clean
from ingest.find import find
from ingest.models import CleanText, Day, DiaryNumber, Document, Page, Parsed, Source, Span
from ingest.pipeline import run
from ingest.read import read
from ingest.rules import Rules

STAGES = ("pages", "clean", "repair", "blocks", "mentions", "document")


def explain(path: Path, rules: Rules, stage: str) -> str:
    """The value of one stage as text. Raises IngestError as `parse` does, and KeyError for a stage that does not exist."""
    return "\n".join(_SHOW[stage](path, rules)) + "\n"


def _pages(path: Path, rules: Rules) -> Iterator[str]:
    source, pages = read(path)
    yield f"{source.name}  {source.format}  {source.encoding or ''}  {source.size} byte  sha256 {source.sha256}"
    yield from (f"dispositionen: {line}" for line in source.outline)
    for page in pages:
        yield f"── sida {page.number}  {page.start}–{page.end}"
        yield source.text[page.start : page.end].strip("\n")


def _read(path: Path, rules: Rules) -> tuple[Source, tuple[Page, ...], CleanText]:
    source, pages = read(path)
    return source, pages, clean(source, pages, rules)


def _clean(path: Path, rules: Rules) -> Iterator[str]:
    source, _, text = _read(path, rules)
    yield text.text
    gone = [s for s in text.overlay.segments if s.edited]
    yield f"── {len(gone)} ändringar av {len(source.text)} tecken"


def _repair(path: Path, rules: Rules) -> Iterator[str]:
    _, _, text = _read(path, rules)
    found = repair.find(text, rules)
    yield from (f"{c.start}–{c.end}  {c.original} → {c.corrected}  {c.confidence:.3f}  {c.kind}" for c in found)
    yield f"── {len(found)} rättade ord"


def _blocks(path: Path, rules: Rules) -> Iterator[str]:
    _, _, text = _read(path, rules)
    for number, part in enumerate(split(text, rules), 1):
        yield f"── handling {number}  ({part.reason})"
        for block in blocks(text, part, rules):
            fields = " ".join(f"{k}={v}" for k, v in block.fields)
            head = " ".join(w for w in (block.kind, block.role, block.marker, fields) if w)
            yield f"{head:28} {block.text}"


def _mentions(path: Path, rules: Rules) -> Iterator[str]:
    _, _, text = _read(path, rules)
    for number, part in enumerate(split(text, rules), 1):
        yield f"── handling {number}"
        found = find(text.text, part, blocks(text, part, rules), rules)
        for field in dataclasses.fields(found):
            for mention in getattr(found, field.name):
                rest = {f.name: getattr(mention, f.name) for f in dataclasses.fields(mention) if f.name not in ("start", "end", "written")}
                words = getattr(mention, "written", "") or text.text[mention.start : mention.end]
                known = " ".join(f"{k}={v}" for k, v in rest.items() if v not in (None, "", False))
                yield f"{field.name:10} {' '.join(words.split())[:70]:40} {known}"


def _document(path: Path, rules: Rules) -> Iterator[str]:
    yield from describe(run(path, rules))


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
    for name in ("meeting", "paragraphs", "decisions", "statements", "votes", "assignments", "agreements", "questions", "problems"):
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


_SHOW: Mapping[str, Callable[[Path, Rules], Iterator[str]]] = {
    "pages": _pages, "clean": _clean, "repair": _repair, "blocks": _blocks, "mentions": _mentions, "document": _document,
}  # fmt: skip

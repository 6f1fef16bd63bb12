"""The whole story in one short function: a file becomes pages, clean text, documents, blocks, mentions and records."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from ingest import repair
from ingest.blocks import blocks
from ingest.bundle import split
from ingest.clean import clean, plain
from ingest.document import assemble
from ingest.document.context import Context
from ingest.find import find
from ingest.find.forums import alone
from ingest.models import CleanText, Document, Page, Parsed, Part, Problem, Source, Span
from ingest.read import Paper, read_paper
from ingest.read.scans import NEVER, Scanned, Scans, with_ocr
from ingest.read.sniff import MEANT
from ingest.repair import Open
from ingest.repair.overrides import NONE, Overrides
from ingest.resolve import resolve
from ingest.rules import Rules
from ingest.text import looks_swedish
from ingest.uncollected import uncollected

_REHEARSED = set[str]()
_LETTERS = re.compile(r"[^\W\d_]+")


def run(
    path: Path,
    rules: Rules,
    name: str | None = None,
    language: Open | None = None,
    overrides: Overrides = NONE,
    passwords: tuple[str, ...] = (),
    scans: Scans = NEVER,
) -> Parsed:
    """Read and parse one file. `name` is its path within the ingested folder; `language` opens what repair knows of Swedish, and is asked only
    where a text is damaged (None: it stays as it is); `overrides` are corrections by people, `scans` what
    OCR has read. Raises IngestError where the file cannot be used, WantsOcr where OCR should read it first.
    """
    return run_paper(read_paper(path, name, rules, passwords, scans), rules, language, overrides)


def run_paper(paper: Paper, rules: Rules, language: Open | None = None, overrides: Overrides = NONE) -> Parsed:
    """As `run`, of a file that was read."""
    return _parsed(paper, plain(paper.source, paper.pages, rules), rules, language, overrides)


def run_whole(
    path: Path, rules: Rules, name: str | None = None, overrides: Overrides = NONE, passwords: tuple[str, ...] = (), scans: Scans = NEVER
) -> Parsed | str:
    """As `run`, but where words may have to be read again only the lines that are whole: such papers are read when all have been learned from."""
    return run_paper_whole(read_paper(path, name, rules, passwords, scans), rules, overrides)


def run_paper_whole(paper: Paper, rules: Rules, overrides: Overrides = NONE) -> Parsed | str:
    """As `run_whole`, of a file that was read."""
    letters = plain(paper.source, paper.pages, rules)
    if repair.wants_language(letters, overrides.of(paper.source)):
        return repair.clean_text(paper.source.text)
    return _parsed(paper, letters, rules, None, overrides)


def rehearse(rules: Rules) -> None:
    """Parse the metadata's own examples, once: what rules work out when first asked is then known to each process forked from this one."""
    if rules.version in _REHEARSED:
        return
    _REHEARSED.add(rules.version)
    rules.ready()
    patterns = (*itertools.chain.from_iterable(rules.patterns.values()), *(signal for kind in rules.types for signal in kind.signals))
    text = "\n".join(example for pattern in patterns for example in pattern.matches if isinstance(example, str))
    run_paper(Paper(Source("", "", len(text), "txt", "utf-8", text), (Page(1, 0, len(text)),)), rules)


def _parsed(paper: Paper, letters: CleanText, rules: Rules, language: Open | None, overrides: Overrides) -> Parsed:
    source, pages, scanned = paper.source, paper.pages, paper.scanned
    repaired = repair.find(source, letters, language, overrides.of(source))
    with uncollected():
        text = clean(repair.apply(letters, repaired.corrections), rules)
        documents = tuple(document(source, text, part, position, rules) for position, part in enumerate(split(text, rules), 1))
    problems = (*_problems(source, pages, documents, scanned), *repaired.problems)
    return Parsed(source, pages, repaired.corrections, documents, problems, with_ocr(repaired.quality, scanned), repaired.alternatives)


def document(source: Source, text: CleanText, part: Part, position: int, rules: Rules) -> Document:
    """One document of a source: blocks, mentions, their meaning, the record."""
    laid_out = blocks(text, part, rules)
    mentions = find(text.text, part, laid_out, rules)
    year = next((int(m.day.iso[:4]) for m in mentions.dates if len(m.day.iso) == 10), None)
    own = alone(text.removed(source.text, part), rules)
    resolved, problems = resolve(text.text, laid_out, mentions, year, rules, text.span, own)
    context = Context(source, text, part, rules, laid_out, resolved)
    span = text.span(part.start, part.end)
    return assemble(context, position, is_damaged(source.text[span.start : span.end]), problems)


def is_damaged(text: str) -> bool:
    """Swedish text of some length in which å, ä and ö are missing or rare was read by an engine that does not know them.

    Clean Swedish has about 5 % of them among its letters, damaged text in the seeds under 1 %; English and tables of names have no Swedish
    words of one or two letters to speak of.
    """
    text = unicodedata.normalize("NFC", text)  # a letter with a loose mark is whole
    marked = sum(map(text.count, "åäöÅÄÖ"))
    if marked >= 0.012 * len(text):  # there are no more letters than characters, and counting them takes time
        return False
    letters = sum(map(len, _LETTERS.findall(text)))
    return letters >= 150 and marked < 0.012 * letters and looks_swedish(text)


def _problems(source: Source, pages: tuple[Page, ...], documents: tuple[Document, ...], scanned: Scanned) -> Iterator[Problem]:
    yield from scanned.problems
    if not documents and not scanned.problems:
        count = "1 sida" if len(pages) == 1 else f"{len(pages)} sidor"
        yield Problem("sida utan text", f"{count} utan text: {'den är tom' if len(pages) == 1 else 'de är tomma'}")
    if not documents:
        return
    empty = [p.number for p in pages if p.number not in scanned.left and not source.text[p.start : p.end].strip()]
    if empty and source.format == "pdf":
        listed = ", ".join(map(str, empty[:10])) + (" …" if len(empty) > 10 else "")
        yield Problem("sida utan text", f"Sida {listed} har ingen text: tom eller inskannad")
    if "\ufffd" in source.text:
        at = source.text.index("\ufffd")
        message = f"{source.text.count(chr(0xFFFD))} tecken gick inte att läsa; första gången här"
        yield Problem("trasiga tecken", message, Span(at, at + 1))
    if Path(source.name).suffix.lower() not in MEANT[source.format]:
        yield Problem("fel filändelse", f"Filen heter {Path(source.name).suffix or 'utan ändelse'} men är {source.format}")

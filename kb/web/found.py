"""What the search page shows, and how a hit is put: its address, its facts, why it was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from kb.search import Hit, Record, snippets
from kb.web import words
from kb.web.rows import CaseRow

_BULLETS = "-–•· "
"""What a line of a list begins with."""


@dataclass(frozen=True, slots=True)
class Found:
    """A hit of any kind. `facts` are short words for the line below its title, `why` how it fits where not as it was typed;
    `whose` the forum is and `case_of` the case, where several have one so called; `again` where the hit above is of the same paper.
    """

    path: str
    title: Markup
    status: str
    status_word: str
    facts: tuple[str, ...]
    forum: str | None
    whose: str | None
    dnr: str | None
    place: str
    place_path: str
    text: Markup
    why: str
    repaired: bool = False
    again: bool = False
    case_of: str | None = None


@dataclass(frozen=True, slots=True)
class Tab:
    """A kind of hits, how many there are, and where they are shown."""

    title: str
    count: str
    path: str
    here: bool


@dataclass(frozen=True, slots=True)
class Box:
    """Hits of one kind; `path` leads to all of them where not all are here."""

    slug: str
    title: str
    several: str
    count: str
    path: str
    hits: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to narrow by (or one that is, and `path` leaves it out)."""

    value: str
    count: str
    path: str


@dataclass(frozen=True, slots=True)
class FacetBox:
    """What can be narrowed by one thing."""

    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`cases` are those whose number was typed; `hidden` the fields of the form that are not its words; `beyond` filters that hide hits.

    `capped` is how many hits the facets are counted among, "" where among all.
    """

    query: str
    count: str
    any: bool
    tabs: tuple[Tab, ...] = ()
    boxes: tuple[Box, ...] = ()
    facets: tuple[FacetBox, ...] = ()
    capped: str = ""
    chosen: tuple[Choice, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    orders: tuple[Tab, ...] = ()
    suggestion: Choice | None = None
    beyond: tuple[Choice, ...] = ()
    notes: tuple[str, ...] = ()
    cases: tuple[CaseRow, ...] = ()
    near: tuple[CaseRow, ...] = ()
    number: int = 1
    last: int = 1
    before: str = ""
    after: str = ""
    excel: str = ""
    csv: str = ""
    feed: str = ""
    everywhere: str = ""
    slugs: Mapping[str, str] | None = None


def of_passage(hit: Hit, repaired: bool, again: bool = False) -> Found:
    """A passage; `repaired` where its text stood otherwise, `again` where the one above is of the same paper."""
    path = words.passage_path(hit.document_id, hit.page, hit.passage_id)
    return Found(
        path, Markup.escape(hit.title), "", "", tuple(filter(None, (words.capital(hit.kind), words.day(hit.date)))), hit.forum, hit.whose,
        hit.dnr, words.place(hit.page, hit.line), path, Markup(snippets.to_html(hit.excerpt)), why(hit.matched, hit.marked), repaired, again,
        hit.case_of,
    )  # fmt: skip


def of_record(record: Record) -> Found:
    """A decision, §, case, forum, assignment, agreement or document."""
    place = words.place(record.page, record.line)
    place_path = words.passage_path(record.document_id, record.page, record.passage_id) if record.document_id else ""
    shown = _named(record) if record.title.strip() else _escapable(record.document or record.ref)
    title = f"{record.dnr} {shown}" if record.kind == "case" else f"§ {record.number} {shown}" if record.kind == "paragraph" else shown
    status = record.status if record.status in ("proposed", "narrated", "upward") else ""
    number = f"§ {record.number}" if record.number and record.kind == "decision" else ""
    when = words.period(record.date, record.date_end)
    whose = words.case_of(record.case_of) if record.kind == "case" else ""
    return Found(
        _path(record, place_path), _html(title), status or "", words.STATUS.get(status or "", ""), tuple(filter(None, (when, number, whose))),
        None if record.kind == "forum" else record.forum, record.whose, None if record.kind == "case" else record.dnr, place, place_path,
        _text(record),
        why(record.matched, record.marked_title + record.marked),
        case_of=record.case_of,
    )  # fmt: skip


def _named(record: Record) -> str:
    """The title with its marks. A task is called by the beginning of its words: where they go on, that is said, and no word is cut."""
    rest = record.text.rpartition("\n")[2].partition(record.title)[2] if record.kind == "assignment" else ""
    if not rest:
        return record.marked_title
    kept = record.marked_title.rpartition(" ")[0] if rest[0].isalnum() and record.title[-1].isalnum() else record.marked_title
    return f"{kept}{snippets.END if kept.count(snippets.START) > kept.count(snippets.END) else ''} …"


def _path(record: Record, place_path: str) -> str:
    paths = {"decision": f"/beslut/{record.ref}", "paragraph": f"/paragraf/{record.ref}", "forum": f"/forum/{record.ref}"}
    if record.kind == "case":
        return words.dnr_path(record.ref, record.case_of)
    if record.kind == "document":
        return f"/handling/{record.ref}"
    return paths.get(record.kind, place_path)


def _text(record: Record) -> Markup:
    """The words that were found, where the title does not have them all: of a § only the heading is known here."""
    if record.kind in ("paragraph", "document"):
        return Markup("")
    said = {record.marked_title.strip(), words.case_of(record.case_of) if record.kind == "case" else ""}
    lines = [line.lstrip(_BULLETS) for line in record.marked.split("\n") if line.strip() and not {line.strip(), _unmarked(line)} & said]
    between = " " if record.kind == "decision" else " · "  # names, areas and headings are no sentences
    return _html(snippets.excerpt(between.join(lines), 300)) if lines else Markup("")


def _html(marked: str) -> Markup:
    return Markup(snippets.to_html(marked))  # to_html escapes all but the marks


def _unmarked(marked: str) -> str:
    return marked.translate(snippets.UNMARKED).strip()


def _escapable(text: str) -> str:
    return text.translate(snippets.UNMARKED)


def why(matched: str, marked: str) -> str:
    """How a hit fits, with the word that made it fit; "" where it is as it was typed."""
    word = next((piece for piece, hit in snippets.segments(marked) if hit), "")
    said = words.MATCHED.get(matched, "")
    return f"{said} ”{' '.join(word.split())}”" if said and word and matched in ("inflected", "repaired", "compound") else said

"""The search page: what was asked, put to kb.search, and what was found as a page shows it."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus, urlencode

from kb import search
from kb.web import cases, words
from kb.web.found import Box, Choice, FacetBox, Found, SearchPage, Tab, of_passage, of_record
from kb.web.rows import CaseRow
from kb.web.selecting import slugs

PAGE_SIZE = 20
NEAR = 3
"""Cases that are offered where a number is of none."""
ON_ALL = 10
"""Passages on the page of all kinds."""
LONGEST = 2000  # characters of a query

REPAIRED = """SELECT p.id FROM passages p WHERE p.id IN (SELECT value FROM json_each(?)) AND EXISTS (
    SELECT 1 FROM corrections c WHERE c.document_id = p.document_id AND c.start >= p.start AND c.start < p.end)"""
FIELDS = ("q", "forum", "ar", "typ", "diarium", "kommun", "visa", "ordning", "sida")
_FACETS = {"forum": ("Forum", "forum"), "year": ("År", "ar"), "kind": ("Slag av handling", "typ"), "register": ("Diarium", "diarium"),
           "municipality": ("Kommun eller region", "kommun")}  # fmt: skip
_quoted = lru_cache(1000)(quote_plus)
"""A page has hundreds of addresses with the same words in them."""

_CHOSEN = {"forum": "forum", "ar": "since", "typ": "kind", "diarium": "register", "kommun": "municipality"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address says; its fields are those of FIELDS."""

    q: str = ""
    forum: str = ""
    ar: str = ""
    typ: str = ""
    diarium: str = ""
    kommun: str = ""
    visa: str = ""
    ordning: str = ""
    sida: int = 1

    @classmethod
    def of(cls, form: Mapping[str, str]) -> Wanted:
        """The form's fields; what makes no sense counts as empty."""
        year, page = form["ar"], form["sida"]
        kept = {name: form[name].strip()[:200] for name in ("forum", "typ", "diarium", "kommun")}
        return cls(
            form["q"].strip()[:LONGEST],
            ar=year if re.fullmatch(r"[0-9]{4}", year) else "",
            visa=form["visa"] if form["visa"] in words.GROUP_OF else "",
            ordning="datum" if form["ordning"] == "datum" else "",
            sida=max(1, int(page)) if re.fullmatch(r"[0-9]{1,3}", page) else 1,
            **kept,
        )

    @property
    def only(self) -> search.Only:
        """What it is narrowed to beside its words, or beside the choice that stands in for them."""
        left = {**self.chosen, self.instead: ""}
        year = left.get("ar") or None
        return search.Only(since=year, until=year, **{_CHOSEN[name]: left.get(name) or None for name in ("forum", "typ", "diarium", "kommun")})

    @property
    def instead(self) -> str:
        """The choice that is asked for where no word was typed."""
        return "" if self.q else next(iter(self.chosen), "")

    @property
    def chosen(self) -> dict[str, str]:
        """What it is narrowed to, by field."""
        return {name: value for name in ("forum", "ar", "typ", "diarium", "kommun") if (value := getattr(self, name))}

    def path(self, page: str = "/sok", **changes: object) -> str:
        """The address of this search with something changed; on its first page unless said."""
        changed = replace(self, **{"sida": 1, **changes})  # type: ignore[arg-type]
        values = {name: value for name in FIELDS if (value := getattr(changed, name)) and not (name == "sida" and value == 1)}
        return f"{page}?{urlencode(values, quote_via=_quoted)}" if values else page


def search_page(conn: sqlite3.Connection, wanted: Wanted, filters: search.Answers | None = None) -> SearchPage:
    """The hits of one page, and the case whose number was typed. `filters` may know which rows fulfil them."""
    if not wanted.q and not wanted.chosen:
        return SearchPage("", "", False)
    kind = words.GROUP_OF.get(wanted.visa)
    found = _asked(conn, wanted, kind, filters)
    totals = {"passage": (found.results.total, found.results.capped), **{g.kind: (g.total, g.capped) for g in found.groups}}
    total, _ = totals.get(kind or "passage", (0, False))
    last = max(1, -(-total // PAGE_SIZE)) if kind else 1
    if kind and wanted.sida > last:
        return search_page(conn, replace(wanted, sida=last), filters)
    boxes = _boxes(conn, found, wanted, kind)
    known = named(conn, wanted.q, found.results.cases)
    return SearchPage(
        query=wanted.q,
        count=said(*totals.get(kind, (0, False))) if kind else _all(totals),
        any=any(n for n, _ in totals.values()),
        tabs=_tabs(totals, wanted),
        boxes=boxes,
        notes=found.results.notes,
        cases=known,
        near=cases.near(conn, wanted.q)[:NEAR] if wanted.q and not known else (),
        slugs=slugs(conn, [hit.forum for box in boxes for hit in box.hits]),
        **_narrowing(found, wanted),
        **_instead(found, wanted),
        **_turning(wanted, kind, last),
        **_addresses(wanted),
    )


def _asked(conn: sqlite3.Connection, wanted: Wanted, kind: str | None, filters: search.Answers | None) -> search.Overview:
    """What the search finds: a page of one kind, or the foremost of each."""
    limit = PAGE_SIZE if kind else ON_ALL
    return search.overview(
        conn,
        wanted.q or everything(wanted),
        only=wanted.only,
        kind=kind,
        newest=wanted.ordning == "datum",
        limit=limit,
        offset=(wanted.sida - 1) * limit if kind else 0,
        answers=filters,
    )


def _narrowing(found: search.Overview, wanted: Wanted) -> dict[str, Any]:
    """What the search is narrowed to, and may be narrowed to."""
    return {
        "facets": tuple(_facet(facet, wanted) for facet in found.facets if len(facet.values) > 1 and _FACETS[facet.name][1] not in wanted.chosen),
        "capped": words.number(search.SAMPLED) if any(facet.capped for facet in found.facets) else "",
        "chosen": tuple(Choice(value, "", wanted.path(**{name: ""})) for name, value in wanted.chosen.items()),
        "hidden": tuple((name, str(getattr(wanted, name))) for name in FIELDS[1:-1] if getattr(wanted, name)),
    }


def _instead(found: search.Overview, wanted: Wanted) -> dict[str, Any]:
    """What may have been meant, and what there is without filters."""
    return {
        "suggestion": _suggestion(found.results, wanted),
        "beyond": tuple(_beyond(found.results, wanted)),
        "everywhere": wanted.path(**dict.fromkeys(wanted.chosen, "")) if wanted.chosen else "",
    }


def _turning(wanted: Wanted, kind: str | None, last: int) -> dict[str, Any]:
    """Which page it is of how many, and the ones before and after."""
    return {
        "number": min(wanted.sida, last),
        "last": last,
        "before": wanted.path(sida=wanted.sida - 1) if kind and wanted.sida > 1 else "",
        "after": wanted.path(sida=wanted.sida + 1) if kind and wanted.sida < last else "",
    }


def _addresses(wanted: Wanted) -> dict[str, Any]:
    """The same hits in another order, as files and as a feed."""
    orders = (("", "Bäst först"), ("datum", "Nyast först"))
    return {
        "orders": tuple(Tab(title, "", wanted.path(ordning=name), wanted.ordning == name) for name, title in orders),
        "excel": wanted.path("/export/sok.xlsx"),
        "csv": wanted.path("/export/sok.csv"),
        "feed": wanted.path("/sok.atom", visa=wanted.visa),
    }


def _suggestion(found: search.Results, wanted: Wanted) -> Choice | None:
    """What may have been meant, unless it is shown already."""
    if not found.suggestion or any(hit.matched in ("folded", "fuzzy") for hit in found.hits):
        return None
    return Choice(found.suggestion, "", wanted.path(q=found.suggestion))


def _beyond(found: search.Results, wanted: Wanted) -> Iterator[Choice]:
    """The same search without filters that leave out what there is."""
    for other in found.beyond:
        kept = wanted.instead if other.query == found.query else ""
        gone = {field: "" for field, name in _CHOSEN.items() if getattr(other.only, name) is None and field != kept}
        query = {"q": other.query} if wanted.q and other.query != found.query else {}
        yield Choice(" och ".join(other.left_out), said(other.total, other.capped), wanted.path(**gone, **query))


def everything(wanted: Wanted) -> str:
    """A query for all there is of what was chosen, where no word was typed."""
    name, value = wanted.instead, wanted.chosen[wanted.instead]
    return f'{"år" if name == "ar" else name}:"{value}"'


def said(total: int, capped: bool) -> str:
    """A count, as far as it was counted."""
    return f"fler än {words.number(total - 1)}" if capped else words.number(total)


def _all(totals: Mapping[str, tuple[int, bool]]) -> str:
    capped = any(c for _, c in totals.values())
    return f"{'fler än ' if capped else ''}{words.number(sum(n - c for n, c in totals.values()))}"


def _tabs(totals: Mapping[str, tuple[int, bool]], wanted: Wanted) -> tuple[Tab, ...]:
    """All, and each kind that there is, in their order."""
    kinds = [(slug, kind) for slug, kind in words.GROUP_OF.items() if totals.get(kind, (0, False))[0] or slug == wanted.visa]
    tabs = [Tab(words.GROUPS[kind], said(*totals.get(kind, (0, False))), wanted.path(visa=slug), wanted.visa == slug) for slug, kind in kinds]
    return (Tab("Allt", "", wanted.path(visa=""), not wanted.visa), *tabs)


def _boxes(conn: sqlite3.Connection, found: search.Overview, wanted: Wanted, kind: str | None) -> tuple[Box, ...]:
    repaired = {id for (id,) in conn.execute(REPAIRED, (json.dumps([hit.passage_id for hit in found.results.hits]),))}
    slug_of = {kind: slug for slug, kind in words.GROUP_OF.items()}
    kinds: list[tuple[str, int, bool, tuple[Found, ...]]] = [
        (group.kind, group.total, group.capped, tuple(of_record(record) for record in group.records)) for group in found.groups
    ]
    hits = found.results.hits
    above = (None, *(hit.document_id for hit in hits))
    passages = tuple(of_passage(hit, hit.passage_id in repaired, hit.document_id == paper) for hit, paper in zip(hits, above, strict=False))
    kinds.append(("passage", found.results.total, found.results.capped, passages))
    return tuple(
        Box(
            slug_of[name],
            words.GROUPS[name],
            words.SEVERAL[name],
            said(total, capped),
            wanted.path(visa=slug_of[name]) if not kind and total > len(hits) else "",
            hits,
        )
        for name, total, capped, hits in kinds
        if hits and kind in (None, name)
    )


def _facet(facet: search.Facet, wanted: Wanted) -> FacetBox:
    title, name = _FACETS[facet.name]
    return FacetBox(title, tuple(Choice(value, words.number(count), wanted.path(**{name: value})) for value, count in facet.values))


def named(conn: sqlite3.Connection, query: str, numbers: tuple[str, ...]) -> tuple[CaseRow, ...]:
    """The cases that the query names by diary number; a query that is nothing but a number may leave the register out."""
    if numbers:
        return tuple({row.key: row for number in numbers for row in cases.resolve(conn, number)}.values())
    return cases.resolve(conn, query) if query else ()


COLUMNS = ("träff", "rubrik", "slag", "datum", "forum", "kommun eller region", "paragraf", "diarienummer", "källa", "sida", "rad", "text",
           "hittades genom", "id")  # fmt: skip


def rows(conn: sqlite3.Connection, wanted: Wanted) -> Iterator[tuple[object, ...]]:
    """The hits as a table: all of the kind that is shown, or of all kinds, one kind after the other."""
    if not wanted.q and not wanted.chosen:
        return
    kind, query = words.GROUP_OF.get(wanted.visa), wanted.q or everything(wanted)
    for hit in search.every(conn, query, only=wanted.only, kind=kind, newest=wanted.ordning == "datum"):
        yield _record_row(hit) if isinstance(hit, search.Record) else _passage_row(hit)


def _record_row(r: search.Record) -> tuple[object, ...]:
    status, matched = words.STATUS.get(r.status or "", ""), words.MATCHED.get(r.matched, "")
    place = (r.organisation, r.number, r.dnr, r.source, r.page, r.line)
    return (words.GROUPS[r.kind], r.title, status, r.date, r.forum, *place, r.text, matched, r.ref)


def _passage_row(h: search.Hit) -> tuple[object, ...]:
    matched = words.MATCHED.get(h.matched, "")
    return ("Text", h.title, h.kind, h.date, h.forum, h.organisation, None, h.dnr, h.source, h.page, h.line, h.text, matched, h.passage_id)

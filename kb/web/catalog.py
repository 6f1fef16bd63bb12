"""What the base holds, for programs and catalogues: `/datapackage.json` (Frictionless) and `/dcat.ttl` (DCAT-AP-SE)."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datasette import Response
from datasette.database import Database
from datasette.resources import TableResource
from datasette.utils.asgi import Request

from kb.web.access import opened
from kb.web.exports import TYPES
from kb.web.setup import config_of

if TYPE_CHECKING:
    from datasette.app import Datasette

FIELD_TYPES = {"INTEGER": "integer", "REAL": "number"}
PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "adms": "http://www.w3.org/ns/adms#",
}
EU = "http://publications.europa.eu/resource/authority/"
MEDIA = "https://www.iana.org/assignments/media-types/"
NOBODY = "Utgivare inte angiven"
FORMATS = {"csv": "CSV för Excel", "xlsx": "Excel", "json": "JSON för program"}


@dataclass(frozen=True, slots=True)
class View:
    """A view as a catalogue tells of it; `fields` are name, type and description."""

    name: str
    title: str
    description: str
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Base:
    """The whole base: where it is served, who publishes it, what it holds."""

    address: str
    title: str
    description: str
    publisher: Mapping[str, str]
    views: tuple[View, ...]


async def data_package(datasette: Datasette, request: Request) -> Response:
    """`/datapackage.json`."""
    package = frictionless(await _described(datasette, request))
    return Response(json.dumps(package, ensure_ascii=False, indent=1), content_type="application/json; charset=utf-8")


async def dcat(datasette: Datasette, request: Request) -> Response:
    """`/dcat.ttl`."""
    return Response("\n".join(turtle(await _described(datasette, request))), content_type="text/turtle; charset=utf-8")


async def _described(datasette: Datasette, request: Request) -> Base:
    """What one who asks may see, with the words of datasette.yaml."""
    base = await opened(datasette, request)
    config, own = datasette.config or {}, config_of(datasette)
    settings = ((config.get("databases") or {}).get(base.name) or {}).get("tables") or {}
    views = []
    for name, columns in (await base.execute_fn(_views)).items():
        about = settings.get(name) or {}
        if not about.get("hidden") and await _visible(datasette, request, base, name):
            said = {**(own.get("columns") or {}), **(about.get("columns") or {})}
            fields = tuple((column, FIELD_TYPES.get(kind, "string"), str(said.get(column, ""))) for column, kind in columns)
            views.append(View(name, about.get("title", name), about.get("description", ""), fields))
    address = datasette.absolute_url(request, datasette.urls.path("/")).rstrip("/")
    return Base(address, config.get("title", ""), config.get("description", ""), own.get("publisher") or {}, tuple(views))


async def _visible(datasette: Datasette, request: Request, base: Database, name: str) -> bool:
    return bool(await datasette.allowed(action="view-table", resource=TableResource(base.name, name), actor=request.actor))


def _views(db: sqlite3.Connection) -> dict[str, list[tuple[str, str]]]:
    """Every view with its columns and their types."""
    names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name")]
    return {
        name: [(row[1], row[2].upper()) for row in db.execute("SELECT * FROM pragma_table_xinfo(?) WHERE hidden <> 1", (name,))] for name in names
    }


def frictionless(base: Base) -> dict[str, Any]:
    """The base as a Data Package (specs.frictionlessdata.io), each view a resource of plain CSV."""
    return {
        "profile": "tabular-data-package",
        "name": "kunskapsbas",
        "title": base.title,
        "description": base.description,
        "homepage": f"{base.address}/",
        "contributors": [{"title": base.publisher.get("name", NOBODY), "role": "publisher"}],
        "resources": [_resource(base, view) for view in base.views],
    }


def _resource(base: Base, view: View) -> dict[str, Any]:
    fields = [{"name": name, "type": kind, "description": said} for name, kind, said in view.fields]
    return {
        "profile": "tabular-data-resource",
        "name": view.name,
        "title": view.title,
        "description": view.description,
        "path": f"{base.address}/export/{view.name}.csv?_ren=1",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": fields, "missingValues": [""]},
    }


def turtle(base: Base) -> Iterator[str]:
    """The base as DCAT-AP-SE 3.0, a dataset with a distribution for each view and format."""
    yield from (f"@prefix {name}: <{address}> ." for name, address in PREFIXES.items())
    me = base.address
    yield f"""
{_iri(f"{me}/")} a dcat:Catalog ;
  dcterms:title {_text(base.title)} ;
  dcterms:description {_text(base.description)} ;
  dcterms:language <{EU}language/SWE> ;
  dcterms:publisher {_iri(f"{me}/dcat.ttl#utgivare")} ;
  foaf:homepage {_iri(f"{me}/")} ;
  dcat:dataset {", ".join(_iri(f"{me}/dcat.ttl#{view.name}") for view in base.views) or "[]"} ."""
    yield from _publisher(base)
    for view in base.views:
        yield from _dataset(base, view)


def _publisher(base: Base) -> Iterator[str]:
    who = base.publisher
    name = _text(who.get("name", NOBODY))
    yield f"""
{_iri(f"{base.address}/dcat.ttl#utgivare")} a foaf:Agent ;
  foaf:name {name} ;
  dcterms:type <http://purl.org/adms/publishertype/{"RegionalAuthority" if who.get("type") != "kommun" else "LocalAuthority"}> ."""
    if who.get("email"):
        yield f"""
{_iri(f"{base.address}/dcat.ttl#kontakt")} a vcard:Organization ;
  vcard:fn {name} ;
  vcard:hasEmail {_iri("mailto:" + who["email"])} ."""


def _dataset(base: Base, view: View) -> Iterator[str]:
    me, files = base.address, [f"{base.address}/export/{view.name}.{kind}" for kind in FORMATS]
    contact = f"\n  dcat:contactPoint {_iri(f'{me}/dcat.ttl#kontakt')} ;" if base.publisher.get("email") else ""
    yield f"""
{_iri(f"{me}/dcat.ttl#{view.name}")} a dcat:Dataset ;
  dcterms:title {_text(view.title)} ;
  dcterms:description {_text(view.description)} ;
  dcterms:language <{EU}language/SWE> ;
  dcterms:publisher {_iri(f"{me}/dcat.ttl#utgivare")} ;{contact}
  dcterms:accessRights <{EU}access-right/{base.publisher.get("access", "NON_PUBLIC")}> ;
  dcat:theme <{EU}data-theme/GOVE> ;
  dcat:landingPage {_iri(f"{me}/kb/{view.name}")} ;
  dcat:distribution {", ".join(map(_iri, files))} ."""
    license = f"\n  dcterms:license {_iri(base.publisher['license'])} ;" if base.publisher.get("license") else ""
    for file, (kind, words) in zip(files, FORMATS.items(), strict=True):
        yield f"""
{_iri(file)} a dcat:Distribution ;
  dcterms:title {_text(f"{view.title} ({words})")} ;{license}
  dcat:accessURL {_iri(f"{me}/kb/{view.name}")} ;
  dcat:downloadURL {_iri(file)} ;
  dcterms:format {_text(TYPES[kind].partition(";")[0], "")} ;
  dcat:mediaType {_iri(MEDIA + TYPES[kind].partition(";")[0])} ;
  adms:status <{EU}distribution-status/COMPLETED> ."""


def _text(value: str, language: str = "@sv") -> str:
    """A literal of Turtle, which escapes as JSON does."""
    return json.dumps(str(value), ensure_ascii=False) + language


def _iri(value: str) -> str:
    """An address of Turtle, with what may not stand in one written as %XX."""
    return "<" + re.sub(r'[\x00-\x20<>"{}|^`\\]', lambda m: f"%{ord(m.group()):02X}", value) + ">"

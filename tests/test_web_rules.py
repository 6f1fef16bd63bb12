"""What holds for every page of ours: Swedish, usable by all, closed to strangers, and deaf to what a document says."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from tests.web_base import build
from tests.web_client import prose, serving, tags, text

OURS = ["/", "/sok", "/sok/hjalp", "/sok?q=fjällbussen", "/dnr/RS/101/2021", "/forum", "/forum/regionfullmaktige", "/handling/aaaaaaaaaa-1",
        "/handling/aaaaaaaaaa-1/original", "/handling/bbbbbbbbbb-1", "/handling/bbbbbbbbbb-1?original=1", "/tabeller", "/tackning",
        "/forum?omrade=ledning-och-demokrati", "/ny", "/ny?roll=politiker&forum=regionfullmaktige", "/uppdrag", "/uppdrag?lage=forsenat", "/avtal",
        "/beslut/aaaaaaaaaa-1.b1", "/paragraf/aaaaaaaaaa-1.p1", "/paragraf/aaaaaaaaaa-1.p2"]  # fmt: skip
PAGES = [path for path in OURS if not path.endswith("/original")]
# Datasette's pages in our templates: the same holds for them
DATASETTES = ["/kb", "/kb/decision_list?status=adopted&points__gt=0&_sort_desc=date", "/kb/passage_list?_search=fjällbussen",
              "/kb/passage_list?_search=xyzzyq",
              "/kb/beslut_av_forum?forum=full", "/kb/passages/1", "/kb/-/queries", "/kb/forums?_facet=kind"]  # fmt: skip


# every page of ours


@pytest.mark.parametrize("path", [*PAGES, *DATASETTES])
async def test_page_is_swedish_with_landmarks_and_a_skip_link(kb: Datasette, path: str) -> None:
    html = await text(kb, path)
    found = tags(html)
    assert '<html lang="sv">' in html
    assert {"header", "main", "footer", "nav", "h1"} <= {tag for tag, _ in found}
    assert sum(tag == "h1" for tag, _ in found) == 1
    assert ("a", {"class": "skip", "href": "#innehall"}) in found
    assert any(tag == "main" and attributes["id"] == "innehall" for tag, attributes in found)


@pytest.mark.parametrize("path", [*PAGES, *DATASETTES])
async def test_page_has_no_script_no_inline_style_and_asks_nobody_else(kb: Datasette, path: str) -> None:
    found = tags(await text(kb, path))
    assert not [tag for tag, _ in found if tag in {"script", "style", "iframe", "object"}]
    assert not [name for _, attributes in found for name in attributes if name == "style" or name.startswith("on")]
    assert not [value for _, attributes in found for name, value in attributes.items() if name in {"href", "src", "action"} and "//" in (value or "")]


@pytest.mark.parametrize("path", [*PAGES, *DATASETTES])
async def test_every_field_has_a_label_and_every_id_is_its_own(kb: Datasette, path: str) -> None:
    found = tags(await text(kb, path))
    ids = [attributes["id"] for _, attributes in found if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {attributes.get("for") for tag, attributes in found if tag == "label"}
    assert {
        attributes.get("id") for tag, attributes in found if tag in {"input", "select", "textarea"} and attributes.get("type") != "hidden"
    } <= labelled
    named = {attributes["aria-labelledby"] for _, attributes in found if "aria-labelledby" in attributes}
    assert named <= set(ids)


@pytest.mark.parametrize("path", [*OURS, *DATASETTES])
async def test_headers(kb: Datasette, path: str) -> None:
    response = await kb.client.get(path)
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "script-src" not in policy and "unsafe-eval" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] in ("same-origin", "no-referrer")


async def test_stylesheet_and_icon_are_served(kb: Datasette) -> None:
    for tag, attributes in tags(await text(kb, "/")):
        if tag == "link":
            assert (await kb.client.get(attributes["href"])).status_code == 200


@pytest.mark.parametrize("path", PAGES)
async def test_every_link_leads_somewhere(kb: Datasette, path: str) -> None:
    targets = {attributes.get("href") or "" for tag, attributes in tags(await text(kb, path)) if tag == "a"}
    for target in sorted(targets):
        page, _, anchor = target.partition("#")
        html = await text(kb, page or path)
        if anchor:
            assert anchor in {attributes.get("id") for _, attributes in tags(html)}, target


@pytest.mark.parametrize(
    ("config", "options"),
    [({"allow": {"id": "anna"}}, {}), ({"databases": {"kb": {"allow": {"id": "anna"}}}}, {}), ({}, {"default_deny": True})],
    ids=["instance", "database", "default deny"],
)
async def test_routes_check_permission(base: Path, config: dict[str, Any], options: dict[str, bool]) -> None:
    with serving(base, config, **options) as closed:
        for path in (*OURS, "/export/sok.csv?q=fjällbussen"):
            html = await text(closed, path, 403)
            assert "Du har inte tillgång" in html and "Något gick fel" not in html
            assert not [word for word in ("fjällbuss", "view-instance") if word in prose(html)]
            if not options:
                assert (await closed.client.get(path, actor={"id": "anna"})).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/sok?q=Motionären",
        "/sok?q=Ersättning",
        "/handling/aaaaaaaaaa-1",
        "/handling/bbbbbbbbbb-1",
        "/handling/bbbbbbbbbb-1?original=1",
        "/sok?q=%3Cscript%3Ealert(1)%3C/script%3E",
        "/dnr/%3Cscript%3E1/2021",
    ],
)
async def test_hostile_text_is_inert(kb: Datasette, path: str) -> None:
    html = (await kb.client.get(path)).text
    assert not [tag for tag, _ in tags(html) if tag in {"script", "img"}]
    assert "&lt;script&gt;" in html


async def test_hostile_text_can_forge_no_mark(base: Path, tmp_path: Path) -> None:
    db = build(tmp_path / "x.db")
    with sqlite3.connect(db) as conn:
        conn.execute("UPDATE passages SET text = 'norrskog \ue000<b>fet\ue001' WHERE id = (SELECT min(id) FROM passages)")
    conn.close()
    with serving(db) as datasette:
        html = await text(datasette, "/sok?q=norrskog")
        assert "<mark>norrskog</mark> &lt;b&gt;fet" in html


async def test_pages_stand_below_a_base_url(base: Path) -> None:
    with serving(base, settings={"base_url": "/bas/"}) as datasette:
        for path in PAGES:
            found = tags(await text(datasette, path))  # the client adds the base
            links = [attributes.get("href") or attributes.get("action") or "" for _, attributes in found]
            assert not [link for link in links if link.startswith("/") and not link.startswith("/bas/")]

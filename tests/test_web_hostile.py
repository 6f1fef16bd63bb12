"""A document that means harm: read by the whole pipeline, then every page, feed, calendar and file is walked. Nothing of it may run or mislead."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from datasette.app import Datasette

from kb.web import words
from tests.browsing import ingested
from tests.web_client import serving, tags

ROOT = Path(__file__).parent.parent
SCRIPT = "<script>alert(1)</script>"
BROKEN = "\"'><img src=x onerror=alert(1)><svg onload=alert(2)>{{7*7}}"
FORMULA = "=cmd|'/C calc'!A0"
TURNED = "\u202efdp.exe\u202c \u2066dold\u2069 \u200f"
LINK = "javascript:alert(document.domain)"
RUNS = {"script", "img", "iframe", "object", "embed", "base", "meta-refresh", "foreignobject", "animate", "set", "use"}
LIMIT = 400  # pages
EXPORTED = ("decision_points", "document_list", "statement_list")


def hostile(text: str) -> str:
    """An example, with harm in its headings, decisions, names and numbers."""
    return (
        text.replace("Gemensam digital plattform", f"{SCRIPT} {TURNED} plattform")
        .replace("samverkansarenor", f"samverkansarenor {BROKEN}")
        .replace("Henrik Sollvik (M)", f"Henrik {SCRIPT} Sollvik (M)")
        .replace("Regiondirektören får", f"{FORMULA} Regiondirektören får")
        .replace("En gemensam digital", f"{FORMULA} {LINK} En gemensam digital")
        .replace("Utredning om kostnader", f"[klicka]({LINK}) {LINK} <a href='{LINK}'>x</a> Utredning")
        .replace("regiondirektören", f"regiondirektören {TURNED}")
        .replace("2022-08-22", f"2022-08-22 {BROKEN}")
    )


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base of one hostile protocol and its extract, in files whose names are no better."""
    folder = tmp_path_factory.mktemp("ont")
    for number, name in enumerate(
        ("rs-2022-09-14-protokollsutdrag.txt", "rf-2022-10-12-protokollsutdrag.txt", "run-2022-05-25-tjansteskrivelse.txt")
    ):
        text = hostile((ROOT / "examples" / name).read_text("utf-8"))
        (folder / f"{number}\u202e '{SCRIPT.replace('/', '')}.txt").write_text(text, "utf-8")
    agreement = hostile((ROOT / "examples" / "avtal-2022-12-14-granhojden.txt").read_text("utf-8"))
    (folder / f"=avtal {BROKEN.replace('/', '')}.txt").write_text(agreement.replace("Granhöjdens kommun", f"Granhöjdens {SCRIPT} kommun"), "utf-8")
    ingested(folder / "kb.db", folder)
    return folder / "kb.db"


async def test_nothing_of_it_runs_anywhere(base: Path) -> None:
    seen: dict[str, Any] = {}
    with serving(base) as datasette:
        async for path, response in walked(datasette):
            seen[path] = response
            assert response.status_code < 500, path
            check(path, response)
    kinds = {path.split("?")[0].split("/")[1] for path in seen}
    assert {"dnr", "beslut", "handling", "paragraf", "forum", "sok", "kb", "export", "tackning", "avtal", "uppdrag", "ny"} <= kinds
    everything = "".join(response.text for path, response in seen.items() if "xlsx" not in path)
    assert "&lt;script&gt;alert(1)" in everything and "{{7*7}}" in everything, "the harm never came to a page: the test tests nothing"


async def walked(datasette: Datasette) -> Any:
    """Every page within reach, breadth first, with some addresses that no page links to."""
    queue = ["/", f"/sok?q={SCRIPT}", f"/sok?q={BROKEN}", f"/dnr/{SCRIPT}", f"/forum/{BROKEN}", "/ny", "/avtal", "/uppdrag",
             "/datapackage.json",
             "/dcat.ttl", f"/kb/decision_list?_search={SCRIPT}&text__contains={SCRIPT}", f"/kb/beslut_av_forum?forum={BROKEN}", "/kb/problem_list",
             *(f"/export/{view}.{kind}" for view in EXPORTED for kind in ("csv", "json", "xlsx"))]  # fmt: skip
    known, shapes = set(queue), dict[str, int]()
    while queue:
        path = queue.pop(0)
        response = await datasette.client.get(path, follow_redirects=True)
        yield path, response
        for link in links(response):
            shape = re.sub(r"[0-9a-f]{10}[-.\w]*|\d+|=[^&]*", "", link)
            shapes[shape] = shapes.get(shape, 0) + 1
            if link not in known and shapes[shape] <= 6 and len(known) < LIMIT:
                known.add(link)
                queue.append(link)


def links(response: Any) -> Iterator[str]:
    if response.headers["content-type"].startswith("text/html"):
        for tag, attributes in tags(response.text):
            href = (attributes.get("href") or "").partition("#")[0]
            if tag == "a" and re.match(r"/(?!/)", href):
                yield href


def check(path: str, response: Any) -> None:
    """Nothing in an answer may run, lead away, or be taken for what it is not."""
    kind = response.headers["content-type"].partition(";")[0]
    assert response.headers["x-content-type-options"] == "nosniff", path
    assert "default-src 'none'" in response.headers["content-security-policy"] or path.startswith("/-/"), path
    if kind == "text/html":
        check_page(path, response.text)
    elif path.endswith("original"):
        assert kind in ("text/plain", "application/pdf", "application/octet-stream"), path
    elif kind == "text/csv":
        rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=";"))
        assert not [cell for row in rows for cell in row if re.match(r"[\s\u200e\u200f\u202a-\u202e\u2066-\u2069]*[=+\-@]", cell)], path
    elif kind.endswith("xml"):
        check_feed(path, response.content)
    elif kind == "text/calendar":
        unfolded = response.text.replace("\r\n ", "")
        assert {line.partition(":")[0].partition(";")[0] for line in unfolded.splitlines()} <= CALENDAR, path


CALENDAR = {"BEGIN", "END", "VERSION", "PRODID", "NAME", "X-WR-CALNAME", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "URL",

            "METHOD", "LAST-MODIFIED", "REFRESH-INTERVAL", "TRANSP", "CALSCALE", "DUE", "STATUS", "CATEGORIES", "X-PUBLISHED-TTL", "CLASS",
            "ATTACH", "SOURCE"}  # fmt: skip


def check_feed(path: str, feed: bytes) -> None:
    """No element of a page, no address that is none, and texts are told to be texts: a reader shows the words and runs nothing."""
    for element in ElementTree.fromstring(feed).iter():
        assert element.tag.partition("}")[2] not in ("script", "img", "svg", "a"), path
        assert element.get("type") not in ("html", "xhtml"), path
        assert all(value.startswith(("http://", "https://", "/")) for key, value in element.items() if key in ("href", "src")), path


def check_page(path: str, html: str) -> None:
    found = tags(html)
    assert not [tag for tag, _ in found if tag in RUNS], path
    assert not [name for _, attributes in found for name in attributes if name.startswith("on") or name in ("style", "srcdoc")], path
    for _, attributes in found:
        for name in ("href", "src", "action", "xlink:href", "formaction", "poster", "data"):
            address = attributes.get(name) or ""
            assert not re.match(r"\s*(?:javascript|data|vbscript):", address, re.IGNORECASE) and "//" not in address.partition("?")[0], (
                path,
                address,
            )
    assert words.inert(html) == html, f"{path}: text that turns around what stands beside it"
    assert html.count("<mark>") == html.count("</mark>"), path


ODD = ["x", "0", "-1", "9" * 300, "a" * 3000, "%00", "%ff%fe", "..%2f..%2fetc%2fpasswd", "%27%20or%201=1--", "a%0d%0aX:1", "%E2%80%AE", "*", "~2F"]
ADDRESSES = [
    "/dnr/{}", "/dnr/{}.atom", "/forum/{}", "/handling/{}", "/handling/{}/original", "/handling/{}/sida/1.png", "/beslut/{}", "/paragraf/{}",
    "/export/decision_list.json?_sort={}", "/export/decision_list.json?_through={}", "/export/decision_list.json?id__in={}", "/sok.atom?q={}",
    "/sok?q=a&sida={}", "/kb/decision_list?_next={}", "/kb/decision_list?_sort={}", "/kb/decision_list?_size={}",
    "/kb/decision_list?_col={}", "/kb/passage_list?_search={}", "/kb/{}", "/-/static-plugins/kunskapsbas/{}", "/-/static/{}", "/-/{}",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
async def test_an_odd_address_is_refused_and_not_a_fault(kb: Datasette, address: str, capfd: pytest.CaptureFixture[str]) -> None:
    for odd in ODD:
        response = await kb.client.get(address.replace("{}", odd))
        assert response.status_code in (200, 301, 302, 400, 403, 404), (address, odd, response.status_code)
        assert "x" not in response.headers, "a line of an address made a header"
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
async def test_there_is_nothing_but_reading(kb: Datasette, method: str) -> None:
    for path in ("/", "/sok?q=a", "/dnr/RS/101/2021", "/export/decision_list.csv", "/kb/decision_list", "/kb/-/query", "/kb/-/create"):
        response = await kb.client.request(method, path)
        assert response.status_code == 405 and response.headers["allow"] == "GET, HEAD", path
        assert response.headers["x-content-type-options"] == "nosniff"
    assert (await kb.client.request("HEAD", "/")).status_code == 200

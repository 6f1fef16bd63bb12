"""In a browser: what five people come to do, on a desk and on a phone; that all can use every page; that no page asks anyone else."""

from __future__ import annotations

import io
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import html5lib
import pytest
from openpyxl import load_workbook

from tests.browsing import DESKTOP, NARROWEST, PHONE, ROOT, browser, ingested, looking, one_of_each, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDTHS = pytest.mark.parametrize("width", [DESKTOP, PHONE], ids=["desk", "phone"])
# what Datasette's and our pages are besides what the first page leads to
ALSO = ["/sok", "/sok?q=plattform", "/sok?q=xyzzyq", "/finns-inte", "/dnr/RS/999/2022", "/kb/decision_list?status=adopted",
        "/kb/beslut_av_forum?forum=region",
        "/kb/passages/1", "/kb/passage_list?_search=plattform", "/kb", "/ny", "/avtal", "/uppdrag", "/tillganglighet",
        "/sok?q=plattform&visa=beslut&ordning=datum", "/sok?forum=Regionstyrelsen", "/sok?q=plattform&forum=Regionstyrelsen&visa=text&sida=2",
        "/ny?roll=politiker&forum=regionens-samverkansrad", "/uppdrag?lage=forsenat", "/uppdrag?lage=fullgjort", "/forum?omrade=kultur-och-fritid",
        "/forum/regionstyrelssen", "/forum?kommun=Xyz", "/ny?forum=xyz", "/sok?q=dnr+RS+0118+2022", "/dnr/RS/118/2022?kommun=Xyz",
        "/kb/-/query?sql=select+1", "/kb/decision_list?_next=x", "/-/plugins", "/kb/decision_list?_search=x&date__gt=2030"]  # fmt: skip
AXE = """async rules => {
  try {
    const answer = await axe.run(document, {runOnly: rules, preload: false, selectors: false, resultTypes: ['violations']});
    return answer.violations.flatMap(v => v.nodes.slice(0, 2).map(node => [v.id, node.html]));
  } catch (error) { return [["axe gave up", String(error)]]; }
}"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The examples, read and served by the program itself."""
    database = tmp_path_factory.mktemp("webb") / "kb.db"
    ingested(database, ROOT / "examples")
    with served(database) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def pages(site: str) -> list[str]:
    return sorted({*one_of_each(site), *ALSO})


# what people come to do


@WIDTHS
def test_find_a_decision_by_a_number_typed_wrongly(site: str, chromium: Browser, width: dict[str, int]) -> None:
    with looking(chromium, site, width=width) as page:
        page.goto("/")
        page.get_by_role("searchbox").first.fill("rs 118-22")
        page.get_by_role("searchbox").first.press("Enter")
        page.get_by_role("link", name="RS/118/2022").first.click()
        page.wait_for_url("**/dnr/RS/118/2022")
        page.get_by_role("link", name="inrättas från och med").last.click()
        page.wait_for_url("**/beslut/*")
        assert "Regionfullmäktige" in page.inner_text("main") and "§ 87" in page.inner_text("main")


@WIDTHS
def test_export_the_decisions_of_a_forum_and_open_the_file(site: str, chromium: Browser, width: dict[str, int]) -> None:
    with looking(chromium, site, width=width) as page:
        page.goto("/forum")
        page.get_by_role("link", name="Regionstyrelsen").last.click()
        page.wait_for_url("**/forum/*")
        with page.expect_download() as download:
            page.locator(".fetch", has_text="alla beslut").get_by_role("link", name="Excel", exact=True).click()
        assert download.value.suggested_filename.startswith("Beslut och förslag – Regionstyrelsen")
        book = load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
        heading, *rows = book.worksheets[0].iter_rows(values_only=True)
        assert rows and {row[heading.index("Beslutat av")] for row in rows} == {"Regionstyrelsen"}
        book.close()


@WIDTHS
def test_follow_a_case_over_three_bodies(site: str, chromium: Browser, width: dict[str, int]) -> None:
    with looking(chromium, site, width=width) as page:
        page.goto("/dnr/RS/118/2022")
        seen = page.inner_text("main")
        places = [seen.index(body) for body in ("Regionens samverkansråd", "Regionstyrelsen", "Regionfullmäktige")]
        assert all(place >= 0 for place in places)
        page.locator(".timeline .source a").first.click()
        page.wait_for_url("**/handling/**")
        assert page.evaluate("document.querySelector(':target') !== null || location.hash.startsWith('#sida-')")
        page.go_back()
        page.locator(".timeline .what").get_by_role("link", name="Regionfullmäktige").first.click()
        page.wait_for_url("**/forum/regionfullmaktige")


@WIDTHS
def test_prepare_as_a_newcomer(site: str, chromium: Browser, width: dict[str, int]) -> None:
    with looking(chromium, site, width=width) as page:
        page.goto("/")
        page.get_by_role("link", name="Ny här?").first.click()
        page.get_by_label("ska in i").select_option(label="Regionens samverkansråd")
        page.get_by_role("button", name="Visa vägen").click()
        page.wait_for_url("**/ny?**")
        seen = page.inner_text("main")
        for expected in ("Vad forumet är till för", "Läs i den här ordningen", "minut", "Senaste besluten", "Ord som forumet använder"):
            assert expected in seen
        page.locator(".reading a").first.click()
        page.wait_for_url("**/handling/**")


@WIDTHS
def test_see_which_agreement_must_be_given_notice_when(site: str, chromium: Browser, width: dict[str, int]) -> None:
    with looking(chromium, site, width=width) as page:
        page.goto("/")
        page.goto("/avtal")
        row = page.locator("table.agreements tbody tr", has_text="Granhöjdens kommun").first
        assert "31 mars 2026" in row.inner_text() and "312" in row.inner_text()
        with page.expect_download() as download:
            page.get_by_role("link", name="Kalenderfil").first.click()
        assert "BEGIN:VEVENT" in Path(download.value.path()).read_text("utf-8")


def test_with_the_keyboard_alone(site: str, chromium: Browser) -> None:
    """From the first page to the words of a decision: the skip link, the search field, a case, a decision; where one is always shows."""
    with looking(chromium, site) as page:
        page.goto("/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "innehall"
        tab_to(page, "input[type=search]")
        page.keyboard.type("rs 118/22")
        page.keyboard.press("Enter")
        page.wait_for_url("**/sok?**")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("!!document.activeElement.closest('.hits')"), "the second way past the top leads to the first hit"
        page.goto("/sok")
        page.keyboard.type("rs 118/22")
        page.keyboard.press("Enter")
        page.wait_for_url("**/sok?**")
        tab_to(page, "a[href$='/dnr/RS/118/2022']")
        page.keyboard.press("Enter")
        page.wait_for_url("**/dnr/RS/118/2022")
        tab_to(page, ".timeline a[href*='/beslut/']")
        assert page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2")
        page.keyboard.press("Enter")
        page.wait_for_url("**/beslut/*")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until an element that fits has the focus."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"no way by keyboard to {selector}")


SHOWN = """() => {
    const tip = document.activeElement.querySelector(".tip").getBoundingClientRect()
    return tip.height > 0 && tip.top >= 0 && tip.bottom <= innerHeight && tip.left >= 0 && tip.right <= innerWidth
}"""


def test_an_explanation_comes_into_view_by_keyboard(site: str, chromium: Browser) -> None:
    with looking(chromium, site, width=NARROWEST) as page:
        page.goto("/tackning")
        damaged = page.locator("a[href^='/handling/']").first.get_attribute("href") or ""
        for path in (damaged.partition("#")[0], "/ny?roll=ny&forum=regionens-samverkansrad"):
            page.goto(path)
            for _ in range(page.locator(".term, .fixed").count()):
                tab_to(page, ".term, .fixed")
                assert page.evaluate(SHOWN), (path, page.evaluate("document.activeElement.textContent"))


def test_without_a_script(site: str, chromium: Browser) -> None:
    with looking(chromium, site, script=False) as page:
        page.goto("/kb/decision_list")
        page.get_by_label("Kolumn").last.select_option("decided_by")
        page.get_by_label("Värde").last.fill("Regionstyrelsen")
        page.get_by_role("button", name="Visa").click()
        page.wait_for_url("**decided_by**")
        assert "där Beslutat av är Regionstyrelsen" in page.inner_text(".result-count")


# for everyone


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(site: str, chromium: Browser, pages: list[str], scheme: str) -> None:
    import axe_playwright_python

    axe = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
    found: list[str] = []
    with looking(chromium, site, scheme=scheme) as page:
        quiet_statuses(page)
        for path in pages:
            page.goto(path)
            page.evaluate(f"() => {{ {axe} }}")  # as an expression it would be taken for a function to call
            found += [f"{path}: {what}: {html[:200]}" for what, html in page.evaluate(AXE, RULES)]
    assert not found, "\n".join(found)


def quiet_statuses(page: Page) -> None:
    """Pages that say they are not there are asked for on purpose; the browser writes so in its console."""
    page.route("**/*", lambda route: answered(route) if route.request.is_navigation_request() else route.continue_())


def answered(route: Any) -> None:
    response = route.fetch()
    route.fulfill(response=response, status=200 if response.status >= 400 else response.status)


@pytest.mark.parametrize("width", [NARROWEST, DESKTOP], ids=["narrow", "desk"])
def test_no_page_scrolls_sideways(site: str, chromium: Browser, pages: list[str], width: dict[str, int]) -> None:
    with looking(chromium, site, width=width) as page:
        quiet_statuses(page)
        wide = []
        for path in pages:
            page.goto(path)
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wide.append(path)
            if page.evaluate("document.querySelector('.top').getBoundingClientRect().left"):
                wide.append(f"{path} begins too far in")
    assert wide == []


CUT = """() => [...document.querySelectorAll("svg text")].filter(text => {
    const around = text.parentNode.querySelector("rect")?.closest(".mark, .box")?.querySelector("rect") ?? text.ownerSVGElement
    const words = text.getBoundingClientRect(), room = around.getBoundingClientRect()
    return words.left < room.left || words.right > room.right
}).map(text => text.textContent)"""


@pytest.mark.parametrize("path", ["/avtal", "/forum", "/dnr/RUN/41/2022", "/dnr/RS/118/2022"])
def test_words_have_room_in_pictures(site: str, chromium: Browser, path: str) -> None:
    """In the widest font that a browser here has: no word is cut at the edge of a picture or stands out of its box."""
    with looking(chromium, site) as page:
        page.goto(path)
        assert page.evaluate("document.querySelectorAll('svg text').length") > 5
        assert page.evaluate(CUT) == []


def test_a_picture_is_scrolled_by_keys_and_its_names_stay_in_sight(site: str, chromium: Browser) -> None:
    with looking(chromium, site, width=PHONE) as page:
        page.goto("/dnr/RS/118/2022")
        assert page.get_by_text("Är bilden bredare än skärmen").or_(page.get_by_text("Bilden är bred")).is_visible()
        frame, names = page.locator(".layers"), page.locator(".layers > .names")
        before = names.evaluate("names => names.getBoundingClientRect().left")
        frame.focus()
        for _ in range(5):
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(60)
        assert frame.evaluate("frame => frame.scrollLeft") > 40
        assert names.evaluate("names => names.getBoundingClientRect().left") == before and "slim" in (names.get_attribute("class") or "")
        page.emulate_media(media="print")
        assert not names.is_visible() and page.locator(".way .lane-name").first.is_visible()


def test_the_number_of_a_point_stands_on_the_line_of_its_words(site: str, chromium: Browser) -> None:
    """Numbers of two digits were broken between the last one and the full stop."""
    lines = "".join("<span>Ja.</span>" for _ in range(120))
    with looking(chromium, site) as page:
        page.goto(f"{site}/tillganglighet")
        page.locator("main").evaluate("(main, lines) => { main.innerHTML = `<p class='text'><a class='lines'>${lines}</a></p>` }", lines)
        heights = page.locator(".lines span").evaluate_all("all => [...new Set(all.map(one => Math.round(one.getBoundingClientRect().height)))]")
    assert len(heights) == 1


def test_html_is_valid(site: str, pages: list[str]) -> None:
    for path in pages:
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(fetched(site + path))
        faults = [(place, name) for place, name, _ in parser.errors]
        assert not faults, (path, faults[:3])


def fetched(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=60) as response:
            return str(response.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return error.read().decode()


PRINTED = ["/dnr/RS/118/2022", "/beslut", "/paragraf", "/handling", "/forum/regionens-samverkansrad", "/forum", "/avtal", "/uppdrag", "/tackning",
           "/ny?roll=ny&forum=regionens-samverkansrad", "/sok?q=plattform", "/kb/decision_list"]  # fmt: skip


@pytest.mark.parametrize("path", PRINTED)
def test_pages_print_as_papers(site: str, chromium: Browser, pages: list[str], path: str) -> None:
    """No menus or forms on paper, the words are there, black on white also for one whose screen is dark."""
    from pdfminer.high_level import extract_text

    address = next(p for p in pages if p.startswith(path + "/")) if path in ("/beslut", "/paragraf", "/handling") else path
    with looking(chromium, site, scheme="dark") as page:
        page.goto(address)
        title = page.inner_text("h1").strip()
        page.emulate_media(media="print")
        assert not [e for e in page.query_selector_all("nav, form, .skip, .fetch, .tools, .facets") if e.is_visible()]
        assert page.evaluate("getComputedStyle(document.documentElement).color") == "rgb(0, 0, 0)"
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
        text = extract_text(io.BytesIO(page.pdf(format="A4")))
    assert title.split()[0] in text and "Hämta" not in text


def test_a_paper_in_the_binder_is_whole(site: str, chromium: Browser, pages: list[str]) -> None:
    """Who took part stands on it though the screen folds it away, an address leads back, and no heading is without its text."""
    from pdfminer.high_level import extract_text

    def printed(path: str) -> str:
        page.goto(path)
        text = unicodedata.normalize("NFKC", extract_text(io.BytesIO(page.pdf(format="A4"))))  # fi may be one sign
        return "".join(text.split())  # a line may end at any hyphen

    decision = next(path for path in pages if path.startswith("/beslut/"))
    with looking(chromium, site) as page:
        assert f"{site}{decision}" in printed(decision)
        way = printed("/ny?roll=ny&forum=regionens-samverkansrad")
        page.evaluate("document.querySelector('.people').open = true")
        people = ["".join(name.split()) for name in page.locator(".people li").all_inner_texts()]
        assert len(people) > 12 and not [name for name in people if name not in way]
        assert "Ordlista" not in way and "Tillgänglighet" not in way
        forum = printed("/forum/regionens-samverkansrad")
        assert not [name for name in people if name not in forum]


def test_all_that_is_missing_in_a_case_is_printed(tmp_path: Path, chromium: Browser) -> None:
    """The screen folds what is more than four; on paper nobody can unfold it. A decision longer than a page begins where it is told of."""
    from pdfminer.high_level import extract_pages

    behind = "\n".join(f"Kommunstyrelsens beslut den {day} april 2022, § {day + 100}" for day in range(2, 14))
    points = "\n".join(
        f"{number}. Lekplats {number} i byn rustas upp med gungor, sandlådor och bänkar som håller i många år." for number in range(1, 61)
    )
    paper = f"Granby kommun\nKommunstyrelsen\nProtokoll\n2022-05-30\n\n§ 61 Dnr KS 2022/87\nLekplatser\n\nBeslut\n{points}\n\n" \
            f"Beslutsunderlag\n{behind}\n\n§ 62 Dnr KS 2022/88\nÖvrigt\n\nBeslut\nInformationen noteras.\n"  # fmt: skip
    (tmp_path / "protokoll.txt").write_text(paper, "utf-8")
    ingested(tmp_path / "kb.db", tmp_path / "protokoll.txt")
    with served(tmp_path / "kb.db") as address, looking(chromium, address) as page:
        page.goto("/dnr/KS/2022/87", wait_until="load")
        said = page.locator("#saknas ~ details li").all_text_contents()
        printed = [[box.get_text() for box in sheet if hasattr(box, "get_text")] for sheet in extract_pages(io.BytesIO(page.pdf(format="A4")))]
    sheets = ["".join(unicodedata.normalize("NFKC", "".join(boxes)).split()) for boxes in printed]
    assert len(said) == 8 and all("".join(one.split()) in "".join(sheets) for one in said)
    told = next(sheet for sheet in sheets if "Ärendetsgång" in sheet)
    assert "Lekplats1ibyn" in told


# what shows when


def test_a_new_document_shows_at_once(tmp_path: Path) -> None:
    from ingest import load_rules
    from kb.commands.rebuild import rebuild

    first, second = ROOT / "examples" / "rs-2022-09-14-protokollsutdrag.txt", ROOT / "examples" / "avtal-2022-12-14-granhojden.txt"
    ingested(tmp_path / "kb.db", first)
    with served(tmp_path / "kb.db") as address:
        assert "Granhöjden" not in fetched(address + "/avtal")
        ingested(tmp_path / "kb.db", second)
        assert "Granhöjden" in fetched(address + "/avtal")
        rebuild(tmp_path / "kb.db", load_rules())
        assert "Granhöjden" in fetched(address + "/avtal")

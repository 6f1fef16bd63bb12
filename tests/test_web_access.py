"""Who gets in, with what, and what a question may cost: laptop and staff site, proxy and passwords, roles, cookies, free SQL."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from datasette.utils import baseconv

import kb.web
from kb import staff
from kb.errors import BadStaff
from kb.web import access, bounds, login
from tests.web_base import SCHEMA, build
from tests.web_client import CONFIG, serving, tags, text

PASSWORD = "fyra små renar på fjället"
ROLES = {"läsare": ["*"], "analytiker": ["bo", "grupp:analys"], "förvaltare": ["eva"]}
PROXY = {"proxy": {"header": "X-Remote-User", "groups": "X-Groups"}, "trusted": ["127.0.0.1"], "roles": ROLES}
HASHES = {name: staff.hashed(PASSWORD) for name in ("anna", "bo", "eva")}
PASSWORDS = {"passwords": HASHES, "trusted": ["127.0.0.1"], "roles": ROLES}
HTTPS = {"X-Forwarded-Proto": "https"}


@contextmanager
def site(base: Path, given: dict[str, Any], **settings: Any) -> Iterator[Datasette]:
    """A staff site, as kb serve --staff makes it."""
    plugins = {"kb": {**CONFIG["plugins"]["kb"], "staff": staff.parse(given).as_config()}}
    config = {**CONFIG, "plugins": plugins, "settings": {**CONFIG["settings"], **settings}}
    with serving(base, config, default_deny=True, secret="x" * 32) as datasette:
        yield datasette


async def status(datasette: Datasette, path: str, user: str | None = None, **headers: str) -> int:
    told = {**({"X-Remote-User": user} if user else {}), **{name.replace("_", "-"): value for name, value in headers.items()}}
    return int((await datasette.client.get(path, headers=told)).status_code)


def example(pattern: str) -> str:
    """An address that a route answers."""
    if pattern == access.DEBUG:
        return "/-/databases.json"
    names = {"dnr": "RS/101/2021", "slug": "regionfullmaktige", "id": "aaaaaaaaaa-1", "name": "decision_list", "format": "csv", "number": "1"}
    path = (
        re.sub(r"\(\?P<(\w+)>[^()]*(?:\([^()]*\)[^()]*)*\)", lambda match: names.get(match[1], "x"), pattern.strip("^$"))
        .replace("\\", "")
        .replace("/?", "")
    )
    assert re.match(pattern, path), (pattern, path)
    return path


ROUTES = [example(pattern) for pattern, _ in kb.web.register_routes()]
OPEN = {"/logga-in", "/robots.txt"}  # to all, of what we serve


# every route asks


def test_routes_are_walked() -> None:
    assert len(ROUTES) > 14 and "/export/decision_list.csv" in ROUTES and "/handling/aaaaaaaaaa-1/original" in ROUTES


async def test_every_route_of_ours_asks_for_permission(base: Path) -> None:
    """The two sites are started once for all routes: starting one takes longer than asking it."""
    asked = sorted(set(ROUTES) - OPEN)
    with serving(base, default_deny=True) as closed:
        assert {path: (await closed.client.get(path)).status_code for path in asked} == dict.fromkeys(asked, 403)
    with site(base, PROXY) as datasette:
        assert {path: await status(datasette, path) for path in asked} == dict.fromkeys(asked, 403)
        lacking = {path for path in asked if path.endswith(".png") or ("aaaaaaaaaa-1" in path and path.count("/") == 2 and "handling" not in path)}
        wanted = {path: 403 if path.startswith("/-/") else 404 if path in lacking else 200 for path in asked}
        assert {path: await status(datasette, path, "anna") for path in asked} == wanted


async def test_robots_are_told_to_read_nothing_by_whoever_asks(base: Path) -> None:
    with serving(base, default_deny=True) as closed:
        answer = await closed.client.get("/robots.txt")
        assert (answer.status_code, answer.text) == (200, "User-agent: *\nDisallow: /\n") and answer.headers["content-type"].startswith("text/plain")


async def test_datasettes_own_routes_ask_too(base: Path) -> None:
    with site(base, PROXY) as datasette:
        await datasette.invoke_startup()
        for pattern, _ in datasette._routes():
            for path in (
                re.sub(r"\(.*", "", str(pattern).strip("^$").replace("\\", "")) or "/",
                "/kb/decision_list/-/insert",
                "/kb.db",
                "/kb/-/query",
            ):
                if "static" not in path and path not in ("/favicon.ico", "/logga-in", "/robots.txt"):
                    response = await datasette.client.get(path)
                    refused = response.status_code in (403, 404, 405) or (response.status_code in (301, 302) and len(response.text) == 0)
                    assert refused or path == "/-/logout", (path, response.status_code)
                    assert "fjällbuss" not in response.text


# the proxy


async def test_a_proxy_that_is_believed_says_who_asks(base: Path) -> None:
    with site(base, PROXY) as datasette:
        assert await status(datasette, "/", "anna") == 200
        assert await status(datasette, "/") == 403
        assert await status(datasette, "/", "  ") == 403
        twice = await datasette.client.get("/", headers=[("X-Remote-User", "anna"), ("x-remote-user", "eva")])
        assert twice.status_code == 400 and "två olika namn" in twice.text


@pytest.mark.parametrize("trusted", [["10.0.0.5"], ["10.0.0.0/8"], ["unix"], ["::1"]])
async def test_from_anywhere_else_nothing_is_believed(base: Path, trusted: list[str]) -> None:
    with site(base, {**PROXY, "trusted": trusted}) as datasette:
        for headers in ({"X-Remote-User": "eva"}, {}, {"X-Remote-User": "eva", "X-Forwarded-For": "10.0.0.5"}):
            response = await datasette.client.get("/", headers=headers)
            assert response.status_code == 403 and "proxy" in response.text and "fjällbuss" not in response.text


@pytest.mark.parametrize(
    ("client", "trusted", "believed"),
    [
        ("10.1.2.3", ("10.1.2.3",), True),
        ("10.1.2.4", ("10.1.2.3",), False),
        ("10.1.2.4", ("10.1.2.0/24",), True),
        ("10.1.3.4", ("10.1.2.0/24", "unix"), False),
        ("", ("unix",), True),
        (None, ("unix",), True),
        ("", ("10.1.2.3",), False),
        ("::1", ("::1",), True),
        ("unix", ("unix",), False),
        ("10.1.2.3.evil.example", ("10.1.2.3",), False),
    ],
)
def test_who_is_believed(client: str | None, trusted: tuple[str, ...], believed: bool) -> None:
    assert staff.is_trusted(client, trusted) is believed


async def test_behind_a_proxy_no_cookie_counts(base: Path) -> None:
    with site(base, PROXY) as datasette:
        for cookie in ({"id": "eva"}, {"id": "root"}, {"id": "eva", "groups": ["analys"]}):
            assert (await datasette.client.get("/", actor=cookie)).status_code == 403
        assert (await datasette.client.get("/logga-in")).status_code == 404, "one logs in at the proxy"


# roles

READ = ["/", "/sok?q=x", "/kb/decision_list", "/kb/beslut_av_forum", "/export/decision_list.csv", "/handling/aaaaaaaaaa-1/original"]
SQL = "/kb/-/query.json?sql=select+count(*)+from+decisions"


@pytest.mark.parametrize(
    ("name", "groups", "sql", "debug"),
    [("anna", "", 403, 403), ("bo", "", 200, 403), ("cilla", "analys, annat", 200, 403), ("cilla", "annat", 403, 403), ("eva", "", 200, 200)],
)
async def test_what_each_role_may_do(base: Path, name: str, groups: str, sql: int, debug: int) -> None:
    with site(base, PROXY) as datasette:
        for path in READ:
            assert await status(datasette, path, name, X_Groups=groups) == 200, path
        assert await status(datasette, SQL, name, X_Groups=groups) == sql
        assert await status(datasette, "/kb/decision_list.json?_where=1", name, X_Groups=groups) == sql
        for path in ("/-/databases.json", "/-/plugins.json", "/-/config.json", "/-/permissions", "/-/threads.json", "/-/versions.json"):
            assert await status(datasette, path, name, X_Groups=groups) == debug, path
        for path in ("/kb/sources", "/kb/copies", "/export/sources.csv", "/kb.db"):
            assert await status(datasette, path, name, X_Groups=groups) == 403, path


async def test_one_without_a_role_gets_nothing(base: Path) -> None:
    with site(base, {**PROXY, "roles": {"läsare": ["anna"]}}) as datasette:
        assert await status(datasette, "/", "anna") == 200
        assert await status(datasette, "/", "bo") == 403


async def test_nobody_writes(base: Path) -> None:
    with site(base, PROXY) as datasette:
        for path in ("/kb/forums/-/insert", "/kb/forums/-/drop", "/kb/-/create", "/kb/-/execute-write", "/-/create-token"):
            response = await datasette.client.post(path, json={"row": {"name": "x"}}, headers={"X-Remote-User": "eva"})
            assert response.status_code in (403, 404, 405), (path, response.status_code)


async def test_secrets_are_not_shown_even_to_those_who_may_debug(base: Path) -> None:
    with site(base, PASSWORDS) as datasette:
        shown = await datasette.client.get("/-/config.json", cookies={"ds_actor": datasette.sign({"a": {"id": "eva"}}, "actor")})
        assert shown.status_code == 200 and "scrypt" not in shown.text


async def test_on_a_laptop_what_datasette_says_of_itself_is_closed(kb: Datasette) -> None:
    for path in ("/-/databases.json", "/-/databases", "/-/plugins.json", "/-/versions.json", "/-/config.json", "/-/threads.json", "/-/schema.json",
                 "/-/actor.json", "/-/jump.json?q=x", "/-/queries.json", "/-/api", "/-/create-token", "/-/auth-token"):  # fmt: skip
        response = await kb.client.get(path)
        assert response.status_code == 403 and "annat namn" not in response.text, path
    assert (await kb.client.get("/-/settings.json")).status_code == 200
    assert (await kb.client.get("/logga-in")).status_code == 404


# passwords and cookies


async def log_in(datasette: Datasette, name: str, password: str = PASSWORD, **headers: str) -> Any:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return await datasette.client.post("/logga-in", data={"namn": name, "losenord": password, "till": "/forum"}, headers=told)


async def test_log_in_and_out(base: Path) -> None:
    with site(base, PASSWORDS) as datasette:
        asked = await datasette.client.get("/dnr/RS/101/2021?x=1")
        assert asked.status_code == 303 and asked.headers["location"] == "/logga-in?till=/dnr/RS/101/2021%3Fx%3D1"
        html = await text(datasette, asked.headers["location"])
        assert ("input", "/dnr/RS/101/2021?x=1") in {(tag, a.get("value")) for tag, a in tags(html)}
        answer = await log_in(datasette, "anna")
        assert (answer.status_code, answer.headers["location"]) == (303, "/forum")
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Max-Age=36000" in cookie and "Secure" not in cookie
        cookies = {"ds_actor": cookie.partition("=")[2].partition(";")[0]}
        assert (await datasette.client.get("/", cookies=cookies)).status_code == 200
        assert 0 <= time.time() + 36_000 - baseconv.base62.decode(datasette.unsign(cookies["ds_actor"], "actor")["e"]) < 600
        for path in ("/export/decision_list.csv", "/dnr/RS/101/2021.ics", "/dnr/RS/101/2021.atom", "/dcat.ttl", "/kb/decision_list.json"):
            assert (await datasette.client.get(path)).status_code == 403, "a program has no use for a form"
        out = await datasette.client.post("/-/logout", cookies=cookies)
        assert out.headers["set-cookie"].startswith('ds_actor="";') and "HttpOnly" in out.headers["set-cookie"]


async def test_the_form_leads_nobody_away(base: Path) -> None:
    with site(base, PASSWORDS) as datasette:
        html = await text(datasette, "/logga-in?till=//evil.example")
        assert "evil" not in html
        answer = await datasette.client.post("/logga-in", data={"namn": "anna", "losenord": PASSWORD, "till": "//evil.example"})
        assert answer.headers["location"] == "/"


def test_wrong_passwords_are_forgotten_after_a_while_and_the_oldest_where_they_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "TRIES", 2)
    monkeypatch.setattr(login, "REMEMBERED", 2)
    tries, anna, elsewhere, bo = login.Tries(), ("anna", "10.0.0.1"), ("anna", "10.0.0.2"), ("bo", "10.0.0.1")
    tries.add(anna, 0.0)
    assert not tries.are_spent(anna, 1.0)
    tries.add(anna, 10.0)
    assert tries.are_spent(anna, 11.0) and not tries.are_spent(elsewhere, 11.0) and not tries.are_spent(bo, 11.0)
    assert tries.are_spent(anna, login.PAUSE - 1.0) and not tries.are_spent(anna, login.PAUSE + 1.0)
    tries.add(anna, login.PAUSE + 11.0)
    assert not tries.are_spent(anna, login.PAUSE + 12.0) and len(tries._wrong[anna]) == 1
    tries.add(anna, login.PAUSE + 12.0)
    for other in (elsewhere, bo):
        tries.add(other, login.PAUSE + 13.0)
    assert anna not in tries._wrong and len(tries._wrong) == 2
    tries.add(bo, login.PAUSE + 13.0)
    tries.forget(bo)
    assert not tries.are_spent(bo, login.PAUSE + 13.0)


async def test_the_right_password_makes_good_the_wrong_ones(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "tries", login.Tries())
    monkeypatch.setattr(login, "TRIES", 2)
    with site(base, PASSWORDS) as datasette:
        codes = [(await log_in(datasette, "anna", password)).status_code for password in ("fel", PASSWORD, "fel", "fel", PASSWORD)]
    assert codes == [403, 303, 403, 403, 429]


async def test_cookies_stay_on_encrypted_ways(base: Path) -> None:
    with site(base, PASSWORDS) as datasette:
        answer = await log_in(datasette, "anna", X_Forwarded_Proto="https")
        assert "Secure" in answer.headers["set-cookie"] and "HttpOnly" in answer.headers["set-cookie"]
        assert answer.headers["strict-transport-security"]
        for told, safe in (("http, https", True), ("https, http", False)):  # the nearest proxy speaks last; what stands before anyone may have sent
            assert ("Secure" in (await log_in(datasette, "anna", X_Forwarded_Proto=told)).headers["set-cookie"]) == safe
        out = await datasette.client.post("/-/logout", headers=HTTPS, cookies={"ds_actor": "x"})
        assert "Secure" in out.headers["set-cookie"]
    with site(base, {**PASSWORDS, "trusted": []}) as datasette:
        assert "Secure" not in (await log_in(datasette, "anna", X_Forwarded_Proto="https")).headers["set-cookie"]


async def test_wrong_passwords(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "tries", login.Tries())
    monkeypatch.setattr(login, "TRIES", 2)
    with site(base, PASSWORDS) as datasette:
        for name, password in (("anna", "fel"), ("nemo", PASSWORD), ("", ""), ("anna\x00", PASSWORD)):
            answer = await log_in(datasette, name, password)
            assert answer.status_code == 403 and login.WRONG in answer.text and "set-cookie" not in answer.headers
        assert (await log_in(datasette, "anna", "fel")).status_code == 403
        assert login.TOO_MANY in (await log_in(datasette, "anna")).text
        assert (await log_in(datasette, "anna", X_Forwarded_For="10.9.9.9")).status_code == 303  # from another place
        assert (await log_in(datasette, "bo")).status_code == 303
        for number in range(2):  # nor is it another place that one invents
            assert (await log_in(datasette, "anna", "fel", X_Forwarded_For=f"10.0.0.{number}, 10.7.7.7")).status_code == 403
        assert login.TOO_MANY in (await log_in(datasette, "anna", X_Forwarded_For="10.0.0.9, 10.7.7.7")).text


async def test_nobody_else_says_from_where_one_asks(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else one who guesses passwords would have a new place, and new tries, for every guess."""
    monkeypatch.setattr(login, "tries", login.Tries())
    monkeypatch.setattr(login, "TRIES", 2)
    with site(base, {**PASSWORDS, "trusted": []}) as datasette:
        for number in range(2):
            assert (await log_in(datasette, "anna", "fel", X_Forwarded_For=f"10.9.9.{number}")).status_code == 403
        assert login.TOO_MANY in (await log_in(datasette, "anna", X_Forwarded_For="10.9.9.9")).text


async def test_a_cookie_of_one_who_is_gone_or_of_another_server_is_nothing(base: Path) -> None:
    with site(base, PASSWORDS) as datasette:
        for name, expected in (("anna", 200), ("nemo", 403), ("root", 403)):
            cookies = {"ds_actor": datasette.sign({"a": {"id": name}}, "actor")}
            assert (await datasette.client.get("/forum", cookies=cookies)).status_code == expected
        forged = datasette.sign({"a": {"id": "anna"}}, "actor")[:-2] + "xx"
        assert (await datasette.client.get("/forum", cookies={"ds_actor": forged})).status_code == 303
        late = datasette.sign({"a": {"id": "anna"}, "e": "1"}, "actor")
        assert (await datasette.client.get("/forum", cookies={"ds_actor": late})).status_code == 303
        sneaky = datasette.sign({"a": {"id": "anna", "groups": ["analys"], "roles": ["förvaltare"]}}, "actor")
        assert (await datasette.client.get("/-/config.json", cookies={"ds_actor": sneaky})).status_code == 403


async def test_another_site_cannot_log_one_in(base: Path) -> None:
    with site(base, PASSWORDS) as datasette:
        answer = await log_in(datasette, "anna", Origin="https://evil.example", Sec_Fetch_Site="cross-site")
        assert answer.status_code == 403 and "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "https://evil.example", "", "javascript:alert(1)", "/a b", "/\t/x", "/a\\b", "/" + "x" * 3000]
)
def test_one_is_never_led_away(path: str) -> None:
    assert login.onward(path) == "/"


def test_one_is_led_on() -> None:
    assert login.onward("/dnr/RS/1/2021?x=1&y=å") == "/dnr/RS/1/2021?x=1&y=å"


def test_passwords_are_kept_so_that_nobody_reads_them() -> None:
    kept = staff.hashed(PASSWORD)
    assert PASSWORD not in kept and kept != staff.hashed(PASSWORD)
    assert staff.is_right(PASSWORD, kept) and not staff.is_right(PASSWORD + " ", kept)
    assert not staff.is_right("", None) and not staff.is_right(PASSWORD, "scrypt::") and not staff.is_right("nobody has this", None)


# the file


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"proxi": {}}, "okänt namn ”proxi”"),
        ({"passwords": HASHES}, "antingen"),
        ({"proxy": {}}, "header"),
        ({"trusted": []}, "trusted"),
        ({"trusted": ["proxy.example"]}, "ingen adress"),
        ({"trusted": "127.0.0.1"}, "lista"),
        ({"roles": {"chef": ["x"]}}, "okänd roll ”chef”"),
        ({"roles": {}}, "roles"),
        ({"roles": {"läsare": "anna"}}, "lista"),
        ({"session_hours": "tio"}, "timmar"),
        ({"hosts": "x"}, "lista"),
    ],
)
def test_what_is_wrong_in_the_file_is_said(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        staff.parse({**PROXY, **change})


@pytest.mark.parametrize("content", ["", "- x", "x: [", "\x00", "passwords: {anna: hemligt}\nroles: {läsare: ['*']}"])
def test_a_file_that_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "personal.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(BadStaff) as error:
        staff.load(tmp_path / "personal.yaml")
    assert "\n" not in str(error.value) and "hemligt" not in str(error.value)


def test_every_role_is_described_and_may_only_what_there_is() -> None:
    roles = CONFIG["plugins"]["kb"]["roles"]
    assert tuple(roles) == staff.ROLES
    known = {"view-instance", "view-database", "view-table", "view-query", "execute-sql", "permissions-debug", "debug-menu"}
    assert all(set(role) == {"may"} and set(role["may"]) <= known for role in roles.values())
    assert set(roles["läsare"]["may"]) < set(roles["analytiker"]["may"]) < set(roles["förvaltare"]["may"])


# what a question may cost and see

EXPENSIVE = ["select hex(zeroblob(400000000))", "select length(replace(hex(zeroblob(4000000)), '0', 'xxxxxxxxxx'))",
             "with recursive n(x) as (select 1 union all select x + 1 from n) select sum(x) from n",
             "select randomblob(400000000)",
             "select group_concat(text, '') from (select hex(zeroblob(3000000)) as text from passages, passages)"]  # fmt: skip
NOT_ALLOWED = ["attach database '/etc/passwd' as x", "select load_extension('x')", "pragma writable_schema = 1", "delete from decisions",
               "select * from pragma_compile_options", "vacuum into '/tmp/x.db'", "update forums set name = 'x'"]  # fmt: skip


@pytest.mark.parametrize("sql", [*EXPENSIVE, *NOT_ALLOWED])
async def test_free_sql_is_bounded(base: Path, sql: str) -> None:
    with site(base, PROXY, sql_time_limit_ms=300) as datasette:
        answer = await datasette.client.get("/kb/-/query.json", params={"sql": sql}, headers={"X-Remote-User": "bo"})
        assert answer.status_code == 400 and not answer.json()["ok"], answer.text[:200]
        assert await status(datasette, "/", "bo") == 200


async def test_free_sql_works_and_sees_no_path(base: Path) -> None:
    with site(base, PROXY) as datasette:
        for sql in (
            "select origin from sources",
            "select origin from copies",
            "select file from pragma_database_list",
            "select origin from containers",
            "select container from sources",
            "select origin, file from quarantine",
            "select * from sources",
        ):
            answer = await datasette.client.get("/kb/-/query.json", params={"sql": sql}, headers={"X-Remote-User": "bo"})
            assert answer.status_code == 200 and "/in/" not in answer.text and str(base) not in answer.text, sql
        answer = await datasette.client.get("/kb/-/query.json", params={"sql": "select heading from paragraphs"}, headers={"X-Remote-User": "bo"})
        assert len(answer.json()["rows"]) == 2


def test_every_place_on_the_disk_is_unseen() -> None:
    """A table that keeps where a file came from says so in a column called origin."""
    db = sqlite3.connect(":memory:")
    db.executescript(SCHEMA.read_text("utf-8"))
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    kept = {(table, row[1]) for table in tables for row in db.execute(f"PRAGMA table_info([{table}])") if row[1] == "origin"}
    db.close()
    assert kept <= bounds.UNSEEN


def test_no_extension_is_loaded_whatever_the_server_may() -> None:
    """Refused when the question is read, not first by SQLite, which a server started for extensions lets load them."""
    connection = sqlite3.connect(":memory:")
    bounds.bound(connection)
    with pytest.raises(sqlite3.DatabaseError, match=r"not authorized to use function|no such function"):
        connection.execute("SELECT load_extension('x')")
    connection.close()


def test_a_long_text_is_still_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "SIZE", 10)
    db = sqlite3.connect(build(tmp_path / "kb.db"))
    bounds.bound(db)
    assert db.execute("SELECT text FROM sources WHERE id = 1").fetchone()[0]
    with pytest.raises(sqlite3.DataError):
        db.execute("SELECT zeroblob(100000)")
    with pytest.raises(sqlite3.DatabaseError):
        db.execute("ATTACH ':memory:' AS x")
    db.close()


@pytest.mark.parametrize(
    "path", ["/kb/decision_list", "/kb", "/kb/beslut_av_forum", "/-/", "/finns-inte", "/kb/passages/1", "/export/decision_list.csv"]
)
async def test_only_pages_about_datasette_itself_may_run_a_script(base: Path, path: str) -> None:
    with site(base, PROXY) as datasette:
        response = await datasette.client.get(path, headers={"X-Remote-User": "eva"})
        assert "default-src 'none'" in response.headers["content-security-policy"] or path == "/-/"
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
        assert response.headers["x-content-type-options"] == "nosniff" and response.headers["referrer-policy"] in ("same-origin", "no-referrer")

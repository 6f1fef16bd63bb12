"""What lies around the pages, layer by layer and without a base: names of the server, headers, methods, proxies, cookies, tries, bounds."""

from __future__ import annotations

import errno
import re
import sqlite3
from collections.abc import Mapping, MutableMapping
from types import SimpleNamespace
from typing import Any

import pytest
from datasette.utils.asgi import NotFound

from kb.staff import Staff
from kb.web import bounds, login, refusing
from kb.web.access import for_staff, roles, with_safe_cookies
from kb.web.headers import DEBUG_POLICY, PAGE_POLICY, REFUSAL, App, Message, Receive, Send, for_hosts, with_headers
from kb.web.login import PAUSE, TRIES, Tries
from kb.web.refusing import NO_COLUMN, NO_SEARCH, BadAddress, only_reading

Headers = list[tuple[bytes, bytes]]


class Asked:
    """A layer that was asked once: what it sent, and what the application behind it was told (None where it was not asked)."""

    def __init__(self, sent: list[MutableMapping[str, Any]], told: MutableMapping[str, Any] | None) -> None:
        self.told = told
        self.status = sent[0]["status"]
        self.headers: Headers = sent[0].get("headers", [])
        self.body = b"".join(message.get("body", b"") for message in sent[1:]).decode()

    def header(self, name: str) -> list[str]:
        return [value.decode() for key, value in self.headers if key.decode().lower() == name]


async def ask(layer: Any, *, answers: Headers | None = None, headers: Mapping[str, str] | Headers | None = None, **scope: Any) -> Asked:
    """Ask an application that answers 200 with these headers (None: with none at all, which ASGI allows), through a layer."""
    sent: list[MutableMapping[str, Any]] = []
    told: list[MutableMapping[str, Any]] = []

    async def app(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        told.append(scope)
        await send({"type": "http.response.start", "status": 200, **({} if answers is None else {"headers": list(answers)})})
        await send({"type": "http.response.body", "body": b"svar"})

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {}

    given = headers if isinstance(headers, list) else [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    await layer(app)({"type": "http", "method": "GET", "path": "/", "headers": given, **scope}, receive, send)
    return Asked(sent, told[0] if told else None)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        (["localhost"], 200), (["LOCALHOST:8001"], 200), (["localhost."], 200), (["[::1]:80"], 200), (["kb.example"], 400),
        (["localhost.kb.example"], 400), ([], 400), (["localhost", "localhost"], 400), (["x@localhost"], 400),
        (["localhost:x"], 400), (["localhost/"], 400), ([""], 400),
    ],
)  # fmt: skip
async def test_only_by_its_own_name(host: list[str], status: int) -> None:
    def layer(app: App) -> App:
        return for_hosts(app, frozenset({"localhost", "[::1]"}))

    asked = await ask(layer, headers=[(b"accept", b"*/*"), *((b"Host", name.encode()) for name in host)])
    assert asked.status == status and (asked.told is None) == (status == 400)
    assert asked.body == (REFUSAL if status == 400 else "svar") and len(asked.header("content-type")) == (status == 400)
    assert (await ask(layer, type="lifespan")).status == 200, "what is no request has no name"


async def test_headers_that_a_page_lacks() -> None:
    asked = await ask(with_headers, answers=[(b"Referrer-Policy", b"origin"), (b"X-Other", b"1")])
    assert asked.header("referrer-policy") == ["origin"] and asked.header("x-other") == ["1"], "what it has said stands"
    assert asked.header("content-security-policy") == [PAGE_POLICY] and asked.header("x-content-type-options") == ["nosniff"]
    assert asked.body == "svar" and (await ask(with_headers)).header("content-security-policy") == [PAGE_POLICY]
    for path, base, policy in (
        ("/-/x", "/", DEBUG_POLICY),
        ("/kb/-/x", "/", PAGE_POLICY),
        ("/kb/-/x", "/kb/", DEBUG_POLICY),
        ("/-/x", "/kb/", PAGE_POLICY),
    ):
        asked = await ask(lambda app, base=base: with_headers(app, base), path=path)
        assert asked.header("content-security-policy") == [policy], (path, base)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/kb/x", 200), ("HEAD", "/kb/x", 200), ("POST", "/kb/x", 405), ("PUT", "/kb/logga-in", 405), ("DELETE", "/kb/-/x", 405),
        ("POST", "/kb/logga-in", 200), ("POST", "/kb/-/x", 200), ("POST", "/logga-in", 405), ("POST", "/x/kb/logga-in", 405),
        ("OPTIONS", "/kb/", 405),
    ],
)  # fmt: skip
async def test_only_reading(method: str, path: str, status: int) -> None:
    asked = await ask(lambda app: only_reading(app, "/kb/"), method=method, path=path)
    assert asked.status == status and (asked.told is None) == (status == 405)
    assert asked.header("allow") == (["GET, HEAD"] if status == 405 else [])


@pytest.mark.parametrize(
    ("error", "args", "answer"),
    [
        (OSError(errno.ENAMETOOLONG, "för långt"), {}, NotFound), (OSError(errno.ENOENT, "finns inte"), {}, None),
        (sqlite3.OperationalError("no such column"), {"_sort": "x"}, BadAddress), (ValueError("x"), {"_next": "x"}, BadAddress),
        (KeyError("x"), {"q": "y", "_facet_array": "x"}, BadAddress), (ValueError("x"), {"q": "_next"}, None), (ValueError("x"), {}, None),
        (RuntimeError("x"), {"_next": "x"}, None), (sqlite3.OperationalError("disk I/O error"), {}, None), (BadAddress("x"), {"_search": "x"}, None),
    ],
)  # fmt: skip
def test_what_is_the_fault_of_the_address(error: Exception, args: dict[str, str], answer: type | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusing, "handle_exception", lambda datasette, request, told: told)
    told = refusing.refused(None, SimpleNamespace(args=args), error)
    assert (told is None) if answer is None else isinstance(told, answer)


class Tables:
    """A Datasette with a view that has a search of its own (v), a table with (t), and one without any (o)."""

    def get_database(self, _: str) -> Tables:
        return self

    async def table_config(self, _: str, table: str) -> dict[str, str]:
        return {"fts_table": "passages_fts"} if table == "v" else {}

    async def fts_table(self, table: str) -> str | None:
        return "t_fts" if table == "t" else None

    async def view_names(self) -> list[str]:
        return ["v"]


@pytest.mark.parametrize(
    ("table", "args", "says"),
    [
        ("o", {"_search": "x"}, NO_SEARCH), ("o", {"_search": " "}, ""), ("o", {"_searchmode": "raw"}, ""), ("o", {}, ""), ("o", {"q": "x"}, ""),
        ("o", {"_search_text": "x"}, NO_SEARCH), ("v", {"_search": "x"}, ""), ("v", {"_search_text": "x"}, NO_COLUMN),
        ("t", {"_search_text": "x"}, ""),
        ("v", {"_search": "x", "_search_text": "y"}, ""),
    ],
)  # fmt: skip
async def test_a_search_that_is_none_is_refused(table: str, args: dict[str, str], says: str) -> None:
    asked = refusing.unsearchable(Tables(), SimpleNamespace(args=args), "kb", table)
    if not says:
        await asked
        return
    with pytest.raises(BadAddress, match=re.escape(says)):
        await asked


PROXY = ("10.0.0.1", 5)


def staff(header: str = "x-user", groups: str = "x-groups") -> Staff:
    return Staff(header, groups, {}, ("10.0.0.1",), {}, (), {}, 8, "/")


async def through(site: Staff | None, client: tuple[str, int] | None = PROXY, headers: Mapping[str, str] | Headers | None = None) -> Asked:
    return await ask(lambda app: for_staff(app, site), client=client, headers=headers, scheme="http")


async def test_what_a_proxy_says() -> None:
    said = {
        "X-User": " anna ",
        "x-groups": "a, b,,",
        "x-forwarded-proto": "https",
        "x-forwarded-for": "1.2.3.4, 5.6.7.8",
        "cookie": "c",
        "accept": "*",
    }
    told = (await through(staff(), headers=said)).told
    assert told and told["actor"] == {"id": "anna", "groups": ["a", "b"]} and told["scheme"] == "https" and told["client"] == ("5.6.7.8", 0)
    assert told["headers"] == [(b"accept", b"*")], "no cookie counts where a proxy knows who asks"
    told = (await through(staff(), headers={"x-user": "  ", "x-forwarded-proto": "gopher"})).told
    assert told and "actor" not in told and told["scheme"] == "http" and told["client"] == PROXY
    told = (await through(staff(groups=""), headers={"x-user": "anna", "x-groups": "a"})).told
    assert told and told["actor"] == {"id": "anna", "groups": []}
    two = await through(staff(), headers=[(b"x-user", b"anna"), (b"X-User", b"bo")])
    assert two.status == 400 and two.told is None


async def test_who_is_no_proxy_says_nothing() -> None:
    said = {"x-user": "anna", "x-forwarded-proto": "https", "x-forwarded-for": "1.2.3.4", "cookie": "c"}
    for client in (("10.0.0.2", 5), None):
        assert (await through(staff(), client, said)).status == 403
        told = (await through(staff(header="", groups=""), client, said)).told
        assert told and "actor" not in told and told["scheme"] == "http" and told["client"] == client
        assert told["headers"] == [(b"x-user", b"anna"), (b"cookie", b"c")], "one who logs in here has a cookie"
    told = (await through(None, None, said)).told
    assert told and len(told["headers"]) == 4, "on a laptop there is no such layer"


def test_roles_are_those_of_one_who_is_known() -> None:
    people = {"läsare": ("*",), "analytiker": ("anna", "grupp:utredare"), "förvaltare": ()}
    own, proxied = (Staff(header, "", {"anna": "scrypt:"}, (), people, (), {}, 8, "/") for header in ("", "x-user"))
    assert roles(own, {"id": "anna"}) == {"läsare", "analytiker"}
    for nobody in (None, {}, {"id": ""}, {"id": None}):
        assert roles(own, nobody) == roles(proxied, nobody) == frozenset()
    assert roles(own, {"id": "bo", "groups": ["utredare"]}) == frozenset(), "one whose name has been taken out of the file"
    assert roles(proxied, {"id": "bo"}) == {"läsare"} and roles(proxied, {"id": "bo", "groups": ["utredare"]}) == {"läsare", "analytiker"}


async def test_cookies_are_for_the_server_alone() -> None:
    for scheme, secure in (("https", "; Secure"), ("http", "")):
        cookies = [(b"Set-Cookie", b"a=1; Path=/"), (b"set-cookie", b"b=2; httponly; secure")]
        asked = await ask(with_safe_cookies, scheme=scheme, answers=[*cookies, (b"x-other", b"a=1")])
        assert asked.header("set-cookie") == [f"a=1; Path=/; HttpOnly{secure}", "b=2; httponly; secure"] and asked.header("x-other") == ["a=1"]
        assert bool(asked.header("strict-transport-security")) == bool(secure)


def test_wrong_passwords_are_counted_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    tries, key = Tries(), ("anna", "1.2.3.4")
    for n in range(TRIES):
        assert not tries.are_spent(key, n)
        tries.add(key, n)
    assert tries.are_spent(key, TRIES) and not tries.are_spent(("anna", "5.6.7.8"), TRIES)
    assert tries.are_spent(key, PAUSE - 0.5) and not tries.are_spent(key, PAUSE), "the first one is a quarter ago"
    tries.add(key, 2 * PAUSE)
    assert len(tries._wrong[key]) == 1, "what is forgotten takes no room"
    tries.forget(key)
    tries.forget(key)
    assert not tries._wrong
    monkeypatch.setattr(login, "REMEMBERED", 3)
    for n in range(5):
        tries.add((str(n), ""), n)
    assert [name for name, _ in tries._wrong] == ["2", "3", "4"]


@pytest.mark.parametrize("path", ["//x", "/\\x", "x", "", "/a b", "/a\\b", "https://x", "/" + "a" * 2000, "/a\n"])
def test_one_is_led_to_this_server_alone(path: str) -> None:
    assert login.onward(path) == "/"


def test_one_is_led_where_one_was_going() -> None:
    for path in ("/", "/sok?q=a%20b&x=//y", "/" + "a" * 1998):
        assert login.onward(path) == path


def test_a_connection_is_bound() -> None:
    db = sqlite3.connect(":memory:")
    db.executescript("""
        CREATE TABLE documents ("end"); CREATE TABLE sources (id, origin, container); INSERT INTO sources VALUES (1, '/hem', '/hem/zip');
        CREATE VIEW origins AS SELECT id, origin FROM sources;
    """)
    bounds.bound(db)
    assert db.getlimit(sqlite3.SQLITE_LIMIT_LENGTH) == bounds.SIZE
    assert {limit: db.getlimit(limit) for limit in bounds.LIMITS} == bounds.LIMITS
    assert db.execute("SELECT id, origin, container FROM sources").fetchone() == (1, None, None)
    assert db.execute("SELECT origin FROM origins").fetchone() == ("/hem",), "a view of ours may"
    assert {row[2] for row in db.execute("SELECT * FROM pragma_database_list")} == {None}
    for sql in ("ATTACH ':memory:' AS x", "DETACH main", "SELECT load_extension('x')"):
        with pytest.raises(sqlite3.Error, match="not authorized"):
            db.execute(sql)
    assert bounds._authorize(sqlite3.SQLITE_FUNCTION, None, "load_extension", None, None) == sqlite3.SQLITE_DENY, "whatever the server allows"
    assert bounds._authorize(sqlite3.SQLITE_READ, "t", "load_extension", "main", None) == sqlite3.SQLITE_OK, "a column may be called so"
    assert bounds._authorize(sqlite3.SQLITE_READ, "sources", "id", "main", None) == sqlite3.SQLITE_OK
    assert bounds._authorize(sqlite3.SQLITE_FUNCTION, None, "lower", "main", None) == sqlite3.SQLITE_OK


@pytest.mark.parametrize(("end", "most"), [(None, bounds.SIZE), (100, bounds.SIZE), (bounds.SIZE // 2, 2 * bounds.SIZE)])
def test_a_base_with_a_long_text_is_read(end: int | None, most: int) -> None:
    db = sqlite3.connect(":memory:")
    db.execute('CREATE TABLE documents ("end")')
    db.execute("INSERT INTO documents VALUES (?)", (end,))
    bounds.bound(db)
    assert db.getlimit(sqlite3.SQLITE_LIMIT_LENGTH) == most
    other = sqlite3.connect(":memory:")
    bounds.bound(other)
    assert other.getlimit(sqlite3.SQLITE_LIMIT_LENGTH) == bounds.SIZE

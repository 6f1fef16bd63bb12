"""The program served on a port of its own, and a headless Chromium that looks at it, tells on the console and never leaves this machine."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SKIP = "Chromium finns inte – installera med: apt-get install chromium"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 375, "height": 720}
NARROWEST = {"width": 320, "height": 640}  # what WCAG 1.4.10 asks for


def ingested(database: Path, *paths: Path) -> None:
    """`kb ingest` in a process of its own: readers are forked, and a process where Datasette has run has threads that a fork does not take along."""
    command = [sys.executable, "-m", "kb.cli", "ingest", *map(str, paths), "--db", str(database), "--json"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def served(database: Path, *more: str) -> Iterator[str]:
    """`kb serve`, until it answers; the address without a slash at its end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "kb.cli", "serve", "--db", str(database), "--port", str(port), *more]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.communicate(timeout=30)


def wait_for(address: str, process: subprocess.Popen[str]) -> None:
    """Until the server answers, whatever it answers."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=30):
                return
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            if process.poll() is not None:
                raise AssertionError(process.stderr.read() if process.stderr else "") from None
            time.sleep(0.1)
    raise AssertionError("the server never answered")


@dataclass
class Watched:
    """What a browser did that it should not have."""

    faults: list[str] = field(default_factory=list)


@contextmanager
def browser() -> Iterator[Browser]:
    """Debian's Chromium; the test skips where there is none."""
    if not CHROMIUM:
        pytest.skip(SKIP)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
        yield chromium
        chromium.close()


@contextmanager
def looking(chromium: Browser, address: str, *, width: dict[str, int] = DESKTOP, scheme: str = "light", script: bool = True) -> Iterator[Page]:
    """A page whose every request and console line is watched; at the end there must be nothing to say of them."""
    watched = Watched()
    context = chromium.new_context(
        base_url=address,
        viewport={"width": width["width"], "height": width["height"]},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="sv-SE",
        java_script_enabled=script,
        accept_downloads=True,
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.on("request", lambda r: watched.faults.append(f"asks {r.url}") if not r.url.startswith((address, "data:")) else None)
    page.on("console", lambda m: watched.faults.append(f"console: {m.text} on {page.url}") if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: watched.faults.append(f"error: {e}"))
    yield page
    context.close()
    assert watched.faults == []


def one_of_each(address: str, most: int = 2) -> list[str]:
    """Addresses within reach of the first page, at most so many of each shape: every page there is, also those that come later."""
    import re

    from tests.web_client import tags

    shapes: dict[str, int] = {}
    queue: list[str] = ["/"]
    found: list[str] = []
    while queue:
        path = queue.pop(0)
        with urllib.request.urlopen(address + path, timeout=60) as response:
            if not response.headers["Content-Type"].startswith("text/html"):
                continue
            html = response.read().decode()
        found.append(path)
        for tag, attributes in tags(html):
            href = (attributes.get("href") or "").partition("#")[0]
            shape = re.sub(r"(?<=.)/.*", "/", href.partition("?")[0]) if not href.startswith("/kb/") else "/kb/"
            if (
                tag == "a"
                and re.match(r"/(?!/|export/)", href)
                and not href.endswith(("/original", ".ics", ".atom", ".png"))
                and href not in (*queue, *found)
            ):
                shapes[shape] = shapes.get(shape, 0) + 1
                if shapes[shape] <= most:
                    queue.append(href)
    return found

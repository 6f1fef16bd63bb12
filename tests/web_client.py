"""Asking the web in process, for the tests: a Datasette over the made-up base, and what a reader or a browser sees of a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import yaml
from datasette.app import Datasette

CONFIG = yaml.safe_load((Path(__file__).parent.parent / "datasette.yaml").read_text("utf-8"))


@contextmanager
def serving(database: Path, config: Any = CONFIG, **options: Any) -> Iterator[Datasette]:
    """A Datasette over a database; its client starts it up at the first request."""
    datasette = Datasette([str(database)], config=config, **options)
    yield datasette
    datasette.close()


async def text(kb: Datasette, path: str, status: int = 200) -> str:
    """The body at a path, which must have the status."""
    response = await kb.client.get(path)
    assert response.status_code == status, (path, response.status_code, response.text[:500])
    return str(response.text)


def prose(html: str) -> str:
    """What a reader sees, on one line."""
    parts: list[str] = []
    parser = HTMLParser()
    parser.handle_data = parts.append  # type: ignore[method-assign, assignment]
    parser.feed(html)
    return " ".join(" ".join(parts).split())


def tags(html: str) -> list[tuple[str, dict[str, str | None]]]:
    """Every opening tag with its attributes."""
    found: list[tuple[str, dict[str, str | None]]] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: found.append((tag, dict(attrs)))  # type: ignore[method-assign]
    parser.feed(html)
    return found

"""What is typed in the form above a table: the Swedish words that its page shows mean the values that the view has."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from kb.labels import Labels
from kb.web.headers import App, Receive, Send

COLUMN, VALUE = "_filter_column", "_filter_value"


def in_words(app: App, labels: Labels) -> App:
    """The application, for which the words of a form have been put as values; Datasette makes an address of them."""

    async def wrapped(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        asked = scope.get("query_string", b"")
        if scope["type"] == "http" and COLUMN.encode() in asked:
            scope = {**scope, "query_string": meant(asked.decode("utf-8", "replace"), labels).encode()}
        await app(scope, receive, send)

    return wrapped


def meant(query: str, labels: Labels) -> str:
    """The query string with each value that is a word of its column put as the view has it."""
    pairs = parse_qsl(query, keep_blank_values=True)
    columns = {name.removeprefix(COLUMN): value for name, value in pairs if name.startswith(COLUMN)}

    def value(name: str, typed: str) -> str:
        column = columns.get(name.removeprefix(VALUE)) if name.startswith(VALUE) else None
        return (labels.meant(column, typed) if column else "") or typed

    return urlencode([(name, value(name, typed)) for name, typed in pairs])

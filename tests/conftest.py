"""Fixtures that several test modules share."""

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import pytest

if TYPE_CHECKING:
    from datasette.app import Datasette


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # started in the background by a shell: what the tests start is to hear Ctrl-C all the same
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """What a run of the command line tells its children (KB_CLUSTER and its like) ends with the test."""
    with mock.patch.dict(os.environ):
        yield


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up knowledge base for the web, in a file that is not called kb.db."""
    from tests.web_base import build

    return build(tmp_path_factory.mktemp("web") / "annat namn.db")


@pytest.fixture
def copied(base: Path) -> Iterator[sqlite3.Connection]:
    """A copy of that base in memory, to change at will."""
    with closing(sqlite3.connect(":memory:")) as copy:
        with closing(sqlite3.connect(base)) as whole:
            whole.backup(copy)
        yield copy


@pytest.fixture(scope="module")
def kb(base: Path) -> Iterator["Datasette"]:
    """That base, served; modules about the command line have a `kb` of their own."""
    from tests.web_client import serving

    with serving(base) as datasette:
        yield datasette

"""Fixtures that several test modules share."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from datasette.app import Datasette


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up knowledge base for the web, in a file that is not called kb.db."""
    from tests.web_base import build

    return build(tmp_path_factory.mktemp("web") / "annat namn.db")


@pytest.fixture(scope="module")
def kb(base: Path) -> Iterator["Datasette"]:
    """That base, served; modules about the command line have a `kb` of their own."""
    from tests.web_client import serving

    with serving(base) as datasette:
        yield datasette

"""What is put in order when Datasette starts: the database is called `kb` whatever its file is called, and datasette.yaml's titles are used."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from datasette import handle_exception
from datasette.database import Database
from datasette.utils import sha256_file

from kb.labels import Labels
from kb.search.rank import COUNTED
from kb.web.base import Base
from kb.web.headers import LOCAL

if TYPE_CHECKING:  # datasette.app loads its plugins before it has a Datasette
    from datasette.app import Datasette

NAME = "kb"
TITLES = ("title", "description", "source", "source_url", "license", "license_url", "about", "about_url")
STATIC = Path(__file__).parent / "static"
OURS = {"documents", "passages", "decisions", "diary_numbers", "forums"}


async def is_ours(database: Database) -> bool:
    """True for a file that holds this project's tables."""
    return not database.is_memory and set(await database.table_names()) >= OURS


_configs: WeakKeyDictionary[Datasette, Mapping[str, Any]] = WeakKeyDictionary()
_labels: WeakKeyDictionary[Datasette, Labels] = WeakKeyDictionary()


def config_of(datasette: Datasette) -> Mapping[str, Any]:
    """The plugin's part of the configuration, read once: Datasette looks for secrets in every value of it each time."""
    if datasette not in _configs:
        _configs[datasette] = datasette.plugin_config("kb") or {}
    return _configs[datasette]


def labels_of(datasette: Datasette) -> Labels:
    """What Datasette's pages call columns and values, read once."""
    if datasette not in _labels:
        _labels[datasette] = Labels.of(config_of(datasette))
    return _labels[datasette]


def base_of(datasette: Datasette) -> Database | None:
    """The knowledge base among the databases that are served, None where there is none."""
    return datasette.databases.get(NAME)


async def name_database(datasette: Datasette) -> None:
    """Call the first knowledge base `kb`, so that titles, queries and addresses hold whatever file `--db` names, and have it read as `Base` does."""
    for name, database in sorted(datasette.databases.items(), key=lambda item: item[0] != NAME):
        if await is_ours(database):
            renamed = Base(datasette, path=database.path, is_mutable=database.is_mutable)
            datasette.remove_database(name)
            datasette.add_database(renamed, name=NAME)
            await datasette.refresh_schemas(force=True)
            return


def count_less(datasette: Datasette) -> None:
    """Datasette's pages count rows by making them, so a view is not counted far beyond what anyone reads; the page says that there are more."""
    database = base_of(datasette)
    if database is not None:
        database.count_limit = COUNTED  # rows, as a search counts its hits


async def use_titles(datasette: Datasette) -> None:
    """Datasette 1.0 reads titles and descriptions from a metadata file alone; here they stand in datasette.yaml beside the rest."""
    config = datasette.config or {}
    for key in TITLES:
        if key in config:
            await datasette.set_instance_metadata(key, str(config[key]))
    for name, database in (config.get("databases") or {}).items():
        for key in TITLES:
            if key in database:
                await datasette.set_database_metadata(name, key, str(database[key]))
        for table, settings in (database.get("tables") or {}).items():
            await _use_table_titles(datasette, name, table, settings or {})


async def use_columns(datasette: Datasette) -> None:
    """What a column holds where its own table does not say, from `plugins: kb: columns:`."""
    database = base_of(datasette)
    if database is None:
        return
    common = config_of(datasette).get("columns") or {}
    tables = ((datasette.config or {}).get("databases") or {}).get(database.name, {}).get("tables") or {}
    for view in await database.view_names():
        own = (tables.get(view) or {}).get("columns") or {}
        for column in await database.table_columns(view):
            if column in common and column not in own:
                await datasette.set_column_metadata(database.name, view, column, "description", str(common[column]))


async def _use_table_titles(datasette: Datasette, database: str, table: str, settings: Mapping[str, Any]) -> None:
    for key in TITLES:
        if key in settings:
            await datasette.set_resource_metadata(database, table, key, str(settings[key]))
    for column, description in (settings.get("columns") or {}).items():
        await datasette.set_column_metadata(database, table, column, "description", str(description))


def hosts(datasette: Datasette) -> frozenset[str]:
    """The names the server answers to: this computer's own, those of the staff file, `plugins: kb: hosts:` or KB_HOSTS (a comma between)."""
    ours = config_of(datasette)
    given = [*(ours.get("hosts") or ()), *((ours.get("staff") or {}).get("hosts") or ()), *os.environ.get("KB_HOSTS", "").split(",")]
    return LOCAL | {name.strip().casefold() for name in given if name.strip()}


def quiet_errors() -> None:
    """Where rich is installed Datasette prints a framed traceback, local values and all, for each address that leads nowhere."""
    handle_exception.rich = None


def asset(datasette: Datasette, name: str) -> str:
    """The address of a file of ours that pages ask for, with the sum of what it holds.

    Datasette's own `static()` reads the description of every installed plugin for it, half the time of a page.
    """
    return f"{datasette.urls.static_plugins('kunskapsbas', name)}?_hash={_sum(name, (STATIC / name).stat().st_mtime_ns)}"


@functools.lru_cache(maxsize=16)
def _sum(name: str, changed: int) -> str:
    """The sum of a file as it was when it was `changed`; as many letters as Datasette compares."""
    return str(sha256_file(STATIC / name))[:12]

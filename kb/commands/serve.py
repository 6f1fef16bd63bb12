"""`kb serve`: Datasette with this project's pages, on this computer only or as a staff site behind a proxy or passwords."""

from __future__ import annotations

import gc
import json
import os
import secrets
import socket
import stat
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from kb import errors
from kb import staff as staff_file
from kb.connect import has_log, reading
from kb.labels import settings

if TYPE_CHECKING:
    import uvicorn

HOST = "127.0.0.1"
PATIENCE = 60  # seconds that an answer may take
_ANY = {"0.0.0.0": HOST, "::": "::1"}
BACKLOG = 2048  # so many may wait to be let in, as uvicorn has it
SITE, SECRET = "KB_SITE", "KB_SECRET"  # variables by which a worker knows what to serve, and what signs the cookies


@dataclass(frozen=True, slots=True)
class Site:
    """What is served, where, and to whom: `staff` is the file of a staff site, None for a laptop."""

    database: Path
    port: int = 8001
    host: str = HOST
    uds: Path | None = None
    staff: Path | None = None
    workers: int = 1
    reload: bool = False


def prepare(site: Site) -> str:
    """The address to visit. Raises KbError where the database or the staff file cannot be used, PortBusy where something listens already."""
    with reading(site.database):
        pass
    if site.staff:
        staff_file.load(site.staff)
    elif site.uds or not _is_loopback(site.host):
        raise errors.Usage("utan inloggning visas kunskapsbasen bara på den här datorn", "ge --staff FIL, eller ta bort --host och --uds")
    if site.uds:
        if not site.uds.absolute().parent.is_dir():
            raise errors.Usage(f"{site.uds.parent} finns inte", "skapa mappen som sockeln ska ligga i")
        return f"unix:{site.uds}"
    _opened(site).close()
    return f"http://{f'[{site.host}]' if ':' in site.host else site.host}:{site.port}/"


def _opened(site: Site) -> socket.socket:
    """The port, listening. Raises PortBusy where something else does."""
    opened = socket.socket(socket.AF_INET6 if ":" in site.host else socket.AF_INET)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((site.host, site.port))
        opened.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        opened.close()
        raise errors.PortBusy(f"port {site.port} på {site.host} är upptagen eller går inte att använda") from error
    return opened


def reachable_by_all(site: Site) -> Path | None:
    """The folder of a socket that anyone on the computer reaches, where whoever reaches it is believed to be the proxy; None where all is well."""
    if not site.uds or not site.staff or staff_file.UNIX not in staff_file.load(site.staff).trusted:
        return None
    folder = site.uds.absolute().parent
    return folder if folder.stat().st_mode & stat.S_IXOTH else None


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def configuration(staff: staff_file.Staff | None) -> dict[str, Any]:
    """datasette.yaml, with what the staff file says where the web looks for it."""
    config: dict[str, Any] = yaml.safe_load(settings().read_text(encoding="utf-8"))
    if staff:
        ours = config.setdefault("plugins", {}).setdefault("kb", {})
        ours |= {"staff": staff.as_config(), "publisher": dict(staff.publisher) or ours.get("publisher") or {}}
        config["settings"] = {**config.get("settings", {}), "base_url": staff.base_url}
    return config


def application(site: Site | None = None) -> Any:
    """The ASGI application of a site; a worker finds its site in the variable KB_SITE."""
    from datasette.app import Datasette

    site = site or _handed_over()
    staff = staff_file.load(site.staff) if site.staff else None
    # where nobody can write, SQLite cannot make the files that a database in use needs
    frozen = not os.access(site.database.absolute().parent, os.W_OK) and not has_log(site.database)
    files, immutables = ([], [str(site.database)]) if frozen else ([str(site.database)], [])
    secret = os.environ.get(SECRET) or secrets.token_hex(32)
    datasette = Datasette(files, immutables=immutables, config=configuration(staff), default_deny=staff is not None, secret=secret)
    app = datasette.app()
    gc.freeze()  # what lives as long as the server is not gone through again while somebody waits
    return app


def _handed_over() -> Site:
    given = json.loads(os.environ[SITE])
    paths = {name: Path(given[name]) if given[name] else None for name in ("database", "uds", "staff")}
    return Site(**{**given, **paths})


def serve(site: Site, listening: Callable[[], None]) -> None:
    """Run the server until it is stopped; `listening` is called when one can visit it. Raises PortBusy."""
    import uvicorn

    if site.reload:
        _reloading(site)
    # what a proxy says of the one who asks is believed only from those the staff file names, so uvicorn must believe nobody
    how: dict[str, Any] = {"proxy_headers": False, "server_header": False, "log_level": "warning", "lifespan": "on"}
    where: dict[str, Any] = {"uds": str(site.uds)} if site.uds else {"host": site.host, "port": site.port}
    with suppress(KeyboardInterrupt):  # Ctrl+C, as the line above it says
        if site.workers > 1:
            os.environ.setdefault(SECRET, secrets.token_hex(32))  # a cookie of one worker counts with the others
            os.environ[SITE] = json.dumps(asdict(site), default=str)
            _once_it_answers(site, listening)
            uvicorn.run("kb.commands.serve:application", factory=True, workers=site.workers, **where, **how)
        else:
            config = uvicorn.Config(application(site), **where, **how)
            _run(config, None if site.uds else [_opened(site)], listening)


def _once_it_answers(site: Site, listening: Callable[[], None]) -> None:
    """Call `listening` when one of several processes has answered a visitor, who comes until then, in a thread of his own."""
    address: Any = str(site.uds) if site.uds else (_ANY.get(site.host, site.host), site.port)
    kind = socket.AF_UNIX if site.uds else socket.AF_INET6 if ":" in site.host else socket.AF_INET

    def visit() -> None:
        while True:
            with suppress(OSError), socket.socket(kind) as visitor:
                visitor.settimeout(PATIENCE)
                visitor.connect(address)
                visitor.sendall(b"HEAD /robots.txt HTTP/1.0\r\nHost: localhost\r\n\r\n")
                if visitor.recv(1):
                    return listening()
            time.sleep(0.1)

    threading.Thread(target=visit, daemon=True).start()


def _run(config: uvicorn.Config, sockets: list[socket.socket] | None, listening: Callable[[], None]) -> None:
    """Run a server of one process, which tells when it answers; the file of its Unix socket goes with it."""
    import uvicorn

    class Telling(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            listening()

    try:
        Telling(config).run(sockets)
    finally:
        if config.uds:
            Path(config.uds).unlink(missing_ok=True)


def _reloading(site: Site) -> None:
    """Start anew when the program, its settings or the staff file change, and a base that nobody can write when it is replaced."""
    import hupper

    watched = [settings(), *(path for path in (site.staff,) if path)]
    if not os.access(site.database.absolute().parent, os.W_OK):
        watched.append(site.database)
    templates = Path(__file__).parent.parent.joinpath("web").glob("templates/**/*.html")
    hupper.start_reloader("kb.cli.main").watch_files([str(path) for path in [*watched, *templates]])

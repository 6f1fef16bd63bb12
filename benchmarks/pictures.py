"""Takes the pictures of README.md and docs/ anew, of the examples as they are served now: `python -m benchmarks.pictures [FOLDER]`."""

from __future__ import annotations

import asyncio
import io
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from ingest import load_rules
from kb.commands import ingest as command
from kb.commands.serve import Site, application

ROOT = Path(__file__).parent.parent
WIDTH, SCALE, COLOURS = 1280, 1.5, 200  # a picture of flat colours is a third as large with a palette
PICTURES = {
    "arende": ("/dnr/RS/118/2022", 1150),
    "hem": ("/", 1000),
    "forum": ("/forum", 1045),
    "ny": ("/ny?roll=politiker&forum=regionens-samverkansrad", 1150),
    "avtal": ("/avtal", 1100),
}
"""For each picture its page, and how much of it is seen, in pixels of a page that is WIDTH wide."""


@contextmanager
def served(database: Path) -> Iterator[str]:
    """The pages on a port of their own."""
    import uvicorn

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(application(Site(database)), port=port, log_level="warning"))
    thread = threading.Thread(target=asyncio.run, args=(server.serve(),))
    thread.start()
    while not server.started:
        thread.join(0.1)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def take(address: str, folder: Path) -> None:
    """The pictures, in light."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
        page = browser.new_page(device_scale_factor=SCALE, color_scheme="light", locale="sv-SE")
        for name, (path, height) in PICTURES.items():
            page.set_viewport_size({"width": WIDTH, "height": height})
            page.goto(address + path)
            seen = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            seen.quantize(COLOURS, dither=Image.Dither.NONE).save(folder / f"skarmbild-{name}.png", optimize=True)
        browser.close()


def main() -> None:
    """Read the examples, serve them and take the pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"
    with tempfile.TemporaryDirectory() as made:
        database = Path(made) / "kb.db"
        command.ingest(database, [ROOT / "examples"], load_rules())
        with served(database) as address:
            take(address, folder)


if __name__ == "__main__":
    main()

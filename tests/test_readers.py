"""Ten readers of the web while `kb ingest` writes: every page is answered, and the base is whole afterwards.

How long they waited is printed; `KB_READERS_FILES` makes the ingest longer.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from datasette.app import Datasette

from ingest import load_rules
from kb.commands.check import check
from kb.commands.ingest import ingest
from tests.sample import write
from tests.web_client import serving

READERS = 10
FILES = int(os.environ.get("KB_READERS_FILES", "30"))
PATHS = ("/", "/sok?q=bussen", "/sok?q=bussen+OCH+Sj%C3%B6berga", "/forum", "/dnr/RS/3/2021", "/tackning", "/kb/document_list", "/kb/decision_list")


def minutes(number: int, version: int) -> str:
    return (
        f"Region Fjällhav\n\nRegionstyrelsen\n\nProtokoll 2021-{number % 12 + 1:02}-{number % 28 + 1:02}\n\n§ {number} Bussen till Sjöberga\n\nDnr "
        f"RS/{number}/2021\n\nBeslut\n\nRegionstyrelsen beslutar\n\natt linje {number} går {version} gånger om dagen.\n"
    )


def papers(folder: Path, numbers: range, version: int) -> None:
    for number in numbers:
        write(folder, f"{number}.txt", minutes(number, version))


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Path]:
    """A base of some papers, of which all are changed and others added when it is ingested again."""
    papers(tmp_path / "docs", range(1, FILES // 2), 1)
    ingest(tmp_path / "kb.db", [tmp_path / "docs"], load_rules())
    papers(tmp_path / "docs", range(1, FILES), 2)
    yield tmp_path / "kb.db"


async def reader(kb: Datasette, number: int, process: subprocess.Popen[bytes]) -> list[float]:
    """One who asks for one page after the other until the ingest is done; how long each took, in seconds."""
    waited = []
    for turn in range(number, 10**9):
        started = time.monotonic()
        response = await kb.client.get(PATHS[turn % len(PATHS)])
        waited.append(time.monotonic() - started)
        assert response.status_code == 200, (PATHS[turn % len(PATHS)], response.status_code, response.text[:300])
        if process.poll() is not None:
            break
    return waited


async def test_ten_readers_are_answered_during_an_ingest(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-m", "kb", "ingest", str(base.parent / "docs"), "--db", str(base), "--jobs", "2"]
    with serving(base) as kb:
        await kb.client.get("/")  # it starts up
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        waited = [seconds for found in await asyncio.gather(*(reader(kb, n, process) for n in range(READERS))) for seconds in found]
        assert process.wait() == 0
        after = await kb.client.get("/kb/document_list.json?_shape=objects&_size=max")
    assert len(after.json()["rows"]) == FILES - 1
    assert check(base).broken == ()
    with capsys.disabled():
        p95 = statistics.quantiles(waited, n=20)[-1]
        print(f" [{READERS} readers, {len(waited)} pages, p95 {p95 * 1000:.0f} ms, longest {max(waited) * 1000:.0f} ms]", end="", flush=True)

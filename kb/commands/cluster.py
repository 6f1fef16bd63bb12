"""A cluster of dask.distributed as what reads files: each is sent as bytes to a worker, which runs what a process of this machine would run.

Who writes is here. What a dying worker was sent is lost with it, which the scheduler tells at once; then its files are sent to another.
"""

from __future__ import annotations

import logging
import os
import time
import warnings
from collections import Counter
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from ingest.errors import IngestError, TooHeavy, decoded
from ingest.read import bytes_of
from ingest.rules import default_folder
from kb import errors
from kb.commands import carried, remote
from kb.commands.knocking import reach
from kb.commands.parsing import RESULTS, Refusal
from kb.commands.pool import AGAIN, Failed, Job, Slot
from kb.commands.remote import Done, Files, Parcel, differing

VARIABLE = "KB_CLUSTER"
"""Where the address is, for all that a run does; the option sets it."""
INSTALL = "installera det med: pip install 'kunskapsbas[cluster]'"
SAME = "installera samma version överallt"
WAIT = 10.0
"""Seconds in which a cluster must answer, and have a worker."""
SILENT = 60.0
"""Seconds after which a cluster without scheduler or workers is given up."""
_FRESH = 2.0
"""Seconds for which the list of workers is believed."""
_WENT_AWAY = (OSError, ValueError, KeyError, RuntimeError, CancelledError)
"""What is raised where a worker, or the scheduler, goes away while it is talked to."""


@dataclass(slots=True, eq=False)
class _Sent(Slot):
    """A job at a worker (its `place`), or at none (no `future`); `tries` counts workers that died before they had done it, `finished` is set when it
    is done there.
    """

    parcel: Parcel = field(kw_only=True)
    file: Path = field(kw_only=True)
    sha256: str = ""
    future: Any = None
    place: str = ""
    tries: int = 0
    finished: bool = False


class Cluster:
    """The workers of a cluster. Raises NoCluster where it does not answer or is of another version."""

    def __init__(self, address: str) -> None:
        self._address, self._client = address, _connected(address)
        self._parts = carried.Parts()
        self._provided: set[tuple[str, str]] = set()
        self._sent: list[_Sent] = []
        self._places: dict[str, int] = {}
        self._asked = self._heard = time.monotonic()
        self.metadata = default_folder()
        try:
            _check(self._client, address)
        except BaseException:
            self.close()
            raise

    @property
    def count(self) -> int:
        """Threads of all workers."""
        return max(1, sum(self._now().values()))

    def submit(self, name: str, job: Job, *arguments: object) -> Slot:
        """Send a job and its file to a worker. Raises NoCluster."""
        file: Path = arguments[0].path  # type: ignore[attr-defined]
        paths = {file: carried.FILE, **self._parts.of(arguments)}
        parcel = Parcel(job, name, file.suffix, arguments, paths, self._parts.named(self.metadata, "*.yaml"))
        slot = _Sent(name, parcel=parcel, file=file)
        self._send(slot)
        return slot

    def result(self, slot: Slot) -> object:
        """What came of a job; what it wrote in the archive is put there. Raises NoCluster, and TooHeavy where several workers died of it."""
        assert isinstance(slot, _Sent)
        while not slot.done:
            if slot.future is None:
                self._send(slot)
            elif done := self._taken(slot):
                self._settle(slot, done)
        if isinstance(slot.result, Failed):
            raise slot.result.error
        return slot.result

    def close(self) -> None:
        """Let go of the cluster; what it still does for us comes to nothing."""
        _open.clear()
        with suppress(Exception):
            self._client.close(timeout=2)

    def _send(self, slot: _Sent) -> None:
        """Send a file to a worker; one that cannot be read is settled."""
        try:
            data = bytes_of(slot.file)
        except IngestError as error:
            slot.result, slot.done = Failed(error), True
            return
        slot.sha256 = sha256(data).hexdigest()
        archived = carried.archived(slot.parcel, slot.sha256)
        end = time.monotonic() + SILENT
        while True:
            try:
                self._post(slot, data, archived)
                return
            except _WENT_AWAY as error:
                if time.monotonic() > end:
                    raise self._gone() from error
                time.sleep(0.2)
                self._asked = 0.0

    def _post(self, slot: _Sent, data: bytes, archived: Files) -> None:
        """Send to the worker that has the least to do for its threads, or does nothing else. Raises one of `_WENT_AWAY`."""
        place = self._place(alone=slot.tries > 0)
        for part in slot.parcel.parts():
            if (place, part) not in self._provided:
                self._client.run(remote.provide, part, self._parts.files(part), workers=[place])
                self._provided.add((place, part))
        held = self._client.scatter([data, archived], workers=[place], direct=False, hash=False)
        slot.place, slot.finished = place, False
        slot.future = self._client.submit(
            remote.perform, slot.parcel, remote.versions(), *held, workers=[place], allow_other_workers=False, pure=False
        )  # fmt: skip
        slot.future.add_done_callback(lambda future: setattr(slot, "finished", slot.finished or future.status == "finished"))
        self._sent.append(slot)

    def _place(self, *, alone: bool) -> str:
        """The worker that has the least to do for its threads; where a job must be alone, so that its death is no other's, one that does nothing now.

        Nothing is sent while a result is awaited, so nothing comes beside it. Raises one of `_WENT_AWAY`, and NoCluster.
        """
        while True:
            places = self._now()
            load = Counter(sent.place for sent in self._sent)
            place = min(places, key=lambda place: (load[place] + 1) / places[place])
            busy = [sent for sent in self._sent if sent.place == place and not sent.future.done()]
            if not alone or not busy:
                return place
            self._check_alive()
            time.sleep(0.05)

    def _taken(self, slot: _Sent) -> Done | None:
        """What a worker answers; None where it died or lacks something, and the slot is at no worker now or at another."""
        while True:
            try:
                done: Done = slot.future.result(timeout=1)
            except CancelledError:
                self._lost(slot.place)
                return None
            except TimeoutError:
                self._check_alive()
            except Exception as error:
                said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
                raise errors.NoCluster(
                    f"arbetaren {slot.place} kan inte läsa {slot.name} ({said})", "se efter i dess logg, kör sedan igen"
                ) from error
            else:
                if done.wrong:
                    raise errors.NoCluster(f"arbetaren {slot.place} {done.wrong}", SAME)
                if done.lacks:
                    self._provided -= {(slot.place, part) for part in done.lacks}
                    self._again(slot)
                    return None
                return done

    def _settle(self, slot: _Sent, done: Done) -> None:
        """Keep what came of a job, its file called as it is called here."""
        self._sent.remove(slot)
        here = decoded(str(slot.file))
        carried.kept(slot.parcel, slot.sha256, done.written)
        if done.error:
            slot.result = Failed(type(done.error)(done.error.what.replace(done.path, here), done.error.todo))
        elif isinstance(done.result, bytes) and RESULTS.kind(done.result) is Refusal:
            refused = RESULTS.decode(done.result)
            slot.result = RESULTS.encode(Refusal(refused.message.replace(done.path, here), refused.exit_code, refused.heavy))
        else:
            slot.result = done.result
        slot.done, slot.future = True, None

    def _lost(self, place: str) -> None:
        """What a dead worker had done goes to others at once; what it had not is suspect, and done alone when it is asked for, but not for ever."""
        self._check_alive()
        lost = [slot for slot in self._sent if slot.place == place and slot.future.cancelled()]
        self._provided = {(there, part) for there, part in self._provided if there != place}
        self._asked = 0.0
        for slot in lost:
            slot.tries += not slot.finished
            self._again(slot)
            if slot.tries > AGAIN:
                slot.result, slot.done = Failed(TooHeavy(f"{slot.name}: {slot.tries} arbetare i klustret dog medan de läste den")), True

    def _again(self, slot: _Sent) -> None:
        """Take it from its worker, and send it anew: now, or alone when it is asked for, where a worker died before it had done it."""
        self._sent.remove(slot)
        slot.future = None
        if not slot.tries:
            self._send(slot)

    def _now(self) -> dict[str, int]:
        """The workers there are, and their threads."""
        if time.monotonic() - self._asked > _FRESH and self._client.status == "running":
            self._places, self._asked = dict(self._client.nthreads()), time.monotonic()
        return self._places

    def _check_alive(self) -> None:
        """Raises NoCluster where the scheduler has been silent, or without workers, for long."""
        if self._client.status == "running" and self._now():
            self._heard = time.monotonic()
        elif time.monotonic() - self._heard > SILENT:
            raise self._gone()

    def _gone(self) -> errors.NoCluster:
        return errors.NoCluster(
            f"{self._address}: klustret svarar inte längre, eller har inga arbetare", "starta det och kör igen, det som är inläst är kvar"
        )


_open: list[Cluster] = []


def use(address: str | None) -> None:
    """Read with the cluster at this address in what follows. Raises NoCluster."""
    if address:
        os.environ[VARIABLE] = address
        known()


def known() -> Cluster | None:
    """The cluster to read with, connected; None where none was named. Raises NoCluster."""
    if not os.environ.get(VARIABLE):
        return None
    if not _open:
        _open.append(Cluster(os.environ[VARIABLE]))
    return _open[0]


def _connected(address: str) -> Any:
    """A client with at least one worker behind it. Raises NoCluster."""
    try:
        import distributed
    except ImportError as error:
        raise errors.NoCluster("biblioteket dask.distributed saknas, som --cluster behöver", INSTALL) from error
    reach(address)
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is said here, in one line
    client: Any = type("Client", (distributed.Client,), {"__del__": lambda _: None})  # whose own waits 20 s for one that never was, and complains
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of versions that differ: we compare them
            client = client(address, timeout=WAIT, set_as_default=False, name="kb")
    except Exception as error:  # of many kinds: no certificate, no web socket
        raise errors.NoCluster(f"{address}: där svarar inget kluster") from error
    try:
        client.wait_for_workers(1, timeout=WAIT)
    except (OSError, TimeoutError) as error:
        client.close(timeout=2)
        raise errors.NoCluster(f"{address}: klustret har inga arbetare", "starta dem med: dask worker ADRESS") from error
    return client


def _check(client: Any, address: str) -> None:
    """Raises NoCluster where a worker has not the kb that runs here, or where they would read scans differently."""
    try:
        found = client.run(remote.versions)
        models = client.run(remote.can_read_scans)
    except Exception as error:
        raise errors.NoCluster(f"{address}: en arbetare saknar kb ({' '.join(str(error).split())[:200]})", SAME) from error
    for place, theirs in found.items():
        if theirs != remote.versions():
            raise errors.NoCluster(f"arbetaren {place} {differing(remote.versions(), theirs)}", SAME)
    if len(set(models.values())) > 1:
        told = ", ".join(f"{place} med {model or 'inget'}" for place, model in models.items())
        raise errors.NoCluster(f"arbetarna läser skannade sidor på olika sätt: {told}", "installera samma OCR på alla")

"""What is done with the workers of a cluster, told with one that is made up: who gets a file, what a death means, when it is given up."""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ingest.errors import TooHeavy
from kb import errors
from kb.commands import cluster, remote
from kb.commands.cluster import Cluster
from kb.commands.pool import AGAIN, Failed


def made(threads: dict[str, int], status: str = "running") -> Any:
    """A cluster of these workers and their threads, that has just been heard of."""
    found = object.__new__(Cluster)
    found._client = SimpleNamespace(status=status, nthreads=lambda: threads)
    found._address, found._places, found._sent, found._provided = "tcp://x:1", dict(threads), [], set()
    found._asked, found._heard = 0.0, time.monotonic()
    return found


def sent(place: str, *, cancelled: bool = False, finished: bool = False, tries: int = 0) -> Any:
    """A job at a worker."""
    future = SimpleNamespace(done=lambda: finished, cancelled=lambda: cancelled)
    slot = cluster._Sent("a.txt", parcel=None, file=Path("a.txt"))  # type: ignore[arg-type]
    slot.place, slot.future, slot.finished, slot.tries = place, future, finished, tries
    return slot


def test_a_file_goes_to_the_worker_that_has_the_least_to_do_for_its_threads() -> None:
    far = made({"a": 1, "b": 4})
    order = []
    for _ in range(5):
        order.append(far._place(alone=False))
        far._sent.append(sent(order[-1]))
    assert sorted(order) == ["a", "b", "b", "b", "b"] and far.count == 5 and made({}).count == 1


def test_what_must_be_alone_waits_until_its_worker_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    far = made({"a": 1})
    far._sent.append(busy := sent("a"))
    naps: list[float] = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        assert len(naps) < 9
        if len(naps) == 3:
            busy.future.done = lambda: True

    monkeypatch.setattr(time, "sleep", sleep)
    assert far._place(alone=False) == "a" and naps == []
    assert far._place(alone=True) == "a" and len(naps) == 3


@pytest.mark.parametrize(("threads", "status"), [({}, "running"), ({"a": 1}, "closed")])
def test_a_cluster_that_is_silent_for_long_is_given_up(monkeypatch: pytest.MonkeyPatch, threads: dict[str, int], status: str) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    far = made(threads, status)
    for _ in range(2):
        now += cluster.SILENT / 2
        far._check_alive()
    now += 0.1
    with pytest.raises(errors.NoCluster, match="tcp://x:1: klustret svarar inte längre, eller har inga arbetare"):
        far._check_alive()
    far._client = made({"a": 1})._client
    now += cluster._FRESH + 0.1
    far._check_alive()
    assert far._heard == now, "heard of again"


def test_who_the_workers_are_is_asked_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    now, threads = 1000.0, {"a": 1}
    monkeypatch.setattr(time, "monotonic", lambda: now)
    far = made(threads)
    assert far._now() == {"a": 1}
    threads["b"] = 2
    assert far._now() == {"a": 1}
    now += cluster._FRESH + 0.1
    assert far._now() == {"a": 1, "b": 2}


def test_what_a_dead_worker_had_done_is_sent_at_once_and_what_it_had_not_is_suspect(monkeypatch: pytest.MonkeyPatch) -> None:
    far, again = made({"a": 1, "b": 1}), []
    monkeypatch.setattr(Cluster, "_send", lambda self, slot: again.append(slot))
    done, not_done, last = sent("a", cancelled=True, finished=True), sent("a", cancelled=True), sent("a", cancelled=True, tries=AGAIN)
    more, others = sent("a", cancelled=True, tries=AGAIN - 1), [sent("b"), sent("b", cancelled=True), sent("a")]
    far._sent += [done, not_done, more, last, *others]
    far._asked = 1.0
    far._provided = {("a", "x"), ("b", "x")}
    far._lost("a")
    assert again == [done] and far._sent == others and far._provided == {("b", "x")} and far._asked == 0.0
    assert not more.done, "once more"
    assert (done.tries, not_done.tries, last.tries) == (0, 1, AGAIN + 1) and not_done.future is None and not not_done.done
    assert last.done and isinstance(last.result, Failed) and isinstance(last.result.error, TooHeavy)
    assert "3 arbetare i klustret dog" in str(last.result.error)


def answers(versions: dict[str, Any], models: dict[str, str]) -> Any:
    """A client whose workers say what they are."""
    return SimpleNamespace(run=lambda job: versions if job is remote.versions else models)


def test_all_workers_have_the_kb_that_runs_here_and_read_scans_alike() -> None:
    ours = remote.versions()
    cluster._check(answers({"a": ours, "b": ours}, {"a": "best", "b": "best"}), "tcp://x:1")
    with pytest.raises(errors.NoCluster, match="a med best, b med inget"):
        cluster._check(answers({"a": ours, "b": ours}, {"a": "best", "b": ""}), "tcp://x:1")
    other = {**ours, next(iter(ours)): "0.1"}
    with pytest.raises(errors.NoCluster, match=r"arbetaren b har .* 0\.1"):
        cluster._check(answers({"a": ours, "b": other}, {"a": "best", "b": "best"}), "tcp://x:1")

    def broken(_: object) -> None:
        raise ModuleNotFoundError("No module named 'kb'")

    with pytest.raises(errors.NoCluster, match="tcp://x:1: en arbetare saknar kb"):
        cluster._check(SimpleNamespace(run=broken), "tcp://x:1")


def test_a_cluster_is_connected_to_once_and_where_one_was_named(monkeypatch: pytest.MonkeyPatch) -> None:
    met: list[str] = []

    def connected(address: str) -> object:
        met.append(address)
        return SimpleNamespace()

    monkeypatch.setattr(cluster, "Cluster", connected)
    monkeypatch.setattr(cluster, "_open", [])
    monkeypatch.delenv(cluster.VARIABLE, raising=False)
    cluster.use(None)
    assert cluster.known() is None and met == []
    cluster.use("tcp://x:1")
    assert cluster.known() is cluster.known() is not None and met == ["tcp://x:1"]

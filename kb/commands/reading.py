"""Files → parsed values in two rounds: what is whole first, so that the damaged papers can be read with all that the others teach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from ingest.errors import NoLexicon
from ingest.rules import Rules, default_folder
from kb import lexicon, ocr, overrides, passwords, vocabulary
from kb.archive import Archive
from kb.commands import cluster
from kb.commands.parsing import Known, Outcome, Task, parse_all
from kb.commands.pool import Pool
from kb.commands.workers import Workers
from kb.database import Store


class Reading:
    """One run's way of reading. The caller saves each outcome before it asks for the next; `notes` are for people, about the run."""

    def __init__(
        self,
        store: Store,
        rules: Rules,
        metadata: Path | None,
        jobs: int,
        step: Callable[[str], None] = lambda _: None,
        base: Path | None = None,
        required: bool = False,
    ) -> None:
        """`base` is the database whose corrections hold, where it is not the store itself. Raises BadMetadata.

        Where the lexicon is `required` a damaged file is not read without it: NoLexicon ends the run.
        """
        self.store, self.rules, self.step, self.required = store, rules, step, required
        self.passwords = passwords.known()
        self.ocr = ocr.Ocr(ocr.known(), Archive(base or store.path).folder.absolute())
        self.local = Workers(jobs, rules)
        self.workers: Pool = self.local
        if far := cluster.known():
            far.metadata = metadata or default_folder()
            self.workers = far
        self.overrides = overrides.load(base or store.path, metadata)
        self.notes: list[str] = []
        self.before_damaged: int | None = None
        if not store.sources():
            store.applied(overrides.entries(self.overrides))

    def close(self) -> None:
        """End the workers."""
        self.workers.close()
        self.local.close()

    def outcomes(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Outcome]]:
        """What came of each file: whole papers in their order, then the damaged ones in theirs."""
        later: list[Task] = []
        whole: list[str] = []
        todo = iter(tasks)
        first = next(todo, None)
        if first is None:
            return
        self._words()
        first_round = Known(overrides=self.overrides, put_off=True, passwords=self.passwords, ocr=self.ocr)
        for task, outcome in parse_all(chain((first,), todo), self.workers, first_round, self.step):
            if isinstance(outcome, str):
                later.append(task)
                whole.append(outcome)
            else:
                yield task, outcome
        if later:
            with self._language(whole) as known:
                for task, outcome in parse_all(later, self.workers, known, self.step):
                    assert not isinstance(outcome, str)
                    yield task, outcome

    def _words(self) -> None:
        """Have the lexicon ready, by which new words are analysed; without it they are searched plainly, and a note says so."""
        try:
            lexicon.ensure(self.rules, self.step)
        except NoLexicon as error:
            self.notes.append(_lacking(error))

    @contextmanager
    def _language(self, whole: list[str]) -> Iterator[Known]:
        try:
            folder = lexicon.ensure(self.rules, self.step)
        except NoLexicon as error:
            if self.required:
                raise
            self.notes = [*(note for note in self.notes if note != _lacking(error)), _lacking(error, ", och skadade handlingar lästes in som de är")]
            yield Known(overrides=self.overrides, passwords=self.passwords, ocr=self.ocr)
            return
        self.learn(whole)
        self.before_damaged = vocabulary.amount(self.store.connection, whole)
        with vocabulary.extracted(self.store.connection) as learned:
            yield Known(folder, learned, self.overrides, passwords=self.passwords, ocr=self.ocr)

    def learn(self, more: Sequence[str] = ()) -> None:
        """Learn from the base's own papers, and the whole lines of those it will have, where there is enough that is new.

        So what a paper is read with does not hang on which came first, and is the same when the run has ended.
        """
        if vocabulary.pays(self.store.connection, more):
            self.store.learned(*vocabulary.learn(self.store.connection, self.rules, more, overrides.right(self.overrides)))

    def finish(self) -> None:
        """What a run ends with: learn where it pays, and say what would be read better now.

        Where it has read damaged papers it has learned before from all there is, and these have nothing to add.
        """
        if self.before_damaged is None:
            self.learn()
        else:
            self.store.grown(vocabulary.amount(self.store.connection) - self.before_damaged)
        stale = vocabulary.stale(self.store.connection, self.rules)
        if stale and not self.notes:  # without a lexicon nothing would be read better
            self.notes.append(f"Basen har lärt sig mer sedan {stale} skadade källor lästes – kör kb rebuild för att läsa om dem.")


def _lacking(error: NoLexicon, more: str = "") -> str:
    """What a run without a lexicon comes to, in one line."""
    return f"Sökningen hittar bara få böjningar och inga delar av sammansatta ord{more}: {error}, därefter kb rebuild."

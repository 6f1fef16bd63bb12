"""Everything repair knows of the Swedish language, opened once and used for many papers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ingest.errors import NoLexicon
from ingest.repair.accents import Accents
from ingest.repair.candidates import Candidates, Kept
from ingest.repair.channel import Channel
from ingest.repair.learned import Counts, Learned
from ingest.repair.lexicon import Lexicon
from ingest.repair.shape import Shape
from ingest.rules import Rules


class Language:
    """The packed lexicon of `folder`, the counts that come with it, and those that a knowledge base has learned (`learned`, folders).

    Raises NoLexicon where a file is missing or broken.
    """

    def __init__(self, rules: Rules, folder: Path, learned: Sequence[Path] = ()) -> None:
        self.channel = Channel(rules.letters)
        try:
            self.learned = Learned([Counts(f) for f in (folder, *learned)])
            lexicon, shape = Lexicon(folder), Shape(folder)
        except (OSError, RuntimeError, ValueError) as error:
            raise NoLexicon(f"{folder}: ordlistan kan inte läsas ({' '.join(str(error).split()) or type(error).__name__})") from error
        self.endings = rules.endings
        self.accents = Accents(rules.accents)
        self.foreign = frozenset(word for entry in rules.foreign for word in entry.words)
        self.candidates = Candidates(lexicon, shape, self.learned, self.channel, Kept(rules.left_alone, rules.units))

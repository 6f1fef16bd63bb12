"""Passages recombined from the texts that may be used (examples/, and ../shared/documents where it is there)."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest import load_rules, parse
from kb.search.analyze import terms

ROOT = Path(__file__).parent.parent
FOLDERS = (ROOT / "examples", ROOT.parent / "shared" / "documents")
WORDS = 60
"""Words of a passage, about."""
_SENTENCE = re.compile(r"[^.!?\n]{20,400}[.!?\n]")
DAMAGE = str.maketrans("åäö", "aao")
"""What an engine without å, ä and ö makes of a word."""


@dataclass
class Corpus:
    """What the passages are made of, and the queries drawn from them."""

    sentences: list[str]
    random: random.Random = field(default_factory=lambda: random.Random(5))

    @classmethod
    def read(cls) -> Corpus:
        """All sentences of the texts that may be used."""
        rules = load_rules()
        paths = sorted(p for folder in FOLDERS for p in folder.rglob("*") if p.suffix in (".txt", ".pdf") and p.is_file())
        passages = [p.text for path in paths for d in _documents(path, rules) for p in d.passages]
        return cls(sorted({s.strip() for text in passages for s in _SENTENCE.findall(text + "\n")}))

    def passages(self, size: int) -> Iterator[tuple[str, str | None]]:
        """Texts, each with its `read_again`."""
        for n in range(size):
            text, words = [], 0
            while words < WORDS:
                text.append(self.random.choice(self.sentences))
                words += text[-1].count(" ") + 1
            yield self._damaged(" ".join(text)) if n % 50 == 0 else (" ".join(text), None)

    def _damaged(self, text: str) -> tuple[str, str | None]:
        found = terms(text)
        at = [n for n, term in enumerate(found) if term.translate(DAMAGE) != term][:5]
        for n in at:
            text = re.sub(rf"\b{found[n]}\b", found[n].translate(DAMAGE), text, flags=re.IGNORECASE)
        return text, " ".join(f"{n}={found[n]}" for n in at) or None


def _documents(path: Path, rules: Any) -> Sequence[Any]:
    try:
        return parse(path, rules).documents
    except Exception:  # noqa: BLE001 - a trap among the documents is no text
        return ()

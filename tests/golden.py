"""The golden corpus: what the pipeline makes of each document of examples/, stage by stage, kept under tests/corpus and read by a human eye.

`make golden` writes it anew; the diff is part of the change.
"""

from collections.abc import Iterator
from pathlib import Path

from ingest import explain, load_rules
from ingest.stages import STAGES
from tests.language import language

EXAMPLES = Path(__file__).parent.parent / "examples"
CORPUS = Path(__file__).parent / "corpus"
KEPT = tuple(s for s in STAGES if s in ("clean", "repair", "blocks", "mentions", "document"))


def documents() -> list[Path]:
    """The examples that the readers know."""
    return sorted(p for p in EXAMPLES.iterdir() if p.suffix in (".txt", ".pdf"))


def goldens() -> Iterator[tuple[Path, str, Path]]:
    """Each document, stage and file of the corpus."""
    yield from ((path, stage, CORPUS / path.stem / f"{stage}.txt") for path in documents() for stage in KEPT)


def main() -> None:
    """Write the corpus and say what changed."""
    rules, changed = load_rules(), 0
    for path, stage, file in goldens():
        text = explain(path, rules, stage, language)
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            changed += 1
    wanted = {file for _, _, file in goldens()}
    for file in CORPUS.glob("*/*.txt"):
        if file not in wanted:
            file.unlink()
            changed += 1
    print(f"{changed} golden files changed; read them with git diff tests/corpus")


if __name__ == "__main__":
    main()

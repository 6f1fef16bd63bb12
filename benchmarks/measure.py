"""How well the parser reads: `make measure` writes the tables of docs/matning.md, for the examples and (where they are) those of ../shared."""

import contextlib
import io
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.gold import convert
from ingest import load_rules
from kb.commands import ingest as command
from kb.commands.evaluate import evaluate
from kb.printing_measures import table

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "matning.md"
EXAMPLES = ROOT / "examples"
SHARED = ROOT.parent / "shared"


def base(folder: Path, paths: Sequence[Path]) -> Path:
    """A fresh knowledge base."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        command.ingest(folder / "measured.db", paths, load_rules(), jobs=2)
    return folder / "measured.db"


def tables(page: str) -> dict[str, str]:
    """The tables of the page by what they are about: what stands between `<!-- mätt: NAME -->` and `<!-- slut -->`."""
    return dict(re.findall(r"<!-- mätt: (\w+) -->\n(.*?)<!-- slut -->", page, re.DOTALL))


def measured(paths: Sequence[Path], gold: Path) -> str:
    """The table of a gold."""
    with tempfile.TemporaryDirectory() as folder:
        return "\n".join(table(evaluate(base(Path(folder), paths), gold))) + "\n"


def main() -> None:
    """Write the tables that can be measured here."""
    page = PAGE.read_text(encoding="utf-8")
    found = {"exempel": measured([EXAMPLES], EXAMPLES / "gold.yaml")}
    if SHARED.is_dir():
        with tempfile.TemporaryDirectory() as folder:
            for path in convert(SHARED / "gold", Path(folder)):
                found[path.stem] = measured([SHARED / "documents" / name for name in ("seeds", "alingsas", "goteborg")], path)
    for name, text in found.items():
        page = re.sub(rf"(<!-- mätt: {name} -->\n).*?(<!-- slut -->)", lambda m, t=text: m[1] + t + m[2], page, flags=re.DOTALL)  # type: ignore[misc]
    PAGE.write_text(page, encoding="utf-8")
    print(f"{len(found)} tables of {PAGE.relative_to(ROOT)} written; read them with git diff {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()

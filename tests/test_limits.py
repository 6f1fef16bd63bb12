"""What a file may cost: each bound holds to the last byte, page and letter, and says itself in words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingest.errors import TooLarge, UnreadableFile
from ingest.read import limits


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0 byte"),
        (999, "999 byte"),
        (1000, "1 kB"),
        (999_000, "999 kB"),
        (1_000_000, "1 MB"),
        (400_000_000, "400 MB"),
        (10_700_000_000, "10,7 GB"),
    ],
)
def test_sizes_in_words(number: float, said: str) -> None:
    assert limits.size_of(number) == said


def test_what_is_just_small_enough_is_read() -> None:
    limits.check_size("x", 400_000_000)
    limits.check_pages("x", 20_000)
    limits.check_text("x", 50_000_000)
    for check, much, said in (
        (limits.check_size, 400_000_001, "x: är 400 MB, och en fil får vara 400 MB"),
        (limits.check_pages, 20_001, r"x: har fler än 20000 sidor \(20001\)"),
        (limits.check_text, 50_000_001, "x: har mer än 50 miljoner tecken text"),
    ):
        with pytest.raises(TooLarge, match=said):
            check("x", much)


def test_only_a_plain_file_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "rör")
    for path in (tmp_path / "rör", tmp_path, Path(os.devnull)):
        with pytest.raises(UnreadableFile, match="är ingen vanlig fil"):
            limits.check_plain(path)
    plain = tmp_path / "fil.txt"
    plain.write_bytes(b"text")
    limits.check_plain(plain)
    monkeypatch.setattr(limits, "MOST_BYTES", 3)
    with pytest.raises(TooLarge):
        limits.check_plain(plain)

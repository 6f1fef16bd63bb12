"""Dates and shares in words, and colours that can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb.web import words

TEMPLATES = Path(words.__file__).parent / "templates"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2015-06-16", "2015-06-17", "16–17 juni 2015"),
        ("2015-06-30", "2015-07-01", "30 juni – 1 juli 2015"),
        ("2015-12-31", "2016-01-01", "31 december 2015 – 1 januari 2016"),
        ("2018-06", None, "juni 2018"),
        ("2019", None, "2019"),
        (None, None, ""),
        ("i fjol", None, "i fjol"),
        ("2019-13", None, "2019-13"),
    ],
)
def test_periods(first: str | None, last: str | None, expected: str) -> None:
    assert words.period(first, last) == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0, "0\u00a0%"), (0.0004, "under 0,1\u00a0%"), (0.123, "12,3\u00a0%"), (0.5, "50\u00a0%"), (0.9995, "över 99,9\u00a0%"), (1, "100\u00a0%")],
)
def test_percent(share: float, expected: str) -> None:
    assert words.percent(share) == expected


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG between two colours."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        return sum(w * (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4) for w, p in zip((0.2126, 0.7152, 0.0722), parts, strict=True))

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def palettes() -> Iterator[dict[str, str]]:
    """The colours of light and of dark."""
    css = (Path(__file__).parent.parent / "kb" / "web" / "static" / "kb.css").read_text("utf-8")
    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) for block in re.findall(r":root \{(.*?)\}", css, re.DOTALL)[:2])
    yield light
    yield {**light, **dark}


@pytest.mark.parametrize("colours", list(palettes()), ids=["light", "dark"])
def test_contrast(colours: dict[str, Any]) -> None:
    pairs = [(ink, ground) for ink in ("ink", "soft", "link", "warn") for ground in ("paper", "card")]
    for one, other in [*pairs, ("on-accent", "accent"), ("ink", "mark")]:
        assert contrast(colours[one], colours[other]) >= 4.5, (one, other)


def test_what_scrolls_has_a_name_and_can_be_reached() -> None:
    regions = [
        (template.name, region)
        for template in TEMPLATES.rglob("*.html")
        for region in re.findall(r'<div class="scroll"[^>]*>', template.read_text("utf-8"))
    ]
    assert len(regions) > 10
    for name, region in regions:
        assert 'role="group"' in region and 'tabindex="0"' in region and re.search(r'aria-label(ledby)?="[^"]', region), (name, region)

"""Much is made at once, and hardly any of it refers to itself: to look for such rubbish again and again takes time and finds none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unsought() -> Iterator[None]:
    """Within, Python does not look for rubbish that refers to itself; what nothing refers to still goes at once."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()

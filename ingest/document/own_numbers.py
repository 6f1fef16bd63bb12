"""The diary number of a §: in its heading or straight below; of several, that of the body whose record it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ingest.document.context import Context
from ingest.find.forums import lookup
from ingest.models import Block, DnrMention

LONGEST_LINE = 100
"""The numbers of a § below its title stand within so many characters."""


def own_number(context: Context, block: Block, forum: str | None, usual: Counter[str] | None = None) -> DnrMention | None:
    """The number of a §; of several the one in the register of the body (or of the body whose committee it is), or the `usual` one; the first of
    equals.
    """
    known = usual or Counter()
    return max(numbers_of(context, block), key=lambda m: (_registers(context, m.number.register, forum), known[m.number.register]), default=None)


def _registers(context: Context, register: str, forum: str | None) -> bool:
    return bool(register and forum) and any((forum or "").startswith(body) for body in lookup(register, context.rules))


def numbers_of(context: Context, block: Block) -> Sequence[DnrMention]:
    """The numbers of a §, in its heading or straight below: its own, and those that other bodies have for the matter."""
    return context.numbers_in(block.start, block.end) or _numbers_below(context, block)


def _numbers_below(context: Context, block: Block) -> Sequence[DnrMention]:
    """The number of a § may stand on a line of its own straight below the title: "Dnr BUN 2021/123"."""
    following = next(iter(context.places.from_place(block.end, 1)), None)
    if following is None or following.role:
        return ()
    label = next((m for p in context.rules.of("diary_labels") if (m := p.regex.match(context.folded, following.start))), None)
    found = context.numbers_in(following.start, following.end)
    begins = label.end() if label else following.start
    alone = bool(found) and found[0].start == begins and (label is not None or found[0].end == following.end)
    return [m for m in found if alone and m.start < following.start + LONGEST_LINE]

"""Tokens → tokens that make sense together: no operator without its words, no bracket without its partner. What is left out is noted in Swedish."""

from __future__ import annotations

from dataclasses import dataclass, field

from kb.search.lexer import Token

MAX_LEAVES = 120
MAX_FILTERS = 12  # each is asked of the whole base
MAX_DEPTH = 20  # brackets within brackets


_FILTERS = ("field", "section")


@dataclass(slots=True)
class _Level:
    """What is open at a bracket: `kept` are the numbers of its tokens that stand, `waiting` those that need a word after them."""

    bracket: int | None = None
    filled: bool = False
    waiting: list[int] = field(default_factory=list)


class _Tidier:
    def __init__(self, tokens: list[Token], notes: list[str]) -> None:
        self.tokens, self.notes = tokens, notes
        self.dropped: set[int] = set()
        self.levels = [_Level()]
        self.deeper = 0
        self.leaves = self.filters = 0

    def take(self, number: int) -> None:
        """The next token."""
        match self.tokens[number].kind:
            case "open":
                self._open(number)
            case "close":
                self._close(number)
            case "and" | "or":
                self._infix(number)
            case "not":
                self._negation(number)
            case _:
                self._leaf(number)

    def _open(self, number: int) -> None:
        if len(self.levels) > MAX_DEPTH:
            self.deeper += 1
            self.dropped.add(number)
            self.notes.append("Parenteserna är för många i varandra, de innersta räknas inte.")
        else:
            self.levels.append(_Level(number))

    def _close(self, number: int) -> None:
        if self.deeper:
            self.deeper -= 1
            self.dropped.add(number)
        elif len(self.levels) == 1:
            self.dropped.add(number)
            self.notes.append("En parentes stängs utan att ha öppnats.")
        else:
            level = self._leave()
            if level.filled:
                self._fill()
            elif level.bracket is not None:
                self.dropped |= {level.bracket, number}

    def _leave(self) -> _Level:
        """The innermost level, done."""
        level = self.levels.pop()
        for number in level.waiting:
            self._drop(number)
        return level

    def _fill(self) -> None:
        self.levels[-1].filled = True
        self.levels[-1].waiting.clear()

    def _infix(self, number: int) -> None:
        level = self.levels[-1]
        if not level.filled or level.waiting:
            self._drop(number)
        else:
            level.waiting.append(number)

    def _negation(self, number: int) -> None:
        waiting = self.levels[-1].waiting
        if waiting and self.tokens[waiting[-1]].kind == "not":  # INTE INTE
            self.dropped |= {waiting.pop(), number}
        else:
            waiting.append(number)

    def _drop(self, number: int) -> None:
        self.dropped.add(number)
        sides = "ett ord efter sig" if self.tokens[number].kind == "not" else "ett ord på båda sidor"
        self.notes.append(f"{self.tokens[number].text} behöver {sides} och räknas inte här.")

    def _leaf(self, number: int) -> None:
        self.leaves += 1
        self.filters += self.tokens[number].kind in _FILTERS
        if self.leaves > MAX_LEAVES:
            self._leave_out(number, f"Sökningen har många ord, bara de första {MAX_LEAVES} används.")
        elif self.filters > MAX_FILTERS and self.tokens[number].kind in _FILTERS:
            self._leave_out(number, f"Sökningen har många filter, bara de första {MAX_FILTERS} används.")
        else:
            self._fill()

    def _leave_out(self, number: int, note: str) -> None:
        """One too many goes with the operators before it."""
        self.dropped |= {number, *self.levels[-1].waiting}
        self.levels[-1].waiting.clear()
        self.notes.append(note)

    def end(self) -> None:
        """No more tokens: brackets that are still open count as none."""
        if len(self.levels) > 1:
            self.notes.append("En parentes är inte stängd.")
        while self.levels:
            level = self._leave()
            if level.bracket is not None:
                self.dropped.add(level.bracket)
                if level.filled:
                    self._fill()


def tidy(tokens: list[Token], notes: list[str]) -> list[Token]:
    """The tokens that stand: brackets in pairs around something, operators with their words, no more of them than can be searched."""
    tidier = _Tidier(tokens, notes)
    for number in range(len(tokens)):
        tidier.take(number)
    tidier.end()
    return [token for number, token in enumerate(tokens) if number not in tidier.dropped]

"""What a child may send to the one who asked: values of a few known types, checked against their annotations. Nothing in them is ever run.

A file that has taken over the process that reads it can send whatever bytes it likes; they become such a value, or Garbled.
"""

from __future__ import annotations

import os
import traceback
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from ingest import errors
from ingest.errors import IngestError

_FAILURE: Final = 0


class Garbled(Exception):
    """Bytes that are no value of the types that were agreed on."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception on its way: its class, and what it says."""

    kind: str
    what: str
    todo: str = ""


_CAUSES = {cause.__name__: cause for cause in vars(errors).values() if isinstance(cause, type) and issubclass(cause, IngestError)}


class Wire:
    """Values of the types that are named, as bytes: one byte says which, then MessagePack by the fields of the type.

    Types are str, bytes, int and dataclasses whose fields are annotated with such, and with tuples of them.
    """

    def __init__(self, *kinds: type) -> None:
        self._kinds = (Failure, *kinds)
        self._number = {kind: number for number, kind in enumerate(self._kinds)}
        self._encoder = msgspec.msgpack.Encoder()
        self._decoders: tuple[msgspec.msgpack.Decoder[Any], ...] = tuple(msgspec.msgpack.Decoder(kind) for kind in self._kinds)

    def encode(self, value: object) -> bytes:
        """A value as bytes. Raises KeyError for one of another type."""
        return bytes((self._number[type(value)],)) + self._encoder.encode(value)

    def failed(self, error: BaseException) -> bytes:
        """An exception as bytes; with KB_DEBUG set one that is not ours says where it was raised."""
        if isinstance(error, IngestError):
            return self.encode(Failure(type(error).__name__, error.what, error.todo))
        said = "".join(traceback.format_exception(error)) if os.environ.get("KB_DEBUG") else str(error)
        return self.encode(Failure(type(error).__name__, said.encode(errors="replace").decode()))

    def kind(self, frame: bytes) -> type:
        """The type of what the bytes hold. Raises Garbled."""
        if not frame or frame[0] >= len(self._kinds):
            raise Garbled
        return self._kinds[frame[0]]

    def decode(self, frame: bytes) -> Any:
        """The value that the bytes hold. Raises Garbled, and the exception that it is."""
        self.kind(frame)
        try:
            value = self._decoders[frame[0]].decode(memoryview(frame)[1:])
        except (msgspec.MsgspecError, ValueError, TypeError, RecursionError) as error:
            raise Garbled from error
        if frame[0] == _FAILURE:
            raise _raised(value)
        return value


def _raised(failure: Failure) -> Exception:
    """The exception again; one that is not ours by its name where it is the kind of thing a reader is refused, else as its words."""
    if failure.kind in _CAUSES:
        return _CAUSES[failure.kind](failure.what, failure.todo)
    if failure.kind == PermissionError.__name__:
        return PermissionError(failure.what)
    return RuntimeError(f"{failure.kind}: {failure.what}")

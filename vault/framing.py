"""Records on a pipe between a program and its worker: each a JSON value with its length before it.

A frame is the length of the JSON in bytes, as four bytes with the most significant first, then that JSON in UTF-8 in
the one spelling of `vault.jsontext`.  A frame is read whole or refused.  The end of the stream between two frames is
the ordinary end; within a frame it is a broken one.  Nothing here waits with a time limit: who must not hang reads on
a thread of their own.
"""

import struct
from collections.abc import Iterator
from typing import IO

from vault import jsontext
from vault.errors import MalformedRecordError, VaultError
from vault.jsontext import JsonValue

DEFAULT_LIMIT = 16 * 1024 * 1024
_LENGTH = struct.Struct(">I")


class PipeEndedError(VaultError):
    """The other end of the pipe is gone."""

    code = "vault.framing.ended"
    what = "The helper program ended while it was being spoken to."
    todo = "Try again; if it happens again, restart the program and tell IT the code."


def write_frame(stream: IO[bytes], value: JsonValue, *, limit: int = DEFAULT_LIMIT) -> None:
    """Write one value and flush it.

    Raises:
        ValueError: where the JSON is longer than `limit` bytes, so that no reader with that limit would take it.
        PipeEndedError: where nobody reads any more.
    """
    body = jsontext.dumps(value)
    if len(body) > limit:
        raise ValueError(f"a frame of over {limit} bytes")
    try:
        stream.write(_LENGTH.pack(len(body)) + body)
        stream.flush()
    except (OSError, ValueError) as error:
        raise PipeEndedError from error


def read_frame(stream: IO[bytes], *, limit: int = DEFAULT_LIMIT) -> JsonValue:
    """Read one value, waiting for it.

    Raises:
        PipeEndedError: where the stream ends before the frame begins, or breaks.
        MalformedRecordError: where it ends within the frame, the frame is longer than `limit` bytes or isn't JSON.
    """
    head = _read(stream, _LENGTH.size)
    if not head:
        raise PipeEndedError
    if len(head) < _LENGTH.size:
        raise MalformedRecordError(where="$", problem="the stream ends within the length of a frame")
    (length,) = _LENGTH.unpack(head)
    if length > limit:
        raise MalformedRecordError(where="$", problem=f"a frame of over {limit} bytes")
    body = _read(stream, length)
    if len(body) < length:
        raise MalformedRecordError(where="$", problem="the stream ends within a frame")
    return jsontext.loads(body, limit=limit)


def frames(stream: IO[bytes], *, limit: int = DEFAULT_LIMIT) -> Iterator[JsonValue]:
    """Yield each value until the stream ends between two frames.

    Raises:
        MalformedRecordError: as `read_frame`.
    """
    while True:
        try:
            value = read_frame(stream, limit=limit)
        except PipeEndedError:
            return
        yield value


def _read(stream: IO[bytes], count: int) -> bytes:
    """Read `count` bytes, fewer only where the stream ends first."""
    parts: list[bytes] = []
    left = count
    while left:
        try:
            part = stream.read(left)
        except (OSError, ValueError) as error:
            raise PipeEndedError from error
        if not part:
            break
        parts.append(part)
        left -= len(part)
    return b"".join(parts)

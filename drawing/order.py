"""The order of a round: from a code chain and public randomness to a position for every label, ascending.

Guarantees (docs/formats/order.md; the process of draft-thomson-elegy-vrs): the chain is SHA-256 applied to a secret,
raw digests fed on; `PRK = HKDF-Extract(salt=code, IKM=randomness)`, `position = HKDF-Expand(PRK, info=label, L=32)`
(RFC 5869, SHA-256); ascending by position.  A person's position depends on nothing but code, randomness and their own
label.  Labels are unique and not empty.

Every position must be computed, since the lowest may be anybody's; but only the head of the order is sorted, as far as
somebody asks.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from drawing.errors import DrawingError
from vault.suite import hkdf_expand, hkdf_extract, netstring, sha256

CODE_LENGTH = 32
CHAIN_LENGTH = 256

_BLOCK = 64
_FIRST_SORTED = 256
_GROWTH = 8
_PRINTABLE = re.compile(r"[ -~]+")


class OrderError(DrawingError):
    """The family of what an order refuses."""

    code = "drawing.order"
    what = "The order cannot be computed from this input."
    todo = "Correct the input; nothing was ordered."


class LabelRefusedError(OrderError):
    """A label is empty, stands twice, or isn't UTF-8."""

    code = "drawing.order.label"
    what = "Label {number} is refused: {problem}."
    todo = "Give one label a line in UTF-8, none empty and none twice."


class CodeRefusedError(OrderError):
    """A code isn't 32 bytes in hex."""

    code = "drawing.order.code"
    what = "A code is 32 bytes, written as 64 hex digits."


class CodeMismatchError(OrderError):
    """A code doesn't belong to the chain, or not at this place."""

    code = "drawing.order.code_mismatch"
    what = "Code {number} does not belong to the chain that was committed to."
    todo = "Check that the code is the next one and was copied without a mistake."


class RandomnessRefusedError(OrderError):
    """The randomness, or a value in it, isn't printable ASCII."""

    code = "drawing.order.randomness"
    what = "Randomness is printable ASCII and not empty."


class ChainLengthError(OrderError):
    """A chain's length or a code's number is out of range."""

    code = "drawing.order.chain_length"
    what = "A chain is at least {smallest} long, and a code's number is less than the chain's length."


class SecretRefusedError(OrderError):
    """A chain's secret is empty or isn't UTF-8."""

    code = "drawing.order.secret"
    what = "The chain's secret is empty or not text in UTF-8."


def chain(secret: bytes, length: int) -> bytes:
    """Return H^length: SHA-256 applied `length` times, raw digests fed on; 32 bytes.

    Raises:
        ChainLengthError: for a length below one; the secret itself is never a code.
    """
    if length < 1:
        raise ChainLengthError(smallest=1)
    value = secret
    for _ in range(length):
        value = sha256(value)
    return value


def code_of(secret: bytes, number: int, length: int = CHAIN_LENGTH) -> bytes:
    """Return code `number` (1, 2, …) of a chain: H^(length − number), 32 bytes.

    Raises:
        ChainLengthError: where that would be the secret itself, or before the chain's end.
    """
    if not 1 <= number < length:
        raise ChainLengthError(smallest=2)
    return chain(secret, length - number)


def verify_code(code: bytes, number: int, end: bytes) -> None:
    """Check that a code hashed `number` times gives the chain's published end.

    Raises:
        CodeMismatchError: where it doesn't.
    """
    if len(code) != CODE_LENGTH or number < 1 or not hmac.compare_digest(chain(code, number), end):
        raise CodeMismatchError(number=number)


def parse_code(text: str) -> bytes:
    """Read a code from 64 hex digits, in either case.

    Raises:
        CodeRefusedError: for anything else.
    """
    if re.fullmatch(r"[0-9a-fA-F]{64}", text) is None:
        raise CodeRefusedError
    return bytes.fromhex(text)


def secret_bytes(text: str) -> bytes:
    """Return the UTF-8 bytes of a chain's secret that was given as text.

    Raises:
        SecretRefusedError: where it is empty or holds what isn't a character.
    """
    try:
        secret = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise SecretRefusedError from error
    if not secret:
        raise SecretRefusedError
    return secret


def parse_secret(raw: bytes) -> bytes:
    """Read a chain's secret from a stream: the bytes up to the end of the line, which isn't part of it.

    Raises:
        SecretRefusedError: where it is empty, isn't UTF-8, or a second line follows.
    """
    try:
        text = re.sub(rb"\r?\n\Z", b"", raw).decode("utf-8")
    except UnicodeDecodeError as error:
        raise SecretRefusedError from error
    if "\n" in text:
        raise SecretRefusedError
    return secret_bytes(text)


def randomness_text(values: Sequence[str]) -> str:
    """Join the sources' values, in their fixed order, as netstrings into printable ASCII.

    Raises:
        RandomnessRefusedError: where there is no value, or one is empty or not printable ASCII.
    """
    if not values:
        raise RandomnessRefusedError
    return b"".join(netstring(randomness_bytes(value)) for value in values).decode("ascii")


def randomness_bytes(text: str) -> bytes:
    """Return the bytes of a randomness text.

    Raises:
        RandomnessRefusedError: where it is empty or holds anything but the characters from space to tilde.
    """
    if _PRINTABLE.fullmatch(text) is None:
        raise RandomnessRefusedError
    return text.encode("ascii")


def prk(code: bytes, randomness: str) -> bytes:
    """Return the round's key: HKDF-Extract with the code as salt and the randomness as keying material; 32 bytes.

    Raises:
        CodeRefusedError: where the code isn't 32 bytes.
        RandomnessRefusedError: where the randomness isn't printable ASCII.
    """
    if len(code) != CODE_LENGTH:
        raise CodeRefusedError
    return hkdf_extract(code, randomness_bytes(randomness))


def position(key: bytes, label: str) -> bytes:
    """Return a label's position under the round's key: 32 bytes."""
    return hkdf_expand(key, label.encode("utf-8"), 32)


def keyed_digests(key: bytes, messages: Iterable[bytes]) -> list[bytes]:
    """Return HMAC-SHA-256 (RFC 2104) of many messages under one key of at most 64 bytes, 32 bytes each.

    The two padded keys are hashed once and their states copied; that takes less than half of a call of `hmac.digest`
    for each.
    """
    if len(key) > _BLOCK:
        raise ValueError("a key of at most 64 bytes")
    padded = key.ljust(_BLOCK, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded)).copy
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded)).copy
    digests = []
    for message in messages:
        first, second = inner(), outer()
        first.update(message)
        second.update(first.digest())
        digests.append(second.digest())
    return digests


def parse_labels(raw: bytes) -> list[str]:
    """Read labels, one a line: any UTF-8, each ended by LF (the last may lack it), and nothing else ends a line.

    Raises:
        LabelRefusedError: for a line that is empty or isn't UTF-8; `Order` refuses what stands twice.
    """
    lines = raw.removesuffix(b"\n").split(b"\n") if raw else []
    labels = []
    for number, line in enumerate(lines, 1):
        try:
            labels.append(line.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise LabelRefusedError(number=number, problem="not UTF-8") from error
        if not line:
            raise LabelRefusedError(number=number, problem="it is empty")
    return labels


class Order:
    """All labels of a round with their positions, ascending; sorted only as far as somebody reads.

    Raises:
        LabelRefusedError: for a label that is empty, stands twice or can't be written in UTF-8.
    """

    def __init__(self, key: bytes, labels: Iterable[str]) -> None:
        self._labels = list(labels)
        _refuse_labels(self._labels)
        try:
            # One block of HKDF-Expand: HMAC(PRK, info ‖ 0x01).
            self._positions = keyed_digests(key, (label.encode("utf-8") + b"\x01" for label in self._labels))
        except UnicodeEncodeError as error:
            raise LabelRefusedError(number="?", problem="not UTF-8") from error
        self._sorted: list[tuple[bytes, str]] = []
        self._sorted_below = bytes(32)
        self._expected = _FIRST_SORTED

    def __len__(self) -> int:
        """Return the number of labels."""
        return len(self._labels)

    def __iter__(self) -> Iterator[tuple[bytes, str]]:
        """Go up the order: position (32 bytes) and label."""
        index = 0
        while index < len(self._labels):
            if index == len(self._sorted):
                self._sort_more()
            else:
                yield self._sorted[index]
                index += 1

    def labels(self) -> Iterator[str]:
        """Go up the order, labels alone."""
        for _, label in self:
            yield label

    def first(self, count: int) -> list[tuple[bytes, str]]:
        """Return the `count` lowest, or all where there are fewer."""
        return list(islice(self, count))

    def _sort_more(self) -> None:
        """Sort the positions up to the next bound, below which about `_expected` of them lie."""
        low, pairs = self._sorted_below, zip(self._positions, self._labels, strict=True)
        if self._expected >= len(self._labels):
            self._sorted += sorted(pair for pair in pairs if pair[0] >= low)
            return
        high = (2**256 * self._expected // len(self._labels)).to_bytes(32, "big")
        self._sorted += sorted(pair for pair in pairs if low <= pair[0] < high)
        self._sorted_below = high
        self._expected *= _GROWTH


def ordered(key: bytes, labels: Iterable[str]) -> list[tuple[bytes, str]]:
    """Return every label with its position, ascending.

    Raises:
        LabelRefusedError: for a label that is empty, stands twice or can't be written in UTF-8.
    """
    return list(Order(key, labels))


def order_lines(key: bytes, labels: Iterable[str]) -> Iterator[str]:
    """Give the lines of `fengqian order`: the position in hex, a space, the label; ascending, without line ends."""
    return (f"{place.hex()} {label}" for place, label in ordered(key, labels))


def _refuse_labels(labels: list[str]) -> None:
    if len(set(labels)) == len(labels) and "" not in labels:
        return
    seen: set[str] = set()
    for number, label in enumerate(labels, 1):
        if not label:
            raise LabelRefusedError(number=number, problem="it is empty")
        if label in seen:
            raise LabelRefusedError(number=number, problem="it stands twice")
        seen.add(label)

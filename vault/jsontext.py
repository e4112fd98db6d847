"""JSON as the house writes and reads it: one spelling out, strict and bounded in.

Written: UTF-8, keys sorted, no white space, no floats (money and marks are decimal strings).  Read: duplicate keys,
floats, NaN, surrogates, deep nesting and oversize are refused, so two readers can't see two meanings.  `Reader` takes
typed fields out of a parsed object and refuses those that nobody asked for.  What was signed is verified as stored
bytes, never by writing it again.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from vault.errors import MalformedRecordError
from vault.times import from_text

JsonValue: TypeAlias = bool | int | str | Sequence["JsonValue"] | Mapping[str, "JsonValue"] | None

DEFAULT_LIMIT = 256 * 1024 * 1024
_DEEPEST = 32
_MOST_DIGITS = 19
_LARGEST = 10**_MOST_DIGITS - 1


def dumps(value: JsonValue) -> bytes:
    """Write `value` in the one spelling of the house.

    Raises:
        TypeError: where a float, a key that isn't text or an object that JSON doesn't know is in it.
        ValueError: where it is something that `loads` would refuse: nested over 32 deep, a number of over 19 digits, a
            lone surrogate.
    """
    _refuse_unwritable(value, 0)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("utf-8")


def _refuse_unwritable(value: object, depth: int) -> None:
    if isinstance(value, float):
        raise TypeError("no floats in a record: use a decimal string")
    if isinstance(value, int) and not -_LARGEST <= value <= _LARGEST:
        raise ValueError(f"a number of over {_MOST_DIGITS} digits")
    if isinstance(value, dict | list | tuple):
        if depth > _DEEPEST:
            raise ValueError(f"nested over {_DEEPEST} deep")
        if isinstance(value, dict) and not all(isinstance(key, str) for key in value):
            # the library would write 1 and "1" as the same key
            raise TypeError("the keys of a record are text")
        for item in value.values() if isinstance(value, dict) else value:
            kind = type(item)
            # most items are texts and small numbers: passing them over here saves a call each
            if kind is not str and (kind is not int or not -_LARGEST <= item <= _LARGEST):
                _refuse_unwritable(item, depth + 1)


def loads(text: bytes, *, limit: int = DEFAULT_LIMIT) -> JsonValue:
    """Read hostile bytes as JSON, strictly.

    Raises:
        MalformedRecordError: for anything but UTF-8 JSON without duplicate keys, floats, NaN or lone surrogates,
            nested at most 32 deep and at most `limit` bytes long.
    """
    if len(text) > limit:
        raise MalformedRecordError(where="$", problem=f"longer than {limit} bytes")
    try:
        decoded = text.decode("utf-8")
        value: JsonValue = json.loads(
            decoded, object_pairs_hook=_object, parse_float=_no_float, parse_constant=_no_float, parse_int=_integer
        )
        if "\\u" in decoded:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except MalformedRecordError:
        raise
    except (ValueError, RecursionError) as error:
        raise MalformedRecordError(where="$", problem="not JSON in UTF-8") from error
    _refuse_depth(value, 0)
    return value


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise MalformedRecordError(where="$", problem="a key stands twice in one object")
    return record


def _no_float(_text: str) -> JsonValue:
    raise MalformedRecordError(where="$", problem="a number with a fraction, an exponent or no value")


def _integer(text: str) -> int:
    if len(text.lstrip("-")) > _MOST_DIGITS or text == "-0":
        raise MalformedRecordError(where="$", problem=f"a number of over {_MOST_DIGITS} digits, or a negative zero")
    return int(text)


def _refuse_depth(value: JsonValue, depth: int) -> None:
    if depth > _DEEPEST:
        raise MalformedRecordError(where="$", problem=f"nested over {_DEEPEST} deep")
    if isinstance(value, dict):
        for item in value.values():
            if isinstance(item, dict | list):
                _refuse_depth(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, dict | list):
                _refuse_depth(item, depth + 1)


class Reader:
    """Takes the fields of one JSON object, each by its type; `end()` refuses what is left.

    Every method raises `MalformedRecordError` naming the place, as `$.quotas[1].count`.
    """

    def __init__(self, value: JsonValue, where: str = "$") -> None:
        if not isinstance(value, Mapping):
            raise MalformedRecordError(where=where, problem="not an object")
        self._left = dict(value)
        self.where = where

    @classmethod
    def of(cls, text: bytes, *, limit: int = DEFAULT_LIMIT) -> "Reader":
        """Parse hostile bytes and read the object in them."""
        return cls(loads(text, limit=limit))

    def _refuse(self, key: str, problem: str) -> MalformedRecordError:
        return MalformedRecordError(where=f"{self.where}.{key}", problem=problem)

    def has(self, key: str) -> bool:
        """Say whether `key` is there and not null."""
        return self._left.get(key) is not None

    def raw(self, key: str) -> JsonValue:
        """Take any value; it must be there (null counts as there)."""
        if key not in self._left:
            raise self._refuse(key, "missing")
        return self._left.pop(key)

    def text(self, key: str, *, pattern: str | None = None, longest: int = 65536) -> str:
        """Take a string of at most `longest` characters that `pattern`, where given, matches whole."""
        value = self.raw(key)
        if not isinstance(value, str):
            raise self._refuse(key, "not a text")
        if len(value) > longest:
            raise self._refuse(key, f"longer than {longest} characters")
        if pattern is not None and re.fullmatch(pattern, value) is None:
            raise self._refuse(key, "not of the form it should have")
        return value

    def optional_text(self, key: str, *, pattern: str | None = None, longest: int = 65536) -> str | None:
        """Take a string, or None where it is missing or null."""
        if not self.has(key):
            self._left.pop(key, None)
            return None
        return self.text(key, pattern=pattern, longest=longest)

    def choice(self, key: str, choices: Sequence[str]) -> str:
        """Take a string that is one of `choices`."""
        value = self.text(key)
        if value not in choices:
            raise self._refuse(key, "not one of " + ", ".join(choices))
        return value

    def integer(self, key: str, smallest: int = 0, largest: int = 2**53 - 1) -> int:
        """Take a whole number from `smallest` to `largest`."""
        value = self.raw(key)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._refuse(key, "not a whole number")
        if not smallest <= value <= largest:
            raise self._refuse(key, f"not from {smallest} to {largest}")
        return value

    def optional_integer(self, key: str, smallest: int = 0, largest: int = 2**53 - 1) -> int | None:
        """Take a whole number, or None where it is missing or null."""
        if not self.has(key):
            self._left.pop(key, None)
            return None
        return self.integer(key, smallest, largest)

    def boolean(self, key: str) -> bool:
        """Take true or false."""
        value = self.raw(key)
        if not isinstance(value, bool):
            raise self._refuse(key, "not true or false")
        return value

    def hex_bytes(self, key: str, length: int) -> bytes:
        """Take `length` bytes written as lower-case hex."""
        return bytes.fromhex(self.text(key, pattern=f"[0-9a-f]{{{2 * length}}}"))

    def base64_bytes(self, key: str) -> bytes:
        """Take bytes written as standard base64 with padding, in its one canonical spelling."""
        text = self.text(key, longest=DEFAULT_LIMIT)
        try:
            value = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise self._refuse(key, "not base64") from error
        if base64.b64encode(value).decode("ascii") != text:
            raise self._refuse(key, "not base64 in its one spelling")
        return value

    def time(self, key: str) -> datetime:
        """Take an RFC 3339 time in UTC with Z."""
        try:
            return from_text(self.text(key))
        except ValueError as error:
            raise self._refuse(key, "not a time in UTC as 2026-11-23T08:30:00Z") from error

    def reader(self, key: str) -> "Reader":
        """Take an object."""
        return Reader(self.raw(key), f"{self.where}.{key}")

    def items(self, key: str) -> list[JsonValue]:
        """Take a list of anything."""
        value = self.raw(key)
        if not isinstance(value, list):
            raise self._refuse(key, "not a list")
        return value

    def readers(self, key: str) -> list["Reader"]:
        """Take a list of objects."""
        return [Reader(item, f"{self.where}.{key}[{index}]") for index, item in enumerate(self.items(key))]

    def texts(self, key: str, *, longest: int = 65536) -> tuple[str, ...]:
        """Take a list of strings."""
        found = []
        for index, item in enumerate(self.items(key)):
            if not isinstance(item, str) or len(item) > longest:
                raise self._refuse(f"{key}[{index}]", "not a text, or too long")
            found.append(item)
        return tuple(found)

    def integers(self, key: str, smallest: int = 0, largest: int = 2**53 - 1) -> tuple[int, ...]:
        """Take a list of whole numbers."""
        found = []
        for index, item in enumerate(self.items(key)):
            if isinstance(item, bool) or not isinstance(item, int) or not smallest <= item <= largest:
                raise self._refuse(f"{key}[{index}]", f"not a whole number from {smallest} to {largest}")
            found.append(item)
        return tuple(found)

    def end(self) -> None:
        """Refuse every field that nobody took."""
        if self._left:
            raise MalformedRecordError(where=self.where, problem="unknown field " + sorted(self._left)[0])

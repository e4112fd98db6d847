"""From what a person types to a key: Argon2id (RFC 9106), and what a PIN or passphrase must be like.

The cost is a value that is stored with each key, so it can grow with the years and be low in tests.  A cost read from
a file is bounded below and above before anything is allocated: no file makes us take more than 1 GiB or fill more than
4 GiB in all.  Typed text is brought to NFKC and stripped first, so full-width digits and input methods don't matter.

A PIN alone stops nobody who has the file; it is only used together with a pepper from the system's vault.  A
passphrase stands alone, so it must hold 70 bits by zxcvbn's estimate, which counts a character that it doesn't know
(a Chinese one, too) as one of ten: an estimate on the safe side.
"""

import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from vault import base32
from vault.errors import VaultError
from vault.jsontext import JsonValue, Reader
from vault.randomness import Randomness

SALT_LENGTH: Final = 32
KEY_LENGTH: Final = 32
PASSPHRASE_BITS: Final = 70
LONGEST_PIN: Final = 32

_MEMORY_KIB: Final = (1024, 1024 * 1024)
_ITERATIONS: Final = (1, 16)
_LANES: Final = (1, 16)
_MOST_FILLED_KIB: Final = 4 * 1024 * 1024
_MEASURED: Final = 72
_RUNS: Final = "01234567890123456789012345678901234567890"


class KdfCostError(VaultError):
    """A cost of Argon2id is outside the bounds."""

    code = "vault.kdf.cost"
    what = "The cost of {memory_kib} KiB, {iterations} passes and {lanes} lanes is outside what is taken."
    todo = "If it stands in a file, take the file again from where it came."


class NotEnoughMemoryError(VaultError):
    """The computer has too little free memory for Argon2id."""

    code = "vault.kdf.memory"
    what = "The computer has no {memory_kib} KiB of free memory to check a PIN or passphrase."
    todo = "Close other programs and try again."


class PinTooShortError(VaultError):
    """A PIN isn't six digits or more."""

    code = "vault.pin.form"
    what = "A PIN is at least six digits, and nothing but digits."
    todo = "Choose another PIN."


class PinTrivialError(VaultError):
    """A PIN is one digit repeated, or a run up or down."""

    code = "vault.pin.trivial"
    what = "This PIN is among the first that anybody would try: one digit repeated, or a run up or down."
    todo = "Choose another PIN."


class WeakPassphraseError(VaultError):
    """A passphrase could be guessed by somebody who has a copy of the file."""

    code = "vault.passphrase.weak"
    what = "This passphrase holds about {bits} bits; it must hold {needed}, because it alone protects the key."
    todo = "Make it longer with unrelated words, or take one that the program makes."


@dataclass(frozen=True, slots=True)
class KdfCost:
    """What one guess costs: memory in KiB, passes over it, and lanes in parallel.

    Raises:
        KdfCostError: on making one outside the bounds.
    """

    memory_kib: int
    iterations: int
    lanes: int

    def __post_init__(self) -> None:
        bounded = (
            _MEMORY_KIB[0] <= self.memory_kib <= _MEMORY_KIB[1]
            and _ITERATIONS[0] <= self.iterations <= _ITERATIONS[1]
            and _LANES[0] <= self.lanes <= _LANES[1]
            and self.memory_kib * self.iterations <= _MOST_FILLED_KIB
        )
        if not bounded:
            raise KdfCostError(memory_kib=self.memory_kib, iterations=self.iterations, lanes=self.lanes)

    @classmethod
    def of(cls, reader: Reader) -> "KdfCost":
        """Read a cost from a record.

        Raises:
            MalformedRecordError: where a field is missing, unknown, or no whole number.
            KdfCostError: where it is out of bounds.
        """
        cost = cls(reader.integer("memory_kib"), reader.integer("iterations"), reader.integer("lanes"))
        reader.end()
        return cost

    def to_json(self) -> dict[str, JsonValue]:
        """Return the record that `of` reads."""
        return {"memory_kib": self.memory_kib, "iterations": self.iterations, "lanes": self.lanes}


FULL: Final = KdfCost(memory_kib=64 * 1024, iterations=3, lanes=4)


def typed_bytes(text: str) -> bytes:
    """Return what somebody typed as bytes: NFKC, without white space at the ends, UTF-8."""
    return _plain(text).encode("utf-8", "surrogatepass")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def stretch(secret: bytes, salt: bytes, cost: KdfCost) -> bytes:
    """Return the 32 bytes that Argon2id makes of `secret` under a 32-byte `salt`.

    Raises:
        NotEnoughMemoryError: where the memory can't be had.
    """
    if len(salt) != SALT_LENGTH:
        raise ValueError("a salt is 32 bytes")
    try:
        return Argon2id(
            salt=salt,
            length=KEY_LENGTH,
            iterations=cost.iterations,
            lanes=cost.lanes,
            memory_cost=cost.memory_kib,
        ).derive(secret)
    except MemoryError as error:
        raise NotEnoughMemoryError(memory_kib=cost.memory_kib) from error


def check_pin(pin: str) -> None:
    """Pass a PIN of 6 to 32 digits that isn't among the first anybody would try.

    Raises:
        PinTooShortError: for fewer than six digits, more than 32, or anything else than digits.
        PinTrivialError: for one digit repeated, or a run up or down (past 9 and 0, too).
    """
    digits = _plain(pin)
    if re.fullmatch(rf"[0-9]{{6,{LONGEST_PIN}}}", digits) is None:
        raise PinTooShortError()
    if len(set(digits)) == 1 or digits in _RUNS or digits in _RUNS[::-1]:
        raise PinTrivialError()


def passphrase_bits(passphrase: str) -> float:
    """Estimate how many bits a guesser must go through, by zxcvbn over the first 72 characters."""
    from zxcvbn import zxcvbn  # its word lists take 60 ms to load, and most commands never need them

    measured = _plain(passphrase)[:_MEASURED]
    return float(zxcvbn(measured)["guesses_log10"]) * math.log2(10) if measured else 0.0


def check_passphrase(passphrase: str) -> None:
    """Pass a passphrase of at least 70 bits.

    Raises:
        WeakPassphraseError: for a weaker one, with its bits rounded down.
    """
    bits = passphrase_bits(passphrase)
    if bits < PASSPHRASE_BITS:
        raise WeakPassphraseError(bits=math.floor(bits), needed=PASSPHRASE_BITS)


def generate_passphrase(randomness: Randomness) -> str:
    """Make a passphrase of 120 random bits: six groups of four base32 characters in lower case."""
    while True:
        text = base32.encode(randomness.take(15)).lower()
        passphrase = "-".join(text[start : start + 4] for start in range(0, 24, 4))
        if passphrase_bits(passphrase) >= PASSPHRASE_BITS:
            return passphrase

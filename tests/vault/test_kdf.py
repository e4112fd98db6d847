"""What PINs and passphrases must be, what a cost may be, and Argon2id itself."""

import base64

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.randomness import SeededRandomness
from vault import kdf
from vault.errors import MalformedRecordError
from vault.jsontext import Reader
from vault.kdf import (
    FULL,
    KdfCost,
    KdfCostError,
    NotEnoughMemoryError,
    PinTooShortError,
    PinTrivialError,
    WeakPassphraseError,
    check_passphrase,
    check_pin,
    generate_passphrase,
    passphrase_bits,
    stretch,
    typed_bytes,
)

LOW = KdfCost(1024, 1, 1)
SALT = bytes(range(32))


@pytest.mark.parametrize("pin", ["739104", "  739104 ", "７３９１０４", "112233", "9" * 31 + "8"])
def test_good_pins(pin):
    check_pin(pin)


@pytest.mark.parametrize("pin", ["", "12345", "73910a", "739 104", "٧٣٩١٠٤", "7" * 31 + "88", "739104\n5", "-739104"])
def test_pins_that_are_no_pins(pin):
    with pytest.raises(PinTooShortError) as caught:
        check_pin(pin)
    assert pin == "" or pin not in str(caught.value)


@pytest.mark.parametrize(
    "pin",
    [
        "000000",
        "7777777",
        "123456",
        "012345",
        "456789",
        "567890",
        "890123",
        "654321",
        "987654",
        "109876",
        "１２３４５６",
    ],
)
def test_trivial_pins(pin):
    with pytest.raises(PinTrivialError):
        check_pin(pin)


@given(st.integers(0, 9), st.integers(6, 32), st.sampled_from([-1, 0, 1]))
@settings(max_examples=100, deadline=None)
def test_every_run_of_every_length_is_trivial(first, length, step):
    with pytest.raises(PinTrivialError):
        check_pin("".join(str((first + step * place) % 10) for place in range(length)))


@pytest.mark.parametrize(
    "passphrase", ["", "   ", "password", "correct horse battery staple", "a" * 500, "P@ssw0rd" * 20]
)
def test_weak_passphrases(passphrase):
    with pytest.raises(WeakPassphraseError) as caught:
        check_passphrase(passphrase)
    assert caught.value.details["bits"] < 70
    assert not passphrase.strip() or passphrase not in str(caught.value)


def test_strong_passphrases():
    check_passphrase("晨光洒在临州市的河面上渔船归来又见青山隐隐水迢迢")
    check_passphrase("vQ8#mZ2!tR5^wK9&pL4*xN7(bJ")
    check_passphrase("vQ8#mZ2!tR5^wK9&pL4*xN7(bJ" * 30)


def test_made_passphrases_are_strong_and_differ():
    source = SeededRandomness("passphrases")
    made = [generate_passphrase(source) for _ in range(30)]
    assert len(set(made)) == 30
    assert all(len(each) == 29 and passphrase_bits(each) >= 70 for each in made)


def test_a_made_passphrase_that_could_be_guessed_is_made_again():
    class Unlucky:
        def __init__(self):
            self.turns = [bytes(15), SeededRandomness("lucky").take(15)]

        def take(self, count):
            return self.turns.pop(0)

    assert not generate_passphrase(Unlucky()).startswith("aaaa-aaaa")


@pytest.mark.parametrize("typed", ["７３９１０４", " 739104\u3000"])
def test_input_methods_dont_matter(typed):
    assert typed_bytes(typed) == b"739104"


def test_any_text_has_bytes():
    assert typed_bytes("\ud800") == b"\xed\xa0\x80"


def test_argon2id_known_answer():
    assert stretch(b"739104", SALT, LOW).hex() == "c7ce4b34720fd6d9482dbdaf2c61ef7697b12b8daca64549d51a071f2e53e865"


def test_argon2id_agrees_with_the_librarys_other_interface():
    encoded = Argon2id(salt=SALT, length=32, iterations=1, lanes=1, memory_cost=1024).derive_phc_encoded(b"739104")
    assert base64.b64decode(encoded.rpartition("$")[2] + "=") == stretch(b"739104", SALT, LOW)


def test_secret_salt_and_cost_all_count():
    results = {
        stretch(b"739104", SALT, LOW),
        stretch(b"739105", SALT, LOW),
        stretch(b"739104", SALT[::-1], LOW),
        stretch(b"739104", SALT, KdfCost(1024, 2, 1)),
        stretch(b"739104", SALT, KdfCost(2048, 1, 1)),
        stretch(b"739104", SALT, KdfCost(1024, 1, 2)),
    }
    assert len(results) == 6


def test_a_salt_is_32_bytes():
    with pytest.raises(ValueError, match="32 bytes"):
        stretch(b"739104", SALT[:16], LOW)


def test_too_little_memory_is_our_error(monkeypatch):
    class Hungry:
        def __init__(self, **_):
            pass

        def derive(self, _):
            raise MemoryError

    monkeypatch.setattr(kdf, "Argon2id", Hungry)
    with pytest.raises(NotEnoughMemoryError, match="1024 KiB"):
        stretch(b"739104", SALT, LOW)


def test_full_cost_is_what_the_design_says():
    assert KdfCost(memory_kib=65536, iterations=3, lanes=4) == FULL


@pytest.mark.parametrize(
    ("memory", "iterations", "lanes"),
    [
        (1023, 1, 1),
        (100 * 1024 * 1024, 1, 1),
        (1024 * 1024 + 1, 1, 1),
        (1024, 0, 1),
        (1024, 17, 1),
        (1024, 1, 0),
        (1024, 1, 17),
        (1024 * 1024, 5, 1),
        (2**53 - 1, 2**53 - 1, 2**53 - 1),
    ],
)
def test_a_cost_out_of_bounds_is_refused_before_anything_is_allocated(memory, iterations, lanes):
    record = {"memory_kib": memory, "iterations": iterations, "lanes": lanes}
    with pytest.raises(KdfCostError):
        KdfCost.of(Reader(record))


@pytest.mark.parametrize(
    "record",
    [
        {"memory_kib": 1024, "iterations": 1},
        {"memory_kib": "1024", "iterations": 1, "lanes": 1},
        {"memory_kib": -1, "iterations": 1, "lanes": 1},
        {"memory_kib": True, "iterations": 1, "lanes": 1},
        {"memory_kib": 1024, "iterations": 1, "lanes": 1, "more": 1},
    ],
)
def test_a_cost_that_isnt_one(record):
    with pytest.raises(MalformedRecordError):
        KdfCost.of(Reader(record))


def test_a_cost_round_trips():
    assert KdfCost.of(Reader(FULL.to_json())) == FULL

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.randomness import SeededRandomness
from vault.hybrid import (
    OVERHEAD,
    PRIVATE_LENGTH,
    PUBLIC_LENGTH,
    BadKeyError,
    HybridPrivateKey,
    SealedError,
    check_public_key,
    open_sealed,
    seal,
)

VECTOR = json.loads((Path(__file__).parents[1] / "vectors" / "box.json").read_text("utf-8"))
KEY = HybridPrivateKey.generate(SeededRandomness("hybrid"))
SEALED = seal(KEY.public, b"purpose", b"secret")


def test_round_trip_and_lengths():
    assert open_sealed(KEY, b"purpose", SEALED) == b"secret"
    assert (len(KEY.to_bytes()), len(KEY.public)) == (PRIVATE_LENGTH, PUBLIC_LENGTH)
    assert len(SEALED) == len(b"secret") + OVERHEAD
    assert open_sealed(KEY, b"", seal(KEY.public, b"", b"")) == b""
    assert seal(KEY.public, b"purpose", b"secret") != SEALED


def test_a_key_comes_back_from_its_bytes():
    again = HybridPrivateKey.from_bytes(KEY.to_bytes())
    assert again.public == KEY.public
    assert again.open_sealed(b"purpose", SEALED) == b"secret"


def test_generated_keys_differ_and_seeded_ones_do_not():
    assert HybridPrivateKey.generate().public != HybridPrivateKey.generate().public
    assert HybridPrivateKey.generate(SeededRandomness("hybrid")).public == KEY.public


def test_keys_of_the_vector():
    for person in VECTOR["people"]:
        check_public_key(HybridPrivateKey.from_bytes(bytes.fromhex(person["sealing_private"])).public)


def test_repr_hides_the_key():
    assert repr(KEY) == "HybridPrivateKey(…)"


def test_another_key_and_another_purpose_look_the_same():
    other = HybridPrivateKey.generate(SeededRandomness("other"))
    texts = set()
    for key, info, sealed in [
        (other, b"purpose", SEALED),
        (KEY, b"else", SEALED),
        (KEY, b"purpose", SEALED[:-1] + b"?"),
    ]:
        with pytest.raises(SealedError) as caught:
            open_sealed(key, info, sealed)
        texts.add(str(caught.value))
    assert len(texts) == 1


@settings(max_examples=80, deadline=None)
@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_any_changed_byte_is_refused(place, flip):
    changed = bytearray(SEALED)
    changed[place] ^= flip
    with pytest.raises(SealedError):
        open_sealed(KEY, b"purpose", bytes(changed))


@pytest.mark.parametrize("length", [0, 1, 1088, 1120, 1135, len(SEALED) - 1])
def test_cut_short_is_refused(length):
    with pytest.raises(SealedError):
        open_sealed(KEY, b"purpose", SEALED[:length])


def test_an_encapsulation_with_a_curve_point_of_small_order_is_refused():
    with pytest.raises(SealedError):
        open_sealed(KEY, b"purpose", SEALED[:1088] + bytes(32) + SEALED[1120:])


@pytest.mark.parametrize(
    "public",
    [b"", KEY.public[:-1], KEY.public + b"\0", b"\xff" * 1184 + KEY.public[1184:], KEY.public[:1184] + bytes(32)],
    ids=["empty", "short", "long", "coefficients out of range", "curve point of small order"],
)
def test_bad_public_keys_are_refused(public):
    with pytest.raises(BadKeyError):
        check_public_key(public)
    with pytest.raises(BadKeyError):
        seal(public, b"", b"x")


@pytest.mark.parametrize("length", [0, 95, 97])
def test_private_keys_of_a_wrong_length_are_refused(length):
    with pytest.raises(BadKeyError):
        HybridPrivateKey.from_bytes(bytes(length))

import hashlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.randomness import SeededRandomness
from vault.randomness import SystemRandomness
from vault.suite import (
    SUITE,
    commitment,
    digest,
    equal,
    hkdf_expand,
    hkdf_extract,
    hmac_sha256,
    netstring,
    sha256,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "suite.json").read_text("utf-8"))


def test_vectors():
    assert VECTORS["suite"] == SUITE
    for case in VECTORS["digest"]:
        assert digest(case["name"], *map(bytes.fromhex, case["parts"])).hex() == case["digest"]
    for case in VECTORS["commitment"]:
        nonce, value = bytes.fromhex(case["nonce"]), bytes.fromhex(case["value"])
        assert commitment(case["name"], nonce, value).hex() == case["digest"]
    for case in VECTORS["hkdf"]:
        prk = hkdf_extract(bytes.fromhex(case["salt"]), bytes.fromhex(case["ikm"]))
        assert prk.hex() == case["prk"]
        assert hkdf_expand(prk, bytes.fromhex(case["info"]), case["length"]).hex() == case["okm"]


def test_digest_is_sha_256_over_netstrings():
    assert netstring(b"") == b"0:,"
    assert digest("x", b"ab", b"") == sha256(b"13:fengqian/x/v1,2:ab,0:,")


@given(st.lists(st.binary(max_size=5), max_size=4), st.lists(st.binary(max_size=5), max_size=4))
def test_no_two_lists_of_parts_share_a_digest(one, other):
    assert (digest("x", *one) == digest("x", *other)) == (one == other)


def test_names_separate():
    assert digest("a", b"x") != digest("b", b"x")
    with pytest.raises(UnicodeEncodeError):
        digest("名", b"x")


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_commitments_nonce_is_32_bytes(length):
    with pytest.raises(ValueError, match="32 bytes"):
        commitment("x", bytes(length), b"")


@pytest.mark.parametrize("length", [1, 31, 32, 33, 64, 8160])
def test_hkdf_expand_agrees_with_the_library(length):
    assert hkdf_expand(b"k" * 32, b"info", length) == HKDFExpand(SHA256(), length, b"info").derive(b"k" * 32)


@pytest.mark.parametrize("length", [0, -1, 8161])
def test_hkdf_expand_has_its_bounds(length):
    with pytest.raises(ValueError, match="8160"):
        hkdf_expand(bytes(32), b"", length)


def test_hmac_and_equal():
    assert hmac_sha256(b"key", b"The quick brown fox jumps over the lazy dog").hex() == (
        "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
    )
    assert equal(b"a", b"a")
    assert not equal(b"a", b"b")
    assert not equal(b"a", b"aa")


def test_system_randomness_is_fresh():
    randomness = SystemRandomness()
    assert len(randomness.take(32)) == 32
    assert randomness.take(32) != randomness.take(32)
    assert randomness.take(0) == b""


def test_seeded_randomness_depends_on_the_seed_alone():
    one, other = SeededRandomness("a"), SeededRandomness(b"a")
    assert one.take(5) + one.take(60) == other.take(65)
    assert SeededRandomness("a").take(32) == hashlib.sha256(b"a" + bytes(8)).digest()
    assert SeededRandomness("b").take(8) != SeededRandomness("a").take(8)
    with pytest.raises(ValueError, match="negative"):
        one.take(-1)

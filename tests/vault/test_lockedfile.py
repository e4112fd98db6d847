"""A file that a secret opens: round trip, every byte, the same refusal, no secret shown."""

import base64
import copy
import json
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.randomness import SeededRandomness
from vault.errors import MalformedRecordError, VaultError
from vault.jsontext import dumps
from vault.kdf import KdfCost, KdfCostError
from vault.lockedfile import LockedFile, Unlocking, WrongSecretError

LOW = KdfCost(1024, 1, 1)


def unlocking(secret=b"739104", pepper=b"p" * 32):
    return Unlocking.fresh(secret, pepper, LOW, SeededRandomness("salt"))


KEY = unlocking()
DATA = KEY.lock("keyfile", {"who": "张喆"}, b"content", SeededRandomness("nonce"))


def head_of(data):
    return json.loads(base64.b64decode(json.loads(data)["head"]))


def with_head(data, **changes):
    head = {**head_of(data), **changes}
    return dumps({**json.loads(data), "head": base64.b64encode(dumps(head)).decode()})


@given(content=st.binary(max_size=300), secret=st.binary(max_size=20), pepper=st.sampled_from([b"", b"p" * 32]))
@settings(max_examples=25, deadline=None)
def test_round_trip(content, secret, pepper):
    key = unlocking(secret, pepper)
    data = key.lock("keyfile", None, content, SeededRandomness("nonce"))
    parsed = LockedFile.parse(data, "keyfile")
    assert Unlocking.derive(secret, pepper, parsed.salt, parsed.cost).open(parsed) == content
    assert parsed.about is None


def test_the_head_is_readable_without_the_secret():
    parsed = LockedFile.parse(DATA, "keyfile")
    assert (parsed.about, parsed.cost, parsed.name) == ({"who": "张喆"}, LOW, "keyfile")


@pytest.mark.parametrize(("secret", "pepper"), [(b"739105", b"p" * 32), (b"739104", b"q" * 32), (b"739104", b"")])
def test_another_secret_or_pepper(secret, pepper):
    parsed = LockedFile.parse(DATA, "keyfile")
    with pytest.raises(WrongSecretError):
        Unlocking.derive(secret, pepper, parsed.salt, parsed.cost).open(parsed)


@given(place=st.integers(0, len(DATA) - 1), bit=st.integers(0, 7))
@settings(max_examples=150, deadline=None)
def test_any_flipped_bit_is_refused(place, bit):
    changed = bytearray(DATA)
    changed[place] ^= 1 << bit
    with pytest.raises(VaultError) as caught:
        KEY.open(LockedFile.parse(bytes(changed), "keyfile"))
    assert isinstance(caught.value, WrongSecretError | MalformedRecordError | KdfCostError)


@pytest.mark.parametrize("cut", [0, 1, 10, len(DATA) // 2, len(DATA) - 1])
def test_a_cut_file(cut):
    with pytest.raises(MalformedRecordError):
        LockedFile.parse(DATA[:cut], "keyfile")


def test_a_sealed_part_shorter_than_its_tag():
    data = dumps({**json.loads(DATA), "sealed": base64.b64encode(b"short").decode()})
    with pytest.raises(WrongSecretError):
        KEY.open(LockedFile.parse(data, "keyfile"))


def test_a_file_of_another_kind_isnt_read():
    with pytest.raises(MalformedRecordError):
        LockedFile.parse(DATA, "secrets")


def test_a_file_relabelled_to_another_kind_doesnt_open():
    with pytest.raises(WrongSecretError):
        KEY.open(LockedFile.parse(with_head(DATA, name="secrets"), "secrets"))


def test_a_commitment_to_another_key_is_refused_though_the_cipher_opens():
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from vault import lockedfile

    changed = LockedFile.parse(with_head(DATA, commitment="00" * 32), "keyfile")
    sealed = AESGCM(KEY._part("keyfile", b"key")).encrypt(
        changed.nonce, b"content", lockedfile._bound("keyfile", changed.head)
    )
    data = dumps(
        {
            "v": 1,
            "suite": "FQ1",
            "head": base64.b64encode(changed.head).decode(),
            "sealed": base64.b64encode(sealed).decode(),
        }
    )
    with pytest.raises(WrongSecretError):
        KEY.open(LockedFile.parse(data, "keyfile"))


@pytest.mark.parametrize(
    "cost",
    [
        {"memory_kib": 100 * 1024 * 1024, "iterations": 1, "lanes": 1},
        {"memory_kib": 8, "iterations": 1, "lanes": 1},
        {"memory_kib": 1024, "iterations": 10**9, "lanes": 1},
    ],
)
def test_a_hostile_cost(cost):
    with pytest.raises(KdfCostError):
        LockedFile.parse(with_head(DATA, cost=cost), "keyfile")


@pytest.mark.parametrize(
    "changes",
    [{"salt": "00"}, {"nonce": "00" * 16}, {"commitment": 7}, {"cost": None}, {"extra": 1}],
)
def test_a_malformed_head(changes):
    with pytest.raises(MalformedRecordError):
        LockedFile.parse(with_head(DATA, **changes), "keyfile")


@pytest.mark.parametrize("changes", [{"v": 2}, {"suite": "FQ2"}, {"extra": 1}, {"head": "!"}, {"sealed": None}])
def test_a_malformed_file(changes):
    with pytest.raises(MalformedRecordError):
        LockedFile.parse(dumps({**json.loads(DATA), **changes}), "keyfile")


def test_an_oversize_file():
    with pytest.raises(MalformedRecordError, match="longer than"):
        LockedFile.parse(DATA + b" " * (1 << 20), "keyfile")


def test_two_locks_of_one_content_differ():
    source = SeededRandomness("two")
    assert KEY.lock("keyfile", None, b"x", source) != KEY.lock("keyfile", None, b"x", source)


def test_secrets_never_show():
    key = unlocking()
    assert key._key.hex() not in repr(key)
    assert repr(bytes(key._key)) not in repr(key)
    for take in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="never pickled"):
            take(key)


def test_forget_overwrites_the_key():
    key = unlocking()
    held = key._key
    key.forget()
    assert held == bytes(32)
    with pytest.raises(WrongSecretError):
        key.open(LockedFile.parse(DATA, "keyfile"))

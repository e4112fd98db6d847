import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.keyholders import SeededPerson
from vault.dsse import (
    BadSignatureError,
    Envelope,
    Signature,
    UnsignedError,
    WrongTypeError,
    add_signatures,
    pae,
    payload_type,
    sign_envelope,
    verify_envelope,
)
from vault.ed25519 import is_public_key, is_signature, keyid_of
from vault.errors import FengqianError, MalformedRecordError

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "dsse.json").read_text("utf-8"))
A, B, C = (SeededPerson(name) for name in "abc")
KEYS = {A.keyid: A.public_key, B.keyid: B.public_key}
PAYLOAD = '{"a":"中"}'.encode()
ENVELOPE = sign_envelope("test", PAYLOAD, [A, B])
DATA = ENVELOPE.to_bytes()


def test_pae_is_that_of_the_specification():
    assert pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    assert pae("类型", b"") == b"DSSEv1 6 " + "类型".encode() + b" 0 "


def test_vectors():
    for case in VECTORS["envelopes"]:
        text = case["envelope"].encode()
        envelope = Envelope.parse(text)
        assert envelope.to_bytes() == text
        assert pae(envelope.payload_type, envelope.payload).hex() == case["signed"]
        keys = {keyid_of(key): key for key in map(bytes.fromhex, case["keys"])}
        assert verify_envelope(envelope, case["name"], keys) == set(case["signers"])
    for case in VECTORS["refused"]:
        with pytest.raises(FengqianError) as caught:
            verify_envelope(Envelope.parse(case["envelope"].encode()), "test", KEYS)
        assert caught.value.code == case["code"], case["why"]


def test_round_trip():
    assert Envelope.parse(DATA) == ENVELOPE
    assert Envelope.of(ENVELOPE.to_json()) == ENVELOPE
    assert Envelope.parse(DATA).payload == PAYLOAD
    assert len(ENVELOPE.digest) == 32
    assert payload_type("test") == "application/vnd.fengqian.test.v1+json"


def test_both_signed():
    assert verify_envelope(ENVELOPE, "test", KEYS) == {A.keyid, B.keyid}


def test_unknown_keys_say_nothing():
    assert verify_envelope(ENVELOPE, "test", {B.keyid: B.public_key}) == {B.keyid}
    with pytest.raises(UnsignedError):
        verify_envelope(ENVELOPE, "test", {C.keyid: C.public_key})
    with pytest.raises(UnsignedError):
        verify_envelope(Envelope(ENVELOPE.payload_type, PAYLOAD, ()), "test", KEYS)


def test_one_false_signature_of_a_known_key_refuses_all():
    first, second = ENVELOPE.signatures
    false = Envelope(ENVELOPE.payload_type, PAYLOAD, (first, Signature(second.keyid, first.value)))
    with pytest.raises(BadSignatureError) as caught:
        verify_envelope(false, "test", KEYS)
    assert caught.value.details == {"keyid": B.keyid}
    assert verify_envelope(false, "test", {A.keyid: A.public_key}) == {A.keyid}


def test_another_kind_of_record_is_refused():
    with pytest.raises(WrongTypeError):
        verify_envelope(ENVELOPE, "other", KEYS)
    renamed = Envelope(payload_type("other"), PAYLOAD, ENVELOPE.signatures)
    with pytest.raises(BadSignatureError):
        verify_envelope(renamed, "other", KEYS)


def test_a_signature_added_later_counts():
    both = add_signatures(sign_envelope("test", PAYLOAD, [A]), [B])
    assert verify_envelope(both, "test", KEYS) == {A.keyid, B.keyid}
    assert both == ENVELOPE


@pytest.mark.parametrize("signers", [[], [A, A]], ids=["nobody", "one twice"])
def test_signing_without_anybody_or_twice_is_refused(signers):
    with pytest.raises(ValueError, match="signed by one key"):
        sign_envelope("test", PAYLOAD, signers)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_any_changed_byte_is_refused(place, flip):
    changed = bytearray(DATA)
    changed[place] ^= flip
    with pytest.raises(FengqianError):
        # a keyid that became unknown leaves the other's signature: whoever needs both asks for both
        assert verify_envelope(Envelope.parse(bytes(changed)), "test", KEYS) == {A.keyid, B.keyid} or _refuse()


def _refuse():
    raise UnsignedError()


def _broken():
    whole = json.loads(DATA)
    signature = whole["signatures"][0]

    def with_(**changes):
        return json.dumps({**whole, **changes}, sort_keys=True, separators=(",", ":")).encode()

    return {
        "white space": json.dumps(whole, sort_keys=True).encode(),
        "another order": json.dumps(dict(reversed(whole.items())), separators=(",", ":")).encode(),
        "an unknown field": with_(extra=1),
        "a signature twice": with_(signatures=[signature, signature]),
        "too many signatures": with_(signatures=[{**signature, "keyid": f"{i:064x}"} for i in range(1025)]),
        "a short signature": with_(signatures=[{**signature, "sig": "AAAA"}]),
        "an unknown field of a signature": with_(signatures=[{**signature, "cert": ""}]),
        "a keyid in upper case": with_(signatures=[{**signature, "keyid": "A" * 64}]),
        "a keyid with a line feed": with_(signatures=[{**signature, "keyid": "a" * 64 + "\n"}]),
        "another spelling of base64": with_(payload="YQ=="[:-1]),
        "base64 with loose bits": with_(payload="YR=="),
        "URL-safe base64": with_(payload="_-8="),
        "another vendor's type": with_(payloadType="application/vnd.in-toto+json"),
        "another version": with_(payloadType="application/vnd.fengqian.test.v2+json"),
        "no payload": json.dumps({k: v for k, v in whole.items() if k != "payload"}).encode(),
        "signatures that are no list": with_(signatures={}),
        "a signature that is no object": with_(signatures=["x"]),
        "not an object": b"[]",
        "a key twice": DATA.replace(b'{"payload":', b'{"payload":"","payload":', 1),
        "a byte order mark": b"\xef\xbb\xbf" + DATA,
        "cut short": DATA[:-1],
    }


@pytest.mark.parametrize("name", _broken())
def test_broken_envelopes_are_refused(name):
    with pytest.raises(MalformedRecordError):
        Envelope.parse(_broken()[name])


# -- Ed25519 ---------------------------------------------------------------------------------------------------------


def test_rfc_8032_vector():
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    assert is_signature(public, b"", signature)
    assert not is_signature(public, b"x", signature)
    assert not is_signature(public, b"", signature + b"\0")
    assert not is_signature(public[:-1], b"", signature)


def test_a_signature_rewritten_with_a_larger_s_is_refused():
    order = 2**252 + 27742317777372353535851937790883648493
    signature = A.sign(b"m")
    s = int.from_bytes(signature[32:], "little") + order
    assert not is_signature(A.public_key, b"m", signature[:32] + s.to_bytes(32, "little"))


SMALL = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]


@pytest.mark.parametrize("public", SMALL)
def test_keys_of_small_order_are_no_keys(public):
    assert not is_public_key(bytes.fromhex(public))
    assert is_public_key(A.public_key)
    assert not is_public_key(A.public_key + b"\0")


def test_the_key_of_order_one_would_fit_any_message():
    identity = bytes.fromhex(SMALL[0])
    forged = identity + bytes(32)  # R = the neutral point, S = 0
    Ed25519PublicKey.from_public_bytes(identity).verify(forged, b"any message")
    assert not is_signature(identity, b"any message", forged)


def test_bytes_that_are_no_point_are_no_key():
    assert not is_signature((2).to_bytes(32, "little"), b"m", bytes(64))


def test_base64_of_the_payload_is_standard():
    assert json.loads(DATA)["payload"] == base64.b64encode(PAYLOAD).decode()

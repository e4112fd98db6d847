"""Signed records: DSSE envelopes (Dead Simple Signing Envelope v1.0.2) with Ed25519.

What is signed is the payload's bytes as stored, framed with their type (`pae`), never a re-serialisation.  A key's id
is the SHA-256 of its 32 bytes.  `verify_envelope` takes its steps in this order: the type must be the one asked for;
a signature of a key that the verifier doesn't know says nothing and is passed over; one false signature of a known key
refuses the whole; one good one at least there must be.  Read strictly: one spelling of JSON and base64, no unknown
field, no key twice.  Leaves out: who may sign what, which is the caller's to check on the set of ids returned.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from vault.ed25519 import SIGNATURE_LENGTH, is_signature
from vault.errors import MalformedRecordError, VaultError
from vault.jsontext import JsonValue, Reader, dumps, loads
from vault.suite import sha256

KEYID_PATTERN = r"[0-9a-f]{64}"
_TYPE_PATTERN = r"application/vnd\.fengqian\.[a-z][a-z0-9-]*\.v1\+json"
_MOST_SIGNATURES = 1024


class SignatureError(VaultError):
    """The family of refusals of signed records."""

    code = "vault.signed"


class WrongTypeError(SignatureError):
    """The record is a signed one, but of another kind than was asked for."""

    code = "vault.signed.wrong_type"
    what = "A record of the type {expected} was asked for, but this one is of the type {found}."
    todo = "Choose the file that was asked for."


class BadSignatureError(SignatureError):
    """A signature that claims a known key isn't one by that key."""

    code = "vault.signed.bad_signature"
    what = "The signature under the key {keyid} is false: the record was changed or forged."
    todo = "Don't use the record. Take it again from whoever signed it."


class UnsignedError(SignatureError):
    """No known key has signed the record."""

    code = "vault.signed.unsigned"
    what = "None of the known keys has signed the record."
    todo = "Check that the list of keys is the right one, and ask for a signed record."


class Signer(Protocol):
    """Whoever can sign with Ed25519."""

    @property
    def keyid(self) -> str:
        """The id of the signing key: SHA-256 of the public key, 64 hex digits."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of `message`."""
        ...


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature (64 bytes) and the id of the key that is said to have made it."""

    keyid: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload as stored, its type, and the signatures over both."""

    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]

    def to_json(self) -> JsonValue:
        """Write the envelope as a JSON object, as DSSE has it."""
        return {
            "payload": _base64(self.payload),
            "payloadType": self.payload_type,
            "signatures": [{"keyid": one.keyid, "sig": _base64(one.value)} for one in self.signatures],
        }

    def to_bytes(self) -> bytes:
        """Write the envelope as JSON text, in the one spelling of the house."""
        return dumps(self.to_json())

    @property
    def digest(self) -> bytes:
        """SHA-256 of `to_bytes()`: 32 bytes that name this envelope with its signatures."""
        return sha256(self.to_bytes())

    @classmethod
    def parse(cls, text: bytes) -> "Envelope":
        """Read hostile bytes as an envelope; every byte of them counts.

        Raises:
            MalformedRecordError: for anything but what `to_bytes` writes.
        """
        value = loads(text)
        envelope = cls.of(value)
        if dumps(value) != text:
            raise MalformedRecordError(where="$", problem="not written in its one spelling")
        return envelope

    @classmethod
    def of(cls, value: JsonValue, where: str = "$") -> "Envelope":
        """Read an envelope out of a JSON object.

        Raises:
            MalformedRecordError: for anything but an envelope of the house.
        """
        reader = Reader(value, where)
        payload = reader.base64_bytes("payload")
        payload_type = reader.text("payloadType", pattern=_TYPE_PATTERN, longest=128)
        signatures = tuple(_signature(one) for one in reader.readers("signatures"))
        reader.end()
        if len(signatures) > _MOST_SIGNATURES:
            raise MalformedRecordError(where=f"{where}.signatures", problem=f"over {_MOST_SIGNATURES} signatures")
        if len({one.keyid for one in signatures}) != len(signatures):
            raise MalformedRecordError(where=f"{where}.signatures", problem="one key signs twice")
        return cls(payload_type, payload, signatures)


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _signature(reader: Reader) -> Signature:
    signature = Signature(reader.text("keyid", pattern=KEYID_PATTERN), reader.base64_bytes("sig"))
    reader.end()
    if len(signature.value) != SIGNATURE_LENGTH:
        raise MalformedRecordError(where=f"{reader.where}.sig", problem="not 64 bytes")
    return signature


def payload_type(name: str) -> str:
    """Return the payload type of the house's record `name` in its first version."""
    return f"application/vnd.fengqian.{name}.v1+json"


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return DSSE's pre-authentication encoding, the bytes that are signed."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign_envelope(name: str, payload: bytes, signers: Sequence[Signer]) -> Envelope:
    """Sign `payload` as a record `name` with each of `signers`, in their order.

    Raises:
        ValueError: without a signer, or where one signs twice.
    """
    if not signers or len({signer.keyid for signer in signers}) != len(signers):
        raise ValueError("a record is signed by one key at least and by none twice")
    return add_signatures(Envelope(payload_type(name), payload, ()), signers)


def add_signatures(envelope: Envelope, signers: Sequence[Signer]) -> Envelope:
    """Return the envelope with the signatures of `signers` after those it has."""
    message = pae(envelope.payload_type, envelope.payload)
    added = tuple(Signature(signer.keyid, signer.sign(message)) for signer in signers)
    return Envelope(envelope.payload_type, envelope.payload, envelope.signatures + added)


def verify_envelope(envelope: Envelope, name: str, keys: Mapping[str, bytes]) -> frozenset[str]:
    """Return the ids of the known keys that signed the envelope as a record `name`; `keys` maps ids to 32-byte keys.

    Raises:
        WrongTypeError: where it is another kind of record.
        BadSignatureError: where a known key's signature is false.
        UnsignedError: where no known key signed.
    """
    if envelope.payload_type != payload_type(name):
        raise WrongTypeError(expected=payload_type(name), found=envelope.payload_type)
    message = pae(envelope.payload_type, envelope.payload)
    known = [one for one in envelope.signatures if one.keyid in keys]
    for one in known:
        if not is_signature(keys[one.keyid], message, one.value):
            raise BadSignatureError(keyid=one.keyid)
    if not known:
        raise UnsignedError()
    return frozenset(one.keyid for one in known)

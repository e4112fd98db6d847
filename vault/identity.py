"""Identities: who somebody is, in a statement signed by themselves, and the private half that signs and opens.

A statement (docs/formats/identity.md) names a person, role, organisation, both public keys, the issuer and the time it
holds.  Its own signing key always signs it, which shows that whoever made it holds the key; where another identity
issued it, that one signs too.  Order of checks: form, keys, own signature, issuer's signature.

`check_distinct` and `check_separation` hold the rules between identities: one key is one identity, and a supervisor is
of another organisation than the operator.  Left out: that two organisations are apart in truth, and that a name is
true.  People compare fingerprints for that.

Secrets never show in a repr and can't be pickled or copied.  `forget` overwrites the signing seed that this object
holds; copies inside the cryptographic library, and the opening key, are Python `bytes` that only the system takes back.
"""

import base64
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from vault import base32
from vault.dsse import Envelope, SignatureError, Signer, sign_envelope, verify_envelope
from vault.ed25519 import is_public_key, keyid_of
from vault.errors import MalformedRecordError, VaultError
from vault.hybrid import BadKeyError, HybridPrivateKey, check_public_key
from vault.ids import ID_PATTERN, PersonId
from vault.jsontext import Reader, dumps
from vault.randomness import Randomness
from vault.roles import Role, same_organisation
from vault.suite import SUITE, digest
from vault.times import to_text

STATEMENT: Final = "identity"
VALIDITY: Final = timedelta(days=5 * 365)
LONGEST_NAME: Final = 100
PRIVATE_LENGTH: Final = 128
_SEED_LENGTH: Final = 32
_LONGEST_PAYLOAD: Final = 64 * 1024
_UNSHOWABLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


class NameRefusedError(VaultError):
    """A name of a person or organisation can't be shown or told apart."""

    code = "vault.identity.name"
    what = "The {field} is empty, longer than {longest} characters, or holds characters that can't be seen."
    todo = "Type it again by hand."


class IdentityForgedError(VaultError):
    """A statement isn't signed by its own key, or its keys aren't keys."""

    code = "vault.identity.forged"
    what = "The identity statement doesn't hold: {problem}."
    todo = "Don't use it. Take the statement again from its owner and compare the fingerprint by voice."


class UnknownIssuerError(VaultError):
    """A statement was issued by an identity that isn't known here."""

    code = "vault.identity.issuer"
    what = "The identity was issued under a key that isn't known here: {issuer}."
    todo = "Add the issuer's own statement first."


class IdentityExpiredError(VaultError):
    """An identity isn't valid at a time."""

    code = "vault.identity.expired"
    what = "The identity of {name} holds from {start} to {end}, and not at {at}."
    todo = "Make a new identity; the old one still opens what was sealed to it."


class SameIdentityError(VaultError):
    """Two identities share a key or an id."""

    code = "vault.identity.same"
    what = "Two identities are one: {first} and {second} have the same {shared}."
    todo = "Take one of them away, and find out how it came to be there."


class NotSeparateError(VaultError):
    """Operator and supervisor aren't apart."""

    code = "vault.identity.not_separate"
    what = "The supervisor must come from another organisation than the operator; both are of {organisation}."
    todo = "Let a supervisor of another organisation take part."


class WrongPartError(VaultError):
    """An identity takes a part that its role doesn't have."""

    code = "vault.identity.wrong_part"
    what = "{name} is {role} here, and can't take part as {needed}."
    todo = "Let somebody with that role take part."


@dataclass(frozen=True, slots=True)
class Identity:
    """A checked statement: Ed25519 key 32 bytes, sealing key 1,216 bytes, the issuer's key id, the payload's digest."""

    person: PersonId
    name: str
    role: Role
    organisation: str
    signing_key: bytes
    sealing_key: bytes
    valid_from: datetime
    valid_until: datetime
    issuer: str
    digest: bytes

    @property
    def keyid(self) -> str:
        """SHA-256 of the signing key, 64 lower-case hex digits."""
        return keyid_of(self.signing_key)

    @property
    def fingerprint(self) -> str:
        """The first 26 base32 characters of the digest of the statement as it was signed."""
        return base32.fingerprint(self.digest)

    @property
    def is_self_declared(self) -> bool:
        """Whether nobody but the owner vouches for it."""
        return self.issuer == self.keyid


class PrivateIdentity:
    """An identity with its private keys; a signer of envelopes and an opener of boxes."""

    __slots__ = ("_sealing", "_seed", "identity", "statement")

    def __init__(self, identity: Identity, statement: Envelope, seed: bytes, sealing: HybridPrivateKey) -> None:
        """Join a checked statement and its keys.

        Raises:
            ValueError: where the private keys aren't those of the statement.
        """
        public = Ed25519PrivateKey.from_private_bytes(seed).public_key()
        if public.public_bytes(Encoding.Raw, PublicFormat.Raw) != identity.signing_key:
            raise ValueError("another signing key")
        if sealing.public != identity.sealing_key:
            raise ValueError("another sealing key")
        self.identity = identity
        self.statement = statement
        self._seed = bytearray(seed)
        self._sealing = sealing

    @classmethod
    def restore(cls, identity: Identity, statement: Envelope, private: bytes) -> "PrivateIdentity":
        """Join a checked statement and the 128 bytes of `private_bytes`.

        Raises:
            ValueError: for another length or other keys.
        """
        if len(private) != PRIVATE_LENGTH:
            raise ValueError("private keys are 128 bytes")
        return cls(identity, statement, private[:_SEED_LENGTH], HybridPrivateKey.from_bytes(private[_SEED_LENGTH:]))

    @property
    def keyid(self) -> str:
        """The key id of the identity."""
        return self.identity.keyid

    @property
    def public_key(self) -> bytes:
        """The 32-byte public signing key."""
        return self.identity.signing_key

    def note_signer(self, name: str) -> "NamedSigner":
        """Return this identity as a signer of notes and checkpoints under `name` (no spaces, no plus sign)."""
        return NamedSigner(name, self)

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature of `message`."""
        return Ed25519PrivateKey.from_private_bytes(bytes(self._seed)).sign(message)

    def open_sealed(self, info: bytes, sealed: bytes) -> bytes:
        """Open what was sealed to this identity under `info`; raises `vault.hybrid.SealedError`."""
        return self._sealing.open_sealed(info, sealed)

    def private_bytes(self) -> bytes:
        """Return the private keys for a locked file: signing seed 32, ML-KEM seed 64, X25519 key 32 bytes."""
        return bytes(self._seed) + self._sealing.to_bytes()

    def forget(self) -> None:
        """Overwrite the signing seed and let go of the opening key; this object must not be used any more."""
        self._seed[:] = bytes(len(self._seed))
        self._seed.clear()
        del self._sealing

    def __repr__(self) -> str:
        return f"PrivateIdentity({self.identity.role.value}, {self.keyid[:16]})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is never pickled or copied")


@dataclass(frozen=True, slots=True)
class NamedSigner:
    """A private identity that signs notes (`vault.note.NoteSigner`) under a name."""

    name: str
    private: PrivateIdentity

    @property
    def public_key(self) -> bytes:
        """The 32-byte public signing key."""
        return self.private.public_key

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature of `message`."""
        return self.private.sign(message)


def clean_name(text: str, field: str) -> str:
    """Return a name as records carry it: NFC, single spaces, 1 to 100 characters, all of them to be seen.

    Raises:
        NameRefusedError: where it can't be brought to that; `field` says which name it was.
    """
    if any(unicodedata.category(character) in _UNSHOWABLE for character in text):
        raise NameRefusedError(field=field, longest=LONGEST_NAME)
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise NameRefusedError(field=field, longest=LONGEST_NAME)
    return name


def declare(
    person: PersonId,
    name: str,
    role: Role,
    organisation: str,
    valid_from: datetime,
    randomness: Randomness,
    *,
    validity: timedelta = VALIDITY,
    issuer: Signer | None = None,
) -> PrivateIdentity:
    """Make keys and a statement signed by them, and by `issuer` where there is one.

    Raises:
        NameRefusedError: for a name or organisation that can't be shown.
    """
    seed = randomness.take(_SEED_LENGTH)
    sealing = HybridPrivateKey.generate(randomness)
    signer = _SeedSigner(seed)
    payload = dumps(
        {
            "v": 1,
            "suite": SUITE,
            "person": person,
            "name": clean_name(name, "name"),
            "role": role.value,
            "organisation": clean_name(organisation, "organisation"),
            "signing_key": signer.public.hex(),
            "sealing_key": base64.b64encode(sealing.public).decode("ascii"),
            "valid_from": to_text(valid_from),
            "valid_until": to_text(valid_from + validity),
            "issuer": issuer.keyid if issuer else signer.keyid,
        }
    )
    signers: list[Signer] = [signer, issuer] if issuer else [signer]
    statement = sign_envelope(STATEMENT, payload, signers)
    return PrivateIdentity(_identity_of(payload), statement, seed, sealing)


class _SeedSigner:
    """Signs a first statement, before there is an identity."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def keyid(self) -> str:
        return keyid_of(self.public)

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def parse_statement(statement: Envelope, issuers: Mapping[str, bytes] | None = None) -> Identity:
    """Check a statement and return the identity in it; `issuers` maps key ids to 32-byte keys.

    Raises:
        MalformedRecordError: where the payload isn't a statement.
        IdentityForgedError: where a key isn't one, or its own or the issuer's signature is missing or wrong.
        UnknownIssuerError: where somebody issued it who isn't in `issuers`.
    """
    identity = _identity_of(statement.payload)
    keys = {identity.keyid: identity.signing_key}
    if not identity.is_self_declared:
        if issuers is None or identity.issuer not in issuers:
            raise UnknownIssuerError(issuer=identity.issuer)
        keys[identity.issuer] = issuers[identity.issuer]
    try:
        signed = verify_envelope(statement, STATEMENT, keys)
    except SignatureError as error:
        raise IdentityForgedError(problem="a signature is missing or wrong") from error
    if signed != frozenset(keys):
        raise IdentityForgedError(problem="a signature is missing")
    return identity


def _identity_of(payload: bytes) -> Identity:
    reader = Reader.of(payload, limit=_LONGEST_PAYLOAD)
    reader.integer("v", 1, 1)
    reader.choice("suite", [SUITE])
    identity = Identity(
        person=PersonId(reader.text("person", pattern=ID_PATTERN)),
        name=_stored_name(reader, "name"),
        role=Role(reader.choice("role", [role.value for role in Role])),
        organisation=_stored_name(reader, "organisation"),
        signing_key=reader.hex_bytes("signing_key", 32),
        sealing_key=reader.base64_bytes("sealing_key"),
        valid_from=reader.time("valid_from"),
        valid_until=reader.time("valid_until"),
        issuer=reader.text("issuer", pattern="[0-9a-f]{64}"),
        digest=digest(STATEMENT, payload),
    )
    reader.end()
    _check_keys(identity)
    if identity.valid_from >= identity.valid_until:
        raise MalformedRecordError(where="$.valid_until", problem="not after valid_from")
    return identity


def _check_keys(identity: Identity) -> None:
    if not is_public_key(identity.signing_key):
        raise IdentityForgedError(problem="its signing key is no key")
    try:
        check_public_key(identity.sealing_key)
    except BadKeyError as error:
        raise IdentityForgedError(problem="its sealing key is no key") from error


def _stored_name(reader: Reader, key: str) -> str:
    text = reader.text(key)
    try:
        clean = clean_name(text, key)
    except NameRefusedError as error:
        raise MalformedRecordError(where=f"$.{key}", problem="not a name") from error
    if clean != text:
        raise MalformedRecordError(where=f"$.{key}", problem="not a name in its one spelling")
    return text


def check_valid(identity: Identity, at: datetime) -> None:
    """Pass an identity that holds at `at`, its first moment included and its last not.

    Raises:
        IdentityExpiredError: where it doesn't.
    """
    if not identity.valid_from <= at < identity.valid_until:
        raise IdentityExpiredError(
            name=identity.name, start=to_text(identity.valid_from), end=to_text(identity.valid_until), at=to_text(at)
        )


def check_distinct(identities: Iterable[Identity]) -> None:
    """Pass identities of which no two share an id, a signing key or a sealing key.

    Raises:
        SameIdentityError: naming two that do.
    """
    seen: dict[tuple[str, bytes], Identity] = {}
    for identity in identities:
        marks = {
            "id": identity.person.encode("ascii"),
            "signing key": identity.signing_key,
            "sealing key": identity.sealing_key,
        }
        for shared, mark in marks.items():
            if (shared, mark) in seen:
                raise SameIdentityError(first=seen[shared, mark].name, second=identity.name, shared=shared)
            seen[shared, mark] = identity


def check_separation(operator: Identity, supervisor: Identity) -> None:
    """Pass an operator and a supervisor who are two identities of two organisations.

    Raises:
        WrongPartError: where one of them has another role.
        SameIdentityError: where they share an id or a key.
        NotSeparateError: where they are of one organisation.
    """
    for identity, needed in ((operator, Role.OPERATOR), (supervisor, Role.SUPERVISOR)):
        if identity.role is not needed:
            raise WrongPartError(name=identity.name, role=identity.role.value, needed=needed.value)
    check_distinct([operator, supervisor])
    if same_organisation(operator.organisation, supervisor.organisation):
        raise NotSeparateError(organisation=operator.organisation)

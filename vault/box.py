"""The box with holders: content that opens only when people of all the roles of one way are there together.

Sealing: a fresh content key; AES-256-GCM over the padded content; for each way the key is split by XOR among the
roles; each share is sealed by HPKE to the role's holder and each deputy; the header is signed.  Guarantees at the
opening, in this order:

1. every share given matches the blinded hash in the header, otherwise whoever gave it is named;
2. the shares of one whole way, from different people, give a key that matches the header's commitment to it, so that
   no ciphertext opens two ways (AES-GCM alone doesn't commit to its key, nor would shares of two ways to one);
3. the tail, an HMAC under that key over the signed header, matches, so that every byte of the file counts;
4. the content matches the header's salted commitment to it.

Padding hides the content's length up to a block of 16 KiB, above 256 KiB up to a sixteenth.  Leaves out: whether the
signer of the header was entitled to seal (`verify_header` gives the ids), when a share may be released, and who said
that a share came from whom (the caller takes shares from authenticated people only).  Format: docs/formats/box.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault.boxerrors import (
    BoxError,
    MissingShareError,
    NoHolderError,
    NotHolderError,
    OtherBoxError,
    SamePersonError,
    TamperedBoxError,
    WrongShareError,
)
from vault.boxheader import (
    AEAD_NONCE_LENGTH,
    NONCE_LENGTH,
    SHARE_LENGTH,
    BoxHeader,
    Context,
    Copy,
    RoleShare,
    Way,
    arrangement_problem,
    share_info,
)
from vault.dsse import Envelope, Signer, sign_envelope, verify_envelope
from vault.errors import MalformedRecordError
from vault.hybrid import SealedError, seal
from vault.randomness import Randomness
from vault.suite import commitment, digest, equal, hkdf_expand, hmac_sha256, sha256

__all__ = [
    "Box",
    "BoxError",
    "Context",
    "Holder",
    "KeyHolder",
    "MissingShareError",
    "NoHolderError",
    "NotHolderError",
    "OtherBoxError",
    "ReleasedShare",
    "SamePersonError",
    "TamperedBoxError",
    "WrongShareError",
    "open_box",
    "release_share",
    "require_context",
    "seal_box",
    "verify_header",
]

MAGIC = b"fengqian-box/v1\n"
LARGEST_CONTENT = 1024 * 1024 * 1024

_BLOCK = 16 * 1024
_TAIL_LENGTH = 32
_LENGTH_LENGTH = 8
_LONGEST_HEADER = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody to whom a role's share is sealed; several with one role are deputies of each other."""

    role: str
    name: str
    keyid: str
    sealing_key: bytes = field(repr=False)


class KeyHolder(Protocol):
    """A person's unlocked identity, as far as releasing a share needs it."""

    @property
    def keyid(self) -> str:
        """The id of the person's signing key."""
        ...

    def open_sealed(self, info: bytes, sealed: bytes) -> bytes:
        """Open what was sealed to the person for the purpose `info`; raises `SealedError`."""
        ...


@dataclass(frozen=True, slots=True)
class ReleasedShare:
    """A share (32 secret bytes) that a holder gave for one role of one way (`Way.name`)."""

    way: str
    role: str
    keyid: str
    share: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Box:
    """A box as it stands in a file: the signed header, the ciphertext with its tag, and the tail."""

    envelope: Envelope
    header: BoxHeader
    ciphertext: bytes = field(repr=False)
    tail: bytes
    digest: str

    @property
    def holders(self) -> tuple[tuple[str, str, str], ...]:
        """Role, name and key id of everybody who holds a share, each once, in the order of the header."""
        found = {
            (share.role, copy.name, copy.keyid): None
            for way in self.header.ways
            for share in way.shares
            for copy in share.copies
        }
        return tuple(found)

    def name_of(self, keyid: str) -> str:
        """Return the name under which the header has a key, or the id where it has none."""
        return next((name for _, name, known in self.holders if known == keyid), keyid)

    @classmethod
    def parse(cls, data: bytes) -> "Box":
        """Read the hostile bytes of a file, and check that the ciphertext is the one the header names.

        Raises:
            TamperedBoxError: for anything else than a box in its one spelling.
        """
        try:
            envelope, rest = _split(data)
            header = BoxHeader.parse(envelope.payload)
        except MalformedRecordError as error:
            raise TamperedBoxError(where="the header can't be read") from error
        ciphertext, tail = rest[:-_TAIL_LENGTH], rest[-_TAIL_LENGTH:]
        if not equal(digest("box-ciphertext", ciphertext), header.ciphertext_digest):
            raise TamperedBoxError(where="the ciphertext is not the one that the header names")
        return cls(envelope, header, ciphertext, tail, sha256(data).hex())


def _split(data: bytes) -> tuple[Envelope, bytes]:
    """Take a file apart into the header's envelope and what follows it."""
    end = data.find(b"\n", len(MAGIC), len(MAGIC) + _LONGEST_HEADER)
    if not data.startswith(MAGIC) or end < 0 or len(data) < end + 1 + _TAIL_LENGTH:
        raise MalformedRecordError(where="box", problem="not a box, or cut short")
    return Envelope.parse(data[len(MAGIC) : end]), data[end + 1 :]


def seal_box(
    content: bytes,
    context: Context,
    ways: Sequence[Sequence[str]],
    holders: Sequence[Holder],
    signers: Sequence[Signer],
    randomness: Randomness,
) -> bytes:
    """Seal `content` so that any one of `ways` (lists of roles, all of which must be present) opens it.

    Raises:
        NoHolderError: where a role has no holder.
        SamePersonError: where one person would hold two roles of one way.
        BadKeyError: where a holder's sealing key isn't one.
        ValueError: for content over 1 GiB, or ways, names and roles that no header can have.
    """
    if len(content) > LARGEST_CONTENT:
        raise ValueError("a box holds at most 1 GiB")
    _check_people(ways, holders)
    key, salt, nonce = (randomness.take(count) for count in (SHARE_LENGTH, NONCE_LENGTH, AEAD_NONCE_LENGTH))
    committed = digest("box-key", key, context.to_bytes())
    plaintext = _padded(salt, content)
    ciphertext = AESGCM(_encryption_key(key)).encrypt(nonce, plaintext, context.to_bytes())
    header = BoxHeader(
        context=context,
        nonce=nonce,
        key_commitment=committed,
        content_commitment=commitment("box-content", salt, content),
        ciphertext_digest=digest("box-ciphertext", ciphertext),
        ways=tuple(_sealed_way(way, holders, key, context.to_bytes(), committed, randomness) for way in ways),
    )
    problem = arrangement_problem(header.ways)
    if problem is not None:
        raise ValueError(problem)
    envelope = sign_envelope("box", header.to_bytes(), signers)
    data = _joined(envelope, ciphertext, key)
    _ = Box.parse(data)  # what a reader would refuse must never leave
    return data


def _check_people(ways: Sequence[Sequence[str]], holders: Sequence[Holder]) -> None:
    for way in ways:
        if not way:
            raise ValueError("a way to open without a role")
        seen: dict[str | bytes, Holder] = {}
        for role in way:
            present = [holder for holder in holders if holder.role == role]
            if not present:
                raise NoHolderError(role=role)
            for holder in present:
                for mark in (holder.keyid, holder.sealing_key):
                    twin = seen.setdefault(mark, holder)
                    if twin is not holder:
                        raise SamePersonError(name=holder.name, roles=f"{twin.role}, {holder.role}")


def _sealed_way(
    roles: Sequence[str],
    holders: Sequence[Holder],
    key: bytes,
    context: bytes,
    committed: bytes,
    randomness: Randomness,
) -> Way:
    """Split the key among `roles`: all shares but the last are fresh, the last makes their XOR the key."""
    fresh = [randomness.take(SHARE_LENGTH) for _ in roles[1:]]
    name, shares = "+".join(roles), []
    for role, share in zip(roles, [*fresh, _xor([key, *fresh])], strict=True):
        blind = randomness.take(NONCE_LENGTH)
        copies = tuple(
            Copy(
                one.keyid, one.name, seal(one.sealing_key, share_info(context, committed, name, role, one.keyid), share)
            )
            for one in holders
            if one.role == role
        )
        shares.append(RoleShare(role, blind, digest("box-share", blind, share), copies))
    return Way(tuple(shares))


def verify_header(box: Box, keys: Mapping[str, bytes]) -> frozenset[str]:
    """Return the ids of the known keys that signed the box; `keys` maps ids to 32-byte Ed25519 keys.

    Raises:
        SignatureError: where a known key's signature is false, or no known key signed.
    """
    return verify_envelope(box.envelope, "box", keys)


def require_context(box: Box, expected: Context) -> None:
    """Check that the box is the one that belongs to `expected`.

    Raises:
        OtherBoxError: where it belongs elsewhere.
    """
    if box.header.context != expected:
        raise OtherBoxError(found=_shown(box.header.context), expected=_shown(expected))


def _shown(context: Context) -> str:
    return " / ".join((context.subject, context.stage, context.seat, str(context.version)))


def release_share(box: Box, private: KeyHolder) -> list[ReleasedShare]:
    """Open every share of the box that is sealed to a person, and check each against the header.

    Raises:
        NotHolderError: where none is.
        TamperedBoxError: where a sealed share doesn't open, or isn't the one that the header commits to.
    """
    released = []
    for way in box.header.ways:
        for share in way.shares:
            for copy in share.copies:
                if copy.keyid == private.keyid:
                    opened = _opened_copy(box, way, share, copy, private)
                    released.append(ReleasedShare(way.name, share.role, copy.keyid, opened))
    if not released:
        raise NotHolderError(keyid=private.keyid)
    return released


def _opened_copy(box: Box, way: Way, share: RoleShare, copy: Copy, private: KeyHolder) -> bytes:
    header = box.header
    info = share_info(header.context.to_bytes(), header.key_commitment, way.name, share.role, copy.keyid)
    try:
        opened = private.open_sealed(info, copy.sealed)
    except SealedError as error:
        raise TamperedBoxError(where=f"the share sealed to {copy.name} as {share.role} does not open") from error
    if not _is_share(share, opened):
        raise TamperedBoxError(where=f"the share sealed to {copy.name} as {share.role} is a wrong one")
    return opened


def _is_share(share: RoleShare, value: bytes) -> bool:
    return equal(digest("box-share", share.blind, value), share.hash)


def open_box(box: Box, shares: Sequence[ReleasedShare]) -> bytes:
    """Return the content, from the shares of at least one whole way.

    Raises:
        NotHolderError: where a share comes from somebody who doesn't hold it.
        WrongShareError: where a share isn't the one that was sealed; it names the giver.
        SamePersonError: where one person gave shares for two roles of a way.
        MissingShareError: where no way is whole; it names the missing roles of the one that lacks fewest.
        TamperedBoxError: where shares, key, header and content don't belong together.
    """
    given = _checked(box, shares)
    key = _xor([given[way.name, role].share for way in [_whole_way(box, given)] for role in way.roles])
    header = box.header
    if not equal(digest("box-key", key, header.context.to_bytes()), header.key_commitment):
        raise TamperedBoxError(where="the shares don't give the key that the header commits to")
    if not equal(_tail(box.envelope, key), box.tail):
        raise TamperedBoxError(where="the header or the tail is not the one that was sealed")
    try:
        plaintext = AESGCM(_encryption_key(key)).decrypt(header.nonce, box.ciphertext, header.context.to_bytes())
    except InvalidTag as error:
        raise TamperedBoxError(where="the ciphertext does not open") from error
    salt, content = _unpadded(plaintext)
    if not equal(commitment("box-content", salt, content), header.content_commitment):
        raise TamperedBoxError(where="the content is not the one that the header commits to")
    return content


def _checked(box: Box, shares: Sequence[ReleasedShare]) -> dict[tuple[str, str], ReleasedShare]:
    """Check each share by itself, and return them by way and role."""
    held = {(way.name, share.role): share for way in box.header.ways for share in way.shares}
    given: dict[tuple[str, str], ReleasedShare] = {}
    roles: dict[tuple[str, str], str] = {}
    for one in shares:
        if roles.setdefault((one.way, one.keyid), one.role) != one.role:
            both = f"{roles[one.way, one.keyid]}, {one.role}"
            raise SamePersonError(name=box.name_of(one.keyid), roles=both)
        share = held.get((one.way, one.role))
        if share is None or one.keyid not in {copy.keyid for copy in share.copies}:
            raise NotHolderError(keyid=one.keyid)
        if not _is_share(share, one.share):
            raise WrongShareError(name=box.name_of(one.keyid), role=one.role)
        given.setdefault((one.way, one.role), one)
    return given


def _whole_way(box: Box, given: Mapping[tuple[str, str], ReleasedShare]) -> Way:
    lacking = [[role for role in way.roles if (way.name, role) not in given] for way in box.header.ways]
    fewest = min(lacking, key=len)
    if fewest:
        raise MissingShareError(roles=", ".join(fewest))
    return box.header.ways[lacking.index(fewest)]


def _xor(parts: Sequence[bytes]) -> bytes:
    joined = 0
    for part in parts:
        joined ^= int.from_bytes(part, "big")
    return joined.to_bytes(SHARE_LENGTH, "big")


def _encryption_key(key: bytes) -> bytes:
    return hkdf_expand(key, b"fengqian/box-encryption/v1")


def _joined(envelope: Envelope, ciphertext: bytes, key: bytes) -> bytes:
    return b"".join((MAGIC, envelope.to_bytes(), b"\n", ciphertext, _tail(envelope, key)))


def _tail(envelope: Envelope, key: bytes) -> bytes:
    return hmac_sha256(hkdf_expand(key, b"fengqian/box-tail/v1"), envelope.to_bytes())


def _block_of(length: int) -> int:
    """Return the block up to which `length` bytes are padded: 16 KiB, or a sixteenth of the power of two below."""
    return max(_BLOCK, 1 << max(0, length.bit_length() - 5))


def _padded(salt: bytes, content: bytes) -> bytes:
    length = NONCE_LENGTH + _LENGTH_LENGTH + len(content)
    return b"".join((salt, len(content).to_bytes(_LENGTH_LENGTH, "big"), content, bytes(-length % _block_of(length))))


def _unpadded(plaintext: bytes) -> tuple[bytes, bytes]:
    salt, rest = plaintext[:NONCE_LENGTH], plaintext[NONCE_LENGTH:]
    length = int.from_bytes(rest[:_LENGTH_LENGTH], "big")
    content = rest[_LENGTH_LENGTH : _LENGTH_LENGTH + length]
    if len(content) != length or _padded(salt, content) != plaintext:
        raise TamperedBoxError(where="the padding is not as it should be")
    return salt, content

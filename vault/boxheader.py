"""The header of a box: what it belongs to, who holds which share, and every commitment that an opening checks.

The payload is JSON in the one spelling of the house; `parse` takes nothing else, so that each byte of it counts.
It refuses a way of opening in which one key holds two roles: one person could then open alone.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from vault.dsse import KEYID_PATTERN
from vault.errors import MalformedRecordError
from vault.hybrid import OVERHEAD
from vault.jsontext import JsonValue, Reader, dumps
from vault.suite import SUITE, netstring

SHARE_LENGTH = 32
AEAD_NONCE_LENGTH = 12
NONCE_LENGTH = 32
ROLE_PATTERN = r"[a-z][a-z0-9_-]{0,63}"
LONGEST_NAME = 200
MOST_WAYS = 64


@dataclass(frozen=True, slots=True)
class Context:
    """What a box belongs to: the subject's id, the stage, the seat (empty where there is none), the version."""

    subject: str
    stage: str
    seat: str
    version: int

    def to_json(self) -> JsonValue:
        """Write the context as a JSON object."""
        return {"seat": self.seat, "stage": self.stage, "subject": self.subject, "version": self.version}

    def to_bytes(self) -> bytes:
        """Write the context in the one spelling of the house: these bytes go into commitments and sealed shares."""
        return dumps(self.to_json())


@dataclass(frozen=True, slots=True)
class Copy:
    """A role's share sealed to one of its holders (1,168 bytes)."""

    keyid: str
    name: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class RoleShare:
    """The share of one role in one way: its blinded hash, and a copy for the holder and each deputy."""

    role: str
    blind: bytes
    hash: bytes
    copies: tuple[Copy, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to open: the shares of all its roles together give the content key."""

    shares: tuple[RoleShare, ...]

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that must all be present, in the order of the header."""
        return tuple(share.role for share in self.shares)

    @property
    def name(self) -> str:
        """The roles joined by `+`: the name by which a released share says where it belongs."""
        return "+".join(self.roles)


@dataclass(frozen=True, slots=True)
class BoxHeader:
    """Everything about a box but its content: digests and commitments are 32 bytes, the AES-GCM nonce 12."""

    context: Context
    nonce: bytes
    key_commitment: bytes
    content_commitment: bytes
    ciphertext_digest: bytes
    ways: tuple[Way, ...]

    def to_bytes(self) -> bytes:
        """Write the payload that is signed."""
        return dumps(
            {
                "v": 1,
                "suite": SUITE,
                "context": self.context.to_json(),
                "nonce": self.nonce.hex(),
                "key_commitment": self.key_commitment.hex(),
                "content_commitment": self.content_commitment.hex(),
                "ciphertext": self.ciphertext_digest.hex(),
                "ways": [_way_json(way) for way in self.ways],
            }
        )

    @classmethod
    def parse(cls, payload: bytes) -> "BoxHeader":
        """Read a hostile payload.

        Raises:
            MalformedRecordError: for anything that `to_bytes` would not write, or that no honest sealer arranges.
        """
        reader = Reader.of(payload)
        reader.integer("v", 1, 1)
        reader.choice("suite", [SUITE])
        header = cls(
            context=_context(reader.reader("context")),
            nonce=reader.hex_bytes("nonce", AEAD_NONCE_LENGTH),
            key_commitment=reader.hex_bytes("key_commitment", 32),
            content_commitment=reader.hex_bytes("content_commitment", 32),
            ciphertext_digest=reader.hex_bytes("ciphertext", 32),
            ways=tuple(_way(one) for one in reader.readers("ways")),
        )
        reader.end()
        problem = arrangement_problem(header.ways)
        if problem is not None:
            raise MalformedRecordError(where="$.ways", problem=problem)
        if header.to_bytes() != payload:
            raise MalformedRecordError(where="$", problem="not written in its one spelling")
        return header


def share_info(context: bytes, key_commitment: bytes, way: str, role: str, keyid: str) -> bytes:
    """Return HPKE's `info` for one sealed copy: netstrings of a domain label and of all that the copy belongs to."""
    parts = (b"fengqian/box-share/v1", context, key_commitment, way.encode(), role.encode(), keyid.encode())
    return b"".join(netstring(part) for part in parts)


def arrangement_problem(ways: Sequence[Way]) -> str | None:
    """Say what is wrong with who must be present, or None where nothing is."""
    if not 1 <= len(ways) <= MOST_WAYS:
        return f"not 1 to {MOST_WAYS} ways to open"
    if len({frozenset(way.roles) for way in ways}) != len(ways):
        return "a way to open stands twice"
    for way in ways:
        if not way.roles or len(set(way.roles)) != len(way.roles):
            return "a way without a role, or with one twice"
        if not all(share.copies for share in way.shares):
            return "a role without a holder"
        keyids = [copy.keyid for share in way.shares for copy in share.copies]
        if len(set(keyids)) != len(keyids):
            return "one key holds two shares of one way"
    return None


def _way_json(way: Way) -> JsonValue:
    return {
        "roles": list(way.roles),
        "shares": [
            {
                "role": share.role,
                "blind": share.blind.hex(),
                "hash": share.hash.hex(),
                "sealed": [
                    {"keyid": one.keyid, "name": one.name, "sealed": base64.b64encode(one.sealed).decode("ascii")}
                    for one in share.copies
                ],
            }
            for share in way.shares
        ],
    }


def _context(reader: Reader) -> Context:
    context = Context(
        subject=reader.text("subject", longest=LONGEST_NAME),
        stage=reader.text("stage", longest=LONGEST_NAME),
        seat=reader.text("seat", longest=LONGEST_NAME),
        version=reader.integer("version"),
    )
    reader.end()
    return context


def _way(reader: Reader) -> Way:
    roles = reader.texts("roles", longest=LONGEST_NAME)
    way = Way(tuple(_role_share(one) for one in reader.readers("shares")))
    reader.end()
    if way.roles != roles:
        raise MalformedRecordError(where=reader.where, problem="the shares aren't those of the roles")
    return way


def _role_share(reader: Reader) -> RoleShare:
    share = RoleShare(
        role=reader.text("role", pattern=ROLE_PATTERN),
        blind=reader.hex_bytes("blind", NONCE_LENGTH),
        hash=reader.hex_bytes("hash", 32),
        copies=tuple(_copy(one) for one in reader.readers("sealed")),
    )
    reader.end()
    return share


def _copy(reader: Reader) -> Copy:
    copy = Copy(
        keyid=reader.text("keyid", pattern=KEYID_PATTERN),
        name=reader.text("name", longest=LONGEST_NAME),
        sealed=reader.base64_bytes("sealed"),
    )
    reader.end()
    if len(copy.sealed) != SHARE_LENGTH + OVERHEAD:
        raise MalformedRecordError(where=f"{reader.where}.sealed", problem="of a wrong length")
    return copy

"""What lies only inside boxes: a draw's secrets, hidden dice, the sealed list (design: `docs/formats/custody.md`).

* `pool.box` from the freeze to the sealing: salt, nonces, the station's value, the code chain's secret (level C), the
  label table and the ids behind it.  Opened by operator and supervisor together.
* `dice-WITNESS.box` from an entry to the seeding.
* `list-N.box` from sealing N on: all of that, the rounds' results and the committee with names and numbers.
* `bidders-N.box` from a recheck at which nobody fell free: its bidders, until a pool's box takes them up.

In a list each member has 4 KiB whatever their name's length, and the whole is padded to blocks of 64 KiB, so that a
box's length doesn't tell one committee from another.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vault.box import Box, Context, Holder, KeyHolder, open_box, release_share, seal_box
from vault.dsse import Signer
from vault.identity import Identity
from vault.ids import BankId, DrawId
from vault.jsontext import JsonValue, Reader, dumps
from vault.randomness import Randomness
from vault.suite import sha256

BLOCK = 64 * 1024
MEMBER_ROOM = 4096
OPERATOR, SUPERVISOR = "operator", "supervisor"
WAYS = ((OPERATOR, SUPERVISOR),)
NONCES = ("bank", "narrowing", "project", "sealed")


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A fuzzy pair of employers that the supervisor confirmed to be one."""

    recused: str
    employer: str


@dataclass(frozen=True, slots=True)
class Recheck:
    """Bidders who became known after the draw, ascending, and the look-alikes of theirs that were confirmed."""

    nonce: bytes = field(repr=False)
    bidders: tuple[str, ...] = field(repr=False)
    matches: tuple[Confirmed, ...] = field(repr=False)

    def committed(self) -> bytes:
        """Return the bytes that the journal's commitment is over."""
        return dumps(_bidders_value(self))


@dataclass(frozen=True, slots=True)
class PoolSecret:
    """What a frozen draw keeps secret; byte values are raw, texts as committed."""

    salt: bytes = field(repr=False)
    nonces: tuple[tuple[str, bytes], ...] = field(repr=False)
    station_value: str = field(repr=False)
    chain_secret: bytes | None = field(repr=False)
    bank: BankId
    bank_root: bytes
    project: bytes = field(repr=False)
    sealed: bytes = field(repr=False)
    narrowing: bytes = field(repr=False)
    table: str = field(repr=False)
    ids: tuple[str, ...] = field(repr=False)
    matches: tuple[Confirmed, ...] = field(repr=False)
    frequency: tuple[tuple[str, int], ...] = field(repr=False)
    rechecks: tuple[Recheck, ...] = field(default=(), repr=False)

    def nonce(self, name: str) -> bytes:
        """Return the nonce of the commitment of that name: 32 bytes."""
        return dict(self.nonces)[name]


@dataclass(frozen=True, slots=True)
class Member:
    """One drawn expert on the list, with what the paper shows."""

    slot: str
    label: str
    id: str
    name: str
    phone: str
    employer: str
    specialties: tuple[str, ...]
    region: str
    site: str
    state: str


@dataclass(frozen=True, slots=True)
class SealedList:
    """What a list's box holds."""

    secret: PoolSecret
    results: tuple[bytes, ...] = field(repr=False)
    members: tuple[Member, ...] = field(repr=False)


def holder_of(role: str, identity: Identity) -> Holder:
    """Return an identity as a box's holder in a role."""
    return Holder(role, identity.name, identity.keyid, identity.sealing_key)


def pool_context(draw: DrawId, before: int) -> Context:
    """Bind a pool's box to its draw and to how many pool's boxes the draw had before it."""
    return Context(draw, "pool", "", before + 1)


def dice_context(draw: DrawId, witness: str, generation: int) -> Context:
    """Bind a hidden entry to its draw and witness."""
    return Context(draw, "dice", witness, generation)


def list_context(draw: DrawId, sealing: int) -> Context:
    """Bind a list's box to its draw and sealing."""
    return Context(draw, "list", "", sealing)


def bidders_context(draw: DrawId, recheck: int) -> Context:
    """Bind a bidders' box to its draw and recheck."""
    return Context(draw, "bidders", "", recheck)


def seal_for(
    content: bytes,
    context: Context,
    holders: Sequence[Holder],
    signers: Sequence[Signer],
    randomness: Randomness,
) -> bytes:
    """Seal content so that an operator and a supervisor among `holders` open it together."""
    return seal_box(content, context, WAYS, holders, signers, randomness)


def open_for(box: Box, keys: Sequence[KeyHolder]) -> bytes:
    """Open a box with the keys of the two who are present.

    Raises:
        VaultError: the box's refusals: a share is missing or wrong, one person twice, tampered bytes.
    """
    return open_box(box, [share for key in keys for share in release_share(box, key)])


def pool_bytes(secret: PoolSecret) -> bytes:
    """Write a pool's secret for its box."""
    return dumps(_secret_value(secret))


def parse_pool(content: bytes) -> PoolSecret:
    """Read a pool's secret from its box.

    Raises:
        MalformedRecordError: where the content has another form.
    """
    return _parse_secret(Reader.of(content))


def bidders_bytes(recheck: Recheck) -> bytes:
    """Write a recheck for its box."""
    return dumps(recheck_value(recheck))


def parse_bidders(content: bytes) -> Recheck:
    """Read a recheck from its box.

    Raises:
        MalformedRecordError: where the content has another form.
    """
    return _recheck(Reader.of(content))


def list_bytes(sealed: SealedList) -> bytes:
    """Write a list for its box, padded with spaces so that no name changes its length."""
    members = [_member_value(member) for member in sealed.members]
    filler = -len(dumps(members)) % (MEMBER_ROOM * max(1, len(members)))
    content = dumps(
        {
            "v": 1,
            "secret": _secret_value(sealed.secret),
            "results": [result.decode("utf-8") for result in sealed.results],
            "members": members,
        }
    )
    return content + b" " * (filler + -(len(content) + filler) % BLOCK)


def parse_list(content: bytes) -> SealedList:
    """Read a list from its box.

    Raises:
        MalformedRecordError: where the content has another form.
    """
    reader = Reader.of(content)
    reader.integer("v", 1, 1)
    sealed = SealedList(
        _parse_secret(reader.reader("secret")),
        tuple(text.encode("utf-8") for text in reader.texts("results", longest=2**28)),
        tuple(_member(item) for item in reader.readers("members")),
    )
    reader.end()
    return sealed


def _secret_value(secret: PoolSecret) -> dict[str, JsonValue]:
    value: dict[str, JsonValue] = {
        "v": 1,
        "salt": secret.salt.hex(),
        "nonces": {name: nonce.hex() for name, nonce in secret.nonces},
        "station_value": secret.station_value,
        "chain_secret": None if secret.chain_secret is None else secret.chain_secret.hex(),
        "bank": secret.bank,
        "bank_root": secret.bank_root.hex(),
        "project": secret.project.decode("utf-8"),
        "sealed": secret.sealed.decode("utf-8"),
        "narrowing": secret.narrowing.decode("utf-8"),
        "table": secret.table,
        "ids": "\n".join(secret.ids),
        "matches": [{"recused": match.recused, "employer": match.employer} for match in secret.matches],
        "frequency": [{"id": person, "draws": draws} for person, draws in secret.frequency],
    }
    return value | rechecks_value(secret)


def rechecks_value(secret: PoolSecret) -> dict[str, JsonValue]:
    """Return the field `rechecks`; nothing before the first recheck."""
    return {"rechecks": [recheck_value(recheck) for recheck in secret.rechecks]} if secret.rechecks else {}


def recheck_value(recheck: Recheck) -> dict[str, JsonValue]:
    """Return a recheck as it lies in boxes."""
    return {"nonce": recheck.nonce.hex(), **_bidders_value(recheck)}


def _bidders_value(recheck: Recheck) -> dict[str, JsonValue]:
    return {
        "bidders": list(recheck.bidders),
        "matches": [{"recused": match.recused, "employer": match.employer} for match in recheck.matches],
    }


def _recheck(reader: Reader) -> Recheck:
    recheck = Recheck(reader.hex_bytes("nonce", 32), reader.texts("bidders"), _matches(reader))
    reader.end()
    return recheck


def _matches(reader: Reader) -> tuple[Confirmed, ...]:
    return tuple(Confirmed(item.text("recused"), item.text("employer")) for item in reader.readers("matches"))


def _parse_secret(reader: Reader) -> PoolSecret:
    reader.integer("v", 1, 1)
    nonces = reader.reader("nonces")
    ids = reader.text("ids", longest=2**28)
    secret = PoolSecret(
        salt=reader.hex_bytes("salt", 32),
        nonces=tuple((name, nonces.hex_bytes(name, 32)) for name in NONCES),
        station_value=reader.text("station_value", pattern="[0-9a-f]{64}"),
        chain_secret=_chain_secret(reader),
        bank=BankId(reader.text("bank")),
        bank_root=reader.hex_bytes("bank_root", 32),
        project=reader.text("project", longest=2**24).encode("utf-8"),
        sealed=reader.text("sealed", longest=2**26).encode("utf-8"),
        narrowing=reader.text("narrowing", longest=2**24).encode("utf-8"),
        table=reader.text("table", longest=2**28),
        ids=tuple(ids.split("\n")) if ids else (),
        matches=_matches(reader),
        frequency=tuple((item.text("id"), item.integer("draws")) for item in reader.readers("frequency")),
        rechecks=tuple(_recheck(item) for item in reader.readers("rechecks")) if reader.has("rechecks") else (),
    )
    nonces.end()
    reader.end()
    return secret


def _chain_secret(reader: Reader) -> bytes | None:
    if reader.has("chain_secret"):
        return reader.hex_bytes("chain_secret", 32)
    reader.raw("chain_secret")
    return None


def _member_value(member: Member) -> dict[str, JsonValue]:
    return {
        "slot": member.slot,
        "label": member.label,
        "id": member.id,
        "name": member.name,
        "phone": member.phone,
        "employer": member.employer,
        "specialties": list(member.specialties),
        "region": member.region,
        "site": member.site,
        "state": member.state,
    }


def _member(reader: Reader) -> Member:
    member = Member(
        slot=reader.text("slot"),
        label=reader.text("label", pattern="[0-9a-f]{64}"),
        id=reader.text("id"),
        name=reader.text("name"),
        phone=reader.text("phone"),
        employer=reader.text("employer"),
        specialties=reader.texts("specialties"),
        region=reader.text("region"),
        site=reader.text("site"),
        state=reader.text("state"),
    )
    reader.end()
    return member


class DrawFolder:
    """Where the files of one draw lie."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def request(self) -> Path:
        """The request as it came, until the freeze."""
        return self.root / "request.json"

    @property
    def matches(self) -> Path:
        """The look-alike employers that the supervisor confirmed, until the freeze."""
        return self.root / "matches.json"

    @property
    def pool(self) -> Path:
        """The pool's box."""
        return self.root / "pool.box"

    @property
    def next_pool(self) -> Path:
        """The pool's box that is to take the place of the one in force."""
        return self.root / "pool-next.box"

    def every_dice(self) -> list[Path]:
        """Return the boxes of hidden entries that lie there."""
        return sorted(self.root.glob("dice-*.box"))

    def dice(self, witness: str) -> Path:
        """The box of a witness's hidden entry."""
        return self.root / f"dice-{sha256(witness.encode('utf-8')).hex()[:12]}.box"

    def list(self, sealing: int) -> Path:
        """The box of a sealed list."""
        return self.root / f"list-{sealing}.box"

    def bidders(self, recheck: int) -> Path:
        """The box of a recheck's bidders at which nobody fell free."""
        return self.root / f"bidders-{recheck}.box"

    @property
    def transcript(self) -> Path:
        """The public transcript."""
        return self.root / "transcript.json"

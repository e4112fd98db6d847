"""Who signed: statements checked as `docs/formats/identity.md` says, and signatures by people in their roles."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from drawing.verify.document import spelled
from drawing.verify.report import CheckFailedError, Signer
from vault.dsse import Envelope, verify_envelope
from vault.identity import Identity, parse_statement
from vault.jsontext import JsonValue, Reader, loads
from vault.roles import Role, same_organisation
from vault.suite import sha256
from vault.times import to_text


class People:
    """Checked identities by key id."""

    def __init__(self, identities: Iterable[Identity]) -> None:
        self._by_key = {identity.keyid: identity for identity in identities}
        self.keys: Mapping[str, bytes] = {keyid: one.signing_key for keyid, one in self._by_key.items()}

    def __contains__(self, keyid: str) -> bool:
        return keyid in self._by_key

    def identity(self, keyid: str, where: str, role: Role | None = None) -> Identity:
        """Return who holds a key, in `role` where one is needed.

        Raises:
            CheckFailedError: where nobody here does, or in another role.
        """
        found = self._by_key.get(keyid)
        if found is None:
            raise CheckFailedError(where, "no statement of the key {keyid} is here", keyid=keyid)
        if role is not None and found.role is not role:
            raise CheckFailedError(
                where, "{name} is {role} and not {needed}", name=found.name, role=found.role.value, needed=role.value
            )
        return found

    def everyone(self) -> tuple[Identity, ...]:
        """Return all identities in their order."""
        return tuple(self._by_key.values())

    def signers(self) -> tuple[Signer, ...]:
        """Return everyone as the report shows them."""
        return tuple(
            Signer(one.role.value, one.name, one.organisation, one.keyid, one.fingerprint) for one in self.everyone()
        )

    def require_signed(
        self, envelope: Envelope, name: str, needed: Mapping[str, Role], at: datetime, where: str
    ) -> None:
        """Check that everybody in `needed` signed a record `name`, in that role, with a key that holds at `at`.

        Raises:
            CheckFailedError, SignatureError: where somebody didn't, or somebody unknown signed too.
        """
        for signature in envelope.signatures:
            self._require_valid(self.identity(signature.keyid, where), at, where)
        signed = verify_envelope(envelope, name, self.keys)
        for keyid, role in needed.items():
            identity = self.identity(keyid, where, role)
            if keyid not in signed:
                raise CheckFailedError(where, "{name} ({role}) did not sign", name=identity.name, role=role.value)

    def _require_valid(self, identity: Identity, at: datetime, where: str) -> None:
        if not identity.valid_from <= at < identity.valid_until:
            raise CheckFailedError(
                where, "the identity of {name} does not hold at {at}", name=identity.name, at=to_text(at)
            )


def are_apart(operator: Identity, supervisor: Identity) -> bool:
    """Say whether two people are of two organisations."""
    return not same_organisation(operator.organisation, supervisor.organisation)


def require_apart(operator: Identity, supervisor: Identity, where: str) -> None:
    """Check that operator and supervisor, of whom no two statements are one person's, are of two organisations.

    Raises:
        CheckFailedError: where they aren't.
    """
    if not are_apart(operator, supervisor):
        raise CheckFailedError(
            where, "operator and supervisor are both of {organisation}", organisation=operator.organisation
        )


def read_people(statements: Sequence[Envelope], known: Iterable[Identity] = ()) -> People:
    """Check statements; an issuer is one of them or of `known`.

    Raises:
        CheckFailedError: where an issuer isn't known, or two are one.
        VaultError: where a statement isn't sound.
    """
    issuers = {identity.keyid: identity.signing_key for identity in known}
    waiting = [(number, statement, _issuer_of(statement)) for number, statement in enumerate(statements)]
    found: dict[int, Identity] = {}
    while waiting:
        ready = [item for item in waiting if item[2] is None or item[2] in issuers]
        if not ready:
            raise CheckFailedError(
                "statement {number}", "its issuer {issuer} is not known", number=waiting[0][0], issuer=waiting[0][2]
            )
        for number, statement, _ in ready:
            identity = found[number] = parse_statement(statement, issuers)
            issuers[identity.keyid] = identity.signing_key
        waiting = [item for item in waiting if item not in ready]
    identities = [found[number] for number in sorted(found)]
    _require_distinct(identities)
    return People(identities)


def _issuer_of(statement: Envelope) -> str | None:
    """Return the issuer's key id, None where the statement is its own; the whole is checked afterwards."""
    reader = spelled(statement.payload, "identity", limit=64 * 1024)
    issuer = reader.text("issuer")
    return None if issuer == sha256(reader.hex_bytes("signing_key", 32)).hex() else issuer


def _require_distinct(identities: Sequence[Identity]) -> None:
    for shared, marks in (
        ("id", [one.person.encode("ascii") for one in identities]),
        ("signing key", [one.signing_key for one in identities]),
        ("sealing key", [one.sealing_key for one in identities]),
    ):
        for number, mark in enumerate(marks):
            if mark in marks[:number]:
                raise CheckFailedError(
                    "statement {number}", "its {shared} is another's too", number=number, shared=shared
                )


def read_keys(data: bytes) -> People:
    """Read identity statements that the verifier got another way: `{"v":1,"identities":[…]}`, a list, or a single one.

    Raises:
        MalformedRecordError: where they are none of these.
        CheckFailedError: where there is none.
    """
    value = loads(data)
    items: Sequence[JsonValue] = [value]
    if isinstance(value, dict) and "identities" in value:
        reader = Reader(value)
        reader.integer("v", 1, 1)
        items = reader.items("identities")
        reader.end()
    elif isinstance(value, list):
        items = value
    if not items:
        raise CheckFailedError("the given keys", "no statement is in them")
    return read_people([Envelope.of(item, f"$[{number}]") for number, item in enumerate(items)])

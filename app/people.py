"""Who works at a station: found by role or name, and taken in once, whoever asks, a terminal or a window."""

import unicodedata
from collections.abc import Mapping, Sequence

from app.composition import Station
from app.errors import NobodyError, SamePersonError, UnknownNameError
from app.joining import announce_person, journal_person
from vault.dsse import Envelope
from vault.identity import Identity
from vault.jsontext import dumps
from vault.keyfile import Protection
from vault.roles import Role, same_organisation


def people_with(station: Station, role: Role) -> list[Identity]:
    """Return who has a role here.

    Raises:
        NobodyError: where nobody has.
    """
    found = [identity for identity in station.people.active() if identity.role is role]
    if not found:
        raise NobodyError(role=role.value)
    return found


def by_name(people: Sequence[Identity]) -> dict[str, Identity]:
    """Return people by name; namesakes have the first letters of their key's fingerprint behind it."""
    names = [identity.name for identity in people]
    return {
        identity.name if names.count(identity.name) == 1 else f"{identity.name} {identity.fingerprint[:4]}": identity
        for identity in people
    }


def named(known: Mapping[str, Identity], name: str, role: str) -> Identity:
    """Return who is meant by a typed name.

    Raises:
        UnknownNameError: where nobody is.
    """
    wanted = unicodedata.normalize("NFC", " ".join(name.split()))
    if wanted not in known:
        raise UnknownNameError(role=role, name=wanted[:40], names=tuple(known))
    return known[wanted]


def require_new_person(station: Station, name: str, role: Role, organisation: str) -> None:
    """Refuse somebody who has rights here already; an admin may have one other role.

    Raises:
        SamePersonError: naming them and the role that they have.
    """
    for known in station.people.active():
        same = _bare(known.name) == _bare(name) and same_organisation(known.organisation, organisation)
        if same and (known.role is role or Role.ADMIN not in (known.role, role)):
            raise SamePersonError(name=known.name, organisation=known.organisation, role=known.role.value)


def _bare(name: str) -> str:
    return unicodedata.normalize("NFKC", "".join(name.split())).casefold()


def add_person(
    station: Station, name: str, role: Role, organisation: str, pin: str, by: tuple[str, ...] = ()
) -> Identity:
    """Make a person's keys and journal their statement, announced before there is a file."""

    def announce(identity: Identity) -> None:
        announce_person(station.journal, identity, by)

    identity = station.people.add(name, role, organisation, pin, Protection.VAULT, announce)
    journal_person(station.people, station.journal, identity, by)
    return identity


def keys_bytes(station: Station) -> bytes:
    """Return the statements of everyone here and of the station, for `verify --keys`."""
    statements: list[Envelope] = [station.people.statement(identity.person) for identity in station.people.list()]
    return dumps({"v": 1, "identities": [envelope.to_json() for envelope in [*statements, station.statement]]})

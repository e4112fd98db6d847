"""Whose draw it is: what the verifier got by another way, held against the transcript (`docs/formats/transcript.md`).

* keys: the people who signed are these people;
* anchor: the journal continues a head that somebody took home;
* fingerprint: this is the ceremony that a witness saw before any source was revealed.
"""

import re
from collections.abc import Sequence

from drawing.verify.journal import Log, read_head
from drawing.verify.people import People
from drawing.verify.report import CheckFailedError
from drawing.verify.seed import Generation
from vault import base32
from vault.identity import Identity
from vault.roles import Role


def check_keys(people: People, known: People, station: str) -> None:
    """Check that everybody who signed is known; that somebody known issued a statement makes nobody known.

    The station's key is known too where the certificate names it, which operator and supervisor signed.

    Raises:
        CheckFailedError: naming who isn't known.
    """
    persons = {identity.person: identity for identity in known.everyone()}
    for identity in people.everyone():
        same = persons.get(identity.person)
        if same is not None and same.signing_key != identity.signing_key:
            raise CheckFailedError("keys", "the given key of {name} is another one", name=identity.name)
        if identity.keyid in known:
            given = known.identity(identity.keyid, "keys")
            if _said(given) != _said(identity):
                raise CheckFailedError("keys", "the given statement of {name} is another one", name=identity.name)
            continue
        if identity.role is not Role.STATION or identity.keyid != station:
            raise CheckFailedError("keys", "{name} is not among the given people", name=identity.name)


def _said(identity: Identity) -> tuple[object, ...]:
    return identity.person, identity.name, identity.organisation, identity.role


def check_anchor(anchor: bytes, log: Log, station_key: bytes) -> None:
    """Check that the journal continues a head that was taken away.

    Raises:
        CheckFailedError: where it doesn't, or where the transcript has no proof about a head of that size.
        MalformedRecordError: where it isn't a head.
    """
    head = read_head(anchor, station_key, "anchor")
    if head.origin != log.head.origin or head.incarnation > log.head.incarnation:
        raise CheckFailedError("anchor", "it is of another journal, or of a later incarnation")
    if head.size not in log.roots:
        raise CheckFailedError(
            "anchor",
            "the transcript holds no proof about the head of {size} entries; its own head is of {own}",
            size=head.size,
            own=log.head.size,
        )
    if log.roots[head.size] != head.root:
        raise CheckFailedError("anchor", "the first {size} entries of the journal were others", size=head.size)


def check_fingerprint(text: str, generations: Sequence[Generation]) -> int:
    """Return whose fingerprint was taken home, as the generation's number: 26 base32 characters by hand, or all 52.

    Raises:
        CheckFailedError: where it is another ceremony's.
    """
    typed = base32.squeeze(text)
    if not re.fullmatch(r"[A-Z2-7]{26}(?:[A-Z2-7]{26})?", typed):
        raise CheckFailedError("fingerprint", "it has not 26 or 52 characters")
    for generation in generations:
        whole = base32.encode(generation.fingerprint)
        if typed in (whole, whole[: base32.FINGERPRINT_LENGTH]):
            return generation.number
    raise CheckFailedError("fingerprint", "it is another ceremony's than this one's")

"""What was lost between two ceremonies, and who let it be replaced (`docs/formats/ceremony.md`, lost and replaced)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from drawing.verify.document import KEYID, Entry, spelled
from drawing.verify.people import People, require_apart
from drawing.verify.report import CheckFailedError
from vault.dsse import Envelope
from vault.roles import Role
from vault.suite import SUITE

CHAIN: Final = "chain"
_LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class Loss:
    """A `draw.lost` taken apart: `ceremony` is the whole fingerprint of the one that ends, 32 bytes."""

    place: str
    envelope: Envelope
    by: tuple[str, ...]
    approved_by: str
    generation: int
    ceremony: bytes
    lost: tuple[str, ...]
    known_to: str
    reason: str
    at: datetime


def read_loss(entry: Entry, draw: str) -> Loss:
    """Take an entry apart.

    Raises:
        CheckFailedError, MalformedRecordError: where it has another form, or is another draw's.
    """
    body = entry.reader()
    envelope, approver = Envelope.of(body.raw("replacement"), entry.place), body.text("approved_by", pattern=KEYID)
    body.end()
    reader = spelled(envelope.payload, entry.place)
    reader.integer("v", 1, 1)
    reader.choice("suite", (SUITE,))
    if reader.text("draw") != draw:
        raise CheckFailedError(entry.place, "it is another draw's")
    loss = Loss(
        place=entry.place,
        envelope=envelope,
        by=entry.by,
        approved_by=approver,
        generation=reader.integer("generation", 2, 99),
        ceremony=reader.hex_bytes("ceremony", 32),
        lost=reader.texts("lost", longest=80),
        known_to=reader.text("known_to", longest=_LONGEST),
        reason=reader.text("reason", longest=_LONGEST),
        at=reader.time("at"),
    )
    reader.text("box", pattern=KEYID)
    reader.end()
    if loss.at > entry.at:
        raise CheckFailedError(entry.place, "its time does not lie between the entries around it")
    if not loss.known_to.strip() or not loss.reason.strip():
        raise CheckFailedError(entry.place, "no reason is given")
    return loss


def check_loss_signed(loss: Loss, people: People) -> Mapping[str, Role]:
    """Check that the three of the entry signed, the second supervisor being another person; return the first two.

    Raises:
        CheckFailedError, SignatureError: naming who is wrong.
    """
    if len(loss.by) != 3 or loss.by[2] != loss.approved_by:
        raise CheckFailedError(loss.place, "it is not by an operator, a supervisor and a second supervisor")
    operator = people.identity(loss.by[0], loss.place, Role.OPERATOR)
    supervisor = people.identity(loss.by[1], loss.place, Role.SUPERVISOR)
    second = people.identity(loss.by[2], loss.place, Role.SUPERVISOR)
    if second.keyid == supervisor.keyid or second.person == supervisor.person:
        raise CheckFailedError(loss.place, "the replacement was not approved by a second supervisor")
    for other in (supervisor, second):
        require_apart(operator, other, loss.place)
    signers = {operator.keyid: Role.OPERATOR, supervisor.keyid: Role.SUPERVISOR}
    people.require_signed(loss.envelope, "replacement", {**signers, second.keyid: Role.SUPERVISOR}, loss.at, loss.place)
    return signers

"""The list goes into its box: names, numbers, salt, label map and table; nothing else keeps a copy.

Order: the list's box is written and read back; the journal names its digest; then the pool's box is erased.  A crash
before the entry leaves the pool's box in force, one after it leaves a pool's box that `LiveDraw.tidy` erases.
"""

from collections.abc import Sequence
from datetime import datetime

from drawing.custody import Member, SealedList, holder_of, list_bytes, list_context, seal_for
from drawing.desk.filling import expert_in
from drawing.desk.station import LiveDraw, erase_if_there
from drawing.errors import DrawingError
from drawing.record import Sealing, Step
from vault.box import Box, Holder
from vault.files import write_atomic
from vault.identity import Identity
from vault.roles import Act, Role
from vault.times import to_text


class DeputyRefusedError(DrawingError):
    """Somebody can't hold a copy of a share."""

    code = "drawing.sealing.deputy"
    what = "{name} can't be a deputy: only operators and supervisors hold shares of a list."
    todo = "Choose deputies from the duty roster of operators and supervisors."


def seal_list(live: LiveDraw, deputies: Sequence[Identity] = (), opening: datetime | None = None) -> Sealing:
    """Seal the committee; without `opening` from the time that the certificate states.

    Raises:
        StepRefusedError: unless the draw is complete or short.
        DeputyRefusedError: for a deputy of another role.
    """
    live.record.require("Sealing", Step.COMPLETE, Step.SHORT)
    live.present.allow(Act.SEAL_LIST, Act.APPROVE_SEAL)
    certificate = live.record.frozen()
    number = len(live.record.sealings) + 1
    holders = [holder_of(key.identity.role.value, key.identity) for key in live.present.keys]
    holders += [_deputy(identity) for identity in deputies if identity.keyid not in live.present.keyids]
    sealed = SealedList(live.secret, tuple(live.rounds.contents), tuple(_members(live)))
    content = seal_for(
        list_bytes(sealed),
        list_context(live.draw, number),
        holders,
        [*live.present.keys, live.station.signer],
        live.station.randomness,
    )
    write_atomic(live.folder.list(number), content)
    live.write(
        "draw.sealed",
        {
            "sealing": number,
            "serial": live.record.serial if number == 1 else f"{live.record.serial}-{number}",
            "box": Box.parse(content).digest,
            "opening": to_text(max(opening or certificate.opening, certificate.opening)),
            "holders": [{"role": holder.role, "name": holder.name, "keyid": holder.keyid} for holder in holders],
        },
    )
    erase_if_there(live.folder.pool)
    live.drop_secret()
    return live.record.sealings[-1]


def _deputy(identity: Identity) -> Holder:
    if identity.role not in (Role.OPERATOR, Role.SUPERVISOR):
        raise DeputyRefusedError(name=identity.name)
    return holder_of(identity.role.value, identity)


def _members(live: LiveDraw) -> list[Member]:
    members = []
    for slot in live.record.committee():
        assert slot.occupant is not None
        expert = expert_in(live, slot)
        members.append(
            Member(
                slot=slot.name,
                label=live.rounds.label_of(slot.occupant),
                id=expert.id,
                name=expert.name,
                phone=expert.phone,
                employer=expert.employer,
                specialties=expert.specialties,
                region=expert.region,
                site=live.record.frozen().quotas[slot.quota].site,
                state=slot.state,
            )
        )
    return members

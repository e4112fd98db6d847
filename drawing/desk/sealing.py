"""The list goes into its box: names, numbers, salt, label map and table; nothing else keeps a copy.

Order: the list's box is written, read back and opened; the journal names its digest; then the pool's box is erased.  A
crash before the entry leaves the pool's box in force, one after it leaves a pool's box that `LiveDraw.tidy` erases.
"""

from collections.abc import Sequence
from datetime import datetime

from drawing.custody import Member, SealedList, holder_of, list_bytes, list_context, seal_for
from drawing.desk.filling import expert_in
from drawing.desk.station import LiveDraw, erase_if_there
from drawing.errors import DrawingError
from drawing.steps import Sealing, Step
from vault.box import Box, Holder
from vault.errors import VaultError
from vault.files import write_atomic
from vault.identity import Identity, check_separation
from vault.roles import Act, Role
from vault.times import to_text


class DeputyRefusedError(DrawingError):
    """Somebody can't hold a copy of a share."""

    code = "drawing.sealing.deputy"
    what = "{name} can't be a deputy: {problem}."
    todo = "Choose deputies from the duty roster: operators, and supervisors of other organisations than theirs."


def seal_list(live: LiveDraw, deputies: Sequence[Identity] = (), opening: datetime | None = None) -> Sealing:
    """Seal the committee; without `opening` from the time that the certificate states.

    Raises:
        StepRefusedError: unless the draw is complete or short.
        BoxDiffersError: where the disk doesn't give the box back; the pool's box stays in force.
        DeputyRefusedError: for a deputy of another role, or a supervisor of an operator's organisation.
    """
    live.record.require("Sealing", Step.COMPLETE, Step.SHORT)
    live.present.allow(Act.SEAL_LIST, Act.APPROVE_SEAL)
    certificate = live.record.frozen()
    number = len(live.record.sealings) + 1
    holders = _holders([key.identity for key in live.present.keys], deputies)
    sealed = SealedList(live.secret, tuple(live.rounds.contents), tuple(_members(live)))
    context = list_context(live.draw, number)
    box = seal_for(list_bytes(sealed), context, holders, live.signers(), live.station.randomness)
    write_atomic(live.folder.list(number), box)
    digest = Box.parse(box).digest
    live.open_box(live.folder.list(number), digest, context)  # from the disk, before anything else is destroyed
    live.write(
        "draw.sealed",
        {
            "sealing": number,
            "serial": live.record.serial if number == 1 else f"{live.record.serial}-{number}",
            "box": digest,
            "opening": to_text(max(opening or certificate.opening, certificate.opening)),
            "holders": [{"role": holder.role, "name": holder.name, "keyid": holder.keyid} for holder in holders],
        },
    )
    erase_if_there(live.folder.pool)
    live.drop_secret()
    return live.record.sealings[-1]


def _holders(present: Sequence[Identity], deputies: Sequence[Identity]) -> list[Holder]:
    """Return who holds a share: the two present and each deputy once, every supervisor apart from every operator."""
    people = list({identity.keyid: identity for identity in (*present, *deputies)}.values())
    for identity in people:
        if identity.role not in (Role.OPERATOR, Role.SUPERVISOR):
            raise DeputyRefusedError(name=identity.name, problem="only operators and supervisors hold shares of a list")
        try:
            for other in people:
                if (identity.role, other.role) == (Role.OPERATOR, Role.SUPERVISOR):
                    check_separation(identity, other)
        except VaultError as error:
            raise DeputyRefusedError(name=identity.name, problem="a supervisor would be of its organisation") from error
    return [holder_of(identity.role.value, identity) for identity in people]


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

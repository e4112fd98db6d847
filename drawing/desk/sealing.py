"""The list goes into its box: names, numbers, salt, label map and table; nothing else keeps a copy.

Order: the rules on who sits are asked again; the list's box is written, read back and opened; the journal names its
digest; then the pool's box is erased.  A crash before the entry leaves the pool's box in force, one after it leaves a
pool's box that `LiveDraw.tidy` erases.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from drawing.custody import Member, SealedList, holder_of, list_bytes, list_context, seal_for
from drawing.desk.filling import expert_in
from drawing.desk.station import LiveDraw, erase_if_there
from drawing.errors import DrawingError
from drawing.rules import Finding, review_sitting
from drawing.steps import OPEN, Sealing, Step
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


class NotAcknowledgedError(DrawingError):
    """The committee breaks rules that forbid it, and the supervisor hasn't acknowledged that."""

    code = "drawing.sealing.not_acknowledged"
    what = "The committee as it sits breaks {count} rule(s): {rules}."
    kept = "What is confirmed stays; nothing was sealed."
    todo = "Let the supervisor acknowledge it and seal what is confirmed; the rest may come from another lawful bank."


@dataclass(frozen=True, slots=True)
class Review:
    """What the rules say of the committee as it sits: what is broken, and what of that the supervisor acknowledges."""

    broken: tuple[Finding, ...]
    forbidding: tuple[Finding, ...]


def review(live: LiveDraw) -> Review:
    """Ask the rules on who sits again, of the pack that the certificate names.

    What the request itself broke, and a second supervisor approved with a published reason, forbids no more.

    Raises:
        StepRefusedError: unless the draw is complete or short.
        PackDiffersError: where the station has another pack.
    """
    live.record.require("Sealing", Step.COMPLETE, Step.SHORT)
    pack, request, now = live.rules(), live.request(), live.station.clock.now()
    seated = [0] * len(request.quotas)
    for slot in live.record.slots.values():
        seated[slot.quota] += not slot.reserve and slot.state != OPEN
    found = [finding for finding in review_sitting(request, pack, seated, now) if not finding.met]
    asked = review_sitting(request, pack, [quota.count for quota in request.quotas], now)
    lifted = {finding.rule for finding in asked if finding.approval and not finding.met}
    return Review(tuple(found), tuple(one for one in found if one.forbids and one.rule not in lifted))


def seal_list(
    live: LiveDraw,
    deputies: Sequence[Identity] = (),
    opening: datetime | None = None,
    *,
    acknowledged: bool = False,
) -> Sealing:
    """Seal the committee; without `opening` from the time that the certificate states.

    `acknowledged` says that the supervisor saw the rules that forbid such a committee, and has it sealed all the same.

    Raises:
        StepRefusedError: unless the draw is complete or short.
        PackDiffersError: where the station has another rule pack than the certificate names.
        NotAcknowledgedError: where a rule forbids the committee and nobody acknowledged it.
        BoxDiffersError: where the disk doesn't give the box back; the pool's box stays in force.
        DeputyRefusedError: for a deputy of another role, or a supervisor of an operator's organisation.
    """
    live.record.require("Sealing", Step.COMPLETE, Step.SHORT)
    live.present.allow(Act.SEAL_LIST, Act.APPROVE_SEAL)
    found = review(live)
    if found.forbidding and not acknowledged:
        rules = "; ".join(finding.source for finding in found.forbidding)
        raise NotAcknowledgedError(count=len(found.forbidding), rules=rules)
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
            "findings": [finding.rule for finding in found.broken],
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

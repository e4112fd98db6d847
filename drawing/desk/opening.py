"""The opening: two people, the time, and what may follow it.

Earlier than the stated time only with a second supervisor and a reason.  The clock refuses to stand before the
journal's last entry; a clock turned forward while the program was off isn't detected at levels B and C, and the threat
model says so.  A conflict at sign-in puts the draw back to filling: the pool's box is made again from the list.
"""

from collections.abc import Mapping

from drawing.custody import (
    PoolSecret,
    SealedList,
)
from drawing.desk.station import LiveDraw
from drawing.errors import DrawingError
from drawing.seats import note_closed
from drawing.steps import ALIVE, Step
from vault.box import Box
from vault.files import write_atomic
from vault.identity import PrivateIdentity
from vault.roles import Act
from vault.times import to_text

VACANCIES = ("absent", "conflict", "withdrawn")


class TooEarlyError(DrawingError):
    """The list's time hasn't come."""

    code = "drawing.opening.too_early"
    what = "The list may be opened from {opening} on; it is {now}."
    kept = "The list stays sealed."
    todo = "Wait, or let a second supervisor approve an early opening and write down the reason."


class SecondSupervisorError(DrawingError):
    """An early opening isn't approved as it must be."""

    code = "drawing.opening.second_supervisor"
    what = "An early opening needs a supervisor other than the one who opens, and a reason."
    kept = "The list stays sealed."
    todo = "Let a second supervisor unlock their key, and write down the reason; it will be published."


class VacancyError(DrawingError):
    """A replacement names no seated slot, or no reason."""

    code = "drawing.opening.vacancy"
    what = "A replacement names at least one slot in which somebody sits, why each falls free, and a reason."
    kept = "The list stays as it was opened."
    todo = "Name the slots of those who can't sit, each as conflict, absent or withdrawn."


class VacancyApprovalError(DrawingError):
    """Members are replaced again after an opening, and no second supervisor approves it."""

    code = "drawing.opening.vacancy_approval"
    what = "Members were replaced after an opening before; doing so again needs a second supervisor."
    kept = "The list stays as it was opened."
    todo = "Let a supervisor other than the one who opens unlock their key; it will be published."


def open_list(live: LiveDraw, second: PrivateIdentity | None = None, reason: str = "") -> SealedList:
    """Open the last sealed list; once it is open, open it again for printing.

    Raises:
        StepRefusedError: where nothing is sealed.
        TooEarlyError, SecondSupervisorError: before the time, without or with the wrong approval.
        VaultError: where the second one is no supervisor, or is of the operator's organisation.
        BoxDiffersError: where the box on the disk isn't the journal's; the box's own refusals otherwise.
    """
    live.record.require("Opening", Step.SEALED, Step.OPENED, Step.CLOSED)
    live.present.allow(Act.OPEN_LIST, Act.APPROVE_OPENING)
    if live.record.step is not Step.SEALED:
        return live.open_list()
    sealing, now = live.record.sealings[-1], live.station.clock.now()
    early = now < sealing.opening
    if early and second is None and not reason:
        raise TooEarlyError(opening=to_text(sealing.opening), now=to_text(now))
    if early:
        _require_second(live, second, reason)
    sealed = live.open_list()
    seconds = [second] if early and second is not None else []
    live.write(
        "draw.opened",
        {
            "sealing": sealing.number,
            "box": sealing.box,
            "early": early,
            "reason": reason.strip() if early else None,
            "approved_by": seconds[0].keyid if seconds else None,
        },
        *seconds,
    )
    return sealed


def _require_second(live: LiveDraw, second: PrivateIdentity | None, reason: str) -> None:
    if second is None or not reason.strip() or not live.present.is_second(second, Act.APPROVE_EARLY_OPENING):
        raise SecondSupervisorError


def vacate_after_opening(
    live: LiveDraw, sealed: SealedList, slots: Mapping[str, str], reason: str, second: PrivateIdentity | None = None
) -> None:
    """Put an opened draw back to filling: `slots` maps each slot that falls free to one of `VACANCIES`.

    Once is what a morning brings; from the second time on a second supervisor approves it.

    Raises:
        StepRefusedError: unless the draw is opened.
        VacancyError: without a slot in which somebody sits, or without a reason.
        VacancyApprovalError: from the second time on, without a second supervisor; nothing is written.
        VaultError: where the second one is no supervisor, or is of the operator's organisation.
    """
    live.record.require("Replacing a member", Step.OPENED)
    live.present.allow(Act.REPLACE_MEMBER, Act.APPROVE_REPLACEMENT)
    seated = {slot.name for slot in live.record.committee()}
    if not slots or not seated.issuperset(slots) or not set(VACANCIES).issuperset(slots.values()) or not reason.strip():
        raise VacancyError
    seconds = [] if second is None or not live.record.reentries else [second]
    if live.record.reentries and not any(live.present.is_second(one, Act.APPROVE_REPLACEMENT) for one in seconds):
        raise VacancyApprovalError
    approver = seconds[0].keyid if seconds else None
    box = make_pool(live, sealed.secret)
    live.write_all(
        [
            ("draw.reentered", {"reason": reason.strip(), "box": box, "approved_by": approver}),
            *(("draw.vacated", {"slot": slot, "reason": slots[slot]}) for slot in sorted(slots)),
        ],
        *seconds,
    )
    live.tidy()
    live.take_secret(sealed.secret)


def make_pool(live: LiveDraw, secret: PoolSecret) -> str:
    """Write the pool's box anew for the two present; return its digest, by which the journal will name it."""
    content = live.seal_pool(secret)
    write_atomic(live.folder.pool, content)
    return Box.parse(content).digest


def close(live: LiveDraw, reason: str, sealed: SealedList) -> None:
    """Close an opened draw: everyone has signed in; from now on their seats count for the frequency cap."""
    live.record.require("Closing", Step.OPENED)
    live.present.allow(Act.CLOSE_DRAW, Act.APPROVE_CLOSE)
    sat = [member.id for member in sealed.members if not member.slot.startswith("R")]
    live.write(
        "draw.closed",
        {"reason": reason},
        beside=lambda connection, entry: note_closed(connection, live.draw, sat, entry.at),
    )


def abort(live: LiveDraw, reason: str) -> None:
    """End a draw for good; after the first selection this cancels the project.

    Later ceremonies of the lot list it as aborted.  The pool's box is erased, so no transcript can be made of it: what
    is left is the journal, and the reason stands there alone.

    Raises:
        StepRefusedError: where the draw has ended.
    """
    live.record.require("Ending the draw", *ALIVE)
    live.present.allow(Act.ABORT_DRAW, Act.APPROVE_ABORT)
    live.write("draw.aborted", {"reason": reason})
    live.drop_secret()
    live.tidy()

"""A notice by hand, where the line is down: the supervisor dials, two people key the answer.

Order: the supervisor approves; the number is shown to them alone, and that counts as a disclosure; they key the answer;
the operator, another person, keys the same, which confirms it; where the two differ both key again.  The result says
that two people keyed it.  `ManualNotice` is the walk as pure values; `notify_by_hand` takes people through it, and
writes each step down (through `record`) before its effect.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from drawing.notice.errors import ManualNoticeError
from drawing.notice.keypad import Outcome
from drawing.notice.line import CallAttempt, CallOrder, CallResult

KEYABLE = (
    *(Outcome.ATTENDS, Outcome.DECLINES, Outcome.NO_ANSWER, Outcome.HUNG_UP, Outcome.BUSY),
    *(Outcome.REJECTED, Outcome.UNREACHABLE, Outcome.WRONG_NUMBER),
)


class Stage(StrEnum):
    """Where a notice by hand stands."""

    ASKED = "asked"
    APPROVED = "approved"
    DISCLOSED = "disclosed"
    KEYED = "keyed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class ManualNotice:
    """One notice by hand: its slot and round, how far it came, who took part (key ids), how often they differed."""

    slot: str
    round: int
    stage: Stage = Stage.ASKED
    supervisor: str = ""
    operator: str = ""
    started: datetime | None = None
    ended: datetime | None = None
    keyed: Outcome | None = None
    mismatches: int = 0

    @property
    def disclosures(self) -> int:
        """How many identities it disclosed: one, once the number was shown."""
        return int(self.stage not in (Stage.ASKED, Stage.APPROVED))


def approve(notice: ManualNotice, supervisor: str) -> ManualNotice:
    """The supervisor, by key id, approves.

    Raises:
        ManualNoticeError: out of turn, or without a key id.
    """
    _expect(notice, Stage.ASKED)
    if not supervisor:
        raise ManualNoticeError(problem="nobody approved")
    return replace(notice, stage=Stage.APPROVED, supervisor=supervisor)


def disclose(notice: ManualNotice, at: datetime) -> ManualNotice:
    """The number is about to be shown to the supervisor.

    Raises:
        ManualNoticeError: out of turn.
    """
    _expect(notice, Stage.APPROVED)
    return replace(notice, stage=Stage.DISCLOSED, started=at)


def key_answer(notice: ManualNotice, supervisor: str, answer: Outcome) -> ManualNotice:
    """The supervisor who dialled keys what was answered.

    Raises:
        ManualNoticeError: out of turn, by another person, or an answer that nobody can give.
    """
    _expect(notice, Stage.DISCLOSED)
    if supervisor != notice.supervisor:
        raise ManualNoticeError(problem="whoever dialled keys the answer")
    if answer not in KEYABLE:
        raise ManualNoticeError(problem="not an answer that can be keyed")
    return replace(notice, stage=Stage.KEYED, keyed=answer)


def confirm_answer(notice: ManualNotice, operator: str, answer: Outcome, at: datetime) -> ManualNotice:
    """The operator keys the same answer, which confirms it; another one sends both back to keying.

    Raises:
        ManualNoticeError: out of turn, or by the supervisor themselves.
    """
    _expect(notice, Stage.KEYED)
    if not operator or operator == notice.supervisor:
        raise ManualNoticeError(problem="two different people key the answer")
    if answer != notice.keyed:
        return replace(notice, stage=Stage.DISCLOSED, keyed=None, mismatches=notice.mismatches + 1)
    return replace(notice, stage=Stage.DONE, operator=operator, ended=at)


def result_of(notice: ManualNotice) -> CallResult:
    """Return the result of a notice that is done.

    Raises:
        ManualNoticeError: where it isn't done.
    """
    _expect(notice, Stage.DONE)
    if notice.keyed is None or notice.started is None or notice.ended is None:  # pragma: no cover - DONE has them
        raise ManualNoticeError(problem="the notice lacks its answer")
    attempt = CallAttempt(started=notice.started, ended=notice.ended, outcome=notice.keyed, detail="by hand")
    return CallResult(notice.slot, notice.round, notice.keyed, (attempt,))


def _expect(notice: ManualNotice, stage: Stage) -> None:
    if notice.stage is not stage:
        raise ManualNoticeError(problem=f"it stands at {notice.stage}, not at {stage}")


class ManualDesk(Protocol):
    """The two people at the desk; each method checks who answers (PIN) and raises where they refuse or leave."""

    def approve(self, slot: str) -> str:
        """Ask the supervisor to approve; return their key id."""
        ...

    def show_number(self, slot: str, number: str) -> None:
        """Show the number to the supervisor alone, until the answer is keyed."""
        ...

    def key_answer(self, slot: str, again: bool) -> tuple[str, Outcome]:
        """Ask the supervisor for the answer; `again` where the two differed.  Return their key id and the answer."""
        ...

    def confirm_answer(self, slot: str) -> tuple[str, Outcome]:
        """Ask the operator for the same answer, unseen.  Return their key id and the answer."""
        ...

    def hide_number(self, slot: str) -> None:
        """Take the number off the screen."""
        ...


def notify_by_hand(
    order: CallOrder,
    desk: ManualDesk,
    *,
    now: Callable[[], datetime],
    record: Callable[[ManualNotice], None],
) -> tuple[CallResult, ManualNotice]:
    """Take two people through one notice; `record` is called with each stage before its effect.

    Raises:
        ManualNoticeError: as the steps; what `desk` and `record` raise passes through, with the number hidden again.
    """
    notice = _noted(approve(ManualNotice(order.slot, order.round), desk.approve(order.slot)), record)
    notice = _noted(disclose(notice, now()), record)
    try:
        desk.show_number(order.slot, order.number)
        while notice.stage is not Stage.DONE:
            supervisor, answer = desk.key_answer(order.slot, again=notice.mismatches > 0)
            notice = key_answer(notice, supervisor, answer)
            operator, confirmed = desk.confirm_answer(order.slot)
            notice = _noted(confirm_answer(notice, operator, confirmed, now()), record)
    finally:
        desk.hide_number(order.slot)
    return result_of(notice), notice


def _noted(notice: ManualNotice, record: Callable[[ManualNotice], None]) -> ManualNotice:
    record(notice)
    return notice

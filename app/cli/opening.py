"""An opening at the terminal: two people, the time or an early approval, papers, transcript, sign-in.

Names go to the printer alone: the sample centre's file printer, or, until a printer is set up, numbered PDF copies in
the folder that the two name.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from app.cli.context import Context, unlock
from app.cli.prompts import is_yes
from app.cli.walk import DrawWalk, LineFor
from app.composition import Station
from app.papers import Papers
from app.printing_out import printer_for
from app.transcribing import write_audit, write_transcript
from drawing.custody import SealedList
from drawing.desk import opening
from drawing.desk.station import LiveDraw
from drawing.steps import Step
from printing.issue import Order, issue_copy
from printing.printers import Printer
from printing.register import Copy, CopyState
from vault.identity import PrivateIdentity
from vault.roles import Role

_PRINTED: Final[Mapping[CopyState, str]] = {
    CopyState.DONE: "Printed: {document}, copy {number}",
    CopyState.UNKNOWN: "Perhaps printed: {document}, copy {number}. Look at the printer, and keep what came out.",
    CopyState.FAILED: "Not printed: {document}, copy {number}. Print it with: fengqian print",
    CopyState.RESERVED: "Perhaps printed: {document}, copy {number}. Look at the printer, and keep what came out.",
}


class OpenWalk:
    """One opening at one terminal."""

    def __init__(
        self, context: Context, station: Station, live: LiveDraw, out: Path, line: LineFor | None = None
    ) -> None:
        self._context, self._station, self._live, self._out, self._line = context, station, live, out, line
        self._papers = Papers(context, station, live, out)

    def run(self) -> None:
        """Open, print, ask who has signed in, replace who can't sit, and leave a transcript."""
        while True:
            sealed = self._open()
            self._hand_out(sealed)
            vacated = self._sign_in(sealed)
            if not vacated:
                break
            self._vacate(sealed, vacated)
            DrawWalk(self._context, self._station, self._live, self._out, self._line).run()
        self._transcribe(sealed)
        if self._live.record.step is Step.OPENED:
            opening.close(self._live, "everyone has signed in", sealed)
            self._context.tell("The draw {serial} is closed.", serial=self._live.record.serial)

    def _vacate(self, sealed: SealedList, vacated: Mapping[str, str]) -> None:
        """Put the draw back to filling; from the second time on with a second supervisor and a reason of their own."""
        if not self._live.record.reentries:
            opening.vacate_after_opening(self._live, sealed, vacated, "conflict or absence at sign-in")
            return
        self._context.tell("Members were replaced before. Doing so again needs a second supervisor and a reason.")
        reason = self._context.ask_reason(
            "signin.reason", self._context.wording("Why members are replaced again (it will be published)")
        )
        opening.vacate_after_opening(self._live, sealed, vacated, reason, self._second())

    def print_copies(self) -> None:
        """Print a numbered copy of an opened list: the first, or one more with its reason."""
        self._live.record.require("Printing", Step.OPENED, Step.CLOSED)
        self._print(opening.open_list(self._live), again=True)

    def _hand_out(self, sealed: SealedList) -> None:
        """Print at the sample centre; an ordinary station writes names to no file unless somebody asks for it."""
        if self._live.record.step is not Step.OPENED:
            return
        text = self._context.wording("Print list and sign-in sheet now, as numbered PDF copies?")
        if self._station.sample or is_yes(self._context.prompts, "print.now", text):
            self._print(sealed)
        else:
            self._context.tell("Nothing with a name was written. A numbered copy comes with: fengqian print")

    def _open(self) -> SealedList:
        try:
            sealed = opening.open_list(self._live)
        except opening.TooEarlyError as error:
            self._context.tell_refusal(error)
            reason = self._context.ask_reason(
                "opening.reason", self._context.wording("Reason for an early opening (it will be published)")
            )
            sealed = opening.open_list(self._live, self._second(), reason)
        self._context.tell("The list is open.")
        return sealed

    def _second(self) -> PrivateIdentity:
        first = self._live.present.supervisor.identity
        return unlock(self._context, self._station, Role.SUPERVISOR, "second_supervisor", but=first)

    def _print(self, sealed: SealedList, *, again: bool = False) -> None:
        """Print list and sign-in sheet; what is certainly printed already only where a copy is asked for `again`."""
        printer = printer_for(self._station, self._out)
        subject = f"{self._live.draw}/{self._live.record.sealings[-1].number}"
        papers: tuple[tuple[str, Callable[[int], bytes]], ...] = (
            ("namelist", partial(self._papers.namelist, sealed)),
            ("signin", partial(self._papers.signin, sealed)),
        )
        for document, make in papers:
            earlier = self._station.copies.copies(subject, document)
            if again or all(copy.state is not CopyState.DONE for copy in earlier):
                self._issue(document, subject, make, printer, reprint=bool(earlier))

    def _issue(
        self, document: str, subject: str, make: Callable[[int], bytes], printer: Printer, *, reprint: bool
    ) -> None:
        name = self._context.wording(document)
        text = self._context.wording("A copy of {document} was made before. Reason for another").format(document=name)
        reason = self._context.ask_reason(f"print.{document}.reason", text) if reprint else ""
        order = Order(subject, document, document, self._live.present.keyids, reason)

        def announce(copy: Copy) -> None:
            self._live.write("draw.printed", {"document": document, "copy": copy.number, "reason": reason or None})

        copy = issue_copy(order, make, register=self._station.copies, printer=printer, announce=announce)
        self._context.tell(_PRINTED[copy.state], document=name, number=copy.number)

    def _sign_in(self, sealed: SealedList) -> dict[str, str]:
        """Ask which slots' people can't sit; a slot is named, its reason conflict or absent."""
        if self._live.record.step is not Step.OPENED:
            return {}
        slots = {member.slot for member in sealed.members}
        while True:
            text = self._context.ask("signin.vacant", "Slots whose expert can't sit, as 3=conflict, 5=absent; or empty")
            typed = unicodedata.normalize("NFKC", text).replace("、", ",").split(",")
            items = [item.strip().partition("=") for item in typed if item.strip()]
            wrong = [item[0] for item in items if item[0] not in slots or item[2] not in ("conflict", "absent")]
            if wrong:
                self._context.tell("There is no such slot or reason: {items}.", items=self._context.listed(wrong)[:40])
            elif not items or self._is_meant([item[0] for item in items]):
                return {slot: reason for slot, _, reason in items}

    def _is_meant(self, slots: Sequence[str]) -> bool:
        """Say what these slots were drawn for, never who sits there, and ask whether they are meant."""
        record = self._live.record
        for name in slots:
            quota = record.frozen().quotas[record.slots[name].quota]
            self._context.tell(
                "  slot {slot}: {specialty}, site {site}", slot=name, specialty=quota.specialty, site=quota.site
            )
        text = self._context.wording(
            "Do these slots fall free? Compare them with the list; no asks for the slots again"
        )
        return is_yes(self._context.prompts, "signin.confirm", text)

    def _transcribe(self, sealed: SealedList) -> None:
        self._context.tell("Transcript: {name}", name=write_transcript(self._station, self._live, sealed, self._out))
        audit = write_audit(self._station, self._live, sealed, self._out)
        if audit is None:
            self._context.tell("No auditor is known here, so no auditor's form was made.")
        else:
            self._context.tell("Auditor's form: {name}", name=audit)

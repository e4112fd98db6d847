"""A draw walked to its sealed list with the people at the terminal: what is asked at each step, and what is shown.

The loop looks at the draw's state and does its next step, so that a draw that was cut off goes on where it was.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from app.calls import Calls
from app.cli.calling import HandLine
from app.cli.context import Context, tell_bidders, unlock
from app.cli.prompts import agree, is_yes
from app.composition import Station
from app.papers import Papers
from app.people import by_name, named, people_with
from app.rulepacks import pack_for
from app.typed import typed_row
from app.voicing import Recordings
from drawing.ceremony import fingerprint_of
from drawing.certificate import RELATIONS, EarlierCeremony
from drawing.codestrip import StripRefusedError, parse_strip
from drawing.custody import Confirmed
from drawing.desk import comparing, filling, freezing, preparing, sealing, seeding
from drawing.desk.station import LiveDraw
from drawing.dice import DiceRefusedError
from drawing.due import Due
from drawing.narrowing import QuotasUnfillableError
from drawing.notice.line import Line
from drawing.order import CodeMismatchError
from drawing.steps import OPEN, Step
from vault import base32
from vault.identity import Identity, PrivateIdentity
from vault.roles import Role

LineFor = Callable[[LiveDraw], Line]
Taken = TypeVar("Taken")


class DrawWalk:
    """One draw at one terminal."""

    def __init__(
        self, context: Context, station: Station, live: LiveDraw, out: Path, line: LineFor | None = None
    ) -> None:
        self._context, self._station, self._live = context, station, live
        self._papers = Papers(context, station, live, out)
        self._recordings = Recordings(context, live, out / "voice")
        self._line = line
        self._steps: Mapping[Step, Callable[[], None]] = {
            Step.PREPARED: self._narrow,
            Step.NARROWED: self._freeze,
            Step.FROZEN: self._fix,
            Step.FIXED: self._dice,
            Step.SEEDED: self._fill,
            Step.FILLING: self._fill,
            Step.COMPLETE: self._seal,
            Step.SHORT: self._seal,
        }

    def run(self) -> None:
        """Go on until the list is sealed, or the draw has ended another way; a sealed list's papers are made last."""
        with self._recordings:
            while (step := self._steps.get(self._live.record.step)) is not None:
                step()
        if self._live.record.step is Step.SEALED:
            for path in self._papers.after_sealing():
                self._tell("Paper: {name}", name=path.name)

    def _tell(self, text: str, **details: object) -> None:
        self._context.tell(text, **details)

    def _agree(self, question: str, text: str, **details: object) -> None:
        agree(self._context.prompts, question, self._context.wording(text).format(**details))

    def _narrow(self) -> None:
        request = preparing.stored_request(self._live)
        pack = pack_for(request.project.trade, sample=self._station.sample)
        tell_bidders(self._context, [self._context.listed((one.name, *one.aliases)) for one in request.bidders])
        matches = []
        for number, match in enumerate(preparing.look_alikes(self._live), 1):
            text = self._context.wording("Supervisor: is {employer} the same employer as {recused}?")
            shown = text.format(employer=match.employer, recused=match.recused)
            if is_yes(self._context.prompts, f"lookalike.{number}", shown):
                matches.append(Confirmed(match.recused, match.employer))
        found = preparing.survey(self._live, pack.rules, matches, self._station.clock.now())
        try:
            preparing.preview(self._live, found)
        except QuotasUnfillableError as error:
            for lack in error.shortages:
                self._tell("{line}", line=f"✗ {lack.text(self._context.wording)}")
            raise
        for line in found.report.lines(self._context.wording):
            self._tell("{line}", line=line)
        second, reason = self._second_approval() if found.report.needs_approval else (None, "")
        self._agree("narrowing.approve", "Supervisor: sign this narrowing report?")
        preparing.approve(self._live, found, second, reason)

    def _second_approval(self) -> tuple[PrivateIdentity, str]:
        self._tell("A limit is passed. A second supervisor decides, and the reason will be published.")
        first = self._live.present.supervisor.identity
        second = unlock(self._context, self._station, Role.SUPERVISOR, "second_supervisor", but=first)
        shown = self._context.wording("The reason that will be published")
        return second, self._context.ask_reason("narrowing.reason", shown)

    def _freeze(self) -> None:
        request = preparing.stored_request(self._live)
        pack = pack_for(request.project.trade, sample=self._station.sample)
        at = self._live.record.narrowing_at or self._station.clock.now()
        found = preparing.survey(self._live, pack.rules, preparing.stored_matches(self._live), at)
        for number, quota in enumerate(request.quotas, 1):
            self._tell(
                "Quota {number}: {specialty}, {count} experts and {reserves} in reserve, site {site}",
                number=number,
                specialty=quota.specialty,
                count=quota.count,
                reserves=quota.reserves,
                site=quota.site,
            )
        self._tell_related(freezing.related(self._live, request))
        self._tell("Level {level}. Once frozen, quotas, recusals and bank can't be changed.", level=request.level)
        self._agree("freeze.confirm", "Operator and supervisor: freeze now?")
        try:
            freezing.freeze(self._live, found, pack.rules.id, pack.digest)
        except preparing.ReportChangedError:
            self._tell("The pool has changed since the report was signed. Here is the new report.")
            self._narrow()

    def _tell_related(self, ceremonies: Sequence[EarlierCeremony]) -> None:
        for one in ceremonies:
            relation, state = self._context.wording(RELATIONS[one.relation]), self._context.wording(one.state)
            self._tell(
                "▲ Related ceremony {serial}: {relation}, {state}", serial=one.serial, relation=relation, state=state
            )
        if not ceremonies:
            self._tell("No earlier or related ceremony is known at this station.")

    def _fix(self) -> None:
        if self._live.record.frozen().level == "B":
            text = self._context.wording("The end of the code chain, 52 characters")
            self._take_strip("chain.end", text, partial(seeding.fix, self._live))
        else:
            seeding.fix(self._live)

    def _take_strip(self, question: str, text: str, take: Callable[[bytes], Taken]) -> Taken:
        """Ask for a strip until one is taken: a slip in copying, or another round's strip, changes nothing."""
        while True:
            try:
                return take(parse_strip(self._context.prompts.ask(question, text)))
            except (StripRefusedError, CodeMismatchError) as error:
                self._context.tell_refusal(error)

    def _dice(self) -> None:
        live = self._live
        if not live.record.dice:
            self._show_fingerprint()
        for witness in live.record.missing_dice():
            self._enter_dice(witness)
        self._compare_dice()
        seeding.seed(live)

    def _compare_dice(self) -> None:
        """Show every row, and ask each witness who hasn't confirmed theirs; a no is journaled and stops here."""
        for witness, digits in seeding.dice_shown(self._live).items():
            shown = base32.groups(digits, 5)
            self._tell("Dice of {witness}: {value}", witness=self._context.wording(witness), value=shown)
        self._tell("Compare each row with the slip in your hand.")
        for witness in self._live.record.not_confirmed():
            text = self._context.wording("Witness {witness}: does your row agree with your slip?")
            shown = text.format(witness=self._context.wording(witness))
            agrees = is_yes(self._context.prompts, f"dice.compare.{witness}", shown)
            comparing.note_comparison(self._live, witness, agrees=agrees)

    def _show_fingerprint(self) -> None:
        fingerprint = fingerprint_of(self._live.record.ceremony_payload)
        self._tell("Ceremony fingerprint: {fingerprint}", fingerprint=base32.groups(fingerprint))
        for path in self._papers.receipts():
            self._tell("Receipt: {name}", name=path.name)
        self._agree("receipts.taken", "Has every witness taken a receipt or copied the fingerprint?")

    def _enter_dice(self, witness: str) -> None:
        while True:
            text = self._context.ask(
                f"dice.{witness}", "20 dice of {witness}", secret=True, witness=self._context.wording(witness)
            )
            try:
                return seeding.enter_dice(self._live, witness, typed_row(text))
            except DiceRefusedError as error:
                self._context.tell_refusal(error)

    def _fill(self) -> None:
        match filling.due(self._live):
            case Due.ROUND | Due.PROMOTION:
                self._refill()
            case Due.ANSWERS:
                self._call()
            case _:
                self._finish()

    def _refill(self) -> None:
        live = self._live
        if filling.due(live) is Due.PROMOTION:
            moved = filling.promote(live)
            self._tell("Reserve {reserve} takes slot {principal}.", reserve=moved.reserve, principal=moved.principal)
            return
        if live.secret.chain_secret is None:
            number = filling.next_code(live)
            text = self._context.wording("Code number {number}, 52 characters").format(number=number)
            opened = self._take_strip(f"code.{number}", text, partial(filling.open_round, live))
        else:
            opened = filling.open_round(live)
        slots = self._context.listed(name for name, _ in live.record.rounds[-1].slots)
        self._tell("Round {round} is opened and fills the slots {slots}.", round=opened, slots=slots)
        for name, _ in live.record.rounds[-1].slots:
            if live.record.slots[name].state == OPEN:
                self._tell("Slot {slot} falls free at once: a conflict with a bidder. Nobody is called.", slot=name)

    def _call(self) -> None:
        by_hand = self._line is None
        if self._line is not None:
            line = self._line(self._live)
            self._recordings.render()
        else:
            line = HandLine(self._context, self._live, self._station.clock, self._recordings.message)
        Calls(self._context, self._live, self._recordings.of, self._refill, by_hand=by_hand).run(line)

    def _finish(self) -> None:
        if filling.finish(self._live) is Step.COMPLETE:
            self._tell("Every slot is confirmed.")
            return
        for lack in self._live.rounds.lacks():
            text = "Quota {quota} lacks {lacks} in reserve." if lack.reserve else "Quota {quota} lacks {lacks}."
            self._tell(text, quota=lack.quota + 1, lacks=lack.lacks)
        self._tell("What is confirmed stays. The rest may be drawn from another lawful bank.")

    def _seal(self) -> None:
        deputies, found = self._deputies(), sealing.review(self._live)
        for finding in found.broken:
            self._tell("▲ {finding}", finding=finding.text(self._context.wording))
        if not found.broken:
            self._tell("The committee as it sits meets every rule.")
        if found.forbidding:
            text = "Supervisor: these rules forbid such a committee. Seal what is confirmed all the same?"
            self._agree("seal.acknowledge", text)
        self._agree("seal.confirm", "Operator and supervisor: seal the list now?")
        sealed = sealing.seal_list(self._live, deputies, acknowledged=bool(found.forbidding))
        self._tell("The list {serial} is sealed.", serial=sealed.serial)

    def _deputies(self) -> list[Identity]:
        known = [*people_with(self._station, Role.OPERATOR), *people_with(self._station, Role.SUPERVISOR)]
        others = by_name([identity for identity in known if identity.keyid not in self._live.present.keyids])
        if not others:
            return []
        names = self._context.ask(
            "deputies", "Deputies for the opening, by name, or empty ({names})", names=self._context.listed(others)
        )
        chosen = [name for name in names.replace("，", ",").replace("、", ",").split(",") if name.strip()]
        role = f"{self._context.wording(Role.OPERATOR.value)} / {self._context.wording(Role.SUPERVISOR.value)}"
        return [named(others, name, role) for name in chosen]

"""The papers of a draw: what the desk knows, put into what printing makes.

Before the opening every paper is name-free and goes into the folder that the operator named.  Names go to a printer
alone, through the register of copies.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Final, Literal

from app.cli.context import Context
from app.composition import Station
from drawing.ceremony import fingerprint_digest, fingerprint_of
from drawing.certificate import RELATIONS, request_of
from drawing.custody import SealedList
from drawing.desk.preparing import draws, unreadable_draws
from drawing.desk.station import LiveDraw, PackDiffersError
from drawing.replacement import parse_replacement
from drawing.request import Request
from drawing.rules import recall
from drawing.steps import CONFIRMED, parse_round
from printing.ceremonies import CeremonyLine
from printing.certificate import CertificateData, HolderLine, make_certificate
from printing.facts import DrawFacts, Signatory
from printing.minutes import ApprovalLine, MinutesData, RoundLine, StepLine, make_minutes
from printing.namelist import Member, NameListData, make_namelist
from printing.receipt import ReceiptData, RootLine, make_receipt
from printing.signin import SignInData, make_signin
from vault.dsse import Envelope
from vault.files import write_atomic
from vault.journalentry import Entry
from vault.jsontext import Reader

STEPS: Final[Mapping[str, str]] = {
    "draw.prepared": "The request was registered",
    "draw.narrowed": "The narrowing report was signed",
    "draw.frozen": "The draw was frozen",
    "draw.fixed": "The sources were fixed; the fingerprint was shown",
    "draw.dice_entered": "Dice were entered, hidden",
    "draw.seeded": "All sources were revealed",
    "draw.lost": "A lost source or chain was replaced",
    "draw.round_opened": "A round was opened",
    "draw.promoted": "A reserve took a principal slot",
    "draw.vacated": "A slot fell vacant",
    "draw.completed": "Every slot was confirmed",
    "draw.short": "The draw ended short",
    "draw.sealed": "The list was sealed",
    "draw.rechecked": "The sealed list was rechecked against the bidders",
    "draw.opened": "The list was opened",
    "draw.reentered": "A further round was asked for",
}
VERIFY = "fengqian verify transcript.json --fingerprint {fingerprint}"


class Papers:
    """Makes the papers of one draw."""

    def __init__(self, context: Context, station: Station, live: LiveDraw, out: Path) -> None:
        self._context, self._station, self._live, self._out = context, station, live, out

    def receipts(self) -> list[Path]:
        """Write each witness's receipt; return where."""
        generation = self._live.record.fixed().generation
        suffix = "" if generation == 1 else f"-{generation}"
        return [self._write(f"receipt-{name}{suffix}.pdf", self._receipt(name)) for name in self._witnesses()]

    def after_sealing(self) -> list[Path]:
        """Write the sealed list's certificate, the minutes and the journal's checkpoint; return where.

        They need no box, so that a draw that was cut off behind its sealing still gets them.
        """
        number = self._live.record.sealings[-1].number
        suffix = "" if number == 1 else f"-{number}"
        return [
            self._write(f"certificate{suffix}.pdf", self._certificate()),
            self._write(f"minutes{suffix}.pdf", self._minutes()),
            self._write(f"checkpoint{suffix}.txt", self._station.journal.checkpoint()),
        ]

    def namelist(self, sealed: SealedList, copy: int) -> bytes:
        """Make the opened list; it leaves by a printer alone."""
        opened, request = self._last("draw.opened"), self._request(sealed)
        return make_namelist(
            NameListData(
                draw=self._facts(),
                copy=copy,
                printed_by=self._names(),
                printed_at=self._station.clock.now(),
                opened_at=opened.at,
                opened_by=tuple(self._behind(opened)),
                meeting_at=request.meeting.start,
                place="; ".join(site.place for site in request.meeting.sites),
                members=tuple(self._members(sealed, request)),
                early_reason=str(opened.body.get("reason") or ""),
            ),
            self._context.wording,
            self._language,
        )

    def signin(self, sealed: SealedList, copy: int) -> bytes:
        """Make the sign-in sheet; it leaves by a printer alone."""
        request = self._request(sealed)
        return make_signin(
            SignInData(
                draw=self._facts(),
                copy=copy,
                printed_by=self._names(),
                printed_at=self._station.clock.now(),
                meeting_at=request.meeting.start,
                place="; ".join(site.place for site in request.meeting.sites),
                members=tuple(self._members(sealed, request)),
            ),
            self._context.wording,
            self._language,
        )

    @property
    def _language(self) -> Literal["zh", "en"]:
        return "zh" if self._context.language == "zh" else "en"

    def _write(self, name: str, content: bytes) -> Path:
        self._out.mkdir(parents=True, exist_ok=True)
        path = self._out / name
        write_atomic(path, content, mode=0o644)
        return path

    def _witnesses(self) -> tuple[str, ...]:
        return self._live.record.frozen().witnesses

    def _facts(self) -> DrawFacts:
        record = self._live.record
        return DrawFacts(
            centre=self._station.settings.centre,
            project=record.project_name,
            lot=record.lot,
            serial=record.sealings[-1].serial if record.sealings else record.serial,
            level=record.frozen().level,
        )

    def _request(self, sealed: SealedList) -> Request:
        return request_of(self._live.record.frozen(), sealed.secret.project, sealed.secret.sealed)

    def _names(self) -> tuple[str, ...]:
        return tuple(key.identity.name for key in self._live.present.keys)

    def _present(self) -> tuple[Signatory, ...]:
        people = (key.identity for key in self._live.present.keys)
        return tuple(Signatory(person.role.value, person.name, person.organisation) for person in people)

    def _entries(self, kind: str) -> list[Entry]:
        return [entry for entry in self._live.entries() if entry.kind == kind]

    def _last(self, kind: str) -> Entry:
        return self._entries(kind)[-1]

    def _receipt(self, witness: str) -> bytes:
        record = self._live.record
        certificate = record.frozen()
        payload = record.ceremony_payload
        return make_receipt(
            ReceiptData(
                draw=self._facts(),
                ceremony=record.serial,
                witness=self._witness(witness),
                issued_at=record.fixed().fixed_at,
                ceremony_digest=fingerprint_digest(payload),
                journal_size=certificate.head.size,
                journal_root=certificate.head.root.hex(),
                roots=tuple(
                    RootLine(key.identity.organisation, key.identity.fingerprint) for key in self._live.present.keys
                ),
                verify_command=VERIFY.format(fingerprint=fingerprint_of(payload)),
                earlier=tuple(self._ceremonies("lot")),
                related=tuple(self._ceremonies(*(name for name in RELATIONS if name != "lot"))),
            ),
            self._context.wording,
            self._language,
        )

    def _witness(self, name: str) -> Signatory:
        for key in self._live.present.keys:
            if key.identity.role.value == name:
                return Signatory(name, key.identity.name, key.identity.organisation)
        return Signatory(name, "", "")

    def _ceremonies(self, *relations: str) -> Iterator[CeremonyLine]:
        """Give the certificate's other ceremonies of these relations; how they stood at the freeze is what is said."""
        station, wording = self._live.station, self._context.wording
        payloads = {record.serial: record.ceremony_payload for _, record in draws(station)}
        begun = {record.serial: record.prepared_at for _, record in draws(station)}
        begun |= {unread.serial: unread.begun_at for unread in unreadable_draws(station)}
        for earlier in self._live.record.frozen().ceremonies:
            at = begun.get(earlier.serial)
            if earlier.relation in relations and at is not None:
                payload = payloads.get(earlier.serial)
                yield CeremonyLine(
                    serial=earlier.serial,
                    begun_at=at,
                    state=wording(earlier.state),
                    fingerprint=fingerprint_of(payload) if payload else "",
                    relation=wording(RELATIONS[earlier.relation]),
                )

    def _findings(self) -> tuple[str, ...]:
        """Say which rules the committee broke as it was sealed; their ids alone where the pack is no longer at hand."""
        record, certificate = self._live.record, self._live.record.frozen()
        broken = record.sealings[-1].findings
        try:
            pack = self._live.rules()
        except PackDiffersError:
            return broken
        drawn = sum(not slot.reserve for slot in record.committee())
        found = recall(pack, broken, drawn, certificate.recommended, certificate.owner_members)
        return tuple(finding.text(self._context.wording) for finding in found)

    def _certificate(self) -> bytes:
        record = self._live.record
        certificate, sealing = record.frozen(), record.sealings[-1]
        return make_certificate(
            CertificateData(
                draw=self._facts(),
                copy=1,
                sealed_at=self._last("draw.sealed").at,
                opens_at=sealing.opening,
                box_digest=sealing.box,
                holders=tuple(self._holders()),
                experts=sum(not slot.reserve for slot in record.committee()),
                reserves=sum(slot.reserve for slot in record.committee()),
                owner_members=certificate.owner_members,
                ceremony_fingerprint=fingerprint_of(record.ceremony_payload),
                findings=self._findings(),
                ceremonies=tuple(self._ceremonies(*RELATIONS)),
            ),
            self._context.wording,
            self._language,
        )

    def _holders(self) -> Iterator[HolderLine]:
        known = {identity.keyid: identity for identity in self._station.people.list()}
        for holder in Reader(self._last("draw.sealed").body).readers("holders"):
            identity = known[holder.text("keyid")]
            yield HolderLine(identity.role.value, identity.organisation, identity.name, identity.fingerprint)

    def _minutes(self) -> bytes:
        record = self._live.record
        entries = self._live.entries()
        return make_minutes(
            MinutesData(
                draw=self._facts(),
                station=self._station.settings.centre,
                began_at=entries[0].at,
                ended_at=self._last("draw.sealed").at,
                result=self._result(),
                ceremony_fingerprint=fingerprint_of(record.ceremony_payload),
                bank=self._bank(),
                present=self._present(),
                steps=tuple(self._step_lines(entries)),
                rounds=tuple(self._round_lines(entries)),
                approvals=tuple(self._approvals(entries)),
                disclosures=tuple(self._disclosures(entries)),
                box_digest=record.sealings[-1].box,
                findings=self._findings(),
                ceremonies=tuple(self._ceremonies(*RELATIONS)),
                sample=self._station.sample,
            ),
            self._context.wording,
            self._language,
        )

    def _result(self) -> str:
        text = "The list is sealed; all slots are confirmed."
        if any(not slot.reserve for slot in self._live.record.open_slots(reserve=False)):
            text = "The list is sealed; some slots could not be filled."
        return self._context.wording(text)

    def _bank(self) -> str:
        days, count = self._live.record.frozen().bank_changes
        return self._context.wording("{count} changes in the {days} days before").format(count=count, days=days)

    def _step_lines(self, entries: Sequence[Entry]) -> Iterator[StepLine]:
        names = {identity.keyid: identity.name for identity in self._station.people.list()}
        for entry in entries:
            if entry.kind in STEPS:
                people = ", ".join(names.get(keyid, keyid[:8]) for keyid in entry.by)
                yield StepLine(entry.at, self._context.wording(STEPS[entry.kind]), people)

    def _round_lines(self, entries: Sequence[Entry]) -> Iterator[RoundLine]:
        answers = [Reader(entry.body) for entry in entries if entry.kind == "draw.answered"]
        outcomes = [(answer.integer("round"), answer.text("outcome")) for answer in answers]
        for place, entry in enumerate(entries):
            if entry.kind != "draw.round_opened":
                continue
            opened = parse_round(Reader(entry.body))
            freed = sum(1 for _ in takewhile(lambda later: later.kind == "draw.vacated", entries[place + 1 :]))
            ends = [outcome for number, outcome in outcomes if number == opened.number]
            yield RoundLine(
                number=opened.number,
                opened_at=entry.at,
                quota=", ".join(name for name, _ in opened.slots),
                asked=len(opened.slots) - freed,
                attends=ends.count(CONFIRMED),
                declines=ends.count("declined"),
                no_answer=len(ends) - ends.count(CONFIRMED) - ends.count("declined"),
                reserves=sum(name.startswith("R") for name, _ in opened.slots),
            )

    def _behind(self, entry: Entry) -> list[str]:
        names = {identity.keyid: identity.name for identity in self._station.people.list()}
        return [names.get(keyid, keyid[:8]) for keyid in entry.by]

    def _approvals(self, entries: Sequence[Entry]) -> Iterator[ApprovalLine]:
        names = {identity.keyid: identity.name for identity in self._station.people.list()}
        for entry in entries:
            if entry.kind == "draw.narrowed":
                body = Reader(entry.body)
                people = ", ".join(names.get(keyid, keyid[:8]) for keyid in body.texts("approved_by"))
                what = self._context.wording("Narrowing report")
                yield ApprovalLine(entry.at, what, people, body.optional_text("reason") or "")
            elif entry.kind in ("draw.opened", "draw.reentered") and entry.body.get("reason"):
                what, reason = self._context.wording(STEPS[entry.kind]), str(entry.body["reason"])
                yield ApprovalLine(entry.at, what, ", ".join(self._behind(entry)), self._context.wording(reason))
            elif entry.kind == "draw.lost":
                loss = parse_replacement(Envelope.of(entry.body["replacement"]).payload)
                people = ", ".join(names.get(keyid, keyid[:8]) for keyid in entry.by)
                yield ApprovalLine(entry.at, self._context.wording(STEPS[entry.kind]), people, loss.reason)

    def _disclosures(self, entries: Sequence[Entry]) -> Iterator[ApprovalLine]:
        """Name each call by hand: before it, the supervisor at the desk saw whose number it was."""
        names = {identity.keyid: identity.name for identity in self._station.people.list()}
        for entry in entries:
            body = Reader(entry.body)
            if entry.kind == "draw.called" and body.boolean("by_hand"):
                what = self._context.wording("Slot {slot}, round {round}: number shown for a notice by hand")
                shown = what.format(slot=body.text("slot"), round=body.integer("round"))
                yield ApprovalLine(entry.at, shown, ", ".join(names.get(keyid, keyid[:8]) for keyid in entry.by))

    def _members(self, sealed: SealedList, request: Request) -> Iterator[Member]:
        elsewhere = {site.id: site.place for site in request.meeting.sites[1:]}
        for member in sealed.members:
            yield Member(
                kind="reserve" if member.slot.startswith("R") else "expert",
                name=member.name,
                employer=member.employer,
                specialty=", ".join(member.specialties),
                phone=member.phone,
                site=elsewhere.get(member.site, ""),
            )
        for recommended in request.recommended:
            yield Member("recommended", recommended.name, recommended.employer, article=recommended.article)
        for owner in request.owner_members:
            yield Member("owner", owner.name, owner.employer, authority=owner.authority)

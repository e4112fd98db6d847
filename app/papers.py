"""The papers of a draw: what the desk knows, put into what printing makes.

Before the opening every paper is name-free and goes into the folder that the operator named.  Names go to a printer
alone, through the register of copies.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from app.composition import Station
from app.papers_facts import DrawSource
from app.papers_minutes import minutes_of
from app.wording import Speech
from drawing.ceremony import fingerprint_digest, fingerprint_of
from drawing.certificate import RELATIONS, request_of
from drawing.custody import SealedList
from drawing.desk.station import LiveDraw
from drawing.request import Request
from drawing.steps import Slot
from printing.certificate import CertificateData, HolderLine, make_certificate
from printing.facts import Signatory
from printing.minutes import make_minutes
from printing.namelist import Member, NameListData, make_namelist
from printing.phrases import Language, Wording
from printing.receipt import ReceiptData, RootLine, make_receipt
from printing.signin import SignInData, make_signin
from vault.files import write_atomic
from vault.jsontext import Reader

VERIFY = "fengqian verify transcript.json --fingerprint {fingerprint}"


class Papers:
    """Makes the papers of one draw, for whoever asks: `speech` is their language and its wording."""

    def __init__(self, speech: Speech, station: Station, live: LiveDraw, out: Path) -> None:
        self._source = DrawSource(speech, station, live)
        self._station, self._live, self._out = station, live, out

    def receipts(self) -> list[Path]:
        """Write each witness's receipt; return where."""
        generation = self._live.record.fixed().generation
        suffix = "" if generation == 1 else f"-{generation}"
        return [
            self._write(f"receipt-{witness.role}{suffix}.pdf", self._receipt(witness))
            for witness in self._source.witnesses()
        ]

    def after_sealing(self) -> list[Path]:
        """Write the sealed list's certificate, the minutes and the journal's checkpoint; return where.

        They need no box, so that a draw that was cut off behind its sealing still gets them.
        """
        number = self._live.record.sealings[-1].number
        suffix = "" if number == 1 else f"-{number}"
        minutes = make_minutes(minutes_of(self._source), *self._reader())
        return [
            self._write(f"certificate{suffix}.pdf", self._certificate()),
            self._write(f"minutes{suffix}.pdf", minutes),
            self._write(f"checkpoint{suffix}.txt", self._station.journal.checkpoint()),
        ]

    def namelist(self, sealed: SealedList, copy: int) -> bytes:
        """Make the opened list; it leaves by a printer alone."""
        opened, request = self._source.last("draw.opened"), self._request(sealed)
        data = NameListData(
            draw=self._source.facts(),
            copy=copy,
            printed_by=self._names(),
            printed_at=self._station.clock.now(),
            opened_at=opened.at,
            opened_by=tuple(self._source.named(opened.by)),
            meeting_at=request.meeting.start,
            places=tuple(site.place for site in request.meeting.sites),
            members=tuple(_members(sealed, request, self._live.record.slots)),
            early_reason=str(opened.body.get("reason") or ""),
        )
        return make_namelist(data, *self._reader())

    def signin(self, sealed: SealedList, copy: int) -> bytes:
        """Make the sign-in sheet; it leaves by a printer alone."""
        request = self._request(sealed)
        data = SignInData(
            draw=self._source.facts(),
            copy=copy,
            printed_by=self._names(),
            printed_at=self._station.clock.now(),
            meeting_at=request.meeting.start,
            places=tuple(site.place for site in request.meeting.sites),
            members=tuple(_members(sealed, request, self._live.record.slots)),
            witnesses=self._source.present(),
        )
        return make_signin(data, *self._reader())

    def _reader(self) -> tuple[Wording, Language]:
        return self._source.speech.wording, self._source.language

    def _write(self, name: str, content: bytes) -> Path:
        self._out.mkdir(parents=True, exist_ok=True)
        path = self._out / name
        write_atomic(path, content, mode=0o644)
        return path

    def _request(self, sealed: SealedList) -> Request:
        return request_of(self._live.record.frozen(), sealed.secret.project, sealed.secret.sealed)

    def _names(self) -> tuple[str, ...]:
        return tuple(key.identity.name for key in self._live.present.keys)

    def _receipt(self, witness: Signatory) -> bytes:
        record, source = self._live.record, self._source
        payload, head = record.ceremony_payload, record.frozen().head
        data = ReceiptData(
            draw=source.facts(),
            ceremony=record.serial,
            witness=witness,
            issued_at=record.fixed().fixed_at,
            ceremony_digest=fingerprint_digest(payload),
            journal_size=head.size,
            journal_root=head.root.hex(),
            roots=tuple(
                RootLine(key.identity.organisation, key.identity.fingerprint) for key in self._live.present.keys
            ),
            verify_command=VERIFY.format(fingerprint=fingerprint_of(payload)),
            earlier=tuple(source.ceremonies("lot")),
            related=tuple(source.ceremonies(*(name for name in RELATIONS if name != "lot"))),
        )
        return make_receipt(data, *self._reader())

    def _certificate(self) -> bytes:
        record, source = self._live.record, self._source
        sealing, committee = record.sealings[-1], record.committee()
        data = CertificateData(
            draw=source.facts(),
            copy=1,
            sealed_at=source.last("draw.sealed").at,
            opens_at=sealing.opening,
            box_digest=sealing.box,
            holders=tuple(self._holders()),
            experts=sum(not slot.reserve for slot in committee),
            reserves=sum(slot.reserve for slot in committee),
            owner_members=record.frozen().owner_members,
            ceremony_fingerprint=fingerprint_of(record.ceremony_payload),
            findings=source.findings(),
            ceremonies=tuple(source.ceremonies(*RELATIONS)),
        )
        return make_certificate(data, *self._reader())

    def _holders(self) -> Iterator[HolderLine]:
        known = {identity.keyid: identity for identity in self._station.people.list()}
        for holder in Reader(self._source.last("draw.sealed").body).readers("holders"):
            identity = known[holder.text("keyid")]
            yield HolderLine(identity.role.value, identity.organisation, identity.name, identity.fingerprint)


def _members(sealed: SealedList, request: Request, slots: Mapping[str, Slot]) -> Iterator[Member]:
    sought = {name: request.quotas[slot.quota].specialty for name, slot in slots.items()}
    elsewhere = {site.id: site.place for site in request.meeting.sites[1:]}
    for member in sealed.members:
        yield Member(
            kind="reserve" if member.slot.startswith("R") else "expert",
            name=member.name,
            employer=member.employer,
            slot=member.slot,
            specialties=(sought[member.slot],),
            phone=member.phone,
            site=elsewhere.get(member.site, ""),
        )
    for recommended in request.recommended:
        yield Member("recommended", recommended.name, recommended.employer, article=recommended.article)
    for owner in request.owner_members:
        yield Member("owner", owner.name, owner.employer, authority=owner.authority)

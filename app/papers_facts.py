"""What several papers say of one draw: read from its record, its journal and the people of the station."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.composition import Station
from app.wording import Speech
from drawing.ceremony import fingerprint_of
from drawing.certificate import RELATIONS
from drawing.desk.preparing import draws, unreadable_draws
from drawing.desk.station import LiveDraw, PackDiffersError
from drawing.rules import recall
from printing.ceremonies import CeremonyLine
from printing.facts import DrawFacts, Signatory
from printing.phrases import Language, Words
from vault.journalentry import Entry


@dataclass(frozen=True)
class DrawSource:
    """One draw of one station, in the words of who reads its papers."""

    speech: Speech
    station: Station
    live: LiveDraw

    @property
    def language(self) -> Language:
        """Return the papers' language."""
        return "zh" if self.speech.language == "zh" else "en"

    @property
    def words(self) -> Words:
        """Return the papers' words."""
        return Words(self.speech.wording, self.language)

    def facts(self) -> DrawFacts:
        """Return which draw it is; from the second sealing on with that one's serial, and what it replaces."""
        record, replaces = self.live.record, ""
        if len(record.sealings) > 1:
            sealed = [entry for entry in self.entries() if entry.kind == "draw.sealed"][-2]
            text = self.speech.wording("{serial}, sealed at {moment}")
            moment = self.words.moment(sealed.at, seconds=True)
            replaces = text.format(serial=record.sealings[-2].serial, moment=moment)
        return DrawFacts(
            centre=self.station.settings.centre,
            project=record.project_name,
            lot=record.lot,
            serial=record.sealings[-1].serial if record.sealings else record.serial,
            level=record.frozen().level,
            replaces=replaces,
            sample=self.station.sample,
        )

    def entries(self) -> list[Entry]:
        """Return the draw's journal."""
        return self.live.entries()

    def last(self, kind: str) -> Entry:
        """Return the newest entry of a kind that there is."""
        return [entry for entry in self.entries() if entry.kind == kind][-1]

    def named(self, keyids: Sequence[str]) -> list[str]:
        """Return whose keys these are; of a key that nobody here has, its first digits."""
        names = {identity.keyid: identity.name for identity in self.station.people.list()}
        return [names.get(keyid, keyid[:8]) for keyid in keyids]

    def present(self) -> tuple[Signatory, ...]:
        """Return the two who are at the desk."""
        people = (key.identity for key in self.live.present.keys)
        return tuple(Signatory(person.role.value, person.name, person.organisation) for person in people)

    def witnesses(self) -> tuple[Signatory, ...]:
        """Return who throws dice; of an owner's witness, who has no key, the role alone is known."""
        known = {signatory.role: signatory for signatory in self.present()}
        return tuple(known.get(name, Signatory(name, "", "")) for name in self.live.record.frozen().witnesses)

    def ceremonies(self, *relations: str) -> Iterator[CeremonyLine]:
        """Give the certificate's other ceremonies of these relations; how they stood at the freeze is what is said."""
        station, wording = self.live.station, self.speech.wording
        payloads = {record.serial: record.ceremony_payload for _, record in draws(station)}
        begun = {record.serial: record.prepared_at for _, record in draws(station)}
        begun |= {unread.serial: unread.begun_at for unread in unreadable_draws(station)}
        for earlier in self.live.record.frozen().ceremonies:
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

    def findings(self) -> tuple[str, ...]:
        """Say which rules the committee broke as it was sealed; their ids alone where the pack is no longer at hand."""
        record, certificate = self.live.record, self.live.record.frozen()
        broken = record.sealings[-1].findings
        try:
            pack = self.live.rules()
        except PackDiffersError:
            return broken
        drawn = sum(not slot.reserve for slot in record.committee())
        found = recall(pack, broken, drawn, certificate.recommended, certificate.owner_members)
        return tuple(finding.text(self.speech.wording) for finding in found)

"""A draw's state as its journal entries say it, in their order (`docs/formats/rounds.md`); nothing else decides it.

    prepared → narrowed → frozen → fixed → seeded → filling → complete | short → sealed → opened → closed; aborted

`DrawRecord.apply` takes one entry and refuses one that can't follow.  The record knows slots and rounds, never people:
who sits where is `(round, place)`, and only the open box tells whose label that is.  It checks what needs no box: that
certificate, ceremony, randomness and codes belong together.  Signatures are the verifier's.
"""

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from drawing.ceremony import fingerprint_digest, parse_ceremony, source_values
from drawing.certificate import certificate_digest, parse_certificate
from drawing.order import randomness_text, verify_code
from drawing.replacement import CHAIN, parse_replacement, replaceable, require_replaceable
from drawing.state import DrawState
from drawing.steps import (
    ALIVE,
    CONFIRMED,
    OPEN,
    PENDING,
    EntryLike,
    Occupant,
    RecordBrokenError,
    Sealing,
    Slot,
    Step,
    parse_recheck,
    parse_round,
    slots_of,
)
from vault.dsse import Envelope
from vault.errors import FengqianError
from vault.jsontext import Reader
from vault.suite import commitment


@dataclass(slots=True)
class DrawRecord(DrawState):
    """The state of one draw, as the entries taken so far leave it."""

    @classmethod
    def of(cls, entries: Iterable[EntryLike]) -> "DrawRecord":
        """Return the state after these entries of one draw.

        Raises:
            RecordBrokenError: where one can't follow those before it.
        """
        record = cls()
        for entry in entries:
            record.apply(entry)
        return record

    def apply(self, entry: EntryLike) -> None:
        """Take the next entry.

        Raises:
            RecordBrokenError: where it can't follow.
        """
        handler = _HANDLERS.get(entry.kind)
        if handler is None:
            raise RecordBrokenError(index=entry.index, problem=f"unknown kind {entry.kind}")
        allowed, apply = handler
        if self.step not in allowed:
            raise RecordBrokenError(index=entry.index, problem=f"{entry.kind} while {self.step}")
        try:
            apply(self, Reader(entry.body, f"$[{entry.index}]"), entry.at)
        except (KeyError, IndexError, ValueError, FengqianError) as error:
            raise RecordBrokenError(index=entry.index, problem=f"{entry.kind} doesn't fit") from error
        if entry.kind != _VACATED:
            self.behind = entry.kind

    def after(self, entries: Iterable[EntryLike]) -> "DrawRecord":
        """Return the state that would follow these entries, and leave this one as it is.

        Raises:
            RecordBrokenError: where one can't follow; nothing must be journaled then.
        """
        trial = copy.deepcopy(self)
        for entry in entries:
            trial.apply(entry)
        return trial


def _prepared(record: DrawRecord, body: Reader, at: datetime) -> None:
    record.serial, record.lot = body.text("serial"), body.text("lot")
    record.project_name, record.meeting = body.text("name"), body.time("start")
    record.request_digest = body.text("request")
    record.prepared_at = at
    record.step = Step.PREPARED


def _previewed(_record: DrawRecord, _body: Reader, _at: datetime) -> None:
    """A preview changes nothing; it is there to be counted."""


def _narrowed(record: DrawRecord, body: Reader, _at: datetime) -> None:
    record.narrowing_approvers = body.texts("approved_by")
    record.narrowing_digest, record.narrowing_basis = body.text("report"), body.text("basis")
    record.narrowing_at = body.time("at")
    record.step = Step.NARROWED


def _frozen(record: DrawRecord, body: Reader, _at: datetime) -> None:
    record.certificate_payload = Envelope.of(body.raw("certificate")).payload
    record.certificate = parse_certificate(record.certificate_payload)
    if record.certificate.serial != record.serial:
        raise ValueError("another draw's certificate")
    _new_pool(record, body.text("box"))
    record.slots = slots_of(record.certificate)
    record.step = Step.FROZEN


def _new_pool(record: DrawRecord, box: str) -> None:
    """Take a pool's box that holds every recheck so far."""
    record.pool_box = box
    record.pools += 1
    record.taken_up = len(record.rechecks)


def _fixed(record: DrawRecord, body: Reader, _at: datetime) -> None:
    payload = Envelope.of(body.raw("ceremony")).payload
    ceremony = parse_ceremony(payload)
    if ceremony.certificate != certificate_digest(record.certificate_payload):
        raise ValueError("another certificate's ceremony")
    if ceremony.generation != record.next_generation():
        raise ValueError("generations go up by one")
    if ceremony.chain_end in record.lost_chains:
        raise ValueError("a lost chain's end")
    record.ceremony_payload, record.ceremony = payload, ceremony
    record.step = Step.FIXED


def _lost(record: DrawRecord, body: Reader, _at: datetime) -> None:
    replacement, certificate = parse_replacement(Envelope.of(body.raw("replacement")).payload), record.frozen()
    if (replacement.draw, replacement.generation) != (certificate.draw, record.next_generation()):
        raise ValueError("another draw's, or another generation's")
    if replacement.ceremony != fingerprint_digest(record.ceremony_payload):
        raise ValueError("another ceremony's")
    seeded = record.step is not Step.FIXED
    require_replaceable(replacement.lost, replaceable(certificate.witnesses, certificate.level, seeded=seeded))
    if CHAIN in replacement.lost:
        record.lost_chains.append(record.fixed().chain_end)
    _new_pool(record, replacement.box)
    record.dice, record.compared, record.values, record.randomness = {}, {}, (), ""
    record.step = Step.FROZEN


def _dice_entered(record: DrawRecord, body: Reader, _at: datetime) -> None:
    witness = body.text("witness")
    if witness in record.dice or witness not in record.frozen().witnesses:
        raise ValueError(witness)
    record.dice[witness] = body.text("commitment")


def _compared(record: DrawRecord, body: Reader, _at: datetime) -> None:
    witness = body.text("witness")
    if record.missing_dice() or witness not in record.frozen().witnesses:
        raise ValueError(witness)
    if body.integer("generation", 1) != record.fixed().generation:
        raise ValueError("another ceremony's dice")
    record.compared[witness] = body.boolean("agrees")


def _seeded(record: DrawRecord, body: Reader, _at: datetime) -> None:
    if record.missing_dice() or record.not_confirmed():
        raise ValueError("dice are missing, or not confirmed")
    values, randomness, nonces = body.texts("values"), body.text("randomness"), body.reader("nonces")
    dice = dict(zip(record.frozen().witnesses, values[2:], strict=True))
    for witness, digits in dice.items():
        committed = commitment("dice", nonces.hex_bytes(witness, 32), digits.encode("ascii"))
        if committed.hex() != record.dice[witness]:
            raise ValueError("other dice than were entered")
    if source_values(record.fixed(), record.ceremony_payload, values[1], dice) != values:
        raise ValueError("another ceremony's values")
    if randomness_text(values) != randomness or body.integer("generation", 1) != record.fixed().generation:
        raise ValueError("the randomness isn't that of the values")
    record.values, record.randomness = values, randomness
    record.step = Step.FILLING if record.rounds else Step.SEEDED


def _round_opened(record: DrawRecord, body: Reader, _at: datetime) -> None:
    opened = parse_round(body)
    if opened.number != len(record.rounds) + 1 or opened.code_number != record.next_code_number():
        raise ValueError("rounds and codes go up by one")
    if opened.generation != record.fixed().generation:
        raise ValueError("another chain's round")
    verify_code(opened.code, opened.code_number, record.fixed().chain_end)
    for place, (name, quota) in enumerate(opened.slots):
        slot = record.slots[name]
        if slot.state != OPEN or slot.quota != quota:
            raise ValueError(name)
        slot.state, slot.occupant, slot.attempts = PENDING, Occupant(opened.number, place), 0
    record.rounds.append(opened)
    record.step = Step.FILLING


def _called(record: DrawRecord, body: Reader, _at: datetime) -> None:
    slot = _pending_slot(record, body)
    attempt = body.integer("attempt", 1)
    if attempt != slot.attempts + 1:
        raise ValueError("attempts go up by one")
    slot.attempts = attempt
    if body.boolean("by_hand"):
        record.disclosures += 1


def _answered(record: DrawRecord, body: Reader, _at: datetime) -> None:
    slot = _pending_slot(record, body)
    if body.integer("attempts") != slot.attempts:
        raise ValueError("another number of attempts")
    if body.text("outcome") == CONFIRMED:
        slot.state = CONFIRMED
    else:
        _vacate(slot)


def _pending_slot(record: DrawRecord, body: Reader) -> Slot:
    slot, number = record.slots[body.text("slot")], body.integer("round", 1)
    if slot.state != PENDING or slot.occupant is None or slot.occupant.round != number:
        raise ValueError(slot.name)
    return slot


def _vacate(slot: Slot) -> None:
    slot.state, slot.occupant, slot.attempts = OPEN, None, 0


def _promoted(record: DrawRecord, body: Reader, _at: datetime) -> None:
    reserve, principal = record.slots[body.text("from")], record.slots[body.text("to")]
    if reserve is not record.reserve_for(principal.quota) or principal.state != OPEN or principal.reserve:
        raise ValueError(reserve.name)
    principal.state, principal.occupant, principal.attempts = reserve.state, reserve.occupant, reserve.attempts
    _vacate(reserve)


def _vacated(record: DrawRecord, body: Reader, _at: datetime) -> None:
    slot = record.slots[body.text("slot")]
    if slot.state == OPEN or record.behind not in _VACATING:
        raise ValueError(slot.name)
    _vacate(slot)
    record.step = Step.FILLING


def _completed(record: DrawRecord, _body: Reader, _at: datetime) -> None:
    if record.pending() or record.open_slots(reserve=False):
        raise ValueError("not complete")
    record.completed_once = True
    record.step = Step.COMPLETE


def _short(record: DrawRecord, _body: Reader, _at: datetime) -> None:
    if record.pending() or not record.open_slots(reserve=False):
        raise ValueError("not short")
    record.completed_once = True
    record.step = Step.SHORT


def _sealed(record: DrawRecord, body: Reader, _at: datetime) -> None:
    sealing = Sealing(
        body.integer("sealing", 1), body.text("serial"), body.text("box"), body.time("opening"), body.texts("findings")
    )
    if sealing.number != len(record.sealings) + 1:
        raise ValueError("sealings go up by one")
    record.sealings.append(sealing)
    record.step = Step.SEALED


def _rechecked(record: DrawRecord, body: Reader, at: datetime) -> None:
    record.rechecks.append(parse_recheck(body, len(record.rechecks) + 1))
    if record.rechecks[-1].kept is None:
        _refilled(record, body, at)


def _opened(record: DrawRecord, body: Reader, _at: datetime) -> None:
    if body.text("box") != record.sealings[-1].box:
        raise ValueError("another box")
    record.openings += 1
    record.step = Step.OPENED


def _reentered(record: DrawRecord, body: Reader, at: datetime) -> None:
    if (body.optional_text("approved_by") is not None) is not (record.reentries > 0):
        raise ValueError("approved by a second supervisor from the second time on")
    record.reentries += 1
    _refilled(record, body, at)


def _refilled(record: DrawRecord, body: Reader, _at: datetime) -> None:
    _new_pool(record, body.text("box"))
    record.step = Step.FILLING


def _kept(_record: DrawRecord, _body: Reader, _at: datetime) -> None:
    """Papers and transcripts leave the state as it is."""


def _closed(record: DrawRecord, _body: Reader, _at: datetime) -> None:
    record.step = Step.CLOSED


def _aborted(record: DrawRecord, _body: Reader, _at: datetime) -> None:
    record.step = Step.ABORTED


_VACATED = "draw.vacated"
_VACATING = ("draw.reentered", "draw.rechecked", "draw.round_opened")
_EVERY: Sequence[Step] = tuple(Step)
_HANDLERS = {
    "draw.prepared": ((Step.NEW,), _prepared),
    "draw.previewed": ((Step.PREPARED, Step.NARROWED), _previewed),
    "draw.narrowed": ((Step.PREPARED, Step.NARROWED), _narrowed),
    "draw.frozen": ((Step.NARROWED,), _frozen),
    "draw.fixed": ((Step.FROZEN,), _fixed),
    "draw.dice_entered": ((Step.FIXED,), _dice_entered),
    "draw.compared": ((Step.FIXED,), _compared),
    "draw.seeded": ((Step.FIXED,), _seeded),
    "draw.lost": ((Step.FIXED, Step.SEEDED, Step.FILLING), _lost),
    "draw.round_opened": ((Step.SEEDED, Step.FILLING), _round_opened),
    "draw.called": ((Step.FILLING,), _called),
    "draw.answered": ((Step.FILLING,), _answered),
    "draw.promoted": ((Step.SEEDED, Step.FILLING), _promoted),
    _VACATED: ((Step.FILLING,), _vacated),
    "draw.completed": ((Step.SEEDED, Step.FILLING), _completed),
    "draw.short": ((Step.SEEDED, Step.FILLING), _short),
    "draw.sealed": ((Step.COMPLETE, Step.SHORT), _sealed),
    "draw.rechecked": ((Step.SEALED,), _rechecked),
    "draw.opened": ((Step.SEALED,), _opened),
    "draw.reentered": ((Step.OPENED,), _reentered),
    "draw.transcribed": (_EVERY, _kept),
    "draw.printed": (_EVERY, _kept),
    "draw.closed": ((Step.OPENED,), _closed),
    "draw.aborted": (ALIVE, _aborted),
}

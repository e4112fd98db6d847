"""How a live draw becomes what the pages show of it; on the desk's thread."""

from app.desktop.drawviews import DrawView, SealedView, SlotView, WitnessView, quotas_of
from drawing.ceremony import fingerprint_digest, fingerprint_of
from drawing.desk.callstory import EMPTY, stories
from drawing.desk.filling import due
from drawing.desk.seeding import dice_shown
from drawing.desk.station import LiveDraw
from drawing.due import Due
from drawing.steps import Sealing, Step
from printing.qr import ceremony_text


def view_of(live: LiveDraw) -> DrawView:
    """Return a draw as it stands."""
    record, certificate, payload = live.record, live.record.certificate, live.record.ceremony_payload
    following = due(live)
    told = stories(live.entries()) if record.rounds else {}
    return DrawView(
        draw=live.draw,
        serial=record.serial,
        project=record.project_name,
        lot=record.lot,
        step=record.step,
        level="" if certificate is None else certificate.level,
        quotas=() if certificate is None else quotas_of(certificate.quotas),
        slots=tuple(
            SlotView(
                slot.name,
                slot.quota,
                slot.reserve,
                slot.state,
                0 if slot.occupant is None else slot.occupant.round,
                slot.attempts,
                told.get(slot.name, EMPTY),
            )
            for slot in record.slots.values()
        ),
        witnesses=_witnesses(live),
        fingerprint=fingerprint_of(payload) if payload else "",
        qr=ceremony_text(fingerprint_digest(payload)) if payload else "",
        due=following,
        code=record.next_code_number() if following is Due.ROUND else 0,
        needs_code=certificate is not None and certificate.level == "B",
        rounds=len(record.rounds),
        reentries=record.reentries,
        sealed=_sealed(live, record.sealings[-1]) if record.sealings else None,
        lacks=tuple((lack.quota + 1, lack.lacks, lack.reserve) for lack in live.rounds.lacks())
        if record.step in (Step.COMPLETE, Step.SHORT)
        else (),
    )


def _witnesses(live: LiveDraw) -> tuple[WitnessView, ...]:
    record = live.record
    if record.certificate is None:
        return ()
    rows = dice_shown(live) if record.step is Step.FIXED and not record.missing_dice() else {}
    return tuple(
        WitnessView(name, name in record.dice, record.compared.get(name), rows.get(name, ""))
        for name in record.certificate.witnesses
    )


def _sealed(live: LiveDraw, sealing: Sealing) -> SealedView:
    last = next(entry for entry in reversed(live.entries()) if entry.kind == "draw.sealed")
    said = last.body["holders"]
    assert isinstance(said, list)
    holders = tuple((str(one["role"]), str(one["name"])) for one in said if isinstance(one, dict))
    return SealedView(sealing.serial, sealing.opening, holders)

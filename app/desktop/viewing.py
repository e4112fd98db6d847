"""How a live draw becomes what the pages show of it; on the desk's thread."""

from collections.abc import Mapping
from typing import Final

from app.desktop.drawviews import (
    DrawView,
    PlaceView,
    SealedView,
    SlotView,
    SortingView,
    WitnessView,
    quotas_of,
)
from drawing.ceremony import fingerprint_digest, fingerprint_of
from drawing.desk.callstory import EMPTY, stories
from drawing.desk.filling import due
from drawing.desk.seeding import dice_shown
from drawing.desk.station import LiveDraw
from drawing.due import Due
from drawing.specialty import covers
from drawing.steps import Sealing, Step
from printing.qr import ceremony_text
from resources.sample.specialties import specialties

TICKS, SHOWN, DIGITS = 1200, 200, 12
_WHOLE: Final = 2**48


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
        quotas=() if certificate is None else quotas_of(certificate.quotas, names_of(live)),
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


def names_of(live: LiveDraw) -> Mapping[str, str]:
    """Return the names of specialties that this station knows."""
    return specialties() if live.station.sample else {}


def sorting_of(live: LiveDraw, number: int) -> SortingView:
    """Return how a round came about, with no label in it; of those considered, the first `SHOWN`."""
    record, found, opened = live.record, live.rounds.sorting(number), live.record.rounds[number - 1]
    certificate = record.frozen()
    codes = [quota.specialty for quota in certificate.quotas]
    apart = all(not covers(one, other) for at, one in enumerate(codes) for to, other in enumerate(codes) if at != to)
    places = tuple(
        PlaceView(
            place.position.hex()[:DIGITS],
            _share(place.position),
            "" if place.place is None else opened.slots[place.place][0],
            place.reason,
        )
        for place in found.places
    )
    return SortingView(
        draw=view_of(live),
        number=number,
        total=len(found.positions),
        ticks=tuple(sorted({round(_share(one) * TICKS) / TICKS for one in found.positions})),
        places=places[:SHOWN],
        left=max(len(places) - SHOWN, 0),
        dice=tuple(zip(certificate.witnesses, record.values[2:], strict=True)),
        by_quota=apart,
    )


def _share(position: bytes) -> float:
    return int.from_bytes(position[:6], "big") / _WHOLE


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

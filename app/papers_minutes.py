"""The minutes' values: the draw's journal, entry by entry, in words and counts.

No box is opened for it, and nobody drawn is named.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Final

from app.papers_facts import DrawSource
from drawing.ceremony import fingerprint_of
from drawing.certificate import RELATIONS
from drawing.replacement import parse_replacement
from drawing.steps import CONFIRMED, parse_round
from printing.minutes import ApprovalLine, DiceLine, MinutesData, RoundLine, StepLine
from vault.dsse import Envelope
from vault.journalentry import Entry
from vault.jsontext import Reader

STEPS: Final[Mapping[str, str]] = {
    "draw.prepared": "The request was registered",
    "draw.narrowed": "The narrowing report was signed",
    "draw.frozen": "The draw was frozen",
    "draw.fixed": "The sources were fixed; the fingerprint was shown",
    "draw.dice_entered": "Dice entered, hidden: {witness}",
    "draw.compared": "The row shown was confirmed: {witness}",
    "draw.seeded": "All sources were revealed",
    "draw.lost": "A lost source or chain was replaced",
    "draw.round_opened": "Round {round} was opened",
    "draw.promoted": "Reserve {from} took the principal slot {to}",
    "draw.vacated": "Slot {slot} fell vacant: {reason}",
    "draw.completed": "Every slot was confirmed",
    "draw.short": "The draw ended short",
    "draw.sealed": "The list {serial} was sealed",
    "draw.rechecked": "The sealed list was rechecked against the bidders",
    "draw.opened": "The list was opened",
    "draw.reentered": "The draw was put back to filling",
}
DISPUTED: Final = "The row shown was disputed: {witness}"


def minutes_of(source: DrawSource) -> MinutesData:
    """Return what the minutes of a sealed draw say."""
    record, entries = source.live.record, source.entries()
    owners = tuple(witness for witness in source.witnesses() if not witness.name)
    return MinutesData(
        draw=source.facts(),
        station=source.station.settings.centre,
        began_at=entries[0].at,
        ended_at=source.last("draw.sealed").at,
        result=_result(source),
        ceremony_fingerprint=fingerprint_of(record.ceremony_payload),
        bank=_bank(source),
        present=(*source.present(), *owners),
        steps=tuple(_steps(source, entries)),
        dice=tuple(_dice(source, entries)),
        rounds=tuple(_rounds(source, entries)),
        approvals=tuple(_approvals(source, entries)),
        disclosures=tuple(_disclosures(source, entries)),
        box_digest=record.sealings[-1].box,
        findings=source.findings(),
        ceremonies=tuple(source.ceremonies(*RELATIONS)),
    )


def _result(source: DrawSource) -> str:
    text = "The list is sealed; all slots are confirmed."
    if source.live.record.open_slots(reserve=False):
        text = "The list is sealed; some slots could not be filled."
    return source.speech.wording(text)


def _bank(source: DrawSource) -> str:
    """Say which version of the bank was in force at the freeze, by the journal, and how much it had changed."""
    days, count = source.live.record.frozen().bank_changes
    changes = source.speech.wording("{count} changes in the {days} days before").format(count=f"{count:,}", days=days)
    frozen = source.last("draw.frozen").index
    imported = [entry for entry in source.station.journal.entries(kind="bank.imported") if entry.index < frozen]
    if not imported:
        return changes
    body = Reader(imported[-1].body)
    version = source.speech.wording("Version {number}, {experts} experts")
    return source.words.joined(
        version.format(number=body.integer("number"), experts=f"{body.integer('experts'):,}"), changes
    )


def _steps(source: DrawSource, entries: Sequence[Entry]) -> Iterator[StepLine]:
    for entry in entries:
        if entry.kind in STEPS:
            told = {name: value for name, value in entry.body.items() if isinstance(value, str | int)}
            if "witness" in told:
                told["witness"] = source.words.role(str(told["witness"]))
            if entry.kind == "draw.vacated":
                reason = str(told["reason"])
                told["reason"] = source.speech.wording(reason)
            text = DISPUTED if told.get("agrees") is False else STEPS[entry.kind]
            what = source.speech.wording(text).format(**told)
            yield StepLine(entry.at, what, source.words.people(source.named(entry.by)))


def _dice(source: DrawSource, entries: Sequence[Entry]) -> Iterator[DiceLine]:
    """Give each witness's row as it was revealed; at the end of a ceremony's values stand those of its witnesses."""
    witnesses = source.witnesses()
    captions = [witness.caption(source.words) for witness in witnesses]
    revealed = [Reader(entry.body).texts("values") for entry in entries if entry.kind == "draw.seeded"]
    for number, values in enumerate(revealed, 1):
        for caption, digits in zip(captions, values[-len(witnesses) :], strict=True):
            yield DiceLine(caption, digits, replaced=number < len(revealed))


def _rounds(source: DrawSource, entries: Sequence[Entry]) -> Iterator[RoundLine]:
    answers = [Reader(entry.body) for entry in entries if entry.kind == "draw.answered"]
    outcomes = [(answer.integer("round"), answer.text("outcome")) for answer in answers]
    for place, entry in enumerate(entries):
        if entry.kind != "draw.round_opened":
            continue
        opened = parse_round(Reader(entry.body))
        freed = sum(1 for _ in takewhile(lambda later: later.kind == "draw.vacated", entries[place + 1 :]))
        ends = [outcome for number, outcome in outcomes if number == opened.number]
        slots = sorted((name for name, _ in opened.slots), key=lambda name: (name.startswith("R"), len(name), name))
        yield RoundLine(
            number=opened.number,
            opened_at=entry.at,
            quota=source.words.listed(slots),
            asked=len(opened.slots) - freed,
            attends=ends.count(CONFIRMED),
            declines=ends.count("declined"),
            no_answer=len(ends) - ends.count(CONFIRMED) - ends.count("declined"),
            reserves=sum(name.startswith("R") for name, _ in opened.slots),
        )


def _approvals(source: DrawSource, entries: Sequence[Entry]) -> Iterator[ApprovalLine]:
    wording = source.speech.wording
    for entry in entries:
        by, reason = source.words.people(source.named(entry.by)), str(entry.body.get("reason") or "")
        if entry.kind == "draw.narrowed":
            signed = source.words.people(source.named(Reader(entry.body).texts("approved_by")))
            yield ApprovalLine(entry.at, wording("Narrowing report"), signed, reason)
        elif entry.kind in ("draw.opened", "draw.reentered") and reason:
            yield ApprovalLine(entry.at, wording(STEPS[entry.kind]), by, wording(reason))
        elif entry.kind == "draw.lost":
            loss = parse_replacement(Envelope.of(entry.body["replacement"]).payload)
            yield ApprovalLine(entry.at, wording(STEPS[entry.kind]), by, loss.reason)


def _disclosures(source: DrawSource, entries: Sequence[Entry]) -> Iterator[ApprovalLine]:
    """Name each call by hand: before it, the supervisor at the desk saw whose number it was."""
    for entry in entries:
        body = Reader(entry.body)
        if entry.kind == "draw.called" and body.boolean("by_hand"):
            what = source.speech.wording("Slot {slot}, round {round}: number shown for a notice by hand")
            shown = what.format(slot=body.text("slot"), round=body.integer("round"))
            yield ApprovalLine(entry.at, shown, source.words.people(source.named(entry.by)))

"""The minutes of a draw: what happened, when, before whom.  Counts only; no drawn name, no number, no recused person.

Order: the result, the rules that the committee breaks, the steps, the witnesses' dice as their receipts promise, the
rounds with counts by quota, approvals, identities disclosed on the way, other ceremonies, signatures.  No count of the
pool stands here: while the list is sealed it would let whoever has the province's bank try out guesses at bidders and
recusals.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from printing.ceremonies import CeremonyLine, ceremonies_section, rules_section
from printing.facts import DrawFacts, Signatory
from printing.flow import Cell, Column, Field, Flow, Paper, compose
from printing.lines import Style
from printing.phrases import NONE, Language, Wording, Words
from printing.sheet import MONO, SMALL
from vault import base32

_FINE: Final = Style("sans", 9, 14)
_DIGEST: Final = Style("mono", 9, 14)
_ROW: Final = Style("mono", 11, 15)
_SECTION: Final = 42.0


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step: when, what in words, by whom in words."""

    at: datetime
    what: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class DiceLine:
    """What a witness threw: who in words, the twenty digits; `replaced` where other sources took their place."""

    witness: str
    digits: str
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One quota in one round: how many were asked, and how they answered."""

    number: int
    opened_at: datetime
    quota: str
    asked: int
    attends: int
    declines: int
    no_answer: int
    reserves: int = 0


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """An approval or a disclosure: when, what, by whom, for which reason."""

    at: datetime
    what: str
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MinutesData:
    """What the minutes say."""

    draw: DrawFacts
    station: str
    began_at: datetime
    ended_at: datetime
    result: str
    ceremony_fingerprint: str
    bank: str
    present: tuple[Signatory, ...]
    steps: tuple[StepLine, ...] = ()
    dice: tuple[DiceLine, ...] = ()
    rounds: tuple[RoundLine, ...] = ()
    approvals: tuple[ApprovalLine, ...] = ()
    disclosures: tuple[ApprovalLine, ...] = ()
    box_digest: str = ""
    findings: tuple[str, ...] = ()
    ceremonies: tuple[CeremonyLine, ...] = ()
    copy: int = 1


def make_minutes(data: MinutesData, wording: Wording, language: Language = "zh") -> bytes:
    """Return the minutes as PDF on as many A4 pages as they take.

    Raises:
        UnprintableValueError: where the level isn't A, B or C, or a time has no zone.
        MissingGlyphError: where no face has a character.
    """
    words = Words(wording, language)
    paper = Paper(
        title=words.say("Minutes of the draw"),
        centre=data.draw.centre,
        serial=data.draw.serial,
        words=words,
        watermark=words.say("Copy {number}", number=data.copy) if data.copy > 1 else "",
        seal="whole" if data.box_digest else "",
    )

    def draw(flow: Flow) -> None:
        _head(flow, data, words)
        rules_section(flow, data.findings, words)
        _steps(flow, data, words)
        _dice(flow, data, words)
        _rounds(flow, data, words)
        signers = [signatory.caption(words) for signatory in data.present]
        behind = _SECTION + flow.signatures_height(signers)
        disclosed = words.say("Identities disclosed before the opening")
        _approvals(flow, words.say("Approvals"), data.approvals, words)
        _approvals(flow, disclosed, data.disclosures, words, 0.0 if data.ceremonies else behind)
        ceremonies_section(flow, data.ceremonies, words, behind)
        flow.section(words.say("Signatures of those present"), keep=flow.signatures_height(signers[:10]))
        flow.signatures(signers)

    return compose(paper, draw)


def _head(flow: Flow, data: MinutesData, words: Words) -> None:
    flow.gap(2)
    flow.paragraph(data.result, Style("serif", 15, 24, bold=True))
    flow.gap(6)
    fields: list[Field | tuple[str, str]] = [
        *data.draw.fields(words),
        (words.say("Began at"), words.moment(data.began_at, seconds=True)),
        (words.say("Ended at"), words.moment(data.ended_at, seconds=True)),
        (words.level(data.draw.level), words.level_sentence(data.draw.level)),
        (words.say("Station"), data.station),
        (words.say("Expert bank"), data.bank),
        Field(words.say("Fingerprint"), (base32.groups(data.ceremony_fingerprint),), MONO),
    ]
    if data.box_digest:
        fields.append(Field(words.say("Sealed box"), (base32.groups(data.box_digest),), _DIGEST))
    flow.fields(fields)


def _keep(lines: tuple[object, ...]) -> float:
    """Return the height in points to hold with a section's head: a short table whole, a long one's first rows."""
    return 40.0 + 27.0 * min(len(lines), 7)


def _steps(flow: Flow, data: MinutesData, words: Words) -> None:
    flow.section(words.say("Steps"))
    columns = [
        Column(words.say("Time"), 22, style=_FINE),
        Column(words.say("What happened"), 68),
        Column(words.say("By"), 36, style=_FINE),
    ]
    flow.table(columns, [(words.day_and_time(s.at), s.what, s.by or NONE) for s in data.steps])


def _dice(flow: Flow, data: MinutesData, words: Words) -> None:
    if not data.dice:
        return
    flow.section(
        words.say("Dice of the witnesses"),
        words.say("To be compared with the row on each receipt"),
        keep=_keep(data.dice),
    )
    columns = [Column(words.say("Witness"), 60), Column(words.say("Twenty dice in fives"), 66, style=_ROW)]
    note = words.say("Of sources that were replaced later on")
    rows = [(Cell(line.witness, note if line.replaced else ""), base32.groups(line.digits, 5)) for line in data.dice]
    flow.table(columns, rows)


def _rounds(flow: Flow, data: MinutesData, words: Words) -> None:
    if not data.rounds:
        return
    flow.section(
        words.say("Rounds"), words.say("Counts of people; no names stand in these minutes"), keep=_keep(data.rounds)
    )
    columns = [
        Column(words.say("Round"), 11, "left"),
        Column(words.say("Opened at"), 17, style=_FINE),
        Column(words.say("Slots"), 54),
        Column(words.say("Asked"), 11, "right"),
        Column(words.say("Attends"), 11, "right"),
        Column(words.say("Declines"), 11, "right"),
        Column(words.say("No answer"), 12, "right"),
        Column(words.say("Reserves"), 12, "right"),
    ]
    rows: list[tuple[str | Cell, ...]] = []
    last = 0
    for line in data.rounds:
        first = line.number != last
        counts = (line.asked, line.attends, line.declines, line.no_answer, line.reserves)
        number = Cell(str(line.number), bold=True) if first else ""
        rows.append((number, words.time(line.opened_at) if first else "", line.quota, *(str(n) for n in counts)))
        last = line.number
    flow.table(columns, rows)


def _approvals(flow: Flow, title: str, lines: tuple[ApprovalLine, ...], words: Words, behind: float = 0.0) -> None:
    keep = _keep(lines) if lines else SMALL.leading + behind
    flow.section(title, words.say("{count} in all", count=len(lines)), keep=keep)
    if not lines:
        flow.paragraph(words.say("None."), SMALL)
        return
    columns = [
        Column(words.say("Time"), 22, style=_FINE),
        Column(words.say("What"), 44),
        Column(words.say("By"), 26, style=_FINE),
        Column(words.say("Reason"), 34, style=_FINE),
    ]
    rows = [(words.day_and_time(a.at), a.what, a.by, a.reason or NONE) for a in lines]
    flow.table(columns, rows, behind=behind)

"""The opened list: names, employers, numbers.  Printed only after the opening, each copy with its number across it.

Experts come first, recommended ones among them with the article that allows it; then reserves; the owner's members
stand apart, because the owner sent them and no draw did.  Rows number on through the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from printing.facts import DrawFacts, meeting_field
from printing.flow import Cell, Column, Field, Flow, compose
from printing.lines import Style
from printing.opened import opened_paper
from printing.phrases import NONE, Language, Wording, Words
from printing.sheet import MM, SMALL

MemberKind = Literal["expert", "recommended", "reserve", "owner"]

_FINE: Final = Style("sans", 9, 14)
_NAME: Final = Style("sans", 11, 15)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the committee as the opened list shows them.

    `slot` is a drawn expert's (`3`, `R1`): the one name under which terminal and papers speak of a seat.
    `specialties` are what they were drawn for, `article` is what allows a recommended expert, `authority` what an
    owner's member comes on, `site` the place of those who don't come to the main room.
    """

    kind: MemberKind
    name: str
    employer: str
    specialties: tuple[str, ...] = ()
    phone: str = ""
    site: str = ""
    article: str = ""
    authority: str = ""
    slot: str = ""


@dataclass(frozen=True, slots=True)
class NameListData:
    """What the opened list says; `copy` is the number that the register gave out."""

    draw: DrawFacts
    copy: int
    printed_by: tuple[str, ...]
    printed_at: datetime
    opened_at: datetime
    opened_by: tuple[str, ...]
    meeting_at: datetime
    places: tuple[str, ...]
    members: tuple[Member, ...]
    early_reason: str = ""


def make_namelist(data: NameListData, wording: Wording, language: Language = "zh") -> bytes:
    """Return the opened list as PDF on as many A4 pages as it takes, watermarked with its copy's number.

    Raises:
        UnprintableValueError: where a time has no zone.
        MissingGlyphError: where no face has a character of a name.
    """
    words = Words(wording, language)
    title = words.say("List of evaluation experts")
    paper = opened_paper(title, data.draw, data.copy, data.printed_by, data.printed_at, words)

    def draw(flow: Flow) -> None:
        _head(flow, data, words)
        signers = [words.say("Signature of who received this copy"), words.say("Witnessed by")]
        behind = 16 + flow.signatures_height(signers)
        owners = [member for member in data.members if member.kind == "owner"]
        _experts(flow, data, words, 0.0 if owners else behind)
        _owners(flow, owners, words, behind)
        flow.gap(16)
        flow.signatures(signers)

    return compose(paper, draw)


def _head(flow: Flow, data: NameListData, words: Words) -> None:
    opened = words.joined(words.moment(data.opened_at, seconds=True), words.people(data.opened_by))
    fields: list[Field | tuple[str, str]] = [
        *data.draw.fields(words),
        meeting_field(words, data.meeting_at, data.places),
        (words.say("Unsealed at"), opened),
    ]
    if data.early_reason:
        fields.append((words.say("Unsealed early because"), data.early_reason))
    fields.append((words.say("This copy"), flow.paper.watermark_note))
    flow.fields(fields)
    flow.gap(4)
    flow.paragraph(
        words.say("Secret until the result of the tender is fixed. Nobody may copy, photograph or pass it on."), SMALL
    )


def _experts(flow: Flow, data: NameListData, words: Words, behind: float) -> None:
    members = [m for kind in ("expert", "recommended", "reserve") for m in data.members if m.kind == kind]
    reserves = sum(m.kind == "reserve" for m in members)
    aside = words.say("{experts} members, {reserves} in reserve", experts=len(members) - reserves, reserves=reserves)
    flow.section(words.say("Experts"), aside)
    columns = [
        Column(words.say("Slot"), 24),
        Column(words.say("Name"), 86, style=_NAME),
        Column(words.say("Employer"), 146),
        Column(words.say("Drawn for"), 76, style=_FINE),
        Column(words.say("Mobile"), 64, style=_FINE),
        Column(words.say("Sign-in"), 34),
    ]
    rows = [_expert(member, words) for member in members]
    flow.table(columns, rows, row_height=9.5 * MM, behind=behind)


def _expert(member: Member, words: Words) -> tuple[str | Cell, ...]:
    recommended = words.say("Recommended, {article}", article=member.article or NONE)
    return (
        member.slot or NONE,
        Cell(member.name, words.say("In reserve") if member.kind == "reserve" else "", bold=True),
        Cell(member.employer, words.joined(recommended if member.kind == "recommended" else "", member.site)),
        words.listed(member.specialties),
        member.phone,
        "",
    )


def _owners(flow: Flow, owners: Sequence[Member], words: Words, behind: float) -> None:
    if not owners:
        return
    flow.section(
        words.say("Owner's members"),
        words.say("Sent by the owner, not drawn"),
        keep=40.0 + 27.0 * min(len(owners), 3) + behind,
    )
    columns = [  # the fourth is as wide as two above and the gutter between them, so that both tables stand in line
        Column(words.say("Slot"), 24),
        Column(words.say("Name"), 86, style=_NAME),
        Column(words.say("Organisation"), 146),
        Column(words.say("Authority"), 148, style=_FINE),
        Column(words.say("Sign-in"), 34),
    ]
    rows = [(NONE, Cell(member.name, bold=True), member.employer, member.authority or NONE, "") for member in owners]
    flow.table(columns, rows, row_height=9.5 * MM, behind=behind)

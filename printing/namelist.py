"""The opened list: names, employers, numbers.  Printed only after the opening, each copy with its number across it.

Experts come first, recommended ones among them with the article that allows it; then reserves; the owner's members
stand apart, because the owner sent them and no draw did.  Rows number on through the page.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from printing.facts import DrawFacts
from printing.flow import Cell, Column, Flow, compose
from printing.lines import Style
from printing.opened import opened_paper
from printing.phrases import NONE, Language, Wording, Words
from printing.sheet import CELL, MM, SMALL

MemberKind = Literal["expert", "recommended", "reserve", "owner"]

_FINE: Final = Style("sans", 9, 14)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the committee as the opened list shows them.

    `article` is what allows a recommended expert, `authority` what an owner's member comes on, `site` the place of
    those who don't come to the main room.
    """

    kind: MemberKind
    name: str
    employer: str
    specialty: str = ""
    phone: str = ""
    site: str = ""
    article: str = ""
    authority: str = ""


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
    place: str
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
        _experts(flow, data, words)
        _owners(flow, data, words)
        flow.gap(16)
        flow.signatures([words.say("Signature of who received this copy"), words.say("Witnessed by")])

    return compose(paper, draw)


def _head(flow: Flow, data: NameListData, words: Words) -> None:
    opened = words.joined(words.moment(data.opened_at, seconds=True), words.people(data.opened_by))
    fields = [
        *data.draw.fields(words),
        (words.say("Meeting"), words.joined(words.moment(data.meeting_at), data.place)),
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


def _experts(flow: Flow, data: NameListData, words: Words) -> None:
    members = [m for kind in ("expert", "recommended", "reserve") for m in data.members if m.kind == kind]
    reserves = sum(m.kind == "reserve" for m in members)
    aside = words.say("{experts} members, {reserves} in reserve", experts=len(members) - reserves, reserves=reserves)
    flow.section(words.say("Experts"), aside)
    columns = [
        Column(words.say("No."), 7),
        Column(words.say("Name"), 21, style=Style("sans", 11, 15)),
        Column(words.say("Employer"), 43),
        Column(words.say("Specialty"), 31, style=_FINE),
        Column(words.say("Mobile"), 25, style=_FINE),
        Column(words.say("Sign-in"), 23),
    ]
    rows = [_expert(number, member, words) for number, member in enumerate(members, 1)]
    flow.table(columns, rows, row_height=9.5 * MM)


def _expert(number: int, member: Member, words: Words) -> tuple[str | Cell, ...]:
    remark = ""
    if member.kind == "reserve":
        remark = words.say("In reserve")
    elif member.kind == "recommended":
        remark = words.say("Recommended, {article}", article=member.article or NONE)
    return (
        str(number),
        Cell(member.name, bold=True),
        Cell(member.employer, remark),
        Cell(member.specialty, member.site),
        member.phone,
        "",
    )


def _owners(flow: Flow, data: NameListData, words: Words) -> None:
    owners = [member for member in data.members if member.kind == "owner"]
    if not owners:
        return
    first = 1 + len(data.members) - len(owners)
    flow.section(
        words.say("Owner's members"), words.say("Sent by the owner, not drawn"), keep=40.0 + 27.0 * min(len(owners), 3)
    )
    columns = [  # 58.8 is 31, 25 and the gutter between them, so that both tables stand in line
        Column(words.say("No."), 7),
        Column(words.say("Name"), 21, style=Style("sans", 11, 15)),
        Column(words.say("Organisation"), 43),
        Column(words.say("Authority"), 58.8, style=_FINE),
        Column(words.say("Sign-in"), 23, style=CELL),
    ]
    rows = [(str(n), Cell(m.name, bold=True), m.employer, m.authority or NONE, "") for n, m in enumerate(owners, first)]
    flow.table(columns, rows, row_height=9.5 * MM)

"""The sign-in sheet: one row a member, room to write in.  It holds names, so it prints after the opening only.

Telephone numbers are left out: the sheet lies open on a table.
"""

from dataclasses import dataclass
from datetime import datetime

from printing.facts import DrawFacts, Signatory
from printing.flow import Cell, Column, Flow, compose
from printing.lines import Style
from printing.namelist import Member
from printing.opened import opened_paper
from printing.phrases import Language, Wording, Words
from printing.sheet import MM


@dataclass(frozen=True, slots=True)
class SignInData:
    """What the sheet says; `copy` is the number that the register gave out, `site` the room it lies in."""

    draw: DrawFacts
    copy: int
    printed_by: tuple[str, ...]
    printed_at: datetime
    meeting_at: datetime
    place: str
    members: tuple[Member, ...]
    witnesses: tuple[Signatory, ...] = ()


def make_signin(data: SignInData, wording: Wording, language: Language = "zh") -> bytes:
    """Return the sign-in sheet as PDF on as many A4 pages as it takes, watermarked with its copy's number.

    Raises:
        UnprintableValueError: where a time has no zone.
        MissingGlyphError: where no face has a character of a name.
    """
    words = Words(wording, language)
    title = words.say("Sign-in sheet")
    paper = opened_paper(title, data.draw, data.copy, data.printed_by, data.printed_at, words)

    def draw(flow: Flow) -> None:
        flow.fields(
            [
                (words.say("Project"), words.joined(data.draw.project, data.draw.lot)),
                (words.say("Draw serial"), data.draw.serial),
                (words.say("Meeting"), words.joined(words.moment(data.meeting_at), data.place)),
            ]
        )
        flow.gap(6)
        flow.table(_columns(words), _rows(data, words), row_height=13 * MM)
        if data.witnesses:
            flow.gap(14)
            flow.signatures([witness.caption(words) for witness in data.witnesses])

    return compose(paper, draw)


def _columns(words: Words) -> list[Column]:
    return [
        Column(words.say("No."), 7),
        Column(words.say("Name"), 23, style=Style("sans", 11, 15)),
        Column(words.say("Employer"), 42),
        Column(words.say("Identity card checked"), 17),
        Column(words.say("Arrived at"), 17),
        Column(words.say("No interest in any bidder: signature"), 44),
    ]


def _rows(data: SignInData, words: Words) -> list[tuple[str | Cell, ...]]:
    remarks = {
        "expert": "",
        "recommended": words.say("Recommended"),
        "reserve": words.say("In reserve"),
        "owner": words.say("Owner's member"),
    }
    order = list(remarks)
    members = sorted(data.members, key=lambda member: order.index(member.kind))
    return [
        (str(number), Cell(m.name, bold=True), Cell(m.employer, words.joined(remarks[m.kind], m.site)), "", "", "")
        for number, m in enumerate(members, 1)
    ]

"""The sign-in sheet: one row a member, room to write in.  It holds names, so it prints after the opening only.

Where there are several sites each has pages of its own, to lie there, and at their end whoever stands by signs.
Telephone numbers are left out: the sheet lies open on a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from printing.facts import DrawFacts, Signatory, meeting_field
from printing.flow import Cell, Column, Flow, compose
from printing.lines import Style
from printing.namelist import Member
from printing.opened import opened_paper
from printing.phrases import NONE, Language, Wording, Words
from printing.sheet import MM

_GAP: Final = 14.0


@dataclass(frozen=True, slots=True)
class SignInData:
    """What the sheet says: `copy` is the number that the register gave out, `places` the main room and the others.

    `witnesses` sign at the end; at another place than the first it is that site's desk.
    """

    draw: DrawFacts
    copy: int
    printed_by: tuple[str, ...]
    printed_at: datetime
    meeting_at: datetime
    places: tuple[str, ...]
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
        rows = _rows(data, words)
        others = [place for place in data.places[1:] if any(site == place for site, _ in rows)]
        main = [row for site, row in rows if site not in others]
        _site(flow, data, main, data.places[0] if others else "", [w.caption(words) for w in data.witnesses])
        for place in others:
            flow.next_part()
            _site(flow, data, [row for site, row in rows if site == place], place, [words.role("site_desk")])

    return compose(paper, draw)


def _site(
    flow: Flow, data: SignInData, rows: Sequence[tuple[str | Cell, ...]], place: str, signers: Sequence[str]
) -> None:
    """Set one site's head, table and signatures; without a `place` there is one site alone."""
    words = flow.paper.words
    flow.fields(
        [
            (words.say("Project"), words.joined(data.draw.project, data.draw.lot)),
            (words.say("Draw serial"), data.draw.serial),
            *data.draw.marks(words),
            meeting_field(words, data.meeting_at, [place] if place else data.places),
        ]
    )
    if place:
        flow.section(place, words.say("{count} people", count=len(rows)), keep=100)
    else:
        flow.gap(6)
    flow.table(_columns(words), rows, row_height=13 * MM, behind=_GAP + flow.signatures_height(signers))
    if signers:
        flow.gap(_GAP)
        flow.signatures(signers)


def _columns(words: Words) -> list[Column]:
    return [
        Column(words.say("Slot"), 24),
        Column(words.say("Name"), 86, style=Style("sans", 11, 15)),
        Column(words.say("Employer"), 146),
        Column(words.say("Identity card checked"), 40),
        Column(words.say("Arrived at"), 40),
        Column(words.say("No interest in any bidder: signature"), 100),
    ]


def _rows(data: SignInData, words: Words) -> list[tuple[str, tuple[str | Cell, ...]]]:
    """Return each member's site and row, named by their slot."""
    kinds = {
        "expert": "",
        "recommended": words.say("Recommended"),
        "reserve": words.say("In reserve"),
        "owner": words.say("Owner's member"),
    }
    order, sites = list(kinds), ["", *data.places]
    members = sorted(data.members, key=lambda m: (sites.index(m.site) if m.site in sites else 0, order.index(m.kind)))
    return [(m.site, (m.slot or NONE, Cell(m.name, kinds[m.kind], bold=True), m.employer, "", "", "")) for m in members]

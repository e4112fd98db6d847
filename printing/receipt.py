"""The witness receipt: what a witness takes away before anybody enters anything.

Order of use: the station commits, shows the ceremony fingerprint and prints a receipt for each witness; the witness
compares it with the screen, throws twenty dice, writes them into the blank squares and lays the page face down; only
then entry begins.  So the page carries the fingerprint large enough to be compared from a seat, and in full in the
code; the previous head of the journal; whose keys are behind the transcript; how to check it at home; and which other
ceremonies there were, so that a draw that was begun again can't be hidden.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from printing.ceremonies import CeremonyLine, ceremonies_table
from printing.errors import UnprintableValueError
from printing.facts import DrawFacts, Signatory
from printing.flow import Field, Flow, Paper, compose
from printing.lines import Style
from printing.phrases import Language, Wording, Words
from printing.qr import ceremony_text
from printing.sheet import CAPTION, INK, LINE, MM, SMALL
from vault import base32

DICE: Final = 20
_PITCH: Final = 19.0
_GROUP_GAP: Final = 12.0
_LARGE: Final = Style("mono", 33, 40, bold=True)
_QR_SIZE: Final = 46 * MM
_SQUARE: Final = 30.0
_COMMAND: Final = Style("mono", 9.5, 15, bold=True)
_FINE: Final = Style("mono", 9, 14)


@dataclass(frozen=True, slots=True)
class RootLine:
    """One of the two organisations whose self-declared keys everything rests on, and its key's fingerprint."""

    organisation: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class ReceiptData:
    """What a receipt says; `ceremony_digest` is 32 bytes, of which the fingerprint is 26 base32 characters."""

    draw: DrawFacts
    ceremony: str
    witness: Signatory
    issued_at: datetime
    ceremony_digest: bytes
    journal_size: int
    journal_root: str
    roots: tuple[RootLine, ...]
    verify_command: str
    earlier: tuple[CeremonyLine, ...] = ()
    related: tuple[CeremonyLine, ...] = ()
    copy: int = 1


def make_receipt(data: ReceiptData, wording: Wording, language: Language = "zh") -> bytes:
    """Return the receipt as PDF on A4.

    Raises:
        UnprintableValueError: where the digest isn't 32 bytes or the level isn't A, B or C.
        MissingGlyphError: where no face has a character.
    """
    words = Words(wording, language)
    if len(data.ceremony_digest) != 32:
        raise UnprintableValueError(field="ceremony_digest", form="32 bytes")
    paper = Paper(
        title=words.say("Witness receipt"),
        centre=words.joined(data.draw.centre, *(value for _, value in data.draw.marks(words))),
        serial=data.ceremony,
        words=words,
        watermark=words.say("Copy {number}", number=data.copy) if data.copy > 1 else "",
    )

    def draw(flow: Flow) -> None:
        _head(flow, data, words)
        _fingerprint(flow, data.ceremony_digest, words)
        _dice(flow, words)
        _trust(flow, data, words)
        _ceremonies(flow, data, words)

    return compose(paper, draw)


def _head(flow: Flow, data: ReceiptData, words: Words) -> None:
    flow.fields(
        [
            (words.say("Draw serial"), words.joined(data.ceremony, words.moment(data.issued_at, seconds=True))),
            (words.say("Project"), words.joined(data.draw.project, data.draw.lot)),
            (words.say("Witness"), data.witness.caption(words)),
            (words.level(data.draw.level), words.level_sentence(data.draw.level)),
        ]
    )


def _fingerprint(flow: Flow, digest: bytes, words: Words) -> None:
    flow.section(words.say("Ceremony fingerprint"), keep=_QR_SIZE)
    flow.paragraph(words.say("Compare all seven groups with the screen before anyone enters dice."), SMALL)
    top, sheet = flow.y + 6, flow.sheet
    quiet = _QR_SIZE * 4 / 41
    sheet.qr(flow.right - _QR_SIZE + quiet, top - quiet - 16, _QR_SIZE, ceremony_text(digest))
    text = base32.fingerprint(digest)
    for number in range(7):
        group = text[4 * number : 4 * number + 4]
        x = flow.left + number % 4 * (4 * _PITCH + _GROUP_GAP)
        y = top + number // 4 * 57
        sheet.spread(x, y + 29, group, _LARGE, _PITCH)
        sheet.rule(x, x + len(group) * _PITCH, y + 39, 0.75, LINE)
        caption = words.say("Group {number}", number=number + 1)
        sheet.text(x + len(group) * _PITCH / 2, y + 50, caption, CAPTION, "centre")
    flow.y = top + 114


def _dice(flow: Flow, words: Words) -> None:
    flow.section(words.say("Your twenty dice"), keep=2 * _SQUARE + 60)
    flow.paragraph(
        words.say("Throw twenty dice, write one number a square, and lay this page face down until all have entered."),
        SMALL,
    )
    flow.gap(4)
    for index in range(DICE):
        row, column = divmod(index, 10)
        x = flow.left + column * (_SQUARE + 5) + column // 5 * 14
        flow.sheet.box(x, flow.y + row * (_SQUARE + 6), _SQUARE, _SQUARE, edge=INK)
    x = flow.left + 10 * (_SQUARE + 5) + 14 + 16
    foot = flow.y + 2 * _SQUARE + 6
    flow.sheet.rule(x, flow.right, foot, 0.75, INK)
    flow.sheet.text(x, foot - 4, words.say("Signature"), CAPTION)
    flow.gap(2 * (_SQUARE + 6))


def _trust(flow: Flow, data: ReceiptData, words: Words) -> None:
    flow.section(words.say("To check the draw at home"))
    flow.paragraph(
        words.say(
            "Take the transcript when it is published. This command must accept it, and the twenty numbers "
            "it shows for you must be the ones above."
        ),
        SMALL,
    )
    flow.gap(2)
    flow.paragraph(data.verify_command, _COMMAND)
    flow.gap(5)
    label, head = words.say("Root key"), words.say("{size} entries", size=data.journal_size)
    roots = [words.joined(root.organisation, base32.groups(root.fingerprint)) for root in data.roots]
    flow.fields(
        [
            *(Field(label, (root,), _FINE) for root in roots),
            Field(words.say("Journal before"), (head, base32.groups(data.journal_root)), _FINE),
        ]
    )


def _ceremonies(flow: Flow, data: ReceiptData, words: Words) -> None:
    count = words.say("{count} before this one", count=len(data.earlier))
    flow.section(words.say("Ceremonies of this lot and related ones"), count)
    if not (data.earlier or data.related):
        flow.paragraph(
            words.say("None: this is the first ceremony of this lot, and no related one is known here."), SMALL
        )
        return
    same = [replace(line, relation=words.say("Same lot")) for line in data.earlier]
    ceremonies_table(flow, [*same, *data.related], words)

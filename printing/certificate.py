"""The certificate of the sealed list: what a draw ends with until the opening.  It holds no drawn name.

It says which box holds the list, by the digest of the box's bytes, who can open it and from when, and carries lines for
two signatures.  Whoever has the box can compare the digest; the certificate is no secret.
"""

from dataclasses import dataclass
from datetime import datetime

from printing.ceremonies import CeremonyLine, ceremonies_section, rules_section
from printing.errors import UnprintableValueError
from printing.facts import DrawFacts
from printing.flow import Cell, Column, Field, Flow, Paper, compose
from printing.lines import Style
from printing.phrases import Language, Wording, Words
from printing.qr import box_text
from printing.sheet import MM, MONO, SMALL
from vault import base32

_STRIP_WIDTH = 13 * MM
_STRIP_INSET = 11 * MM
_GAP = 26.0
_MARGIN = _STRIP_WIDTH + _STRIP_INSET + 10 * MM
_QR_SIZE = 42 * MM
_DIGEST = Style("mono", 12, 18)
_STATEMENT = Style("serif", 15, 24, bold=True)


@dataclass(frozen=True, slots=True)
class HolderLine:
    """One who holds a share of the box: a role's code, their organisation, name and key fingerprint."""

    role: str
    organisation: str
    name: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class CertificateData:
    """What the certificate says; `box_digest` is SHA-256 of the box as 64 hex digits, counts are of seats."""

    draw: DrawFacts
    copy: int
    sealed_at: datetime
    opens_at: datetime
    box_digest: str
    holders: tuple[HolderLine, ...]
    sealed_by: tuple[str, ...] = ("operator", "supervisor")
    experts: int = 0
    reserves: int = 0
    owner_members: int = 0
    ceremony_fingerprint: str = ""
    findings: tuple[str, ...] = ()
    ceremonies: tuple[CeremonyLine, ...] = ()


def make_certificate(data: CertificateData, wording: Wording, language: Language = "zh") -> bytes:
    """Return the certificate as PDF, one A4 page unless values are very long or many.

    Raises:
        UnprintableValueError: where the digest isn't 64 hex digits or the level isn't A, B or C.
        MissingGlyphError: where no face has a character.
    """
    words = Words(wording, language)
    digest = _digest(data.box_digest)
    paper = Paper(
        title=words.say("Certificate of the sealed list"),
        centre=data.draw.centre,
        serial=data.draw.serial,
        words=words,
        right=_MARGIN,
    )

    def draw(flow: Flow) -> None:
        flow.sheet.strip(flow.sheet.width - _STRIP_INSET - _STRIP_WIDTH, 0, _STRIP_WIDTH, flow.sheet.height)
        _what_is_sealed(flow, data, words)
        rules_section(flow, data.findings, words)
        _box(flow, data.box_digest, digest, words)
        signers = [words.role(role) for role in data.sealed_by]
        behind = _GAP + flow.signatures_height(signers)
        _holders(flow, data, words, 0.0 if data.ceremonies else behind)
        ceremonies_section(flow, data.ceremonies, words, behind)
        flow.gap(_GAP)
        flow.signatures(signers)

    return compose(paper, draw)


def _digest(text: str) -> bytes:
    try:
        digest = bytes.fromhex(text)
    except ValueError as error:
        raise UnprintableValueError(field="box_digest", form="hex") from error
    if len(digest) != 32:
        raise UnprintableValueError(field="box_digest", form="64 hex digits")
    return digest


def _what_is_sealed(flow: Flow, data: CertificateData, words: Words) -> None:
    print_ = data.ceremony_fingerprint
    flow.gap(4)
    flow.paragraph(words.say("Not to be opened before {moment}", moment=words.moment(data.opens_at)), _STATEMENT)
    flow.gap(8)
    counts = words.say(
        "Experts {experts}, reserves {reserves}, owner's members {owner_members}",
        experts=data.experts,
        reserves=data.reserves,
        owner_members=data.owner_members,
    )
    flow.fields(
        [
            *data.draw.fields(words),
            (words.say("Sealed at"), words.moment(data.sealed_at, seconds=True)),
            *([(words.say("The list holds"), counts)] if data.experts else []),
            *([Field(words.say("Fingerprint"), (base32.groups(print_),), MONO)] if print_ else []),
            (words.say("Copy"), words.say("Copy {number}", number=data.copy)),
            (words.level(data.draw.level), words.level_sentence(data.draw.level)),
        ]
    )


def _box(flow: Flow, text: str, digest: bytes, words: Words) -> None:
    flow.section(words.say("Digest of the sealed box (SHA-256)"), keep=_QR_SIZE)
    top, sheet = flow.y, flow.sheet
    quiet = _QR_SIZE * 4 / 41
    sheet.qr(flow.right - _QR_SIZE + quiet, top - quiet, _QR_SIZE, box_text(digest))
    groups = [text[start : start + 4].lower() for start in range(0, 64, 4)]
    pitch = 36.0
    for row in range(4):
        y = top + 13 + row * _DIGEST.leading
        for column, group in enumerate(groups[4 * row : 4 * row + 4]):
            sheet.text(flow.left + column * pitch, y, group, _DIGEST)
    flow.gap(4 * _DIGEST.leading + 6)
    room = flow.width - _QR_SIZE - 4
    note = words.say(
        "The list lies in the box with this digest. This page names nobody; whoever alters the box alters it."
    )
    flow.paragraph(note, SMALL, width=room)
    flow.y = max(flow.y, top + _QR_SIZE - 2 * quiet)


def _holders(flow: Flow, data: CertificateData, words: Words, behind: float) -> None:
    flow.section(words.say("Who opens it together"), words.say("Each role must be present"), keep=70)
    columns = [
        Column(words.say("Role"), 60),
        Column(words.say("Name"), 78),
        Column(words.say("Organisation"), 116),
        Column(words.say("Key fingerprint"), 138, style=Style("mono", 8.5, 14)),
    ]
    rows = [
        (Cell(words.role(h.role), bold=True), h.name, h.organisation, base32.groups(h.fingerprint))
        for h in data.holders
    ]
    flow.table(columns, rows, behind=behind)

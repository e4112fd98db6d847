"""Other ceremonies of a lot and related ones, as receipt, certificate and minutes list them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from printing.flow import Column, Flow
from printing.lines import Style
from printing.phrases import NONE, Words

_FINE: Final = Style("sans", 8.5, 14)


@dataclass(frozen=True, slots=True)
class CeremonyLine:
    """Another ceremony: its number, when it began, how it ended or stands (in words), why it is related (in words)."""

    serial: str
    begun_at: datetime
    state: str
    fingerprint: str = ""
    relation: str = ""


def ceremonies_table(flow: Flow, lines: Sequence[CeremonyLine], words: Words, behind: float = 0.0) -> None:
    """Set a row a ceremony; the last ones stay with the `behind` points that follow."""
    columns = [
        Column(words.say("Ceremony number"), 21, style=_FINE),
        Column(words.say("Begun at"), 29, style=_FINE),
        Column(words.say("State"), 24, style=_FINE),
        Column(words.say("Relation"), 24, style=_FINE),
    ]
    rows = [(line.serial, words.moment(line.begun_at), line.state, line.relation or NONE) for line in lines]
    flow.table(columns, rows, behind=behind)


def ceremonies_section(flow: Flow, lines: Sequence[CeremonyLine], words: Words, behind: float = 0.0) -> None:
    """Set the section that minutes and certificate have where there is any."""
    if lines:
        flow.section(words.say("Ceremonies of this lot and related ones"), keep=40.0 + 27.0 * min(len(lines), 7))
        ceremonies_table(flow, lines, words, behind)


def rules_section(flow: Flow, findings: Sequence[str], words: Words) -> None:
    """Set what the rules found of the committee as it was sealed, a paragraph a rule, where there is anything."""
    if findings:
        flow.section(words.say("Rules that this committee doesn't meet"), keep=40.0 + 18.0 * len(findings))
        for finding in findings:
            flow.paragraph(finding, Style("sans", 10, 16))

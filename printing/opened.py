"""What every paper that holds names has in common: an opened seal, its copy's number across it, and who printed it."""

from collections.abc import Sequence
from datetime import datetime

from printing.facts import DrawFacts
from printing.flow import Paper
from printing.phrases import Words


def opened_paper(
    title: str, draw: DrawFacts, copy: int, printed_by: Sequence[str], printed_at: datetime, words: Words
) -> Paper:
    """Return the paper of a list with names, watermarked with its copy's number, from the second on as a reprint.

    Raises:
        UnprintableValueError: where the time has no zone.
    """
    number = words.say("Copy {number}", number=copy)
    printed = words.say(
        "printed by {people} on {moment}",
        people=words.people(printed_by),
        moment=words.moment(printed_at, seconds=True),
    )
    return Paper(
        title=title,
        centre=draw.centre,
        serial=draw.serial,
        words=words,
        watermark=words.joined(number, words.say("Reprint")) if copy > 1 else number,
        watermark_note=words.joined(number, printed),
        seal="opened",
    )

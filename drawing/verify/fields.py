"""The fields of each step's body (`docs/formats/rounds.md`): all that its page names, and nothing else.

What they say is checked where it counts; of the kinds that change nothing, also their form is checked here.
"""

from collections.abc import Mapping
from typing import Final

from drawing.verify.document import KEYID, Entry, some_text, some_text_or_null
from drawing.verify.report import CheckFailedError

_FIELDS: Final[Mapping[str, str]] = {
    "draw.prepared": "serial lot name start request",
    "draw.previewed": "eligible",
    "draw.narrowed": "report basis signature approved_by reason at",
    "draw.frozen": "certificate box",
    "draw.fixed": "ceremony fingerprint",
    "draw.dice_entered": "witness commitment",
    "draw.compared": "generation witness agrees",
    "draw.seeded": "generation values nonces randomness",
    "draw.lost": "replacement approved_by",
    "draw.round_opened": "round generation code_number code result slots",
    "draw.called": "slot round attempt by_hand",
    "draw.answered": "slot round outcome attempts by_hand keys answered_at",
    "draw.promoted": "from to",
    "draw.vacated": "slot reason",
    "draw.completed": "lacks",
    "draw.short": "lacks",
    "draw.sealed": "sealing serial box opening holders findings",
    "draw.rechecked": "recheck names bidders box kept",
    "draw.opened": "sealing box early reason approved_by",
    "draw.reentered": "reason box approved_by",
    "draw.transcribed": "transcript",
    "draw.printed": "document copy reason",
    "draw.closed": "reason",
    "draw.aborted": "reason",
}


def check_fields(entry: Entry) -> None:
    """Check that a step has exactly the fields of its kind.

    Raises:
        CheckFailedError, MalformedRecordError: naming the entry, and a field that it lacks or has too many.
    """
    if entry.kind not in _FIELDS:
        raise CheckFailedError(entry.place, "is of a kind that no draw has")
    odd = set(_FIELDS[entry.kind].split()).symmetric_difference(entry.body)
    if odd:
        raise CheckFailedError(entry.place, "it lacks the field {field}, or has it too many", field=min(odd))
    _check_silent(entry)


def _check_silent(entry: Entry) -> None:
    body = entry.reader()
    match entry.kind:
        case "draw.previewed":
            body.texts("eligible")
        case "draw.printed":
            some_text(body, "document")
            body.integer("copy", 1)
            some_text_or_null(body, "reason")
        case "draw.transcribed":
            body.text("transcript", pattern=KEYID)
        case "draw.closed":
            body.text("reason")

"""Times as records carry them: aware, UTC, RFC 3339 with Z, to the millisecond at most."""

import re
from datetime import UTC, datetime

_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")


def to_text(moment: datetime) -> str:
    """Write an aware time as `2026-11-23T08:30:00Z`, with three places of a second where it has any.

    Raises:
        ValueError: for a time without a zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    utc = moment.astimezone(UTC)
    places = "milliseconds" if utc.microsecond // 1000 else "seconds"
    return utc.replace(tzinfo=None).isoformat(timespec=places) + "Z"


def from_text(text: str) -> datetime:
    """Read a time that `to_text` could have written.

    Raises:
        ValueError: for any other form, or a date that doesn't exist.
    """
    if _FORM.fullmatch(text) is None:
        raise ValueError("not an RFC 3339 time in UTC")
    return datetime.fromisoformat(text)

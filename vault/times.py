"""Times as records carry them: aware, UTC, RFC 3339 with Z, to the millisecond at most."""

import re
from datetime import UTC, datetime

_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{3})?Z")


def to_text(moment: datetime) -> str:
    """Write an aware time as `2026-11-23T08:30:00Z`, with three places of a second where it has any.

    Raises:
        ValueError: for a time without a zone.
    """
    if moment.utcoffset() is None:
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
    moment = datetime.fromisoformat(text)
    if to_text(moment) != text:
        # .000, or an hour 24 that newer Pythons carry into the next day
        raise ValueError("not a time in its one spelling")
    return moment

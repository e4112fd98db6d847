"""A code on a strip: 32 bytes as 52 base32 characters with a check.

52 characters hold 260 bits: the 256 of the code, then the first 4 bits of `digest("strip", code)`.  A slip of the pen
passes one time in sixteen; the code chain finds it then.
"""

import base64

from drawing.errors import DrawingError
from vault import base32
from vault.suite import digest

LENGTH = 52


class StripRefusedError(DrawingError):
    """What was typed isn't a strip's code."""

    code = "drawing.strip.refused"
    what = "This is not the code of a strip: {problem}."
    todo = "Copy the 52 characters from the strip again; they are letters and the digits 2 to 7."


def strip_text(code: bytes) -> str:
    """Write a 32-byte code as 52 characters."""
    value = int.from_bytes(code, "big") << 4 | digest("strip", code)[0] >> 4
    return base64.b32encode((value << 4).to_bytes(33, "big")).decode("ascii")[:LENGTH]


def parse_strip(text: str) -> bytes:
    """Read what a person typed from a strip: 32 bytes.

    Raises:
        StripRefusedError: where it isn't 52 base32 characters, or the check doesn't hold.
    """
    typed = base32.squeeze(text)
    if len(typed) != LENGTH:
        raise StripRefusedError(problem=f"it has {len(typed)} characters, not {LENGTH}")
    try:
        value = int.from_bytes(base32.decode(text + "AAAA"), "big") >> 20
    except ValueError as error:
        raise StripRefusedError(problem="a character in it is none of base32") from error
    code = (value >> 4).to_bytes(32, "big")
    if strip_text(code) != typed:
        raise StripRefusedError(problem="a character is wrong")
    return code

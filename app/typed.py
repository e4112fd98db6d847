"""What people type, as it stands for."""

import unicodedata


def typed_row(typed: str) -> str:
    """Return a row of dice typed in Chinese width, with spaces, commas or stops between its groups, without them."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", typed) if not sign.isspace() and sign not in ",、。-")

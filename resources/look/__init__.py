"""The look: `tokens.json` holds every colour by theme, `desktop.qss` the one style sheet that they fill.

In the sheet `@token` stands for a colour and `44px` for a length at 100 %; `app.desktop.theme` fills both.
"""

import json
from functools import cache
from importlib.resources import files


@cache
def tokens() -> dict[str, dict[str, str]]:
    """Return the colours, `#RRGGBB`, by theme (`light`, `dark`) and token."""
    found: dict[str, dict[str, str]] = json.loads(files(__name__).joinpath("tokens.json").read_bytes())
    return found


@cache
def sheet() -> str:
    """Return the style sheet's template."""
    return files(__name__).joinpath("desktop.qss").read_text("utf-8")

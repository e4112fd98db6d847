"""Wording by gettext: English message ids in, the station's language out; and how a refusal is shown."""

import gettext
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from io import BytesIO

from vault.errors import FengqianError

Wording = Callable[[str], str]


@cache
def wording_for(language: str) -> Wording:
    """Return the wording of a language: `zh` from the catalogue, `en` the message ids themselves."""
    if language == "en":
        return str
    catalogue = files("resources.wording").joinpath(f"{language}.mo").read_bytes()
    return gettext.GNUTranslations(BytesIO(catalogue)).gettext


def render_error(error: FengqianError, wording: Wording) -> str:
    """Say what happened, what was kept and what to do, with the code."""
    details = _Shown({name: _text(value, wording) for name, value in error.details.items()})
    sentences = [wording(text).format_map(details) for text in (error.what, error.kept, error.todo) if text]
    return "\n".join([*sentences, f"[{error.code}]"])


class _Shown(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _text(value: object, wording: Wording) -> str:
    return wording(value) if isinstance(value, str) and value else str(value)

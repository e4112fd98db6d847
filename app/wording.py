"""Wording by gettext: English message ids in, the station's language out; and how a refusal is shown."""

import gettext
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from functools import cache
from io import BytesIO
from typing import Protocol

from app.composed import with_composed
from resources.wording import read
from vault.errors import FengqianError
from vault.times import from_text

Wording = Callable[[str], str]
CHINA_TIME = timezone(timedelta(hours=8), "Asia/Shanghai")


class Speech(Protocol):
    """A language and its wording: what papers need of whoever asks for them, a terminal or a window."""

    @property
    def wording(self) -> Wording:
        """Return the wording of the language."""
        ...

    @property
    def language(self) -> str:
        """Return the language's code, `zh` or `en`."""
        ...


class Telling(Protocol):
    """Somebody who is told how work goes on."""

    def tell(self, text: str, **details: object) -> None:
        """Show a sentence; `text` is the English one."""
        ...


@cache
def wording_for(language: str) -> Wording:
    """Return the wording of a language: `zh` from the catalogue, `en` the message ids themselves."""
    if language == "en":
        return str
    catalogue = read(f"{language}.mo")

    def templates() -> Sequence[tuple[str, str]]:
        # what reads catalogues takes its time to load, and is seldom needed
        from resources.wording.catalogues import composed

        return composed(language)

    return with_composed(gettext.GNUTranslations(BytesIO(catalogue)).gettext, templates)


def render_error(error: FengqianError, wording: Wording) -> str:
    """Say what happened, what was kept and what to do, with the code."""
    texts = (error.what, error.kept, error.todo)
    return "\n".join([*(sentence(text, error, wording) for text in texts if text), f"[{error.code}]"])


def sentence(text: str, error: FengqianError, wording: Wording) -> str:
    """Return one of an error's sentences with its details."""
    shown = {
        # the path of a field is no word, though it may read like one
        name: str(value) if name == "where" and error.code.endswith(".malformed") else _text(value, wording)
        for name, value in error.details.items()
    }
    return wording(text).format_map(_Shown(shown))


def shown_time(moment: datetime, *, seconds: bool = False) -> str:
    """Return a time as people in China read it, to the minute or to the second."""
    return moment.astimezone(CHINA_TIME).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


class _Shown(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _text(value: object, wording: Wording) -> str:
    if isinstance(value, tuple):
        return wording(", ").join(_text(item, wording) for item in value)
    if not isinstance(value, str) or not value:
        return str(value)
    try:
        return from_text(value).astimezone(CHINA_TIME).strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return wording(value)

"""The look that stands: theme and language of this moment, and the one style sheet over the whole program.

Widgets are built for one look.  When it changes, the shell builds its pages anew from the models that they show, so
nothing typed is lost and nothing half-translated is left.
"""

import math
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSettings
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from app.desktop import faces
from app.desktop.theme import LARGEST_SCALE, SMALLEST_SCALE, Theme
from app.settings import LANGUAGES
from app.wording import Wording, wording_for

LIGHT: Final = Theme()


@dataclass(frozen=True)
class Look:
    """What every widget is built with."""

    theme: Theme = LIGHT
    language: str = "zh"
    still: bool = False  # nothing moves: what would appear bit by bit is there at once

    @property
    def wording(self) -> Wording:
        """Return the wording of the language."""
        return wording_for(self.language)

    def say(self, text: str, **details: object) -> str:
        """Return a sentence in the language of the windows; `text` is the English one."""
        return self.wording(text).format(**details)

    def font(self, role: str) -> QFont:
        """Return the font of a role (`app.desktop.faces.ROLES`)."""
        return faces.font(role, self.theme)

    def px(self, length: float) -> int:
        """Return a length of the drawing board in pixels of this scale."""
        return self.theme.px(length)

    def wear(self, application: QApplication) -> None:
        """Put this look on the whole program."""
        faces.load()
        application.setPalette(self.theme.palette())
        application.setFont(self.font("body"))
        application.setStyleSheet(self.theme.sheet())


def keep_look(look: Look, settings: QSettings) -> None:
    """Remember a look for the next start."""
    settings.setValue("look/language", look.language)
    settings.setValue("look/theme", "dark" if look.theme.dark else "light")
    settings.setValue("look/still", "yes" if look.still else "no")
    settings.setValue("look/scale", str(look.theme.scale))


def kept_look(settings: QSettings, language: str) -> Look:
    """Return the look that was remembered; what isn't one of ours falls back to light, 100 %, and `language`."""
    try:
        scale = float(str(settings.value("look/scale", "1.0")))
    except ValueError:
        scale = SMALLEST_SCALE
    if not math.isfinite(scale):
        scale = SMALLEST_SCALE
    kept = str(settings.value("look/language", language))
    theme = Theme(settings.value("look/theme") == "dark", min(max(scale, SMALLEST_SCALE), LARGEST_SCALE))
    return Look(theme, kept if kept in LANGUAGES else language, settings.value("look/still") == "yes")

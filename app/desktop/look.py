"""The look that stands: theme and language of this moment, and the one style sheet over the whole program.

Widgets are built for one look.  When it changes, the shell builds its pages anew from the models that they show, so
nothing typed is lost and nothing half-translated is left.
"""

from dataclasses import dataclass

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from app.desktop import faces
from app.desktop.theme import Theme
from app.wording import Wording, wording_for


@dataclass(frozen=True)
class Look:
    """What every widget is built with."""

    theme: Theme = Theme()
    language: str = "zh"

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

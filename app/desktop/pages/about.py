"""What program this is, whose station, and by which fingerprints it is known."""

import platform

import PySide6
from PySide6.QtCore import Qt

from app.desktop.look import Look
from app.desktop.page import Page
from app.desktop.parts import label, row, rule
from app.desktop.section import Desk
from app.desktop.shapes import Shape
from app.desktop.views import AboutView
from vault import base32

PARTS = ("fengqian", "cryptography", "sqlalchemy", "sqlcipher3", "reportlab")


class AboutPage(Page):
    """Versions at the top, then everybody's fingerprints, which can be copied."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, look.say("About"), look.say("Versions, and the keys by which this station is known"))
        from importlib.metadata import version  # mail and its like come with it; the first window needs none

        self.main.addWidget(label(look, look.say("Versions"), "section"))
        self._line("Python", platform.python_version())
        self._line("Qt", PySide6.__version__)
        for part in PARTS:
            self._line(part, version(part))
        self.main.addSpacing(look.px(24))
        self.state.show_state(Shape.WAITING, look.say("Reading the keys"))

    def _line(self, name: str, value: str, *, mono: bool = False) -> None:
        look = self.look
        shown = label(look, value, "fingerprint" if mono else "body")
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        shown.setAccessibleName(f"{name} {value}")
        self.main.addWidget(rule())
        first = label(look, name, "body", "second")
        first.setMinimumWidth(look.px(280))
        line = row(first, look.px(16), shown, None)
        line.setContentsMargins(0, look.px(6), 0, look.px(6))
        self.main.addLayout(line)

    def show_keys(self, known: AboutView) -> None:
        """Show the station's and the people's fingerprints."""
        look = self.look
        self.main.addWidget(label(look, look.say("Fingerprints of keys"), "section"))
        self._line(look.say("The station"), base32.groups(known.station), mono=True)
        for one in known.people:
            self._line(f"{look.say(one.role.value)}　{one.name}", base32.groups(one.fingerprint), mono=True)
        self.main.addStretch(1)
        self.state.show_state(Shape.MET, look.say("{count} entries in the journal", count=known.entries))


def about_section(desk: Desk) -> AboutPage:
    """Build the page, and ask for the keys."""
    page = AboutPage(desk.look)
    desk.ask(lambda room, _going: room.about()).then(page.show_keys, desk.refuse)
    return page

"""The navigation's entries, in their order; draws and settings are the program's own (`app.desktop.program`)."""

from typing import Final

from app.desktop.pages.about import about_section
from app.desktop.pages.bank import bank_section
from app.desktop.pages.journal import journal_section
from app.desktop.pages.preflight import preflight_section
from app.desktop.pages.verify import verify_section
from app.desktop.section import Entry

OWN: Final = {"draws": "Draws", "settings": "Settings"}
# between the draws and the settings
BETWEEN: Final[tuple[Entry, ...]] = (
    Entry("preflight", "Preflight", preflight_section),
    Entry("bank", "Expert bank", bank_section),
    Entry("verify", "Verify", verify_section),
    Entry("journal", "Journal", journal_section),
)
LAST: Final[tuple[Entry, ...]] = (Entry("about", "About", about_section),)

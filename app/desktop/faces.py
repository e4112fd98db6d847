"""Type: which families there are, and the roles in which text stands, sizes in pixels of the drawing board.

The title face and, where a machine has no Chinese sans, the text face come with the program, so that no machine shows
empty boxes.  Figures are tabular throughout.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from PySide6.QtGui import QFont, QFontDatabase

from app.desktop.theme import Theme

Family = Literal["sans", "serif", "mono"]
SANS: Final = ("Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC")
SERIF: Final = ("Fengqian Title", "Noto Serif CJK SC", "Source Han Serif SC", *SANS)
MONO: Final = ("Cascadia Mono", "Consolas", "Noto Sans Mono CJK SC", "DejaVu Sans Mono", *SANS)


@dataclass(frozen=True)
class Role:
    """How text of a role stands."""

    size: int
    line: int
    family: Family = "sans"
    bold: bool = False


ROLES: Final = {
    "caption": Role(14, 20),
    "caption-bold": Role(14, 20, bold=True),
    "body": Role(16, 24),
    "body-bold": Role(16, 24, bold=True),
    "fingerprint": Role(16, 24, "mono"),
    "kept": Role(22, 32, "mono", bold=True),
    "copying": Role(56, 72, "mono", bold=True),
    "section": Role(18, 28, "serif", bold=True),
    "primary": Role(18, 28, bold=True),
    "seal": Role(20, 28, "serif", bold=True),
    "title": Role(24, 32, "serif", bold=True),
    "state": Role(24, 32, bold=True),
    "seconds": Role(32, 36, bold=True),
    "count": Role(42, 52, bold=True),
    "countdown": Role(96, 112, bold=True),
    "wall-caption": Role(24, 32),
    "wall-body": Role(26, 36),
    "wall-body-bold": Role(26, 36, bold=True),
    "wall-section": Role(34, 46, "serif", bold=True),
    "wall-title": Role(44, 56, "serif", bold=True),
    "wall-copying": Role(108, 142, "mono", bold=True),
    "wall-kept": Role(34, 44, "mono", bold=True),
}


@cache
def load() -> None:
    """Make the faces that come with the program known; once, after the application is there."""
    QFontDatabase.addApplicationFontFromData(files("resources.faces").joinpath("title.otf").read_bytes())
    if not set(SANS) & set(QFontDatabase.families()):
        QFontDatabase.addApplicationFontFromData(
            files("pylopdf_fonts_zh_cn").joinpath("NotoSansSC-Regular.otf").read_bytes()
        )


def font(role: str, theme: Theme) -> QFont:
    """Return the font of a role.

    Raises:
        KeyError: for a role that there isn't.
    """
    asked = ROLES[role]
    made = QFont(list({"sans": SANS, "serif": SERIF, "mono": MONO}[asked.family]))
    made.setPixelSize(theme.px(asked.size))
    made.setBold(asked.bold)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made

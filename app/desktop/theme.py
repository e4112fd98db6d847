"""Colours and lengths by name: a theme and a scale, the sheet filled with them, and contrast (WCAG 2.2, 1.4.3)."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from PySide6.QtGui import QColor, QPalette

from resources.look import sheet, tokens

_TOKEN: Final = re.compile(r"@([a-z0-9-]+)")
_LENGTH: Final = re.compile(r"\b(\d+)px\b")
SMALLEST_SCALE, LARGEST_SCALE = 1.0, 2.0


@dataclass(frozen=True)
class Theme:
    """Light or dark, and how large everything is: 1.0 is 100 %."""

    dark: bool = False
    scale: float = 1.0

    @cached_property
    def _colours(self) -> dict[str, str]:
        return tokens()["dark" if self.dark else "light"]

    @property
    def tokens(self) -> tuple[str, ...]:
        """Return the names of the colours."""
        return tuple(self._colours)

    def hex(self, token: str) -> str:
        """Return a colour as `#RRGGBB`.

        Raises:
            KeyError: for a name that is no token.
        """
        return self._colours[token]

    def colour(self, token: str) -> QColor:
        """Return a colour to paint with."""
        return QColor(self.hex(token))

    def px(self, length: float) -> int:
        """Return a length of the drawing board in whole pixels of this scale, 1 at least for what is there at all."""
        return max(round(length * self.scale), 1) if length else 0

    def sheet(self) -> str:
        """Return the style sheet for the application."""
        filled = _TOKEN.sub(lambda found: self.hex(found[1]), sheet())
        return _LENGTH.sub(lambda found: f"{self.px(int(found[1]))}px", filled)

    def palette(self) -> QPalette:
        """Return the palette behind the sheet: for what Qt draws itself, as a selection or a placeholder."""
        palette, role = QPalette(), QPalette.ColorRole
        for part, token in (
            (role.Window, "paper"), (role.WindowText, "ink"), (role.Base, "field"), (role.AlternateBase, "sheet"),
            (role.Text, "ink"), (role.Button, "field"), (role.ButtonText, "ink"), (role.PlaceholderText, "ink-3"),
            (role.Highlight, "ink-2"), (role.HighlightedText, "paper"), (role.ToolTipBase, "sheet"),
            (role.ToolTipText, "ink"), (role.Link, "ink"), (role.Mid, "line-strong"), (role.Dark, "edge"),
        ):  # fmt: skip
            palette.setColor(part, self.colour(token))
        return palette


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours `#RRGGBB`: 1 (none) to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

"""What the window looks like on this machine: language, light or dark, size; each change holds at once."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout

from app.desktop.look import Look
from app.desktop.page import Page
from app.desktop.parts import button, label
from app.desktop.shapes import Shape

SCALES: Final = (1.0, 1.25, 1.5, 1.75, 2.0)
_BESIDE: Final = 14  # pixels at each side of a segment's word
NAMES: Final = {"zh": "简体中文", "en": "English"}


class SettingsPage(Page):
    """Four rows of segments."""

    chosen = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__(look, look.say("Settings"), look.say("They hold for this machine, and change no draw"))
        self.choices: dict[str, QButtonGroup] = {}
        theme = look.theme
        self._segments(
            "Language",
            list(NAMES.values()),
            list(NAMES).index(look.language),
            lambda at: self._language(list(NAMES)[at]),
        )
        self._segments(
            "Appearance",
            [look.say("Light"), look.say("Dark")],
            int(theme.dark),
            lambda at: self.chosen.emit(replace(look, theme=replace(theme, dark=bool(at)))),
        )
        self._segments(
            "Size",
            [f"{round(scale * 100)} %" for scale in SCALES],
            SCALES.index(theme.scale) if theme.scale in SCALES else -1,
            lambda at: self.chosen.emit(replace(look, theme=replace(theme, scale=SCALES[at]))),
        )
        self._segments(
            "Motion",
            [look.say("What appears bit by bit moves"), look.say("Everything at once")],
            int(look.still),
            lambda at: self.chosen.emit(replace(look, still=bool(at))),
        )
        self.main.addStretch(1)
        self.state.show_state(Shape.MET, look.say("Every change holds at once"))

    def _language(self, language: str) -> None:
        self.chosen.emit(replace(self.look, language=language))

    def _segments(self, word: str, names: Sequence[str], at: int, take: Callable[[int], None]) -> None:
        look, group, line = self.look, QButtonGroup(self), QHBoxLayout()
        line.setSpacing(0)
        for number, name in enumerate(names):
            one = button(look, name, "segment")
            one.setProperty("at", "first" if number == 0 else "last" if number == len(names) - 1 else "middle")
            one.setAccessibleName(f"{look.say(word)} {name}")
            one.setCheckable(True)
            # the chosen one is bold, and no word is cut
            one.setMinimumWidth(QFontMetrics(look.font("body-bold")).horizontalAdvance(name) + look.px(2 * _BESIDE))
            one.setChecked(number == at)
            group.addButton(one, number)
            line.addWidget(one)
        line.addStretch(1)
        group.idClicked.connect(take)
        self.choices[word] = group
        self.main.addWidget(label(look, look.say(word), "section"))
        self.main.addSpacing(look.px(8))
        self.main.addLayout(line)
        self.main.addSpacing(look.px(32))

"""The anatomy of a page: head with title and steps, a middle that scrolls, a side column, a footer with the act.

The footer says at the left what is missing, in words that name persons and things; the acts stand at its right.
"""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.desktop.look import Look
from app.desktop.parts import State, Steps, column, label, row
from app.desktop.shapes import Shape

MARGIN, HEAD, FOOTER, SIDE = 32, 76, 72, 352
_LOW, _LEAST = 720, 560
_STACKS = 1.5


class Page(QWidget):
    """A page; `main` and `side` take what stands in it, `acts` the buttons of the footer from the left."""

    def __init__(self, look: Look, title: str, subtitle: str = "", *, step: int | None = None, side: int = 0) -> None:
        super().__init__()
        self.look = look
        self.setProperty("region", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(title)
        self._title, self._subtitle = label(look, title, "title"), label(look, subtitle, "caption", "second")
        self._steps = None if step is None else Steps(look, step)
        self._head = self._made_head()
        self.main, self._middle = _scrolled(look, "window")
        self.side: QVBoxLayout | None = None
        middle = row(self._middle)
        if side:
            self.side, self._side = _scrolled(look, "side")
            self._side.setFixedWidth(look.px(side))
            middle.addWidget(self._side)
        self.state = State(look, Shape.WAITING, "", stacked=look.theme.scale >= _STACKS)
        self.acts = QHBoxLayout()
        self.acts.setSpacing(look.px(12))
        whole = column()
        whole.addWidget(self._head)
        whole.addLayout(middle, 1)
        whole.addWidget(self._made_footer())
        self.setLayout(whole)

    def _made_head(self) -> QWidget:
        head = QWidget()
        head.setProperty("region", "head")
        head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        head.setFixedHeight(self.look.px(HEAD))
        titles = column(None, self._title, self._subtitle, None)
        line = row()
        line.setContentsMargins(self.look.px(MARGIN), 0, self.look.px(MARGIN), 0)
        line.addLayout(titles, 1)
        if self._steps is not None:
            line.addWidget(self._steps)
        head.setLayout(line)
        return head

    def _made_footer(self) -> QWidget:
        footer = QWidget()
        footer.setProperty("region", "footer")
        footer.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        footer.setFixedHeight(self.look.px(FOOTER))
        line = row(self.state)
        line.setStretch(0, 1)
        line.setSpacing(self.look.px(16))
        line.setContentsMargins(self.look.px(MARGIN), 0, self.look.px(MARGIN), 0)
        line.addLayout(self.acts)
        footer.setLayout(line)
        return footer

    def _place_side(self, *, narrow: bool) -> None:
        if narrow and self._side.widget() is not None:
            self.main.addWidget(self._side.takeWidget())
        elif not narrow and self._side.widget() is None:
            moved = self.main.takeAt(self.main.count() - 1)
            inner = moved.widget() if moved is not None else None
            assert inner is not None
            self._side.setWidget(inner)
        self._side.setVisible(not narrow)

    def set_subtitle(self, text: str) -> None:
        """Say under the title which draw this is."""
        self._subtitle.setText(text)

    def add_act(self, act: QPushButton) -> QPushButton:
        """Put a button at the right of those in the footer."""
        self.acts.addWidget(act)
        return act

    def add_leave(self, act: QPushButton) -> None:
        """Put the way back at the left of the acts."""
        self.acts.insertWidget(0, act)

    def show_refused(self) -> None:
        """Say in the footer that it can't go on; why, the dialog over it says."""
        self.state.show_state(Shape.STOP, self.look.say("Can't go on"))

    def take_focus(self) -> None:
        """Give the focus to the first field, or to the act of the page."""
        fields = [one for one in self.findChildren(QLineEdit) if one.isEnabled()]
        acts = [one for one in self.findChildren(QPushButton) if one.objectName() == "act"]
        for one in (*fields, *acts)[:1]:
            one.setFocus(Qt.FocusReason.OtherFocusReason)

    def typed(self) -> dict[str, str]:
        """Return what was typed into fields that have a name; secrets that prove who somebody is have none."""
        return typed_in(self)

    def type_again(self, typed: Mapping[str, str]) -> None:
        """Put what was typed before back into the fields of the same names."""
        type_into(self, typed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the head to one line where there is little height; put the side under the main where it is narrow."""
        low = self.height() < self.look.px(_LOW) - 30
        self._subtitle.setVisible(not low and bool(self._subtitle.text()))
        self._head.setFixedHeight(self.look.px(48 if low else HEAD))
        if self._steps is not None:
            room = self.width() - 3 * self.look.px(MARGIN) - self._title.sizeHint().width()
            self._steps.fold(room < self._steps.whole_width())
        if self.side is not None:
            self._place_side(narrow=self.width() < self.look.px(_LEAST) + self._side.width())
        super().resizeEvent(event)


def typed_in(widget: QWidget) -> dict[str, str]:
    """Return what stands in the fields that have a name."""
    return {one.objectName(): one.text() for one in widget.findChildren(QLineEdit) if one.objectName()}


def type_into(widget: QWidget, typed: Mapping[str, str]) -> None:
    """Put what was typed into the fields of the same names."""
    for one in widget.findChildren(QLineEdit):
        if one.objectName() in typed:
            one.setText(typed[one.objectName()])


def _scrolled(look: Look, region: str) -> tuple[QVBoxLayout, QScrollArea]:
    inner = QWidget()
    inner.setProperty("region", region)
    inner.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    layout = QVBoxLayout(inner)
    edge = look.px(24 if region == "side" else MARGIN)
    layout.setContentsMargins(edge, look.px(24), edge, look.px(24))
    layout.setSpacing(0)
    area = QScrollArea()
    area.setWidget(inner)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return layout, area

"""The one window: what stands in it, its size from one start to the next, and the question before it closes."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

SMALLEST: Final = (1100, 690)


class Window(QWidget):
    """The one window; it keeps its size, and asks before it closes."""

    def __init__(self, settings: QSettings) -> None:
        super().__init__()
        self._settings = settings
        self._holds = QStackedLayout(self)
        self.asks_before_closing: Callable[[], bool] = lambda: False
        self.setMinimumSize(*SMALLEST)
        self.setProperty("region", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        geometry = settings.value("window/geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(1366, 768)

    def show_only(self, content: QWidget) -> None:
        """Put something else into the window; what stood there is deleted."""
        self._holds.addWidget(content)
        self._holds.setCurrentWidget(content)
        while self._holds.count() > 1:
            old = self._holds.widget(0)
            assert old is not None
            self._holds.removeWidget(old)
            old.deleteLater()

    @property
    def content(self) -> QWidget | None:
        """Return what stands in the window."""
        return self._holds.currentWidget()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the size; where somebody is to be asked first, stay until they have said so."""
        if self.asks_before_closing():
            event.ignore()
            return
        self._settings.setValue("window/geometry", self.saveGeometry())
        super().closeEvent(event)

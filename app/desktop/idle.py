"""A desk that nobody touches locks itself: every key and every movement of the mouse starts its time anew."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer

_TOUCHES = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel)


class IdleWatch(QObject):
    """An event filter of the application."""

    def __init__(self, parent: QObject, minutes: int, lock: Callable[[], None]) -> None:
        super().__init__(parent)
        self.timer = QTimer(self)
        self.timer.setInterval(minutes * 60_000)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(lock)
        self.timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002 - Qt's name
        """Note a touch, and let it go on."""
        if event.type() in _TOUCHES:
            self.timer.start()
        return False

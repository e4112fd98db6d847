"""Python's rubbish is taken away on the window's thread alone.

A cycle may hold a window's part; were it found while the desk's thread allocates, that part would be destroyed there,
which Qt forbids.  So the automatic collection is off while there are windows, and a timer does it here.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

EVERY_MS: Final = 1000


class RubbishRound(QObject):
    """Looks once a second whether a generation is full, as the interpreter would."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self.timer = QTimer(self)
        self.timer.timeout.connect(self.collect)
        self.timer.start(EVERY_MS)

    def collect(self) -> None:
        """Collect the oldest generation that is full."""
        counts, limits = gc.get_count(), gc.get_threshold()
        full = [number for number, (count, limit) in enumerate(zip(counts, limits, strict=True)) if count > limit > 0]
        if full:
            gc.collect(full[-1])

    def end(self) -> None:
        """Give the work back to the interpreter."""
        self.timer.stop()
        gc.collect()
        gc.enable()

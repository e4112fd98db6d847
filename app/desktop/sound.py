"""Playing a recording aloud by what the system brings: Windows' own player, or the sound server's on Linux.

Where there is none, or it can't play, that is said; nothing waits for it.
"""

import shutil
import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QProcess, Signal

_PLAYERS: Final = ("pw-play", "paplay", "aplay")
_WINDOWS: Final = "powershell"


class Player(QObject):
    """Plays one recording at a time; `ended` says whether it was heard to its end."""

    ended = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None

    @staticmethod
    def command(recording: Path) -> list[str]:
        """Return the command that plays a recording, or nothing where this machine has none."""
        if sys.platform == "win32":
            play = f"(New-Object Media.SoundPlayer '{str(recording).replace(chr(39), chr(39) * 2)}').PlaySync()"
            return [_WINDOWS, "-NoProfile", "-NonInteractive", "-Command", play]
        found = next((player for player in map(shutil.which, _PLAYERS) if player is not None), None)
        return [] if found is None else [found, str(recording)]

    def play(self, recording: Path) -> bool:
        """Begin to play; say whether there is anything to play it with."""
        self.stop()
        words = self.command(recording)
        if not words:
            return False
        process = QProcess(self)
        process.finished.connect(lambda code, _status: self._end(process, heard=code == 0))
        process.errorOccurred.connect(lambda _error: self._end(process, heard=False))
        self._process = process
        process.start(words[0], words[1:])
        return True

    def stop(self) -> None:
        """Stop what is played."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.waitForFinished(1000)
            process.deleteLater()

    def _end(self, process: QProcess, *, heard: bool) -> None:
        if self._process is process:
            self._process = None
            process.deleteLater()
            self.ended.emit(heard)

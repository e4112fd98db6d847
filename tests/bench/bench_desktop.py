"""The desktop against an empty PySide6 window of the same run: start, memory, idle, the bank page at a million rows.

Run: `python -m tests.bench.bench_desktop [EXPERTS]`.  Starts are whole processes, by turns; the page's own figures come
from one process that opens a sample centre of that many experts.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from app.sample.centre import make_centre
from vault.kdf import KdfCost

EXPERTS = 1_000_000
STARTS = 7
_MEASURES = """
def memory():
    return int(open('/proc/self/status').read().split('VmRSS:')[1].split()[0]) / 1024
"""
EMPTY = (
    _MEASURES
    + """
import os
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
window = QWidget()
window.resize(1366, 768)
window.show()
QTimer.singleShot(0, application.quit)
application.exec()
print(memory(), flush=True)
os._exit(0)
"""
)
OURS = (
    _MEASURES
    + """
import os, sys
from app.cli.main import main
import app.desktop.start
from PySide6.QtCore import QTimer
from app.desktop.program import Program
begun = Program.__init__
def begin(self, *given):
    begun(self, *given)
    QTimer.singleShot(0, lambda: (print(memory(), flush=True), os._exit(0)))
Program.__init__ = begin
main(['--home', sys.argv[1]])
"""
)
PAGE = (
    _MEASURES
    + """
import os, sys, time
from pathlib import Path
from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from app.desktop.look import Look
from app.desktop.program import Program
from app.desktop.room import DeskRoom
from app.sample.centre import PASSPHRASE
home = Path(sys.argv[1])
application = QApplication([])
settings = QSettings(str(home.parent / 'desktop.ini'), QSettings.Format.IniFormat)
program = Program(application, home, Look(), settings, lambda: DeskRoom(home.parent / 'papers'))
program.window.show()
longest, last = [0.0], [time.perf_counter()]
def beat():
    now = time.perf_counter()
    longest[0], last[0] = max(longest[0], now - last[0]), now
beats = QTimer()
beats.timeout.connect(beat)
beats.start(1)
def until(true):
    start = time.perf_counter()
    while not true():
        application.processEvents()
        time.sleep(0.0005)
    return (time.perf_counter() - start) * 1000
def rest(seconds):
    end = time.perf_counter() + seconds
    until(lambda: time.perf_counter() > end)
until(lambda: program._made_room is not None)
program.open_station(PASSPHRASE)
until(lambda: program._known.station is not None)
rest(1)
last[0], longest[0] = time.perf_counter(), 0.0
page = program.window.content.open('bank')
def settled():
    said = page.state.accessibleName()
    return said.endswith('人') and '查找' not in said
print('bank page shown, ms', until(settled))
print('every specialty counted after that, ms', until(lambda: page.tree.topLevelItemCount() > 1))
for text in ('YL0000014', '不在库里'):
    number = page._number
    page.search.setText(text)
    print(f'search for {text}, ms', until(lambda: page._number > number and '查找' not in page.state.accessibleName()))
number = page._number
page.search.setText('')
until(lambda: page._number > number and settled())
last[0] = time.perf_counter()
page.table.setFocus()
keys = []
for _ in range(200):
    start = time.perf_counter()
    QTest.keyClick(page.table, Qt.Key.Key_PageDown)
    page.table.viewport().repaint()
    keys.append((time.perf_counter() - start) * 1000)
    application.processEvents()
keys.sort()
print('key press to repaint, median ms', keys[100])
print('key press to repaint, longest ms', keys[-1])
start = time.perf_counter()
page.table.scrollToBottom()
end = page.model.rowCount() - 1
print('last row there after the End key, ms', until(lambda: page.model.index(end, 0).data() != '…'))
print('longest block of the window thread, ms', longest[0] * 1000)
beats.stop()
rest(1)
before, start = time.process_time(), time.perf_counter()
QTimer.singleShot(5000, application.quit)
application.exec()
print('idle cpu, % of a core', (time.process_time() - before) / (time.perf_counter() - start) * 100)
print('memory, MB', memory())
sys.stdout.flush()
os._exit(0)
"""
)


def _run(code: str, *arguments: str) -> tuple[float, str]:
    """Run a child; return its milliseconds and what it printed."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True, env=environment
    )
    return (time.perf_counter() - start) * 1000, done.stdout


def starts(folder: Path) -> None:
    """Print what a start takes, by turns with an empty window."""
    runs = [(_run(EMPTY), _run(OURS, str(folder / "none"))) for _ in range(STARTS + 1)][1:]
    empty, ours = (median(pair[at][0] for pair in runs) for at in (0, 1))
    bare, full = (median(float(pair[at][1]) for pair in runs) for at in (0, 1))
    print(f"{'window shown after start':58} {ours:9.0f} ms   {ours / empty:6.2f} x an empty window ({empty:.0f} ms)")
    print(f"{'memory when it is shown':58} {full:9.0f} MB   {full / bare:6.2f} x an empty window ({bare:.0f} MB)")


def page(folder: Path, experts: int) -> None:
    """Print the figures of the bank page."""
    make_centre(folder / "home", "zh", lambda _done, _of: None, KdfCost(1024, 1, 1), experts)
    print(f"{experts:,} experts")
    for line in _run(PAGE, str(folder / "home"))[1].splitlines():
        what, _, figure = line.rpartition(" ")
        print(f"  {what:56} {float(figure):9.1f}")


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as place:
        starts(Path(place))
        page(Path(place), int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdecimal() else EXPERTS)


if __name__ == "__main__":
    main()

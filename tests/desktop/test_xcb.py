"""The same draw on a real display server: Qt's xcb platform under Xvfb."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_whole_draw_on_a_display_server(tmp_path: Path) -> None:
    told = subprocess.run(
        [
            *("xvfb-run", "-a", "-s", "-screen 0 1920x1080x24", sys.executable, "-m", "pytest", "-q"),
            *("-p", "no:randomly", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'base'}"),
            *("-k", "whole_draw and mouse", str(ROOT / "tests" / "desktop" / "test_draw.py")),
        ],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "xcb"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-3000:]
    assert "1 passed" in told.stdout

"""The windows killed and started again: the draw stands on the page of its state, and goes on to one outcome a round.

A few fixed points in every run, killed again and again in one draw; fifty, spread over all points of a draw, each in a
draw of its own, in `make soak`.
"""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.sample.centre import PASSPHRASE, make_centre
from drawing.verify import verify_transcript
from tests.kills.evidence import Evidence, look, require_one_result_a_round, require_promises_kept
from vault.kdf import KdfCost

ROOT = Path(__file__).parents[2]
SOAKED = 50
PAGES = {
    "draw.prepared": {"MatchesPage", "ReportPage"},
    "draw.previewed": {"MatchesPage", "ReportPage"},
    "draw.narrowed": {"FreezePage"},
    "draw.frozen": {"StagePage"},
    "draw.fixed": {"StagePage"},
    "draw.dice_entered": {"StagePage"},
    "draw.compared": {"StagePage"},
    "draw.seeded": {"CallsPage"},
    "draw.round_opened": {"CallsPage"},
    "draw.called": {"CallsPage"},
    "draw.answered": {"CallsPage"},
    "draw.promoted": {"CallsPage"},
    "draw.reentered": {"CallsPage"},
    "draw.vacated": {"CallsPage"},
    "draw.completed": {"SealPage"},
    "draw.short": {"SealPage"},
    "draw.sealed": {"SealedPage"},
    "draw.opened": {"ListPage"},
    "draw.transcribed": {"ListPage", "EndedPage"},
    "draw.closed": {"EndedPage"},
}
KILLED_AGAIN_AND_AGAIN = (
    "commit:draw.prepared:after#1",
    "commit:draw.narrowed:before#1",
    "commit:draw.frozen:after#1",
    "commit:draw.dice_entered:after#1",
    "commit:draw.round_opened:before#1",
    "commit:draw.answered:after#3",
    "replace:list-1.box:after#1",
    "commit:draw.opened:after#1",
    "commit:draw.closed:after#1",
)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sample centre that has no draw yet."""
    folder = tmp_path_factory.mktemp("centre")
    make_centre(folder / "home", "zh", lambda _done, _of: None, KdfCost(1024, 1, 1), 300)
    return folder


def window(folder: Path, target: str = "") -> None:
    """Let the two work in a window of its own process; with a target it must die there, without one come to the end."""
    arguments = [sys.executable, "-m", "tests.kills.desktop", str(folder), *([target] if target else [])]
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, timeout=150)
    assert done.returncode == (-signal.SIGKILL if target else 0), (target, (done.stdout + done.stderr)[-3000:])


def first_page(folder: Path) -> str:
    """The page on which a draw stood that was taken up."""
    lines = [line.split("\t") for line in (folder / "notes").read_text("utf-8").splitlines()]
    return next((words[1] for words in reversed(lines) if words[0] == "page"), "")


def require_right_page(before: Evidence, folder: Path) -> None:
    """The draw came back on the page of the state in which it was killed."""
    kinds = [entry.kind for entry in before.entries if entry.kind in PAGES]
    if kinds:
        assert first_page(folder) in PAGES[kinds[-1]], kinds[-1]


def go_through(folder: Path, targets: tuple[str, ...]) -> None:
    """Kill the window at each target in turn, then let the draw end."""
    before = look(folder, PASSPHRASE)
    for target in (*targets, ""):
        window(folder, target)
        after = look(folder, PASSPHRASE)
        require_promises_kept(folder, after)
        require_right_page(before, folder)
        require_one_result_a_round(after)
        payloads = [entry.payload for entry in after.entries]
        assert payloads[: len(before.entries)] == [entry.payload for entry in before.entries]
        before = after
    (transcript,) = folder.glob("papers/*/transcript.json")
    assert verify_transcript(transcript.read_bytes()).exit_code == 3


def test_a_window_killed_again_and_again_goes_on(centre: Path, tmp_path: Path) -> None:
    go_through(shutil.copytree(centre, tmp_path / "job"), KILLED_AGAIN_AND_AGAIN)


@pytest.fixture(scope="module")
def points(centre: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Every point of a whole draw, in their order."""
    folder = shutil.copytree(centre, tmp_path_factory.mktemp("points") / "job")
    window(folder)
    lines = [line.split("\t") for line in (folder / "notes").read_text("utf-8").splitlines()]
    return [words[3] for words in lines if words[0] == "point"]


@pytest.mark.soak
@pytest.mark.parametrize("number", range(SOAKED))
def test_a_window_killed_at_fifty_points(centre: Path, points: list[str], tmp_path: Path, number: int) -> None:
    go_through(shutil.copytree(centre, tmp_path / "job"), (points[number * len(points) // SOAKED],))

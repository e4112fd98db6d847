"""The whole job, killed and taken up again: it goes on, with one outcome a round, and nothing promised is lost.

A dozen fixed points in every run, in two jobs that are killed again and again; a hundred more, each in a job of its
own, spread over all points of all stages, in `make soak`.
"""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kills.evidence import (
    Evidence,
    look,
    require_continued,
    require_finished,
    require_promises_kept,
)

ROOT = Path(__file__).parents[2]
SOAKED = 100
STAGES = ("banked", "sealed", "printed")
KILLED_AGAIN_AND_AGAIN = {
    "C": (
        "migrate:tables:after#1",
        "commit:people.announced:after#2",
        "replace:ID.key.json:after#3",
        "commit:bank.imported:before#1",
        "sync:request.json:after#1",
        "commit:draw.frozen:before#1",
        "commit:draw.round_opened:after#2",
        "commit:draw.sealed:after#1",
        "print:namelist:after#1",
    ),
    "B": (
        "commit:bank.imported:after#1",
        "commit:draw.prepared:before#1",
        "commit:draw.dice_entered:before#2",
        "commit:draw.answered:before#3",
        "sync:list-1.box:after#1",
        "commit:draw.reentered+draw.vacated:after#1",
        "replace:transcript.json:before#1",
    ),
}

KILLED_IN_A_RECHECK = (
    "replace:pool.box:after#1",
    "commit:draw.rechecked+draw.vacated:before#1",
    "commit:draw.rechecked+draw.vacated:after#1",
    "replace:list-2.box:after#1",
)


def child(folder: Path, level: str, until: str = "printed", target: str = "") -> None:
    """Run the job in a process of its own; with a target it must die there, without one it must come to its end."""
    arguments = [sys.executable, "-m", "tests.kills.child", str(folder), level, until, *([target] if target else [])]
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, timeout=300)
    told = (done.stdout + done.stderr)[-3000:]
    assert done.returncode == (-signal.SIGKILL if target else 0), (target, told)


def go_through(folder: Path, level: str, targets: tuple[str, ...]) -> None:
    """Kill a job at each target in turn, then let it end."""
    before = Evidence()
    for target in targets:
        child(folder, level, target=target)
        after = look(folder)
        require_promises_kept(folder, after)
        require_continued(before, after)
        before = after
    child(folder, level)
    require_continued(before, look(folder))
    require_finished(folder, before.head)


@pytest.mark.parametrize("level", sorted(KILLED_AGAIN_AND_AGAIN))
def test_killed_again_and_again(tmp_path: Path, level: str) -> None:
    go_through(tmp_path, level, KILLED_AGAIN_AND_AGAIN[level])


def test_a_recheck_killed_again_and_again_goes_on(tmp_path: Path) -> None:
    """Before the box, before and behind the entry, in a round behind it, at the second sealing."""
    child(tmp_path, "C", "sealed")
    before = look(tmp_path)
    for target in KILLED_IN_A_RECHECK:
        child(tmp_path, "C", "rechecked", target)
        after = look(tmp_path)
        require_continued(before, after)
        before = after
    child(tmp_path, "C", "rechecked")
    after = look(tmp_path)
    require_continued(before, after)
    assert len(after.bodies("draw.rechecked")) == 1
    assert [body["sealing"] for body in after.bodies("draw.sealed")] == [1, 2]
    boxes = {path.name for path in (tmp_path / "home" / "draws").rglob("*.box")}
    assert boxes == {"list-1.box", "list-2.box"}


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder as it stands before each stage, and behind the last, with the notes of that stage alone."""
    folder = tmp_path_factory.mktemp("stages")
    found = {}
    job = folder / "job"
    job.mkdir()
    for stage in STAGES:
        found[stage] = shutil.copytree(job, folder / f"before-{stage}")
        (job / "notes").unlink(missing_ok=True)
        child(job, "C", stage)
        shutil.copy(job / "notes", folder / f"{stage}.notes")
    return found


def points(stages: dict[str, Path]) -> list[tuple[str, str]]:
    """Every point of the whole job with its stage, in their order."""
    found = []
    for stage, folder in stages.items():
        for line in (folder.parent / f"{stage}.notes").read_text("utf-8").splitlines():
            if line.startswith("point\t"):
                found.append((stage, line.split("\t")[3]))
    return found


@pytest.mark.soak
@pytest.mark.parametrize("number", range(SOAKED))
def test_killed_at_a_hundred_points(stages: dict[str, Path], tmp_path: Path, number: int) -> None:
    every = points(stages)
    stage, point = every[number * len(every) // SOAKED]
    folder = shutil.copytree(stages[stage], tmp_path / "job")
    go_through(folder, "C", (point,))

"""A station that was put back: refused by whoever remembers, and going on after two people started it anew."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.composition import open_station
from drawing.begun import ceremonies_of
from tests.app.console import BOTH, DRAW, OPEN, PASSPHRASE, PINS, ROOT, STATION, Console, write_request

SECRET = "kefod-mirul-vabes-tonaz-wixep-gudoh"
VERIFIER = ROOT / "docs" / "auditor" / "verify_fengqian.py"
RENEW = {**BOTH, "journal.renew": "y"}
WORDS = ("journal", "renew", "--reason", "硬盘损坏，从备份恢复")


@pytest.fixture
def stick(console: Console, tmp_path: Path) -> dict[str, str]:
    """A supervisor whose keys lie on a medium, and the answers with which they unlock."""
    folder = tmp_path / "stick"
    folder.mkdir()
    words = ("--role", "supervisor", "--name", "顾清和", "--organisation", "审计局", "--medium", folder)
    console.run("people", "add", *words, answers={**STATION, "new.passphrase": SECRET, "new.passphrase.again": SECRET})
    return {"supervisor": "顾清和", "supervisor.medium": str(folder), "supervisor.passphrase": SECRET}


def test_a_restored_station_goes_on_after_two_people_and_its_draw_verifies(
    console: Console, tmp_path: Path, stick: dict[str, str]
) -> None:
    shutil.copytree(console.home, tmp_path / "copy")
    request, out = write_request(tmp_path / "request.json"), tmp_path / "out"
    for number in (1, 2):
        answers = {**DRAW, **stick}
        console.run("draw", request, "--out", tmp_path / f"lost-{number}", answers=answers, until="dice.*").refused(
            "app.answers.ended"
        )
    console.run("journal", "checkpoint", tmp_path / "lost.txt").ok()
    shutil.rmtree(console.home)
    shutil.copytree(tmp_path / "copy", console.home)
    console.run("draw", request, "--out", out, answers={**DRAW, **stick}).refused("vault.removable.went_back")
    console.run("journal", "verify", "--anchor", tmp_path / "lost.txt").refused("vault.journal.broken")

    console.run(*WORDS, answers={**RENEW, **stick, "journal.renew": "n"}).refused("app.declined")
    told = console.run(*WORDS, answers={**RENEW, **stick}).ok()
    assert "Incarnation 2" in told.out
    console.run("journal", "verify", "--anchor", tmp_path / "lost.txt").ok()
    with open_station(console.home, lambda: PASSPHRASE) as station:
        assert ceremonies_of(station.journal) == 2, "what the medium signed is never begun again"
        entry = next(station.journal.entries(kind="journal.incarnation_started"))
        assert entry.body["reason"] == "硬盘损坏，从备份恢复"
        assert len(entry.by) == 2

    answers = {**DRAW, **stick}
    done = console.run("draw", request, "--out", out, answers=answers).ok()
    assert done.serial.endswith("-0003"), "a serial that a lost draw had is never given again"
    assert "supervisor.incarnation" not in done.asked
    console.run("open", done.serial, "--out", out, answers={**OPEN, **stick}).ok()
    console.run("people", "list", "--out", tmp_path / "keys.json").ok()
    transcript = out / "transcript.json"
    console.run("verify", transcript, "--keys", tmp_path / "keys.json", answers={}).ok()
    console.run("verify", transcript, "--anchor", out / "checkpoint.txt", answers={}).ok()
    other = subprocess.run([sys.executable, VERIFIER, transcript, "--keys", tmp_path / "keys.json"], check=False)
    assert other.returncode == 0


def test_a_head_that_was_taken_home_is_named_and_a_strange_one_refused(console: Console, tmp_path: Path) -> None:
    shutil.copytree(console.home, tmp_path / "copy")
    console.run("draw", write_request(tmp_path / "r.json"), "--out", tmp_path / "out", answers=DRAW, until="freeze.*")
    lost = tmp_path / "lost.txt"
    console.run("journal", "checkpoint", lost).ok()
    shutil.rmtree(console.home)
    shutil.copytree(tmp_path / "copy", console.home)
    strange = tmp_path / "strange.txt"
    strange.write_bytes(lost.read_bytes().replace(b"\n\n", b"\n\n\xe2\x80\x94 somebody AAAA\n", 1)[:-9] + b"AAAAAAA=\n")
    told = console.run(*WORDS, "--head", strange, answers=RENEW)
    assert told.code == 1
    assert console.run("journal", "verify").ok()
    console.run(*WORDS, "--head", lost, answers=RENEW).ok()
    console.run("journal", "verify", "--anchor", lost).ok()


def test_operator_and_supervisor_of_one_organisation_cant_renew(console: Console) -> None:
    words = ("--role", "supervisor", "--name", "自己人", "--organisation", "临州市公共资源交易中心")
    console.run("people", "add", *words, answers={**STATION, "new.pin": "592817", "new.pin.again": "592817"}).ok()
    answers = {**RENEW, "supervisor": "自己人", "supervisor.pin": "592817"}
    console.run(*WORDS, answers=answers).refused("vault.identity.not_separate")
    console.run(*WORDS, answers={**RENEW, "supervisor.pin": PINS["罗致远"]}).refused("vault.secret.wrong")
    assert console.run("journal", "renew", "--reason", " ", answers=RENEW).code == 2

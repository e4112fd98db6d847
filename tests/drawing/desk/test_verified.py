"""Whatever happens in a draw, both verifiers accept its transcript: they were written apart from the desk."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drawing import transcript
from drawing.desk import opening
from drawing.desk.filling import Callee
from drawing.desk.station import LiveDraw
from drawing.steps import CONFIRMED, Step
from drawing.transcript import sign_transcript, transcript_bytes, witnessed
from drawing.verify.verifier import verify_transcript
from tests.auditor.script import verdict
from tests.drawing.desk.station import SmallStation, go_on, request_value
from tests.fakes.randomness import SeededRandomness
from vault.times import to_text

AUDITORS_OWN = Path(__file__).resolve().parents[3] / "docs" / "auditor" / "verify_fengqian.py"


def chancy(seed: str, declines: int) -> Callable[[Callee], str]:
    """Answers by dice: `declines` of 256 decline."""
    randomness = SeededRandomness(seed)
    return lambda _callee: "declined" if randomness.take(1)[0] < declines else CONFIRMED


def transcribed(station: SmallStation, live: LiveDraw) -> bytes:
    cast, proof = station.cast, witnessed(station.desk.journal, live.draw, live.record)
    people = [one.statement for one in (cast.station, cast.operator, cast.supervisor, cast.second)]
    now = to_text(station.clock.now())
    payload = transcript_bytes(live.record, live.open_list(), proof, people, now)
    return sign_transcript(payload, [cast.station, cast.supervisor, cast.operator]).to_bytes()


QUOTAS = request_value()["quotas"]
TWO_RESERVES = [QUOTAS[0] | {"reserves": 2}, QUOTAS[1] | {"reserves": 1}]
CASES: list[tuple[str, dict[str, Any], Callable[[Callee], str], dict[str, str]]] = [
    ("plain", {}, lambda _: CONFIRMED, {}),
    ("other-machine", {"level": "B"}, chancy("b", 90), {"1": "conflict"}),
    ("short", {}, lambda c: "declined" if c.quota == 1 else CONFIRMED, {"1": "absent", "R1": "withdrawn"}),
    ("conflicts", {"quotas": TWO_RESERVES}, chancy("c", 60), {"1": "conflict", "4": "absent", "5": "conflict"}),
    ("many-declines", {"quotas": TWO_RESERVES}, chancy("d", 200), {}),
    ("no-cap", {"employer_cap": None, "frequency_cap": None}, chancy("e", 100), {"2": "conflict"}),
]


def test_both_verifiers_accept_members_replaced_twice_with_a_second_supervisor(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcript, "LARGEST_SIMULATED", 20)
    station = SmallStation.make(home / "twice", employers=14)
    live = station.drawn_to(Step.OPENED)
    for slot, second in (("1", None), ("2", station.cast.second)):
        opening.vacate_after_opening(live, live.open_list(), {slot: "absent"}, "缺席", second)
        go_on(live, station.cast, until=Step.OPENED)
    file = transcribed(station, live)
    report = verify_transcript(file)
    assert report.exit_code == 3, report.lines
    (home / "transcript.json").write_bytes(file)
    assert verdict(file, home)[0] == 3
    station.close()


@pytest.mark.parametrize(("name", "changes", "answers", "vacated"), CASES, ids=[case[0] for case in CASES])
def test_both_verifiers_accept_the_draw(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    changes: dict[str, Any],
    answers: Callable[[Callee], str],
    vacated: dict[str, str],
) -> None:
    monkeypatch.setattr(transcript, "LARGEST_SIMULATED", 20)
    station = SmallStation.make(home / name, employers=14, seed=name)
    live = station.drawn_to(Step.OPENED, answers, **changes)
    seated = {slot.name for slot in live.record.committee()}
    leaving = {slot: reason for slot, reason in vacated.items() if slot in seated}
    if leaving:
        opening.vacate_after_opening(live, live.open_list(), leaving, "签到时发现")
        go_on(live, station.cast, answers, until=Step.OPENED)
    file = transcribed(station, live)
    report = verify_transcript(file)
    assert report.exit_code == 3, report.lines
    path = home / "transcript.json"
    path.write_bytes(file)
    second = subprocess.run([sys.executable, str(AUDITORS_OWN), str(path)], capture_output=True, text=True, check=False)
    assert second.returncode == 3, second.stdout[-2000:]
    station.close()

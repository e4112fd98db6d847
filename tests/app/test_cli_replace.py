"""A lost source replaced at the terminal, and a list that a deputy opens: both verifiers accept what comes of it."""

from pathlib import Path

from tests.app.console import DICE, DRAW, OPEN, PINS, Console, small_quotas, write_request
from tests.app.paper import text_of
from tests.auditor.script import command

REPLACE = {
    **DRAW,
    "replace.lost": "owner",
    "replace.known_to": "在场的代理机构人员",
    "replace.reason": "招标人代表中途离开",
    "replace.confirm": "y",
    "second_supervisor": "罗致远",
    "second_supervisor.pin": PINS["罗致远"],
}
AGAIN = {"dice.supervisor": "５２６３１，４４６２１、５３３５２ 64131", "dice.owner": DICE["owner"]}


def accepted(console: Console, transcript: Path) -> str:
    """Let both verifiers see a transcript; return what the first says."""
    told = console.run("verify", transcript, answers={})
    assert told.code == 3, told.out
    second = command(transcript, "--lang", "en")
    assert second.returncode == 3, second.stdout
    return told.out


def test_dice_that_were_lost_are_thrown_again(console: Console, tmp_path: Path) -> None:
    request, out = write_request(tmp_path / "request.json", **small_quotas()), tmp_path / "out"
    told = console.run("draw", request, "--out", out, answers=DRAW, until="dice.owner")
    told.refused("app.answers.ended")
    replaced = console.run("replace", told.serial, "--out", out, answers={**REPLACE, **AGAIN}).ok()
    assert "generation 2" in replaced.out
    assert replaced.asked.count("dice.supervisor") == 1
    receipts = sorted(path.name for path in out.glob("receipt-*.pdf"))
    assert receipts == [
        "receipt-owner-2.pdf",
        "receipt-owner.pdf",
        "receipt-supervisor-2.pdf",
        "receipt-supervisor.pdf",
    ]
    assert text_of(out / "receipt-owner-2.pdf") != text_of(out / "receipt-owner.pdf")
    assert "招标人代表中途离开" in text_of(out / "minutes.pdf")
    console.run("open", told.serial, "--out", out, answers=OPEN).ok()
    said = accepted(console, out / "transcript.json")
    assert "招标人代表中途离开" in said
    assert "在场的代理机构人员" in said


def test_a_row_that_its_witness_denies_is_thrown_again(console: Console, tmp_path: Path) -> None:
    request, out = write_request(tmp_path / "request.json", **small_quotas()), tmp_path / "out"
    told = console.run("draw", request, "--out", out, answers={**DRAW, "dice.compare.owner": "n"})
    told.refused("drawing.dice.disputed")
    replaced = console.run("replace", told.serial, "--out", out, answers={**REPLACE, **AGAIN}).ok()
    assert replaced.asked.count("dice.compare.supervisor") == 1, "a confirmation is of one generation"
    console.run("open", told.serial, "--out", out, answers=OPEN).ok()
    accepted(console, out / "transcript.json")


def test_what_was_not_lost_is_not_replaced(console: Console, tmp_path: Path) -> None:
    request, out = write_request(tmp_path / "request.json", **small_quotas()), tmp_path / "out"
    told = console.run("draw", request, "--out", out, answers=DRAW, until="dice.owner")
    for lost in ("chain", "", "stranger", "owner, owner"):
        refused = console.run("replace", told.serial, "--out", out, answers={**REPLACE, "replace.lost": lost})
        refused.refused("drawing.replacement.refused")
    console.run("resume", told.serial, "--out", out, answers=DRAW).ok()
    sealed = console.run("replace", told.serial, "--out", out, answers=REPLACE)
    sealed.refused("drawing.record.step")


def test_a_deputy_opens_and_signs_the_transcript(console: Console, tmp_path: Path) -> None:
    request, out = write_request(tmp_path / "request.json", **small_quotas()), tmp_path / "out"
    told = console.run("draw", request, "--out", out, answers=DRAW).ok()
    deputy = {**OPEN, "supervisor": "罗致远", "supervisor.pin": PINS["罗致远"]}
    deputy |= {"second_supervisor": "何立群", "second_supervisor.pin": PINS["何立群"]}
    opened = console.run("open", told.serial, "--out", out, answers=deputy).ok()
    assert "closed" in opened.out
    said = accepted(console, out / "transcript.json")
    assert "罗致远" in said

"""Steps that somebody with the station's key adds, changes or leaves out: both verifiers refuse each."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drawing.verify import verify_transcript
from tests.auditor.script import verdict
from tests.drawing.verify.build import Forger, rich_draw

Forge = Callable[[Forger], object]


def change(which: str, **fields: Any) -> Forge:
    """Replace fields of what was signed."""
    return lambda f: f.entry(which).update(step=fields)


def signed_by(kind: str, *names: str) -> Forge:
    return lambda f: f.entry(kind).update(signed_by=[f.drawn.people[name].keyid for name in names])


def by(kind: str, *names: str, number: int = 0) -> Forge:
    """Let others stand behind an entry, all known to the transcript."""

    def forge(forger: Forger) -> None:
        people = [forger.drawn.people[name] for name in names]
        forger.entry(kind, number)["by"] = [person.keyid for person in people]
        listed = forger.payload["people"]
        listed += [one for one in (person.statement.to_json() for person in people) if one not in listed]

    return forge


def drop(kind: str) -> Forge:
    """Leave an entry out where those who signed the next are not there to sign another."""

    def forge(forger: Forger) -> None:
        place = forger.entries.index(forger.entry(kind))
        forger.entries[place + 1]["step"] = {"previous": "ab" * 32}
        del forger.entries[place]

    return forge


def vacate(behind: str, slot: str) -> Forge:
    """Let somebody fall free behind an entry that gives no reason for it."""

    def forge(forger: Forger) -> None:
        before = forger.entry(behind)
        body = {"slot": slot, "reason": "conflict"}
        vacated = {**before, "kind": "draw.vacated", "body": body}
        forger.entries.insert(forger.entries.index(before) + 1, vacated)

    return forge


def no_vacancy(forger: Forger) -> None:
    forger.entries = [entry for entry in forger.entries if entry["kind"] != "draw.vacated"]


def approved_again(forger: Forger) -> None:
    second = forger.drawn.people["second"].keyid
    forger.body("draw.reentered").update(approved_by=second)
    forger.entry("draw.reentered")["by"].append(second)


FORGERIES: dict[str, tuple[Forge, str]] = {
    "a preview left out": (drop("draw.previewed"), "signed steps"),
    "a comparison left out": (drop("draw.compared"), "signed steps"),
    "a comparison signed by the operator alone": (signed_by("draw.compared", "operator"), "signed steps"),
    "a comparison by two supervisors": (by("draw.compared", "second", "supervisor"), "signed steps"),
    "a call left out": (drop("draw.called"), "signed steps"),
    "a paper left out": (drop("draw.printed"), "signed steps"),
    "the first entry names one before it": (change("draw.prepared", previous="ab" * 32), "signed steps"),
    "an entry that names none": (change("draw.called", previous=None), "signed steps"),
    "a step of another kind": (change("draw.completed", kind="draw.short"), "file"),
    "a step of another draw": (change("draw.called", draw="another"), "file"),
    "a step with more in it": (change("draw.called", more=1), "file"),
    "a body that is none": (change("draw.called", body=[]), "file"),
    "another suite's step": (change("draw.called", suite="FQ0"), "file"),
    "an answer signed by the operator alone": (signed_by("draw.answered", "operator"), "signed steps"),
    "an answer signed by the station": (signed_by("draw.answered", "station"), "signed steps"),
    "an answer signed by a third": (signed_by("draw.answered", "operator", "supervisor", "second"), "signed steps"),
    "an answer signed the other way round": (signed_by("draw.answered", "supervisor", "operator"), "signed steps"),
    "an answer by the operator alone": (by("draw.answered", "operator"), "signed steps"),
    "an answer by two of one organisation": (by("draw.answered", "operator", "insider"), "signed steps"),
    "an answer by two supervisors": (by("draw.answered", "second", "supervisor"), "signed steps"),
    "an answer by three": (by("draw.answered", "operator", "supervisor", "second"), "signed steps"),
    "an answer by who does not hold the box": (by("draw.answered", "operator", "second"), "signed steps"),
    "a request registered by a supervisor": (by("draw.prepared", "supervisor"), "signed steps"),
    "a request registered by two": (by("draw.prepared", "operator", "supervisor"), "signed steps"),
    "opened by who does not hold the list": (by("draw.opened", "operator", "second", number=1), "custody"),
    "somebody falls free behind an answer": (vacate("draw.answered", "1"), "rounds"),
    "somebody falls free behind a round": (vacate("draw.round_opened", "1"), "rounds"),
    "put back to filling by three at first": (approved_again, "custody"),
    "put back to filling, and nobody falls free": (no_vacancy, "rounds"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_step_that_was_tampered_with_is_refused_by_both(name: str, tmp_path: Path) -> None:
    forge, check = FORGERIES[name]
    forger = Forger(rich_draw())
    forge(forger)
    file = forger.file(rehead=True)
    report = verify_transcript(file)
    assert [line.check for line in report.lines if line.state.value == "wrong"] == [check], list(report.texts())
    code, said = verdict(file, tmp_path)
    assert code == 1, said
    assert "can't be read" not in said, said


def test_a_draw_rebuilt_with_every_key_is_right_where_nothing_was_changed(tmp_path: Path) -> None:
    file = Forger(rich_draw()).file()
    assert verify_transcript(file).exit_code == 3
    assert verdict(file, tmp_path)[0] == 3

"""A draw whose source and chain were replaced: sound as it was, refused by both verifiers whatever is forged of it."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drawing.order import chain
from drawing.verify import verify_transcript
from tests.auditor.script import verdict
from tests.drawing.verify.build import DICE, Forger, codes_of, replaced_draw
from vault import base32
from vault.suite import digest

LOST_END = chain(codes_of(2), 256).hex()
Forge = Callable[[Forger], object]


def both(file: bytes, folder: Path, *options: str) -> tuple[int, int]:
    return verify_transcript(file).exit_code, verdict(file, folder, options)[0]


def test_a_replaced_draw_is_consistent_and_says_what_was_lost(tmp_path: Path) -> None:
    file = replaced_draw().file
    report = verify_transcript(file)
    assert report.exit_code == 3, list(report.texts())
    lost = [value for name, value in report.facts if name == "lost and replaced"]
    assert [value.split(";")[0] for value in lost] == ["generation 2: owner", "generation 3: chain"]
    code, said = verdict(file, tmp_path)
    assert code == 3, said
    assert said.count("left in a taxi") == 2


def test_every_generation_s_receipt_is_known(tmp_path: Path) -> None:
    drawn = replaced_draw()
    fixed = [Forger(drawn).body("draw.fixed", number)["fingerprint"] for number in range(3)]
    assert len(set(fixed)) == 3
    for number, fingerprint in enumerate(fixed, 1):
        report = verify_transcript(drawn.file, fingerprint=fingerprint)
        assert report.exit_code == 0
        named = str(number) if number == 3 else (str(number), "replaced later")
        assert dict(report.facts)["generation of the given fingerprint"] == named
        code, said = verdict(drawn.file, tmp_path, ["--fingerprint", fingerprint])
        assert code == 0
        assert f"(generation {number}{', replaced later' if number < 3 else ''})" in said
    assert verify_transcript(drawn.file, fingerprint="A" * 26).exit_code == 1


def in_loss(number: int, change: Callable[[dict[str, Any]], object], *signers: str) -> Forge:
    three = signers or ("operator", "supervisor", "second")
    return lambda forger: forger.resign("draw.lost", "replacement", change, *three, number=number)


def by(number: int, *names: str) -> Forge:
    """Let others stand behind a loss, and sign it."""

    def forge(forger: Forger) -> None:
        for name in names:
            statement = forger.drawn.people[name].statement.to_json()
            if statement not in forger.payload["people"]:
                forger.payload["people"].append(statement)
        forger.resign("draw.lost", "replacement", lambda said: said, *dict.fromkeys(names), number=number)
        keyids = [forger.drawn.people[name].keyid for name in names]
        forger.entry("draw.lost", number)["by"] = keyids
        forger.body("draw.lost", number)["approved_by"] = keyids[-1]

    return forge


def refixed(number: int, change: Callable[[dict[str, Any]], object], *signers: str) -> Forge:
    """Change a later ceremony's statement, sign it and state its own fingerprint."""

    def forge(forger: Forger) -> None:
        forger.resign("draw.fixed", "ceremony", change, *signers, number=number)
        body = forger.body("draw.fixed", number)
        body["fingerprint"] = base32.fingerprint(digest("ceremony", base64.b64decode(body["ceremony"]["payload"])))

    return forge


def drop(kind: str, number: int = 0) -> Forge:
    return lambda forger: forger.entries.remove(forger.entry(kind, number))


def move_before(kind: str, number: int, other: str, place: int) -> Forge:
    def forge(forger: Forger) -> None:
        entry = forger.entry(kind, number)
        forger.entries.remove(entry)
        target = forger.entry(other, place)
        entry["at"] = target["at"]
        forger.entries.insert(forger.entries.index(target), entry)

    return forge


def once_more_at_the_end(forger: Forger) -> None:
    """A loss after completion."""
    entry = {**forger.entry("draw.lost", 1)}
    sealed = forger.entry("draw.sealed")
    forger.entries.insert(forger.entries.index(sealed), {**entry, "at": sealed["at"]})


FORGERIES: dict[str, tuple[Forge, str]] = {
    "the first loss left out": (drop("draw.lost"), "steps"),
    "the second loss left out": (drop("draw.lost", 1), "steps"),
    "no ceremony after a loss": (drop("draw.fixed", 1), "steps"),
    "no seed after a loss": (drop("draw.seeded", 1), "steps"),
    "a loss after completion": (once_more_at_the_end, "steps"),
    "a round while frozen again": (move_before("draw.round_opened", 2, "draw.fixed", 2), "steps"),
    "an answer while frozen again": (move_before("draw.answered", 3, "draw.fixed", 2), "steps"),
    "another draw's": (in_loss(1, lambda said: said.update(draw="01a22a2e-34e8-7b98-a1bb-3b8772ce2cd3")), "seed"),
    "another ceremony's": (in_loss(1, lambda said: said.update(ceremony="0" * 64)), "seed"),
    "another generation": (in_loss(1, lambda said: said.update(generation=2)), "seed"),
    "nothing lost": (in_loss(1, lambda said: said.update(lost=[])), "seed"),
    "dice lost after they were revealed": (in_loss(1, lambda said: said.update(lost=["witness:owner"])), "seed"),
    "the same lost twice": (in_loss(1, lambda said: said.update(lost=["chain", "chain"])), "seed"),
    "a stranger's dice lost": (in_loss(0, lambda said: said.update(lost=["witness:stranger"])), "seed"),
    "the station's value lost": (in_loss(0, lambda said: said.update(lost=["station"])), "seed"),
    "nobody could have known": (in_loss(0, lambda said: said.update(known_to=" ")), "seed"),
    "no reason": (in_loss(0, lambda said: said.update(reason="")), "seed"),
    "a time to come": (in_loss(0, lambda said: said.update(at="2031-01-01T00:00:00Z")), "seed"),
    "a field more": (in_loss(0, lambda said: said.update(more=1)), "seed"),
    "unsigned by the second supervisor": (in_loss(0, lambda said: said, "operator", "supervisor"), "seed"),
    "unsigned by the operator": (in_loss(0, lambda said: said, "supervisor", "second"), "seed"),
    "approved by the supervisor alone": (by(0, "operator", "supervisor", "supervisor"), "signed steps"),
    "approved by an insider": (by(0, "operator", "supervisor", "insider"), "signed steps"),
    "a loss by two": (by(0, "operator", "supervisor"), "signed steps"),
    "a ceremony signed by others than the loss": (
        refixed(2, lambda said: said, "operator", "second", "station"),
        "seed",
    ),
    "the lost chain again": (
        refixed(
            2, lambda said: said["chain"].update(end=chain(codes_of(2), 256).hex()), "operator", "supervisor", "station"
        ),
        "seed",
    ),
    "a generation left out": (
        refixed(2, lambda said: said.update(generation=4), "operator", "supervisor", "station"),
        "seed",
    ),
    "a code number that goes on": (
        lambda forger: forger.body("draw.round_opened", 2).update(code_number=2),
        "codes",
    ),
    "a round of the chain before": (lambda forger: forger.body("draw.round_opened", 2).update(generation=2), "codes"),
    "other dice in the last generation": (
        lambda forger: forger.body("draw.seeded", 1)["values"].__setitem__(2, DICE[2]),
        "seed",
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_replacement_is_found(name: str, tmp_path: Path) -> None:
    forge, check = FORGERIES[name]
    forger = Forger(replaced_draw())
    forge(forger)
    file = forger.file()
    report = verify_transcript(file)
    wrong = [line.check for line in report.lines if line.state.value == "wrong"]
    assert wrong == [check], list(report.texts())
    code, said = verdict(file, tmp_path)
    assert code == 1, said
    assert "can't be read" not in said, said


def test_a_forger_who_changes_nothing_is_let_pass(tmp_path: Path) -> None:
    assert both(Forger(replaced_draw()).file(), tmp_path) == (3, 3)

"""Honest draws verify; what the verifier was given besides decides between consistent and authentic."""

import pickle
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from app.wording import wording_for
from drawing.verify import State, verify_transcript
from drawing.verify.people import read_people
from drawing.verify.report import CheckFailedError, Line, VerifyReport
from tests.auditor.script import verdict
from tests.drawing.verify.build import START, Drawn, exact_draw, other_draw, rich_draw, short_draw, vouched_draw
from tests.fakes.randomness import SeededRandomness
from vault.identity import declare
from vault.ids import PersonId, new_id
from vault.jsontext import dumps
from vault.merkle import leaf_hash, root_of
from vault.note import Checkpoint, sign_note
from vault.roles import Role

DRAWS: list[Callable[[], Drawn]] = [rich_draw, short_draw, exact_draw, other_draw]


def wrong(report: VerifyReport) -> str:
    """Return the check that failed, and prove that the report hangs together."""
    found = [line.check for line in report.lines if line.state is State.WRONG]
    assert report.exit_code == 1
    assert len(found) == 1
    assert all(line.state is State.RIGHT for line in report.lines[: [li.check for li in report.lines].index(found[0])])
    return found[0]


@pytest.mark.parametrize("draw", DRAWS)
def test_an_honest_draw_is_consistent(draw: Callable[[], Drawn]) -> None:
    report = verify_transcript(draw().file)
    assert [line.shown(str) for line in report.lines if line.state is not State.RIGHT] == []
    assert report.exit_code == 3
    assert {signer.role for signer in report.signers} == {"station", "operator", "supervisor"}


@pytest.mark.parametrize("draw", DRAWS)
def test_given_everything_it_is_authentic_and_every_verdict_is_right(draw: Callable[[], Drawn]) -> None:
    drawn = draw()
    report = verify_transcript(
        drawn.file, drawn.keys, drawn.checkpoint, drawn.fingerprint, audit=drawn.audit, bank=drawn.bank
    )
    assert [line.shown(str) for line in report.lines if line.state is not State.RIGHT] == []
    assert report.exit_code == 0


def test_each_of_the_three_alone_is_enough() -> None:
    drawn = rich_draw()
    typed = " ".join(drawn.fingerprint).lower()
    assert verify_transcript(drawn.file, keys=drawn.keys).exit_code == 0
    assert verify_transcript(drawn.file, anchor=drawn.checkpoint).exit_code == 0
    assert verify_transcript(drawn.file, fingerprint=typed).exit_code == 0
    assert verify_transcript(drawn.file, audit=drawn.audit).exit_code == 3


def test_what_is_of_another_draw_contradicts() -> None:
    drawn, other = rich_draw(), other_draw()
    assert wrong(verify_transcript(drawn.file, keys=other.keys)) == "keys"
    assert wrong(verify_transcript(drawn.file, anchor=other.checkpoint)) == "anchor"
    assert wrong(verify_transcript(drawn.file, fingerprint=other.fingerprint)) == "fingerprint"
    assert wrong(verify_transcript(drawn.file, audit=other.audit)) == "auditor's form"
    assert wrong(verify_transcript(drawn.file, audit=drawn.audit, bank=short_draw().bank)) == "bank"
    assert wrong(verify_transcript(drawn.file, bank=drawn.bank)) == "bank"


def test_a_head_taken_after_any_entry_of_the_draw_is_an_anchor() -> None:
    drawn = rich_draw()
    origin = drawn.checkpoint.decode("utf-8").split("\n")[0]
    size = Checkpoint.parse(drawn.checkpoint.decode("utf-8").partition("\n\n")[0] + "\n").size
    leaves = [leaf_hash(payload) for payload in drawn.payloads]
    station = drawn.people["station"].note_signer(origin)
    for taken in range(1, size + 1):
        true = sign_note(Checkpoint(origin, taken, root_of(leaves[:taken])).text(), [station])
        assert verify_transcript(drawn.file, anchor=true).exit_code == 0
        false = sign_note(Checkpoint(origin, taken, bytes(32)).text(), [station])
        assert wrong(verify_transcript(drawn.file, anchor=false)) == "anchor"
    for head in (Checkpoint(origin, size + 1, bytes(32)), Checkpoint(origin + "x", size, root_of(leaves[:size]))):
        assert wrong(verify_transcript(drawn.file, anchor=sign_note(head.text(), [station]))) == "anchor"
    assert wrong(verify_transcript(drawn.file, anchor=b"nothing")) == "anchor"


def test_keys_must_hold_everybody_and_the_station_is_vouched_for() -> None:
    drawn = rich_draw()
    named = {name: person.statement.to_json() for name, person in drawn.people.items()}
    people = [named["operator"], named["supervisor"], named["second"]]
    assert verify_transcript(drawn.file, keys=dumps(people)).exit_code == 0
    assert wrong(verify_transcript(drawn.file, keys=dumps(people[1:]))) == "keys"
    assert wrong(verify_transcript(drawn.file, keys=dumps(named["supervisor"]))) == "keys"
    for broken in (b"", b"[]", b"{}", b'{"v":1,"identities":[]}', dumps([*people, people[0]])):
        assert wrong(verify_transcript(drawn.file, keys=broken)) == "given keys"
    twin = declare(
        drawn.people["operator"].identity.person, "沈一", Role.OPERATOR, "交易中心", START, SeededRandomness("twin")
    )
    statements = [*people[1:], twin.statement.to_json()]
    assert wrong(verify_transcript(drawn.file, keys=dumps(statements))) == "keys"


def test_nobody_known_makes_others_known_by_issuing_them(tmp_path: Path) -> None:
    made_up = vouched_draw().file
    known = rich_draw().keys
    assert wrong(verify_transcript(made_up, keys=known)) == "keys"
    (tmp_path / "keys").write_bytes(known)
    assert verdict(made_up, tmp_path, ["--keys", str(tmp_path / "keys")])[0] == 1


def test_facts_tell_what_checks_do_not() -> None:
    facts = verify_transcript(rich_draw().file).facts
    assert int(dict(facts)["rounds"]) >= 3
    assert ("opened early", "the meeting was moved forward") in facts
    assert ("put back to filling", "conflict at sign-in") in facts
    assert verify_transcript(exact_draw().file).facts[0] == ("sample centre", "nothing here is a real draw")
    assert ("related ceremony", ("临抽 2026-0001", "aborted", "Same lot")) in verify_transcript(exact_draw().file).facts
    assert ("open principal slots", "1") in verify_transcript(short_draw().file).facts
    assert ("rules that the sealed committee broke", ("committee.odd",)) in verify_transcript(short_draw().file).facts
    assert ("not reached, after fewer than 3 calls", "0") in facts
    assert ("vacated", ("2", "conflict")) in facts


def test_facts_are_worded_without_a_code() -> None:
    texts = [*verify_transcript(exact_draw().file).texts(wording_for("zh"))]
    assert "相关抽取：临抽 2026-0001、已中止、同一标段" in texts


def test_the_report_is_worded_by_whoever_asks() -> None:
    texts = list(verify_transcript(rich_draw().file).texts(lambda text: text.upper() if "{" not in text else text))
    assert texts[0].startswith("OK: FILE: ")
    assert texts[-1].startswith("CONSISTENT; AUTHENTICITY NOT CHECKED")
    line = Line("rounds", State.WRONG, "slot {slot} is {odd", "round {round}", {"round": 2, "slot": "1"})
    assert line.shown(str) == "wrong: rounds: round 2: slot {slot} is {odd"


def test_a_failed_check_says_where_and_survives_copying() -> None:
    error = CheckFailedError("round {round}", "slot {slot} differs", round=2, slot="1")
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, CheckFailedError)
    assert (again.place, again.problem, again.details["round"]) == ("round {round}", "slot {slot} differs", 2)


def test_an_issued_identity_is_known_by_its_issuer() -> None:
    randomness = SeededRandomness("issued")
    root = declare(PersonId(new_id(START, randomness)), "监督局", Role.ADMIN, "监督局", START, randomness)
    issued = declare(
        PersonId(new_id(START, randomness)), "顾二", Role.SUPERVISOR, "监督局", START, randomness,
        issuer=root, validity=timedelta(days=30),
    )  # fmt: skip
    assert len(read_people([issued.statement, root.statement]).everyone()) == 2
    assert len(read_people([issued.statement], [root.identity]).everyone()) == 1
    with pytest.raises(CheckFailedError, match="issuer"):
        read_people([issued.statement])

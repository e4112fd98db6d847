"""Forgers who hold every key: whatever they change in the story, one check says so, and where."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from drawing.fairness import _class_value
from drawing.verify import State, verify_transcript
from drawing.verify.certificate import read_certificate
from drawing.verify.document import read_document
from drawing.verify.openings import check_openings
from drawing.verify.report import CheckFailedError
from drawing.verify.seed import Generation, check_codes
from tests.auditor.script import verdict
from tests.drawing.verify.build import DICE, START, Drawn, Forger, exact_draw, other_draw, rich_draw, short_draw
from tests.drawing.verify.test_verify import wrong
from tests.fakes.randomness import SeededRandomness
from vault import base32
from vault.identity import PrivateIdentity, declare
from vault.ids import PersonId, new_id
from vault.jsontext import dumps
from vault.roles import Role
from vault.suite import commitment, digest, sha256
from vault.times import to_text

Forge = Callable[[Forger], object]


def set_to(kind: str, field: str, value: object, number: int = 0) -> Forge:
    return lambda forger: forger.body(kind, number).update({field: value})


def drop(kind: str, number: int = 0) -> Forge:
    return lambda forger: forger.entries.remove(forger.entry(kind, number))


def in_record(kind: str, name: str, change: Callable[[dict[str, Any]], object], *signers: str) -> Forge:
    return lambda forger: forger.resign(kind, name, change, *signers)


def in_certificate(change: Callable[[dict[str, Any]], object], *signers: str) -> Forge:
    return in_record("draw.frozen", "certificate", change, *signers)


def in_ceremony(change: Callable[[dict[str, Any]], object], *signers: str) -> Forge:
    def forge(forger: Forger) -> None:
        forger.resign("draw.fixed", "ceremony", change, *signers)
        body = forger.body("draw.fixed")
        body["fingerprint"] = base32.fingerprint(digest("ceremony", base64.b64decode(body["ceremony"]["payload"])))

    return forge


def in_payload(change: Callable[[dict[str, Any]], object]) -> Forge:
    return lambda forger: change(forger.payload)


def swap_labels(forger: Forger) -> None:
    result = json.loads(forger.payload["results"][0])
    first, second = result["accepted"][0], result["accepted"][1]
    first["label"], second["label"] = second["label"], first["label"]
    forger.payload["results"][0] = dumps(result).decode("utf-8")
    forger.body("draw.round_opened")["result"] = digest("round", dumps(result)).hex()


def swap_entries(forger: Forger) -> None:
    one, two = forger.entry("draw.answered"), forger.entry("draw.called", 1)
    i, j = forger.entries.index(one), forger.entries.index(two)
    forger.entries[i], forger.entries[j] = two, one


def drop_second_round(forger: Forger) -> None:
    second, third = forger.entry("draw.round_opened", 1), forger.entry("draw.round_opened", 2)
    start, end = forger.entries.index(second), forger.entries.index(third)
    forger.entries = [entry for place, entry in enumerate(forger.entries) if place < start or place >= end]
    del forger.payload["results"][1]


def end_early(forger: Forger) -> None:
    """Leave out every round but the first and call the draw short."""
    second = forger.entries.index(forger.entry("draw.round_opened", 1))
    kept = [
        e for e in forger.entries[second:] if e["kind"] in ("draw.answered", "draw.called") and e["body"]["round"] == 1
    ]
    ends = [e for e in forger.entries if e["kind"] in ("draw.completed", "draw.sealed", "draw.opened")][:3]
    ends[0]["kind"] = "draw.short"
    forger.entries = forger.entries[:second] + kept + ends
    forger.payload["results"] = forger.payload["results"][:1]


def round_too_many(forger: Forger) -> None:
    """Open a round in a draw that has nobody left to seek."""
    again = json.loads(json.dumps(forger.entry("draw.round_opened")))
    again["body"].update(round=2, code_number=2)
    place = forger.entries.index(forger.entry("draw.round_opened"))
    forger.entries.insert(place + 1, again)
    forger.payload["results"].append(forger.payload["results"][0])


def twice(kind: str, number: int = 0) -> Forge:
    def forge(forger: Forger) -> None:
        entry = forger.entry(kind, number)
        forger.entries.insert(forger.entries.index(entry) + 1, json.loads(json.dumps(entry)))

    return forge


def answer_backwards(forger: Forger) -> None:
    declined = next(e for e in forger.entries if e["kind"] == "draw.answered" and e["body"]["outcome"] == "declined")
    declined["body"]["outcome"] = "confirmed"


def decline_a_member(forger: Forger) -> None:
    taken = next(e for e in forger.entries if e["kind"] == "draw.answered" and e["body"]["outcome"] == "confirmed")
    taken["body"]["outcome"] = "declined"


def append_abort(forger: Forger) -> None:
    entry = json.loads(json.dumps(forger.entries[-1]))
    entry.update(kind="draw.aborted", body={"reason": "it doesn't suit"})
    forger.entries.append(entry)


def other_certificate(forger: Forger) -> None:
    forger.body("draw.frozen")["certificate"] = Forger(other_draw()).body("draw.frozen")["certificate"]


def throw_anew(forger: Forger) -> None:
    """Change the last witness's dice with their commitment after all others were seen, but not the rounds."""
    body, nonce = forger.body("draw.seeded"), bytes(32)
    body["values"][-1] = DICE[2]
    body["nonces"]["owner"] = nonce.hex()
    body["randomness"] = "".join(f"{len(value)}:{value}," for value in body["values"])
    forger.body("draw.dice_entered", 1)["commitment"] = commitment("dice", nonce, DICE[2].encode()).hex()


def same_dice(forger: Forger) -> None:
    throw_anew(forger)
    body, nonce = forger.body("draw.seeded"), bytes(32)
    body["values"][-1] = body["values"][-2]
    body["randomness"] = "".join(f"{len(value)}:{value}," for value in body["values"])
    forger.body("draw.dice_entered", 1)["commitment"] = commitment("dice", nonce, body["values"][-1].encode()).hex()


def no_dice(forger: Forger) -> None:
    throw_anew(forger)
    forger.body("draw.seeded")["values"][-1] = "6" * 20
    forger.body("draw.dice_entered", 1)["commitment"] = commitment("dice", bytes(32), b"6" * 20).hex()


def wrong_reserve(forger: Forger) -> None:
    forger.body("draw.promoted")["from"] = "R2" if forger.body("draw.promoted")["from"] == "R1" else "R1"


def same_box(forger: Forger) -> None:
    forger.body("draw.sealed", 1)["box"] = forger.body("draw.sealed")["box"]


def unlabelled_early(forger: Forger) -> None:
    forger.body("draw.opened").update(early=False, reason=None, approved_by=None)
    del forger.entry("draw.opened")["by"][2:]


def unapproved(forger: Forger) -> None:
    forger.body("draw.opened").update(approved_by=None)
    del forger.entry("draw.opened")["by"][2:]


def approve_oneself(forger: Forger) -> None:
    supervisor = forger.drawn.people["supervisor"].keyid
    forger.body("draw.opened")["approved_by"] = supervisor


def approved_by_operator(forger: Forger) -> None:
    forger.body("draw.opened")["approved_by"] = forger.drawn.people["operator"].keyid


def change_line(payload: dict[str, Any]) -> None:
    lines = payload["table"].split("\n")
    place = next(n for n, line in enumerate(lines) if " e 0 " in line)
    lines[place] = lines[place].replace(" e 0 ", " e 0,1 ")
    payload["table"] = "\n".join(lines)


def swap_lines(payload: dict[str, Any]) -> None:
    lines = payload["table"].split("\n")
    lines[3], lines[4] = lines[4], lines[3]
    payload["table"] = "\n".join(lines)


def bad_line(payload: dict[str, Any]) -> None:
    payload["table"] = payload["table"].replace(" e 0 ", " e 00 ", 1)


def far_mask(payload: dict[str, Any]) -> None:
    payload["table"] = payload["table"].replace(" e 0 ", " e 9 ", 1)


def swap_committee(payload: dict[str, Any]) -> None:
    one, two = payload["committee"][:2]
    one["label"], two["label"] = two["label"], one["label"]


def change_project(payload: dict[str, Any]) -> None:
    payload["openings"]["project"]["value"] = payload["openings"]["project"]["value"].replace("LZ-1", "LZ-2")


def fairness_class(**change: object) -> Forge:
    return in_payload(lambda payload: payload["fairness"]["classes"][0].update(change))


def more_accepted(payload: dict[str, Any]) -> None:
    one = payload["fairness"]["classes"][0]
    kind = (tuple(one["mask"]), one["employer_size"])
    one.update(_class_value(kind, one["people"], one["accepted"] + 1, payload["fairness"]["size"]))


def promote_early(forger: Forger) -> None:
    later = forger.entries.index(forger.entry("draw.round_opened", 3))
    promoted = {**forger.entry("draw.promoted"), "at": forger.entries[later]["at"]}
    forger.entries.insert(later, promoted)


def earlier(value: dict[str, Any], field: str) -> None:
    value[field] = to_text(START)


RICH: dict[str, tuple[Forge, str]] = {
    "a decline becomes a yes": (answer_backwards, "rounds"),
    "a yes becomes a decline": (decline_a_member, "rounds"),
    "two labels are swapped in a result": (swap_labels, "rounds"),
    "a result is left out": (in_payload(lambda payload: payload["results"].pop()), "rounds"),
    "a result too many": (in_payload(lambda payload: payload["results"].append("{}")), "rounds"),
    "a result is no JSON": (in_payload(lambda payload: payload["results"].__setitem__(0, "x")), "rounds"),
    "a result is a list": (in_payload(lambda payload: payload["results"].__setitem__(0, "[]")), "rounds"),
    "a result is spelled otherwise": (
        in_payload(lambda payload: payload["results"].__setitem__(0, payload["results"][0] + " ")),
        "rounds",
    ),
    "the journal's digest of a result": (set_to("draw.round_opened", "result", "0" * 64), "rounds"),
    "the slots of a round": (set_to("draw.round_opened", "slots", []), "rounds"),
    "the number of a round": (set_to("draw.round_opened", "round", 2), "rounds"),
    "a round is dropped": (drop_second_round, "codes"),
    "rounds are left out where they were due": (end_early, "rounds"),
    "entries are exchanged": (swap_entries, "journal"),
    "an entry is of another draw": (lambda f: f.entry("draw.called").update(subject="x"), "journal"),
    "an entry is of a later incarnation": (lambda f: f.entry("draw.called").update(incarnation=2), "journal"),
    "an entry's body": (lambda f: f.entry("draw.called").update(body=[]), "file"),
    "an answer twice": (twice("draw.answered"), "rounds"),
    "a second outcome": (
        lambda f: (twice("draw.answered")(f), f.body("draw.answered", 1).update(outcome="declined")),
        "rounds",
    ),
    "an answer for another slot": (set_to("draw.answered", "slot", "99"), "rounds"),
    "an answer for another round": (set_to("draw.answered", "round", 9), "rounds"),
    "an attempt twice": (twice("draw.called"), "rounds"),
    "a vacancy of an open slot": (twice("draw.vacated"), "rounds"),
    "a vacancy for no reason": (set_to("draw.vacated", "reason", "whim"), "rounds"),
    "a promotion of another reserve": (wrong_reserve, "rounds"),
    "a promotion to a filled slot": (set_to("draw.promoted", "to", "1"), "rounds"),
    "a promotion is dropped": (drop("draw.promoted"), "rounds"),
    "lacks": (set_to("draw.completed", "lacks", [{"quota": 0, "lacks": 1, "reserve": False}]), "rounds"),
    "lacks of no objects": (set_to("draw.completed", "lacks", [1]), "rounds"),
    "complete becomes short": (lambda f: f.entry("draw.completed").update(kind="draw.short"), "rounds"),
    "a re-entry without a reason": (set_to("draw.reentered", "reason", " "), "rounds"),
    "a code": (set_to("draw.round_opened", "code", "0" * 64), "codes"),
    "a code's number": (set_to("draw.round_opened", "code_number", 2), "codes"),
    "a code of another generation": (set_to("draw.round_opened", "generation", 2), "codes"),
    "a table's line": (in_payload(change_line), "table"),
    "a table's order": (in_payload(swap_lines), "table"),
    "a table's form": (in_payload(bad_line), "table"),
    "a mask that names no quota": (in_payload(far_mask), "table"),
    "an empty table": (in_payload(lambda payload: payload.update(table="")), "table"),
    "the committee": (in_payload(swap_committee), "committee"),
    "the committee is cut": (in_payload(lambda payload: payload["committee"].pop()), "committee"),
    "the project": (in_payload(change_project), "openings"),
    "the project's nonce": (
        in_payload(lambda payload: payload["openings"]["project"].update(nonce="0" * 64)),
        "openings",
    ),
    "a chance": (fairness_class(chance="0.500000"), "fairness"),
    "an error": (fairness_class(error="0.500000"), "fairness"),
    "a class with more accepted": (in_payload(more_accepted), "fairness"),
    "a class's people": (fairness_class(people=1), "fairness"),
    "a class without accepted": (fairness_class(accepted=None), "fairness"),
    "the fairness method": (in_payload(lambda payload: payload["fairness"].update(method="exact")), "fairness"),
    "the sample": (
        in_payload(lambda payload: payload["fairness"]["sample"][2].update(accepted="0" * 64)),
        "fairness",
    ),
    "the sample is short": (in_payload(lambda payload: payload["fairness"]["sample"].pop()), "fairness"),
    "the simulation's size": (in_payload(lambda payload: payload["fairness"].update(size=0)), "fairness"),
    "opened early without approval": (unapproved, "custody"),
    "opened early without reason": (set_to("draw.opened", "reason", None), "custody"),
    "opened early and silent": (unlabelled_early, "custody"),
    "approved by the one who opened": (approve_oneself, "signed steps"),
    "approved by an operator": (approved_by_operator, "signed steps"),
    "approved by nobody known": (set_to("draw.opened", "approved_by", "0" * 64), "signed steps"),
    "another box was opened": (set_to("draw.opened", "box", "0" * 64), "custody"),
    "another sealing was opened": (set_to("draw.opened", "sealing", 2), "custody"),
    "a sealing's number": (set_to("draw.sealed", "sealing", 2), "custody"),
    "a sealing's serial": (set_to("draw.sealed", "serial", "x"), "custody"),
    "a sealing's time": (set_to("draw.sealed", "opening", "2026-11-29T00:00:00Z"), "custody"),
    "a sealing without its findings": (lambda f: f.body("draw.sealed").pop("findings"), "steps"),
    "a sealing's findings are no list": (set_to("draw.sealed", "findings", "committee.odd"), "custody"),
    "a sealing's finding is no id": (set_to("draw.sealed", "findings", ["The owner!"]), "custody"),
    "a sealing's finding twice": (set_to("draw.sealed", "findings", ["committee.odd", "committee.odd"]), "custody"),
    "a sealing's holders": (set_to("draw.sealed", "holders", []), "custody"),
    "a holder in another role": (
        lambda f: f.body("draw.sealed")["holders"][0].update(keyid=f.drawn.people["second"].keyid),
        "custody",
    ),
    "one box for two sealings": (same_box, "custody"),
    "a sealing is dropped": (drop("draw.sealed"), "steps"),
    "an opening is dropped": (drop("draw.opened", 1), "steps"),
    "an abort at the end": (append_abort, "steps"),
    "an unknown kind": (lambda f: f.entry("draw.called").update(kind="draw.whispered"), "steps"),
    "the certificate asks for too many": (
        in_certificate(lambda c: [quota.update(count=99) for quota in c["quotas"]]),
        "certificate",
    ),
    "the certificate has too many quotas": (
        in_certificate(lambda c: c["quotas"].extend(c["quotas"] * 20)),
        "certificate",
    ),
    "the registered project": (lambda f: f.body("draw.prepared").update(lot="x"), "journal"),
    "no entries": (lambda f: f.entries.clear(), "signatures"),
    "two certificates": (twice("draw.frozen"), "signatures"),
    "no ceremony": (drop("draw.fixed"), "steps"),
    "another draw's certificate": (other_certificate, "signatures"),
    "the certificate's draw": (in_certificate(lambda c: c.update(draw="0" * 8 + c["draw"][8:])), "certificate"),
    "the certificate's serial": (in_certificate(lambda c: c.update(serial="x")), "certificate"),
    "the certificate's sample": (in_certificate(lambda c: c["station"].update(sample=True)), "certificate"),
    "the certificate's time": (in_certificate(lambda c: earlier(c, "frozen_at")), "certificate"),
    "the certificate's quotas": (in_certificate(lambda c: c["quotas"][0].update(count=4)), "seed"),
    "the certificate asks for nobody": (in_certificate(lambda c: c.update(quotas=[])), "certificate"),
    "the certificate has no witness": (in_certificate(lambda c: c.update(witnesses=[])), "certificate"),
    "the certificate's table": (in_certificate(lambda c: c.update(table_root="0" * 64)), "table"),
    "the certificate's head": (in_certificate(lambda c: c["head"].update(size=1)), "journal"),
    "the certificate's head's root": (in_certificate(lambda c: c["head"].update(root="0" * 64)), "journal"),
    "the certificate's journal": (in_certificate(lambda c: c["head"].update(origin="x")), "journal"),
    "the certificate isn't signed by the supervisor": (
        in_certificate(lambda c: c, "operator", "station"),
        "certificate",
    ),
    "the certificate is signed by a stranger too": (
        in_certificate(lambda c: c, "operator", "station", "supervisor", "insider"),
        "certificate",
    ),
    "the registered serial": (set_to("draw.prepared", "serial", "x"), "journal"),
    "no narrowing report": (drop("draw.narrowed"), "journal"),
    "the ceremony isn't signed by the station": (in_ceremony(lambda c: c, "operator", "supervisor"), "seed"),
    "the ceremony's draw": (in_ceremony(lambda c: c.update(draw="x")), "seed"),
    "the ceremony's certificate": (in_ceremony(lambda c: c.update(certificate="0" * 64)), "seed"),
    "the ceremony's chain": (in_ceremony(lambda c: c["chain"].update(end="0" * 64)), "seed"),
    "the ceremony's level": (in_ceremony(lambda c: c.update(level="B")), "seed"),
    "the ceremony's generation": (in_ceremony(lambda c: c.update(generation=2)), "seed"),
    "the ceremony's maker of codes": (in_ceremony(lambda c: c["chain"].update(made="elsewhere")), "seed"),
    "the ceremony's sources": (in_ceremony(lambda c: c["sources"].reverse()), "seed"),
    "the ceremony's time": (in_ceremony(lambda c: earlier(c, "fixed_at")), "seed"),
    "a fingerprint": (set_to("draw.fixed", "fingerprint", "A" * 26), "seed"),
    "dice": (lambda f: f.body("draw.seeded")["values"].__setitem__(2, DICE[2]), "seed"),
    "dice thrown anew": (throw_anew, "rounds"),
    "the same dice": (same_dice, "seed"),
    "no dice": (no_dice, "seed"),
    "dice entered twice": (twice("draw.dice_entered"), "seed"),
    "dice of a stranger": (set_to("draw.dice_entered", "witness", "stranger"), "seed"),
    "the station's value": (lambda f: f.body("draw.seeded")["values"].__setitem__(1, "0" * 64), "seed"),
    "the fingerprint as a value": (lambda f: f.body("draw.seeded")["values"].__setitem__(0, "A" * 26), "seed"),
    "a value too few": (lambda f: f.body("draw.seeded")["values"].pop(), "seed"),
    "a value that isn't printable": (lambda f: f.body("draw.seeded")["values"].__setitem__(2, "1\t"), "seed"),
    "the randomness": (set_to("draw.seeded", "randomness", "x"), "seed"),
    "the seeding's generation": (set_to("draw.seeded", "generation", 2), "seed"),
    "the transcript's serial": (in_payload(lambda payload: payload.update(serial="x")), "certificate"),
    "the transcript's draw": (
        in_payload(lambda payload: payload.update(draw="0" * 8 + payload["draw"][8:])),
        "journal",
    ),
    "the transcript's time": (
        in_payload(lambda payload: payload.update(made_at="2026-11-30T02:00:01Z")),
        "certificate",
    ),
    "a statement is missing": (in_payload(lambda payload: payload["people"].pop(1)), "signatures"),
    "a statement twice": (in_payload(lambda payload: payload["people"].append(payload["people"][0])), "people"),
    "a statement's signature": (
        in_payload(lambda payload: payload["people"][0]["signatures"][0].update(sig="A" * 86 + "==")),
        "people",
    ),
    "another suite": (in_payload(lambda payload: payload.update(suite="FQ2")), "file"),
    "a field too many": (in_payload(lambda payload: payload.update(more=1)), "file"),
}


REFUSALS: dict[str, dict[str, str]] = json.loads((Path(__file__).parent / "refusals.json").read_text("utf-8"))


def check_refused(file: bytes, check: str, table: str, name: str) -> None:
    """Check which check fails and with which words, so that no other one stands in for it."""
    report = verify_transcript(file)
    assert wrong(report) == check, list(report.texts())
    assert next(line.text for line in report.lines if line.state is State.WRONG) == REFUSALS[table][name]


def forged(drawn: Drawn, forge: Forge) -> bytes:
    forger = Forger(drawn)
    forge(forger)
    return forger.file()


@pytest.mark.parametrize("name", RICH)
def test_a_forged_rich_draw_is_wrong(name: str) -> None:
    forge, check = RICH[name]
    check_refused(forged(rich_draw(), forge), check, "rich", name)


def two_reasons(forger: Forger) -> None:
    forger.resign("draw.narrowed", "narrowing-approval", lambda c: c, "supervisor", "second")
    keys = [forger.drawn.people[name].keyid for name in ("supervisor", "second")]
    forger.body("draw.narrowed").update(approved_by=keys, reason=None)
    forger.entry("draw.narrowed")["by"][2:] = keys[1:]


def approved_by(*names: str) -> Forge:
    return lambda f: f.body("draw.narrowed").update(approved_by=[f.drawn.people[name].keyid for name in names])


def one_signature(forger: Forger) -> None:
    forger.resign("draw.narrowed", "narrowing-approval", lambda c: c, "supervisor")
    approved_by("supervisor", "second")(forger)
    forger.entry("draw.narrowed")["by"][2:] = [forger.drawn.people["second"].keyid]


REHEADED: dict[str, tuple[Forge, str]] = {
    "the registered serial": (set_to("draw.prepared", "serial", "x"), "certificate"),
    "a freeze without a report": (drop("draw.narrowed"), "steps"),
    "a report without a draw": (drop("draw.prepared"), "steps"),
    "another report": (set_to("draw.narrowed", "report", "0" * 64), "approval"),
    "an approval for another draw": (
        lambda f: f.resign("draw.narrowed", "narrowing-approval", lambda c: c.update(draw="x"), "supervisor"),
        "approval",
    ),
    "approved by nobody": (approved_by(), "approval"),
    "approved by the operator": (approved_by("operator"), "approval"),
    "approved by one who didn't sign": (one_signature, "approval"),
    "approved by one twice": (approved_by("supervisor", "supervisor"), "signed steps"),
    "a second approval without a reason": (two_reasons, "approval"),
}


@pytest.mark.parametrize("name", REHEADED)
def test_a_story_forged_before_the_freeze_is_wrong(name: str) -> None:
    forge, check = REHEADED[name]
    forger = Forger(rich_draw())
    forge(forger)
    check_refused(forger.file(rehead=True), check, "before the freeze", name)


@pytest.mark.parametrize(("part", "value"), [("lot", "LZ-2"), ("name", "另一项目"), ("start", "2026-12-02T01:00:00Z")])
def test_the_opened_project_must_be_the_registered_one(part: str, value: str) -> None:
    forger = Forger(rich_draw())
    forger.body("draw.prepared")[part] = value
    forger.file()
    document = read_document(forger.drawn.signed(forger.payload))
    with pytest.raises(CheckFailedError, match=part):
        check_openings(document, read_certificate(document))


SHORT: dict[str, tuple[Forge, str]] = {
    "short becomes complete": (lambda f: f.entry("draw.short").update(kind="draw.completed"), "rounds"),
    "somebody hasn't answered": (lambda f: f.entries.remove(f.entry("draw.answered", -1)), "rounds"),
    "a promotion before its time": (promote_early, "rounds"),
    "a promotion left out": (drop("draw.promoted"), "rounds"),
    "lacks": (set_to("draw.short", "lacks", []), "rounds"),
}
EXACT: dict[str, tuple[Forge, str]] = {
    "a chance": (fairness_class(chance="1/1"), "fairness"),
    "a simulation": (in_payload(lambda payload: payload["fairness"].update(method="simulated", size=1)), "fairness"),
    "a round too many": (round_too_many, "codes"),
    "codes made at the station": (
        in_ceremony(lambda c: c["chain"].update(made="station")),
        "seed",
    ),
}


@pytest.mark.parametrize("name", SHORT)
def test_a_forged_short_draw_is_wrong(name: str) -> None:
    forge, check = SHORT[name]
    check_refused(forged(short_draw(), forge), check, "short", name)


@pytest.mark.parametrize("name", EXACT)
def test_a_forged_exact_draw_is_wrong(name: str) -> None:
    forge, check = EXACT[name]
    check_refused(forged(exact_draw(), forge), check, "exact", name)


@pytest.mark.parametrize("part", ["checkpoint", "inclusion", "consistency"])
def test_proofs_of_another_draw_are_refused(part: str) -> None:
    drawn = rich_draw()
    payload = drawn.payload()
    payload[part] = other_draw().payload()[part]
    assert wrong(verify_transcript(drawn.signed(payload))) == "journal"


@pytest.mark.parametrize("part", ["people", "entries", "table", "results", "openings", "committee", "fairness"])
def test_a_part_of_another_draw_is_refused(part: str) -> None:
    drawn = rich_draw()
    payload = drawn.payload()
    payload[part] = other_draw().payload()[part]
    wrong(verify_transcript(drawn.signed(payload)))


def test_proofs_must_be_there() -> None:
    drawn = rich_draw()
    changes: list[Callable[[dict[str, Any]], object]] = [
        lambda payload: payload["inclusion"].pop(),
        lambda payload: payload["inclusion"][0].pop(),
        lambda payload: payload.update(consistency=[]),
        lambda payload: payload["consistency"][0].update(root="0" * 64),
        lambda payload: payload["consistency"][0]["proof"].pop(),
    ]
    for change in changes:
        payload = drawn.payload()
        change(payload)
        assert wrong(verify_transcript(drawn.signed(payload))) == "journal"


def test_an_entry_stands_where_it_says() -> None:
    drawn = rich_draw()
    payload = drawn.payload()
    payload["entries"][3]["index"] += 1
    assert wrong(verify_transcript(drawn.signed(payload))) == "file"


def test_the_secret_itself_is_never_a_code() -> None:
    document = read_document(exact_draw().file)
    opened = document.only("draw.round_opened")
    codes = [sha256(b"secret")]
    for _ in range(256):
        codes.append(sha256(codes[-1]))
    rounds = tuple(
        replace(opened, body={**opened.body, "code_number": number, "code": codes[256 - number].hex()})
        for number in range(1, 257)
    )
    generation = Generation(1, codes[256], b"", b"randomness", START, ())
    fixed = document.only("draw.fixed")
    assert len(check_codes(replace(document, entries=(fixed, *rounds[:255])), [generation])) == 255
    with pytest.raises(CheckFailedError, match="no such code"):
        check_codes(replace(document, entries=(fixed, *rounds)), [generation])


def test_all_three_must_sign() -> None:
    drawn = rich_draw()
    for missing in range(3):
        signers = [one for place, one in enumerate(drawn.signers()) if place != missing]
        assert wrong(verify_transcript(drawn.signed(drawn.payload(), signers))) == "signatures"
    strangers = [*drawn.signers(), drawn.people["insider"]]
    assert wrong(verify_transcript(drawn.signed(drawn.payload(), strangers))) == "signatures"


def with_supervisor(drawn: Drawn, other: PrivateIdentity) -> bytes:
    """Let somebody else sign the certificate as the supervisor."""
    forger = Forger(drawn)
    forger.payload["people"].append(other.statement.to_json())
    forger.resign(
        "draw.frozen", "certificate", lambda c: c.update(supervisor=other.keyid), "operator", other, "station"
    )
    return forger.file()


def with_holder(drawn: Drawn, other: PrivateIdentity, *, held: bool = True) -> bytes:
    """Let somebody else sign the transcript as the supervisor, whether a holder of the list or not."""
    forger = Forger(drawn)
    forger.payload["people"].append(other.statement.to_json())
    if held:
        forger.body("draw.sealed", -1)["holders"].append(
            {"role": other.identity.role.value, "name": other.identity.name, "keyid": other.keyid}
        )
    forger.file()
    return drawn.signed(forger.payload, [drawn.people["station"], other, drawn.people["operator"]])


def person(name: str, role: Role, organisation: str, start_days: int = 0, days: int = 1000) -> PrivateIdentity:
    randomness = SeededRandomness(f"{name}{role}{organisation}{days}")
    start = START + timedelta(days=start_days)
    return declare(
        PersonId(new_id(START, randomness)), name, role, organisation, start, randomness, validity=timedelta(days=days)
    )


@pytest.mark.parametrize(
    ("other", "check"),
    [
        (person("魏四", Role.SUPERVISOR, "交易中心"), "certificate"),
        (person("魏四", Role.SUPERVISOR, "交易 中心"), "certificate"),
        (person("魏四", Role.OPERATOR, "监督局"), "certificate"),
        (person("魏四", Role.SUPERVISOR, "监督局", start_days=-9, days=2), "certificate"),
        (person("魏四", Role.SUPERVISOR, "监督局", start_days=9), "certificate"),
        (person("魏四", Role.SUPERVISOR, "监督局"), "seed"),
    ],
)
def test_a_supervisor_of_another_kind_is_refused(other: PrivateIdentity, check: str) -> None:
    assert wrong(verify_transcript(with_supervisor(rich_draw(), other))) == check


def test_a_deputy_who_holds_the_list_may_sign_the_transcript(tmp_path: Path) -> None:
    deputy = person("魏四", Role.SUPERVISOR, "监督局")
    file = with_holder(rich_draw(), deputy)
    assert verify_transcript(file).exit_code == 3
    assert verdict(file, tmp_path)[0] == 3
    stranger = with_holder(rich_draw(), deputy, held=False)
    assert wrong(verify_transcript(stranger)) == "signatures"
    assert verdict(stranger, tmp_path)[0] == 1


@pytest.mark.parametrize(
    "other",
    [
        person("魏四", Role.SUPERVISOR, "交易 中心"),
        person("魏四", Role.OPERATOR, "监督局"),
        person("魏四", Role.AUDITOR, "监督局"),
        person("魏四", Role.SUPERVISOR, "监督局", start_days=-9, days=2),
        person("魏四", Role.SUPERVISOR, "监督局", start_days=9),
    ],
)
def test_a_holder_who_can_t_open_the_list_can_t_sign_for_it(other: PrivateIdentity, tmp_path: Path) -> None:
    file = with_holder(rich_draw(), other)
    assert wrong(verify_transcript(file)) == "signatures"
    assert verdict(file, tmp_path)[0] == 1


def test_a_perfect_forgery_with_fresh_keys_is_consistent_and_not_authentic() -> None:
    true, forgery = rich_draw(), other_draw()
    assert verify_transcript(forgery.file).exit_code == 3
    assert wrong(verify_transcript(forgery.file, keys=true.keys)) == "keys"
    assert wrong(verify_transcript(forgery.file, anchor=true.checkpoint)) == "anchor"
    assert wrong(verify_transcript(forgery.file, fingerprint=true.fingerprint)) == "fingerprint"

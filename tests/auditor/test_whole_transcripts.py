"""Whole transcripts: sound ones, forged ones by somebody with every key, and both verifiers' verdicts on each."""

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drawing.verify import verify_transcript
from tests.auditor.script import V, command, verdict
from tests.drawing.verify import build
from vault.note import Checkpoint, sign_note

Forging = Callable[[build.Forger], object]


def kept(data: bytes, folder: Path, name: str) -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


DRAWS = {"rich": build.rich_draw, "short": build.short_draw, "exact": build.exact_draw}


@pytest.mark.parametrize("name", DRAWS)
def test_a_sound_transcript_is_consistent(name: str, tmp_path: Path) -> None:
    path = kept(DRAWS[name]().file, tmp_path, "transcript.json")
    done = command(path, "--lang", "en")
    said = done.stdout
    assert done.returncode == 3, said + done.stderr
    for number in range(1, 11):
        assert f"[{number:>2}] ok" in said
    assert "沈一" in said
    assert "监督局" in said


def test_authentic_by_each_way(tmp_path: Path) -> None:
    drawn = build.rich_draw()
    keys = kept(drawn.keys, tmp_path, "keys")
    anchor = kept(drawn.checkpoint, tmp_path, "anchor")
    assert verdict(drawn.file, tmp_path, ["--keys", keys])[0] == 0
    assert verdict(drawn.file, tmp_path, ["--anchor", anchor])[0] == 0
    assert verdict(drawn.file, tmp_path, ["--fingerprint", drawn.fingerprint.lower()])[0] == 0
    everything = verdict(drawn.file, tmp_path, ["--keys", keys, "--anchor", anchor, "--fingerprint", drawn.fingerprint])
    assert everything[0] == 0
    for mark in "KAF":
        assert f"[ {mark}] ok" in everything[1]


def test_keys_as_a_list_and_as_one_statement(tmp_path: Path) -> None:
    drawn = build.rich_draw()
    identities = json.loads(drawn.keys)["identities"]
    everyone = kept(json.dumps(identities).encode(), tmp_path, "list")
    one = kept(json.dumps(identities[0]).encode(), tmp_path, "one")
    assert verdict(drawn.file, tmp_path, ["--keys", everyone])[0] == 0
    assert verdict(drawn.file, tmp_path, ["--keys", one])[0] == 1


def test_what_belongs_to_another_draw_is_wrong(tmp_path: Path) -> None:
    drawn, other = build.rich_draw(), build.other_draw()
    assert verdict(drawn.file, tmp_path, ["--keys", kept(other.keys, tmp_path, "keys")])[0] == 1
    assert verdict(drawn.file, tmp_path, ["--anchor", kept(other.checkpoint, tmp_path, "anchor")])[0] == 1
    assert verdict(drawn.file, tmp_path, ["--fingerprint", other.fingerprint])[0] == 1


def signed_head(drawn: build.Drawn, size: int, root: bytes) -> bytes:
    origin = drawn.payload()["checkpoint"].split("\n")[0]
    return sign_note(Checkpoint(origin, size, root).text(), [drawn.people["station"].note_signer(origin)])


def test_every_head_beside_an_entry_is_an_anchor(tmp_path: Path) -> None:
    """A head that a witness took home at the freeze or at the fingerprint needs no proof of its own."""
    drawn = build.rich_draw()
    for size in (4, 6, 9, len(drawn.payloads)):
        root = V.tree_hash(drawn.payloads[:size])
        good = kept(signed_head(drawn, size, root), tmp_path, "good")
        bad = kept(signed_head(drawn, size, bytes(32)), tmp_path, "bad")
        assert verdict(drawn.file, tmp_path, ["--anchor", good])[0] == 0
        assert verdict(drawn.file, tmp_path, ["--anchor", bad])[0] == 1
    later = signed_head(drawn, 900, root)
    code, said = verdict(drawn.file, tmp_path, ["--anchor", kept(later, tmp_path, "later")])
    assert code == 1
    assert "no proof from a head of 900 entries" in said
    assert verify_transcript(drawn.file, anchor=later).exit_code == 1


def test_a_forgery_with_fresh_keys_is_consistent_only(tmp_path: Path) -> None:
    """It is what exit 3 warns of, and what each way of authenticity finds."""
    forged, drawn = build.other_draw(), build.rich_draw()
    assert verdict(forged.file, tmp_path)[0] == 3
    assert verdict(forged.file, tmp_path, ["--keys", kept(drawn.keys, tmp_path, "keys")])[0] == 1


# ------------------------------------------------------------------------------------------------------- forgeries


def drop(kind: str, number: int = 0) -> Forging:
    return lambda forger: forger.entries.remove(forger.entry(kind, number))


def answered(outcome: str, instead: str) -> Callable[[build.Forger], None]:
    """Give the first answer of one outcome another."""

    def forge(forger: build.Forger) -> None:
        bodies = [entry["body"] for entry in forger.entries if entry["kind"] == "draw.answered"]
        next(body for body in bodies if body["outcome"] == outcome).update(outcome=instead)

    return forge


def put(kind: str, name: str, value: Any, number: int = 0) -> Forging:
    return lambda forger: forger.body(kind, number).update({name: value})


def whole(**values: Any) -> Forging:
    return lambda forger: forger.payload.update(values)


def certificate(**values: Any) -> Forging:
    return lambda forger: forger.resign("draw.frozen", "certificate", lambda said: said.update(values))


def ceremony(**values: Any) -> Forging:
    return lambda forger: forger.resign("draw.fixed", "ceremony", lambda said: said.update(values))


def table_line(change: Callable[[str], str]) -> Forging:
    def forge(forger: build.Forger) -> None:
        lines = forger.payload["table"].split("\n")
        lines[0] = change(lines[0])
        forger.payload["table"] = "\n".join(lines)

    return forge


def swap(one: int, other: int) -> Forging:
    def forge(forger: build.Forger) -> None:
        places = forger.entries
        places[one], places[other] = places[other], places[one]

    return forge


def result(number: int, change: Callable[[dict[str, Any]], object]) -> Forging:
    """Change a stated result and its digest in the journal alike."""

    def forge(forger: build.Forger) -> None:
        said = json.loads(forger.payload["results"][number])
        change(said)
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        forger.payload["results"][number] = text
        label = b"fengqian/round/v1"
        data = text.encode()
        netstrings = b"%d:%s,%d:%s," % (len(label), label, len(data), data)
        forger.body("draw.round_opened", number)["result"] = hashlib.sha256(netstrings).hexdigest()

    return forge


def fairness(change: Callable[[dict[str, Any]], object]) -> Forging:
    return lambda forger: change(forger.payload["fairness"])


def insert(kind: str, after: str, body: dict[str, Any]) -> Forging:
    """Put an entry behind the first of a kind."""

    def forge(forger: build.Forger) -> None:
        place = forger.entries.index(forger.entry(after))
        forger.entries.insert(place + 1, {**forger.entries[place], "kind": kind, "body": body})

    return forge


def same_organisation(forger: build.Forger) -> None:
    """The insider of the operator's own organisation signs as supervisor."""
    people = forger.drawn.people
    insider = people["insider"]
    forger.payload["people"].append(insider.statement.to_json())
    three = ("operator", "insider", "station")
    forger.resign("draw.frozen", "certificate", lambda said: said.update(supervisor=insider.keyid), *three)


FORGERIES: dict[str, Forging] = {
    "another serial": whole(serial="临抽 2026-0002"),
    "sample in the transcript only": whole(sample=True),
    "a field more": whole(more=1),
    "another version": whole(v=2),
    "nobody in people": whole(people=[]),
    "no entries": lambda forger: forger.entries.clear(),
    "no results": whole(results=[]),
    "an empty table": whole(table=""),
    "another committee": lambda forger: forger.payload["committee"].reverse(),
    "a committee with one less": lambda forger: forger.payload["committee"].pop(),
    "another project": lambda forger: forger.payload["openings"]["project"].update(value="{}"),
    "operator and supervisor of one organisation": same_organisation,
    "another level in the certificate": certificate(level="B"),
    "another cap in the certificate": certificate(employer_cap=2),
    "no cap in the certificate": certificate(employer_cap=None),
    "another table root": certificate(table_root="0" * 64),
    "another head": certificate(head={"origin": "x", "size": 4, "root": "0" * 64}),
    "a certificate of another draw": certificate(draw="01a22a2e-34e8-7b98-a1bb-3b8772ce2cd3"),
    "a ceremony of another certificate": ceremony(certificate="0" * 64),
    "a ceremony at another level": ceremony(level="A"),
    "a ceremony without dice": ceremony(sources=[]),
    "a second generation first": ceremony(generation=2),
    "another fingerprint": put("draw.fixed", "fingerprint", "A" * 26),
    "another chain": ceremony(chain={"end": "0" * 64, "length": 256, "made": "station"}),
    "a random string of one's own": put("draw.seeded", "randomness", "1:a,"),
    "dice without commitment": drop("draw.dice_entered"),
    "dice after the seed": swap(6, 7),
    "other dice": put("draw.dice_entered", "commitment", "0" * 64),
    "no preparation": drop("draw.prepared"),
    "prepared twice": insert("draw.prepared", "draw.prepared", {"serial": "临抽 2026-0001"}),
    "another code": put("draw.round_opened", "code", "0" * 64),
    "a code number left out": put("draw.round_opened", "code_number", 3, 1),
    "a round left out": drop("draw.round_opened", 1),
    "a round number left out": put("draw.round_opened", "round", 3, 1),
    "a person of one's choice": result(0, lambda said: said["accepted"][0].update(label="0" * 64)),
    "somebody skipped unseen": result(0, lambda said: said["accepted"].pop()),
    "another reason": result(1, lambda said: said.update(skipped=[{"label": "0" * 64, "reason": "no_open_slot"}])),
    "another result digest": put("draw.round_opened", "result", "0" * 64),
    "slots of one's own": put("draw.round_opened", "slots", []),
    "a decline left out": drop("draw.answered", 1),
    "a decline made up": answered("confirmed", "declined"),
    "a decline made a yes": answered("declined", "confirmed"),
    "an answer for another round": put("draw.answered", "round", 2),
    "an answer from no slot": put("draw.answered", "slot", "99"),
    "a call to an open slot": put("draw.called", "slot", "R9"),
    "a promotion left out": drop("draw.promoted"),
    "a promotion of another quota": put("draw.promoted", "from", "R2"),
    "a vacancy left out": drop("draw.vacated"),
    "completion left out": drop("draw.completed"),
    "a shortage unstated": put("draw.completed", "lacks", [], 1),
    "short where complete": lambda forger: forger.entry("draw.completed").update(kind="draw.short"),
    "a change while sealed": drop("draw.reentered"),
    "a sealing left out": drop("draw.sealed"),
    "the last sealing left out": drop("draw.sealed", 1),
    "a sealing without its findings": lambda forger: forger.body("draw.sealed").pop("findings"),
    "findings that are no list": put("draw.sealed", "findings", "committee.odd"),
    "a finding that is no id": put("draw.sealed", "findings", ["The owner!"]),
    "a finding twice": put("draw.sealed", "findings", ["committee.odd", "committee.odd"], 1),
    "a relation that nobody knows": certificate(ceremonies=[{"serial": "x", "state": "frozen", "relation": "friend"}]),
    "a sealing of another number": put("draw.sealed", "sealing", 7, 1),
    "another box opened": put("draw.opened", "box", "0" * 64),
    "early without saying so": put("draw.opened", "early", False),
    "early without a reason": put("draw.opened", "reason", None),
    "early without a second supervisor": put("draw.opened", "approved_by", None),
    "the last opening left out": drop("draw.opened", 1),
    "an unknown kind": insert("draw.steered", "draw.seeded", {}),
    "nobody's approval": put("draw.narrowed", "approved_by", []),
    "another report approved": put("draw.narrowed", "report", "0" * 64),
    "previews after the freeze": insert("draw.previewed", "draw.frozen", {"eligible": []}),
    "frozen twice": lambda forger: forger.entries.insert(5, dict(forger.entry("draw.frozen"))),
    "a time that goes back": lambda forger: forger.entry("draw.opened", 1).update(at="2026-01-01T00:00:00Z"),
    "an entry of another draw": lambda forger: forger.entry("draw.called").update(subject="another"),
    "fairer than it was": fairness(lambda page: page["classes"][0].update(chance="0.500000")),
    "fairer by its counts": fairness(lambda page: page["classes"][0].update(accepted=0)),
    "another sample": fairness(lambda page: page["sample"][1].update(accepted="0" * 64)),
    "no sample": fairness(lambda page: page.update(sample=[])),
    "an exact page": fairness(lambda page: page.update(method="exact", size=0)),
    "a line's employer": table_line(lambda line: line[:-1] + ("0" if line[-1] != "0" else "1")),
    "a line excluded": table_line(lambda line: line[:64] + " x - -"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forger_with_every_key_is_found(name: str, tmp_path: Path) -> None:
    forger = build.Forger(build.rich_draw())
    FORGERIES[name](forger)
    file = forger.file()
    code, said = verdict(file, tmp_path)
    assert code == 1, said
    assert "WRONG" in said
    assert "can't be read" not in said
    assert verify_transcript(file).exit_code == 1, "the first verifier lets it pass"


def test_a_forger_who_changes_nothing_is_let_pass(tmp_path: Path) -> None:
    file = build.Forger(build.rich_draw()).file()
    assert verdict(file, tmp_path)[0] == 3
    assert verify_transcript(file).exit_code == 3


def test_flipped_bytes(tmp_path: Path) -> None:
    """Whatever byte is changed, both verifiers refuse, without a traceback."""
    drawn = build.exact_draw()
    for place in range(11, len(drawn.file), len(drawn.file) // 12):
        broken = bytearray(drawn.file)
        broken[place] ^= 1
        assert verdict(bytes(broken), tmp_path)[0] == 1
        assert verify_transcript(bytes(broken)).exit_code == 1


ODD = (None, -1, "x", [None], {"a": None})


def test_payload_fields_of_another_sort(tmp_path: Path) -> None:
    """A field that isn't what it should be is a refusal, never a crash."""
    drawn = build.exact_draw()
    for name in sorted(drawn.payload()):
        for value in ODD[1:4]:
            code, said = verdict(drawn.signed({**drawn.payload(), name: value}), tmp_path)
            assert code == 1, (name, value, said)
            assert "can't be read" not in said, (name, value, said)


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for name, inner in items:
        found += places(inner, (*path, name))
    return found


def set_at(value: Any, path: tuple[str | int, ...], new: Any) -> None:
    for name in path[:-1]:
        value = value[name]
    value[path[-1]] = new


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        ("draw.frozen", "certificate"),
        ("draw.fixed", "ceremony"),
        ("draw.narrowed", ""),
        ("draw.seeded", ""),
        ("draw.round_opened", ""),
        ("draw.answered", ""),
        ("draw.promoted", ""),
        ("draw.completed", ""),
        ("draw.sealed", ""),
        ("draw.opened", ""),
    ],
)
def test_body_fields_of_another_sort(kind: str, record: str, tmp_path: Path) -> None:
    drawn = build.rich_draw()
    body = build.Forger(drawn).body(kind)
    inner = json.loads(base64.b64decode(body[record]["payload"])) if record else body
    for number, path in enumerate(places(inner)):
        forger = build.Forger(drawn)
        new = ODD[number % len(ODD)]
        if record:
            forger.resign(kind, record, lambda said, path=path, new=new: set_at(said, path, new))  # type: ignore[misc]
        else:
            set_at(forger.body(kind), path, new)
        code, said = verdict(forger.file(), tmp_path)
        assert code in (1, 3), (path, said)
        assert "can't be read" not in said, (path, new, said)

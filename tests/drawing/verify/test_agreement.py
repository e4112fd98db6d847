"""Two verifiers, one verdict: what is forged is refused by both, and whatever is changed, they agree."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drawing.verify import verify_transcript
from tests.auditor.script import verdict
from tests.drawing.verify import build
from tests.drawing.verify.agreement import DRAWS, disagreement, verdicts
from tests.drawing.verify.story import BY, SAID, Story
from vault.jsontext import dumps
from vault.note import Checkpoint, sign_note

Forge = Callable[[Story], object]


def body(kind: str, number: int = 0, **fields: object) -> Forge:
    return lambda story: story.entries(kind)[number]["body"].update(copy.deepcopy(fields))


def without(kind: str, field: str, number: int = 0) -> Forge:
    return lambda story: story.entries(kind)[number]["body"].pop(field)


def twice(kind: str, number: int = 0) -> Forge:
    def forge(story: Story) -> None:
        entry = story.entries(kind)[number]
        story.tree["entries"].insert(story.tree["entries"].index(entry) + 1, copy.deepcopy(entry))

    return forge


def said(kind: str, record: str, change: Callable[[dict[str, Any]], object], number: int = 0) -> Forge:
    return lambda story: change(story.entries(kind)[number]["body"][record][SAID])


def certificate(**fields: object) -> Forge:
    return said("draw.frozen", "certificate", lambda one: one.update(copy.deepcopy(fields)))


def page(change: Callable[[dict[str, Any]], object]) -> Forge:
    return lambda story: change(story.tree["whole"]["fairness"])


def slot(change: Callable[[dict[str, Any]], object]) -> Forge:
    return lambda story: change(story.entries("draw.round_opened")[0]["body"]["slots"][0])


def wordless(story: Story) -> None:
    answers = [one["body"] for one in story.entries("draw.answered")]
    next(one for one in answers if one["outcome"] == "declined")["outcome"] = ""


def quota_false(story: Story) -> None:
    slots = story.entries("draw.round_opened")[0]["body"]["slots"]
    next(one for one in slots if one["quota"] == 0)["quota"] = False


def holders(change: Callable[[list[dict[str, Any]]], object]) -> Forge:
    return lambda story: change(story.entries("draw.sealed")[-1]["body"]["holders"])


def by(kind: str, *names: str) -> Forge:
    def forge(story: Story) -> None:
        story.entries(kind)[0]["by"] = [story.drawn.people[name].keyid for name in names]

    return forge


def roles_exchanged(people: list[dict[str, Any]]) -> None:
    people[0]["role"], people[1]["role"] = people[1]["role"], people[0]["role"]


def dated(kind: str, at: str, *, number: int = 0) -> Forge:
    return lambda story: story.entries(kind)[number].update(at=at)


def made_early(story: Story) -> None:
    story.tree["whole"]["made_at"] = story.tree["entries"][-2]["at"]


def another_station(story: Story) -> None:
    head = {"origin": "fengqian/01a22a2e-34e8-7b98-a1bb-3b8772ce2cd3"}
    said("draw.frozen", "certificate", lambda one: one["station"].update(id=head["origin"][9:]))(story)


def dice(story: Story, **fields: object) -> None:
    """Change the only dice of the ceremony that was replaced before its seed."""
    story.entries("draw.dice_entered")[0]["body"].update(fields)


def approvers(*names: str, reason: object = None) -> Forge:
    def forge(story: Story) -> None:
        entry = story.entries("draw.narrowed")[0]
        narrowed = entry["body"]
        entry["by"][2:] = [story.drawn.people[name].keyid for name in names[1:]]
        narrowed.update(approved_by=[story.drawn.people[name].keyid for name in names], reason=reason)
        narrowed["signature"][BY] = list(dict.fromkeys(narrowed["approved_by"]))

    return forge


def signed_by_more(story: Story) -> None:
    story.entries("draw.frozen")[0]["body"]["certificate"][BY].append(story.drawn.people["insider"].keyid)


def one_box(story: Story) -> None:
    sealed = story.entries("draw.sealed")
    box = sealed[0]["body"]["box"]
    sealed[1]["body"]["box"] = story.entries("draw.opened")[1]["body"]["box"] = box


def compared(story: Story, number: int, behind: str = "draw.compared", **fields: object) -> None:
    """Let a witness answer once more: behind their n-th answer, or behind the first entry of another kind."""
    answer = story.entries("draw.compared")[number]
    before = answer if behind == "draw.compared" else story.entries(behind)[0]
    again = {**copy.deepcopy(answer), "at": before["at"]}
    again["body"].update(fields)
    story.tree["entries"].insert(story.tree["entries"].index(before) + 1, again)


def uncompared(story: Story, *numbers: int) -> None:
    """Leave answers out."""
    answers = story.entries("draw.compared")
    gone = [id(answers[number]) for number in numbers]
    story.tree["entries"] = [one for one in story.tree["entries"] if id(one) not in gone]


LATE = "2026-11-30T23:59:59Z"
FORGERIES: dict[str, tuple[str, Forge]] = {
    "a transcript made before its last entry": ("rich", made_early),
    "an opening twice": ("rich", twice("draw.opened", 1)),
    "a completion twice": ("rich", twice("draw.completed")),
    "a shortage twice": ("short", twice("draw.short")),
    "a close, and something behind it": ("rich", lambda s: s.tree["entries"].append(closed_entry(s, "draw.previewed"))),
    "a call twice": ("rich", twice("draw.called")),
    "a call left out": ("rich", body("draw.called", attempt=2)),
    "more attempts than calls": ("rich", body("draw.answered", attempts=3)),
    "an answer without a time": ("rich", without("draw.answered", "answered_at")),
    "an answer without a word": ("rich", lambda s: wordless(s)),
    "a round that is true": ("rich", body("draw.called", round=True)),
    "an early opening for a blank reason": ("rich", body("draw.opened", reason=" \u3000")),
    "a re-entry for a blank reason": ("rich", body("draw.reentered", reason=" ")),
    "an early opening by the operator alone": ("rich", by("draw.opened", "operator", "second")),
    "an early opening approved by a list": ("rich", lambda s: approved_by_list(s)),
    "an opening in time, approved by 1": ("rich", body("draw.opened", 1, approved_by=1)),
    "an opening in time for a reason": ("rich", body("draw.opened", 1, reason="moved forward")),
    "an opening in time that leaves its reason out": ("rich", without("draw.opened", "reason", 1)),
    "holders in each other's role": ("rich", holders(roles_exchanged)),
    "a holder twice": ("rich", holders(lambda people: people.append(dict(people[0])))),
    "a holder without a name": ("rich", holders(lambda people: people[0].pop("name"))),
    "one box for two sealings": ("rich", one_box),
    "a sealing that opens before the certificate says": ("rich", body("draw.sealed", opening="2026-11-29T00:00:00Z")),
    "a quota that is false": ("rich", quota_false),
    "a slot with a field more": ("rich", slot(lambda one: one.update(more=1))),
    "a class without its error": ("exact", page(lambda one: one["classes"][0].pop("error"))),
    "a class without its size": ("exact", page(lambda one: one["classes"][0].pop("employer_size"))),
    "a page of version true": ("exact", page(lambda one: one.update(v=True))),
    "a sample with a field more": ("rich", page(lambda one: one["sample"][0].update(more=1))),
    "a sample that is true": ("rich", page(lambda one: one["sample"][1].update(i=True))),
    "a simulation too large": ("rich", page(lambda one: one.update(size=10**6 + 1))),
    "dice of a stranger, replaced unseen": ("replaced", lambda s: dice(s, witness="stranger")),
    "dice that are none, replaced unseen": ("replaced", lambda s: dice(s, commitment="x")),
    "dice twice, replaced unseen": ("replaced", twice("draw.dice_entered")),
    "another station than signed": ("exact", another_station),
    "a certificate signed by a stranger too": ("exact", signed_by_more),
    "a cap over a hundred": ("exact", certificate(employer_cap=100)),
    "a state that no draw has": (
        "exact",
        certificate(ceremonies=[{"serial": "x", "state": "lovely", "relation": "lot"}]),
    ),
    "a quota without a region": (
        "exact",
        said("draw.frozen", "certificate", lambda one: one["quotas"][0].pop("region")),
    ),
    "a witness without a name": ("exact", certificate(witnesses=["", "owner"])),
    "frozen before the report was approved": ("exact", certificate(frozen_at="2026-11-30T01:00:00Z")),
    "fixed after its entry": (
        "exact",
        said("draw.fixed", "ceremony", lambda one: one.update(fixed_at=LATE)),
    ),
    "fixed before the loss": (
        "replaced",
        said("draw.fixed", "ceremony", lambda one: one.update(fixed_at="2026-11-30T02:00:00Z"), 1),
    ),
    "approved by the operator": ("exact", approvers("operator")),
    "approved by two for no reason": ("exact", approvers("supervisor", "second")),
    "approved by two for a blank reason": ("exact", approvers("supervisor", "second", reason=" ")),
    "a comparison missing": ("rich", lambda s: uncompared(s, 1)),
    "a last answer that is no": ("rich", lambda s: compared(s, 1, agrees=False)),
    "a last answer that is no text": ("rich", body("draw.compared", agrees="yes")),
    "a row compared after the reveal": ("rich", lambda s: compared(s, 0, behind="draw.seeded")),
    "a row compared before all dice are in": ("rich", lambda s: compared(s, 0, behind="draw.dice_entered")),
    "a row compared by a stranger": ("rich", lambda s: compared(s, 1, witness="stranger")),
    "a row compared in another generation": ("rich", lambda s: compared(s, 1, generation=2)),
    "a row compared in the generation before": ("replaced", lambda s: compared(s, 3, generation=2)),
    "a second generation that nobody compared": ("replaced", lambda s: uncompared(s, 2, 3)),
    "a row compared unseen without all dice": (
        "replaced",
        lambda s: compared(s, 0, behind="draw.dice_entered", generation=1),
    ),
    "an approval without its basis": ("exact", without("draw.narrowed", "basis")),
}


def closed_entry(story: Story, kind: str) -> dict[str, Any]:
    closed = {**copy.deepcopy(story.tree["entries"][-1]), "kind": "draw.closed", "body": {"reason": "done"}}
    story.tree["entries"].append(closed)
    return {**closed, "kind": kind}


def approved_by_list(story: Story) -> None:
    opened = story.entries("draw.opened")[0]["body"]
    opened["approved_by"] = [opened["approved_by"]]


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused_by_both(name: str, tmp_path: Path) -> None:
    draw, forge = FORGERIES[name]
    story = Story(DRAWS[draw]())
    forge(story)
    found = verdicts(story.file(), tmp_path)
    assert (found.program, found.auditor) == (1, 1), found.said
    for mark in ("can't be read (", "can't be carried out (", "what the rule gives: "):
        assert mark not in found.said, "it is refused for something else"


@pytest.mark.parametrize("draw", DRAWS)
def test_a_story_that_isn_t_changed_is_let_pass(draw: str, tmp_path: Path) -> None:
    found = verdicts(Story(DRAWS[draw]()).file(), tmp_path)
    assert (found.program, found.auditor) == (3, 3), found.said


HARMLESS: dict[str, tuple[str, Forge]] = {
    "another centre": ("rich", said("draw.frozen", "certificate", lambda one: one["station"].update(centre="某中心"))),
    "another pack": ("exact", certificate(rulepack={"id": "other", "digest": "0" * 64})),
    "two approvals with a reason": ("exact", approvers("supervisor", "second", reason="a small province")),
    "a later opening": ("rich", lambda story: opens_later(story)),
    "other dice before the loss": ("replaced", lambda s: dice(s, commitment="0" * 64)),
}


def opens_later(story: Story) -> None:
    """The second sealing may be opened only when it is: the meeting was put off."""
    story.entries("draw.sealed")[1]["body"]["opening"] = story.entries("draw.opened")[1]["at"]


@pytest.mark.parametrize("name", HARMLESS)
def test_what_may_be_otherwise_is_let_pass_by_both(name: str, tmp_path: Path) -> None:
    """Also shows that a story carries on what hangs on a change: rounds are drawn again."""
    draw, change = HARMLESS[name]
    story = Story(DRAWS[draw]())
    change(story)
    found = verdicts(story.file(), tmp_path)
    assert (found.program, found.auditor) == (3, 3), found.said


def kinds_of(draw: str) -> list[tuple[str, str]]:
    return [(draw, kind) for kind in sorted({one["kind"] for one in Story(DRAWS[draw]()).tree["entries"]})]


SILENT: dict[str, dict[str, Any]] = {
    "draw.closed": {"reason": "done"},
    "draw.transcribed": {"transcript": "0" * 64},
    "draw.printed": {"document": "namelist", "copy": 1, "reason": None},
}
EVERY = sorted({kind: draw for draw in DRAWS for _, kind in kinds_of(draw)}.items())
NESTED: dict[str, tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "a narrowing approval": ("draw.narrowed", lambda one: one["signature"][SAID]),
    "a certificate": ("draw.frozen", lambda one: one["certificate"][SAID]),
    "a certificate's station": ("draw.frozen", lambda one: one["certificate"][SAID]["station"]),
    "a ceremony": ("draw.fixed", lambda one: one["ceremony"][SAID]),
    "a source": ("draw.fixed", lambda one: one["ceremony"][SAID]["sources"][0]),
    "a chain": ("draw.fixed", lambda one: one["ceremony"][SAID]["chain"]),
    "the nonces": ("draw.seeded", lambda one: one["nonces"]),
    "a slot": ("draw.round_opened", lambda one: one["slots"][0]),
    "a holder": ("draw.sealed", lambda one: one["holders"][0]),
    "a lack": ("draw.short", lambda one: one["lacks"][0]),
    "a replacement": ("draw.lost", lambda one: one["replacement"][SAID]),
}


def both_refuse(story: Story, folder: Path) -> None:
    found = verdicts(story.file(), folder)
    assert (found.program, found.auditor) == (1, 1), found.said
    for mark in ("can't be read (", "can't be carried out ("):
        assert mark not in found.said


@pytest.mark.parametrize(("kind", "draw"), EVERY)
def test_a_field_more_or_one_less_is_refused_by_both_in_every_kind(kind: str, draw: str, tmp_path: Path) -> None:
    story = Story(DRAWS[draw]())
    said = story.entries(kind)[-1]["body"]
    said["more"] = 1
    both_refuse(story, tmp_path)
    del said["more"]
    del said[min(said)]
    both_refuse(story, tmp_path)


@pytest.mark.parametrize("kind", SILENT)
def test_a_field_more_in_what_changes_nothing_is_refused_by_both(kind: str, tmp_path: Path) -> None:
    for fields, code in (({}, 3), ({"more": 1}, 1), (dict.fromkeys(SILENT[kind], True), 1)):
        story = Story(build.rich_draw())
        last = story.tree["entries"][-1]
        story.tree["entries"].append({**copy.deepcopy(last), "kind": kind, "body": {**SILENT[kind], **fields}})
        found = verdicts(story.file(), tmp_path)
        assert (found.program, found.auditor) == (code, code), found.said


@pytest.mark.parametrize("name", NESTED)
def test_a_field_more_within_an_object_is_refused_by_both(name: str, tmp_path: Path) -> None:
    kind, place = NESTED[name]
    story = Story(DRAWS[dict(EVERY)[kind]]())
    place(story.entries(kind)[0]["body"])["more"] = 1
    both_refuse(story, tmp_path)


@pytest.mark.parametrize("draw", DRAWS)
def test_changes_of_a_dozen_seeds_get_one_verdict(draw: str, tmp_path: Path) -> None:
    found = [disagreement(draw, seed, tmp_path) for seed in range(12)]
    assert [one for one in found if one] == []


@pytest.mark.soak
@pytest.mark.parametrize("draw", DRAWS)
def test_changes_of_a_thousand_seeds_get_one_verdict(draw: str, tmp_path: Path) -> None:
    found = [disagreement(draw, seed, tmp_path) for seed in range(100, 1100)]
    assert [one for one in found if one] == []


# ------------------------------------------------------------------------------------- what the reader brings along


def both(drawn: build.Drawn, folder: Path, option: str, data: bytes | str) -> tuple[int, int]:
    given = {option: data}
    if isinstance(data, bytes):
        path = folder / option
        path.write_bytes(data)
        data = str(path)
    return (
        verify_transcript(drawn.file, **given).exit_code,  # type: ignore[arg-type]
        verdict(drawn.file, folder, [f"--{option}={data}"])[0],
    )


def heads(drawn: build.Drawn) -> dict[str, bytes]:
    checkpoint = drawn.checkpoint.decode()
    origin, size, _, _, line = checkpoint.split("\n")[:5]
    station, root = drawn.people["station"], bytes(32)
    named = Checkpoint.parse(checkpoint.split("\n\n")[0] + "\n")
    return {
        "unsigned": checkpoint.split("\n\n")[0].encode() + b"\n",
        "of nobody": f"{checkpoint.split(chr(10) * 2)[0]}\n\n— {origin} AAAA\n".encode(),
        "of another name": sign_note(named.text(), [station.note_signer("another")]),
        "of another journal": sign_note(
            Checkpoint("another", int(size), named.root).text(), [station.note_signer("another")]
        ),
        "of a first incarnation": sign_note(
            Checkpoint(f"{origin}/incarnation/1", int(size), named.root).text(), [station.note_signer(origin)]
        ),
        "of a later incarnation": sign_note(
            Checkpoint(f"{origin}/incarnation/2", int(size), named.root).text(), [station.note_signer(origin)]
        ),
        "of another root": sign_note(Checkpoint(origin, int(size), root).text(), [station.note_signer(origin)]),
        "unproven": sign_note(Checkpoint(origin, 900, root).text(), [station.note_signer(origin)]),
        "nothing": b"",
        "no text": b"\xff\n1\n",
        "cut": drawn.checkpoint[:-2],
        "half a line": checkpoint.replace(line, line[:-8]).encode(),
    }


@pytest.mark.parametrize("name", heads(build.rich_draw()))
def test_a_head_that_is_none_is_wrong_for_both(name: str, tmp_path: Path) -> None:
    drawn = build.rich_draw()
    assert both(drawn, tmp_path, "anchor", drawn.checkpoint) == (0, 0)
    assert both(drawn, tmp_path, "anchor", heads(drawn)[name]) == (1, 1)


@pytest.mark.parametrize("text", ["", "A", "A" * 25, "A" * 26, "A" * 27, "A" * 52, "8" * 26, "é" * 26])
def test_a_fingerprint_that_is_none_is_wrong_for_both(text: str, tmp_path: Path) -> None:
    assert both(build.rich_draw(), tmp_path, "fingerprint", text) == (1, 1)


def statements(drawn: build.Drawn) -> list[Any]:
    found: list[Any] = json.loads(drawn.keys)["identities"]
    return found


KEYS: dict[str, Callable[[build.Drawn], object]] = {
    "nothing": lambda _drawn: [],
    "nobody": lambda _drawn: {"v": 1, "identities": []},
    "no version": lambda drawn: {"identities": statements(drawn)},
    "another version": lambda drawn: {"v": True, "identities": statements(drawn)},
    "a field more": lambda drawn: {"v": 1, "identities": statements(drawn), "more": 1},
    "one too few": lambda drawn: statements(drawn)[:1],
    "one twice": lambda drawn: [*statements(drawn), statements(drawn)[0]],
    "somebody with another name": lambda drawn: renamed(drawn),
    "a word": lambda _drawn: "x",
}


def renamed(drawn: build.Drawn) -> list[Any]:
    """The operator's key under another name, by a statement that the operator signed."""
    story = Story(drawn)
    one = next(one for one in story.tree["whole"]["people"] if one[SAID]["role"] == "operator")
    one[SAID]["name"] = "别人"
    payload = story.closed_whole()["people"]
    return list(payload)


@pytest.mark.parametrize("name", KEYS)
def test_keys_that_are_none_are_wrong_for_both(name: str, tmp_path: Path) -> None:
    drawn = build.rich_draw()
    assert both(drawn, tmp_path, "keys", drawn.keys) == (0, 0)
    assert both(drawn, tmp_path, "keys", dumps(KEYS[name](drawn))) == (1, 1)  # type: ignore[arg-type]


def test_both_list_the_dice_as_receipts_have_them(tmp_path: Path) -> None:
    drawn = build.rich_draw()
    shown = " ".join(build.DICE[0][at : at + 5] for at in range(0, 20, 5))
    report = list(verify_transcript(drawn.file).texts())
    assert f"dice: supervisor, {shown}" in report
    assert f"dice of supervisor: {shown}" in verdict(drawn.file, tmp_path)[1]


def test_both_tell_of_a_no_though_a_yes_came_after_it(tmp_path: Path) -> None:
    story = Story(build.rich_draw())
    compared(story, 0)
    story.entries("draw.compared")[0]["body"]["agrees"] = False
    file = story.file()
    report = verify_transcript(file)
    assert report.exit_code == 3, list(report.texts())
    assert "a witness said no to the row shown; witness, generation: supervisor, 1" in list(report.texts())
    code, told = verdict(file, tmp_path)
    assert (code, told.count("said no to the row")) == (3, 1)
    assert "witness supervisor said no to the row of dice shown (generation 1)" in told


def test_both_count_what_honest_draws_need_too(tmp_path: Path) -> None:
    drawn = build.rich_draw()
    facts = dict(verify_transcript(drawn.file).facts)
    told = verdict(drawn.file, tmp_path)[1]
    assert f"previews of live counts: {facts['previews of live counts']}" in told
    assert f"calls dialled by hand: {facts['calls dialled by hand']}" in told
    assert "vacated: 2" in told
    assert "opened early: 1" in told
    assert "opened early: the meeting was moved forward" in told
    assert "put back to filling: conflict at sign-in" in told

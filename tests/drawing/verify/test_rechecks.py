"""Rechecks against bidders known after the draw: honest ones pass both verifiers, and each changed story is refused."""

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from drawing.bidders import read_bidders
from drawing.custody import Confirmed, SealedList
from drawing.desk import opening, rechecking, sealing
from drawing.verify import State, verify_transcript
from drawing.verify.report import VerifyReport
from tests.auditor.script import verdict
from tests.drawing.verify.build import _HOME, Desk, Drawn, Forger, _request, bank_rows
from tests.drawing.verify.test_verify import wrong
from vault.jsontext import dumps
from vault.suite import commitment, sha256

Forge = Callable[[Forger], object]
BIDDER, ALIKE = "凤栖设计集团", "凤栖设计集圈"


def rows() -> list[str]:
    """Everybody of a small bank with a former employer of their own; one in nine works for a look-alike."""
    found = []
    for number, row in enumerate(bank_rows(160)[:-1]):
        cells = row.split(",")
        cells[4] = f"旧{number}号院"
        if number % 9 == 4:
            cells[3] = f"{ALIKE}{'有限公司' if number % 2 else ''}"
        found.append(",".join(cells))
    return found


def recheck(desk: Desk, live: Any, names: list[str], confirmed: list[Confirmed]) -> tuple[str, ...]:
    sealed = rechecking.open_unseen(live)
    known = [desk.people[name].identity for name in ("operator", "supervisor")]
    return rechecking.recheck(live, sealed, read_bidders("\n".join(names).encode()), confirmed, known)


def bidders(sealed: SealedList) -> list[str]:
    """The employer of slot 4's, a former employer of slot 1's, and most employers that nobody on the list is of."""
    by_slot = {member.slot: member for member in sealed.members}
    held = {member.employer for member in sealed.members}
    free = [name for name in (f"第{number}设计院" for number in range(23)) if f"{name}有限公司" not in held]
    former = f"旧{int(by_slot['1'].id[1:])}号院"
    return [by_slot["4"].employer, former, BIDDER, *free[:-3]]


@cache
def rechecked_draw() -> Drawn:
    """Nobody conflicts; then some do, by present, former and confirmed employer, in later rounds too."""
    return next(drawn for drawn, rounds in map(_rechecked, range(100)) if rounds > 2)


def _rechecked(number: int) -> tuple[Drawn, int]:
    """Return a draw and how many rounds it has."""
    folder = Path(tempfile.mkdtemp(dir=_HOME.name))
    desk = Desk(folder, rows(), f"rechecked {number}")
    try:
        live = desk.prepare(_request(lambda value: value.update(employer_cap=2)))
        fingerprint = desk.seed(live)
        desk.fill(live, {})
        sealing.seal_list(live)
        assert recheck(desk, live, ["无此单位工程局"], []) == ()
        fell = recheck(desk, live, bidders(live.open_list()), [Confirmed(BIDDER, ALIKE)])
        assert {"1", "4"} <= set(fell)
        desk.fill(live, {})
        sealing.seal_list(live)
        assert recheck(desk, live, ["另一单位"], []) == ()
        desk.clock.advance(timedelta(days=1))
        sealed = opening.open_list(live)
        return desk.transcribe(live, sealed, fingerprint), len(live.record.rounds)
    finally:
        desk.engine.dispose()
        shutil.rmtree(folder / "draws")


def full(file: bytes, form: Mapping[str, Any]) -> VerifyReport:
    """Verify with the auditor's form of this file and the bank."""
    audit = dumps({**form, "transcript": sha256(file).hex()})
    return verify_transcript(file, audit=audit, bank=rechecked_draw().bank)


def form() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(rechecked_draw().audit)
    return found


def test_an_honest_recheck_passes_both(tmp_path: Path) -> None:
    drawn = rechecked_draw()
    report = verify_transcript(drawn.file, keys=drawn.keys, audit=drawn.audit, bank=drawn.bank)
    assert [line.shown(str) for line in report.lines if line.state is not State.RIGHT] == []
    assert report.exit_code == 0
    counted = [value for name, value in report.facts if name.startswith("rechecked")]
    assert [value.partition(", ")[2] != "0 fell free" for value in counted] == [False, True, False]
    code, said = verdict(drawn.file, tmp_path)
    assert code == 3, said
    assert said.count("rechecked against") == 3


def test_the_draw_has_what_the_tests_need() -> None:
    kinds = [entry["kind"] for entry in Forger(rechecked_draw()).entries]
    assert "draw.round_opened draw.vacated" in " ".join(kinds), "a round must bring somebody in conflict"
    vacated = kinds[kinds.index("draw.vacated") :]
    assert vacated[:3] == ["draw.vacated"] * 3


def test_no_bidder_or_expert_is_in_the_public_form() -> None:
    drawn, opened = rechecked_draw(), form()
    names = {name for one in opened["rechecks"] for name in one["bidders"]} | {ALIKE}
    names |= {member[key] for member in opened["committee"] for key in ("id", "name", "employer") if member[key]}
    public = json.dumps(drawn.payload(), ensure_ascii=False) + b"".join(drawn.payloads).decode()
    assert not [name for name in names if name in public]


def set_to(number: int, **fields: object) -> Forge:
    return lambda forger: forger.body("draw.rechecked", number).update(fields)


def kept_as(kind: str, number: int) -> Forge:
    """Let a recheck name the box of another entry."""

    def forge(forger: Forger) -> None:
        other = forger.body(kind)
        forger.body("draw.rechecked", number)["kept"] = other.get("kept") or other["box"]

    return forge


def drop(kind: str, number: int = 0) -> Forge:
    return lambda forger: forger.entries.remove(forger.entry(kind, number))


def doubled(forger: Forger) -> None:
    entry = forger.entry("draw.rechecked")
    forger.entries.insert(forger.entries.index(entry), json.loads(json.dumps(entry)))


def by(*names: str) -> Forge:
    def forge(forger: Forger) -> None:
        forger.entry("draw.rechecked")["by"] = [forger.drawn.people[name].keyid for name in names]

    return forge


def reason(text: str, kind: str) -> Forge:
    """Give the first vacancy behind an entry of a kind another reason."""

    def forge(forger: Forger) -> None:
        kinds = [entry["kind"] for entry in forger.entries]
        place = next(n for n, one in enumerate(kinds) if one == "draw.vacated" and kinds[n - 1] == kind)
        forger.entries[place]["body"]["reason"] = text

    return forge


def early(forger: Forger) -> None:
    entry = forger.entry("draw.rechecked")
    forger.entries.remove(entry)
    entry["at"] = forger.entry("draw.completed")["at"]
    forger.entries.insert(forger.entries.index(forger.entry("draw.completed")), entry)


def at_the_end(forger: Forger) -> None:
    entry = forger.entry("draw.rechecked", 2)
    entry["at"] = forger.entries[-1]["at"]
    forger.entries.remove(entry)
    forger.entries.append(entry)


def moved_vacancy(forger: Forger) -> None:
    """Let somebody in conflict who was accepted in a later round be called before they fall free."""
    kinds = [entry["kind"] for entry in forger.entries]
    start = kinds.index("draw.rechecked", kinds.index("draw.rechecked") + 1)
    opened = next(n for n in range(start, len(kinds)) if kinds[n : n + 2] == ["draw.round_opened", "draw.vacated"])
    vacated = forger.entries[opened + 1]
    call = {"slot": vacated["body"]["slot"], "round": forger.entries[opened]["body"]["round"]}
    entry = json.loads(json.dumps(vacated))
    entry.update(kind="draw.called", body={**call, "attempt": 1, "by_hand": False})
    forger.entries.insert(opened + 1, entry)


PUBLIC: dict[str, tuple[Forge, str]] = {
    "another number": (set_to(0, recheck=2), "custody"),
    "a recheck twice": (doubled, "custody"),
    "a recheck left out": (drop("draw.rechecked"), "custody"),
    "no names": (set_to(0, names=0), "custody"),
    "no commitment": (set_to(0, bidders="x"), "custody"),
    "no box at all": (set_to(0, kept=None), "custody"),
    "a box that is no digest": (set_to(0, kept="x"), "custody"),
    "made by one": (by("operator"), "signed steps"),
    "made by the supervisor alone": (by("supervisor", "supervisor"), "signed steps"),
    "made by somebody without a share": (by("operator", "second"), "custody"),
    "made the other way round": (by("supervisor", "operator"), "signed steps"),
    "a box named twice": (
        lambda f: f.body("draw.rechecked", 2).update(kept=f.body("draw.rechecked")["kept"]),
        "custody",
    ),
    "the list's own box": (lambda f: f.body("draw.rechecked").update(kept=f.body("draw.sealed")["box"]), "custody"),
    "the conflicts without their box": (set_to(1, box=None, kept="ab" * 32), "steps"),
    "both boxes": (set_to(1, kept="ab" * 32), "custody"),
    "before the sealing": (early, "steps"),
    "behind the opening": (at_the_end, "steps"),
    "absent instead of in conflict": (reason("absent", "draw.rechecked"), "rounds"),
    "withdrawn behind a round": (reason("withdrawn", "draw.round_opened"), "rounds"),
    "a vacancy left out": (drop("draw.vacated"), "rounds"),
    "a call before the vacancy": (moved_vacancy, "rounds"),
}


@pytest.mark.parametrize("name", PUBLIC)
def test_a_changed_story_is_refused_by_both(name: str, tmp_path: Path) -> None:
    forge, check = PUBLIC[name]
    forger = Forger(rechecked_draw())
    forge(forger)
    file = forger.file()
    assert wrong(verify_transcript(file)) == check
    code, said = verdict(file, tmp_path)
    assert code == 1, said


def test_a_new_pool_without_a_vacancy_is_refused_by_both(tmp_path: Path) -> None:
    """The draw is completed and sealed again at once, so that nothing else is wrong."""
    forger = Forger(rechecked_draw())
    first = forger.entries.index(forger.entry("draw.rechecked"))
    again = json.loads(json.dumps([forger.entry("draw.completed"), forger.entry("draw.sealed")]))
    forger.entries[first]["body"].update(box="ab" * 32, kept=None)
    again[1]["body"].update(sealing=2, serial=f"{forger.payload['serial']}-2", box="cd" * 32)
    for entry in again:
        entry["at"] = forger.entries[first]["at"]
    later = forger.entries[first + 1 :]
    for entry in later:
        if entry["kind"] == "draw.sealed":
            entry["body"].update(sealing=3, serial=f"{forger.payload['serial']}-3")
        if entry["kind"] == "draw.opened":
            entry["body"]["sealing"] = 3
    forger.entries = [*forger.entries[: first + 1], *again, *later]
    report = verify_transcript(forger.file())
    assert wrong(report) == "rounds"
    assert "nobody fell free" in next(line for line in report.texts() if line.startswith("wrong"))
    code, said = verdict(forger.file(), tmp_path)
    assert code == 1, said
    assert "no slot fell free" in said


def recommit(forger: Forger, opened: dict[str, Any], number: int, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the bidders of a recheck in the form, and commit to them in the journal."""
    one = opened["rechecks"][number]
    change(one)
    value = dumps({"bidders": one["bidders"], "matches": one["matches"]})
    body = forger.body("draw.rechecked", number)
    body.update(names=len(one["bidders"]), bidders=commitment("bidders", bytes.fromhex(one["nonce"]), value).hex())


def keep_one(one: dict[str, Any]) -> None:
    one.update(bidders=one["bidders"][:1], matches=[])


def of_slot(slot: str) -> str:
    return str(next(member["employer"] for member in form()["committee"] if member["slot"] == slot))


FORMS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "no rechecks": (lambda f: f.pop("rechecks"), "rechecks"),
    "one too few": (lambda f: f["rechecks"].pop(), "rechecks"),
    "two exchanged": (lambda f: f["rechecks"].reverse(), "rechecks"),
    "another nonce": (lambda f: f["rechecks"][0].update(nonce="0" * 64), "rechecks"),
    "a bidder more": (lambda f: f["rechecks"][0]["bidders"].append("龙"), "rechecks"),
    "a pair less": (lambda f: f["rechecks"][1]["matches"].clear(), "rechecks"),
    "a field more": (lambda f: f["rechecks"][0].update(more=1), "auditor's form"),
    "a pair without its bidder": (lambda f: f["rechecks"][1]["matches"][0].pop("recused"), "auditor's form"),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_changed_form_is_wrong(name: str) -> None:
    change, check = FORMS[name]
    opened = form()
    change(opened)
    assert wrong(full(rechecked_draw().file, opened)) == check


COMMITTED: dict[str, tuple[int, Callable[[dict[str, Any]], object], str]] = {
    "a member of a bidder stays": (0, lambda one: one["bidders"].append(of_slot("2")), "rechecks"),
    "a member of a confirmed look-alike stays": (
        2,
        lambda one: one["matches"].append({"recused": one["bidders"][0], "employer": of_slot("2")}),
        "rechecks",
    ),
    "somebody fell free whose employer is no bidder": (
        1,
        lambda one: one.update(bidders=one["bidders"][:1], matches=[]),
        "bank",
    ),
    "no bidder at all": (1, lambda one: one.update(bidders=[], matches=[]), "custody"),
    "bidders out of order": (1, lambda one: one["bidders"].reverse(), "rechecks"),
    "a bidder twice": (
        0,
        lambda one: one.update(bidders=[one["bidders"][0], f"{one['bidders'][0]}有限公司"]),
        "rechecks",
    ),
    "a bidder without a name": (0, lambda one: one.update(bidders=["——"]), "rechecks"),
    "a pair of nobody's bidder": (
        0,
        lambda one: one["matches"].append({"recused": "甲", "employer": "乙"}),
        "rechecks",
    ),
}


@pytest.mark.parametrize("name", COMMITTED)
def test_committed_bidders_that_don_t_explain_who_fell_free_are_wrong(name: str) -> None:
    number, change, check = COMMITTED[name]
    forger, opened = Forger(rechecked_draw()), form()
    recommit(forger, opened, number, change)
    assert wrong(full(forger.file(), opened)) == check


def test_a_former_employer_is_found_by_the_bank_alone() -> None:
    forger, opened = Forger(rechecked_draw()), form()
    member = next(one for one in opened["committee"] if one["slot"] == "2")
    recommit(forger, opened, 2, lambda one: one.update(bidders=[f"旧{int(member['id'][1:])}号院"]))
    file = forger.file()
    audit = dumps({**opened, "transcript": sha256(file).hex()})
    assert verify_transcript(file, audit=audit).exit_code == 3
    assert wrong(full(file, opened)) == "bank"

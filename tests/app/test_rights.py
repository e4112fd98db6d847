"""One's own PIN is changed, somebody's rights are ended: what holds afterwards, and what doesn't any more."""

from pathlib import Path

import pytest

from tests.app.console import (
    BOTH,
    DRAW,
    OPEN,
    PINS,
    STATION,
    Console,
    add_person,
    write_request,
)

NEW = "918273"
SECRET, OTHER = "kefod-mirul-vabes-tonaz-wixep-gudoh", "dalun-perok-sivem-hatob-zugar-foqiw"
PIN = {**STATION, "operator.pin": PINS["周敏"], "new.pin": NEW, "new.pin.again": NEW}
ADMIN = {**STATION, "admin.pin": "573920", "end.confirm": "y"}


@pytest.fixture
def kept(fresh: Console) -> Console:
    """A station that has an admin."""
    add_person(fresh, "admin", "许知远", "临州市公共资源交易中心")
    return fresh


def test_a_new_pin_opens_and_the_old_one_doesnt(console: Console, tmp_path: Path) -> None:
    console.run("people", "pin", "周敏", answers={**PIN, "operator.pin": "111222"}).refused("vault.secret.wrong")
    console.run("people", "pin", "周敏", answers={**PIN, "new.pin.again": "918274"}).refused("app.repeat")
    console.run("people", "pin", "周敏", answers={**PIN, "new.pin": "123456", "new.pin.again": "123456"}).refused(
        "vault.pin.trivial"
    )
    before = console.run("people", "list").ok().out
    console.run("people", "pin", " 周敏 ", answers=PIN).ok()
    assert console.run("people", "list").ok().out == before, "the keys are the same"
    request = write_request(tmp_path / "request.json")
    drawn = {**DRAW, "operator.pin": NEW}
    console.run("draw", request, "--out", tmp_path / "out", answers=DRAW).refused("vault.secret.wrong")
    console.run("draw", request, "--out", tmp_path / "out", answers=drawn, until="freeze.confirm").refused(
        "app.answers.ended"
    )
    console.run("people", "pin", "无名", answers=PIN).refused("app.people.unknown")


def test_the_passphrase_of_a_medium_is_changed_on_the_medium(fresh: Console, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    words = ("--role", "supervisor", "--name", "顾清和", "--organisation", "审计局", "--medium", stick)
    fresh.run("people", "add", *words, answers={**STATION, "new.passphrase": SECRET, "new.passphrase.again": SECRET})
    medium = {**STATION, "supervisor": "顾清和", "supervisor.medium": str(stick)}
    new = {"new.passphrase": OTHER, "new.passphrase.again": OTHER}
    change = ("people", "pin", "顾清和")
    fresh.run(*change, answers={**medium, "supervisor.passphrase": OTHER, **new}).refused("vault.secret.wrong")
    weak = {"new.passphrase": "monday", "new.passphrase.again": "monday"}
    fresh.run(*change, answers={**medium, "supervisor.passphrase": SECRET, **weak}).refused("vault.passphrase.weak")
    fresh.run(*change, answers={**medium, "supervisor.passphrase": SECRET, **new}).ok()
    fresh.run("codes", "new", answers={**medium, "supervisor.passphrase": SECRET}).refused("vault.secret.wrong")
    fresh.run("codes", "new", answers={**medium, "supervisor.passphrase": OTHER}).ok()


def test_only_an_admin_ends_rights_with_a_reason_and_never_those_of_the_last(kept: Console) -> None:
    end = ("people", "end", "沈书琴", "--reason")
    kept.run(*end, " ", answers=ADMIN).err.index("--reason")
    kept.run(*end, "调离", answers={**ADMIN, "admin.pin": "111222"}).refused("vault.secret.wrong")
    kept.run(*end, "调离", answers={**ADMIN, "end.confirm": "n"}).refused("app.declined")
    kept.run("people", "end", "许知远", "--reason", "退休", answers=ADMIN).refused("app.people.last_admin")
    assert "rights ended" not in kept.run("people", "list").ok().out
    assert "调离" in kept.run(*end, "调离", answers=ADMIN).ok().out
    (line,) = (one for one in kept.run("people", "list").ok().out.splitlines() if "沈书琴" in one)
    assert line.endswith("rights ended")
    kept.run(*end, "调离", answers=ADMIN).refused("app.people.unknown")
    add_person(kept, "admin", "林予安", "临州市公共资源交易中心", **{"admin.pin": "573920"})
    kept.run("people", "end", "许知远", "--reason", "退休", answers={**ADMIN, "admin": "许知远"}).ok()
    add_person(kept, "keeper", "沈书琴", "省专家库", **{"admin.pin": "573920"})


def test_without_an_admin_nobodys_rights_end(fresh: Console) -> None:
    fresh.run("people", "end", "沈书琴", "--reason", "调离", answers=ADMIN).refused("app.people.nobody")


def test_who_has_no_rights_unlocks_nothing_and_is_no_deputy_but_old_signatures_hold(
    sealed: Console, tmp_path: Path
) -> None:
    serial, out = sealed.run("draws").ok().serial, tmp_path / "out"
    sealed.run("open", serial, "--out", out, answers=OPEN).ok()
    add_person(sealed, "admin", "许知远", "临州市公共资源交易中心")
    for name in ("何立群", "秦怀瑾"):
        sealed.run("people", "end", name, "--reason", "调离", answers=ADMIN).ok()
    keys = tmp_path / "keys.json"
    sealed.run("people", "list", "--out", keys).ok()
    sealed.run("verify", out / "transcript.json", "--keys", keys, answers={}).ok()
    auditor = {**STATION, "auditor.pin": PINS["秦怀瑾"]}
    transcript = out / "transcript.json"
    sealed.run("verify", transcript, "--auditor", out / "auditor.box", answers=auditor).refused("app.people.nobody")
    sealed.run("print", serial, "--out", out, answers=BOTH).refused("vault.secret.wrong")
    request = write_request(tmp_path / "request.json")
    answers = {**DRAW, "supervisor.pin": PINS["罗致远"], "deputies": "何立群"}
    told = sealed.run("draw", request, "--out", tmp_path / "second", answers=answers)
    assert "deputies" not in told.ok().asked, "nobody is left who could be one"


def test_codes_of_a_supervisor_without_rights_stay_shut(kept: Console) -> None:
    kept.run("codes", "new", answers=BOTH).ok()
    kept.run("people", "end", "何立群", "--reason", "调离", answers=ADMIN).ok()
    kept.run("codes", "strip", "1", answers=BOTH).refused("vault.people.ended")

"""Turns that a draw may take: a limit passed, a bank exchanged, a quota that stays short, notices that go wrong."""

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app import composition
from app.composition import open_station
from drawing.signedstep import signed_body
from resources import sample
from tests.app.console import (
    BOTH,
    DRAW,
    IMPORT,
    OPEN,
    PASSPHRASE,
    PINS,
    SETUP,
    STATION,
    Console,
    small_quotas,
    write_request,
)
from tests.app.paper import text_of
from vault.ids import DrawId


def wide(count: int) -> dict[str, object]:
    """A request that takes a large part of a pool."""
    return {
        **small_quotas(),
        "quotas": [{"specialty": "A0803", "region": None, "site": "main", "count": count, "reserves": 0}],
    }


def test_a_limit_that_is_passed_takes_a_second_supervisor_and_a_reason(console: Console, tmp_path: Path) -> None:
    request, out = write_request(tmp_path / "request.json", **wide(25)), tmp_path / "out"
    first = console.run("draw", request, "--out", out, answers=DRAW, until="second_supervisor.pin")
    first.refused("app.answers.ended")
    assert "will be published" in first.out
    second = {**DRAW, "second_supervisor.pin": PINS["罗致远"]}
    given = {**second, "narrowing.reason": [" ", "全省只有这些专家"]}
    told = console.run("resume", first.serial, "--out", out, answers=given, until="freeze.confirm")
    assert told.asked.count("narrowing.reason") == 2, "a blank reason is asked again"
    assert "narrowed" in console.run("draws").out


def test_a_bank_exchanged_before_the_freeze_shows_a_new_report(console: Console, tmp_path: Path) -> None:
    request, out = write_request(tmp_path / "request.json", **small_quotas()), tmp_path / "out"
    told = console.run("draw", request, "--out", out, answers=DRAW, until="freeze.confirm")
    sample.write_csv(tmp_path / "new.csv", sample.generate(size=700))
    imported = console.run("bank", "import", tmp_path / "new.csv", answers=IMPORT).ok()
    assert "100 experts added" in imported.out
    resumed = console.run("resume", told.serial, "--out", out, answers=DRAW, until="receipts.taken")
    resumed.refused("app.answers.ended")
    assert "pool has changed" in resumed.out
    assert resumed.asked.count("freeze.confirm") == 2
    assert resumed.asked.count("narrowing.approve") == 1


def test_a_quota_that_runs_dry_ends_short_and_says_so(console: Console, tmp_path: Path) -> None:
    request: Any = sample.sample_request(datetime.now(UTC))
    quotas = [request["quotas"][0], request["quotas"][2]]
    answers = {**DRAW, "notice.4.*": "2", "notice.5.*": "2", "notice.4.approve": "y", "notice.5.approve": "y"}
    file, out = write_request(tmp_path / "request.json", quotas=quotas), tmp_path / "out"
    refused = console.run("draw", file, "--out", out, answers={**answers, "seal.acknowledge": "n"})
    refused.refused("app.declined")
    told = console.run("resume", refused.serial, "--out", out, answers={**answers, "seal.acknowledge": "y"}).ok()
    assert "Of 5 members 3 are experts: at least 2 in 3 must be. [《招标投标法》第三十七条]" in told.out
    assert told.asked.index("seal.acknowledge") < told.asked.index("seal.confirm")
    told = refused
    assert "Quota 2 lacks 2." in told.out
    assert "another lawful bank" in told.out
    assert "sealed" in console.run("draws").out
    assert "someslotscouldnotbefilled" in text_of(out / "minutes.pdf")
    for paper in ("minutes.pdf", "certificate.pdf"):
        assert "《招标投标法》第三十七条" in text_of(out / paper)
    assert "Experts3," in text_of(out / "certificate.pdf"), "those who are in the list, not those who were asked for"
    console.run("open", told.serial, "--out", out, answers=OPEN).ok()
    checked = console.run("verify", out / "transcript.json", answers={})
    assert checked.code == 3
    assert "rules that the sealed committee broke: experts.share, owner.share" in checked.out


def test_one_unreadable_draw_hides_no_other(console: Console, tmp_path: Path) -> None:
    request, out = write_request(tmp_path / "request.json", **small_quotas()), tmp_path / "out"
    good = console.run("draw", request, "--out", out, answers=DRAW, until="freeze.confirm").serial
    with open_station(console.home, lambda: PASSPHRASE) as station:
        body = {"serial": "临抽 2026-9999", "lot": "LZ-9"}
        draw, key = DrawId("0192a5b0-0000-7000-8000-000000000001"), station.identity
        step = signed_body(draw, "draw.prepared", None, body, [key])
        station.journal.append("draw.prepared", draw, step, [key.keyid])
    listed = console.run("draws").ok().out
    assert re.search(rf"{good[:2]} ?{good[2:]}.*narrowed", listed)
    assert "临抽 2026-9999  LZ-9  unreadable: The draw's record does not hold together at entry" in listed
    console.run("resume", "临抽2026-9999", "--out", out, answers=BOTH).refused("drawing.record.broken")
    told = console.run("resume", good, "--out", out, answers=DRAW).ok()
    assert "▲ Related ceremony 临抽 2026-9999: not known whether related, unreadable" in told.out
    assert "临抽2026-9999" in text_of(out / "certificate.pdf")
    assert "临抽2026-9999" in text_of(out / "minutes.pdf")
    told = console.run("draw", request, "--out", tmp_path / "second", answers=DRAW).ok()
    assert "Same lot, sealed" in told.out


def test_notices_that_differ_are_keyed_again_and_nonsense_is_asked_again(console: Console, tmp_path: Path) -> None:
    request = write_request(tmp_path / "request.json", **small_quotas())
    answers = {**DRAW, "notice.2.answer": ["9", "", "no_answer", "１"], "notice.2.confirm": ["1", "attends"]}
    told = console.run("draw", request, "--out", tmp_path / "out", answers=answers).ok()
    assert told.asked.count("notice.2.answer") == 4
    assert told.asked.count("notice.2.confirm") == 2
    assert "The two answers differ" in told.out
    assert told.out.count("not one of the answers") == 2


def test_a_supervisor_who_wont_notify_by_hand_stops_there(console: Console, tmp_path: Path) -> None:
    request = write_request(tmp_path / "request.json", **small_quotas())
    told = console.run("draw", request, "--out", tmp_path / "out", answers={**DRAW, "notice.*.approve": "n"})
    told.refused("app.declined")
    assert "dial" not in told.out


def test_a_deputy_nobody_knows_is_refused_and_none_is_needed(console: Console, tmp_path: Path) -> None:
    request, out = write_request(tmp_path / "request.json", **small_quotas()), tmp_path / "out"
    told = console.run("draw", request, "--out", out, answers={**DRAW, "deputies": "何立群、罗致远"})
    told.refused("app.people.name")
    console.run("resume", told.serial, "--out", out, answers={**DRAW, "deputies": ""}).ok()


def test_the_set_up_may_be_asked_and_the_passphrase_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composition, "os_vault_available", lambda: False)
    console = Console(tmp_path / "home")
    asked = {"setup.centre": "临州中心", "setup.serial_prefix": "临抽", "station.passphrase": ""}
    told = console.run("setup", answers=asked).ok()
    made = re.search(r"shown once: (\S+)", told.out)
    assert made
    assert console.run("draws", answers={"station.passphrase": made[1]}).ok()
    assert made[1] not in "".join(path.read_text(errors="replace") for path in console.home.glob("*.json"))


def test_two_passphrases_that_differ_set_nothing_up(tmp_path: Path) -> None:
    (tmp_path / "setup.json").write_text(json.dumps(SETUP), encoding="utf-8")
    differ = {**STATION, "station.passphrase.again": PASSPHRASE + "x"}
    Console(tmp_path / "home").run("setup", tmp_path / "setup.json", answers=differ).refused("app.repeat")


def test_columns_of_other_names_are_mapped_once_and_remembered(fresh: Console, tmp_path: Path) -> None:
    renamed = [header.replace("姓名", "专家名甲") for header in sample.HEADERS]
    rows = [renamed, *(list(map(str, row)) for row in sample.generate(size=120))]
    file, mapping = tmp_path / "bank.csv", tmp_path / "map.json"
    file.write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")
    assert fresh.run("bank", "check", file, answers={}).code == 1
    mapping.write_text(json.dumps({"name": "专家名甲"}, ensure_ascii=False), encoding="utf-8")
    fresh.run("bank", "check", file, "--map", mapping, answers={}).ok()
    fresh.run("bank", "import", file, "--map", mapping, answers=IMPORT).ok()
    fresh.run("bank", "import", file, answers=IMPORT).refused("drawing.bank.unchanged")


def test_a_home_may_lie_under_any_name(banked_home: Path, tmp_path: Path) -> None:
    odd = tmp_path / "临州 100% {x} 'home'"
    shutil.copytree(banked_home, odd)
    assert "600" in Console(odd).run("bank", "versions").ok().out

"""Slips at the keyboard that used to pass unseen, or were told as something else than they were."""

import io
import shutil
from pathlib import Path

import pytest

from app.cli.prompts import TerminalPrompts
from tests.app.console import PASSPHRASE, STATION, Console

NEW = {**STATION, "new.pin": "592817", "new.pin.again": "592817"}
CENTRE = "临州市公共资源交易中心"


def add(console: Console, role: str, name: str, organisation: str, *more: str | Path) -> list[str | Path]:
    return ["people", "add", "--role", role, "--name", name, "--organisation", organisation, *more]


def test_a_medium_that_isnt_there_is_not_made_on_the_disk(fresh: Console, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    told = fresh.run(*add(fresh, "auditor", "顾清和", "审计局", "--medium", stick), answers=STATION)
    told.refused("app.medium.none")
    assert told.asked == []
    assert not stick.exists()
    stick.mkdir()
    secret = {"new.passphrase": PASSPHRASE, "new.passphrase.again": PASSPHRASE}
    fresh.run(*add(fresh, "auditor", "顾清和", "审计局", "--medium", stick), answers={**STATION, **secret}).ok()


@pytest.mark.parametrize(
    ("role", "name", "organisation"),
    [
        ("operator", "周敏", CENTRE),
        ("operator", "周 敏", "临州市 公共资源交易中心"),
        ("keeper", "周敏", CENTRE),
        ("supervisor", "何立群", "临州市发展和改革委员会"),
    ],
)
def test_nobody_gets_a_second_key_or_a_second_role(fresh: Console, role: str, name: str, organisation: str) -> None:
    before = fresh.run("people", "list").ok().out
    told = fresh.run(*add(fresh, role, name, organisation), answers=NEW).refused("app.people.same")
    assert told.asked == ["station.passphrase"]
    assert fresh.run("people", "list").ok().out == before


def test_an_admin_may_be_one_of_the_others(fresh: Console) -> None:
    fresh.run(*add(fresh, "admin", "周敏", CENTRE), answers=NEW).ok()


def test_a_medium_is_enrolled_once(fresh: Console, tmp_path: Path) -> None:
    stick, copy = tmp_path / "stick", tmp_path / "copy"
    stick.mkdir()
    words = add(fresh, "auditor", "顾清和", "审计局", "--medium")
    secret = {**STATION, "new.passphrase": PASSPHRASE, "new.passphrase.again": PASSPHRASE}
    fresh.run(*words, stick, answers=secret).ok()
    shutil.copytree(stick, copy)
    for folder in (stick, copy):
        fresh.run(*words, folder, answers=secret).refused("vault.identity.same")


def test_a_role_may_be_named_in_chinese(fresh: Console) -> None:
    zh = Console(fresh.home, "zh")
    told = zh.run(*add(zh, "王", "顾清和", "审计局"), answers=NEW)
    assert told.code == 2
    listed = told.err.split("--role")[-1].split("：")[1].splitlines()[0]
    for number, word in enumerate(listed.split("、")):
        zh.run(*add(zh, word, f"顾清和{number}", f"第{number}局"), answers={**NEW, "admin.pin": "592817"})
    assert "第0局" in zh.run("people", "list").ok().out


def test_a_file_that_is_no_head_of_this_station_says_nothing_of_the_journal(fresh: Console, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("notes of a meeting\n", "utf-8")
    for command in (["verify"], ["checkpoint", str(tmp_path / "out.txt")]):
        told = fresh.run("journal", *command, "--anchor", wrong).refused("vault.journal.foreign_head")
        assert "changed" not in told.err
    assert not (tmp_path / "out.txt").exists()


@pytest.mark.parametrize("words", [("people", "end", "周敏"), ("journal", "renew"), ("abort", "临抽2026-0001")])
@pytest.mark.parametrize(("language", "said"), [("en", "say why in a few words"), ("zh", "请简要写明原因")])
def test_an_empty_reason_says_what_is_missing(fresh: Console, words: tuple[str, ...], language: str, said: str) -> None:
    told = Console(fresh.home, language).run(*words, "--reason", " ")
    assert told.code == 2
    assert said in told.err
    assert "TEXT" not in told.err.replace("--reason TEXT", "")


def test_half_a_character_at_a_terminal_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    typed, shown = iter(["\udce4\udcb8", "周敏"]), io.StringIO()
    monkeypatch.setattr("builtins.input", lambda _text: next(typed))
    assert TerminalPrompts(shown).ask("operator", "Name") == "周敏"
    assert "type it again" in shown.getvalue()


def test_what_the_system_says_is_told_in_chinese(fresh: Console, tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text("{", "utf-8")
    (tmp_path / "transcript.json").write_text("{}", "utf-8")
    zh = Console(fresh.home, "zh")
    assert "这是文件夹" in zh.run("verify", tmp_path, answers={}).refused("app.file").err
    told = Console(tmp_path / "new", "zh").run("setup", tmp_path / "settings.json").refused("app.settings")
    assert "设置无法读取：$：不是 UTF-8 编码的 JSON。" in told.err
    assert "$.payload：缺失" in zh.run("verify", tmp_path / "transcript.json", answers={}).out
    for words, other in ((("--bank", "x"), "--auditor FILE"), (("--map", tmp_path / "settings.json"), "--bank FILE")):
        assert f"须与 {other} 一起使用" in zh.run("verify", tmp_path / "transcript.json", *words, answers={}).err

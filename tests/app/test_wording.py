"""The Chinese catalogue, the check that keeps it whole, composed texts, and help in the reader's language."""

import ast
import contextlib
import io
import re
import types
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.main import get_command

from app.cli import commands as command_line
from app.cli.helping import folded, help_messages, translate_help
from app.composed import with_composed
from app.wording import render_error, wording_for
from drawing.dice import DiceRefusedError, parse_dice
from installer.checks import said, wording
from installer.checks.said import Said, Source, Unseen
from resources.wording.catalogues import COMPOSED, catalogue, compiled, composed
from vault.errors import FengqianError, MalformedRecordError
from vault.jsontext import Reader

HAN = "\u4e00-\u9fff"
CHINESE = [(str(one.id), str(one.string)) for one in catalogue("zh") if one.id]


def test_the_catalogue_is_whole() -> None:
    assert list(wording.findings()) == []


def test_the_check_finds_what_is_missing_wrong_or_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, rule = catalogue("zh"), "Works tenders"
    broken.delete("Nothing was changed.")
    broken["What the sample centre made"].string = ""
    broken["{name} is added. Key fingerprint: {fingerprint}"].string = "{nome} 已添加。"
    broken.add("Nobody says this.", "没有人说这句话。")
    broken[rule].string = "另一种说法"
    before = set(wording.findings())
    monkeypatch.setattr(wording, "catalogue", lambda _language: broken)
    assert sorted(line.partition(": ")[2] for line in set(wording.findings()) - before) == [
        "no Chinese for: Nothing was changed.",
        "no Chinese for: What the sample centre made",
        f"not the rule pack's Chinese: {rule}",
        "nothing says any more: Nobody says this.",
        "other placeholders in Chinese: {name} is added. Key fingerprint: {fingerprint}",
    ]


def test_the_check_finds_a_mo_file_that_is_not_made_of_the_po_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "compiled", lambda _language: compiled("zh") + b"\0")
    assert [line for line in wording.findings() if "zh.mo isn't made" in line]


def test_compiling_gives_the_same_bytes_each_time() -> None:
    assert compiled("zh") == compiled("zh")


def test_chinese_is_set_as_the_house_sets_it() -> None:
    for english, chinese in CHINESE:
        assert not re.search(f"[{HAN}][A-Za-z0-9]|[A-Za-z0-9][{HAN}]", chinese), f"a space beside Latin: {chinese}"
        assert not re.search(f"[{HAN}][,;:?!()]|[,;:?!()][{HAN}]", chinese), f"full-width punctuation: {chinese}"
        assert not re.search("[，。；：（）、？] | [，。；：（）、？]", chinese), f"a space too many: {chinese}"
        assert not re.search("[！!]|稍候|抱歉|成功", chinese), f"not a clerk's tone: {chinese}"
        assert (english[:1] == " ") == (chinese[:1] == " "), f"another indent: {chinese}"


def source(text: str, **names: object) -> list[Said | Unseen]:
    module = types.ModuleType("told")
    vars(module).update(names)
    return list(Source(ast.parse(text), module, frozenset({"OurError"})).said())


def messages(text: str, **names: object) -> list[str]:
    return [one.message if isinstance(one, Said) else f"? {one.expression}" for one in source(text, **names)]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("wording('One')", ["One"]),
        ("context.tell('One {n}', n=1)", ["One {n}"]),
        ("context.ask('id', 'One')", ["One"]),
        ("words.say('One' if a else 'Two')", ["One", "Two"]),
        ("def f(a):\n    text = 'One'\n    if a:\n        text = 'Two'\n    wording(text)", ["One", "Two"]),
        ("def f():\n    a, b = 'One', 'Two'\n    wording(b)", ["Two"]),
        ("wording(TABLE[key])", ["One", "Two"]),
        ("wording(TABLE.get(key) or OTHER[key])", ["One", "Two", "Three"]),
        ("wording(NAME)", ["Four"]),
        ("def f(t):\n    wording(t)\nf('One')\nf(t='Two')", ["One", "Two"]),
        ("def f():\n    return 'One'\nwording(f())", ["One"]),
        ("wording('One'.format(a=1))", ["One"]),
        ("wording(thing.name)", ["? thing.name"]),
        ("def f(t):\n    wording(t)", ["? t"]),
        ("wording(f'One {n}')", ["One {0}"]),
        ("wording('One ' + ', '.join(words) + f' and {n}')", ["One {0} and {1}"]),
        ("prompts.tell('shown already')", []),
        ("record.require('Sealing')\nrequire('role')", ["Sealing"]),
        ("raise OurError(problem='not this', where='$.by', field='box_digest', code='UTF-8')", ["not this"]),
        (
            "raise OurError(where=f'entry {n}', problem=f'longer than {n} bytes')",
            ["entry {0}", "longer than {0} bytes"],
        ),
        ("def refuse(key, problem):\n    pass\nrefuse('the key', 'not that')", ["not that"]),
        ("class E:\n    def place(self):\n        return f'entry {self.n} ({self.k})'", ["entry {0} ({1})"]),
        ("def _facts():\n    return (('level', 'C'), ('rounds so far', str(n)))", ["level", "rounds so far"]),
        ("def f(t):\n    return f(t)\nwording(f(1))", ["? f(1)"]),
    ],
)
def test_what_is_said_is_found_in_the_source(code: str, found: list[str]) -> None:
    names = {"TABLE": {"a": "One", "b": "Two"}, "OTHER": ("Three",), "NAME": "Four"}
    assert messages(code, **names) == found


def test_a_text_with_something_filled_in_is_a_composed_message() -> None:
    assert [one.composed for one in source("wording('One')\nwording(f'One {n}')") if isinstance(one, Said)] == [
        False,
        True,
    ]


@pytest.mark.parametrize("text", ["$.by", "box_digest", "U+{0}", "{0}.citation", "UTF-8", "quotas[{0}].site", "—"])
def test_names_and_codes_are_no_words(text: str) -> None:
    assert not said.is_words(text)


def test_composed_texts_are_found_by_their_form() -> None:
    known = {"operator": "操作员", "owner": "招标人"}
    templates = [("{0} of {1}", "{1} 的 {0}"), ("the share of {0} is wrong", "{0}的份额不对"), ("a+b {0}", "甲 {0}")]
    words = with_composed(lambda text: known.get(text, text), lambda: templates)
    assert words("operator") == "操作员"
    assert words("the share of owner is wrong") == "招标人的份额不对"
    assert words("one of two") == "two 的 one"
    assert words("a+b c") == "甲 c"
    assert words("aab c") == "aab c"
    assert words("operator, owner") == "操作员、招标人"
    assert words("operator, 周敏") == "operator, 周敏"
    assert words("3, R1, operator") == "3、R1、操作员"
    long = "x" * 5000 + " of y"
    assert words(long) == long


def test_an_empty_text_stays_empty() -> None:
    assert wording_for("zh")("") == ""


def test_the_mo_file_gives_its_composed_templates() -> None:
    held = dict(composed("zh"))
    assert held["longer than {0} bytes"] == "超过 {0} 字节"
    assert len(held) == sum(one.context == COMPOSED for one in catalogue("zh"))


def test_a_refusal_is_shown_in_chinese_to_its_smallest_part() -> None:
    with pytest.raises(MalformedRecordError) as caught:
        Reader({"a": "xyz"}).text("a", longest=2)
    shown = render_error(caught.value, wording_for("zh"))
    assert shown.splitlines()[0] == "记录的格式不对：$.a：超过 2 个字符。"
    with pytest.raises(DiceRefusedError) as dice:
        parse_dice("owner", "1" * 20)
    assert render_error(dice.value, wording_for("zh")).startswith("招标人录入的不像骰子掷出的结果：")


def test_every_error_is_shown_without_a_latin_sentence() -> None:
    words, english = wording_for("zh"), re.compile(r"[A-Za-z]{3,} [A-Za-z]{2,} [A-Za-z]{2,}")
    for kind in wording._errors():
        assert kind.__subclasses__() or kind.what != FengqianError.what, kind
        for text in (kind.what, kind.kept, kind.todo):
            assert not english.search(re.sub(r"fengqian [-a-zA-Z ]+", "", words(text))), text


def shown_help(*arguments: str, language: str = "zh") -> str:
    command = translate_help(get_command(command_line.app), wording_for(language))
    page = io.StringIO()
    with contextlib.redirect_stdout(page):
        command([*arguments, "--help"], standalone_mode=False, prog_name="fengqian")
    return page.getvalue()


def paths(command: object, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    below = getattr(command, "commands", {})
    return [before, *(path for name, one in below.items() for path in paths(one, (*before, name)))]


PATHS = paths(get_command(command_line.app))


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_help_is_chinese_and_fits_the_terminal(path: tuple[str, ...]) -> None:
    shown = shown_help(*path)
    assert shown.startswith("用法：fengqian")
    assert "显示本说明后退出。" in shown
    assert max(map(cell_len, shown.splitlines())) <= 80
    if path[:1] != ("worker",):
        below = shown.partition("\n")[2]
        assert not re.search(r"[A-Za-z]{3,} [A-Za-z]{3,} [A-Za-z]{3,} ", below), "an English sentence"


def test_help_in_english_stays_english_and_whole() -> None:
    shown = shown_help(language="en")
    assert shown.startswith("Usage: fengqian")
    assert "Commands:" in shown
    assert "..." not in shown.partition("Commands:")[2]


def test_marks_beside_an_option_are_worded() -> None:
    assert "[默认 5000; x>=100]" in shown_help("demo")
    assert "[必填]" in shown_help("demo")


def test_help_messages_leave_hidden_commands_out() -> None:
    found = set(help_messages(get_command(command_line.app)))
    assert "The transcript." in found
    assert "Run a child process of the program; not for people." not in found


def test_lines_are_folded_by_columns_and_no_mark_begins_one() -> None:
    text = "核验抽取记录：一致且真实，一致但真实性未核验，有误并指出何处。 verify --keys 另行取得"
    lines = list(folded(text, 21))
    assert all(cell_len(line) <= 23 for line in lines)
    assert all(line[0] not in "，。：" for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert list(folded("", 20)) == []


def test_the_po_file_is_where_it_is_looked_for() -> None:
    folder = Path(wording.ROOT) / "resources" / "wording"
    assert {path.name for path in folder.iterdir() if path.is_file()} == {
        "__init__.py",
        "catalogues.py",
        "zh.po",
        "zh.mo",
    }

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.notice.errors import (
    ForbiddenFieldError,
    MessageRevealsError,
    NoticeError,
    NotSpeakableError,
    TemplateError,
)
from drawing.notice.keypad import Prompt
from drawing.notice.script import MeetingNotice, parse_template, render_prompts
from drawing.notice.spoken import Language
from resources.calltemplates import LANGUAGES, load

NOTICE = MeetingNotice(
    start=datetime.fromisoformat("2026-12-01T01:00:00Z"),
    arrive=datetime.fromisoformat("2026-12-01T00:30:00Z"),
    place="临州市公共资源交易中心 3 楼 302",
    hours="6",
    caller="临州市公共资源交易中心",
)
EN_NOTICE = replace(NOTICE, place="Room 302", caller="the trading centre")
MESSAGE = "{date} {arrive} {place} {hours} {attend_key} {decline_key}"


def template(**changes):
    """A small valid template with some parts replaced; None leaves a part out."""
    parts = {str(part): "text" for part in Prompt}
    parts |= {"message": MESSAGE, "confirm_attends": "{attend_key}", "confirm_declines": "{decline_key}"}
    parts |= changes
    return "\n".join(f"[{part}]\n{text}" for part, text in parts.items() if text is not None).encode()


def test_the_house_speaks_chinese():
    texts = render_prompts(parse_template(load("zh"), Language.ZH), NOTICE)
    assert texts[Prompt.MESSAGE] == (
        "您好，这里是临州市公共资源交易中心，通知您参加一次评审。日期：二〇二六年十二月一日，星期二。"
        "请于上午八点三十分之前到达。地点：临州市公共资源交易中心三楼三零二。预计六小时。"
        "能参加请按一，不能参加请按二，重听请按星号键。"
    )
    assert texts[Prompt.CONFIRM_ATTENDS] == "您选择了参加。确认请再按一，重新选择请按二。"


def test_the_house_speaks_english():
    texts = render_prompts(parse_template(load("en"), Language.EN), EN_NOTICE)
    assert texts[Prompt.MESSAGE] == (
        "Hello, this is the trading centre. You are asked to take part in a review. "
        "The date: Tuesday, the first of December, twenty twenty-six. "
        "Please be there by eight thirty in the morning. The place: Room three zero two. "
        "It should take about six hours. "
        "If you can attend, press one. If you cannot, press two. To hear this again, press star."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_figure_and_no_brace_is_left(language):
    for text in render_prompts(parse_template(load(language), Language(language)), NOTICE).values():
        assert not any(char.isdecimal() or char in "{}[]#" for char in text)


def test_other_languages_are_not_shipped():
    with pytest.raises(KeyError):
        load("fr")


def test_an_arrival_on_the_eve_is_said_with_its_date():
    notice = replace(EN_NOTICE, arrive=datetime.fromisoformat("2026-11-30T12:00:00Z"))
    texts = render_prompts(parse_template(template(), Language.EN), notice)
    assert "Monday, the thirtieth of November, twenty twenty-six, eight o'clock in the evening" in texts[Prompt.MESSAGE]


def test_lines_of_a_part_are_joined_as_the_language_does():
    text = template(choice="一\n  二\n\n# 不读\n三")
    assert parse_template(text, Language.ZH).parts[Prompt.CHOICE] == "一二三"
    assert parse_template(text, Language.EN).parts[Prompt.CHOICE] == "一 二 三"
    assert parse_template(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"), Language.ZH).parts[Prompt.CHOICE] == "一二三"


BROKEN = {
    "no part": (b"hello", 1, "before the first"),
    "unknown part": (template() + b"\n[greeting]\nhello", 17, "not a part"),
    "open heading": (b"[message\nhello", 1, "not a part"),
    "part twice": (template() + b"\n[choice]\nhello", 17, "twice"),
    "part missing": (template(wrong_key=None), 1, "missing"),
    "part empty": (template(attends="# nothing"), 11, "empty"),
    "part too long": (template(attends="a" * 601), 11, "longer"),
    "file too long": (b"#" * 20_001, 1, "longer"),
    "not UTF-8": (template() + "\n模板".encode("gb18030"), 17, "UTF-8"),
    "control character": (template(attends="bell\x07"), 12, "nobody can see"),
    "unknown field": (template(attends="{weather}"), 12, "no such field"),
    "attribute": (template(attends="{date.year}"), 12, "no such field"),
    "format": (template(attends="{date:>9999999}"), 12, "no such field"),
    "empty field": (template(attends="{}"), 12, "no such field"),
    "open brace": (template(attends="{date"), 12, "brace"),
    "doubled braces": (template(attends="{{date}}"), 12, "brace"),
    "message without the place": (template(message=MESSAGE.replace("{place}", "")), 1, "lacks the field place"),
    "message without a key": (template(message=MESSAGE.replace("{decline_key}", "")), 1, "lacks the field decline_key"),
    "confirmation without its key": (template(confirm_declines="{attend_key}"), 9, "lacks the field decline_key"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_template_is_refused_with_its_line(name):
    text, line, problem = BROKEN[name]
    with pytest.raises(TemplateError) as caught:
        parse_template(text, Language.EN)
    assert caught.value.details["line"] == line
    assert problem in str(caught.value.details["problem"])


@pytest.mark.parametrize(
    "field",
    [
        "project",
        "project_name",
        "lot",
        "bidder",
        "bidders",
        "owner",
        "name",
        "expert",
        "id",
        "phone",
        "id_card",
        "项目",
        "投标人",
    ],
)
def test_a_template_that_would_name_project_bidder_or_person_is_refused(field):
    with pytest.raises(ForbiddenFieldError):
        parse_template(template(message=MESSAGE + f"{{{field}}}"), Language.ZH)


@pytest.mark.parametrize("never", ["临州一中扩建工程", "临州 一中（扩建）工程", "ＡＢＣ建设", "abc 建设"])
@pytest.mark.parametrize("where", ["template", "place", "caller"])
def test_a_text_that_names_the_project_or_a_bidder_is_refused(never, where):
    hidden = "关于临州一中扩建工程及ABC建设"
    notice = NOTICE if where == "template" else replace(NOTICE, **{where: hidden})
    text = template(attends=(hidden if where == "template" else "{" + where + "}"))
    with pytest.raises(MessageRevealsError) as caught:
        render_prompts(parse_template(text, Language.ZH), notice, never=["", "中", never])
    assert never not in str(caught.value)


def test_a_name_with_figures_is_found_though_the_figures_are_spoken():
    notice = replace(NOTICE, place="2026 年第 12 标段会议室")
    for never in ("第12标段", "第十二标段"):
        with pytest.raises(MessageRevealsError):
            render_prompts(parse_template(template(), Language.ZH), notice, never=[never])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"arrive": NOTICE.start + timedelta(seconds=1)}, "arrive"),
        ({"start": datetime(2026, 12, 1)}, "time"),
        ({"arrive": datetime(2026, 12, 1)}, "time"),
        ({"place": ""}, "place"),
        ({"place": "（）…"}, "place"),
        ({"place": "楼" * 121}, "place"),
        ({"caller": " "}, "caller"),
        ({"hours": "0"}, "hours"),
    ],
)
def test_values_that_cannot_be_said_are_refused(change, field):
    with pytest.raises(NotSpeakableError) as caught:
        render_prompts(parse_template(template(), Language.ZH), replace(NOTICE, **change))
    assert caught.value.details["field"] == field


def test_braces_in_a_value_are_not_fields():
    texts = render_prompts(parse_template(template(), Language.EN), replace(EN_NOTICE, place="Hall {caller}"))
    assert "Hall, caller" in texts[Prompt.MESSAGE]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text(alphabet="[]{}#\nmesagchoidtk_ 参", max_size=200).map(str.encode))
def test_hostile_templates_are_refused_in_order(text):
    with pytest.raises(NoticeError):
        parse_template(text, Language.ZH)

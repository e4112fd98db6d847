from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.notice import spoken
from drawing.notice.errors import NotSpeakableError
from drawing.notice.spoken import Language

DATES = [
    ("2026-12-01", "二〇二六年十二月一日，星期二", "Tuesday, the first of December, twenty twenty-six"),
    ("2027-01-31", "二〇二七年一月三十一日，星期日", "Sunday, the thirty-first of January, twenty twenty-seven"),
    ("2028-02-29", "二〇二八年二月二十九日，星期二", "Tuesday, the twenty-ninth of February, twenty twenty-eight"),
    ("2030-10-10", "二〇三〇年十月十日，星期四", "Thursday, the tenth of October, twenty thirty"),
    ("2005-08-12", "二〇〇五年八月十二日，星期五", "Friday, the twelfth of August, two thousand and five"),
    ("2000-05-20", "二〇〇〇年五月二十日，星期六", "Saturday, the twentieth of May, two thousand"),
    ("2100-11-03", "二一〇〇年十一月三日，星期三", "Wednesday, the third of November, twenty-one hundred"),
    ("2109-06-17", "二一〇九年六月十七日，星期一", "Monday, the seventeenth of June, twenty-one oh nine"),
]
TIMES = [
    ("00:00", "零点整", "midnight"),
    ("00:30", "凌晨零点三十分", "twelve thirty in the morning"),
    ("02:05", "凌晨两点零五分", "two oh five in the morning"),
    ("06:00", "上午六点整", "six o'clock in the morning"),
    ("08:30", "上午八点三十分", "eight thirty in the morning"),
    ("11:59", "上午十一点五十九分", "eleven fifty-nine in the morning"),
    ("12:00", "中午十二点整", "twelve noon"),
    ("12:10", "中午十二点十分", "twelve ten in the afternoon"),
    ("13:45", "下午一点四十五分", "one forty-five in the afternoon"),
    ("14:00", "下午两点整", "two o'clock in the afternoon"),
    ("18:00", "晚上六点整", "six o'clock in the evening"),
    ("23:01", "晚上十一点零一分", "eleven oh one in the evening"),
]
HOURS = [
    ("6", "六小时", "six hours"),
    ("6.0", "六小时", "six hours"),
    ("1", "一小时", "one hour"),
    ("2", "两小时", "two hours"),
    ("1.5", "一个半小时", "one and a half hours"),
    ("2.5", "两个半小时", "two and a half hours"),
    ("0.5", "半小时", "half an hour"),
    ("0.25", "十五分钟", "fifteen minutes"),
    ("1.75", "一小时四十五分钟", "one hour and forty-five minutes"),
    ("1.02", "一小时一分钟", "one hour and one minute"),
    ("12", "十二小时", "twelve hours"),
    ("22", "二十二小时", "twenty-two hours"),
    ("120", "一百二十小时", "one hundred and twenty hours"),
    ("300", "三百小时", "three hundred hours"),
]
ZH_PLACES = [
    ("临州市公共资源交易中心 3 楼 302", "临州市公共资源交易中心三楼三零二"),
    ("２号楼１２层（东侧）", "二号楼十二层，东侧"),
    ("人民路 168 号 12-305 室", "人民路一六八号十二杠三零五室"),
    ("第 2 会议室", "第二会议室"),
    ("交易中心 A 座 05 室", "交易中心A座零五室"),
    ("【新区】B2 层", "新区，B二层"),
    ("开标厅 #3", "开标厅号三"),
    ("会议室 3.1", "会议室三点一"),
    ("Room 302 会议室", "Room三零二会议室"),
    ("三楼\u200b\n302", "三楼三零二"),
]
EN_PLACES = [
    ("Room 302", "Room three zero two"),
    ("Floor 3, Room 12", "Floor three, Room twelve"),
    ("3rd floor, 21st street", "third floor, twenty-first street"),
    ("Building B2 (east wing)", "Building B two, east wing"),
    ("Room 3-105", "Room three dash one zero five"),
    ("Hall #4", "Hall number four"),
    ("Gate 05", "Gate zero five"),
    ("Zone 2.5", "Zone two point five"),
    ("中心 3 楼 302", "中心三楼三零二"),
]


@pytest.mark.parametrize(("day", "zh", "en"), DATES)
def test_dates(day, zh, en):
    assert (spoken.zh_date(date.fromisoformat(day)), spoken.en_date(date.fromisoformat(day))) == (zh, en)


@pytest.mark.parametrize(("moment", "zh", "en"), TIMES)
def test_times(moment, zh, en):
    assert (spoken.zh_time(time.fromisoformat(moment)), spoken.en_time(time.fromisoformat(moment))) == (zh, en)


@pytest.mark.parametrize(("hours", "zh", "en"), HOURS)
def test_hours(hours, zh, en):
    assert (spoken.zh_hours(hours), spoken.en_hours(hours)) == (zh, en)


@pytest.mark.parametrize("hours", ["", "0", "0.001", "-1", "6 h", "1e3", "337", "999", "1,5", "六", "٣", "1.23456"])
@pytest.mark.parametrize("language", Language)
def test_lengths_that_are_none_are_refused(hours, language):
    with pytest.raises(NotSpeakableError):
        spoken.HOURS[language](hours)


@pytest.mark.parametrize(("place", "said"), ZH_PLACES)
def test_places_in_chinese(place, said):
    assert spoken.zh_place(place) == said


@pytest.mark.parametrize(("place", "said"), EN_PLACES)
def test_places_in_english(place, said):
    assert spoken.en_place(place) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "first"),
        (2, "second"),
        (5, "fifth"),
        (8, "eighth"),
        (9, "ninth"),
        (12, "twelfth"),
        (20, "twentieth"),
        (42, "forty-second"),
    ],
)
def test_ordinals(number, said):
    assert spoken.en_ordinal(number) == said


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60), st.sampled_from(list(Language)))
def test_no_figure_reaches_the_voice(text, language):
    assert not any(char.isdecimal() for char in spoken.PLACE[language](text))


@settings(max_examples=200, deadline=None)
@given(st.dates(date(2020, 1, 1), date(2199, 12, 31)), st.times(), st.sampled_from(list(Language)))
def test_every_date_and_time_is_said_without_figures(day, moment, language):
    said = spoken.DATE[language](day) + spoken.TIME[language](moment)
    assert not any(char.isdecimal() for char in said)


def test_every_minute_of_a_day_is_said_differently():
    minutes = [(timedelta(minutes=n) + datetime(2026, 1, 1)).time() for n in range(1440)]
    assert len({spoken.zh_time(minute) for minute in minutes}) == 1440
    assert len({spoken.en_time(minute) for minute in minutes}) == 1440


def test_chinese_in_english_goes_to_the_chinese_voice():
    text = "Hello, this is 临州市中心，三楼. Press one."
    assert spoken.runs(text, Language.EN) == [
        (Language.EN, "Hello, this is"),
        (Language.ZH, "临州市中心，三楼"),
        (Language.EN, ". Press one."),
    ]
    assert spoken.runs("临州市 A 座", Language.ZH) == [(Language.ZH, "临州市 A 座")]
    assert spoken.runs("临州市.", Language.EN) == [(Language.ZH, "临州市")]

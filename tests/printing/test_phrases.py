import string
from datetime import UTC, datetime

import pytest

from printing.errors import UnprintableValueError
from printing.phrases import Words
from tests.printing.messages import message_ids
from tests.printing.samples import CHINESE, en, zh

MOMENT = datetime(2026, 11, 25, 16, 5, 7, tzinfo=UTC)


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_message_has_a_chinese_wording() -> None:
    assert set(CHINESE) == set(message_ids())


def test_a_wording_uses_only_the_fields_that_it_gets() -> None:
    dates = {"{day} {month_name} {year} ({weekday})": {"day", "month", "month_name", "year", "weekday"}}
    for message, said in CHINESE.items():
        assert said.strip()
        assert fields(said) <= dates.get(message, fields(message)), message


def test_times_are_shown_in_utc_plus_8() -> None:
    assert Words(zh, "zh").moment(MOMENT) == "2026 年 11 月 26 日（周四）00:05"
    assert Words(zh, "zh").moment(MOMENT, seconds=True) == "2026 年 11 月 26 日（周四）00:05:07"
    assert Words(en, "en").moment(MOMENT) == "26 Nov 2026 (Thu) 00:05"
    assert Words(en, "en").day_and_time(MOMENT) == "11-26 00:05:07"
    with pytest.raises(UnprintableValueError):
        Words(en, "en").date(datetime(2026, 11, 25))


def test_roles_levels_and_peers() -> None:
    words = Words(zh, "zh")
    assert words.role("supervisor") == "监督员"
    assert words.role("市监察委员会") == "市监察委员会"
    assert words.level("B") == "B 级"
    assert words.joined("甲", "", "乙") == "甲\u3000乙"
    assert Words(en, "en").joined("a", "", "b") == "a, b"
    assert Words(en, "en").people(("a", "b")) == "a and b"
    assert Words(en, "en").people(("a", "b", "c")) == "a, b and c"
    assert (words.people(("甲", "乙", "丙")), words.people(("甲",)), words.people(())) == ("甲、乙、丙", "甲", "")
    assert (words.listed(("A08", "A04")), words.listed(())) == ("A08、A04", "")
    assert Words(en, "en").listed(("A08", "A04")) == "A08, A04"
    assert "另一台机器" in words.level_sentence("B")
    with pytest.raises(UnprintableValueError):
        words.level_sentence("D")

"""Employers' names: what is one employer, what only looks alike."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.employer import (
    EmployerMatch,
    group_key,
    match_employers,
    normal_form,
    spellings_of_one,
)


def likeness(one: str, other: str) -> float:
    """Return the score of two names set side by side, 0 where they aren't."""
    return max((match.score for match in match_employers([one], [other], 0)), default=0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("临州市建设（集团）有限公司", "临州市建设集团有限责任公司"),
        ("临州市建设(集团)有限公司", "临州市建设（集团）股份有限公司"),
        ("ＡＢＣ科技公司", "abc科技有限公司"),
        ("临州 水利-设计院", "临州水利设计院"),
        ("Acme Co., Ltd.", "ACME Limited"),
    ],
)
def test_spellings_of_one_employer(one: str, other: str) -> None:
    assert group_key(one) == group_key(other) != ""
    assert likeness(one, other) == 100


@pytest.mark.parametrize(("one", "other"), [("临州市第一中学", "临州市第二中学"), ("临州建设", "临川建设")])
def test_other_employers(one: str, other: str) -> None:
    assert group_key(one) != group_key(other)
    assert likeness(one, other) < 100


def test_what_looks_alike() -> None:
    assert likeness("临州市第一中学", "临州市第二中学") > 80
    assert likeness("中铁一局集团有限公司", "中铁一局集团第二工程有限公司") >= 90
    assert likeness("中铁", "中铁一局集团") < 90
    assert likeness("临州水利设计院", "天海医院") < 50
    assert match_employers(["", "临州"], ["", "临州二中"], 80) == match_employers(["临州"], [""], 0) == ()


def test_a_name_that_is_only_a_legal_form_stays() -> None:
    assert normal_form("有限公司") == "有限公司"
    assert normal_form("（）") == ""


def test_matches_show_exact_ones_first_and_every_spelling() -> None:
    employers = ["临州建设集团", "临州建设（集团）有限公司", "临州建设第二公司", "天海医院", "", "临州建设集团"]
    matches = match_employers(["临州建设集团有限公司", "临州建设集团有限公司"], employers)
    assert [(match.employer, match.is_exact) for match in matches[:2]] == [
        ("临州建设集团", True),
        ("临州建设（集团）有限公司", True),
    ]
    assert all(not match.is_exact and 80 <= match.score < 100 for match in matches[2:])
    assert match_employers(["", "天海医院"], employers) == (EmployerMatch("天海医院", "天海医院", 100.0, True),)


def test_groups_of_spellings() -> None:
    assert spellings_of_one(["甲公司", "甲有限公司", "乙", "", "（）"]) == (("甲公司", "甲有限公司"),)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_symmetric_and_bounded(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 100
    assert (likeness(one, other) == 100) == (group_key(one) == group_key(other) != "")

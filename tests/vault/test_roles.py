"""The table of acts, and names of organisations compared."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vault.roles import ACTS, Act, NotAllowedError, Role, may, require, same_organisation

TWO_SIDED = [
    (Act.START_INCARNATION, Act.APPROVE_INCARNATION),
    (Act.KEEP_BANK, Act.APPROVE_BANK),
    (Act.PREPARE_REQUEST, Act.APPROVE_REQUEST),
    (Act.FREEZE_DRAW, Act.APPROVE_FREEZE),
    (Act.RUN_CEREMONY, Act.APPROVE_SOURCE),
    (Act.ABORT_DRAW, Act.APPROVE_ABORT),
    (Act.CONFIRM_ANSWER, Act.DIAL_BY_HAND),
    (Act.PLACE_CALLS, Act.APPROVE_MANUAL_NOTICE),
    (Act.SEAL_LIST, Act.APPROVE_SEAL),
    (Act.OPEN_LIST, Act.APPROVE_OPENING),
    (Act.OPEN_LIST, Act.APPROVE_EARLY_OPENING),
    (Act.RECHECK_LIST, Act.APPROVE_RECHECK),
    (Act.REPLACE_MEMBER, Act.APPROVE_REPLACEMENT),
    (Act.CLOSE_DRAW, Act.APPROVE_CLOSE),
    (Act.HOST_SESSION, Act.SUPERVISE_SESSION),
]


def test_every_act_is_somebodys_and_the_table_cant_be_changed():
    assert set(ACTS) == set(Act)
    assert all(ACTS.values())
    with pytest.raises(TypeError):
        ACTS[Act.SCORE] = frozenset()


@pytest.mark.parametrize(("one", "other"), TWO_SIDED)
def test_no_role_has_both_sides(one, other):
    assert not ACTS[one] & ACTS[other]


def test_no_role_but_operator_and_supervisor_touches_a_draw():
    draw = [act for act in Act if act.value.endswith(("_draw", "_list", "_opening", "_seal", "_ceremony", "_freeze"))]
    assert len(draw) >= 10
    for act in draw:
        assert ACTS[act] <= {Role.OPERATOR, Role.SUPERVISOR}


def test_it_installs_and_nothing_else():
    mine = {act for act in Act if may(Role.ADMIN, act)}
    assert mine == {Act.SET_UP_STATION, Act.ADD_PERSON, Act.END_PERSON, Act.CHANGE_SETTINGS, Act.BACK_UP}


def test_require_passes_and_refuses():
    require(Role.SUPERVISOR, Act.APPROVE_SEAL)
    with pytest.raises(NotAllowedError, match="operator may not do this: approve_seal") as caught:
        require(Role.OPERATOR, Act.APPROVE_SEAL)
    assert caught.value.details == {"role": "operator", "act": "approve_seal"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("临州市公共资源交易中心", "临州市 公共资源交易中心"),
        ("ABC Supervision Co., Ltd", "ａｂｃ　supervision co ltd"),
        ("交易中心（本部）", "交易中心(本部)"),
        ("Straße", "STRASSE"),
        ("café", "cafe\u0301"),
    ],
)
def test_one_organisation_in_two_spellings(one, other):
    assert same_organisation(one, other)


def test_two_organisations():
    assert not same_organisation("临州市公共资源交易中心", "临州市公共资源交易监督管理局")
    assert not same_organisation("中心", "中心2")


@given(
    st.text(st.sampled_from("临州市公共资源交易中心AbC12喆㛃"), max_size=20),
    st.sampled_from([" ", "\u3000", "(", "）", "-", "·"]),
    st.integers(0, 20),
)
@settings(max_examples=100, deadline=None)
def test_spaces_and_punctuation_never_part_an_organisation_from_itself(name, mark, place):
    assert same_organisation(name, name[:place] + mark + name[place:])
    assert not same_organisation(name, name[:place] + "二" + name[place:])

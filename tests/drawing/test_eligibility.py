from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.eligibility import (
    Context,
    Judge,
    Reason,
    Verdict,
    confirmation,
    judge,
    names_to_confirm,
    sought_prefixes,
)
from drawing.employer import group_key
from drawing.expert import Expert, Standing
from drawing.specialty import covers
from tests.drawing.requests import RECOMMENDED, at, expert, request_with

NOBODY = Context()


def reasons(person: Expert, context: Context = NOBODY, **changes: object) -> tuple[Reason, ...]:
    def change(value: dict[str, Any]) -> None:
        for path, new in changes.items():
            at(value, path.replace("__", "."), new)

    return judge(person, request_with(change), context).reasons


def test_an_eligible_expert_gets_the_mask_of_specialty_and_region() -> None:
    person = expert(specialties=("A0405", "A0602", "A080301"), region="澜江市")
    assert judge(person, request_with(), NOBODY) == Verdict(True, (), (0, 2), (0, 1, 2), (0, 2))


def test_a_region_holds_all_below_it() -> None:
    assert judge(expert(specialties=("A06",), region="临州市东湖区"), request_with(), NOBODY).eligible
    assert reasons(expert(specialties=("A06",), region="临州")) == (Reason.NOT_IN_REGION,)
    assert reasons(expert(specialties=("A06",), region="")) == (Reason.NOT_IN_REGION,)
    assert judge(expert(region=""), request_with(), NOBODY).mask == (0,)


def test_whoever_has_no_sought_specialty() -> None:
    assert reasons(expert(specialties=("A08", "B01"))) == (Reason.NO_SOUGHT_SPECIALTY,)
    assert reasons(expert(specialties=())) == (Reason.NO_SOUGHT_SPECIALTY,)


MEETING = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("standing", "until", "found"),
    [
        (Standing.NORMAL, None, ()),
        (Standing.WATCHED, None, ()),
        (Standing.SUSPENDED, None, (Reason.STANDING_SUSPENDED,)),
        (Standing.SUSPENDED, MEETING, (Reason.STANDING_SUSPENDED,)),
        (Standing.SUSPENDED, date(2026, 11, 30), ()),
        (Standing.SUSPENDED, date(2027, 1, 1), (Reason.STANDING_SUSPENDED,)),
        (Standing.REMOVED, None, (Reason.STANDING_REMOVED,)),
        (Standing.BLACKLISTED, date(2020, 1, 1), (Reason.STANDING_BLACKLISTED,)),
    ],
)
def test_standing_on_the_meetings_day_in_china(
    standing: Standing, until: date | None, found: tuple[Reason, ...]
) -> None:
    assert reasons(expert(standing=standing, until=until)) == found
    # 16:30 in UTC on the day before is half past midnight in China.
    assert (
        reasons(
            expert(standing=standing, until=until),
            meeting__start="2026-11-30T16:30:00Z",
            meeting__sites__0__arrive="2026-11-30T16:00:00Z",
            meeting__sites__1__arrive="2026-11-30T16:00:00Z",
            opening="2026-11-30T16:00:00Z",
        )
        == found
    )


@pytest.mark.parametrize(
    ("employer", "former", "found"),
    [
        ("凤栖路桥有限公司", (), (Reason.EMPLOYER_OF_BIDDER,)),
        ("凤栖路桥有限责任公司", (), (Reason.EMPLOYER_OF_BIDDER,)),
        ("（凤栖）路桥 有限公司", (), (Reason.EMPLOYER_OF_BIDDER,)),
        ("凤栖集团", (), (Reason.EMPLOYER_OF_BIDDER,)),
        ("大学", ("某院", "凤栖集团有限公司"), (Reason.EMPLOYER_OF_BIDDER,)),
        ("城市更新中心", (), (Reason.RECUSED_EMPLOYER,)),
        ("城市更新中心", ("凤栖集团",), (Reason.RECUSED_EMPLOYER, Reason.EMPLOYER_OF_BIDDER)),
        ("凤栖路桥设计院", (), ()),
        ("", (), ()),
    ],
)
def test_employers_of_bidders_and_recused_ones(
    employer: str, former: tuple[str, ...], found: tuple[Reason, ...]
) -> None:
    assert reasons(expert(employer=employer, former=former)) == found


def test_names_that_look_alike_are_shown_and_bar_only_when_confirmed() -> None:
    request = request_with(lambda value: at(value, "bidders.0.name", "青屏盘石道桥有限公司"))
    alike, other = expert("E1", employer="青屏磐石道桥有限责任公司"), expert("E2", former=("青屏磐石道桥有限公司",))
    plain = expert("E3", employer="青屏盘石道桥（有限公司）")
    matches = names_to_confirm(request, [alike, other, plain])
    assert {match.employer for match in matches} == {"青屏磐石道桥有限责任公司", "青屏磐石道桥有限公司"}
    assert judge(alike, request, NOBODY).eligible
    assert judge(plain, request, NOBODY).reasons == (Reason.EMPLOYER_OF_BIDDER,)
    confirmed = Context(frozenset({confirmation(matches[0].employer, matches[0].recused)}))
    assert judge(alike, request, confirmed).reasons == (Reason.EMPLOYER_OF_BIDDER,)
    assert judge(other, request, confirmed).reasons == (Reason.EMPLOYER_OF_BIDDER,)
    stale = Context(frozenset({(group_key("大学"), "凤栖")}))
    assert judge(expert(employer="大学"), request, stale).eligible


def test_recused_persons_go_by_their_id() -> None:
    assert reasons(expert("E9")) == (Reason.RECUSED_PERSON,)
    assert reasons(expert("e9")) == ()


def test_the_frequency_cap() -> None:
    context = Context(frequency={"E1": 3, "E2": 2})
    assert reasons(expert("E1"), context) == (Reason.FREQUENCY_CAP,)
    assert reasons(expert("E2"), context) == ()
    assert reasons(expert("E1"), context, frequency_cap=None) == ()


def test_whoever_is_recommended_already_sits_on_the_committee() -> None:
    recommended = [RECOMMENDED]
    assert reasons(expert(name="荐三", phone="16000000001"), recommended=recommended) == (Reason.ALREADY_MEMBER,)
    assert reasons(expert(name="荐三", phone="16000000002"), recommended=recommended) == ()


def test_all_reasons_are_named_in_one_order_and_the_mask_is_empty() -> None:
    person = expert(
        "E9", ("A06",), region="外地", standing=Standing.REMOVED, employer="城市更新中心", former=("凤栖集团",)
    )
    verdict = judge(person, request_with(), Context(frequency={"E9": 9}))
    assert verdict.reasons == (
        Reason.NOT_IN_REGION,
        Reason.STANDING_REMOVED,
        Reason.RECUSED_PERSON,
        Reason.RECUSED_EMPLOYER,
        Reason.EMPLOYER_OF_BIDDER,
        Reason.FREQUENCY_CAP,
    )
    assert (verdict.eligible, verdict.mask, verdict.sought, verdict.regional) == (False, (), (1,), ())


def test_prefixes_leave_out_what_another_covers() -> None:
    def change(value: dict[str, Any]) -> None:
        value["quotas"][0]["specialty"] = "A0401"

    assert sought_prefixes(request_with(change)) == ("A04", "A06")


def test_a_context_shows_nobody() -> None:
    shown = repr(Context(frozenset({("凤栖", "凤栖")}), {"E1": 3}))
    assert "凤栖" not in shown
    assert "E1" not in shown


CODES = st.sampled_from(["A", "A04", "A0401", "A06", "A0602", "A08", "A0803", "A080301", "B01"])
EXPERTS = st.builds(
    expert,
    person=st.sampled_from(["E1", "E2", "E9"]),
    specialties=st.lists(CODES, max_size=3, unique=True).map(lambda codes: tuple(sorted(codes))),
    employer=st.sampled_from(["", "大学", "凤栖路桥有限公司", "城市更新中心"]),
    region=st.sampled_from(["", "临州市", "澜江市", "澜江市东区"]),
    standing=st.sampled_from(list(Standing)),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(EXPERTS, max_size=12))
def test_a_judge_that_remembers_says_what_a_fresh_one_says(people: list[Expert]) -> None:
    request, context = request_with(), Context(frequency={"E2": 5})
    verdicts = list(Judge(request, context).verdicts(people))
    assert verdicts == [judge(person, request, context) for person in people]
    for person, verdict in zip(people, verdicts, strict=True):
        sought = tuple(
            index
            for index, quota in enumerate(request.quotas)
            if any(covers(code, quota.specialty) for code in person.specialties)
        )
        assert verdict.sought == sought
        assert set(verdict.mask) <= set(verdict.regional) <= set(sought)
        assert verdict.eligible == (not verdict.reasons) == bool(verdict.mask)

import copy
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.errors import DrawingError
from drawing.request import (
    project_bytes,
    public_terms,
    request_bytes,
    sealed_bytes,
)
from drawing.request_form import (
    LONGEST_REQUEST,
    BiddersContradictError,
    EmptyRequestError,
    PartsDisagreeError,
    RequestDuplicateError,
    RequestMalformedError,
    TimesOutOfOrderError,
    TooManyMembersError,
    UnknownSiteError,
    assemble,
    parse_request,
)
from tests.drawing.requests import RECOMMENDED, SOUND, at, changed, request_with, text_of
from vault.jsontext import dumps


def test_a_request_is_read_whole() -> None:
    request = request_with()
    assert request.project.budget == Decimal("12000000.00")
    assert request.meeting.start == datetime(2026, 12, 1, 1, tzinfo=UTC)
    assert [quota.needed for quota in request.quotas] == [4, 3, 2]
    assert (request.drawn, request.members) == (7, 9)
    assert request.frequency_cap is not None
    assert request.frequency_cap.days == 30
    assert request.bidders[0].aliases == ("凤栖集团",)
    assert request.recusals[1].kind == "employer"


def test_a_region_is_the_quotas_own_or_its_sites_or_any() -> None:
    request = request_with()
    assert [request.region(quota) for quota in request.quotas] == [None, "临州市", "澜江市"]


def test_what_may_be_left_out() -> None:
    value = copy.deepcopy(SOUND)
    for path in ("method", "high_social_impact"):
        del value["project"][path]
    for key in ("employer_cap", "frequency_cap", "template"):
        del value[key]
    request = parse_request(text_of(value))
    assert request.project.method == "tender"
    assert not request.project.high_social_impact
    assert (request.employer_cap, request.frequency_cap, request.template) == (None, None, None)


def test_a_template_may_have_lines() -> None:
    request = request_with(lambda value: at(value, "template", "第一行\n第二行"))
    assert request.template == "第一行\n第二行"


def test_names_and_recusals_stay_out_of_the_repr() -> None:
    shown = repr(request_with(lambda value: value["recommended"].append(RECOMMENDED)))
    for secret in ("章一", "荐三", "凤栖", "E9", "城市更新", "0001"):
        assert secret not in shown


def _full(value: dict[str, Any]) -> None:
    value["recommended"].append(RECOMMENDED)
    value["template"] = "请于{time}到{place}"


@pytest.mark.parametrize("change", [lambda value: None, _full])
def test_bytes_and_parts_come_back_to_the_same_request(change: Any) -> None:
    request = request_with(change)
    assert parse_request(request_bytes(request)) == request
    assert request_bytes(parse_request(request_bytes(request))) == request_bytes(request)
    assert assemble(project_bytes(request), sealed_bytes(request), dumps(public_terms(request))) == request


def test_the_parts_keep_to_themselves() -> None:
    request = request_with(_full)
    project, terms = project_bytes(request).decode(), dumps(public_terms(request)).decode()
    for secret in ("章一", "荐三", "凤栖", "E9", "城市更新", "大学"):
        assert secret not in project + terms
    assert "滨江路" not in terms
    assert public_terms(request)["counts"] == {"owner_members": 2, "recommended_articles": ["某条"]}


def test_parts_of_two_requests_are_refused() -> None:
    one, other = request_with(), request_with(lambda value: value["owner_members"].pop())
    with pytest.raises(PartsDisagreeError):
        assemble(project_bytes(one), sealed_bytes(other), dumps(public_terms(one)))
    with pytest.raises(PartsDisagreeError):
        assemble(project_bytes(one), project_bytes(one), dumps(public_terms(one)))
    with pytest.raises(RequestMalformedError):
        assemble(project_bytes(one), sealed_bytes(one), b"{}")
    with pytest.raises(RequestMalformedError):
        assemble(project_bytes(one), sealed_bytes(one), b"[]")
    with pytest.raises(RequestMalformedError):
        assemble(project_bytes(one), sealed_bytes(one), b"nothing")


MALFORMED: list[tuple[str, object, str]] = [
    ("v", 2, "v"),
    ("project.name", "", "project.name"),
    ("project.name", " 前有空格", "project.name"),
    ("project.name", "e\u0301", "project.name"),
    ("project.name", "有\u200b隐形", "project.name"),
    ("project.name", "两\n行", "project.name"),
    ("project.name", "长" * 201, "project.name"),
    ("project.lot", 5, "project.lot"),
    ("project.trade", "land", "project.trade"),
    ("project.method", "auction", "project.method"),
    ("project.budget", "12000000", "project.budget"),
    ("project.budget", "１２.00", "project.budget"),
    ("project.budget", "01.00", "project.budget"),
    ("project.budget", 12000000, "project.budget"),
    ("project.technically_complex", "no", "project.technically_complex"),
    ("project.high_social_impact", 1, "project.high_social_impact"),
    ("project.extra", 1, "project"),
    ("meeting.start", "2026-12-01 09:00", "meeting.start"),
    ("meeting.start", "2026-12-01T09:00:00+08:00", "meeting.start"),
    ("meeting.hours", "0", "meeting.hours"),
    ("meeting.hours", "6.25", "meeting.hours"),
    ("meeting.sites.0.id", "主场", "meeting.sites[0].id"),
    ("meeting.sites.0.region", "", "meeting.sites[0].region"),
    ("meeting.extra", 1, "meeting"),
    ("quotas", {}, "quotas"),
    ("quotas.0", 3, "quotas[0]"),
    ("quotas.0.specialty", "A080", "quotas[0].specialty"),
    ("quotas.0.specialty", "a08", "quotas[0].specialty"),
    ("quotas.1.count", 0, "quotas[1].count"),
    ("quotas.1.count", 100, "quotas[1].count"),
    ("quotas.1.count", True, "quotas[1].count"),
    ("quotas.1.reserves", -1, "quotas[1].reserves"),
    ("quotas.2.extra", None, "quotas[2]"),
    ("employer_cap", 0, "employer_cap"),
    ("frequency_cap", {"draws": 0, "days": 1}, "frequency_cap.draws"),
    ("frequency_cap", {"draws": 1, "days": 1, "hours": 1}, "frequency_cap"),
    ("level", "D", "level"),
    ("witnesses", [], "witnesses"),
    ("witnesses", ["w"] * 9, "witnesses"),
    ("witnesses", ["章 一"], "witnesses[0].id"),
    ("opening", None, "opening"),
    ("template", 5, "template"),
    ("template", "铃\u0007", "template"),
    ("owner_members.0.authority", "", "owner_members[0].authority"),
    ("owner_members.0.role", "leader", "owner_members[0]"),
    ("recommended", [{**RECOMMENDED, "phone": "一二三"}], "recommended[0].phone"),
    ("recommended", [RECOMMENDED] * 21, "recommended"),
    ("bidders.0.aliases", ["x"] * 21, "bidders[0].aliases"),
    ("bidders.0.aliases", [""], "bidders[0].aliases.0"),
    ("recusals.0.kind", "friend", "recusals[0].kind"),
    ("recusals.0.ground", "", "recusals[0].ground"),
]


@pytest.mark.parametrize(("path", "new", "field"), MALFORMED, ids=lambda value: str(value)[:24])
def test_a_field_without_its_form_is_named(path: str, new: object, field: str) -> None:
    with pytest.raises(RequestMalformedError) as caught:
        parse_request(changed(lambda value: at(value, path, new)))
    assert caught.value.details["field"] == field
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize("text", [b"", b"[]", b"null", b"\xff", b'{"v":1,"v":1}', b'{"v":1.0}'])
def test_what_is_no_object_is_refused(text: bytes) -> None:
    with pytest.raises(RequestMalformedError):
        parse_request(text)


def test_a_request_of_too_many_bytes_is_refused() -> None:
    with pytest.raises(RequestMalformedError):
        parse_request(b" " * (LONGEST_REQUEST + 1))


@pytest.mark.parametrize("key", sorted(set(SOUND) - {"employer_cap", "frequency_cap", "template"}))
def test_a_missing_field_is_named(key: str) -> None:
    with pytest.raises(RequestMalformedError) as caught:
        parse_request(changed(lambda value: value.pop(key)))
    assert caught.value.details == {"field": key, "problem": "missing"}


@pytest.mark.parametrize(
    "key", ["meeting.sites", "quotas", "witnesses", "bidders", "recusals", "owner_members", "recommended"]
)
def test_what_stands_twice_is_refused(key: str) -> None:
    def double(value: dict[str, Any]) -> None:
        value["recommended"].append(RECOMMENDED)
        for step in key.split("."):
            value = value[step]
        value.append(value[0])  # type: ignore[attr-defined]

    with pytest.raises(RequestDuplicateError) as caught:
        parse_request(changed(double))
    assert caught.value.details["other"] == f"{key}[0]"


def test_quotas_that_differ_in_region_or_site_are_two() -> None:
    request = request_with(lambda value: value["quotas"].append({**value["quotas"][0], "region": "临州市"}))
    assert len(request.quotas) == 4


@pytest.mark.parametrize(
    ("path", "new", "refusal"),
    [
        ("quotas", [], EmptyRequestError),
        ("quotas.0.site", "elsewhere", UnknownSiteError),
        ("meeting.sites.1.arrive", "2026-12-01T01:00:01Z", TimesOutOfOrderError),
        ("opening", "2026-12-01T01:00:01Z", TimesOutOfOrderError),
        ("project.bidders_known", False, BiddersContradictError),
        ("bidders", [], BiddersContradictError),
    ],
)
def test_fields_that_contradict_each_other(path: str, new: object, refusal: type[DrawingError]) -> None:
    with pytest.raises(refusal) as caught:
        parse_request(changed(lambda value: at(value, path, new)))
    assert caught.value.todo != DrawingError.todo


def test_more_people_than_any_committee_has() -> None:
    def many(value: dict[str, Any]) -> None:
        for quota in value["quotas"]:
            quota["count"] = 67

    with pytest.raises(TooManyMembersError):
        parse_request(changed(many))


def test_unknown_bidders_are_allowed_when_said() -> None:
    def unknown(value: dict[str, Any]) -> None:
        value["bidders"], value["project"]["bidders_known"] = [], False

    assert request_with(unknown).bidders == ()


ANYTHING = st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.just([]), st.just({}))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_change_is_read_or_refused_as_ours(data: st.DataObject) -> None:
    value = copy.deepcopy(SOUND)
    here: Any = value
    while isinstance(here, dict | list) and here:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(here[key], dict | list) or not here[key] or data.draw(st.booleans()):
            here[key] = data.draw(
                st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.just([]), st.just({}))
            )
            break
        here = here[key]
    try:
        request = parse_request(json.dumps(value).encode())
    except DrawingError:
        return
    assert parse_request(request_bytes(request)) == request


def test_arrival_and_opening_may_be_at_the_start() -> None:
    def at_start(value: dict[str, Any]) -> None:
        value["opening"] = value["meeting"]["sites"][0]["arrive"] = value["meeting"]["start"]

    assert request_with(at_start).opening == request_with().meeting.start
